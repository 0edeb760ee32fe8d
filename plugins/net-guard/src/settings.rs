//! The settings as a policy writes them, and the guard that they make.

use crate::scope::Scope;
use crate::target::Kind;
use doorward_plugin::Finding;
use doorward_plugin::arguments::{Absent, Arguments, Written};
use doorward_plugin::net::{Allowed, Location, NamePattern, Network, port_of};
use serde::Deserialize;
use std::ops::RangeInclusive;

/// As written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    targets: Vec<Group>,
    #[serde(default)]
    opaque: Vec<String>,
}

/// Arguments of one kind, with the same rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    arguments: Vec<String>,
    kind: Kind,
    #[serde(default)]
    absent: Absent,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    networks: Vec<String>,
    #[serde(default)]
    ports: Vec<Ports>,
    #[serde(default)]
    listen: Vec<Ports>,
    #[serde(default)]
    schemes: Vec<String>,
    #[serde(default)]
    users: Vec<String>,
    #[serde(default)]
    logins: Logins,
}

/// `443` or `"8000-8099"`
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Ports {
    One(u16),
    Text(String),
}

/// What becomes of a user and a password in a URL.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Logins {
    #[default]
    Refuse,
    Allow,
}

/// As meant: the guard, ready to judge.
#[derive(Debug)]
pub struct Guard {
    /// The role of an argument is the number of its scope.
    pub(crate) arguments: Arguments<usize>,
    pub(crate) scopes: Vec<(Kind, Scope)>,
}

impl Guard {
    /// Reads the settings, or says all that is wrong with them.
    pub(crate) fn new(settings: &Settings) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        if settings.targets.is_empty() {
            let finding = Finding::new("targets.empty", "no argument is named, so there is nothing to guard");
            let example = r#"[{"arguments": ["/host"], "kind": "host", "hosts": ["*.example.com"]}]"#;
            let remedy = format!("name the arguments that are hosts, URLs or ports, for instance `{example}`");
            findings.push(finding.at("/targets").instead(remedy));
        }
        let arguments = arguments(settings).map_err(|faults| findings.extend(faults)).ok();
        let scopes = settings.targets.iter().enumerate();
        let scopes = scopes.map(|(index, group)| (group.kind, scope(group, index, &mut findings))).collect();
        match arguments {
            Some(arguments) if findings.is_empty() => Ok(Self { arguments, scopes }),
            _ => Err(findings),
        }
    }
}

fn arguments(settings: &Settings) -> Result<Arguments<usize>, Vec<Finding>> {
    let mut written = Vec::new();
    for (role, group) in settings.targets.iter().enumerate() {
        for (index, pointer) in group.arguments.iter().enumerate() {
            let place = format!("/targets/{role}/arguments/{index}");
            written.push(Written { place, pointer: pointer.clone(), role, absent: group.absent });
        }
    }
    Arguments::read(written, &settings.opaque)
}

fn scope(group: &Group, index: usize, findings: &mut Vec<Finding>) -> Scope {
    let at = |key: &str| format!("/targets/{index}/{key}");
    findings.extend(misplaced(group, &at));
    let names = read(
        &group.hosts,
        &at("hosts"),
        findings,
        |text| NamePattern::parse(text),
        |written| {
            Finding::new("hosts.invalid", format!("`{written}` is no name of a host"))
                .instead("write `www.example.com`, `*.example.com` or `*`; addresses belong to `networks`")
        },
    );
    let networks = read(
        &group.networks,
        &at("networks"),
        findings,
        |text| Network::parse(text),
        |written| {
            Finding::new("networks.invalid", format!("`{written}` is no network"))
                .instead("write `10.1.0.0/16`, `fd00::/8` or one address")
        },
    );
    let schemes = read(
        &group.schemes,
        &at("schemes"),
        findings,
        |text| scheme(text),
        |written| {
            Finding::new("schemes.invalid", format!("`{written}` is no scheme of URLs that name a host"))
                .instead("write it alone and in small letters, such as `https`")
        },
    );
    let schemes = if schemes.is_empty() { vec!["https".to_owned()] } else { schemes };
    let users = read(
        &group.users,
        &at("users"),
        findings,
        |text| user(text),
        |written| {
            Finding::new("users.invalid", format!("`{written}` is no name of a user")).instead("write it as it is sent")
        },
    );
    let bad_port = |written: &Ports| {
        let written = match written {
            Ports::One(port) => port.to_string(),
            Ports::Text(text) => text.clone(),
        };
        Finding::new("ports.invalid", format!("`{written}` is no port")).instead("write `443` or `\"8000-8099\"`")
    };
    let ports = read(&group.ports, &at("ports"), findings, range, bad_port);
    // What a program listens on without being the superuser.
    let listen = read(&group.listen, &at("listen"), findings, range, bad_port);
    let listen = if group.listen.is_empty() { vec![1024..=u16::MAX] } else { listen };
    let takes_logins = group.logins == Logins::Allow;
    Scope { hosts: Allowed { names, networks }, ports, schemes, users, listen, takes_logins }
}

/// Reads a list, with a finding for each that cannot be read.
fn read<W, M>(
    written: &[W],
    place: &str,
    findings: &mut Vec<Finding>,
    parse: impl Fn(&W) -> Option<M>,
    fault: impl Fn(&W) -> Finding,
) -> Vec<M> {
    let mut meant = Vec::new();
    for (index, one) in written.iter().enumerate() {
        match parse(one) {
            Some(one) => meant.push(one),
            None => findings.push(fault(one).at(format!("{place}/{index}"))),
        }
    }
    meant
}

/// What a group lacks, and what says nothing in it.
fn misplaced(group: &Group, at: &impl Fn(&str) -> String) -> Vec<Finding> {
    let kind = group.kind;
    let has_host = kind != Kind::Port;
    let has_port = !matches!(kind, Kind::Host);
    let needs_port = matches!(kind, Kind::Port | Kind::Endpoint | Kind::Tunnel);
    let mut findings = Vec::new();
    if group.arguments.is_empty() {
        let finding = Finding::new("targets.empty", "`arguments` is empty").at(at("arguments"));
        findings.push(finding.instead("name at least one, or leave the group out"));
    }
    if has_host && group.hosts.is_empty() && group.networks.is_empty() {
        let finding = Finding::new("targets.open", "neither `hosts` nor `networks` say where to").at(at("hosts"));
        findings.push(finding.instead("name hosts, such as `*.example.com`, or networks, such as `10.1.0.0/16`"));
    }
    if needs_port && group.ports.is_empty() {
        let finding = Finding::new("targets.open", "`ports` does not say which").at(at("ports"));
        findings.push(finding.instead("name ports, such as `443` or `\"8000-8099\"`"));
    }
    let is_everything = |ports: &Ports| range(ports) == Some(1..=u16::MAX);
    if kind == Kind::Port
        && let Some(index) = group.ports.iter().position(is_everything)
    {
        let finding = Finding::new("ports.everything", "this is every port, so there is nothing to guard");
        let finding = finding.at(format!("{}/{index}", at("ports")));
        findings.push(finding.instead("name the ports that are meant, or put the argument in `opaque`"));
    }
    let unused = [
        ("hosts", !has_host && !group.hosts.is_empty()),
        ("networks", !has_host && !group.networks.is_empty()),
        ("ports", !has_port && !group.ports.is_empty()),
        ("listen", kind != Kind::Tunnel && !group.listen.is_empty()),
        ("schemes", kind != Kind::Url && !group.schemes.is_empty()),
        ("logins", kind != Kind::Url && group.logins == Logins::Allow),
        ("users", kind != Kind::Login && !group.users.is_empty()),
    ];
    for (key, _) in unused.iter().filter(|(_, is_unused)| *is_unused) {
        let reason = format!("`{key}` says nothing of an argument that is of the kind `{}`", kind.name());
        findings.push(Finding::new("targets.unused", reason).at(at(key)).instead("leave it out"));
    }
    findings
}

fn scheme(written: &str) -> Option<String> {
    let location = Location::parse(&format!("{written}://host:1")).ok()?;
    (location.scheme == written).then_some(location.scheme)
}

fn user(written: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let is_good = !written.is_empty() && !written.starts_with('-') && written.chars().all(is_plain);
    is_good.then(|| written.to_owned())
}

fn range(written: &Ports) -> Option<RangeInclusive<u16>> {
    match written {
        Ports::One(0) => None,
        Ports::One(port) => Some(*port..=*port),
        Ports::Text(text) => {
            let (first, last) = text.split_once('-').unwrap_or((text, text));
            let range = port_of(first).ok()?..=port_of(last).ok()?;
            (!range.is_empty()).then_some(range)
        }
    }
}
