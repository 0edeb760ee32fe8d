//! What a Doorward plugin is written against.
//!
//! A plugin is a component that judges calls: an author writes one type that is a [`Validator`], names it in
//! [`export!`], and builds for `wasm32-wasip2`. Everything but the export also works on the author's own machine, so
//! a plugin is tested like any other crate.
//!
//! Words: a **call** is one thing a caller wants of one server; its **document** is what it says (for a tool, the
//! arguments); a **verdict** is the answer; a **finding** is why. [`shell`] tells the commands of a shell text apart,
//! [`paths`] says where a path leads, [`pointer`] walks documents.
//!
//! A plugin is a `cdylib` crate, and `cargo build --release --target wasm32-wasip2` makes the component.
//!
//! This crate knows the contract in `wit/` and nothing of the gateway.
//!
//! ```
//! use doorward_plugin::{Call, Description, Document, Finding, Validator, Verdict};
//!
//! #[derive(serde::Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Shortness {
//!     pointer: String,
//!     longest: usize,
//! }
//!
//! impl Validator for Shortness {
//!     type Settings = Self;
//!
//!     fn describe() -> Description {
//!         Description {
//!             name: "shortness".into(),
//!             version: "0.1.0".into(),
//!             summary: "refuses texts that are too long".into(),
//!             tools: vec![],
//!             settings_schema: None,
//!         }
//!     }
//!
//!     fn configure(settings: Self) -> Result<Self, Vec<Finding>> {
//!         Ok(settings)
//!     }
//!
//!     fn check_call(&self, _: &Call, arguments: &Document<'_>) -> Verdict {
//!         match arguments.text(&self.pointer) {
//!             Some(text) if text.len() <= self.longest => Verdict::Allow,
//!             _ => Verdict::Deny(Finding::new("text.long", "the text is missing or too long").at(&self.pointer)),
//!         }
//!     }
//! }
//!
//! doorward_plugin::export!(Shortness);
//!
//! let guard = Shortness::from_json(r#"{"pointer": "/text", "longest": 5}"#).unwrap();
//! let arguments = Document::parse(r#"{"text": "hello"}"#).unwrap();
//! assert_eq!(guard.check_call(&Call::of_tool("wiki", "search"), &arguments), Verdict::Allow);
//! ```

mod call;
#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod component;
mod document;
pub mod log;
pub mod paths;
pub mod pointer;
mod settings;
pub mod shell;
mod validator;
mod verdict;

pub use call::{Annotations, Call, Caller, Target};
pub use document::{Document, Kind, Leaf, Side, TooMany, Value};
pub use validator::{Description, Validator};
pub use verdict::{Finding, Patch, Severity, Verdict};

/// Makes a [`Validator`] the plugin that this crate is. On the author's own machine it only checks that the type is
/// one.
#[macro_export]
macro_rules! export {
    ($validator:ty) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            use $crate::component::{CallContext, Finding, Json, PluginDescription, Verdict, call_hook, lifecycle};

            // The one thing an instance remembers: the gateway configures it once, and may snapshot it then.
            static CONFIGURED: ::std::sync::OnceLock<$validator> = ::std::sync::OnceLock::new();

            struct Component;

            impl lifecycle::Guest for Component {
                fn describe() -> PluginDescription {
                    $crate::component::describe::<$validator>()
                }

                fn configure(settings: ::std::string::String) -> ::std::result::Result<(), ::std::vec::Vec<Finding>> {
                    $crate::component::configure(&CONFIGURED, &settings)
                }
            }

            impl call_hook::Guest for Component {
                fn check_call(context: CallContext, arguments: &call_hook::Json) -> Verdict {
                    $crate::component::check_call(&CONFIGURED, context, arguments)
                }
            }

    $crate::component::bindings::export_validator!(Component with_types_in $crate::component::bindings);
        };
        #[cfg(not(target_family = "wasm"))]
        const _: () = $crate::must_be_validator::<$validator>();
    };
}

#[doc(hidden)]
pub const fn must_be_validator<V: Validator>() {}
