//! What a server says of how its own tool behaves: hints of the party that is guarded against, which nothing holds it to.

use crate::json::{Object, Value};

/// The hints of a tool, where the server gave them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// `readOnlyHint`.
    pub read_only: Option<bool>,
    /// `destructiveHint`.
    pub destructive: Option<bool>,
    /// `idempotentHint`.
    pub idempotent: Option<bool>,
    /// `openWorldHint`.
    pub open_world: Option<bool>,
}

impl Hints {
    /// Reads a tool's `annotations`. Only booleans are hints.
    pub fn read(annotations: &Object) -> Self {
        let hint = |name: &str| match annotations.get(name) {
            Some(Value::Bool(hint)) => Some(*hint),
            _ => None,
        };
        Self {
            read_only: hint("readOnlyHint"),
            destructive: hint("destructiveHint"),
            idempotent: hint("idempotentHint"),
            open_world: hint("openWorldHint"),
        }
    }

    /// The hints that were given, as `annotations` has them.
    pub fn to_annotations(self) -> Object {
        let all = [
            ("readOnlyHint", self.read_only),
            ("destructiveHint", self.destructive),
            ("idempotentHint", self.idempotent),
            ("openWorldHint", self.open_world),
        ];
        let mut annotations = Object::new();
        for (name, hint) in all {
            if let Some(hint) = hint {
                annotations.insert(name, hint);
            }
        }
        annotations
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_booleans_are_hints() {
        let annotations = Object::from([
            ("title", "x".into()),
            ("readOnlyHint", true.into()),
            ("destructiveHint", false.into()),
            ("idempotentHint", "true".into()),
            ("openWorldHint", Value::Null),
        ]);
        let hints = Hints { read_only: Some(true), destructive: Some(false), ..Hints::default() };
        assert_eq!(Hints::read(&annotations), hints);
        assert_eq!(Hints::read(&hints.to_annotations()), hints);
        assert!(Hints::default().to_annotations().is_empty());
    }
}
