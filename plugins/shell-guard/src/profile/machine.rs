//! The machine, its clock and its kernel.

use crate::rule::Kind::{Between, Count, DateFormat, List, Name, OneOf, Plain, Read, Setting, Text};
use crate::rule::{Rule, any, at_most, none, rule, some};

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
        flags: "-u -R -j --utc --universal --rfc-email --rfc-2822 --rfc-822 --debug --resolution",
        takes: &[("-d --date -v", Text), ("--rfc-3339", OneOf("date seconds ns")), ("-r --reference", List)],
        may_take: &[("-I --iso-8601", Name)],
        rest: at_most(1, DateFormat),
        ..rule("date")
    },
    Rule {
        flags: "-1 -3 -y -m -M -s -S -j -h -w -b -Y --one --three --year --monday --sunday --julian --week",
        takes: &[("-n --months -A -B", Between(0, 600))],
        rest: at_most(3, Name),
        ..rule("cal ncal")
    },
    Rule { flags: "-p -r -s --pretty --raw --since", ..rule("uptime") },
    Rule { flags: "--all", takes: &[("--ignore", Count)], ..rule("nproc") },
    Rule { ..rule("arch hostid logname tty lsmod runlevel") },
    Rule { flags: "-c -v -q -r --container --vm --quiet --chroot", ..rule("systemd-detect-virt") },
    // Neither `-w` nor `-s`, which set one clock by the other.
    Rule { flags: "-r -v -D -l -u --show --get --verbose --debug --localtime --utc", ..rule("hwclock") },
    Rule { flags: "-p --print", needs: &["-p --print"], ..rule("adjtimex") },
    Rule { flags: "-v -V -i", takes: &[("-c -t", Name)], rest: some(Read), ..rule("zdump") },
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
    // Only what it would do.
    Rule {
        flags: "-n -D -v --dry-run --show-depends --verbose",
        needs: &["-n -D --dry-run --show-depends"],
        rest: some(Plain),
        ..rule("modprobe")
    },
    Rule {
        flags: "-a -A -b -d -D -f -i -J -l -m -M -n -O -p -P -r -s -S -t -T -z --all --bytes --nodeps --discard --fs \
                --ascii --json --list --perms --noheadings --output-all --paths --pairs --raw --inverse --scsi \
                --topology --zoned -N -v --merge --nvme --tree --virtio",
        takes: &[("-o --output -e --exclude -I --include -x --sort -w --width", Name)],
        rest: any(List),
        ..rule("lsblk")
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
        flags: "-0 -a -d -l -n -p --author --description --license --parameters --filename --null",
        takes: &[("-F --field -k --set-version", Plain)],
        rest: some(Plain),
        ..rule("modinfo")
    },
    Rule { under: "list", ..rule("kmod") },
    Rule { under: "status", flags: "-v", rest: at_most(1, Plain), ..rule("dkms") },
    Rule {
        flags: "-a -b -c -l -m -p -q -s -t -u --all --bytes --creator --human --limits --pid --queues --semaphores \
                --shmems --summary --time",
        takes: &[("-i --id", Count)],
        ..rule("ipcs")
    },
    Rule {
        flags: "-J -l -n -P -r -u -W -H --json --list --noheadings --persistent --raw --notruncate",
        takes: &[("-t --type -o --output -p --task", Name)],
        rest: any(Name),
        ..rule("lsns")
    },
    // What the loader knows. Without `-p` it writes its cache.
    Rule { flags: "-p --print-cache", needs: &["-p --print-cache"], ..rule("ldconfig") },
    // What a program is made of. Nothing that asks another machine for what was left out of it.
    Rule {
        flags: "-a -d -e -h -l -n -r -s -S -V -W --all --dynamic --file-header --headers --notes --program-headers \
                --relocs --section-headers --sections --segments --symbols --syms --version-info --wide",
        rest: some(Read),
        ..rule("readelf")
    },
    Rule {
        flags: "-f -h -p -t -T -x --all-headers --dynamic-syms --file-headers --private-headers --syms",
        rest: some(Read),
        ..rule("objdump")
    },
    Rule {
        flags: "-A -C -D -g -n -u --defined-only --demangle --dynamic --undefined-only",
        rest: some(Read),
        ..rule("nm")
    },
    // What lay in the memory of a small system. Not `-f`, which never ends, nor `-F`, which writes.
    Rule { takes: &[("-l", Count), ("-e", Text)], ..rule("logread") },
    Rule { flags: "-c --showconfig", needs: &["-c --showconfig"], rest: none(), ..rule("modprobe") },
];
