//! Names: what they stand for, who serves them, and how the servers are.

use crate::rule::Kind::{Between, Configuration, Count, Dig, Host, Name, OneOf, Plain, Word};
use crate::rule::{Rule, Style, any, at_most, between, exactly, none, rule, some};

pub(super) const RULES: &[Rule] = &[
    // Neither `-f` nor `-k`, which read files.
    Rule {
        flags: "-4 -6 -r -u -v",
        takes: &[("-c -p -q -t -x -b", Host)],
        rest: any(Dig),
        style: Style::Words,
        ..rule("dig kdig")
    },
    // Neither `-a`, which reads a file.
    Rule {
        flags: "-4 -6 -i -v",
        takes: &[("-c -p -q -t -x -b", Host), ("-d", Count)],
        rest: any(Dig),
        style: Style::Words,
        ..rule("delv")
    },
    // Neither `-f`, `-k` and `-c`, which read files, nor `-q` and `-w`, which write.
    Rule {
        flags: "-4 -6 -D -S -T -t -u -x",
        takes: &[("-p -b", Count), ("-o", Name)],
        rest: some(Dig),
        style: Style::Early,
        ..rule("drill")
    },
    Rule {
        flags: "-4 -6 --short --json --time --strategy --ipv4 --ipv6",
        takes: &[("-q --query -t --type -c --class", Name), ("-n --nameserver", Host)],
        rest: any(Dig),
        ..rule("doggo dog")
    },
    Rule {
        flags: "-debug -nodebug -d2 -nod2 -recurse -norecurse -vc -novc -search -nosearch -fail -nofail",
        takes: &[
            ("-type -ty -query -querytype -qt -q -class -cl -port -po -domain", Name),
            ("-timeout -retry", Between(0, 60)),
        ],
        rest: between(1, 2, Host),
        style: Style::Words,
        ..rule("nslookup")
    },
    Rule {
        flags: "-4 -6 -A -a -C -d -i -n -r -s -T -U -v",
        takes: &[("-c -t -m", Name), ("-N -p", Count), ("-R -W", Between(0, 60))],
        rest: between(1, 2, Host),
        ..rule("host")
    },
    // Who has it.
    Rule { flags: "-H", takes: &[("-h --host", Host), ("-p --port", Count)], rest: exactly(1, Host), ..rule("whois") },
    Rule {
        under: "status | statistics | query | service | openpgp | tlsa | show-cache | show-server-state",
        flags: "-4 -6 -q --no-pager --quiet",
        takes: &[
            ("-t --type -i --interface -c --class -p --protocol --raw", Name),
            (
                "--legend --cache --zone --cname --search --validate --synthesize --network --trust-anchor --stale-data \
                 --service-address --service-txt --relax-single-label",
                OneOf("yes no true false 0 1 on off"),
            ),
            ("--json", OneOf("short pretty off")),
        ],
        rest: any(Name),
        ..rule("resolvectl")
    },
    // With another word behind the link they set.
    Rule {
        under: "dns | domain | default-route | llmnr | mdns | dnsovertls | dnssec | nta",
        flags: "--no-pager",
        rest: at_most(1, Name),
        ..rule("resolvectl")
    },
    Rule { under: "log-level", flags: "--no-pager", ..rule("resolvectl") },
    Rule { flags: "--no-pager", ..rule("resolvectl") },
    Rule { flags: "--status --statistics --no-pager", needs: &["--status --statistics"], ..rule("systemd-resolve") },
    Rule {
        flags: "-4 -6",
        takes: &[("-t --type -i --interface -c --class -p --protocol", Name), ("--legend --cname", OneOf("yes no"))],
        rest: some(Host),
        ..rule("systemd-resolve")
    },
    // Servers of names, by their own tools. Not `stats`, with which numbers begin anew, and nothing that writes a file.
    Rule {
        under: "status | stats_noreset | list_forwards | list_stubs | list_local_zones | list_insecure | list_auth_zones | \
                dump_requestlist | dump_infra | lookup | get_option",
        flags: "-q",
        takes: &[("-c", Configuration)],
        rest: at_most(1, Word),
        ..rule("unbound-control")
    },
    Rule {
        under: "status | zonestatus | managed-keys status | serve-stale status | tsig-list",
        flags: "-4 -6 -q -V",
        rest: at_most(1, Word),
        ..rule("rndc")
    },
    Rule {
        under: "list-all-zones | list-zone/check-zone/show-zone | check-all-zones",
        rest: at_most(1, Word),
        ..rule("pdnsutil")
    },
    Rule {
        under: "rping | ping | version | uptime | status | list-zones | qtypes | remotes | respsizes | ccounts | list | \
            show",
        rest: at_most(1, Word),
        ..rule("pdns_control")
    },
    Rule {
        under: "ping | version | get-all | get-qtypelist | current-queries | get-ntas | get-tas | top-servfails | \
                top-servfail-remotes | top-remotes | top-timeouts | get",
        rest: at_most(3, Word),
        ..rule("rec_control")
    },
    Rule {
        under: "status | stats | zone-status | zone-stats | conf-check | zone-check",
        rest: any(Plain),
        ..rule("knotc")
    },
    Rule { under: "status | zonestatus | stats_noreset | serverpid", rest: at_most(1, Word), ..rule("nsd-control") },
    // Answers kept on this machine.
    Rule { flags: "-g --statistics", needs: &["-g --statistics"], rest: none(), ..rule("nscd") },
];
