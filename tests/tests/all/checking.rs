//! `doorward check`: what it finds, in every format, and what a change would let pass.

use std::collections::BTreeSet;
use std::path::Path;

use doorward_tests::agent::assert_echoed;
use doorward_tests::gateway::{anonymous, sha256, with};
use doorward_tests::process::{Ended, run};
use doorward_tests::{Agent, Gateway, Upstream, until};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with a configuration of one server, and its policy.
struct Place(TempDir);

impl Place {
    fn new(policy: &str) -> Self {
        let place = Self(TempDir::new().unwrap());
        let server = json!({ "command": "true", "policy": "s.json" });
        let config = json!({ "version": "1", "servers": { "s": server }, "anonymous": { "servers": { "s": {} } } });
        place.write("doorward.json", &config.to_string());
        place.write("s.json", policy);
        place
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    async fn check(&self, arguments: &[&str]) -> Ended {
        let config = self.path().join("doorward.json");
        let arguments: Vec<&str> =
            ["check", "--config", config.to_str().unwrap()].iter().chain(arguments).copied().collect();
        run(&arguments).await
    }

    async fn findings(&self) -> Vec<Value> {
        let ended = self.check(&["--format", "json"]).await;
        serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ended.stdout, ended.stderr))
    }
}

const POLICY: &str = r#"{ "version": "1", "default": "allow", "hide": ["secret"],
  "tools": {
    "secret": {},
    "run": {
      "require": [
        { "conditions": [ { "path": "args.n", "op": "gt", "value": 5 } ] },
        { "conditions": [ { "path": "args.n", "op": "lt", "value": 3 } ] } ],
      "deny_if": [ { "conditions": [ { "path": "args.comand", "op": "contains", "value": "sudo" } ] } ] } } }"#;

fn pins() -> String {
    let tool = |name: &str| {
        // Members in their order: the digest is of the definition as it is written.
        let definition = format!(
            r#"{{"description":"runs it","inputSchema":{{"properties":{{"command":{{"type":"string"}},"n":{{"type":"integer"}}}},"type":"object"}},"name":"{name}"}}"#
        );
        format!(r#""{name}": [ {{ "sha256": "{}", "definition": {definition} }} ]"#, sha256(&definition))
    };
    format!(r#"{{ "version": "1", "tools": {{ {}, {} }} }}"#, tool("run"), tool("delete_all"))
}

#[tokio::test]
async fn every_finding_has_its_code_its_place_and_what_to_do() {
    let place = Place::new(POLICY);
    place.write("s.pins.json", &pins());
    let found = place.findings().await;
    let codes: Vec<(&str, u64, u64)> = found
        .iter()
        .map(|it| (it["code"].as_str().unwrap(), it["line"].as_u64().unwrap(), it["column"].as_u64().unwrap()))
        .collect();
    let want =
        [("entry.dead", 3, 5), ("rule.contradiction", 7, 9), ("path.not-in-schema", 8, 48), ("tool.unnamed", 1, 30)];
    assert_eq!(codes, want, "{found:#?}");
    for finding in &found {
        assert!(finding["file"].as_str().unwrap().ends_with("s.json") && finding["help"].is_string(), "{finding}");
        assert_eq!(finding["severity"], "warning");
    }
    assert!(found[3]["message"].as_str().unwrap().contains("`delete_all`"), "{}", found[3]);
    assert!(
        found[3]["message"].as_str().unwrap().contains("execute")
            || found[3]["message"].as_str().unwrap().contains("destructive")
    );

    let text = place.check(&[]).await;
    assert_eq!(text.status, Some(0), "warnings are no errors: {}", text.stderr);
    for part in
        ["rule.contradiction", "s.json:7:9: what this rule wants of `args.n` contradicts the one in line 6, column 9"]
    {
        assert!(text.stderr.contains(part), "{part}\nis missing in\n{}", text.stderr);
    }
}

/// Checks the parts of SARIF 2.1.0 on which readers rely: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>.
fn check_sarif(log: &Value) -> Vec<String> {
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().ends_with("sarif-schema-2.1.0.json"));
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "doorward");
    let rules: Vec<&str> =
        driver["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(rules.iter().collect::<BTreeSet<_>>().len(), rules.len(), "each rule once");
    for rule in driver["rules"].as_array().unwrap() {
        assert!(rule["shortDescription"]["text"].is_string() && rule["help"]["text"].is_string(), "{rule}");
    }
    let results = run["results"].as_array().unwrap();
    for result in results {
        let place = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], rules[place]);
        assert!(["warning", "error"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let location = &result["locations"][0]["physicalLocation"];
        assert!(!location["artifactLocation"]["uri"].as_str().unwrap().contains([' ', '\\']));
        let region = &location["region"];
        let number = |name: &str| region[name].as_u64().unwrap();
        assert!(number("startLine") >= 1 && number("startColumn") >= 1);
        assert!((number("endLine"), number("endColumn")) >= (number("startLine"), number("startColumn")), "{region}");
    }
    results.iter().map(|result| result["ruleId"].as_str().unwrap().to_owned()).collect()
}

/// Reads JUnit XML; the failures and the notes.
fn check_junit(text: &str) -> (u64, String) {
    let mut reader = Reader::from_str(text);
    let (mut path, mut failures, mut notes) = (Vec::new(), 0, String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                path.push(start.name().as_ref().to_owned());
                let words: Vec<&str> = path.iter().map(String::as_str).collect();
                match words.as_slice() {
                    ["testsuites"]
                    | ["testsuites", "testsuite"]
                    | ["testsuites", "testsuite", "testcase", "system-out"] => {}
                    ["testsuites", "testsuite", "testcase"] => {
                        assert!(start.try_get_attribute("name").unwrap().is_some());
                        assert!(start.try_get_attribute("classname").unwrap().is_some());
                    }
                    ["testsuites", "testsuite", "testcase", "failure"] => failures += 1,
                    other => panic!("{other:?} is no part of JUnit XML"),
                }
            }
            Event::Text(text) => notes.push_str(&text),
            Event::End(_) => drop(path.pop()),
            Event::Eof => return (failures, notes),
            _ => {}
        }
    }
}

#[tokio::test]
async fn code_hosts_and_build_servers_read_the_same() {
    let place = Place::new(POLICY);
    let sarif = place.check(&["--format", "sarif"]).await;
    assert_eq!(check_sarif(&serde_json::from_str(&sarif.stdout).unwrap()), ["entry.dead", "rule.contradiction"]);
    let junit = place.check(&["--format", "junit"]).await;
    let (failures, notes) = check_junit(&junit.stdout);
    assert_eq!(failures, 0);
    assert!(notes.contains("[entry.dead]") && notes.contains("s.json:7:9"), "{notes}");

    place.write("s.json", "{ \"version\": \"1\", \"defualt\": \"deny\" }");
    let sarif = place.check(&["--format", "sarif"]).await;
    assert_eq!(sarif.status, Some(1));
    assert_eq!(check_sarif(&serde_json::from_str(&sarif.stdout).unwrap()), ["key.missing", "key.unknown"]);
    let junit = place.check(&["--format", "junit"]).await;
    assert_eq!(check_junit(&junit.stdout).0, 1);
}

#[tokio::test]
async fn a_huge_policy_of_mistakes_is_told_as_far_as_anybody_reads() {
    let rule = r#"{ "conditions": [ { "path": "args.x", "opp": "eq", "value": "väl" } ] }"#;
    for separator in [",", ",\n"] {
        let rules = vec![rule; 30_000].join(separator);
        let place = Place::new(&format!(
            r#"{{ "version": "1", "default": "deny", "tools": {{ "x": {{ "deny_if": [{rules}] }} }} }}"#
        ));
        let found = place.findings().await;
        assert_eq!(found.len(), 1001, "{:?}", found.last());
        assert_eq!(found[1000]["code"], "findings.more");
        let text = place.check(&[]).await;
        assert_eq!(text.status, Some(1));
        assert!(text.stderr.len() < 3_000_000, "{} bytes", text.stderr.len());
    }
}

#[tokio::test]
async fn what_a_change_lets_pass_is_an_error_against_what_was() {
    let place = Place::new(r#"{ "version": "1", "default": "deny", "tools": { "look": {} } }"#);
    let was = Place::new(r#"{ "version": "1", "default": "deny", "tools": { "look": {} } }"#);
    let against = was.path().join("doorward.json");
    let arguments = ["--against", against.to_str().unwrap(), "--format", "json"];
    let same = place.check(&arguments).await;
    assert_eq!((same.status, same.stdout.trim()), (Some(0), "[]"), "{}", same.stderr);

    place.write(
        "s.json",
        "{ \"version\": \"1\", \"default\": \"deny\",\n  \"tools\": { \"look\": {}, \"delete\": {} } }",
    );
    let wider = place.check(&arguments).await;
    assert_eq!(wider.status, Some(1), "{}", wider.stderr);
    let found: Value = serde_json::from_str(&wider.stdout).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(
        (&found[0]["code"], &found[0]["line"], &found[0]["column"]),
        (&json!("policy.widens"), &json!(2), &json!(26))
    );
    let message = found[0]["message"].as_str().unwrap();
    assert_eq!(message, "calls of the tool `delete` may pass now: they were denied, and they are allowed now");

    // The other way round it only tightens.
    let here = place.path().join("doorward.json");
    assert_eq!(was.check(&["--against", here.to_str().unwrap()]).await.status, Some(0));
    // Somebody who had no place has one, and a server that was not there is.
    let server = json!({ "command": "true", "policy": "s.json" });
    let config = json!({ "version": "1", "servers": { "s": server, "t": server }, "anonymous": { "servers": { "s": {}, "t": {} } } });
    place.write("doorward.json", &config.to_string());
    place.write("s.json", r#"{ "version": "1", "default": "deny", "tools": { "look": {} } }"#);
    let found = place.check(&arguments).await.stdout;
    assert!(found.contains("calls at the server `t` may pass now: it is new"), "{found}");
    assert!(found.contains("calls of `anonymous` at the server `t` may pass now"), "{found}");

    was.write("s.json", "{}");
    let broken = place.check(&arguments).await;
    assert_eq!(broken.status, Some(3));
    assert!(broken.stderr.contains("cannot be compared with: it has errors"), "{}", broken.stderr);
}

#[tokio::test]
async fn a_reload_that_lets_more_pass_says_so_and_is_recorded() {
    let upstream = Upstream::start().await;
    let config = |policy: Value| anonymous(with(upstream.server(), json!({ "policy": policy })));
    let strict = json!({ "version": "1", "default": "deny", "tools": { "echo": { "action": "deny" } } });
    let wide = json!({ "version": "1", "default": "deny", "tools": { "echo": {}, "region": {} } });
    let gateway = Gateway::start(&config(strict.clone())).await;
    const TOLD: &str = "the new configuration lets calls pass that did not before";
    gateway.enact(&config(wide.clone())).await;
    assert_eq!(gateway.process.count(TOLD), 1);
    // It is in force all the same.
    let agent = Agent::modern(&gateway);
    assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
    gateway.enact(&config(strict)).await;
    assert_eq!(gateway.process.count(TOLD), 1, "to tighten is nothing to tell");

    let folder = gateway.folder().join("state/doorward/audit");
    // A file that was written may be read twice; the second time nothing has changed.
    let reloads = until("both reloads in the record", async || {
        let tail = run(&["audit", "tail", "--dir", folder.to_str().unwrap(), "--format", "json", "-n", "50"]).await;
        let lines: Vec<Value> = tail.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let reloads: Vec<Value> = lines.into_iter().filter(|line| line["kind"] == "reload").collect();
        (reloads.len() >= 2).then_some(reloads)
    })
    .await;
    let widened = reloads.iter().filter(|reload| reload.get("widened").is_some()).count();
    assert_eq!(widened, 1, "{reloads:?}");
    assert_eq!(reloads[0]["widened"], 2, "{}", reloads[0]);
    let first = reloads[0]["first"].as_str().unwrap();
    assert!(
        first.contains("calls of the tool `echo` may pass now: they were denied") && first.contains("`region`"),
        "{first}"
    );
}

/// Pins of a tool `run` that takes what the properties say, of which `required` must be there.
fn pins_of_run(properties: &str, required: &str) -> String {
    let definition = format!(
        r#"{{"inputSchema":{{"properties":{{{properties}}},"required":[{required}],"type":"object"}},"name":"run"}}"#
    );
    let digest = sha256(&definition);
    format!(r#"{{ "version": "1", "tools": {{ "run": [ {{ "sha256": "{digest}", "definition": {definition} }} ] }} }}"#)
}

#[tokio::test]
async fn an_argument_that_a_guard_is_not_told_of_is_told_beforehand() {
    let properties = r#""a":{"type":"string"},"b":{"type":"string"},"c":{"items":{"type":"string"},"type":"array"},"d":{},"n":{"type":"integer"}"#;
    let guards = [
        ("shell-guard", r#""arguments": ["/a"]"#),
        ("path-guard", r#""paths": [{"arguments": ["/a"], "within": ["/srv"]}]"#),
        ("net-guard", r#""targets": [{"arguments": ["/a"], "kind": "host", "hosts": ["a.example"]}]"#),
        ("sql-guard", r#""arguments": ["/a"], "dialect": "sqlite""#),
        ("terminal-guard", r#""keys": "/a""#),
    ];
    for (guard, settings) in guards {
        let grants = if guard == "terminal-guard" { r#""grants": ["memory"], "# } else { "" };
        let place = |more: &str, rules: &str| {
            let plugin = format!(r#"{{ "use": "{guard}", {grants}"config": {{ {settings}{more} }} }}"#);
            let place = Place::new(&format!(
                r#"{{ "version": "1", "default": "deny", "tools": {{ "run": {{ {rules} "plugins": [ {plugin} ] }} }} }}"#
            ));
            place.write("s.pins.json", &pins_of_run(properties, r#""a","b""#));
            place
        };
        let found = place("", "").findings().await;
        let told: Vec<&str> = found.iter().map(|it| it["message"].as_str().unwrap()).collect();
        assert!(found.iter().all(|it| it["code"] == "argument.unnamed" && it["severity"] == "warning"), "{found:#?}");
        let want = [("`/b`", "every call"), ("`/c/*`", "calls with it"), ("`/d`", "calls with it")];
        let fits = |(told, (place, calls)): (&&str, (&str, &str))| {
            told.contains(guard) && told.contains(place) && told.contains("`run`") && told.contains(calls)
        };
        assert!(told.len() == want.len() && told.iter().zip(want).all(fits), "{guard}: {told:#?}");
        assert!(found[1]["help"].as_str().unwrap().contains(r#"write `"/c/*"`"#), "{}", found[1]);
        let named = place(r#", "opaque": ["/b", "/c", "/d"]"#, "").findings().await;
        assert_eq!(named, Vec::<Value>::new(), "{guard}");
        let absent = r#""deny_if": [ { "conditions": [ { "path": "args.d", "op": "exists" } ] } ],"#;
        let some = place(r#", "opaque": ["/b", "/c"]"#, absent).findings().await;
        assert_eq!(some, Vec::<Value>::new(), "{guard}: what the policy refuses itself needs no name");
    }
}
