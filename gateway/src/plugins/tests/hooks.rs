//! Replies and lists, judged by plugins.

use super::*;
use crate::json::Limits as Bounds;

/// What the plugin makes of a reply.
async fn inspected(plugin: &Plugin, reply: &str) -> Inspection {
    let call = call(r#"{"command":"uptime"}"#);
    plugin.inspect(&call, &context(), (Answered::Result, &object(reply)), None).await.opinion
}

/// What the plugin makes of a tool.
async fn filtered(plugin: &Plugin, item: &str) -> Curation {
    let (caller, server) = (Caller::new("ci"), ServerName::new("mcp-ssh"));
    let reader = Reader { caller: &caller, groups: &[], server: &server };
    plugin.filter(&reader, &Target::Tool("tool".to_owned()), &object(item)).await.opinion
}

fn patched(patches: &Patches, document: &str) -> String {
    String::from_utf8(patches.apply(&object(document), Bounds::reply).unwrap().to_bytes()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_has_the_hooks_that_it_exports() {
    let host = host();
    let watcher = watcher(&host, "{}").await;
    assert!(Hook::ALL.iter().all(|hook| watcher.has(*hook)));
    let hostile = host.load("hostile", &guest("hostile"), b"\"allow\"").await.unwrap();
    assert_eq!(Hook::ALL.map(|hook| hostile.has(hook)), [true, false, false]);
    // Nobody asks what is not there; if somebody did, the answer would be a no.
    assert!(matches!(inspected(&hostile, "{}").await, Inspection::Refuse(_)));
    assert!(matches!(filtered(&hostile, "{}").await, Curation::Hide(Some(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_pass_are_redacted_or_refused() {
    let host = host();
    let reply = r#"{"content":[{"type":"text","text":"the secret is 42"}],"n":1.50}"#;
    assert_eq!(inspected(&*watcher(&host, "{}").await, reply).await, Inspection::Pass);

    let redactor = watcher(&host, r#"{"result":"redact"}"#).await;
    let Inspection::Redact(patches) = inspected(&redactor, reply).await else { panic!("it is not redacted") };
    assert_eq!(patched(&patches, reply), r#"{"content":[{"type":"text","text":"[redacted]"}],"n":1.50}"#);
    assert_eq!(inspected(&redactor, r#"{"content":[]}"#).await, Inspection::Pass);

    let Inspection::Refuse(finding) = inspected(&*watcher(&host, r#"{"result":"refuse"}"#).await, reply).await else {
        panic!("it is not refused")
    };
    assert_eq!(finding.code, "reply.bad");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_fails_refuses_the_reply_and_hides_the_item() {
    let host = host();
    let Inspection::Refuse(finding) = inspected(&*watcher(&host, r#"{"result":"panic"}"#).await, "{}").await else {
        panic!("it is not refused")
    };
    assert_eq!((&*finding.code, finding.is_own()), ("plugin.trap", true));
    for deed in ["panic", "remember", "rename"] {
        let plugin = watcher(&host, &format!(r#"{{"list":"{deed}"}}"#)).await;
        let code = match filtered(&plugin, r#"{"name":"tool"}"#).await {
            Curation::Hide(Some(finding)) => finding.code,
            other => panic!("{deed}: {other:?}"),
        };
        assert_eq!(code, if deed == "rename" { "plugin.verdict" } else { "plugin.trap" }, "{deed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn items_are_kept_hidden_or_described_otherwise() {
    let host = host();
    let (safe, danger) = (r#"{"name":"tool","description":"x"}"#, r#"{"name":"dangerous"}"#);
    assert_eq!(filtered(&*watcher(&host, "{}").await, danger).await, Curation::Keep);
    let hides = watcher(&host, r#"{"list":"hide"}"#).await;
    assert_eq!(filtered(&hides, safe).await, Curation::Keep);
    assert_eq!(filtered(&hides, danger).await, Curation::Hide(None));
    let rewrites = watcher(&host, r#"{"list":"rewrite"}"#).await;
    let Curation::Rewrite(patches) = filtered(&rewrites, safe).await else { panic!("it is not described otherwise") };
    let described = patched(&patches, safe);
    assert!(described.contains(r#"Tool { server: \"mcp-ssh\", tool: \"tool\" }"#), "{described}");
}
