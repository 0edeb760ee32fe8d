//! What an author is shown of a run: the lines that the plugin wrote, and the places in its code where it fell.
//!
//! Operators have the log for the lines, and no use for the places, which cost more than a call. So a host looks at them only
//! where it was made for authors.

use std::sync::{Mutex, PoisonError};

use wasmtime::{Trap, WasmBacktrace};

use super::finding::shown;
use super::sandbox::Stop;

/// The longest name of a function or a file, in bytes.
const LONGEST: usize = 512;

/// The most places of one fall: functions that the compiler put into others count by themselves.
const PLACES: usize = 128;

/// What was seen of the runs since somebody last asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// What the plugin wrote: from where, and the line. Where it broke the calling convention, how.
    pub lines: Vec<(&'static str, String)>,
    /// Where it was in its own code when it was stopped, innermost first.
    pub places: Vec<Place>,
    /// The most memory that an instance had, in bytes.
    pub memory: usize,
}

/// A place in a plugin's code, as far as the component tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The function.
    pub function: Option<String>,
    /// The file and the line.
    pub line: Option<(String, u32)>,
}

/// Who sees it.
#[derive(Debug)]
pub(super) enum Witness {
    /// Nobody: a gateway's operators.
    Absent,
    /// An author.
    Present(Mutex<Seen>),
}

impl Witness {
    /// Tells of a run that is over.
    pub(super) fn tell(&self, lines: &[(&'static str, String)], fall: Option<&wasmtime::Error>, memory: usize) {
        let Self::Present(seen) = self else { return };
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.lines.extend_from_slice(lines);
        seen.places.extend(fall.map(places).unwrap_or_default());
        let breach = fall.filter(|error| !error.is::<Stop>() && !error.is::<Trap>());
        seen.lines.extend(breach.map(|error| ("breach", shown(&error.root_cause().to_string(), LONGEST))));
        seen.memory = seen.memory.max(memory);
    }

    /// What was seen, which is then forgotten.
    pub(super) fn ask(&self) -> Seen {
        match self {
            Self::Absent => Seen::default(),
            Self::Present(seen) => std::mem::take(&mut seen.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }
}

/// Where a plugin was, innermost first.
fn places(error: &wasmtime::Error) -> Vec<Place> {
    let Some(trace) = error.downcast_ref::<WasmBacktrace>() else { return Vec::new() };
    let function = |name: &str| shown(name, LONGEST);
    let places = trace.frames().iter().flat_map(|frame| {
        let named = frame.func_name().map(function);
        let symbols = frame.symbols().iter().map(move |symbol| Place {
            function: symbol.name().map(function),
            line: symbol.file().map(|file| shown(file, LONGEST)).zip(symbol.line()),
        });
        let bare = frame.symbols().is_empty().then_some(Place { function: named, line: None });
        symbols.chain(bare)
    });
    places.take(PLACES).collect()
}
