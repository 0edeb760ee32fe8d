//! What a policy says of the record: whether the arguments of calls are kept there, and what is left out of them.
//!
//! What is kept is what was judged. Of several policies each can ask for arguments, and each can have something left out:
//! what one leaves out another does not bring back.

use crate::call::{Call, Target, Verdict};
use crate::json::commented::{Node, Report};
use crate::json::{Object, Value};

use super::case::Case;
use super::entry::{Rules, read_list};
use super::path::{Binding, Path, holds_mark};
use super::{Circumstances, Policy};

/// How many paths one list of `redact` has.
const PATHS: usize = 256;

/// What of a call is kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    /// Whether its arguments are; `None` where it is said elsewhere.
    arguments: Option<bool>,
    /// What is left out of them.
    redact: Vec<Path>,
}

/// The arguments of a call as its record keeps them, where one of the policies asks for that.
pub fn kept<'p>(policies: impl IntoIterator<Item = &'p Policy>, call: &Call) -> Option<Value> {
    // Of what is no tool there are none, and nor are there of a request that never became a call.
    let (Target::Tool(_), Some(_)) = (call.target(), call.params()) else { return None };
    let (asked, redact) = wanted(policies, call);
    asked.then(|| without(&redact, call))
}

/// A call of a tool as its record would show it, where something is left out of it.
pub(super) fn shown<'p>(policies: impl IntoIterator<Item = &'p Policy>, call: &Call) -> Option<Call> {
    let (Target::Tool(_), Some(params)) = (call.target(), call.params()) else { return None };
    let (_, redact) = wanted(policies, call);
    if redact.is_empty() {
        return None;
    }
    let mut params = params.clone();
    params.insert("arguments", without(&redact, call));
    let (caller, server, target) = (call.caller().clone(), call.server().clone(), call.target().clone());
    Some(Call::new(caller, server, target, call.method().to_owned(), Some(params), Object::new()))
}

/// Whether one of the policies asks for the arguments of a call, and what all of them have left out.
fn wanted<'p>(policies: impl IntoIterator<Item = &'p Policy>, call: &Call) -> (bool, Vec<&'p Path>) {
    let (mut asked, mut redact) = (false, Vec::new());
    for policy in policies {
        let own = policy.entry(call.target()).map(|entry| &entry.record);
        asked |= own.and_then(|own| own.arguments).or(policy.record.arguments).unwrap_or(false);
        redact.extend(&policy.record.redact);
        redact.extend(own.into_iter().flat_map(|own| &own.redact));
    }
    (asked, redact)
}

fn without(redact: &[&Path], call: &Call) -> Value {
    let mut kept = Value::from(call.arguments().cloned().unwrap_or_default());
    redact.iter().for_each(|path| path.redact(&mut kept));
    kept
}

/// Whether something was left out of the arguments of a recorded call that one of the policies reads: what it says of
/// such a call says nothing of the call as it was.
pub fn reads_what_is_redacted<'p>(
    policies: impl IntoIterator<Item = &'p Policy>,
    call: &Call,
    circumstances: &Circumstances<'_>,
) -> bool {
    if !call.arguments().is_some_and(|arguments| arguments.iter().any(|(_, value)| holds_mark(value))) {
        return false;
    }
    let case = Case::new(call, circumstances);
    policies.into_iter().any(|policy| {
        let (base, enforced) = policy.base(call.target(), policy.entry(call.target()));
        let denied = enforced && base.verdict == Verdict::Deny;
        let scope = case.scope(&policy.zone);
        // A plugin is lent all of the arguments.
        let reads = |rules: &Rules| {
            !rules.plugins.is_empty()
                || rules.conditions().any(|rule| rule.meets_mark(&scope))
                || rules.limits.iter().any(|limit| limit.meets_mark(&scope))
        };
        !denied && policy.rules_of(call.target()).any(|(rules, _)| reads(rules))
    })
}

impl Record {
    /// Reads `{"arguments": true, "redact": ["args.password"]}`.
    pub(super) fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let mut fields = report.fields(node)?;
        let arguments = fields.get("arguments").map(|node| report.boolean(node));
        let redact = fields.get("redact");
        fields.finish(report);
        let paths = read_list(redact, report, read_redacted);
        if let (Some(redact), Some(paths)) = (redact, &paths)
            && paths.len() > PATHS
        {
            let help = format!("name up to {PATHS}, such as what stands above several of them");
            report.error(redact.span.clone(), "these are too many paths", Some(help));
            return None;
        }
        let arguments = match arguments {
            Some(arguments) => Some(arguments?),
            None => None,
        };
        Some(Self { arguments, redact: paths? })
    }
}

fn read_redacted(node: &Node, report: &mut Report) -> Option<Path> {
    let path = Path::read(node, Binding::Nothing, report)?;
    if !path.can_redact() {
        let help = "write `args.NAME`, `args.NAME.NAME`, `args.NAME[0]` or `args.NAME[*]`: all below it is left out";
        report.error(node.span.clone(), format!("`{path}` cannot be left out"), Some(help.to_owned()));
        return None;
    }
    Some(path)
}
