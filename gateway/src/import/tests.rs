mod language;

use super::*;
use crate::call::{Call, Caller, ServerName, Target, Verdict};
use crate::clock::Timestamp;
use crate::json::{Limits, Object, Value, scan};
use crate::policy::{Circumstances, Judgement, Policy, Session};

fn source(text: &str) -> Source {
    Source::new("dir/policy.yaml", text)
}

fn imported(text: &str) -> Imported {
    let (imported, findings) = import(&source(text));
    let findings: Vec<_> = findings.iter().map(|finding| (&finding.message, &finding.help)).collect();
    imported.unwrap_or_else(|| panic!("{findings:?}"))
}

fn errors(text: &str) -> Vec<String> {
    let (imported, findings) = import(&source(text));
    assert!(imported.is_none(), "{text}");
    let line = |finding: Finding| {
        let (line, column) = finding.place();
        format!("{line}:{column}: {} {}", finding.message, finding.help.unwrap_or_default())
    };
    findings.into_iter().map(line).collect()
}

fn law(imported: &Imported) -> Policy {
    let mut report = Report::new(Source::new("p", imported.text.as_str()));
    let policy = report.parse().and_then(|node| policy::load(&node, &imported.text, &mut report));
    policy.unwrap_or_else(|| panic!("{}: {:?}", imported.text, report.into_findings()))
}

fn call(tool: &str, arguments: &str) -> Call {
    let arguments = scan(arguments.as_bytes(), &Limits::request(1 << 16)).unwrap();
    let params = Object::from([("name", tool.into()), ("arguments", arguments)]);
    let (caller, server, target) = (Caller::new("c"), ServerName::new("s"), Target::Tool(tool.to_owned()));
    Call::new(caller, server, target, "tools/call".to_owned(), Some(params), Object::new())
}

fn judged<'p>(law: &'p Policy, tool: &str, arguments: &str) -> Judgement<'p> {
    let session = Session::default();
    policy::judge([law], &call(tool, arguments), &Circumstances::unasked(&session, Timestamp::from_millis(0)))
}

/// The policy of this text decides so about these calls: `+` passes, `-` is denied, `?` is asked about.
fn check(text: &str, calls: &[(&str, &str, char)]) {
    let imported = imported(text);
    let law = law(&imported);
    for (tool, arguments, wanted) in calls {
        let found = match judged(&law, tool, arguments).ruling.verdict {
            Verdict::Allow => '+',
            Verdict::Ask => '?',
            Verdict::Deny => '-',
        };
        assert_eq!(found, *wanted, "{tool} {arguments} under\n{}", imported.text);
    }
}

/// The limits of a tool: counter, seconds, most.
fn limits(text: &str, tool: &str, arguments: &str) -> Vec<(String, u64, u64)> {
    let imported = imported(text);
    let law = law(&imported);
    let judged = judged(&law, tool, arguments);
    let limits = judged.limits.iter();
    limits.map(|limit| (limit.counter.to_string(), limit.window.as_secs(), limit.max)).collect()
}

const FORGE: &str = r#"
version: "1"
description: "a forge"
hide: [transfer_repository]
tools:
  create_issue:
    rules:
      - name: "hourly issue limit"
        rate_limit: 5/hour
        on_deny: "Five an hour"
  push:
    rules:
      - name: "branches"
        conditions:
          - path: "args.branch"
            op: "regex"
            value: "^feat/[\\w-]+$"
          - path: "args.force"
            op: "neq"
            value: true
        on_deny: "only to feature branches"
  delete_repository:
    rules:
      - name: "never"
        action: "deny"
        on_deny: "not by agents"
  "*":
    rules:
      - name: "global"
        rate_limit: 60/minute
"#;

const SHOP: &str = r#"
version: "1"
default: deny
tools:
  list_charges:
    rules: []
  get_charge:
  charge:
    rules:
      - name: "most"
        conditions: [{ path: args.amount, op: lte, value: 50000 }]
        on_deny: "too much"
      - name: "currency"
        conditions: [{ path: args.currency, op: in, value: [usd, eur] }]
      - name: "not to itself"
        conditions: [{ path: args.to.account, op: not_in, value: [own] }, { path: args.note, op: contains, value: ref }]
  refund:
    rules:
      - name: "daily count"
        conditions: [{ path: state.refund.daily_count, op: lt, value: 10 }, { path: args.amount, op: gt, value: 0 }]
        state: { counter: daily_count, window: day }
"#;

#[test]
fn rules_decide_as_they_did() {
    check(
        FORGE,
        &[
            ("create_issue", "{}", '+'),
            ("anything", "{}", '+'),
            ("transfer_repository", "{}", '-'),
            ("delete_repository", "{}", '-'),
            ("push", r#"{"branch": "feat/a-1", "force": false}"#, '+'),
            ("push", r#"{"branch": "feat/é", "force": false}"#, '-'),
            ("push", r#"{"branch": "main", "force": false}"#, '-'),
            ("push", r#"{"branch": "feat/a", "force": true}"#, '-'),
            // A path that leads nowhere fails whatever the operator is.
            ("push", r#"{"branch": "feat/a"}"#, '-'),
            ("push", r#"{"branch": ["feat/a"], "force": false}"#, '-'),
        ],
    );
    check(
        SHOP,
        &[
            ("list_charges", r#"{"x": 1}"#, '+'),
            ("get_charge", "{}", '+'),
            ("other", "{}", '-'),
            ("charge", r#"{"amount": 50000, "currency": "usd", "to": {"account": "a"}, "note": "ref 1"}"#, '+'),
            ("charge", r#"{"amount": 50000.5, "currency": "usd", "to": {"account": "a"}, "note": "ref 1"}"#, '-'),
            ("charge", r#"{"amount": 1, "currency": "gbp", "to": {"account": "a"}, "note": "ref 1"}"#, '-'),
            ("charge", r#"{"amount": 1, "currency": "usd", "to": {"account": "own"}, "note": "ref 1"}"#, '-'),
            ("charge", r#"{"amount": 1, "currency": "usd", "to": {}, "note": "ref 1"}"#, '-'),
            ("charge", r#"{"amount": 1, "currency": "usd", "to": {"account": "a"}, "note": ["x", "ref"]}"#, '+'),
            ("charge", r#"{"amount": "1", "currency": "usd", "to": {"account": "a"}, "note": "ref"}"#, '-'),
            ("refund", r#"{"amount": 1}"#, '+'),
            ("refund", r#"{"amount": 0}"#, '-'),
        ],
    );
}

#[test]
fn counters_count_under_their_own_names() {
    let rate = ("create_issue._rate_hour".to_owned(), 3600, 5);
    let global = ("_global._rate_minute".to_owned(), 60, 60);
    assert_eq!(limits(FORGE, "create_issue", "{}"), [global.clone(), rate]);
    assert_eq!(limits(FORGE, "anything", "{}"), [global]);
    assert_eq!(limits(SHOP, "refund", r#"{"amount": 1}"#), [("refund.daily_count".to_owned(), 86400, 9)]);
}

#[test]
fn a_reason_stays_what_the_agent_is_told() {
    let (forge, shop) = (imported(FORGE), imported(SHOP));
    let (forge_law, shop_law) = (law(&forge), law(&shop));
    assert_eq!(judged(&forge_law, "delete_repository", "{}").ruling.reason, "not by agents");
    assert_eq!(judged(&forge_law, "push", "{}").ruling.reason, "only to feature branches");
    assert_eq!(judged(&shop_law, "charge", r#"{"amount": 1e9}"#).ruling.reason, "too much");
    for part in ["// Imported from policy.yaml", "// a forge", "// hourly issue limit: Five an hour", "// never"] {
        assert!(forge.text.contains(part), "{part} is missing in\n{}", forge.text);
    }
}

#[test]
fn a_rule_of_all_tools_that_denies_leaves_nothing() {
    let text = "version: 1\ntools:\n  a: {rules: []}\n  '*': {rules: [{action: deny}]}\n";
    check(text, &[("a", "{}", '-'), ("b", "{}", '-')]);
    assert!(imported(text).changes.has(Change::AllDenied));
}

#[test]
fn what_changed_in_meaning_is_told_once_with_its_lines() {
    let text = "version: '1'\ntools:\n  a:\n    rules:\n      - rate_limit: 1/hour\n      - rate_limit: 2/day\n";
    let source = source(text);
    let found: Vec<_> = imported(text).changes.iter(&source).collect();
    assert_eq!(
        found,
        [
            (Change::DefaultWritten, vec![1]),
            (Change::WindowsSlide, vec![5, 6]),
            (Change::CountsServer, vec![5, 6]),
            (Change::CountsFailures, vec![5, 6]),
            (Change::ArgumentsWritten, vec![1]),
        ]
    );
    let shop = imported(SHOP).changes;
    for change in [Change::NotOnlyTools, Change::BelowBecameMost, Change::StrictTypes] {
        assert!(shop.has(change), "{change:?}");
    }
    assert!(!shop.has(Change::DefaultWritten) && imported(FORGE).changes.has(Change::DeniedUnlisted));
}

#[test]
fn what_cannot_be_said_or_was_never_valid_is_an_error_with_its_place() {
    let rule = |rule: &str| format!("version: '1'\ntools:\n  a:\n    rules:\n      - {rule}\n");
    for (text, part) in [
        ("version: '2'\n".to_owned(), "1:10: `version` must be \"1\""),
        ("default: deny\n".to_owned(), "`version` is missing"),
        ("version: '1'\ndefualt: deny\n".to_owned(), "2:1: unknown key `defualt` did you mean `default`?"),
        ("version: '1'\ndefault: denied\n".to_owned(), "2:10: `denied` is not one of"),
        ("version: '1'\nhide: [a, a]\n".to_owned(), "`a` is hidden twice"),
        ("version: '1'\nhide: ['']\n".to_owned(), "hides nothing"),
        ("version: '1'\nhide: ['create*']\n".to_owned(), "would be a pattern"),
        ("version: '1'\ntools: {'read_*': {rules: []}}\n".to_owned(), "2:9: `read_*` was a name for Intercept"),
        ("version: '1'\ntools: {a: {rule: []}}\n".to_owned(), "did you mean `rules`?"),
        ("version: '1'\nversion: '1'\n".to_owned(), "no valid YAML"),
        ("version: [\n".to_owned(), "no valid YAML"),
        ("- a\n".to_owned(), "expected an object"),
        ("".to_owned(), "expected an object"),
        (rule("{name: x}"), "5:9: a rule that evaluates needs a condition"),
        (rule("{rate_limit: 5/week}"), "`5/week` is no rate"),
        (rule("{rate_limit: 0/hour}"), "`0/hour` is no rate"),
        (rule("{rate_limit: 5/hour, action: deny}"), "stand alone"),
        (rule("{action: deny, conditions: [{path: args.a, op: eq, value: 1}]}"), "has no conditions"),
        (rule("{action: allow}"), "`allow` is not one of"),
        (rule("{action: deny, approval_timeout: 10m}"), "belongs to `action: require_approval`"),
        (rule("{spend_limit: -5/day}"), "is no limit that can be counted"),
        (rule("{spend_limit: $0.50/day}"), "is no limit that can be counted"),
        (rule("{conditions: [{path: amount, op: eq, value: 1}]}"), "`amount` is no path"),
        (rule("{conditions: [{path: args.a, op: equals, value: 1}]}"), "`equals` is not one of"),
        (rule("{conditions: [{path: args.a, op: lt, value: '5'}]}"), "`lt` compares with a number"),
        (rule("{conditions: [{path: args.a, op: in, value: x}]}"), "compares with a list"),
        (rule("{conditions: [{path: args.a, op: not_in, value: []}]}"), "compares with a list"),
        (rule("{conditions: [{path: args.a, op: exists, value: 'yes'}]}"), "`true` or `false`"),
        (rule("{conditions: [{path: args.a, op: regex, value: '('}]}"), "no regular expression"),
        (rule("{conditions: [{path: args.a, op: regex, value: '\\Bx'}]}"), "cannot be said here: `\\B`"),
        (rule("{conditions: [{path: args.a, op: contains, value: ''}]}"), "says nothing"),
        (rule("{conditions: [{path: state.b.c, op: lt, value: 1}]}"), "is counted by no rule here"),
        (
            rule("{conditions: [{path: state.a.c, op: gte, value: 1}], state: {counter: c, window: day}}"),
            "`gte` 1 on a counter cannot be said here",
        ),
        (
            rule("{conditions: [{path: state.a.c, op: lte, value: -1}], state: {counter: c, window: day}}"),
            "`lte` -1 on a counter cannot be said here",
        ),
        (
            rule("{conditions: [{path: args.x, op: eq, value: 1}], state: {counter: c, window: week}}"),
            "`week` is not one of",
        ),
        (
            rule("{conditions: [{path: args.x, op: eq, value: 1}], state: {counter: c, window: day, increment: -1}}"),
            "expected a whole number",
        ),
        (
            rule(
                "{conditions: [{path: args.x, op: eq, value: 1}], state: {counter: c, window: day, increment_from: x}}",
            ),
            "`x` is no path to an argument",
        ),
    ] {
        let found = errors(&text).join("\n");
        assert!(found.contains(part), "{part}\nis missing in\n{found}\nof\n{text}");
    }
    let twice = "version: '1'\ntools: {a: {rules: [{rate_limit: 1/hour}, {rate_limit: 2/hour}]}}\n";
    assert!(errors(twice).join("").contains("is counted by two rules"));
}

#[test]
fn a_limit_that_lets_nothing_pass_denies_and_one_without_a_bound_is_left_out() {
    let rule = |conditions: &str| {
        format!(
            "version: '1'\ntools: {{a: {{rules: [{{conditions: [{conditions}], on_deny: no, state: {{counter: c, window: day}}}}]}}}}"
        )
    };
    let nothing = rule("{path: state.a.c, op: lt, value: 1}");
    check(&nothing, &[("a", "{}", '-'), ("b", "{}", '+')]);
    assert!(imported(&nothing).changes.has(Change::NothingLeft));
    let unbounded = rule("{path: args.x, op: eq, value: 1}");
    check(&unbounded, &[("a", r#"{"x": 1}"#, '+'), ("a", r#"{"x": 2}"#, '-')]);
    assert!(limits(&unbounded, "a", "{}").is_empty() && imported(&unbounded).changes.has(Change::Unbounded));
    assert_eq!(limits(&rule("{path: state.a.c, op: lt, value: 5.5}"), "a", "{}"), [("a.c".to_owned(), 86400, 5)]);
}

#[test]
fn our_own_policies_are_not_taken_for_foreign_ones() {
    for own in [
        r#"{"version": "1", "default": "deny", "tools": {"a": {"require": []}}}"#,
        r#"{"version": "1", "default": "deny", "all_tools": {}}"#,
        "// a policy\n{\"version\": \"1\", \"default\": \"deny\"}",
    ] {
        let found = errors(own).join("\n");
        assert!(found.contains("a policy of Doorward already") && found.contains("doorward check"), "{found}");
    }
    check(r#"{"version": "1", "tools": {"a": {"rules": [{"action": "deny"}]}}}"#, &[("a", "{}", '-')]);
    assert!(is_foreign(&source(FORGE)) && !is_foreign(&source("{ \"x\": 1 ")));
}

#[test]
fn bombs_are_refused_with_bounded_work() {
    let mut aliases = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        aliases.push_str(&format!("a{level}: &a{level} [{before}]\n"));
    }
    let deep = format!("version: {}1{}", "[".repeat(5000), "]".repeat(5000));
    let many = format!("version: '1'\nhide: [{}]", "x,".repeat(300_000));
    let cycle = "version: &a [*a]";
    let large = format!("version: '1' # {}", "x".repeat(yaml::LARGEST));
    let documents = "version: '1'\n---\nversion: '1'\n";
    for text in [aliases.as_str(), &deep, &many, cycle, &large, documents] {
        let start: String = text.chars().take(40).collect();
        let (imported, findings) = import(&source(text));
        assert!(imported.is_none() && !findings.is_empty(), "{start}");
        assert!(findings.iter().all(|finding| finding.message.len() < 400), "{start}: {findings:?}");
    }
    let few = "version: '1'\nx: &r [{action: deny}]\ntools: {a: {rules: *r}}\n";
    assert!(errors(few).join("").contains("unknown key `x`"), "an alias by itself is fine");
    check("version: '1'\ntools: {a: {rules: &r [{action: deny}]}, b: {rules: *r}}\n", &[("b", "{}", '-')]);
}

#[test]
fn words_are_read_as_intercept_read_them() {
    let text = |value: &str| {
        format!("version: '1'\ntools: {{a: {{rules: [{{conditions: [{{path: args.x, op: eq, value: {value}}}]}}]}}}}")
    };
    for (value, argument) in
        [("yes", "\"yes\""), ("on", "\"on\""), ("true", "true"), ("1", "1.0"), ("0.1", "0.1"), ("~", "null")]
    {
        check(&text(value), &[("a", &format!(r#"{{"x": {argument}}}"#), '+')]);
    }
    assert!(errors(&text(".inf")).join("").contains("finite"));
}

#[test]
fn the_tree_has_its_places() {
    let mut report = Report::new(source("a:\n  - b: ünï\n    c: 2\n"));
    let node = yaml::read(&mut report).unwrap();
    assert_eq!(
        node.to_value(),
        Value::from([("a", vec![Value::from([("b", "ünï".into()), ("c", 2u64.into())])].into())])
    );
}

#[test]
fn amounts_count_as_what_they_are() {
    let text = "version: '1'\ntools:\n  pay:\n    rules:\n      - conditions: [{path: state.pay.spent, op: lte, value: 5000000}]\n        state: {counter: spent, window: day, increment_from: args.sum.cents}\n      - spend_limit: $500/hour\n      - conditions: [{path: state.pay.units, op: lte, value: 10}]\n        state: {counter: units, window: minute, increment: 3}\n";
    let imported = imported(text);
    let (law, paid) = (law(&imported), call("pay", r#"{"sum": {"cents": 0.99}, "amount": 7}"#));
    let session = Session::default();
    let judged = policy::judge([&law], &paid, &Circumstances::unasked(&session, Timestamp::from_millis(0)));
    let found: Vec<_> =
        judged.limits.iter().map(|limit| (&*limit.counter, limit.max, limit.cost(&paid).ok())).collect();
    let millionths = |number: u64| Some(number * 10_000);
    assert_eq!(
        found,
        [
            ("pay.spent", 5_000_000, millionths(99)),
            ("pay._spend_hour", 500, millionths(700)),
            ("pay.units", 10, millionths(300)),
        ]
    );
    for arguments in ["{}", r#"{"sum": {"cents": -1}, "amount": 7}"#, r#"{"sum": {"cents": "1"}, "amount": 7}"#] {
        let unpaid = call("pay", arguments);
        assert!(judged.limits.iter().any(|limit| limit.cost(&unpaid).is_err()), "{arguments}");
    }
    assert!(imported.changes.has(Change::ExactAmounts) && imported.changes.has(Change::SpendArgument));
}
