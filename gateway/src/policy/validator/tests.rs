use proptest::prelude::*;

use crate::policy::tests::json;

use super::*;

fn check(schema: &str, value: &str, want: Truth) {
    let validator = Validator::new(&json(schema)).unwrap_or_else(|reason| panic!("{schema}: {reason}"));
    assert_eq!(validator.accepts(&json(value)), want, "{value} under {schema}");
}

#[test]
fn values_are_held_against_a_schema() {
    use Truth::{False, True};
    let person = r#"{"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "minLength": 1},
        "age": {"type": "integer", "minimum": 0}}, "additionalProperties": false}"#;
    check(person, r#"{"name": "a", "age": 5}"#, True);
    check(person, r#"{"name": "a", "age": 5.0}"#, True);
    check(person, r#"{"name": "", "age": 5}"#, False);
    check(person, r#"{"name": "a", "age": -1}"#, False);
    check(person, r#"{"name": "a", "x": 1}"#, False);
    check(r#"{"pattern": "^a+$"}"#, r#""aaa""#, True);
    check(r#"{"pattern": "^a+$"}"#, r#""aab""#, False);
    check(r#"{"multipleOf": 0.01}"#, "0.99", True);
    check(r#"{"const": 9007199254740991}"#, "9007199254740990", False);
    let draft_7 = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "string"}], "additionalItems": false}"#;
    check(draft_7, r#"["a"]"#, True);
    check(draft_7, r#"["a", "b"]"#, False);
}

#[test]
fn a_schema_may_speak_of_itself_where_every_turn_goes_deeper() {
    use Truth::{False, True};
    let list =
        r##"{"$defs": {"l": {"type": "object", "properties": {"next": {"$ref": "#/$defs/l"}}}}, "$ref": "#/$defs/l"}"##;
    check(list, r#"{"next": {"next": {}}}"#, True);
    check(list, r#"{"next": {"next": 5}}"#, False);
    let any = r##"{"$defs": {"j": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/$defs/j"}},
        {"type": "object", "additionalProperties": {"$ref": "#/$defs/j"}}]}},
        "properties": {"a": {"$ref": "#/$defs/j"}, "b": {"$ref": "#/$defs/j"}}}"##;
    check(any, r#"{"a": [["x"], {"k": "y"}], "b": "z"}"#, True);
    check(any, r#"{"a": [[5]]}"#, False);
}

/// `$defs` of which each refers twice to the next: what is small on paper and without end at work.
fn doubling(levels: usize) -> String {
    let level = |n: usize| {
        let next = format!(r##"{{"$ref": "#/$defs/d{}"}}"##, n + 1);
        format!(r#""d{n}": {{"anyOf": [{next}, {next}]}}"#)
    };
    let levels: Vec<String> = (0..levels).map(level).chain([format!(r#""d{levels}": {{"type": "null"}}"#)]).collect();
    format!(r##"{{"$defs": {{{}}}, "$ref": "#/$defs/d0"}}"##, levels.join(","))
}

#[test]
fn a_schema_whose_work_has_no_bound_is_not_used() {
    let deep = format!("{}true{}", r#"{"not": "#.repeat(100), "}".repeat(100));
    let patterns: Vec<String> = (0..300).map(|n| format!(r#""p{n}": {{"pattern": "a"}}"#)).collect();
    let patterns = format!(r#"{{"properties": {{{}}}}}"#, patterns.join(","));
    let large = format!(r#"{{"enum": [{}]}}"#, vec!["1"; 30_000].join(","));
    let doubling = doubling(40);
    for (schema, part) in [
        (r#"{"$ref": "https://example.com/schema.json"}"#, "nothing is fetched"),
        (r#"{"$ref": "other.json"}"#, "nothing is fetched"),
        (r#"{"properties": {"a": {"$ref": "file:///etc/passwd"}}}"#, "nothing is fetched"),
        (r##"{"$ref": "#/$defs/none"}"##, "leads nowhere"),
        (r##"{"$ref": "#anchor"}"##, "leads nowhere"),
        (r##"{"$ref": "#"}"##, "leads back to itself"),
        (r##"{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}"##, "leads back"),
        (
            r##"{"anyOf": [{"properties": {"a": {"$ref": "#"}}}, {"properties": {"a": {"$ref": "#"}}}]}"##,
            "several ways",
        ),
        (r##"{"properties": {"a": {"$ref": "#"}}, "additionalProperties": {"$ref": "#"}}"##, "several ways"),
        (
            r##"{"properties": {"a": {"$ref": "#"}}, "allOf": [{"properties": {"a": {"properties": {"a": {"$ref": "#"}}}}}]}"##,
            "several ways",
        ),
        (r##"{"$dynamicRef": "#x"}"##, "is not followed"),
        (r#"{"properties": {"a": {"$id": "https://example.com/x"}}}"#, "only the whole may have an `$id`"),
        (r#"{"pattern": "(?=a)b"}"#, ""),
        (r#"{"pattern": "(a{1000}){1000}"}"#, ""),
        (r#"{"type": "nonsense"}"#, ""),
        (r#"{"$schema": "https://example.com/own-dialect"}"#, ""),
        (deep.as_str(), "too large"),
        (patterns.as_str(), "too many patterns"),
        (large.as_str(), "too large"),
        (doubling.as_str(), "too large"),
    ] {
        let shown: String = schema.chars().take(120).collect();
        let reason = Validator::new(&json_deep(schema)).expect_err(&shown);
        assert!(reason.contains(part), "{shown}: {reason}");
    }
}

/// Scans what servers may send: deeper than requests.
fn json_deep(text: &str) -> Value {
    crate::json::scan(text.as_bytes(), &crate::json::Limits::reply(1 << 20)).unwrap()
}

#[test]
fn a_value_that_would_take_too_long_cannot_be_told() {
    let schema = format!(r#"{{"items": {{"anyOf": [{}]}}}}"#, vec![r#"{"type": "null"}"#; 5000].join(","));
    let value = format!("[{}]", vec!["1"; 10_000].join(","));
    check(&schema, &value, Truth::Unknown);
    check(&schema, "[1, 2]", Truth::False);
}

#[test]
fn a_fault_names_its_place_and_its_keyword() {
    let schema = r#"{"properties": {"files": {"items": {"properties": {"size": {"maximum": 10}}}}}}"#;
    let validator = Validator::new(&json(schema)).unwrap();
    let fault = validator.fault(&json(r#"{"files": [{"size": 1}, {"size": 11}]}"#)).unwrap().unwrap();
    assert_eq!((fault.pointer.as_str(), fault.keyword.as_str()), ("/files/1/size", "maximum"));
    assert_eq!(fault.place, "/properties/files/items/properties/size/maximum");
}

proptest! {
    #[test]
    fn references_of_any_kind_end(edges in proptest::collection::vec((0_usize..5, 0_usize..5, 0_usize..3), 0..10)) {
        let places = ["properties", "items", "anyOf"];
        let definition = |n: usize| {
            let parts = edges.iter().filter(|(from, ..)| *from == n).map(|(_, to, place)| {
                let to = format!(r##"{{"$ref": "#/$defs/d{to}"}}"##);
                match places[*place] {
                    "properties" => format!(r#"{{"properties": {{"a": {to}}}}}"#),
                    "items" => format!(r#"{{"items": {to}}}"#),
                    _ => to,
                }
            });
            let parts: Vec<String> = parts.chain([r#"{"type": ["object", "array"]}"#.to_owned()]).collect();
            format!(r#""d{n}": {{"anyOf": [{}]}}"#, parts.join(","))
        };
        let definitions: Vec<String> = (0..5).map(definition).collect();
        let schema = format!(r##"{{"$defs": {{{}}}, "$ref": "#/$defs/d0"}}"##, definitions.join(","));
        if let Ok(validator) = Validator::new(&json(&schema)) {
            let value = format!("{}5{}", r#"{"a": ["#.repeat(15), "]}".repeat(15));
            prop_assert_ne!(validator.accepts(&json(&value)), Truth::Unknown);
        }
    }
}
