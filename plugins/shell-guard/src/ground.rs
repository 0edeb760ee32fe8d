//! Which paths may be named, and which may be read.
//!
//! Names and properties may be shown of everything but secrets. Contents only beneath the directories in which
//! systems keep what operators look at, or relative to a working directory that the caller did not choose; and never
//! where other rules forbid it. A whole tree only where no secrets are expected.

use crate::rule::Kind;
use doorward_plugin::paths::Place;
use doorward_plugin::shell::Word;
use std::cell::Cell;

/// Directories whose files may be read: those of the Filesystem Hierarchy Standard, less the superuser's home and the
/// devices, and those beside them that people make for applications, logs and copies.
const READABLE: &[&str] = &[
    "/app", "/apps", "/backup", "/backups", "/bin", "/boot", "/etc", "/home", "/lib", "/lib32", "/lib64", "/logs",
    "/media", "/mnt", "/opt", "/proc", "/run", "/sbin", "/srv", "/sys", "/tmp", "/usr", "/var", "/www",
];

/// Directories that may be read with all that lies beneath them, where nothing unreadable lies there.
const TREES: &[&str] = &["/etc", "/lib", "/proc/sys", "/sys/class", "/usr", "/var/log", "/var/spool/cron"];

/// Patterns that everybody writes, and nobody names a secret so.
const USUAL: &[&str] =
    &["/etc/*release", "/etc/*-release", "/etc/*_release", "/etc/*release*", "/etc/*version", "/etc/*_version"];

/// A directory of this name holds logs, wherever programs and their data are kept, but where even files are not read.
const LOGS: [&str; 2] = ["log", "logs"];
const PRIVATE: &[&str] = &["/dev", "/root"];

/// Files that tell how a database is and nothing that is in it.
const STATES: &[&str] = &["/var/lib/mysql/grastate.dat", "/var/lib/mysql/gvwstate.dat"];

/// The most working directories that a command may be in.
const MAX_PLACES: usize = 8;

/// The most paths that are looked at in one call, each as often as there are directories from which it could be seen.
const MAX_LOOKS: usize = 96;
/// How many names a path has that counts for one.
const LONG: usize = 32;

/// Where a command runs.
#[derive(Debug, Clone)]
pub(crate) struct Ground<'a> {
    /// The directories in which it may be; none of them known where there is none.
    here: Vec<Option<Place>>,
    readable: &'a [String],
    /// How many paths the call has had looked at.
    looks: &'a Cell<usize>,
}

/// Why a path is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) code: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) remedy: String,
}

/// How much of a path is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Its name and properties.
    Name,
    /// Its contents.
    Contents,
    /// The certificates in it, and nothing else of its contents.
    Public,
    /// The contents of all that lies beneath it.
    Tree,
}

impl Reach {
    /// What a value of this kind asks for, where it is a path.
    pub(crate) fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::List => Some(Self::Name),
            Kind::Read | Kind::Archive => Some(Self::Contents),
            Kind::Certificate => Some(Self::Public),
            _ => None,
        }
    }
}

impl<'a> Ground<'a> {
    /// In `here`, where it is known.
    pub(crate) fn new(here: Option<Place>, readable: &'a [String], looks: &'a Cell<usize>) -> Self {
        Self { here: vec![here], readable, looks }
    }

    /// In the directory `place` for certain.
    pub(crate) fn moved(&self, place: Place) -> Self {
        Self { here: vec![Some(place)], ..self.clone() }
    }

    /// Here or there; none where it becomes too much to follow.
    pub(crate) fn either(&self, other: &Self) -> Option<Self> {
        let mut here = self.here.clone();
        here.extend(other.here.iter().filter(|place| !self.here.contains(place)).cloned());
        (here.len() <= MAX_PLACES).then_some(Self { here, ..self.clone() })
    }

    /// Whether the word may be given to a command that reaches so far.
    pub(crate) fn check(&self, word: &Word, reach: Reach) -> Result<(), Closed> {
        if USUAL.contains(&word.text()) && reach != Reach::Tree {
            return Ok(());
        }
        self.check_place(Place::of_word(word), reach)
    }

    /// The same for a text that no shell expands.
    pub(crate) fn check_text(&self, text: &str, reach: Reach) -> Result<(), Closed> {
        self.check_place(Place::parse(text), reach)
    }

    fn check_place(&self, place: Option<Place>, reach: Reach) -> Result<(), Closed> {
        let Some(place) = place else {
            return Err(closed("path.invalid", "the path is empty or too long", "send a path"));
        };
        self.here.iter().try_for_each(|here| match here {
            Some(here) => self.check_seen(&place.seen_from(here), reach),
            None => self.check_seen(&place, reach),
        })
    }

    fn check_seen(&self, place: &Place, reach: Reach) -> Result<(), Closed> {
        // A path of many names is as much work as several.
        self.looks.set(self.looks.get() + 1 + place.depth() / LONG);
        if self.looks.get() > MAX_LOOKS {
            return Err(closed("path.too-many", "the call names more than 96 paths", "send several shorter commands"));
        }
        let secret = "name a path that is not one of keys, credentials, histories or environments";
        match reach {
            Reach::Name if place.is_secret() => return Err(closed("path.secret", "the path is a secret", secret)),
            Reach::Name => return Ok(()),
            Reach::Contents if ["/dev/null"].iter().chain(STATES).any(|file| place.is_within(file)) => return Ok(()),
            Reach::Public if place.is_certificate() => return Ok(()),
            Reach::Contents | Reach::Public | Reach::Tree => {}
        }
        if place.is_unreadable() {
            if place.might_be_secret() {
                return Err(closed("path.secret", "the path is, or might be, a secret", secret));
            }
            return Err(closed(
                "path.unreadable",
                "the contents of the path are not to be read",
                "its name and properties may be shown, for instance by `ls -l`",
            ));
        }
        let opened = self.readable.iter().any(|root| place.is_within(root));
        let within = |roots: &[&str]| opened || roots.iter().any(|root| place.is_within(root));
        // `diff` would read all the files of a directory.
        if place.depth() == 0 || (place.is_absolute() && place.holds_unreadable()) {
            let remedy = "name a file or a directory that holds no secrets";
            return Err(closed("path.tree", "the path is a directory that might hold secrets", remedy));
        }
        match reach {
            Reach::Tree if !within(TREES) && !is_of_logs(place) => Err(Closed {
                code: "path.tree",
                reason: "the directory might hold secrets somewhere beneath",
                remedy: format!("name single files, or a directory beneath {}", listed(TREES, self.readable)),
            }),
            Reach::Contents | Reach::Public if place.is_absolute() && !within(READABLE) && !is_of_logs(place) => {
                Err(Closed {
                    code: "path.outside",
                    reason: "the path is outside of what may be read",
                    remedy: format!("files may be read beneath {}", listed(READABLE, self.readable)),
                })
            }
            _ => Ok(()),
        }
    }
}

/// Whether the place is, or surely lies beneath, a directory of logs. What git calls so is hidden.
fn is_of_logs(place: &Place) -> bool {
    place.is_absolute()
        && !place.meets(PRIVATE)
        && LOGS.iter().any(|name| place.has_name(name))
        && !place.meets(&[".*"])
}

fn closed(code: &'static str, reason: &'static str, remedy: &str) -> Closed {
    Closed { code, reason, remedy: remedy.to_owned() }
}

fn listed(roots: &[&str], readable: &[String]) -> String {
    let readable = readable.iter().map(String::as_str);
    roots.iter().copied().chain(readable).map(|root| format!("`{root}`")).collect::<Vec<_>>().join(", ")
}
