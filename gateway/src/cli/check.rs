//! `doorward check`.

use std::path::Path;

use anyhow::Context as _;

use crate::app::{host, load_plugins};
use crate::config::{self, Environment};
use crate::json::commented::Severity;

use super::{Format, Outcome, report, runtime};

/// Reads the configuration, the policies and the plugins as `run` would, and tells everything that was found.
pub(super) fn check(path: &Path, environment: &Environment, format: Format, color: bool) -> anyhow::Result<Outcome> {
    let loaded = config::load(path, environment).context("write one, or name another with `--config FILE`")?;
    let mut findings = loaded.findings;
    if let Some(config) = &loaded.config {
        let plugins = async { anyhow::Ok(load_plugins(&host()?, &config.components, config.policies()).await) };
        if let Err(found) = runtime()?.block_on(plugins)? {
            findings.extend(found);
        }
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    match format {
        Format::Json => println!("{}", report::json(&findings)),
        Format::Text => {
            report::print(&findings, color);
            if errors == 0 {
                let files = loaded.files.len();
                println!("{} is sound: {files} file{} read", path.display(), if files == 1 { "" } else { "s" });
            }
        }
    }
    Ok(if errors == 0 { Outcome::Fine } else { Outcome::Findings })
}
