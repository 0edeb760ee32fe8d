//! The machine, its kernel and its load.

use crate::rule::Kind::{Between, Count, DateFormat, Device, List, Name, OneOf, Plain, Read, Seconds, Setting, Text};
use crate::rule::{Operands, Rule, Style, any, at_most, exactly, none, rule, some};

/// How often and how long something is sampled.
const SAMPLES: Operands = exactly(2, Between(1, 60));

pub(super) const RULES: &[Rule] = &[
    Rule {
        flags: "-a -s -n -r -v -m -p -i -o --all --kernel-name --nodename --kernel-release --kernel-version \
                --machine --processor --hardware-platform --operating-system",
        ..rule("uname")
    },
    // With an operand, and with `-F`, it sets the name.
    Rule {
        flags: "-a -A -d -f -i -I -s -y --alias --all-fqdns --domain --fqdn --long --ip-address --all-ip-addresses \
                --short",
        ..rule("hostname")
    },
    // With an operand that does not begin with `+`, and with `-s`, it sets the clock.
    Rule {
        flags: "-u -R -j --utc --universal --rfc-email",
        takes: &[("-d --date -v", Text), ("--rfc-3339", OneOf("date seconds ns")), ("-r --reference", List)],
        may_take: &[("-I --iso-8601", Name)],
        rest: at_most(1, DateFormat),
        ..rule("date")
    },
    Rule { flags: "-1 -3 -y -m -s -j -h", rest: at_most(3, Name), ..rule("cal ncal") },
    Rule { flags: "-p -s --pretty --since", ..rule("uptime") },
    Rule {
        flags: "-b -k -m -g -h -l -t -v -w --bytes --kibi --mebi --gibi --kilo --mega --giga --human --si --lohi \
                --total --wide --line --committed",
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
    Rule { flags: "--all", takes: &[("--ignore", Count)], ..rule("nproc") },
    Rule {
        ..rule("acpi arch hostid logname tty sensors lsmod getenforce aa-status lsscsi runlevel systemd-detect-virt")
    },
    Rule {
        flags: "-a -b -c -J -y -x -B --all --bytes --online --offline --hex --json --physical --output-all",
        may_take: &[("-e -p --extended --parse", Name)],
        ..rule("lscpu")
    },
    Rule { flags: "-a -b -J -n -P -r --all --bytes --json --noheadings --summary", ..rule("lsmem") },
    Rule {
        flags: "-a -A -b -d -D -f -i -J -l -m -M -n -O -p -P -r -s -S -t -T -z --all --bytes --nodeps --discard --fs \
                --ascii --json --list --perms --noheadings --output-all --paths --pairs --raw --inverse --scsi \
                --topology --zoned",
        takes: &[("-o --output -e --exclude -I --include -x --sort -w --width", Name)],
        rest: any(List),
        ..rule("lsblk")
    },
    Rule { flags: "-b -D -k -m -n -P -q -t -v", takes: &[("-s -d", Name)], ..rule("lspci") },
    Rule { flags: "-t -v --tree --verbose", takes: &[("-s -d", Name)], ..rule("lsusb") },
    Rule {
        flags: "-short -businfo -numeric -quiet -sanitize -json -html -xml",
        takes: &[("-class -C -disable -enable", Name)],
        style: Style::Words,
        ..rule("lshw")
    },
    // Not `--dump-bin`, which writes.
    Rule { flags: "-q --quiet", takes: &[("-t --type -s --string", Name)], ..rule("dmidecode") },
    Rule {
        flags: "-a -d -f -m -n -s -t -w -D --active --disk --forks --slabs --one-header --stats --timestamp --wide",
        takes: &[("-S --unit", Name)],
        ..rule("vmstat")
    },
    Rule {
        flags: "-a -d -m -n -t -w -y --active --disk --slabs --one-header --timestamp --wide --no-first",
        takes: &[("-S --unit", Name)],
        rest: SAMPLES,
        ..rule("vmstat")
    },
    Rule {
        flags: "-c -d -h -k -m -N -s -t -x -y -z --human --pretty",
        takes: &[("-p -o", Name)],
        rest: any(Device),
        ..rule("iostat")
    },
    Rule {
        flags: "-c -d -h -k -m -N -s -t -x -y -z --human --pretty",
        takes: &[("-p -o", Name)],
        rest: SAMPLES,
        ..rule("iostat")
    },
    Rule { flags: "-A -u -n -w", takes: &[("-P -I -N", Name)], ..rule("mpstat") },
    Rule { flags: "-A -u -n -w", takes: &[("-P -I -N", Name)], rest: SAMPLES, ..rule("mpstat") },
    // Not `-o`, which writes.
    Rule {
        flags: "-A -b -B -d -F -h -H -p -q -r -R -S -u -v -w -W -y -z",
        takes: &[("-n -P -I -m -s -e -i", Name), ("-f", Read)],
        ..rule("sar")
    },
    Rule {
        flags: "-A -b -B -d -F -h -H -p -q -r -R -S -u -v -w -W -y -z",
        takes: &[("-n -P -I -m", Name)],
        rest: SAMPLES,
        ..rule("sar")
    },
    // Not `-w` and not `NAME=value`, which set.
    Rule {
        flags: "-a -A -b -e -n -N -X --all --names --values --ignore --binary",
        takes: &[("-r --pattern", Text)],
        rest: any(Setting),
        ..rule("sysctl")
    },
    Rule { flags: "-a", rest: at_most(2, Name), ..rule("getconf") },
    Rule {
        flags: "-a -m -c -k --all-locales --charmaps --category-name --keyword-name",
        rest: any(Name),
        ..rule("locale")
    },
    // With a number it would set the limit.
    Rule { flags: "-a -H -S -c -d -e -f -i -l -m -n -p -q -r -s -t -u -v -x", rest: none(), ..rule("ulimit") },
    // Not `-b`, which takes another directory to look in.
    Rule {
        flags: "-0 -a -d -l -n -p --author --description --license --parameters --filename",
        takes: &[("-F --field", Name)],
        rest: some(Plain),
        ..rule("modinfo")
    },
    Rule { under: "list", ..rule("kmod") },
    Rule { under: "status", flags: "-v", ..rule("dkms") },
    Rule { flags: "-v -b --verbose", ..rule("sestatus") },
    Rule { flags: "-L -q", takes: &[("-i -d", Name)], ..rule("nvidia-smi") },
    Rule {
        flags: "-L --list-gpus",
        takes: &[("--query-gpu --query-compute-apps --format -i --id", Name)],
        needs: &["--query-gpu --query-compute-apps", "--format"],
        style: Style::Words,
        ..rule("nvidia-smi")
    },
    Rule { flags: "-H -s --hardware --show", needs: &["-H -s --hardware --show"], ..rule("numactl") },
    Rule { flags: "-a -b -l -m -p -q -s -t -u -c", ..rule("ipcs") },
    Rule { flags: "-a -n --tasks", rest: any(Name), ..rule("lsns") },
];
