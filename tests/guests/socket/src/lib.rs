//! A plugin that connects to a server: it imports what no plugin gets.

mod bindings {
    wit_bindgen::generate!({ path: "../../../wit", world: "validator" });
}

use bindings::exports::doorward::plugin::{call_hook, lifecycle};

struct Socket;

impl lifecycle::Guest for Socket {
    fn describe() -> lifecycle::Description {
        lifecycle::Description {
            name: "socket".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "connects to a server".to_owned(),
            hooks: vec!["call-hook".to_owned()],
            tools: vec![],
            settings_schema: None,
        }
    }

    fn configure(_: String) -> Result<(), Vec<lifecycle::Finding>> {
        Ok(())
    }
}

impl call_hook::Guest for Socket {
    fn check_call(_: call_hook::CallContext, _: &call_hook::Json) -> call_hook::Verdict {
        match std::net::TcpStream::connect("127.0.0.1:22") {
            Ok(_) => call_hook::Verdict::Allow,
            Err(_) => call_hook::Verdict::Modify(vec![]),
        }
    }
}

bindings::export!(Socket with_types_in bindings);
