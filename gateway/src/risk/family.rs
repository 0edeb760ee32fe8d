//! Families: tools that do the same under different names, so that a rule on one of them is no rule.

use std::collections::HashMap;

use super::{Class, Evidence, Listed, Parameter, Place, Role};

/// Tools with the same capability, in the order in which the server lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// The tool that has the rules.
    pub head: String,
    /// The others, which are judged by the same.
    pub siblings: Vec<String>,
}

/// The families among tools: those that run a command of the same name at a place that is named in the same way. A tool
/// that repeats a command, or spreads it, can do more than its siblings and is in no family.
pub fn families(tools: &[Listed]) -> Vec<Family> {
    let mut found: Vec<Family> = Vec::new();
    let mut by_capability: HashMap<Vec<&str>, usize> = HashMap::new();
    for tool in tools {
        let Some(capability) = capability(tool) else { continue };
        match by_capability.get(&capability).and_then(|place| found.get_mut(*place)) {
            Some(family) => family.siblings.push(tool.name.clone()),
            None => {
                by_capability.insert(capability, found.len());
                found.push(Family { head: tool.name.clone(), siblings: Vec::new() });
            }
        }
    }
    found.retain(|family| !family.siblings.is_empty());
    for family in &mut found {
        let plain = |name: &String| tools.iter().any(|tool| tool.name == *name && runs_by_name(tool));
        // The one that says what it does is the one that people look for.
        if !plain(&family.head)
            && let Some(place) = family.siblings.iter().position(plain)
            && let Some(sibling) = family.siblings.get_mut(place)
        {
            std::mem::swap(sibling, &mut family.head);
        }
    }
    found
}

/// Whether the name says that the tool runs something.
fn runs_by_name(tool: &Listed) -> bool {
    let speaks = |evidence: &Evidence| evidence.place == Place::Name && evidence.class == Some(Class::Execute);
    tool.risk.evidence.iter().any(speaks)
}

/// What a tool runs, and where.
fn capability(tool: &Listed) -> Option<Vec<&str>> {
    if tool.risk.class != Class::Execute || tool.parameters.iter().any(|parameter| parameter.role == Role::Repeat) {
        return None;
    }
    let named = |role: Role| {
        let of_role = tool.parameters.iter().filter(move |parameter| parameter.role == role);
        of_role.map(|parameter: &Parameter| parameter.pointer.as_str())
    };
    let mut capability: Vec<&str> = named(Role::Command).collect();
    if capability.is_empty() {
        return None;
    }
    capability.push("");
    capability.extend(named(Role::Target));
    capability.sort_unstable();
    Some(capability)
}
