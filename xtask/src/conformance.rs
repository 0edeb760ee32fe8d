//! The conformance suites of the MCP project, run against the same server direct and through Doorward.
//!
//! What the server passes on its own it must pass behind the gateway; so the gateway is measured against the direct
//! run, check by check, and not against the suites' own idea of a pass. The client suite is the mirror image: there
//! the gateway stands between a client of the SDK and the suite's servers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

use crate::peers::{Gateway, Peers, Place, Running, accepts, found, free_addresses, two_at_a_time};

/// One way to run the server suite.
struct Suite {
    name: &'static str,
    package: &'static str,
    args: &'static [&'static str],
    /// Checks that pass direct at the pinned versions: fewer, and the measure itself is broken.
    direct: usize,
}

const SUITES: [Suite; 3] = [
    Suite { name: "server 0.1.16", package: "conformance-0.1.16", args: &["--suite", "all"], direct: 44 },
    Suite { name: "server 2025-11-25", package: CURRENT, args: &["--requirements", "2025-11-25"], direct: 84 },
    // The 25 that fail direct are `tasks-*`, which the fixture server does not offer and the suite does not score.
    Suite { name: "server 2026-07-28", package: CURRENT, args: &["--requirements", "2026-07-28"], direct: 169 },
];

const CURRENT: &str = "conformance-0.2.0-alpha.12";

/// The client scenarios of one revision.
struct ClientSuite {
    name: &'static str,
    revision: &'static str,
    scenarios: &'static [&'static str],
    direct: usize,
}

/// Without OAuth, which the gateway ends itself: between client and server there is nothing of it to lose.
const CLIENT_SUITES: [ClientSuite; 2] = [
    ClientSuite {
        name: "client 2025-11-25",
        revision: "2025-11-25",
        scenarios: &[
            "initialize",
            "tools_call",
            "elicitation-sep1034-client-defaults",
            "sse-retry",
            "json-schema-2020-12-preservation",
        ],
        direct: 25,
    },
    // `sep-2322-client-request-state` passes all its checks, then the client dies: the suite answers without a
    // `resultType` there, and the client's SDK does not take that.
    ClientSuite {
        name: "client 2026-07-28",
        revision: "2026-07-28",
        scenarios: &[
            "tools_call",
            "request-metadata",
            "sep-2322-client-request-state",
            "http-standard-headers",
            "http-custom-headers",
            "http-invalid-tool-headers",
            "json-schema-ref-no-deref",
            "json-schema-2020-12-preservation",
        ],
        direct: 71,
    },
];

/// Server scenarios that a child process cannot pass, and why. Everything else it can: headers and `_meta` are checked
/// before the child, and each era has a child of its own, because the first request of a connection settles its era.
const BEYOND_STDIO: [(&str, &str); 1] =
    [("server-sse-polling", "the tool ends the SSE stream of its own call early, and a child has no such stream")];

const SUITE_DEADLINE: Duration = Duration::from_secs(180);

/// Runs the suites and fails when anything that passes direct is lost behind `doorward`.
pub(crate) fn run(peers: &Peers, doorward: &Path, scratch: &Path) -> Result<()> {
    let doorward = &found(doorward)?;
    let place = Place::new(scratch, "conformance")?;
    let mut faults = Vec::new();
    let mut rows = server_rows(peers, doorward, &place, &mut faults)?;
    rows.extend(client_rows(peers, doorward, &place)?);
    faults.extend(place.left_behind().err().map(|error| error.to_string()));

    println!("{:<20}{:>12}{:>14}{:>15}", "conformance", "direct", "through HTTP", "through stdio");
    for row in &rows {
        let stdio = row.stdio.as_ref().map(Results::figure).unwrap_or_default();
        println!("{:<20}{:>12}{:>14}{:>15}", row.name, row.direct.figure(), row.http.figure(), stdio);
    }
    for row in &rows {
        if row.direct.passed() < row.wanted {
            faults.push(format!("{}: {} pass direct, {} did before", row.name, row.direct.passed(), row.wanted));
        }
        for (check, why) in row.http.lost_from(&row.direct) {
            faults.push(format!("{} through HTTP: {}/{} {why}", row.name, check.scenario, check.id));
        }
        let (excused, lost): (Vec<_>, Vec<_>) = row
            .stdio
            .iter()
            .flat_map(|stdio| stdio.lost_from(&row.direct))
            .partition(|(check, _)| BEYOND_STDIO.iter().any(|(scenario, _)| *scenario == check.scenario));
        for (check, why) in lost {
            faults.push(format!("{} through stdio: {}/{} {why}", row.name, check.scenario, check.id));
        }
        for (scenario, reason) in BEYOND_STDIO {
            let checks = excused.iter().filter(|(check, _)| check.scenario == scenario).count();
            if checks > 0 {
                println!("{} through stdio goes without {checks} checks of `{scenario}`: {reason}", row.name);
            }
        }
    }
    ensure!(
        faults.is_empty(),
        "conformance is lost; results in `{}`\n  {}",
        place.path("").display(),
        faults.join("\n  ")
    );
    Ok(())
}

/// What one suite said on each way.
struct Row {
    name: &'static str,
    wanted: usize,
    direct: Results,
    http: Results,
    stdio: Option<Results>,
}

fn server_rows(peers: &Peers, doorward: &Path, place: &Place, faults: &mut Vec<String>) -> Result<Vec<Row>> {
    let [address] = free_addresses()?;
    let mut server = place.command(&peers.python_mcp_2);
    server.args(["-m", "mcp_everything_server", "--log-level", "WARNING", "--port"]).arg(address.port().to_string());
    server.env("PYTHONPATH", &peers.fixture);
    let mut server = Running::start("the fixture server", &mut server, &place.path("fixture"))?;
    server.ready(Duration::from_secs(30), || accepts(address))?;
    let direct = format!("http://{address}/mcp");

    let policy = json!({ "version": "1", "default": "allow" });
    let start = "from mcp_everything_server.server import mcp; mcp.run(transport='stdio')";
    let mut servers = Map::new();
    servers.insert("over-http".into(), json!({ "url": direct, "policy": policy }));
    let over_stdio = json!({
        "command": peers.python_mcp_2,
        "args": ["-c", start],
        "env": { "PYTHONPATH": peers.fixture },
        "cwd": place.path(""),
        "policy": policy,
    });
    servers.insert("over-stdio".into(), over_stdio);
    let gateway = Gateway::start(place, doorward, &servers)?;

    let mut rows = Vec::new();
    for suite in SUITES {
        let judged = |url: &str, way: &str| {
            let results = place.path(suite.name).join(way);
            let mut command = conformance(peers, place, suite.package);
            command.args(["server", "--url", url]).args(suite.args).arg("--output-dir").arg(&results);
            let what = format!("the suite `{}` {way}", suite.name);
            // The exit status is the suite's own verdict; ours is in the checks.
            Running::start(&what, &mut command, &results.join("suite"))?.finish(SUITE_DEADLINE)?;
            Results::read(&results, |folder| folder.strip_prefix("server-").and_then(without_time).map(str::to_owned))
        };
        rows.push(Row {
            name: suite.name,
            wanted: suite.direct,
            direct: judged(&direct, "direct")?,
            http: judged(&gateway.url("over-http"), "http")?,
            stdio: Some(judged(&gateway.url("over-stdio"), "stdio")?),
        });
    }
    faults.extend(gateway.stop().err().map(|error| error.to_string()));
    Ok(rows)
}

fn client_rows(peers: &Peers, doorward: &Path, place: &Place) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for suite in CLIENT_SUITES {
        let judged = |way: &str| -> Result<Results> {
            let one = |scenario: &&str| client_scenario(peers, doorward, place, suite.revision, scenario, way);
            let mut all = Results::default();
            for results in two_at_a_time(suite.scenarios, one) {
                all.0.extend(results?.0);
            }
            Ok(all)
        };
        rows.push(Row {
            name: suite.name,
            wanted: suite.direct,
            direct: judged("direct")?,
            http: judged("http")?,
            stdio: None,
        });
    }
    Ok(rows)
}

fn client_scenario(
    peers: &Peers,
    doorward: &Path,
    place: &Place,
    revision: &str,
    scenario: &str,
    way: &str,
) -> Result<Results> {
    let results = place.path(format!("client {revision}")).join(way).join(scenario);
    let mut words = Vec::new();
    if way != "direct" {
        let through = peers.scripts.join("through.py");
        words.extend([peers.python_mcp_2.clone(), through, doorward.to_owned(), results.join("doorward")]);
    }
    words.extend([peers.python_mcp_2.clone(), peers.conformance_client.clone()]);
    let mut command = conformance(peers, place, CURRENT);
    command.args(["client", "--scenario", scenario, "--spec-version", revision, "--command", &shell(&words)?]);
    command.arg("--output-dir").arg(&results);
    let what = format!("the client scenario `{scenario}` {way}");
    let status = Running::start(&what, &mut command, &results.join("suite"))?.finish(SUITE_DEADLINE)?;
    let mut read = Results::read(&results, |_| Some(scenario.to_owned()))?;
    // A client that dies fails its scenario though every check may have passed by then.
    let whole = Check { scenario: scenario.to_owned(), id: "the client ends well".into(), name: String::new() };
    read.0.insert(
        whole,
        Tally { passed: status.success().into(), failed: (!status.success()).into(), why: String::new() },
    );
    Ok(read)
}

fn conformance(peers: &Peers, place: &Place, package: &str) -> std::process::Command {
    let mut command = place.command(&peers.node);
    command.arg(peers.modules.join(package).join("dist/index.js"));
    command
}

/// The suite hands its `--command` to a shell.
fn shell(words: &[PathBuf]) -> Result<String> {
    let mut line = Vec::new();
    for word in words {
        let word = word.to_str().context("paths are UTF-8")?;
        line.push(format!("'{}'", word.replace('\'', r"'\''")));
    }
    Ok(line.join(" "))
}

/// One thing the suite looked at; an id may stand for several, which their names tell apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Check {
    scenario: String,
    id: String,
    name: String,
}

/// How often a check passed and failed, and what the suite said last of a failure.
#[derive(Debug, Default)]
struct Tally {
    passed: usize,
    failed: usize,
    why: String,
}

/// What one run of a suite found.
#[derive(Debug, Default)]
struct Results(BTreeMap<Check, Tally>);

impl Results {
    /// Reads every `checks.json` below `dir`; `scenario` names the scenario of a result folder.
    fn read(dir: &Path, scenario: impl Fn(&str) -> Option<String>) -> Result<Results> {
        let mut results = Results::default();
        for entry in fs::read_dir(dir)? {
            let folder = entry?.path();
            let checks = folder.join("checks.json");
            let name = folder.file_name().and_then(|name| name.to_str()).and_then(&scenario);
            let (true, Some(scenario)) = (checks.exists(), name) else {
                continue;
            };
            let bytes = fs::read(&checks)?;
            let checks: Value =
                serde_json::from_slice(&bytes).with_context(|| format!("`{}` is not JSON", checks.display()))?;
            for check in checks.as_array().into_iter().flatten() {
                results.count(&scenario, check);
            }
        }
        if results.0.is_empty() {
            bail!("the suite left no results in `{}`", dir.display());
        }
        Ok(results)
    }

    fn count(&mut self, scenario: &str, check: &Value) {
        let text = |key: &str| check.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let key = Check { scenario: scenario.to_owned(), id: text("id"), name: text("name") };
        match text("status").as_str() {
            "SUCCESS" => self.0.entry(key).or_default().passed += 1,
            "FAILURE" => {
                let tally = self.0.entry(key).or_default();
                tally.failed += 1;
                tally.why = text("errorMessage");
            }
            // INFO, SKIPPED and WARNING are not scored. A success that turns into one of them is missed below.
            _ => {}
        }
    }

    fn passed(&self) -> usize {
        self.0.values().map(|tally| tally.passed).sum()
    }

    fn figure(&self) -> String {
        let failed: usize = self.0.values().map(|tally| tally.failed).sum();
        format!("{}/{}", self.passed(), self.passed() + failed)
    }

    /// What passes more often, or fails less often, in `direct`.
    fn lost_from(&self, direct: &Results) -> Vec<(Check, String)> {
        let none = Tally::default();
        let mut lost = Vec::new();
        let checks: BTreeSet<&Check> = direct.0.keys().chain(self.0.keys()).collect();
        for check in checks {
            let before = direct.0.get(check).unwrap_or(&none);
            let now = self.0.get(check).unwrap_or(&none);
            if now.passed < before.passed || now.failed > before.failed {
                let told = format!("passed {}, failed {}: {}", now.passed, now.failed, now.why);
                lost.push((
                    check.clone(),
                    format!("passed {}, failed {} direct; {told}", before.passed, before.failed),
                ));
            }
        }
        lost
    }
}

/// A result folder's name without the time that the suite appends: `-2026-11-21T00-28-13-670Z`.
fn without_time(folder: &str) -> Option<&str> {
    folder.len().checked_sub("-2026-11-21T00-28-13-670Z".len()).and_then(|end| folder.get(..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_lost_when_it_passes_less_often_or_fails_anew() {
        let results = |checks: &[(&str, &str)]| {
            let mut results = Results::default();
            for (id, status) in checks {
                results.count("s", &json!({ "id": id, "name": "n", "status": status }));
            }
            results
        };
        let direct = results(&[("a", "SUCCESS"), ("a", "SUCCESS"), ("b", "SUCCESS"), ("c", "FAILURE"), ("d", "INFO")]);
        let lost = |through: &[(&str, &str)]| -> Vec<String> {
            results(through).lost_from(&direct).into_iter().map(|(check, _)| check.id).collect()
        };
        let all = [("a", "SUCCESS"), ("a", "SUCCESS"), ("b", "SUCCESS"), ("c", "FAILURE")];
        assert_eq!(lost(&all), [""; 0]);
        assert_eq!(lost(&all[1..]), ["a"]);
        assert_eq!(lost(&[all[0], all[1], ("b", "WARNING"), all[3]]), ["b"]);
        assert_eq!(lost(&[all[0], all[1], all[2], all[3], all[3]]), ["c"]);
        assert_eq!(lost(&[all[0], all[1], all[2], ("e", "FAILURE")]), ["e"]);
    }

    #[test]
    fn a_result_folder_tells_its_scenario() {
        assert_eq!(without_time("server-sse-polling-2026-11-21T00-28-13-670Z"), Some("server-sse-polling"));
        assert_eq!(without_time("short"), None);
    }
}
