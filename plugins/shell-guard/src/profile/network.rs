//! Addresses, routes, sockets, names.

use crate::rule::Kind;
use crate::rule::Kind::{
    Between, Count, Device, Dig, Filter, Health, Host, HostHeader, Name, OneOf, Plain, Seconds, Text, WriteOut,
};
use crate::rule::{Rule, Style, any, at_most, between, exactly, none, rule};

const IP_FLAGS: &str = "-4 -6 -0 -br -brief -c -color -d -details -h -human -j -json -N -Numeric -o -oneline -p \
                        -pretty -r -resolve -s -stats -statistics -t -timestamp -V";

const NMCLI_FLAGS: &str = "-o -p -t --overview --pretty --terse";

const NMCLI_VALUES: &[(&str, Kind)] = &[("-f --fields -g --get-values -m --mode", Name)];

const TCPDUMP_VALUES: &[(&str, Kind)] = &[
    ("-c", Between(1, 1000)),
    ("-i --interface -y -j", Name),
    ("-r", Kind::Read),
    ("-s -B", Count),
    ("-Q", OneOf("in out inout")),
];

const TC_FLAGS: &str = "-s -d -p -r -g -j -statistics -details -pretty -json";

pub(super) const RULES: &[Rule] = &[
    Rule {
        flags: "-0 -4 -6 -a -e -h -H -i -l -m -n -O -o -p -r -s -S -t -u -V -w -x -Z --all --listening --tcp --udp \
                --raw --unix --sctp --vsock --numeric --processes --extended --options --info --memory --summary \
                --resolve --ipv4 --ipv6 --no-header --oneline --context",
        takes: &[("-f --family -A --query", Name)],
        rest: any(Text),
        ..rule("ss")
    },
    Rule {
        flags: "-4 -6 -a -e -g -i -l -M -n -N -o -p -r -s -t -u -v -w -W -x --all --extend --groups --interfaces \
                --listening --numeric --programs --route --statistics --tcp --timers --udp --unix --verbose --wide",
        ..rule("netstat")
    },
    // What stands behind `show` only chooses; without it, nothing may follow, since that could be `add` or `exec`.
    Rule {
        under: "addr/a/address | link/l | route/r/ro | neigh/n/neighbor/neighbour | rule/ru | maddr/maddress | netns \
                | tunnel | tcp_metrics | nexthop",
        flags: IP_FLAGS,
        style: Style::Words,
        rest: none(),
        ..rule("ip")
    },
    Rule {
        under: "addr/a/address/link/l/route/r/ro/neigh/n/neighbor/neighbour/rule/ru show/s/sh/list/ls | route/r/ro get \
                | maddr/maddress/netns/tunnel/tcp_metrics/nexthop/mroute/ntable/vrf show/list/ls",
        flags: IP_FLAGS,
        style: Style::Words,
        rest: any(Name),
        ..rule("ip")
    },
    Rule { flags: "-a -s -v", rest: at_most(1, Device), ..rule("ifconfig") },
    Rule { flags: "-a -e -n -v", takes: &[("-i", Device)], rest: at_most(1, Host), ..rule("arp") },
    Rule { flags: "-4 -6 -e -n -v", ..rule("route") },
    // Whether somebody listens there: with `-z` nothing is sent, and nothing that is piped in is read.
    Rule {
        flags: "-4 -6 -n -u -v -z",
        takes: &[("-w", Between(1, 60))],
        needs: &["-z"],
        first: Some((Host, "")),
        rest: exactly(1, Between(1, 65535)),
        ..rule("nc ncat netcat")
    },
    // A flood would be more than a look.
    Rule {
        flags: "-4 -6 -b -D -n -O -q -U -v",
        takes: &[
            ("-c", Between(1, 100)),
            ("-w", Between(1, 120)),
            ("-W -i", Seconds),
            ("-s", Between(0, 9000)),
            ("-t", Between(1, 255)),
            ("-I -M -Q", Name),
        ],
        needs: &["-c -w"],
        rest: exactly(1, Host),
        ..rule("ping ping6")
    },
    Rule {
        flags: "-4 -6 -I -n -T -U --mtu",
        takes: &[("-f -m -N -p -q -w -z", Count), ("-i -s", Name)],
        rest: between(1, 2, Host),
        ..rule("traceroute traceroute6")
    },
    Rule { flags: "-4 -6 -b -n", takes: &[("-l -m -p", Count)], rest: exactly(1, Host), ..rule("tracepath") },
    Rule {
        flags: "-4 -6 -b -j -n -r -T -u -w -z --report --report-wide --no-dns --show-ips --json --tcp --udp --aslookup",
        takes: &[("-c --report-cycles", Between(1, 100)), ("-m -s -P", Count)],
        needs: &["-r -w -j --report --report-wide --json", "-c --report-cycles"],
        rest: exactly(1, Host),
        ..rule("mtr")
    },
    // Neither `-f` nor `-k`, which read files.
    Rule {
        flags: "-4 -6 -v",
        takes: &[("-c -p -q -t -x -b", Host)],
        rest: any(Dig),
        style: Style::Words,
        ..rule("dig")
    },
    Rule {
        flags: "-debug -nodebug -recurse -norecurse -vc",
        takes: &[("-type -query -querytype -q -class -timeout -retry -port", Name)],
        rest: between(1, 2, Host),
        style: Style::Words,
        ..rule("nslookup")
    },
    Rule {
        flags: "-4 -6 -a -C -d -i -n -r -s -T -v",
        takes: &[("-c -t -m", Name), ("-N -R -W", Count)],
        rest: between(1, 2, Host),
        ..rule("host")
    },
    Rule {
        flags: "-n -S -v -w -x -L --list --list-rules --line-numbers --numeric --verbose --wait --exact",
        takes: &[("-t --table", OneOf("filter nat mangle raw security"))],
        needs: &["-L -S --list --list-rules"],
        rest: at_most(2, Name),
        ..rule("iptables ip6tables iptables-nft iptables-legacy")
    },
    // Not `-f`, which writes.
    Rule {
        flags: "-c --counters",
        takes: &[("-t --table", OneOf("filter nat mangle raw security"))],
        ..rule("iptables-save ip6tables-save")
    },
    Rule {
        under: "list",
        takes: &[("-o --output", OneOf("plain save xml"))],
        flags: "-t -n --terse --name",
        rest: at_most(1, Name),
        ..rule("ipset")
    },
    Rule {
        under: "list ruleset/tables/table/chains/chain/sets/set/maps/map/counters/quotas/hooks/flowtables",
        flags: "-a -n -s -y -j --handle --numeric --stateless --json",
        rest: any(Name),
        ..rule("nft")
    },
    Rule {
        under: "status | status verbose/numbered | show listening/added/raw | app list/info | version",
        rest: at_most(1, Name),
        ..rule("ufw")
    },
    Rule {
        flags: "--permanent --state --list-all --list-all-zones --list-ports --list-services --list-rich-rules \
                --list-interfaces --list-sources --list-forward-ports --list-icmp-blocks --list-protocols \
                --query-masquerade \
                --get-active-zones --get-default-zone --get-zones --get-services --get-log-denied --query-panic",
        takes: &[("--zone --info-zone --info-service --query-service --query-port --get-zone-of-interface", Name)],
        needs: &[
            "--state --list-all --list-all-zones --list-ports --list-services --list-rich-rules --list-interfaces \
             --list-sources --list-forward-ports --list-icmp-blocks --list-protocols --query-masquerade \
             --get-active-zones --get-default-zone --get-zones --get-services --get-log-denied --query-panic \
             --info-zone --info-service --query-service --query-port --get-zone-of-interface",
        ],
        ..rule("firewall-cmd")
    },
    Rule {
        flags: "-a -c -g -i -k -l -m -n -P -S -T -u -x --show-pause --show-coalesce --show-ring --driver \
                --show-features \
                --show-channels --statistics --show-time-stamping --show-eee --show-fec --show-priv-flags \
                --show-permaddr --show-rxfh --show-nfc --module-info --phy-statistics --json",
        rest: exactly(1, Device),
        ..rule("ethtool")
    },
    // Not `-s`, which shows passwords.
    Rule {
        under: "general | device/dev/d | connection/con/c | radio | general/device/dev/d status | networking \
                connectivity",
        flags: NMCLI_FLAGS,
        takes: NMCLI_VALUES,
        ..rule("nmcli")
    },
    Rule {
        under: "device/dev/d/connection/con/c show",
        flags: NMCLI_FLAGS,
        takes: NMCLI_VALUES,
        rest: at_most(1, Name),
        ..rule("nmcli")
    },
    // Not `-b`, which reads further commands from a file.
    Rule {
        under: "qdisc/class/filter show/list/ls",
        flags: TC_FLAGS,
        rest: any(Plain),
        style: Style::Words,
        ..rule("tc")
    },
    Rule { under: "qdisc/class/filter", flags: TC_FLAGS, style: Style::Words, rest: none(), ..rule("tc") },
    Rule {
        flags: "-L -S -C -n --dump --stats --count",
        takes: &[("-p --proto -o --output", Name), ("-s --src -d --dst -q", Host), ("--sport --dport", Count)],
        needs: &["-L -S -C --dump --stats --count"],
        rest: at_most(1, OneOf("conntrack expect")),
        ..rule("conntrack")
    },
    Rule {
        under: "fdb/link/vlan/mdb show",
        flags: "-s -d -j",
        rest: any(Plain),
        style: Style::Words,
        ..rule("bridge")
    },
    Rule { under: "show", ..rule("brctl") },
    // What a service of this machine says of its health, and nothing that is asked of another one.
    Rule {
        flags: "-s -S -f -i -I -k -v -4 -6 -q --silent --show-error --fail --include --head --insecure --verbose \
                --http1.1 --http2 --compressed",
        takes: &[
            ("-m --max-time --connect-timeout", Between(1, 60)),
            ("-o --output", OneOf("/dev/null")),
            ("-w --write-out", WriteOut),
            ("-H --header", HostHeader),
            ("-X --request", OneOf("GET HEAD")),
        ],
        rest: exactly(1, Health),
        ..rule("curl")
    },
    Rule {
        flags: "-q -S -4 -6 --quiet --server-response --no-check-certificate --no-verbose --spider",
        takes: &[("-O --output-document", OneOf("- /dev/null")), ("-T --timeout -t --tries", Between(1, 60))],
        needs: &["-O --output-document --spider"],
        rest: exactly(1, Health),
        ..rule("wget")
    },
    // What was captured before: neither what is in the packets, which `-v` shows too, nor `-w`, which writes, nor `-z`,
    // which runs. What is on the wire belongs to others.
    Rule {
        flags: "-e -K -l -n -N -O -p -q -S -t -# --no-promiscuous-mode",
        takes: TCPDUMP_VALUES,
        needs: &["-r"],
        rest: any(Filter),
        ..rule("tcpdump")
    },
    Rule {
        flags: "-D --list-interfaces -L",
        needs: &["-D --list-interfaces -L"],
        takes: &[("-i", Name)],
        ..rule("tcpdump")
    },
    Rule {
        under: "tracking | sources | sourcestats | activity | serverstats | ntpdata | rtcdata | selectdata | clients \
                | authdata",
        flags: "-n -v -a -c -N",
        rest: none(),
        ..rule("chronyc")
    },
    Rule {
        flags: "-n -p -w -4 -6",
        takes: &[("-c", OneOf("peers rv as associations sysinfo kerninfo pe readvar"))],
        needs: &["-p -c"],
        rest: at_most(1, Host),
        ..rule("ntpq")
    },
    Rule { ..rule("ntpstat ntptime rpcinfo") },
    Rule { flags: "-q -d -u -v -4 -6", needs: &["-q"], rest: between(1, 4, Host), ..rule("ntpdate") },
    Rule { flags: "-p -s -T -m", needs: &["-p -s -m"], rest: at_most(1, Host), ..rule("rpcinfo") },
    Rule { flags: "-a -c -l -m -n -r -s -v -o -2 -3 -4", rest: none(), ..rule("nfsstat") },
    Rule { flags: "-a -s -z -j -p --zeros --json --noupdate --ignore --pretty", rest: any(Name), ..rule("nstat") },
    Rule { flags: "-v", rest: at_most(1, Device), ..rule("mii-tool") },
    Rule { flags: "-v -s", ..rule("exportfs") },
    Rule {
        takes: &[("-m --mode", OneOf("session node iface")), ("-P --print", Count)],
        needs: &["-m --mode"],
        ..rule("iscsiadm")
    },
    Rule { ..rule("ipvsadm") },
    Rule {
        flags: "-L -l -n -c --list --numeric --stats --rate --connection --timeout --daemon",
        needs: &["-L -l --list"],
        ..rule("ipvsadm")
    },
    Rule { under: "dev | dev/phy info | reg get | list", rest: none(), ..rule("iw") },
    Rule { first: Some((Device, "")), rest: exactly(1, OneOf("info link")), ..rule("iw") },
    Rule { rest: at_most(1, Device), ..rule("iwconfig") },
];
