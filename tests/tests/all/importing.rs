//! `doorward policy import`: a policy of another gateway, said in our language.

use doorward_tests::agent::{assert_denied, assert_echoed};
use doorward_tests::process::run;
use doorward_tests::world::LEGACY;
use doorward_tests::{Record, Wrap};
use serde_json::{Value, json};
use tempfile::TempDir;

const POLICY: &str = r#"version: "1"
tools:
  echo:
    rules:
      - name: "small numbers"
        conditions: [{ path: args.n, op: lte, value: 5 }]
        on_deny: "too large"
  danger:
    rules: [{ name: "never", action: deny, on_deny: "it is dangerous" }]
"#;

fn write(text: &str) -> (TempDir, String, String) {
    let folder = TempDir::new().unwrap();
    let (from, to) = (folder.path().join("intercept.yaml"), folder.path().join("policy.json"));
    std::fs::write(&from, text).unwrap();
    let text = |path: std::path::PathBuf| path.to_str().unwrap().to_owned();
    (folder, text(from), text(to))
}

#[tokio::test]
async fn an_imported_policy_decides_as_it_did() {
    let (_folder, from, to) = write(POLICY);
    let ended = run(&["policy", "import", &from, "--output", &to]).await;
    assert_eq!((ended.status, ended.stdout.as_str()), (Some(0), ""), "{}", ended.stderr);
    assert!(ended.stderr.contains("intercept.yaml:1: `default` was absent"), "{}", ended.stderr);
    let printed = run(&["policy", "import", &from, "--format", "json"]).await;
    let policy = std::fs::read_to_string(&to).unwrap();
    assert_eq!((printed.status, &printed.stdout), (Some(0), &policy));
    let report: Value = serde_json::from_str(&printed.stderr).unwrap();
    assert_eq!(report["changes"][0]["change"], "DefaultWritten");

    let peer = doorward_tests::process::stdio_peer();
    let record = Record::new();
    let path = record.path().to_str().unwrap().to_owned();
    let command = [peer.to_str().unwrap(), "--record", &path];
    let mut wrap = Wrap::start_command(Some(&policy), &command, record).opened(LEGACY).await;
    assert_echoed(&wrap.call("echo", json!({ "n": 5 })).await, &json!({ "n": 5 }));
    let denied = wrap.call("echo", json!({ "n": 6 })).await;
    assert_denied(&denied, "/tools/echo/require/args.n-lte");
    assert!(denied.to_string().contains("too large"), "{denied}");
    assert_denied(&wrap.call("danger", json!({})).await, "/tools/danger/action");
}

#[tokio::test]
async fn what_cannot_be_said_writes_nothing() {
    let (_folder, from, to) = write(&POLICY.replace("on_deny: \"too", "on_dney: \"too"));
    let ended = run(&["policy", "import", &from, "--output", &to]).await;
    assert_eq!((ended.status, ended.stdout.as_str()), (Some(1), ""));
    for part in ["intercept.yaml:7:9: unknown key `on_dney`", "did you mean `on_deny`?"] {
        assert!(ended.stderr.contains(part), "{part}\nis missing in\n{}", ended.stderr);
    }
    assert!(!std::path::Path::new(&to).exists());
}

#[tokio::test]
async fn each_dialect_names_the_command_for_the_other() {
    let (folder, from, _) = write(POLICY);
    let ended = run(&["wrap", "--policy", &from, "--", "true"]).await;
    assert_eq!(ended.status, Some(1));
    assert!(ended.stderr.contains("doorward policy import"), "{}", ended.stderr);
    let config = folder.path().join("doorward.json");
    let server = json!({ "command": "true", "policy": "intercept.yaml" });
    let text = json!({ "version": "1", "servers": { "s": server }, "anonymous": { "servers": { "s": {} } } });
    std::fs::write(&config, text.to_string()).unwrap();
    let ended = run(&["check", "--config", config.to_str().unwrap()]).await;
    assert_eq!(ended.status, Some(1));
    assert!(ended.stderr.contains("doorward policy import"), "{}", ended.stderr);
    let own = folder.path().join("own.json");
    std::fs::write(&own, r#"{ "version": "1", "default": "deny", "tools": { "a": { "action": "deny" } } }"#).unwrap();
    let ended = run(&["policy", "import", own.to_str().unwrap()]).await;
    assert_eq!((ended.status, ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.contains("doorward check"), "{}", ended.stderr);
}
