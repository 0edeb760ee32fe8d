//! What is installed.

use crate::rule::Kind::{Count, Name, OneOf, Plain, Text};
use crate::rule::{Rule, any, none, rule, some};

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
    Rule {
        flags: "-L -s -S -W -p --listfiles --status --search --show",
        takes: &[("-f --showformat", Text)],
        needs: &["-L -s -S -W -p --listfiles --status --search --show"],
        rest: any(Name),
        ..rule("dpkg-query")
    },
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
    // Neither plugins nor another configuration; `history` by itself only lists.
    Rule {
        under: "list | info | search | provides | whatprovides | repolist | repoinfo | check-update | grouplist | \
                group list",
        flags: "-q -v -C --quiet --cacheonly --installed --available --upgrades --updates --enabled --all --security",
        rest: any(Plain),
        ..rule("yum dnf")
    },
    Rule { under: "history | history list", flags: "-q", ..rule("yum dnf") },
    Rule { under: "info | list | stats | policy", flags: "-v -a -I -u --installed", rest: any(Plain), ..rule("apk") },
    Rule {
        under: "search/se | info/if | repos/lr | list-updates/lu | packages/pa | services/ls",
        flags: "-i -s --installed-only",
        rest: any(Plain),
        ..rule("zypper")
    },
    Rule {
        flags: "-Q -q -i -l -s -m -n -u -e -t -d -k -g -c --info --list",
        needs: &["-Q"],
        rest: any(Plain),
        ..rule("pacman")
    },
    Rule {
        under: "list | show | freeze | check",
        flags: "-o -u -v -l --outdated --uptodate --user --verbose --local",
        takes: &[("--format", OneOf("columns freeze json"))],
        rest: any(Plain),
        ..rule("pip pip3")
    },
    Rule {
        under: "ls | list | root | prefix",
        flags: "-g -a -l -p --global --all --long --json --parseable --prod",
        takes: &[("--depth", Count)],
        rest: any(Plain),
        ..rule("npm")
    },
    Rule { under: "list", flags: "-l --local", rest: any(Plain), ..rule("gem") },
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
    // Only what they would do.
    Rule {
        under: "upgrade | dist-upgrade | full-upgrade | autoremove | install | remove | check",
        flags: "-s -V -q -u --simulate --dry-run --just-print --no-act --show-upgraded",
        needs: &["-s --simulate --dry-run --just-print --no-act"],
        rest: any(Plain),
        ..rule("apt apt-get")
    },
    Rule { under: "search/find/list/show", flags: "-l -x -F", rest: some(Plain), ..rule("apt-file") },
    Rule { flags: "-c -s -a -e -l --changed --silent --all --list-missing", rest: any(Plain), ..rule("debsums") },
    Rule { flags: "--audit -C --version", needs: &["--audit -C"], rest: any(Plain), ..rule("dpkg") },
    Rule {
        under: "repoquery | updateinfo | updateinfo list/summary/info | history info | module list | group info | \
                deplist | \
                advisory list/summary/info | versionlock list",
        flags: "-q -l -C --quiet --list --installed --available --security --bugfix --requires --provides \
                --whatprovides \
                --whatrequires --upgrades --duplicates --unneeded --userinstalled --all --cves",
        takes: &[("--advisory --cve --sec-severity --disablerepo --enablerepo --repo", Name)],
        rest: any(Plain),
        ..rule("yum dnf")
    },
    Rule { flags: "-r -s -o --reboothint --services --onlyboot", ..rule("needs-restarting") },
    Rule { flags: "-b -k -l -v -q", takes: &[("-r", OneOf("l"))], needs: &["-b -r"], ..rule("needrestart") },
    Rule { under: "changes | version", ..rule("snap") },
    Rule { under: "refresh", flags: "--list", needs: &["--list"], rest: none(), ..rule("snap") },
    Rule {
        under: "status | identity | repos | release",
        flags: "--show --list --list-enabled",
        ..rule("subscription-manager")
    },
    Rule { under: "search | show | versions", rest: some(Plain), ..rule("aptitude") },
];
