//! What may be connected to.

use doorward_plugin::Finding;
use doorward_plugin::net::{Allowed, Host, Location, special, special_name};
use std::ops::RangeInclusive;

/// For some arguments: the hosts, ports, schemes and users that they may name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    pub(crate) hosts: Allowed,
    pub(crate) ports: Vec<RangeInclusive<u16>>,
    /// In small letters.
    pub(crate) schemes: Vec<String>,
    pub(crate) users: Vec<String>,
    /// Where a tunnel may listen.
    pub(crate) listen: Vec<RangeInclusive<u16>>,
    /// Whether a URL may have a user and a password.
    pub(crate) takes_logins: bool,
}

impl Scope {
    pub(crate) fn host(&self, host: &Host) -> Result<(), Finding> {
        if self.hosts.holds(host) {
            return Ok(());
        }
        let what = match host {
            Host::Address(address) => special(*address),
            Host::Name(name) => special_name(name).then_some("a name of this machine or the network around it"),
        };
        let names = self.hosts.names.iter().map(ToString::to_string);
        let remedy = allowed(names.chain(self.hosts.networks.iter().map(ToString::to_string)));
        Err(match what {
            Some(what) => Finding::new("host.special", format!("the host is special: {what}")),
            None => Finding::new("host.outside", "the host is none of those that may be reached"),
        }
        .instead(remedy))
    }

    pub(crate) fn port(&self, port: u16) -> Result<(), Finding> {
        self.port_among(&self.ports, port)
    }

    pub(crate) fn listen(&self, port: u16) -> Result<(), Finding> {
        self.port_among(&self.listen, port)
    }

    fn port_among(&self, ports: &[RangeInclusive<u16>], port: u16) -> Result<(), Finding> {
        if ports.iter().any(|range| range.contains(&port)) {
            return Ok(());
        }
        let shown = ports.iter().map(|range| match range.start() == range.end() {
            true => range.start().to_string(),
            false => format!("{}-{}", range.start(), range.end()),
        });
        let finding = Finding::new("port.outside", format!("the port {port} is none of those that may be reached"));
        Err(finding.instead(allowed(shown)))
    }

    pub(crate) fn user(&self, user: &str) -> Result<(), Finding> {
        if self.users.iter().any(|known| known == user) {
            return Ok(());
        }
        let finding = Finding::new("user.outside", "the user is none of those that may be used");
        Err(match self.users.is_empty() {
            true => finding.instead("send the host without a user"),
            false => finding.instead(allowed(self.users.iter().cloned())),
        })
    }

    pub(crate) fn scheme(&self, location: &Location) -> Result<(), Finding> {
        if self.schemes.contains(&location.scheme) {
            return Ok(());
        }
        let finding = Finding::new("url.scheme", "the scheme of the URL is none of those that may be used");
        Err(finding.instead(allowed(self.schemes.iter().cloned())))
    }

    /// Without ports in the settings, a URL may name the one of its scheme.
    pub(crate) fn port_of_url(&self, location: &Location) -> Result<(), Finding> {
        let missing = || Finding::new("port.missing", "the URL has no port, and its scheme none that is known");
        let port = location.port.ok_or_else(|| missing().instead("write the port behind the host"))?;
        match location.usual_port() {
            Some(usual) if self.ports.is_empty() => self.port_among(&[usual..=usual], port),
            _ => self.port(port),
        }
    }
}

/// The first of what is allowed.
fn allowed(all: impl Iterator<Item = String>) -> String {
    const MOST: usize = 8;
    let mut shown: Vec<_> = all.take(MOST + 1).map(|one| format!("`{one}`")).collect();
    if shown.len() > MOST {
        shown.truncate(MOST);
        shown.push("…".to_owned());
    }
    match shown.is_empty() {
        true => "nothing is allowed here".to_owned(),
        false => format!("allowed: {}", shown.join(", ")),
    }
}
