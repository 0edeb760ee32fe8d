//! Processes and what they hold open. Nothing shows environments.

use crate::rule::Kind;
use crate::rule::Kind::{Between, BsdFlags, Columns, Count, List, Name, OneOf, Order, Ranges, Text, User};
use crate::rule::{Rule, any, at_most, exactly, rule, some};

/// Flags of `ps`, less `-e`. Only those that it knows with a dash: if it fails to read its words, it reads them all
/// again as if there were no dashes, and then `e` shows environments.
const PS_FLAGS: &str =
    "-A -a -c -d -f -F -H -j -l -L -M -m -N -T -w -y -Z --forest --headers --no-headers --no-heading --deselect";

const PS_VALUES: &[(&str, Kind)] = &[
    ("-o -O --format", Columns),
    ("--sort", Order),
    ("-p -q --pid --ppid --quick-pid", Ranges),
    ("-C", Name),
    ("--cols --columns --width --rows --lines", Count),
];

pub(super) const RULES: &[Rule] = &[
    Rule { flags: PS_FLAGS, takes: PS_VALUES, rest: at_most(1, BsdFlags), ..rule("ps") },
    // With `-e` nothing that could fail to be read.
    Rule {
        flags: "-A -e -f -F -H -j -l -L -M -m -T -w -y -Z --forest --headers --no-headers --no-heading",
        takes: PS_VALUES,
        ..rule("ps")
    },
    Rule {
        flags: PS_FLAGS,
        takes: &[("-u -U --user --User", User), ("-o -O --format", Columns), ("--sort", Order)],
        ..rule("ps")
    },
    Rule {
        under: "axo | axwwo | auxo | ao | xo",
        flags: PS_FLAGS,
        takes: PS_VALUES,
        rest: exactly(1, Columns),
        ..rule("ps")
    },
    // Only as a report, and only so many times.
    Rule {
        flags: "-b -c -H -i -s -S -1",
        takes: &[("-n", Between(1, 20)), ("-d", Kind::Seconds), ("-o -p -u -U -E -e", Name)],
        may_take: &[("-w", Count)],
        needs: &["-b", "-n"],
        ..rule("top")
    },
    Rule {
        flags: "-a -A -c -f -i -l -n -o -v -w -x --list-full --list-name --count --full --ignore-case --newest \
                --oldest --inverse --exact --lightweight",
        takes: &[
            ("-d --delimiter", Text),
            ("-u --euid -U --uid -g --pgroup -G --group -P --parent -s --session -t --terminal -r --runstates", Name),
        ],
        rest: at_most(1, Text),
        ..rule("pgrep")
    },
    Rule { flags: "-c -s -x", takes: &[("-o", Name)], rest: some(Name), ..rule("pidof") },
    Rule {
        flags: "-a -A -c -C -g -G -h -l -n -N -p -s -S -t -T -u -U -Z --arguments --ascii --compact --long \
                --numeric-sort --show-pids --show-parents --uid-changes",
        takes: &[("-H", Name)],
        rest: at_most(1, Name),
        ..rule("pstree")
    },
    Rule { flags: "-d -h -r -R -s -t -u -v -w -l", takes: &[("-p -C -G -T -U", Name)], ..rule("pidstat") },
    Rule {
        flags: "-d -h -r -R -s -t -u -v -w -l",
        takes: &[("-p -C -G -T -U", Name)],
        rest: exactly(2, Between(1, 60)),
        ..rule("pidstat")
    },
    // Neither `-r`, which repeats for ever, nor `-D`, which writes a cache.
    Rule {
        flags: "-a -b -n -N -O -P -R -t -T -U -V -w -X +L1",
        takes: &[("-c -d -g -p -s -u", Text), ("+D +d", List)],
        may_take: &[("-i", Text), ("-F", Name), ("-L", Count)],
        rest: any(List),
        ..rule("lsof")
    },
    // Not `-k`, which kills.
    Rule {
        flags: "-a -c -m -u -v --all --mount --user --verbose",
        takes: &[("-n --namespace", OneOf("file tcp udp"))],
        rest: some(List),
        ..rule("fuser")
    },
    Rule { flags: "-d -q -x -X -p --device --extended --quiet --show-path", rest: some(Count), ..rule("pmap") },
    Rule { rest: some(Count), ..rule("pwdx") },
    // With `-p` and nothing but a number they show what is set; with more they set it.
    Rule {
        flags: "-p -c -a --pid --cpu-list --all-tasks",
        needs: &["-p --pid"],
        rest: exactly(1, Count),
        ..rule("taskset")
    },
    Rule { flags: "-p -a --pid --all-tasks", needs: &["-p --pid"], rest: exactly(1, Count), ..rule("chrt") },
    Rule {
        flags: "--noheadings --raw --verbose",
        takes: &[("-p --pid", Count), ("-o --output", Name)],
        needs: &["-p --pid"],
        ..rule("prlimit")
    },
    // As a report, and only so many times.
    Rule {
        flags: "-b -o -P -a -k -t -q --batch --only --processes --accumulated --kilobytes --time --quiet",
        takes: &[("-n --iter", Between(1, 60)), ("-d --delay", Kind::Seconds), ("-p --pid -u --user", Name)],
        needs: &["-b --batch", "-n --iter"],
        ..rule("iotop iotop-c")
    },
    Rule {
        flags: "-k -t -p -u -m -r -H -n --abbreviate --totals --percent --users --mappings",
        takes: &[("-c -s -P -U", Name)],
        ..rule("smem")
    },
    Rule {
        flags: "-b -i -J -n -r -u --bytes --json --noheadings --noinaccessible --raw --notruncate",
        takes: &[("-o --output -p --pid", Name)],
        ..rule("lslocks")
    },
];
