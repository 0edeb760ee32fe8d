//! A plugin of a version of the contract that is not there yet.

mod bindings {
    wit_bindgen::generate!({
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

struct Newer;

impl lifecycle::Guest for Newer {
    fn describe() -> String {
        "newer".to_owned()
    }
}

impl call_hook::Guest for Newer {
    fn check_call(_: String) -> bool {
        true
    }
}

bindings::export!(Newer with_types_in bindings);
