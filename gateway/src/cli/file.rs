//! Files that commands read and write.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::json::commented::Source;

/// Reads a text from a file, or from stdin, which is called `-`.
pub(super) fn read(path: &Path) -> Result<Source> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read stdin")?;
        return Ok(Source::new("stdin", text));
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(Source::new(path.display().to_string(), text))
}

/// Writes a whole file or nothing: whoever reads it meanwhile finds the old one or the new one.
pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    let name = path.file_name().with_context(|| format!("`{}` is no name for a file", path.display()))?;
    let beside = path.with_file_name(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
    let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        let _was_it_written = std::fs::remove_file(&beside);
    }
    written.with_context(|| format!("cannot write `{}`", path.display()))
}
