//! What takes the guards longest: calls and replies as large as they take them, of what is most work at that size, in the
//! form of their cases. `doorward plugin bench --each` measures them, in a release build: in any other the gateway's own part
//! of a question takes longer than the guard's.

use std::path::Path;
use std::process::Command;
use std::{fs, iter};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::{cargo, run};

/// What a guard may take for any of it, in microseconds.
const MOST: u64 = 1000;

/// Measures the guards that are named, or all of them.
pub(crate) fn measure(rest: &[String], target: &Path) -> Result<()> {
    run(cargo().args(["build", "--release", "--package", "doorward"]))?;
    if let Some(name) = rest.iter().find(|name| !GUARDS.iter().any(|(guard, _)| guard == name)) {
        bail!("there is no guard `{name}`; there are {}", GUARDS.map(|(guard, _)| guard).join(", "));
    }
    for (guard, cases) in GUARDS.iter().filter(|(guard, _)| rest.is_empty() || rest.iter().any(|name| name == guard)) {
        let folder = target.join("hardest").join(guard);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("hardest.json"), cases().to_string())?;
        let mut bench = Command::new(target.join("release/doorward"));
        bench.args(["plugin", "bench", guard, "--each", "--format", "json", "--cases"]).arg(&folder);
        let output = bench.output()?;
        let Ok(Value::Array(figures)) = serde_json::from_slice(&output.stdout) else {
            println!("{guard}\n  {}", String::from_utf8_lossy(&output.stderr));
            continue;
        };
        println!("{guard}");
        for figure in figures {
            let time = |part: &str| figure.pointer(part).and_then(Value::as_u64).unwrap_or(u64::MAX);
            let mark = if time("/call/p50_us") > MOST { "  too long" } else { "" };
            let name = figure.get("case").and_then(Value::as_str).unwrap_or_default();
            println!("  {:>6} µs   p99 {:>6} µs   {name}{mark}", time("/call/p50_us"), time("/call/p99_us"));
        }
    }
    Ok(())
}

/// Makes a suite of cases.
type Make = fn() -> Value;

/// The guards, each with its hardest cases.
const GUARDS: [(&str, Make); 6] = [
    ("net-guard", of_net),
    ("path-guard", of_path),
    ("secret-redact", of_secrets),
    ("shell-guard", of_shell),
    ("sql-guard", of_sql),
    ("terminal-guard", of_terminals),
];

/// As often as it fits into so many bytes.
fn filled(bytes: usize, head: &str, part: &str, tail: &str) -> String {
    let times = bytes.saturating_sub(head.len() + tail.len()) / part.len();
    format!("{head}{}{tail}", part.repeat(times))
}

fn suite(settings: &Value, calls: Vec<(String, Value)>) -> Value {
    let case = |(name, call): (String, Value)| json!({ "name": name, "call": call, "verdict": "allow" });
    let cases: Vec<Value> = calls.into_iter().map(case).collect();
    json!({ "settings": settings, "cases": cases })
}

/// A call as full of strings as one may be, beside others.
fn crowd(mut call: Value, others: usize) -> Value {
    if let Some(members) = call.as_object_mut() {
        members.insert("more".to_owned(), (0..others).map(|index| format!("v{index}")).collect());
    }
    call
}

fn of_shell() -> Value {
    let settings = json!({ "arguments": ["/command", "/steps/*"], "opaque": ["/more"], "readable": ["/data/logs"] });
    let most = 16 << 10;
    let one = |name: &str, text: String| (name.to_owned(), json!({ "command": text }));
    // Names that begin and end as many secrets do.
    let many = (b'a'..=b'z').chain(b'a'..=b'd').map(|letter| char::from(letter).to_string().repeat(3) + "/");
    let many = many.collect::<String>();
    let steps: Vec<String> = (0..16).map(|_| filled(1020, "ls ", "/a/b/c/d ", "x")).collect();
    suite(
        &settings,
        vec![
            one("patterns", filled(most, "cat ", &format!("{} ", "*a".repeat(250)), "x")),
            one("patterns against secrets", format!("ls {}", "/etc/[a-z]*[a-z]*.*/*s*e*c*r*e*t* ".repeat(32))),
            one("paths", format!("ls {}", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n ".repeat(96))),
            one("paths of many names", filled(most, "ls ", &format!("/{many} "), "x")),
            one("relative paths", filled(most, "cat ", &format!("{many} "), "x")),
            one("paths that are read", filled(most, "cat ", &format!("/var/log/{many} "), "x")),
            one("long paths", format!("ls {}", format!("{} ", "a/".repeat(60)).repeat(96))),
            one("one path", filled(most, "ls ", "a/", "b")),
            one("commands", filled(most, "", "cat /var/log/a.b/c;", "id")),
            one("directories", format!("{}ls {}", "cd /a || cd /b || ".repeat(10), "x/y ".repeat(16))),
            one("quotes", filled(most, "echo ", "'a'\"b\"", "")),
            one("words", filled(most, "echo ", "ab ", "")),
            one("a word", filled(most, "echo ", "a", "")),
            one("flags", filled(most, "ls -", "lah", "")),
            one("fields", filled(most, "ps -o ", "pid,", "pid")),
            one("a template", filled(most, "docker inspect -f '", "{{.State}}", "' x")),
            one("a format", filled(most, "printf '", "%s", "'")),
            one("a program of awk", filled(most, "awk '{", "x=x+$1*2;", "}'")),
            one("a program of sed", filled(most, "sed -n '", "s/a/b/;", "p'")),
            one("names of find", filled(most, "find /var/log ", "-name 'a*b*c*' ", "")),
            ("steps".to_owned(), json!({ "steps": steps })),
            ("strings".to_owned(), crowd(json!({ "command": filled(most, "echo ", "a b ", "") }), 1000)),
        ],
    )
}

fn of_path() -> Value {
    let within: Vec<String> = (0..16).map(|index| format!("/srv/app{index}")).collect();
    let settings = json!({
        "paths": [{ "arguments": ["/paths/*"], "within": within, "access": "remove" }],
        "opaque": ["/more"], "base": "/srv/app15", "home": "/srv/app14",
        "forms": ["parent", "letters", "percent", "punctuation", "edges", "file-url"],
    });
    let many = |name: &str, path: &str, count: usize| (name.to_owned(), json!({ "paths": vec![path; count] }));
    suite(
        &settings,
        vec![
            many("a deep path", &format!("/srv/app15{}", "/ab".repeat(250)), 1),
            many("a long path", &filled(4000, "/srv/app15", "/..a.......................", ""), 1),
            many("up and down", &filled(4000, "/srv/app15", "/a/..", ""), 1),
            many("paths", "/srv/app15/a/b", 64),
            many("almost secrets", "/srv/app15/.gitx/id_rsb.pubb", 64),
            many("letters", "/srv/app15/ééé/ааа/ßßß", 48),
            many("URLs", "file:///srv/app15/%61%62%63/d%20e", 48),
            many("names", "a", 256),
            ("strings".to_owned(), crowd(json!({ "paths": ["/srv/app15/a"] }), 1000)),
        ],
    )
}

fn of_net() -> Value {
    let hosts: Vec<String> = (0..64).map(|index| format!("*.h{index}.example.com")).collect();
    let networks: Vec<String> = (0..64).map(|index| format!("10.{index}.0.0/16")).collect();
    let group = |kind: &str, more: Value| {
        let mut group = json!({ "arguments": [format!("/{kind}s/*")], "kind": kind, "hosts": hosts,
            "networks": networks, "absent": "allow" });
        if let (Some(group), Value::Object(more)) = (group.as_object_mut(), more) {
            group.extend(more);
        }
        group
    };
    let settings = json!({
        "targets": [group("host", json!({})), group("url", json!({})), group("endpoint", json!({ "ports": ["1-65535"] })),
            group("tunnel", json!({ "ports": [443] }))],
        "opaque": ["/more"],
    });
    let many = |kind: &str, text: &str| {
        let count = (16 << 10) / text.len();
        (
            format!("{kind}: {}", text.chars().take(40).collect::<String>()),
            json!({ format!("{kind}s"): vec![text; count.min(128)] }),
        )
    };
    let name = filled(250, "", "abcdefg.", "h63.example.com");
    suite(
        &settings,
        vec![
            many("host", "a.h63.example.com"),
            many("host", &filled(128, "", "a.", "h63.example.com")),
            many("host", "10.63.255.255"),
            many("host", "evil.example.org"),
            many("url", &filled(128, "https://a.h63.example.com/", "%20", "")),
            many("url", &format!("https://{name}/")),
            many("url", &filled(16 << 10, "https://a.h63.example.com/?", "a=b&", "")),
            many("endpoint", "[2001:db8:1:2:3:4:5:6]:443"),
            many("tunnel", "8080:a.h63.example.com:443"),
            ("strings".to_owned(), crowd(json!({ "hosts": ["a.h63.example.com"] }), 1000)),
        ],
    )
}

fn of_sql() -> Value {
    let settings = json!({
        "arguments": ["/query", "/queries/*"], "absent": "allow", "dialect": "postgres", "opaque": ["/more"],
        "tables": { "allow": (0..64).map(|index| format!("public.t{index}")).chain(iter::once("*".to_owned())).collect::<Vec<_>>(),
            "deny": (0..64).map(|index| format!("secret{index}")).collect::<Vec<_>>() },
    });
    let most = 8190;
    // The parser has a bound of its own on how deep it goes.
    let nested = |open: &str, inner: &str, close: &str, times: usize| {
        format!("SELECT {}{inner}{}", open.repeat(times), close.repeat(times))
    };
    let few = |head: &str, part: &str, tail: &str, tokens: usize| {
        let times = (780 - tokens) / tokens;
        format!("{head}{}{tail}", part.repeat(times))
    };
    let one = |name: &str, text: String| (name.to_owned(), json!({ "query": text }));
    suite(
        &settings,
        vec![
            one("a sum", few("SELECT 1", "+1", "", 2)),
            one("a condition", few("SELECT 1 FROM t WHERE a=1", " AND a=1", "", 4)),
            one("a list", few("SELECT a FROM t WHERE a IN (1", ",1", ")", 2)),
            one("columns", few("SELECT a", ",a", " FROM t", 2)),
            one("values", few("VALUES (1)", ",(1)", "", 4)),
            one("functions", few("SELECT upper('a')", ",upper('a')", "", 5)),
            one("casts", few("SELECT a", "::int", "", 2)),
            one("cases", few("SELECT 1", ",CASE WHEN a THEN b END", "", 7)),
            one("unions", few("SELECT 1", " UNION SELECT 1", "", 3)),
            one("windows", few("SELECT 1", ",sum(a) OVER (PARTITION BY a ORDER BY b)", "", 13)),
            one("tables", few("SELECT 1 FROM t", ",public.t63", "", 4)),
            one("joins", format!("SELECT 1 FROM t {}", "JOIN public.t63 USING (a) ".repeat(24))),
            one("with", few("WITH a AS (SELECT 1)", ",b AS (SELECT 1)", " SELECT 1 FROM a", 7)),
            one("groups", nested("(", "1", ")", 12)),
            one("queries within", nested("(SELECT ", "1", ")", 12)),
            one("functions within", nested("upper(", "'a'", ")", 12)),
            one("groups that do not end", nested("(", "1 +", "", 12)),
            one("not", few("SELECT ", "NOT ", "a", 1)),
            one("minus", few("SELECT ", "- ", "1", 1)),
            one("a string", filled(most, "SELECT '", "a''b", "'")),
            one("a name", filled(most, "SELECT \"", "a", "\"")),
            one("blanks", filled(most, "SELECT", " \n", " 1")),
            ("statements".to_owned(), json!({ "queries": vec!["SELECT 1, 2, 3"; 64] })),
            ("strings".to_owned(), crowd(json!({ "query": "SELECT 1" }), 1000)),
        ],
    )
}

fn of_terminals() -> Value {
    let settings = json!({ "keys": "/data", "session": "/sessionId", "opaque": ["/more"], "partial": "join" });
    let one = |name: &str, keys: String| (name.to_owned(), json!({ "sessionId": "t", "data": keys }));
    let line = |line: &str| format!("{line}\r").repeat(8);
    suite(
        &settings,
        vec![
            one("lines", line(&filled(250, "ls ", "/a/b ", "x"))),
            one("patterns", line(&filled(250, "ls ", "/e*c/[a-z]*t ", "x"))),
            one("a line", filled(1000, "echo ", "a b ", "\r")),
            one("quotes", filled(1000, "echo ", "'a'\"b\"", "\r")),
            one("commands", filled(1000, "", "df -h;", "id\r")),
            one("a line that goes on", filled(990, "echo ", "a b ", "")),
            ("strings".to_owned(), crowd(json!({ "sessionId": "t", "data": "df -h\r" }), 1000)),
        ],
    )
}

fn of_secrets() -> Value {
    const KIB: usize = 1 << 10;
    let text = |name: &str, text: String| {
        let reply = json!({ "content": [{ "type": "text", "text": text }] });
        json!({ "name": name, "reply": reply, "verdict": "pass" })
    };
    let log = "Nov 21 10:15:13 web1 nginx[812]: 192.0.2.7 - - \"GET /index.html HTTP/1.1\" 200 5120 0.004\n";
    let mut cases = vec![
        text("a short text", "total 12\ndrwxr-xr-x 2 root root 4096 Nov 21 10:15 .\n".to_owned()),
        text("a log of 96 KiB", filled(96 * KIB, "", log, "")),
        text("a log of 768 KiB", filled(768 * KIB, "", log, "")),
    ];
    for (name, part) in [
        ("assignments that are none", "password: required\n"),
        ("names of passwords", "passwordpasswordpassword "),
        ("tokens", "token_token_token_token_token_"),
        ("random tokens", "token=a8F3kd92jf "),
        ("URLs", "https://example.com/a/b?c=d "),
        ("URLs with colons", "http://a:b:c:d:e/ "),
        ("dots of tokens", "eyJabcdefgh.eyJabcdefgh."),
        ("beginnings of keys", "-----BEGIN A PRIVATE KEY---- "),
        ("keys of clouds", "AKIAABCDEFGHIJKLMN "),
        ("signs", "::////==::\"\"''\\\\"),
        ("hashes", "$2a$10$abcdefghijk "),
        ("bearers", "bearer bearer bearer "),
        ("all hints", "akia aiza ya29. sig= _v1_ ltai dapi hvs. ghp_ glpat- npm_ xoxb- sk- eyj sudo ://"),
    ] {
        cases.push(text(&format!("{name}, 64 KiB"), filled(64 * KIB, "", part, "")));
    }
    let lines = |count: usize| {
        let line = json!({ "name": "eth0", "state": "up", "address": "192.0.2.7" });
        let reply = json!({ "structuredContent": { "lines": vec![line; count] } });
        json!({ "name": format!("{} strings", count * 6), "reply": reply, "verdict": "pass" })
    };
    cases.extend([lines(300), lines(3000)]);
    json!({ "settings": {}, "cases": cases })
}
