//! A plugin that reads a file: it imports what no plugin gets.

mod bindings {
    wit_bindgen::generate!({ path: "../../../wit", world: "validator" });
}

use bindings::exports::doorward::plugin::{call_hook, lifecycle};

struct Foreign;

impl lifecycle::Guest for Foreign {
    fn describe() -> lifecycle::Description {
        lifecycle::Description {
            name: "foreign".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "reads a file".to_owned(),
            hooks: vec!["call-hook".to_owned()],
            tools: vec![],
            settings_schema: None,
        }
    }

    fn configure(_: String) -> Result<(), Vec<lifecycle::Finding>> {
        Ok(())
    }
}

impl call_hook::Guest for Foreign {
    fn check_call(_: call_hook::CallContext, _: &call_hook::Json) -> call_hook::Verdict {
        match std::fs::read("/etc/passwd") {
            Ok(_) => call_hook::Verdict::Allow,
            Err(_) => call_hook::Verdict::Modify(vec![]),
        }
    }
}

bindings::export!(Foreign with_types_in bindings);
