//! The settings as a policy writes them, and the guard that they make.

use crate::route::Route;
use crate::spelling::{Form, Reading, System};
use crate::territory::{Access, Territory};
use doorward_plugin::Finding;
use doorward_plugin::arguments::{Absent, Arguments, Written};
use serde::Deserialize;

/// As written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    paths: Vec<Group>,
    #[serde(default)]
    opaque: Vec<String>,
    #[serde(default)]
    system: System,
    base: Option<String>,
    cwd: Option<String>,
    home: Option<String>,
    #[serde(default)]
    sensitive: Vec<String>,
    #[serde(default)]
    forms: Vec<Form>,
}

/// Arguments with the same rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    arguments: Vec<String>,
    within: Vec<String>,
    #[serde(default)]
    access: Access,
    #[serde(default)]
    absent: Absent,
}

/// As meant: the guard, ready to judge.
#[derive(Debug)]
pub struct Guard {
    /// The role of an argument is the number of its territory.
    pub(crate) arguments: Arguments<usize>,
    pub(crate) territories: Vec<Territory>,
    pub(crate) reading: Reading,
    /// What relative paths are relative to.
    pub(crate) base: Option<Route>,
    /// Pointer to the argument that is the working directory where it is in the call.
    pub(crate) cwd: Option<String>,
    /// What may be reached although it is sensitive.
    pub(crate) named: Vec<Route>,
}

impl Guard {
    /// Reads the settings, or says all that is wrong with them.
    pub(crate) fn new(settings: Settings) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let arguments = arguments(&settings, &mut findings);
        let mut directories = Directories { reading: reading(&settings), findings: &mut findings };
        let territories = settings.paths.iter().enumerate();
        let territories = territories.map(|(index, group)| directories.territory(index, group)).collect();
        let base = directories.one("/base", settings.base.as_deref());
        let home = directories.one("/home", settings.home.as_deref());
        let named = directories.all("/sensitive", &settings.sensitive);
        let reading = Reading { home, ..directories.reading };
        findings.extend(faults(&settings));
        match arguments {
            Some(arguments) if findings.is_empty() => {
                Ok(Self { arguments, territories, reading, base, cwd: settings.cwd, named })
            }
            _ => Err(findings),
        }
    }
}

fn reading(settings: &Settings) -> Reading {
    Reading { system: settings.system, forms: settings.forms.clone(), home: None }
}

fn arguments(settings: &Settings, findings: &mut Vec<Finding>) -> Option<Arguments<usize>> {
    let mut written = Vec::new();
    for (role, group) in settings.paths.iter().enumerate() {
        for (index, pointer) in group.arguments.iter().enumerate() {
            let place = format!("/paths/{role}/arguments/{index}");
            written.push(Written { place, pointer: pointer.clone(), role, absent: group.absent });
        }
    }
    Arguments::read(written, &settings.opaque).map_err(|faults| findings.extend(faults)).ok()
}

/// Reads the directories that the settings name.
struct Directories<'a> {
    reading: Reading,
    findings: &'a mut Vec<Finding>,
}

impl Directories<'_> {
    fn territory(&mut self, index: usize, group: &Group) -> Territory {
        let place = format!("/paths/{index}/within");
        let within = self.all(&place, &group.within);
        for (at, root) in within.iter().enumerate() {
            if root.depth() == 0 {
                let reason = format!("`{root}` is everything there is");
                self.findings.push(
                    Finding::new("within.everything", reason)
                        .at(format!("{place}/{at}"))
                        .instead("name the directories that are meant"),
                );
            }
        }
        Territory { access: group.access, within }
    }

    fn one(&mut self, place: &str, written: Option<&str>) -> Option<Route> {
        written.and_then(|written| self.read(place, written))
    }

    fn all(&mut self, place: &str, written: &[String]) -> Vec<Route> {
        let read = |(index, written): (usize, &String)| self.read(&format!("{place}/{index}"), written);
        written.iter().enumerate().filter_map(read).collect()
    }

    fn read(&mut self, place: &str, written: &str) -> Option<Route> {
        let told = |doubt| {
            let Finding { reason, .. } = Finding::from(doubt);
            let example = match self.reading.system {
                System::Posix => "`/srv/app`",
                System::Windows => "`C:\\work`",
            };
            Finding::new("directory.invalid", format!("`{written}` is no absolute path: {reason}"))
                .at(place)
                .instead(format!("write a path such as {example}"))
        };
        let read = self.reading.read(written, None).map_err(told);
        read.map_err(|finding| self.findings.push(finding)).ok()
    }
}

/// What is wrong with the settings beside pointers and directories.
fn faults(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    if settings.paths.is_empty() {
        let finding = Finding::new("paths.empty", "no argument is named, so there is nothing to guard").at("/paths");
        let example = r#"[{"arguments": ["/path"], "within": ["/srv/app"]}]"#;
        findings.push(finding.instead(format!("name the arguments that are paths, for instance `{example}`")));
    }
    for (index, group) in settings.paths.iter().enumerate() {
        let empty = [("arguments", group.arguments.is_empty()), ("within", group.within.is_empty())];
        for (key, _) in empty.iter().filter(|(_, is_empty)| *is_empty) {
            let finding = Finding::new("paths.empty", format!("`{key}` is empty")).at(format!("/paths/{index}/{key}"));
            findings.push(finding.instead("name at least one, or leave the group out"));
        }
    }
    if let Some(cwd) = &settings.cwd
        && !settings.paths.iter().any(|group| group.arguments.contains(cwd))
    {
        let reason = format!("the working directory `{cwd}` is not among the `arguments`");
        let remedy = "name it in `paths` too, with the directories that it may be";
        findings.push(Finding::new("cwd.unnamed", reason).at("/cwd").instead(remedy));
    }
    if let Some(cwd) = &settings.cwd
        && cwd.split('/').any(|part| part == "*")
    {
        let reason = format!("`{cwd}` may be several arguments, and the paths are relative to one working directory");
        findings.push(
            Finding::new("cwd.many", reason).at("/cwd").instead("name one argument, or leave `cwd` and `base` out"),
        );
    }
    if let Some(index) = settings.forms.iter().position(|form| *form == Form::Edges)
        && settings.system == System::Windows
    {
        let finding = Finding::new("forms.edges", "Windows drops blanks and dots at the end of names");
        findings.push(finding.at(format!("/forms/{index}")).instead("leave `edges` out"));
    }
    findings
}
