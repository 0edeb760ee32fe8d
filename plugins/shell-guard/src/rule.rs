//! The form of the rules: what one command may be given. A rule is data, and allows nothing that it does not name.
//!
//! The profiles are tables of rules, and the settings may add some, in the same form.

use crate::written;
use serde::Deserialize;

/// Words separated by blanks. An alias, since serde would borrow a plain `&str` from the settings.
type Words = &'static str;
/// Flags and the kind of their value.
type Valued = &'static [(&'static str, Kind)];

/// One way to use a command. A name may have several rules; a command is allowed if one of them allows all of it.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub(crate) struct Rule {
    /// The names that it is for, separated by blanks.
    #[serde(deserialize_with = "written::words")]
    pub(crate) names: Words,
    /// The subcommands that it is for, separated by ` | `, each a sequence of words, each word with its synonyms behind
    /// slashes; empty where the command has no subcommands.
    #[serde(deserialize_with = "written::words")]
    pub(crate) under: Words,
    /// Flags without a value, separated by blanks.
    #[serde(deserialize_with = "written::words")]
    pub(crate) flags: Words,
    /// Flags with a value, in the same word or the next one.
    #[serde(deserialize_with = "written::valued")]
    pub(crate) takes: Valued,
    /// Flags with a value that may be left out, and otherwise stands in the same word.
    #[serde(deserialize_with = "written::valued")]
    pub(crate) may_take: Valued,
    /// Whether `-20` is a flag.
    pub(crate) digits: bool,
    /// The first operand, where it is of another kind than the rest; and the flags that take its place.
    #[serde(deserialize_with = "written::first")]
    pub(crate) first: Option<(Kind, &'static str)>,
    /// The operands.
    pub(crate) rest: Operands,
    /// Flags that must stand, one of each group; `|` is there where the output goes into a pipe, `<` where nothing
    /// comes in: from `/dev/null`, or from an `echo` without words, and `<name` where an `echo` or a `printf` asks what is on
    /// the list of that name.
    #[serde(deserialize_with = "written::groups")]
    pub(crate) needs: &'static [&'static str],
    /// The flags with which operands are read with all that lies beneath them.
    #[serde(deserialize_with = "written::words")]
    pub(crate) trees: Words,
    /// The flags with which the contents of operands are compared and not shown.
    #[serde(deserialize_with = "written::words")]
    pub(crate) brief: Words,
    /// Whether none of the command's flags, allowed or not, writes or runs anything. Then a pattern may begin a word:
    /// at worst a file whose name looks like a flag changes what is shown.
    pub(crate) harmless: bool,
    /// How the command reads its words.
    pub(crate) style: Style,
}

/// How many operands of which kind.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Operands {
    pub(crate) kind: Kind,
    #[serde(default)]
    pub(crate) min: usize,
    #[serde(default = "no_limit")]
    pub(crate) max: usize,
}

/// How a command reads its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Style {
    /// By getopt: `-la` is `-l -a`, `-n5` is `-n 5`, `--` ends the flags.
    Getopt,
    /// By getopt up to the first operand. Behind that nothing may look like a flag: for some programs and systems it would
    /// be one, and for others an operand, as `-b` is a file to be written in `xxd FILE -b`.
    Early,
    /// By getopt, and no flag of one letter stands before the first operand: there it would be one of the whole command,
    /// and might take the subcommand for its value, as in `zypper -s search install x`.
    Behind,
    /// By getopt, but the value of a flag of one letter is always the next word, and what stands behind the letter are
    /// further flags: `tree -Po x FILE` writes the file. Only digits may stand there.
    Apart,
    /// Every flag is a word of its own: `-name`, `!`.
    Words,
    /// Every word is an operand.
    Text,
    /// By getopt up to the first operand; behind that, and behind `first`, stands another command. Only for the
    /// wrappers, which are not for the settings to invent.
    #[serde(skip)]
    Prefix,
}

impl Style {
    /// Whether `-la` is `-l -a`.
    pub(crate) fn is_getopt(self) -> bool {
        matches!(self, Self::Getopt | Self::Early | Self::Behind | Self::Apart | Self::Prefix)
    }
}

/// What a value or an operand may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Any text: a pattern to search for, a line to print.
    Text,
    /// Text that no shell would take for arithmetic with a command in it, as some do with `a[$(id)]` where a number
    /// is expected.
    Inert,
    /// A name: of a unit, a user, a container, a column. Does not begin with a dash.
    Name,
    /// A name that begins with a letter: of a device.
    Device,
    /// A whole number, signed or not, with or without a unit.
    Count,
    /// A whole number between the two.
    Between(u32, u32),
    /// Whole numbers and ranges of them, separated by commas.
    Ranges,
    /// Seconds, from 0.2 to 60.
    Seconds,
    /// A number of at most six digits, perhaps with two behind the dot: as many lines can be waited for.
    Step,
    /// Two numbers of at most seven digits, the first and the last.
    Span,
    /// An amount of memory, of at most 8 GiB.
    Size,
    /// A host name or an address.
    Host,
    /// One of the words.
    OneOf(#[serde(deserialize_with = "written::words")] Words),
    /// One or several of the words, separated by commas.
    Each(#[serde(deserialize_with = "written::words")] Words),
    /// One of the texts, which are separated by `|`.
    Phrase(#[serde(deserialize_with = "written::words")] Words),
    /// Two words: a name and what it stands for.
    Pair,
    /// Names separated by blanks or commas: of columns.
    Names,
    /// Names of properties or fields, separated by commas. Never the environment, nor credentials.
    Properties,
    /// A path whose name and properties are shown.
    List,
    /// A path whose contents are shown.
    Read,
    /// The same without a colon, before which `tar` would read the name of another machine.
    Archive,
    /// A file with certificates in it, of which no more than what is public is shown; without a colon, behind which
    /// `openssl` would fetch it from another machine.
    Certificate,
    /// A file beneath `/etc`: what a program does that goes by it, the keeper of the machine has said.
    Configuration,
    /// A file beneath `/var/log` whose name no program takes for anything else.
    Log,
    /// Such a file in which is written who was there.
    Logins,
    /// A file name or pattern to look for.
    Pattern,
    /// A format for `printf`: writes no variable.
    Format,
    /// A format in which no field is wider than four digits.
    Layout,
    /// A format for `date`: begins with `+`.
    DateFormat,
    /// Columns of `ps`, separated by commas; never the environment.
    Columns,
    /// Order of `ps`: columns with signs.
    Order,
    /// Flags of `ps` without a dash; never `e`, which would show environments.
    BsdFlags,
    /// `FIELD=value`.
    Match,
    /// A user for `ps`, that could not be taken for its flags.
    User,
    /// A name in a cluster, without the kind of the thing.
    Plain,
    /// A name of letters, digits, `_`, `.` and `-`: of a database, which a text with `=` in it would lead elsewhere.
    Word,
    /// A name of a kernel setting, without a value.
    Setting,
    /// What `dig` takes: a host, `@server`, a type, `+option`.
    Dig,
    /// A program for `jq` that does not ask for the environment or for modules.
    Jq,
    /// A program for `yq`, in all its implementations, that only chooses.
    Yq,
    /// A format for lists of packages that only names what is shown: `%{NAME}-%{VERSION}`.
    PackageFormat,
    /// A template for `docker inspect` that names what it shows, and not the environment.
    Template,
    /// Kinds of things in a cluster, separated by commas; never secrets.
    Resources,
    /// Kinds of things in a cluster, of which no more than a line each is shown; never secrets and tokens.
    Summary,
    /// Kinds of things in a cluster that carry no environment.
    OpenResources,
    /// A format of output that reads no file.
    Output,
    /// A format of output that shows the state of things and not their specification.
    StatusPath,
    /// A program for `awk` that only chooses, counts and prints.
    Awk,
    /// `name=value` for `awk`.
    AwkSetting,
    /// A program for `sed` that only chooses and changes what is printed.
    Sed,
    /// A query that asks a database how it is.
    Query,
    /// One of the paths, in which `*` stands for one name.
    Route(#[serde(deserialize_with = "written::words")] Words),
    /// A database of `mongosh`, or a server of this machine.
    Database,
    /// Which members of what a cloud answers are shown, of those that are harmless.
    Members,
    /// An expression of `mongosh` that asks a database how it is.
    Mongo,
    /// A value for the client of a cloud: of those, some read a file or a URL that is named in it.
    CloudValue,
    /// A format of `gcloud` that names what it shows, and not what was given to machines and services to start with.
    Projection,
    /// Where backups lie: a path of this machine, or a place elsewhere that is no program and no password.
    Repository,
    /// A service that may be restarted: no target, and nothing that shuts down or opens a shell.
    Unit,
    /// A commit, a branch, a path, or a path in a commit, for `git`.
    Revision,
    /// A URL at which a service of this machine or of its network tells its health.
    Health,
    /// A URL of any machine of which nothing but the headers is shown, without parameters.
    Web,
    /// Such a URL with `https://`: without, it would be the name of a file.
    Https,
    /// A URL of this machine of which nothing but the headers is shown, perhaps with parameters.
    LocalWeb,
    /// A machine that may be asked: a name, or an address as everybody writes it; not what tells clouds' credentials.
    Site,
    /// Such a machine, and a port.
    Peer,
    /// A server of this machine, also by the place of its sockets, or of its network, by a name that nobody outside has or by a
    /// private address.
    Server,
    /// Another way to a machine for `curl`, which leads to one that may be asked.
    Detour,
    /// A header for `curl` that says nothing of who asks.
    Header,
    /// How a program calls itself.
    Agent,
    /// `query=`, for Prometheus, and its times.
    Parameter,
    /// An expression for Prometheus, or what `lsof` chooses by, which is no name of a file and no flag.
    Expression,
    /// A file of addresses for a mail server.
    Table,
    /// Ports, separated by commas, and short ranges of them.
    Ports,
    /// A socket on which a service answers questions, for `socat`.
    Socket,
    /// A word of what `tcpdump` chooses by.
    Filter,
    /// The same where it listens, and nothing of dialling in.
    Talk,
    /// What `tcpdump` chooses by where it listens: packets in which the network speaks of itself.
    Signal,
    /// What makes a choice of `tcpdump` narrower.
    Narrower,
    /// One of the sentences, which are separated by ` | `, with names in them; see `words/sentences.rs`.
    Sentence(#[serde(deserialize_with = "written::words")] Words),
    /// A format for `curl`: reads and writes no file.
    WriteOut,
}

/// A rule that allows the bare command.
pub(crate) const fn rule(names: &'static str) -> Rule {
    Rule {
        names,
        under: "",
        flags: "",
        takes: &[],
        may_take: &[],
        digits: false,
        first: None,
        rest: none(),
        needs: &[],
        trees: "",
        brief: "",
        harmless: false,
        style: Style::Getopt,
    }
}

impl Rule {
    /// Whether the rule is for the command.
    pub(crate) fn is_for(&self, command: &str) -> bool {
        self.names.split_ascii_whitespace().any(|name| name == command)
    }
}

impl Default for Rule {
    fn default() -> Self {
        rule("")
    }
}

fn no_limit() -> usize {
    usize::MAX
}

/// No operands.
pub(crate) const fn none() -> Operands {
    at_most(0, Kind::Text)
}

/// Any number of operands.
pub(crate) const fn any(kind: Kind) -> Operands {
    at_most(usize::MAX, kind)
}

/// One operand or more.
pub(crate) const fn some(kind: Kind) -> Operands {
    between(1, usize::MAX, kind)
}

/// Exactly so many operands.
pub(crate) const fn exactly(count: usize, kind: Kind) -> Operands {
    between(count, count, kind)
}

/// So many operands or fewer.
pub(crate) const fn at_most(max: usize, kind: Kind) -> Operands {
    between(0, max, kind)
}

/// From `min` to `max` operands.
pub(crate) const fn between(min: usize, max: usize, kind: Kind) -> Operands {
    Operands { kind, min, max }
}
