//! Addresses, routes, sockets, devices.

use crate::rule::Kind;
use crate::rule::Kind::{Between, Count, Device, Each, Host, Name, OneOf, Plain, Seconds, Text, Word};
use crate::rule::{Rule, Style, any, at_most, between, exactly, none, rule};

const COLORS: Kind = OneOf("always auto never");

const IP_FLAGS: &str = "-0 -4 -6 -B -M -br -brief -d -details -h -human -human-readable -iec -j -json -N -Numeric -o \
    -oneline -p \
                        -pretty -r -resolve -s -ss -stats -statistics -t -timestamp -ts -tshort -V -Version";

const IP_VALUES: &[(&str, Kind)] = &[("-f -family", OneOf("inet inet6 bridge mpls link")), ("-l -loops", Count)];

const NMCLI_FLAGS: &str = "-o -p -t --overview --pretty --terse --active --no-scan";

const NMCLI_VALUES: &[(&str, Kind)] = &[
    ("-f --fields -g --get-values -m --mode --order", Name),
    ("-c --colors -e --escape", OneOf("yes no auto")),
    ("-w --wait", Between(0, 60)),
    ("--rescan", OneOf("no auto")),
];

const BRIDGE_FLAGS: &str = "-s -d -j -p -o -4 -6 -c -statistics -details -json -pretty -compressvlans -color";

const OVS_FLAGS: &str = "--no-heading --if-exists --bare --pretty";

const OVS_VALUES: &[(&str, Kind)] = &[
    ("-f --format", OneOf("table list html csv json")),
    ("--columns --data", Name),
    ("-t -T --timeout", Between(1, 60)),
    ("-O --protocols", Each("OpenFlow10 OpenFlow11 OpenFlow12 OpenFlow13 OpenFlow14 OpenFlow15")),
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        flags: "-0 -4 -6 -a -b -d -e -h -H -i -l -m -M -n -O -o -p -Q -r -s -S -t -T -u -V -w -x -Z -z --all --listening \
                --tcp --udp --raw --unix --sctp --vsock --dccp --mptcp --packet --tipc --xdp --numeric --processes --extended \
                --options --info --memory --summary --resolve --ipv4 --ipv6 --no-header --no-queues --oneline --context \
                --contexts --threads --bpf --tos --cgroup --inet-sockopt --bound-inactive",
        takes: &[("-f --family -A --query --socket", Name)],
        rest: any(Text),
        ..rule("ss")
    },
    Rule {
        flags: "-4 -6 -a -C -e -F -g -i -l -M -n -N -o -p -r -s -S -t -u -v -w -W -x -Z --all --extend --fib --groups \
                --interfaces --listening --masquerade --numeric --numeric-hosts --numeric-ports --numeric-users --inet --inet6 \
                --programs --program --raw --route --sctp --statistics --symbolic --tcp --timers --udp --unix --verbose \
                --wide",
        ..rule("netstat")
    },
    // What stands behind `show` only chooses; without it, nothing may follow, since that could be `add` or `exec`.
    Rule {
        under: "addr/a/address | link/l | route/r/ro | neigh/n/neighbor/neighbour | rule/ru | maddr/maddress | mroute | \
            netns \
                | tunnel/tunl/tuntap | tcp_metrics | nexthop | addrlabel | ntable | token | vrf | macsec | netconf",
        flags: IP_FLAGS,
        takes: IP_VALUES,
        may_take: &[("-c -color", COLORS)],
        style: Style::Words,
        rest: none(),
        ..rule("ip")
    },
    // Not `ip link s`, which sets.
    Rule {
        under: "addr/a/address/route/r/ro/neigh/n/neighbor/neighbour/rule/ru show/s/sh/list/ls/lst/l | link/l \
                show/sh/list/ls/lst/l | route/r/ro get/g | neigh/n/neighbor/neighbour get/g | \
                maddr/maddress/netns/tunnel/tuntap/tcp_metrics/nexthop/mroute/ntable/vrf/addrlabel/token/macsec/netconf/fou/ila \
                show/list/ls | netns list-id/identify/pids | vrf identify/pids | mptcp endpoint/limits show | stats show | \
                nexthop bucket show/list | mrule/mroute show",
        flags: IP_FLAGS,
        takes: IP_VALUES,
        may_take: &[("-c -color", COLORS)],
        style: Style::Words,
        rest: any(Name),
        ..rule("ip")
    },
    // What is agreed on between machines, without the keys.
    Rule {
        under: "xfrm state/s count | xfrm state/s show/list nokeys | xfrm policy/p | xfrm policy/p show/list/count",
        flags: IP_FLAGS,
        style: Style::Words,
        rest: none(),
        ..rule("ip")
    },
    Rule { flags: "-a -s -v", rest: at_most(1, Device), ..rule("ifconfig") },
    Rule {
        flags: "-a -e -n -v --all --numeric --verbose",
        takes: &[("-i --device", Device)],
        rest: at_most(1, Host),
        ..rule("arp")
    },
    Rule {
        flags: "-4 -6 -C -e -ee -F -n -v --numeric --verbose --extend --inet --inet6",
        takes: &[("-A", OneOf("inet inet6"))],
        style: Style::Words,
        ..rule("route")
    },
    // Its words are read one by one; without one of these it would show little, and with others it sets.
    Rule {
        flags: "-a -c -d -e -g -i -k -l -m -n -P -S -T -u -x --show-pause --show-coalesce --show-ring --driver \
                --show-features --show-offload --show-channels --statistics --show-time-stamping --show-eee --show-fec \
                --show-priv-flags --show-permaddr --show-rxfh --show-rxfh-indir --show-nfc --show-ntuple --module-info \
                --dump-module-eeprom --phy-statistics --json --register-dump --eeprom-dump --show-tunnels --show-module \
                --get-plca-cfg --get-plca-status --show-mm -I --include-statistics --all-groups",
        rest: exactly(1, Device),
        style: Style::Words,
        ..rule("ethtool")
    },
    Rule { flags: "-h --help --version", needs: &["-h --help --version"], style: Style::Words, ..rule("ethtool") },
    // Not `-s`, which shows passwords.
    Rule {
        under: "general/gen/g | device/dev/d | connection/con/c | radio/r | networking/net/n | general/gen/g \
                status/permissions/hostname/logging | device/dev/d status/s | networking connectivity | networking \
                connectivity check | radio all/wifi/wwan | device/dev/d wifi/lldp",
        flags: NMCLI_FLAGS,
        takes: NMCLI_VALUES,
        ..rule("nmcli")
    },
    Rule { flags: NMCLI_FLAGS, takes: NMCLI_VALUES, ..rule("nmcli") },
    Rule {
        under: "device/dev/d/connection/con/c show/sh | connection/con/c s | device/dev/d wifi/lldp list",
        flags: NMCLI_FLAGS,
        takes: NMCLI_VALUES,
        rest: at_most(2, Name),
        ..rule("nmcli")
    },
    Rule {
        under: "fdb/link/vlan/mdb/vni/mst",
        flags: BRIDGE_FLAGS,
        style: Style::Words,
        rest: none(),
        ..rule("bridge")
    },
    Rule {
        under: "fdb/link/vlan/mdb/vni/mst show/list | vlan tunnelshow",
        flags: BRIDGE_FLAGS,
        rest: any(Plain),
        style: Style::Words,
        ..rule("bridge")
    },
    Rule { under: "show", rest: at_most(1, Device), ..rule("brctl") },
    Rule { under: "showmacs/showstp", rest: exactly(1, Device), ..rule("brctl") },
    // Not `-Z`, which waits for ever.
    Rule { flags: "-a -c -l -m -n -r -s -S -v -o -2 -3 -4", rest: none(), ..rule("nfsstat") },
    Rule { flags: "--nfs --rpc --raw --xprt", rest: any(Kind::List), ..rule("mountstats") },
    Rule { flags: "-a -s -z -j -p --zeros --json --noupdate --ignore --pretty", rest: any(Name), ..rule("nstat") },
    Rule { flags: "-v", rest: at_most(1, Device), ..rule("mii-tool") },
    Rule { flags: "-v -s", ..rule("exportfs") },
    Rule { flags: "-p -s -T -m -u -t -l -b", needs: &["-p -s -m"], rest: at_most(1, Host), ..rule("rpcinfo") },
    Rule { ..rule("rpcinfo") },
    Rule {
        takes: &[("-m --mode", OneOf("session node iface")), ("-P --print", Count)],
        needs: &["-m --mode"],
        ..rule("iscsiadm")
    },
    Rule { under: "dev | phy | dev/phy info | reg get | list", rest: none(), ..rule("iw") },
    Rule {
        first: Some((Device, "")),
        rest: between(1, 2, OneOf("info link station survey dump get power_save")),
        ..rule("iw")
    },
    Rule {
        under: "dev",
        first: Some((Device, "")),
        rest: between(1, 2, OneOf("info link station survey dump get power_save")),
        ..rule("iw")
    },
    Rule { flags: "-J -n -o -r --json --noheadings --output-all --raw", ..rule("rfkill") },
    Rule { under: "list", rest: at_most(1, Plain), ..rule("rfkill") },
    Rule {
        under: "status | scan_results | list_networks | signal_poll | interface | ping",
        takes: &[("-i", Device)],
        rest: none(),
        ..rule("wpa_cli")
    },
    // What passes, by name of the device or the program, and nothing of what it says.
    Rule {
        flags: "-d -h -hg -m -q -s -t -y -5 --top --days --hours --hoursgraph --months --years --fiveminutes --short \
            --oneline --query",
        takes: &[("-i --iface", Name), ("-b --begin -e --end --limit --style", Name)],
        may_take: &[("--json --xml", OneOf("d h m y t f s p"))],
        rest: at_most(1, Count),
        style: Style::Words,
        ..rule("vnstat")
    },
    Rule {
        flags: "-t -v -s -a -b",
        takes: &[("-c", Between(1, 60)), ("-d", Seconds)],
        needs: &["-t", "-c"],
        rest: at_most(2, Device),
        ..rule("nethogs")
    },
    Rule {
        flags: "-t -n -N -P -B -b -p",
        takes: &[
            ("-s", Between(1, 120)),
            ("-L", Count),
            ("-i", Device),
            ("-o", OneOf("2s 10s 40s source destination")),
        ],
        needs: &["-t", "-s"],
        ..rule("iftop")
    },
    // Neighbours, and what they say of themselves.
    Rule {
        under: "show neighbors/neighbor/nei/interfaces/chassis/statistics/configuration | show neighbors/neighbor ports \
            | show \
                neighbors/neighbor/interfaces/chassis details/summary",
        flags: "-v",
        takes: &[("-f", OneOf("plain keyvalue xml json json0"))],
        rest: any(Device),
        ..rule("lldpcli")
    },
    Rule {
        flags: "-v",
        takes: &[("-f", OneOf("plain keyvalue xml json json0"))],
        rest: any(Device),
        ..rule("lldpctl")
    },
    Rule { first: Some((Device, "")), rest: between(1, 2, OneOf("state dump view config")), ..rule("teamdctl") },
    // Virtual switches. Each word is read as it stands, since another command may follow behind `--`.
    Rule {
        under: "show | list-br | get-manager | get-controller | get-fail-mode",
        flags: OVS_FLAGS,
        takes: OVS_VALUES,
        rest: at_most(1, Word),
        style: Style::Words,
        ..rule("ovs-vsctl")
    },
    Rule {
        under: "list-ports/list-ifaces/br-exists/port-to-br/iface-to-br/list/br-to-vlan/br-to-parent",
        flags: OVS_FLAGS,
        takes: OVS_VALUES,
        rest: between(1, 2, Word),
        style: Style::Words,
        ..rule("ovs-vsctl")
    },
    Rule {
        under: "show/dump-flows/dump-ports/dump-ports-desc/dump-tables/dump-groups/dump-meters/dump-aggregate",
        takes: OVS_VALUES,
        flags: "--names --no-names --stats --no-stats --color",
        first: Some((Word, "")),
        rest: at_most(1, Name),
        style: Style::Words,
        ..rule("ovs-ofctl")
    },
    Rule {
        first: Some((
            OneOf(
                "fdb/show bond/show bond/list lacp/show dpif/show stp/show rstp/show coverage/show memory/show version \
                 dpctl/show cfm/show bfd/show upcall/show",
            ),
            "",
        )),
        rest: at_most(1, Word),
        style: Style::Words,
        ..rule("ovs-appctl")
    },
    Rule {
        under: "show | dump-flows",
        flags: "-m -s",
        rest: at_most(1, Word),
        style: Style::Words,
        ..rule("ovs-dpctl")
    },
    Rule {
        under: "show | ls-list | lr-list | get-connection",
        flags: OVS_FLAGS,
        rest: at_most(1, Word),
        style: Style::Words,
        ..rule("ovn-nbctl ovn-sbctl")
    },
    // Sums and bits.
    Rule {
        flags: "-4 -6 -b -c -i -m -n -p -j --info --json --broadcast --netmask --network --prefix --minaddr --maxaddr",
        rest: between(1, 3, Host),
        ..rule("ipcalc sipcalc")
    },
];
