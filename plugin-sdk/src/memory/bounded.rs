//! A memory for the author's own tests, with the bounds of the gateway.

use super::Full;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// How many keys there may be, and how many bytes one of them may have.
const KEYS: usize = 256;
const KEY: usize = 256;

/// How many bytes keys and values may have together.
const BYTES: usize = 64 << 10;

thread_local! {
    static KEPT: RefCell<BTreeMap<String, Vec<u8>>> = const { RefCell::new(BTreeMap::new()) };
}

pub(super) fn recall(key: &str) -> Option<Vec<u8>> {
    KEPT.with_borrow(|kept| kept.get(key).cloned())
}

pub(super) fn remember(key: &str, value: &[u8]) -> Result<(), Full> {
    KEPT.with_borrow_mut(|kept| {
        let others = || kept.iter().filter(|(known, _)| *known != key);
        let taken: usize = others().map(|(key, value)| key.len() + value.len()).sum();
        let all: usize = kept.iter().map(|(key, value)| key.len() + value.len()).sum();
        if key.len() > KEY || others().count() == KEYS {
            return Err(Full { free: 0 });
        }
        if taken + key.len() + value.len() > BYTES {
            return Err(Full { free: u32::try_from(BYTES.saturating_sub(all)).unwrap_or(u32::MAX) });
        }
        kept.insert(key.to_owned(), value.to_vec());
        Ok(())
    })
}

pub(super) fn forget(key: &str) {
    KEPT.with_borrow_mut(|kept| drop(kept.remove(key)));
}
