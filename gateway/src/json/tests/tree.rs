//! What a tree tells of itself, and how an object changes.

use super::{Fault, FaultKind, Number, Object, Value};

#[test]
fn a_value_shows_only_what_it_is() {
    let array = Value::from(vec![Value::Null]);
    let object = Value::from([("a", Value::Null)]);
    check(&Value::Null, "null", [false, false, false, false, false]);
    check(&Value::from(true), "boolean", [true, false, false, false, false]);
    check(&Value::from(7_u64), "number", [false, true, false, false, false]);
    check(&Value::from("7"), "string", [false, false, true, false, false]);
    check(&array, "array", [false, false, false, true, false]);
    check(&object, "object", [false, false, false, false, true]);
}

#[test]
fn only_a_number_written_as_an_unsigned_integer_is_one() {
    for (text, number) in [
        ("0", Some(0)),
        ("18446744073709551615", Some(u64::MAX)),
        ("18446744073709551616", None),
        ("-0", None),
        ("-1", None),
        ("1.0", None),
        ("1e2", None),
    ] {
        assert_eq!(Value::from(Number::from_scanned(text)).as_u64(), number, "{text}");
    }
}

#[test]
fn numbers_are_equal_if_their_texts_are() {
    assert_eq!(Value::from(10_u64), Value::from(10_i64));
    assert_eq!(Number::from(i64::MIN).to_string(), "-9223372036854775808");
    assert_ne!(Number::from_scanned("1.0"), Number::from_scanned("1.00"));
}

#[test]
fn a_member_that_is_set_again_keeps_its_place() {
    let mut object = Object::from([("b", Value::Null), ("a", Value::Null)]);
    object.insert("c", true);
    object.insert("b", "new");
    assert_eq!(object.to_bytes(), br#"{"b":"new","a":null,"c":true}"#);
    assert_eq!(object.len(), 3);
}

#[test]
fn a_name_given_twice_stays_one_member() {
    let object = Object::from([("a", 1_u64.into()), ("b", 2_u64.into()), ("a", 3_u64.into())]);
    assert_eq!(object.to_bytes(), br#"{"a":3,"b":2}"#);
}

#[test]
fn a_member_that_is_taken_out_leaves_the_others_in_order() {
    let mut object = Object::from([("a", 1_u64.into()), ("b", 2_u64.into()), ("c", 3_u64.into())]);
    assert_eq!(object.remove("a"), Some(1_u64.into()));
    assert_eq!(object.remove("a"), None);
    assert_eq!(object.names().collect::<Vec<_>>(), ["b", "c"]);
    assert_eq!(
        object.into_iter().collect::<Vec<_>>(),
        [("b".to_owned(), 2_u64.into()), ("c".to_owned(), 3_u64.into())]
    );
    assert!(Object::new().is_empty());
}

#[test]
fn members_are_found_by_their_exact_name() {
    let object = Object::from([("a", "text".into()), ("A", Value::from([("k", Value::Null)]))]);
    assert_eq!(object.text("a"), Some("text"));
    assert_eq!(object.text("A"), None);
    assert_eq!(object.object("A").map(Object::to_bytes), Some(br#"{"k":null}"#.to_vec()));
    assert_eq!(object.object("a"), None);
    assert_eq!(object.get("\u{ff41}"), None);
}

#[test]
fn a_tree_can_be_changed_in_its_place() {
    let mut value = Value::from([("list", Value::from(vec![Value::Null])), ("other", Value::Null)]);
    let list = value.as_object_mut().and_then(|object| object.get_mut("list")).and_then(Value::as_array_mut);
    if let Some(list) = list {
        list.push("\u{1}".into());
    }
    assert_eq!(value.to_bytes(), br#"{"list":[null,"\u0001"],"other":null}"#);
    assert_eq!(Value::Null.as_object_mut(), None);
    assert_eq!(Value::Null.as_array_mut(), None);
}

#[test]
fn ready_bytes_may_stand_in_for_a_value() {
    let object = Object::from([("a", 1_u64.into()), ("b\n", Value::Null)]);
    let mut out = b"data: ".to_vec();
    object.write_with(&mut out, |name, value, out| match name {
        "a" => out.extend_from_slice(b"[2]"),
        _ => value.write(out),
    });
    assert_eq!(out, br#"data: {"a":[2],"b\n":null}"#);
}

#[test]
fn a_fault_says_what_and_where() {
    let fault = Fault { kind: FaultKind::LoneSurrogate, offset: 17 };
    assert_eq!(fault.to_string(), "lone surrogate at byte 17");
}

fn check(value: &Value, kind: &str, [boolean, number, string, array, object]: [bool; 5]) {
    assert_eq!(value.kind(), kind);
    assert_eq!(value.as_bool().is_some(), boolean, "{kind}");
    assert_eq!(value.as_u64().is_some(), number, "{kind}");
    assert_eq!(value.as_str().is_some(), string, "{kind}");
    assert_eq!(value.as_array().is_some(), array, "{kind}");
    assert_eq!(value.as_object().is_some(), object, "{kind}");
}
