//! `doorward run`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use notify::{RecursiveMode, Watcher as _};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::app::{App, Furnished, lasting_host};
use crate::config::{self, Environment};
use crate::plugins::Host;
use crate::secret::Digest;

use super::{Outcome, asked_to_stop, report, runtime};

/// How often the content of the files is compared: not every file system tells of a change.
const POLL: Duration = Duration::from_secs(2);
/// How long a change is left to settle: editors write in several steps.
const SETTLE: Duration = Duration::from_millis(100);

pub(super) fn run(path: &Path, environment: &Environment, color: bool) -> anyhow::Result<Outcome> {
    let runtime = runtime()?;
    runtime.block_on(async {
        let stop = asked_to_stop();
        let host = lasting_host(environment)?;
        let (furnished, files) = Box::pin(load(path, environment, &host, color)).await?;
        let Some(furnished) = furnished else { return Ok(Outcome::Findings) };
        let names = furnished.servers();
        let app = App::bind(furnished).await?;
        let address = app.address()?;
        for name in names {
            tracing::info!("serving http://{address}/mcp/{name}");
        }
        tracing::info!("operators: http://{}/readyz and /metrics", app.admin_address()?);
        let mut changes = Changes::watch(files)?;
        app.run(stop, async || {
            changes.next().await;
            match Box::pin(load(path, environment, &host, color)).await {
                Ok((furnished, files)) => {
                    changes.follow(files);
                    if furnished.is_none() {
                        tracing::error!("the configuration in force stays");
                    }
                    furnished
                }
                Err(error) => {
                    tracing::error!("{error:#}; the configuration in force stays");
                    None
                }
            }
        })
        .await?;
        Ok(Outcome::Fine)
    })
}

/// Loads the configuration and its plugins, and prints what was found. There is none if there is any error.
pub(super) async fn load(
    path: &Path,
    environment: &Environment,
    host: &Host,
    color: bool,
) -> anyhow::Result<(Option<Furnished>, Vec<PathBuf>)> {
    let loaded = config::load(path, environment).context("write one, or name another with `--config FILE`")?;
    report::print(&loaded.findings, color);
    let Some(config) = loaded.config else { return Ok((None, loaded.files)) };
    match Furnished::new(config, host).await {
        Ok(furnished) => Ok((Some(furnished), loaded.files)),
        Err(findings) => {
            report::print(&findings, color);
            Ok((None, loaded.files))
        }
    }
}

/// Tells when the configuration is to be read again: at a SIGHUP, or when the content of one of its files changed.
struct Changes {
    files: Vec<PathBuf>,
    seen: Digest,
    hangups: Hangups,
    woken: mpsc::Receiver<()>,
    watcher: Option<notify::RecommendedWatcher>,
}

impl Changes {
    fn watch(files: Vec<PathBuf>) -> anyhow::Result<Self> {
        let (wake, woken) = mpsc::channel(1);
        // Without a watcher the poll still sees every change.
        let watcher = notify::recommended_watcher(move |event| {
            if is_news(&event) {
                let _already_woken = wake.try_send(());
            }
        })
        .ok();
        let mut changes = Self { seen: content(&files), files, hangups: Hangups::new()?, woken, watcher };
        changes.watch_folders();
        Ok(changes)
    }

    /// Goes on with these files. What was seen of them before they were read counts: a change meanwhile is one.
    fn follow(&mut self, files: Vec<PathBuf>) {
        if files != self.files {
            self.seen = content(&files);
            self.files = files;
            self.watch_folders();
        }
    }

    async fn next(&mut self) {
        loop {
            tokio::select! {
                () = self.hangups.next() => return,
                _ = timeout(POLL, self.woken.recv()) => {}
            }
            if content(&self.files) == self.seen {
                continue;
            }
            tokio::time::sleep(SETTLE).await;
            self.seen = content(&self.files);
            return;
        }
    }

    /// Folders, not files: a file that is replaced by another is another file.
    fn watch_folders(&mut self) {
        let Some(watcher) = &mut self.watcher else { return };
        for folder in self.files.iter().filter_map(|file| file.parent()) {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            let _polled_all_the_same = watcher.watch(folder, RecursiveMode::NonRecursive);
        }
    }
}

/// Whether something may have changed. That a file was read is none: to look at it would be the next event, without end.
fn is_news(event: &notify::Result<notify::Event>) -> bool {
    event.as_ref().map_or(true, |event| !event.kind.is_access())
}

fn content(files: &[PathBuf]) -> Digest {
    let digests: Vec<String> = files
        .iter()
        .map(|file| std::fs::read(file).map_or_else(|error| error.kind().to_string(), |it| Digest::of(&it).to_string()))
        .collect();
    Digest::of(digests.join("\n").as_bytes())
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

#[cfg(test)]
mod tests {
    use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind};
    use notify::{Error, Event, EventKind};

    use super::*;

    #[test]
    fn reading_a_file_is_no_reason_to_read_it_again() {
        for (kind, news) in [
            (EventKind::Access(AccessKind::Open(AccessMode::Any)), false),
            (EventKind::Access(AccessKind::Close(AccessMode::Read)), false),
            (EventKind::Modify(ModifyKind::Any), true),
            (EventKind::Create(CreateKind::Any), true),
            (EventKind::Remove(RemoveKind::Any), true),
            (EventKind::Any, true),
        ] {
            assert_eq!(is_news(&Ok(Event::new(kind))), news, "{kind:?}");
        }
        assert!(is_news(&Err(Error::generic("the queue ran over"))));
    }
}
