//! A plugin that says it has a hook which it has not.

mod bindings {
    wit_bindgen::generate!({ path: "../../../wit", world: "validator" });
}

use bindings::exports::doorward::plugin::{call_hook, lifecycle};

struct Liar;

impl lifecycle::Guest for Liar {
    fn describe() -> lifecycle::Description {
        lifecycle::Description {
            name: "liar".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "looks at replies, or so it says".to_owned(),
            hooks: vec!["result-hook".to_owned()],
            tools: vec![],
            settings_schema: None,
        }
    }

    fn configure(_: String) -> Result<(), Vec<lifecycle::Finding>> {
        Ok(())
    }
}

impl call_hook::Guest for Liar {
    fn check_call(_: call_hook::CallContext, _: &call_hook::Json) -> call_hook::Verdict {
        call_hook::Verdict::Allow
    }
}

bindings::export!(Liar with_types_in bindings);
