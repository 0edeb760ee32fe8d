//! Walks through the paths of one call. The first that may not be reached decides.

use crate::route::Route;
use crate::settings::Guard;
use doorward_plugin::arguments::Found;
use doorward_plugin::{Document, Finding, Value};

/// The most names in all paths of a call: each is held against all that are sensitive.
const MAX_NAMES: usize = 256;

pub(crate) fn check(guard: &Guard, call: &Document<'_>) -> Result<(), Finding> {
    let found = guard.arguments.of(call)?;
    if found.is_empty() {
        return Err(Finding::new("argument.missing", "none of the guarded arguments is in the call"));
    }
    let mut here = guard.base.clone();
    if let Some(cwd) = found.iter().find(|found| guard.cwd.as_ref() == Some(&found.pointer)) {
        here = Some(reach(guard, cwd, here.as_ref())?);
    }
    let mut names = 0;
    found.iter().try_for_each(|found| {
        names += reach(guard, found, here.as_ref())?.depth();
        match names <= MAX_NAMES {
            true => Ok(()),
            false => {
                Err(Finding::new("path.too-many", format!("the paths of the call have more than {MAX_NAMES} names"))
                    .instead("send fewer paths in one call"))
            }
        }
    })
}

/// Where the argument leads, if it may be reached.
fn reach(guard: &Guard, found: &Found<'_, usize>, here: Option<&Route>) -> Result<Route, Finding> {
    let Value::Text(text) = &found.value else {
        return Err(Finding::new("argument.type", "a guarded argument is not a string")
            .at(&found.pointer)
            .instead("send a string"));
    };
    let here = if guard.cwd.as_ref() == Some(&found.pointer) { guard.base.as_ref() } else { here };
    let reached = guard.reading.read(text, here).map_err(Finding::from).and_then(|route| {
        let territory = guard.territories.get(*found.role);
        let none = || Finding::new("path.outside", "nothing may be reached");
        territory.ok_or_else(none)?.check(&route, &guard.named)?;
        Ok(route)
    });
    reached.map_err(|finding| finding.at(&found.pointer))
}
