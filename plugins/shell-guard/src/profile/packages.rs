//! What is installed, by the package managers of systems.

use crate::rule::Kind;
use crate::rule::Kind::{Count, Each, Layout, List, Name, OneOf, PackageFormat, Plain, Read, Word};
use crate::rule::{Rule, Style, any, at_most, exactly, none, rule, some};

/// What is asked of an installed package.
const DPKG: &str = "-L -p -s -S -V --listfiles --print-avail --status --search --verify --print-architecture \
                    --print-foreign-architectures --get-selections";

/// What of packages is listed.
const DNF: &str = "-q -v -C --quiet --verbose --cacheonly --refresh --installed --available --upgrades --updates \
                   --upgradable --enabled --disabled --all --extras --obsoletes --recent --security --bugfix \
                   --enhancement --newpackage --showduplicates --noplugins --summary --list --info --with-cve \
                   --with-bz --autoremove";

const DNF_VALUES: &[(&str, Kind)] = &[
    ("--advisory --cve --bz --sec-severity --secseverity --disablerepo --enablerepo --repo --repoid", Name),
    ("-d --debuglevel -e --errorlevel", Count),
    ("--color", OneOf("always never auto")),
];

/// What of a package is asked for.
const REPOQUERY: &str = "-q -l -i -a -C --quiet --cacheonly --list --info --installed --available --extras --all \
                         --security --bugfix --requires --provides --recommends --suggests --supplements --enhances \
                         --conflicts --obsoletes --depends --alldeps --exactdeps --recursive --tree --resolve \
                         --deplist --changelog --changelogs --location --source --nvr --nevra --envra --upgrades \
                         --duplicates --duplicated --unneeded --userinstalled --unsatisfied --installonly --leaves \
                         --show-duplicates --showduplicates --disable-modular-filtering --files";

const APT_CACHE: &str = "-a -f -i -n -q --all-versions --full --important --names-only --installed --recurse --no-recommends \
                         --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances --no-pre-depends \
                         --implicit --quiet";

/// What of the packages is shown, and of which.
const RPM: &str = "-q -a -c -d -f -g -i -l -R -s -v --all --changelog --conflicts --configfiles --docfiles --dump \
                   --enhances --file --fileclass --filecolor --filesbypkg --filetriggers --group --info --last \
                   --licensefiles --list --nodigest --noghost --nosignature --obsoletes --provides --query --recommends \
                   --requires --scripts --state --suggests --supplements --triggers --verbose --whatconflicts \
                   --whatenhances --whatobsoletes --whatprovides --whatrecommends --whatrequires --whatsuggests \
                   --whatsupplements";

/// Not `-C`, `-D`, `-p`, `-r`, `-R`, `-s` and `-t`: before the subcommand they mean something else, and some take a value.
const ZYPPER: &str = "-A -E -N -P -U -a -d -f -i -l -n -q -u -v -x --all --alias --case-sensitive --details \
                      --installed-only --match-exact --match-words --name --no-abbrev --no-refresh \
                      --non-interactive --not-installed-only --orphaned --priority --provides --quiet --recommends \
                      --requires --search-descriptions --show-enabled-only --suggested --system --terse \
                      --unneeded --uri --verbose --xmlout";

/// The same, and those.
const ZYPPER_BEHIND: &str = "-A -C -E -N -P -R -U -a -d -f -i -l -n -q -s -u -v -x --all --alias --case-sensitive --details \
                      --installed-only --match-exact --match-words --name --no-abbrev --no-refresh \
                      --non-interactive --not-installed-only --orphaned --priority --provides --quiet --recommends \
                      --requires --search-descriptions --show-enabled-only --suggested --system --terse \
                      --unneeded --uri --verbose --xmlout";

const ZYPPER_UNDER: &str = "search/se | info/if | repos/lr | list-updates/lu | list-patches/lp | patch-check/pchk | packages/pa | \
                patterns/pt | patches/pch | products/pd | services/ls | locks/ll | what-provides/wp | ps | \
                targetos/tos | licenses | versioncmp/vcmp | system-architecture";

pub(super) const RULES: &[Rule] = &[
    Rule { flags: DPKG, needs: &[DPKG], rest: any(Name), ..rule("dpkg") },
    // The whole list goes through a pager, from which a shell can be started.
    Rule { flags: "-l --list", needs: &["-l --list"], rest: some(Name), ..rule("dpkg dpkg-query") },
    Rule { flags: "-l --list --no-pager", needs: &["-l --list", "--no-pager |"], ..rule("dpkg dpkg-query") },
    Rule { flags: "--audit -C --version", needs: &["--audit -C"], rest: any(Plain), ..rule("dpkg") },
    Rule { flags: "--compare-versions", needs: &["--compare-versions"], rest: exactly(3, Name), ..rule("dpkg") },
    // What is in a package that is not installed.
    Rule {
        flags: "-I -c --info --contents",
        needs: &["-I -c --info --contents"],
        rest: exactly(1, Read),
        ..rule("dpkg dpkg-deb")
    },
    Rule {
        flags: "-L -s -S -W -p --listfiles --status --search --show --print-avail",
        takes: &[("-f --showformat", Layout)],
        needs: &["-L -s -S -W -p --listfiles --status --search --show --print-avail"],
        rest: any(Name),
        ..rule("dpkg-query")
    },
    Rule { flags: "--list", needs: &["--list"], rest: any(Name), ..rule("dpkg-divert dpkg-statoverride") },
    // Neither `-o` nor `-c`, which may name a program to run.
    Rule {
        under: "list | show | policy | search | depends | rdepends",
        flags: "-a -f -n -q -v --all-versions --full --installed --manual-installed --upgradable --upgradeable \
                --names-only --recurse --no-recommends --no-suggests --important --quiet --verbose",
        rest: any(Name),
        ..rule("apt")
    },
    Rule {
        under: "show | showpkg | showsrc | policy | search | depends | rdepends | madison | stats | pkgnames | dump | \
                dumpavail | unmet",
        flags: APT_CACHE,
        rest: any(Name),
        ..rule("apt-cache")
    },
    Rule {
        under: "showhold/showholds | showmanual | showauto | showinstall | showremove | showpurge",
        rest: any(Name),
        ..rule("apt-mark")
    },
    // Only what they would do.
    Rule {
        under: "upgrade | dist-upgrade | full-upgrade | autoremove | install | reinstall | remove | purge | check",
        flags: "-s -V -q -u --simulate --dry-run --just-print --no-act --recon --show-upgraded --verbose-versions \
                --only-upgrade --no-install-recommends",
        needs: &["-s --simulate --dry-run --just-print --no-act --recon"],
        rest: any(Plain),
        ..rule("apt apt-get")
    },
    Rule { under: "check | indextargets", flags: "-q", rest: none(), ..rule("apt-get") },
    Rule { flags: "--thirdparty --unavailable", rest: none(), ..rule("ubuntu-security-status") },
    Rule {
        under: "search/find/list/show",
        flags: "-l -x -F -i --fixed-string --package-only --regexp --ignore-case",
        rest: some(Name),
        ..rule("apt-file")
    },
    Rule {
        flags: "-a -b -u -n --allversions --brief --upgradeable --nohold",
        takes: &[("-p --package", Name)],
        rest: any(Name),
        ..rule("apt-show-versions")
    },
    Rule {
        flags: "-c -s -a -e -l --changed --silent --all --config --list-missing",
        rest: any(Plain),
        ..rule("debsums")
    },
    Rule { under: "search | show | versions | why | why-not", rest: some(Plain), ..rule("aptitude") },
    // What is known to be wrong with what is installed.
    Rule {
        flags: "--only-fixed --no-obsolete",
        takes: &[("--suite", Word), ("--format", OneOf("bugs packages summary simple detail report"))],
        ..rule("debsecan")
    },
    Rule {
        under: "status | security-status | version",
        flags: "--all --esm-infra --esm-apps --unavailable --thirdparty",
        takes: &[("--format", OneOf("tabular json yaml text"))],
        ..rule("pro ua")
    },
    // Macros of rpm can run programs, and so can what it verifies.
    Rule {
        flags: RPM,
        takes: &[("--queryformat --qf", PackageFormat)],
        needs: &["-q --query"],
        rest: any(Name),
        ..rule("rpm")
    },
    // Packages bring scripts that verify them.
    Rule {
        flags: "-V -a -v --all --nocaps --noconfig --nodeps --nodigest --nofiledigest --nofiles --nogroup --nolinkto --nomode \
                --nomtime --nordev --noscripts --nosignature --nosize --nouser --verbose --verify",
        needs: &["-V --verify", "--noscripts"],
        rest: any(Name),
        ..rule("rpm")
    },
    // Which system it is, by macros that say so and do nothing.
    Rule {
        takes: &[(
            "-E --eval",
            OneOf("%rhel %fedora %centos %dist %{rhel} %{fedora} %{centos} %{dist} %{?dist} %_arch %{_arch}"),
        )],
        needs: &["-E --eval"],
        rest: none(),
        ..rule("rpm")
    },
    // Neither plugins nor another configuration; `history` by itself only lists.
    Rule {
        under: "list | info | search | provides | whatprovides | repolist | repoinfo | check-update/check-upgrade | check | \
                grouplist | groupinfo | group/groups/grp list/info/summary | updateinfo/update-info | \
                updateinfo/update-info list/summary/info | advisory list/summary/info | list-sec | list-security | \
                info-sec | info-security | module list/info | repo list/info | versionlock list | deplist | leaves",
        flags: DNF,
        takes: DNF_VALUES,
        rest: any(Name),
        ..rule("yum dnf dnf5 dnf-3 microdnf tdnf")
    },
    Rule {
        under: "history list/info/userinstalled/summary/stats/addon-info/packages-list/package-list",
        flags: "-q -v -C --quiet --reverse",
        rest: any(Plain),
        ..rule("yum dnf dnf5 dnf-3")
    },
    Rule { under: "history", flags: "-q -C --quiet", rest: none(), ..rule("yum dnf dnf5 dnf-3") },
    Rule {
        under: "repoquery",
        flags: REPOQUERY,
        takes: &[
            ("--qf --queryformat", PackageFormat),
            ("--latest-limit", Count),
            (
                "-f --file --whatprovides --whatrequires --whatconflicts --whatobsoletes --whatrecommends \
                 --whatdepends --arch --archlist --repo --repoid --disablerepo --enablerepo",
                Name,
            ),
        ],
        rest: any(Name),
        ..rule("yum dnf dnf5 dnf-3 microdnf")
    },
    Rule { under: "needs-restarting", flags: "-r -s -u -q --reboothint --services --useronly", ..rule("yum dnf dnf5") },
    Rule {
        flags: REPOQUERY,
        takes: &[("--qf --queryformat", PackageFormat), ("-f --file --whatprovides --whatrequires --arch", Name)],
        rest: any(Name),
        ..rule("repoquery")
    },
    Rule { flags: "-r -s -o -u --reboothint --services --onlyboot --useronly", ..rule("needs-restarting") },
    // Not `--cleandupes` and `--oldkernels`, which remove.
    Rule {
        flags: "--dupes --leaves --orphans --problems --all -q --quiet",
        needs: &["--dupes --leaves --orphans --problems"],
        ..rule("package-cleanup")
    },
    Rule { flags: "-b -k -l -v -q -p -w", takes: &[("-r", OneOf("l"))], needs: &["-b -p -r"], ..rule("needrestart") },
    Rule { flags: "-a -n -p -v --all --nopackage --package --verbose", ..rule("checkrestart") },
    Rule {
        under: "info | list | stats | policy | search | version | manifest | audit | dot",
        flags: "-a -A -d -D -e -I -L -O -P -R -W -i -o -q -r -s -t -u -v -w -x --all --available --check \
                --contents --depends --description --exact --full --has-description --indexes --install-if \
                --installed --license --origin --orphaned --packages --provides --quiet --rdepends --replaces --size \
                --system --triggers --upgradable --verbose --webpage --who-owns",
        takes: &[("-l --limit", OneOf("< > = <= >= ? ~"))],
        rest: any(Name),
        ..rule("apk")
    },
    Rule {
        under: "upgrade | add | del | fix",
        flags: "-s -v -u -q --simulate --verbose",
        needs: &["-s --simulate"],
        rest: any(Plain),
        ..rule("apk")
    },
    Rule {
        under: ZYPPER_UNDER,
        flags: ZYPPER,
        takes: &[("--type --repo --category --severity --cve --bugzilla", Name)],
        rest: any(Name),
        ..rule("zypper")
    },
    Rule {
        under: ZYPPER_UNDER,
        flags: ZYPPER_BEHIND,
        takes: &[("-t --type -r --repo -g --category --severity --cve --bugzilla", Name)],
        rest: any(Name),
        style: Style::Behind,
        ..rule("zypper")
    },
    // Only what they would do. Not `-y`, which agrees to everything.
    Rule {
        under: "update/up | patch | dist-upgrade/dup | install/in | remove/rm | verify/ve",
        flags: "-n -q -v --dry-run --non-interactive --quiet --verbose --details --no-refresh --no-recommends",
        needs: &["--dry-run"],
        rest: any(Plain),
        ..rule("zypper")
    },
    Rule {
        under: "update/up | patch | dist-upgrade/dup | install/in | remove/rm | verify/ve",
        flags: "-D --dry-run --non-interactive --quiet --verbose --details --no-refresh --no-recommends",
        needs: &["-D --dry-run"],
        rest: any(Plain),
        style: Style::Behind,
        ..rule("zypper")
    },
    Rule {
        flags: "-Q -q -i -l -s -m -n -u -e -t -d -k -g -c --query --info --list --search --foreign --native --upgrades \
                --explicit --deps --unrequired --check --groups --changelog --quiet",
        needs: &["-Q --query"],
        rest: any(Plain),
        ..rule("pacman")
    },
    Rule {
        flags: "-Q -q -o -i --query --owns",
        needs: &["-Q --query", "-o --owns"],
        rest: some(List),
        ..rule("pacman")
    },
    Rule { flags: "-F -q --files --quiet", needs: &["-F --files"], rest: some(List), ..rule("pacman") },
    // From what it knows of the repositories. Not `-y`, which fetches, and nothing without one of the flags that ask.
    Rule {
        flags: "-S -F -q -s -i -l -g --sync --files --search --info --list --groups --quiet",
        needs: &["-S -F --sync --files", "-s -i -l -g --search --info --list --groups"],
        rest: any(Plain),
        ..rule("pacman")
    },
    Rule {
        flags: "-c -l -o -r -u -a -s --reverse --linear --unique --optional",
        takes: &[("-d --depth", Count)],
        rest: exactly(1, Plain),
        ..rule("pactree")
    },
    Rule {
        under: "list | services | connections | aliases | changes | version | warnings | model | saved | validate",
        flags: "--all --abs-time",
        rest: any(Plain),
        ..rule("snap")
    },
    Rule {
        under: "info | find | tasks/change | interface",
        flags: "--verbose --abs-time",
        rest: some(Plain),
        ..rule("snap")
    },
    Rule { under: "logs", takes: &[("-n", Name)], flags: "--abs-time", rest: any(Plain), ..rule("snap") },
    Rule { under: "refresh", flags: "--list --time", needs: &["--list --time"], rest: none(), ..rule("snap") },
    Rule {
        under: "list | info | remotes | history | ps | remote-info | remote-ls",
        flags: "-a -d --all --app --runtime --user --system --show-details --updates",
        takes: &[(
            "--columns",
            Each(
                "all name description application version branch arch origin installation ref \
                                     commit active latest size options url title priority runtime instance pid",
            ),
        )],
        rest: any(Name),
        ..rule("flatpak")
    },
    Rule {
        flags: "-a -c -d -i -r -s -v --all --codename --description --id --release --short",
        rest: none(),
        ..rule("lsb_release")
    },
    Rule {
        under: "status | identity | repos | release | list | version",
        flags: "--show --list --list-enabled --list-disabled --installed --available --consumed",
        ..rule("subscription-manager")
    },
    Rule { flags: "-a -s -z -n", rest: at_most(1, Word), ..rule("deborphan") },
];
