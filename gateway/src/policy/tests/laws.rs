//! What holds of every policy, whatever it says.

use proptest::prelude::*;

use super::*;

/// A condition out of a few that call for every value of three.
fn condition() -> impl Strategy<Value = String> {
    let path = prop_oneof![
        Just("args.a"),
        Just("args.b"),
        Just("args.list[*]"),
        Just("args.list[*].n"),
        Just("args.map[keys]"),
        Just("args.a[length]"),
        Just("caller.name"),
        Just("session.facts.host[args.a]"),
        Just("args.none")
    ];
    let test = prop_oneof![
        Just(r#""op": "eq", "value": 1"#),
        Just(r#""op": "neq", "value": "x""#),
        Just(r#""op": "in", "value": [1, "x"]"#),
        Just(r#""op": "gte", "value": 1"#),
        Just(r#""op": "contains", "value": "x""#),
        Just(r#""op": "exists""#),
        Just(r#""op": "exists", "value": false"#),
        Just(r#""op": "eq", "value_from": "args.b""#),
        Just(r#""op": "type", "value": "string""#),
        Just(r#""op": "path_within", "value": "/x""#),
    ];
    let leaf = (path, test).prop_map(|(path, test)| format!(r#"{{"path": "{path}", {test}}}"#));
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|it| format!(r#"{{"not": {it}}}"#)),
            proptest::collection::vec(inner.clone(), 1..3)
                .prop_map(|it| format!(r#"{{"all_of": [{}]}}"#, it.join(","))),
            proptest::collection::vec(inner, 1..3).prop_map(|it| format!(r#"{{"any_of": [{}]}}"#, it.join(","))),
        ]
    })
}

fn rules() -> impl Strategy<Value = Vec<String>> {
    let rule = proptest::collection::vec(condition(), 1..3);
    proptest::collection::vec(rule.prop_map(|it| format!(r#"{{"conditions": [{}]}}"#, it.join(","))), 0..3)
}

/// An entry by its three lists of rules.
type Lists = [Vec<String>; 3];

fn lists() -> impl Strategy<Value = Lists> {
    (rules(), rules(), rules()).prop_map(|(require, deny_if, approve_if)| [require, deny_if, approve_if])
}

fn text(default: &str, name: &str, [require, deny_if, approve_if]: &Lists) -> String {
    let list = |rules: &[String]| rules.join(",");
    let (require, deny_if, approve_if) = (list(require), list(deny_if), list(approve_if));
    let entry = format!(r#"{{"require": [{require}], "deny_if": [{deny_if}], "approve_if": [{approve_if}]}}"#);
    format!(r#"{{"version": "1", "default": "{default}", "tools": {{"{name}": {entry}}}}}"#)
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![Just("1"), Just("0.5"), Just("\"x\""), Just("\"/x/y\""), Just("null"), Just("[1]"), Just("{\"n\": 1}")]
        .prop_map(str::to_owned)
}

fn arguments() -> impl Strategy<Value = String> {
    let list = proptest::collection::vec(value(), 0..3).prop_map(|it| format!("[{}]", it.join(",")));
    let (a, b) = (proptest::option::of(value()), proptest::option::of(value()));
    (a, b, proptest::option::of(prop_oneof![list, value()]), proptest::option::of(value())).prop_map(
        |(a, b, list, map)| {
            let members = [("a", a), ("b", b), ("list", list), ("map", map)];
            let members = members.into_iter().filter_map(|(name, it)| it.map(|it| format!("\"{name}\": {it}")));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        },
    )
}

fn default() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("allow"), Just("deny")]
}

fn name() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("x"), Just("x*"), Just("*"), Just("y")]
}

proptest! {
    #[test]
    fn deciding_is_deterministic(default in default(), name in name(), lists in lists(), arguments in arguments()) {
        let text = text(default, name, &lists);
        let (first, second) = (policy(&text), policy(&text));
        let call = with(&arguments);
        prop_assert_eq!(ruled(&first, &call), ruled(&first, &call));
        prop_assert_eq!(ruled(&first, &call), ruled(&second, &call));
    }

    #[test]
    fn another_deny_if_never_turns_a_no_into_a_yes(
        lists in lists(), more in rules(), place in 0_usize..3, arguments in arguments(),
    ) {
        let call = with(&arguments);
        let before = ruled(&policy(&text("deny", "x", &lists)), &call).verdict;
        let [require, mut deny_if, approve_if] = lists;
        let place = place.min(deny_if.len());
        deny_if.splice(place..place, more);
        let after = ruled(&policy(&text("deny", "x", &[require, deny_if, approve_if])), &call).verdict;
        prop_assert!(after >= before, "{:?} became {:?}", before, after);
    }

    #[test]
    fn a_layer_never_widens(
        (one, other) in ((default(), name(), lists()), (default(), name(), lists())), arguments in arguments(),
    ) {
        let (one, other) = (policy(&text(one.0, one.1, &one.2)), policy(&text(other.0, other.1, &other.2)));
        let call = with(&arguments);
        let (alone, both) = (judged([&one], &call), judged([&one, &other], &call));
        prop_assert!(both.ruling.verdict >= alone.ruling.verdict);
        prop_assert_eq!(both.ruling.verdict, judged([&other, &one], &call).ruling.verdict);
        prop_assert!(both.limits.len() >= alone.limits.len() && both.plugins.len() >= alone.plugins.len());
        prop_assert!(sight([&one, &other], &tool("x")) as u8 >= sight([&one], &tool("x")) as u8);
    }

    #[test]
    fn what_is_refused_by_a_rule_is_refused_in_its_trace(lists in lists(), arguments in arguments()) {
        let (law, call) = (policy(&text("deny", "x", &lists)), with(&arguments));
        let session = Session::default();
        let strictest = trace([&law], &call, &nothing_known(&session)).into_iter().map(|step| step.verdict).max();
        prop_assert_eq!(strictest, Some(ruled(&law, &call).verdict));
    }

    #[test]
    fn no_text_is_too_odd_to_be_read(text in "[{}\\[\\]\",:a-z0-9 ]{0,60}") {
        let (policy, findings) = read(&text);
        prop_assert!(policy.is_some() || !findings.is_empty());
    }
}
