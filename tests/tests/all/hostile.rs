//! Messages that two readers could read differently. Each carries [`CANARY`], of which nothing may reach a server.

use doorward_tests::world::META;

/// What must not arrive.
pub(crate) const CANARY: &str = "CANARY";

const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const INVALID_PARAMS: i64 = -32602;

/// One hostile message.
pub(crate) struct Hostile {
    /// What is wrong with it.
    pub(crate) why: &'static str,
    /// Its bytes.
    pub(crate) text: Vec<u8>,
    /// The code with which it is refused.
    pub(crate) code: i64,
}

impl Hostile {
    /// The tool that its headers have to name: the one that the exact member names.
    pub(crate) fn tool(&self) -> &'static str {
        let exact = br#""name":"danger""#;
        if self.text.windows(exact.len()).any(|window| window == exact) { "danger" } else { "echo" }
    }
}

/// All of them, as legacy or as modern requests.
pub(crate) fn messages(modern: bool) -> Vec<Hostile> {
    let meta = if modern { format!("{META},") } else { String::new() };
    let fill = |text: &str| text.replace('@', &meta);
    let mut all = Vec::new();
    for (code, table) in [(PARSE_ERROR, NO_TEXT), (INVALID_REQUEST, NO_MESSAGE), (INVALID_PARAMS, NO_CALL)] {
        all.extend(table.iter().map(|(why, text)| Hostile { why, text: fill(text).into_bytes(), code }));
    }
    let parse = |why, text: Vec<u8>| Hostile { why, text, code: PARSE_ERROR };
    let call = fill(CALL);
    all.extend([
        parse("a byte order mark", ["\u{feff}".as_bytes(), call.as_bytes()].concat()),
        parse("UTF-16", call.encode_utf16().flat_map(u16::to_le_bytes).filter(|byte| *byte != b'\n').collect()),
        parse("a byte that is no UTF-8", replace(&call, b"\xff")),
        parse("an overlong slash", replace(&call, b"\xc0\xaf")),
        parse("an encoded surrogate", replace(&call, b"\xed\xa0\x80")),
        parse("a raw NUL in a string", replace(&call, b"\0")),
        parse("a raw escape character in a string", replace(&call, b"\x1b")),
        parse("a raw NUL behind the message", [call.as_bytes(), b"\0"].concat()),
        parse("a raw NUL in front of the message", [b"\0", call.as_bytes()].concat()),
        parse("nested too deep in arrays", fill(&format!("{}{}{}", OPEN, nest("[", "]", 30), CLOSE)).into_bytes()),
        parse(
            "nested too deep in objects",
            fill(&format!("{}{}{}", OPEN, nest("{\"a\":", "}", 30), CLOSE)).into_bytes(),
        ),
        parse("a name that is too long", call.replace("\"c\"", &format!("\"{}\"", "c".repeat(1025))).into_bytes()),
        parse("too many values", fill(&format!("{OPEN}[{}1]{CLOSE}", "1,".repeat(100_000))).into_bytes()),
    ]);
    all
}

/// Notifications that no server may take for calls. They are owed no answer.
pub(crate) fn notifications() -> Vec<String> {
    let of = |method: &str, params: &str| format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{{{params}}}}}"#);
    vec![
        of("tools/call", r#""name":"danger","arguments":{"c":"CANARY"}"#),
        of("tools/call", r#""name":"secret","arguments":{"c":"CANARY"}"#),
        of("tools/call", r#""name":["danger"],"arguments":{"c":"CANARY"}"#),
        of("tools/call", r#""arguments":["CANARY"]"#),
    ]
}

/// A call that would pass, were it not for what is put into it.
const CALL: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","arguments":{"c":"CANARY"}}}"#;
const OPEN: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","arguments":{"c":"CANARY","d":"#;
const CLOSE: &str = "}}}";

fn nest(open: &str, close: &str, depth: usize) -> String {
    format!("{}1{}", open.repeat(depth), close.repeat(depth))
}

/// The call with these bytes in the string that it carries.
fn replace(call: &str, bytes: &[u8]) -> Vec<u8> {
    let (before, after) = call.split_once("CANARY").unwrap();
    [before.as_bytes(), CANARY.as_bytes(), bytes, after.as_bytes()].concat()
}

/// Texts that are no JSON, or that readers of JSON read differently.
const NO_TEXT: &[(&str, &str)] = &[
    (
        "the name twice",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","name":"danger","arguments":{"c":"CANARY"}}}"#,
    ),
    (
        "the name twice, once with an escape",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","n\u0061me":"danger","arguments":{"c":"CANARY"}}}"#,
    ),
    (
        "the method twice",
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{@"name":"danger","arguments":{"c":"CANARY"}}}"#,
    ),
    (
        "the parameters twice",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo"},"params":{@"name":"danger","arguments":{"c":"CANARY"}}}"#,
    ),
    (
        "the id twice",
        r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/call","params":{@"name":"echo","arguments":{"c":"CANARY"}}}"#,
    ),
    (
        "the arguments twice",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","arguments":{},"arguments":{"c":"CANARY"}}}"#,
    ),
    (
        "an argument twice",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","arguments":{"c":"ls","c":"CANARY"}}}"#,
    ),
    (
        "an argument twice, once with an escape",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","arguments":{"c":"ls","\u0063":"CANARY"}}}"#,
    ),
    (
        "an argument twice, deep inside",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","arguments":{"a":[{"b":{"c":"ls","c":"CANARY"}}]}}}"#,
    ),
    (
        "a member of `_meta` twice",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"c":"CANARY"},"_meta":{"a":1,"a":2}}}"#,
    ),
    ("another message behind it", concat!(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, r#"{"x":"CANARY"}"#)),
    (
        "another message behind a carriage return",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r{\"x\":\"CANARY\"}",
    ),
    ("a comma behind it", r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":"CANARY"},"#),
    ("an integer above 2^53 - 1", r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":["CANARY",9007199254740992]}"#),
    ("an integer below -(2^53 - 1)", r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":["CANARY",-9007199254740992]}"#),
    ("an id of thirty digits", r#"{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"ping","x":"CANARY"}"#),
    ("a number that overflows", r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":["CANARY",1e999]}"#),
    ("a number that vanishes", r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":["CANARY",1e-999]}"#),
    ("a leading zero", r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":["CANARY",01]}"#),
    ("a hexadecimal number", r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":["CANARY",0x1]}"#),
    ("NaN", r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":["CANARY",NaN]}"#),
    ("half of a surrogate pair", r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":"CANARY\ud800"}"#),
    ("a surrogate pair in reverse", r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":"CANARY\udc00\ud800"}"#),
    ("a wrong escape", r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":"CANARY\x41"}"#),
    ("a comment", r#"{"jsonrpc":"2.0","id":1,"method":"ping"/*,"y":1*/,"x":"CANARY"}"#),
    ("a comma too many", r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":"CANARY",}"#),
    ("single quotes", r#"{'jsonrpc':'2.0','id':1,'method':'ping','x':'CANARY'}"#),
    ("a name without quotes", r#"{"jsonrpc":"2.0","id":1,"method":"ping",x:"CANARY"}"#),
    ("a line that is a header", "Content-Length: 99, CANARY"),
    ("no end", r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":"CANARY""#),
];

/// Texts that are no message, or that readers of messages read differently.
const NO_MESSAGE: &[(&str, &str)] = &[
    ("a string", r#""CANARY""#),
    ("no version", r#"{"id":1,"method":"ping","x":"CANARY"}"#),
    ("another version", r#"{"jsonrpc":"1.0","id":1,"method":"ping","x":"CANARY"}"#),
    ("the version as a number", r#"{"jsonrpc":2.0,"id":1,"method":"ping","x":"CANARY"}"#),
    ("an id that is null", r#"{"jsonrpc":"2.0","id":null,"method":"ping","x":"CANARY"}"#),
    ("an id that is an array", r#"{"jsonrpc":"2.0","id":[1],"method":"ping","x":"CANARY"}"#),
    ("a method that is no string", r#"{"jsonrpc":"2.0","id":1,"method":["ping"],"x":"CANARY"}"#),
    ("no method", r#"{"jsonrpc":"2.0","id":1,"params":{"x":"CANARY"}}"#),
    ("a method and a result", r#"{"jsonrpc":"2.0","id":1,"method":"ping","result":{"x":"CANARY"}}"#),
    ("parameters in an array", r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":["echo",{"c":"CANARY"}]}"#),
    ("parameters in a string", r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"CANARY"}"#),
    ("`_meta` in an array", r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":["CANARY"]}}"#),
    (
        "a progress token in an object",
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":{"c":"CANARY"}}}}"#,
    ),
    (
        "`Method` beside the method",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","Method":"ping","params":{@"name":"danger","arguments":{"c":"CANARY"}}}"#,
    ),
    (
        "`Method` instead of the method",
        r#"{"jsonrpc":"2.0","id":1,"Method":"tools/call","params":{@"name":"danger","arguments":{"c":"CANARY"}}}"#,
    ),
    (
        "`Params` beside the parameters",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo"},"Params":{"name":"danger","arguments":{"c":"CANARY"}}}"#,
    ),
    (
        "parameters with a long s",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo"},"paramſ":{"name":"danger","arguments":{"c":"CANARY"}}}"#,
    ),
    (
        "parameters with an escaped long s",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo"},"param\u017f":{"name":"danger","arguments":{"c":"CANARY"}}}"#,
    ),
    ("`ID` beside the id", r#"{"jsonrpc":"2.0","id":1,"ID":2,"method":"ping","x":"CANARY"}"#),
    (
        "`Name` beside the name",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","Name":"danger","arguments":{"c":"CANARY"}}}"#,
    ),
    (
        "the denied name beside `Name`",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"danger","Name":"echo","arguments":{"c":"CANARY"}}}"#,
    ),
    (
        "the name in full width",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","ｎａｍｅ":"danger","arguments":{"c":"CANARY"}}}"#,
    ),
    (
        "the name with a character that does not show",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","na\u200bme":"danger","arguments":{"c":"CANARY"}}}"#,
    ),
    (
        "`ARGUMENTS` beside the arguments",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","arguments":{},"ARGUMENTS":{"c":"CANARY"}}}"#,
    ),
    (
        "arguments with a long s",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","arguments":{},"argumentſ":{"c":"CANARY"}}}"#,
    ),
    (
        "`_Meta` beside `_meta`",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","arguments":{},"_Meta":{"c":"CANARY"}}}"#,
    ),
    (
        "`Uri` beside the address",
        r#"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{@"uri":"file:///a","Uri":"file:///CANARY"}}"#,
    ),
];

/// Messages that are no call of a tool, whatever they claim.
const NO_CALL: &[(&str, &str)] = &[
    (
        "arguments in an array",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","arguments":["CANARY"]}}"#,
    ),
    (
        "arguments in a string",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","arguments":"{\"c\":\"CANARY\"}"}}"#,
    ),
    (
        "arguments that are null",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","arguments":null,"x":"CANARY"}}"#,
    ),
    (
        "arguments that are a number",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":"echo","arguments":1,"x":"CANARY"}}"#,
    ),
    ("no name", r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"arguments":{"c":"CANARY"}}}"#),
    (
        "a name in an array",
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{@"name":["danger"],"arguments":{"c":"CANARY"}}}"#,
    ),
];
