//! Virtual machines and what runs them: libvirt, Proxmox, LXD.

use crate::rule::Kind;
use crate::rule::Kind::{Archive, Count, Name, OneOf, Plain, Properties, Text};
use crate::rule::{Rule, at_most, exactly, none, rule};

/// The hosts of this machine.
const HOSTS: &str = "qemu:///system qemu:///session lxc:/// xen:/// test:///default vbox:///session";

/// What Proxmox tells at places where no password is.
const PLACES: &str = "/version /nodes /storage /pools /cluster/resources /cluster/status /cluster/tasks /cluster/log \
                      /cluster/nextid /cluster/ha/status/current /cluster/ha/resources /cluster/replication \
                      /nodes/*/version /nodes/*/time /nodes/*/apt/versions /nodes/*/status /nodes/*/qemu /nodes/*/lxc \
                      /nodes/*/storage /nodes/*/services /nodes/*/tasks /nodes/*/disks/list /nodes/*/disks/zfs \
                      /nodes/*/disks/lvm /nodes/*/network /nodes/*/qemu/*/status/current /nodes/*/lxc/*/status/current \
                      /nodes/*/storage/*/status /nodes/*/netstat /nodes/*/tasks/*/status /nodes/*/qemu/*/snapshot \
                      /nodes/*/ceph/status /nodes/*/replication";

pub(super) const RULES: &[Rule] = &[
    // What they are made of too, but not `--security-info`, with which passwords would be shown.
    Rule {
        under: "list | dominfo | domstate | domblklist | domiflist | domifaddr | domstats | domblkstat | domblkinfo | domblkerror | \
                domifstat | domif-getlink | domid | domname | domuuid | domcontrol | domjobinfo | domfsinfo | domhostname | \
                dumpxml | guestinfo | vcpuinfo | vcpucount | cpu-stats | iothreadinfo | \
                snapshot-list | snapshot-info | snapshot-parent | snapshot-dumpxml | checkpoint-list | \
                nodeinfo | nodecpustats | nodecpumap | nodememstats | nodedev-list | nodedev-info | nodedev-dumpxml | freecell | \
                freepages | sysinfo | capabilities | domcapabilities | hostname | uri | version | maxvcpus | \
                net-list | net-info | net-dhcp-leases | net-dumpxml | net-uuid | net-name | net-port-list | iface-list | iface-dumpxml | \
                pool-list | pool-info | pool-dumpxml | vol-list | vol-info | vol-dumpxml | vol-path | vol-pool | nwfilter-list | \
                secret-list",
        flags: "-r -q --readonly --quiet --all --inactive --persistent --transient --autostart --title --details --name --uuid \
                --id --state-running --state-shutoff --state-paused --with-snapshot --reason --full --human --tree --parent \
                --leaves --roots --metadata --block --balloon --vcpu --state --cpu-total --interface --perf --raw --backing \
                --enforce --total --live --config --current --maximum --active --pretty --spec --physical --table",
        takes: &[
            ("-c --connect", OneOf(HOSTS)),
            ("--domain --network --pool --vol --source --type --device --cpu", Plain),
        ],
        rest: at_most(2, Name),
        ..rule("virsh")
    },
    // A second word would be how often it is measured.
    Rule {
        under: "dommemstat",
        flags: "-r -q",
        takes: &[("-c --connect", OneOf(HOSTS))],
        rest: exactly(1, Plain),
        ..rule("virsh")
    },
    Rule { under: "snapshot-current", flags: "--name", needs: &["--name"], rest: exactly(1, Plain), ..rule("virsh") },
    Rule {
        flags: "-b --batch",
        takes: &[("-n", Count), ("-c --connect", OneOf(HOSTS))],
        needs: &["-n", "-b --batch"],
        ..rule("virt-top")
    },
    Rule { flags: "-q --quiet", rest: at_most(1, OneOf("qemu lxc ch bhyve")), ..rule("virt-host-validate") },
    Rule {
        under: "info | check | map",
        flags: "-U --force-share --backing-chain -q",
        takes: &[("-f", Plain), ("--output", OneOf("human json"))],
        rest: exactly(1, Archive),
        ..rule("qemu-img")
    },
    // Of what a machine is set to, the password is hidden.
    Rule {
        under: "list | status | listsnapshot",
        flags: "--full --verbose",
        rest: at_most(1, Count),
        ..rule("qm pct")
    },
    Rule { under: "config | pending", flags: "--current", rest: at_most(1, Count), ..rule("qm") },
    Rule {
        under: "agent | guest cmd",
        first: Some((Count, "")),
        rest: exactly(
            1,
            OneOf(
                "ping info network-get-interfaces get-fsinfo get-host-name get-memory-blocks get-osinfo get-time get-timezone \
                 get-users get-vcpus",
            ),
        ),
        ..rule("qm")
    },
    Rule { under: "df | cpusets", rest: at_most(1, Count), ..rule("pct") },
    Rule { under: "status | nodes", ..rule("pvecm") },
    Rule {
        under: "status | list",
        takes: &[("--storage --content --vmid --target", Plain)],
        flags: "--enabled",
        rest: at_most(1, Plain),
        ..rule("pvesm")
    },
    Rule { flags: "-v --verbose", ..rule("pveversion") },
    Rule {
        under: "get/ls",
        takes: &[("--output-format", OneOf("json json-pretty text yaml")), ("--type", Plain)],
        flags: "--noborder --noheader --human-readable",
        rest: exactly(1, Kind::Route(PLACES)),
        ..rule("pvesh")
    },
    Rule { under: "status | config", flags: "--verbose", rest: none(), ..rule("ha-manager") },
    Rule { under: "status | list", rest: none(), ..rule("pvesr") },
    Rule { under: "status | pool ls", rest: none(), ..rule("pveceph") },
    Rule { under: "status | localnet", rest: none(), ..rule("pve-firewall") },
    Rule { under: "task list", rest: none(), ..rule("pvenode") },
    Rule {
        under: "versions | datastore list | task list | garbage-collection status | disk list | prune-job list | sync-job list | \
                verify-job list",
        takes: &[("--output-format", OneOf("json json-pretty text")), ("--limit", Count)],
        rest: at_most(1, Plain),
        ..rule("proxmox-backup-manager")
    },
    Rule {
        under: "list | snapshot list | snapshots | status | version | task list",
        takes: &[("--output-format", OneOf("json json-pretty text")), ("--ns", Name)],
        rest: at_most(1, Name),
        ..rule("proxmox-backup-client")
    },
    // Not what they are set to, where an environment and keys may be.
    Rule {
        under: "list/ls | info | version | image list/ls/info | network list/ls/info/list-leases | storage list/ls/info | storage \
                volume list/ls/info | profile list/ls | project list/ls/info | cluster list/ls | cluster show | operation list/ls | warning \
                list/ls | remote list/ls | alias list/ls | snapshot list/ls | config device list/show | network \
                acl/forward/peer/zone list",
        flags: "-a --all --all-projects --show-log --resources --state --target-all --fast",
        takes: &[("-f --format --project --target", Name), ("-c --columns", Properties)],
        rest: at_most(3, Name),
        ..rule("lxc incus")
    },
    Rule {
        flags: "-1 -f --fancy --active --running --frozen --stopped",
        takes: &[("-F --fancy-format", Text)],
        rest: at_most(1, Name),
        ..rule("lxc-ls")
    },
    Rule {
        flags: "-i -p -s -S -H --ips --pid --state --stats --no-humanize",
        takes: &[("-n --name", Plain)],
        needs: &["-n --name"],
        rest: none(),
        ..rule("lxc-info")
    },
    Rule {
        under: "list | info | version | networks",
        takes: &[("--format", OneOf("table json csv yaml"))],
        flags: "--snapshots",
        rest: at_most(1, Plain),
        ..rule("multipass")
    },
    Rule {
        under: "list | info | vcpu-list | uptime | network-list | block-list | pool-list",
        flags: "-l -n -v --long",
        rest: at_most(1, Plain),
        ..rule("xl")
    },
    Rule {
        first: Some((
            OneOf(
                "vmsvc/getallvms vmsvc/get.summary vmsvc/power.getstate vmsvc/get.guest vmsvc/snapshot.get \
                 hostsvc/hostsummary",
            ),
            "",
        )),
        rest: at_most(1, Count),
        ..rule("vim-cmd")
    },
    Rule {
        under: "storage core device/adapter/path list | storage filesystem list | storage vmfs extent list | storage nmp device list | \
                storage core device stats/smart get | network nic list/get | network nic stats get | network ip interface list | network \
                ip interface ipv4 get | network ip connection/neighbor list | network vswitch standard list | network vswitch \
                standard portgroup list | network firewall ruleset list | system version/hostname/uptime/time get | system \
                maintenanceMode get | system module list | hardware cpu/pci list | hardware memory/platform get | vm process list | \
                software vib list | software profile get | vsan cluster get | vsan health cluster list | vsan storage list",
        takes: &[("--formatter", OneOf("csv xml keyvalue")), ("-n --nic-name -d --device --interface-name", Plain)],
        rest: none(),
        ..rule("esxcli")
    },
];
