//! What an agent is told: the same of what is hidden and of what is not there, and of everything else the reason.

use doorward_tests::agent::{assert_denied, assert_echoed, header, message, text};
use doorward_tests::gateway::with;
use doorward_tests::{Agent, Gateway, Upstream, Wrap, world};
use serde_json::{Value, json};

async fn gateway(policy: Value) -> (Upstream, Gateway) {
    let upstream = Upstream::start().await;
    let gateway = Gateway::in_front_of(&upstream, policy).await;
    (upstream, gateway)
}

fn allow() -> Value {
    json!({ "version": "1", "default": "allow" })
}

fn deny() -> Value {
    json!({ "version": "1", "default": "deny" })
}

#[tokio::test]
async fn what_is_hidden_cannot_be_told_from_what_is_not_there() {
    for policy in [world::lenient(), world::strict()] {
        let (upstream, gateway) = gateway(policy).await;
        for agent in Agent::both(&gateway).await {
            let mut hidden = agent.call("secret", json!({ "a": 1 })).await;
            assert_eq!(hidden["error"], json!({ "code": -32602, "message": "Unknown tool: secret" }));
            let absent = agent.call("absent", json!({ "a": 1 })).await;
            hidden["error"]["message"] = json!("Unknown tool: absent");
            assert_eq!(hidden, absent);
        }
        assert!(upstream.seen_of("tools/call").is_empty());
    }
}

#[tokio::test]
async fn a_refusal_is_an_ordinary_result_that_says_why() {
    let (upstream, gateway) = gateway(world::strict()).await;
    for agent in Agent::both(&gateway).await {
        for (tool, rule, reason) in [
            ("danger", "/tools/danger/action", "it is dangerous"),
            ("region", "(default deny)", "the policy does not allow the tool `region`"),
        ] {
            let answer = agent.call(tool, json!({})).await;
            assert_denied(&answer, rule);
            assert_eq!(text(&answer), format!("[doorward] denied by rule {rule}: {reason}"));
            let result = &answer["result"];
            assert_eq!(result["content"][0]["type"], "text");
            assert_eq!(result["content"].as_array().unwrap().len(), 1);
            let decision = &result["_meta"]["doorward/decision"];
            assert_eq!(
                (&decision["verdict"], &decision["rule"], &decision["reason"]),
                (&json!("deny"), &json!(rule), &json!(reason))
            );
            let kind = if agent.is_modern() { json!("complete") } else { Value::Null };
            assert_eq!(result["resultType"], kind);
        }
    }
    assert!(upstream.seen_of("tools/call").is_empty());
    let [mut modern, mut legacy] = Wrap::both(&world::strict()).await;
    let answer = modern.call_modern("danger", json!({})).await;
    assert_denied(&answer, "/tools/danger/action");
    assert_eq!(answer["result"]["resultType"], "complete");
    let answer = legacy.call("danger", json!({})).await;
    assert_denied(&answer, "/tools/danger/action");
    assert_eq!(answer["result"]["resultType"], Value::Null);
}

#[tokio::test]
async fn without_a_policy_nothing_passes() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&doorward_tests::gateway::anonymous(upstream.server())).await;
    for agent in Agent::both(&gateway).await {
        assert_denied(&agent.call("echo", json!({})).await, "(no policy)");
        assert_eq!(agent.ask("tools/list", json!({})).await["result"]["tools"], json!([]));
        assert_eq!(agent.ask("resources/read", json!({ "uri": "file:///a" })).await["error"]["code"], -31001);
    }
    assert!(upstream.seen().iter().all(|seen| !matches!(seen.method(), "tools/call" | "resources/read")));
}

#[tokio::test]
async fn a_tool_is_listed_if_and_only_if_it_can_be_called() {
    let only =
        |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), json!({}))).collect::<serde_json::Map<_, _>>();
    for policy in [
        allow(),
        deny(),
        world::lenient(),
        world::strict(),
        with(allow(), json!({ "hide": ["*"] })),
        with(deny(), json!({ "tools": only(&["danger", "secret"]), "hide": ["danger"] })),
        with(allow(), json!({ "tools": { "echo": { "action": "deny" } }, "hide": ["region", "none"] })),
    ] {
        let (upstream, gateway) = gateway(policy.clone()).await;
        for agent in Agent::both(&gateway).await {
            let list = agent.ask("tools/list", json!({})).await;
            let listed = list["result"]["tools"].as_array().unwrap();
            for tool in world::TOOLS {
                let answer = agent.call(tool, json!({})).await;
                let callable = answer["result"].is_object() && answer["result"]["isError"] != true;
                assert_eq!(callable, listed.iter().any(|entry| entry["name"] == tool), "{tool} under {policy}");
            }
            // What is listed is as the server made it.
            let served = world::listed(&world::TOOLS);
            for entry in listed {
                assert!(served["tools"].as_array().unwrap().contains(entry), "{entry}");
            }
            assert_eq!(list["result"]["_meta"], served["_meta"]);
            assert_eq!(list["result"]["x-list"], 1);
            let scope = if agent.is_modern() { json!("private") } else { Value::Null };
            assert_eq!(list["result"]["cacheScope"], scope);
        }
        drop(upstream);
    }
}

#[tokio::test]
async fn a_list_of_several_pages_is_filtered_page_by_page() {
    let (upstream, gateway) = gateway(world::lenient()).await;
    let mut lists = upstream.take("tools/list");
    let serve = async {
        loop {
            let list = lists.next().await;
            let last = list.seen.message["params"]["cursor"] == "second";
            let mut page = world::listed(if last { &["region", "danger"] } else { &["secret", "echo"] });
            if !last {
                page["nextCursor"] = json!("second");
            }
            list.result(page).await;
        }
    };
    let visit = async {
        for agent in Agent::both(&gateway).await {
            for (cursor, name, next) in [(None, "echo", json!("second")), (Some("second"), "region", Value::Null)] {
                let params = cursor.map_or(json!({}), |cursor| json!({ "cursor": cursor }));
                let answer = agent.ask("tools/list", params).await;
                let tools = answer["result"]["tools"].as_array().unwrap();
                assert_eq!(tools.iter().map(|tool| &tool["name"]).collect::<Vec<_>>(), [name]);
                assert_eq!(answer["result"]["nextCursor"], next);
            }
            // A tool of the first page is still there when the second has come by.
            for tool in ["echo", "region", "echo"] {
                assert_echoed(&agent.call(tool, json!({})).await, &json!({}));
            }
        }
    };
    tokio::select! {
        () = visit => {}
        () = serve => {}
    }
}

#[tokio::test]
async fn a_tool_that_comes_later_can_be_called() {
    let (upstream, gateway) = gateway(world::lenient()).await;
    let agent = Agent::legacy(&gateway).await;
    let mut lists = upstream.take("tools/list");
    let (answer, ()) = tokio::join!(agent.call("late", json!({})), async {
        lists.next().await.usual().await;
    });
    assert_eq!(answer["error"]["message"], "Unknown tool: late");
    // The server may be asked again only after a while; it says itself that its tools changed.
    let mut streams = upstream.take("GET");
    let (mut events, mut stream) = tokio::join!(agent.listen(), async { streams.next().await.stream().await });
    stream.message(&json!({ "jsonrpc": "2.0", "method": "notifications/tools/list_changed" })).await;
    assert_eq!(events.message().await["method"], "notifications/tools/list_changed");
    let (answer, ()) = tokio::join!(agent.call("late", json!({})), async {
        lists.next().await.result(world::listed(&["late"])).await;
    });
    assert_echoed(&answer, &json!({}));
}

/// Every way in that is no tool, with what it is called in a refusal.
const OTHER: [(&str, &str, &str); 8] = [
    ("resources/read", r#"{"uri":"file:///a"}"#, "resource `file:///a`"),
    ("resources/subscribe", r#"{"uri":"file:///a"}"#, "resource `file:///a`"),
    ("prompts/get", r#"{"name":"greet"}"#, "prompt `greet`"),
    (
        "completion/complete",
        r#"{"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"a","value":""}}"#,
        "method `completion/complete`",
    ),
    ("logging/setLevel", r#"{"level":"debug"}"#, "method `logging/setLevel`"),
    ("tasks/get", r#"{"taskId":"t"}"#, "method `tasks/get`"),
    ("vendor/anything", "{}", "method `vendor/anything`"),
    ("notifications/initialized", "{}", "method `notifications/initialized`"),
];

#[tokio::test]
async fn every_other_way_in_is_judged_too() {
    let (upstream, gateway) = gateway(deny()).await;
    for agent in Agent::both(&gateway).await {
        for (method, params, target) in OTHER {
            let answer = agent.ask(method, serde_json::from_str(params).unwrap()).await;
            let reason = format!("the policy does not allow the {target}");
            assert_eq!(answer["error"]["code"], -31001, "{method}: {answer}");
            assert_eq!(answer["error"]["message"], format!("[doorward] denied by rule (default deny): {reason}"));
            let decision = &answer["error"]["data"]["doorward/decision"];
            assert_eq!((&decision["verdict"], &decision["reason"]), (&json!("deny"), &json!(reason)));
            if method != "notifications/initialized" {
                assert!(upstream.seen_of(method).is_empty(), "{method} came through");
            }
        }
        for list in ["resources/list", "resources/templates/list", "prompts/list"] {
            let answer = agent.ask(list, json!({})).await;
            let members = answer["result"].as_object().unwrap();
            assert!(members.values().filter_map(Value::as_array).all(Vec::is_empty), "{answer}");
        }
        for method in ["ping", "server/discover"] {
            assert!(agent.ask(method, json!({})).await["result"].is_object(), "{method} asks for nothing");
        }
    }
}

#[tokio::test]
async fn every_other_way_in_passes_where_the_default_lets_it() {
    let (upstream, gateway) = gateway(world::lenient()).await;
    for agent in Agent::both(&gateway).await {
        for (method, params, _) in &OTHER[..5] {
            let before = upstream.seen_of(method).len();
            let answer = agent.ask(method, serde_json::from_str(params).unwrap()).await;
            assert!(answer["result"].is_object(), "{method}: {answer}");
            assert_eq!(upstream.seen_of(method).len(), before + 1);
        }
        // The server says itself what it does not know, in the era's way.
        let unknown = agent.request(&message(json!(1), "vendor/anything", json!({ "x": 1 })));
        let response = agent.send(&unknown).await;
        let status = if agent.is_modern() { 404 } else { 200 };
        assert_eq!((response.status, response.code()), (status, Some(-32601)));
        let lists = agent.ask("resources/list", json!({})).await;
        assert_eq!(lists["result"]["resources"], json!([{ "uri": "file:///a", "name": "a", "x-unknown": 1 }]));
    }
}

#[tokio::test]
async fn a_malformed_way_in_is_told_so() {
    let (upstream, gateway) = gateway(world::lenient()).await;
    for agent in Agent::both(&gateway).await {
        for (method, params) in [
            ("tools/call", json!({})),
            ("tools/call", json!({ "name": 1 })),
            ("resources/read", json!({})),
            ("resources/read", json!({ "uri": ["file:///a"] })),
            ("prompts/get", json!({ "name": null })),
        ] {
            let answer = agent.ask(method, params.clone()).await;
            assert_eq!(answer["error"]["code"], -32602, "{method} {params}: {answer}");
        }
    }
    assert!(
        upstream
            .seen()
            .iter()
            .all(|seen| matches!(seen.method(), "initialize" | "notifications/initialized" | "tools/list"))
    );
}

#[tokio::test]
async fn names_of_any_kind_reach_the_policy_and_the_server_as_they_are() {
    let names = ["a/b", "a~b", "ünïcode", "with space", "__proto__", "a\"b", "名"];
    let tools: serde_json::Map<_, _> = names.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
    let (upstream, gateway) = gateway(with(deny(), json!({ "tools": tools }))).await;
    let mut lists = upstream.take("tools/list");
    let visit = async {
        for agent in Agent::both(&gateway).await {
            for name in names {
                assert_echoed(&agent.call(name, json!({ "n": 1 })).await, &json!({ "n": 1 }));
                let seen = upstream.seen_of("tools/call").pop().unwrap();
                assert_eq!(seen.message["params"]["name"], name);
                if agent.is_modern() {
                    assert_eq!(seen.header("mcp-name"), Some(header(name).as_str()));
                }
            }
        }
    };
    let serve = async {
        loop {
            lists.next().await.result(world::listed(&names)).await;
        }
    };
    tokio::select! {
        () = visit => {}
        () = serve => {}
    }
}
