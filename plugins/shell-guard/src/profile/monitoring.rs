//! What watches: which alerts there are, and what was measured.

use crate::rule::Kind::{Count, Host, List, Name, OneOf, Plain, Text};
use crate::rule::{Rule, at_most, none, rule};

/// What an agent of Zabbix measures by itself. Others of its keys run what they are told, and read what they are told.
const KEYS: &str = "agent.ping agent.version agent.hostname agent.variant system.uptime system.uname system.hostname \
                    system.cpu.num system.cpu.load system.cpu.load[all,avg1] system.cpu.load[all,avg5] \
                    system.cpu.load[percpu,avg1] system.cpu.util system.cpu.util[,idle] system.cpu.util[,iowait] \
                    system.cpu.switches system.boottime system.users.num system.swap.size \
                    system.swap.size[,free] system.swap.size[,pfree] vm.memory.size vm.memory.size[available] \
                    vm.memory.size[pavailable] vm.memory.size[total] vm.memory.size[free] proc.num proc.num[,,run] \
                    vfs.fs.discovery vfs.fs.get net.if.discovery vfs.fs.size[/] vfs.fs.size[/,pused] vfs.fs.size[/,free] \
                    vfs.fs.size[/,pfree] vfs.fs.inode[/,pfree] kernel.maxfiles kernel.maxproc";

pub(super) const RULES: &[Rule] = &[
    Rule { takes: &[("-t --test", OneOf(KEYS))], needs: &["-t --test"], ..rule("zabbix_agentd zabbix_agent2") },
    Rule {
        takes: &[
            ("-s --host", Host),
            ("-p --port -t --timeout", Count),
            ("-k --key", OneOf(KEYS)),
            ("-I --source-address", Host),
        ],
        needs: &["-s --host", "-k --key"],
        ..rule("zabbix_get")
    },
    Rule {
        under: "status | health | hostname | version",
        flags: "-j --json -p --pretty-json",
        rest: none(),
        ..rule("datadog-agent")
    },
    Rule { takes: &[("-s", List)], under: "listval | getval", rest: at_most(1, Name), ..rule("collectdctl") },
    Rule {
        under: "event/entity/silenced/namespace list | event/entity/silenced info | cluster health | cluster member-list | \
                version",
        flags: "--all-namespaces",
        takes: &[("--namespace", Plain), ("--format", OneOf("tabular")), ("--field-selector --label-selector", Text)],
        rest: at_most(2, Plain),
        ..rule("sensuctl")
    },
    Rule { under: "plugins ls", ..rule("grafana-cli") },
    Rule { under: "cli plugins ls", rest: none(), ..rule("grafana") },
    Rule { under: "status", rest: at_most(1, Plain), ..rule("gitlab-ctl omd") },
];
