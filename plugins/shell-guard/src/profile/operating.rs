//! What keeps services going: restarting and reloading them. Nothing is stopped for good, enabled, installed or deleted.

use crate::rule::Kind::{Between, Count, Name, OneOf, Plain, Resources, Unit};
use crate::rule::{Rule, Style, any, exactly, none, rule, some};

pub(super) const RULES: &[Rule] = &[
    Rule {
        under: "start | restart | reload | try-restart | reload-or-restart | try-reload-or-restart | reset-failed",
        flags: "-q --quiet --no-block --no-pager --user --system --wait",
        rest: some(Unit),
        ..rule("systemctl")
    },
    Rule { under: "daemon-reload", flags: "--user --system", rest: none(), ..rule("systemctl") },
    Rule { first: Some((Unit, "")), rest: exactly(1, OneOf("start restart reload force-reload")), ..rule("service") },
    Rule { first: Some((Unit, "")), rest: exactly(1, OneOf("start restart reload")), ..rule("rc-service") },
    Rule { under: "start | restart | update | reread", rest: any(Plain), ..rule("supervisorctl") },
    Rule { under: "restart | monitor", rest: exactly(1, Plain), ..rule("monit") },
    Rule { under: "restart | reload", rest: some(Plain), ..rule("pm2") },
    Rule { under: "reload", rest: any(Plain), ..rule("fail2ban-client") },
    Rule { takes: &[("-s", OneOf("reload reopen"))], needs: &["-s"], ..rule("nginx") },
    Rule { under: "graceful", ..rule("apachectl apache2ctl") },
    Rule { under: "check | reload | flush", ..rule("postfix") },
    Rule { flags: "-f", needs: &["-f"], ..rule("postqueue") },
    Rule {
        under: "start | restart | unpause | container start/restart/unpause",
        takes: &[("-t --time --timeout", Count)],
        rest: some(Plain),
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "compose start/restart",
        takes: &[("-t --timeout", Count)],
        rest: any(Plain),
        ..rule("docker podman nerdctl")
    },
    Rule {
        under: "rollout restart/undo/pause/resume",
        takes: &[("-n --namespace --context --to-revision", Name)],
        first: Some((Resources, "")),
        rest: any(Plain),
        ..rule("kubectl oc")
    },
    Rule {
        under: "scale",
        takes: &[("-n --namespace --context", Name), ("--replicas", Between(1, 100))],
        needs: &["--replicas"],
        first: Some((Resources, "")),
        rest: any(Plain),
        ..rule("kubectl oc")
    },
    Rule { under: "cordon | uncordon", rest: exactly(1, Plain), ..rule("kubectl oc") },
    Rule { flags: "-a makestep", needs: &["makestep"], style: Style::Words, ..rule("chronyc") },
];
