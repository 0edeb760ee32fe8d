//! Where services tell how they are, and what may be asked there, as data. Nothing here shows what a service keeps for others,
//! its settings or its environment.

/// The last part of a path at which services of all kinds tell their health.
const ENDS: &str = "alerts allocation fpm-status fpm_status health healthz healthcheck health-check health_check healthy \
                    heartbeat indices info leader live liveness livez metrics nginx_status nginx-status basic_status nodes \
                    overview peers pending_tasks ping php-fpm-status ready readiness readyz server-status shards startup \
                    startupz stats stats;csv haproxy;csv haproxy_stats;csv haproxy-stats;csv ;csv admin;csv monitor;csv \
                    status recovery thread_pool stub_status summary targets up version _up _health _status _ping";

/// What must not stand before it: what services keep for others, and their settings.
const KEPT: &str = "_doc _msearch _search _source _sql auth config configmaps configprops configs containers data env heapdump \
                    images kv keys secret secrets sessions token tokens user users";

/// What may stand behind such a path: forms of the answer.
/// Not `full`, which shows the requests of others.
const FORMS: &str = "auto exclude format h help html human json notable openmetrics plain pretty s ts usedonly v verbose \
                     xml level local bytes";

/// Paths of certain services, and the parameters that they may have there. `*` is one part of a path, a name or several
/// with commas; `name=value` is a parameter with that value alone.
const PATHS: &[(&str, &str)] = &[
    // Elasticsearch and OpenSearch. Not what is in an index, and not the state with all its settings.
    ("_cat", ""),
    ("_cat/*", CAT),
    ("_cat/*/*", CAT),
    ("_cluster/health", ELASTIC),
    ("_cluster/health/*", ELASTIC),
    ("_cluster/stats", ELASTIC),
    ("_cluster/stats/nodes/*", ELASTIC),
    ("_cluster/pending_tasks", ELASTIC),
    ("_cluster/allocation/explain", ELASTIC),
    ("_cluster/settings", ELASTIC),
    ("_nodes/stats", ELASTIC),
    ("_nodes/stats/*", ELASTIC),
    ("_nodes/*/stats", ELASTIC),
    ("_nodes/*/stats/*", ELASTIC),
    ("_nodes/hot_threads", ELASTIC),
    ("_nodes/*/hot_threads", ELASTIC),
    ("_nodes/usage", ELASTIC),
    ("_nodes/os", ELASTIC),
    ("_nodes/http", ELASTIC),
    ("_nodes/plugins", ELASTIC),
    ("_nodes/thread_pool", ELASTIC),
    ("_stats", ELASTIC),
    ("_stats/*", ELASTIC),
    ("*/_stats", ELASTIC),
    ("*/_stats/*", ELASTIC),
    ("*/_count", ELASTIC),
    ("*/_recovery", ELASTIC),
    ("*/_segments", ELASTIC),
    ("*/_shard_stores", ELASTIC),
    ("*/_ilm/explain", ELASTIC),
    ("*/_mapping", ELASTIC),
    ("*/_settings", ELASTIC),
    ("_recovery", ELASTIC),
    ("_shard_stores", ELASTIC),
    ("_aliases", ELASTIC),
    ("_alias", ELASTIC),
    ("_tasks", "actions group_by nodes pretty human"),
    ("_ilm/status", ELASTIC),
    ("_license", ELASTIC),
    ("_remote/info", ELASTIC),
    ("_health_report", ELASTIC),
    ("_health_report/*", ELASTIC),
    ("_snapshot/_status", ELASTIC),
    ("_snapshot/*/_status", ELASTIC),
    ("_snapshot/*/*/_status", ELASTIC),
    ("_plugins/_ism/explain/*", ELASTIC),
    ("_node/stats", ELASTIC),
    ("_node/stats/*", ELASTIC),
    ("_node/stats/*/*", ELASTIC),
    ("_node/hot_threads", ELASTIC),
    // Prometheus and its kin. Not `status/config`, in which passwords may be.
    ("api/v1/query", "query time timeout limit"),
    ("api/v1/query_range", "query start end step timeout limit"),
    ("api/v1/targets", "state scrapePool"),
    ("api/v1/targets/metadata", "metric limit match_target"),
    ("api/v1/rules", "type rule_name[] rule_group[] file[] health group_limit exclude_alerts"),
    ("api/v1/alerts", ""),
    ("api/v1/alertmanagers", ""),
    ("api/v1/labels", "match[] start end limit"),
    ("api/v1/label/*/values", "match[] start end limit"),
    ("api/v1/series", "match[] start end limit"),
    ("api/v1/metadata", "metric limit"),
    ("api/v1/status/buildinfo", ""),
    ("api/v1/status/runtimeinfo", ""),
    ("api/v1/status/tsdb", "limit topN"),
    ("api/v1/status/walreplay", ""),
    ("api/v1/status/flags", ""),
    ("api/v2/alerts", "active silenced inhibited unprocessed receiver filter"),
    ("api/v2/alerts/groups", "active silenced inhibited receiver filter"),
    ("api/v2/silences", "filter"),
    ("api/v2/receivers", ""),
    ("metrics/*", "format"),
    ("-/*", ""),
    ("stats/prometheus", "usedonly filter text_readouts"),
    ("loki/api/v1/labels", "start end since"),
    ("loki/api/v1/status/buildinfo", ""),
    ("ring", ""),
    ("memberlist", ""),
    ("api/health", ""),
    // Spring. Neither `env`, `configprops` nor `heapdump`, `httpexchanges` and `sessions`.
    ("actuator", ""),
    ("*/actuator", ""),
    ("actuator/health/*", ""),
    ("actuator/metrics", ""),
    ("actuator/metrics/*", "tag"),
    ("*/actuator/metrics/*", "tag"),
    ("actuator/prometheus", "includedNames"),
    ("actuator/loggers", ""),
    ("actuator/loggers/*", ""),
    ("actuator/threaddump", ""),
    ("actuator/scheduledtasks", ""),
    ("actuator/caches", ""),
    ("actuator/conditions", ""),
    ("q/health/*", ""),
    ("q/metrics", ""),
    // Consul, Nomad, Vault and etcd. Neither keys and values nor `agent/self`.
    ("v1/agent/members", "wan segment"),
    ("v1/agent/checks", "filter"),
    ("v1/agent/version", ""),
    ("v1/agent/metrics", "format"),
    ("v1/agent/health", "type"),
    ("v1/agent/health/service/name/*", "format"),
    ("v1/health/state/*", "dc filter near ns"),
    ("v1/health/service/*", "dc passing tag filter near ns"),
    ("v1/health/node/*", "dc filter ns"),
    ("v1/health/checks/*", "dc filter ns"),
    ("v1/catalog/services", "dc filter ns"),
    ("v1/catalog/service/*", "dc tag filter ns"),
    ("v1/catalog/nodes", "dc filter near"),
    ("v1/catalog/datacenters", ""),
    ("v1/coordinate/nodes", "dc"),
    ("v1/operator/raft/configuration", "stale"),
    ("v1/operator/autopilot/health", "dc"),
    ("v1/operator/autopilot/state", "dc"),
    ("v1/status/*", ""),
    ("v1/sys/health", "standbyok perfstandbyok sealedcode standbycode uninitcode"),
    ("v1/sys/seal-status", ""),
    ("v1/sys/leader", ""),
    ("v1/nodes", "prefix resources"),
    ("v1/allocations", "prefix"),
    ("v1/jobs", "prefix"),
    ("v1/regions", ""),
    // Proxies. Neither `config_dump` nor middlewares, in which passwords may be.
    ("clusters", "format filter"),
    ("server_info", ""),
    ("listeners", "format"),
    ("memory", ""),
    ("certs", ""),
    ("hot_restart_version", ""),
    ("stats", "filter format usedonly hidden type"),
    ("api/http/routers", "search status per_page page"),
    ("api/http/routers/*", ""),
    ("api/http/services", "search status per_page page"),
    ("api/http/services/*", ""),
    ("api/tcp/routers", ""),
    ("api/tcp/services", ""),
    ("api/udp/services", ""),
    ("api/entrypoints", ""),
    ("api/version", ""),
    ("api/*/nginx", ""),
    ("api/*/processes", ""),
    ("api/*/connections", ""),
    ("api/*/ssl", ""),
    ("api/*/http/requests", ""),
    ("api/*/http/server_zones", ""),
    ("api/*/http/upstreams", ""),
    ("api/*/http/upstreams/*", ""),
    ("api/*/http/caches", ""),
    ("api/*/stream/upstreams", ""),
    ("reverse_proxy/upstreams", ""),
    ("squid-internal-mgr/*", ""),
    ("haproxy", ";csv stats;csv stats"),
    ("", ";csv stats;csv stats pretty"),
    ("haproxy_stats", ";csv"),
    ("stats", ";csv stats;csv"),
    // Clusters.
    ("healthz/*", "verbose exclude"),
    ("livez/*", "verbose exclude"),
    ("readyz/*", "verbose exclude"),
    ("metrics/cadvisor", ""),
    ("stats/summary", "only_cpu_and_memory"),
    ("proxyMode", ""),
    ("v2", ""),
    ("v2/_catalog", "n"),
    ("v2/*/tags/list", "n"),
    ("v2/*/*/tags/list", "n"),
    ("minio/health/*", "maintenance"),
    ("minio/v2/metrics/*", ""),
    // Queues and others.
    ("connectors", "expand=status"),
    ("connectors/*/status", ""),
    ("connectors/*/topics", ""),
    ("connector-plugins", ""),
    ("subjects", ""),
    ("subjects/*/versions", ""),
    ("commands/*", ""),
    ("api/system/*", ""),
    ("api/status", ""),
    ("api/v1/info", ""),
    ("api/v1/alarms", "all"),
    ("jobs/overview", ""),
    ("taskmanagers", ""),
    ("ws/v1/cluster/*", ""),
    ("ws/v1/node/info", ""),
    ("solr/admin/cores", "action=STATUS wt indent core"),
    ("solr/admin/collections", "action=CLUSTERSTATUS action=LIST wt indent collection"),
    ("solr/admin/metrics", "group prefix wt"),
    ("solr/*/admin/ping", "wt"),
    ("solr/*/replication", "command=details wt"),
    ("replicas_status", ""),
    ("debug/pprof/goroutine", "debug=1"),
    ("service/rest/v1/status", ""),
    ("service/rest/v1/status/*", ""),
];

/// What the tables of Elasticsearch take.
const CAT: &str = "v h s help format bytes time size ts pri health expand_wildcards include_unloaded_segments active_only \
                   full_id local master_timeout pretty nodes actions human";

/// And what the rest of it takes.
const ELASTIC: &str = "pretty human level local wait_for_status timeout master_timeout format filter_path flat_settings \
                       include_defaults include_disk_info include_yes_decisions threads type interval actions group_by nodes \
                       detailed metric fields completion_fields fielddata_fields groups expand_wildcards active_only v \
                       verbose only_errors only_managed include_unmapped";

/// What the first `*` of a path may be, where not every name is harmless.
const CLOSED: &[(&str, &str)] = &[
    ("metrics/*", "cadvisor resource probes slis job find detailed per-object prometheus requests"),
    ("-/*", "healthy ready health readiness liveness metrics"),
    ("_cat/*", CATS),
    ("_cat/*/*", CATS),
    ("v1/status/*", "leader peers"),
    (
        "commands/*",
        "ruok stats stat srvr monitor mntr is_read_only leader connections cons voting_view zabstate watch_summary",
    ),
    ("api/system/*", "status health ping"),
    ("ws/v1/cluster/*", "info metrics nodes scheduler"),
    ("squid-internal-mgr/*", "info 5min 60min counters mem menu utilization server_list storedir"),
    ("minio/v2/metrics/*", "cluster node bucket"),
];

const CATS: &str = "aliases allocation cluster_manager component_templates count fielddata health indices master nodeattrs nodes \
                    pending_tasks plugins recovery repositories segments shards snapshots tasks templates thread_pool \
                    ml transforms";

/// Where the state of a thing is its whole definition, with its environment.
const STATES: &[&str] = &["api/v1/namespaces/", "apis/"];

/// The most parameters.
const MOST: usize = 16;

/// Whether a service tells at the path how it is, and may be asked so.
pub(super) fn are_known(path: &str, query: Option<&str>) -> bool {
    let path = path.trim_end_matches('/');
    if !path.chars().all(|c| c.is_ascii_alphanumeric() || "/_.,:;*-".contains(c)) || path.contains("..") {
        return false;
    }
    // The whole page shows the requests of others, with their queries; the short one numbers.
    if last_part(path) == "server-status" && !query.is_some_and(|query| query.split('&').any(|name| name == "auto")) {
        return false;
    }
    if STATES.iter().any(|place| path.starts_with(place)) {
        return false;
    }
    let is_plain =
        || !path.contains(['.', ',', ':', '*']) && !path.split('/').any(|part| super::super::one_of(KEPT, part));
    let is_end = is_plain() && (path.is_empty() || super::super::one_of(ENDS, last_part(path)));
    let asks = is_end.then_some(FORMS);
    let paths = PATHS.iter().filter(|(pattern, _)| is_at(pattern, path)).map(|(_, asks)| *asks);
    asks.into_iter().chain(paths).any(|asks| are_allowed(asks, query))
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Whether the path is what the pattern says.
fn is_at(pattern: &str, path: &str) -> bool {
    let closed = CLOSED.iter().find(|(closed, _)| *closed == pattern).map_or("", |(_, names)| *names);
    let is_free = |part: &str| !part.is_empty() && (!part.starts_with('_') || matches!(part, "_all" | "_local"));
    let mut parts = path.split('/');
    let mut stars = 0;
    let is_so = pattern.split('/').all(|expected| {
        parts.next().is_some_and(|part| match expected {
            "*" if stars == 0 && !closed.is_empty() => {
                stars += 1;
                super::super::one_of(closed, part)
            }
            "*" => is_free(part),
            _ => part == expected,
        })
    });
    is_so && parts.next().is_none()
}

/// Whether every parameter is one that may be asked.
fn are_allowed(asks: &str, query: Option<&str>) -> bool {
    let Some(query) = query else { return true };
    if super::super::one_of(asks, query) {
        return true;
    }
    let mut parameters = query.split('&');
    parameters.clone().count() <= MOST
        && parameters.all(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let is_expression = matches!(name, "query" | "match[]" | "filter");
            let is_value = value.chars().all(|c| match is_expression {
                true => c.is_ascii_graphic() && !"#&`\\".contains(c),
                false => c.is_ascii_alphanumeric() || "_.,:*@+%/=-".contains(c),
            });
            is_value && (super::super::one_of(asks, name) || super::super::one_of(asks, parameter))
        })
}
