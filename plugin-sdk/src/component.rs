//! The plugin's side of the contract: generated bindings, and their translation into the words of this crate.
//!
//! Only compiled for Wasm, and only [`export!`](crate::export) uses it.

use crate::document::{self, Document};
use crate::log::Level;
use crate::memory::Full;
use crate::{Annotations, Call, Caller, Listing, Outcome, Reply, Severity, Target, Validator};
use std::sync::OnceLock;

/// The words of the contract, and what every plugin exports.
#[expect(missing_docs, reason = "generated: the component model's calling convention")]
pub mod bindings {
    wit_bindgen::generate!({
        inline: "
            package doorward:sdk-lifecycle;
            world with-lifecycle {
                import doorward:plugin/document@0.1.0;
                import doorward:plugin/log@0.1.0;
                import doorward:plugin/memory@0.1.0;
                export doorward:plugin/lifecycle@0.1.0;
            }
        ",
        path: "../wit",
        world: "doorward:sdk-lifecycle/with-lifecycle",
        generate_all,
        pub_export_macro: true,
        export_macro_name: "export_lifecycle",
        default_bindings_module: "doorward_plugin::component::bindings",
    });
}

/// The hook `call`.
#[expect(missing_docs, reason = "generated: the component model's calling convention")]
pub mod call_bindings {
    wit_bindgen::generate!({
        inline: "
            package doorward:sdk-call;
            world with-call { export doorward:plugin/call-hook@0.1.0; }
        ",
        path: "../wit",
        world: "doorward:sdk-call/with-call",
        with: {
            "doorward:plugin/types@0.1.0": crate::component::bindings::doorward::plugin::types,
            "doorward:plugin/document@0.1.0": crate::component::bindings::doorward::plugin::document,
            "doorward:plugin/call-hook@0.1.0": generate,
        },
        pub_export_macro: true,
        export_macro_name: "export_call",
        default_bindings_module: "doorward_plugin::component::call_bindings",
    });
}

/// The hook `result`.
#[expect(missing_docs, reason = "generated: the component model's calling convention")]
pub mod result_bindings {
    wit_bindgen::generate!({
        inline: "
            package doorward:sdk-result;
            world with-result { export doorward:plugin/result-hook@0.1.0; }
        ",
        path: "../wit",
        world: "doorward:sdk-result/with-result",
        with: {
            "doorward:plugin/types@0.1.0": crate::component::bindings::doorward::plugin::types,
            "doorward:plugin/document@0.1.0": crate::component::bindings::doorward::plugin::document,
            "doorward:plugin/result-hook@0.1.0": generate,
        },
        pub_export_macro: true,
        export_macro_name: "export_result",
        default_bindings_module: "doorward_plugin::component::result_bindings",
    });
}

/// The hook `list`.
#[expect(missing_docs, reason = "generated: the component model's calling convention")]
pub mod list_bindings {
    wit_bindgen::generate!({
        inline: "
            package doorward:sdk-list;
            world with-list { export doorward:plugin/list-hook@0.1.0; }
        ",
        path: "../wit",
        world: "doorward:sdk-list/with-list",
        with: {
            "doorward:plugin/types@0.1.0": crate::component::bindings::doorward::plugin::types,
            "doorward:plugin/document@0.1.0": crate::component::bindings::doorward::plugin::document,
            "doorward:plugin/list-hook@0.1.0": generate,
        },
        pub_export_macro: true,
        export_macro_name: "export_list",
        default_bindings_module: "doorward_plugin::component::list_bindings",
    });
}

use bindings::doorward::plugin::{document as wire_document, log as wire_log, memory as wire_memory, types as wire};
pub use bindings::exports::doorward::plugin::lifecycle;
pub use call_bindings::exports::doorward::plugin::call_hook;
pub use list_bindings::exports::doorward::plugin::list_hook;
pub use result_bindings::exports::doorward::plugin::result_hook;
pub use wire::{
    CallContext, Description as PluginDescription, Finding, ListContext, ListVerdict, Outcome as WireOutcome,
    ResultVerdict, Verdict,
};

pub fn describe<V: Validator>(hooks: &[&str]) -> PluginDescription {
    let described = V::describe();
    PluginDescription {
        name: described.name,
        version: described.version,
        summary: described.summary,
        hooks: hooks.iter().map(|hook| (*hook).to_owned()).collect(),
        tools: described.tools,
        settings_schema: described.settings_schema,
    }
}

pub fn configure<V: Validator>(configured: &OnceLock<V>, settings: &str) -> Result<(), Vec<Finding>> {
    let validator = V::from_json(settings).map_err(|findings| findings.into_iter().map(finding).collect::<Vec<_>>())?;
    configured
        .set(validator)
        .map_err(|_| vec![finding(crate::Finding::new("settings.twice", "the plugin is configured already"))])
}

pub fn check_call<V: Validator>(
    configured: &OnceLock<V>,
    context: CallContext,
    arguments: &wire_document::Json,
) -> Verdict {
    let Some(validator) = configured.get() else { return Verdict::Deny(unconfigured()) };
    verdict(validator.check_call(&call(context), &Document::new(Json::Lent(arguments))))
}

pub fn check_result<V: Validator>(
    configured: &OnceLock<V>,
    context: CallContext,
    outcome: WireOutcome,
    arguments: &wire_document::Json,
    reply: &wire_document::Json,
) -> ResultVerdict {
    let Some(validator) = configured.get() else { return ResultVerdict::Refuse(unconfigured()) };
    let outcome = match outcome {
        WireOutcome::Result => Outcome::Result,
        WireOutcome::Error => Outcome::Error,
    };
    let reply = Reply { outcome, document: Document::new(Json::Lent(reply)) };
    match validator.check_result(&call(context), &Document::new(Json::Lent(arguments)), &reply) {
        crate::ResultVerdict::Pass => ResultVerdict::Pass,
        crate::ResultVerdict::Redact(found) => ResultVerdict::Redact(patches(found)),
        crate::ResultVerdict::Refuse(found) => ResultVerdict::Refuse(finding(found)),
    }
}

pub fn filter_item<V: Validator>(
    configured: &OnceLock<V>,
    context: ListContext,
    item: &wire_document::Json,
) -> ListVerdict {
    let Some(validator) = configured.get() else { return ListVerdict::Hide };
    let listing = Listing { target: target(context.target), caller: caller(context.caller) };
    match validator.filter_item(&listing, &Document::new(Json::Lent(item))) {
        crate::ListVerdict::Keep => ListVerdict::Keep,
        crate::ListVerdict::Hide => ListVerdict::Hide,
        crate::ListVerdict::Rewrite(found) => ListVerdict::Rewrite(patches(found)),
    }
}

pub(crate) fn recall(key: &str) -> Option<Vec<u8>> {
    wire_memory::get(key)
}

pub(crate) fn remember(key: &str, value: &[u8]) -> Result<(), Full> {
    wire_memory::set(key, value).map_err(|full| Full { free: full.free })
}

pub(crate) fn forget(key: &str) {
    wire_memory::delete(key);
}

pub(crate) fn write(level: Level, message: &str) {
    let level = match level {
        Level::Debug => wire_log::Level::Debug,
        Level::Info => wire_log::Level::Info,
        Level::Warn => wire_log::Level::Warn,
    };
    wire_log::write(level, message);
}

/// A handle to a value: the root is lent by the gateway, the pieces are the plugin's own.
#[derive(Debug)]
pub enum Json<'a> {
    Lent(&'a wire_document::Json),
    Own(wire_document::Json),
}

impl Json<'_> {
    fn handle(&self) -> &wire_document::Json {
        match self {
            Self::Lent(json) => json,
            Self::Own(json) => json,
        }
    }

    pub(crate) fn kind(&self) -> document::Kind {
        match self.handle().kind() {
            wire_document::Kind::Null => document::Kind::Null,
            wire_document::Kind::Boolean => document::Kind::Boolean,
            wire_document::Kind::Number => document::Kind::Number,
            wire_document::Kind::Text => document::Kind::Text,
            wire_document::Kind::Array => document::Kind::Array,
            wire_document::Kind::Object => document::Kind::Object,
        }
    }

    pub(crate) fn value(&self) -> document::Value {
        value(self.handle().value())
    }

    pub(crate) fn len(&self) -> u32 {
        self.handle().len()
    }

    pub(crate) fn at(&self, pointer: &str) -> Option<Json<'_>> {
        self.handle().get(pointer).map(Json::Own)
    }

    pub(crate) fn keys(&self, max: u32) -> Result<Vec<String>, document::TooMany> {
        self.handle().keys(max).map_err(too_many)
    }

    pub(crate) fn select(&self, pointers: &[&str]) -> Vec<Option<document::Value>> {
        let pointers: Vec<String> = pointers.iter().map(|pointer| (*pointer).to_owned()).collect();
        self.handle().select(&pointers).into_iter().map(|found| found.map(value)).collect()
    }

    pub(crate) fn strings(&self, max: u32) -> Result<Vec<document::Leaf>, document::TooMany> {
        let leaves = self.handle().strings(max).map_err(too_many)?;
        Ok(leaves.into_iter().map(leaf).collect())
    }

    pub(crate) fn raw(&self) -> String {
        self.handle().raw()
    }
}

fn value(value: wire_document::Value) -> document::Value {
    match value {
        wire_document::Value::Null => document::Value::Null,
        wire_document::Value::Boolean(value) => document::Value::Boolean(value),
        wire_document::Value::Number(text) => document::Value::Number(text),
        wire_document::Value::Text(text) => document::Value::Text(text),
        wire_document::Value::Array(len) => document::Value::Array(len),
        wire_document::Value::Object(len) => document::Value::Object(len),
    }
}

fn leaf(leaf: wire_document::Leaf) -> document::Leaf {
    document::Leaf {
        pointer: leaf.pointer,
        side: match leaf.side {
            wire_document::Side::Key => document::Side::Key,
            wire_document::Side::Value => document::Side::Value,
        },
        text: leaf.text,
    }
}

fn too_many(too_many: wire_document::TooMany) -> document::TooMany {
    document::TooMany { found: too_many.found }
}

fn call(context: CallContext) -> Call {
    let CallContext { call_id, target: aim, annotations, caller: who, facts, now } = context;
    Call {
        id: call_id,
        target: target(aim),
        annotations: Annotations {
            read_only: annotations.read_only,
            destructive: annotations.destructive,
            idempotent: annotations.idempotent,
            open_world: annotations.open_world,
        },
        caller: caller(who),
        facts: facts.into_iter().map(|fact| (fact.name, fact.value_json)).collect(),
        now,
    }
}

fn target(target: wire::Target) -> Target {
    match target {
        wire::Target::Tool(wire::ToolRef { server, tool }) => Target::Tool { server, tool },
        wire::Target::Resource(wire::ResourceRef { server, uri }) => Target::Resource { server, uri },
        wire::Target::Prompt(wire::PromptRef { server, prompt }) => Target::Prompt { server, prompt },
        wire::Target::Method(wire::MethodRef { server, method }) => Target::Method { server, method },
    }
}

fn caller(caller: wire::Caller) -> Caller {
    Caller { name: caller.name, groups: caller.groups, grant: caller.grant, client: caller.client }
}

fn verdict(verdict: crate::Verdict) -> Verdict {
    match verdict {
        crate::Verdict::Allow => Verdict::Allow,
        crate::Verdict::Deny(found) => Verdict::Deny(finding(found)),
        crate::Verdict::Ask(found) => Verdict::Ask(finding(found)),
        crate::Verdict::Modify(found) => Verdict::Modify(patches(found)),
    }
}

fn patches(patches: Vec<crate::Patch>) -> Vec<wire::Patch> {
    patches.into_iter().map(|patch| wire::Patch { pointer: patch.pointer, value_json: patch.value_json }).collect()
}

fn unconfigured() -> Finding {
    finding(crate::Finding::new("settings.missing", "the plugin is not configured"))
}

fn finding(found: crate::Finding) -> Finding {
    Finding {
        code: found.code,
        reason: found.reason,
        severity: match found.severity {
            Severity::Info => wire::Severity::Info,
            Severity::Warning => wire::Severity::Warning,
            Severity::Error => wire::Severity::Error,
        },
        pointer: found.pointer,
        remediation: found.remediation,
    }
}
