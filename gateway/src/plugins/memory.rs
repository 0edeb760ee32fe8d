//! What plugins remember between the calls of one conversation: pages that a plugin reads and writes while it judges, and that
//! count only once what it judged has gone on.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::contract::words::memory::{Full, Host};
use super::sandbox::{Sandbox, Stop};
use crate::secret::Digest;

/// How many keys a plugin may have, and how many bytes one of them.
const KEYS: usize = 256;
const KEY: usize = 256;

/// How many bytes keys and values may have together.
const BYTES: usize = 64 << 10;

/// How many plugins may remember something of one conversation. After reloads with other settings, plugins that are gone
/// count too.
const PLUGINS: usize = 64;

type Pages = BTreeMap<String, Vec<u8>>;

/// What plugins remember of one conversation.
#[derive(Debug)]
pub struct Memory {
    kept: Mutex<HashMap<Digest, Arc<Pages>>>,
    turn: Arc<Semaphore>,
}

/// Whoever holds this is the only one who judges with this memory.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "it is held, not read")] OwnedSemaphorePermit);

/// What a plugin has written, and what was there before.
#[derive(Clone, Debug)]
pub struct Draft {
    whose: Digest,
    before: Arc<Pages>,
    after: Arc<Pages>,
}

/// The pages of one plugin while it runs.
#[derive(Debug)]
pub(super) struct Desk {
    before: Arc<Pages>,
    pages: Arc<Pages>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { kept: Mutex::default(), turn: Arc::new(Semaphore::new(1)) }
    }
}

impl Memory {
    /// Waits until nobody else judges with this memory, for `patience` at most.
    pub async fn turn(&self, patience: Duration) -> Option<Turn> {
        timeout(patience, Arc::clone(&self.turn).acquire_owned()).await.ok()?.ok().map(Turn)
    }

    /// Has what was written count.
    pub fn keep(&self, drafts: &[Draft]) {
        let mut kept = self.kept();
        for draft in drafts {
            kept.insert(draft.whose, Arc::clone(&draft.after));
        }
    }

    /// Takes back what was kept, where nobody has written since.
    pub fn undo(&self, drafts: &[Draft]) {
        let mut kept = self.kept();
        for draft in drafts {
            if kept.get(&draft.whose).is_some_and(|pages| Arc::ptr_eq(pages, &draft.after)) {
                kept.insert(draft.whose, Arc::clone(&draft.before));
            }
        }
    }

    /// The pages of a plugin, to be read and written; `None` where there are too many plugins.
    pub(super) fn desk(&self, whose: Digest) -> Option<Desk> {
        let kept = self.kept();
        let pages = match kept.get(&whose) {
            Some(pages) => Arc::clone(pages),
            None if kept.len() < PLUGINS => Arc::default(),
            None => return None,
        };
        Some(Desk { before: Arc::clone(&pages), pages })
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Digest, Arc<Pages>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    /// What was written, if anything was.
    pub(super) fn draft(self, whose: Digest) -> Option<Draft> {
        let Self { before, pages } = self;
        (!Arc::ptr_eq(&before, &pages)).then_some(Draft { whose, before, after: pages })
    }

    fn set(&mut self, key: String, value: Vec<u8>) -> Result<(), Full> {
        let known = self.pages.get(&key).map(|value| key.len() + value.len());
        let taken: usize = self.pages.iter().map(|(key, value)| key.len() + value.len()).sum();
        if key.len() > KEY || (known.is_none() && self.pages.len() >= KEYS) {
            return Err(Full { free: 0 });
        }
        if taken - known.unwrap_or(0) + key.len() + value.len() > BYTES {
            return Err(Full { free: u32::try_from(BYTES - taken).unwrap_or(0) });
        }
        Arc::make_mut(&mut self.pages).insert(key, value);
        Ok(())
    }
}

impl Sandbox {
    fn desk(&mut self) -> wasmtime::Result<&mut Desk> {
        self.count()?;
        Ok(self.desk.as_mut().ok_or(Stop::Memoryless)?)
    }
}

impl Host for Sandbox {
    fn get(&mut self, key: String) -> wasmtime::Result<Option<Vec<u8>>> {
        Ok(self.desk()?.pages.get(&key).cloned())
    }

    fn set(&mut self, key: String, value: Vec<u8>) -> wasmtime::Result<Result<(), Full>> {
        Ok(self.desk()?.set(key, value))
    }

    fn delete(&mut self, key: String) -> wasmtime::Result<()> {
        let pages = &mut self.desk()?.pages;
        if pages.contains_key(&key) {
            Arc::make_mut(pages).remove(&key);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whose() -> Digest {
        Digest::of(b"a plugin")
    }

    /// What the plugin finds, and then writes.
    fn write(memory: &Memory, value: &str) -> (Option<Vec<u8>>, Draft) {
        let mut desk = memory.desk(whose()).unwrap();
        let found = desk.pages.get("k").cloned();
        assert!(desk.set("k".to_owned(), value.into()).is_ok());
        (found, desk.draft(whose()).unwrap())
    }

    #[test]
    fn only_what_is_kept_is_found_again() {
        let memory = Memory::default();
        let (found, _forgotten) = write(&memory, "a");
        assert_eq!(found, None);
        let (found, draft) = write(&memory, "b");
        assert_eq!(found, None);
        memory.keep(&[draft]);
        let (found, draft) = write(&memory, "c");
        assert_eq!(found.as_deref(), Some(&b"b"[..]));
        memory.keep(std::slice::from_ref(&draft));
        memory.undo(&[draft]);
        assert_eq!(write(&memory, "d").0.as_deref(), Some(&b"b"[..]));
    }

    #[test]
    fn what_others_wrote_since_is_not_taken_back() {
        let memory = Memory::default();
        let (_, first) = write(&memory, "a");
        memory.keep(std::slice::from_ref(&first));
        let (_, second) = write(&memory, "b");
        memory.keep(&[second]);
        memory.undo(&[first]);
        assert_eq!(write(&memory, "c").0.as_deref(), Some(&b"b"[..]));
    }

    #[test]
    fn who_only_reads_writes_nothing() {
        assert!(Memory::default().desk(whose()).unwrap().draft(whose()).is_none());
    }

    #[test]
    fn there_is_room_for_so_many_bytes_keys_and_plugins() {
        let memory = Memory::default();
        let mut desk = memory.desk(whose()).unwrap();
        let free = |desk: &mut Desk, key: &str, bytes: usize| {
            desk.set(key.to_owned(), vec![0; bytes]).err().map(|full| full.free)
        };
        assert_eq!(free(&mut desk, "k", BYTES - 11), None);
        assert_eq!(free(&mut desk, "l", 10), Some(10));
        assert_eq!(free(&mut desk, "l", 9), None);
        assert_eq!(free(&mut desk, "k", 0), None);
        assert_eq!(free(&mut desk, &"x".repeat(KEY + 1), 0), Some(0));
        for key in 2..KEYS {
            assert_eq!(free(&mut desk, &key.to_string(), 0), None, "{key}");
        }
        assert_eq!(free(&mut desk, "more", 0), Some(0));
        assert_eq!(free(&mut desk, "l", 10), None);
        for plugin in 0..PLUGINS {
            let whose = Digest::of(plugin.to_string().as_bytes());
            let mut desk = memory.desk(whose).unwrap();
            assert!(desk.set("k".to_owned(), vec![]).is_ok());
            memory.keep(&[desk.draft(whose).unwrap()]);
        }
        assert!(memory.desk(whose()).is_none());
    }

    #[tokio::test]
    async fn one_judges_at_a_time() {
        let memory = Memory::default();
        let turn = memory.turn(Duration::from_secs(60)).await;
        assert!(turn.is_some());
        assert!(memory.turn(Duration::ZERO).await.is_none());
        drop(turn);
        assert!(memory.turn(Duration::from_secs(60)).await.is_some());
    }
}
