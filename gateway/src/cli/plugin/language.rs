//! The languages that plugins are begun and built in.

use std::path::Path;

use anyhow::{Result, bail, ensure};
use clap::ValueEnum;

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Language {
    /// Rust, by cargo
    Rust,
    /// JavaScript, by npm
    Js,
    /// TypeScript, by npm
    Ts,
    /// Python, in a virtual environment
    Python,
    /// C, by make
    C,
}

impl Language {
    /// The file by which the language of a folder is known.
    fn manifest(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::Js | Self::Ts => "package.json",
            Self::Python => "pyproject.toml",
            Self::C => "Makefile",
        }
    }

    /// The language that the plugin in `folder` is built as; one of npm is like the other.
    pub(super) fn of(folder: &Path) -> Result<Self> {
        ensure!(
            folder.is_dir(),
            "there is no folder `{}`; type `doorward plugin new NAME` to begin a plugin",
            folder.display()
        );
        let known = Self::value_variants().iter().copied();
        if let Some(found) = known.clone().find(|language| folder.join(language.manifest()).is_file()) {
            return Ok(found);
        }
        let mut manifests: Vec<_> = known.map(|language| format!("`{}`", language.manifest())).collect();
        manifests.dedup();
        bail!(
            "`{}` is no plugin: there is none of {} in it; type `doorward plugin new NAME` to begin one",
            folder.display(),
            manifests.join(", ")
        )
    }
}
