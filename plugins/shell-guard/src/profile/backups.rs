//! Backups: which there are, how old and how large they are. Nothing of what is in them but names.
//!
//! A repository may lie elsewhere, to where the program then goes by itself; but it is no program, and no password is in it.

use crate::rule::Kind;
use crate::rule::Kind::{Configuration, Count, List, Name, OneOf, Plain, Repository, Text};
use crate::rule::{Rule, any, at_most, between, exactly, none, rule, some};

/// Neither `--password-command`, which runs it, nor `-o`, which says how a place is reached.
const RESTIC: &[(&str, Kind)] = &[
    ("-r --repo", Repository),
    ("-p --password-file --cacert", List),
    ("--repository-file", Configuration),
    ("--retry-lock --key-hint", Name),
    ("-H --host --tag --path -g --group-by", Text),
    ("--latest", Count),
    ("--mode", OneOf("restore-size files-by-contents blobs-per-file raw-data")),
];

const RESTIC_FLAGS: &str = "--no-lock --no-cache --json -q --quiet -v --verbose -c --compact";

/// How it is reached is for the keeper of the machine to say.
const BORG: &[(&str, Kind)] = &[
    ("-r --repo", Repository),
    ("--lock-wait --first --last", Count),
    ("-P --prefix -a --glob-archives --match-archives --sort-by --format -e --exclude --pattern", Text),
    ("--newer --older --newest --oldest", Name),
];

/// Only looked at, where it says so.
const RCLONE: &[(&str, Kind)] = &[
    ("--max-depth --checkers --transfers --tpslimit --low-level-retries --retries", Count),
    ("--max-age --min-age --max-size --min-size --timeout --contimeout --format -F --separator -s --hash-type", Name),
    ("--include --exclude --filter", Text),
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        under: "snapshots | stats | list snapshots/locks/packs/index/keys/blobs | key list | version",
        flags: RESTIC_FLAGS,
        takes: RESTIC,
        rest: any(Plain),
        ..rule("restic")
    },
    Rule { under: "diff", flags: RESTIC_FLAGS, takes: RESTIC, rest: exactly(2, Plain), ..rule("restic") },
    Rule {
        under: "ls",
        flags: "--no-lock --no-cache --json -q --quiet -v --verbose -l --long --recursive --human-readable",
        takes: RESTIC,
        first: Some((Plain, "")),
        rest: any(Text),
        ..rule("restic")
    },
    Rule {
        under: "find",
        flags: "--no-lock --no-cache --json -q --quiet -l --long -i --ignore-case",
        takes: &[
            ("-r --repo", Repository),
            ("-p --password-file", List),
            ("-H --host --tag --path -N --newest -O --oldest -s --snapshot", Text),
        ],
        rest: some(Text),
        ..rule("restic")
    },
    Rule {
        under: "check",
        flags: "--no-lock --no-cache --with-cache --read-data -q --quiet -v --verbose --json",
        takes: &[("-r --repo", Repository), ("-p --password-file", List), ("--read-data-subset", Name)],
        rest: none(),
        ..rule("restic")
    },
    Rule {
        under: "list/rlist/repo-list",
        flags: "--short --json --json-lines --consider-checkpoints --bypass-lock --consider-part-files --list --log-json -v -q \
                --info --verbose",
        takes: BORG,
        first: Some((Repository, "-r --repo")),
        rest: any(Text),
        ..rule("borg borg1")
    },
    // Of those that the environment names.
    Rule {
        under: "list/rlist/repo-list | info/rinfo/repo-info",
        flags: "--short --json --bypass-lock -v -q --verbose",
        takes: BORG,
        rest: none(),
        ..rule("borg borg1")
    },
    Rule {
        under: "info/rinfo/repo-info",
        flags: "--json --bypass-lock -v -q --verbose",
        takes: BORG,
        rest: between(1, 2, Repository),
        ..rule("borg borg1")
    },
    Rule {
        under: "check",
        flags: "--repository-only --archives-only --bypass-lock -v --verbose --info --progress -p",
        takes: &[("--lock-wait --last --first", Count), ("-P --prefix -a --glob-archives", Text)],
        rest: exactly(1, Repository),
        ..rule("borg borg1")
    },
    Rule {
        under: "lsl | lsd | ls | lsf | lsjson | size | about | tree | md5sum | sha1sum | hashsum",
        flags: "-R --recursive --json --full --human-readable --fast-list --files-only --dirs-only --hash --stat --no-modtime \
                --no-mimetype --csv -q --quiet -v --absolute -a --all --dirsfirst -d",
        takes: RCLONE,
        rest: between(1, 2, Repository),
        ..rule("rclone")
    },
    Rule {
        under: "check",
        flags: "--size-only --one-way --fast-list -q --quiet -v --checksum",
        takes: RCLONE,
        rest: exactly(2, Repository),
        ..rule("rclone")
    },
    Rule { under: "listremotes | version | config file/paths", flags: "--long", rest: none(), ..rule("rclone") },
    Rule {
        under: "collection-status",
        flags: "--show-changes-in-set",
        rest: exactly(1, Repository),
        ..rule("duplicity")
    },
    Rule {
        under: "info | version | repo-ls",
        takes: &[
            ("--stanza --set --type --sort --filter", Name),
            ("--output", OneOf("text json")),
            ("--repo", Count),
            ("--config", Configuration),
            ("--log-level-console --log-level-stderr", OneOf("off error warn info detail")),
        ],
        flags: "--recurse",
        rest: at_most(1, Name),
        ..rule("pgbackrest")
    },
    // Not what a server is set to, where the words for connecting are.
    Rule {
        under: "list | list-server/list-servers | list-backup/list-backups | check | status | show-backup/show-backups | \
                replication-status | list-files",
        flags: "-q --quiet --nagios --minimal --source",
        takes: &[
            ("-c --config", Configuration),
            ("-f --format", OneOf("console json")),
            ("--target", OneOf("standalone data wal full all hot-standby wal-streamer")),
        ],
        rest: at_most(2, Plain),
        ..rule("barman")
    },
    Rule { under: "backup-list", flags: "--pretty --json --detail", rest: none(), ..rule("wal-g wal-e") },
    Rule { under: "configtest | du", rest: none(), ..rule("rsnapshot") },
    Rule {
        under: "list | stats | usage",
        flags: "-v -q",
        takes: &[("--format", OneOf("table long raw"))],
        rest: none(),
        ..rule("btrbk")
    },
    Rule {
        flags: "--monitor-snapshots --monitor-health --monitor-capacity",
        needs: &["--monitor-snapshots --monitor-health --monitor-capacity"],
        ..rule("sanoid")
    },
    Rule {
        under: "snapshot list/ls | repository status | policy list | maintenance info | content stats | blob stats | session list",
        flags: "-a -l --all --json --storage-stats --no-incomplete --show-identical",
        takes: &[("-n --max-results", Count)],
        rest: at_most(1, List),
        ..rule("kopia")
    },
];
