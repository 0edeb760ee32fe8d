//! Why a plugin was not loaded.

use std::borrow::Cow;

use super::contract::words::types::Finding as Told;
use super::finding::{Finding, shown};

/// The most findings on settings that are kept.
const FINDINGS: usize = 100;

/// The longest text of one, in bytes.
const TEXT: usize = 1 << 10;

/// One reason why a plugin was not loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct LoadFault {
    /// What kind of fault it is; begins with `plugin.`.
    pub code: Cow<'static, str>,
    /// The plugin's own word for it, where the plugin found it.
    pub finding: Option<String>,
    /// A sentence about "it", the plugin.
    pub reason: String,
    /// A JSON pointer into the settings, where the fault is theirs.
    pub pointer: Option<String>,
    /// What to do about it.
    pub remediation: Option<String>,
}

impl LoadFault {
    /// There is no plugin `name`.
    pub fn missing(name: &str) -> Self {
        Finding::missing(name).into()
    }

    pub(super) fn of(code: &'static str, reason: impl Into<String>) -> Self {
        Self { code: code.into(), finding: None, reason: reason.into(), pointer: None, remediation: None }
    }

    pub(super) fn with(self, remediation: impl Into<String>) -> Self {
        Self { remediation: Some(remediation.into()), ..self }
    }

    /// What a plugin finds wrong with its settings.
    pub(super) fn settings(found: Vec<Told>) -> Vec<Self> {
        if found.is_empty() {
            return vec![Self::of("plugin.settings", "it refuses its settings and does not say why")];
        }
        let fault = |told: Told| Self {
            code: "plugin.settings".into(),
            finding: Some(shown(&told.code, TEXT)),
            reason: shown(&told.reason, TEXT),
            pointer: told.pointer.map(|pointer| shown(&pointer, TEXT)),
            remediation: told.remediation.map(|text| shown(&text, TEXT)),
        };
        found.into_iter().take(FINDINGS).map(fault).collect()
    }
}

impl From<Finding> for LoadFault {
    /// What went wrong when the plugin was asked for the first time.
    fn from(finding: Finding) -> Self {
        Self {
            code: finding.code,
            finding: None,
            reason: finding.reason,
            pointer: finding.pointer,
            remediation: finding.remediation.map(Cow::into_owned),
        }
    }
}
