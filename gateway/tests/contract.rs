//! The contract in `wit/` does not change silently: what each version says is recorded beside it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use doorward::secret::Digest;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit")
}

/// Every text of the contract, by the package that it names, version and all.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(self::texts(&path));
        } else if path.extension().is_some_and(|ending| ending == "wit") {
            let text = said(&fs::read_to_string(&path).unwrap());
            let package = text.strip_prefix("package ").and_then(|rest| rest.split(';').next()).unwrap().to_owned();
            assert!(texts.insert(package, text).is_none(), "{} says a package again", path.display());
        }
    }
    texts
}

/// What a text says to programs: without comments, and with one space where there are several.
fn said(text: &str) -> String {
    let lines = text.lines().filter_map(|line| line.split("//").next());
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Package, digest and standing of each recorded version.
fn recorded() -> BTreeMap<String, (String, String)> {
    let text = fs::read_to_string(folder().join("versions.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let record = |line: &str| {
        let [package, digest, standing] = line.split_whitespace().collect::<Vec<_>>().try_into().unwrap();
        assert!(["draft", "released"].contains(&standing), "{line}");
        (package.to_owned(), (digest.to_owned(), standing.to_owned()))
    };
    lines.map(record).collect()
}

#[test]
fn no_version_of_the_contract_changes_silently() {
    let (texts, recorded) = (texts(&folder()), recorded());
    for (package, (digest, standing)) in &recorded {
        let text = texts.get(package).unwrap_or_else(|| panic!("`{package}` is recorded and not there any more"));
        let found = Digest::of(text.as_bytes()).to_string();
        let advice = match standing.as_str() {
            "released" => "it is released: put it back, and make a new version in a folder of its own beside it",
            _ => "it is a draft: rebuild the guests and the plugins, and record the new digest in wit/versions.txt",
        };
        assert_eq!(&found, digest, "`{package}` says something else than what is recorded: {advice}");
    }
    let unrecorded: Vec<_> = texts.keys().filter(|package| !recorded.contains_key(*package)).collect();
    assert!(unrecorded.is_empty(), "{unrecorded:?} must be recorded in wit/versions.txt");
}

#[test]
fn comments_may_change_and_words_may_not() {
    let text = "package a:b@0.1.0;\n/// One.\ninterface c {\n  d: func();\n}";
    assert_eq!(said(text), said("package a:b@0.1.0;\n\n// Two.\ninterface c { d: func(); }"));
    assert_ne!(said(text), said("package a:b@0.1.0; interface c { e: func(); }"));
}
