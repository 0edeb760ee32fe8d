//! What operators see: how many calls came to what, by which rule, and how long they took.

use doorward_tests::{Agent, Gateway, Record, until, world};
use serde_json::json;

/// The value of a metric with these labels, whatever their order.
fn value(metrics: &str, name: &str, labels: &[&str]) -> Option<f64> {
    let lines = metrics.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('{')?.split_once("} "));
    let mut found = lines.filter(|(known, _)| labels.iter().all(|label| known.contains(label)));
    let value = found.next()?.1.parse().ok();
    assert_eq!(found.next(), None, "{name} {labels:?}");
    value
}

#[tokio::test]
async fn calls_are_counted_by_verdict_rule_and_server_and_timed() {
    let record = Record::new();
    let gateway = Gateway::in_front_of_peer(&record, &[], world::strict()).await;
    for agent in Agent::both(&gateway).await {
        for tool in ["echo", "echo", "danger", "secret", "region"] {
            agent.call(tool, json!({})).await;
        }
    }
    let metrics = until("the calls to be counted", async || {
        let metrics = gateway.visit("/metrics").await.text();
        (value(&metrics, "doorward_call_seconds_count", &[r#"server="s""#]) == Some(4.0)).then_some(metrics)
    })
    .await;
    for (verdict, rule, times) in [
        ("allow", "/tools/echo", 4.0),
        ("deny", "/tools/danger/action", 2.0),
        ("deny", "(hidden)", 2.0),
        ("deny", "(default deny)", 2.0),
    ] {
        let labels = [r#"server="s""#.to_owned(), format!("verdict=\"{verdict}\""), format!("rule=\"{rule}\"")];
        let labels = labels.each_ref().map(String::as_str);
        assert_eq!(value(&metrics, "doorward_calls_total", &labels), Some(times), "{labels:?} in\n{metrics}");
    }
    assert!(value(&metrics, "doorward_call_seconds_bucket", &[r#"server="s""#, r#"le="+Inf""#]) == Some(4.0));
    assert!(metrics.ends_with("# EOF\n"));
    // What is open is looked at once a second.
    for (name, number) in [("sessions", 1), ("children", 2), ("noise_lines", 0)] {
        gateway.until_gauge(name, number).await;
    }
}
