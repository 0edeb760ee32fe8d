//! The hook on the way there: what a plugin says of a call.

use std::sync::Arc;
use std::time::Duration;

use super::contract::Hook;
use super::contract::words::types::{
    CallContext, Caller, Fact, MethodRef, PromptRef, ResourceRef, Target as Aim, ToolAnnotations, ToolRef,
    Verdict as Told,
};
use super::document::Paper;
use super::failure::malformed;
use super::finding::Finding;
use super::memory::{Draft, Memory};
use super::patches::Patches;
use super::plugin::{Heard, Plugin, Question};
use crate::call::{Call, Target, Verdict};
use crate::clock::Timestamp;
use crate::policy::Hints;

/// What a plugin may know of a call beside the call.
#[derive(Clone, Debug)]
pub struct Context {
    /// The gateway's id of the call, which the audit record carries.
    pub call_id: String,
    /// What the server says of the tool that is called.
    pub hints: Hints,
    /// The groups that the caller's proof carries.
    pub groups: Vec<String>,
    /// What the client program calls itself.
    pub client: Option<Arc<str>>,
    /// What the gateway remembers of the session: names, and JSON objects of keys and values; sorted by name.
    pub facts: Vec<(String, String)>,
    /// The time of the decision.
    pub now: Timestamp,
}

/// What a plugin said, and how long it took: the wait for a place included.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// What it said.
    pub opinion: Opinion,
    /// How long it took.
    pub took: Duration,
    /// How much memory its instance took, in bytes.
    pub taken: usize,
    /// What it wrote to its memory, which does not count yet.
    pub draft: Option<Draft>,
}

/// What a plugin says of a call. A plugin that fails says Deny.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// No objection.
    Allow,
    /// No objection to the call as patched.
    Modify(Patches),
    /// A person must say.
    Ask(Finding),
    /// It may not.
    Deny(Finding),
}

impl Plugin {
    /// Judges a call. A plugin that fails, in whatever way, denies. What it writes to its memory goes nowhere.
    pub async fn check(&self, call: &Arc<Call>, context: Context) -> Reviewed {
        self.judge(call, &context, None).await
    }

    /// Judges a call by what it remembers of the conversation too.
    pub async fn check_in(&self, call: &Arc<Call>, context: Context, memory: &Memory) -> Reviewed {
        self.judge(call, &context, Some(memory)).await
    }

    async fn judge(&self, call: &Arc<Call>, context: &Context, memory: Option<&Memory>) -> Reviewed {
        let told_of = told_of(call, context);
        let question = Question { call: Some(call), other: None, now: context.now, memory };
        let heard = self.ask(Hook::Call, &question, |store, instance| {
            let arguments = store.data_mut().root(Paper::Arguments)?;
            self.loaded.fitted.hooks.check_call(store, instance, &told_of, arguments)
        });
        let Heard { told, took, taken, draft } = heard.await;
        let read = |told| Opinion::read(told).inspect_err(|finding| self.spoke_out_of_form(finding));
        let opinion = told.and_then(read).unwrap_or_else(Opinion::Deny);
        Reviewed { opinion, took, taken, draft }
    }
}

impl Reviewed {
    /// The decision.
    pub fn verdict(&self) -> Verdict {
        match self.opinion {
            Opinion::Allow | Opinion::Modify(_) => Verdict::Allow,
            Opinion::Ask(_) => Verdict::Ask,
            Opinion::Deny(_) => Verdict::Deny,
        }
    }

    /// What went wrong, where it is not the plugin's own word.
    pub fn failure(&self) -> Option<&Finding> {
        self.finding().filter(|finding| finding.is_own())
    }

    /// Why, where it is not a yes.
    pub fn finding(&self) -> Option<&Finding> {
        match &self.opinion {
            Opinion::Allow | Opinion::Modify(_) => None,
            Opinion::Ask(finding) | Opinion::Deny(finding) => Some(finding),
        }
    }
}

impl Opinion {
    fn read(told: Told) -> Result<Self, Finding> {
        match told {
            Told::Allow => Ok(Self::Allow),
            Told::Deny(finding) => Finding::read(finding).map(Self::Deny).map_err(malformed),
            Told::Ask(finding) => Finding::read(finding).map(Self::Ask).map_err(malformed),
            Told::Modify(patches) => Patches::read(patches).map(Self::Modify).map_err(malformed),
        }
    }
}

/// The call in the contract's words. A grant is all that the gateway knows of a caller.
pub(super) fn told_of(call: &Call, context: &Context) -> CallContext {
    let Hints { read_only, destructive, idempotent, open_world } = context.hints;
    let client = context.client.as_deref().map(str::to_owned);
    CallContext {
        call_id: context.call_id.clone(),
        target: aim(call.server().as_str(), call.target()),
        annotations: ToolAnnotations { read_only, destructive, idempotent, open_world },
        caller: Caller { client, ..caller(call.caller().as_str(), &context.groups) },
        facts: context.facts.iter().map(fact).collect(),
        now: context.now.as_millis(),
    }
}

/// A target in the contract's words.
pub(super) fn aim(server: &str, target: &Target) -> Aim {
    let (server, name) = (server.to_owned(), target.name().to_owned());
    match target {
        Target::Tool(_) => Aim::Tool(ToolRef { server, tool: name }),
        Target::Resource(_) => Aim::Resource(ResourceRef { server, uri: name }),
        Target::Prompt(_) => Aim::Prompt(PromptRef { server, prompt: name }),
        Target::ServerRequest(_) | Target::Method(_) => Aim::Method(MethodRef { server, method: name }),
    }
}

/// A caller in the contract's words, with nothing of its client program.
pub(super) fn caller(name: &str, groups: &[String]) -> Caller {
    Caller { name: name.to_owned(), groups: groups.to_vec(), grant: name.to_owned(), client: None }
}

fn fact((name, value_json): &(String, String)) -> Fact {
    Fact { name: name.clone(), value_json: value_json.clone() }
}
