use super::*;
use crate::call::{Caller, ServerName};
use crate::json::{Limits, scan};
use crate::plugins::allowance::Allowance;
use crate::plugins::house::Time;
use crate::plugins::witness::Witness;
use crate::plugins::{self, engine};

const SAMPLE: &str = r#"{"a":{"b/c":["x",1.50,{"~":"y"}],"":true},"n":null,"0":"zero"}"#;

fn value(text: &str) -> Value {
    scan(text.as_bytes(), &Limits::request(1 << 20)).unwrap()
}

fn lent(target: Target, params: Option<&str>) -> Lent {
    let params = params.map(|text| value(text).as_object().cloned().unwrap());
    let (caller, server) = (Caller::new("ci"), ServerName::new("s"));
    Lent::new(Some(&Arc::new(Call::new(caller, server, target, "m".to_owned(), params, Object::new()))), None)
}

#[test]
fn the_document_is_what_the_contract_says() {
    let tool = || Target::Tool("t".to_owned());
    let prompt = || Target::Prompt("p".to_owned());
    let resource = || Target::Resource("file:///x".to_owned());
    for (target, params, expected) in [
        (tool(), Some(r#"{"name":"t","arguments":{ "a" : 1 }}"#), r#"{"a":1}"#),
        (tool(), Some(r#"{"name":"t"}"#), "{}"),
        (tool(), None, "{}"),
        (prompt(), Some(r#"{"name":"p","arguments":{"a":1}}"#), r#"{"a":1}"#),
        (resource(), Some(r#"{"uri":"file:///x"}"#), r#"{"uri":"file:///x"}"#),
        (Target::Method("completion/complete".to_owned()), Some(r#"{"ref":{}}"#), r#"{"ref":{}}"#),
        (Target::ServerRequest("sampling/createMessage".to_owned()), None, "{}"),
    ] {
        let lent = lent(target, params);
        assert_eq!(String::from_utf8_lossy(&lent.raw(Paper::Arguments)), expected, "{params:?}");
        assert_eq!(String::from_utf8_lossy(&lent.root(Paper::Arguments).raw()), expected, "{params:?}");
        assert!(matches!(lent.root(Paper::Arguments).kind(), Kind::Object));
    }
}

#[test]
fn pointers_lead_where_the_standard_says() {
    let sample = value(SAMPLE);
    for (pointer, expected) in [
        ("", Some(SAMPLE)),
        ("/a/b~1c/0", Some("\"x\"")),
        ("/a/b~1c/1", Some("1.50")),
        ("/a/b~1c/2/~0", Some("\"y\"")),
        ("/a/", Some("true")),
        ("/0", Some("\"zero\"")),
        ("/n", Some("null")),
        ("/a/b~1c/01", None),
        ("/a/b~1c/+1", None),
        ("/a/b~1c/-", None),
        ("/a/b~1c/3", None),
        ("/a/b~1c/99999999999999999999", None),
        ("/a/b~2c", None),
        ("/a/b~", None),
        ("/n/x", None),
        ("a", None),
    ] {
        let mut path = Vec::new();
        let found = Node::Value(&sample).find(pointer, |place| path.push(place));
        let text = found.map(|node| String::from_utf8(node.raw()).unwrap());
        assert_eq!(text.as_deref(), expected, "{pointer}");
        if let Some(found) = found {
            let again = path.iter().try_fold(Node::Value(&sample), |node, place| node.child(*place)).unwrap();
            assert_eq!(again.raw(), found.raw(), "{pointer}");
        }
    }
}

#[test]
fn every_string_is_told_in_order() {
    let sample = value(SAMPLE);
    let mut told = Vec::new();
    Node::Value(&sample).walk(&mut String::new(), &mut |pointer, side, text| {
        let side = if matches!(side, Side::Key) { 'k' } else { 'v' };
        told.push(format!("{side} {pointer} {text}"));
    });
    let expected = [
        "k /a a",
        "k /a/b~1c b/c",
        "v /a/b~1c/0 x",
        "k /a/b~1c/2/~0 ~",
        "v /a/b~1c/2/~0 y",
        "k /a/ ",
        "k /n n",
        "k /0 0",
        "v /0 zero",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_question_has_a_bounded_answer() {
    let engine = engine::start(&Witness::Absent).unwrap();
    let mut store = Sandbox::open(
        &engine,
        &plugins::Limits::default(),
        Allowance::begin(Time::Whole(std::time::Duration::from_secs(60))),
    );
    let sandbox = store.data_mut();
    // Short keys below a long one: every pointer is long, and there are many.
    let leaves = vec![r#""x""#; 50_000].join(",");
    let deep = format!(r#"{{"arguments":{{"{}":[{leaves}]}}}}"#, "k".repeat(1000));
    sandbox.lent = lent(Target::Tool("t".to_owned()), Some(&deep));
    let mut root = || sandbox.root(Paper::Arguments).unwrap();
    let (first, second, third, fourth) = (root(), root(), root(), root());

    let too_many = sandbox.strings(first, 50_000).unwrap().unwrap_err();
    assert_eq!(too_many.found, 50_001);
    let stopped = sandbox.strings(second, u32::MAX).unwrap_err();
    assert_eq!(stopped.downcast_ref(), Some(&Stop::Answer));
    assert_eq!(sandbox.keys(third, 0).unwrap().unwrap_err().found, 1);
    let values = sandbox.select(fourth, vec![String::new(), "/k".to_owned()]).unwrap();
    assert!(matches!(values[..], [Some(Told::Object(1)), None]), "{values:?}");
}

#[test]
fn a_question_is_not_answered_beyond_the_deadline() {
    let engine = engine::start(&Witness::Absent).unwrap();
    let mut store =
        Sandbox::open(&engine, &plugins::Limits::default(), Allowance::begin(Time::Whole(std::time::Duration::ZERO)));
    let sandbox = store.data_mut();
    let root = sandbox.root(Paper::Arguments).unwrap();
    let stopped = sandbox.select(root, vec![String::new()]).unwrap_err();
    assert_eq!(stopped.downcast_ref(), Some(&Stop::Time));
}
