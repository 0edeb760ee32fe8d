//! Rules beside the schemas of tools.

use super::*;
use crate::json::Value;
use crate::policy::tests::json;

const SCHEMA: &str = r##"{
    "type": "object",
    "properties": {
        "cmd": {"type": "string"},
        "n": {"type": "integer"},
        "mode": {"enum": ["read", "write"]},
        "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "files": {"type": "array", "items": {"$ref": "#/$defs/file"}},
        "either": {"oneOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]},
        "free": {"type": "object"},
        "open": {"type": "object", "properties": {"a": {}}, "additionalProperties": {"type": "string"}},
        "any": true,
        "loop": {"$ref": "#/properties/loop"}
    },
    "$defs": {"file": {"type": "object", "properties": {"path": {"type": "string"}, "size": {"type": "number"}}}}
}"##;

fn definition(name: &str, schema: &str) -> Value {
    json(&format!(r#"{{"name": "{name}", "inputSchema": {schema}}}"#))
}

fn found_beside(members: &str, tools: &[(&str, &str)]) -> Vec<String> {
    let text = format!(r#"{{"version": "1", "default": "deny", {members}}}"#);
    let definitions: Vec<Value> = tools.iter().map(|(name, schema)| definition(name, schema)).collect();
    let mut around = Surroundings::default();
    for ((name, _), definition) in tools.iter().zip(&definitions) {
        around.tools.entry(name).or_default().push(definition.as_object().unwrap());
    }
    found_in(&text, &around)
}

fn check_schema(conditions: &str, code: Option<&str>) {
    for key in ["require", "deny_if"] {
        let members = format!(r#""tools": {{"x": {{{}}}}}"#, rules(key, &[conditions]));
        let found = found_beside(&members, &[("x", SCHEMA)]);
        let codes: Vec<&str> = found.iter().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(codes, Vec::from_iter(code), "{key} {conditions}: {found:?}");
    }
}

#[test]
fn a_path_that_the_schema_does_not_name_is_told() {
    let absent = Some("path.not-in-schema");
    for (path, code) in [
        ("args.cmd", None),
        ("args.command", absent),
        ("args.files[*].path", None),
        ("args.files[*].paths", absent),
        ("args.files[0].path", None),
        ("args.files.path", absent),
        ("args.cmd[*]", absent),
        ("args.cmd.x", absent),
        ("args.cmd[length]", None),
        ("args.n[length]", absent),
        ("args.either.a", None),
        ("args.either.b", None),
        ("args.either.c", absent),
        ("args.free.x", None),
        ("args.open.x", None),
        ("args.open[keys]", None),
        ("args.any.x[*].y", None),
        ("args.loop.x", None),
        ("args.cmd[json].x", None),
        ("args.n[json].x", absent),
        ("args[keys]", None),
        ("caller.name", None),
        ("session.labels", None),
    ] {
        check_schema(&format!("{path} exists"), code);
    }
}

#[test]
fn a_test_that_no_value_of_the_schema_passes_is_told() {
    let never = Some("value.not-in-schema");
    for (conditions, code) in [
        ("args.n gt 5", None),
        ("args.n starts_with \"5\"", never),
        ("args.n eq \"5\"", never),
        ("args.n in [1, \"x\"]", None),
        ("args.n type \"string\"", never),
        ("args.n type \"integer\"", None),
        ("args.cmd gt 5", never),
        ("args.cmd regex \"x\"", None),
        ("args.cmd contains 5", never),
        ("args.maybe eq \"x\"", None),
        ("args.maybe eq null", None),
        ("args.maybe eq 5", never),
        ("args.mode eq \"read\"", None),
        ("args.mode eq \"raed\"", never),
        ("args.mode neq \"raed\"", never),
        ("args.mode neq \"read\"", None),
        ("args.mode in [\"read\", \"append\"]", None),
        ("args.mode in [\"append\"]", never),
        ("args.mode starts_with \"wr\"", None),
        ("args.mode starts_with \"x\"", never),
        ("args.either.a eq 1", None),
        ("args.either.a eq 2", never),
        ("args.files[*].size gt 1", None),
        ("args.files[*].path gt 1", never),
        ("args.files length {\\\"min\\\": 1}", None),
        ("args.open.x eq 5", None),
        ("args.any eq 5", None),
        ("args.loop eq 5", None),
    ] {
        check_schema(&conditions.replace('\\', ""), code);
    }
}

#[test]
fn elements_that_are_bound_and_costs_are_looked_for_too() {
    let each = |bound: &str, path: &str| {
        format!(
            r#""tools": {{"x": {{"require": [{{"for_each": "{bound}", "conditions": [{{"path": "{path}", "op": "exists"}}]}}]}}}}"#
        )
    };
    for (bound, path, count) in [
        ("args.files[*]", "each.path", 0),
        ("args.files[*]", "each.paths", 1),
        ("args.file[*]", "each.path", 1),
        ("caller.groups[*]", "each.x", 0),
    ] {
        assert_eq!(found_beside(&each(bound, path), &[("x", SCHEMA)]).len(), count, "{bound} {path}");
    }
    let cost = |path: &str| {
        format!(r#""tools": {{"x": {{"limits": [{{"counter": "c", "window": "day", "max": 5, "cost": "{path}"}}]}}}}"#)
    };
    assert_eq!(found_beside(&cost("args.n"), &[("x", SCHEMA)]), Vec::<String>::new());
    assert_eq!(found_beside(&cost("args.m"), &[("x", SCHEMA)]).len(), 1);
}

#[test]
fn what_judges_several_tools_is_told_where_it_fits_none_of_them() {
    let one = r#"{"properties": {"a": {"type": "string"}}}"#;
    let other = r#"{"properties": {"b": {"type": "string"}}}"#;
    let glob = |path: &str| format!(r#""tools": {{"x*": {{{}}}}}"#, rules("require", &[&format!("{path} exists")]));
    let tools = [("x1", one), ("x2", other)];
    assert_eq!(found_beside(&glob("args.a"), &tools), Vec::<String>::new());
    assert!(found_beside(&glob("args.c"), &tools)[0].contains("`x1` or of the 1 others"));
    let all = format!(r#""all_tools": {{{}}}, "tools": {{"x1": {{}}}}"#, rules("deny_if", &["args.b exists"]));
    assert_eq!(found_beside(&all, &tools), Vec::<String>::new());
    assert_eq!(found_beside(&all, &tools[..1]).len(), 1);
    // One rule for a family, of which one member names its argument otherwise.
    let family =
        format!(r#""aliases": {{"x1": ["x2"]}}, "tools": {{"x1": {{{}}}}}"#, rules("deny_if", &["args.a exists"]));
    let found = found_beside(&family, &tools);
    assert!(found.len() == 1 && found[0].contains("schema of `x2`"), "{found:?}");
    // Of two definitions that are both pinned, one may have it.
    let x1 = format!(r#""tools": {{"x1": {{{}}}}}"#, rules("deny_if", &["args.b exists"]));
    assert_eq!(found_beside(&x1, &[("x1", one), ("x1", other)]), Vec::<String>::new());
}

#[test]
fn tools_that_no_rule_names_are_told_where_the_default_allows_them() {
    let policy = |text: &str| crate::policy::tests::policy(&format!(r#"{{"version": "1", {text}}}"#));
    let open = policy(r#""default": "allow", "hide": ["h*"], "aliases": {"a": ["s"]}, "tools": {"a": {}, "g*": {}}"#);
    let narrow = policy(r#""default": "allow", "tools": {"b": {"action": "deny"}}"#);
    let shut = policy(r#""default": "deny""#);
    let tools = || ["a", "b", "c", "g1", "h1", "s"].into_iter();
    assert_eq!(unnamed(&[&open], tools()), ["b", "c"]);
    assert_eq!(unnamed(&[&open, &narrow], tools()), ["c"]);
    assert_eq!(unnamed(&[&open, &shut], tools()), Vec::<&str>::new());
    assert_eq!(unnamed(&[], tools()), Vec::<&str>::new());
}
