//! The hooks on the way back: what a plugin says of a reply, and of what a server lists.

use std::sync::Arc;
use std::time::Duration;

use super::contract::Hook;
use super::contract::words::types::{ListContext, ListVerdict, Outcome, ResultVerdict};
use super::document::Paper;
use super::failure::malformed;
use super::finding::Finding;
use super::memory::{Draft, Memory};
use super::patches::Patches;
use super::plugin::{Heard, Plugin, Question};
use super::review::{Context, aim, caller, told_of};
use crate::call::{Call, Caller, ServerName, Target, Verdict};
use crate::clock::Timestamp;
use crate::json::Object;

/// How a server answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// With a result.
    Result,
    /// With an error of JSON-RPC.
    Error,
}

/// What a plugin said of a reply.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// What it said.
    pub opinion: Inspection,
    /// How long it took.
    pub took: Duration,
    /// How much memory its instance took, in bytes.
    pub taken: usize,
    /// What it wrote to its memory, which does not count yet.
    pub draft: Option<Draft>,
}

/// What a plugin says of a reply. A plugin that fails says Refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inspection {
    /// No objection.
    Pass,
    /// No objection to the reply as patched.
    Redact(Patches),
    /// The agent must not see it.
    Refuse(Finding),
}

/// What a plugin said of a listed item.
#[derive(Clone, Debug)]
pub struct Filtered {
    /// What it said.
    pub opinion: Curation,
    /// How long it took.
    pub took: Duration,
    /// How much memory its instance took, in bytes.
    pub taken: usize,
}

/// What a plugin says of a listed item. A plugin that fails says Hide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Curation {
    /// No objection.
    Keep,
    /// No objection to the item with other words.
    Rewrite(Patches),
    /// The caller must not know of it; with what went wrong, if that is why.
    Hide(Option<Finding>),
}

/// Who lists, and where.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'r> {
    /// Who.
    pub caller: &'r Caller,
    /// The groups that the caller's proof carries.
    pub groups: &'r [String],
    /// Of which server.
    pub server: &'r ServerName,
}

impl Plugin {
    /// Judges a reply. A plugin that fails, in whatever way, refuses it.
    pub async fn inspect(
        &self,
        call: &Arc<Call>,
        context: &Context,
        (answered, reply): (Answered, &Arc<Object>),
        memory: Option<&Memory>,
    ) -> Inspected {
        let told_of = told_of(call, context);
        let outcome = match answered {
            Answered::Result => Outcome::Result,
            Answered::Error => Outcome::Error,
        };
        let question = Question { call: Some(call), other: Some(reply), now: context.now, memory };
        let heard = self.ask(Hook::Result, &question, |store, instance| {
            let arguments = store.data_mut().root(Paper::Arguments)?;
            let reply = store.data_mut().root(Paper::Other)?;
            self.loaded.fitted.hooks.check_result(store, instance, (&told_of, outcome), arguments, reply)
        });
        let Heard { told, took, taken, draft } = heard.await;
        let read = |told| Inspection::read(told).inspect_err(|finding| self.spoke_out_of_form(finding));
        let opinion = told.and_then(read).unwrap_or_else(Inspection::Refuse);
        Inspected { opinion, took, taken, draft }
    }

    /// Judges an item that a server lists. A plugin that fails, in whatever way, hides it.
    pub async fn filter(&self, reader: &Reader<'_>, target: &Target, item: &Arc<Object>) -> Filtered {
        let context = ListContext {
            target: aim(reader.server.as_str(), target),
            caller: caller(reader.caller.as_str(), reader.groups),
        };
        // The same every time: there is no time in it.
        let now = Timestamp::from_millis(0);
        let question = Question { call: None, other: Some(item), now, memory: None };
        let heard = self.ask(Hook::List, &question, |store, instance| {
            // What is kept for an item must not turn on what was remembered of a conversation.
            store.data_mut().desk = None;
            let item = store.data_mut().root(Paper::Other)?;
            self.loaded.fitted.hooks.filter_item(store, instance, &context, item)
        });
        let read = |told| Curation::read(told).inspect_err(|finding| self.spoke_out_of_form(finding));
        let Heard { told, took, taken, .. } = heard.await;
        let opinion = told.and_then(read).unwrap_or_else(|finding| Curation::Hide(Some(finding)));
        Filtered { opinion, took, taken }
    }
}

impl Inspected {
    /// The decision, in the words of the record.
    pub fn verdict(&self) -> Verdict {
        match self.opinion {
            Inspection::Pass | Inspection::Redact(_) => Verdict::Allow,
            Inspection::Refuse(_) => Verdict::Deny,
        }
    }

    /// What went wrong, where it is not the plugin's own word.
    pub fn failure(&self) -> Option<&Finding> {
        match &self.opinion {
            Inspection::Refuse(finding) if finding.is_own() => Some(finding),
            Inspection::Pass | Inspection::Redact(_) | Inspection::Refuse(_) => None,
        }
    }
}

impl Inspection {
    fn read(told: ResultVerdict) -> Result<Self, Finding> {
        match told {
            ResultVerdict::Pass => Ok(Self::Pass),
            ResultVerdict::Redact(patches) if patches.is_empty() => Ok(Self::Pass),
            ResultVerdict::Redact(patches) => Patches::read(patches).map(Self::Redact).map_err(malformed),
            ResultVerdict::Refuse(finding) => Finding::read(finding).map(Self::Refuse).map_err(malformed),
        }
    }
}

impl Curation {
    fn read(told: ListVerdict) -> Result<Self, Finding> {
        let patches = match told {
            ListVerdict::Keep => return Ok(Self::Keep),
            ListVerdict::Hide => return Ok(Self::Hide(None)),
            ListVerdict::Rewrite(patches) => Patches::read(patches).map_err(malformed)?,
        };
        if patches.places().any(|(pointer, is_text)| !is_text || !is_for_people(pointer)) {
            return Err(malformed("a patch of what is more than a description or a title"));
        }
        Ok(Self::Rewrite(patches))
    }
}

/// Whether a place in an item holds a description or a title, which programs do not go by.
fn is_for_people(pointer: &str) -> bool {
    let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
    match tokens.as_slice() {
        [word] | ["annotations", word] => is_word(word),
        ["arguments", place, word] => is_place(place) && is_word(word),
        ["inputSchema" | "outputSchema", rest @ ..] => is_for_people_in_schema(rest),
        _ => false,
    }
}

/// The same within a JSON Schema, in which a property may be called `description`.
fn is_for_people_in_schema(tokens: &[&str]) -> bool {
    match tokens {
        [word] => is_word(word),
        ["properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas", _, rest @ ..]
        | [
            "items"
            | "additionalProperties"
            | "unevaluatedProperties"
            | "unevaluatedItems"
            | "contains"
            | "not"
            | "if"
            | "then"
            | "else",
            rest @ ..,
        ] => is_for_people_in_schema(rest),
        ["allOf" | "anyOf" | "oneOf" | "prefixItems", place, rest @ ..] => {
            is_place(place) && is_for_people_in_schema(rest)
        }
        _ => false,
    }
}

fn is_word(token: &str) -> bool {
    matches!(token, "description" | "title")
}

fn is_place(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_there_for_people_may_be_rewritten() {
        for (pointer, may) in [
            ("/description", true),
            ("/title", true),
            ("/annotations/title", true),
            ("/arguments/0/description", true),
            ("/inputSchema/description", true),
            ("/inputSchema/properties/path/description", true),
            ("/inputSchema/properties/description/description", true),
            ("/inputSchema/properties/a/items/anyOf/1/title", true),
            ("/outputSchema/$defs/a/description", true),
            ("", false),
            ("/name", false),
            ("/uri", false),
            ("/annotations/readOnlyHint", false),
            ("/inputSchema", false),
            ("/inputSchema/properties/description", false),
            ("/inputSchema/properties/title", false),
            ("/inputSchema/properties/a/default/description", false),
            ("/inputSchema/properties/a/enum/0", false),
            ("/inputSchema/properties/a/const/title", false),
            ("/_meta/description", false),
            ("/arguments/x/description", false),
            ("/arguments/0/name", false),
        ] {
            assert_eq!(is_for_people(pointer), may, "{pointer}");
        }
    }
}
