//! `${NAME}` and `${NAME:-default}` in values.

use std::collections::HashMap;

use crate::json::commented::{Node, Report};

/// The environment as it was when the program started.
#[derive(Clone, Debug, Default)]
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// The environment of this process. What is not UTF-8 is left out.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads it")]
    pub fn of_process() -> Self {
        Self(
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        )
    }

    /// An environment of these variables.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(variables.into_iter().collect())
    }

    /// This environment with another value for a variable.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut variables = self.0.clone();
        variables.insert(name.to_owned(), value.to_owned());
        Self(variables)
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All variables.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Reads a string and puts variables in; one that is not set, and has no default, is an error.
    pub(super) fn text(&self, node: &Node, report: &mut Report) -> Option<String> {
        let mut rest = report.text(node)?;
        let mut out = String::new();
        while let Some((before, after)) = rest.split_once("${") {
            out.push_str(before);
            let Some((inside, after)) = after.split_once('}') else {
                let help = Some("write `${NAME}` or `${NAME:-default}`".to_owned());
                report.error(node.span.clone(), "`${` without its `}`", help);
                return None;
            };
            let (name, default) = match inside.split_once(":-") {
                Some((name, default)) => (name, Some(default)),
                None => (inside, None),
            };
            match self.get(name).filter(|value| !value.is_empty()).or(default) {
                Some(value) => out.push_str(value),
                None => {
                    let help = Some(format!("set it, or write `${{{name}:-default}}`"));
                    report.error(node.span.clone(), format!("the variable `{name}` is not set"), help);
                    return None;
                }
            }
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }
}
