//! The kinds of values: what each allows, and how it is told.

use crate::argv::{Item, Miss, miss};
use crate::ground::{Ground, Reach};
use crate::rule::Kind;
use crate::words::is_of;
use doorward_plugin::shell::Word;

/// Whether `item` is of the kind; `reach` is what it asks for where it is a path.
pub(crate) fn check(kind: Kind, item: Item<'_>, reach: Option<Reach>, ground: &Ground<'_>) -> Result<(), Miss> {
    let text = item.text();
    if matches!(kind, Kind::Archive | Kind::Certificate) && text.contains(':') {
        let reason = format!("`{}` would be looked for on another machine", shown(text));
        return Err(miss("value.kind", reason, format!("give it {}", expected(kind))));
    }
    if kind == Kind::Certificate && text.contains("://") {
        let reason = format!("`{}` would be asked of another machine", shown(text));
        return Err(miss("value.kind", reason, format!("give it {}", expected(kind))));
    }
    if let Some(reach) = reach {
        let checked = match item {
            Item::Whole(word) => ground.check(word, reach),
            Item::Part(text) => ground.check_text(text, reach),
        };
        return checked
            .map_err(|closed| miss(closed.code, format!("{}: `{}`", closed.reason, shown(text)), closed.remedy));
    }
    if let Item::Whole(word) = item
        && !is_settled(kind, word)
    {
        return Err(unsettled(word));
    }
    match is_of(kind, text) {
        true => Ok(()),
        false => {
            let reason = format!("`{}` is not allowed", shown(text));
            Err(miss("value.kind", reason, format!("give it {}", expected(kind))))
        }
    }
}

/// Whether the word means the same whatever the shell puts in its place.
fn is_settled(kind: Kind, word: &Word) -> bool {
    match kind {
        _ if word.is_plain() => true,
        Kind::Text | Kind::Inert => word.is_one_choice(),
        // What else it could become asks this machine for another path of that length.
        Kind::Health | Kind::LocalWeb => {
            !word.in_home() && word.wild().iter().all(|at| word.text().get(*at..=*at) == Some("?"))
        }
        // `find` stops at further names, unless they are flags; no flag has a dot.
        Kind::Pattern => word.is_one_choice() || (!word.in_home() && tail(word).contains('.')),
        // `[*]` would only match a star, and `[0]` a naught: no more than a path that is none could become of it.
        Kind::Output | Kind::StatusPath => !word.in_home() && is_stars(word),
        _ => false,
    }
}

/// Whether each pattern in the word is `[*]`, or a number in such brackets.
fn is_stars(word: &Word) -> bool {
    let is_index = |at: &usize| {
        let within = word.text().get(*at..).and_then(|rest| rest.strip_prefix('[')?.split_once(']'));
        within.is_some_and(|(index, _)| {
            index == "*" || (!index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit()))
        })
    };
    let is_star =
        |at: &usize| at.checked_sub(1).is_some_and(|before| word.text().get(before..before + 3) == Some("[*]"));
    word.wild().iter().all(|at| is_index(at) || is_star(at))
}

/// What stands behind the last `*` or `?`.
fn tail(word: &Word) -> &str {
    let last = word.wild().last().and_then(|at| word.text().get(*at..));
    last.and_then(|rest| rest.strip_prefix(['*', '?'])).unwrap_or_default()
}

/// The shell would put something else in the place of the word.
pub(crate) fn unsettled(word: &Word) -> Miss {
    let (code, reason) = match word.is_pattern() {
        true => ("word.pattern", "the shell would put file names in the place of"),
        false => ("word.home", "the shell would put the home directory in the place of"),
    };
    let text = shown(word.text());
    miss(code, format!("{reason} `{text}`"), format!("put it in single quotes: `'{text}'`"))
}

/// At most 40 characters of a text of the caller.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    let visible = |c: char| if c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric() { c } else { '�' };
    let mut shown: String = text.chars().take(LONGEST).map(visible).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// As much of what is allowed as fits into a finding.
pub(crate) fn clipped(words: &str) -> String {
    const MOST: usize = 700;
    match words.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} …", words.get(..end).unwrap_or_default()),
        None => words.to_owned(),
    }
}

/// The kind, to be read behind "give it".
pub(crate) fn expected(kind: Kind) -> String {
    let told = match kind {
        Kind::Text => "text",
        Kind::Inert => "text without `$` and backticks in brackets",
        Kind::Name => "a name",
        Kind::Device => "the name of a device",
        Kind::Count => "a number",
        Kind::Between(least, most) => return format!("a number from {least} to {most}"),
        Kind::Ranges => "numbers and ranges such as `1,3-5`",
        Kind::Seconds => "seconds, from 0.2 to 60",
        Kind::Step => "a number of at most six digits, and two behind the dot",
        Kind::Span => "two numbers of at most seven digits, such as `1-100`",
        Kind::Size => "an amount such as `512M`, at most 8 GiB",
        Kind::Host => "a host",
        Kind::OneOf(words) => return clipped(&format!("one of {}", words.replace(' ', ", "))),
        Kind::Each(words) => {
            return format!("one or several of {}, separated by commas", clipped(&words.replace(' ', ", ")));
        }
        Kind::Phrase(phrases) => return format!("one of {}", clipped(&phrases.replace('|', ", "))),
        Kind::Pair => "a name and a text, each a word of its own",
        Kind::Names => "names, separated by blanks or commas",
        Kind::Properties => "names such as `MainPID,ActiveState`, not of environments and credentials",
        Kind::Logins => "`/var/log/wtmp`, `/var/log/btmp` or an older one of these",
        Kind::Log => "a file beneath `/var/log`, by a plain path",
        Kind::List | Kind::Read => "a path",
        Kind::Archive => "a path without `:`",
        Kind::Configuration => "a file beneath `/etc` that is no secret",
        Kind::Pattern => "a file name that is not one of secrets",
        Kind::Format => {
            "a format without `%n` and `%*` that does not begin with `-`, with fields of at most four digits"
        }
        Kind::Layout => "a format with fields of at most four digits",
        Kind::DateFormat => "a format that begins with `+`, with fields of at most four digits",
        Kind::Columns | Kind::Order => "columns that do not show the environment, separated by commas",
        Kind::BsdFlags => "flags such as `aux`, without `e`, which shows environments",
        Kind::User => "a user whose name could not be read as flags of `ps`",
        Kind::Plain => "a name without `/`",
        Kind::Word => "a name of letters, digits, `_`, `.` and `-`",
        Kind::Query => {
            "one query of how the database is, such as `SHOW PROCESSLIST` or `SELECT … FROM pg_stat_activity`: no \
             data, no quotes but `'`, no second statement"
        }
        Kind::Site => "a machine, by its name or its address as everybody writes it",
        Kind::Peer => "a machine and a port, such as `example.com:443`",
        Kind::Detour => "`HOST:PORT:ADDRESS`",
        Kind::Header => "a header such as `Host: example.com`, `Accept: …` or `User-Agent: …`",
        Kind::Agent => "a short text",
        Kind::Parameter => "`query=` and an expression",
        Kind::Expression => "an expression that does not begin with `@`, `-` or `+`",
        Kind::Table => "a table of addresses such as `hash:/etc/postfix/virtual`",
        Kind::Ports => "at most 16 ports, such as `22,80,8000-8003`",
        Kind::Socket => "a socket such as `UNIX-CONNECT:/run/haproxy/admin.sock`",
        Kind::Signal => "one of arp, icmp, icmp6, igmp, vrrp and what makes it narrower, or the flag `-q`",
        Kind::Narrower => "`and` and a condition",
        Kind::Sentence(list) => return format!("one of {}", clip(list)),
        Kind::Certificate => "a file with certificates, without `:`",
        Kind::Filter | Kind::Talk => "a condition such as `host 10.0.0.1 and port 53`, in quotes where it has brackets",
        Kind::Route(routes) => return clipped(&format!("one of {}", routes.replace(' ', ", "))),
        Kind::Database => "a database by its name, or a server of this machine",
        Kind::Members => {
            "members such as `Functions[].[FunctionName,Runtime]`, of names, states, times and sizes, and no environment"
        }
        Kind::Mongo => {
            "an expression that asks how the database is, such as `rs.status().members.map(m => m.name)`: no documents, no \
             assignment"
        }
        Kind::CloudValue => "a value that names no file and no URL",
        Kind::Projection => "a format that names what it shows, such as `value(name,status)`, and no metadata",
        Kind::Repository => "a path, `sftp:user@host:/path`, or `name:path` of a remote that is configured",
        Kind::Match => "FIELD=value",
        Kind::Setting => "the name of a setting, without a value",
        Kind::Dig => "a host, a type, `@server` or an option such as `+short`; `+tries` and `+time` up to 60",
        Kind::Jq => "a jq program without environment, modules, files, and what never ends",
        Kind::Yq => "a program that only chooses, such as `.a.b` or `.[] | select(.x == 1)`",
        Kind::PackageFormat => "a format of names such as `%{NAME}-%{VERSION}`",
        Kind::Template => {
            "a template such as `{{json .State}}`, of .Id .Name .Created .Image .State .RestartCount .Mounts \
             .NetworkSettings .HostConfig .LogPath .Config.Image .Config.Labels"
        }
        Kind::Summary => "resources such as `pods`, never secrets and tokens",
        Kind::Resources => "resources such as `pods`, never secrets",
        Kind::OpenResources => "resources that carry no environment, such as `nodes` or `services`",
        Kind::StatusPath => "jsonpath= with paths beneath `.status` or `.metadata`, such as `jsonpath={.status.phase}`",
        Kind::Unit => "the name of a service, such as `nginx` or `nginx.service`",
        Kind::Revision => "a commit, a branch or a path that is no secret",
        Kind::Awk => {
            "a program that only prints, such as `{print $1}`: no `system`, `getline`, `|`, `>`, environment or loops"
        }
        Kind::AwkSetting => "name=value, with a name in small letters",
        Kind::Sed => "a program such as `10,20p` or `s/a/b/g`: no file, no command, no label",
        Kind::Health => {
            "a URL of this machine or its network such as `http://localhost:8080/health`, with the parameters that are known there; what \
             others answer is thrown away with `-o /dev/null`, or left at its headers with `-I`"
        }
        Kind::Web => "a URL of http or https without parameters, not of a cloud's metadata",
        Kind::Server => {
            "a server of this machine or its network: `localhost`, `db-1`, `db-1.internal`, or a private address"
        }
        Kind::Https => "a URL with `https://`, without parameters",
        Kind::LocalWeb => "a URL of this machine",
        Kind::WriteOut => "a format of names such as `%{http_code}`",
        Kind::Output => "wide, name, json, yaml, or jsonpath= and custom-columns= with a text",
    };
    told.to_owned()
}

/// As many phrases as fit into a finding.
fn clip(phrases: &str) -> String {
    const MOST: usize = 200;
    match phrases.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} …", phrases.get(..end).unwrap_or_default()),
        None => phrases.to_owned(),
    }
}
