//! Arguments that travel in headers too: a tool's schema marks a property with `x-mcp-header`, the client mirrors its
//! value in `Mcp-Param-*`, and whoever reads one must find the same in the other (2026-07-28, "Custom Headers").

use crate::json::{Object, Value};

use super::header;

/// One argument that a tool wants mirrored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirrored {
    /// The header's name, in lower case.
    header: String,
    /// The names of the properties that lead to the argument.
    path: Vec<String>,
    /// Whether the schema says `integer`, so that `42` and `42.0` are the same.
    integer: bool,
}

/// A header and an argument that say different things.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("header `{header}` and argument `{argument}` do not agree")]
pub struct Mismatch {
    header: String,
    argument: String,
}

/// The arguments that an input schema wants mirrored. A schema with an annotation that the specification does not allow
/// mirrors nothing: clients leave such a tool alone.
pub fn mirrored(schema: &Value) -> Vec<Mirrored> {
    let mut found = Vec::new();
    let sound = walk(schema, Some(&mut Vec::new()), &mut found, 0);
    let mut names: Vec<&str> = found.iter().map(|mirror| mirror.header.as_str()).collect();
    names.sort_unstable();
    let unique = names.windows(2).all(|pair| matches!(pair, [a, b] if a != b));
    if sound && unique { found } else { Vec::new() }
}

/// The headers that mirror these arguments.
pub fn headers(mirrored: &[Mirrored], arguments: &Object) -> Vec<(String, String)> {
    let value = |mirror: &Mirrored| Some(header::encode(&mirror.rendered(arguments)?));
    mirrored.iter().filter_map(|mirror| Some((mirror.header.clone(), value(mirror)?))).collect()
}

/// Whether the headers that came with a call say the same as its arguments. `sent` yields every value of a header.
pub fn agree<'h, I>(mirrored: &[Mirrored], arguments: &Object, sent: impl Fn(&str) -> I) -> Result<(), Mismatch>
where
    I: Iterator<Item = &'h str>,
{
    for mirror in mirrored {
        let mut values = sent(&mirror.header);
        let same = match (values.next(), values.next(), mirror.rendered(arguments)) {
            (None, _, None) => true,
            (Some(value), None, Some(rendered)) => {
                header::decode(value).is_some_and(|value| mirror.same(&value, &rendered))
            }
            _ => false,
        };
        if !same {
            return Err(Mismatch { header: mirror.header.clone(), argument: mirror.path.join(".") });
        }
    }
    Ok(())
}

impl Mirrored {
    fn rendered(&self, arguments: &Object) -> Option<String> {
        let (first, rest) = self.path.split_first()?;
        let mut value = arguments.get(first)?;
        for name in rest {
            value = value.as_object()?.get(name)?;
        }
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    fn same(&self, sent: &str, rendered: &str) -> bool {
        sent == rendered || (self.integer && whole(sent).is_some() && whole(sent) == whole(rendered))
    }
}

/// The digits before a fraction of zeros.
fn whole(text: &str) -> Option<&str> {
    let (digits, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let number = digits.strip_prefix('-').unwrap_or(digits);
    let decimal = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (decimal && !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0')).then_some(digits)
}

/// Walks every place of a schema that is itself a schema; `path` is `None` where a property is not reached by names
/// alone. Says whether all annotations are allowed where they stand.
fn walk(schema: &Value, mut path: Option<&mut Vec<String>>, found: &mut Vec<Mirrored>, depth: usize) -> bool {
    const DEEPEST: usize = 64;
    const ONE: [&str; 11] = [
        "items",
        "contains",
        "unevaluatedItems",
        "additionalProperties",
        "propertyNames",
        "unevaluatedProperties",
        "not",
        "if",
        "then",
        "else",
        "contentSchema",
    ];
    const SEVERAL: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
    const NAMED: [&str; 4] = ["patternProperties", "dependentSchemas", "$defs", "definitions"];

    let Value::Object(schema) = schema else { return true };
    if depth > DEEPEST {
        return false;
    }
    if let Some(annotation) = schema.get("x-mcp-header") {
        match annotate(annotation, schema, path.as_deref()) {
            Some(mirror) => found.push(mirror),
            None => return false,
        }
    }
    for (keyword, value) in schema.iter() {
        let sound = match value {
            Value::Object(members) if keyword == "properties" => {
                members.iter().all(|(name, property)| match path.as_deref_mut() {
                    Some(path) => {
                        path.push(name.to_owned());
                        let sound = walk(property, Some(path), found, depth + 1);
                        path.pop();
                        sound
                    }
                    None => walk(property, None, found, depth + 1),
                })
            }
            Value::Object(members) if NAMED.contains(&keyword) => {
                members.iter().all(|(_, schema)| walk(schema, None, found, depth + 1))
            }
            Value::Array(schemas) if SEVERAL.contains(&keyword) => {
                schemas.iter().all(|schema| walk(schema, None, found, depth + 1))
            }
            _ if ONE.contains(&keyword) => walk(value, None, found, depth + 1),
            _ => true,
        };
        if !sound {
            return false;
        }
    }
    true
}

fn annotate(annotation: &Value, schema: &Object, path: Option<&Vec<String>>) -> Option<Mirrored> {
    let name = annotation.as_str()?;
    let path = path.filter(|path| !path.is_empty())?;
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let kind = schema.text("type")?;
    if name.is_empty() || !name.bytes().all(token) || !matches!(kind, "string" | "integer" | "boolean") {
        return None;
    }
    let header = format!("{}{}", header::PARAM_PREFIX, name.to_ascii_lowercase());
    Some(Mirrored { header, path: path.clone(), integer: kind == "integer" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Limits, scan};

    fn json(text: &str) -> Value {
        scan(text.as_bytes(), &Limits::reply(1 << 16)).unwrap_or(Value::Null)
    }

    fn check(schema: &str, arguments: &str, sent: &[(&str, &str)], agrees: bool) {
        let Value::Object(arguments) = json(arguments) else { panic!("{arguments} is no object") };
        let values = |name: &str| {
            let name = name.to_owned();
            sent.iter().filter(move |(header, _)| *header == name).map(|(_, value)| *value)
        };
        let found = agree(&mirrored(&json(schema)), &arguments, values);
        assert_eq!(found.is_ok(), agrees, "{arguments:?} with {sent:?}");
    }

    const REGION: &str = r#"{"properties":{"region":{"type":"string","x-mcp-header":"Region"}}}"#;
    const COUNT: &str = r#"{"properties":{"in":{"properties":{"n":{"type":"integer","x-mcp-header":"N"}}}}}"#;

    #[test]
    fn header_and_argument_stand_together_or_not_at_all() {
        check(REGION, r#"{"region":"eu"}"#, &[("mcp-param-region", "eu")], true);
        check(REGION, r#"{"region":"eu"}"#, &[("mcp-param-region", "us")], false);
        check(REGION, r#"{"region":"eu"}"#, &[], false);
        check(REGION, r#"{}"#, &[("mcp-param-region", "eu")], false);
        check(REGION, r#"{"region":null}"#, &[], true);
        check(REGION, r#"{"region":"eu"}"#, &[("mcp-param-region", "eu"), ("mcp-param-region", "eu")], false);
        check(REGION, r#"{"region":"Hello"}"#, &[("mcp-param-region", "=?base64?SGVsbG8=?=")], true);
        check(REGION, r#"{"region":"Hello"}"#, &[("mcp-param-region", "=?base64?SGVsbG8?=")], false);
        check(COUNT, r#"{"in":{"n":42}}"#, &[("mcp-param-n", "42.0")], true);
        check(COUNT, r#"{"in":{"n":42}}"#, &[("mcp-param-n", "43")], false);
    }

    #[test]
    fn a_schema_with_a_wrong_annotation_mirrors_nothing() {
        for schema in [
            r#"{"properties":{"n":{"type":"number","x-mcp-header":"N"}}}"#,
            r#"{"properties":{"n":{"type":"string","x-mcp-header":"a b"}}}"#,
            r#"{"items":{"properties":{"n":{"type":"string","x-mcp-header":"N"}}}}"#,
            r#"{"properties":{"a":{"type":"string","x-mcp-header":"N"},"b":{"type":"string","x-mcp-header":"n"}}}"#,
        ] {
            assert_eq!(mirrored(&json(schema)), Vec::new(), "{schema}");
        }
        assert_eq!(mirrored(&json(REGION)).len(), 1);
    }
}
