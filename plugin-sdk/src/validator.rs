//! What an author writes: one type, what it is, how it is configured, and its hooks.

use crate::{Call, Document, Finding, ListVerdict, Listing, Reply, ResultVerdict, Verdict, settings};
use serde::de::DeserializeOwned;

/// A plugin. The value is the plugin as configured; it is never changed by a call.
///
/// Of the hooks, an author writes those that [`export!`](crate::export) names. One that is named and not written
/// refuses everything.
pub trait Validator: Sized + Send + Sync + 'static {
    /// The settings as they are written in a policy. Put `#[serde(deny_unknown_fields)]` on them.
    type Settings: DeserializeOwned;

    /// Says what the plugin is.
    fn describe() -> Description;

    /// Takes the settings, or says all that is wrong with them, with pointers.
    fn configure(settings: Self::Settings) -> Result<Self, Vec<Finding>>;

    /// Judges one call, on its way to the server: the hook `call`.
    fn check_call(&self, call: &Call, arguments: &Document<'_>) -> Verdict {
        let (_, _) = (call, arguments);
        Verdict::Deny(unwritten("call"))
    }

    /// Judges what the server answered to a call, on its way back: the hook `result`. `call` and `arguments` are the
    /// call as it was sent.
    fn check_result(&self, call: &Call, arguments: &Document<'_>, reply: &Reply<'_>) -> ResultVerdict {
        let (_, _, _) = (call, arguments, reply);
        ResultVerdict::Refuse(unwritten("result"))
    }

    /// Judges one item that the server lists, a tool for instance: the hook `list`. The same item must get the same
    /// verdict every time.
    fn filter_item(&self, listing: &Listing, item: &Document<'_>) -> ListVerdict {
        let (_, _) = (listing, item);
        ListVerdict::Hide
    }

    /// Reads the settings from their JSON text, as the gateway hands them over.
    fn from_json(settings: &str) -> Result<Self, Vec<Finding>> {
        Self::configure(settings::read(settings).map_err(|finding| vec![finding])?)
    }
}

/// What a plugin says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The plugin's name, lower case with dashes.
    pub name: String,
    /// Its version, by semantic versioning.
    pub version: String,
    /// One sentence for people.
    pub summary: String,
    /// The tools it is made for, as `SERVER/TOOL` globs; empty where it takes any.
    pub tools: Vec<String>,
    /// A JSON Schema (2020-12) of the settings.
    pub settings_schema: Option<String>,
}

fn unwritten(hook: &str) -> Finding {
    Finding::new("hook.unwritten", format!("the plugin exports the hook `{hook}` and does not write it"))
}

#[cfg(test)]
mod tests {
    use super::{Description, Validator};
    use crate::{Call, Document, Finding, ListVerdict, Listing, Patch, Reply, ResultVerdict, Verdict};

    #[derive(serde::Deserialize)]
    struct Silent {}

    impl Validator for Silent {
        type Settings = Self;

        fn describe() -> Description {
            let text = String::new;
            Description { name: text(), version: text(), summary: text(), tools: vec![], settings_schema: None }
        }

        fn configure(settings: Self) -> Result<Self, Vec<Finding>> {
            Ok(settings)
        }
    }

    crate::export!(Silent: call, result, list);

    #[test]
    fn a_hook_that_is_named_and_not_written_refuses() {
        let (plugin, document) = (Silent {}, || Document::parse("{}").expect("it is JSON"));
        let call = Call::of_tool("wiki", "search");
        assert!(matches!(plugin.check_call(&call, &document()), Verdict::Deny(_)));
        assert!(matches!(plugin.check_result(&call, &document(), &Reply::of(document())), ResultVerdict::Refuse(_)));
        assert_eq!(plugin.filter_item(&Listing::of_tool("wiki", "search"), &document()), ListVerdict::Hide);
    }

    #[test]
    fn a_patch_of_text_is_json() {
        let patch = Patch::text("/a", "\"x\"\n");
        assert_eq!((patch.pointer.as_str(), patch.value_json.as_str()), ("/a", r#""\"x\"\n""#));
    }
}
