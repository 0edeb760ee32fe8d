//! What a plugin remembers of a conversation.

use super::*;

async fn typed(plugin: &Plugin, memory: &Memory, key: &str) -> Reviewed {
    plugin.check_in(&call(&format!(r#"{{"key":"{key}"}}"#)), context(), memory).await
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_were_sent_are_put_together() {
    let host = host();
    let (plugin, memory) = (watcher(&host, r#"{"call":"keys"}"#).await, Memory::default());
    assert!(plugin.remembers());
    let first = typed(&plugin, &memory, "r").await;
    assert_eq!(first.opinion, Opinion::Allow);
    // It was not sent, so it was not typed.
    assert_eq!(typed(&plugin, &memory, "m").await.opinion, Opinion::Allow);
    memory.keep(&[first.draft.unwrap()]);
    let refused = typed(&plugin, &memory, "m").await;
    assert_eq!(said(&refused), ("typed", "`rm` was typed"));
    assert!(refused.draft.is_none());

    // Other conversations, other settings and other plugins remember other things.
    assert_eq!(typed(&plugin, &Memory::default(), "m").await.opinion, Opinion::Allow);
    let other = watcher(&host, r#"{"call":"keys","result":"redact"}"#).await;
    assert_eq!(typed(&other, &memory, "m").await.opinion, Opinion::Allow);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_remembered_every_conversation_is_new() {
    let plugin = watcher(&host(), r#"{"call":"keys"}"#).await;
    for _ in 0..2 {
        let call = call(r#"{"key":"r"}"#);
        assert_eq!(plugin.check(&call, context()).await.opinion, Opinion::Allow);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memory_has_to_be_granted() {
    let host = host();
    let faults = host.load("watcher", &guest("watcher"), b"{}").await.unwrap_err();
    assert_eq!(faults[0].code, "plugin.grant");
    assert!(faults[0].remediation.as_ref().unwrap().contains("grants"), "{faults:?}");
    assert!(watcher(&host, "{}").await.remembers());
}
