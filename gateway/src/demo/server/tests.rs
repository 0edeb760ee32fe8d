use super::*;

/// What the server writes for what it reads.
fn talk(input: &str) -> Vec<String> {
    let mut output = Vec::new();
    serve(input.as_bytes(), &mut output).unwrap();
    String::from_utf8(output).unwrap().lines().map(str::to_owned).collect()
}

/// Sends one request; its answer must hold all the parts.
fn check(method: &str, params: &str, parts: &[&str]) {
    let lines = talk(&format!("{{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"{method}\",\"params\":{params}}}\n"));
    let [line] = lines.as_slice() else { panic!("{method} {params}: {lines:?}") };
    assert!(line.starts_with(r#"{"jsonrpc":"2.0","id":"a","#), "{line}");
    for part in parts {
        assert!(line.contains(part), "{method} {params}: `{part}` is not in: {line}");
    }
}

/// The `_meta` of a modern request, as the first of its parameters.
fn modern(rest: &str) -> String {
    let capabilities = r#""io.modelcontextprotocol/clientCapabilities":{}"#;
    format!(r#"{{"_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28",{capabilities}}}{rest}}}"#)
}

#[test]
fn the_handshake_echoes_a_version_that_is_known_and_offers_the_newest_otherwise() {
    for (wanted, given) in [
        ("2024-11-05", "2024-11-05"),
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("1999-01-01", "2025-11-25"),
    ] {
        let params = format!(r#"{{"protocolVersion":"{wanted}","capabilities":{{}},"clientInfo":{{}}}}"#);
        let version = format!(r#""result":{{"protocolVersion":"{given}","capabilities":{{"tools":{{}}}}"#);
        check("initialize", &params, &[&version, r#""serverInfo":{"name":"doorward-demo""#]);
    }
    check("initialize", "{}", &["-32602", "`protocolVersion` must be a string"]);
}

#[test]
fn a_legacy_request_gets_a_result_without_modern_members() {
    for (method, params, part) in [
        ("ping", "{}", r#""result":{}}"#),
        ("tools/list", "{}", r#""tools":[{"name":"connect""#),
        ("tools/call", r#"{"name":"listTunnels"}"#, r#""content":[{"type":"text","text":"Tunnels: none."}]}"#),
    ] {
        check(method, params, &[part]);
        let lines = talk(&format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{params}}}"));
        for member in ["resultType", "ttlMs", "cacheScope", "_meta"] {
            assert!(!lines.concat().contains(member), "{method}: {member}");
        }
    }
}

#[test]
fn a_modern_request_gets_a_result_with_everything_that_the_revision_asks_for() {
    const STAMP: &str = r#""_meta":{"io.modelcontextprotocol/serverInfo":{"name":"doorward-demo""#;
    const COMPLETE: &str = r#""resultType":"complete""#;
    const CACHED: &str = r#""ttlMs":300000,"cacheScope":"public""#;
    let versions = r#""supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}"#;
    check("server/discover", &modern(""), &[versions, COMPLETE, CACHED, STAMP]);
    check("tools/list", &modern(""), &[r#""tools":[{"name":"connect""#, COMPLETE, CACHED, STAMP]);
    check("tools/call", &modern(r#","name":"listTunnels","arguments":{}"#), &["Tunnels: none.", COMPLETE, STAMP]);
    check("tools/call", &modern(r#","name":"disconnect","arguments":{}"#), &[r#""isError":true"#, COMPLETE]);
}

#[test]
fn what_cannot_be_answered_is_an_error_with_the_code_for_it() {
    let version = r#""io.modelcontextprotocol/protocolVersion""#;
    let capabilities = r#""io.modelcontextprotocol/clientCapabilities":{}"#;
    for (method, params, code, part) in [
        ("tools/delete", "{}".to_owned(), "-32601", "Method not found: tools/delete"),
        ("server/discover", "{}".to_owned(), "-32601", "Method not found: server/discover"),
        ("ping", modern(""), "-32601", "Method not found: ping"),
        ("tools/call", r#"{"name":"rmrf"}"#.to_owned(), "-32602", r#""message":"Unknown tool: rmrf""#),
        ("tools/call", modern(r#","name":"rmrf""#), "-32602", r#""message":"Unknown tool: rmrf""#),
        ("tools/call", "{}".to_owned(), "-32602", "`name` must be a string"),
        ("tools/list", r#"{"cursor":"2"}"#.to_owned(), "-32602", "`cursor` must be absent"),
        ("tools/list", format!(r#"{{"_meta":{{{version}:1}}}}"#), "-32602", "must be a string"),
        (
            "tools/list",
            format!(r#"{{"_meta":{{{version}:"2026-07-28"}}}}"#),
            "-32602",
            "clientCapabilities` must be an object",
        ),
        (
            "tools/list",
            format!(r#"{{"_meta":{{{version}:"2031-01-01",{capabilities}}}}}"#),
            "-32022",
            r#""data":{"supported":["2026-07-28"],"requested":"2031-01-01"}"#,
        ),
    ] {
        check(method, &params, &[&format!(r#""error":{{"code":{code},"#), part]);
    }
}

#[test]
fn arguments_that_do_not_fit_are_a_result_that_says_so() {
    for (name, arguments, fault) in [
        ("executeCommand", "[]", "arguments must be of type object, not array"),
        ("executeCommand", "null", "arguments must be of type object, not null"),
        ("executeCommand", r#"{"connectionId":"web-1"}"#, "arguments must have command"),
        ("executeCommand", r#"{"connectionId":"web-1","command":["ls"]}"#, "command must be of type string, not array"),
        ("executeCommand", r#"{"connectionId":"web-1","command":"ls","Command":"x"}"#, "must not have Command"),
        (
            "backgroundExecute",
            r#"{"connectionId":"web-1","command":"ls","interval":"5"}"#,
            "interval must be of type number",
        ),
        ("connect", r#"{"host":"h","username":"u","tags":[1]}"#, "tags must be of type string, not number"),
        ("batchUploadFiles", r#"{"connectionId":"web-1","files":[{"localPath":"a"}]}"#, "files must have remotePath"),
    ] {
        let params = format!(r#"{{"name":"{name}","arguments":{arguments}}}"#);
        check("tools/call", &params, &[fault, "Invalid arguments for", r#""isError":true"#]);
    }
    let long = "x".repeat(MAX_TEXT + 1);
    let params = format!(r#"{{"name":"disconnect","arguments":{{"connectionId":"{long}"}}}}"#);
    check("tools/call", &params, &["connectionId must have at most 16384 bytes", r#""isError":true"#]);
}

#[test]
fn only_requests_are_answered_and_each_on_one_line_in_turn() {
    let ping = |id: &str| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
    let input = [
        &ping("1"),
        "",
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
        r#"{"jsonrpc":"2.0","id":9,"result":{}}"#,
        &ping("\"1\""),
        "log line",
        r#"{"jsonrpc":"2.0","id":2}"#,
        &format!("{}\r", ping("3")),
        &"x".repeat(3 * MAX_LINE),
        &format!("{}{}", ping("4"), " ".repeat(MAX_LINE)),
        &ping("5"),
    ]
    .join("\n");
    let lines = talk(&input);
    let starts = [
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":"1","result":{}}"#,
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error: unexpected character at byte 0"}}"#,
        r#"{"jsonrpc":"2.0","id":2,"error":{"code":-32600,"#,
        r#"{"jsonrpc":"2.0","id":3,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error: text is too long"#,
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error: text is too long"#,
        r#"{"jsonrpc":"2.0","id":5,"result":{}}"#,
    ];
    assert_eq!(lines.len(), starts.len(), "{lines:#?}");
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
}

#[test]
fn what_a_call_leaves_behind_is_there_for_the_next() {
    let call = |id: u64, name: &str, arguments: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{name}","arguments":{arguments}}}}}"#
        )
    };
    let lines = talk(&format!(
        "{}\n{}\n",
        call(1, "backgroundExecute", r#"{"connectionId":"web-1","command":"df -h","interval":5000}"#),
        call(2, "listBackgroundTasks", "{}"),
    ));
    assert!(lines[1].contains(r"Command: df -h\nInterval: 5000 ms"), "{}", lines[1]);
}
