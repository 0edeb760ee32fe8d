//! Arguments that a plugin refuses because its settings do not say what they are, of tools whose definition is pinned.
//!
//! Nothing is known here of any plugin or of its settings. Each is asked, as it would be about a call, of every string that a
//! tool takes, one at a time; one that refuses a string that nobody named says `argument.unnamed`, with its place. So it
//! is told beforehand what calls would be refused for, by the code that refuses them, for any plugin that keeps to that word.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::call::{Call, Caller, ServerName, Target};
use crate::clock::Timestamp;
use crate::gate::Plugins;
use crate::json::Object;
use crate::json::commented::{Code, Finding, Severity};
use crate::plugins::{Context, Hook, Opinion, Plugin};
use crate::policy::analysis::{Lone, lone_strings, wants_absent};
use crate::policy::{CAPPED, Hints, PluginUse, Sight, sight};

use super::policies::Place;

/// An argument that no setting of a plugin covers.
pub(super) const UNNAMED: Code = Code {
    name: "argument.unnamed",
    about: "The plugin refuses calls with this argument: its settings do not say what it is.",
};

/// The most questions that are put.
const MOST: usize = 4096;
/// The most tools that one finding names.
const NAMED: usize = 3;

/// The tools of which an argument is not named, each with whether none of its calls can go without it.
type Tools<'c> = BTreeMap<&'c str, bool>;

/// Asks every plugin that a policy names of every string that the tools take which it judges there.
pub(super) async fn examine(places: &[Place<'_>], plugins: &Plugins) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut left = MOST;
    for place in places {
        let mut unnamed: BTreeMap<(usize, String), (&PluginUse, Tools<'_>)> = BTreeMap::new();
        for (server, tool, definition) in place.tools() {
            let target = Target::Tool(tool.to_owned());
            if sight([&*place.loaded.policy], &target) != Sight::Shown {
                continue;
            }
            // Who wants no such argument has nothing to say of it to a plugin.
            let policy = &place.loaded.policy;
            let is_wanted = |lone: &Lone| !lone.arguments.iter().any(|(name, _)| wants_absent(policy, &target, name));
            let hints = definition.object("annotations").map(Hints::read).unwrap_or_default();
            let strings: Vec<Lone> = lone_strings(definition).into_iter().filter(is_wanted).collect();
            for (wanted, _) in policy.plugins_of(&target) {
                let Some(plugin) = plugins.get(&wanted.key).filter(|plugin| plugin.has(Hook::Call)) else { continue };
                for lone in &strings {
                    if left == 0 {
                        findings.push(capped(place));
                        return findings;
                    }
                    left -= 1;
                    if refuses_as_unnamed(plugin, server, &target, hints, lone).await {
                        let key = (wanted.span.start, lone.place.clone());
                        let (_, tools) = unnamed.entry(key).or_insert_with(|| (wanted, Tools::new()));
                        *tools.entry(tool).or_default() |= lone.required;
                    }
                }
            }
        }
        findings.extend(unnamed.iter().map(|((_, argument), (wanted, tools))| finding(place, wanted, argument, tools)));
    }
    findings
}

/// Whether the plugin refuses the string for want of a name, or a name on the way to it.
async fn refuses_as_unnamed(plugin: &Plugin, server: &ServerName, target: &Target, hints: Hints, lone: &Lone) -> bool {
    let params = Object::from([("name", target.name().into()), ("arguments", lone.arguments.clone().into())]);
    let (caller, method) = (Caller::new("check"), "tools/call".to_owned());
    let call = Call::new(caller, server.clone(), target.clone(), method, Some(params), Object::new());
    let now = Timestamp::from_millis(0);
    let context =
        Context { call_id: "check".to_owned(), hints, groups: Vec::new(), client: None, facts: Vec::new(), now };
    let Opinion::Deny(refused) = plugin.check(&Arc::new(call), context).await.opinion else { return false };
    let leads_there =
        |at: &str| lone.pointer.strip_prefix(at).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    refused.code == UNNAMED.name && refused.pointer.as_deref().is_some_and(leads_there)
}

fn finding(place: &Place<'_>, wanted: &PluginUse, argument: &str, tools: &Tools<'_>) -> Finding {
    let mut named: Vec<String> = tools.keys().take(NAMED).map(|tool| format!("`{tool}`")).collect();
    if tools.len() > NAMED {
        named.push(format!("{} more", tools.len() - NAMED));
    }
    let calls = if tools.values().all(|required| *required) { "every call" } else { "calls with it" };
    let (plugin, named) = (&wanted.name, named.join(", "));
    Finding {
        code: UNNAMED,
        severity: Severity::Warning,
        source: place.loaded.source.clone(),
        span: wanted.span.clone(),
        message: format!(
            "plugin `{plugin}` is not told what the argument `{argument}` of {named} is, and refuses {calls}"
        ),
        help: Some(format!(
            "write `\"{argument}\"` in its `config`: where it is to be looked at, or in `opaque` where it is none of its business"
        )),
    }
}

fn capped(place: &Place<'_>) -> Finding {
    Finding {
        code: CAPPED,
        severity: Severity::Warning,
        source: place.loaded.source.clone(),
        span: place.loaded.policy.default_place(),
        message: format!("not every argument of every tool was looked at: there are more than {MOST}"),
        help: Some("check the servers of the configuration one by one".to_owned()),
    }
}
