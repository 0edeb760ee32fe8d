//! What queues say of themselves: Kafka, ZooKeeper, RabbitMQ and others. Nothing that is in them.

use crate::rule::Kind;
use crate::rule::Kind::{Configuration, Count, Name, OneOf, Plain, Ranges, Text, Word};
use crate::rule::{Rule, Style, any, at_most, exactly, none, rule};

/// The brokers; what the client goes by may name classes to load, so only what the keeper of the machine has written.
const BROKERS: (&str, Kind) = ("--bootstrap-server --bootstrap-controller --broker-list --zookeeper", Name);
const SETTINGS: (&str, Kind) = ("--command-config", Configuration);

/// What nodes of ZooKeeper hold that is no secret.
const NODES: &str = "/controller /controller_epoch /cluster/id /brokers/ids/0 /brokers/ids/1 /brokers/ids/2 /brokers/ids/3 \
                     /brokers/ids/4 /brokers/ids/5 /brokers/ids/6 /zookeeper/config";

/// What the shell of ZooKeeper is asked, and where.
const SHELL: &str = "ls stat / /brokers /brokers/ids /brokers/topics /consumers /controller /admin /admin/delete_topics \
                     /isr_change_notification /zookeeper";

const RABBIT: &[(&str, Kind)] = &[
    ("-n --node", Name),
    ("-p --vhost", Name),
    ("-t --timeout", Count),
    ("--formatter", OneOf("json pretty_table table csv erlang string")),
    ("--unit", OneOf("bytes B kB KB mB MB gB GB tB TB days weeks months years")),
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        flags: "--describe --list --under-replicated-partitions --unavailable-partitions --under-min-isr-partitions \
                --at-min-isr-partitions --topics-with-overrides --exclude-internal",
        takes: &[BROKERS, SETTINGS, ("--topic --topic-id --partition-size-limit-per-response", Text)],
        needs: &["--describe --list"],
        ..rule("kafka-topics.sh kafka-topics")
    },
    Rule {
        flags: "--describe --list --all-groups --members --verbose --offsets",
        takes: &[BROKERS, SETTINGS, ("--group", Text), ("--timeout", Count)],
        may_take: &[("--state --type", Name)],
        needs: &["--describe --list"],
        ..rule("kafka-consumer-groups.sh kafka-consumer-groups kafka-share-groups.sh kafka-share-groups")
    },
    Rule {
        flags: "--describe",
        takes: &[
            ("--bootstrap-server --bootstrap-controller", Name),
            SETTINGS,
            ("--broker-list", Ranges),
            ("--topic-list", Name),
        ],
        needs: &["--describe"],
        ..rule("kafka-log-dirs.sh kafka-log-dirs")
    },
    Rule { takes: &[BROKERS, SETTINGS], ..rule("kafka-broker-api-versions.sh kafka-broker-api-versions") },
    Rule {
        flags: "--describe --all --entity-default",
        takes: &[
            BROKERS,
            SETTINGS,
            ("--entity-type", OneOf("topics brokers clients broker-loggers groups ips")),
            ("--entity-name --topic --broker --group", Name),
        ],
        needs: &["--describe"],
        ..rule("kafka-configs.sh kafka-configs")
    },
    Rule {
        flags: "--list",
        takes: &[BROKERS, SETTINGS, ("--topic --group --cluster --principal --resource-pattern-type", Name)],
        needs: &["--list"],
        ..rule("kafka-acls.sh kafka-acls kafka-reassign-partitions.sh kafka-reassign-partitions")
    },
    Rule {
        flags: "--exclude-internal-topics",
        takes: &[BROKERS, SETTINGS, ("--topic --topic-partitions --partitions", Name), ("--time", Count)],
        ..rule("kafka-get-offsets.sh kafka-get-offsets")
    },
    Rule {
        under: "describe",
        flags: "--status --replication --human-readable",
        takes: &[BROKERS, SETTINGS],
        needs: &["--status --replication"],
        rest: none(),
        ..rule("kafka-metadata-quorum.sh kafka-metadata-quorum")
    },
    Rule { under: "describe", takes: &[BROKERS, SETTINGS], rest: none(), ..rule("kafka-features.sh kafka-features") },
    Rule {
        under: "list | describe | describe-producers | find-hanging",
        takes: &[BROKERS, SETTINGS, ("--transactional-id --topic --broker-id --partition --state", Name)],
        rest: none(),
        ..rule("kafka-transactions.sh kafka-transactions")
    },
    Rule {
        under: "cluster-id | list-endpoints",
        takes: &[("-b --bootstrap-server --bootstrap-controller", Name), ("--config", Configuration)],
        rest: none(),
        ..rule("kafka-cluster.sh kafka-cluster")
    },
    // Which topics and offsets there are, but no messages.
    Rule {
        flags: "-L -J -q",
        takes: &[("-b", Name), ("-t", Name), ("-m", Count)],
        needs: &["-L"],
        ..rule("kcat kafkacat")
    },
    Rule {
        flags: "-Q -J -q",
        takes: &[("-b", Name), ("-t", Name), ("-m", Count)],
        needs: &["-Q"],
        ..rule("kcat kafkacat")
    },
    Rule {
        under: "cluster info/health/metadata/status | topic list/describe | group list/describe | version",
        flags: "-a -p -s --detailed --print-all --print-partitions --print-summary",
        rest: any(Name),
        ..rule("rpk")
    },
    Rule {
        under: "ls | stat | ls2 | getAllChildrenNumber | version | listquota",
        flags: "-s -R -r",
        takes: &[("-server", Name), ("-timeout", Count)],
        rest: at_most(1, Name),
        style: Style::Words,
        ..rule("zkCli.sh zkCli zkcli")
    },
    Rule {
        under: "get",
        flags: "-s -r",
        takes: &[("-server", Name), ("-timeout", Count)],
        rest: exactly(1, OneOf(NODES)),
        style: Style::Words,
        ..rule("zkCli.sh zkCli zkcli")
    },
    // The server first, then what is asked.
    Rule {
        first: Some((Name, "")),
        rest: exactly(2, OneOf(SHELL)),
        style: Style::Text,
        ..rule("zookeeper-shell.sh zookeeper-shell")
    },
    Rule { under: "status", rest: none(), ..rule("zkServer.sh zkServer") },
    // Neither the environment nor parameters, in which passwords are.
    Rule {
        under: "status | cluster_status | list_queues | list_connections | list_channels | list_exchanges | \
                list_bindings | list_consumers | list_vhosts | list_users | list_permissions | list_user_permissions | \
                list_topic_permissions | list_user_topic_permissions | list_policies | list_operator_policies | \
                list_vhost_limits | list_user_limits | list_feature_flags | list_deprecated_features | \
                list_unresponsive_queues | list_ciphers | list_hashes | ping | version | node_health_check | \
                list_stream_connections | list_stream_consumers | list_stream_publishers | list_mqtt_connections | \
                list_node_auth_attempt_stats",
        flags: "-q -s --quiet --silent --online --offline --local --no-table-headers --by-source",
        takes: RABBIT,
        rest: any(Plain),
        ..rule("rabbitmqctl")
    },
    Rule {
        under: "status | ping | alarms | listeners | memory_breakdown | check_running | check_local_alarms | check_alarms | \
                check_port_connectivity | check_port_listener | check_protocol_listener | check_virtual_hosts | \
                check_certificate_expiration | check_if_node_is_quorum_critical | check_if_node_is_mirror_sync_critical | \
                check_if_cluster_has_classic_queue_mirroring_policy | check_if_any_deprecated_features_are_used | \
                check_for_quorum_queues_without_an_elected_leader | cluster_status | server_version | erlang_version | \
                is_running | is_booting | log_location | log_tail | runtime_thread_stats | maybe_stuck | disk_free | \
                list_network_interfaces | list_node_auth_attempt_stats | list_policies_that_match | cipher_suites | tls_versions | \
                certificates | resolver_info | resolve_hostname | schema_info | metadata_store_status | discover_peers",
        flags: "-q -s --quiet --silent --all",
        takes: &[
            ("-n --node", Name),
            ("-p --vhost", Name),
            ("-t --timeout -N --number --sample-interval --within --address-family", Name),
            ("--formatter", OneOf("json pretty_table table csv erlang string")),
            ("--unit", OneOf("bytes B kB KB mB MB gB GB tB TB days weeks months years")),
        ],
        rest: at_most(2, Plain),
        ..rule("rabbitmq-diagnostics")
    },
    Rule {
        under: "quorum_status | stream_status | check_if_node_is_quorum_critical",
        flags: "-q -s --quiet --silent --tracking",
        takes: RABBIT,
        rest: at_most(1, Plain),
        ..rule("rabbitmq-queues rabbitmq-streams")
    },
    Rule {
        under: "list | is_enabled | directories",
        flags: "-q -s -e -E -m -v --quiet --silent --enabled --implicitly-enabled --minimal --verbose",
        takes: &[("-n --node", Name), ("--formatter", OneOf("json"))],
        rest: any(Plain),
        ..rule("rabbitmq-plugins")
    },
    // With the account of its own configuration; and not the users, whose digests it would show.
    Rule {
        under: "list queues/exchanges/bindings/connections/channels/consumers/nodes/vhosts/policies | show overview",
        takes: &[
            ("-V --vhost -N --node -S --sort", Name),
            ("-f --format", OneOf("table tsv long kvp raw_json pretty_json bash")),
        ],
        rest: any(Plain),
        ..rule("rabbitmqadmin")
    },
    // A word that begins with `@` would be read as the name of a file.
    Rule {
        under: "server check connection/stream/consumer/jetstream/message/meta | server ls/list/ping/info | server report \
                connections/accounts/jetstream | stream ls/list/info/report/state/subjects | consumer ls/list/info/report | account \
                info | rtt | kv ls/list/info | object ls/list/info | context ls",
        flags: "-a -n --all --names --json",
        takes: &[("--context --stream", Word)],
        rest: at_most(2, Word),
        ..rule("nats")
    },
    Rule { under: "list | bstat | status | dstat", rest: at_most(1, OneOf("queues topics")), ..rule("activemq") },
    Rule {
        flags: "--status --workers --getpid --server-version",
        takes: &[("-h --host", Name), ("-p --port", Count)],
        ..rule("gearadmin")
    },
];
