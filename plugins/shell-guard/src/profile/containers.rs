//! Containers and clusters. Nothing shows environments or secrets.

use crate::rule::Kind;
use crate::rule::Kind::{
    BsdFlags, Columns, Count, Name, OneOf, OpenResources, Output, Plain, Read, Resources, StatusPath, Summary,
    Template, Text,
};
use crate::rule::{Rule, any, at_most, between, exactly, none, rule, some};

const KUBE_FLAGS: &str = "-A --all-namespaces --no-headers --show-labels --show-kind --ignore-not-found";

const KUBE_VALUES: &[(&str, Kind)] = &[
    ("-n --namespace --context --request-timeout -L --label-columns", Name),
    ("-l --selector --field-selector --sort-by", Text),
];

/// Where a cluster tells its health.
const HEALTH: &str = "/healthz /healthz?verbose /livez /livez?verbose /readyz /readyz?verbose /version";

/// Where the runtimes of this machine listen.
const RUNTIMES: &str = "unix:///run/containerd/containerd.sock unix:///var/run/containerd/containerd.sock \
                        unix:///run/crio/crio.sock unix:///var/run/crio/crio.sock";

const COMPOSE_VALUES: &[(&str, Kind)] =
    &[("-n --tail", Name), ("-p --project-name", Plain), ("--since --until --filter --status --format", Text)];

pub(super) const RULES: &[Rule] = &[
    Rule {
        under: "ps | container ls/ps/list",
        flags: "-a -l -q -s --all --latest --quiet --size --no-trunc",
        takes: &[("-f --filter --format", Text), ("-n --last", Count)],
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "images | image ls/list",
        flags: "-a -q --all --quiet --digests --no-trunc",
        takes: &[("-f --filter --format", Text)],
        rest: at_most(1, Name),
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "logs | container logs",
        flags: "-f -t --follow --timestamps --details",
        takes: &[("-n --tail", Name), ("--since --until", Text)],
        rest: exactly(1, Name),
        ..rule("docker podman nerdctl")
    },
    // By itself it would show the environment, where the passwords are.
    Rule {
        under: "inspect | container/image inspect",
        takes: &[("-f --format", Template), ("--type", Name)],
        needs: &["-f --format"],
        rest: some(Name),
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "stats | container stats",
        flags: "-a --all --no-stream --no-trunc",
        takes: &[("--format", Text)],
        needs: &["--no-stream"],
        rest: any(Name),
        ..rule("docker podman nerdctl")
    },
    // Both ends, or it would never end.
    Rule {
        under: "events | system events",
        takes: &[("-f --filter --format --since --until", Text)],
        needs: &["--since", "--until"],
        ..rule("docker podman nerdctl")
    },
    Rule { under: "top/diff | container top/diff", rest: exactly(1, Plain), ..rule("docker podman nerdctl") },
    Rule { under: "port | container port", rest: between(1, 2, Plain), ..rule("docker podman nerdctl") },
    Rule {
        under: "version | info | system df/info | network/volume/node/service/stack ls/list",
        flags: "-a -q -v --all --quiet --verbose --no-trunc",
        takes: &[("-f --filter --format", Text)],
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "network inspect | service/stack ps",
        flags: "--no-trunc",
        takes: &[("--format", Text)],
        rest: some(Name),
        ..rule("docker podman nerdctl")
    },
    // What stands behind the container is for `ps`.
    Rule {
        under: "top | container top",
        flags: "-e -f -F -l -L -w",
        takes: &[("-o", Columns)],
        rest: exactly(1, Plain),
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "top | container top",
        first: Some((Plain, "")),
        rest: exactly(1, BsdFlags),
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "history | image history",
        flags: "-q --quiet --no-trunc --human",
        takes: &[("--format", Text)],
        rest: exactly(1, Name),
        ..rule("docker podman nerdctl")
    },
    // Secrets and configurations by name only.
    Rule {
        under: "secret/config/context/plugin/pod/machine/buildx ls/list | pod ps | buildx du/version | builder du",
        flags: "-a -q --all --quiet --no-trunc --verbose",
        takes: &[("-f --filter --format", Text)],
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "service logs",
        flags: "-f -t --follow --timestamps --raw --no-trunc --no-task-ids --no-resolve",
        takes: &[("-n --tail", Name), ("--since", Text)],
        rest: exactly(1, Plain),
        ..rule("docker")
    },
    // Before `logs` a short `-f` names a file of services; behind it, where it follows, what comes next is taken for one.
    Rule {
        under: "compose ps/images/top/logs/ls/version/port/volumes/stats",
        flags: "-a -q -t --all --follow --quiet --services --timestamps --no-color --no-log-prefix --short --no-trunc \
                --no-stream --orphans",
        takes: COMPOSE_VALUES,
        rest: any(Name),
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "compose ps/images/top/logs/ls/version/port/volumes/stats",
        flags: "-a -q -t --all --follow --quiet --services --timestamps --no-color --no-log-prefix --short --no-trunc \
                --no-stream --orphans",
        takes: &[
            ("-f --file", Read),
            ("-n --tail", Name),
            ("-p --project-name", Plain),
            ("--since --until --filter --status --format", Text),
        ],
        rest: any(Name),
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "ps | images | top | version | port",
        flags: "-a -q --all --quiet --services --short",
        takes: &[("-f --file", Read), ("-p --project-name", Plain), ("--filter --status --format", Text)],
        rest: any(Name),
        ..rule("docker-compose podman-compose")
    },
    Rule {
        under: "logs",
        flags: "-t --follow --timestamps --no-color --no-log-prefix",
        takes: &[("-f --file", Read), ("-p --project-name", Plain), ("--tail", Name), ("--since --until", Text)],
        rest: any(Name),
        ..rule("docker-compose podman-compose")
    },
    Rule {
        under: "ps | pods | images | stats | statsp | info | version | imagefsinfo",
        flags: "-a -q -v --all --quiet --latest --no-trunc --digests",
        takes: &[
            ("--name --state --label --image --namespace --pod -p -n --last -o --output --id", Name),
            ("-r --runtime-endpoint", OneOf(RUNTIMES)),
        ],
        rest: at_most(1, Plain),
        ..rule("crictl")
    },
    Rule {
        under: "logs",
        flags: "-f -t -p --follow --timestamps --previous",
        takes: &[("--tail", Count), ("--since", Name)],
        rest: exactly(1, Name),
        ..rule("crictl")
    },
    Rule {
        flags: "-q --quiet",
        takes: &[("-n --namespace", Name)],
        under: "containers/c/images/i/tasks/t/namespaces/ns list/ls | version",
        rest: none(),
        ..rule("ctr")
    },
    // Neither `get`, which shows what was set, secrets too, nor what reads a chart.
    Rule {
        under: "list/ls | repo list/ls | version",
        flags: "-A -a -d -q -r --all-namespaces --all --date --deployed --failed --pending --reverse --short",
        takes: &[("-n --namespace --kube-context -o --output -l --selector -f --filter -m --max", Name)],
        rest: none(),
        ..rule("helm")
    },
    Rule {
        under: "status | history",
        takes: &[("-n --namespace --kube-context -o --output --revision --max", Name)],
        rest: exactly(1, Name),
        ..rule("helm")
    },
    // A definition may carry an environment, so of most things only the summary is shown, of whatever kind they are.
    Rule {
        under: "get",
        flags: KUBE_FLAGS,
        takes: &[
            ("-n --namespace --context --request-timeout -L --label-columns", Name),
            ("-l --selector --field-selector --sort-by", Text),
            ("-o --output", OneOf("wide name")),
        ],
        first: Some((Summary, "")),
        rest: any(Plain),
        ..rule("kubectl oc")
    },
    Rule {
        under: "get",
        flags: KUBE_FLAGS,
        takes: &[
            ("-n --namespace --context --request-timeout -L --label-columns", Name),
            ("-l --selector --field-selector --sort-by", Text),
            ("-o --output", Output),
        ],
        first: Some((OpenResources, "")),
        rest: any(Plain),
        ..rule("kubectl oc")
    },
    // Their state, but not their specification.
    Rule {
        under: "get",
        flags: KUBE_FLAGS,
        takes: &[
            ("-n --namespace --context --request-timeout", Name),
            ("-l --selector --field-selector --sort-by", Text),
            ("-o --output", StatusPath),
        ],
        first: Some((Resources, "")),
        rest: any(Plain),
        ..rule("kubectl oc")
    },
    // What the cluster says of its own health.
    Rule {
        under: "get",
        takes: &[("--raw", OneOf(HEALTH)), ("--context --request-timeout", Name)],
        needs: &["--raw"],
        rest: none(),
        ..rule("kubectl oc")
    },
    Rule {
        under: "api-resources",
        flags: "--no-headers --cached",
        takes: &[("--verbs --api-group --sort-by --categories --context -o --output", Name)],
        may_take: &[("--namespaced", OneOf("true false"))],
        rest: none(),
        ..rule("kubectl oc")
    },
    Rule {
        under: "describe",
        flags: KUBE_FLAGS,
        takes: KUBE_VALUES,
        first: Some((Resources, "")),
        rest: any(Plain),
        ..rule("kubectl oc")
    },
    Rule {
        under: "logs",
        flags: "-f -p --follow --previous --all-containers --timestamps --prefix --ignore-errors --all-pods",
        takes: &[
            ("-n --namespace --context --request-timeout -c --container --since --since-time", Name),
            ("-l --selector", Text),
            ("--tail --limit-bytes --max-log-requests", Count),
        ],
        rest: at_most(2, Name),
        ..rule("kubectl oc")
    },
    Rule {
        under: "top pod/pods/po/node/nodes/no",
        flags: "-A --all-namespaces --containers --no-headers --sum --show-capacity",
        takes: KUBE_VALUES,
        rest: at_most(1, Name),
        ..rule("kubectl oc")
    },
    Rule {
        under: "rollout history/status",
        takes: &[("-n --namespace --context --revision --timeout", Name)],
        first: Some((Resources, "")),
        rest: any(Plain),
        ..rule("kubectl oc")
    },
    Rule {
        under: "version | cluster-info | api-resources | api-versions | config \
                current-context/get-contexts/get-clusters | events",
        flags: "-A --all-namespaces --client --short --namespaced --no-headers",
        takes: &[("-n --namespace --context --request-timeout", Name), ("-o --output", OneOf("wide name json yaml"))],
        rest: none(),
        ..rule("kubectl oc")
    },
    Rule {
        under: "auth can-i/whoami",
        flags: "-A -q --list --all-namespaces --quiet",
        takes: &[("-n --namespace --context", Name)],
        rest: any(Name),
        ..rule("kubectl oc")
    },
    Rule {
        under: "explain",
        flags: "--recursive",
        takes: &[("--api-version", Name)],
        rest: exactly(1, Name),
        ..rule("kubectl oc")
    },
    // It waits, and changes nothing.
    Rule {
        under: "wait",
        flags: "-A --all --all-namespaces",
        takes: &[("-n --namespace --context --timeout", Name), ("-l --selector --for", Text)],
        needs: &["--timeout"],
        first: Some((Resources, "")),
        rest: any(Plain),
        ..rule("kubectl oc")
    },
    Rule {
        under: "get all/kustomizations/helmreleases/sources | app list | proxy-status | check | status | node status \
                | backup get",
        flags: "-A --all-namespaces",
        takes: &[("-n --namespace", Name)],
        rest: at_most(1, Plain),
        ..rule("flux argocd istioctl linkerd cilium calicoctl velero")
    },
];
