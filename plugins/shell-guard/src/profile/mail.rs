//! Mail: what waits, why, and what the servers of it think of their settings. Not what is in the letters.

use crate::rule::Kind::{Configuration, Count, Host, List, Log, Name, OneOf, Plain, Read, Sentence, Table, Text, Word};
use crate::rule::{Rule, Style, any, between, exactly, none, rule, some};

pub(super) const RULES: &[Rule] = &[
    Rule { flags: "-p -j -v", needs: &["-p -j"], ..rule("postqueue") },
    Rule { flags: "-bp", needs: &["-bp"], style: Style::Words, ..rule("sendmail") },
    Rule { under: "status", rest: none(), ..rule("postfix") },
    // How old what waits is.
    Rule {
        flags: "-l -p -s",
        takes: &[("-b -m -t -w -n -N", Count)],
        rest: any(OneOf("incoming active deferred hold maildrop corrupt")),
        ..rule("qshape")
    },
    // Neither `-e`, `-#` and `-X`, which change, nor `-b`, which expands. `name=value` changes without any of them.
    Rule {
        flags: "-d -n -f -m -h -H -M -F -P -l -a -A -p -x",
        takes: &[("-c", Configuration), ("-C", OneOf("builtin service user all"))],
        rest: any(Sentence("_")),
        ..rule("postconf")
    },
    // What stands in a table for one address.
    Rule {
        flags: "-f -v",
        takes: &[("-q", Text)],
        needs: &["-q"],
        rest: exactly(1, Table),
        ..rule("postmap postalias")
    },
    // The envelope: from whom and to whom, and not what.
    Rule { flags: "-e -q", needs: &["-e", "-q"], rest: between(1, 4, Word), ..rule("postcat") },
    // The scripts in Perl that sum logs up would run the name of a file that is written for it.
    Rule {
        flags: "-e -i -m -q --problems-first --problems_first --smtpd-stats --smtpd_stats --verp-mung --verp_mung \
                --iso-date-time --iso_date_time --rej-add-from --rej_add_from --no-no-msg-size --zero-fill --zero_fill \
                --ignore-case --mailq --syslog-name --use-orig-to --no_bounce_detail --no_deferral_detail --no_reject_detail \
                --no_smtpd_warnings --verbose-msg-detail --verbose_msg_detail",
        takes: &[
            ("-d", OneOf("today yesterday")),
            ("-h -u", Count),
            (
                "--detail --bounce-detail --bounce_detail --deferral-detail --deferral_detail --reject-detail \
                 --reject_detail --smtpd-warning-detail --smtpd_warning_detail",
                Count,
            ),
        ],
        rest: any(Log),
        ..rule("pflogsumm pflogsumm.pl")
    },
    // Whether a server takes mail safely.
    Rule {
        flags: "-c -C -f -S -v -w",
        takes: &[("-d -l -L -m -p -s -t -T", Name), ("-F", Read), ("-P", List)],
        rest: exactly(1, Host),
        ..rule("posttls-finger")
    },
    Rule {
        flags: "-v -vv -vvv -vvvv",
        takes: &[("-d -s", Host), ("-x", Configuration)],
        needs: &["-d", "-s"],
        style: Style::Words,
        ..rule("opendkim-testkey")
    },
    // Not `-Mvb` and `-Mvc`, which show what is written, `-be`, which runs, and `-M`, which sends.
    Rule {
        flags: "-bp -bpc -bpr -bpa -bpi -bpu -bpra -bpru -bV",
        needs: &["-bp -bpc -bpr -bpa -bpi -bpu -bpra -bpru -bV"],
        style: Style::Words,
        ..rule("exim exim4")
    },
    Rule { takes: &[("-Mvl", Plain)], needs: &["-Mvl"], style: Style::Words, ..rule("exim exim4") },
    // Where a letter to an address would go.
    Rule {
        flags: "-bt",
        needs: &["-bt"],
        rest: between(1, 4, Sentence("_")),
        style: Style::Words,
        ..rule("exim exim4")
    },
    Rule { flags: "-a -c", ..rule("exiqsumm") },
    Rule { flags: "-a -b -c -i -R -x -z", takes: &[("-f -r", Name), ("-o -s -y", Name)], ..rule("exiqgrep") },
    Rule { flags: "-I -l -M -v", first: Some((Text, "")), rest: any(Log), style: Style::Early, ..rule("exigrep") },
    Rule {
        flags: "-ne -nr -nt -nvr -bydomain -byemail -byhost -byedomain -merge -emptyok",
        rest: any(Log),
        style: Style::Words,
        ..rule("eximstats")
    },
    Rule { ..rule("qmail-qstat qmail-qread") },
    Rule { under: "show queue/stats/status/hosts/hoststats/relays/routes/hoststatus", ..rule("smtpctl") },
    // Without `-P` and `-S` it hides passwords.
    Rule { flags: "-n -a -N -d", needs: &["-n -a -N -d"], rest: any(Word), ..rule("doveconf dovecot") },
    Rule { rest: some(Word), ..rule("doveconf") },
    // Not what fetches and searches in letters.
    Rule {
        under: "who | log find/errors | service status | process status | stats dump | replicator status \
                | director status/map | director ring status | proxy list | penalty | instance list | quota get | mailbox list | mailbox status \
                | user",
        flags: "-1 -A -s -t -v",
        takes: &[("-f", OneOf("flow pager tab table json")), ("-u -a", Name)],
        rest: any(Name),
        ..rule("doveadm")
    },
    // What filters it.
    Rule { under: "stat | uptime | counters", flags: "--compact --json -j", rest: none(), ..rule("rspamc") },
    Rule {
        under: "configtest | control stat | control fuzzystat | fuzzystat",
        flags: "-q -s --quiet --strict",
        rest: none(),
        ..rule("rspamadm")
    },
    Rule { flags: "-n --non-defaults", ..rule("clamconf") },
];
