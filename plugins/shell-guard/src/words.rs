//! Which texts are of which kind.

mod awk;
mod clouds;
mod containers;
mod curl;
mod hosts;
mod jq;
mod mongo;
mod network;
mod packages;
mod query;
pub(crate) mod questions;
mod sed;
mod sentences;
mod template;
mod yq;

use crate::rule::Kind;
use doorward_plugin::paths::Place;

/// The most columns that `ps` is asked for at once.
const MAX_COLUMNS: usize = 64;

/// The longest program or query that is read, in bytes.
const MAX_PROGRAM: usize = 1024;

/// Whether the text is of the kind. Paths are not told by their text alone: never.
pub(crate) fn is_of(kind: Kind, text: &str) -> bool {
    match kind {
        // Paths are checked against the ground.
        Kind::List | Kind::Read | Kind::Archive | Kind::Certificate => false,
        // Its two words are of two kinds.
        Kind::Pair => false,
        Kind::Configuration => Place::parse(text)
            .is_some_and(|place| place.is_within("/etc") && place.depth() > 1 && !place.is_unreadable()),
        Kind::Text => true,
        Kind::Inert => !(text.contains('[') && text.contains(['$', '`'])),
        Kind::Name => is_name(text),
        Kind::Device => is_name(text) && text.starts_with(|c: char| c.is_ascii_alphabetic()),
        Kind::Count => is_count(text),
        Kind::Between(least, most) => {
            is_digits(text) && text.parse().is_ok_and(|number: u32| (least..=most).contains(&number))
        }
        Kind::Ranges => {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b',' || byte == b'-')
        }
        Kind::Seconds => {
            text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
                && text.parse().is_ok_and(|seconds: f64| (0.2..=60.0).contains(&seconds))
        }
        Kind::Step => is_step(text),
        Kind::Span => text
            .split_once('-')
            .is_some_and(|(first, last)| [first, last].iter().all(|number| is_digits(number) && number.len() <= 7)),
        Kind::Size => is_size(text),
        Kind::Host => is_host(text),
        Kind::OneOf(words) => words.split(' ').any(|word| word == text),
        Kind::Phrase(phrases) => phrases.split('|').any(|phrase| phrase == text),
        Kind::Names => is_names(text),
        Kind::Properties => are_properties(text),
        Kind::Log => is_log(text),
        Kind::Logins => is_log(text) && is_of_logins(text),
        Kind::Each(words) => {
            text.len() <= 1024 && text.split(',').all(|part| words.split(' ').any(|word| word == part))
        }
        Kind::Pattern => text.is_empty() || Place::parse(text).is_some_and(|place| !place.is_secret()),
        Kind::Format => !text.starts_with('-') && !writes_variable(text) && is_narrow(text),
        Kind::Layout => is_narrow(text) && text.split(';').skip(1).all(|width| digits_of(width) <= WIDEST),
        Kind::DateFormat => text.starts_with('+') && is_narrow(text),
        Kind::Columns => {
            let mut columns = text.split([',', ' ']);
            columns.clone().count() <= MAX_COLUMNS
                && columns.all(|column| is_column(column.split(['=', ':']).next().unwrap_or_default()))
        }
        Kind::Order => {
            text.split(',').take(MAX_COLUMNS + 1).count() <= MAX_COLUMNS
                && text.split(',').all(|column| is_column(column.trim_start_matches(['+', '-'])))
        }
        Kind::BsdFlags => !text.is_empty() && text.chars().all(|c| "aufxjlvwrshmSTXgn".contains(c)),
        Kind::User => is_name(text) && !is_environment(text),
        Kind::Plain => is_name(text) && !text.contains('/'),
        Kind::Match => is_match(text),
        Kind::Setting => is_setting(text),
        Kind::Dig => is_dig(text),
        Kind::Jq => jq::is_harmless(text),
        Kind::Yq => text.len() <= MAX_PROGRAM && yq::is_harmless(text),
        Kind::PackageFormat => packages::is_format(text),
        Kind::Template => template::is_harmless(text),
        Kind::Resources => containers::are_resources(text),
        Kind::Summary => containers::may_be_listed(text),
        Kind::OpenResources => containers::are_open_resources(text),
        // Behind the short flag an equals sign may stand.
        Kind::Output => {
            let text = text.strip_prefix('=').unwrap_or(text);
            let is_built =
                ["jsonpath=", "custom-columns=", "go-template="].iter().any(|prefix| text.starts_with(prefix));
            is_built || one_of("wide name json yaml", text)
        }
        Kind::StatusPath => containers::is_status_path(text.strip_prefix('=').unwrap_or(text)),
        Kind::Unit => is_unit(text),
        Kind::Revision => is_revision(text),
        Kind::Query => text.len() <= MAX_PROGRAM && query::is_harmless(text),
        Kind::Word => is_word(text),
        Kind::Site => hosts::is_site(text),
        Kind::Peer => hosts::is_peer(text),
        Kind::Server => hosts::is_near(text) || one_of(SERVERS, text),
        Kind::Table => network::is_table(text),
        Kind::Ports => network::are_ports(text),
        Kind::Socket => network::is_socket(text),
        Kind::Filter => network::is_filter(text),
        Kind::Talk => network::is_filter(text) && !text.contains("ppp"),
        Kind::Signal => network::is_signal(text),
        Kind::Narrower => network::is_narrower(text),
        Kind::Sentence(list) => sentences::is_one_of(list, text),
        Kind::Route(routes) => routes.split(' ').any(|route| is_route(route, text)),
        Kind::Database => mongo::is_database(text),
        Kind::Members => clouds::are_members(text),
        Kind::Mongo => text.len() <= MAX_PROGRAM && mongo::is_harmless(text),
        Kind::CloudValue => clouds::is_value(text),
        Kind::Projection => clouds::is_projection(text),
        Kind::Repository => clouds::is_repository(text),
        Kind::Awk => text.len() <= MAX_PROGRAM && awk::is_harmless(text),
        Kind::AwkSetting => awk::is_setting(text),
        Kind::Sed => text.len() <= MAX_PROGRAM && sed::is_harmless(text),
        Kind::Health => curl::is_health(text),
        Kind::Web => curl::is_web(text),
        Kind::Https => text.starts_with("https://") && curl::is_web(text),
        Kind::LocalWeb => curl::is_local_web(text),
        Kind::Detour => curl::is_detour(text),
        Kind::Header => curl::is_header(text),
        Kind::Agent => curl::is_agent(text),
        Kind::Parameter => curl::is_parameter(text),
        Kind::Expression => !text.starts_with(['@', '-', '+']),
        Kind::WriteOut => curl::is_write_out(text),
    }
}

/// This machine by its addresses, and where its databases have their sockets.
const SERVERS: &str = "127.0.0.1 ::1 /var/run/postgresql /run/postgresql /tmp";

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 256
        && !text.starts_with('-')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_.:@%+,/=*?[]~^\\-".contains(c))
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && text.len() <= 256
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

fn is_names(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= 256
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_.-%, ".contains(c))
}

/// An element without a name would stand for all properties.
fn are_properties(text: &str) -> bool {
    let is_open = |name: &str| {
        let lower = name.to_ascii_lowercase();
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
            && !lower.contains("environ")
            && !lower.contains("setcredential")
    };
    text.len() <= 1024 && text.split(',').all(is_open)
}

/// `/var/log/wtmp`, `/var/log/btmp.1`, `/var/log/wtmp-20260101`
fn is_of_logins(text: &str) -> bool {
    let name = text.rsplit('/').next().unwrap_or_default();
    let suffix = ["wtmp", "btmp"].iter().find_map(|stem| name.strip_prefix(stem));
    suffix.is_some_and(|suffix| suffix.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '-'))
}

/// Some programs unpack what they read through a shell, so no character may mean anything to one.
fn is_log(text: &str) -> bool {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "/_.-".contains(c));
    is_plain
        && Place::parse(text)
            .is_some_and(|place| place.is_within("/var/log") && place.depth() > 2 && !place.is_unreadable())
}

fn is_route(route: &str, text: &str) -> bool {
    let is_part = |known: &str, part: &str| known == part || (known == "*" && is_word(part));
    text.split('/').count() == route.split('/').count()
        && route.split('/').zip(text.split('/')).all(|(known, part)| is_part(known, part))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_count(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let unit = unsigned.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    unsigned.starts_with(|c: char| c.is_ascii_digit())
        && unit.len() <= 3
        && unit.chars().all(|c| c.is_ascii_alphabetic() || c == '%')
}

fn is_step(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    is_digits(whole) && whole.len() <= 6 && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// `50%`, `512M`, `2G`; without a unit, KiB.
fn is_size(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let most: u32 = match unit {
        "%" => 100,
        "G" | "g" => 8,
        "M" | "m" => 8 << 10,
        "" | "K" | "k" => 8 << 20,
        "b" => u32::MAX,
        _ => return false,
    };
    text.strip_suffix(unit).is_some_and(|digits| digits.parse().is_ok_and(|amount: u32| amount <= most))
}

fn is_host(text: &str) -> bool {
    text.len() <= 255
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._:%/-".contains(c))
}

/// `%n` writes a variable in some shells; flags, width and precision may stand between.
fn writes_variable(format: &str) -> bool {
    format.split('%').skip(1).any(|directive| {
        let letter = directive.trim_start_matches(|c: char| c.is_ascii_digit() || " #+-.*'lhjztLqI$".contains(c));
        letter.starts_with('n')
    })
}

/// The most digits of a width.
const WIDEST: usize = 4;

/// How many digits the text begins with.
fn digits_of(text: &str) -> usize {
    text.len() - text.trim_start_matches(['-']).trim_start_matches(|c: char| c.is_ascii_digit()).len()
}

/// Whether no field is wider than four digits, and none as wide as a value says: some would fill the memory.
fn is_narrow(format: &str) -> bool {
    format.replace("%%", "").split('%').skip(1).all(|directive| {
        let end =
            directive.find(|c: char| !(c.is_ascii_digit() || " #+-_^.*:'0$".contains(c))).unwrap_or(directive.len());
        let field = directive.get(..end).unwrap_or_default();
        !field.contains('*') && field.split(|c: char| !c.is_ascii_digit()).all(|digits| digits.len() <= WIDEST)
    })
}

/// The columns that `ps` knows, less those that show the environment.
const COLUMNS: &str = "ag_id ag_nice args blocked c caught cgname cgroup cgroupns class cls cmd comm command cp cpu \
                       cputime cputimes docker drs egid egroup eip elapsed esp etime etimes euid euser exe f fds fgid \
                       fgroup flag flags fname fuid fuser gid group htprv htshr ignored ipcns label lsession lstart \
                       lwp lxc machine maj_flt majflt min_flt minflt mntns netns ni nice nlwp numa nwchan oom oomadj \
                       ouid pcpu pending pgid pgrp pid pidns pmem policy ppid pri priority psr pss rbytes rchars rgid \
                       rgroup rip rops rss rssize rsz rtprio ruid ruser s sched seat sess session sgi_p sgid sgroup \
                       sid sig sigcatch sigignore sigmask size slice spid stackp start start_time stat state stime \
                       suid supgid supgrp suser svgid svuid sz tgid thcount tid time timens times tmout tname tpgid trs tt \
                       tty ucmd ucomm uid uname unit user userns uss utsns uunit vsize vsz wbytes wchan wchars wcp \
                       wops %cpu %mem";

fn is_column(name: &str) -> bool {
    one_of(COLUMNS, name)
}

fn one_of(words: &str, text: &str) -> bool {
    words.split_ascii_whitespace().any(|word| word == text)
}

/// A word that `ps` fails to read as a user it reads as flags, and `e` among them shows environments.
fn is_environment(word: &str) -> bool {
    const WITHOUT_VALUE: &str = "acefghjlmnrsuvwxHLMSTXZ";
    const WITH_VALUE: &str = "kopqtUNO";
    let flags = word.trim_start_matches(|c| WITHOUT_VALUE.contains(c));
    let read = word.strip_suffix(flags).unwrap_or(word);
    read.contains('e') && (flags.is_empty() || flags.starts_with(|c| WITH_VALUE.contains(c)))
}

/// `..` and a slash at the beginning would lead out of the settings, to any file.
fn is_setting(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !text.contains("..")
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._/-".contains(c))
}

fn is_match(text: &str) -> bool {
    let is_boot = text == "all"
        || is_digits(text) && text.len() <= 4
        || text.get(..32).is_some_and(|id| id.chars().all(|c| c.is_ascii_hexdigit()))
            && text.get(32..).is_some_and(|offset| offset.is_empty() || is_count(offset));
    let is_program = text.starts_with('/') && is_name(text);
    text == "+"
        || is_boot
        || is_program
        || text.split_once('=').is_some_and(|(field, _)| {
            !field.is_empty() && field.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        })
}

/// The options of `dig` that only choose what is asked and shown.
const DIG_OPTIONS: &str = "aa aaflag aaonly ad additional adflag all answer authority badcookie besteffort bufsize \
                           cd cdflag cl class cmd coflag comm comments cookie crypto dnssec do edns ednsflags \
                           ednsnegotiation ednsopt expandaaaa expire hrtrace http-plain https https-get identify \
                           idnin idnout ignore keepalive keepopen mapped mtrace multi multiline ndots nsid nssearch \
                           onesoa opcode padding qr question raflag rdflag rec recurse retry root rrcomments rtrace \
                           search short showsearch split stats subnet tcp time timeout tls topdown trace tries \
                           trust ttl ttlid ttlunits unknownformat vc vtrace yaml zflag zoneversion";

/// Those that say how often and how long it waits.
const DIG_WAITS: &str = "retry time timeout tries";

fn is_dig(text: &str) -> bool {
    if let Some(option) = text.strip_prefix('+') {
        let (name, value) = option.split_once('=').unwrap_or((option, "1"));
        let name = name.strip_prefix("no").filter(|name| one_of(DIG_OPTIONS, name)).unwrap_or(name);
        let is_bounded = !one_of(DIG_WAITS, name) || is_of(Kind::Between(0, 60), value);
        return one_of(DIG_OPTIONS, name) && is_bounded && (is_digits(value) || is_host(value));
    }
    let host = text.strip_prefix('@').unwrap_or(text);
    host == "." || is_host(host) || text.strip_prefix("*.").is_some_and(is_host)
}

/// Units of systemd itself that may be restarted; most others shut down or open a shell.
const SYSTEMD_UNITS: &str = "systemd-journald systemd-logind systemd-networkd systemd-resolved systemd-timesyncd \
                             systemd-udevd";

const FORBIDDEN_UNITS: &str = "ctrl-alt-del debug-shell emergency halt kexec poweroff reboot rescue runlevel0 \
                               runlevel1 runlevel6 shutdown single";

/// Targets, mounts and slices are not services, and a path would be linked first.
fn is_unit(text: &str) -> bool {
    let stem = ["service", "socket", "timer"].iter().find_map(|kind| text.strip_suffix(kind)?.strip_suffix('.'));
    let name = stem.unwrap_or(text);
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.:@-".contains(c));
    let kinds = ["target", "mount", "automount", "slice", "scope", "swap", "path", "device", "snapshot"];
    let is_other = name.rsplit_once('.').is_some_and(|(_, kind)| kinds.contains(&kind));
    let is_systemd = name.starts_with("systemd-") && !one_of(SYSTEMD_UNITS, name);
    is_plain && text.len() <= 256 && !is_other && !is_systemd && !one_of(FORBIDDEN_UNITS, name)
}

/// `HEAD~3`, `main..topic`, `src/lib.rs`, `v1:config/app.toml`.
fn is_revision(text: &str) -> bool {
    let is_open = |path: &str| path.is_empty() || Place::parse(path).is_some_and(|place| !place.might_be_secret());
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "_.:@+/~^-{}= ".contains(c));
    is_plain && !text.starts_with(['-', ':']) && text.split(':').all(is_open)
}

#[cfg(test)]
mod tests;
