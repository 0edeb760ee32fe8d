//! Kubernetes by its own client, by itself and behind the names of distributions that bring it along. Nothing shows
//! secrets; the environment of a pod is part of its definition, which is where a cluster keeps none.

use crate::rule::Kind;
use crate::rule::Kind::{
    Between, Count, Name, OneOf, OpenResources, Output, Plain, Resources, StatusPath, Summary, Text,
};
use crate::rule::{Rule, any, at_most, exactly, none, rule};

const FLAGS: &str = "-A --show-kind";

/// Flags that may be said to be on or off.
const SWITCHES: &[(&str, Kind)] = &[(
    "--all-namespaces --no-headers --show-labels --ignore-not-found --server-print --show-managed-fields",
    OneOf("true false"),
)];

/// The files of the clusters of this machine, which only its keeper writes. Another one could name a program.
const CONFIGURATIONS: &str = "/etc/kubernetes/admin.conf /etc/kubernetes/super-admin.conf /etc/kubernetes/kubelet.conf \
                              /etc/kubernetes/controller-manager.conf /etc/kubernetes/scheduler.conf \
                              /etc/rancher/k3s/k3s.yaml /etc/rancher/rke2/rke2.yaml";

const PLACE: (&str, Kind) = ("-n --namespace --context --cluster --request-timeout", Name);
const CONFIGURATION: (&str, Kind) = ("--kubeconfig", OneOf(CONFIGURATIONS));
/// Above that, it shows what is sent and answered.
const LOUDNESS: (&str, Kind) = ("-v", Between(0, 5));
const CHOICE: (&str, Kind) = ("-l --selector --field-selector --sort-by", Text);
const COLUMNS: (&str, Kind) = ("-L --label-columns --chunk-size --subresource", Name);

/// Where a cluster tells its health and its load.
const HEALTH: &str = "/healthz /healthz?verbose /livez /livez?verbose /readyz /readyz?verbose /version /metrics /api /apis \
                      /healthz/etcd /livez/etcd /readyz/etcd /healthz/ping /livez/ping /readyz/ping \
                      /apis/metrics.k8s.io/v1beta1 /apis/metrics.k8s.io/v1beta1/nodes \
                      /apis/metrics.k8s.io/v1beta1/pods /apis/custom.metrics.k8s.io/v1beta1 \
                      /apis/external.metrics.k8s.io/v1beta1 /apis/metrics.k8s.io/v1beta1/nodes/* \
                      /apis/metrics.k8s.io/v1beta1/namespaces/*/pods /apis/metrics.k8s.io/v1beta1/namespaces/*/pods/* \
                      /api/v1/nodes/*/proxy/stats/summary /api/v1/nodes/*/proxy/metrics /api/v1/nodes/*/proxy/healthz \
                      /api/v1/nodes/*/proxy/metrics/cadvisor /api/v1/nodes/*/proxy/metrics/resource \
                      /api/v1/nodes/*/proxy/metrics/probes";

/// What all ways to list things have in common; each says in which form they are shown.
const GET: Rule = Rule { flags: FLAGS, may_take: SWITCHES, rest: any(Plain), ..rule("") };

macro_rules! shown {
    ($form:expr) => {
        &[PLACE, CONFIGURATION, LOUDNESS, CHOICE, COLUMNS, ("-o --output", $form)]
    };
}

/// The rules for the names, each of whose subcommands stands behind the prefix.
macro_rules! client {
    ($names:literal, $prefix:literal) => {
        &[
            // A definition may carry an environment, so of most things only the summary is shown, of whatever kind they are.
            Rule {
                names: $names,
                under: concat!($prefix, "get"),
                takes: shown!(OneOf("wide name =wide =name")),
                first: Some((Summary, "")),
                ..GET
            },
            // Many kinds and names: `pod/a svc/b`.
            Rule {
                names: $names,
                under: concat!($prefix, "get"),
                takes: shown!(OneOf("wide name =wide =name")),
                rest: any(Summary),
                ..GET
            },
            Rule {
                names: $names,
                under: concat!($prefix, "get"),
                takes: shown!(Output),
                first: Some((OpenResources, "")),
                ..GET
            },
            // As a whole a definition shows what `describe` shows too. What asks for a part of it may only ask for the state.
            Rule {
                names: $names,
                under: concat!($prefix, "get"),
                takes: shown!(OneOf("json yaml =json =yaml")),
                first: Some((Resources, "")),
                ..GET
            },
            // Of all else the state, but not the specification.
            Rule {
                names: $names,
                under: concat!($prefix, "get"),
                takes: shown!(StatusPath),
                first: Some((Summary, "")),
                ..GET
            },
            // What the cluster says of its own health.
            Rule {
                under: concat!($prefix, "get"),
                takes: &[("--raw", Kind::Route(HEALTH)), PLACE, CONFIGURATION],
                needs: &["--raw"],
                rest: none(),
                ..rule($names)
            },
            Rule {
                under: concat!($prefix, "describe"),
                flags: FLAGS,
                may_take: &[("--all-namespaces --show-events", OneOf("true false"))],
                takes: &[PLACE, CONFIGURATION, LOUDNESS, CHOICE, COLUMNS],
                first: Some((Resources, "")),
                rest: any(Plain),
                ..rule($names)
            },
            Rule {
                under: concat!($prefix, "describe"),
                takes: &[PLACE, CONFIGURATION, LOUDNESS],
                rest: any(Resources),
                ..rule($names)
            },
            Rule {
                under: concat!($prefix, "logs"),
                flags: "-f -p",
                may_take: &[(
                    "--follow --previous --all-containers --timestamps --prefix --ignore-errors --all-pods",
                    OneOf("true false"),
                )],
                takes: &[
                    PLACE,
                    CONFIGURATION,
                    LOUDNESS,
                    ("-c --container --since --since-time --pod-running-timeout", Name),
                    ("-l --selector", Text),
                    ("--tail --limit-bytes --max-log-requests", Count),
                ],
                rest: at_most(2, Name),
                ..rule($names)
            },
            Rule {
                under: concat!($prefix, "top pod/pods/po/node/nodes/no"),
                flags: "-A --use-protocol-buffers",
                may_take: &[(
                    "--all-namespaces --containers --no-headers --sum --show-capacity --show-swap",
                    OneOf("true false"),
                )],
                takes: &[PLACE, CONFIGURATION, LOUDNESS, CHOICE],
                rest: at_most(1, Name),
                ..rule($names)
            },
            Rule {
                under: concat!($prefix, "rollout history/status"),
                takes: &[
                    PLACE,
                    CONFIGURATION,
                    ("--revision --timeout", Name),
                    ("-l --selector", Text),
                    ("--watch", OneOf("true false")),
                ],
                first: Some((Resources, "")),
                rest: any(Plain),
                ..rule($names)
            },
            Rule {
                under: concat!(
                    $prefix,
                    "version | ",
                    $prefix,
                    "cluster-info | ",
                    $prefix,
                    "api-versions | ",
                    $prefix,
                    "config current-context/get-contexts/get-clusters/get-users | ",
                    $prefix,
                    "plugin list"
                ),
                flags: "--short --no-headers --name-only",
                may_take: &[("--client", OneOf("true false"))],
                takes: &[PLACE, CONFIGURATION, LOUDNESS, ("-o --output", OneOf("wide name json yaml =wide =name =json =yaml"))],
                rest: none(),
                ..rule($names)
            },
            Rule {
                under: concat!($prefix, "api-resources"),
                flags: "--cached",
                takes: &[CONFIGURATION, ("--verbs --api-group --sort-by --categories --context -o --output", Name)],
                may_take: &[("--namespaced --no-headers", OneOf("true false"))],
                rest: none(),
                ..rule($names)
            },
            Rule {
                under: concat!($prefix, "events"),
                flags: "-A",
                may_take: &[("--all-namespaces --no-headers", OneOf("true false"))],
                takes: &[
                    PLACE,
                    CONFIGURATION,
                    ("--for", Resources),
                    ("--types --chunk-size", Name),
                    ("-o --output", OneOf("wide name json yaml =wide =name =json =yaml")),
                ],
                rest: none(),
                ..rule($names)
            },
            // What somebody else would be allowed, and nothing in their name.
            Rule {
                under: concat!($prefix, "auth can-i/whoami"),
                flags: "-A -q --all-namespaces --quiet --no-headers",
                may_take: &[("--list", OneOf("true false"))],
                takes: &[
                    PLACE,
                    CONFIGURATION,
                    ("--as --as-group --as-uid --subresource", Name),
                    ("-o --output", OneOf("json yaml name =json =yaml =name")),
                ],
                rest: any(Name),
                ..rule($names)
            },
            Rule {
                under: concat!($prefix, "explain"),
                may_take: &[("--recursive", OneOf("true false"))],
                takes: &[CONFIGURATION, ("--api-version --context -o --output", Name)],
                rest: exactly(1, Name),
                ..rule($names)
            },
            // It waits, and changes nothing.
            Rule {
                under: concat!($prefix, "wait"),
                flags: "-A --all --all-namespaces",
                takes: &[PLACE, CONFIGURATION, ("--timeout", Name), ("-l --selector --for --field-selector", Text)],
                needs: &["--timeout"],
                first: Some((Resources, "")),
                rest: any(Plain),
                ..rule($names)
            },
            Rule {
                under: concat!(
                    $prefix,
                    "argo rollouts list rollouts/experiments | ",
                    $prefix,
                    "argo rollouts get rollout/experiment | ",
                    $prefix,
                    "cert-manager status certificate | ",
                    $prefix,
                    "cnpg status | ",
                    $prefix,
                    "who-can | ",
                    $prefix,
                    "resource-capacity | ",
                    $prefix,
                    "df-pv | ",
                    $prefix,
                    "view-allocations"
                ),
                flags: "-A --all-namespaces --no-color --pods --util --containers",
                takes: &[PLACE, CONFIGURATION],
                rest: at_most(2, Name),
                ..rule($names)
            },
        ]
    };
}

pub(super) const RULES: &[Rule] = client!("kubectl oc microk8s.kubectl", "");
pub(super) const BROUGHT_ALONG: &[Rule] = client!("k3s microk8s k0s", "kubectl ");

/// What OpenShift adds.
pub(super) const OPENSHIFT: &[Rule] = &[
    // Not `-t`, which shows the token.
    Rule { under: "whoami", flags: "-c --show-context --show-server --show-console", ..rule("oc") },
    Rule { under: "status | projects | version", flags: "-q --short --suggest", takes: &[PLACE], ..rule("oc") },
    Rule { under: "project", flags: "-q --short", needs: &["-q --short"], ..rule("oc") },
    Rule { under: "adm upgrade", flags: "--include-not-recommended", takes: &[PLACE], ..rule("oc") },
    Rule {
        under: "adm top pod/pods/node/nodes/images",
        flags: "-A --all-namespaces --containers --no-headers",
        takes: &[PLACE, CHOICE],
        rest: at_most(1, Name),
        ..rule("oc")
    },
    Rule {
        under: "adm node-logs",
        takes: &[PLACE, ("-u --unit --role --since --until", Name), ("--tail", Count)],
        rest: at_most(1, Plain),
        ..rule("oc")
    },
    Rule { flags: "-c", ..rule("kubectx kubens") },
    Rule { under: "get clusters/nodes", takes: &[("-n --name", Plain)], rest: none(), ..rule("kind") },
    Rule { under: "status", flags: "--wait-ready", takes: &[("--timeout --format", Name)], ..rule("microk8s") },
    Rule { under: "status", takes: &[("-p --profile -o --output", Name)], ..rule("minikube k0s") },
    Rule { under: "profile list | addons list", takes: &[("-p --profile -o --output", Name)], ..rule("minikube") },
    Rule {
        under: "version | config images list",
        takes: &[("-o --output --kubernetes-version", Name), CONFIGURATION],
        rest: none(),
        ..rule("kubeadm")
    },
];
