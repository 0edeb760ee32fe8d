//! What databases, queues and other programs say of themselves, and certificates.

use crate::rule::Kind::{Count, Host, Name, OneOf, Plain, Read};
use crate::rule::{Rule, Style, any, at_most, none, rule};

pub(super) const RULES: &[Rule] = &[
    // What it may be asked in a word; not `config`, which shows passwords, and nothing that changes or evaluates.
    Rule {
        under: "ping/PING | info/INFO | dbsize/DBSIZE | lastsave/LASTSAVE | role/ROLE | client/CLIENT list/LIST | \
                slowlog/SLOWLOG get/GET | memory/MEMORY stats/STATS | cluster/CLUSTER info/INFO/nodes/NODES | \
                latency/LATENCY latest/LATEST",
        takes: &[("-h", Host), ("-p -n", Count)],
        rest: at_most(1, Plain),
        ..rule("redis-cli valkey-cli")
    },
    Rule {
        flags: "-q --quiet",
        takes: &[("-h --host", Name), ("-p --port -t --timeout", Count), ("-U --username -d --dbname", Plain)],
        ..rule("pg_isready")
    },
    Rule { ..rule("pg_lsclusters") },
    Rule {
        under: "status | ping | version | extended-status | processlist",
        flags: "-v --verbose",
        takes: &[("-h --host", Host), ("-P --port", Count), ("-u --user", Plain)],
        rest: none(),
        ..rule("mysqladmin mariadb-admin")
    },
    Rule {
        under: "status | cluster_status | list_queues | list_connections | list_channels | list_exchanges | \
                list_bindings | list_consumers | list_vhosts | list_users | list_permissions | list_policies | \
                list_feature_flags | ping | version | node_health_check",
        flags: "-q -s --quiet --silent",
        takes: &[("-n --node -p --vhost -t --timeout --formatter", Name)],
        rest: any(Plain),
        ..rule("rabbitmqctl")
    },
    Rule {
        under: "status | ping | alarms | listeners | memory_breakdown | check_running | check_local_alarms | \
                check_port_connectivity | cluster_status | server_version | erlang_version",
        flags: "-q -s --quiet --silent",
        takes: &[("-n --node -t --timeout --formatter", Name)],
        rest: none(),
        ..rule("rabbitmq-diagnostics")
    },
    Rule { under: "members | info | version | catalog nodes/services | operator raft list-peers", ..rule("consul") },
    Rule { under: "status | version | operator raft list-peers", ..rule("vault") },
    Rule {
        under: "node status | job status | status | server members | version",
        flags: "-verbose -short",
        rest: any(Plain),
        style: Style::Words,
        ..rule("nomad")
    },
    Rule {
        under: "member list | endpoint health/status | alarm list | version",
        flags: "--cluster",
        takes: &[("-w --write-out --endpoints", Name)],
        ..rule("etcdctl")
    },
    Rule { flags: "-bp -bpc -bpr -bV", needs: &["-bp -bpc -bpr -bV"], style: Style::Words, ..rule("exim exim4") },
    // What a certificate says: nothing is signed, converted or written.
    Rule {
        under: "x509",
        flags: "-noout -text -dates -startdate -enddate -subject -issuer -serial -fingerprint -sha1 -sha256 -email \
                -alias -purpose -subject_hash -issuer_hash -ocsp_uri -modulus",
        takes: &[
            ("-in", Read),
            ("-inform", OneOf("PEM DER pem der")),
            ("-checkend", Count),
            ("-nameopt -certopt -ext", Name),
        ],
        needs: &["-noout"],
        rest: none(),
        style: Style::Words,
        ..rule("openssl")
    },
    Rule { under: "version", flags: "-a -v", ..rule("openssl") },
    Rule { under: "version", rest: none(), ..rule("go") },
    Rule {
        under: "list | dominfo | domstate | domblklist | domiflist | domifaddr | nodeinfo | net-list | pool-list | \
                vol-list | snapshot-list | version",
        flags: "--all --inactive --title --details",
        rest: at_most(1, Plain),
        ..rule("virsh")
    },
    Rule {
        under: "status | health | health detail | df | osd tree/stat/df/status | mon stat | pg stat | mds stat | fs status | versions",
        flags: "-s",
        ..rule("ceph")
    },
    Rule { flags: "-s -v", needs: &["-s -v"], ..rule("ceph") },
];
