//! A record that cannot be written lets nothing pass; and when it can be written again, nobody has to start anything.

use std::fs;
use std::path::Path;

use doorward_tests::agent::{assert_echoed, assert_unavailable};
use doorward_tests::gateway::{anonymous, with};
use doorward_tests::process::Ended;
use doorward_tests::{Agent, Gateway, Upstream};
use serde_json::{Value, json};

use crate::home::Home;
use crate::limits::assert_limited;

/// Lets three calls pass.
fn config(upstream: &Upstream) -> Value {
    let limit = json!({ "counter": "echoes", "window": "minute", "max": 3, "scope": "grant" });
    let policy = json!({ "version": "1", "default": "deny", "tools": { "echo": { "limits": [limit] } } });
    anonymous(with(upstream.server(), json!({ "policy": policy })))
}

async fn passes(agent: &Agent) {
    assert_echoed(&agent.call("echo", json!({})).await, &json!({}));
}

/// Breaks the record while the gateway runs, and mends it again.
async fn broken_and_mended(break_it: impl FnOnce(&Path), mend_it: impl FnOnce(&Path)) {
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let mut gateway = home.gateway(&config(&upstream)).await;
    let agents = Agent::both(&gateway).await;
    passes(&agents[0]).await;

    break_it(&home.audit());
    for _ in 0..5 {
        for agent in &agents {
            assert_unavailable(&agent.call("echo", json!({})).await);
            assert_unavailable(&agent.call("echo", json!({ "again": true })).await);
        }
    }
    assert_eq!(upstream.seen_of("tools/call").len(), 1, "nothing reaches the server meanwhile");
    assert!(gateway.process.log().contains("decisions cannot be recorded"), "{}", gateway.process.log());

    mend_it(&home.audit());
    // What was refused for want of a record counted against no limit.
    for agent in &agents {
        passes(agent).await;
    }
    assert_limited(&agents[0].call("echo", json!({})).await, "/tools/echo/limits/echoes");
    assert_eq!(upstream.seen_of("tools/call").len(), 3);
    assert_eq!(home.decisions("allow").await.len(), 3);
    let entries = home.tail().await;
    let gap = entries.iter().find(|entry| entry["kind"] == "gap").expect("the record says that something is missing");
    assert_eq!(gap["refused"], 20, "{gap}");
    gateway.stopped().await;
    home.verified().await;
}

#[tokio::test]
async fn a_file_in_the_folders_place_refuses_every_call_until_it_is_gone() {
    let aside = |audit: &Path| audit.with_file_name("aside");
    broken_and_mended(
        |audit| {
            fs::rename(audit, aside(audit)).unwrap();
            fs::write(audit, "no folder").unwrap();
        },
        |audit| {
            fs::remove_file(audit).unwrap();
            fs::rename(aside(audit), audit).unwrap();
        },
    )
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_others_may_write_to_takes_nothing_more() {
    use std::os::unix::fs::PermissionsExt as _;

    // Files that are open are written on; so the file goes, and a new one would have to be made.
    let aside = |file: &Path| file.with_extension("aside");
    let journal = |audit: &Path, kind: &str| {
        let mut files = fs::read_dir(audit).unwrap().map(|entry| entry.unwrap().path());
        files.find(|path| path.extension().is_some_and(|it| it == kind)).unwrap()
    };
    broken_and_mended(
        |audit| {
            let file = journal(audit, "jsonl");
            fs::rename(&file, aside(&file)).unwrap();
            fs::set_permissions(audit, fs::Permissions::from_mode(0o777)).unwrap();
        },
        |audit| {
            fs::set_permissions(audit, fs::Permissions::from_mode(0o700)).unwrap();
            let file = journal(audit, "aside");
            fs::rename(&file, file.with_extension("jsonl")).unwrap();
        },
    )
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_may_only_be_read_takes_nothing_more() {
    use std::os::unix::fs::PermissionsExt as _;

    let readonly = |folder: &Path| fs::set_permissions(folder, fs::Permissions::from_mode(0o500)).unwrap();
    let probe = tempfile::TempDir::new().unwrap();
    readonly(probe.path());
    if fs::write(probe.path().join("file"), "").is_ok() {
        println!("skipped: whoever runs this may write everywhere");
        return;
    }
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let gateway = home.gateway(&config(&upstream)).await;
    let agent = Agent::modern(&gateway);
    passes(&agent).await;
    fs::remove_file(home.journals().pop().unwrap()).unwrap();
    readonly(&home.audit());
    assert_unavailable(&agent.call("echo", json!({})).await);
    assert_eq!(upstream.seen_of("tools/call").len(), 1);
    fs::set_permissions(home.audit(), fs::Permissions::from_mode(0o700)).unwrap();
    passes(&agent).await;
    let ended = started_with(&home, &gateway, |audit| readonly(audit)).await;
    assert_refused(&ended, "cannot be written to");
}

#[tokio::test]
async fn a_folder_that_is_deleted_is_made_anew_and_no_call_passes_without_a_record() {
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let gateway = home.gateway(&config(&upstream)).await;
    let agent = Agent::modern(&gateway);
    passes(&agent).await;
    fs::remove_dir_all(home.audit()).unwrap();
    passes(&agent).await;
    passes(&agent).await;
    assert_eq!(upstream.seen_of("tools/call").len(), 3);
    assert_eq!(home.decisions("allow").await.len(), 2, "what was deleted is gone, what came later is there");
}

/// Starts the gateway after something was done to its folder, with the configuration of one that ran before.
async fn started_with(home: &Home, gateway: &Gateway, change: impl FnOnce(&Path)) -> Ended {
    change(&home.audit());
    let config = gateway.folder().join("doorward.json");
    home.run(&["run", "--config", config.to_str().unwrap()]).await
}

fn assert_refused(ended: &Ended, part: &str) {
    assert_eq!(ended.status, Some(3), "{}", ended.stderr);
    for part in [part, "decisions cannot be recorded, so no call can pass"] {
        assert!(ended.stderr.contains(part), "{part} is not in {}", ended.stderr);
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_opened_ends_the_start_with_3_and_says_what_to_do() {
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let mut gateway = home.gateway(&config(&upstream)).await;
    gateway.stopped().await;
    let file = started_with(&home, &gateway, |audit| {
        fs::remove_dir_all(audit).unwrap();
        fs::write(audit, "no folder").unwrap();
    })
    .await;
    assert_refused(&file, "is not a folder: name another one in `audit.dir`, or move it out of the way");
    assert!(file.stderr.contains(home.audit().to_str().unwrap()), "{}", file.stderr);
    assert_eq!(fs::read_to_string(home.audit()).unwrap(), "no folder");

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let shared = started_with(&home, &gateway, |audit| {
            fs::remove_file(audit).unwrap();
            fs::create_dir(audit).unwrap();
            fs::set_permissions(audit, fs::Permissions::from_mode(0o777)).unwrap();
        })
        .await;
        assert_refused(&shared, "run `chmod go-w` on it");
    }
}

#[tokio::test]
async fn counters_that_cannot_be_opened_end_the_start_with_3() {
    let (home, upstream) = (Home::new(), Upstream::start().await);
    let mut gateway = home.gateway(&config(&upstream)).await;
    gateway.stopped().await;
    let counters = home.state().join("counters.sqlite");
    let ended = started_with(&home, &gateway, |_| fs::write(&counters, vec![b'x'; 8192]).unwrap()).await;
    assert_eq!(ended.status, Some(3), "{}", ended.stderr);
    assert!(ended.stderr.contains("limits cannot be counted, so no call can pass"), "{}", ended.stderr);
    assert!(ended.stderr.contains(counters.to_str().unwrap()), "{}", ended.stderr);
}
