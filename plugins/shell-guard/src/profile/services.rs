//! Services, and the programs that keep them.

use crate::rule::Kind;
use crate::rule::Kind::{Configuration, Count, List, Name, OneOf, Plain, Properties, Word};
use crate::rule::{Rule, any, at_most, exactly, rule, some};

const SYSTEMCTL_FLAGS: &str = "-a -l -q -r --all --failed --full --no-legend --no-pager --plain --quiet --global \
                               --recursive --reverse --after --before --show-types --user --system --value \
                               --with-dependencies --show-transaction --no-ask-password --runtime";

const SYSTEMCTL_VALUES: &[(&str, Kind)] = &[
    ("-n --lines", Count),
    ("-o --output -p -P --property -t --type --state --timestamp -M --machine", Name),
    ("--legend", OneOf("yes no true false 0 1")),
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        under: "status | cat | is-active | is-enabled | is-failed | is-system-running | list-units | \
                list-unit-files | list-timers | list-sockets | list-jobs | list-dependencies | list-paths | \
                list-automounts | list-machines | get-default | whoami",
        flags: SYSTEMCTL_FLAGS,
        takes: SYSTEMCTL_VALUES,
        rest: any(Name),
        ..rule("systemctl")
    },
    // By itself it would show the environment too, which only the superuser may read in the files of the units.
    Rule {
        under: "show",
        flags: SYSTEMCTL_FLAGS,
        takes: &[
            ("-p -P --property", Properties),
            ("-n --lines", Count),
            ("-o --output -t --type --state --timestamp -M --machine", Name),
        ],
        needs: &["-p -P --property"],
        rest: any(Name),
        ..rule("systemctl")
    },
    // With a word behind them they set.
    Rule { under: "log-level | log-target | service-watchdogs", flags: "--user --no-pager", ..rule("systemctl") },
    Rule {
        under: "service-log-level/service-log-target",
        flags: "--user --no-pager",
        rest: exactly(1, Name),
        ..rule("systemctl")
    },
    // By itself it would list everything, through a pager.
    Rule {
        flags: SYSTEMCTL_FLAGS,
        takes: SYSTEMCTL_VALUES,
        needs: &["--failed --no-pager --state --type -t -a --all |"],
        ..rule("systemctl")
    },
    // A name with a slash in it would be run from anywhere.
    Rule { first: Some((Plain, "")), rest: exactly(1, OneOf("status")), ..rule("service rc-service") },
    Rule { flags: "--status-all", needs: &["--status-all"], ..rule("service") },
    Rule { flags: "-l --list", needs: &["-l --list"], ..rule("rc-service") },
    Rule { flags: "-e --exists", needs: &["-e --exists"], rest: exactly(1, Plain), ..rule("rc-service") },
    Rule {
        flags: "-a -c -f -l -m -r -s -S -u --all --crashed --list --manual --runlevel --servicelist --supervised --unused",
        rest: at_most(1, Plain),
        ..rule("rc-status")
    },
    // Neither `jlist` nor `describe`, which show environments.
    Rule { under: "list | ls | l | status | ps | ping", flags: "-m --mini-list --no-color", ..rule("pm2") },
    Rule { under: "id/pid", rest: at_most(1, Word), ..rule("pm2") },
    Rule {
        under: "logs | log",
        flags: "--nostream --raw --err --out --timestamp",
        takes: &[("--lines", Count)],
        rest: at_most(1, Name),
        ..rule("pm2")
    },
    Rule {
        under: "status | avail | pid | version | status all",
        takes: &[("-c", Configuration)],
        rest: any(Plain),
        ..rule("supervisorctl")
    },
    Rule {
        under: "tail | maintail",
        takes: &[("-c", Configuration)],
        digits: true,
        rest: at_most(2, Plain),
        ..rule("supervisorctl")
    },
    Rule {
        under: "summary | status | report",
        flags: "-B",
        takes: &[("-g", Plain)],
        rest: at_most(1, Name),
        ..rule("monit")
    },
    Rule { flags: "-t -v", needs: &["-t"], ..rule("monit") },
    Rule { flags: "--list", needs: &["--list"], rest: at_most(1, Name), ..rule("chkconfig") },
    Rule { under: "list | status | version", rest: at_most(1, Name), ..rule("initctl") },
    Rule { under: "show", flags: "-v -a --verbose --all", rest: at_most(1, Name), ..rule("rc-update") },
    Rule { flags: "-v -a", ..rule("rc-update") },
    Rule { under: "status", flags: "-v", takes: &[("-w", Count)], rest: some(List), ..rule("sv") },
    Rule { rest: some(List), ..rule("svstat s6-svstat") },
    Rule { flags: "-a -H -l -p", rest: any(Plain), ..rule("svcs") },
    Rule { flags: "-x -v", needs: &["-x"], rest: any(Plain), ..rule("svcs") },
    Rule { under: "check | ls started/on/failed/stopped/off/all | get", rest: at_most(2, Plain), ..rule("rcctl") },
    Rule { flags: "-e -l -r", needs: &["-e -l -r"], ..rule("service") },
    Rule { under: "list", rest: at_most(1, Name), ..rule("launchctl") },
];
