//! What the gateway keeps between calls: the record, the counters, and the machine code of plugins.

use std::path::{Path, PathBuf};

use crate::audit::{self, Fsync};
use crate::json::commented::{Node, Report};

use super::environment::Environment;

/// Where things are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    /// The record of decisions.
    pub audit: audit::Config,
    /// The file of the counters, shared by the processes of one user.
    pub counters: PathBuf,
    /// The folder of the machine code of plugins.
    pub code: PathBuf,
}

impl Keep {
    /// The user's own folder for state; `None` where the environment names no home.
    pub fn of_user(environment: &Environment) -> Option<Self> {
        let folder = environment
            .get("XDG_STATE_HOME")
            .filter(|folder| !folder.is_empty())
            .map(PathBuf::from)
            .or_else(|| environment.get("LOCALAPPDATA").map(PathBuf::from))
            .or_else(|| environment.get("HOME").map(|home| Path::new(home).join(".local/state")))?;
        Some(Self::in_folder(&folder.join("doorward")))
    }

    /// Everything in one folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            audit: audit::Config::new(folder.join("audit")),
            counters: folder.join("counters.sqlite"),
            code: folder.join("plugins"),
        }
    }
}

/// Reads `audit`; what it leaves out is as it is for the user.
pub(super) fn read(node: Option<&Node>, folder: &Path, environment: &Environment, report: &mut Report) -> Option<Keep> {
    let keep = Keep::of_user(environment);
    if keep.is_none() {
        let help = "set HOME or XDG_STATE_HOME for the process".to_owned();
        report.error(0..1, "there is no home folder to keep counters and records in", Some(help));
    }
    let mut keep = keep?;
    let Some(node) = node else { return Some(keep) };
    let mut fields = report.fields(node)?;
    if let Some(dir) = fields.get("dir").and_then(|node| environment.text(node, report)) {
        keep.audit.dir = folder.join(dir);
    }
    if let Some(node) = fields.get("fsync")
        && let Some(fsync) = report.one_of(node, &[("never", Fsync::Never), ("always", Fsync::Always)])
    {
        keep.audit.fsync = fsync;
    }
    fields.finish(report);
    Some(keep)
}
