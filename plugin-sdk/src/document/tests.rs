use super::{Document, Kind, Side, TooMany, Value};

const TEXT: &str = r#"{"z": 1.0, "a": [true, null, {"k/1": "v"}], "": "e", "t": "é\n"}"#;

fn document() -> Document<'static> {
    Document::parse(TEXT).expect("the text is JSON")
}

#[test]
fn values_are_found_by_pointer() {
    let check = |pointer: &str, value: Option<Value>| {
        assert_eq!(document().select(&[pointer]), std::slice::from_ref(&value), "{pointer}");
        assert_eq!(document().at(pointer).map(|found| found.value()), value, "{pointer}");
    };
    check("", Some(Value::Object(4)));
    check("/z", Some(Value::Number("1.0".to_owned())));
    check("/a", Some(Value::Array(3)));
    check("/a/0", Some(Value::Boolean(true)));
    check("/a/1", Some(Value::Null));
    check("/a/2/k~11", Some(Value::Text("v".to_owned())));
    check("/", Some(Value::Text("e".to_owned())));
    check("/t", Some(Value::Text("é\n".to_owned())));
    check("/a/00", None);
    check("/a/+1", None);
    check("/a/-", None);
    check("/a/3", None);
    check("/z/0", None);
    check("z", None);
}

#[test]
fn pieces_answer_like_documents() {
    let document = document();
    let piece = document.at("/a/2").expect("the piece is there");
    assert_eq!((piece.kind(), piece.len(), piece.is_empty()), (Kind::Object, 1, false));
    assert_eq!(piece.raw(), r#"{"k/1": "v"}"#);
    assert_eq!(piece.text("/k~11").as_deref(), Some("v"));
    assert_eq!(document.text("/z"), None);
}

#[test]
fn names_and_strings_keep_the_order_of_the_document() {
    assert_eq!(document().keys(4).expect("four names"), ["z", "a", "", "t"]);
    let strings = document().strings(8).expect("eight strings");
    let told: Vec<_> = strings.iter().map(|leaf| (leaf.pointer.as_str(), leaf.side, leaf.text.as_str())).collect();
    assert_eq!(
        told,
        [
            ("/z", Side::Key, "z"),
            ("/a", Side::Key, "a"),
            ("/a/2/k~11", Side::Key, "k/1"),
            ("/a/2/k~11", Side::Value, "v"),
            ("/", Side::Key, ""),
            ("/", Side::Value, "e"),
            ("/t", Side::Key, "t"),
            ("/t", Side::Value, "é\n"),
        ]
    );
}

#[test]
fn more_than_was_asked_for_is_an_error() {
    assert_eq!(document().keys(3), Err(TooMany { found: 4 }));
    assert_eq!(document().strings(7), Err(TooMany { found: 8 }));
    assert_eq!(document().at("/a/0").expect("it is there").keys(0), Ok(Vec::new()));
}
