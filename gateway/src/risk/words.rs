//! Words, and what they speak for. The tables are the rules: to add a word is to add a rule.

use super::Class;

/// What a noun of a name speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A class, unless the verb says that it is only looked at.
    Means(Class),
    /// No class, but it makes whatever is done weigh more.
    Weighs,
}

const READ: &[&str] = &[
    "analyze",
    "audit",
    "browse",
    "calculate",
    "capture",
    "check",
    "compare",
    "count",
    "crawl",
    "debug",
    "describe",
    "detect",
    "diff",
    "discover",
    "estimate",
    "examine",
    "explain",
    "extract",
    "fetch",
    "find",
    "get",
    "grep",
    "hash",
    "head",
    "help",
    "identify",
    "info",
    "inspect",
    "is",
    "list",
    "locate",
    "lookup",
    "measure",
    "monitor",
    "ping",
    "plan",
    "poll",
    "preview",
    "query",
    "read",
    "resolve",
    "reverse",
    "scan",
    "search",
    "show",
    "stat",
    "stats",
    "status",
    "summarize",
    "tail",
    "test",
    "trace",
    "tree",
    "validate",
    "verify",
    "version",
    "view",
    "wait",
    "watch",
    "webpage",
    "whoami",
    "which",
];

const WRITE: &[&str] = &[
    "accept",
    "add",
    "allow",
    "append",
    "apply",
    "approve",
    "archive",
    "assign",
    "attach",
    "batch",
    "block",
    "cancel",
    "change",
    "click",
    "close",
    "comment",
    "commit",
    "configure",
    "connect",
    "convert",
    "copy",
    "create",
    "decline",
    "disable",
    "disconnect",
    "dismiss",
    "download",
    "edit",
    "enable",
    "exchange",
    "export",
    "fill",
    "follow",
    "fork",
    "format",
    "generate",
    "import",
    "insert",
    "invite",
    "lock",
    "make",
    "mark",
    "merge",
    "mkdir",
    "modify",
    "move",
    "mount",
    "note",
    "open",
    "optimize",
    "patch",
    "pause",
    "post",
    "press",
    "publish",
    "push",
    "put",
    "record",
    "register",
    "reject",
    "reload",
    "rename",
    "reply",
    "replace",
    "report",
    "request",
    "reset",
    "restore",
    "resume",
    "rotate",
    "save",
    "schedule",
    "send",
    "set",
    "share",
    "star",
    "start",
    "stop",
    "store",
    "submit",
    "subscribe",
    "sync",
    "tag",
    "touch",
    "transfer",
    "type",
    "unblock",
    "unlock",
    "unzip",
    "update",
    "upgrade",
    "upload",
    "upsert",
    "write",
    "zip",
];

const EXECUTE: &[&str] = &[
    "boot",
    "build",
    "call",
    "compile",
    "deploy",
    "eval",
    "evaluate",
    "exec",
    "execute",
    "install",
    "invoke",
    "launch",
    "preprocess",
    "run",
    "shell",
    "spawn",
    "sudo",
    "trigger",
];

const DESTRUCTIVE: &[&str] = &[
    "clear",
    "delete",
    "deprovision",
    "destroy",
    "drop",
    "empty",
    "erase",
    "flush",
    "kill",
    "nuke",
    "prune",
    "purge",
    "reboot",
    "remove",
    "revoke",
    "rm",
    "rmdir",
    "shred",
    "shutdown",
    "terminate",
    "trash",
    "truncate",
    "uninstall",
    "unlink",
    "wipe",
];

const FINANCIAL: &[&str] = &[
    "bill",
    "buy",
    "charge",
    "debit",
    "donate",
    "invest",
    "pay",
    "payout",
    "purchase",
    "refund",
    "reimburse",
    "sell",
    "trade",
    "withdraw",
];

const MONEY: &[&str] = &[
    "charge", "charges", "fund", "funds", "invoice", "invoices", "money", "payment", "payments", "payout", "payouts",
    "refund", "refunds", "wallet", "wallets",
];

const RUNS: &[&str] = &["command", "commands", "keystrokes", "powershell", "repl", "script", "shell", "terminal"];

/// Verbs that end what somebody began: they run nothing, whatever they end.
const ENDS: &[&str] = &["cancel", "close", "disconnect", "pause", "stop"];

const WEIGHS: &[&str] = &[
    "admin",
    "config",
    "configuration",
    "credential",
    "credentials",
    "env",
    "environment",
    "forward",
    "grant",
    "iam",
    "key",
    "keys",
    "password",
    "passwords",
    "permission",
    "permissions",
    "policy",
    "proxy",
    "role",
    "roles",
    "secret",
    "secrets",
    "token",
    "tokens",
    "tunnel",
];

/// What a description says outright.
pub(super) const PHRASES: [(&str, Class); 14] = [
    ("arbitrary code", Class::Execute),
    ("arbitrary command", Class::Execute),
    ("bank account", Class::Financial),
    ("cannot be recovered", Class::Destructive),
    ("cannot be undone", Class::Destructive),
    ("credit card", Class::Financial),
    ("execute a command", Class::Execute),
    ("executes a command", Class::Execute),
    ("irreversibl", Class::Destructive),
    ("permanently delete", Class::Destructive),
    ("permanently remove", Class::Destructive),
    ("run a command", Class::Execute),
    ("runs a command", Class::Execute),
    ("shell command", Class::Execute),
];

/// The words of a name: of `createHTTPTunnel`, `create_http_tunnel` and `create-http.tunnel` the same, in lower case.
pub(super) fn tokens(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().take(200).collect();
    let (mut tokens, mut token) = (Vec::new(), String::new());
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(place + 1);
        let begins = letter.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_numeric())
                || after.is_some_and(|after| after.is_lowercase()));
        if (begins || !letter.is_alphanumeric()) && !token.is_empty() {
            tokens.push(std::mem::take(&mut token));
        }
        if letter.is_alphanumeric() {
            token.extend(letter.to_lowercase());
        }
    }
    if !token.is_empty() {
        tokens.push(token);
    }
    tokens
}

/// The word of a name that says what is done. It stands first, behind whatever names the server, or else last.
pub(super) fn verb(tokens: &[String]) -> Option<(&str, Class)> {
    let known = |token: &String| class_of(token).map(|class| (token.clone(), class));
    let last = tokens.last().and_then(known);
    let first = tokens.iter().find_map(known);
    let (word, class) = match (first, last) {
        // `charges_list` and `payment_get`: a word for money is no verb in front of one that looks.
        (Some((word, Class::Financial)), Some((looks, Class::Read))) if tokens.len() > 1 && is_money(&word) => {
            (looks, Class::Read)
        }
        (first, _) => first?,
    };
    tokens.iter().find(|token| **token == word).map(|token| (token.as_str(), class))
}

/// What a description begins with: a verb, perhaps in the third person. Those that only look are not asked: every
/// description of a server that wants to seem harmless begins with one.
pub(super) fn leading_verb(word: &str) -> Option<(&str, Class)> {
    let stems = [Some(word), word.strip_suffix('s'), word.strip_suffix("es")];
    stems.into_iter().flatten().find_map(|stem| {
        let class = class_of(stem)?;
        (class > Class::Read).then_some((word, class))
    })
}

/// What a noun speaks for.
pub(super) fn noun(token: &str) -> Option<Word> {
    if is_money(token) {
        return Some(Word::Means(Class::Financial));
    }
    if runs(token) {
        return Some(Word::Means(Class::Execute));
    }
    WEIGHS.contains(&token).then_some(Word::Weighs)
}

/// Whether a verb only ends what somebody began.
pub(super) fn ends(verb: &str) -> bool {
    ENDS.contains(&verb)
}

/// Whether a noun names something that runs what it is given.
pub(super) fn runs(noun: &str) -> bool {
    RUNS.contains(&noun)
}

/// Whether a word names a database, so that a query is a program.
pub(super) fn is_database(token: &str) -> bool {
    const DATABASES: [&str; 9] =
        ["database", "db", "mariadb", "mysql", "postgres", "postgresql", "sql", "sqlite", "warehouse"];
    DATABASES.contains(&token)
}

fn class_of(token: &str) -> Option<Class> {
    let tables = [
        (READ, Class::Read),
        (WRITE, Class::Write),
        (EXECUTE, Class::Execute),
        (DESTRUCTIVE, Class::Destructive),
        (FINANCIAL, Class::Financial),
    ];
    tables.into_iter().find(|(words, _)| words.contains(&token)).map(|(_, class)| class)
}

fn is_money(token: &str) -> bool {
    MONEY.contains(&token)
}
