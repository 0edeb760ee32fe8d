//! Batches: 2025-03-26 has them, and no other revision. Each is taken apart and every element judged by itself.

use crate::mcp::BATCHING;

/// How many elements a batch may have.
const MOST: usize = 50;

/// Whether a batch of so many elements may come in a conversation of this version; else why not.
pub(super) fn check(elements: usize, version: Option<&str>) -> Result<(), &'static str> {
    if version != Some(BATCHING) {
        return Err("this protocol version has no batches");
    }
    if elements == 0 || elements > MOST {
        return Err("a batch has 1 to 50 elements");
    }
    Ok(())
}
