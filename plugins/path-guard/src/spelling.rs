//! Reads a text as one certain path, or refuses it.
//!
//! Between the agent and the file there are a server, perhaps a shell, and a file system, and each may read the text in
//! its own way: expand `~` and `$HOME`, decode `%2e`, take `\` for a separator, drop a dot at the end, ignore what cannot be
//! seen, fold a fullwidth letter. What any of them would change is refused, unless the settings say that here nobody
//! does.

mod letters;
mod posix;
#[cfg(test)]
mod tests;
mod url;
mod windows;

use crate::route::Route;
use doorward_plugin::Finding;
use doorward_plugin::paths::MAX_PATH;
use serde::Deserialize;

/// How paths are read on the machine where the server runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum System {
    /// `/srv/app`
    #[default]
    Posix,
    /// `C:\work`, `\\server\share\work`
    Windows,
}

/// What is refused unless the settings ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Form {
    /// `..`, taken out of the text.
    Parent,
    /// Letters and digits beyond ASCII.
    Letters,
    /// `%`, which nobody decodes.
    Percent,
    /// What shells act on, which no shell sees.
    Punctuation,
    /// Blanks and dots at the end of a name, and blanks at the beginning.
    Edges,
    /// `file:///srv/app`
    FileUrl,
}

/// How texts are to be read.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) system: System,
    pub(crate) forms: Vec<Form>,
    /// What stands for `~` at the beginning.
    pub(crate) home: Option<Route>,
}

/// Why a text is no certain path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Doubt {
    pub(crate) code: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) remedy: &'static str,
}

impl Reading {
    /// Where a text leads that is relative to `here`, where that is known.
    pub(crate) fn read(&self, text: &str, here: Option<&Route>) -> Result<Route, Doubt> {
        if text.is_empty() {
            return Err(doubt("path.empty", "the path is empty", "send a path"));
        }
        if text.len() > MAX_PATH {
            return Err(TOO_LONG);
        }
        letters::check(text, self)?;
        if let Some(rest) = url::scheme(text) {
            return match self.has(Form::FileUrl) {
                true => self.read_local(&url::path(rest, self.system)?, None),
                false => Err(doubt("path.url", "the path is a URL", "send the path itself")),
            };
        }
        self.read_local(text, here)
    }

    fn read_local(&self, text: &str, here: Option<&Route>) -> Result<Route, Doubt> {
        letters::check(text, self)?;
        letters::check_marks(text, self)?;
        match self.system {
            System::Posix => posix::read(text, here, self),
            System::Windows => windows::read(text, here, self),
        }
    }

    fn has(&self, form: Form) -> bool {
        self.forms.contains(&form)
    }

    /// Follows names from a directory.
    fn follow<'a>(&self, from: Route, parts: impl Iterator<Item = &'a str>) -> Result<Route, Doubt> {
        parts.filter(|part| !matches!(*part, "" | ".")).try_fold(from, |route, part| match part {
            ".." if !self.has(Form::Parent) => {
                Err(doubt("path.parent", "the path has `..` in it", "send the path without `..`"))
            }
            ".." => route.leave().ok_or(doubt("path.parent", "the path leads above the root", "leave `..` out")),
            _ if !self.has(Form::Edges) && has_loose_edge(part) => Err(doubt(
                "path.edges",
                "a name in the path begins or ends with a blank, or ends with a dot",
                "name another file",
            )),
            _ => route.enter(part).ok_or(TOO_LONG),
        })
    }
}

impl From<Doubt> for Finding {
    fn from(doubt: Doubt) -> Self {
        Self::new(doubt.code, doubt.reason).instead(doubt.remedy)
    }
}

const TOO_LONG: Doubt = doubt("path.long", "the path is longer than file systems take", "send a shorter path");

const fn doubt(code: &'static str, reason: &'static str, remedy: &'static str) -> Doubt {
    Doubt { code, reason, remedy }
}

/// Some systems drop these, and then it is another name.
fn has_loose_edge(part: &str) -> bool {
    part.starts_with(' ') || part.ends_with([' ', '.'])
}

/// Where a relative path begins.
fn start(here: Option<&Route>) -> Result<Route, Doubt> {
    here.cloned().ok_or(doubt("path.relative", "the path is relative, to what is not known", "send an absolute path"))
}
