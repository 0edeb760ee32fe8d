//! Looking at code and its history. Nothing builds or tests: that runs whatever the working copy says.

use crate::rule::Kind;
use crate::rule::Kind::{Between, Count, Name, OneOf, Read, Revision, Text};
use crate::rule::{Rule, any, at_most, none, rule, some};

const GIT_FLAGS: &str = "--no-pager --no-optional-locks";

const LOG_VALUES: &[(&str, Kind)] = &[
    ("-n --max-count --skip", Count),
    ("--author --committer --grep --since --after --until --before -S -G --format --date", Text),
    ("--diff-filter --decorate-refs", Name),
];

const LOG_MAY: &[(&str, Kind)] =
    &[("--pretty --decorate --color --stat", Text), ("-U --unified -M -C --find-renames --abbrev", Count)];

pub(super) const RULES: &[Rule] = &[
    Rule {
        under: "status",
        flags: "--no-pager --no-optional-locks -s -b -u -v --short --branch --porcelain --ignored --long --show-stash",
        may_take: &[("--untracked-files", OneOf("no normal all"))],
        rest: any(Revision),
        ..rule("git")
    },
    // Neither `--output`, which writes, nor `--ext-diff` and `--show-signature`, which run what the configuration says.
    // Bounded, or without a pager, from which a shell can be started.
    Rule {
        under: "log | show | diff | reflog | whatchanged",
        flags: "--no-pager --no-optional-locks -p -s -u -w -b -e -i -z --oneline --graph --all --branches --tags \
                --merges --no-merges --first-parent --reverse --follow --patch --no-patch --numstat --shortstat \
                --name-only --name-status --raw --summary --check --cached --staged --word-diff --no-color \
                --no-ext-diff --no-textconv --full-history --left-right --cherry-pick --abbrev-commit --numbered \
                --no-decorate --topo-order --date-order --ignore-all-space --ignore-space-change --exit-code --quiet",
        takes: LOG_VALUES,
        may_take: LOG_MAY,
        digits: true,
        needs: &["--no-pager -n --max-count --oneline --name-only --name-status --stat --shortstat --check --quiet |"],
        rest: any(Revision),
        ..rule("git")
    },
    Rule {
        under: "shortlog",
        flags: "--no-pager -n -s -e --numbered --summary --email --all --no-merges",
        takes: &[("--since --until --author", Text)],
        rest: any(Revision),
        ..rule("git")
    },
    Rule {
        under: "blame | annotate",
        flags: "--no-pager -w -e -l -s -t --porcelain --show-email --date",
        takes: &[("-L", Text)],
        rest: some(Revision),
        ..rule("git")
    },
    Rule {
        under: "ls-files | ls-tree | rev-parse | rev-list | describe | name-rev | merge-base | cat-file | \
                diff-tree | count-objects | for-each-ref | show-ref | show-branch",
        flags: "--no-pager -r -t -l -d -s -p -e -v -m -o -c --name-only --long --full-name --others --cached \
                --modified --deleted --exclude-standard --show-toplevel --abbrev-ref --short --verify \
                --is-inside-work-tree \
                --git-dir --all --tags --always --dirty --count --heads --human-readable --no-walk",
        takes: &[("-n --max-count --max-depth", Count), ("--format --sort", Text), ("--since --until --author", Text)],
        rest: any(Revision),
        ..rule("git")
    },
    // Only what lists: a name would make or move something.
    Rule {
        under: "branch | tag",
        flags: "--no-pager -a -r -v -l --all --remotes --list --verbose --show-current --merged --no-merged",
        takes: &[("--sort --format", Text), ("--contains --points-at", Revision)],
        rest: none(),
        ..rule("git")
    },
    Rule { under: "remote | remote show/get-url", flags: GIT_FLAGS, rest: at_most(1, Name), ..rule("git") },
    Rule {
        under: "stash list | worktree list | submodule status | bisect log",
        flags: GIT_FLAGS,
        rest: none(),
        ..rule("git")
    },
    // No `-O`, which starts a pager.
    Rule {
        under: "grep",
        flags: "--no-pager -n -i -l -L -c -w -v -h -H -E -F -G -P -I -q --cached --untracked --count --line-number \
                --ignore-case --name-only --word-regexp --extended-regexp --fixed-strings --heading --break --no-color",
        takes: &[("-A -B -C -m --max-depth --max-count", Count), ("-e", Text)],
        first: Some((Text, "-e")),
        rest: any(Revision),
        ..rule("git")
    },
    // Neither `--pre`, which runs, nor `-f`, `-.` and `-u`, with which it looks into what is hidden.
    Rule {
        flags: "-n -N -i -s -S -w -x -v -l -c -F -P -U -o -p -q -H -I --line-number --ignore-case --smart-case \
                --word-regexp --files-with-matches --files-without-match --count --fixed-strings --heading \
                --no-heading \
                --trim --stats --json --multiline --files --type-list --column --vimgrep --no-messages",
        takes: &[
            ("-A -B -C -m -M -d -j --max-count --max-depth --max-columns --context", Count),
            ("-e -g -t -T -r --regexp --glob --type --type-not --replace", Text),
            ("--sort --sortr --color", Name),
        ],
        first: Some((Text, "-e --regexp --files --type-list")),
        rest: any(Read),
        ..rule("rg")
    },
    // Neither `-x` nor `-X`, which run.
    Rule {
        flags: "-i -s -g -F -a -p -l -L -0 --glob --fixed-strings --absolute-path --full-path --list-details --follow",
        takes: &[
            ("-e --extension -E --exclude --changed-within --changed-before -S --size", Text),
            ("-t --type", OneOf("f d l x e s p file directory symlink executable empty")),
            ("-d --max-depth --min-depth --exact-depth --max-results", Between(0, 100_000)),
        ],
        first: Some((Text, "-e --extension")),
        rest: any(Kind::List),
        ..rule("fd fdfind")
    },
    Rule {
        flags: "--by-file --vcs --quiet --json --csv --md",
        takes: &[("--exclude-dir --include-lang --exclude-lang", Name)],
        rest: any(Kind::List),
        ..rule("cloc")
    },
    Rule {
        flags: "-f --files",
        takes: &[("-s --sort -t --type -e --exclude", Name)],
        rest: any(Kind::List),
        ..rule("tokei")
    },
];
