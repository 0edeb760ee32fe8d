//! What the targets for guards have in common.

use doorward_plugin::{Call, Document, Validator, Verdict};

/// Whether a call with one argument is let through. The same is answered every time.
pub fn is_allowed(guard: &impl Validator, argument: &str, text: &str) -> bool {
    let arguments = serde_json::to_string(&std::collections::BTreeMap::from([(argument, text)])).expect("it is JSON");
    let document = Document::parse(&arguments).expect("it is JSON");
    let judged = || guard.check_call(&Call::of_tool("s", "t"), &document);
    let first = judged();
    assert_eq!(first, judged(), "{text:?}");
    first == Verdict::Allow
}
