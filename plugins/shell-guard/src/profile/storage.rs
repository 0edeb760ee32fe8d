//! Disks, volumes and arrays.

use crate::rule::Kind::{Count, List, Name, OneOf, Plain};
use crate::rule::{Rule, Style, any, between, exactly, rule, some};

/// What disks log. With words behind a comma some of them are set.
const SMART_LOGS: &str = "background defects devstat directory envrep error farm genstats nvmelog sataphy sasphy \
                          scterc \
                          scttemp scttemphist scttempsts selective selftest ssd tapealert xerror xselftest zdevstat";

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
    Rule {
        flags: "-D -E -Q -b -s -v --detail --examine --query --brief --scan --verbose",
        needs: &["-D -E -Q --detail --examine --query"],
        rest: any(List),
        ..rule("mdadm")
    },
    // No tests and no settings, only what the disk tells.
    Rule {
        flags: "-a -A -c -H -i -x -j --all --attributes --capabilities --health --info --xall --json --scan",
        takes: &[
            ("-d --device -q --quietmode -n --nocheck -g --get -f --format", Name),
            ("-l --log", OneOf(SMART_LOGS)),
        ],
        rest: any(List),
        ..rule("smartctl")
    },
    Rule {
        under: "list | list-subsys | smart-log | id-ctrl | id-ns | error-log | fw-log",
        flags: "-v",
        takes: &[("-o", Name)],
        rest: any(List),
        ..rule("nvme")
    },
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
    Rule { under: "iostat", flags: "-v -l -q -w -H -p -y -n", rest: any(Plain), ..rule("zpool") },
    Rule { under: "history | events", flags: "-i -l -H -v", rest: any(Plain), ..rule("zpool") },
    Rule { flags: "-I -i -g -t -T -q", needs: &["-I -i -g -t -T"], rest: exactly(1, List), ..rule("hdparm") },
    Rule {
        flags: "--getsize64 --getsz --getss --getpbsz --getbsz --getro --getra --getfra --getalignoff --getmaxsect",
        needs: &["--getsize64 --getsz --getss --getpbsz --getbsz --getro --getra --getfra --getalignoff --getmaxsect"],
        rest: exactly(1, List),
        ..rule("blockdev")
    },
    Rule { flags: "--report", needs: &["--report"], rest: any(List), ..rule("blockdev") },
    Rule {
        flags: "-l -a -J -n --list --all --json --noheadings --raw",
        takes: &[("-O --output -j --associated", Name)],
        ..rule("losetup")
    },
    Rule {
        under: "ls | info | status | deps | targets | version",
        flags: "-c -v --tree --noheadings",
        takes: &[("-o --options --target", Name)],
        rest: any(Plain),
        ..rule("dmsetup")
    },
    Rule { under: "status", rest: exactly(1, Name), ..rule("cryptsetup") },
    Rule {
        flags: "-p --print",
        takes: &[("-i --info", Count)],
        needs: &["-p -i --print --info"],
        rest: exactly(1, List),
        ..rule("sgdisk")
    },
    Rule { flags: "-l", needs: &["-l"], rest: some(List), ..rule("gdisk") },
    // What is printed, and in which unit.
    Rule {
        flags: "-s -m --script --machine",
        first: Some((List, "")),
        rest: between(1, 4, OneOf("print free unit s B MB MiB GB GiB TB TiB % chs")),
        ..rule("parted")
    },
    Rule { rest: exactly(1, List), ..rule("e2label") },
    Rule { flags: "-a -g -p -s -u -v -P --all --human-readable", rest: any(Name), ..rule("repquota") },
];
