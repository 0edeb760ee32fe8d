//! Walks through the targets of one call. The first that may not be reached decides.

use crate::settings::Guard;
use crate::target;
use doorward_plugin::{Document, Finding, Value};

/// The most targets of a call, and the most bytes that they have together.
const MAX_TARGETS: usize = 128;
const MAX_BYTES: usize = 16 << 10;

pub(crate) fn check(guard: &Guard, call: &Document<'_>) -> Result<(), Finding> {
    let found = guard.arguments.of(call)?;
    if found.is_empty() {
        return Err(Finding::new("argument.missing", "none of the guarded arguments is in the call"));
    }
    let bytes: usize =
        found.iter().map(|found| if let Value::Text(text) = &found.value { text.len() } else { 0 }).sum();
    if found.len() > MAX_TARGETS || bytes > MAX_BYTES {
        let reason =
            format!("the call names more than {MAX_TARGETS} targets, or they have more than {MAX_BYTES} bytes");
        return Err(Finding::new("target.too-many", reason).instead("send fewer in one call"));
    }
    found.iter().try_for_each(|found| {
        let none = || Finding::new("host.outside", "nothing may be reached");
        let judged = guard.scopes.get(*found.role).ok_or_else(none);
        let judged = judged.and_then(|(kind, scope)| target::check(*kind, scope, &found.value));
        judged.map_err(|finding| finding.at(&found.pointer))
    })
}
