//! What a server says of itself and of what it lists is read by people and by models. Characters that do not show hide orders
//! to a model from the person who approves a tool, so that they never reach a client; and what is named with them is not there.

use crate::call::{List, Target};
use crate::json::{Object, Value, is_visible};

/// What a server says of itself when a client connects.
const ITSELF: [&str; 2] = ["serverInfo", "instructions"];

/// Takes what does not show out of every list in a result, and out of what the server says of itself.
pub(super) fn clean(result: &mut Object) {
    let lists = [List::Tools, List::Resources, List::Templates, List::Prompts].map(List::member);
    for member in lists.into_iter().chain(ITSELF) {
        result.get_mut(member).into_iter().for_each(clean_value);
    }
}

/// Whether the name shows as it is. Methods have names of their own, which the protocol knows or not.
pub(super) fn is_legible(target: &Target) -> bool {
    match target {
        Target::Tool(name) | Target::Resource(name) | Target::Prompt(name) => name.chars().all(is_visible),
        Target::ServerRequest(_) | Target::Method(_) => true,
    }
}

fn clean_value(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(is_shown),
        Value::Array(elements) => elements.iter_mut().for_each(clean_value),
        Value::Object(members) => {
            if !members.names().all(|name| name.chars().all(is_shown)) {
                *members = renamed(std::mem::take(members));
            }
            members.values_mut().for_each(clean_value);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The same with legible names; of two that would have the same, the first.
fn renamed(members: Object) -> Object {
    let mut renamed = Object::new();
    for (mut name, value) in members {
        name.retain(is_shown);
        if renamed.get(&name).is_none() {
            renamed.insert(name, value);
        }
    }
    renamed
}

/// Texts have lines and columns.
fn is_shown(letter: char) -> bool {
    matches!(letter, '\n' | '\t') || is_visible(letter)
}
