//! The guards beside shell-guard, through the real host: those that need more of it than a call.

use super::*;
use crate::json::Limits as Bounds;

async fn terminal(host: &Host) -> Arc<Plugin> {
    let terms = Terms { memory: true, ..Terms::default() };
    let component = first_party("terminal-guard").unwrap();
    let settings = br#"{"keys":"/data","session":"/id"}"#;
    host.load_on(&terms, "terminal-guard", component, settings).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_several_calls_are_judged_as_one_line() {
    let (host, memory) = (host(), Memory::default());
    let guard = terminal(&host).await;
    for (id, keys, code) in [
        ("a", "ec", ""),
        ("a", "ho pie", ""),
        ("b", "df\\r", ""),
        ("a", "ced > /tmp/x\\r", "shell.write"),
        ("a", "ces\\r", ""),
        ("a", "rm -rf /\\r", "command.writes"),
    ] {
        let typed = call(&format!(r#"{{"id":"{id}","data":"{keys}"}}"#));
        let reviewed = guard.check_in(&typed, context(), &memory).await;
        assert_eq!(said(&reviewed).0, code, "{id} {keys}");
        // What is allowed is sent.
        if let Some(draft) = reviewed.draft {
            memory.keep(&[draft]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_taken_out_of_replies_of_any_size() {
    let host = host();
    let guard = host.load("secret-redact", first_party("secret-redact").unwrap(), b"{}").await.unwrap();
    let reply = |lines: usize| {
        let line = ["\"", "DB_PASSWORD=hunter2 and so on", "\""].concat();
        format!(r#"{{"content":[],"structuredContent":{{"lines":[{}],"n":1.50}}}}"#, vec![line; lines].join(","))
    };
    for lines in [1, 64, 65, 2000] {
        let before = reply(lines);
        let (call, read) = (call("{}"), object(&before));
        let opinion = guard.inspect(&call, &context(), (Answered::Result, &read), None).await.opinion;
        let Inspection::Redact(patches) = opinion else { panic!("{lines}: {opinion:?}") };
        let after = String::from_utf8(patches.apply(&read, Bounds::reply).unwrap().to_bytes()).unwrap();
        assert_eq!(after, before.replace("hunter2", "[redacted: assignment]"), "{lines}");
    }
}
