//! The form of a plugin's settings, told by their type.

use schemars::{JsonSchema, generate::SchemaSettings};

/// The JSON Schema (2020-12) of settings, as one JSON text: for [`Description::settings_schema`].
///
/// Comments of the type are its descriptions, and `deny_unknown_fields` closes it.
///
/// ```
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// #[serde(deny_unknown_fields)]
/// struct Settings {
///     /// The hosts that may be named.
///     hosts: Vec<String>,
/// }
///
/// let schema = doorward_plugin::schema_of::<Settings>();
/// assert!(schema.contains("The hosts that may be named.") && schema.contains(r#""additionalProperties":false"#));
/// ```
///
/// [`Description::settings_schema`]: crate::Description::settings_schema
pub fn schema_of<T: JsonSchema>() -> String {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    schema.as_value().to_string()
}
