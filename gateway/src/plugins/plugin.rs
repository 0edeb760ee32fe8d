//! A plugin with its settings, and how it judges a call: a fresh instance, configured, asked, thrown away.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::SemaphorePermit;
use tokio::task::block_in_place;
use tokio::time::timeout;

use super::Description;
use super::contract::v0_1::doorward::plugin::types::{
    CallContext, Caller, Fact, MethodRef, Patch, PromptRef, ResourceRef, Target as Aim, ToolAnnotations, ToolRef,
    Verdict as Told,
};
use super::failure::{TIMEOUT, contained, malformed};
use super::fault::LoadFault;
use super::finding::{Finding, is_pointer};
use super::house::{House, Loaded, Time};
use crate::call::{Call, Target, Verdict};
use crate::clock::{Stopwatch, Timestamp};
use crate::secret::Digest;

/// How long a plugin may take at load, to say what it is and to read its settings.
pub(super) const AT_LOAD: Duration = Duration::from_secs(1);

/// A component with the settings that one policy gives it.
pub struct Plugin {
    pub(super) name: Arc<str>,
    pub(super) settings: Box<str>,
    pub(super) loaded: Arc<Loaded>,
    pub(super) house: Arc<House>,
}

/// What a plugin may know of a call beside the call.
#[derive(Clone, Debug)]
pub struct Context {
    /// The gateway's id of the call, which the audit record carries.
    pub call_id: String,
    /// The groups that the caller's proof carries.
    pub groups: Vec<String>,
    /// What the gateway remembers of the session: names, and JSON objects of keys and values; sorted by name.
    pub facts: Vec<(String, String)>,
    /// The time of the decision.
    pub now: Timestamp,
}

/// What a plugin said, and how long it took: the wait for a place included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewed {
    /// What it said.
    pub opinion: Opinion,
    /// How long it took.
    pub took: Duration,
}

/// What a plugin says of a call. A plugin that fails says Deny.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// No objection.
    Allow,
    /// A person must say.
    Ask(Finding),
    /// It may not.
    Deny(Finding),
}

impl Plugin {
    /// What the policy calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The SHA-256 of the component.
    pub fn digest(&self) -> Digest {
        self.loaded.digest
    }

    /// What it says of itself.
    pub fn description(&self) -> &Description {
        &self.loaded.description
    }

    /// Judges a call. A plugin that fails, in whatever way, denies. It answers within twice the deadline: one for the wait for
    /// a place, one for the run.
    ///
    /// Nothing is kept from one run to the next, and nothing shows how often a call was begun. So a plugin has a moment on
    /// this thread first, which is all that most need, and only one that needs longer begins again apart from others.
    pub async fn check(&self, call: &Arc<Call>, context: Context) -> Reviewed {
        let watch = Stopwatch::start();
        let judged = match self.judge_in_a_moment(call, &context) {
            Some(judged) => judged,
            None => self.judge_apart(call, &context).await,
        };
        let reviewed = Reviewed { opinion: judged.unwrap_or_else(Opinion::Deny), took: watch.elapsed() };
        if let Some(failure) = reviewed.failure() {
            tracing::warn!(plugin = &*self.name, code = &*failure.code, reason = failure.reason, "a plugin failed");
        }
        reviewed
    }

    /// Has a fresh instance read the settings: at load, to know what is wrong with them.
    pub(super) fn configure(&self) -> Result<(), Vec<LoadFault>> {
        let failed = |finding: Finding| vec![LoadFault::from(finding)];
        let configured = contained(|| {
            self.house.run(&self.name, Time::Whole(AT_LOAD), |store| {
                let instance = self.loaded.pre.instantiate(&mut *store)?;
                instance.doorward_plugin_lifecycle().call_configure(store, &self.settings)
            })
        });
        configured.map_err(failed)?.map_err(LoadFault::settings)
    }

    /// What the plugin says at once. There is no answer where it takes longer, or all places are taken.
    fn judge_in_a_moment(&self, call: &Arc<Call>, context: &Context) -> Option<Result<Opinion, Finding>> {
        if !self.loaded.pace.is_worth_a_moment() {
            return None;
        }
        let _place = self.house.places.try_acquire().ok()?;
        let judged = contained(|| self.judge(Time::Moment, call, context));
        if matches!(&judged, Err(finding) if finding.code == TIMEOUT) {
            self.loaded.pace.was_slow();
            return None;
        }
        self.loaded.pace.was_quick();
        Some(judged)
    }

    /// What the plugin says when it has all of its time. Others on this thread are taken over by another; dropping the
    /// future does not interrupt it.
    async fn judge_apart(&self, call: &Arc<Call>, context: &Context) -> Result<Opinion, Finding> {
        let deadline = self.house.limits.deadline;
        match timeout(deadline, self.place()).await {
            Ok(Some(_places)) => aside(|| contained(|| self.judge(Time::Whole(deadline), call, context))),
            Ok(None) | Err(_) => Err(Finding::busy(deadline)),
        }
    }

    /// A place in the house and one among the calls of this component.
    async fn place(&self) -> Option<(SemaphorePermit<'_>, SemaphorePermit<'_>)> {
        let own = self.loaded.places.acquire().await.ok()?;
        Some((own, self.house.places.acquire().await.ok()?))
    }

    fn judge(&self, time: Time, call: &Arc<Call>, context: &Context) -> Result<Opinion, Finding> {
        let told = self.house.run(&self.name, time, |store| {
            let instance = self.loaded.pre.instantiate(&mut *store)?;
            let configured = instance.doorward_plugin_lifecycle().call_configure(&mut *store, &self.settings)?;
            if configured.is_err() {
                return Ok(None);
            }
            store.data_mut().lend(call, context.now);
            let arguments = store.data_mut().root()?;
            let context = told_of(call, context);
            instance.doorward_plugin_call_hook().call_check_call(store, &context, arguments).map(Some)
        })?;
        match told {
            Some(told) => Opinion::read(told),
            None => Err(Finding::own("plugin.settings", "the plugin refused settings that it took when it was loaded")),
        }
    }
}

impl Reviewed {
    /// The decision.
    pub fn verdict(&self) -> Verdict {
        match self.opinion {
            Opinion::Allow => Verdict::Allow,
            Opinion::Ask(_) => Verdict::Ask,
            Opinion::Deny(_) => Verdict::Deny,
        }
    }

    /// What went wrong, where it is not the plugin's own word.
    pub fn failure(&self) -> Option<&Finding> {
        self.finding().filter(|finding| finding.code.starts_with("plugin."))
    }

    /// Why, where it is not a yes.
    pub fn finding(&self) -> Option<&Finding> {
        match &self.opinion {
            Opinion::Allow => None,
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
            Told::Modify(patches) => Err(no_patches(&patches)),
        }
    }
}

/// Patches would have to be judged again from the start, by every rule and plugin; until the gate does that, they are a no.
fn no_patches(patches: &[Patch]) -> Finding {
    if patches.iter().any(|patch| !is_pointer(&patch.pointer)) {
        return malformed("a patch whose pointer is not a JSON pointer of at most 1 KiB");
    }
    let reason =
        format!("the plugin wants to change the call in {} places, which this gateway cannot do", patches.len());
    Finding::own("plugin.unsupported-verdict", reason)
}

/// Runs `work` on this thread, and has another one take over its tasks meanwhile: a plugin may use up its deadline.
fn aside<T>(work: impl FnOnce() -> T) -> T {
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::MultiThread => block_in_place(work),
        _ => work(),
    }
}

/// The call in the contract's words. A grant is all that the gateway knows of a caller, and it knows no hints of the server here.
fn told_of(call: &Call, context: &Context) -> CallContext {
    let server = call.server().as_str().to_owned();
    let name = call.target().name().to_owned();
    let caller = call.caller().as_str();
    CallContext {
        call_id: context.call_id.clone(),
        target: match call.target() {
            Target::Tool(_) => Aim::Tool(ToolRef { server, tool: name }),
            Target::Resource(_) => Aim::Resource(ResourceRef { server, uri: name }),
            Target::Prompt(_) => Aim::Prompt(PromptRef { server, prompt: name }),
            Target::ServerRequest(_) | Target::Method(_) => Aim::Method(MethodRef { server, method: name }),
        },
        annotations: ToolAnnotations { read_only: None, destructive: None, idempotent: None, open_world: None },
        caller: Caller {
            name: caller.to_owned(),
            groups: context.groups.clone(),
            grant: caller.to_owned(),
            client: None,
        },
        facts: context.facts.iter().map(fact).collect(),
        now: context.now.as_millis(),
    }
}

fn fact((name, value_json): &(String, String)) -> Fact {
    Fact { name: name.clone(), value_json: value_json.clone() }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin").field("name", &self.name).field("digest", &self.digest()).finish_non_exhaustive()
    }
}
