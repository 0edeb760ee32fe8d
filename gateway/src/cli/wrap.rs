//! `doorward wrap`: one agent and one server on stdio.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use tokio::io::{stdin, stdout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app;
use crate::call::{Caller, ServerName};
use crate::config::{self, Components, Environment, Keep};
use crate::gate::Law;
use crate::identity::LOCAL;
use crate::pins::Pins;
use crate::server::stdio;
use crate::telemetry::Metrics;
use crate::upstreams::{Address, Config as Upstream, Failure, Limits, Program, Server};

use super::{Outcome, asked_to_stop, report, runtime};

/// How long a call may take.
const TIMEOUT: Duration = Duration::from_secs(300);
/// How long the server's program has to end.
const FAREWELL: Duration = Duration::from_secs(5);

pub(super) fn wrap(
    policy: Option<&Path>,
    command: Vec<String>,
    environment: &Environment,
    color: bool,
) -> anyhow::Result<Outcome> {
    let policies = match policy {
        None => {
            tracing::warn!("no policy: every call is refused; name one with `--policy FILE`");
            Vec::new()
        }
        Some(path) => {
            let (policy, findings) = config::read_policy(path).context("name a policy with `--policy FILE`")?;
            report::print(&findings, color);
            let Some(policy) = policy else { return Ok(Outcome::Findings) };
            vec![policy]
        }
    };
    let program = command.first().cloned().unwrap_or_default();
    let Some(pins) = pins_of(policy, color)? else { return Ok(Outcome::Findings) };
    let server = upstream(command, environment)?;
    let runtime = runtime()?;
    let outcome = runtime.block_on(async {
        let asked_to_stop = asked_to_stop();
        let programs = TaskTracker::new();
        let server = Server::new(server, programs.clone());
        let (caller, name) = (Caller::new(LOCAL), server.name().clone());
        let keep = Keep::of_user(environment).context("there is no home folder to keep records in: set HOME")?;
        let kept = app::Kept::open(&keep)?;
        let plugins =
            match app::load_plugins(&app::lasting_host(environment)?, &Components::new(), policies.iter()).await {
                Ok(plugins) => plugins,
                Err(findings) => {
                    report::print(&findings, color);
                    return Ok(Outcome::Findings);
                }
            };
        let mut law = Law::default();
        let policies = policies.into_iter().map(|loaded| loaded.policy).collect();
        law.admit((caller.clone(), None), server, policies, plugins);
        law.pin(&name, &Arc::new(pins));
        let calls = TaskTracker::new();
        let gate = app::gate(law, &kept, Arc::new(Metrics::default()), calls.clone())?;
        let seat = gate.seat(&caller, &name).context("the server has no seat")?;
        let stop = CancellationToken::new();
        let conversation = stdio::converse(gate, seat, stdin(), stdout(), stop.clone());
        let ended = {
            let mut conversation = std::pin::pin!(conversation);
            tokio::select! {
                ended = &mut conversation => ended,
                () = asked_to_stop => {
                    tracing::info!("stopping: calls in flight are waited for");
                    stop.cancel();
                    conversation.await
                }
            }
        };
        calls.close();
        programs.close();
        let all = async {
            calls.wait().await;
            programs.wait().await;
        };
        let _in_time = tokio::time::timeout(FAREWELL, all).await;
        kept.audit.close().await.context("the record could not be closed")?;
        let _closed = kept.store.close().await;
        ended.map_err(|failure| match failure {
            Failure::Spawn(cause) => {
                anyhow!("`{program}` cannot be started: {cause}; is it installed, and on the PATH?")
            }
            failure => failure.into(),
        })?;
        Ok(Outcome::Fine)
    });
    // A read from stdin that nobody will ever answer must not keep the program.
    runtime.shutdown_background();
    outcome
}

/// The pins beside the policy; `None` if anything is wrong with them.
fn pins_of(policy: Option<&Path>, color: bool) -> anyhow::Result<Option<Pins>> {
    let Some(policy) = policy else { return Ok(Some(Pins::default())) };
    let (pins, findings) = config::read_pins(&config::pins_beside(policy))?;
    report::print(&findings, color);
    Ok(findings.is_empty().then_some(pins))
}

/// The server of the command line. It gets the environment that the client gave: that is where its keys are.
pub(super) fn upstream(command: Vec<String>, environment: &Environment) -> anyhow::Result<Upstream> {
    let mut words = command.into_iter();
    let command = words.next().context("name the server's program after `--`")?;
    let env = environment.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let program = Program { command, args: words.collect(), cwd: None, env };
    Ok(Upstream {
        name: ServerName::new("wrapped"),
        address: Address::Child(program),
        timeout: TIMEOUT,
        tool_timeouts: std::collections::HashMap::new(),
        limits: Limits::default(),
    })
}
