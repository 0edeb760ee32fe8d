use super::*;
use crate::json::Value;
use crate::json::commented::{Report, Source};
use crate::policy;

fn tools(names: &[(&str, &[&str])]) -> Vec<Object> {
    let kind = || Value::from([("type", "string".into())]);
    let schema = |parameters: &[&str]| {
        let properties = parameters.iter().fold(Object::new(), |mut properties, name| {
            properties.insert(*name, kind());
            properties
        });
        Value::from([("type", "object".into()), ("properties", properties.into())])
    };
    names.iter().map(|(name, all)| Object::from([("name", (*name).into()), ("inputSchema", schema(all))])).collect()
}

fn check_recommended(definitions: &[Object]) {
    let listed: Vec<Listed> = definitions.iter().filter_map(Listed::read).collect();
    let text = recommend("s", &listed);
    let mut report = Report::new(Source::new("p", text.as_str()));
    let policy = report.parse().and_then(|node| policy::load(&node, &text, &mut report));
    let findings = report.into_findings();
    assert!(policy.is_some() && findings.is_empty(), "{text}\n{findings:?}");
}

#[test]
fn a_recommended_policy_with_a_family_is_a_policy() {
    check_recommended(&tools(&[("run_shell", &["command", "cwd"]), ("run_cmd", &["command"]), ("list", &[])]));
}

#[test]
fn a_recommended_policy_is_a_policy() {
    check_recommended(&tools(&[
        ("list_items", &[]),
        ("write_item", &["text"]),
        ("run", &["command", "cwd", "host"]),
        ("run_python", &["script"]),
        ("trigger_build", &["id"]),
        ("delete_item", &["id"]),
        ("refund", &["id"]),
    ]));
}

#[test]
fn a_name_that_is_listed_twice_means_the_last() {
    let definitions = tools(&[("a", &["one"]), ("b", &[]), ("a", &["two"])]);
    let last = pins::digest_of(&definitions[2]);
    let found = compare(definitions, &Pins::default());
    let names: Vec<_> = found.iter().map(|found| found.tool.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(pins::digest_of(&found[0].definition), last);
}

#[test]
fn what_a_server_writes_does_not_move_the_table() {
    let mut definitions = tools(&[("list", &[])]);
    definitions[0].insert("name", "list\u{1b}[2J\n\u{202e}x");
    let found = compare(definitions, &Pins::default());
    let text = table::as_text(&found, &[]);
    assert!(text.chars().all(|letter| letter == '\n' || !letter.is_control()), "{text:?}");
    assert!(text.contains("\\u{1b}") && text.contains("\\u{202e}"), "{text}");
}
