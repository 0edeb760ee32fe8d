//! `doorward plugin`: what authors of plugins do with them, from the first line to the measured component.

mod bench;
mod build;
mod cases;
mod encode;
mod inspect;
mod language;
mod new;
mod sdk;
mod seen;
mod test;
mod trial;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;

use crate::json::Value;
use crate::plugins::{FIRST_PARTY, Host, Limits, LoadFault, Seen, first_party};

use super::report::tried::Format as TestFormat;
use super::{Format, Outcome};
use language::Language;
use test::AsRun;

#[derive(Subcommand)]
pub(super) enum PluginCommand {
    /// Begin a plugin: a folder with a validator that works, its tests and its cases
    New {
        /// Its name, lower case with dashes; the folder is called so
        name: String,
        /// In which language
        #[arg(long, value_name = "LANGUAGE", default_value = "rust")]
        lang: Language,
        /// The folder in which the folder is made
        #[arg(long, value_name = "DIR", default_value = ".")]
        dir: PathBuf,
    },
    /// Build a plugin by its language's own tools, and see that the gateway would load it
    Build {
        /// Its folder
        #[arg(value_name = "DIR", default_value = ".")]
        folder: PathBuf,
        /// Where to write the component, instead of NAME.wasm in its folder
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Try a plugin's cases in the sandbox of the gateway
    Test {
        /// Its folder, its component, or the name of one that is inside the program
        #[arg(value_name = "PLUGIN", default_value = ".")]
        plugin: PathBuf,
        /// Where the cases are, instead of `cases` beside the component
        #[arg(long, value_name = "DIR")]
        cases: Option<PathBuf>,
        /// Whether to try the cases also as the gateway runs the plugin, begun where it had read its settings: by default where that is quick
        #[arg(long, value_name = "WHEN", default_value = "auto")]
        as_run: AsRun,
        /// How to print
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: TestFormat,
    },
    /// Measure what a call of a plugin costs on this machine, with and without a snapshot, beside an instance alone
    Bench {
        /// Its folder, its component, or the name of one that is inside the program
        #[arg(value_name = "PLUGIN", default_value = ".")]
        plugin: PathBuf,
        /// Where the cases are, instead of `cases` beside the component
        #[arg(long, value_name = "DIR")]
        cases: Option<PathBuf>,
        /// The case whose call is made, or whose reply is looked at, instead of the first that has one
        #[arg(long, value_name = "NAME")]
        case: Option<String>,
        /// Every case, in a line of its own
        #[arg(long, conflicts_with = "case")]
        each: bool,
        /// How to print
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: Format,
    },
    /// Show what a component is: its hooks, its settings, what it imports and so may do, its size and digest
    Inspect {
        /// Its component, its folder, or the name of one that is inside the program
        #[arg(value_name = "PLUGIN", default_value = ".")]
        plugin: PathBuf,
        /// How to print
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: Format,
    },
}

/// Does what the command says.
pub(super) fn run(command: PluginCommand, color: bool) -> Result<Outcome> {
    match command {
        PluginCommand::New { name, lang, dir } => new::new(&name, lang, &dir),
        PluginCommand::Build { folder, output } => build::build(&folder, output.as_deref()),
        PluginCommand::Test { plugin, cases, as_run, format } => {
            test::test(&plugin, cases.as_deref(), as_run, format, color)
        }
        PluginCommand::Bench { plugin, cases, case, each, format } => {
            let which = if each { bench::Which::Each } else { bench::Which::One(case) };
            bench::bench(&plugin, cases.as_deref(), &which, format, color)
        }
        PluginCommand::Inspect { plugin, format } => inspect::inspect(&plugin, format),
    }
}

/// A host as authors need it, with the gateway's limits: it compiles once what it only looks at.
fn host() -> Result<Host> {
    Ok(Host::for_authors(Limits::default())?)
}

/// A component, and where it comes from.
struct Component {
    /// What to call it.
    name: String,
    bytes: Vec<u8>,
    /// The folder in which its cases are; none where it is inside the program.
    folder: Option<PathBuf>,
}

/// Reads the component that is meant by a file, by a folder in which there is one, or by the name of one inside the program.
fn component(meant: &Path) -> Result<Component> {
    if meant.is_dir() {
        return component_in(meant);
    }
    if let Some(bytes) = meant.to_str().filter(|_| !meant.exists()).and_then(first_party) {
        return Ok(Component { name: meant.display().to_string(), bytes: bytes.to_vec(), folder: None });
    }
    let bytes = std::fs::read(meant).with_context(|| {
        let inside = FIRST_PARTY.join("`, `");
        format!("cannot read `{}`; name a component, a plugin's folder, or one of `{inside}`", meant.display())
    })?;
    let name = meant.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Component { name, bytes, folder: meant.parent().map(Path::to_owned) })
}

/// The one component that lies in a folder.
fn component_in(folder: &Path) -> Result<Component> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            found.push(path);
        }
    }
    found.sort();
    match found.as_slice() {
        [file] => {
            if let Some(newer) = newer(&folder.join(SOURCES), file, DEPTH) {
                let (newer, file, folder) = (newer.display(), file.display(), folder.display());
                eprintln!("warning: `{newer}` is newer than `{file}`; type `doorward plugin build {folder}`");
            }
            component(file)
        }
        [] => bail!("there is no component in `{0}`; type `doorward plugin build {0}`", folder.display()),
        [first, ..] => {
            bail!(
                "there are {} components in `{}`; name one, for instance `{}`",
                found.len(),
                folder.display(),
                first.display()
            )
        }
    }
}

/// Where the sources of a plugin are, beneath its folder, and how deep they are looked at.
const SOURCES: &str = "src";
const DEPTH: usize = 8;

/// A file beneath a folder that was changed after another file.
fn newer(folder: &Path, than: &Path, depth: usize) -> Option<PathBuf> {
    let changed = |path: &Path| path.metadata().and_then(|it| it.modified()).ok();
    std::fs::read_dir(folder).ok()?.flatten().find_map(|entry| {
        let path = entry.path();
        match entry.file_type().ok()? {
            kind if kind.is_dir() => depth.checked_sub(1).and_then(|depth| newer(&path, than, depth)),
            _ => (changed(&path)? > changed(than)?).then_some(path),
        }
    })
}

/// What is to be done about these is for the author to see: what the plugin wrote, and where it was.
const FALLS: [&str; 5] = ["plugin.calls", "plugin.memory", "plugin.timeout", "plugin.trap", "plugin.verdict"];

/// Tells why a component does not load, and what was seen of it meanwhile, on stderr.
fn print_faults(name: &str, faults: &[LoadFault], seen: &Seen) {
    for fault in faults {
        eprintln!("error: `{name}` does not load: {} ({})", fault.reason, fault.code);
        if let Some(pointer) = &fault.pointer {
            eprintln!("  at {pointer} of its settings");
        }
        if let Some(remediation) = fault.remediation.as_ref().filter(|_| !FALLS.contains(&&*fault.code)) {
            eprintln!("  help: {remediation}");
        }
    }
    for line in seen::in_lines(seen) {
        eprintln!("  {line}");
    }
}

/// A value as one line of JSON.
fn as_text(value: &Value) -> String {
    String::from_utf8_lossy(&value.to_bytes()).into_owned()
}
