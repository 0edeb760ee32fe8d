//! What may be shown of clusters: paths and kinds of things.

use super::one_of;

/// What of a thing in a cluster is not its specification.
const STATUS_ROOTS: &str = ".status .metadata.name .metadata.namespace .metadata.labels .metadata.creationTimestamp \
                            .metadata.deletionTimestamp .metadata.ownerReferences .metadata.generation .kind \
                            .spec.nodeName .spec.replicas .spec.schedule .spec.suspend .spec.type .spec.clusterIP \
                            .spec.ports .spec.selector .spec.strategy .spec.volumeName .spec.storageClassName \
                            .spec.template.metadata.labels .spec.template.spec.nodeSelector .spec.serviceAccountName \
                            .spec.tolerations .spec.affinity .spec.nodeSelector .spec.restartPolicy";

/// What of a container is not its environment, its command or what it mounts.
const CONTAINER_PARTS: &str = "name image imagePullPolicy resources ports";

/// The containers of a pod, or of what makes pods.
const CONTAINERS: &[&str] = &[
    ".spec.containers[",
    ".spec.initContainers[",
    ".spec.template.spec.containers[",
    ".spec.template.spec.initContainers[",
];

/// `jsonpath=` with text and with paths in braces, or `custom-columns=` with `NAME:.path`.
pub(super) fn is_status_path(text: &str) -> bool {
    if let Some(columns) = text.strip_prefix("custom-columns=") {
        return columns.split(',').all(|column| column.split_once(':').is_some_and(|(_, path)| is_status(path)));
    }
    let Some(program) = text.strip_prefix("jsonpath=") else { return false };
    let mut parts = program.split('{');
    let before = parts.next().unwrap_or_default();
    let is_expression = |part: &str| {
        part.split_once('}').is_some_and(|(expression, after)| {
            let expression = expression.strip_prefix("range ").unwrap_or(expression).trim();
            let is_all = matches!(expression, ".items[*]" | "end");
            let is_text = expression.len() > 1 && expression.starts_with('"') && expression.ends_with('"');
            (is_all || is_text || is_status(expression)) && !after.contains('}')
        })
    };
    !before.contains('}') && parts.all(is_expression)
}

fn is_status(path: &str) -> bool {
    let path = path.trim().trim_start_matches('$');
    let path = path.strip_prefix(".items[*]").unwrap_or(path);
    let is_beneath =
        |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    let is_plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "._-[]*?()@=\"' /".contains(c));
    let is_root = STATUS_ROOTS.split_whitespace().any(is_beneath);
    is_plain && !path.contains("..") && (is_root || is_of_container(path))
}

/// `.spec.containers[*].image`
fn is_of_container(path: &str) -> bool {
    let part = CONTAINERS.iter().find_map(|containers| path.strip_prefix(containers)?.split_once("]."));
    part.is_some_and(|(index, part)| {
        let is_index = index == "*" || (!index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit()));
        let first = part.split(['.', '[']).next().unwrap_or_default();
        is_index && one_of(CONTAINER_PARTS, first)
    })
}

/// Kinds whose things may carry an environment: their summary is shown, not their definition.
const RESOURCES: &str = "all cj cronjob cronjobs daemonset daemonsets deploy deployment deployments ds job jobs po \
                         pod pods replicaset replicasets replicationcontrollers rs statefulset statefulsets sts \
                         certificate certificates certificaterequest certificaterequests order orders issuer issuers \
                         clusterissuer clusterissuers deploymentconfig deploymentconfigs dc rollout rollouts \
                         servicemonitor servicemonitors podmonitor podmonitors prometheusrule prometheusrules \
                         virtualservice virtualservices vs destinationrule destinationrules dr gateway gateways httproute \
                         httproutes gatewayclass gatewayclasses ingressroute ingressroutes kustomization kustomizations ks \
                         gitrepository gitrepositories helmrepository helmrepositories ocirepository ocirepositories \
                         machine machines machineset machinesets machinedeployment machinedeployments mcp \
                         machineconfigpool machineconfigpools clusteroperator clusteroperators co clusterversion \
                         volumesnapshot volumesnapshots volumesnapshotcontent volumesnapshotcontents \
                         volumesnapshotclass volumesnapshotclasses vpa verticalpodautoscaler verticalpodautoscalers \
                         ciliumnetworkpolicy ciliumnetworkpolicies cnp ciliumendpoint ciliumendpoints cep ciliumnode \
                         ciliumnodes nodepool nodepools nodeclaim nodeclaims";

/// Kinds whose definition may be shown.
const OPEN_RESOURCES: &str = "clusterrole clusterrolebinding clusterrolebindings clusterroles componentstatuses \
                              crd crds cs csr customresourcedefinitions endpoints endpointslices ep ev event events \
                              horizontalpodautoscaler horizontalpodautoscalers hpa ing ingress ingressclasses \
                              ingresses limitranges limits namespace namespaces netpol networkpolicies networkpolicy \
                              no node nodes ns pc pdb persistentvolume persistentvolumeclaim persistentvolumeclaims \
                              persistentvolumes poddisruptionbudgets priorityclasses pv pvc quota resourcequotas role \
                              rolebinding rolebindings roles sa sc \
                              service serviceaccount serviceaccounts services storageclass storageclasses svc \
                              volumeattachment volumeattachments csinode csinodes csidriver csidrivers lease leases \
                              runtimeclass runtimeclasses apiservice apiservices priorityclass poddisruptionbudget \
                              ingressclass endpointslice resourcequota limitrange csistoragecapacities flowschemas \
                              prioritylevelconfigurations validatingwebhookconfigurations \
                              mutatingwebhookconfigurations podmetrics nodemetrics certificatesigningrequest \
                              certificatesigningrequests";

/// Whether the summary of all of them may be shown.
pub(super) fn are_resources(text: &str) -> bool {
    resources(text).all(|kind| one_of(RESOURCES, kind) || one_of(OPEN_RESOURCES, kind))
}

/// Whether a line of each of them may be shown: of whatever kind, for in a line stand a name, an age and a state.
pub(super) fn may_be_listed(text: &str) -> bool {
    let is_plain = |kind: &str| {
        kind.starts_with(|c: char| c.is_ascii_alphabetic())
            && kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-')
    };
    let hides = |kind: &str| ["secret", "token"].iter().any(|word| kind.to_ascii_lowercase().contains(word));
    resources(text).all(|kind| is_plain(kind) && !hides(kind))
}

/// Whether the definition of all of them may be shown.
pub(super) fn are_open_resources(text: &str) -> bool {
    resources(text).all(|kind| one_of(OPEN_RESOURCES, kind))
}

/// The kinds in `pods,svc` or `pod/web`.
fn resources(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(|part| part.split('/').next().unwrap_or_default())
}
