//! How disks are divided. Without the flag that lists, most of these tools change.

use crate::rule::Kind::{Count, List, Name, OneOf};
use crate::rule::{Rule, any, between, exactly, rule, some};

pub(super) const RULES: &[Rule] = &[
    Rule {
        flags: "-l -x --list --list-details --bytes",
        takes: &[("-o --output", Name)],
        needs: &["-l -x --list --list-details"],
        rest: any(List),
        ..rule("fdisk sfdisk")
    },
    Rule {
        flags: "-d -F -J -V -g -s --dump --json --list-free --verify --show-geometry --show-size",
        needs: &["-d -F -J -V -g -s --dump --json --list-free --verify --show-geometry --show-size"],
        rest: any(List),
        ..rule("sfdisk")
    },
    Rule { flags: "-l -s -m --list --script --machine", needs: &["-l --list"], ..rule("parted") },
    // What is printed, and in which unit.
    Rule {
        flags: "-s -m --script --machine",
        first: Some((List, "")),
        rest: between(1, 4, OneOf("print p free unit s B kB KB KiB MB MiB GB GiB TB TiB % chs devices all list")),
        ..rule("parted")
    },
    Rule { flags: "-l", needs: &["-l"], rest: some(List), ..rule("gdisk") },
    Rule {
        flags: "-p -v -O --print --print-mbr --verify",
        takes: &[("-i --info", Count)],
        needs: &["-p -v -O -i --print --print-mbr --verify --info"],
        rest: exactly(1, List),
        ..rule("sgdisk")
    },
    Rule {
        flags: "-s -l -b -g -r -P --show --list --bytes --noheadings --raw --pairs --output-all",
        takes: &[("-o --output", Name), ("-n --nr", Name), ("-t --type", Name)],
        needs: &["-s -l --show --list"],
        rest: exactly(1, List),
        ..rule("partx")
    },
];
