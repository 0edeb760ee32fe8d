//! The command line: results on stdout, everything else on stderr, and an exit status that says what came of it.

use doorward_tests::agent::{assert_echoed, call};
use doorward_tests::gateway::{SERVER, sha256, with};
use doorward_tests::process::run;
use doorward_tests::{Agent, Gateway, Upstream};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// Runs with a configuration of this text.
async fn run_config(text: &str) -> doorward_tests::process::Ended {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("doorward.json");
    std::fs::write(&path, text).unwrap();
    run(&["run", "--config", path.to_str().unwrap()]).await
}

#[tokio::test]
async fn every_mistake_of_a_configuration_is_told_at_once() {
    let ended = run_config(
        r#"{
  "version": "1", "listen": "here",
  "servers": {
    "s": { "url": "ftp://x", "policy": { "version": "1", "defualt": "deny" } },
    "t": { "command": "x", "timeout": "soon", "env": { "K": "${NOT_SET_ANYWHERE}" } },
  },
  "grunts": [],
}"#,
    )
    .await;
    assert_eq!(ended.status, Some(1));
    assert_eq!(ended.stdout, "");
    for part in [
        "doorward.json:2:29: `here` is no address to listen on",
        "doorward.json:4:19: no URL of a server",
        "doorward.json:4:58: unknown key `defualt`",
        "did you mean `default`?",
        "doorward.json:5:39: `soon` is no time",
        "doorward.json:5:61: the variable `NOT_SET_ANYWHERE` is not set",
        "doorward.json:7:3: unknown key `grunts`",
        "did you mean `grants`?",
        "errors found; nothing was started or changed",
    ] {
        assert!(ended.stderr.contains(part), "{part}\nis missing in\n{}", ended.stderr);
    }
    assert!(!ended.stderr.contains('\u{1b}'), "no colours where nobody sees them");
}

#[tokio::test]
async fn a_configuration_that_cannot_be_read_is_named() {
    let ended = run(&["run", "--config", "/no/such/doorward.json"]).await;
    assert_eq!(ended.status, Some(3));
    assert!(ended.stderr.contains("`/no/such/doorward.json`") && ended.stderr.contains("--config"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let ended = run_config(&format!(
        r#"{{ "version": "1", "listen": "{address}", "admin": "127.0.0.1:0", "servers": {{}}, "anonymous": {{ "servers": {{}} }} }}"#
    ))
    .await;
    assert_eq!(ended.status, Some(3));
    assert!(ended.stderr.contains(&format!("cannot listen on {address}")), "{}", ended.stderr);
}

#[tokio::test]
async fn help_is_a_result_and_a_wrong_word_is_not() {
    for arguments in [vec!["--help"], vec!["-h"], vec!["help"]] {
        let ended = run(&arguments).await;
        assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""));
        for command in ["run", "demo", "wrap", "grant", "completions"] {
            assert!(ended.stdout.contains(&format!("\n  {command} ")), "{command} is missing in\n{}", ended.stdout);
        }
        assert!(!ended.stdout.contains("demo-server"));
    }
    for command in ["run", "demo", "wrap", "grant", "completions"] {
        let ended = run(&[command, "--help"]).await;
        assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""), "{command}");
        assert!(ended.stdout.contains("Usage: doorward"), "{}", ended.stdout);
    }
    let version = run(&["--version"]).await;
    assert_eq!(version.status, Some(0));
    assert!(version.stdout.starts_with("doorward "), "{}", version.stdout);
    for arguments in [
        vec![],
        vec!["--no-such-flag"],
        vec!["run", "--no-such-flag"],
        vec!["no-such-command"],
        vec!["wrap"],
        vec!["wrap", "--"],
        vec!["grant"],
        vec!["grant", "new"],
        vec!["completions", "no-such-shell"],
        vec!["demo", "--port", "x"],
        vec!["--log", "no=such=filter", "demo", "--check"],
    ] {
        let ended = run(&arguments).await;
        assert_eq!((ended.status, ended.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!ended.stderr.is_empty());
    }
}

#[tokio::test]
async fn a_word_that_is_nearly_right_is_suggested() {
    for (arguments, suggestion) in [
        (vec!["rum"], "'run'"),
        (vec!["run", "--confg", "doorward.json"], "'--config'"),
        (vec!["wrap", "--polcy", "p.json", "--", "x"], "'--policy'"),
        (vec!["audit", "tial"], "'tail'"),
        (vec!["completions", "bas"], "'bash'"),
    ] {
        let ended = run(&arguments).await;
        assert_eq!((ended.status, ended.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(ended.stderr.contains("similar") && ended.stderr.contains(suggestion), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn the_entry_of_a_new_grant_lets_the_bearer_of_its_token_in_and_nobody_else() {
    let made = run(&["grant", "new", "ci"]).await;
    let entry = &made.stderr[made.stderr.find('{').unwrap()..=made.stderr.rfind('}').unwrap()];
    let entry: Value = serde_json::from_str(&entry.replace("SERVER", SERVER)).unwrap();
    let upstream = Upstream::start().await;
    let server = with(upstream.server(), json!({ "policy": { "version": "1", "default": "allow" } }));
    let gateway = Gateway::start(&json!({ "servers": { SERVER: server }, "grants": [entry] })).await;
    let agent = Agent::modern(&gateway);
    let bearer = agent.clone().with_token(made.stdout.trim_end());
    assert_echoed(&bearer.call("echo", json!({ "n": 1 })).await, &json!({ "n": 1 }));
    for stranger in [agent.clone(), agent.with_token("dw_somethingElse")] {
        let refused = stranger.send(&stranger.request(&call(json!(1), "echo", json!({})))).await;
        assert_eq!(refused.status, 401, "{}", refused.text());
    }
    assert_eq!(upstream.seen_of("tools/call").len(), 1);
}

#[tokio::test]
async fn a_new_grant_is_a_token_and_the_digest_that_knows_it() {
    let (first, second) = tokio::join!(run(&["grant", "new", "ci"]), run(&["grant", "new", "ci"]));
    for ended in [&first, &second] {
        assert_eq!(ended.status, Some(0));
        let token = ended.stdout.strip_suffix('\n').unwrap();
        assert!(!token.contains(char::is_whitespace) && token.len() >= 43, "{token}");
        assert!(!ended.stderr.contains(token), "the token is on stdout alone");
        let entry = &ended.stderr[ended.stderr.find('{').unwrap()..=ended.stderr.rfind('}').unwrap()];
        let entry: Value = serde_json::from_str(entry).unwrap();
        assert_eq!(entry["name"], "ci");
        assert_eq!(entry["token_sha256"], sha256(token));
    }
    assert_ne!(first.stdout, second.stdout);
}

#[tokio::test]
async fn the_demo_proves_itself() {
    let ended = run(&["demo", "--check"]).await;
    assert_eq!(ended.status, Some(0), "{}\n{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("refused") && ended.stdout.contains("allowed"), "{}", ended.stdout);
    assert!(!ended.stdout.contains('\u{1b}'));
}

#[tokio::test]
async fn completions_are_there_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = run(&["completions", shell]).await;
        assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""), "{shell}");
        assert!(ended.stdout.contains("doorward") && ended.stdout.contains("wrap"), "{shell}");
    }
}

#[tokio::test]
async fn logs_are_for_people_or_for_programs() {
    let ended = run(&["--log-format", "json", "--log", "info", "demo", "--check"]).await;
    assert_eq!(ended.status, Some(0));
    assert!(!ended.stderr.is_empty());
    for line in ended.stderr.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        assert!(line["level"].is_string(), "{line}");
    }
}
