//! The parameters of a tool, and what each is for, told from its name and its type.

use crate::json::{Object, Value};

use super::words;

/// How deep a schema is followed, and how many parameters are looked at.
const DEEPEST: usize = 6;
const MOST: usize = 500;

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Where it stands in the arguments; an element of an array is `*`.
    pub pointer: String,
    /// What it is for.
    pub role: Role,
    /// Whether text may stand there.
    pub text: bool,
    /// Whether a call must have it.
    pub required: bool,
}

/// What a parameter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A command for a shell.
    Command,
    /// A program in another language.
    Script,
    /// The program that is started.
    Program,
    /// Arguments of a program that is started.
    Arguments,
    /// The directory in which something runs.
    Directory,
    /// A query, which may be a program.
    Query,
    /// Where a database is.
    Database,
    /// Where something is written.
    Output,
    /// What is written.
    Content,
    /// What is sent.
    Payload,
    /// How it is sent.
    Method,
    /// A password, a key or a token.
    Secret,
    /// An address on the web.
    Url,
    /// A host.
    Host,
    /// A file or a folder.
    Path,
    /// Does it all the same, or to everything beneath.
    Force,
    /// Does it again and again, or at several places.
    Repeat,
    /// An amount.
    Amount,
    /// A currency.
    Currency,
    /// Which session, connection or machine is meant.
    Target,
    /// Anything else.
    Other,
}

/// The parameters of a definition, those within objects and arrays too.
pub fn parameters(definition: &Object) -> Vec<Parameter> {
    let mut found = Vec::new();
    if let Some(schema) = definition.object("inputSchema") {
        walk(schema, "", 0, &mut found);
    }
    found
}

fn walk(schema: &Object, pointer: &str, depth: usize, found: &mut Vec<Parameter>) {
    if depth > DEEPEST {
        return;
    }
    let required = schema.get("required").and_then(Value::as_array).unwrap_or_default();
    for (name, property) in schema.object("properties").into_iter().flat_map(Object::iter) {
        if found.len() >= MOST {
            return;
        }
        let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        let text = may_be(property, "string", 0);
        let role = role(&words::tokens(name), property);
        let required = depth == 0 && required.iter().any(|known| known.as_str() == Some(name));
        found.push(Parameter { pointer: pointer.clone(), role, text, required });
        within(property, &pointer, depth, found);
    }
}

/// What may lie within a property: objects, elements, and the ways of a union.
fn within(property: &Value, pointer: &str, depth: usize, found: &mut Vec<Parameter>) {
    let Some(property) = property.as_object() else { return };
    if depth > DEEPEST {
        return;
    }
    walk(property, pointer, depth + 1, found);
    if let Some(items) = property.get("items") {
        within(items, &format!("{pointer}/*"), depth + 1, found);
    }
    for way in ways(property) {
        within(way, pointer, depth + 1, found);
    }
}

fn ways(schema: &Object) -> impl Iterator<Item = &Value> {
    ["anyOf", "oneOf", "allOf"]
        .into_iter()
        .flat_map(|keyword| schema.get(keyword).and_then(Value::as_array).unwrap_or_default())
}

/// Whether a schema lets a value of this type, or elements of it, stand there. One that says nothing lets everything.
fn may_be(schema: &Value, kind: &str, depth: usize) -> bool {
    let Some(schema) = schema.as_object() else { return true };
    if depth > DEEPEST {
        return true;
    }
    let types: Vec<&str> = match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if types.contains(&kind) {
        return true;
    }
    if types.contains(&"array") && schema.get("items").is_none_or(|items| may_be(items, kind, depth + 1)) {
        return true;
    }
    let mut ways = ways(schema).peekable();
    let says_nothing = types.is_empty() && ways.peek().is_none() && schema.get("enum").is_none();
    says_nothing || ways.any(|way| may_be(way, kind, depth + 1))
}

fn role(tokens: &[String], schema: &Value) -> Role {
    let words: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let (text, number, truth) = (
        may_be(schema, "string", 0),
        may_be(schema, "number", 0) || may_be(schema, "integer", 0),
        may_be(schema, "boolean", 0),
    );
    match words.as_slice() {
        [.., "command" | "commands" | "cmd" | "commandline" | "cmdline"] | ["command", "line"] if text => Role::Command,
        [.., "script" | "powershell" | "javascript" | "python"] | ["code" | "expression"] | ["source", "code"]
            if text =>
        {
            Role::Script
        }
        [.., "executable" | "program" | "binary" | "interpreter" | "compiler" | "shell"] if text => Role::Program,
        [.., "args" | "argv" | "flags"] if text => Role::Arguments,
        ["cwd" | "workdir" | "pwd"] | ["working" | "work" | "current", "dir" | "directory"] if text => Role::Directory,
        ["query" | "statement"] | ["sql", ..] | [.., "sql"] if text => Role::Query,
        ["dsn" | "database" | "db"] | ["connection", "string"] | ["database" | "db", ..] if text => Role::Database,
        [.., "password" | "passphrase" | "secret" | "credential" | "credentials" | "token" | "authorization"]
        | [.., "private" | "api" | "access" | "secret" | "identity", "key" | "file"]
        | [.., "key", "file", "path"]
            if text =>
        {
            Role::Secret
        }
        ["dest" | "destination" | "save", ..]
        | [.., "destination"]
        | ["output" | "out", "path" | "dir" | "directory" | "file" | "folder" | "filename"]
            if text =>
        {
            Role::Output
        }
        ["content" | "contents" | "text" | "patch"] | ["new" | "file", "text" | "content" | "contents"] if text => {
            Role::Content
        }
        ["overwrite"] | ["in", "place"] if truth => Role::Content,
        ["body" | "data" | "payload" | "message" | "messages" | "fields"] | ["form", "fields"] => Role::Payload,
        ["method"] if text => Role::Method,
        [.., "url" | "uri" | "link"] if text => Role::Url,
        ["host" | "hostname" | "ip" | "address"] | [.., "host" | "hostname" | "address"] if text => Role::Host,
        [.., "path" | "paths" | "file" | "files" | "dir" | "directory" | "folder" | "root" | "roots" | "filename"]
            if text =>
        {
            Role::Path
        }
        ["force" | "recursive" | "recursively" | "cascade" | "all"] | ["dry", "run"] if truth => Role::Force,
        ["interval" | "repeat" | "repetitions" | "schedule" | "cron" | "every" | "tag" | "hosts" | "targets"] => {
            Role::Repeat
        }
        ["amount" | "total" | "price" | "sum"] | [.., "amount"] if number || text => Role::Amount,
        ["currency"] => Role::Currency,
        ["alias" | "session" | "connection" | "server" | "node" | "container" | "pod"]
        | [.., "id"]
        | ["session" | "connection" | "server" | "host", "name"] => Role::Target,
        _ => Role::Other,
    }
}
