//! A plugin that never ends, before anybody asks it anything: its start does not.

mod bindings {
    wit_bindgen::generate!({ path: "../../../wit", world: "validator" });
}

use bindings::exports::doorward::plugin::{call_hook, lifecycle};

extern "C" fn spin() {
    loop {
        std::hint::black_box(());
    }
}

#[used]
#[unsafe(link_section = ".init_array")]
static START: extern "C" fn() = spin;

struct Eager;

impl lifecycle::Guest for Eager {
    fn describe() -> lifecycle::Description {
        lifecycle::Description {
            name: "eager".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "never starts".to_owned(),
            hooks: vec![],
            tools: vec![],
            settings_schema: None,
        }
    }

    fn configure(_: String) -> Result<(), Vec<lifecycle::Finding>> {
        Ok(())
    }
}

impl call_hook::Guest for Eager {
    fn check_call(_: call_hook::CallContext, _: &call_hook::Json) -> call_hook::Verdict {
        call_hook::Verdict::Allow
    }
}

bindings::export!(Eager with_types_in bindings);
