//! The kinds of arguments, and what each names.

use crate::scope::Scope;
use doorward_plugin::net::{Endpoint, Host, Location, port_of};
use doorward_plugin::{Finding, Value};
use serde::Deserialize;

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// `www.example.com`, `192.0.2.7`
    Host,
    /// `www.example.com:443`
    Endpoint,
    /// `deploy@www.example.com`, with a port or without
    Login,
    /// `https://www.example.com/`
    Url,
    /// `443`, as a number or as text
    Port,
    /// `8080:db.example.com:5432`, as `ssh -L` and `-R` take it
    Tunnel,
}

impl Kind {
    /// The kind as settings write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Endpoint => "endpoint",
            Self::Login => "login",
            Self::Url => "url",
            Self::Port => "port",
            Self::Tunnel => "tunnel",
        }
    }
}

/// Whether what the argument names may be reached.
pub(crate) fn check(kind: Kind, scope: &Scope, value: &Value) -> Result<(), Finding> {
    let text = match value {
        Value::Text(text) => text,
        Value::Number(number) if kind == Kind::Port => number,
        _ => {
            let finding = Finding::new("argument.type", "a guarded argument is of another type");
            return Err(finding.instead(if kind == Kind::Port { "send a number" } else { "send a string" }));
        }
    };
    match kind {
        Kind::Host => scope.host(&Host::parse(text)?),
        Kind::Endpoint => endpoint(scope, text),
        Kind::Login => login(scope, text),
        Kind::Url => url(scope, text),
        Kind::Port => scope.port(port_of(text)?),
        Kind::Tunnel => tunnel(scope, text),
    }
}

fn endpoint(scope: &Scope, text: &str) -> Result<(), Finding> {
    let endpoint = Endpoint::parse(text)?;
    scope.host(&endpoint.host)?;
    scope.port(endpoint.port.ok_or_else(no_port)?)
}

/// A port may be left out where the settings name none: then the program takes its own.
fn login(scope: &Scope, text: &str) -> Result<(), Finding> {
    let (user, rest) = match text.split_once('@') {
        Some((user, rest)) => (Some(user), rest),
        None => (None, text),
    };
    if let Some(user) = user {
        scope.user(user)?;
    }
    let endpoint = Endpoint::parse(rest)?;
    scope.host(&endpoint.host)?;
    match endpoint.port {
        Some(port) => scope.port(port),
        None => Ok(()),
    }
}

fn url(scope: &Scope, text: &str) -> Result<(), Finding> {
    let location = Location::parse(text)?;
    scope.scheme(&location)?;
    if location.has_login && !scope.takes_logins {
        let finding = Finding::new("url.login", "the URL has a user or a password before the host");
        return Err(finding.instead("leave it out"));
    }
    // Clients of databases take a host, a file or a service from there too.
    if location.has_more && !matches!(location.scheme.as_str(), "http" | "https" | "ws" | "wss") {
        let reason = "the URL has a `?`, a `#` or an `@` behind the host, where it could name another one";
        let finding = Finding::new("url.query", reason);
        return Err(finding.instead("leave it out"));
    }
    scope.host(&location.host)?;
    scope.port_of_url(&location)
}

/// `[BIND:]PORT:HOST:PORT`. Only this machine itself may come in: without a bind address, or by one of its loopback.
fn tunnel(scope: &Scope, text: &str) -> Result<(), Finding> {
    let unclear = || {
        Finding::new("tunnel.invalid", "this is no tunnel to one host and one port")
            .instead("send `PORT:HOST:PORT`, such as `8080:db.example.com:5432`")
    };
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) || text.starts_with('-') || text.contains('/') {
        return Err(unclear());
    }
    let parts = split(text).ok_or_else(unclear)?;
    let (bind, listen, host, port) = match parts.as_slice() {
        [listen, host, port] => (None, listen, host, port),
        [bind, listen, host, port] => (Some(bind), listen, host, port),
        _ => return Err(unclear()),
    };
    if !bind.is_none_or(|bind| matches!(*bind, "localhost" | "127.0.0.1" | "[::1]")) {
        let finding = Finding::new("tunnel.bind", "the tunnel would be open to other machines");
        return Err(finding.instead("leave the address before the port out"));
    }
    scope.listen(port_of(listen)?)?;
    scope.host(&Host::parse(host)?)?;
    scope.port(port_of(port)?)
}

/// The parts between colons; an address in brackets is one. None where a bracket is not closed or has something around it.
fn split(text: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let end = match rest.strip_prefix('[') {
            Some(inner) => inner.find(']')? + 2,
            None => rest.find(':').unwrap_or(rest.len()),
        };
        let (part, behind) = rest.split_at_checked(end)?;
        parts.push(part);
        if behind.is_empty() {
            return Some(parts);
        }
        rest = behind.strip_prefix(':')?;
    }
}

fn no_port() -> Finding {
    Finding::new("port.missing", "there is no port").instead("send the host with a port, such as `www.example.com:443`")
}
