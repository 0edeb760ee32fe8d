//! Cases that were tried, as people and programs read of them: those of `doorward test` and of `doorward plugin test`.

use std::io;

use clap::ValueEnum;

use super::junit;
use crate::json::{Object, Value};

/// How results are printed.
#[derive(Clone, Copy, ValueEnum)]
pub(in crate::cli) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// JUnit XML, for build servers
    Junit,
}

/// A case that was tried.
pub(in crate::cli) struct Tried {
    /// The file that it stands in.
    pub(in crate::cli) file: String,
    /// Where it begins there.
    pub(in crate::cli) line: usize,
    /// What it is called.
    pub(in crate::cli) name: String,
    /// What is wrong, and what there is to see of it; `None` where it came out as it says.
    pub(in crate::cli) failure: Option<String>,
}

impl Tried {
    /// Prints what is wrong, below the place and the name of the case.
    pub(in crate::cli) fn print_failure(&self) {
        let Some(failure) = &self.failure else { return };
        println!("FAIL  {}:{}: {}", self.file, self.line, self.name);
        for line in failure.trim_end().lines() {
            println!("{}", format!("      {line}").trim_end());
        }
    }

    /// For programs; whoever tried it may have more to say.
    pub(in crate::cli) fn to_json(&self) -> Object {
        Object::from([
            ("file", self.file.as_str().into()),
            ("line", (self.line as u64).into()),
            ("name", self.name.as_str().into()),
            ("passed", self.failure.is_none().into()),
            ("failure", self.failure.as_deref().map_or(Value::Null, Value::from)),
        ])
    }
}

/// How many there are, and how many failed.
pub(in crate::cli) fn totals<'t>(tried: impl Iterator<Item = &'t Tried>) -> String {
    let (all, failed) =
        tried.fold((0, 0), |(all, failed), case| (all + 1, failed + usize::from(case.failure.is_some())));
    format!("{all} cases, {failed} failed")
}

/// As a suite of JUnit.
pub(in crate::cli) fn junit<'t>(name: &str, tried: impl Iterator<Item = &'t Tried>) -> io::Result<String> {
    let case = |case: &Tried| junit::Case {
        class: case.file.clone(),
        name: case.name.clone(),
        failure: case.failure.clone(),
        note: None,
    };
    junit::suite(name, &tried.map(case).collect::<Vec<_>>())
}

/// How what came differs from what was expected, line by line; nothing where it does not.
#[derive(Default)]
pub(in crate::cli) struct Differences(Vec<String>);

impl Differences {
    /// `- what was expected`, `+ what came`.
    pub(in crate::cli) fn differ(&mut self, what: &str, expected: &str, found: &str) {
        let Self(lines) = self;
        lines.push(format!("- {what}: {expected}"));
        lines.push(format!("+ {what}: {found}"));
    }

    /// The lines.
    pub(in crate::cli) fn into_lines(self) -> Vec<String> {
        let Self(lines) = self;
        lines
    }
}
