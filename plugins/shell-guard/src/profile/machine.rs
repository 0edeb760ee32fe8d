//! The machine, its kernel and its load.

use crate::rule::Kind::{
    Between, Count, DateFormat, Device, List, Name, OneOf, Plain, Ranges, Read, Seconds, Setting, Text,
};
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
    Rule { ..rule("arch hostid logname tty lsmod getenforce runlevel") },
    Rule { flags: "-A -f -j -u -n --no-adapter --fahrenheit --json", ..rule("sensors") },
    Rule { flags: "-V -a -b -c -i -t -s --everything --battery --ac-adapter --thermal", ..rule("acpi") },
    Rule { flags: "-v -c -d -g -k -l -p -s -t -w -i -L -P --size --generic --protection", ..rule("lsscsi") },
    Rule { flags: "-c -v -q -r --container --vm --quiet --chroot", ..rule("systemd-detect-virt") },
    Rule {
        flags: "--enabled --complaining --enforced --profiled --verbose --json --pretty-json",
        ..rule("aa-status apparmor_status")
    },
    // Neither `-w` nor `-s`, which set one clock by the other.
    Rule { flags: "-r -v -D -l -u --show --get --verbose --debug --localtime --utc", ..rule("hwclock") },
    Rule { flags: "-p --print", needs: &["-p --print"], ..rule("adjtimex") },
    Rule { flags: "-v", rest: some(Read), ..rule("zdump") },
    Rule { flags: "-v", ..rule("efibootmgr") },
    Rule { flags: "--sb-state --list-enrolled", needs: &["--sb-state --list-enrolled"], ..rule("mokutil") },
    Rule { under: "status | list", flags: "--no-pager", ..rule("bootctl") },
    Rule {
        flags: "--default-kernel --default-index --default-title",
        needs: &["--default-kernel --default-index --default-title"],
        ..rule("grubby")
    },
    Rule { takes: &[("--info", Name)], needs: &["--info"], ..rule("grubby") },
    Rule { under: "status | showmem", ..rule("kdumpctl") },
    Rule {
        under: "frequency-info | idle-info | info",
        flags: "-f -p -g -l -d -w -m --freq --policy --governors --hwlimits",
        takes: &[("-c --cpu", Ranges)],
        ..rule("cpupower")
    },
    Rule { flags: "-c -m -n -p -s -v -z", rest: any(Name), ..rule("numastat") },
    // Not `-i`, which asks another machine for the address of this one.
    Rule {
        flags: "-F -b -x -z -d -f -l -m -n -o -p -s -A -B -C -D -G -I -M -N -P -R -S --no-host",
        takes: &[("-c -y", Between(0, 500))],
        ..rule("inxi")
    },
    Rule { flags: "--short --cpu --disk --memory --netcard --bios --gfxcard --usb --pci", ..rule("hwinfo") },
    Rule {
        flags: "--no-io --no-bridges",
        takes: &[("--of", OneOf("console ascii txt"))],
        ..rule("lstopo-no-graphics hwloc-ls")
    },
    Rule {
        flags: "-a -b -c -e -J -l -m -n -p -P -q -r -s -t -u -V --all --global --json --list --noheadings --queues \
                --semaphores --shmems --time --bytes",
        takes: &[("-o --output", Name)],
        ..rule("lsipc")
    },
    Rule {
        flags: "-J -n -S -P --json --noheadings --softirq",
        takes: &[("-o --output -s --sort", Name)],
        ..rule("lsirq")
    },
    Rule { flags: "-b -n --bytes --noheadings --raw --output-all", takes: &[("-o --output", Name)], ..rule("zramctl") },
    Rule {
        under: "prog/map/net/link/btf show/list | cgroup tree",
        flags: "-p -j --pretty --json",
        rest: none(),
        ..rule("bpftool")
    },
    // Only what it would do.
    Rule {
        flags: "-n -D -v --dry-run --show-depends --verbose",
        needs: &["-n -D --dry-run --show-depends"],
        rest: some(Plain),
        ..rule("modprobe")
    },
    // What a controller of the machine itself reads and logs.
    Rule {
        under: "sdr | sdr list/elist/type | sel | sel list/elist/info/time | sensor | sensor list | chassis \
                status/poh | \
                mc info | fru | fru print/list | power status | dcmi power reading | bmc info",
        flags: "-v -c",
        takes: &[("-I", OneOf("open lan lanplus"))],
        rest: none(),
        ..rule("ipmitool")
    },
    Rule {
        flags: "-b -c -d -f -g -i -l -m -n -p -r -s -t -v -y --cpu --disk --net --page --sys --load --mem --swap \
                --proc --io --tcp --udp --socket --vm --nocolor --noheaders --top-cpu --top-mem --top-io --top-bio \
                --full",
        takes: &[("-C -D -N -I", Name)],
        rest: SAMPLES,
        ..rule("dstat dool")
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
    Rule { under: "status", flags: "-v", rest: at_most(1, Plain), ..rule("dkms") },
    Rule { flags: "-v -b --verbose", ..rule("sestatus") },
    Rule { flags: "-L -q", takes: &[("-i -d", Name)], ..rule("nvidia-smi") },
    Rule {
        under: "topo | nvlink | pmon | dmon",
        flags: "-m -s",
        takes: &[("-c", Between(1, 60))],
        needs: &["-m -s -c"],
        ..rule("nvidia-smi")
    },
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
