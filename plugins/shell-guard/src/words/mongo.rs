//! Which expressions of `mongosh` only ask a database how it is.
//!
//! A closed grammar: a call of one of the questions below, the members of what it answers, and functions that go through
//! lists and print. No name but those and the parameters of such functions, no assignment, no backslash, no documents: of a
//! collection only its size and its indexes.

use super::one_of;

/// What may be asked of the set of replicas, the shards and the database.
const QUESTIONS: &[(&str, &str)] = &[
    (
        "rs",
        "status conf config hello isMaster printReplicationInfo printSecondaryReplicationInfo printSlaveReplicationInfo",
    ),
    ("sh", "status getBalancerState isBalancerRunning"),
    (
        "db",
        "serverStatus stats currentOp version hello isMaster hostInfo serverBuildInfo getReplicationInfo \
         printReplicationInfo printSecondaryReplicationInfo printSlaveReplicationInfo printShardingStatus \
         printCollectionStats getProfilingStatus getProfilingLevel getCollectionNames getCollectionInfos getName",
    ),
];

/// What may be asked of a collection.
const OF_COLLECTIONS: &str = "stats countDocuments estimatedDocumentCount count getIndexes totalSize totalIndexSize \
                              dataSize storageSize getShardDistribution latencyStats isCapped";

/// The commands that `db.adminCommand` and `db.runCommand` may be given.
const COMMANDS: &str = "ping hello isMaster serverStatus replSetGetStatus replSetGetConfig listDatabases buildInfo hostInfo \
                        connPoolStats shardConnPoolStats dbStats collStats top currentOp getShardMap listShards \
                        balancerStatus features getLog lockInfo whatsmyuri connectionStatus";

/// What goes through lists, and what makes text of things.
const METHODS: &str = "map filter forEach some every find slice join concat reverse includes indexOf toString toFixed \
                       toNumber toISOString getTime toArray pretty startsWith endsWith toUpperCase toLowerCase";

/// Functions that print or count.
const FUNCTIONS: &str = "print printjson tojson Number String JSON.stringify EJSON.stringify Math.round Math.floor \
                         Math.ceil Math.max Math.min Math.abs Object.keys Object.values Object.entries Date.now";

/// The operators by which what runs at the moment is chosen.
const OPERATORS: &str = "$gt $gte $lt $lte $eq $ne $in $nin $exists $or $and $not $all $ownOps";

/// The deepest that expressions stand within one another.
const DEEPEST: usize = 24;

/// Whether the text is one of them.
pub(super) fn is_harmless(text: &str) -> bool {
    let text = text.trim().trim_end_matches(';');
    let is_shown =
        text.strip_prefix("show ").is_some_and(|what| one_of("dbs databases collections tables", what.trim()));
    is_shown || Reader { rest: text, names: Vec::new(), depth: 0 }.program().is_some()
}

/// The name of a database, in which no dot stands, since a word that ends as programs do would be one to read; or a server of
/// this machine, with nobody's name and password.
pub(super) fn is_database(text: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    };
    let (server, name) = match text.strip_prefix("mongodb://") {
        Some(address) => address.split_once('/').unwrap_or((address, "")),
        None if is_name(text) => return true,
        None => text.split_once('/').unwrap_or((text, "")),
    };
    let (host, port) = server.split_once(':').unwrap_or((server, "1"));
    matches!(host, "localhost" | "127.0.0.1")
        && !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && (name.is_empty() || is_name(name))
}

struct Reader<'a> {
    rest: &'a str,
    /// The parameters of the functions around.
    names: Vec<&'a str>,
    depth: usize,
}

/// Every step answers nothing where the text is not of the grammar.
impl<'a> Reader<'a> {
    /// Expressions with `;` between them.
    fn program(mut self) -> Option<()> {
        loop {
            self.blank();
            // A brace at the beginning opens a block.
            (!self.rest.starts_with('{')).then_some(())?;
            self.expression()?;
            if !self.takes(";") {
                return self.rest.is_empty().then_some(());
            }
        }
    }

    fn blank(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    fn takes(&mut self, sign: &str) -> bool {
        self.blank();
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn must(&mut self, sign: &str) -> Option<()> {
        self.takes(sign).then_some(())
    }

    fn name(&mut self) -> Option<&'a str> {
        self.blank();
        let after = self.rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$');
        let name = self.rest.strip_suffix(after)?;
        self.rest = after;
        name.starts_with(|c: char| !c.is_ascii_digit()).then_some(name)
    }

    fn expression(&mut self) -> Option<()> {
        const SIGNS: &[&str] =
            &["===", "!==", "==", "!=", ">=", "<=", "&&", "||", "??", ">", "<", "+", "-", "*", "/", "%", "?", ":"];
        self.depth += 1;
        (self.depth <= DEEPEST).then_some(())?;
        self.operand()?;
        let mut choices = 0_usize;
        loop {
            self.blank();
            // What counts up changes something, and what begins so is a comment or a function.
            if ["++", "--", "//", "/*", "=>", "**", "?."].iter().any(|sign| self.rest.starts_with(sign)) {
                return None;
            }
            let found = SIGNS.iter().find(|sign| self.rest.starts_with(**sign));
            match found {
                Some(&"?") => choices += 1,
                Some(&":") if choices == 0 => break,
                Some(&":") => choices -= 1,
                Some(_) => {}
                None => break,
            }
            self.rest = self.rest.strip_prefix(*found?)?;
            (!self.rest.starts_with('=')).then_some(())?;
            self.operand()?;
        }
        self.depth -= 1;
        (choices == 0).then_some(())
    }

    /// A value and what is asked of it.
    fn operand(&mut self) -> Option<()> {
        while self.takes("!") || (!self.rest.starts_with("--") && self.takes("-")) {}
        self.blank();
        match self.rest.chars().next()? {
            '0'..='9' => self.rest = self.rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'),
            '\'' | '"' => {
                self.string()?;
            }
            '`' => self.pattern()?,
            '[' => self.list("[", "]")?,
            '{' => self.object()?,
            '(' => self.list("(", ")")?,
            _ => self.named()?,
        }
        self.members()
    }

    fn string(&mut self) -> Option<&'a str> {
        self.blank();
        let quote = self.rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (text, after) = self.rest.get(1..)?.split_once(quote)?;
        self.rest = after;
        (text.replace("\\n", "").replace("\\t", "").chars().all(|c| c.is_ascii() && c != '\\')).then_some(text)
    }

    /// Text in backticks with expressions in it.
    fn pattern(&mut self) -> Option<()> {
        self.must("`")?;
        loop {
            let at = self.rest.find(['`', '$', '\\'])?;
            let (_, rest) = self.rest.split_at_checked(at)?;
            if let Some(rest) = rest.strip_prefix('`') {
                self.rest = rest;
                return Some(());
            }
            self.rest = rest.strip_prefix("${")?;
            self.expression()?;
            self.must("}")?;
        }
    }

    /// Expressions with commas between them; in round brackets at least one.
    fn list(&mut self, open: &str, close: &str) -> Option<()> {
        self.must(open)?;
        if open == "[" && self.takes(close) {
            return Some(());
        }
        loop {
            self.expression()?;
            if !self.takes(",") {
                return self.must(close);
            }
        }
    }

    fn object(&mut self) -> Option<()> {
        self.must("{")?;
        if self.takes("}") {
            return Some(());
        }
        loop {
            self.blank();
            let key = if self.rest.starts_with(['\'', '"']) { self.string()? } else { self.name()? };
            (!key.contains('$') || one_of(OPERATORS, key)).then_some(())?;
            self.must(":")?;
            self.expression()?;
            if !self.takes(",") {
                return self.must("}");
            }
        }
    }

    /// A question, a function or a parameter.
    fn named(&mut self) -> Option<()> {
        let name = self.name()?;
        if matches!(name, "true" | "false" | "null" | "undefined") || self.names.contains(&name) {
            return Some(());
        }
        if name == "new" {
            return (self.name()? == "Date").then_some(()).and_then(|()| self.arguments());
        }
        if QUESTIONS.iter().any(|(subject, _)| *subject == name) {
            return self.question(name);
        }
        if one_of(FUNCTIONS, name) {
            return self.arguments();
        }
        self.must(".")?;
        let method = self.name()?;
        FUNCTIONS
            .split_ascii_whitespace()
            .any(|function| function.split_once('.') == Some((name, method)))
            .then_some(())?;
        self.arguments()
    }

    fn question(&mut self, subject: &str) -> Option<()> {
        self.must(".")?;
        let asked = self.name()?;
        if subject == "db" && matches!(asked, "getSiblingDB" | "getSisterDB") {
            self.texts()?;
            return self.question("db");
        }
        if subject == "db" && asked == "getCollection" {
            self.texts()?;
            return self.of_collection();
        }
        if subject == "db" && matches!(asked, "adminCommand" | "runCommand") {
            return self.command();
        }
        if subject == "db" && asked == "getMongo" {
            self.must("(")?;
            self.must(")")?;
            self.must(".")?;
            one_of("getDBNames getDBs", self.name()?).then_some(())?;
            return self.arguments();
        }
        if QUESTIONS.iter().any(|(known, questions)| *known == subject && one_of(questions, asked)) {
            return self.arguments();
        }
        // Of the database itself there are many more functions; a name with a bracket behind it is not a collection.
        self.blank();
        (subject == "db" && self.rest.starts_with('.')).then_some(())?;
        self.of_collection()
    }

    fn of_collection(&mut self) -> Option<()> {
        self.must(".")?;
        let asked = self.name()?;
        one_of(OF_COLLECTIONS, asked).then_some(())?;
        // What is counted by would tell what is in them.
        if matches!(asked, "countDocuments" | "count" | "estimatedDocumentCount") {
            self.must("(")?;
            let _ = self.takes("{") && self.takes("}");
            return self.must(")");
        }
        self.arguments()
    }

    /// `('ping')` or `({ping: 1})`
    fn command(&mut self) -> Option<()> {
        self.must("(")?;
        if !self.takes("{") {
            one_of(COMMANDS, self.string()?).then_some(())?;
            return self.must(")");
        }
        self.blank();
        let command = if self.rest.starts_with(['\'', '"']) { self.string()? } else { self.name()? };
        one_of(COMMANDS, command).then_some(())?;
        self.must(":")?;
        self.blank();
        if self.rest.starts_with(['\'', '"']) {
            self.string()?;
        } else {
            let after = self.rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let after = after.strip_prefix("true").unwrap_or(after);
            (after.len() < self.rest.len()).then_some(())?;
            self.rest = after;
        }
        self.must("}")?;
        self.must(")")
    }

    /// `('name')`
    fn texts(&mut self) -> Option<()> {
        self.must("(")?;
        self.string()?;
        self.must(")")
    }

    fn members(&mut self) -> Option<()> {
        loop {
            if self.rest.starts_with("?.") {
                self.rest = self.rest.strip_prefix('?')?;
            }
            if self.takes(".") {
                let name = self.name()?;
                self.blank();
                if self.rest.starts_with('(') {
                    one_of(METHODS, name).then_some(())?;
                    self.arguments()?;
                }
            } else if self.rest.starts_with('[') {
                self.list("[", "]")?;
            } else {
                return (!self.rest.starts_with(['(', '`'])).then_some(());
            }
        }
    }

    /// Expressions, and functions of one or several parameters.
    fn arguments(&mut self) -> Option<()> {
        self.must("(")?;
        if self.takes(")") {
            return Some(());
        }
        loop {
            match self.function() {
                Some(body) => body?,
                None => self.expression()?,
            }
            if !self.takes(",") {
                return self.must(")");
            }
        }
    }

    /// `m => …` or `(m, i) => …`, where one stands here; and whether what it does is allowed.
    fn function(&mut self) -> Option<Option<()>> {
        self.blank();
        let (head, body) = self.rest.split_once("=>")?;
        let head = head.trim();
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.chars().all(|c| c.is_ascii_alphanumeric())
                && !matches!(name, "db" | "rs" | "sh" | "new" | "print")
        };
        // Without brackets a comma stands between what is given, of which the first would be any name.
        let names: Vec<_> = match head.strip_prefix('(').and_then(|head| head.strip_suffix(')')) {
            Some(names) => names.split(',').map(str::trim).collect(),
            None => vec![head],
        };
        if !names.iter().all(|name| is_name(name)) {
            return None;
        }
        let outside = self.names.len();
        self.names.extend(names);
        self.rest = body;
        let answer = self.body();
        self.names.truncate(outside);
        Some(answer)
    }

    fn body(&mut self) -> Option<()> {
        if !self.takes("{") {
            return self.expression();
        }
        loop {
            self.blank();
            (!self.rest.starts_with('{')).then_some(())?;
            self.expression()?;
            let is_further = self.takes(";");
            if self.takes("}") {
                return Some(());
            }
            is_further.then_some(())?;
        }
    }
}

#[cfg(test)]
mod tests;
