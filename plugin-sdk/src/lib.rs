//! What a Doorward plugin is written against.
//!
//! A plugin is a component that judges calls, replies or what a server lists: an author writes one type that is a
//! [`Validator`], names it and its hooks in [`export!`], and builds for `wasm32-wasip2`. Everything but the export also works on the author's own machine, so
//! a plugin is tested like any other crate.
//!
//! Words: a **call** is one thing a caller wants of one server; its **document** is what it says (for a tool, the
//! arguments); a **verdict** is the answer; a **finding** is why; a **hook** is what a plugin is asked. [`arguments`]
//! accounts for every string of a call, [`shell`] tells the commands of a shell text apart, [`paths`] says where a path
//! leads, `net` (a feature) which host a text names, [`pointer`] walks documents.
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

pub mod arguments;
mod call;
#[cfg(not(target_family = "wasm"))]
pub mod cases;
#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod component;
mod document;
pub mod log;
pub mod memory;
#[cfg(feature = "net")]
pub mod net;
mod number;
pub mod paths;
pub mod pointer;
mod schema;
mod settings;
pub mod shell;
mod validator;
mod verdict;

pub use call::{Annotations, Call, Caller, Listing, Outcome, Reply, Target};
pub use document::{Document, Kind, Leaf, Side, TooMany, Value};
pub use number::Number;
pub use schema::schema_of;
pub use validator::{Description, Validator};
pub use verdict::{Finding, ListVerdict, Patch, ResultVerdict, Severity, Verdict};

/// Makes a [`Validator`] the plugin that this crate is, with the hooks that are named: `call`, `result` and `list`.
/// `export!(MyPlugin)` means `export!(MyPlugin: call)`. On the author's own machine it only checks that the type is a
/// validator and that there are such hooks.
#[macro_export]
macro_rules! export {
    (@written $validator:ty; $($hook:ident = $written:expr,)+) => {
        $crate::export!($validator: $($hook),+);
    };
    ($validator:ty) => {
        $crate::export!($validator: call);
    };
    ($validator:ty: $($hook:ident),+ $(,)?) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            // The one thing an instance remembers: the gateway configures it once, and may snapshot it then.
            static CONFIGURED: ::std::sync::OnceLock<$validator> = ::std::sync::OnceLock::new();

            struct Component;

            impl $crate::component::lifecycle::Guest for Component {
                fn describe() -> $crate::component::PluginDescription {
                    $crate::component::describe::<$validator>(&[$($crate::hook!($hook)),+])
                }

                fn configure(
                    settings: ::std::string::String,
                ) -> ::std::result::Result<(), ::std::vec::Vec<$crate::component::Finding>> {
                    $crate::component::configure(&CONFIGURED, &settings)
                }
            }

            $crate::component::bindings::export_lifecycle!(Component with_types_in $crate::component::bindings);

            $($crate::hook!($hook Component CONFIGURED);)+
        };
        #[cfg(not(target_family = "wasm"))]
        const _: &[&str] = {
            $crate::must_be_validator::<$validator>();
            &[$($crate::hook!($hook)),+]
        };
    };
}

/// The name of a hook in the contract; and how it is exported.
#[doc(hidden)]
#[macro_export]
macro_rules! hook {
    (call) => { "call-hook" };
    (result) => { "result-hook" };
    (list) => { "list-hook" };
    (call $component:ident $configured:ident) => {
        impl $crate::component::call_hook::Guest for $component {
            fn check_call(
                context: $crate::component::CallContext,
                arguments: &$crate::component::call_hook::Json,
            ) -> $crate::component::Verdict {
                $crate::component::check_call(&$configured, context, arguments)
            }
        }

        $crate::component::call_bindings::export_call!($component with_types_in $crate::component::call_bindings);
    };
    (result $component:ident $configured:ident) => {
        impl $crate::component::result_hook::Guest for $component {
            fn check_result(
                context: $crate::component::CallContext,
                outcome: $crate::component::WireOutcome,
                arguments: &$crate::component::result_hook::Json,
                reply: &$crate::component::result_hook::Json,
            ) -> $crate::component::ResultVerdict {
                $crate::component::check_result(&$configured, context, outcome, arguments, reply)
            }
        }

        $crate::component::result_bindings::export_result!($component with_types_in $crate::component::result_bindings);
    };
    (list $component:ident $configured:ident) => {
        impl $crate::component::list_hook::Guest for $component {
            fn filter_item(
                context: $crate::component::ListContext,
                item: &$crate::component::list_hook::Json,
            ) -> $crate::component::ListVerdict {
                $crate::component::filter_item(&$configured, context, item)
            }
        }

        $crate::component::list_bindings::export_list!($component with_types_in $crate::component::list_bindings);
    };
    ($other:ident $($rest:ident)*) => {
        compile_error!(concat!("there is no hook `", stringify!($other), "`: there are `call`, `result` and `list`"))
    };
}

/// Makes a plugin of a type of settings and of a function for each hook: what most plugins are.
///
/// Name, version and summary are the package's, by its manifest; the schema of the settings is that of their type, which is
/// `Deserialize` and `JsonSchema`. `check_settings` may be left out: it says what is wrong with settings that can be read. The
/// hooks are `check_call`, `check_result` and `filter_item`, in this order, and those that are named are exported.
///
/// ```
/// use doorward_plugin::{Call, Document, Finding, Validator, Verdict};
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// #[serde(deny_unknown_fields)]
/// struct Settings {
///     /// A JSON pointer to the text.
///     text: String,
///     /// How many bytes it may have.
///     longest: usize,
/// }
///
/// fn check_settings(settings: &Settings) -> Vec<Finding> {
///     if settings.longest == 0 {
///         return vec![Finding::new("longest.zero", "no text is so short").at("/longest")];
///     }
///     vec![]
/// }
///
/// fn check_call(settings: &Settings, _: &Call, arguments: &Document<'_>) -> Verdict {
///     match arguments.text(&settings.text) {
///         Some(text) if text.len() <= settings.longest => Verdict::Allow,
///         _ => Verdict::Deny(Finding::new("text.long", "the text is missing or too long").at(&settings.text)),
///     }
/// }
///
/// doorward_plugin::validator! {
///     settings: Settings,
///     check_settings: check_settings,
///     check_call: check_call,
/// }
///
/// let settings = Settings::from_json(r#"{"text": "/text", "longest": 5}"#).unwrap();
/// let arguments = Document::parse(r#"{"text": "hello"}"#).unwrap();
/// assert_eq!(check_call(&settings, &Call::of_tool("wiki", "search"), &arguments), Verdict::Allow);
/// assert_eq!(Settings::from_json(r#"{"text": "/text", "longest": 0}"#).err().unwrap()[0].code, "longest.zero");
/// assert!(Settings::describe().settings_schema.unwrap().contains("How many bytes it may have."));
/// ```
///
/// A plugin that judges replies:
///
/// ```
/// use doorward_plugin::{Call, Document, Finding, Reply, ResultVerdict, Validator};
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// #[serde(deny_unknown_fields)]
/// struct Settings {
///     /// The most strings that a reply may have.
///     most: u32,
/// }
///
/// fn check_result(settings: &Settings, _: &Call, _: &Document<'_>, reply: &Reply<'_>) -> ResultVerdict {
///     match reply.document.strings(settings.most) {
///         Ok(_) => ResultVerdict::Pass,
///         Err(many) => ResultVerdict::Refuse(Finding::new("reply.long", format!("it has {} strings", many.found))),
///     }
/// }
///
/// doorward_plugin::validator! {
///     settings: Settings,
///     check_result: check_result,
/// }
///
/// let settings = Settings::from_json(r#"{"most": 1}"#).unwrap();
/// let (call, arguments) = (Call::of_tool("wiki", "search"), Document::parse("{}").unwrap());
/// let reply = Reply::of(Document::parse(r#"{"content": []}"#).unwrap());
/// assert_eq!(settings.check_result(&call, &arguments, &reply), ResultVerdict::Pass);
/// ```
#[macro_export]
macro_rules! validator {
    (
        settings: $settings:ty,
        $(check_settings: $check_settings:expr,)?
        $(check_call: $check_call:expr,)?
        $(check_result: $check_result:expr,)?
        $(filter_item: $filter_item:expr,)?
    ) => {
        impl $crate::Validator for $settings {
            type Settings = Self;

            fn describe() -> $crate::Description {
                $crate::Description {
                    name: ::std::string::String::from(env!("CARGO_PKG_NAME")),
                    version: ::std::string::String::from(env!("CARGO_PKG_VERSION")),
                    summary: ::std::string::String::from(env!("CARGO_PKG_DESCRIPTION")),
                    tools: ::std::vec::Vec::new(),
                    settings_schema: ::std::option::Option::Some($crate::schema_of::<Self>()),
                }
            }

            fn configure(settings: Self) -> ::std::result::Result<Self, ::std::vec::Vec<$crate::Finding>> {
                $(
                    let findings: ::std::vec::Vec<$crate::Finding> = $check_settings(&settings);
                    if !findings.is_empty() {
                        return ::std::result::Result::Err(findings);
                    }
                )?
                ::std::result::Result::Ok(settings)
            }

            $(
                fn check_call(&self, call: &$crate::Call, arguments: &$crate::Document<'_>) -> $crate::Verdict {
                    $check_call(self, call, arguments)
                }
            )?

            $(
                fn check_result(
                    &self,
                    call: &$crate::Call,
                    arguments: &$crate::Document<'_>,
                    reply: &$crate::Reply<'_>,
                ) -> $crate::ResultVerdict {
                    $check_result(self, call, arguments, reply)
                }
            )?

            $(
                fn filter_item(
                    &self,
                    listing: &$crate::Listing,
                    item: &$crate::Document<'_>,
                ) -> $crate::ListVerdict {
                    $filter_item(self, listing, item)
                }
            )?
        }

        $crate::export! {
            @written $settings;
            $(call = $check_call,)?
            $(result = $check_result,)?
            $(list = $filter_item,)?
        }
    };
}

#[doc(hidden)]
pub const fn must_be_validator<V: Validator>() {}
