//! What the analysis tells is so: what is taken out for being dead changes no verdict, and what is said to let nothing pass
//! lets nothing pass.

use proptest::prelude::*;

use super::*;
use crate::call::Verdict;
use crate::policy::tests::{policy, ruled, with};

/// Tests of few values, so that many of them meet.
fn condition() -> impl Strategy<Value = String> {
    let path = prop_oneof![4 => Just("args.a"), 2 => Just("args.b"), 1 => Just("args.a[*]"), 1 => Just("args.o.n")];
    let scalar =
        || prop_oneof![Just("1"), Just("2"), Just("1.5"), Just("\"a\""), Just("\"ab\""), Just("true"), Just("null")];
    let number = || prop_oneof![Just("0"), Just("1"), Just("1.5"), Just("2")];
    let test = prop_oneof![
        (prop_oneof![Just("eq"), Just("neq")], scalar())
            .prop_map(|(op, value)| format!(r#""op": "{op}", "value": {value}"#)),
        (prop_oneof![Just("in"), Just("not_in")], proptest::collection::vec(scalar(), 1..3))
            .prop_map(|(op, values)| format!(r#""op": "{op}", "value": [{}]"#, values.join(","))),
        (prop_oneof![Just("lt"), Just("lte"), Just("gt"), Just("gte")], number())
            .prop_map(|(op, value)| format!(r#""op": "{op}", "value": {value}"#)),
        Just(r#""op": "between", "value": [1, 2]"#.to_owned()),
        Just(r#""op": "gt", "value": "12:00""#.to_owned()),
        Just(r#""op": "exists""#.to_owned()),
        Just(r#""op": "exists", "value": false"#.to_owned()),
        prop_oneof![Just("\"a\""), Just("[\"a\", \"b\"]"), Just("\"ab\"")]
            .prop_map(|value| format!(r#""op": "starts_with", "value": {value}"#)),
        prop_oneof![Just("\"integer\""), Just("\"string\""), Just("[\"number\", \"null\"]")]
            .prop_map(|value| format!(r#""op": "type", "value": {value}"#)),
        Just(r#""op": "contains", "value": "a""#.to_owned()),
    ];
    let leaf = (path, test).prop_map(|(path, test)| format!(r#"{{"path": "{path}", {test}}}"#));
    leaf.prop_recursive(2, 4, 2, |inner| {
        let some = proptest::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            inner.prop_map(|it| format!(r#"{{"not": {it}}}"#)),
            (prop_oneof![Just("all_of"), Just("any_of")], some)
                .prop_map(|(word, it)| format!(r#"{{"{word}": [{}]}}"#, it.join(","))),
        ]
    })
}

fn rules() -> impl Strategy<Value = Vec<String>> {
    let rule =
        (proptest::collection::vec(condition(), 1..3), proptest::option::weighted(0.1, Just(r#", "enforce": false"#)));
    let rule =
        rule.prop_map(|(all, more)| format!(r#"{{"conditions": [{}]{}}}"#, all.join(","), more.unwrap_or_default()));
    let each = condition().prop_map(|it| {
        format!(
            r#"{{"for_each": "args.a[*]", "conditions": [{}]}}"#,
            it.replace("args.b", "each").replace("args.o.n", "each.n")
        )
    });
    proptest::collection::vec(prop_oneof![6 => rule, 1 => each], 0..4)
}

/// The rules of all tools, and those of `x`: require, deny_if and approve_if of each.
type Lists = [Vec<String>; 6];

fn lists() -> impl Strategy<Value = Lists> {
    [rules(), rules(), rules(), rules(), rules(), rules()]
}

fn text(action: &str, lists: &Lists) -> String {
    let list = |place: usize| lists[place].join(", ");
    let three = |from: usize| {
        format!(r#""require": [{}], "deny_if": [{}], "approve_if": [{}]"#, list(from), list(from + 1), list(from + 2))
    };
    format!(
        r#"{{"version": "1", "default": "deny", "all_tools": {{{}}}, "tools": {{"x": {{"action": "{action}", {}}}}}}}"#,
        three(0),
        three(3)
    )
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("0"),
        Just("1"),
        Just("1.0"),
        Just("1.5"),
        Just("1.7"),
        Just("2"),
        Just("3"),
        Just("\"a\""),
        Just("\"ab\""),
        Just("\"abc\""),
        Just("\"b\""),
        Just("\"\""),
        Just("\"12:00\""),
        Just("\"12:01\""),
        Just("\"11:00\""),
        Just("null"),
        Just("true"),
        Just("false"),
        Just("[]"),
        Just("[1]"),
        Just("[1, \"a\"]"),
        Just("[2, 1.5]"),
        Just("{}"),
        Just("{\"n\": 1}"),
        Just("{\"n\": 2}"),
        Just("[{\"n\": 1}, {\"n\": 2}]"),
    ]
    .prop_map(str::to_owned)
}

fn arguments() -> impl Strategy<Value = String> {
    let some = || proptest::option::weighted(0.85, value());
    (some(), some(), some()).prop_map(|(a, b, o)| {
        let members = [("a", a), ("b", b), ("o", o)];
        let members = members.into_iter().filter_map(|(name, it)| it.map(|it| format!("\"{name}\": {it}")));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_is_dead_changes_no_verdict_and_what_contradicts_lets_nothing_pass(
        action in prop_oneof![8 => Just("allow"), 1 => Just("deny"), 1 => Just("require_approval")],
        lists in lists(),
        calls in proptest::collection::vec(arguments(), 30),
    ) {
        let text = text(action, &lists);
        let (law, source) = (policy(&text), Source::new("p", text.as_str()));
        for finding in findings(&law, &source, &Surroundings::default()) {
            let without = format!("{}{}", &text[..finding.span.start], &text[finding.span.end..]);
            // A rule is an element, perhaps between others.
            let without = without.replace(", ,", ",").replace("[, ", "[").replace(", ]", "]");
            for call in &calls {
                let verdict = ruled(&law, &with(call)).verdict;
                match finding.code.name {
                    "rule.dead" | "rule.shadowed" => {
                        prop_assert_eq!(ruled(&policy(&without), &with(call)).verdict, verdict, "{} {}", call, finding.message);
                    }
                    "rule.contradiction" => prop_assert_eq!(verdict, Verdict::Deny, "{} {}", call, finding.message),
                    other => prop_assert!(false, "{other}"),
                }
            }
        }
    }
}
