//! Flows: what a session that has done one thing may not do next. It is what keeps private things from going out.

use crate::call::{Ruling, Verdict};
use crate::json::commented::{Node, Report};

use super::Session;

/// The longest label, in bytes.
const LABEL: usize = 64;

/// Between two labels.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    id: String,
    from: String,
    to: String,
    verdict: Verdict,
    reason: Option<String>,
}

impl Flow {
    /// Reads an element of `flows`.
    pub(super) fn read(node: &Node, report: &mut Report) -> Option<Self> {
        const ACTIONS: [(&str, Verdict); 2] = [("deny", Verdict::Deny), ("require_approval", Verdict::Ask)];
        let mut fields = report.fields(node)?;
        let from = fields.need("from", report).and_then(|node| read_label(node, report));
        let to = fields.need("to", report).and_then(|node| read_label(node, report));
        let verdict = fields.get("action").map_or(Some(Verdict::Deny), |node| report.one_of(node, &ACTIONS));
        let reason =
            fields.get("reason").map_or(Some(None), |node| report.text(node).map(|text| Some(text.to_owned())));
        fields.finish(report);
        let (from, to) = (from?, to?);
        Some(Self { id: format!("/flows/{from}-{to}"), from, to, verdict: verdict?, reason: reason? })
    }

    /// Its place in the policy.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The flow's ruling about a call of something with these labels, where it has an objection.
    pub(super) fn objection(&self, labels: &[&str], session: &Session) -> Option<Ruling> {
        (labels.contains(&self.to.as_str()) && session.is_marked(&self.from)).then(|| self.ruling())
    }

    /// What it says of a call that goes the forbidden way.
    pub(super) fn ruling(&self) -> Ruling {
        let reason = self.reason.clone().unwrap_or_else(|| match self.verdict {
            Verdict::Ask => format!("after `{}` a person must approve `{}`", self.from, self.to),
            Verdict::Allow | Verdict::Deny => format!("after `{}` there is no `{}`", self.from, self.to),
        });
        let remedy = Some("the same in a session of its own".into());
        Ruling { verdict: self.verdict, rule: self.id.clone().into(), reason: reason.into(), remedy }
    }
}

/// Reads a label.
pub(super) fn read_label(node: &Node, report: &mut Report) -> Option<String> {
    let text = report.text(node)?;
    if text.is_empty() || text.len() > LABEL || text.chars().any(|letter| letter.is_whitespace() || letter.is_control())
    {
        let help = format!("use a word of up to {LABEL} bytes, such as `reads-private`");
        report.error(node.span.clone(), "no label", Some(help));
        return None;
    }
    Some(text.to_owned())
}
