//! What is installed, by the package managers of programming languages. Most of them run what the working directory says
//! and are not here: `composer`, `yarn`, `pnpm`, `bundle`, `cargo`, `go`, `poetry`, `uv`.

use crate::rule::Kind::{Count, OneOf, Plain, Word};
use crate::rule::{Rule, any, none, rule};

pub(super) const RULES: &[Rule] = &[
    // Not `config` and `debug`, which show where packages come from, passwords among it, nor another index.
    Rule {
        under: "list | show | freeze | check | inspect | cache info/list/dir | index versions",
        flags: "-e -f -l -o -q -u -v --all --editable --exclude-editable --files --include-editable --local \
                --disable-pip-version-check --no-cache-dir --no-color --no-input --not-required --outdated --pre \
                --quiet --uptodate --user --verbose",
        takes: &[("--format", OneOf("columns freeze json")), ("--exclude", Plain)],
        rest: any(Plain),
        ..rule("pip pip3")
    },
    Rule { under: "list | env list | info", flags: "-e --envs", takes: &[("-n --name", Word)], ..rule("conda mamba") },
    // What it asks a registry goes to where the working directory says, with what that makes of the environment: whether
    // there is a newer version of itself, too.
    Rule {
        under: "ls/list/la/ll | root | prefix | why/explain",
        flags: "-g -a -l -p --global --all --long --json --parseable --prod --production --no-update-notifier",
        takes: &[("--depth", Count), ("--omit --include", OneOf("dev optional peer"))],
        needs: &["-g --global --no-update-notifier"],
        rest: any(Plain),
        ..rule("npm")
    },
    Rule {
        under: "outdated",
        flags: "-g -a -l -p --global --all --long --json --parseable",
        needs: &["-g --global"],
        rest: any(Plain),
        ..rule("npm")
    },
    Rule {
        under: "list | contents | which | dependency | info | outdated | stale",
        flags: "-l -a -d -e -i -q --local --all --details --exact --installed --versions --no-versions",
        rest: any(Plain),
        ..rule("gem")
    },
    Rule { under: "environment/env gemdir/version/gempath/home/path", rest: none(), ..rule("gem") },
];
