//! The plugins' say in what a server lists: an item that one of them hides is not listed, and nothing can be asked of it;
//! others are described as they say. What they say is kept for as long as the item is defined as it is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::call::{List, Refusal, Target, Verdict};
use crate::json::{Limits, Object, Value};
use crate::plugins::{Curation, Filtered, Finding, Hook, Plugin, Reader};
use crate::policy::{OnFailure, PluginUse, Policy};
use crate::secret::Digest;
use crate::telemetry;

use super::decide::ruling_of;
use super::listing::target_of;
use super::review::tell_spared;
use super::{Gate, Seat};

/// How many verdicts are kept at one place. Where there are more, all are asked for again.
const KEPT: usize = 4096;

/// What plugins said of items, by plugin and item.
#[derive(Default)]
pub(super) struct Curated(Mutex<HashMap<Digest, Curation>>);

/// What becomes of an item.
enum Shown {
    /// It is listed like this.
    As(Arc<Object>),
    /// It is not there.
    Hidden,
    /// It is not listed, because a plugin failed.
    Failed(Refusal),
}

impl Gate {
    /// Takes what plugins hide off every list in a result, and has the rest described as they say.
    pub(super) async fn curate(&self, seat: &Seat, result: &mut Object) {
        if !seat.curates() {
            return;
        }
        for list in [List::Tools, List::Resources, List::Templates, List::Prompts] {
            let Some(items) = result.get_mut(list.member()).and_then(Value::as_array_mut) else { continue };
            let mut kept = Vec::with_capacity(items.len());
            for item in std::mem::take(items) {
                let target = item.as_object().and_then(|item| target_of(list, item));
                let (Some(target), Value::Object(members)) = (target, item) else { continue };
                if !is_curated(seat, &target) {
                    kept.push(Value::Object(members));
                    continue;
                }
                if let Shown::As(members) = self.shown(seat, &target, Arc::new(members)).await {
                    kept.push(Value::Object(Arc::unwrap_or_clone(members)));
                }
            }
            *items = kept;
        }
    }

    /// Whether the plugins let the caller know of an item. One that they hide is as if it were not there.
    pub(super) async fn may_know(&self, seat: &Seat, target: &Target, definition: &Object) -> Result<(), Refusal> {
        if !is_curated(seat, target) {
            return Ok(());
        }
        match self.shown(seat, target, Arc::new(definition.clone())).await {
            Shown::As(_) => Ok(()),
            Shown::Hidden => Err(Refusal::unknown("(hidden by a plugin)")),
            Shown::Failed(refusal) => Err(refusal),
        }
    }

    async fn shown(&self, seat: &Seat, target: &Target, mut item: Arc<Object>) -> Shown {
        for (wanted, plugin) in wanted(seat, target) {
            let curation = match self.curation(seat, plugin, target, &item).await {
                Curation::Hide(Some(failure)) if wanted.on_failure == OnFailure::Allow => {
                    tell_spared(plugin, target, Some(&failure));
                    Curation::Keep
                }
                curation => curation,
            };
            match curation {
                Curation::Keep => {}
                Curation::Hide(None) => return Shown::Hidden,
                Curation::Hide(Some(failure)) => return Shown::Failed(failed(wanted, &failure)),
                Curation::Rewrite(patches) => match patches.apply(&item, Limits::reply) {
                    Ok(rewritten) => item = Arc::new(rewritten),
                    Err(failure) => return Shown::Failed(failed(wanted, &failure)),
                },
            }
        }
        Shown::As(item)
    }

    /// What a plugin says of an item. A failure is not kept: the next time it may be well again.
    async fn curation(&self, seat: &Seat, plugin: &Plugin, target: &Target, item: &Arc<Object>) -> Curation {
        let mut key = format!("{} {} {}\n", plugin.identity(), target.kind(), target.name()).into_bytes();
        key.extend(item.to_bytes());
        let key = Digest::of(&key);
        if let Some(known) = seat.curated().find(&key) {
            return known;
        }
        let reader = Reader { caller: seat.caller(), groups: seat.groups(), server: seat.server().name() };
        let filtered = plugin.filter(&reader, target, item).await;
        let (word, failure) = match &filtered.opinion {
            Curation::Keep => ("keep", None),
            Curation::Rewrite(_) => ("rewrite", None),
            Curation::Hide(failure) => ("hide", failure.as_ref().map(|failure| &*failure.code)),
        };
        let Filtered { took, taken, .. } = filtered;
        self.rooms.metrics.reviewed(&telemetry::Review { plugin: plugin.name(), verdict: word, failure, took, taken });
        if failure.is_none() {
            seat.curated().keep(key, filtered.opinion.clone());
        }
        filtered.opinion
    }
}

impl Curated {
    fn find(&self, key: &Digest) -> Option<Curation> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn keep(&self, key: Digest, curation: Curation) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, curation);
    }
}

/// Whether a plugin has a say in the listing of an item.
pub(super) fn is_curated(seat: &Seat, target: &Target) -> bool {
    seat.curates() && wanted(seat, target).next().is_some()
}

/// The plugins that have a say in the listing of an item, in the policies' order. What is not enforced hides nothing.
fn wanted<'s>(seat: &'s Seat, target: &Target) -> impl Iterator<Item = (&'s PluginUse, &'s Arc<Plugin>)> {
    let of = |policy: &'s Policy| policy.plugins_of(target).collect::<Vec<_>>();
    let all: Vec<_> = seat.policies().flat_map(of).collect();
    all.into_iter().filter(|(_, enforced)| *enforced).filter_map(|(wanted, _)| {
        let plugin = seat.plugin(wanted).filter(|plugin| plugin.has(Hook::List))?;
        Some((wanted, plugin))
    })
}

fn failed(wanted: &PluginUse, failure: &Finding) -> Refusal {
    Refusal::from(ruling_of(wanted, Verdict::Deny, failure))
}
