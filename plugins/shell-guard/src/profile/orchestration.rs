//! What stands around clusters: charts, deliveries, meshes, networks, and what finds services and runs jobs.

use crate::rule::Kind::{Between, Count, Each, Name, OneOf, Plain, Repository, Text};
use crate::rule::{Rule, Style, any, at_most, exactly, none, rule};

/// What `vault` tells of itself, of all that it can read.
const STATES: &str = "sys/health sys/seal-status sys/ha-status sys/leader sys/host-info sys/replication/status \
                      sys/storage/raft/autopilot/state sys/storage/raft/configuration sys/mounts sys/auth sys/version-history";

pub(super) const RULES: &[Rule] = &[
    // Neither `get`, which shows what was set, secrets too, nor what reads a chart.
    Rule {
        under: "list/ls | repo list/ls | plugin list/ls | version",
        flags: "-A -a -d -q -r --all-namespaces --all --date --deployed --failed --pending --reverse --short --superseded \
                --uninstalled --uninstalling --no-headers --client",
        takes: &[
            ("-n --namespace --kube-context -o --output -m --max --offset --time-format", Name),
            ("-l --selector -f --filter", Text),
        ],
        rest: none(),
        ..rule("helm")
    },
    Rule {
        under: "history/hist | get metadata/notes",
        takes: &[("-n --namespace --kube-context -o --output --revision --max", Name)],
        rest: exactly(1, Name),
        ..rule("helm")
    },
    // In other forms than the table it shows what was set too.
    Rule {
        under: "status",
        flags: "--show-desc --show-resources",
        takes: &[("-n --namespace --kube-context --revision", Name), ("-o --output", OneOf("table"))],
        rest: exactly(1, Name),
        ..rule("helm")
    },
    Rule {
        under: "search repo",
        flags: "-l --versions --devel",
        takes: &[("-o --output --version --max-col-width", Name)],
        rest: at_most(1, Name),
        ..rule("helm")
    },
    Rule {
        under: "get all/kustomizations/kustomization/ks/helmreleases/helmrelease/hr/sources | get sources \
                all/git/helm/oci/bucket/chart | get images all/repository/policy/update | get alerts/alert-providers/receivers | \
                check | stats | version | events | tree kustomization | trace",
        flags: "-A --all-namespaces --pre --no-header --client --compact",
        takes: &[(
            "-n --namespace --context --status-selector -l --label-selector --for --types -o --output --kind \
              --api-version",
            Name,
        )],
        rest: at_most(2, Plain),
        ..rule("flux")
    },
    Rule {
        under: "logs",
        flags: "-A --all-namespaces",
        takes: &[
            ("-n --namespace --context --level --kind --name --flux-namespace --since --since-time", Name),
            ("--tail", Count),
        ],
        rest: none(),
        ..rule("flux")
    },
    // Without the parameters of applications, and without a look that makes the server look anew.
    Rule {
        under: "app list/history/resources/get | cluster list | proj list/get | repo list | version | account \
                list/get-user-info/can-i",
        flags: "--show-operation --short --client --grpc-web --orphaned",
        takes: &[
            ("-p --project -l --selector -r --repo -c --cluster -N --app-namespace", Name),
            ("-o --output", OneOf("wide name tree tree=detailed id")),
            ("--refresh --hard-refresh", OneOf("false")),
        ],
        rest: at_most(3, Plain),
        ..rule("argocd")
    },
    // With a name it would choose another one.
    Rule { under: "context", rest: none(), ..rule("argocd") },
    Rule {
        under: "app logs",
        takes: &[
            ("--tail", Count),
            ("--since-seconds", Count),
            ("--kind --name --group --namespace -c --container --filter -N --app-namespace", Name),
        ],
        needs: &["--tail --since-seconds"],
        rest: exactly(1, Plain),
        ..rule("argocd")
    },
    Rule {
        under: "proxy-status/ps | version | proxy-config/pc \
                cluster/clusters/c/listener/listeners/l/route/routes/r/endpoint/endpoints/ep | x/experimental \
                describe/precheck | x/experimental describe pod/service/svc | x authz check | authz check | describe \
                pod/service",
        flags: "-A --all-namespaces --short --remote --verbose",
        takes: &[(
            "-n --namespace -i --istioNamespace --context --fqdn --port --direction --subset --address --type --name \
                 --cluster --status -o --output --revision --failure-threshold --output-threshold",
            Name,
        )],
        rest: at_most(1, Name),
        ..rule("istioctl")
    },
    // With a word behind it, it would read a file.
    Rule {
        under: "analyze",
        flags: "-A --all-namespaces --list-analyzers --color --verbose",
        takes: &[("-n --namespace --context -o --output --revision --failure-threshold --output-threshold", Name)],
        rest: none(),
        ..rule("istioctl")
    },
    Rule {
        under: "check | version | viz stat/edges/check/routes | stat | edges | routes | diagnostics \
                endpoints/policy/proxy-metrics/controller-metrics | multicluster check/gateways | jaeger check",
        flags: "-A --all-namespaces --proxy --pre --short --client",
        takes: &[(
            "-n --namespace -o --output --wait -t --time-window --to --from --to-namespace -l --selector --context",
            Name,
        )],
        rest: at_most(2, Name),
        ..rule("linkerd")
    },
    Rule {
        under: "status | version | node list | endpoint list/get/health | service list/get | identity list/get | policy \
                get/selectors | metrics list | bpf lb/ct/endpoint/ipcache/nat/tunnel/policy list | bpf policy get | ip list | \
                fqdn cache list | map list | nodeid list | bgp peers/routes | clustermesh status | encrypt status | \
                connectivity status | encryption status | statedb dump | hubble list",
        flags: "--brief --verbose --wait --all-addresses --all-controllers --all-health --all-nodes --all-redirects \
                --all-clusters --client --numeric",
        takes: &[(
            "-n --namespace --context -o --output --wait-duration --helm-release-name -l --labels -p --match-pattern",
            Name,
        )],
        rest: at_most(2, Name),
        ..rule("cilium cilium-dbg")
    },
    Rule {
        under: "status | list nodes/namespaces | version",
        takes: &[("-o --output", Name)],
        rest: none(),
        ..rule("hubble")
    },
    // Without an end that follows.
    Rule {
        under: "observe",
        flags: "--print-node-name --print-policy-names --ip-translation --color -t",
        takes: &[(
            "--last --first -n --namespace --pod --from-pod --to-pod --service --from-service --to-service --verdict \
              --type --protocol --port --to-port --from-port --ip --from-ip --to-ip --since --until -o --output \
              --from-namespace --to-namespace --http-status --fqdn --to-fqdn --node-name --label",
            Name,
        )],
        needs: &["--last --first --since"],
        rest: none(),
        ..rule("hubble")
    },
    Rule {
        under: "status",
        flags: "--succinct --probe --verbose",
        takes: &[("-o --output", Name)],
        ..rule("cilium-health")
    },
    Rule {
        under: "node status/diags-summary | ipam show/check | version | get",
        flags: "-A --all-namespaces --show-blocks --show-borrowed --show-all-ips --show-problem-ips",
        takes: &[("-n --namespace --ip --context", Name), ("-o --output", OneOf("wide"))],
        rest: at_most(2, Plain),
        ..rule("calicoctl")
    },
    Rule {
        under: "backup/restore/schedule/backup-location/snapshot-location get/describe/logs | backup/restore/schedule get | \
                get backups/backup/restores/schedules/backup-locations/snapshot-locations | describe \
                backup/backups/restore/restores/schedule/schedules | version",
        flags: "--details --show-labels --client-only",
        takes: &[("-n --namespace -l --selector --kubecontext", Name), ("-o --output", OneOf("table"))],
        rest: any(Plain),
        ..rule("velero")
    },
    // It ends by itself only where it does not follow.
    Rule {
        flags: "-A -E -t --no-follow --all-namespaces --timestamps --only-log-lines --diff-container --init-containers \
                --ephemeral-containers",
        takes: &[
            (
                "-n --namespace --context -c --container -s --since --color --container-state --timezone --field-selector \
                 --max-log-requests --tail --node",
                Name,
            ),
            ("-o --output", OneOf("default raw json extjson ppextjson")),
            ("-l --selector -e --exclude -i --include --exclude-container --exclude-pod -H --highlight", Text),
        ],
        needs: &["--no-follow"],
        rest: any(Text),
        ..rule("stern")
    },
    Rule {
        under: "status certificate | check api",
        takes: &[("-n --namespace --wait", Name)],
        rest: at_most(1, Plain),
        ..rule("cmctl")
    },
    Rule {
        under: "services/service/health/version/containers/memory/processes/stats/time/usage/mounts | get members/nodes/disks | \
                etcd status/members | dmesg | logs",
        takes: &[("-n --nodes --context", Name), ("--tail", Count)],
        rest: at_most(1, Plain),
        ..rule("talosctl")
    },
    // The keys of the gossip, what is set and what is stored are not asked for, and no other server is told a token.
    Rule {
        under: "members | info | version | catalog nodes/services/datacenters | operator raft list-peers | operator autopilot \
                state/get-config | operator usage instances | intention list | config list | peering list | rtt | namespace \
                list | partition list | snapshot inspect",
        flags: "-wan -detailed -stale -meta -short -tags",
        takes: &[(
            "-status -segment -service -node -tag -datacenter -namespace -partition -format -kind -near -filter",
            Text,
        )],
        rest: at_most(2, Plain),
        style: Style::Words,
        ..rule("consul")
    },
    Rule {
        under: "status | version | operator raft list-peers | operator raft autopilot state/get-config | operator members | \
                auth/secrets/audit/policy/plugin/namespace list | operator key-status | license get | token capabilities",
        flags: "-detailed --detailed",
        takes: &[("-format --format -namespace -ns", Name)],
        rest: at_most(1, Name),
        style: Style::Words,
        ..rule("vault bao")
    },
    Rule {
        under: "read",
        takes: &[("-format --format", Name)],
        rest: exactly(1, OneOf(STATES)),
        style: Style::Words,
        ..rule("vault bao")
    },
    // A job's definition may carry an environment, so it is shown by its state only.
    Rule {
        under: "status | job status/history/allocs/deployments | node status | alloc status/checks | \
                alloc-status | deployment list/status | eval list/status | server members | server-members | node-status | \
                operator raft list-peers | operator autopilot health/get-config | volume status | plugin status | \
                namespace list/status | service list/info | quota list | agent-info | version | node pool list | scaling \
                policy list",
        flags: "-verbose -short -self -stats -allocs -all-allocs -evals -latest -quiet -per-page -all -node",
        takes: &[("-namespace -region -filter -type -job -status -p -task", Text)],
        rest: any(Plain),
        style: Style::Words,
        ..rule("nomad")
    },
    Rule {
        under: "node status | server members | deployment list | eval list | service list | volume status | operator autopilot \
                health | namespace list",
        flags: "-json -verbose -self -stats",
        takes: &[("-namespace -region -filter", Text)],
        rest: any(Plain),
        style: Style::Words,
        ..rule("nomad")
    },
    Rule {
        under: "alloc logs | logs",
        flags: "-stderr -stdout -tail -job -verbose",
        takes: &[("-n -c", Count), ("-task -namespace", Plain)],
        rest: any(Plain),
        style: Style::Words,
        ..rule("nomad")
    },
    // The files of keys are used and not shown.
    Rule {
        under: "member list | endpoint health/status/hashkv | alarm list | version | cluster-health | user list | role list | auth \
                status | lease list",
        flags: "--cluster --hex --insecure-transport",
        takes: &[(
            "-w --write-out --endpoints --cacert --cert --key --command-timeout --dial-timeout --ca-file --cert-file --key-file \
              -C --endpoint",
            Name,
        )],
        ..rule("etcdctl")
    },
    // The names of what is stored, and how much it is.
    Rule {
        under: "get",
        flags: "--prefix --from-key --keys-only --count-only",
        takes: &[
            ("-w --write-out --endpoints --cacert --cert --key --command-timeout --dial-timeout", Name),
            ("--limit", Between(1, 100_000)),
            ("--order --sort-by --consistency", Each("ASCEND DESCEND KEY CREATE MODIFY VERSION s l")),
        ],
        needs: &["--keys-only --count-only"],
        rest: exactly(1, Name),
        ..rule("etcdctl")
    },
    Rule {
        under: "snapshot status",
        takes: &[("-w --write-out", Name)],
        rest: exactly(1, Repository),
        ..rule("etcdctl etcdutl")
    },
];
