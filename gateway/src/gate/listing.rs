//! Lists, as a caller may see them: a name is on the list if and only if a call of it can pass.

use crate::call::{List, Target};
use crate::json::{Object, Value};
use crate::mcp::Era;
use crate::policy::{self, Sight};

use super::legible::is_legible;
use super::{Seat, pinned};

/// Takes what the caller may not call off every list in a result. All else stays, `_meta` and unknown members too.
///
/// Whether a tool was among them that is not as it was approved: what was known of the tools is old then.
pub(super) fn filter(seat: &Seat, era: Era, result: &mut Object) -> bool {
    let (mut listed, mut changed) = (false, false);
    for list in [List::Tools, List::Resources, List::Templates, List::Prompts] {
        let Some(entries) = result.get_mut(list.member()).and_then(Value::as_array_mut) else { continue };
        entries.retain(|entry| {
            let shown = is_shown(seat, list, entry);
            let as_approved = !shown || list != List::Tools || is_as_approved(seat, entry);
            changed |= !as_approved;
            shown && as_approved
        });
        listed = true;
    }
    // What was made for one caller must not be kept for another.
    if listed && era == Era::Modern {
        result.insert("cacheScope", "private");
    }
    changed
}

fn is_as_approved(seat: &Seat, entry: &Value) -> bool {
    let definition = entry.as_object();
    definition.is_some_and(|definition| {
        definition.text("name").is_some_and(|name| pinned::may_be_listed(seat, name, definition))
    })
}

/// Whether the caller may know of a resource.
pub(super) fn is_resource_shown(seat: &Seat, uri: &str) -> bool {
    policy::sight(seat.policies(), &Target::Resource(uri.to_owned())) == Sight::Shown
}

fn is_shown(seat: &Seat, list: List, entry: &Value) -> bool {
    let target = entry.as_object().and_then(|entry| target_of(list, entry));
    target.is_some_and(|target| is_legible(&target) && policy::sight(seat.policies(), &target) == Sight::Shown)
}

/// What stands for every template.
pub(super) fn templates() -> Target {
    Target::Method(List::Templates.method().to_owned())
}

/// What a listed item is called by.
pub(super) fn target_of(list: List, entry: &Object) -> Option<Target> {
    let (key, target): (&str, fn(String) -> Target) = match list {
        List::Tools => ("name", Target::Tool),
        List::Resources => ("uri", Target::Resource),
        // What a template stands for is not known before it is filled in: it follows the default.
        List::Templates => ("uriTemplate", |_| templates()),
        List::Prompts => ("name", Target::Prompt),
    };
    entry.text(key).map(|name| target(name.to_owned()))
}
