//! What needs more of the language than conditions with eleven operators: approvals, types, odd names.

use super::*;

const SECOND: &str = r#"
version: "1"
default: allow
approvals: { default_timeout: 10m }
tools:
  charge:
    rules:
      - name: "large"
        action: require_approval
        conditions: [{ path: args.amount, op: gt, value: 500 }]
        on_deny: "over 500 somebody must say yes"
        approval_timeout: 30m
      - conditions: [{ path: args.amount, op: lte, value: 1000 }]
      - spend_limit: $2,000/day
  terminate:
    rules:
      - action: require_approval
        on_deny: "ask first"
  find:
    rules:
      - conditions: [{ path: args.q, op: exists, value: true }, { path: args.all, op: exists, value: false }]
  odd:
    rules:
      - conditions: [{ path: "args.x[0].ä", op: eq, value: 1 }]
  "*":
    rules:
      - action: require_approval
        conditions: [{ path: args.force, op: eq, value: true }]
"#;

#[test]
fn approvals_types_and_odd_names_decide_as_they_did() {
    check(
        SECOND,
        &[
            ("charge", r#"{"amount": 500}"#, '+'),
            ("charge", r#"{"amount": 501}"#, '?'),
            ("charge", r#"{"amount": 1001}"#, '-'),
            ("charge", r#"{"amount": 1, "force": true}"#, '?'),
            ("terminate", "{}", '?'),
            ("other", "{}", '+'),
            ("other", r#"{"force": true}"#, '?'),
            ("other", r#"{"force": false}"#, '+'),
            ("find", r#"{"q": ""}"#, '+'),
            ("find", r#"{"q": null}"#, '-'),
            ("find", "{}", '-'),
            ("find", r#"{"q": 1, "all": null}"#, '+'),
            ("find", r#"{"q": 1, "all": false}"#, '-'),
            ("odd", r#"{"x[0]": {"ä": 1}}"#, '+'),
            ("odd", r#"{"x[0]": {"ä": 2}}"#, '-'),
        ],
    );
    let imported = imported(SECOND);
    for change in [Change::ApprovalSettings, Change::SpendArgument, Change::NullIsPresent, Change::DenyBeforeAsk] {
        assert!(imported.changes.has(change), "{change:?}");
    }
    let everything = "version: '1'\ntools: {'*': {rules: [{action: require_approval}]}}";
    check(everything, &[("a", "{}", '?')]);
}
