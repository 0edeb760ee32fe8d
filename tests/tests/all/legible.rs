//! What does not show in a server's definitions reaches no client: a model would read what a person did not see.

use doorward_tests::gateway::{anonymous, with};
use doorward_tests::{Agent, Gateway, world};
use serde_json::{Value, json};

use crate::hidden::offering;

/// Controls, directions, joints and tags.
const UNSEEN: &str = "\u{1b}\u{7}\r\u{9b}\u{200b}\u{200d}\u{202e}\u{2066}\u{feff}\u{e0049}\u{e0067}";

#[tokio::test]
async fn characters_that_do_not_show_are_taken_out_of_definitions_and_of_what_the_server_says_of_itself() {
    let text = format!("Reads{UNSEEN} a file.\n\tLines stay: é 語 😀");
    let definition = json!({
        "name": "read", "title": text, "description": text,
        "inputSchema": { "type": "object", "properties": {
            "path": { "type": "string", "description": text, "enum": [format!("a{UNSEEN}")] },
            format!("mode{UNSEEN}"): { "type": "string" },
        } },
    });
    let itself = json!({ "name": format!("files{UNSEEN}"), "version": "1" });
    let offered = [
        ("tools/list", json!({ "tools": [definition] })),
        ("prompts/list", json!({ "prompts": [{ "name": "greet", "description": text }] })),
        ("resources/list", json!({ "resources": [{ "uri": "file:///a", "name": text }] })),
        ("resources/templates/list", json!({ "resourceTemplates": [{ "uriTemplate": "file:///{x}", "name": text }] })),
        (
            "initialize",
            json!({ "protocolVersion": "2025-06-18", "capabilities": { "tools": {} }, "serverInfo": itself, "instructions": text }),
        ),
        (
            "server/discover",
            json!({ "supportedVersions": [world::MODERN], "capabilities": { "tools": {} }, "serverInfo": itself, "instructions": text }),
        ),
    ];
    let (upstream, _answering) = offering(offered).await;
    let policy = json!({ "version": "1", "default": "allow" });
    let gateway = Gateway::start(&anonymous(with(upstream.server(), json!({ "policy": policy })))).await;
    let shown = "Reads a file.\n\tLines stay: é 語 😀";
    for agent in Agent::both(&gateway).await {
        let tool = &agent.ask("tools/list", json!({})).await["result"]["tools"][0];
        assert_eq!((&tool["title"], &tool["description"]), (&json!(shown), &json!(shown)));
        let properties =
            json!({ "path": { "type": "string", "description": shown, "enum": ["a"] }, "mode": { "type": "string" } });
        assert_eq!(tool["inputSchema"]["properties"], properties);
        for (method, pointer) in [
            ("prompts/list", "/prompts/0/description"),
            ("resources/list", "/resources/0/name"),
            ("resources/templates/list", "/resourceTemplates/0/name"),
        ] {
            let answer = agent.ask(method, json!({})).await;
            assert_eq!(answer["result"].pointer(pointer), Some(&json!(shown)), "{answer}");
        }
        let greeting = if agent.is_modern() { "server/discover" } else { "initialize" };
        let params = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "a", "version": "1" } });
        let answer = agent.ask(greeting, params).await;
        assert_eq!(answer["result"]["instructions"], shown, "{answer}");
        assert_eq!(answer["result"]["serverInfo"]["name"], "files", "{answer}");
    }
}

#[tokio::test]
async fn what_is_named_with_such_characters_is_not_there() {
    let odd = |name: &str| format!("{name}\u{200b}");
    let tool = |name: String| json!({ "name": name, "inputSchema": { "type": "object" } });
    let offered = [
        ("tools/list", json!({ "tools": [tool("read".to_owned()), tool(odd("read"))] })),
        ("prompts/list", json!({ "prompts": [{ "name": odd("greet") }] })),
        ("resources/list", json!({ "resources": [{ "uri": odd("file:///a"), "name": "a" }] })),
    ];
    let (upstream, _answering) = offering(offered).await;
    let policy = json!({ "version": "1", "default": "allow" });
    let gateway = Gateway::start(&anonymous(with(upstream.server(), json!({ "policy": policy })))).await;
    for agent in Agent::both(&gateway).await {
        let listed = agent.ask("tools/list", json!({})).await;
        assert_eq!(listed["result"]["tools"].as_array().unwrap().len(), 1, "{listed}");
        for (list, member) in [("prompts/list", "prompts"), ("resources/list", "resources")] {
            assert_eq!(agent.ask(list, json!({})).await["result"][member], json!([]));
        }
        for (method, params) in [
            ("tools/call", json!({ "name": odd("read"), "arguments": {} })),
            ("prompts/get", json!({ "name": odd("greet") })),
            ("resources/read", json!({ "uri": odd("file:///a") })),
        ] {
            let answer = agent.ask(method, params).await;
            assert!(answer["error"]["message"].as_str().unwrap().starts_with("Unknown "), "{method}: {answer}");
        }
        assert_eq!(agent.call("read", json!({})).await["error"], Value::Null);
    }
    assert!(["prompts/get", "resources/read"].iter().all(|method| upstream.seen_of(method).is_empty()));
}
