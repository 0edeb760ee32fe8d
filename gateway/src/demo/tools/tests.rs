use super::*;

fn call(tools: &mut Tools, name: &str, arguments: &str) -> Said {
    let arguments = scan(arguments.as_bytes(), &Limits::request(1 << 20)).unwrap();
    tools.call(name, arguments.as_object().unwrap())
}

/// Makes the calls in turn; what each says must hold the words, and begin with `!` where it could not.
fn check(calls: &[(&str, &str, &str)]) {
    let mut tools = Tools::new().unwrap();
    for (name, arguments, words) in calls {
        let said = call(&mut tools, name, arguments);
        let said = said.unwrap_or_else(|sorry| format!("!{sorry}"));
        assert_eq!(said.starts_with('!'), words.starts_with('!'), "{name} {arguments}: {said}");
        for part in words.trim_start_matches('!').split(" ~ ") {
            assert!(said.contains(part), "{name} {arguments}: `{part}` is not in: {said}");
        }
    }
}

#[test]
fn there_are_23_tools_and_each_does_something() {
    let mut tools = Tools::new().unwrap();
    let definitions: Vec<Object> = tools.definitions().iter().map(|tool| tool.as_object().unwrap().clone()).collect();
    assert_eq!(definitions.len(), 23);
    for definition in definitions {
        let name = definition.text("name").unwrap();
        assert!(definition.text("description").is_some_and(|text| text.ends_with('.')), "{name}");
        assert_eq!(definition.object("inputSchema").unwrap().text("type"), Some("object"), "{name}");
        let said = call(&mut tools, name, r#"{"connectionId":"web-1"}"#);
        assert!(!said.unwrap_or_else(|sorry| sorry).contains("does nothing here"), "{name}");
    }
}

#[test]
fn a_command_that_fails_is_no_error_of_its_tool() {
    check(&[
        ("executeCommand", r#"{"connectionId":"web-1","command":"whoami"}"#, "deploy\n[deploy@web-1 ~]$ "),
        (
            "executeCommand",
            r#"{"connectionId":"web-2","command":"hostname","cwd":"/etc"}"#,
            "web-2\n[deploy@web-2 ~]$ ",
        ),
        (
            "executeCommand",
            r#"{"connectionId":"web-1","command":"nope"}"#,
            "stderr:\nsh: nope: command not found ~ exit code: 127",
        ),
        ("executeCommand", r#"{"connectionId":"web-1","command":"rm -rf /var/log"}"#, "exit code: 0"),
        ("executeCommand", r#"{"connectionId":"web-1","command":"ls /var/log"}"#, "No such file or directory"),
        ("executeCommand", r#"{"connectionId":"web-2","command":"ls /var/log"}"#, "nginx"),
        ("executeCommand", r#"{"connectionId":"web-1","command":"cd /etc"}"#, "exit code: 0\n[deploy@web-1 /etc]$ "),
        ("getCurrentDirectory", r#"{"connectionId":"web-1"}"#, "/etc"),
        ("executeCommand", r#"{"connectionId":"db-9","command":"ls"}"#, "!No connection db-9"),
    ]);
}

#[test]
fn a_connection_has_one_background_task_and_any_interval_is_taken() {
    check(&[
        ("listBackgroundTasks", "{}", "Background tasks: none."),
        ("stopBackground", r#"{"connectionId":"web-1"}"#, "No background task is running on web-1"),
        (
            "backgroundExecute",
            r#"{"connectionId":"web-1","command":"df -h"}"#,
            "ID: bg-1 ~ Command: df -h ~ Interval: 10000 ms",
        ),
        (
            "backgroundExecute",
            r#"{"connectionId":"web-1","command":"uptime","interval":-5}"#,
            "Interval: -5 ms ~ Replaced: bg-1 (df -h)",
        ),
        (
            "backgroundExecute",
            r#"{"connectionId":"web-2","command":"uptime","interval":0.5}"#,
            "ID: bg-3 ~ Interval: 0.5 ms",
        ),
        ("listBackgroundTasks", "{}", "Background tasks (2): ~ bg-2 ~ bg-3"),
        ("stopBackground", r#"{"connectionId":"web-1"}"#, "Stopped background task bg-2 on web-1"),
        ("stopAllBackgroundTasks", "{}", "Stopped 1 background task(s)"),
        ("stopAllBackgroundTasks", "{}", "Stopped 0 background task(s)"),
        ("backgroundExecute", r#"{"connectionId":"web-9","command":"uptime"}"#, "!No connection web-9"),
    ]);
}

#[test]
fn connections_are_opened_shown_closed_and_forgotten() {
    check(&[
        (
            "listConnections",
            "{}",
            "Saved connections (2): ~ ID: web-1\nHost: deploy@203.0.113.11:22\nStatus: connected ~ ID: web-2",
        ),
        ("connect", r#"{"host":"192.0.2.5","username":"root"}"#, "!all configured authentication methods failed"),
        ("connect", r#"{"host":"192.0.2.5","username":"root","port":0,"password":"p"}"#, "!port must be a port"),
        (
            "connect",
            r#"{"host":"192.0.2.5","username":"root","port":2222,"password":"p","name":"db","tags":["a","b"]}"#,
            "Connected. ~ ID: db\nHost: root@192.0.2.5:2222 ~ Tags: a, b",
        ),
        ("executeCommand", r#"{"connectionId":"db","command":"whoami; hostname"}"#, "root\ndb\n"),
        ("backgroundExecute", r#"{"connectionId":"db","command":"uptime"}"#, "bg-1"),
        ("disconnect", r#"{"connectionId":"db"}"#, "Disconnected from db"),
        ("listBackgroundTasks", "{}", "none"),
        ("getConnection", r#"{"connectionId":"db"}"#, "Status: disconnected"),
        ("executeCommand", r#"{"connectionId":"db","command":"ls"}"#, "!db is not connected"),
        ("listActiveSessions", "{}", "Active sessions (2)"),
        ("deleteConnection", r#"{"connectionId":"db"}"#, "Deleted connection db"),
        ("getConnection", r#"{"connectionId":"db"}"#, "!No connection db"),
    ]);
}

#[test]
fn transfers_are_recorded_and_touch_nothing() {
    check(&[
        (
            "uploadFile",
            r#"{"connectionId":"web-1","localPath":"/etc/passwd","remotePath":"/tmp/p"}"#,
            "Uploaded /etc/passwd to web-1:/tmp/p\nID: transfer-1",
        ),
        (
            "downloadFile",
            r#"{"connectionId":"web-1","remotePath":"/etc/hostname"}"#,
            "Downloaded web-1:/etc/hostname to hostname ~ 6 bytes",
        ),
        ("downloadFile", r#"{"connectionId":"web-1","remotePath":"/nowhere"}"#, "!/nowhere: No such file"),
        (
            "batchDownloadFiles",
            r#"{"connectionId":"web-1","files":[{"remotePath":"/etc/hostname","localPath":"h"},{"remotePath":"/x"}]}"#,
            "to h ~ /x: No such file ~ 1 of 2 file(s) downloaded",
        ),
        (
            "batchUploadFiles",
            r#"{"connectionId":"web-1","files":[{"localPath":"a","remotePath":"b"}]}"#,
            "1 of 1 file(s) uploaded",
        ),
        ("getFileTransferStatus", r#"{"transferId":"transfer-2"}"#, "Status: completed (100%, 6 bytes)"),
        ("getFileTransferStatus", r#"{"transferId":"x"}"#, "!No file transfer x"),
        ("listFileTransfers", "{}", "File transfers (4)"),
    ]);
}

#[test]
fn a_terminal_runs_a_line_that_was_typed_over_several_calls() {
    check(&[
        (
            "mcp_ssh_mcp_createTerminalSession",
            r#"{"connectionId":"web-1","cols":132}"#,
            "Opened terminal term-1 on web-1 (xterm-256color, 132x24) ~ [deploy@web-1 ~]$ ",
        ),
        ("mcp_ssh_mcp_writeToTerminal", r#"{"sessionId":"term-1","data":"ec"}"#, "Sent 2 byte(s) to term-1."),
        ("mcp_ssh_mcp_writeToTerminal", r#"{"sessionId":"term-1","data":"ho pie"}"#, "Sent 6"),
        ("mcp_ssh_mcp_writeToTerminal", r#"{"sessionId":"term-1","data":"ced\rho"}"#, "$ echo pieced\npieced\n"),
        ("mcp_ssh_mcp_writeToTerminal", r#"{"sessionId":"term-1","data":"stname\n"}"#, "$ hostname\nweb-1\n"),
        ("disconnect", r#"{"connectionId":"web-1"}"#, "Disconnected"),
        ("mcp_ssh_mcp_writeToTerminal", r#"{"sessionId":"term-1","data":"ls\n"}"#, "!No terminal term-1"),
    ]);
}

#[test]
fn a_local_port_is_forwarded_once() {
    check(&[
        (
            "createTunnel",
            r#"{"connectionId":"web-1","localPort":5432,"remoteHost":"db","remotePort":5432,"description":"why"}"#,
            "ID: tunnel-1\n127.0.0.1:5432 -> db:5432 through web-1\nNote: why",
        ),
        (
            "createTunnel",
            r#"{"connectionId":"web-1","localPort":5432,"remoteHost":"x","remotePort":1}"#,
            "!already in use",
        ),
        (
            "createTunnel",
            r#"{"connectionId":"web-1","localPort":-1,"remoteHost":"x","remotePort":1}"#,
            "!localPort must be a port",
        ),
        ("listTunnels", "{}", "Tunnels (1)"),
        ("closeTunnel", r#"{"tunnelId":"tunnel-1"}"#, "Closed tunnel tunnel-1"),
        ("closeTunnel", r#"{"tunnelId":"tunnel-1"}"#, "!No tunnel tunnel-1"),
        ("listTunnels", "{}", "Tunnels: none."),
    ]);
}

#[test]
fn nothing_is_remembered_without_a_bound() {
    let mut tools = Tools::new().unwrap();
    for place in 1..=100 {
        let connect = format!(r#"{{"host":"h{place}","username":"u","password":"p"}}"#);
        let tunnel = format!(r#"{{"connectionId":"web-1","localPort":{place},"remoteHost":"x","remotePort":1}}"#);
        let _refused_in_the_end = call(&mut tools, "connect", &connect);
        let _refused_in_the_end = call(&mut tools, "createTunnel", &tunnel);
        for (name, arguments) in [
            ("backgroundExecute", r#"{"connectionId":"web-1","command":"uptime"}"#),
            ("uploadFile", r#"{"connectionId":"web-1","localPath":"a","remotePath":"b"}"#),
            ("mcp_ssh_mcp_createTerminalSession", r#"{"connectionId":"web-1"}"#),
        ] {
            let _refused_in_the_end = call(&mut tools, name, arguments);
        }
    }
    let kept = [tools.connections.len(), tools.tunnels.len(), tools.transfers.len(), tools.terminals.len()];
    assert_eq!(kept, [MAX_KEPT; 4]);
    assert_eq!(tools.tasks.len(), 1);
    let id = tools.terminals[0].id.clone();
    let keys = format!(r#"{{"sessionId":"{id}","data":"{}"}}"#, "x".repeat(MAX_LINE + 1));
    assert!(call(&mut tools, "mcp_ssh_mcp_writeToTerminal", &keys).is_err());
    assert_eq!(tools.terminals[0].typed, "");
}
