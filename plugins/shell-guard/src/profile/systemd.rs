//! What the parts of systemd say of themselves.

use crate::rule::Kind;
use crate::rule::Kind::{Between, Configuration, Count, Name, OneOf, Plain, Seconds, Text};
use crate::rule::{Rule, any, at_most, none, rule, some};

const JSON: Kind = OneOf("short pretty off");

pub(super) const RULES: &[Rule] = &[
    Rule {
        under: "status | show | timesync-status | show-timesync | list-timezones",
        flags: "-a --all --no-pager --value",
        takes: &[("-p --property -P -M --machine", Name)],
        ..rule("timedatectl")
    },
    Rule {
        flags: "--no-pager --static --transient --pretty -j",
        takes: &[("--json", JSON), ("-M --machine", Name)],
        ..rule("hostnamectl timedatectl localectl")
    },
    Rule {
        under: "status",
        flags: "--no-pager -j",
        takes: &[("--json", JSON), ("-M --machine", Name)],
        ..rule("hostnamectl localectl")
    },
    // With a word behind it the name would be set.
    Rule { under: "hostname | chassis | deployment | location | icon-name", ..rule("hostnamectl") },
    Rule {
        under: "list-locales | list-keymaps | list-x11-keymap-models/list-x11-keymap-layouts/list-x11-keymap-options",
        flags: "--no-pager",
        ..rule("localectl")
    },
    Rule {
        under: "list-sessions | list-users | list-seats | show-session | show-user | show-seat | session-status | \
            user-status | \
                seat-status",
        flags: "-a -j -l --all --full --no-legend --no-pager --value",
        takes: &[("-p --property -P -n --lines -o --output -M --machine", Name), ("--json", JSON)],
        rest: any(Name),
        ..rule("loginctl")
    },
    Rule {
        flags: "-j -l --no-legend --no-pager",
        takes: &[("-o --output", Name), ("--json", JSON)],
        ..rule("loginctl")
    },
    Rule {
        under: "list | status | lldp | label",
        flags: "-a -l -s --all --full --stats --no-pager --no-legend",
        takes: &[("-n --lines", Count), ("--json", JSON)],
        rest: any(Name),
        ..rule("networkctl")
    },
    Rule { flags: "-a --all --no-pager --no-legend", takes: &[("--json", JSON)], ..rule("networkctl") },
    // What a unit would do, and when. Not `unit-shell`, which runs, nor `dump` and `smbios11`, in which
    // environments and credentials are.
    Rule {
        under: "time | blame | critical-chain | security | unit-paths | exit-status | capability | syscall-filter | \
            filesystems \
                | unit-files | plot | dot | architectures | malloc | pcrs | compare-versions",
        flags: "--no-pager --user --system --global --no-legend --quiet -q --order --require --tldr --table",
        takes: &[
            ("--fuzz --from-pattern --to-pattern -M --machine --threshold --scale-svg", Name),
            ("--json", JSON),
            ("--offline", OneOf("no false")),
        ],
        rest: any(Name),
        ..rule("systemd-analyze")
    },
    Rule {
        under: "calendar | timespan | timestamp | condition",
        flags: "--no-pager",
        takes: &[("--iterations", Between(1, 100)), ("--base-time", Text)],
        rest: some(Text),
        ..rule("systemd-analyze")
    },
    Rule {
        under: "verify",
        flags: "--user --system --no-pager",
        takes: &[("--man --recursive-errors", OneOf("no yes one"))],
        rest: some(Configuration),
        ..rule("systemd-analyze")
    },
    Rule {
        under: "cat-config",
        flags: "--no-pager --tldr",
        rest: some(OneOf(
            "systemd/journald.conf systemd/system.conf systemd/user.conf systemd/logind.conf systemd/resolved.conf \
             systemd/timesyncd.conf systemd/networkd.conf systemd/coredump.conf systemd/sleep.conf systemd/oomd.conf \
             systemd/pstore.conf sysctl.d sysusers.d tmpfiles.d modprobe.d modules-load.d binfmt.d \
             systemd/zram-generator.conf",
        )),
        ..rule("systemd-analyze")
    },
    Rule { under: "log-level | log-target | service-watchdogs", ..rule("systemd-analyze") },
    Rule { flags: "--no-pager --user --system", ..rule("systemd-analyze") },
    Rule {
        flags: "-a -l -k -x --all --full --no-pager --user-unit",
        takes: &[("-u --unit -M --machine", Name), ("--xattr --cgroup-id", OneOf("yes no"))],
        needs: &["--no-pager -u --unit --user-unit |"],
        rest: any(Name),
        ..rule("systemd-cgls")
    },
    // Only as a report, and only so many times.
    Rule {
        flags: "-b -p -t -c -m -i -P -k -r --batch --raw -1",
        takes: &[("-n --iterations", Between(1, 20)), ("-d --delay", Seconds), ("--depth --order -M --machine", Name)],
        may_take: &[("--cpu", OneOf("percentage time"))],
        needs: &["-b --batch", "-n --iterations -1"],
        rest: at_most(1, Name),
        ..rule("systemd-cgtop")
    },
    // Neither properties, in which environments are, nor what goes over the bus.
    Rule {
        under: "list | status | tree",
        flags: "-j --no-pager --no-legend --acquired --activatable --unique --user --system --list --full -l",
        takes: &[("-M --machine", Name), ("--json", JSON)],
        rest: any(Name),
        ..rule("busctl")
    },
    Rule { flags: "-j --no-pager --no-legend --acquired --activatable --unique --user --system", ..rule("busctl") },
    Rule {
        under: "list | status | show | list-images | image-status | show-image | list-transfers",
        flags: "-a -l -q --all --full --no-pager --no-legend --value",
        takes: &[("-p --property -o --output -n --lines --max-addresses", Name)],
        rest: any(Plain),
        ..rule("machinectl")
    },
    Rule { flags: "-l -a --no-pager --no-legend", ..rule("machinectl") },
    Rule {
        flags: "-p -u -m --path --unescape --mangle",
        takes: &[("--suffix --template", Name)],
        rest: some(Text),
        ..rule("systemd-escape")
    },
    Rule { flags: "--list --no-pager --no-legend", needs: &["--list"], rest: none(), ..rule("systemd-inhibit") },
    Rule {
        flags: "--cat-config --tldr --no-pager",
        needs: &["--cat-config --tldr"],
        rest: none(),
        ..rule("systemd-tmpfiles systemd-sysusers")
    },
    Rule { under: "dump", flags: "--no-pager", rest: none(), ..rule("oomctl") },
    Rule { flags: "--no-pager", ..rule("oomctl") },
    Rule {
        under: "list | status",
        flags: "--no-pager --no-legend",
        takes: &[("--json", JSON)],
        rest: none(),
        ..rule("systemd-sysext systemd-confext")
    },
    Rule {
        under: "list | is-attached",
        flags: "--no-pager --no-legend -q",
        rest: at_most(1, Plain),
        ..rule("portablectl")
    },
    Rule {
        flags: "--no-pager",
        takes: &[("--diff", OneOf("yes no true false")), ("-t --type", Name)],
        needs: &["--no-pager |"],
        ..rule("systemd-delta")
    },
];
