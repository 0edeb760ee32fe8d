//! Systems that are not Linux, and small ones: what only they have.

use crate::rule::Kind::{List, Name, OneOf, Plain, Word};
use crate::rule::{Rule, Style, any, at_most, none, rule, some};

pub(super) const RULES: &[Rule] = &[
    // BSD.
    Rule { flags: "-k -r -u", ..rule("freebsd-version") },
    Rule { flags: "-l -v -b -c -e", needs: &["-l"], rest: at_most(1, Plain), ..rule("pciconf") },
    Rule { flags: "-h -k -m -g", ..rule("swapinfo") },
    Rule { under: "show | status | list", flags: "-l -p -r", rest: any(Plain), ..rule("gpart") },
    Rule { under: "devlist", flags: "-v -b", rest: none(), ..rule("camcontrol") },
    Rule { under: "disk/mirror/eli/part list/status", rest: any(Plain), ..rule("geom") },
    Rule { under: "ls | get", rest: any(Plain), ..rule("rcctl") },
    // Darwin. With a number it would never end.
    Rule { flags: "-productName -productVersion -buildVersion", style: Style::Words, ..rule("sw_vers") },
    Rule { rest: none(), ..rule("vm_stat") },
    Rule { under: "list | info", rest: at_most(1, List), ..rule("diskutil") },
    Rule {
        flags: "-g",
        needs: &["-g"],
        rest: at_most(1, OneOf("batt assertions therm log custom cap live sched stats")),
        ..rule("pmset")
    },
    Rule {
        rest: some(OneOf(
            "SPHardwareDataType SPSoftwareDataType SPStorageDataType SPMemoryDataType SPNetworkDataType \
             SPPowerDataType SPNVMeDataType SPSerialATADataType SPUSBDataType SPPCIDataType SPDisplaysDataType",
        )),
        ..rule("system_profiler")
    },
    // Small systems.
    Rule {
        under: "list | list-installed | list-upgradable | info | status | files | search | whatdepends | whatprovides",
        flags: "-A",
        rest: any(Name),
        ..rule("opkg")
    },
    Rule { flags: "--json --revision", ..rule("nixos-version") },
    // SUSE, and machines of others.
    Rule {
        under: "list/ls | list-configs | status/diff",
        flags: "-a -t --all-configs --disable-used-space --iso",
        takes: &[("-c --config", Word)],
        rest: at_most(2, Name),
        ..rule("snapper")
    },
    Rule {
        flags: "-s -l --status --status-text --list-extensions",
        needs: &["-s -l --status --status-text --list-extensions"],
        ..rule("SUSEConnect")
    },
    Rule {
        under: "status | version | check | daemon status | note list/verify | solution list/verify",
        rest: none(),
        ..rule("saptune")
    },
    Rule { under: "ifstatus | show | show-config", flags: "--verbose --brief", rest: any(Word), ..rule("wicked") },
    Rule { flags: "--show", needs: &["--show"], ..rule("update-crypto-policies") },
    Rule {
        under: "stat balloon/swap/memlimit/memres/cpures/cpulimit/sessionid/speed/hosttime | timesync status",
        rest: none(),
        ..rule("vmware-toolbox-cmd")
    },
    // Systems that are replaced as a whole.
    Rule {
        under: "status | db list",
        flags: "-v -b --verbose --booted --json",
        rest: at_most(1, Plain),
        ..rule("rpm-ostree")
    },
    Rule { under: "admin status", flags: "-v", rest: none(), ..rule("ostree") },
    Rule {
        under: "status",
        flags: "--json --booted",
        takes: &[("--format", OneOf("humanreadable yaml json"))],
        ..rule("bootc")
    },
    Rule {
        under: "get-devices | get-topology | get-remotes | get-plugins | get-history",
        flags: "--json --no-unreported-check --no-metadata-check --show-all",
        rest: none(),
        ..rule("fwupdmgr")
    },
];
