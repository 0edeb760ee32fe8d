use crate::policy::tests::json;

use super::*;

fn definition(schema: &str) -> Definition {
    let text = format!(r#"{{"name": "x", "inputSchema": {schema}}}"#);
    Definition::read(json(&text).as_object().unwrap())
}

fn stranger(schema: &str, arguments: &str) -> Option<String> {
    let arguments = json(arguments);
    definition(schema).stranger(arguments.as_object().unwrap()).map(str::to_owned)
}

#[test]
fn an_argument_is_known_where_the_schema_names_it() {
    for (schema, arguments, want) in [
        (r#"{"properties": {"a": {}}}"#, r#"{"a": 1}"#, None),
        (r#"{"properties": {"a": {}}}"#, r#"{"a": 1, "b": 2}"#, Some("b")),
        (r#"{"properties": {"a": {}}}"#, r#"{"A": 1}"#, Some("A")),
        (r#"{"type": "object"}"#, r#"{"a": 1}"#, Some("a")),
        (r#"{"type": "object"}"#, "{}", None),
        (r#"{"additionalProperties": false, "properties": {"a": {}}}"#, r#"{"b": 1}"#, Some("b")),
        (r#"{"additionalProperties": true}"#, r#"{"b": 1}"#, None),
        (r#"{"additionalProperties": {"type": "string"}}"#, r#"{"b": 1}"#, None),
        (r#"{"patternProperties": {"^x-": {}}}"#, r#"{"x-a": 1}"#, None),
        (r#"{"patternProperties": {"^x-": {}}}"#, r#"{"y": 1}"#, Some("y")),
        (
            r#"{"allOf": [{"properties": {"a": {}}}, {"anyOf": [{"properties": {"b": {}}}]}]}"#,
            r#"{"a": 1, "b": 1}"#,
            None,
        ),
        (r##"{"$ref": "#/$defs/in", "$defs": {"in": {"properties": {"a": {}}}}}"##, r#"{"a": 1}"#, None),
        (r##"{"$ref": "#", "properties": {"a": {}}}"##, r#"{"a": 1, "b": 1}"#, Some("b")),
        (
            r#"{"if": {}, "then": {"properties": {"a": {}}}, "else": {"properties": {"b": {}}}}"#,
            r#"{"a": 1, "b": 2}"#,
            None,
        ),
        ("null", r#"{"a": 1}"#, Some("a")),
    ] {
        assert_eq!(stranger(schema, arguments).as_deref(), want, "{arguments} under {schema}");
    }
}

#[test]
fn what_cannot_be_enforced_is_left_out_and_told_once() {
    let schema =
        r#"{"properties": {"a": {"pattern": "(?!x)"}, "b": {"type": "integer"}, "c": {"$ref": "https://e/x"}}}"#;
    let definition = definition(schema);
    let doubts = definition.prepare().to_vec();
    assert_eq!(doubts.len(), 2, "{doubts:?}");
    assert!(doubts[0].contains("`a`") && doubts[1].contains("`c`"), "{doubts:?}");
    assert!(definition.prepare().is_empty(), "told once");
    assert_eq!(definition.misfit(&json(r#"{"a": "anything", "c": 5}"#)), None);
    assert!(matches!(definition.misfit(&json(r#"{"b": "5"}"#)), Some(Misfit::Fault { .. })), "the rest is enforced");
}

#[test]
fn a_schema_that_cannot_be_used_at_all_is_told() {
    let definition = definition(r#"{"properties": {"a": {}}, "if": {"$ref": "https://e/x"}}"#);
    let doubts = definition.prepare().to_vec();
    assert!(doubts.len() == 1 && doubts[0].contains("arguments are not held against"), "{doubts:?}");
    assert_eq!(definition.misfit(&json(r#"{"a": 5}"#)), None);
}
