//! What is installed.

use crate::rule::Kind::Name;
use crate::rule::{Rule, Style, any, none, rule, some};

pub(super) const RULES: &[Rule] = &[
    Rule {
        flags: "-L -p -s -S -V --listfiles --print-avail --status --search --verify --print-architecture \
                --get-selections",
        needs: &[
            "-L -p -s -S -V --listfiles --print-avail --status --search --verify --print-architecture --get-selections",
        ],
        rest: any(Name),
        ..rule("dpkg")
    },
    // The whole list goes through a pager, from which a shell can be started.
    Rule { flags: "-l --list", needs: &["-l --list"], rest: some(Name), ..rule("dpkg dpkg-query") },
    Rule { flags: "-l --list --no-pager", needs: &["-l --list", "--no-pager |"], ..rule("dpkg dpkg-query") },
    Rule { flags: "-L -s -S -W -p --listfiles --status --search --show", rest: any(Name), ..rule("dpkg-query") },
    // Neither `-o` nor `-c`, which may name a program to run.
    Rule {
        under: "list | show | policy | search | depends | rdepends",
        flags: "-a --all-versions --installed --upgradable --names-only",
        rest: any(Name),
        ..rule("apt")
    },
    Rule {
        under: "show | showpkg | policy | search | depends | rdepends | madison | stats | pkgnames",
        flags: "-a -n --names-only --installed",
        rest: any(Name),
        ..rule("apt-cache")
    },
    Rule { under: "showhold | showmanual | showauto", ..rule("apt-mark") },
    // Formats and macros of rpm can run programs.
    Rule {
        flags: "-q -a -c -d -f -g -i -l -R -s -v --all --changelog --configfiles --docfiles --file --info --last \
                --list --provides --query --requires --scripts --state",
        needs: &["-q --query"],
        rest: any(Name),
        ..rule("rpm")
    },
    Rule { under: "version", flags: "-a -v", ..rule("openssl") },
    Rule { flags: "-version --version", needs: &["-version --version"], style: Style::Words, ..rule("java javac") },
    Rule { under: "list | services | connections", flags: "--all", rest: any(Name), ..rule("snap") },
    Rule { under: "info", rest: some(Name), ..rule("snap") },
    Rule {
        under: "list | info | remotes",
        flags: "-d --app --runtime --user --system",
        rest: any(Name),
        ..rule("flatpak")
    },
    Rule {
        flags: "-a -c -d -i -r -s -v --all --codename --description --id --release --short",
        rest: none(),
        ..rule("lsb_release")
    },
];
