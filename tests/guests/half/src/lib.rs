//! A plugin that can be configured and has no hook.

mod bindings {
    wit_bindgen::generate!({
        inline: "
            package doorward:guest;
            world half {
                export doorward:plugin/lifecycle@0.1.0;
            }
        ",
        path: "../../../wit",
        world: "doorward:guest/half",
        generate_all,
    });
}

use bindings::exports::doorward::plugin::lifecycle;

struct Half;

impl lifecycle::Guest for Half {
    fn describe() -> lifecycle::Description {
        lifecycle::Description {
            name: "half".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "has no hook".to_owned(),
            hooks: vec![],
            tools: vec![],
            settings_schema: None,
        }
    }

    fn configure(_: String) -> Result<(), Vec<lifecycle::Finding>> {
        Ok(())
    }
}

bindings::export!(Half with_types_in bindings);
