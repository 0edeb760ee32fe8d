//! The tour of the demo, taken as it is printed: every command is copied into a shell.

use std::path::Path;
use std::process::Stdio;

use doorward_tests::agent::text;
use doorward_tests::process::{Process, doorward};
use doorward_tests::within;
use nix::sys::signal::Signal;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

/// Starts the demo, and yields what it printed.
async fn demo() -> (Process, String) {
    let mut process = Process::start(Command::new(doorward()).args(["demo", "--port", "0"]).env("NO_COLOR", "1"));
    let mut lines = BufReader::new(process.stdout()).lines();
    let mut printed = String::new();
    while !printed.contains("Ctrl-C ends the demo.") {
        let line = within("the tour", lines.next_line()).await.unwrap();
        printed += &line.unwrap_or_else(|| panic!("the tour ends early:\n{printed}\n{}", process.log()));
        printed.push('\n');
    }
    (process, printed)
}

/// The commands of the tour that begin with this word; a line that ends with a backslash goes on in the next.
fn commands(printed: &str, word: &str) -> Vec<String> {
    let whole = printed.replace("\\\n", " ");
    whole.lines().map(str::trim).filter(|line| line.starts_with(word)).map(str::to_owned).collect()
}

/// Runs a command in a shell in which the program is found by its name.
async fn shell(command: &str) -> String {
    let program = doorward();
    let folder = program.parent().unwrap_or(Path::new(".")).to_str().unwrap();
    let line = format!("PATH=\"{folder}:$PATH\"; {command}");
    let output = Command::new("sh").args(["-c", &line]).stdin(Stdio::null()).kill_on_drop(true).output();
    let output = within(command, output).await.unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn the_three_calls_do_what_the_tour_says_and_stand_in_the_record() {
    let curl = Command::new("curl").arg("--version").stdout(Stdio::null()).status().await;
    if curl.is_err() {
        return println!("SKIPPED: there is no curl to take the tour with");
    }
    let (mut process, printed) = demo().await;
    let calls = commands(&printed, "curl ");
    assert_eq!(calls.len(), 3, "{printed}");
    let mut answers: Vec<Value> = Vec::new();
    for call in &calls {
        answers.push(serde_json::from_str(&shell(call).await).unwrap());
    }
    let texts: Vec<&str> = answers.iter().map(text).collect();
    for (answer, parts) in answers.iter().zip([
        ["[doorward] denied by rule /tools/backgroundExecute/plugins/shell-guard: ", "`rm`", "; allowed instead: "],
        ["Started in the background.", "df -h", "Interval: 60000 ms"],
        [
            "[doorward] rate limited by rule /tools/backgroundExecute/limits/background: ",
            "once a minute",
            "retry after ",
        ],
    ]) {
        for part in parts {
            assert!(text(answer).contains(part), "{part} is not in {texts:?}");
        }
    }

    let tails = commands(&printed, "doorward audit tail ");
    assert_eq!(tails.len(), 1, "{printed}");
    let record = shell(&format!("{} --format text", tails[0])).await;
    let decisions: Vec<&str> = record.lines().filter(|line| line.contains("demo/backgroundExecute")).collect();
    assert_eq!(decisions.len(), 3, "{record}");
    for (line, word) in decisions.iter().zip(["  deny ", "  allow ", "  limit "]) {
        assert!(line.contains(word), "{word} is not in {line}");
    }
    assert!(!record.contains("df -h"), "no arguments are recorded: {record}");

    process.signal(Signal::SIGTERM);
    assert_eq!(process.ended().await.code(), Some(0), "{}", process.log());
    let folder = tails[0].split_whitespace().last().unwrap();
    assert!(!Path::new(folder).exists(), "the demo takes its record along");
}
