//! Several versions of the contract, side by side: which of them a component gets is said by what it exports.

use std::collections::BTreeSet;

use wasmtime::Store;
use wasmtime::component::{Instance, InstancePre, Linker, Resource};

use super::super::contract::words::types::{
    CallContext, Description as Told, Finding as ToldFinding, ListContext, ListVerdict, Outcome, ResultVerdict,
    Severity, Verdict as Word,
};
use super::super::contract::{Contract, Hooks, SPOKEN};
use super::super::document::Handle;
use super::super::sandbox::Sandbox;
use super::*;

mod bindings {
    // What the guest `newer` is built for: another version, with other functions.
    wasmtime::component::bindgen!({
        inline: "
            package doorward:plugin@0.2.0;
            interface lifecycle {
                describe: func() -> string;
            }
            interface call-hook {
                check-call: func(document: string) -> bool;
            }
            world validator {
                export lifecycle;
                export call-hook;
            }
        ",
    });
}

use bindings::exports::doorward::plugin::{call_hook, lifecycle};

/// A version of the contract that is not there yet, as one would be added.
struct V0_2;

struct Exports {
    lifecycle: lifecycle::GuestIndices,
    call: call_hook::GuestIndices,
}

impl Contract for V0_2 {
    fn line(&self) -> &'static str {
        "0.2"
    }

    fn link(&self, _: &mut Linker<Sandbox>) -> wasmtime::Result<()> {
        Ok(())
    }

    fn fit(&self, pre: &InstancePre<Sandbox>) -> wasmtime::Result<Box<dyn Hooks>> {
        let (lifecycle, call) = (lifecycle::GuestIndices::new(pre)?, call_hook::GuestIndices::new(pre)?);
        Ok(Box::new(Exports { lifecycle, call }))
    }
}

impl Hooks for Exports {
    fn exported(&self) -> BTreeSet<Hook> {
        BTreeSet::from([Hook::Call])
    }

    fn describe(&self, store: &mut Store<Sandbox>, instance: &Instance) -> wasmtime::Result<Told> {
        Ok(Told {
            name: self.lifecycle.load(&mut *store, instance)?.call_describe(store)?,
            version: String::new(),
            summary: String::new(),
            hooks: vec![],
            tools: vec![],
            settings_schema: None,
        })
    }

    fn configure(
        &self,
        _: &mut Store<Sandbox>,
        _: &Instance,
        _: &str,
    ) -> wasmtime::Result<Result<(), Vec<ToldFinding>>> {
        Ok(Ok(()))
    }

    fn check_call(
        &self,
        store: &mut Store<Sandbox>,
        instance: &Instance,
        context: &CallContext,
        _: Resource<Handle>,
    ) -> wasmtime::Result<Word> {
        if self.call.load(&mut *store, instance)?.call_check_call(store, &context.call_id)? {
            return Ok(Word::Allow);
        }
        let (code, reason) = ("no".to_owned(), "because".to_owned());
        Ok(Word::Deny(ToldFinding { code, reason, severity: Severity::Error, pointer: None, remediation: None }))
    }

    fn check_result(
        &self,
        _: &mut Store<Sandbox>,
        _: &Instance,
        _: (&CallContext, Outcome),
        _: Resource<Handle>,
        _: Resource<Handle>,
    ) -> wasmtime::Result<ResultVerdict> {
        Err(wasmtime::Error::msg("there is none"))
    }

    fn filter_item(
        &self,
        _: &mut Store<Sandbox>,
        _: &Instance,
        _: &ListContext,
        _: Resource<Handle>,
    ) -> wasmtime::Result<ListVerdict> {
        Err(wasmtime::Error::msg("there is none"))
    }
}

static BOTH: &[&dyn Contract] = &[SPOKEN[0], &V0_2];

#[tokio::test(flavor = "multi_thread")]
async fn two_versions_are_served_side_by_side() {
    let limits = Limits { deadline: Duration::from_secs(60), ..Limits::default() };
    let host = Host::build(BOTH, limits, Witness::Absent, None, Begins::AtSnapshots).unwrap();
    let newer = host.load("newer", &guest("newer"), b"{}").await.unwrap();
    let older = host.load("older", &guest("hostile"), b"\"allow\"").await.unwrap();
    for plugin in [newer, older] {
        assert_eq!(asked(&plugin).await.opinion, Opinion::Allow, "{plugin:?}");
    }
    // Who speaks the old one only says so.
    let faults = super::host().load("newer", &guest("newer"), b"{}").await.unwrap_err();
    assert_eq!(faults[0].code, "plugin.version");
    let faults = host.load("half", &guest("half"), b"{}").await.unwrap_err();
    assert_eq!(faults[0].code, "plugin.export");
}
