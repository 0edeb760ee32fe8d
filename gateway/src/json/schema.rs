//! JSON Schemas of files that people write, for their editors, generated from mirrors of what is read.

#![expect(clippy::disallowed_types, reason = "the crate that derives schemas speaks in it; nothing here was sent")]

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Any JSON value, in a mirror.
pub struct Anything;

/// The schema of a mirror, as the text of a JSON Schema 2020-12. What may be left out may not be `null`.
pub fn of<T: JsonSchema>() -> String {
    let settings = SchemaSettings::draft2020_12().with_transform(without_null);
    let schema: serde_json::Value = settings.into_generator().into_root_schema_for::<T>().into();
    format!("{schema:#}")
}

impl JsonSchema for Anything {
    fn schema_name() -> Cow<'static, str> {
        "Anything".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        true.into()
    }
}

/// An `Option` of the mirror is a key that may be left out, not one that may be `null`.
fn without_null(schema: &mut Schema) {
    transform_subschemas(&mut without_null, schema);
    let Some(members) = schema.as_object_mut() else { return };
    if let Some(serde_json::Value::Array(types)) = members.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            members.insert("type".to_owned(), only);
        }
    }
    if let Some(serde_json::Value::Array(choices)) = members.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type") != Some(&"null".into()));
        if let [serde_json::Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            members.remove("anyOf");
            members.extend(only);
        }
    }
}
