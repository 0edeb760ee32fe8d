//! Addresses, routes, sockets, names.

use crate::rule::Kind;
use crate::rule::Kind::{Between, Count, Device, Dig, Health, Host, Name, OneOf, Plain, Seconds, Text, WriteOut};
use crate::rule::{Rule, Style, any, at_most, between, exactly, none, rule};

const IP_FLAGS: &str = "-4 -6 -0 -br -brief -c -color -d -details -h -human -j -json -N -Numeric -o -oneline -p \
                        -pretty -r -resolve -s -stats -statistics -t -timestamp -V";

const NMCLI_FLAGS: &str = "-o -p -t --overview --pretty --terse";

const NMCLI_VALUES: &[(&str, Kind)] = &[("-f --fields -g --get-values -m --mode", Name)];

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
        flags: "-n -S -v -x -L --list --list-rules --line-numbers --numeric --verbose --exact",
        takes: &[("-t --table", OneOf("filter nat mangle raw security"))],
        needs: &["-L -S --list --list-rules"],
        rest: at_most(2, Name),
        ..rule("iptables ip6tables")
    },
    Rule {
        under: "list ruleset/tables/table/chains/chain/sets/counters",
        flags: "-a -n -s -y -j --handle --numeric --stateless --json",
        rest: any(Name),
        ..rule("nft")
    },
    Rule { under: "status | status verbose/numbered | show listening/added", ..rule("ufw") },
    Rule {
        flags: "--state --list-all --list-all-zones --list-ports --list-services --list-rich-rules \
                --get-active-zones --get-default-zone --get-zones --get-services",
        takes: &[("--zone", Name)],
        needs: &[
            "--state --list-all --list-all-zones --list-ports --list-services --list-rich-rules --get-active-zones \
             --get-default-zone --get-zones --get-services",
        ],
        ..rule("firewall-cmd")
    },
    Rule {
        flags: "-a -c -g -i -k -l -S -T --show-pause --show-coalesce --show-ring --driver --show-features \
                --show-channels --statistics --show-time-stamping",
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
        ],
        rest: exactly(1, Health),
        ..rule("curl")
    },
    Rule { under: "tracking | sources | sourcestats | activity | serverstats", flags: "-n -v", ..rule("chronyc") },
    Rule { flags: "-n -p", needs: &["-p"], rest: at_most(1, Host), ..rule("ntpq") },
];
