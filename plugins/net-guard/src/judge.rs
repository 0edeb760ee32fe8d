//! Walks through the targets of one call. The first that may not be reached decides.

use crate::settings::Guard;
use crate::target;
use doorward_plugin::{Document, Finding};

pub(crate) fn check(guard: &Guard, call: &Document<'_>) -> Result<(), Finding> {
    let found = guard.arguments.of(call)?;
    if found.is_empty() {
        return Err(Finding::new("argument.missing", "none of the guarded arguments is in the call"));
    }
    found.iter().try_for_each(|found| {
        let none = || Finding::new("host.outside", "nothing may be reached");
        let judged = guard.scopes.get(*found.role).ok_or_else(none);
        let judged = judged.and_then(|(kind, scope)| target::check(*kind, scope, &found.value));
        judged.map_err(|finding| finding.at(&found.pointer))
    })
}
