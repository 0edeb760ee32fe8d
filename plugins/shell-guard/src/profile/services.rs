//! Services and their journals.

use crate::rule::Kind;
use crate::rule::Kind::{Between, Count, List, Match, Name, OneOf, Plain, Seconds, Text};
use crate::rule::{Rule, any, at_most, exactly, rule, some};

const SYSTEMCTL_FLAGS: &str = "-a -l -q -r --all --failed --full --legend --no-legend --no-pager --plain --quiet \
                               --recursive --reverse --after --before --show-types --user --system --value \
                               --with-dependencies";

const SYSTEMCTL_VALUES: &[(&str, Kind)] =
    &[("-n --lines", Count), ("-o --output -p -P --property -t --type --state", Name), ("--timestamp", Name)];

pub(super) const RULES: &[Rule] = &[
    Rule {
        under: "status | show | cat | is-active | is-enabled | is-failed | is-system-running | list-units | \
                list-unit-files | list-timers | list-sockets | list-jobs | list-dependencies | list-paths | \
                list-automounts | list-machines | get-default | whoami",
        flags: SYSTEMCTL_FLAGS,
        takes: SYSTEMCTL_VALUES,
        rest: any(Name),
        ..rule("systemctl")
    },
    // By itself it would list everything, through a pager.
    Rule {
        flags: SYSTEMCTL_FLAGS,
        takes: SYSTEMCTL_VALUES,
        needs: &["--failed --no-pager --state --type -t |"],
        ..rule("systemctl")
    },
    // Nothing that rotates, vacuums, or reads from elsewhere; and not the whole journal through a pager.
    Rule {
        flags: "-a -e -f -k -m -q -r -x --all --catalog --disk-usage --dmesg --follow --full --list-boots --local \
                --merge \
                --no-full --no-hostname --no-pager --no-tail --quiet --reverse --system --user --utc --header -N \
                --fields",
        takes: &[
            (
                "-u --unit --user-unit -t --identifier -p --priority -o --output --output-fields --facility -F --field",
                Name,
            ),
            ("-S --since -U --until -g --grep", Text),
            ("-c --cursor --after-cursor", Name),
            ("-n --lines", Count),
        ],
        may_take: &[("-b --boot --case-sensitive", Name)],
        digits: true,
        needs: &[
            "-u --unit --user-unit -t --identifier -p --priority -S --since -g --grep -n --lines -k --dmesg -e -b \
             --boot --disk-usage --list-boots --header -N --fields -F --field -f --follow --no-pager |",
        ],
        rest: any(Match),
        ..rule("journalctl")
    },
    // Neither `-c`, `-C`, `-n`, `-D`, `-E`, which change, nor `-w`, which never ends.
    Rule {
        flags: "-d -e -k -L -P -p -r -t -T -u -x --ctime --decode --kernel --nopager --notime --raw --reltime \
                --show-delta --userspace --json -J",
        takes: &[("-f --facility -l --level --time-format", Name), ("--since --until", Text)],
        may_take: &[("--color", Name)],
        ..rule("dmesg")
    },
    Rule {
        under: "status | show | timesync-status | show-timesync | list-timezones",
        flags: "-a --all --no-pager --value",
        takes: &[("-p --property", Name)],
        ..rule("timedatectl")
    },
    Rule { flags: "--no-pager --static --transient --pretty", ..rule("hostnamectl timedatectl localectl") },
    Rule { under: "status", flags: "--no-pager", ..rule("hostnamectl localectl") },
    // With a word behind it the name would be set.
    Rule { under: "hostname | chassis | deployment | location | icon-name", ..rule("hostnamectl") },
    Rule { under: "list-locales | list-keymaps", flags: "--no-pager", ..rule("localectl") },
    Rule {
        under: "list-sessions | list-users | list-seats | show-session | show-user | session-status",
        flags: "-a -l --all --full --no-legend --no-pager --value",
        takes: &[("-p --property -n --lines -o --output", Name)],
        rest: any(Name),
        ..rule("loginctl")
    },
    Rule {
        under: "status | statistics | query | service | show-cache | show-server-state",
        flags: "-4 -6 --no-pager --legend --cache --zone",
        takes: &[("-t --type -i --interface", Name)],
        rest: any(Name),
        ..rule("resolvectl")
    },
    // With another word behind the link they set.
    Rule { under: "dns | domain", flags: "--no-pager", rest: at_most(1, Name), ..rule("resolvectl") },
    Rule { flags: "--no-pager", ..rule("resolvectl networkctl") },
    Rule {
        under: "list | status",
        flags: "-a -s --all --stats --no-pager --no-legend",
        rest: any(Name),
        ..rule("networkctl")
    },
    Rule {
        under: "list | info",
        flags: "-q -r --no-pager --no-legend --reverse",
        takes: &[("-n", Count), ("-S --since -U --until", Text)],
        rest: any(Name),
        ..rule("coredumpctl")
    },
    Rule {
        under: "time | blame | critical-chain | timespan | timestamp | calendar | security | unit-paths | exit-status \
                | capability | syscall-filter | unit-files",
        flags: "--no-pager --user --system --global",
        takes: &[("--fuzz --iterations --base-time", Name)],
        rest: any(Name),
        ..rule("systemd-analyze")
    },
    Rule { flags: "--no-pager", ..rule("systemd-analyze") },
    // In a pipe or without a pager: it would show everything through one.
    Rule {
        flags: "-H -d -e -k -L -p -r -t -T -u -x --human --ctime --decode --kernel --reltime --show-delta --nopager -P",
        takes: &[("-f --facility -l --level --time-format", Name), ("--since --until", Text)],
        may_take: &[("--color", Name)],
        needs: &["--nopager -P |"],
        ..rule("dmesg")
    },
    // A name with a slash in it would be run from anywhere.
    Rule { first: Some((Plain, "")), rest: exactly(1, OneOf("status")), ..rule("service rc-service") },
    Rule { flags: "--status-all", needs: &["--status-all"], ..rule("service") },
    Rule { flags: "-a -c -f -l -r -s -u --all --crashed --list --runlevel --servicelist", ..rule("rc-status") },
    Rule {
        flags: "-a -l -k -x --all --full --no-pager --user-unit",
        takes: &[("-u --unit", Name)],
        needs: &["--no-pager |"],
        rest: any(Name),
        ..rule("systemd-cgls")
    },
    // Only as a report, and only so many times.
    Rule {
        flags: "-b -p -t -c -m -i -P -k -r --batch --raw --cpu",
        takes: &[("-n --iterations", Between(1, 20)), ("-d --delay", Seconds), ("--depth --order", Name)],
        needs: &["-b --batch", "-n --iterations"],
        rest: at_most(1, Name),
        ..rule("systemd-cgtop")
    },
    // Neither `jlist` nor `describe`, which show environments.
    Rule { under: "list | ls | status | ping", flags: "-m --mini-list", ..rule("pm2") },
    Rule {
        under: "logs",
        flags: "--nostream --raw --err --out --timestamp",
        takes: &[("--lines", Count)],
        rest: at_most(1, Name),
        ..rule("pm2")
    },
    Rule { under: "status | status all | avail", rest: any(Plain), ..rule("supervisorctl") },
    Rule { under: "summary | status | report", flags: "-B", rest: at_most(1, Name), ..rule("monit") },
    Rule { flags: "-t -v", needs: &["-t"], ..rule("monit") },
    Rule { under: "status | ping | version | banned", rest: at_most(1, Name), ..rule("fail2ban-client") },
    Rule {
        under: "list | status",
        flags: "--no-pager --acquired --activatable --unique --user --system",
        rest: at_most(1, Name),
        ..rule("busctl")
    },
    Rule {
        under: "list | status | list-images",
        flags: "-a -l --all --full --no-pager --no-legend",
        rest: at_most(1, Name),
        ..rule("machinectl")
    },
    Rule { flags: "--list", needs: &["--list"], rest: at_most(1, Name), ..rule("chkconfig") },
    Rule { under: "list | status", rest: at_most(1, Name), ..rule("initctl") },
    Rule { flags: "-v -a --verbose", under: "show", rest: at_most(1, Name), ..rule("rc-update") },
    Rule { under: "status", rest: some(List), ..rule("sv") },
    Rule { flags: "--status --statistics", needs: &["--status --statistics"], ..rule("systemd-resolve") },
];
