//! Disks, volumes and file systems.

use crate::rule::Kind::{Between, Count, Device, List, Name, Names, OneOf, Phrase, Plain, Text, Word};
use crate::rule::{Operands, Rule, Style, any, at_most, between, exactly, none, rule, some};

/// How often and how long something is sampled.
const SAMPLES: Operands = exactly(2, Between(1, 60));

/// What disks log. With words behind a comma some of them are set.
const SMART_LOGS: &str = "background defects devstat directory envrep error farm genstats nvmelog sataphy sasphy \
                          scterc \
                          scttemp scttemphist scttempsts selective selftest ssd tapealert xerror xselftest zdevstat \
                          xerror,error xselftest,selftest";

const BLOCKDEV: &str = "--getsize64 --getsz --getss --getpbsz --getbsz --getro --getra --getfra --getalignoff \
                        --getmaxsect --getiomin --getioopt --getdiskseq --getzonesz --getsize";

/// What a quota is told to report.
const QUOTA_REPORTS: &str = "report|report -h|report -u|report -g|report -p|report -uh|report -gh|report -ph|report -u -h|\
                             report -g -h|report -p -h|report -ugph|report -hug|report -ubih|report -pbih|report -bih|\
                             report -ih|report -a|report -ah|state|state -u|state -g|state -p|state -ugp|df|df -h|\
                             df -i|df -ih|free|free -h|print|print all|path|quota -h";

const ZPOOL: &str = "-g -H -L -P -p -v -w -y -l -q -n -r";

pub(super) const RULES: &[Rule] = &[
    // Not `--config`, which may name a program to run.
    Rule {
        flags: "-a -H -P -q -v --all --aligned --binary --foreign --history --ignorelockingfailure --ignoreskippedcluster \
                --nameprefixes --noheadings --nolocking --nosuffix --partial --quiet --readonly --rows --segments \
                --shared --unbuffered --unquoted --verbose",
        takes: &[("-o --options -O --sort --units --reportformat", Name), ("--separator -S --select", Text)],
        rest: any(Name),
        ..rule("pvs vgs lvs")
    },
    Rule {
        flags: "-a -c -C -m -s -v -A --all --colon --columns --maps --short --verbose --activevolumegroups",
        takes: &[("-o --options --units", Name)],
        rest: any(Name),
        ..rule("pvdisplay vgdisplay lvdisplay")
    },
    Rule { flags: "-a -b -v --all --blockdevice --verbose", ..rule("lvscan") },
    Rule { flags: "-e -n -s -u -v --exported --novolumegroup --short --uuid --verbose", ..rule("pvscan") },
    Rule { flags: "-l -v --lvmpartition", ..rule("lvmdiskscan") },
    Rule { under: "version | pvs | vgs | lvs | fullreport | segtypes | formats", flags: "-a -v", ..rule("lvm") },
    Rule {
        takes: &[("--type --typeconfig", OneOf("current default diff full list missing new profilable"))],
        rest: any(Name),
        ..rule("lvmconfig")
    },
    Rule {
        under: "status | list",
        flags: "-H -L -P -p -v -x -g -s -t -D -e -i",
        takes: &[("-o", Name)],
        rest: any(Device),
        ..rule("zpool")
    },
    Rule { under: "get", flags: "-H -p", takes: &[("-o", Name)], rest: any(Name), ..rule("zpool") },
    // Once, or so many times. Not `-c`, which runs what it names.
    Rule { under: "iostat", flags: ZPOOL, rest: any(Device), ..rule("zpool") },
    Rule { under: "iostat", flags: ZPOOL, rest: SAMPLES, ..rule("zpool") },
    Rule { under: "iostat", flags: ZPOOL, first: Some((Device, "")), rest: SAMPLES, ..rule("zpool") },
    Rule { under: "history | events", flags: "-i -l -H -v", rest: any(Plain), ..rule("zpool") },
    // By themselves they list; with a name they act.
    Rule { under: "upgrade | import", flags: "-v", rest: none(), ..rule("zpool") },
    Rule { under: "version", flags: "-j", rest: none(), ..rule("zpool zfs") },
    Rule { under: "mount | upgrade", flags: "-v", rest: none(), ..rule("zfs") },
    Rule { under: "allow", rest: exactly(1, Name), ..rule("zfs") },
    Rule {
        under: "list | get | userspace | groupspace | projectspace | holds",
        flags: "-H -p -r -n -i -j",
        takes: &[("-o -t -s -S -d", Name)],
        rest: any(Name),
        ..rule("zfs")
    },
    Rule { flags: "-l -v", needs: &["-l"], rest: exactly(1, List), ..rule("zdb") },
    Rule {
        flags: "-D -E -Q -X -Y -b -s -v -t --detail --detail-platform --examine --examine-badblocks --examine-bitmap \
                --export --query --brief --scan --verbose --test --no-devices",
        needs: &["-D -E -Q -X --detail --detail-platform --examine --examine-badblocks --examine-bitmap --query"],
        rest: any(List),
        ..rule("mdadm")
    },
    // No tests and no settings, only what the disk tells.
    Rule {
        flags: "-a -A -c -H -i -x -j --all --attributes --capabilities --health --info --xall --scan --scan-open \
                --identify",
        takes: &[
            ("-d --device -q --quietmode -n --nocheck -g --get -f --format -T --tolerance", Name),
            ("-l --log", OneOf(SMART_LOGS)),
            ("-P --presets", OneOf("show showall use ignore")),
        ],
        may_take: &[("--json", OneOf("c g i o s v ci cg"))],
        rest: any(List),
        ..rule("smartctl")
    },
    Rule {
        under: "list | list-subsys | list-ns | list-ctrl | smart-log | id-ctrl | id-ns | error-log | fw-log | ana-log | \
                effects-log | endurance-log | self-test-log | sanitize-log | changed-ns-list-log | show-regs | \
                show-topology | show-hostnqn | ns-descs | intel smart-log-add | ocp smart-add-log | version",
        flags: "-v -H --human-readable --verbose --all",
        takes: &[("-o --output-format", Name), ("-n --namespace-id -e --log-entries", Count)],
        rest: any(List),
        ..rule("nvme")
    },
    Rule {
        under: "get-feature",
        flags: "-H --human-readable",
        takes: &[("-f --feature-id -s --sel -n --namespace-id", Name)],
        rest: exactly(1, List),
        ..rule("nvme")
    },
    Rule {
        flags: "-s --show --summary --noheadings --raw --bytes --output-all",
        needs: &["-s --show --summary"],
        ..rule("swapon")
    },
    Rule { flags: "--noheadings --raw --bytes", may_take: &[("--show", Name)], needs: &["--show"], ..rule("swapon") },
    // Not `-z`, which resets. The words may be abbreviated, and mostly are so.
    Rule {
        under: "filesystem/fi/fil/files show/df/usage/us/du | device/dev stats/usage | subvolume/sub/subvol/su \
                list/show/get-default | scrub status | balance/bal status | qgroup show | property/prop get | \
                inspect-internal/inspect dump-super/min-dev-size",
        flags: "-h -H -T -d -m -b -s -k -g -t -a -c -p -u -o -r -q -v -R -f -e --raw --human-readable --iec --si \
                --kbytes --mbytes --gbytes --tbytes --mounted --all-devices --check --tabular",
        rest: any(List),
        ..rule("btrfs")
    },
    Rule { flags: "-b -x --bytes --one-file-system", rest: some(List), ..rule("compsize") },
    // Not `-c`, which chooses where a cache is written.
    Rule {
        flags: "-k -l -p -i -d --list-filesystems --probe --info",
        takes: &[("-o --output -s --match-tag -t --match-token -n -u", Name), ("-L -U --label --uuid", Name)],
        rest: any(List),
        ..rule("blkid")
    },
    Rule { rest: exactly(1, List), ..rule("xfs_info") },
    Rule { flags: "-n -v", needs: &["-n"], rest: exactly(1, List), ..rule("xfs_repair") },
    Rule {
        flags: "-r",
        takes: &[(
            "-c",
            Phrase("frag|frag -f|frag -d|frag -v|freesp|freesp -s|freesp -d|sb|sb 0|agf 0|agi 0|print|p|version"),
        )],
        needs: &["-r", "-c"],
        rest: exactly(1, List),
        ..rule("xfs_db")
    },
    Rule { flags: "-x", takes: &[("-c", Phrase(QUOTA_REPORTS))], needs: &["-c"], rest: any(List), ..rule("xfs_quota") },
    Rule { flags: "-l", needs: &["-l"], rest: exactly(1, List), ..rule("tune2fs") },
    Rule { flags: "-h -b -x", rest: exactly(1, List), ..rule("dumpe2fs") },
    Rule { rest: exactly(1, List), ..rule("e2label e2freefrag") },
    // Only what they would do.
    Rule { flags: "-n -f -v", needs: &["-n"], rest: exactly(1, List), ..rule("e2fsck fsck.ext4 fsck.ext3 fsck.ext2") },
    Rule { flags: "-N -A -V -R -T", takes: &[("-t", Name)], needs: &["-N"], rest: any(List), ..rule("fsck") },
    Rule {
        flags: "-a -A -n -v --all --dry-run --fstab --verbose",
        needs: &["-n --dry-run"],
        rest: at_most(1, List),
        ..rule("fstrim")
    },
    Rule {
        flags: "-ll -l -t -v0 -v1 -v2 -v3 -v4 -d",
        takes: &[("-v", Between(0, 4))],
        needs: &["-ll -l -t"],
        rest: any(Name),
        style: Style::Words,
        ..rule("multipath")
    },
    Rule { under: "show", rest: between(1, 4, Name), ..rule("multipathd") },
    // In one word: behind a `-k` by itself it would read what is typed, or piped in.
    Rule {
        rest: exactly(
            1,
            Phrase(
                "-kshow paths|-kshow maps|-kshow topology|-kshow status|-kshow daemon|-kshow multipaths|-kshow devices|\
                 -kshow config|-kshow config local|-kshow maps status|-kshow maps stats|-kshow maps topology|\
                 -kshow multipaths status|-kshow multipaths topology|-kshow wildcards|-kshow blacklist",
            ),
        ),
        style: Style::Text,
        ..rule("multipathd")
    },
    // Not `-y` and `-S` and the like, which set; and what shows by itself and sets with a number not either.
    Rule {
        flags: "-C -I -i -g -t -T -q -v",
        needs: &["-C -I -i -g -t -T -v"],
        rest: exactly(1, List),
        ..rule("hdparm")
    },
    Rule { flags: BLOCKDEV, needs: &[BLOCKDEV], rest: some(List), ..rule("blockdev") },
    Rule { flags: "--report", needs: &["--report"], rest: any(List), ..rule("blockdev") },
    Rule {
        flags: "-l -a -J -n --list --all --json --noheadings --raw --output-all",
        takes: &[("-O --output -j --associated", Name)],
        ..rule("losetup")
    },
    // A device, and where it is.
    Rule { rest: exactly(1, List), ..rule("losetup") },
    // Keys are shown as zeros, but with a flag that is not here.
    Rule {
        under: "ls | info | status | deps | targets | version | table | splitname | udevcookies | report",
        flags: "-c -C -v --columns --tree --noheadings",
        takes: &[("-o --options --target --separator --sort", Name)],
        rest: any(Name),
        ..rule("dmsetup")
    },
    Rule { under: "status", rest: exactly(1, Name), ..rule("cryptsetup") },
    // Headers, without what is encrypted in them.
    Rule { under: "luksDump | isLuks | luksUUID", flags: "-v", rest: exactly(1, List), ..rule("cryptsetup") },
    Rule { flags: "-s -v -u -g -p -w -q -l -i -A --human-readable --show-mntpoint", rest: any(Name), ..rule("quota") },
    Rule {
        flags: "-a -c -C -g -i -n -p -s -t -u -v -P --all --human-readable --no-names",
        takes: &[("-F -O", Word)],
        rest: any(Name),
        ..rule("repquota")
    },
    Rule {
        flags: "-p -a -g -u -v -P --print-state --all",
        needs: &["-p --print-state"],
        rest: any(List),
        ..rule("quotaon")
    },
    Rule { flags: "-e -a -d --exports --all --directories", rest: exactly(1, Name), ..rule("showmount") },
    Rule {
        takes: &[
            ("-L --lld", OneOf("iscsi")),
            ("-o --op", OneOf("show")),
            ("-m --mode", OneOf("target sys system session connection conn portal")),
            ("-t --tid", Count),
        ],
        needs: &["-o --op", "-m --mode"],
        ..rule("tgtadm")
    },
    Rule { under: "pool/filesystem/fs/blockdev list | report", rest: at_most(1, Word), ..rule("stratis") },
    Rule { flags: "--human-readable --si --verbose", rest: any(Name), ..rule("vdostats") },
    Rule { under: "status | list", flags: "-a --all", takes: &[("-n --name", Names)], rest: none(), ..rule("vdo") },
];
