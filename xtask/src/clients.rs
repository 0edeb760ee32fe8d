//! Real clients against real servers, with Doorward between them.
//!
//! Every client of `tests/peers/` visits every server over HTTP (`doorward run`) and over stdio (`doorward wrap`): it
//! lists, calls what is allowed, is refused what is denied (a tool, or an argument), and calls again, in one session.
//! The scripts only report; the judgement is here, and it is the same for all of them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

use crate::peers::{Gateway, Peers, Place, Running, accepts, found, free_addresses, two_at_a_time};

/// Runs the whole matrix, prints it and fails when a cell does.
pub(crate) fn run(peers: &Peers, doorward: &Path, scratch: &Path) -> Result<()> {
    let doorward = &found(doorward)?;
    let rmcp = rmcp_client()?;
    let place = Place::new(scratch, "clients")?;
    fs::create_dir_all(place.path("files"))?;
    fs::write(place.path("files/hello.txt"), "hello from the other side\n")?;
    fs::write(place.path("files/secret.txt"), "nobody reads this\n")?;
    let cases = cases(peers, &place)?;

    let [address] = free_addresses()?;
    let mut server = place.command(&peers.node);
    server.arg(package(peers, "server-everything")).arg("streamableHttp").env("PORT", address.port().to_string());
    let mut server = Running::start("server-everything over HTTP", &mut server, &place.path("everything-http"))?;
    server.ready(Duration::from_secs(30), || accepts(address))?;

    let columns = columns(peers, &place, &format!("http://{address}/mcp"))?;
    let mut servers = Map::new();
    for column in columns.iter().filter(|column| column.way == Way::Http) {
        let mut server = column.server.clone();
        server.insert("policy".into(), cases.of(column)?.policy.clone());
        servers.insert(column.name.to_owned(), Value::Object(server));
    }
    let gateway = Gateway::start(&place, doorward, &servers)?;

    let rows = rows(peers, &rmcp);
    let mut cells = Vec::new();
    for row in &rows {
        for column in &columns {
            cells.push(Cell { row, column, case: cases.of(column)? });
        }
    }
    let visit = Visit { place: &place, doorward, gateway: &gateway, until: Instant::now() + MATRIX_DEADLINE };
    let outcomes = two_at_a_time(&cells, |cell| {
        let start = Instant::now();
        (visit.through(cell), start.elapsed())
    });

    print_matrix(&rows, &columns, &outcomes);
    let mut faults = Vec::new();
    for (cell, (outcome, _)) in cells.iter().zip(&outcomes) {
        let Err(fault) = outcome else { continue };
        // Tells a gateway that breaks something from a peer that was broken before.
        let alone = visit.direct(cell).map_or_else(|error| format!("fails too: {error:#}"), |_| "works".to_owned());
        faults.push(format!("{}: {fault:#}; without doorward it {alone}", cell.name()));
    }
    faults.extend(gateway.stop().err().map(|error| error.to_string()));
    drop(server);
    faults.extend(place.left_behind().err().map(|error| error.to_string()));
    let dir = place.path("cells");
    ensure!(faults.is_empty(), "clients fail; their jobs are in `{}`\n  {}", dir.display(), faults.join("\n  "));
    Ok(())
}

/// A client: a program, the SDK that its script is to use, and the era that it may choose.
struct Row {
    name: &'static str,
    program: PathBuf,
    script: Option<PathBuf>,
    sdk: String,
    era: &'static str,
}

fn rows(peers: &Peers, rmcp: &Path) -> Vec<Row> {
    let python = |name, program: &Path, sdk: &str, era| Row {
        name,
        program: program.to_owned(),
        script: Some(peers.scripts.join("client.py")),
        sdk: sdk.to_owned(),
        era,
    };
    let node = |name, script: &str, module: &str, era| Row {
        name,
        program: peers.node.clone(),
        script: Some(peers.scripts.join(script)),
        sdk: peers.modules.join(module).to_string_lossy().into_owned(),
        era,
    };
    let rust = |name, era| Row { name, program: rmcp.to_owned(), script: None, sdk: String::new(), era };
    let inspector = "@modelcontextprotocol/inspector/clients/launcher/build/index.js";
    vec![
        python("python mcp 1.30", &peers.python_mcp_1, "mcp-1", LEGACY),
        python("python mcp 2.3", &peers.python_mcp_2, "mcp-2", LEGACY),
        python("python mcp 2.3, auto", &peers.python_mcp_2, "mcp-2", AUTO),
        python("fastmcp 4.1", &peers.python_fastmcp, "fastmcp", LEGACY),
        python("fastmcp 4.1, auto", &peers.python_fastmcp, "fastmcp", AUTO),
        node("typescript sdk 1.12", "client.mjs", "sdk-1.12.1", LEGACY),
        node("typescript sdk 1.17", "client.mjs", "sdk-1.17.5", LEGACY),
        node("typescript sdk 1.32", "client.mjs", "sdk-1.32.2", LEGACY),
        node("typescript client 2.4", "client.mjs", "@modelcontextprotocol/client", LEGACY),
        node("typescript client 2.4, auto", "client.mjs", "@modelcontextprotocol/client", AUTO),
        node("inspector", "inspector.mjs", inspector, LEGACY),
        node("inspector, auto", "inspector.mjs", inspector, AUTO),
        rust("rmcp 3.9", LEGACY),
        rust("rmcp 3.9, auto", AUTO),
    ]
}

/// Shakes hands with `initialize`.
const LEGACY: &str = "legacy";
/// Probes with `server/discover` first, and falls back.
const AUTO: &str = "auto";
const MODERN: &str = "2026-07-28";

/// How a client reaches a server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Http,
    Wrap,
}

/// A server behind one of the two doors: as doorward.json spells it.
struct Column {
    name: &'static str,
    case: &'static str,
    way: Way,
    server: Map<String, Value>,
}

fn columns(peers: &Peers, place: &Place, everything: &str) -> Result<Vec<Column>> {
    let child = |program: &Path, args: &[&str]| -> Map<String, Value> {
        let server = json!({ "command": program, "args": args, "cwd": place.path("") });
        server.as_object().cloned().unwrap_or_default()
    };
    let files = place.path("files");
    let files = files.to_str().context("paths are UTF-8")?;
    let time = child(&peers.python_server_time, &["-m", "mcp_server_time", "--local-timezone", "UTC"]);
    let filesystem = child(&peers.node, &[&package(peers, "server-filesystem"), files]);
    let stdio = child(&peers.node, &[&package(peers, "server-everything")]);
    let http = Map::from_iter([("url".to_owned(), json!(everything))]);
    let column = |name, case, way, server: &Map<String, Value>| Column { name, case, way, server: server.clone() };
    Ok(vec![
        column("http-everything", "everything", Way::Http, &http),
        column("everything", "everything", Way::Http, &stdio),
        column("filesystem", "filesystem", Way::Http, &filesystem),
        column("time", "time", Way::Http, &time),
        column("wrap everything", "everything", Way::Wrap, &stdio),
        column("wrap filesystem", "filesystem", Way::Wrap, &filesystem),
        column("wrap time", "time", Way::Wrap, &time),
    ])
}

fn package(peers: &Peers, server: &str) -> String {
    let path = peers.modules.join("@modelcontextprotocol").join(server).join("dist/index.js");
    path.to_string_lossy().into_owned()
}

/// `tests/peers/cases.json`: what is tried on each server.
struct Cases(Value);

/// What is tried on one server, and what must come of it.
struct Case<'a> {
    /// The server speaks the modern era too.
    modern: bool,
    allowed: &'a Value,
    answer: &'a str,
    denied: &'a Value,
    leaves_no: Option<&'a str>,
    /// A call of the allowed tool that its arguments make a denied one.
    refused: Option<&'a Value>,
    policy: &'a Value,
    policy_file: PathBuf,
}

fn cases(peers: &Peers, place: &Place) -> Result<Cases> {
    let path = peers.scripts.join("cases.json");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let files = json!(place.path("files")).to_string();
    let text = text.replace("{files}", files.trim_matches('"'));
    let cases: Value = serde_json::from_str(&text).with_context(|| format!("`{}` is not JSON", path.display()))?;
    for (name, case) in cases.as_object().into_iter().flatten() {
        place.write(policy_file(name), case.get("policy").context("a case has a `policy`")?)?;
    }
    Ok(Cases(cases))
}

fn policy_file(case: &str) -> String {
    format!("policies/{case}.json")
}

impl Cases {
    fn of(&self, column: &Column) -> Result<Case<'_>> {
        let case = column.case;
        let field = |path: &str| self.0.pointer(&format!("/{case}/{path}"));
        let wanted = |path: &str| field(path).with_context(|| format!("cases.json has no `{case}/{path}`"));
        Ok(Case {
            modern: wanted("modern")?.as_bool().context("`modern` is true or false")?,
            allowed: wanted("allowed")?,
            answer: wanted("allowed/answer")?.as_str().context("`answer` is a text")?,
            denied: wanted("denied")?,
            leaves_no: field("denied/leaves_no").and_then(Value::as_str),
            refused: field("refused"),
            policy: wanted("policy")?,
            policy_file: policy_file(case).into(),
        })
    }
}

struct Cell<'a> {
    row: &'a Row,
    column: &'a Column,
    case: Case<'a>,
}

impl Cell<'_> {
    fn name(&self) -> String {
        format!("{} to {}", self.row.name, self.column.name)
    }
}

/// Where clients find what they visit, and how long they may.
struct Visit<'a> {
    place: &'a Place,
    doorward: &'a Path,
    gateway: &'a Gateway,
    until: Instant,
}

/// Six inspector processes, each with a server of its own, on a slow machine.
const CELL_DEADLINE: Duration = Duration::from_secs(60);
/// Several times what it takes, so that a gateway that answers nobody is told soon all the same.
const MATRIX_DEADLINE: Duration = Duration::from_secs(420);

impl Visit<'_> {
    /// One client at one server behind Doorward; gives the protocol version that they agreed on.
    fn through(&self, cell: &Cell<'_>) -> Result<String> {
        let mut job = Map::new();
        match cell.column.way {
            Way::Http => {
                job.insert("url".into(), json!(self.gateway.url(cell.column.name)));
            }
            Way::Wrap => {
                let policy = self.place.path(&cell.case.policy_file);
                let mut command =
                    vec![json!(self.doorward), json!("wrap"), json!("--policy"), json!(policy), json!("--")];
                command.extend(child(cell.column)?);
                job.insert("command".into(), Value::Array(command));
            }
        }
        let case = &cell.case;
        let calls: Vec<&Value> =
            [case.allowed, case.denied].into_iter().chain(case.refused).chain([case.allowed]).collect();
        job.insert("calls".into(), json!(calls));
        let report = self.report(cell, "through", job)?;
        let protocol = report.protocol(cell)?;

        let tool = |call: &Value| call.get("tool").cloned().unwrap_or_default();
        ensure!(report.tools.contains(&tool(case.allowed)), "the allowed tool is not listed");
        ensure!(!report.tools.contains(&tool(case.denied)), "a denied tool is listed");
        let answered = report.calls.len();
        ensure!(answered == calls.len(), "{answered} of {} calls were answered", calls.len());
        let [first, denied @ .., last] = &report.calls[..] else {
            bail!("no call was answered");
        };
        is_answer(first, case.answer).context("the allowed call")?;
        for (asked, told) in calls.iter().skip(1).zip(denied) {
            is_denial(told, cell.row).with_context(|| format!("the denied call {asked}"))?;
        }
        if let Some(path) = case.leaves_no {
            ensure!(!Path::new(path).exists(), "the denied tool left `{path}`");
        }
        is_answer(last, case.answer).context("the allowed call after the refusals")?;
        Ok(protocol)
    }

    /// The same client at the same server, with nothing between them and nothing denied.
    fn direct(&self, cell: &Cell<'_>) -> Result<String> {
        let mut job = Map::new();
        match cell.column.server.get("url") {
            Some(url) => job.insert("url".into(), url.clone()),
            None => job.insert("command".into(), Value::Array(child(cell.column)?)),
        };
        job.insert("calls".into(), json!([cell.case.allowed, cell.case.allowed]));
        let report = self.report(cell, "direct", job)?;
        let [first, last] = &report.calls[..] else {
            bail!("{} of 2 calls were answered", report.calls.len());
        };
        is_answer(first, cell.case.answer)?;
        is_answer(last, cell.case.answer)?;
        report.protocol(cell)
    }

    /// Lets the client do the job and reads what it tells.
    fn report(&self, cell: &Cell<'_>, name: &str, mut job: Map<String, Value>) -> Result<Report> {
        ensure!(Instant::now() < self.until, "not tried: the matrix took more than {} s", MATRIX_DEADLINE.as_secs());
        job.insert("sdk".into(), json!(cell.row.sdk));
        job.insert("era".into(), json!(cell.row.era));
        let folder = PathBuf::from("cells").join(cell.name().replace([' ', ','], "-")).join(name);
        let job = self.place.write(folder.join("job.json"), &Value::Object(job))?;
        let mut command = self.place.command(&cell.row.program);
        command.args(&cell.row.script).arg(job);
        let told = self.place.path(folder.join("client"));
        let status = Running::start("the client", &mut command, &told)?.finish(CELL_DEADLINE)?;
        ensure!(status.success(), "the client ended with {status}; see `{}`", told.with_extension("err").display());
        let out = fs::read_to_string(told.with_extension("out"))?;
        let report: Value = serde_json::from_str(&out).with_context(|| format!("the client printed `{out}`"))?;
        if let Some(error) = report.get("error") {
            bail!("{error}");
        }
        let list = |key: &str| report.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        let protocol = report.get("protocol").and_then(Value::as_str).map(str::to_owned);
        Ok(Report { protocol, tools: list("tools"), calls: list("calls") })
    }
}

/// The words of a child process, as a client would start it.
fn child(column: &Column) -> Result<Vec<Value>> {
    let program = column.server.get("command").context("a wrapped server is a command")?;
    let args = column.server.get("args").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(std::iter::once(program.clone()).chain(args).collect())
}

/// What a client told of its visit.
struct Report {
    protocol: Option<String>,
    tools: Vec<Value>,
    calls: Vec<Value>,
}

impl Report {
    /// The version that was agreed on, which must fit what both could have spoken.
    fn protocol(&self, cell: &Cell<'_>) -> Result<String> {
        let protocol = self.protocol.clone().unwrap_or_else(|| "untold".to_owned());
        let modern = cell.row.era == AUTO && cell.case.modern;
        ensure!((protocol == MODERN) == modern, "`{protocol}` was agreed on");
        Ok(protocol)
    }
}

fn is_answer(told: &Value, answer: &str) -> Result<()> {
    let text = told.get("text").and_then(Value::as_str).unwrap_or_default();
    let failed = told.get("is_error").and_then(Value::as_bool);
    ensure!(failed == Some(false) && text.contains(answer), "answered {told}, not `{answer}`");
    Ok(())
}

fn is_denial(told: &Value, client: &Row) -> Result<()> {
    // The inspector looks a tool up in the list and does not even ask for one that it does not find.
    let looked_up = told.get("error").and_then(Value::as_str).is_some_and(|error| error.contains("tool_not_found"));
    if client.name.starts_with("inspector") && looked_up {
        return Ok(());
    }
    let text = told.get("text").and_then(Value::as_str).unwrap_or_default();
    let refused = told.get("is_error").and_then(Value::as_bool) == Some(true);
    ensure!(refused && text.starts_with("[doorward] denied"), "answered {told}, not a refusal");
    Ok(())
}

fn print_matrix(rows: &[Row], columns: &[Column], outcomes: &[(Result<String>, Duration)]) {
    let mut table = format!("{:<28}", "clients");
    for column in columns {
        let _ = write!(table, "{:>18}", column.name);
    }
    for (row, cells) in rows.iter().zip(outcomes.chunks(columns.len())) {
        let _ = write!(table, "\n{:<28}", row.name);
        for (outcome, took) in cells {
            let protocol = outcome.as_ref().map_or("FAILED", String::as_str);
            let _ = write!(table, "{:>18}", format!("{protocol} {:.1}s", took.as_secs_f32()));
        }
    }
    println!("{table}");
}

/// Builds our own client, the example of the tests crate, and says where it is.
fn rmcp_client() -> Result<PathBuf> {
    let mut build = Command::new("cargo");
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    build.args(["build", "--quiet", "--locked", "--package", "doorward-tests", "--example", "rmcp_client"]);
    build.args(["--message-format", "json-render-diagnostics"]).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = build.output().with_context(|| format!("cannot run {build:?}"))?;
    ensure!(output.status.success(), "{build:?} ended with {}", output.status);
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let message: Value = serde_json::from_str(line)?;
        let ours = message.pointer("/target/name").is_some_and(|name| name == "rmcp_client");
        if let (true, Some(path)) = (ours, message.get("executable").and_then(Value::as_str)) {
            return Ok(path.into());
        }
    }
    bail!("{build:?} built no `rmcp_client`")
}
