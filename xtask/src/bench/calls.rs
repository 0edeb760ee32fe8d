//! What plugins are asked when they are measured: calls and replies as agents send and get them.

use serde_json::{Value, json};

/// A plugin, its settings, and what it is asked.
pub(super) struct Subject {
    /// How the row is called.
    pub(super) name: &'static str,
    /// The plugin: the name of one inside the program, or of a guest that is built for this.
    pub(super) plugin: &'static str,
    pub(super) settings: Value,
    /// A case, but for its name, its settings and what is expected.
    pub(super) asked: Value,
}

/// By these two the aims are measured, beside shell-guard.
pub(super) fn small() -> Subject {
    of("small", "small", reading(&json!({ "values": ["/command"] })), call(&command("df -h /var/log")))
}

/// A validator that builds a state machine of some size out of its settings.
pub(super) fn patterns() -> Subject {
    let words = ["passwd", "secret", "token", "private[_-]?key", "api[_-]?key", "credential", "bearer", "session"];
    let forbidden: Vec<String> = words.iter().map(|word| format!(r"(?i-u)\b{word}s?\s*[:=]\s*[!-~]{{4}}")).collect();
    of("regex-heavy", "patterns", json!({ "forbidden": forbidden }), call(&command("df -h /var/log")))
}

/// The guards that are inside the program.
pub(super) fn guards() -> Vec<Subject> {
    let paths = json!({ "paths": [{ "arguments": ["/paths/*"], "within": ["/srv"], "access": "write" }] });
    let hosts = json!({ "targets": [{ "arguments": ["/url"], "kind": "url", "hosts": ["*.example.com"] }] });
    let sql = json!({ "arguments": ["/query"], "dialect": "postgres" });
    let query = "SELECT a, count(*) FROM t WHERE b = 'x' GROUP BY a ORDER BY 2 DESC LIMIT 5";
    let keys = json!({ "keys": "/data", "session": "/sessionId" });
    let log = "total 12\ndrwxr-xr-x 2 root root 4096 Nov 21 10:15 .\n-rw-r--r-- 1 root root 812 Nov 21 10:15 a.log\n";
    vec![
        shell_guard("shell-guard", "ls -l /var/log"),
        shell_guard("shell-guard, a pipe", "df -h && journalctl -u sshd --since today | tail -n 50"),
        of("path-guard", "path-guard", paths, call(&json!({ "paths": ["/srv/app/main.conf"] }))),
        of("net-guard", "net-guard", hosts, call(&json!({ "url": "https://www.example.com/a?b=c" }))),
        of("sql-guard", "sql-guard", sql, call(&json!({ "query": query }))),
        of("terminal-guard", "terminal-guard", keys, call(&json!({ "sessionId": "t", "data": "df -h\r" }))),
        of(
            "secret-redact",
            "secret-redact",
            json!({}),
            json!({ "reply": { "content": [{ "type": "text", "text": log }] } }),
        ),
    ]
}

/// How long it takes to be handed documents of two sizes, in three ways.
pub(super) fn documents() -> Vec<Subject> {
    let pointers = ["/text0", "/text3", "/text7", "/text9"];
    let texts = |count: usize| -> Value {
        (0..count).map(|number| (format!("text{number}"), Value::from("abcdefgh ".repeat(10)))).collect()
    };
    let of = |name, reads: &Value, count| of(name, "small", reading(reads), call(&texts(count)));
    vec![
        of("1 KB, four values by pointer", &json!({ "values": pointers }), 10),
        of("1 KB, every string", &json!("strings"), 10),
        of("1 KB, the whole as one text", &json!("text"), 10),
        of("100 KB, four values by pointer", &json!({ "values": pointers }), 1000),
        of("100 KB, every string", &json!("strings"), 1000),
        of("100 KB, the whole as one text", &json!("text"), 1000),
    ]
}

/// The settings of the small validator.
pub(super) fn reading(reads: &Value) -> Value {
    json!({ "reads": reads, "at-most": 1000 })
}

/// The settings of shell-guard for the tool of the load.
pub(super) fn shell_guard_settings() -> Value {
    json!({ "arguments": ["/command"], "opaque": ["/connectionId"] })
}

fn shell_guard(name: &'static str, text: &str) -> Subject {
    of(name, "shell-guard", shell_guard_settings(), call(&command(text)))
}

fn of(name: &'static str, plugin: &'static str, settings: Value, asked: Value) -> Subject {
    Subject { name, plugin, settings, asked }
}

fn call(arguments: &Value) -> Value {
    json!({ "call": arguments })
}

fn command(text: &str) -> Value {
    json!({ "connectionId": "web-1", "command": text, "interval": 60000 })
}
