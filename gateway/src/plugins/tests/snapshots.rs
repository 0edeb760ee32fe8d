//! Settings are read once; machine code is made once, also over several starts.

use tempfile::TempDir;

use super::*;

/// A host as one that starts anew on the same machine.
fn restarted(folder: &TempDir) -> Host {
    let limits = Limits { deadline: Duration::from_secs(60), ..Limits::default() };
    Host::with_shelf(limits, Shelf::open(&folder.path().join("plugins")).unwrap()).unwrap()
}

async fn loaded(host: &Host, deed: &str) -> Arc<Plugin> {
    host.load("hostile", &guest("hostile"), format!("{deed:?}").as_bytes()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_begin_where_the_plugin_had_read_its_settings() {
    let host = host();
    for (deed, code) in [("deny", "no"), ("remember", "calls"), ("configured", "configured")] {
        let plugin = loaded(&host, deed).await;
        assert!(plugin.is_snapshot(), "{deed}");
        for _ in 0..3 {
            let reviewed = asked(&plugin).await;
            assert_eq!(said(&reviewed).0, code, "{deed}");
            // How often it was configured, and how often it was called, as far as it can tell.
            assert!(!said(&reviewed).1.contains('2'), "{deed}: {reviewed:?}");
        }
    }
    assert!(watcher(&host, "{}").await.is_snapshot());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_snapshot_would_not_hold_is_configured_at_every_call() {
    let host = host();
    // It printed while it was configured, and so holds a stream.
    let plugin = loaded(&host, "configure-print").await;
    assert!(!plugin.is_snapshot());
    assert_eq!(said(&asked(&plugin).await), ("printed", "twice"));
}

#[tokio::test(flavor = "multi_thread")]
async fn machine_code_is_made_once_over_several_starts() {
    let folder = TempDir::new().unwrap();
    for (start, compilations) in [(1, 2), (2, 0), (3, 0)] {
        let host = restarted(&folder);
        assert_eq!(said(&asked(&*loaded(&host, "deny").await).await), ("no", "because"), "start {start}");
        assert!(loaded(&host, "configure-print").await.description().name == "hostile", "start {start}");
        assert_eq!(host.compilations(), compilations, "start {start}");
    }
    // What is not as it was kept is made anew.
    for entry in std::fs::read_dir(folder.path().join("plugins")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "code") {
            let mut bytes = std::fs::read(&path).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            std::fs::write(&path, bytes).unwrap();
        }
    }
    let host = restarted(&folder);
    assert_eq!(said(&asked(&*loaded(&host, "deny").await).await), ("no", "because"));
    assert_eq!(host.compilations(), 2);
    // Other settings find what they have in common.
    let host = restarted(&folder);
    assert_eq!(asked(&*loaded(&host, "allow").await).await.opinion, Opinion::Allow);
    assert_eq!(host.compilations(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_are_refused_leave_nothing_behind() {
    let folder = TempDir::new().unwrap();
    for _ in 0..2 {
        let refused = restarted(&folder).load("hostile", &guest("hostile"), b"\"configure-refuse\"").await;
        assert_eq!(refused.unwrap_err().len(), 2);
    }
    let kept = std::fs::read_dir(folder.path().join("plugins")).unwrap().count();
    assert_eq!(kept, 1, "the key alone");
}
