//! `doorward demo`: a gateway in front of an embedded server whose host is make-believe, and calls to try on it.
//!
//! The server is the program itself, started as a child process like any other; nothing that it is told is executed.

mod host;
mod server;
mod tools;
mod tour;

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::app::{App, Furnished, host};
use crate::cli::asked_to_stop;
use crate::config::{self, Config, Environment};

/// The demo's policy: agents may look at the host, and start one background task a minute.
const POLICY: &str = include_str!("demo/policy.json");

/// The folder of the record, within the demo's own.
const AUDIT: &str = "audit";

/// Runs the demo server on stdin and stdout.
pub fn serve() -> io::Result<()> {
    server::serve(io::stdin().lock(), io::stdout().lock())
}

/// Starts the demo and prints what to try, until it is asked to stop.
pub async fn show(port: u16, environment: &Environment) -> Result<bool> {
    let stop = asked_to_stop();
    let folder = folder()?;
    let app = App::bind(furnished(port, folder.path(), environment).await?).await?;
    print!("{}", tour::text(app.address()?, &folder.path().join(AUDIT)));
    app.run(stop, async || std::future::pending().await).await?;
    Ok(true)
}

/// Starts the demo on a free port, makes the calls that the tour shows, and prints what came of each.
pub async fn check(environment: &Environment) -> Result<bool> {
    let folder = folder()?;
    let app = App::bind(furnished(0, folder.path(), environment).await?).await?;
    let address = app.address()?;
    let (done, stop) = tokio::sync::oneshot::channel::<()>();
    let stop = async {
        let _done = stop.await;
    };
    let drive = async {
        let fine = tour::drive(address, &folder.path().join(AUDIT)).await;
        let _stopped = done.send(());
        fine
    };
    let (ran, fine) = tokio::join!(app.run(stop, async || std::future::pending().await), drive);
    ran?;
    fine
}

/// The demo keeps its record and its counters to itself, and takes them along when it ends.
fn folder() -> Result<TempDir> {
    TempDir::with_prefix("doorward-demo-").context("there is no folder for the demo's record")
}

async fn furnished(port: u16, folder: &Path, environment: &Environment) -> Result<Furnished> {
    let config = configuration(port, folder, environment)?;
    match Furnished::new(config, &host()?).await {
        Ok(furnished) => Ok(furnished),
        Err(findings) => bail!("the demo's plugins do not load: {findings:?}"),
    }
}

/// The configuration of the demo, in the form in which anybody would write it.
fn configuration(port: u16, folder: &Path, environment: &Environment) -> Result<Config> {
    let program = std::env::current_exe().context("this program does not know where it is")?;
    let command = serde_json::to_string(program.to_str().context("the path of this program is not UTF-8")?)?;
    let folder = folder.to_str().context("the path of the temporary folder is not UTF-8")?;
    let audit = serde_json::to_string(&Path::new(folder).join(AUDIT))?;
    let agents = SocketAddr::from(([127, 0, 0, 1], port));
    let operators = SocketAddr::from(([127, 0, 0, 1], if port == 0 { 0 } else { port.saturating_add(1) }));
    let text = format!(
        r#"{{
  "version": "1",
  "listen": "{agents}",
  "admin": "{operators}",
  "servers": {{ "demo": {{ "command": {command}, "args": ["demo-server"], "policy": {POLICY} }} }},
  "anonymous": {{ "servers": {{ "demo": {{}} }} }},
  "audit": {{ "dir": {audit} }}
}}"#
    );
    let loaded = config::load_text("demo", &text, &environment.with("XDG_STATE_HOME", folder));
    match loaded.config {
        Some(config) => Ok(config),
        None => bail!("the demo's configuration is wrong: {:?}", loaded.findings),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_has_a_sound_configuration() {
        assert!(configuration(7070, Path::new("/tmp/x"), &Environment::default()).is_ok());
    }
}
