use super::*;
use crate::upstreams::Address;

fn read_text(text: &str) -> (Option<Config>, String) {
    let environment = Environment::new([
        ("TOKEN".to_owned(), "s3cret".to_owned()),
        ("PATH".to_owned(), "/bin".to_owned()),
        ("HOME".to_owned(), "/home/me".to_owned()),
        ("AWS_SECRET".to_owned(), "never".to_owned()),
    ]);
    let (config, findings, _) = read::read(Path::new("doorward.json"), text, &environment);
    let lines = findings.iter().map(|found| {
        let (line, column) = found.place();
        format!("{line}:{column}: {} | {}\n", found.message, found.help.as_deref().unwrap_or_default())
    });
    (config, lines.collect())
}

const WHOLE: &str = r#"{
  // where agents connect
  "version": "1", "listen": "127.0.0.1:1", "admin": "127.0.0.1:2",
  "servers": {
    "ssh": { "command": "node", "args": ["a.js"], "env": { "KEY": "${TOKEN}" }, "timeout": "2m",
             "tools": { "slow": { "timeout": "10m" } }, "limits": { "body": "64KiB", "children": 2 },
             "policy": { "version": "1", "default": "deny" } },
    "wiki": { "url": "https://wiki.example/mcp", "headers": { "Authorization": "Bearer ${TOKEN}" },
              "policy": { "version": "1", "default": "allow" } }
  },
  "grants": [ { "name": "ci", "token_sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "servers": { "ssh": {}, "wiki": { "policy": { "version": "1", "default": "deny" } } } } ],
  "anonymous": { "servers": { "wiki": {} } },
}"#;

#[test]
fn a_whole_configuration_is_read() {
    let (config, findings) = read_text(WHOLE);
    assert_eq!(findings, "");
    let config = config.unwrap();
    assert_eq!(config.seats.len(), 3);
    let ssh = &config.servers[0].upstream;
    assert_eq!((ssh.limits.body, ssh.limits.children, ssh.timeout), (65536, 2, Duration::from_secs(120)));
    let Address::Child(program) = &ssh.address else { panic!("no program") };
    let env = [
        ("HOME".to_owned(), "/home/me".to_owned()),
        ("PATH".to_owned(), "/bin".to_owned()),
        ("KEY".to_owned(), "s3cret".to_owned()),
    ];
    assert_eq!(program.env, env, "a program gets what it is given by name and no more");
    assert!(!format!("{config:?}").contains("Bearer s3cret"), "a header's value does not show");
}

#[test]
fn a_grant_says_which_groups_its_caller_is_in() {
    let with =
        |groups: &str| WHOLE.replacen("\"name\": \"ci\",", &format!("\"name\": \"ci\", \"groups\": {groups},"), 1);
    let (config, findings) = read_text(&with(r#"["dev", "ops"]"#));
    assert_eq!(findings, "");
    let config = config.unwrap();
    let groups = |name: &str| {
        let seats = config.seats.iter().filter(|seat| seat.caller.as_str() == name);
        seats.map(|seat| seat.groups.join(" ")).collect::<Vec<_>>()
    };
    assert_eq!((groups("ci"), groups("anonymous")), (vec!["dev ops".to_owned(); 2], vec![String::new()]));
    let many = format!("[{}]", (0..33).map(|number| format!("\"g{number}\"")).collect::<Vec<_>>().join(","));
    let long = format!("[\"{}\"]", "g".repeat(129));
    for (groups, says) in [
        (r#""dev""#, "expected an array"),
        ("[1]", "expected a string"),
        (r#"[" "]"#, "no name for a group"),
        (r#"["a\nb"]"#, "no name for a group"),
        (&long, "no name for a group"),
        (&many, "a grant is in up to 32 groups"),
        (r#"["dev", "dev"]"#, "`dev` is written twice"),
    ] {
        let (_, findings) = read_text(&with(groups));
        assert!(findings.contains(says), "{groups}: {findings}");
    }
    check(
        ("\"anonymous\": {", "\"anonymous\": { \"groups\": [\"dev\"],"),
        &["unknown key `groups` | known keys here are `servers`"],
    );
}

fn check(change: (&str, &str), findings: &[&str]) {
    let text = WHOLE.replacen(change.0, change.1, 1);
    assert_ne!(text, WHOLE, "{} is not in the configuration", change.0);
    let (_, found) = read_text(&text);
    for part in findings {
        assert!(found.contains(part), "{part}\nis missing in\n{found}");
    }
}

#[test]
fn every_mistake_is_told_with_its_place_and_what_to_do() {
    check(("\"grants\"", "\"grant\""), &["11:3: unknown key `grant` | did you mean `grants`?"]);
    check(("\"listen\": \"127.0.0.1:1\"", "\"listen\": \"0.0.0.0:1\""), &["`anonymous` is for this machine alone"]);
    check(("\"listen\": \"127.0.0.1:1\"", "\"listen\": \"here\""), &["3:29: `here` is no address to listen on"]);
    check(("${TOKEN}", "${TOKN}"), &["the variable `TOKN` is not set | set it, or write `${TOKN:-default}`"]);
    check(("\"2m\"", "\"2 minutes\""), &["`2 minutes` is no time"]);
    check(("\"64KiB\"", "\"0\""), &["`0` is no size"]);
    check(("\"children\": 2", "\"children\": 0"), &["`0` is not between 1 and"]);
    check(("ba7816bf", "xx"), &["no SHA-256 digest", "doorward grant new"]);
    check(("\"ssh\": {}", "\"shs\": {}"), &["there is no server `shs` | did you mean `ssh`?"]);
    check(
        ("\"command\": \"node\"", "\"command\": \"node\", \"url\": \"http://x\""),
        &["either a `command` or a `url`"],
    );
    check(("https://wiki", "ftp://wiki"), &["no URL of a server"]);
    check(("\"Authorization\"", "\"Mcp-Name\""), &["the header `Mcp-Name` is set by the gateway"]);
    check(
        ("\"default\": \"deny\" } },", "\"defualt\": \"deny\" } },"),
        &["`default` is missing", "did you mean `default`?"],
    );
    check(("\"name\": \"ci\"", "\"name\": \"anonymous\""), &["`anonymous` is taken"]);
    check(("\"ssh\": { \"command\"", "\"a b\": { \"command\""), &["`a b` is no name for a server"]);
    check(
        ("{ \"version\": \"1\", \"default\": \"deny\" } },\n    \"wiki\"", "\"no/such.json\" },\n    \"wiki\""),
        &["cannot read `no/such.json`"],
    );
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = WHOLE.replace("${TOKEN}", "${NO}").replace("\"2m\"", "\"never\"").replace("\"grants\"", "\"grunts\"");
    let (_, found) = read_text(&text);
    for part in ["`NO` is not set", "`never` is no time", "unknown key `grunts`"] {
        assert!(found.contains(part), "{found}");
    }
}

#[test]
fn what_is_no_json_is_told_with_its_place() {
    let (config, found) = read_text("{\n  \"version\": \"1\"\n  \"servers\": {}\n}");
    assert!(config.is_none());
    assert!(found.starts_with("2:") || found.starts_with("3:"), "{found}");
    let (config, found) = read_text("");
    assert!(config.is_none() && found.contains("empty"), "{found}");
}

#[test]
fn decisions_and_counters_are_kept_for_the_user_unless_something_else_is_said() {
    let keep = read_text(WHOLE).0.unwrap().keep;
    assert_eq!(keep.audit.dir, Path::new("/home/me/.local/state/doorward/audit"));
    assert_eq!(keep.counters, Path::new("/home/me/.local/state/doorward/counters.sqlite"));
    let said = WHOLE.replace("\"grants\"", "\"audit\": {\"dir\": \"log\", \"fsync\": \"always\"}, \"grants\"");
    let keep = read_text(&said).0.unwrap().keep;
    assert_eq!((keep.audit.dir.as_path(), keep.audit.fsync), (Path::new("log"), crate::audit::Fsync::Always));
    check(
        ("\"grants\"", "\"audit\": {\"fsync\": \"sometimes\"}, \"grants\""),
        &["`sometimes` is not one of `never`, `always`"],
    );
}

#[test]
fn a_plugin_that_is_not_as_it_should_be_is_told() {
    let with = |plugins: &str| format!("\"plugins\": {plugins}, \"grants\"");
    check(("\"grants\"", &with("{\"ours\": {\"path\": \"none.wasm\"}}")), &["cannot read `none.wasm`"]);
    check(("\"grants\"", &with("{\"shell-guard\": {\"path\": \"x.wasm\"}}")), &["is the name of a first-party plugin"]);
    check(("\"grants\"", &with("{\"ours\": {\"file\": \"x\"}}")), &["`path` is missing", "unknown key `file`"]);
}
