//! Clouds by their own clients: what there is and how it is. A closed list of services and of what is asked of them.
//!
//! Not asked: what machines, functions and containers are given to start with, where environments and keys are, whatever is
//! named a secret, a password or a token, and whatever lies in a store. No server is named, and no value names a file.

use crate::rule::Kind;
use crate::rule::Kind::{Between, CloudValue, Count, Name, OneOf, Plain, Projection};
use crate::rule::{Rule, Style, any, at_most, exactly, none, rule};

const ASKED_OF_AMAZON: &str = "sts get-caller-identity | account get-contact-information | organizations list-accounts | \
     ec2 describe-instances/describe-instance-status/describe-instance-types/describe-volumes/describe-volume-status/describe-volumes-modifications/describe-snapshots/describe-images/describe-vpcs/describe-subnets/describe-route-tables/describe-security-groups/describe-security-group-rules/describe-network-acls/describe-network-interfaces/describe-addresses/describe-nat-gateways/describe-internet-gateways/describe-vpc-endpoints/describe-vpc-peering-connections/describe-transit-gateways/describe-transit-gateway-attachments/describe-vpn-gateways/describe-availability-zones/describe-regions/describe-tags/describe-key-pairs/describe-flow-logs/describe-placement-groups/describe-reserved-instances/describe-spot-price-history/describe-hosts/describe-launch-templates/describe-account-attributes/describe-dhcp-options/describe-instance-credit-specifications/get-console-output | \
     autoscaling describe-auto-scaling-groups/describe-auto-scaling-instances/describe-scaling-activities/describe-policies/describe-scheduled-actions/describe-lifecycle-hooks/describe-instance-refreshes | \
     elbv2 describe-load-balancers/describe-target-groups/describe-target-health/describe-listeners/describe-rules/describe-load-balancer-attributes/describe-target-group-attributes/describe-tags/describe-listener-certificates | \
     elb describe-load-balancers/describe-instance-health/describe-load-balancer-attributes/describe-tags | \
     rds describe-db-instances/describe-db-clusters/describe-db-snapshots/describe-db-cluster-snapshots/describe-events/describe-db-log-files/describe-pending-maintenance-actions/describe-db-subnet-groups/describe-db-parameter-groups/describe-db-parameters/describe-db-engine-versions/describe-reserved-db-instances/describe-blue-green-deployments/describe-db-proxies/describe-db-proxy-targets/download-db-log-file-portion/list-tags-for-resource | \
     s3api list-buckets/list-objects-v2/list-objects/list-object-versions/list-multipart-uploads/head-bucket/head-object/get-bucket-location/get-bucket-versioning/get-bucket-lifecycle-configuration/get-bucket-encryption/get-bucket-policy/get-bucket-policy-status/get-bucket-acl/get-bucket-cors/get-bucket-logging/get-bucket-tagging/get-bucket-replication/get-bucket-notification-configuration/get-public-access-block | \
     logs describe-log-groups/describe-log-streams/get-log-events/filter-log-events/get-query-results/describe-queries/describe-metric-filters/describe-subscription-filters/tail | \
     cloudwatch describe-alarms/describe-alarm-history/describe-alarms-for-metric/get-metric-statistics/get-metric-data/list-metrics/list-dashboards | \
     ecs list-clusters/list-services/list-tasks/list-container-instances/list-task-definitions/list-task-definition-families/describe-clusters/describe-services/describe-container-instances/describe-capacity-providers | \
     eks list-clusters/describe-cluster/list-nodegroups/describe-nodegroup/list-addons/describe-addon/describe-addon-versions/list-updates/describe-update/list-fargate-profiles/describe-fargate-profile/list-access-entries/list-insights | \
     ecr describe-repositories/list-images/describe-images/describe-image-scan-findings/get-lifecycle-policy | \
     lambda list-event-source-mappings/list-aliases/get-account-settings/get-policy/get-function-concurrency/list-layers/list-tags | \
     cloudformation list-stacks/describe-stacks/describe-stack-events/describe-stack-resources/list-stack-resources/describe-stack-drift-detection-status/list-exports/list-change-sets | \
     route53 list-hosted-zones/list-hosted-zones-by-name/list-resource-record-sets/get-hosted-zone/get-change/list-health-checks/get-health-check-status/test-dns-answer | \
     acm list-certificates/describe-certificate/list-tags-for-certificate | \
     iam list-users/list-roles/list-groups/list-policies/get-user/get-role/get-policy/get-policy-version/list-attached-role-policies/list-attached-user-policies/list-role-policies/list-user-policies/get-role-policy/list-groups-for-user/list-instance-profiles/list-mfa-devices/list-account-aliases/get-account-summary/list-server-certificates | \
     sqs list-queues/get-queue-attributes/get-queue-url | sns list-topics/list-subscriptions/list-subscriptions-by-topic/get-topic-attributes | \
     dynamodb list-tables/describe-table/describe-continuous-backups/list-backups/describe-limits | \
     elasticache describe-cache-clusters/describe-replication-groups/describe-events/describe-snapshots/describe-serverless-caches | \
     kafka list-clusters/list-clusters-v2/describe-cluster/list-nodes | mq list-brokers/describe-broker | kinesis list-streams/describe-stream-summary/list-shards | \
     opensearch list-domain-names/describe-domain/describe-domain-health | es list-domain-names/describe-elasticsearch-domain | \
     redshift describe-clusters/describe-events | efs describe-file-systems/describe-mount-targets | fsx describe-file-systems/describe-backups | \
     backup list-backup-jobs/list-backup-vaults/list-backup-plans/list-recovery-points-by-backup-vault/describe-backup-job/list-restore-jobs | \
     health describe-events | cloudtrail lookup-events/describe-trails/get-trail-status | ce get-cost-and-usage/get-cost-forecast | \
     ssm describe-instance-information/describe-instance-patch-states/describe-parameters/list-inventory-entries | \
     events list-rules | stepfunctions list-state-machines/list-executions | codepipeline list-pipelines/get-pipeline-state/list-pipeline-executions | \
     codebuild list-projects/list-builds | codedeploy list-applications/list-deployments/get-deployment | apigateway get-rest-apis | apigatewayv2 get-apis | \
     elasticbeanstalk describe-environments/describe-events/describe-environment-health/describe-instances-health | \
     service-quotas list-service-quotas/get-service-quota | resourcegroupstaggingapi get-resources | guardduty list-detectors/list-findings | \
     wafv2 list-web-acls | directconnect describe-connections/describe-virtual-interfaces | globalaccelerator list-accelerators | dms describe-replication-tasks | \
     emr list-clusters/list-steps | batch describe-job-queues/describe-compute-environments/list-jobs | transfer list-servers | kms list-keys/list-aliases/describe-key";

const GLOBAL_OF_AMAZON: &[(&str, Kind)] = &[
    ("--region --profile --color", Name),
    ("--output", OneOf("json text table yaml yaml-stream")),
    ("--query", CloudValue),
    ("--max-items --page-size --cli-read-timeout --cli-connect-timeout", Count),
    ("--starting-token", CloudValue),
];

const OF_AMAZON: &[(&str, Kind)] = &[
    ("--region --profile --color", Name),
    ("--output", OneOf("json text table yaml yaml-stream")),
    (
        "--max-items --page-size --max-results --max-records --limit --period --min-capacity --max-keys --duration \
      --cli-read-timeout --cli-connect-timeout --page-limit",
        Count,
    ),
    (
        "--query --starting-token --filters --filter --instance-ids --volume-ids --snapshot-ids --image-ids --vpc-ids \
         --subnet-ids --group-ids --group-names --route-table-ids --network-interface-ids --allocation-ids --nat-gateway-ids \
         --vpc-endpoint-ids --owners --owner-ids --instance-types --instance-id --availability-zone --region-names \
         --auto-scaling-group-names --auto-scaling-group-name --load-balancer-arns --load-balancer-arn --load-balancer-names \
         --load-balancer-name --target-group-arn --target-group-arns --names --name --targets --listener-arn --listener-arns \
         --db-instance-identifier --db-cluster-identifier --db-snapshot-identifier --snapshot-type --source-type \
         --source-identifier --log-file-name --filename-contains --db-parameter-group-name --engine --resource-name \
         --bucket --prefix --delimiter --key --log-group-name --log-group-name-prefix --log-stream-name --log-stream-names \
         --log-stream-name-prefix --filter-pattern --start-time --end-time --query-id --order-by --since --format \
         --alarm-names --alarm-name --alarm-name-prefix --state-value --history-item-type --namespace --metric-name --dimensions \
         --statistics --statistic --extended-statistics --unit --metric-data-queries --scan-by --start-date --end-date \
         --cluster --clusters --services --service --service-name --service-names --task-definition --family-prefix --desired-status \
         --launch-type --cluster-name --nodegroup-name --addon-name --update-id --container-instances --repository-name \
         --repository-names --registry-id --function-name --stack-name --stack-status-filter --hosted-zone-id --id \
         --health-check-id --record-name --record-type --start-record-name --dns-name --certificate-arn --certificate-statuses \
         --user-name --role-name --policy-arn --policy-name --version-id --group-name --path-prefix --scope --queue-url \
         --queue-name --queue-name-prefix --attribute-names --topic-arn --table-name --cache-cluster-id --replication-group-id \
         --cluster-arn --cluster-identifier --stream-name --domain-name --file-system-id --by-state --by-backup-vault-name \
         --backup-vault-name --backup-job-id --lookup-attributes --trail-name-list --time-period --granularity --metrics \
         --group-by --rule --state-machine-arn --status-filter --pipeline-name --deployment-id --application-name \
         --environment-name --environment-id --quota-code --service-code --resource-type-filters --tag-filters --detector-id \
         --job-queue --job-status --sort-by --sort-order --status --resource-arn --resource-arns --product-descriptions \
         --attributes --job-id --key-id --rest-api-id --api-id --activity-ids --scaling-policy-names --replication-instance-arn \
         --executable-users --volume-types --broker-id --host-ids",
        CloudValue,
    ),
];

const SWITCHES_OF_AMAZON: &str = "--no-cli-pager --no-paginate --include-all-instances --dry-run --no-dry-run --show-cache-node-info \
                                  --show-shard-info --include-deprecated --latest --no-include-deleted --descending --no-descending \
                                  --start-from-head --no-start-from-head --interleaved --no-sign-request \
                                  --include-linked-accounts --include-shared --include-public --only-attached --all-availability-zones \
                                  --all-regions --only-show-errors";

pub(super) const AMAZON: &[Rule] = &[
    Rule {
        under: ASKED_OF_AMAZON,
        flags: SWITCHES_OF_AMAZON,
        takes: OF_AMAZON,
        // A flag may have several values.
        rest: any(CloudValue),
        style: Style::Words,
        ..rule("aws")
    },
    // Of these an environment is a part.
    Rule {
        under: "lambda list-functions/get-function-configuration/get-function/list-versions-by-function | ecs describe-tasks",
        flags: "--no-cli-pager --no-paginate",
        takes: &[
            ("--query", Kind::Members),
            ("--region --profile --color", Name),
            ("--output", OneOf("json text table yaml")),
            ("--function-name --cluster --tasks --qualifier --function-version", CloudValue),
            ("--max-items --page-size", Count),
        ],
        needs: &["--query"],
        rest: any(CloudValue),
        style: Style::Words,
        ..rule("aws")
    },
    Rule {
        under: "s3 ls",
        flags: "--recursive --human-readable --summarize --no-cli-pager --no-sign-request",
        takes: GLOBAL_OF_AMAZON,
        rest: at_most(1, CloudValue),
        style: Style::Words,
        ..rule("aws")
    },
    Rule {
        under: "configure list-profiles | configure list",
        takes: &[("--profile", Name)],
        rest: none(),
        style: Style::Words,
        ..rule("aws")
    },
    Rule {
        under: "configure get",
        takes: &[("--profile", Name)],
        rest: exactly(1, OneOf("region output")),
        style: Style::Words,
        ..rule("aws")
    },
    Rule {
        under: "get cluster/clusters/nodegroup/nodegroups/addon/addons/fargateprofile | version | info",
        takes: &[("--cluster --name -n --region -r --profile -p -v", Name), ("-o --output", OneOf("table json yaml"))],
        rest: at_most(1, Plain),
        ..rule("eksctl")
    },
];

/// Where in the cloud.
const OF_GOOGLE_PLACE: (&str, Kind) = (
    "--project --zone --zones --region --regions --location --cluster --instance --configuration --service --sort-by --network \
     --database --repository --account --topic --managed-by",
    Name,
);

pub(super) const OTHERS: &[Rule] = &[
    Rule {
        under: "compute disks/snapshots/images/forwarding-rules/addresses/networks/routes/firewall-rules/backend-services/backend-buckets/health-checks/url-maps/target-pools/zones/regions/operations/resource-policies list/describe | \
                compute networks subnets list/describe | compute machine-types/disk-types/ssl-certificates/vpn-tunnels/target-https-proxies/accelerator-types/routers list | \
                compute backend-services get-health | compute routers get-status/get-nat-mapping-info | compute instance-groups list/list-instances/describe | \
                compute instance-groups managed list/list-instances/list-errors | compute reservations list | \
                container operations list | container images list/list-tags | container get-server-config | \
                sql instances/operations/databases/backups/users list | sql instances/operations/backups describe | \
                projects list/describe | organizations list | services list | iam service-accounts list | projects get-iam-policy | \
                dns managed-zones list/describe | dns record-sets list | pubsub topics list/describe | \
                redis instances list/describe | filestore instances list/describe | storage buckets list/describe | storage ls/du | \
                artifacts repositories list/describe | artifacts docker images list | logging logs/sinks/metrics list | \
                monitoring dashboards/policies list | auth list | components list | \
                spanner instances list/describe | bigtable instances list/describe | memcache instances list/describe | \
                network-connectivity hubs list | certificate-manager certificates list | tasks queues list | \
                run regions list | compute target-http-proxies/commitments/interconnects list",
        flags: "--uri --global -q --quiet -l -r --long --recursive --readable-sizes --summarize --available --enabled --include-tags \
                --show-deleted --show-nulls",
        takes: &[OF_GOOGLE_PLACE, ("--filter", CloudValue), ("--limit --page-size", Count), ("--format", CloudValue)],
        rest: any(CloudValue),
        style: Style::Words,
        ..rule("gcloud")
    },
    // What machines and services are given to start with is not shown: only what a list shows, or what is named.
    Rule {
        under: "compute instances/instance-templates list | run services/revisions/jobs list | functions list | container clusters/node-pools list | scheduler jobs list | builds list | config configurations \
                list | app \
                instances/services/versions list | run jobs executions list",
        flags: "-q --quiet --uri",
        takes: &[OF_GOOGLE_PLACE, ("--filter", CloudValue), ("--limit --page-size", Count), ("--format", Projection)],
        rest: any(Plain),
        style: Style::Words,
        ..rule("gcloud")
    },
    Rule {
        under: "compute instances describe | container clusters describe | container node-pools describe | run \
                services/revisions/jobs describe | functions describe | app versions describe",
        flags: "-q --quiet",
        takes: &[OF_GOOGLE_PLACE, ("--format", Projection)],
        needs: &["--format"],
        rest: exactly(1, Plain),
        style: Style::Words,
        ..rule("gcloud")
    },
    Rule {
        under: "compute instances get-serial-port-output",
        takes: &[OF_GOOGLE_PLACE, ("--port --start", Count)],
        rest: exactly(1, Plain),
        style: Style::Words,
        ..rule("gcloud")
    },
    // With an end.
    Rule {
        under: "logging read",
        takes: &[
            OF_GOOGLE_PLACE,
            ("--limit", Between(1, 10_000)),
            ("--freshness --order --resource-names --bucket --view", Name),
            ("--format --filter", CloudValue),
        ],
        needs: &["--limit"],
        rest: at_most(1, CloudValue),
        style: Style::Words,
        ..rule("gcloud")
    },
    Rule {
        under: "config get-value/get",
        rest: exactly(1, OneOf("project account compute/region compute/zone run/region core/project core/account")),
        style: Style::Words,
        ..rule("gcloud")
    },
    Rule { under: "version", rest: none(), style: Style::Words, ..rule("gcloud") },
    Rule {
        under: "ls | du | stat | version",
        flags: "-l -h -r -R -a -b -s -c -lh -lr -lR -sh -hs -lah",
        rest: any(CloudValue),
        style: Style::Words,
        ..rule("gsutil")
    },
    Rule {
        under: "vm/vmss/disk/snapshot/image list/show | vm get-instance-view/list-ip-addresses/list-sizes/list-usage/list-skus | vmss \
                list-instances/get-instance-view | vm extension list | group list/show | account list/show/list-locations | resource list | \
                network vnet/nsg/nic/public-ip/lb/route-table/application-gateway/private-endpoint/bastion/nat/dns list/show | \
                network vnet subnet list/show | network nsg rule list/show | network lb probe/rule/address-pool list | network \
                application-gateway show-backend-health | network nic show-effective-route-table/list-effective-nsg | network dns zone \
                list/show | network dns record-set list | network dns record-set a/cname/mx/txt list | network list-usages | network vnet peering list | aks list/show/get-versions/get-upgrades | aks nodepool \
                list/show/get-upgrades | acr list/show/show-usage | acr repository list/show-tags | storage account list/show | monitor \
                activity-log list | monitor metrics list/list-definitions | monitor metrics alert list | monitor alert list | monitor \
                autoscale list | webapp/functionapp list/show | appservice plan list/show | sql server/db/mi list | sql server show | sql db \
                show/list-usages | postgres/mysql server/flexible-server list/show | redis list | keyvault list/show | cosmosdb list | \
                servicebus namespace/queue/topic list/show | eventhubs namespace/eventhub list | role assignment/definition list | \
                advisor recommendation list | consumption usage list | backup \
                vault/item/job list | backup job show | container logs | containerapp logs show | provider list | lock list | tag list | \
                version | policy assignment list | cdn profile list | afd profile list",
        flags: "-d --show-details --only-show-errors --all",
        takes: &[
            (
                "-g --resource-group -n --name --names --subscription -l --location --vnet-name --nsg-name --lb-name --gateway-name \
              --cluster-name --vmss-name --server --server-name -s --namespace-name --repository --zone-name --instance-id \
              --nic-name --vault-name -v --resource-type --tag --status --type --scope --role --aggregation --interval --offset \
              --start-time --end-time --max-events --namespace --metric --metrics --container-name --assignee --level --caller \
              --correlation-id --resource-provider --top --tail --size --container --replica --revision",
                CloudValue,
            ),
            ("-o --output", OneOf("json jsonc table tsv yaml yamlc none")),
            ("--query --filter --resource --resource-id --ids --filters --dimension", CloudValue),
        ],
        rest: any(CloudValue),
        style: Style::Words,
        ..rule("az")
    },
    Rule {
        under: "compute droplet/volume/snapshot/image/load-balancer/firewall/domain/region/size/ssh-key/floating-ip/reserved-ip list/ls/get | \
                compute domain records list | compute droplet kernels/neighbors/snapshots/backups | kubernetes cluster list/get | \
                kubernetes cluster node-pool list | account get | balance get | projects list | vpcs list | registry repository \
                list-v2/list-tags | monitoring alert list | version",
        flags: "--no-header",
        takes: &[("--format --context --region --tag-name", Name), ("-o --output", OneOf("json text"))],
        rest: at_most(2, Plain),
        ..rule("doctl")
    },
    Rule {
        under: "server/volume/network/load-balancer/firewall/floating-ip/primary-ip/image/location/datacenter/server-type/ssh-key/placement-group/certificate/iso \
                list/describe | context list/active | version",
        takes: &[("-o --output -l --selector -s --sort -t --type --context", Name)],
        rest: at_most(1, Plain),
        ..rule("hcloud")
    },
    Rule {
        under: "server list | server event list | server volume list | hypervisor list/show | hypervisor stats show | compute \
                service/agent list | network agent list | network/subnet/router/port/flavor/image/volume/aggregate/project/role list/show | \
                floating ip list/show | security group list/show | security group rule list | volume service/type/snapshot/backup list | \
                user/group/domain/service/endpoint/catalog/region/host list | quota show | usage show/list | availability zone list | server group \
                list | loadbalancer list/show | loadbalancer status show | loadbalancer pool/listener/member/amphora list | stack list | stack \
                event/resource list | zone/recordset list | baremetal node list | console log show | limits show | versions show",
        flags: "--long --all-projects --all --absolute --no-name-lookup --deleted --fit-width --print-empty --usage --detail --noindent",
        takes: &[
            ("-f --format", OneOf("json table value yaml csv")),
            (
                "-c --column --host --status --name --project --user --flavor --image --ip --sort-column --sort --os-cloud --server \
              --network --router --device-owner --availability-zone --service --marker --changes-since --project-domain --tags",
                Name,
            ),
            ("--lines --limit --max-width", Count),
        ],
        rest: at_most(1, Plain),
        ..rule("openstack")
    },
    // What a machine was given to start with is one of its columns.
    Rule {
        under: "server show",
        takes: &[
            ("-f --format", OneOf("json table value yaml")),
            (
                "-c --column",
                OneOf(
                    "id name status addresses flavor image created updated hostId key_name power_state task_state vm_state \
                 security_groups volumes_attached fault progress project_id user_id host hypervisor_hostname \
                 OS-EXT-SRV-ATTR:host OS-EXT-SRV-ATTR:hypervisor_hostname OS-EXT-SRV-ATTR:instance_name OS-EXT-STS:vm_state \
                 OS-EXT-STS:power_state OS-EXT-STS:task_state OS-EXT-AZ:availability_zone",
                ),
            ),
            ("--os-cloud", Plain),
        ],
        needs: &["-c --column"],
        rest: exactly(1, Plain),
        ..rule("openstack")
    },
    Rule {
        under: "linodes/volumes/nodebalancers/domains/regions/firewalls/vpcs list/ls | lke clusters-list",
        flags: "--text --no-headers --json --pretty",
        takes: &[("--format --region --label", Name)],
        rest: none(),
        ..rule("linode-cli")
    },
];
