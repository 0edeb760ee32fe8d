//! Several processes share a file. The other processes are this test program, told to run one test only.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use rusqlite::Connection;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

use super::crowd::{check_log, crowd, crowd_of, keep_log};
use super::*;

/// What the other process is told with: to the test harness, a filter that matches no test.
const TOLD: &str = "other-process-charges=";

/// In all, exactly this many pass.
fn capped() -> Charge {
    limit("capped", HOUR, 300)
}

/// In all, exactly so much is spent, as near as the smallest cost comes to it.
fn spent() -> [Charge; 3] {
    let max = 20_000_000;
    [
        limit("slides", HOUR, max),
        // What flows back within the time of this test is less than the smallest cost.
        bucket("flows", 1000 * HOUR, max, max),
        calendar("strikes", Unit::Day, "Pacific/Kiritimati", max),
    ]
}

/// What they cost: from 0.1 to 0.7, or a little more.
fn costs(attempt: usize) -> u64 {
    100_000 * u64::try_from(1 + attempt * 5 % 7).unwrap() + 1
}

/// These pass as time allows.
fn rated() -> Charge {
    limit("rated", 200, 20)
}

/// The true clock of the boot, and a wall clock that somebody sets by hours.
fn unsettled() -> Steady {
    let (system, steps) = (Steady::system(), AtomicU64::new(u64::from(std::process::id())));
    Steady::Told(Arc::new(move || {
        let Reading { boot, wall } = system.read();
        let hours = steps.fetch_add(1, Ordering::SeqCst) * 11 % 7;
        Reading { boot, wall: Timestamp::from_millis(wall.as_millis() + hours * HOUR - 3 * HOUR) }
    }))
}

fn start(path: &Path) -> Child {
    let told = format!("{TOLD}{}", path.display());
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "state::tests::processes::the_other_process", &told, "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// Does nothing, unless it is the other process.
#[tokio::test(flavor = "multi_thread")]
async fn the_other_process() {
    let told = std::env::args().find_map(|argument| Some(PathBuf::from(argument.strip_prefix(TOLD)?)));
    let Some(path) = told else { return };
    let store = Arc::new(Store::open_with(&path, unsettled()).unwrap());
    println!("\nready");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let name = std::process::id().to_string();
    let capped = crowd(&store, &name, 10, &[capped()]).await;
    let rated = as_time_allows(&store, &name, 60).await;
    for limit in spent() {
        let one = |attempt| vec![limit.clone().costing(costs(attempt))];
        crowd_of(&store, &format!("{name} {}", limit.counter), 10, one).await;
    }
    store.close().await.unwrap();
    println!("\npassed {capped} {rated}");
}

/// Charges until as many have passed as asked for, waiting each time for as long as the store says.
async fn as_time_allows(store: &Store, name: &str, goal: usize) -> usize {
    let mut passed = 0;
    while passed < goal {
        match store.charge(&format!("{name} rated {passed}"), [rated()]).await {
            Ok(Charged::Within(_)) => passed += 1,
            Ok(Charged::Over(over)) => tokio::time::sleep(over.retry_after.unwrap()).await,
            Err(StoreError::Slow) => {}
            Err(error) => panic!("{error}"),
        }
    }
    passed
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_the_limits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let store = Store::open(&path).unwrap();
    let log = keep_log(&path);
    let mut others = Vec::new();
    for _ in 0..2 {
        let mut child = start(&path);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while lines.next_line().await.unwrap().unwrap() != "ready" {}
        others.push((child, lines));
    }
    for (child, _) in &mut others {
        child.stdin.take().unwrap().write_all(b"go\n").await.unwrap();
    }
    let (mut capped_passed, mut rated_passed) = (0, 0);
    for (child, lines) in &mut others {
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some((capped, rated)) = line.strip_prefix("passed ").and_then(|counts| counts.split_once(' ')) {
                capped_passed += capped.parse::<usize>().unwrap();
                rated_passed += rated.parse::<usize>().unwrap();
            }
        }
        assert!(child.wait().await.unwrap().success());
    }
    assert_eq!(capped_passed, 300);
    assert_eq!(check_log(&log, &capped()), (300, 300));
    assert_eq!(rated_passed, 120);
    assert_eq!(check_log(&log, &rated()), (120, 120));
    // The wall clock of each process is set by hours, so that they may charge the windows of two days.
    for (limit, windows) in spent().into_iter().zip([1, 1, 2]) {
        let (_, used) = check_log(&log, &limit);
        assert!(used > limit.max - 100_001 && used <= windows * limit.max, "{used} of `{}`", limit.counter);
    }
    // And this one, the third, sees what they used.
    assert_eq!(look(&store, &[capped()]).await.unwrap().used, 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_together_make_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/state.db");
    let mut others: Vec<Child> = (0..4).map(|_| start(&path)).collect();
    for child in &mut others {
        child.stdin.take().unwrap().write_all(b"go\n").await.unwrap();
    }
    for child in others {
        let output = child.wait_with_output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    let connection = Connection::open(&path).unwrap();
    let used: i64 =
        connection.query_row("SELECT used FROM counter WHERE name = 'capped'", [], |row| row.get(0)).unwrap();
    assert_eq!(used, 300);
}
