//! Links of the modern era, which has no sessions: one for each caller and server, opened when first needed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::call::{Caller, ServerName};

use super::{Failure, Link};

/// The open links of the modern era.
#[derive(Default)]
pub struct Shared {
    links: Mutex<HashMap<(Caller, ServerName), Arc<Link>>>,
}

impl Shared {
    /// The caller's link to a server; a new one where there is none, or where the old one has ended.
    pub fn link(
        &self,
        caller: &Caller,
        server: &ServerName,
        open: impl FnOnce() -> Result<Link, Failure>,
    ) -> Result<Arc<Link>, Failure> {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (caller.clone(), server.clone());
        if let Some(link) = links.get(&key)
            && !link.has_ended()
        {
            // Before the lock goes: whoever reaps must not find it idle.
            link.touch();
            return Ok(Arc::clone(link));
        }
        let link = Arc::new(open()?);
        links.insert(key, Arc::clone(&link));
        Ok(link)
    }

    /// Closes what has ended, and what has had no traffic for as long as its server's configuration says.
    pub fn reap(&self) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.retain(|_, link| {
            let idle = link.is_idle();
            if idle {
                link.close();
            }
            !idle && !link.has_ended()
        });
    }
}
