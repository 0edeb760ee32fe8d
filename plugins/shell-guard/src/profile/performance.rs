//! How busy the machine is: samples, and what was recorded of earlier days.

use crate::rule::Kind::{Between, Count, Device, Each, List, Log, Name, Names, Plain, Ranges, Read, Seconds, Text};
use crate::rule::{Operands, Rule, Style, any, at_most, between, exactly, none, rule, some};

/// How often something is sampled, and how long: until somebody ends it, where that is left out.
const SAMPLES: Operands = between(1, 2, Between(1, 60));

const VMSTAT: &str = "-a -d -D -f -m -n -s -t -w -y --active --disk --disk-sum --forks --slabs --one-header --stats \
                      --timestamp --wide --no-first";

const IOSTAT: &str = "-c -d -h -k -m -N -s -t -x -y -z -H --human --pretty --compact --dec=0 --dec=1 --dec=2";

const MPSTAT: &str = "-A -H -n -T -u -w --dec=0 --dec=1 --dec=2";

const SAR: &str = "-A -b -B -C -d -F -h -H -p -q -r -R -S -t -u -v -w -W -y -z --human --pretty --dec=0 --dec=1 \
                   --dec=2";

/// What stands behind `-q`, `-r` or `-u`.
const SAR_WORDS: &str = "ALL CPU IO LOAD MEM PSI MOUNT MEMORY";

const DSTAT: &str = "-a -b -c -d -f -g -i -l -m -n -p -r -s -t -T -v -w -y --all --bits --cpu --disk --epoch --float \
                     --fs --int --integer --ipc --lock --net --page --raw --sys --time --unix --load --mem --swap \
                     --proc --proc-count --io --aio --tcp --udp --socket --vm --vmstat --nocolor --noheaders \
                     --noupdate --top-cpu --top-cpu-adv --top-mem --top-io --top-io-adv --top-bio --top-bio-adv \
                     --top-childwait --top-latency --top-oom --full";

const PIDSTAT: &str = "-d -h -H -I -r -R -s -t -u -v -w -l --human --dec=0 --dec=1 --dec=2";

const TURBOSTAT: &str = "-q -S -J -l --quiet --Summary --Joules --list --cpu-summary";

/// Classes of `atop`, for programs to read.
const ATOP: &str = "ALL CPU cpu CPL GPU MEM SWP PAG PSI LVM MDD DSK NFM NFC NFS NET IFB NUM NUC LLC PRG PRC PRM PRD PRN \
                    PRE";

pub(super) const RULES: &[Rule] = &[
    Rule {
        flags: "-b -k -m -g -h -l -L -t -v -w --bytes --kibi --mebi --gibi --tebi --kilo --mega --giga --tera --human \
                --si --lohi --total --wide --line --committed",
        ..rule("free")
    },
    // Again and again, but not for ever.
    Rule {
        flags: "-b -k -m -g -h -l -t -v -w --human --si --lohi --total --wide",
        takes: &[("-s --seconds", Seconds), ("-c --count", Between(1, 60))],
        needs: &["-c --count"],
        ..rule("free")
    },
    Rule { flags: "-o --once", takes: &[("-s --sort", Name)], needs: &["-o --once"], ..rule("slabtop") },
    Rule { flags: VMSTAT, takes: &[("-S --unit -p --partition", Name)], ..rule("vmstat") },
    Rule { flags: VMSTAT, takes: &[("-S --unit -p --partition", Name)], rest: SAMPLES, ..rule("vmstat") },
    Rule { flags: IOSTAT, takes: &[("-p -o -j -g", Name), ("-f", List)], rest: any(Device), ..rule("iostat") },
    Rule { flags: IOSTAT, takes: &[("-p -o -j -g", Name), ("-f", List)], rest: SAMPLES, ..rule("iostat") },
    Rule { flags: IOSTAT, takes: &[("-p -o -j -g", Name)], first: Some((Device, "")), rest: SAMPLES, ..rule("iostat") },
    Rule { flags: MPSTAT, takes: &[("-P -I -N -o", Name)], ..rule("mpstat") },
    Rule { flags: MPSTAT, takes: &[("-P -I -N -o", Name)], rest: SAMPLES, ..rule("mpstat") },
    // Not `-o`, which writes.
    Rule {
        flags: SAR,
        takes: &[("-n -P -I -m -s -e -i -j --dev --fs --iface --int", Name), ("-f", Read)],
        digits: true,
        rest: at_most(1, Each(SAR_WORDS)),
        ..rule("sar")
    },
    Rule { flags: SAR, takes: &[("-n -P -I -m -j --dev --fs --iface --int", Name)], rest: SAMPLES, ..rule("sar") },
    Rule {
        flags: SAR,
        takes: &[("-n -P -I -m -j --dev --fs --iface --int", Name)],
        first: Some((Each(SAR_WORDS), "")),
        rest: SAMPLES,
        ..rule("sar")
    },
    // Of a file, and of what is in it. Not `-c`, which writes another one.
    Rule {
        flags: "-- -1 -2 -3 -4 -5 -6 -7 -A -b -B -C -d -F -h -H -j -p -q -r -S -t -T -u -U -v -w -W -x -y",
        takes: &[("-I -m -n -P -s -e", Name)],
        rest: at_most(1, Read),
        style: Style::Words,
        ..rule("sadf")
    },
    Rule { flags: PIDSTAT, takes: &[("-p -C -G -T -U -o", Name)], ..rule("pidstat") },
    Rule { flags: PIDSTAT, takes: &[("-p -C -G -T -U -o", Name)], rest: SAMPLES, ..rule("pidstat") },
    // Not `--output`, which writes.
    Rule { flags: DSTAT, takes: &[("-C -D -N -I -S", Name)], rest: SAMPLES, ..rule("dstat dool") },
    // As a report, and only so many times.
    Rule {
        flags: "-b -o -P -a -k -t -q --batch --only --processes --accumulated --kilobytes --time --quiet",
        takes: &[("-n --iter", Between(1, 60)), ("-d --delay", Seconds), ("-p --pid -u --user", Name)],
        needs: &["-b --batch", "-n --iter"],
        ..rule("iotop iotop-c iotop-py")
    },
    Rule { flags: "-a -d -p -s --attr --dir --page --sort", takes: &[("-l --list", Count)], ..rule("nfsiostat") },
    Rule { flags: "-a -d -p -s --attr --dir --page --sort", rest: SAMPLES, ..rule("nfsiostat") },
    // How often, how many times, and of which mounts.
    Rule {
        under: "1/2/3/5/10/15/30/60 1/2/3/4/5/6/10/12/15/20/30/60",
        flags: "-a -d -p -s --attr --dir --page --sort",
        rest: some(List),
        ..rule("nfsiostat")
    },
    // With an operand it runs that, and without a number it never ends.
    Rule {
        flags: TURBOSTAT,
        takes: &[
            ("-n --num_iterations", Between(1, 60)),
            ("-i --interval", Between(1, 60)),
            ("-s --show -H --hide -c --cpu -e --enable", Names),
        ],
        needs: &["-n --num_iterations -l --list"],
        ..rule("turbostat")
    },
    // What was recorded. Not `-w`, which writes.
    Rule {
        flags: "-a -A -c -C -d -D -f -g -G -m -M -n -N -R -s -u -v -x -1",
        takes: &[("-r", Log), ("-b -e -L", Name), ("-P", Each(ATOP))],
        needs: &["-r"],
        ..rule("atop")
    },
    Rule { flags: "-r", takes: &[("-b -e -L", Name), ("-P", Each(ATOP))], needs: &["-r"], ..rule("atop") },
    Rule { flags: "-a -c -d -g -m -n -s -v", takes: &[("-P", Each(ATOP))], rest: SAMPLES, ..rule("atop") },
    Rule {
        flags: "-a -A -c -d -D -g -G -H -i -I -l -m -M -n -N -O -p -P -s -S -t -T -u -U -w -x -B",
        takes: &[("-r", Log), ("-b -e", Name)],
        ..rule("atopsar")
    },
    Rule { flags: "-a -A -c -d -g -i -I -l -m -p -P -s -t -u -x", rest: SAMPLES, ..rule("atopsar") },
    Rule { flags: "-c -m -n -p -s -v -z", rest: any(Name), ..rule("numastat") },
    Rule { flags: "-H -s --hardware --show", needs: &["-H -s --hardware --show"], ..rule("numactl") },
    Rule {
        under: "frequency-info | idle-info | info",
        flags: "-a -b -e -f -p -g -l -d -w -m -o -r -s -y --freq --hwfreq --driver --policy --governors --hwlimits \
                --related-cpus --affected-cpus --boost --stats --latency --perf --human --perf-bias",
        takes: &[("-c --cpu", Name)],
        ..rule("cpupower")
    },
    Rule {
        under: "monitor",
        flags: "-l",
        takes: &[("-m", Names), ("-i", Between(1, 60))],
        rest: none(),
        ..rule("cpupower")
    },
    Rule { flags: "-a -d -e -f -g -l -m -o -p -r -s -w -y", takes: &[("-c --cpu", Ranges)], ..rule("cpufreq-info") },
    Rule {
        under: "prog/map/net/link/btf/perf show/list | cgroup tree/show | version",
        flags: "-p -j --pretty --json",
        rest: none(),
        ..rule("bpftool")
    },
    Rule {
        under: "prog/map/link/btf show/list id/name/tag | net show/list dev",
        flags: "-p -j --pretty --json",
        rest: exactly(1, Plain),
        ..rule("bpftool")
    },
    Rule { under: "cgroup tree/show", flags: "-p -j", rest: exactly(1, List), ..rule("bpftool") },
    Rule {
        flags: "-k -t -p -u -m -r -w -H -n --abbreviate --totals --percent --users --mappings --numeric --reverse \
                --system --no-header",
        takes: &[("-c --columns -s --sort", Names), ("-P -U -M --processfilter --userfilter --mapfilter", Text)],
        ..rule("smem")
    },
    // Not `-w`, which repeats for ever.
    Rule { flags: "-s -S -d -t", takes: &[("-p", Ranges)], ..rule("ps_mem ps_mem.py") },
    Rule { flags: "-a -l -m -M", rest: any(Name), ..rule("lscgroup lssubsys") },
    Rule { flags: "-a -n -v", takes: &[("-r -g", Name)], needs: &["-a -r -g"], rest: any(Name), ..rule("cgget") },
    Rule { rest: between(1, 16, Count), ..rule("schedtool") },
    Rule {
        flags: "-a -d -g -r -V --alternate --description --graph --raw",
        takes: &[("-s --section", Name), ("-p --page", Count)],
        ..rule("arc_summary arc_summary3 arc_summary.py")
    },
    // Not `-o`, which writes.
    Rule { flags: "-a -p -v -x -z", takes: &[("-f -s", Names)], ..rule("arcstat arcstat.py") },
    Rule { flags: "-a -p -v -x -z", takes: &[("-f -s", Names)], rest: SAMPLES, ..rule("arcstat arcstat.py") },
];
