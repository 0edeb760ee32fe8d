//! Arguments that a policy wants absent, whatever they are.

use crate::call::Target;
use crate::policy::Policy;
use crate::policy::condition::Condition;
use crate::policy::operator::Test;
use crate::policy::path::{Path, Root, Step};

/// Whether a rule refuses every call of what is called that has the argument.
pub fn wants_absent(policy: &Policy, target: &Target, argument: &str) -> bool {
    let is_there = |path: &Path| {
        let is_it = matches!(path.steps(), [Step::Member(name)] if **name == *argument);
        *path.root() == Root::Args && is_it
    };
    let tells = |condition: &Condition, present: bool| match condition {
        Condition::Test { path, test: Test::Exists(wanted), .. } => *wanted == present && is_there(path),
        _ => false,
    };
    policy.rules_of(target).any(|(rules, enforced)| {
        let denies = rules.deny_if.iter().filter(|rule| rule.enforce);
        let wants = rules.require.iter().filter(|rule| rule.enforce);
        let mut denies = denies.filter(|rule| rule.for_each.is_none() && rule.conditions.len() == 1);
        let mut wants = wants.filter(|rule| rule.for_each.is_none());
        enforced
            && (denies.any(|rule| rule.conditions.iter().any(|it| tells(it, true)))
                || wants.any(|rule| rule.conditions.iter().any(|it| tells(it, false))))
    })
}

#[cfg(test)]
mod tests {
    use super::wants_absent;
    use crate::call::Target;
    use crate::policy::tests::policy;

    #[test]
    fn an_argument_may_be_wanted_absent() {
        let check = |entry: &str, want: bool| {
            let policy = policy(&format!(r#"{{"version": "1", "default": "deny", "tools": {{"x": {entry}}}}}"#));
            assert_eq!(wants_absent(&policy, &Target::Tool("x".to_owned()), "a"), want, "{entry}");
        };
        check(r#"{"deny_if": [{"conditions": [{"path": "args.a", "op": "exists"}]}]}"#, true);
        check(r#"{"require": [{"conditions": [{"path": "args.a", "op": "exists", "value": false}]}]}"#, true);
        check(r#"{"deny_if": [{"conditions": [{"path": "args.a", "op": "exists", "value": false}]}]}"#, false);
        check(r#"{"deny_if": [{"conditions": [{"path": "args.b", "op": "exists"}]}]}"#, false);
        check(r#"{"deny_if": [{"conditions": [{"path": "args.a.b", "op": "exists"}]}]}"#, false);
        check(
            r#"{"deny_if": [{"conditions": [{"path": "args.a", "op": "exists"}, {"path": "args.b", "op": "exists"}]}]}"#,
            false,
        );
        check(r#"{"deny_if": [{"conditions": [{"path": "args.a", "op": "exists"}], "enforce": false}]}"#, false);
        check("{}", false);
    }
}
