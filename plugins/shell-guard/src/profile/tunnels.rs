//! Tunnels and routing: who is connected, and what was learned of whom. No keys.

use crate::rule::Kind::{Count, Device, Name, OneOf, Plain, Sentence, Site, Word};
use crate::rule::{Rule, Style, any, at_most, exactly, none, rule};

pub(super) const RULES: &[Rule] = &[
    // By its other names, and as `dump`, it would show the keys.
    Rule {
        under: "show",
        first: Some((Device, "")),
        rest: exactly(
            1,
            OneOf(
                "public-key listen-port fwmark peers endpoints allowed-ips latest-handshakes persistent-keepalive transfer \
                 interfaces",
            ),
        ),
        ..rule("wg")
    },
    // The first word says what is done, and those behind it choose.
    Rule {
        flags: "-l -L -P -A -B -g -x -S -v --list-sas --list-conns --list-pols --list-pools --list-certs --list-authorities \
                --list-algs --stats --version --raw --pretty --noblock --leases --pem",
        takes: &[("--ike --child --ike-id --name --type --subject", Name)],
        needs: &[
            "-l -L -P -A -B -g -x -S -v --list-sas --list-conns --list-pols --list-pools --list-certs --list-authorities \
             --list-algs --stats --version",
        ],
        style: Style::Words,
        ..rule("swanctl")
    },
    Rule {
        under: "status | statusall | trafficstatus | briefstatus | shuntstatus | globalstatus | connectionstatus | \
            listcerts | \
                listcacerts | listcrls | listalgs | listpubkeys | listall | version",
        rest: at_most(1, Plain),
        ..rule("ipsec strongswan")
    },
    Rule {
        under: "whack | auto",
        flags: "--status --trafficstatus --briefstatus --shuntstatus --globalstatus",
        needs: &["--status --trafficstatus --briefstatus --shuntstatus --globalstatus"],
        rest: none(),
        ..rule("ipsec")
    },
    Rule {
        under: "status | netcheck | ip | version | dns status",
        flags: "-1 -4 -6 --json --self --active --verbose",
        takes: &[("--peers", OneOf("true false"))],
        rest: at_most(1, Word),
        ..rule("tailscale")
    },
    Rule {
        under: "ping",
        takes: &[("-c --c", Count), ("--timeout", Name)],
        needs: &["-c --c"],
        rest: exactly(1, Site),
        style: Style::Words,
        ..rule("tailscale")
    },
    Rule {
        under: "info | status | listnetworks | listpeers | peers",
        flags: "-j",
        rest: none(),
        ..rule("zerotier-cli")
    },
    Rule { under: "sessions-list | configs-list | version", rest: none(), ..rule("openvpn3") },
    // Routing daemons are asked in whole sentences. Not for their configuration, in which passwords are.
    Rule {
        takes: &[(
            "-c --command",
            Sentence(
                "show/sh \
                    ip/ipv6/bgp/ospf/ospf6/isis/bfd/evpn/mpls/vrf/zebra/interface/route-map/nexthop-group/pim/igmp/rip/eigrp/ldp/vrrp/l2vpn/segment-routing/access-list \
                 * | show/sh version/memory/daemons/watchfrr/modules/bgp/bfd/interface | show thread cpu | show event \
                 cpu | show work-queues",
            ),
        )],
        flags: "-u --user",
        needs: &["-c --command"],
        ..rule("vtysh")
    },
    Rule {
        under: "show/sh protocols/status/memory/route/interfaces/ospf/bfd/static/babel/rip/symbols",
        flags: "-r -l",
        rest: any(Name),
        ..rule("birdc birdc6 birdcl birdcl6")
    },
];
