//! What clusters, virtual machines and other programs say of themselves.

use crate::rule::Kind::{Count, Device, Name, Plain};
use crate::rule::{Rule, Style, any, at_most, between, exactly, none, rule};

pub(super) const RULES: &[Rule] = &[
    Rule { under: "members | info | version | catalog nodes/services | operator raft list-peers", ..rule("consul") },
    Rule { under: "status | version | operator raft list-peers", ..rule("vault") },
    Rule {
        under: "node status | job status | status | server members | version",
        flags: "-verbose -short",
        rest: any(Plain),
        style: Style::Words,
        ..rule("nomad")
    },
    // The files of keys are used and not shown.
    Rule {
        under: "member list | endpoint health/status/hashkv | alarm list | version",
        flags: "--cluster",
        takes: &[("-w --write-out --endpoints --cacert --cert --key --command-timeout --dial-timeout", Name)],
        ..rule("etcdctl")
    },
    Rule { flags: "-bp -bpc -bpr -bV", needs: &["-bp -bpc -bpr -bV"], style: Style::Words, ..rule("exim exim4") },
    Rule { under: "version", rest: none(), ..rule("go") },
    Rule {
        under: "list | dominfo | domstate | domblklist | domiflist | domifaddr | nodeinfo | net-list | pool-list | \
                vol-list | snapshot-list | version",
        flags: "--all --inactive --title --details",
        rest: at_most(1, Plain),
        ..rule("virsh")
    },
    Rule {
        under: "status | health | health detail | df | osd tree/stat/df/status | mon stat | pg stat | mds stat | fs \
                status | versions",
        flags: "-s",
        ..rule("ceph")
    },
    Rule { flags: "-s -v", needs: &["-s -v"], ..rule("ceph") },
    Rule { under: "status | resources | quorum status", flags: "--full", rest: none(), ..rule("pcs") },
    Rule { under: "status", ..rule("crm") },
    // Once, and not for ever.
    Rule { flags: "-1 -r -A -f -n -t -o", needs: &["-1"], ..rule("crm_mon") },
    Rule { under: "status", flags: "--verbose --statistics", rest: at_most(1, Plain), ..rule("drbdadm") },
    Rule { under: "volume status/info/list | peer status | pool list", rest: any(Plain), ..rule("gluster") },
    Rule {
        under: "list | ls | info | version",
        flags: "-a --all",
        takes: &[("-f --format -c --columns", Name)],
        rest: at_most(1, Plain),
        ..rule("lxc incus")
    },
    Rule { under: "list | status", rest: at_most(1, Plain), ..rule("qm pct") },
    Rule { under: "status | nodes", ..rule("pvecm") },
    Rule { under: "status", ..rule("pvesm") },
    Rule { flags: "-v --verbose", ..rule("pveversion") },
    Rule { under: "status | analyze blame/show", flags: "-l --long", ..rule("cloud-init") },
    Rule { under: "active | list | verify", ..rule("tuned-adm") },
    Rule { under: "status", flags: "--all", ..rule("pro ua") },
    // Peers and traffic: by its other names, and with a word behind the interface, it would show the keys.
    Rule { ..rule("wg") },
    Rule { under: "show", rest: at_most(1, Device), ..rule("wg") },
    Rule { under: "show neighbors/interfaces/chassis/statistics", ..rule("lldpcli lldpctl") },
    // Java: which machines there are, what their threads do, how they clean up.
    Rule { flags: "-l -m -q -v -V", ..rule("jps") },
    Rule { flags: "-l -e", rest: exactly(1, Count), ..rule("jstack") },
    Rule {
        flags: "-gc -gcutil -gccapacity -gccause -gcnew -gcold -class -compiler -t",
        needs: &["-gc -gcutil -gccapacity -gccause -gcnew -gcold -class -compiler"],
        rest: between(1, 3, Count),
        style: Style::Words,
        ..rule("jstat")
    },
];
