//! A plugin with every hook, and with a memory, made by the SDK. What each hook does stands in the settings.

use doorward_plugin::{
    Call, Description, Document, Finding, ListVerdict, Listing, Patch, Reply, ResultVerdict, Validator, Verdict, memory,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Watcher {
    call: String,
    result: String,
    list: String,
}

impl Default for Watcher {
    fn default() -> Self {
        Self { call: "allow".to_owned(), result: "pass".to_owned(), list: "keep".to_owned() }
    }
}

impl Validator for Watcher {
    type Settings = Self;

    fn describe() -> Description {
        Description {
            name: "watcher".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "watches everything".to_owned(),
            tools: vec![],
            settings_schema: None,
        }
    }

    fn configure(settings: Self) -> Result<Self, Vec<Finding>> {
        Ok(settings)
    }

    fn check_call(&self, call: &Call, arguments: &Document<'_>) -> Verdict {
        let text = |pointer: &str| arguments.text(pointer).unwrap_or_default();
        match self.call.as_str() {
            "allow" => Verdict::Allow,
            // Puts the keys of several calls together, and refuses what they come to.
            "keys" => {
                let typed = memory::text("typed").unwrap_or_default() + &text("/key");
                if typed.contains("rm") {
                    return Verdict::Deny(Finding::new("typed", format!("`{typed}` was typed")));
                }
                match memory::set("typed", &typed) {
                    Ok(()) => Verdict::Allow,
                    Err(full) => Verdict::Deny(Finding::new("full", format!("{} bytes are left", full.free))),
                }
            }
            "upper" => Verdict::Modify(vec![Patch::text("/text", &text("/text").to_uppercase())]),
            "grow" => Verdict::Modify(vec![Patch::text("/text", &(text("/text") + "x"))]),
            "add" => Verdict::Modify(vec![Patch::text("/stranger", "x")]),
            "nowhere" => Verdict::Modify(vec![Patch::text("/missing/place", "x")]),
            "whole" => Verdict::Modify(vec![Patch { pointer: String::new(), value_json: "[]".to_owned() }]),
            "reads" if call.annotations.read_only != Some(true) => {
                Verdict::Deny(Finding::new("tool.writes", format!("{:?}", call.annotations)))
            }
            "agent" if call.caller.client.as_deref() != Some("agent") => {
                Verdict::Deny(Finding::new("client.unknown", format!("{:?}", call.caller.client)))
            }
            "reads" | "agent" => Verdict::Allow,
            "short" if text("/text").len() > 3 => Verdict::Deny(Finding::new("text.long", "the text is long")),
            "short" => Verdict::Allow,
            other => panic!("{other}"),
        }
    }

    fn check_result(&self, call: &Call, _: &Document<'_>, reply: &Reply<'_>) -> ResultVerdict {
        match self.result.as_str() {
            "pass" => ResultVerdict::Pass,
            "redact" => {
                let secret = |leaf: &doorward_plugin::Leaf| leaf.text.contains("secret");
                let leaves = reply.document.strings(1000).unwrap_or_default();
                let patch = |leaf: doorward_plugin::Leaf| Patch::text(leaf.pointer, "[redacted]");
                ResultVerdict::Redact(leaves.into_iter().filter(secret).map(patch).collect())
            }
            // Says what it is told of the call.
            "told" => {
                let told = format!("{:?} {:?}", call.annotations, call.caller.client);
                ResultVerdict::Redact(vec![Patch::text("/told", &told)])
            }
            "refuse" => ResultVerdict::Refuse(Finding::new("reply.bad", "the reply is not fit to be seen")),
            other => panic!("{other}"),
        }
    }

    fn filter_item(&self, listing: &Listing, item: &Document<'_>) -> ListVerdict {
        let name = item.text("/name").unwrap_or_default();
        match self.list.as_str() {
            "keep" => ListVerdict::Keep,
            "hide" if name.starts_with("danger") => ListVerdict::Hide,
            "hide" => ListVerdict::Keep,
            "rewrite" => ListVerdict::Rewrite(vec![Patch::text("/description", &format!("{:?}", listing.target))]),
            "rename" => ListVerdict::Rewrite(vec![Patch::text("/name", "other")]),
            "remember" => {
                let _trapped = memory::set("listed", &name);
                ListVerdict::Keep
            }
            other => panic!("{other}"),
        }
    }
}

doorward_plugin::export!(Watcher: call, result, list);
