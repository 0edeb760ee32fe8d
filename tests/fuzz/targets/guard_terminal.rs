//! Keys, and how they are cut into calls: in pieces they are let through if and only if they are as a whole, and what is
//! left of the line is the same.
#![no_main]

use std::sync::LazyLock;

use doorward_plugin::{Call, Document, Validator, Verdict, memory};
use libfuzzer_sys::fuzz_target;
use terminal_guard::TerminalGuard;

static GUARD: LazyLock<TerminalGuard> = LazyLock::new(|| {
    TerminalGuard::from_json(r#"{"keys": "/data", "partial": "join"}"#).expect("the settings are right")
});

/// Where what is typed into the one terminal is remembered.
const PLACE: &str = "typed ";

fn types(keys: &str) -> bool {
    let arguments = serde_json::to_string(&std::collections::BTreeMap::from([("data", keys)])).expect("it is JSON");
    let document = Document::parse(&arguments).expect("it is JSON");
    GUARD.check_call(&Call::of_tool("s", "t"), &document) == Verdict::Allow
}

fuzz_target!(|input: (u8, &str)| {
    let (size, keys) = input;
    // What one call may have is bounded, so more fits into several.
    if keys.len() > 2048 || keys.matches(['\r', '\n']).count() > 8 {
        return;
    }
    memory::delete(PLACE);
    let whole = types(keys);
    let rest = memory::text(PLACE);
    memory::delete(PLACE);
    let letters: Vec<char> = keys.chars().collect();
    let mut pieces = letters.chunks(usize::from(size).max(1)).map(|piece| piece.iter().collect::<String>());
    assert_eq!(pieces.all(|piece| types(&piece)), whole || keys.is_empty(), "{size}, {keys:?}");
    if whole {
        assert_eq!(memory::text(PLACE), rest, "{size}, {keys:?}");
        // Nothing that was typed before takes the harm out of a line.
        assert!(rest.is_some() || !types("rm -rf /\r"), "{keys:?}");
    }
    memory::delete(PLACE);
});
