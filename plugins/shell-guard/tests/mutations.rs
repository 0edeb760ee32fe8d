//! What is allowed becomes refused by anything that makes it do more.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use doorward_plugin::{Call, Document, Validator, Verdict};
use proptest::prelude::*;
use shell_guard::ShellGuard;

fn guard() -> ShellGuard {
    ShellGuard::from_json(r#"{"arguments": ["/command"]}"#).expect("the settings are right")
}

fn is_allowed(guard: &ShellGuard, command: &str) -> bool {
    let arguments = serde_json::json!({ "command": command }).to_string();
    let document = Document::parse(&arguments).expect("the arguments are JSON");
    matches!(guard.check_call(&Call::of_tool("ssh", "execute"), &document), Verdict::Allow)
}

/// The commands of `cases/allowed.json`.
fn allowed() -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct File {
        cases: Vec<Case>,
    }
    #[derive(serde::Deserialize)]
    struct Case {
        call: std::collections::BTreeMap<String, String>,
    }
    let file: File = serde_json::from_str(include_str!("../cases/allowed.json")).expect("the cases are read");
    file.cases.into_iter().filter_map(|case| case.call.get("command").cloned()).collect()
}

#[test]
fn nothing_can_be_appended_that_does_more() {
    let more = [
        "; rm x",
        ";rm x",
        " && rm x",
        " || rm x",
        " | sh",
        "|sh",
        " & id",
        "&",
        "\nrm x",
        "\r\nrm x",
        " > /tmp/x",
        " >> /tmp/x",
        " $(id)",
        " `id`",
        " \"$(id)\"",
        " ${x}",
        " <(id)",
        " $x",
        " {a,b}",
        "; (id)",
        "; A=b",
        " # x",
        " \\",
        " '",
        " \"",
        " \u{200b}",
        "\0",
        " | tee /tmp/x",
        " | xargs id",
        "; sudo id",
        "\n. /tmp/x",
        " | awk '{system($0)}'",
        " | awk '{print | \"sh\"}'",
        " | sed 's/a/b/e'",
        " | sed -n 'w /tmp/x'",
        "; cat /etc/shadow",
        " < /etc/shadow",
    ];
    let guard = guard();
    for command in allowed() {
        assert!(is_allowed(&guard, &command), "{command}");
        for more in more {
            let text = format!("{command}{more}");
            assert!(!is_allowed(&guard, &text), "{text}");
        }
    }
}

#[test]
fn nothing_can_be_put_before_that_does_more() {
    let guard = guard();
    for command in allowed() {
        for before in [
            "sudo ", "env ", "A=b ", "! ", "time ", "exec ", "nohup ", "$(id) ", "./", "\\", "rm x; ", "(", "{ ",
            "sh -c '", "&& ",
        ] {
            let text = format!("{before}{command}");
            assert!(!is_allowed(&guard, &text), "{text}");
        }
    }
}

#[test]
fn no_text_is_slow() {
    let texts = [
        format!("cat {}", "*a*a*a*a*a*a*a*a*a*a ".repeat(32)),
        format!("cat {}", format!("{}* ", "a*".repeat(120)).repeat(32)),
        format!("ls {}", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n ".repeat(500)),
        format!("ls {}", "a/".repeat(8000)),
        "cat a;".repeat(64),
        "cd /a;".repeat(64),
        format!("echo {}", "'".repeat(16000)),
        format!("printf '{}'", "%".repeat(16000)),
        format!("ps -o {}", "pid,".repeat(4000)),
        format!("docker inspect -f '{}' x", "{{.State}}".repeat(1500)),
        format!("ls -{}", "a".repeat(16000)),
        format!("awk '{}'", "x=1;".repeat(4000)),
        format!("sed '{}'", "p;".repeat(8000)),
        format!("find / {}", "-name 'a*b*c*' ".repeat(250)),
    ];
    let guard = guard();
    for text in texts {
        let begun = std::time::Instant::now();
        is_allowed(&guard, &text);
        let clipped: String = text.chars().take(40).collect();
        // The gateway's bar is 100 ms, optimised; this is a debug build.
        assert!(begun.elapsed().as_millis() < 1000, "{clipped} takes {:?}", begun.elapsed());
    }
}

#[test]
fn a_call_has_at_most_1024_strings_32_patterns_and_96_paths() {
    let guard = guard();
    assert!(is_allowed(&guard, &format!("ls {}", "a ".repeat(96))));
    assert!(!is_allowed(&guard, &format!("ls {}", "a ".repeat(97))));
    assert!(!is_allowed(&guard, &format!("ls {}; cat {}", "a ".repeat(49), "b ".repeat(49))));
    assert!(is_allowed(&guard, &format!("ls {}", "a* ".repeat(32))));
    assert!(!is_allowed(&guard, &format!("ls {}", "a* ".repeat(33))));
    let opaque =
        ShellGuard::from_json(r#"{"arguments": ["/command"], "opaque": ["/o"]}"#).expect("the settings are right");
    let check = |strings: usize| {
        let arguments = serde_json::json!({ "command": "ls", "o": vec!["x"; strings] }).to_string();
        opaque
            .check_call(&Call::of_tool("ssh", "execute"), &Document::parse(&arguments).expect("the arguments are JSON"))
    };
    assert_eq!(check(1021), Verdict::Allow);
    assert!(matches!(check(1022), Verdict::Deny(finding) if finding.code == "argument.too-many"));
}

#[test]
fn a_call_has_at_most_16_commands() {
    let guard = ShellGuard::from_json(r#"{"arguments": ["/steps/*"]}"#).expect("the settings are right");
    let check = |count: usize, command: &str| {
        let arguments = serde_json::json!({ "steps": vec![command; count] }).to_string();
        let document = Document::parse(&arguments).expect("the arguments are JSON");
        guard.check_call(&Call::of_tool("ssh", "execute"), &document) == Verdict::Allow
    };
    let long = format!("echo {}", "a".repeat(4096));
    assert!(check(16, "df -h") && check(3, &long));
    assert!(!check(17, "df -h") && !check(4, &long));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}", blanks in "[ \\t\\n'\"\\\\*?\\[\\]~/;|&<>$`{}()=-]{0,20}") {
        let guard = guard();
        is_allowed(&guard, &text);
        is_allowed(&guard, &format!("ls {blanks}{text}"));
        is_allowed(&guard, &format!("find {text} -name {blanks}"));
    }
}
