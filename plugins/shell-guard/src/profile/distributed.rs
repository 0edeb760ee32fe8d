//! Storage and machines that stand in for one another: Ceph, Gluster, DRBD, Pacemaker.

use crate::rule::Kind;
use crate::rule::Kind::{Between, Each, Name, OneOf, Plain, Word};
use crate::rule::{Rule, any, at_most, between, exactly, none, rule};

/// Neither a configuration, which could name a log that is written, nor a key.
const CEPH: &[(&str, Kind)] = &[
    ("-f --format", OneOf("plain json json-pretty xml xml-pretty yaml")),
    ("--cluster --connect-timeout --cluster_name", Word),
    (
        "--daemon_type --daemon-type --daemon_id --service_type --service_name --service-type --service-name --hostname",
        Word,
    ),
];

/// What a daemon of Ceph tells of itself. Not its settings, among which passwords are, and nothing that resets.
const DUMPS: &str = "perf dump schema histogram dump_historic_ops dump_historic_ops_by_duration dump_historic_slow_ops \
                     dump_ops_in_flight dump_blocked_ops dump_mempools dump_op_pq_state dump_osd_network dump_reservations \
                     dump_scrubs dump_watchers dump_recovery_reservations dump_pgstate_history dump_pg_recovery_stats \
                     dump_slow_requests dump_blocklist status version mon_status quorum_status sync_status ops \
                     get_latest_osdmap objecter_requests list_watchers";

pub(super) const RULES: &[Rule] = &[
    // Words behind most of them would do more: `health mute`, `progress clear`, `osd perf query add`.
    Rule {
        under: "status | health | health detail | df | df detail | versions | features | fsid | quorum_status | time-sync-status | \
                progress | progress json | node ls | osd tree | osd tree up/down/in/out/destroyed | osd stat/perf/lspools | osd \
                status/utilization/blocked-by/versions/numa-status/count-metadata/get-require-min-compat-client/ls | osd df | osd \
                df tree/plain | osd pool ls/autoscale-status | osd pool ls detail | osd crush tree/dump/show-tunables | osd crush \
                class/weight-set ls | osd crush rule ls | osd erasure-code-profile ls | osd blocklist/blacklist ls | pg stat/dump | \
                pg dump all/summary/sum/pools/osds/pgs/pgs_brief/delta | pg dump_pools_json | mon \
                stat/dump/versions/count-metadata | mgr stat/dump/services/versions/count-metadata | mgr module ls | mds \
                stat/versions/count-metadata | fs ls/dump/lsflags | fs volume ls | device ls | balancer status/ls/eval | crash \
                ls/ls-new/stat | orch status/ls | orch host/device ls | orch upgrade status | telemetry status | rbd task list | nfs \
                cluster ls | config ls | log last",
        flags: "-s --in-progress-only --show-shadow --detail --wide",
        takes: CEPH,
        rest: none(),
        ..rule("ceph")
    },
    Rule {
        under: "osd find/metadata/ok-to-stop/safe-to-destroy/info/dump/ls-tree/map | osd pool get/get-quota/stats | osd crush rule dump | \
                osd crush class ls-osd | osd crush get-tunable | osd erasure-code-profile get | osd status | osd df \
                class/name/tree/plain | pg ls/dump_stuck/map/ls-by-osd/ls-by-pool/ls-by-primary | mon metadata/ok-to-stop | mgr \
                metadata | mds metadata/ok-to-stop | fs status/get | fs volume info | fs subvolume/subvolumegroup ls/info | fs clone \
                status | device info/ls-by-daemon/ls-by-host/get-health-metrics | balancer eval | crash info | orch ps/ls | orch \
                host/device ls | log last | config help | nfs cluster info",
        flags: "--detail --wide",
        takes: CEPH,
        rest: at_most(3, Name),
        ..rule("ceph")
    },
    Rule { flags: "-s -v", takes: CEPH, needs: &["-s -v"], ..rule("ceph") },
    // A group, and what is asked of it.
    Rule {
        under: "pg",
        takes: CEPH,
        first: Some((Name, "")),
        rest: exactly(1, OneOf("query list_unfound list_missing")),
        ..rule("ceph")
    },
    Rule {
        under: "tell | daemon",
        takes: CEPH,
        first: Some((Word, "")),
        rest: between(1, 2, OneOf(DUMPS)),
        ..rule("ceph")
    },
    Rule { under: "ls | version", flags: "--no-detail", ..rule("cephadm") },
    Rule {
        under: "lvm list | inventory | raw list",
        takes: &[("--format", OneOf("plain json json-pretty"))],
        rest: at_most(1, Kind::List),
        ..rule("ceph-volume")
    },
    Rule {
        under: "df | lspools | list-inconsistent-pg | list-inconsistent-obj",
        flags: "--detail",
        takes: &[("-p --pool --cluster -N --namespace", Word), ("-f --format", OneOf("plain json json-pretty xml"))],
        rest: at_most(1, Name),
        ..rule("rados")
    },
    // A word behind it would be a file to write.
    Rule { under: "ls", takes: &[("-p --pool -N --namespace", Word)], rest: none(), ..rule("rados") },
    Rule { under: "stat", takes: &[("-p --pool -N --namespace", Word)], rest: exactly(1, Name), ..rule("rados") },
    Rule {
        under: "ls/list | info | status | du/disk-usage | snap ls/list | showmapped | device list/ls | children | lock ls/list | \
                trash ls/list | image-meta list/ls | mirror pool status | mirror image status | group list/ls | group image list/ls | \
                namespace list/ls | task list | pool stats",
        flags: "-l -a --long --all --verbose --pretty-format --exact --merge-snapshots",
        takes: &[("-p --pool --image --snap --namespace --cluster", Word), ("--format", OneOf("plain json xml"))],
        rest: at_most(2, Name),
        ..rule("rbd")
    },
    // Neither users nor zones, with which their keys would be shown.
    Rule {
        under: "bucket list/stats | bucket limit check | sync status | bucket sync status | user list/stats | usage show | realm \
                list | zonegroup list | zone list | gc list | lc list | reshard list/status | datalog status | metadata list",
        flags: "--include-all --warnings-only",
        takes: &[
            (
                "--uid --bucket --rgw-realm --rgw-zone --rgw-zonegroup --source-zone --start-date --end-date --tenant",
                Name,
            ),
            ("--max-entries", Between(1, 10_000)),
            ("--format", OneOf("json xml")),
        ],
        rest: none(),
        ..rule("radosgw-admin")
    },
    Rule {
        under: "volume status/info/list/get | peer status | pool list | snapshot list/info/status",
        flags: "--xml",
        takes: &[("--mode", OneOf("script"))],
        rest: any(Plain),
        ..rule("gluster")
    },
    Rule {
        under: "volume geo-replication status",
        flags: "--xml",
        rest: at_most(1, OneOf("detail")),
        ..rule("gluster")
    },
    // By itself it would heal, and with other words settle what is split.
    Rule {
        under: "volume heal",
        flags: "--xml",
        first: Some((Plain, "")),
        rest: between(1, 2, OneOf("info summary statistics heal-count")),
        ..rule("gluster")
    },
    Rule {
        under: "volume profile",
        flags: "--xml",
        first: Some((Plain, "")),
        rest: between(1, 2, OneOf("info peek cumulative")),
        ..rule("gluster")
    },
    Rule {
        under: "volume top",
        flags: "--xml",
        first: Some((Plain, "")),
        rest: between(1, 3, OneOf("open read write opendir readdir list-cnt 5 10 20 50 100")),
        ..rule("gluster")
    },
    Rule {
        under: "volume rebalance",
        flags: "--xml",
        first: Some((Plain, "")),
        rest: exactly(1, OneOf("status")),
        ..rule("gluster")
    },
    Rule { under: "volume quota", first: Some((Plain, "")), rest: exactly(1, OneOf("list")), ..rule("gluster") },
    // The secret that the two share is in what they are set to.
    Rule {
        under: "status | cstate | dstate | role | sh-resources | sh-dev | sh-minor | show-gi | get-gi",
        flags: "-v --verbose --statistics",
        rest: at_most(1, Plain),
        ..rule("drbdadm")
    },
    Rule {
        under: "status | cstate | dstate | role | show-gi",
        flags: "-v --verbose --statistics --json",
        rest: at_most(2, Plain),
        ..rule("drbdsetup")
    },
    Rule {
        under: "events2",
        flags: "--now --statistics --timestamps --full",
        needs: &["--now"],
        rest: at_most(2, Plain),
        ..rule("drbdsetup")
    },
    // What fences is told passwords, so not what it is set to; and words behind some would clear them.
    Rule {
        under: "status | status nodes/corosync/quorum/xml/pcsd | quorum status/config | constraint | constraint \
                location/order/colocation | resource failcount | resource failcount show | stonith status | stonith history | \
                stonith history show | stonith level | property | cluster status | tag list | nodes status | resources | resource | stonith",
        flags: "--full --all --hide-inactive",
        takes: &[("--output-format", OneOf("text json"))],
        rest: none(),
        ..rule("pcs")
    },
    Rule {
        under: "status cluster/resources/groups/query | constraint list/config | resource status/relations | resource failcount show | \
                stonith history show | property list/show/config",
        flags: "--full --all --hide-inactive",
        takes: &[("--output-format", OneOf("text json"))],
        rest: at_most(1, Plain),
        ..rule("pcs")
    },
    Rule {
        under: "status | status full/xml/simple | node list/status/show | resource status/list | cluster health/status",
        rest: at_most(1, Plain),
        ..rule("crm")
    },
    // Once, and not for ever.
    Rule {
        flags: "-1 -r -A -f -n -t -o -c -b -L -j -R -X -m -D --one-shot --inactive --show-node-attributes --failcounts \
                --group-by-node --timing-details --operations --tickets --bans --neg-locations --show-detail --brief --as-xml \
                --fence-history",
        takes: &[
            ("--output-as", OneOf("text xml console")),
            ("--exclude --include", Each("all none default nodes resources failures fencing summary")),
        ],
        needs: &["-1 --one-shot -X --as-xml --output-as"],
        ..rule("crm_mon")
    },
    Rule {
        flags: "-L -l -W -O -o --list --list-raw --locate --list-operations --list-all-operations",
        takes: &[("-r --resource", Plain)],
        needs: &["-L -l -W -O -o --list --list-raw --locate --list-operations --list-all-operations"],
        rest: none(),
        ..rule("crm_resource")
    },
    Rule { flags: "-l -n -q -p -i --list --name --quorum --partition --cluster-id", ..rule("crm_node") },
    Rule { flags: "-L -V -S --live-check --verbose", needs: &["-L --live-check"], ..rule("crm_verify") },
    Rule {
        flags: "-s -L -U --show-scores --live-check --show-utilization",
        needs: &["-L --live-check"],
        ..rule("crm_simulate")
    },
    Rule { flags: "-s -b -n", needs: &["-s -n"], ..rule("corosync-cfgtool") },
    Rule { flags: "-s -l -i -p", ..rule("corosync-quorumtool") },
    Rule { takes: &[("-g", Name)], ..rule("corosync-cmapctl") },
    Rule { under: "list | peers", flags: "-s", ..rule("booth") },
    Rule { takes: &[("-d", Kind::List)], under: "list | dump", rest: none(), ..rule("sbd") },
    Rule { under: "query-watchdog", ..rule("sbd") },
    Rule {
        takes: &[("-H --history", Plain)],
        flags: "-L --list-registered -I --list-installed",
        ..rule("stonith_admin")
    },
];
