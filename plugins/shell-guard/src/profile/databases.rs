//! What databases and queues say of themselves: with the commands that are for it, and with queries of a closed grammar.

use crate::rule::Kind;
use crate::rule::Kind::{Count, Host, Name, OneOf, Plain, Query, Text, Word};
use crate::rule::{Rule, any, at_most, exactly, none, rule};

/// The databases of this machine: another one would be sent what is asked, and could ask for files.
const LOCAL: Kind = OneOf("localhost 127.0.0.1 ::1 /var/run/postgresql /run/postgresql /tmp");

const REDIS_SETTINGS: &str = "maxmemory maxmemory-policy maxmemory-samples maxclients timeout tcp-keepalive \
                              tcp-backlog databases save appendonly appendfsync dir dbfilename bind port \
                              protected-mode loglevel logfile hz slowlog-log-slower-than slowlog-max-len \
                              latency-monitor-threshold notify-keyspace-events client-output-buffer-limit \
                              lazyfree-lazy-eviction activedefrag io-threads cluster-enabled replica-read-only \
                              min-replicas-to-write repl-backlog-size stop-writes-on-bgsave-error";

pub(super) const RULES: &[Rule] = &[
    // Neither `-f`, which reads further commands, nor `-o`, `-L` and `-v`.
    Rule {
        flags: "-A -t -q -x -X -w -n -l -0 -z --no-align --tuples-only --quiet --expanded --no-psqlrc --no-password \
                --list --csv",
        takes: &[
            ("-c --command", Query),
            ("-h --host", LOCAL),
            ("-p --port", Count),
            ("-U --username -d --dbname", Word),
            ("-F --field-separator -R --record-separator", Text),
            (
                "-P --pset",
                OneOf("pager=off pager=0 footer=off format=unaligned format=aligned border=0 border=1 border=2"),
            ),
        ],
        needs: &["-c --command -l --list"],
        rest: at_most(2, Word),
        ..rule("psql")
    },
    // No password in the words, and no other file of settings, which could name a program.
    Rule {
        flags: "-N -B -s -t -E -r -H -X --skip-column-names --batch --silent --table --vertical --raw --html --xml",
        takes: &[
            ("-e --execute", Query),
            ("-h --host", LOCAL),
            ("-P --port --connect-timeout", Count),
            ("-u --user -D --database", Word),
            ("-S --socket", Kind::List),
        ],
        needs: &["-e --execute"],
        rest: at_most(1, Word),
        ..rule("mysql mariadb")
    },
    // What it may be asked in a word; not `config`, which shows passwords, and nothing that changes or evaluates.
    Rule {
        under: "ping/PING | info/INFO | dbsize/DBSIZE | lastsave/LASTSAVE | role/ROLE | client/CLIENT list/LIST | \
                slowlog/SLOWLOG get/GET/len/LEN | memory/MEMORY stats/STATS/doctor/DOCTOR | \
                cluster/CLUSTER info/INFO/nodes/NODES | latency/LATENCY latest/LATEST/doctor/DOCTOR",
        flags: "--no-auth-warning --raw --no-raw",
        takes: &[("-h", Host), ("-p -n -i", Count)],
        rest: at_most(1, Plain),
        ..rule("redis-cli valkey-cli")
    },
    // Of its settings those that are no password and no path to a program.
    Rule {
        under: "config/CONFIG get/GET",
        flags: "--no-auth-warning --raw --no-raw",
        takes: &[("-h", Host), ("-p -n", Count)],
        rest: exactly(1, OneOf(REDIS_SETTINGS)),
        ..rule("redis-cli valkey-cli")
    },
    // What it measures by itself.
    Rule {
        flags: "--latency --latency-history --latency-dist --stat --bigkeys --memkeys --no-auth-warning",
        takes: &[("-h", Host), ("-p -n -i --intrinsic-latency", Count)],
        needs: &["--latency --latency-history --latency-dist --stat --bigkeys --memkeys --intrinsic-latency"],
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
];
