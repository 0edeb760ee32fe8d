//! What a policy means differently here, said once for all the places where it does.

use std::collections::BTreeMap;

use crate::json::commented::{Source, Span};

/// A difference in meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// `default` was absent.
    DefaultWritten,
    /// Calendar windows became sliding ones.
    WindowsSlide,
    /// Whose calls are counted together.
    CountsServer,
    /// What is given back.
    CountsFailures,
    /// `lt` on a counter.
    BelowBecameMost,
    /// `increment_from`.
    ExactAmounts,
    /// Limits have no text of their own.
    LimitText,
    /// A counter without a bound.
    Unbounded,
    /// A limit that lets nothing pass.
    NothingLeft,
    /// Rules beside one that denies everything.
    BesideDeny,
    /// A rule of `*` that denies everything.
    AllDenied,
    /// Other types are unknown, not converted to text.
    StrictTypes,
    /// `exists` with `null`.
    NullIsPresent,
    /// A denied tool is not listed.
    DeniedUnlisted,
    /// What is denied outright is denied before anybody is asked.
    DenyBeforeAsk,
    /// `default: deny` holds for what is no tool, too.
    NotOnlyTools,
    /// Arguments that a tool does not have.
    ArgumentsWritten,
    /// `spend_limit`.
    SpendArgument,
    /// `approval_timeout` and `approvals`.
    ApprovalSettings,
}

/// The differences that were found, each with its places.
#[derive(Debug, Default)]
pub struct Changes(BTreeMap<Change, Vec<Span>>);

impl Changes {
    /// Notes a difference at a place.
    pub(super) fn note(&mut self, change: Change, span: &Span) {
        self.0.entry(change).or_default().push(span.clone());
    }

    /// Every difference, with the lines where it stands.
    pub fn iter(&self, source: &Source) -> impl Iterator<Item = (Change, Vec<usize>)> {
        let line = |span: &Span| source.text.get(..span.start).unwrap_or_default().matches('\n').count() + 1;
        self.0.iter().map(move |(change, spans)| {
            let mut lines: Vec<usize> = spans.iter().map(line).collect();
            lines.sort_unstable();
            lines.dedup();
            (*change, lines)
        })
    }

    /// Whether this one was found.
    pub fn has(&self, change: Change) -> bool {
        self.0.contains_key(&change)
    }
}

impl Change {
    /// Whether somebody must look at it: something was left out, or guessed.
    pub fn needs_a_look(self) -> bool {
        matches!(self, Self::SpendArgument | Self::ApprovalSettings | Self::Unbounded | Self::AllDenied)
    }

    /// The difference, for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::DefaultWritten => {
                "`default` was absent, which means allow; it is written out, and `deny` is what to aim for"
            }
            Self::WindowsSlide => {
                "calendar windows became sliding: no stretch of that length lets more pass, also around the full hour; \
                 `\"algorithm\": \"calendar\"` in a limit brings the old windows back"
            }
            Self::CountsServer => {
                "limits count all callers of the server together, as one Intercept did; `\"scope\": \"grant\"` counts \
                 each caller alone"
            }
            Self::CountsFailures => {
                "a call that the server answers with an error counts; only what was never sent is given back"
            }
            Self::BelowBecameMost => "`lt` on a counter became the `max` below it",
            Self::ExactAmounts => {
                "amounts count exactly: fractions are no longer cut off, and an amount that is missing, negative or no \
                 number is refused"
            }
            Self::LimitText => {
                "limits have no `on_deny`: the agent is told the limit itself; the text is kept as a comment"
            }
            Self::Unbounded => {
                "a counter that no `lt` or `lte` of its own rule bounds never limited anything: left out"
            }
            Self::NothingLeft => "a limit that lets nothing pass became `\"action\": \"deny\"`",
            Self::BesideDeny => "rules beside one that denies every call say nothing: left out",
            Self::AllDenied => {
                "a rule of `*` denies every call of every tool, so `default` is deny and no tool is named"
            }
            Self::StrictTypes => {
                "values of different types no longer compare as text: `\"5\"` is not 5, and such a call is refused, or \
                 asked about"
            }
            Self::NullIsPresent => {
                "`exists` means given and not null, as in Intercept; by itself it would count null as given"
            }
            Self::DeniedUnlisted => "a tool that is denied is not listed either",
            Self::DenyBeforeAsk => "a call that another rule denies is denied, and nobody is asked about it",
            Self::NotOnlyTools => {
                "`default: deny` holds for resources, prompts and requests of the server too; Intercept let them pass"
            }
            Self::ArgumentsWritten => {
                "arguments that do not fit the tool's schema pass, as they did, and `arguments` says so; take it out, and \
                 they are refused"
            }
            Self::SpendArgument => {
                "`spend_limit` does not say what it counts: taken for `args.amount`, in the tool's own unit; look at \
                 each `cost`"
            }
            Self::ApprovalSettings => "settings of approvals do not stand in a policy: left out",
        }
    }
}
