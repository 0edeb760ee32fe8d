//! The shape of `doorward.json`, for editors: a mirror of what is read. A test holds the two together.
#![expect(dead_code, reason = "only the shape is used")]

use std::collections::BTreeMap;

use schemars::JsonSchema;

use crate::json::schema;
use crate::policy::schema::Policy;

/// The JSON Schema of a configuration.
pub fn schema() -> String {
    schema::of::<Configuration>()
}

/// The configuration of Doorward: a gateway between AI agents and MCP servers that decides, call by call, what may pass.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Configuration {
    /// This schema, for editors.
    #[schemars(rename = "$schema")]
    schema: Option<String>,
    /// The version of this format.
    version: Version,
    /// Where agents connect: an address and a port. Without it, `127.0.0.1:7070`.
    listen: Option<String>,
    /// Where operators connect: `/livez`, `/readyz`, `/metrics`. Without it, `127.0.0.1:7071`.
    admin: Option<String>,
    /// Names, beside the loopback's, that a `Host` header may have.
    hosts: Option<Vec<String>>,
    /// Pages, beside the loopback's, from which a browser may call, as `https://NAME`.
    origins: Option<Vec<String>>,
    /// Bounds of every connection.
    limits: Option<Bounds>,
    /// What stands above the policies of all servers: a path, the policy itself, or a list of either.
    policy: Option<PolicyPlaces>,
    /// The servers by name: up to 64 letters, digits, `-`, `_` and `.`, and no `__`.
    servers: BTreeMap<String, Server>,
    /// Who may use which of the servers.
    grants: Option<Vec<Grant>>,
    /// What a caller without a token may use; on loopback only.
    anonymous: Option<Anonymous>,
    /// Plugins of your own by name.
    plugins: Option<BTreeMap<String, Plugin>>,
    /// Where decisions are recorded. Without it, the user's state folder.
    audit: Option<Audit>,
}

#[derive(JsonSchema)]
enum Version {
    #[schemars(rename = "1")]
    One,
}

/// A path relative to the file that names it, the policy itself, or a list of either: all of them must allow.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum PolicyPlaces {
    One(PolicyPlace),
    Many(Vec<PolicyPlace>),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum PolicyPlace {
    Path(String),
    Here(Box<Policy>),
}

/// Bounds of every connection.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Bounds {
    /// Open connections; 1024 without it.
    connections: Option<Amount>,
    /// The largest request header; `"32KiB"` without it.
    header: Option<Size>,
    /// How long a header may take, and a connection may wait for the next; `"10s"` without it.
    header_time: Option<Time>,
    /// How long a body may take; `"30s"` without it.
    body_time: Option<Time>,
    /// How long calls in flight have when the gateway stops; `"30s"` without it.
    drain: Option<Time>,
}

/// A number above 0.
#[derive(JsonSchema)]
#[schemars(transparent)]
struct Amount(#[schemars(range(min = 1, max = 1_048_576))] u64);

/// A time: a number above 0 with `ms`, `s`, `m` or `h`.
#[derive(JsonSchema)]
#[schemars(transparent)]
struct Time(#[schemars(regex(pattern = r"^[0-9]+(ms|s|m|h)$"))] String);

/// A size: a number of bytes, or a number with `KiB` or `MiB`.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Size {
    Bytes(#[schemars(range(min = 1))] u64),
    Text(#[schemars(regex(pattern = r"^[0-9]+(KiB|MiB)?$"))] String),
}

/// A server: `command` or `url`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Server {
    /// A Streamable HTTP endpoint.
    url: Option<String>,
    /// Headers to send with every request to the `url`.
    headers: Option<BTreeMap<String, String>>,
    /// A program that speaks MCP on stdio.
    command: Option<String>,
    /// The program's arguments.
    args: Option<Vec<String>>,
    /// Where the program runs.
    cwd: Option<String>,
    /// The program's environment, beside the few variables that every program inherits.
    env: Option<BTreeMap<String, String>>,
    /// What is allowed there. Without one, nothing is.
    policy: Option<PolicyPlaces>,
    /// How long a call may take; `"5m"` without it.
    timeout: Option<Time>,
    /// Where a tool differs.
    tools: Option<BTreeMap<String, ToolTimeout>>,
    /// Bounds of this server.
    limits: Option<ServerLimits>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ToolTimeout {
    /// How long a call of this tool may take.
    timeout: Time,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ServerLimits {
    /// The largest message of an agent; `"4MiB"` without it.
    body: Option<Size>,
    /// The largest message of the server; `"16MiB"` without it.
    reply: Option<Size>,
    /// Calls in flight; 256 without it.
    calls: Option<Amount>,
    /// Open sessions of clients before 2026-07-28; 256 without it.
    sessions: Option<Amount>,
    /// Running programs; 64 without it.
    children: Option<Amount>,
    /// How long a session or a program may go without traffic; `"10m"` without it.
    idle: Option<Time>,
}

/// What one caller may use.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Grant {
    /// The caller's name, in records and rules.
    name: String,
    /// The SHA-256 of the caller's token, as 64 hexadecimal digits; `doorward grant new NAME` makes both.
    token_sha256: String,
    /// The groups that the caller is in: `caller.groups` in policies.
    #[schemars(length(max = 32))]
    groups: Option<Vec<String>>,
    /// The servers that the caller may use.
    servers: BTreeMap<String, Seat>,
}

/// What a caller without a token may use.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Anonymous {
    /// The servers that the caller may use.
    servers: BTreeMap<String, Seat>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Seat {
    /// What narrows the server's policy for this caller: both must allow.
    policy: Option<PolicyPlaces>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Plugin {
    /// The component, a file.
    path: String,
    /// Its SHA-256, as 64 hexadecimal digits.
    sha256: Option<String>,
    /// What it is granted beside the call, wherever a policy uses it.
    grants: Option<Vec<crate::policy::schema::Grant>>,
    /// What it may use, where a policy does not say it.
    budget: Option<crate::policy::schema::Budget>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Audit {
    /// The folder of the record.
    dir: Option<String>,
    /// Whether every decision is also brought to the disk before its call goes.
    fsync: Option<Fsync>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
enum Fsync {
    Never,
    Always,
}
