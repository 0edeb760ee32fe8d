//! What an author writes: one type, three functions.

use crate::{Call, Document, Finding, Verdict, settings};
use serde::de::DeserializeOwned;

/// A plugin that judges calls. The value is the plugin as configured; it is never changed by a call.
pub trait Validator: Sized + Send + Sync + 'static {
    /// The settings as they are written in a policy. Put `#[serde(deny_unknown_fields)]` on them.
    type Settings: DeserializeOwned;

    /// Says what the plugin is.
    fn describe() -> Description;

    /// Takes the settings, or says all that is wrong with them, with pointers.
    fn configure(settings: Self::Settings) -> Result<Self, Vec<Finding>>;

    /// Judges one call.
    fn check_call(&self, call: &Call, arguments: &Document<'_>) -> Verdict;

    /// Reads the settings from their JSON text, as the gateway hands them over.
    fn from_json(settings: &str) -> Result<Self, Vec<Finding>> {
        Self::configure(settings::read(settings).map_err(|finding| vec![finding])?)
    }
}

/// What a plugin says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The plugin's name, lower case with dashes.
    pub name: String,
    /// Its version, by semantic versioning.
    pub version: String,
    /// One sentence for people.
    pub summary: String,
    /// The tools it is made for, as `SERVER/TOOL` globs; empty where it takes any.
    pub tools: Vec<String>,
    /// A JSON Schema (2020-12) of the settings.
    pub settings_schema: Option<String>,
}
