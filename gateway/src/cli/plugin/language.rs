//! The languages that plugins are begun and built in.

use std::path::Path;

use anyhow::{Result, bail};
use clap::ValueEnum;

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Language {
    /// Rust, by cargo
    Rust,
    /// JavaScript or TypeScript, by npm
    Js,
    /// Python, in a virtual environment
    Python,
}

impl Language {
    /// The file by which the language of a folder is known.
    fn manifest(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::Js => "package.json",
            Self::Python => "pyproject.toml",
        }
    }

    /// The language that the plugin in `folder` is written in.
    pub(super) fn of(folder: &Path) -> Result<Self> {
        let known = Self::value_variants().iter().copied();
        if let Some(found) = known.clone().find(|language| folder.join(language.manifest()).is_file()) {
            return Ok(found);
        }
        let manifests: Vec<_> = known.map(|language| format!("`{}`", language.manifest())).collect();
        bail!(
            "`{}` is no plugin: there is none of {} in it; type `doorward plugin new NAME` to begin one",
            folder.display(),
            manifests.join(", ")
        )
    }
}
