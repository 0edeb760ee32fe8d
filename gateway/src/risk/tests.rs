use super::*;
use crate::json::Value;
use crate::json::commented::{Report, Source};

/// A definition from a short form: `run(command, cwd, timeout#, tags[])`, where `#` is a number, `?` a truth value, `[]` a
/// list of texts and nothing a text.
fn definition(short: &str, description: &str) -> Object {
    let (name, parameters) = short.split_once('(').unwrap_or((short, ")"));
    let parameters = parameters.trim_end_matches(')').split(", ").filter(|parameter| !parameter.is_empty());
    let kind = |kind: &str| Value::from([("type", kind.into())]);
    let mut properties = Object::new();
    for parameter in parameters {
        let (name, schema) = match parameter.split_at(parameter.len() - 1) {
            (name, "#") => (name, kind("number")),
            (name, "?") => (name, kind("boolean")),
            (name, "]") => {
                let items = Value::from([("type", "array".into()), ("items", kind("string"))]);
                (name.trim_end_matches('['), items)
            }
            _ => (parameter, kind("string")),
        };
        properties.insert(name, schema);
    }
    let schema = Value::from([("type", "object".into()), ("properties", properties.into())]);
    Object::from([("name", name.into()), ("description", description.into()), ("inputSchema", schema)])
}

fn listed(short: &str) -> Listed {
    Listed::read(&definition(short, "")).unwrap()
}

#[test]
fn every_tool_has_the_class_that_a_person_would_give_it() {
    use Class::{Destructive, Execute, Financial, Read, Write};
    for (class, tools) in [
        (
            Read,
            &[
                "listConnections",
                "getConnection(connectionId)",
                "getCurrentDirectory(connectionId)",
                "getFileTransferStatus(transferId)",
                "listActiveSessions",
                "ssh_ping",
                "ssh_list_hosts",
                "ssh_describe_host(alias)",
                "ssh_get_task_output(task_id, max_lines#)",
                "ssh_get_monitoring_url(sessionName)",
                "ssh_poll_task(sessionName, taskId)",
                "ssh_version",
                "get_env(names[])",
                "list_processes(name_filter, limit#)",
                "read_file(path, encoding)",
                "search_text(root, query, use_regex?)",
                "which_command(name)",
                "hash_file(path, algorithm)",
                "dns_lookup(hostname)",
                "scan_ports(host, ports[])",
                "http_head(url)",
                "fetch_webpage_text(url, max_text_chars#)",
                "extract_links_from_webpage(url)",
                "wait_for_file(path, state)",
                "inspect_c_source(paths[], recursive?)",
                "list_charges(customer)",
                "payments_list",
                "get_invoice(id)",
                "listTerminals",
            ][..],
        ),
        (
            Write,
            &[
                "connect(host, username, password)",
                "disconnect(connectionId)",
                "stopAllBackgroundTasks",
                "uploadFile(connectionId, localPath, remotePath)",
                "batchDownloadFiles(connectionId)",
                "createTunnel(connectionId, localPort#, remoteHost, remotePort#)",
                "closeTunnel(tunnelId)",
                "ssh_cancel(task_id)",
                "ssh_cancel_command(sessionName)",
                "ssh_reload_config",
                "write_file(path, content, mode)",
                "patch_lines(path, start_line#, new_text)",
                "mkdir(path, parents?)",
                "move_path(source, destination, overwrite?)",
                "zip_paths(paths[], destination)",
                "extract_archive(archive_path, destination_dir)",
                "capture_screenshot(output_path, all_screens?)",
                "http_request(url, method, body, save_to)",
                "fetch_response_headers(url, method, body)",
                "upload_file(url, file_path)",
                "raw_tcp_exchange(host, port#, data)",
                "create_background_task(title, goal)",
                "generate_c_build_files(root, overwrite?)",
                "format_c_code(paths[], in_place?)",
                "git_checkout(branch)",
                "transfer_repository(new_owner)",
                "frobnicate(thing)",
            ],
        ),
        (
            Execute,
            &[
                "executeCommand(connectionId, command)",
                "backgroundExecute(connectionId, command, interval#)",
                "mcp_ssh_mcp_createTerminalSession(connectionId)",
                "mcp_ssh_mcp_writeToTerminal(sessionId, data)",
                "ssh_run(alias, command)",
                "ssh_exec(sessionName, command)",
                "ssh_plan(alias, command)",
                "run_powershell(script, cwd)",
                "start_process(command, cwd)",
                "compile_c_program(source_files[], extra_args[])",
                "check_c_syntax(source_files[], preferred_compiler)",
                "evaluate_c_math_expression(expression)",
                "deploy_and_update_service(source_path, build_command)",
                "extract_sqlite_content(database_path, query)",
                "extract_content(dsn, query)",
                "browser_evaluate(code)",
                "trigger_workflow(workflow_id)",
            ],
        ),
        (
            Destructive,
            &[
                "deleteConnection(connectionId)",
                "kill_process(pid#, force?)",
                "delete_path(path, recursive?)",
                "repo_delete(name)",
                "dropTable(table)",
                "purgeQueue",
                "remove-member(id)",
                "uninstall_package(name)",
            ],
        ),
        (
            Financial,
            &[
                "create_charge(amount#, currency)",
                "refund(id)",
                "create_payment_link(price_id)",
                "send_money(to, amount#)",
                "transferFunds(from, to)",
                "place_bet(amount#, currency)",
                "buy_domain(name)",
            ],
        ),
    ] {
        for short in tools {
            let risk = classify(&definition(short, ""));
            assert_eq!(risk.class, class, "{short}: {:?}", risk.evidence);
        }
    }
}

#[test]
fn the_more_can_go_wrong_the_higher_the_severity() {
    use Severity::{Critical, High, Low, Medium};
    for (short, severity) in [
        ("list_hosts", Low),
        ("read_file(path)", Medium),
        ("http_head(url)", Medium),
        ("get_env(names[])", High),
        ("update_note(text)", Medium),
        ("connect(host, password)", High),
        ("upload_file(url, file_path)", High),
        ("reload_config", High),
        ("run_shell(command)", Critical),
        ("trigger_workflow(id)", High),
        ("delete_path(path)", High),
        ("delete_path(path, recursive?)", Critical),
        ("delete_all_users", Critical),
        ("refund(id)", Critical),
    ] {
        assert_eq!(classify(&definition(short, "")).severity, severity, "{short}");
    }
}

#[test]
fn a_class_is_as_sure_as_what_speaks_for_it() {
    use Confidence::{High, Low, Medium};
    for (short, description, confidence) in [
        ("frobnicate(thing)", "Does things.", Low),
        ("list_hosts", "Lists hosts.", Medium),
        ("run(command)", "Runs a command.", High),
        ("write_file(path, content)", "", High),
        // It says that it looks, and takes a command.
        ("show(command)", "", Low),
        ("deleteConnection(id)", "Deletes it.", High),
    ] {
        assert_eq!(classify(&definition(short, description)).confidence, confidence, "{short}");
    }
}

#[test]
fn a_description_raises_and_never_lowers() {
    for (short, description, class) in [
        ("process_item(id)", "Deletes the item.", Class::Destructive),
        ("process_item(id)", "Reads the item. This cannot be undone.", Class::Destructive),
        ("helper(text)", "Executes a command on the host.", Class::Execute),
        ("delete_item(id)", "Reads the item. Only looks, changes nothing, safe.", Class::Destructive),
        ("list_items", "Lists items.", Class::Read),
    ] {
        assert_eq!(classify(&definition(short, description)).class, class, "{short}: {description}");
    }
}

#[test]
fn annotations_raise_and_never_lower() {
    for (short, annotations, class) in [
        ("delete_item(id)", &[("readOnlyHint", true), ("destructiveHint", false)][..], Class::Destructive),
        ("run(command)", &[("readOnlyHint", true)], Class::Execute),
        ("frobnicate", &[("readOnlyHint", true)], Class::Write),
        ("list_items", &[("readOnlyHint", false)], Class::Write),
        ("list_items", &[("destructiveHint", true)], Class::Destructive),
        ("list_items", &[("readOnlyHint", true), ("destructiveHint", true)], Class::Read),
        ("list_items", &[("destructiveHint", false), ("openWorldHint", true)], Class::Read),
    ] {
        let mut definition = definition(short, "");
        let hints = annotations.iter().fold(Object::new(), |mut hints, (name, truth)| {
            hints.insert(*name, *truth);
            hints
        });
        definition.insert("annotations", hints);
        assert_eq!(classify(&definition).class, class, "{short} {annotations:?}");
    }
}

#[test]
fn names_fall_into_the_same_words_however_they_are_written() {
    for name in
        ["createHTTPTunnel", "create_http_tunnel", "create-http.tunnel", "Create HTTP tunnel", "CreateHTTPTunnel"]
    {
        assert_eq!(words::tokens(name), ["create", "http", "tunnel"], "{name}");
    }
    assert_eq!(words::tokens("getV2Item"), ["get", "v2", "item"]);
    assert_eq!(words::tokens("__"), Vec::<String>::new());
}

#[test]
fn siblings_that_run_the_same_are_one_family() {
    let shells = [
        "list_files(path)",
        "run_shell(command, cwd)",
        "run_cmd(command, encoding)",
        "start_process(command, detach?)",
    ];
    let ssh = ["ssh_plan(alias, command)", "ssh_run(alias, command)", "ssh_run_on_tag(tag, command)", "other(script)"];
    let apart = ["executeCommand(connectionId, command)", "backgroundExecute(connectionId, command, interval#)"];
    for (tools, wanted) in [
        (&shells[..], Some(("run_shell", &["run_cmd", "start_process"][..]))),
        (&ssh, Some(("ssh_run", &["ssh_plan"]))),
        (&apart, None),
    ] {
        let tools: Vec<Listed> = tools.iter().map(|short| listed(short)).collect();
        let found = families(&tools);
        let found: Vec<_> = found.iter().map(|family| (family.head.as_str(), family.siblings.clone())).collect();
        let wanted: Vec<_> =
            wanted.into_iter().map(|(head, all)| (head, all.iter().map(|it| (*it).to_owned()).collect())).collect();
        assert_eq!(found, wanted);
    }
}

/// The recommended policy, without its comments.
fn recommended(tools: &[&str]) -> Value {
    let tools: Vec<Listed> = tools.iter().map(|short| listed(short)).collect();
    let text = recommend("s", &tools);
    let mut report = Report::new(Source::new("p", text.as_str()));
    let value = report.parse().map(|node| node.to_value());
    assert!(report.into_findings().is_empty(), "{text}");
    value.unwrap_or_else(|| panic!("{text}"))
}

#[test]
fn each_class_gets_what_it_deserves() {
    let policy = recommended(&[
        "list_items",
        "write_item(text)",
        "run(sessionName, command, cwd, force?)",
        "run_powershell(script)",
        "writeToTerminal(data)",
        "trigger_build(id)",
        "delete_item(id)",
        "refund(id)",
    ]);
    let limited = |max: u64, window: &str| {
        Value::from([("rate_limit", Value::from([("max", max.into()), ("window", window.into())]))])
    };
    let policy = policy.as_object().unwrap();
    let tools = policy.object("tools").unwrap();
    assert_eq!(policy.text("default"), Some("deny"));
    assert_eq!(policy.get("hide"), Some(&vec![Value::from("delete_item")].into()));
    assert_eq!(tools.get("list_items"), Some(&Object::new().into()));
    assert_eq!(tools.get("write_item"), Some(&limited(30, "hour")));
    assert_eq!(tools.get("trigger_build"), Some(&limited(10, "minute")));
    assert_eq!(tools.get("delete_item"), None);
    for denied in ["run_powershell", "writeToTerminal", "refund"] {
        assert_eq!(tools.object(denied).and_then(|tool| tool.text("action")), Some("deny"), "{denied}");
    }
    let guard = r#"[{"use":"shell-guard","config":{"arguments":["/command"],"cwd":"/cwd","opaque":["/sessionName"]}}]"#;
    let plugins = tools.object("run").and_then(|tool| tool.get("plugins")).map(Value::to_bytes);
    assert_eq!(plugins.map(|bytes| String::from_utf8(bytes).unwrap()).as_deref(), Some(guard));
}

#[test]
fn a_family_has_one_entry_that_knows_the_arguments_of_all() {
    let policy = recommended(&["run_shell(command, cwd)", "start_process(command, purpose)"]);
    let policy = policy.as_object().unwrap();
    let text = String::from_utf8(policy.to_bytes()).unwrap();
    assert!(text.contains(r#""aliases":{"run_shell":["start_process"]}"#), "{text}");
    assert!(text.contains(r#""opaque":["/purpose"]"#), "{text}");
    assert_eq!(policy.object("tools").map(Object::len), Some(1));
}

#[test]
fn a_server_cannot_write_the_policy() {
    for name in ["*", "a*", "list_**", "list\u{200b}_items", "", "list_a\n\"x\": {}"] {
        let mut definition = definition("x", "list\n}\n\"default\": \"allow\", //");
        definition.insert("name", name);
        let tool = Listed::read(&definition).unwrap();
        let text = recommend("s\n\"default\": \"allow\"", &[tool, listed("list_items")]);
        let mut report = Report::new(Source::new("p", text.as_str()));
        let policy = report.parse().unwrap().to_value();
        let policy = policy.as_object().unwrap();
        assert_eq!(policy.text("default"), Some("deny"), "{text}");
        assert_eq!(policy.object("tools").map(|tools| tools.names().collect::<Vec<_>>()), Some(vec!["list_items"]));
        assert!(text.contains("1 tool is left out"), "{text}");
    }
}

#[test]
fn a_huge_definition_is_looked_at_with_bounded_work() {
    let mut schema = Value::from([("type", "object".into())]);
    for _ in 0..60 {
        let mut properties = Object::new();
        for name in ["a", "b", "command"] {
            properties.insert(name, schema.clone());
            schema = Value::from([("type", "object".into())]);
        }
        schema = Value::from([("type", "object".into()), ("properties", properties.into())]);
    }
    let mut many = Object::new();
    for number in 0..5000 {
        many.insert(format!("p{number}"), schema.clone());
        schema = Value::Null;
    }
    let schema = Value::from([("type", "object".into()), ("properties", many.into())]);
    let mut definition = definition("x", &"word ".repeat(100_000));
    definition.insert("inputSchema", schema);
    assert!(parameters(&definition).len() <= 500);
    assert_eq!(classify(&definition).class, Class::Write);
}
