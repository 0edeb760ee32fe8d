//! Version 0.1 of the contract.

use std::collections::BTreeSet;

use wasmtime::Store;
use wasmtime::component::{HasSelf, Instance, InstancePre, Linker, Resource};

use super::{Contract, Hook, Hooks};
use crate::plugins::document::Handle;
use crate::plugins::sandbox::Sandbox;

mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "plugin",
        imports: { default: trappable },
        with: { "doorward:plugin/document.json": crate::plugins::document::Handle },
    });
}

use bindings::exports::doorward::plugin::{call_hook, lifecycle, list_hook, result_hook};
use doorward::plugin::types::{
    CallContext, Description, Finding, ListContext, ListVerdict, Outcome, ResultVerdict, Verdict,
};

pub(in crate::plugins) use bindings::doorward;

/// The version.
pub(super) struct V0_1;

/// What a component exports of it.
struct Exports {
    lifecycle: lifecycle::GuestIndices,
    call: Option<call_hook::GuestIndices>,
    result: Option<result_hook::GuestIndices>,
    list: Option<list_hook::GuestIndices>,
}

impl Contract for V0_1 {
    fn line(&self) -> &'static str {
        "0.1"
    }

    fn link(&self, linker: &mut Linker<Sandbox>) -> wasmtime::Result<()> {
        bindings::Plugin::add_to_linker::<_, HasSelf<_>>(linker, |sandbox| sandbox)
    }

    fn fit(&self, pre: &InstancePre<Sandbox>) -> wasmtime::Result<Box<dyn Hooks>> {
        let has = |hook: Hook| {
            let name = format!("doorward:plugin/{}@0.1.0", hook.interface());
            pre.component().get_export_index(None, &name).is_some()
        };
        Ok(Box::new(Exports {
            lifecycle: lifecycle::GuestIndices::new(pre)?,
            call: has(Hook::Call).then(|| call_hook::GuestIndices::new(pre)).transpose()?,
            result: has(Hook::Result).then(|| result_hook::GuestIndices::new(pre)).transpose()?,
            list: has(Hook::List).then(|| list_hook::GuestIndices::new(pre)).transpose()?,
        }))
    }
}

impl Hooks for Exports {
    fn exported(&self) -> BTreeSet<Hook> {
        let all = [
            (Hook::Call, self.call.is_some()),
            (Hook::Result, self.result.is_some()),
            (Hook::List, self.list.is_some()),
        ];
        all.into_iter().filter(|(_, exported)| *exported).map(|(hook, _)| hook).collect()
    }

    fn describe(&self, store: &mut Store<Sandbox>, instance: &Instance) -> wasmtime::Result<Description> {
        self.lifecycle.load(&mut *store, instance)?.call_describe(store)
    }

    fn configure(
        &self,
        store: &mut Store<Sandbox>,
        instance: &Instance,
        settings: &str,
    ) -> wasmtime::Result<Result<(), Vec<Finding>>> {
        self.lifecycle.load(&mut *store, instance)?.call_configure(store, settings)
    }

    fn check_call(
        &self,
        store: &mut Store<Sandbox>,
        instance: &Instance,
        context: &CallContext,
        arguments: Resource<Handle>,
    ) -> wasmtime::Result<Verdict> {
        let hook = self.call.as_ref().ok_or_else(|| unexported(Hook::Call))?;
        hook.load(&mut *store, instance)?.call_check_call(store, context, arguments)
    }

    fn check_result(
        &self,
        store: &mut Store<Sandbox>,
        instance: &Instance,
        (context, outcome): (&CallContext, Outcome),
        arguments: Resource<Handle>,
        reply: Resource<Handle>,
    ) -> wasmtime::Result<ResultVerdict> {
        let hook = self.result.as_ref().ok_or_else(|| unexported(Hook::Result))?;
        hook.load(&mut *store, instance)?.call_check_result(store, context, outcome, arguments, reply)
    }

    fn filter_item(
        &self,
        store: &mut Store<Sandbox>,
        instance: &Instance,
        context: &ListContext,
        item: Resource<Handle>,
    ) -> wasmtime::Result<ListVerdict> {
        let hook = self.list.as_ref().ok_or_else(|| unexported(Hook::List))?;
        hook.load(&mut *store, instance)?.call_filter_item(store, context, item)
    }
}

/// Whoever asks has asked first whether the hook is there.
fn unexported(hook: Hook) -> wasmtime::Error {
    wasmtime::Error::msg(format!("there is no `{}`", hook.interface()))
}
