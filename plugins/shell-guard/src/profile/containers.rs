//! Containers. Nothing shows their environments.

use crate::rule::Kind;
use crate::rule::Kind::{BsdFlags, Columns, Count, Layout, List, Name, OneOf, Plain, Read, Seconds, Template, Text};
use crate::rule::{Rule, any, at_most, between, exactly, none, rule, some};

/// Where the runtimes of this machine listen.
const RUNTIMES: &str = "unix:///run/containerd/containerd.sock unix:///var/run/containerd/containerd.sock \
                        unix:///run/crio/crio.sock unix:///var/run/crio/crio.sock \
                        unix:///run/k3s/containerd/containerd.sock unix:///run/cri-dockerd.sock \
                        unix:///var/run/cri-dockerd.sock unix:///var/snap/microk8s/common/run/containerd.sock";

/// What stands before the subcommand of `compose`, less the file, whose short flag another meaning has behind `logs`.
const COMPOSE_VALUES: &[(&str, Kind)] = &[
    ("-n --tail", Name),
    ("-p --project-name --profile --ansi --progress --index --protocol --sort", Plain),
    ("--project-directory", List),
    ("--file --env-file", Read),
    ("--since --until --filter --status --format", Layout),
];

const COMPOSE_FLAGS: &str = "-a -q -t --all --all-resources --follow --quiet --services --timestamps --no-color \
                             --no-log-prefix --short --no-trunc --no-stream --orphans --compatibility";

/// What `podman top` shows of processes.
const DESCRIPTORS: &str = "args capbnd capeff capinh capprm comm etime group groups hgroup hgroups hpid huser label nice \
                           pcpu pgid pid ppid rgroup rss ruser seccomp state stime time tty user vsz";

pub(super) const RULES: &[Rule] = &[
    Rule {
        under: "ps | container ls/ps/list",
        flags: "-a -l -p -q -s --all --latest --quiet --size --no-trunc --pod --ns --namespace --external --noheading",
        takes: &[("-f --filter --format --sort", Layout), ("-n --last", Count)],
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "images | image ls/list",
        flags: "-a -q --all --quiet --digests --no-trunc --tree --history --noheading --names",
        takes: &[("-f --filter --format --sort", Layout)],
        rest: at_most(1, Name),
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "logs | container logs",
        flags: "-f -t --follow --timestamps --details --names --color",
        takes: &[("-n --tail", Name), ("--since --until", Text)],
        rest: exactly(1, Name),
        ..rule("docker podman nerdctl")
    },
    // Several at once, or the one that was made last.
    Rule {
        under: "logs | container logs | pod logs",
        flags: "-f -l -t --follow --latest --timestamps --names --color",
        takes: &[("-n --tail", Name), ("-c --container --since --until", Text)],
        rest: any(Plain),
        ..rule("podman")
    },
    // By itself it would show the environment, where the passwords are.
    Rule {
        under: "inspect | container/image/volume/pod inspect",
        flags: "-l -s --latest --size",
        takes: &[("-f --format", Template), ("--type", Name)],
        needs: &["-f --format"],
        rest: any(Name),
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "stats | container/pod stats",
        flags: "-a -l --all --latest --no-stream --no-trunc --no-reset",
        takes: &[("--format", Layout), ("-i --interval", Seconds)],
        needs: &["--no-stream"],
        rest: any(Name),
        ..rule("docker podman nerdctl")
    },
    // Both ends, or it would never end.
    Rule {
        under: "events | system events",
        takes: &[("-f --filter --format --since --until", Layout)],
        needs: &["--since", "--until"],
        ..rule("docker podman nerdctl")
    },
    // What has been, without waiting for more.
    Rule {
        under: "events | system events",
        takes: &[("-f --filter --format --since --until", Layout), ("--stream", OneOf("false"))],
        needs: &["--stream"],
        ..rule("podman")
    },
    Rule { under: "top/diff | container top/diff", rest: exactly(1, Plain), ..rule("docker podman nerdctl") },
    Rule {
        under: "diff | container/image diff | port | container port",
        flags: "-a -l --all --latest --notruncate",
        takes: &[("--format", Name)],
        needs: &["-a -l --all --latest --format"],
        rest: at_most(1, Plain),
        ..rule("podman")
    },
    Rule { under: "port | container port", rest: between(1, 2, Plain), ..rule("docker podman nerdctl") },
    Rule {
        under: "version | info | system df/info | network/volume/node/service/stack ls/list | stack/compose ls/list",
        flags: "-a -q -v --all --quiet --verbose --no-trunc --size --noheading --debug",
        takes: &[("-f --filter --format", Layout)],
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "network/node inspect | service/stack/node ps | stack services",
        flags: "-q -v --no-trunc --no-resolve --quiet --verbose --pretty",
        takes: &[("-f --filter --format", Layout)],
        rest: any(Name),
        ..rule("docker podman nerdctl")
    },
    // What stands behind the container is for `ps`.
    Rule {
        under: "top | container top",
        flags: "-e -f -F -l -L -w",
        takes: &[("-o", Columns)],
        rest: exactly(1, Plain),
        ..rule("docker nerdctl")
    },
    // There `-l` is the last container, behind which words for `ps` would stand.
    Rule {
        under: "top | container top",
        flags: "-e -f -F -L -w",
        takes: &[("-o", Columns)],
        rest: exactly(1, Plain),
        ..rule("podman")
    },
    Rule {
        under: "top | container top",
        first: Some((Plain, "")),
        rest: exactly(1, BsdFlags),
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "top | container/pod top",
        flags: "-l --latest",
        first: Some((Plain, "-l --latest")),
        rest: any(OneOf(DESCRIPTORS)),
        ..rule("podman")
    },
    Rule {
        under: "history | image history",
        flags: "-q --quiet --no-trunc --human",
        takes: &[("--format", Layout)],
        rest: exactly(1, Name),
        ..rule("docker podman nerdctl")
    },
    // Secrets and configurations by name only.
    Rule {
        under: "secret/config/context/plugin/pod/machine/buildx ls/list | pod ps | buildx du/version | builder du | \
                context show | image/pod/container/volume/network exists",
        flags: "-a -q --all --quiet --no-trunc --verbose --ctr-names --ctr-ids --ctr-status --ns --noheading",
        takes: &[("-f --filter --format --sort", Layout)],
        rest: at_most(1, Plain),
        ..rule("docker podman nerdctl")
    },
    Rule { under: "buildx inspect | buildx imagetools inspect", rest: at_most(1, Name), ..rule("docker") },
    Rule {
        under: "manifest inspect | search",
        flags: "-v --verbose --no-trunc",
        takes: &[("-f --filter --format", Layout), ("--limit", Count)],
        rest: exactly(1, Name),
        ..rule("docker podman")
    },
    Rule { under: "checkpoint ls/list", rest: exactly(1, Plain), ..rule("docker") },
    Rule { under: "swarm ca", flags: "-q", rest: none(), ..rule("docker") },
    Rule {
        under: "system connection ls/list",
        takes: &[("--format", Layout)],
        flags: "-q",
        rest: none(),
        ..rule("podman")
    },
    // Those that the runtime itself knows.
    Rule {
        under: "list",
        flags: "-q --quiet",
        takes: &[("-f --format", OneOf("table json"))],
        rest: none(),
        ..rule("runc crun")
    },
    Rule { under: "state", rest: exactly(1, Plain), ..rule("runc crun") },
    Rule { under: "image tree", rest: at_most(1, Name), ..rule("podman") },
    Rule {
        under: "auto-update",
        flags: "--dry-run",
        takes: &[("--format", Layout)],
        needs: &["--dry-run"],
        ..rule("podman")
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
        flags: COMPOSE_FLAGS,
        takes: COMPOSE_VALUES,
        rest: any(Name),
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "compose ps/images/top/logs/ls/version/port/volumes/stats",
        flags: COMPOSE_FLAGS,
        takes: &[
            ("-f --file --env-file", Read),
            ("-n --tail", Name),
            ("-p --project-name --profile --ansi --progress --index --protocol --sort", Plain),
            ("--project-directory", List),
            ("--since --until --filter --status --format", Layout),
        ],
        rest: any(Name),
        ..rule("docker podman nerdctl")
    },
    // Names, and nothing of what is set.
    Rule {
        under: "compose config",
        flags: "-q --quiet --services --images --volumes --profiles --networks",
        takes: &[("-f --file --env-file", Read), ("-p --project-name --profile", Plain), ("--project-directory", List)],
        needs: &["-q --quiet --services --images --volumes --profiles --networks"],
        rest: any(Plain),
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "config",
        flags: "-q --quiet --services --volumes --images --profiles",
        takes: &[("-f --file --env-file", Read), ("-p --project-name --profile", Plain), ("--project-directory", List)],
        needs: &["-q --quiet --services --volumes --images --profiles"],
        ..rule("docker-compose podman-compose")
    },
    Rule {
        under: "ps | images | top | version | port | ls",
        flags: "-a -q --all --quiet --services --short --no-trunc",
        takes: &[
            ("-f --file --env-file", Read),
            ("-p --project-name --profile --ansi --index --protocol", Plain),
            ("--project-directory", List),
            ("--filter --status --format", Layout),
        ],
        rest: any(Name),
        ..rule("docker-compose podman-compose")
    },
    Rule {
        under: "logs",
        flags: "-t --follow --timestamps --no-color --no-log-prefix",
        takes: &[
            ("-f --file --env-file", Read),
            ("-p --project-name --profile --ansi", Plain),
            ("--project-directory", List),
            ("-n --tail", Name),
            ("--since --until", Text),
        ],
        rest: any(Name),
        ..rule("docker-compose podman-compose")
    },
    // Those that `containerd` keeps for Kubernetes and others, before the subcommand.
    Rule {
        under: "ps/images | container/image ls | volume/network ls | namespace ls | info | version | compose ps/images",
        flags: "-a -q -s --all --quiet --size --no-trunc --digests --names",
        takes: &[("-n --namespace", Plain), ("-f --filter --format", Layout)],
        rest: at_most(1, Name),
        ..rule("nerdctl")
    },
    Rule {
        under: "logs | top | port | history | stats",
        flags: "-t --timestamps --no-stream --no-trunc -q",
        takes: &[("-n --namespace", Plain), ("--tail", Count), ("--since --until --format", Layout)],
        needs: &["-n --namespace"],
        rest: exactly(1, Plain),
        ..rule("nerdctl")
    },
    Rule {
        under: "inspect | container/image inspect",
        takes: &[("-n --namespace --type", Plain), ("-f --format", Template)],
        needs: &["-f --format"],
        rest: some(Name),
        ..rule("nerdctl")
    },
    Rule {
        under: "ps | pods | images/image/img | stats | statsp | version | imagefsinfo | runtime-config",
        flags: "-a -q -v -l --all --quiet --latest --no-trunc --digests --verbose --resolve-image-path",
        takes: &[
            (
                "--name --state -s --label --image --namespace --pod -p -n --last -o --output --id --timeout -t \
                 --seconds",
                Name,
            ),
            ("-r --runtime-endpoint -i --image-endpoint", OneOf(RUNTIMES)),
        ],
        rest: at_most(1, Plain),
        ..rule("crictl")
    },
    // By itself it would show the configuration, with the passwords of registries.
    Rule {
        under: "info",
        flags: "-q --quiet",
        takes: &[("-o --output", Name), ("-r --runtime-endpoint", OneOf(RUNTIMES))],
        needs: &["-q --quiet"],
        ..rule("crictl")
    },
    Rule {
        under: "logs",
        flags: "-f -t -p --follow --timestamps --previous",
        takes: &[
            ("--tail --limit-bytes", Count),
            ("--since", Name),
            ("-r --runtime-endpoint -i --image-endpoint", OneOf(RUNTIMES)),
        ],
        rest: exactly(1, Name),
        ..rule("crictl")
    },
    // The whole would show the environment.
    Rule {
        under: "inspect",
        takes: &[
            ("-o --output", OneOf("go-template")),
            ("--template", Template),
            ("-r --runtime-endpoint", OneOf(RUNTIMES)),
        ],
        needs: &["-o --output", "--template"],
        rest: some(Plain),
        ..rule("crictl")
    },
    Rule {
        flags: "-q --quiet",
        takes: &[("-n --namespace", Name)],
        under: "containers/container/c list/ls | images/image/i list/ls/check | tasks/task/t list/ls | \
                namespaces/namespace/ns list/ls | plugins/plugin list/ls | snapshots/snapshot list/ls/tree | content \
                list/ls | leases list/ls | version",
        rest: none(),
        ..rule("ctr")
    },
    Rule {
        takes: &[("-n --namespace", Name)],
        under: "tasks/task/t ps/metrics/metric | snapshots/snapshot usage/info",
        rest: at_most(1, Plain),
        ..rule("ctr")
    },
    Rule {
        under: "images | containers | ps | info | version",
        flags: "-a -q -n --all --quiet --noheading --no-trunc --notruncate --digests --json",
        takes: &[("-f --filter --format", Layout)],
        ..rule("buildah")
    },
    // An image elsewhere, by what names it; the whole would show its environment.
    Rule { under: "list-tags", flags: "--no-creds", rest: exactly(1, Name), ..rule("skopeo") },
    Rule {
        under: "inspect",
        flags: "--no-creds --no-tags -n",
        takes: &[("-f --format", Template), ("--override-os --override-arch", Plain)],
        needs: &["-f --format"],
        rest: exactly(1, Name),
        ..rule("skopeo")
    },
];
