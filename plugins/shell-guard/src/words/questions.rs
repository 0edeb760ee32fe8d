//! What may be asked of a service through a pipe: `echo ruok | nc HOST 2181`. Each list is of a protocol, and holds what only
//! looks in it; what is sent to a service of another one is a line that it does not know.

use super::sentences;

/// Name, how questions of one line are separated, questions.
const LISTS: &[(&str, char, &str)] = &[
    // To end a session by itself, behind TLS.
    ("quit", '\n', "Q | q | QUIT | quit | LOGOUT | logout | a/a1/. LOGOUT/logout | NOOP"),
    // The same without TLS. Not `quit` and `q`, at which a virtual machine ends that listens there, and not on a socket, where
    // some servers of names end at any.
    ("logout", '\n', "QUIT | LOGOUT | a/a1/. LOGOUT/logout | NOOP"),
    // The same at the ports of services of which is known that a session ends, and they do not.
    (
        "farewell",
        '\n',
        "QUIT | quit | stats | stats slabs/items/settings/conns/extstore/threads | version | PING | ping | INFO | info | \
         INFO/info * | DBSIZE | dbsize | ROLE | role",
    ),
    // Not `envi`, `dump`, `wchc` and `wchp`, which show environments, sessions and paths, nor `crst` and `srst`, which reset.
    ("zookeeper", '\n', "ruok | mntr | stat | srvr | cons | conf | isro | wchs | dirs | hash"),
    // Not `stats cachedump`, which shows keys, nor `stats sizes`, which stops the server meanwhile, nor `stats reset`.
    ("memcached", '\n', "stats | stats slabs/items/settings/conns/extstore/threads | version"),
    // Not `show sess`, `errors`, `env`, `map NAME` and `table NAME`, which show what others send or keep.
    (
        "haproxy",
        ';',
        "help | show info | show info typed/json/desc/float | show stat | show stat typed/json/up/no-maint/desc | \
         show servers state/conn | show servers state/conn _ | show backend | show pools | show activity | show resolvers | \
         show resolvers _ | show peers | show table | show map | show acl | show ssl cert | show ssl crl-file | \
         show ssl ca-file | show cache | show threads | show version | show proc | show cli level/sockets | \
         show startup-logs | show schema json | show health | get weight _ | show trace | show events",
    ),
    ("redis", '\n', "PING | ping | INFO | info | INFO/info * | DBSIZE | dbsize | ROLE | role"),
    // What is asked of the other daemons that listen on a socket and answer a line.
    (
        "daemon",
        '\n',
        "status | stats | stat | version | ping | PING | VERSION | VERSIONCOMMANDS | STATS | READY | help | uptime | info",
    ),
];

/// The most questions at once.
const MOST: usize = 8;

/// Whether the text is one or several questions of the list.
pub(crate) fn are_of(wanted: &str, text: &str) -> bool {
    let Some((_, separator, list)) = LISTS.iter().find(|(name, _, _)| *name == wanted) else { return false };
    let mut questions =
        text.split(['\n', *separator]).map(str::trim).filter(|question| !question.is_empty()).peekable();
    questions.peek().is_some()
        && questions.clone().nth(MOST).is_none()
        && questions.all(|question| sentences::is_one_of(list, question))
}

/// Whether a rule may need it: `<`, or `<` and the name of a list.
pub(crate) fn is_known(need: &str) -> bool {
    need.strip_prefix('<').is_some_and(|list| list.is_empty() || LISTS.iter().any(|(name, _, _)| *name == list))
}

/// What would be allowed to come in.
pub(crate) fn told(list: &str) -> String {
    let found = LISTS.iter().find(|(name, _, _)| *name == list);
    let first = found.and_then(|(_, _, questions)| questions.split(" | ").next()).unwrap_or_default();
    format!("`echo {first} |`")
}

#[cfg(test)]
mod tests {
    use super::are_of;

    #[test]
    fn only_questions_are_of_a_list() {
        for (list, text) in [
            ("haproxy", "show info"),
            ("haproxy", "show info;show stat"),
            ("haproxy", "show servers state web\n"),
            ("farewell", "stats\nquit\n"),
            ("memcached", "stats\nversion\n"),
            ("zookeeper", "ruok"),
            ("quit", "Q"),
            ("redis", "INFO replication"),
        ] {
            assert!(are_of(list, text), "{list}: {text}");
        }
        for (list, text) in [
            ("haproxy", "show sess"),
            ("haproxy", "show info;disable server web/a"),
            ("haproxy", "show info\ndisable server web/a"),
            ("haproxy", "show map /etc/haproxy/hosts.map"),
            ("haproxy", ""),
            ("memcached", "stats;flush_all"),
            ("memcached", "stats cachedump 1 10"),
            ("memcached", "stats reset"),
            ("zookeeper", "envi"),
            ("zookeeper", "kill"),
            ("redis", "INFO\nFLUSHALL"),
            ("redis", "KEYS *"),
            ("quit", "R"),
            ("logout", "quit"),
            ("logout", "q"),
            ("haproxy", "show info;quit"),
            ("memcached", "stats\nquit"),
            ("redis", "quit"),
            ("daemon", "quit"),
            ("farewell", "shutdown\nquit"),
            ("nothing", "quit"),
        ] {
            assert!(!are_of(list, text), "{list}: {text}");
        }
        assert!(!are_of("memcached", &"stats\n".repeat(9)));
    }
}
