//! What is found of policies, under names that stay.

use crate::json::commented::Code;

/// Every kind of finding that is of policies alone.
pub const CODES: [Code; 13] = [
    FOREIGN,
    UNENFORCED,
    ENTRY_DEAD,
    RULE_DEAD,
    RULE_SHADOWED,
    RULE_CONTRADICTION,
    LIMIT_NEVER_BINDS,
    LIMIT_REFUSES_ALL,
    PATH_NOT_IN_SCHEMA,
    VALUE_NOT_IN_SCHEMA,
    TOOL_UNNAMED,
    CAPPED,
    WIDENS,
];

/// A policy of another gateway.
pub const FOREIGN: Code = Code { name: "policy.foreign", about: "The file is a policy of another gateway." };
pub(super) const UNENFORCED: Code =
    Code { name: "policy.not-enforced", about: "What this would deny is recorded, and passes." };
pub(super) const ENTRY_DEAD: Code = Code { name: "entry.dead", about: "No call is ever judged by this entry." };
pub(super) const RULE_DEAD: Code = Code { name: "rule.dead", about: "This rule never changes what becomes of a call." };
pub(super) const RULE_SHADOWED: Code =
    Code { name: "rule.shadowed", about: "Whenever this rule objects, one before it has objected." };
pub(super) const RULE_CONTRADICTION: Code =
    Code { name: "rule.contradiction", about: "These rules cannot hold together, so no call can pass." };
pub(super) const LIMIT_NEVER_BINDS: Code =
    Code { name: "limit.never-binds", about: "Another limit is always reached before this one, or it counts nothing." };
pub(super) const LIMIT_REFUSES_ALL: Code =
    Code { name: "limit.refuses-all", about: "Every call costs more than may count, so no call can pass." };
pub(super) const PATH_NOT_IN_SCHEMA: Code =
    Code { name: "path.not-in-schema", about: "The tool's schema does not name what this path leads to." };
pub(super) const VALUE_NOT_IN_SCHEMA: Code =
    Code { name: "value.not-in-schema", about: "By the tool's schema the value there is never like this." };
/// A tool that is allowed without a word.
pub const TOOL_UNNAMED: Code =
    Code { name: "tool.unnamed", about: "No rule names this tool, and the default allows it." };
/// What was too much to be looked at.
pub const CAPPED: Code =
    Code { name: "check.capped", about: "Some rules or arguments were not looked at: there are too many." };
/// What a change lets pass that did not before.
pub const WIDENS: Code = Code { name: "policy.widens", about: "Calls may pass that did not before." };
