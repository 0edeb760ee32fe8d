//! Processes and what they hold open. Nothing shows environments.

use crate::rule::Kind;
use crate::rule::Kind::{
    Between, BsdFlags, Columns, Count, Expression, List, Name, Names, OneOf, Order, Ranges, Read, Text, User,
};
use crate::rule::{Rule, any, at_most, exactly, none, rule, some};

/// Flags of `ps`, less `-e`. Only those that it knows with a dash: if it fails to read its words, it reads them all
/// again as if there were no dashes, and then `e` shows environments.
const PS_FLAGS: &str = "-A -a -c -d -f -F -H -j -l -L -M -m -N -T -w -y -Z --forest --headers --no-headers --no-heading --deselect \
     --sort:rss --sort:-rss --sort:vsz --sort:-vsz --sort:size --sort:-size --sort:pcpu --sort:-pcpu --sort:pmem \
     --sort:-pmem --sort:%cpu --sort:-%cpu --sort:%mem --sort:-%mem --sort:pid --sort:start_time";

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
    // Without `-e`, and without names: `-g` takes a value only where it has a dash, so that what fails to be read is read
    // again as something else.
    Rule {
        flags: PS_FLAGS,
        takes: &[
            ("-o -O --format", Columns),
            ("--sort", Order),
            ("-g -s --sid", Ranges),
            ("-t --tty", OneOf("- tty1 tty2 ttyS0 console pts/0 pts/1 pts/2 pts/3 pts/4 pts/5 ?")),
        ],
        needs: &["-g -s --sid -t --tty"],
        ..rule("ps")
    },
    // With `-e`, and a word without a dash that is read like it.
    Rule { flags: "-A -e -f -F -H -l -L -w", rest: exactly(1, OneOf("f w ww fww wwf")), ..rule("ps") },
    // `ps -ax` is read as `ps ax`, so it is given nothing that is read in another way then.
    Rule {
        flags: "-a -c -f -j -l -u -w -x --forest --headers --no-headers --no-heading",
        takes: &[("-o -O --format", Columns), ("--sort", Order)],
        needs: &["-x"],
        ..rule("ps")
    },
    Rule { flags: "-f -F -l -j -L -T -w --forest --no-headers", rest: some(Ranges), ..rule("ps") },
    Rule {
        under: "u | up | uww | uwwp | l | f | j | s | v | w | ww | wwp | p",
        flags: "--forest --no-headers",
        rest: some(Ranges),
        ..rule("ps")
    },
    Rule {
        flags: PS_FLAGS,
        takes: &[("-u -U --user --User", User), ("-o -O --format", Columns), ("--sort", Order)],
        ..rule("ps")
    },
    Rule {
        under: "axo | axwwo | auxo | auxwwo | axfo | axho | hao | haxo | ao | xo | o | ho",
        flags: PS_FLAGS,
        takes: PS_VALUES,
        rest: exactly(1, Columns),
        ..rule("ps")
    },
    // Only as a report, and only so many times.
    Rule {
        flags: "-b -c -H -i -s -S -1 --batch-mode --cmdline-toggle --idle-toggle --threads-show --accum-time-toggle",
        takes: &[
            ("-n --iterations", Between(1, 20)),
            ("-d --delay", Kind::Seconds),
            ("-o -p -u -U -E -e --sort-override --pid --filter-any-user --filter-only-euser", Name),
        ],
        may_take: &[("-w --width", Count)],
        needs: &["-b --batch-mode", "-n --iterations"],
        rest: at_most(1, Count),
        ..rule("top")
    },
    Rule {
        flags: "-a -A -c -f -i -l -n -o -v -w -x --list-full --list-name --count --full --ignore-case --newest \
                --oldest --inverse --exact --lightweight --ignore-ancestors --quiet",
        takes: &[
            ("-d --delimiter", Text),
            ("-O --older --ns --nslist --cgroup", Name),
            ("-F --pidfile", Read),
            ("-u --euid -U --uid -g --pgroup -G --group -P --parent -s --session -t --terminal -r --runstates", Name),
        ],
        rest: at_most(1, Text),
        ..rule("pgrep")
    },
    Rule {
        flags: "-c -q -s -t -w -x -z --single-shot --check-root --with-workers",
        takes: &[("-o --omit-pid", Name), ("-S --separator", Text)],
        rest: some(Name),
        ..rule("pidof")
    },
    Rule {
        flags: "-a -A -c -C -g -G -h -l -n -N -p -s -S -t -T -u -U -Z --arguments --ascii --compact --long \
                --numeric-sort --show-pids --show-parents --show-pgids --uid-changes --unicode --vt100 --hide-threads \
                --thread-names --security-context --compact-not",
        takes: &[("-H", Name)],
        rest: at_most(1, Name),
        ..rule("pstree")
    },
    // No value begins like a flag, since it would be one. Neither `-r`, which repeats for ever, nor `-D`, which writes a cache.
    Rule {
        flags: "-a -b -C -E -l -M -n -N -o -O -P -Q -R -t -T -U -V -w -X +L1 +L +M +w +E +c0 +c15 +c20 +c32",
        takes: &[("-c -d -p -u", Expression), ("+c", Count), ("+D +d", List)],
        may_take: &[("-i -g -s", Text), ("-F", Name), ("-L -S -K", Name)],
        rest: any(List),
        ..rule("lsof")
    },
    // The same, with the addresses in a word of their own.
    Rule {
        flags: "-a -b -C -E -l -M -n -N -o -O -P -Q -R -t -T -U -V -w -X +L1 +L +M +w +E +c0 +c15 +c20 +c32",
        takes: &[("-i", Name), ("-c -d -p -u", Expression), ("+c", Count), ("+D +d", List)],
        may_take: &[("-g -s", Text), ("-F", Name), ("-L -S -K", Name)],
        rest: any(List),
        ..rule("lsof")
    },
    // Not `-k`, which kills.
    Rule {
        flags: "-a -c -I -m -M -s -u -v -4 -6 --all --ipv4 --ipv6 --ismountpoint --mount --silent --user --verbose",
        takes: &[("-n --namespace", OneOf("file tcp udp"))],
        rest: some(List),
        ..rule("fuser")
    },
    // Neither `-n` and `-N`, which write, nor `-c` and `-C`, which read how to.
    Rule {
        flags: "-d -q -x -X -p --device --extended --quiet --show-path",
        takes: &[("-A --range", Name)],
        rest: some(Count),
        ..rule("pmap")
    },
    Rule { rest: some(Count), ..rule("pwdx") },
    // With `-p` and nothing but a number they show what is set; with more they set it.
    Rule {
        flags: "-p -c -a --pid --cpu-list --all-tasks",
        needs: &["-p --pid"],
        rest: exactly(1, Count),
        ..rule("taskset")
    },
    Rule { flags: "-p -a --pid --all-tasks", needs: &["-p --pid"], rest: exactly(1, Count), ..rule("chrt") },
    Rule { flags: "-m --max", needs: &["-m --max"], rest: none(), ..rule("chrt") },
    // With a value behind one of them it sets.
    Rule {
        flags: "--noheadings --raw --verbose --as --core --cpu --data --fsize --locks --memlock --msgqueue --nice \
                --nofile --nproc --rss --rtprio --rttime --sigpending --stack",
        takes: &[("-p --pid", Count), ("-o --output", Name)],
        needs: &["-p --pid"],
        ..rule("prlimit")
    },
    Rule {
        flags: "-b -i -J -n -r -u --bytes --json --noheadings --noinaccessible --raw --notruncate",
        takes: &[("-o --output -p --pid", Name)],
        ..rule("lslocks")
    },
    Rule {
        flags: "-l -J -n -r -u -i --threads --json --noheadings --raw --notruncate --summary --inet",
        takes: &[("-o --output", Names), ("-p --pid", Ranges), ("-Q --filter", Text)],
        ..rule("lsfd")
    },
];
