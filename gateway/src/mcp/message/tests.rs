use super::*;
use crate::json::{Limits, scan};

fn read(text: &str) -> Result<Message, Malformed> {
    let value = scan(text.as_bytes(), &Limits::request(1 << 20))
        .map_err(|fault| Malformed { id: None, reason: fault.to_string() })?;
    Message::read(value)
}

#[test]
fn a_message_is_written_with_everything_that_it_came_with() {
    for text in [
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"n":1.50},"unknown":[1]}}"#,
        r#"{"jsonrpc":"2.0","id":"1","method":"x","later":{"a":null}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/x","params":{"_meta":{"other/key":1}}}"#,
        r#"{"jsonrpc":"2.0","id":7,"result":{"resultType":"complete","strange":true},"trailer":1}"#,
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-1,"message":"m","extra":1}}"#,
    ] {
        let message = read(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
        assert_eq!(String::from_utf8(message.to_bytes()).ok().as_deref(), Some(text));
    }
}

#[test]
fn what_can_be_read_in_two_ways_is_no_message() {
    for (text, reason) in [
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","Method":"ping"}"#, "mistaken for `method`"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"name":"x","Name":"y"}}"#, "mistaken for `name`"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"a","param\u017f":{}}"#, "mistaken for `params`"),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{"ProgressToken":1}}}"#,
            "mistaken for `progressToken`",
        ),
        (r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[],"Tools":[]}}"#, "mistaken for `tools`"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"a","params":[1]}"#, "`params` must be an object"),
        (r#"{"jsonrpc":"2.0","id":null,"method":"a"}"#, "`id` must be a short string or a number"),
        (r#"{"jsonrpc":"2.0","id":{},"method":"a"}"#, "`id` must be a short string or a number"),
        (r#"{"jsonrpc":"2.0","id":1,"method":1}"#, "`method` must be a string"),
        (r#"{"jsonrpc":"1.0","id":1,"method":"a"}"#, "`jsonrpc` must be"),
        (r#"{"id":1,"method":"a"}"#, "`jsonrpc` must be"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"a","result":1}"#, "more than one"),
        (r#"{"jsonrpc":"2.0","id":1}"#, "neither"),
        (r#"{"jsonrpc":"2.0","result":1}"#, "needs the `id`"),
        (r#"[]"#, "object"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"a","method":"b"}"#, "duplicate"),
    ] {
        match read(text) {
            Err(fault) => assert!(fault.reason.contains(reason), "{text}: {fault}"),
            Ok(message) => panic!("{text} was read as {message:?}"),
        }
    }
}

#[test]
fn a_malformed_request_keeps_its_id_for_the_answer() {
    let fault = read(r#"{"jsonrpc":"2.0","id":"a","method":"x","params":1}"#);
    assert_eq!(fault.err().and_then(|fault| fault.id), Some(Id::Text("a".to_owned())));
}

#[test]
fn one_and_the_text_one_are_two_ids() {
    assert_ne!(Id::from(1), Id::Text("1".to_owned()));
}
