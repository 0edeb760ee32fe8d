//! Who answers, and on which way: one machine, so many packets.

use crate::rule::Kind;
use crate::rule::Kind::{
    Between, Count, Device, Filter, Host, Name, Narrower, OneOf, Ports, Read, Seconds, Signal, Site, Socket, Talk,
};
use crate::rule::{Rule, Style, any, between, exactly, rule, some};

/// What may be asked through a pipe, of services that answer a line; see `words/questions.rs`.
const QUESTIONS: &str = "<haproxy <memcached <zookeeper <redis <daemon <";

/// The same of other machines, where a session may be ended by itself.
const FAR_QUESTIONS: &str = "<haproxy <memcached <zookeeper <redis <daemon <logout <";

/// Where services listen at which a session ends with `quit`.
const SERVICES: Kind =
    OneOf("21 25 110 143 465 587 993 995 2525 3493 4190 4949 6379 6380 6381 11210 11211 11212 11213 26379");

const SHOWN: &str = "-e -K -l -n -N -O -p -q -S -t -# --no-promiscuous-mode --number --lengths --immediate-mode";

const TCPDUMP: &[(&str, Kind)] = &[
    ("-c --count", Between(1, 1000)),
    ("-i --interface -y -j", Name),
    ("-s -B", Count),
    ("-Q --direction", OneOf("in out inout")),
];

pub(super) const RULES: &[Rule] = &[
    // Whether somebody listens there: with `-z` nothing is sent, and nothing that is piped in is read.
    Rule {
        flags: "-4 -6 -n -u -v -z",
        takes: &[("-w", Between(1, 60))],
        needs: &["-z"],
        first: Some((Site, "")),
        rest: between(1, 4, Ports),
        ..rule("nc ncat netcat")
    },
    // What a service answers to a question that only looks, or by itself.
    Rule {
        flags: "-4 -6 -C -n -N -v",
        takes: &[("-w", Between(1, 60)), ("-q", Between(0, 60))],
        needs: &[FAR_QUESTIONS],
        first: Some((Site, "")),
        rest: exactly(1, Between(1, 65535)),
        ..rule("nc ncat netcat")
    },
    Rule {
        flags: "-4 -6 -C -n -N -v",
        takes: &[("-w", Between(1, 60)), ("-q", Between(0, 60))],
        needs: &["<farewell"],
        first: Some((Site, "")),
        rest: exactly(1, SERVICES),
        ..rule("nc ncat netcat")
    },
    Rule {
        flags: "-C -N -U -v",
        takes: &[("-w", Between(1, 60)), ("-q", Between(0, 60))],
        needs: &["-U", QUESTIONS],
        rest: exactly(1, Kind::List),
        ..rule("nc ncat netcat")
    },
    // Two sockets would be joined, so one end is what comes in and goes out.
    Rule {
        takes: &[("-t -T", Between(1, 60))],
        needs: &[QUESTIONS],
        first: Some((OneOf("- stdio STDIO"), "")),
        rest: exactly(1, Socket),
        ..rule("socat")
    },
    Rule {
        takes: &[("-t -T", Between(1, 60))],
        needs: &[QUESTIONS],
        first: Some((Socket, "")),
        rest: exactly(1, OneOf("- stdio STDIO")),
        ..rule("socat")
    },
    // Single ports of one machine: like `nc -z`. No scripts, no versions, which ask services for more.
    Rule {
        flags: "-4 -6 -n -Pn -sn -sT -v --open --reason",
        takes: &[("-p", Ports), ("--host-timeout", Count), ("--max-retries", Between(0, 20))],
        needs: &["-p -sn"],
        rest: exactly(1, Site),
        style: Style::Words,
        ..rule("nmap")
    },
    // A flood would be more than a look.
    Rule {
        flags: "-4 -6 -b -D -n -O -q -R -U -v",
        takes: &[
            ("-c", Between(1, 100)),
            ("-w", Between(1, 120)),
            ("-W -i", Seconds),
            ("-s", Between(0, 9000)),
            ("-t", Between(1, 255)),
            ("-I -M -Q -m", Name),
        ],
        needs: &["-c -w"],
        rest: exactly(1, Host),
        ..rule("ping ping6")
    },
    // Neither `-g`, which asks whole networks, nor `-l`, which never ends.
    Rule {
        flags: "-4 -6 -a -A -d -D -e -n -q -s -u",
        takes: &[("-c -C -r", Between(1, 100)), ("-t -p -i -b", Between(0, 60_000)), ("-B", Count), ("-I", Device)],
        rest: between(1, 16, Site),
        ..rule("fping fping6")
    },
    // Asks who has an address. Not `-A`, `-U` and `-S`, which tell the neighbours something.
    Rule {
        flags: "-D -f -q",
        takes: &[("-c", Between(1, 20)), ("-I", Device), ("-w", Between(1, 60))],
        needs: &["-c -w"],
        rest: exactly(1, Site),
        ..rule("arping")
    },
    Rule { flags: "-o", rest: exactly(1, Site), ..rule("clockdiff") },
    Rule {
        flags: "-4 -6 -A -d -e -F -I -n -r -T -U -V --mtu --icmp --tcp --udp --back",
        takes: &[
            ("-f -m -N -p -q -w -z --first --max-hops --sim-queries --port --queries --wait --sendwait", Count),
            ("-i -s", Name),
        ],
        rest: between(1, 2, Host),
        ..rule("traceroute traceroute6")
    },
    Rule {
        flags: "-n -A -E -S",
        takes: &[("-w -q -m -f", Count), ("-i", Device)],
        rest: between(1, 2, Host),
        ..rule("tcptraceroute")
    },
    Rule {
        flags: "-4 -6 -b -n",
        takes: &[("-l -m -p", Count)],
        rest: exactly(1, Host),
        ..rule("tracepath tracepath6")
    },
    // As a report it ends after ten rounds.
    Rule {
        flags: "-4 -6 -b -C -e -j -n -r -T -u -w -x -z --report --report-wide --no-dns --show-ips --json --csv --xml \
            --raw --tcp \
                --udp --sctp --aslookup --mpls -l",
        takes: &[
            ("-c --report-cycles", Between(1, 100)),
            (
                "-m -s -P -f -U -Z -G -B -Q -y --port --max-ttl --first-ttl --psize --timeout --gracetime --ipinfo",
                Count,
            ),
            ("-i --interval", Seconds),
            ("-o --order -I --interface", Name),
            ("-a --address", Host),
        ],
        needs: &["-r -w -j -C -x --report --report-wide --json --csv --xml"],
        rest: exactly(1, Host),
        ..rule("mtr")
    },
    // What was captured before: neither what is in the packets, which `-v` shows too, nor `-w`, which writes, nor `-z`,
    // which runs.
    Rule {
        flags: SHOWN,
        takes: &[("-r", Read), ("-c --count", Between(1, 1000)), ("-s", Count)],
        needs: &["-r"],
        rest: any(Filter),
        ..rule("tcpdump")
    },
    // What is on the wire belongs to others. With `-q` it shows who talks to whom, and not what is said; without, some
    // protocols are told, with names and passwords. Those of dialling in are told in any case.
    Rule { flags: SHOWN, takes: TCPDUMP, needs: &["-c --count", "-q"], rest: some(Talk), ..rule("tcpdump") },
    // The network itself.
    Rule {
        flags: SHOWN,
        takes: TCPDUMP,
        needs: &["-c --count"],
        first: Some((Signal, "")),
        rest: any(Narrower),
        ..rule("tcpdump")
    },
    Rule {
        flags: "-D --list-interfaces -L --list-data-link-types",
        needs: &["-D --list-interfaces -L --list-data-link-types"],
        takes: &[("-i", Name)],
        ..rule("tcpdump")
    },
    Rule { flags: "-c -u -s -d -t -E -a -e -A -T -M -x -y -i -z", rest: some(Read), ..rule("capinfos") },
    // The public keys by which a server is known.
    Rule {
        flags: "-4 -6 -H -c -D -q -v",
        takes: &[("-p", Count), ("-T", Between(1, 60)), ("-t", Name)],
        rest: between(1, 8, Site),
        ..rule("ssh-keyscan")
    },
];
