//! From a component and its settings to what is run: compiled, asked what it is, configured once, and from then on begun
//! where it stood after that.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use wasmtime::component::Component;

use super::component::{self, Description, Fitted};
use super::contract::Hook;
use super::failure::contained;
use super::fault::LoadFault;
use super::finding::Finding;
use super::house::{Begins, House, Time};
use super::shelf::Label;
use super::snapshot::{self, Instrumented};
use crate::secret::Digest;

/// How long a plugin may take at load, to say what it is and to read its settings.
const AT_LOAD: Duration = Duration::from_secs(1);

/// A component, compiled and fit to run, before it has settings.
pub(super) struct Raw {
    pub(super) digest: Digest,
    bytes: Arc<[u8]>,
    fitted: Fitted,
    pub(super) description: Description,
    /// Whether it can tell what it holds, so that a snapshot can be made.
    tells: bool,
    /// Whether it is on the shelf, where it comes once it is known that it is of use.
    shelved: AtomicBool,
}

/// A component with its settings, fit to run.
pub(super) struct Loaded {
    pub(super) digest: Digest,
    pub(super) settings: Digest,
    pub(super) fitted: Fitted,
    pub(super) description: Description,
    /// Whether it has read its settings, or reads them at every call.
    pub(super) configured: bool,
}

impl House {
    /// Takes the code of a plugin off the shelf, if it is there.
    pub(super) fn take(&self, (digest, settings): (Digest, &str)) -> Option<Loaded> {
        let settings_digest = Digest::of(settings.as_bytes());
        let kept = self.shelf.as_ref()?.take(Label::of(&self.engine, digest, settings_digest))?;
        let taken = contained(|| {
            let component = kept.code.component(&self.engine).map_err(|error| vec![unfit(&error)]);
            Ok(component.and_then(|component| {
                let (fitted, description) = self.fit(digest, &component)?;
                let (configured, settings) = (kept.marked, settings_digest);
                Ok(Loaded { digest, settings, fitted, description, configured })
            }))
        });
        match taken {
            Ok(Ok(loaded)) => Some(loaded),
            Ok(Err(faults)) => {
                tracing::warn!(%digest, reason = %faults.first()?, "kept code is not used, and made anew");
                None
            }
            Err(finding) => {
                tracing::warn!(%digest, reason = finding.reason, "kept code is not used, and made anew");
                None
            }
        }
    }

    /// Compiles a component and asks it what it is. Takes from milliseconds to seconds.
    pub(super) fn load(&self, digest: Digest, bytes: Arc<[u8]>) -> Result<Raw, Vec<LoadFault>> {
        if let Some(raw) = self.take_raw(digest, &bytes) {
            return Ok(raw);
        }
        let looked = contained(|| Ok(component::look_at(&bytes)));
        looked.map_err(|finding| vec![LoadFault::from(finding)])?.map_err(|fault| vec![fault])?;
        let instrumented = match self.begins {
            Begins::AtSnapshots => self.compile_instrumented(&bytes),
            Begins::AtSettings => None,
        };
        let (component, tells) = match instrumented {
            Some(component) => (component, true),
            None => (self.compile(&bytes)?, false),
        };
        let (fitted, description) = self.fit(digest, &component)?;
        Ok(Raw { digest, bytes, fitted, description, tells, shelved: AtomicBool::new(false) })
    }

    /// Takes the code of a component before it has settings off the shelf, if it is there.
    fn take_raw(&self, digest: Digest, bytes: &Arc<[u8]>) -> Option<Raw> {
        let kept = self.shelf.as_ref()?.take(self.label_of_raw(digest))?;
        let component = contained(|| Ok(kept.code.component(&self.engine))).ok()?.ok()?;
        let (fitted, description) = self.fit(digest, &component).ok()?;
        let (bytes, shelved) = (Arc::clone(bytes), AtomicBool::new(true));
        Some(Raw { digest, bytes, fitted, description, tells: kept.marked, shelved })
    }

    fn label_of_raw(&self, digest: Digest) -> Label {
        // No settings have these digests: they are objects.
        let settings = match self.begins {
            Begins::AtSnapshots => Digest::of(b"none, and it tells what it holds"),
            Begins::AtSettings => Digest::of(b"none"),
        };
        Label::of(&self.engine, digest, settings)
    }

    fn put(&self, label: Label, marked: bool, component: &Component) {
        if let Some(shelf) = &self.shelf
            && let Ok(code) = component.serialize()
        {
            shelf.put(label, marked, &code);
        }
    }

    /// Has a component read its settings, and keeps it as it is then.
    pub(super) fn configure(&self, raw: &Raw, settings: &str) -> Result<Loaded, Vec<LoadFault>> {
        let Raw { digest, fitted, .. } = raw;
        let instrumented = if raw.tells { snapshot::instrument(&raw.bytes).ok() } else { None };
        let snapshot = self.read_settings(*digest, fitted, settings, instrumented.as_ref())?;
        if !raw.shelved.swap(true, Ordering::Relaxed) {
            self.put(self.label_of_raw(*digest), raw.tells, raw.component());
        }
        let begun = snapshot.and_then(|bytes| {
            let component = self.compile(&bytes).ok()?;
            Some(self.fit(*digest, &component).ok()?.0)
        });
        let loaded = match begun {
            Some(fitted) => Loaded { fitted, configured: true, ..raw.with(settings) },
            None => {
                tracing::debug!(plugin = %digest, "there is no snapshot of it: it reads its settings at every call");
                raw.with(settings)
            }
        };
        if self.begins == Begins::AtSnapshots {
            let label = Label::of(&self.engine, loaded.digest, loaded.settings);
            self.put(label, loaded.configured, loaded.fitted.pre.component());
        }
        Ok(loaded)
    }

    /// Whether it takes its settings; and a snapshot of it, where it is one of which that can be had.
    fn read_settings(
        &self,
        digest: Digest,
        fitted: &Fitted,
        settings: &str,
        instrumented: Option<&Instrumented<'_>>,
    ) -> Result<Option<Vec<u8>>, Vec<LoadFault>> {
        let failed = |finding: Finding| vec![LoadFault::from(finding)];
        let read = contained(|| {
            self.run(&digest.to_string(), &self.limits, Time::Whole(AT_LOAD), |store| {
                let instance = fitted.pre.instantiate(&mut *store)?;
                if let Err(faults) = fitted.hooks.configure(&mut *store, &instance, settings)? {
                    return Ok(Err(faults));
                }
                let Some(instrumented) = instrumented.filter(|_| !store.data().holds) else { return Ok(Ok(None)) };
                // It took its settings. Whatever goes wrong from here on costs it the snapshot, and nothing else.
                let taken = contained(|| Ok(instrumented.snapshot(store, &instance)));
                Ok(Ok(taken.ok().and_then(Result::ok)))
            })
            .told
        });
        read.map_err(failed)?.map_err(LoadFault::settings)
    }

    fn compile_instrumented(&self, bytes: &[u8]) -> Option<Component> {
        let instrumented = contained(|| Ok(snapshot::instrument(bytes).map(|instrumented| instrumented.bytes)));
        match instrumented {
            Ok(Ok(bytes)) => self.compile(&bytes).ok(),
            Ok(Err(error)) => {
                tracing::debug!(error = format!("{error:#}"), "a plugin is of a form of which there is no snapshot");
                None
            }
            Err(_) => None,
        }
    }

    fn compile(&self, bytes: &[u8]) -> Result<Component, Vec<LoadFault>> {
        self.compiled.fetch_add(1, Ordering::Relaxed);
        let compiled = contained(|| Ok(component::compile(&self.engine, bytes)));
        compiled.map_err(|finding| vec![LoadFault::from(finding)])?.map_err(|fault| vec![fault])
    }

    /// Fits a component to the contract, and asks it what it is.
    fn fit(&self, digest: Digest, component: &Component) -> Result<(Fitted, Description), Vec<LoadFault>> {
        let fitted = self.sockets.fit(&self.engine, component)?;
        let told = contained(|| {
            self.run(&digest.to_string(), &self.limits, Time::Whole(AT_LOAD), |store| {
                let instance = fitted.pre.instantiate(&mut *store)?;
                fitted.hooks.describe(store, &instance)
            })
            .told
        });
        let told = told.map_err(|finding| vec![LoadFault::from(finding)])?;
        let description = Description::read(told, &fitted.hooks.exported()).map_err(|fault| vec![fault])?;
        Ok((fitted, description))
    }
}

impl Raw {
    /// The component.
    pub(super) fn component(&self) -> &Component {
        self.fitted.pre.component()
    }

    /// The hooks that it has.
    pub(super) fn hooks(&self) -> BTreeSet<Hook> {
        self.fitted.hooks.exported()
    }

    /// The component, to read these settings at every call.
    pub(super) fn with(&self, settings: &str) -> Loaded {
        let (fitted, description) = (self.fitted.clone(), self.description.clone());
        let settings = Digest::of(settings.as_bytes());
        Loaded { digest: self.digest, settings, fitted, description, configured: false }
    }

    /// What its machine code takes up, in KiB.
    pub(super) fn weight(&self) -> u32 {
        weight(self.component())
    }
}

impl Loaded {
    /// What its machine code takes up, in KiB.
    pub(super) fn weight(&self) -> u32 {
        weight(self.fitted.pre.component())
    }
}

fn weight(component: &Component) -> u32 {
    let range = component.image_range();
    let bytes = (range.end as usize).saturating_sub(range.start as usize);
    u32::try_from(bytes >> 10).unwrap_or(u32::MAX)
}

fn unfit(error: &wasmtime::Error) -> LoadFault {
    LoadFault::of("plugin.code", format!("{error:#}"))
}
