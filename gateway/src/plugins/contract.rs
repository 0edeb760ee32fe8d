//! The gateway's side of the contract in `wit/`: one [`Contract`] for each version that is spoken, side by side. Which of
//! them a component gets is said by the version of what it exports.
//!
//! The words of the newest version are the words of this room; older versions translate theirs. A new version is a
//! folder in `wit/`, a module here, and a line in [`SPOKEN`].

mod v0_1;

use std::collections::BTreeSet;

use wasmtime::Store;
use wasmtime::component::{Instance, InstancePre, Linker, Resource};

use super::document::Handle;
use super::sandbox::Sandbox;

pub(super) use v0_1::doorward::plugin as words;
use words::types::{CallContext, Description, Finding, ListContext, ListVerdict, Outcome, ResultVerdict, Verdict};

/// The versions that are spoken.
pub(super) const SPOKEN: &[&dyn Contract] = &[&v0_1::V0_1];

/// What a plugin may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hook {
    /// Whether a call may go.
    Call,
    /// Whether a reply may be seen.
    Result,
    /// Whether an item may be listed.
    List,
}

/// A version of the contract.
pub(super) trait Contract: Send + Sync {
    /// The versions that are compatible with it, as `MAJOR.MINOR`.
    fn line(&self) -> &'static str;

    /// Links what it offers to plugins.
    fn link(&self, linker: &mut Linker<Sandbox>) -> wasmtime::Result<()>;

    /// Finds what a component exports of it.
    fn fit(&self, pre: &InstancePre<Sandbox>) -> wasmtime::Result<Box<dyn Hooks>>;
}

/// What a component exports of a version of the contract.
pub(super) trait Hooks: Send + Sync {
    /// The hooks that it has.
    fn exported(&self) -> BTreeSet<Hook>;

    /// What the plugin says of itself.
    fn describe(&self, store: &mut Store<Sandbox>, instance: &Instance) -> wasmtime::Result<Description>;

    /// Hands over the settings.
    fn configure(
        &self,
        store: &mut Store<Sandbox>,
        instance: &Instance,
        settings: &str,
    ) -> wasmtime::Result<Result<(), Vec<Finding>>>;

    /// Asks about a call.
    fn check_call(
        &self,
        store: &mut Store<Sandbox>,
        instance: &Instance,
        context: &CallContext,
        arguments: Resource<Handle>,
    ) -> wasmtime::Result<Verdict>;

    /// Asks about a reply.
    fn check_result(
        &self,
        store: &mut Store<Sandbox>,
        instance: &Instance,
        call: (&CallContext, Outcome),
        arguments: Resource<Handle>,
        reply: Resource<Handle>,
    ) -> wasmtime::Result<ResultVerdict>;

    /// Asks about a listed item.
    fn filter_item(
        &self,
        store: &mut Store<Sandbox>,
        instance: &Instance,
        context: &ListContext,
        item: Resource<Handle>,
    ) -> wasmtime::Result<ListVerdict>;
}

impl Hook {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Call, Self::Result, Self::List];

    /// The name of the interface.
    pub fn interface(self) -> &'static str {
        match self {
            Self::Call => "call-hook",
            Self::Result => "result-hook",
            Self::List => "list-hook",
        }
    }

    /// The word for metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Result => "result",
            Self::List => "list",
        }
    }
}
