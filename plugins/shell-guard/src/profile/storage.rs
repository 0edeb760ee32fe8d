//! Disks, volumes and arrays.

use crate::rule::Kind::{List, Name};
use crate::rule::{Rule, Style, any, exactly, rule, some};

pub(super) const RULES: &[Rule] = &[
    // Not `--config`, which may name a program to run.
    Rule {
        flags: "-a -v --all --noheadings --nosuffix --segments --unquoted",
        takes: &[("-o --options -O --sort --units --separator --reportformat", Name)],
        rest: any(Name),
        ..rule("pvs vgs lvs")
    },
    Rule { flags: "-v", rest: any(Name), ..rule("pvdisplay vgdisplay lvdisplay") },
    Rule {
        under: "status | list",
        flags: "-H -L -P -p -v -x -g",
        takes: &[("-o", Name)],
        rest: any(Name),
        ..rule("zpool")
    },
    Rule { under: "list | get", flags: "-H -p -r", takes: &[("-o -t -s -S -d", Name)], rest: any(Name), ..rule("zfs") },
    Rule { flags: "-D -Q --detail --query", needs: &["-D -Q --detail --query"], rest: some(List), ..rule("mdadm") },
    // No tests and no settings, only what the disk tells.
    Rule {
        flags: "-a -A -c -H -i -x -j --all --attributes --capabilities --health --info --xall --json --scan",
        takes: &[("-d --device -l --log", Name)],
        rest: any(List),
        ..rule("smartctl")
    },
    Rule { under: "list | smart-log | id-ctrl", flags: "-v", takes: &[("-o", Name)], rest: any(List), ..rule("nvme") },
    Rule { flags: "-s --show --summary --noheadings --raw --bytes", needs: &["-s --show --summary"], ..rule("swapon") },
    Rule {
        under: "filesystem show/df/usage | device stats | subvolume list",
        flags: "-h -T -d -m",
        rest: any(List),
        ..rule("btrfs")
    },
    Rule { flags: "-e -a -d --exports --all --directories", rest: exactly(1, Name), ..rule("showmount") },
    // Not `-c`, which chooses where a cache is written.
    Rule {
        flags: "-k -l -p -i -d --list-filesystems --probe --info",
        takes: &[("-o --output -s --match-tag -t --match-token -n -u", Name), ("-L -U --label --uuid", Name)],
        rest: any(List),
        ..rule("blkid")
    },
    // Without `-l` they change.
    Rule {
        flags: "-l -x --list --list-details --bytes",
        takes: &[("-o --output", Name)],
        needs: &["-l -x --list --list-details"],
        rest: any(List),
        ..rule("fdisk sfdisk")
    },
    Rule { flags: "-l -s -m --list --script --machine", needs: &["-l --list"], ..rule("parted") },
    Rule { rest: exactly(1, List), ..rule("xfs_info") },
    Rule { flags: "-l", needs: &["-l"], rest: exactly(1, List), ..rule("tune2fs") },
    Rule { flags: "-h -b", needs: &["-h -b"], rest: exactly(1, List), ..rule("dumpe2fs") },
    Rule { flags: "-ll -l", needs: &["-ll -l"], rest: any(Name), style: Style::Words, ..rule("multipath") },
    Rule { flags: "-s -v -u -g --human-readable", rest: any(Name), ..rule("quota") },
];
