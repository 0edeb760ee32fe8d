//! What databases say of themselves: with the commands that are for it, and with queries of a closed grammar.

use crate::rule::Kind;
use crate::rule::Kind::{
    Between, Configuration, Count, Host, List, Log, Mongo, Name, OneOf, Phrase, Plain, Query, Server, Text, Word,
};
use crate::rule::{Rule, Style, at_most, exactly, none, rule, some};

/// What Redis says of its own state, and of a key how large it is. Not `keys` and `scan`, whose names say too much.
const REDIS: &str = "ping/PING | info/INFO | dbsize/DBSIZE | lastsave/LASTSAVE | role/ROLE | time/TIME | \
                     client/CLIENT list/LIST/info/INFO/id/ID | slowlog/SLOWLOG get/GET/len/LEN | \
                     memory/MEMORY stats/STATS/doctor/DOCTOR/usage/USAGE/malloc-stats/MALLOC-STATS | \
                     cluster/CLUSTER info/INFO/nodes/NODES/slots/SLOTS/shards/SHARDS/myid/MYID/links/LINKS/keyslot/KEYSLOT/replicas/REPLICAS/countkeysinslot/COUNTKEYSINSLOT | \
                     latency/LATENCY latest/LATEST/doctor/DOCTOR/history/HISTORY/graph/GRAPH/histogram/HISTOGRAM | \
                     sentinel/SENTINEL masters/MASTERS/master/MASTER/replicas/REPLICAS/slaves/SLAVES/sentinels/SENTINELS/get-master-addr-by-name/GET-MASTER-ADDR-BY-NAME/ckquorum/CKQUORUM/myid/MYID | \
                     module/MODULE list/LIST | command/COMMAND count/COUNT | acl/ACL whoami/WHOAMI | \
                     pubsub/PUBSUB channels/CHANNELS/numsub/NUMSUB/numpat/NUMPAT | \
                     object/OBJECT encoding/ENCODING/idletime/IDLETIME/freq/FREQ/refcount/REFCOUNT | \
                     type/TYPE | ttl/TTL | pttl/PTTL | exists/EXISTS | strlen/STRLEN | llen/LLEN | scard/SCARD | hlen/HLEN | \
                     zcard/ZCARD | xlen/XLEN | xinfo/XINFO groups/GROUPS/consumers/CONSUMERS";

const REDIS_FLAGS: &str = "-c -2 -3 --no-auth-warning --raw --no-raw --csv --json --tls";

const REDIS_VALUES: &[(&str, Kind)] =
    &[("-h", Host), ("-p -n -t", Count), ("-s --cacert --cert --key", List), ("--user --sni", Plain)];

/// What `mysqladmin` tells of the server.
const MYSQLADMIN: &str = "status ping version extended-status processlist variables";

/// The settings that are no password and no path to a program.
const REDIS_SETTINGS: &str = "maxmemory maxmemory-policy maxmemory-samples maxclients timeout tcp-keepalive \
                              tcp-backlog databases save appendonly appendfsync dir dbfilename bind port \
                              protected-mode loglevel logfile hz slowlog-log-slower-than slowlog-max-len \
                              latency-monitor-threshold notify-keyspace-events client-output-buffer-limit \
                              lazyfree-lazy-eviction activedefrag io-threads cluster-enabled replica-read-only \
                              min-replicas-to-write repl-backlog-size stop-writes-on-bgsave-error";

/// The client of ClickHouse, by itself and as a part of the one program.
const CLICKHOUSE: Rule = Rule {
    flags: "-E -t --vertical --time",
    takes: &[
        ("-q --query", Query),
        ("-h --host", Server),
        ("--port", Count),
        ("-u --user -d --database", Word),
        ("-f --format", Word),
    ],
    needs: &["-q --query"],
    ..rule("")
};

pub(super) const RULES: &[Rule] = &[
    // Neither `-f`, which reads further commands, nor `-o`, `-L` and `-v`.
    Rule {
        flags: "-A -t -q -x -X -w -n -l -0 -z -1 -b -e --echo-errors --no-align --tuples-only --quiet --expanded --no-psqlrc --no-password \
                --list --csv",
        takes: &[
            ("-c --command", Query),
            ("-h --host", Server),
            ("-p --port", Count),
            ("-U --username -d --dbname", Word),
            ("-F --field-separator -R --record-separator", Text),
            (
                "-P --pset",
                OneOf(
                    "pager=off pager=0 pager footer=off format=unaligned format=aligned format=csv format=wrapped border=0 \
                     border=1 border=2 expanded=on expanded=auto expanded null=NULL tuples_only=on tuples_only linestyle=unicode \
                     linestyle=ascii",
                ),
            ),
        ],
        needs: &["-c --command -l --list"],
        rest: at_most(2, Word),
        ..rule("psql")
    },
    // No password in the words, and no other file of settings, which could name a program.
    Rule {
        flags: "-N -B -s -t -E -r -H -X -C -v -w -A --skip-column-names --batch --silent --table --vertical --raw --html --xml",
        takes: &[
            ("-e --execute", Query),
            ("-h --host", Server),
            ("-P --port --connect-timeout", Count),
            ("-u --user -D --database", Word),
            ("-S --socket", List),
            ("--ssl-mode --protocol --default-character-set", Word),
        ],
        needs: &["-e --execute"],
        rest: at_most(1, Word),
        ..rule("mysql mariadb")
    },
    // What it may be asked in a word; not `config`, which shows passwords, and nothing that changes or evaluates.
    Rule {
        under: REDIS,
        flags: REDIS_FLAGS,
        takes: REDIS_VALUES,
        rest: at_most(4, Name),
        ..rule("redis-cli valkey-cli")
    },
    // The same again and again, with an end.
    Rule {
        under: REDIS,
        flags: REDIS_FLAGS,
        takes: &[("-h", Host), ("-p -n -t -i", Count), ("-r", Between(1, 1000)), ("-s --cacert --cert --key", List)],
        rest: at_most(4, Name),
        ..rule("redis-cli valkey-cli")
    },
    Rule {
        under: "config/CONFIG get/GET",
        flags: REDIS_FLAGS,
        takes: REDIS_VALUES,
        rest: exactly(1, OneOf(REDIS_SETTINGS)),
        ..rule("redis-cli valkey-cli")
    },
    // Looks at all of a cluster, and mends nothing.
    Rule {
        under: "check | info",
        flags: "--no-auth-warning --tls --cluster",
        takes: &[("-h", Host), ("-p", Count), ("--cacert --cert --key", List)],
        needs: &["--cluster"],
        rest: exactly(1, Host),
        ..rule("redis-cli valkey-cli")
    },
    // What it measures by itself.
    Rule {
        flags: "--latency --latency-history --latency-dist --stat --bigkeys --memkeys --hotkeys --no-auth-warning --raw --tls -c",
        takes: &[
            ("-h", Host),
            ("-p -n -i --intrinsic-latency --memkeys-samples", Count),
            ("-s --cacert --cert --key", List),
        ],
        needs: &["--latency --latency-history --latency-dist --stat --bigkeys --memkeys --hotkeys --intrinsic-latency"],
        ..rule("redis-cli valkey-cli")
    },
    // Not `dump`, and not `sizes`, for which it stands still.
    Rule { first: Some((Host, "")), rest: at_most(1, OneOf("stats display settings")), ..rule("memcached-tool") },
    Rule { takes: &[("--servers", Name), ("-s", Host)], flags: "-h", ..rule("memcstat") },
    Rule {
        flags: "-q --quiet",
        takes: &[("-h --host", Name), ("-p --port -t --timeout", Count), ("-U --username -d --dbname", Plain)],
        ..rule("pg_isready")
    },
    Rule { flags: "-h -s -j --no-header --start-conf --json", rest: at_most(2, Plain), ..rule("pg_lsclusters") },
    Rule { takes: &[("-D --pgdata", List)], rest: at_most(1, List), ..rule("pg_controldata") },
    Rule {
        flags: "--bindir --docdir --includedir --libdir --pkglibdir --localedir --mandir --sharedir --sysconfdir --pgxs \
                --configure --cc --cflags --ldflags --libs",
        ..rule("pg_config")
    },
    Rule { under: "status", takes: &[("-D --pgdata", List)], rest: none(), ..rule("pg_ctl") },
    Rule {
        under: "list | topology | history | version",
        flags: "-e -t --extended --timestamp",
        takes: &[
            ("-c --config-file", Configuration),
            ("-f --format", OneOf("pretty json yaml yml tsv topology")),
            ("--group", Count),
        ],
        rest: at_most(2, Plain),
        ..rule("patronictl")
    },
    Rule {
        under: "cluster show/event | node status/check | service status | daemon status",
        flags: "--compact --csv --verbose --detail --all --terse",
        takes: &[("-f --config-file", Configuration), ("--limit --node-id", Count), ("--event --node-name", Plain)],
        rest: none(),
        ..rule("repmgr")
    },
    // Once; and again and again where it says how often.
    Rule {
        flags: "-v -s -E -r --verbose --vertical --silent --relative",
        takes: &[("-h --host", Server), ("-P --port", Count), ("-u --user", Plain), ("-S --socket", List)],
        rest: some(OneOf(MYSQLADMIN)),
        ..rule("mysqladmin mariadb-admin")
    },
    // These two are no queries, to which a server could answer by asking for a file.
    Rule {
        flags: "-v -s --verbose --silent",
        takes: &[("-h --host", Host), ("-P --port", Count), ("-u --user", Plain)],
        rest: some(OneOf("ping status")),
        ..rule("mysqladmin mariadb-admin")
    },
    Rule {
        flags: "-v -s -E -r --verbose --vertical --silent --relative",
        takes: &[
            ("-h --host", Server),
            ("-P --port", Count),
            ("-u --user", Plain),
            ("-S --socket", List),
            ("-i --sleep", Between(1, 3600)),
            ("-c --count", Between(1, 1000)),
        ],
        needs: &["-c --count"],
        rest: some(OneOf(MYSQLADMIN)),
        ..rule("mysqladmin mariadb-admin")
    },
    Rule {
        flags: "-i -k -v -t --count --status --keys --verbose --show-table-type",
        takes: &[("-h --host", Server), ("-P --port", Count), ("-u --user", Word), ("-S --socket", List)],
        rest: at_most(3, Word),
        ..rule("mysqlshow mariadb-show")
    },
    // The log of what was slow, with numbers and texts left out.
    Rule {
        flags: "-a -r -l -v -d",
        takes: &[("-s", OneOf("t at l al r ar c")), ("-t -n", Count), ("-g", Word)],
        rest: some(Log),
        ..rule("mysqldumpslow mariadb-dumpslow")
    },
    Rule { names: "clickhouse-client", ..CLICKHOUSE },
    Rule { names: "clickhouse", under: "client", ..CLICKHOUSE },
    // What it is asked is of a closed grammar.
    Rule {
        flags: "--quiet --norc",
        takes: &[
            ("--eval", Mongo),
            ("--host", Host),
            ("--port", Count),
            ("--authenticationDatabase", Plain),
            ("--json", OneOf("canonical relaxed")),
        ],
        needs: &["--eval"],
        rest: at_most(1, Kind::Database),
        ..rule("mongosh mongo")
    },
    Rule {
        flags: "--discover --all --noheaders --json --quiet",
        takes: &[
            ("--host -h", Host),
            ("--port", Count),
            ("-n --rowcount", Between(1, 10_000)),
            ("-o -O", Name),
            ("--humanReadable", OneOf("true false")),
        ],
        needs: &["-n --rowcount"],
        rest: at_most(1, Count),
        ..rule("mongostat")
    },
    Rule {
        flags: "--locks --json --quiet",
        takes: &[("--host -h", Host), ("--port", Count), ("-n --rowcount", Between(1, 10_000))],
        needs: &["-n --rowcount"],
        rest: at_most(1, Count),
        ..rule("mongotop")
    },
    Rule {
        flags: "-ssl",
        takes: &[
            ("-execute", Query),
            ("-database -format -precision -username", Word),
            ("-host", Server),
            ("-port", Count),
        ],
        needs: &["-execute"],
        rest: none(),
        style: Style::Words,
        ..rule("influx")
    },
    Rule { under: "ping | version | bucket list | org list", rest: none(), ..rule("influx") },
    // Of this machine; what it takes its statistics back to naught with is not among it.
    Rule {
        under: "status | info | tpstats | compactionstats | compactionhistory | netstats | ring | tablestats/cfstats | \
                tablehistograms/cfhistograms | proxyhistograms | describecluster | describering | gossipinfo | version | \
                statusbinary | statusgossip | statushandoff | statusbackup | statusautocompaction | listsnapshots | \
                failuredetector | viewbuildstatus | getcompactionthroughput | getstreamthroughput | getconcurrentcompactors | \
                getlogginglevels | gettraceprobability | getendpoints | getseeds | clientstats | datapaths | rangekeysample | \
                getcompactionthreshold | getmaxhintwindow | gettimeout | getinterdcstreamthroughput",
        flags: "-r -H -T --resolve-ip --human-readable --all --verbose",
        takes: &[("-p", Count), ("-F --format", OneOf("json yaml"))],
        rest: at_most(3, Word),
        ..rule("nodetool")
    },
    Rule {
        takes: &[(
            "-e --execute",
            Phrase(
                "DESCRIBE KEYSPACES|describe keyspaces|DESC KEYSPACES|desc keyspaces|DESCRIBE CLUSTER|describe cluster|\
                 SHOW VERSION|show version|SHOW HOST|show host|DESCRIBE KEYSPACES;|describe keyspaces;|DESCRIBE CLUSTER;|\
                 SELECT release_version FROM system.local|SELECT * FROM system.peers|SELECT * FROM system.local",
            ),
        )],
        needs: &["-e --execute"],
        rest: none(),
        ..rule("cqlsh")
    },
    // The version and the name of the cluster, and nothing but its state.
    Rule { first: Some((Count, "")), rest: exactly(2, OneOf("main status")), ..rule("pg_ctlcluster") },
    Rule { under: "list", rest: none(), ..rule("elasticsearch-plugin opensearch-plugin logstash-plugin") },
];
