//! `doorward run`.

use std::path::Path;

use anyhow::Context as _;

use crate::app::App;
use crate::config::{self, Config, Environment};

use super::{Outcome, asked_to_stop, report, runtime};

pub(super) fn run(path: &Path, environment: &Environment, color: bool) -> anyhow::Result<Outcome> {
    let Some(config) = load(path, environment, color)? else { return Ok(Outcome::Findings) };
    runtime()?.block_on(async {
        let names: Vec<String> = config.servers.iter().map(|server| server.upstream.name.to_string()).collect();
        let app = App::bind(config).await?;
        let address = app.address()?;
        for name in names {
            tracing::info!("serving http://{address}/mcp/{name}");
        }
        tracing::info!("operators: http://{}/readyz and /metrics", app.admin_address()?);
        let mut hangups = Hangups::new()?;
        app.run(asked_to_stop(), async || {
            hangups.next().await;
            match load(path, environment, color) {
                Ok(config) => config,
                Err(error) => {
                    tracing::error!("{error:#}; the configuration in force stays");
                    None
                }
            }
        })
        .await
    })?;
    Ok(Outcome::Fine)
}

/// Loads the configuration and prints what was found; `None` if there is any error.
fn load(path: &Path, environment: &Environment, color: bool) -> anyhow::Result<Option<Config>> {
    let loaded = config::load(path, environment).context("write one, or name another with `--config FILE`")?;
    report::print(&loaded.findings, color);
    Ok(loaded.config)
}

#[cfg(unix)]
struct Hangups(tokio::signal::unix::Signal);

#[cfg(unix)]
impl Hangups {
    fn new() -> std::io::Result<Self> {
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).map(Self)
    }

    async fn next(&mut self) {
        self.0.recv().await;
    }
}

#[cfg(not(unix))]
struct Hangups;

#[cfg(not(unix))]
impl Hangups {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        std::future::pending().await
    }
}
