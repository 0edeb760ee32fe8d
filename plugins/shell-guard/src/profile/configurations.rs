//! What programs think of their own configuration: read, checked, told, and nothing taken over.
//!
//! A configuration may name what is loaded, so only those of the machine are read, beneath `/etc`.

use crate::rule::Kind::{Configuration, Name, OneOf};
use crate::rule::{Rule, Style, at_most, exactly, none, rule, some};

pub(super) const RULES: &[Rule] = &[
    // Not `-g`, with which it loads what it is told to.
    Rule { flags: "-t -T -q -V", takes: &[("-c", Configuration)], needs: &["-t -T -V"], ..rule("nginx openresty") },
    Rule { under: "configtest", ..rule("apachectl apache2ctl") },
    Rule {
        flags: "-t -S -M -V -l -L",
        takes: &[("-D", OneOf("DUMP_VHOSTS DUMP_MODULES DUMP_INCLUDES DUMP_RUN_CFG")), ("-f", Configuration)],
        needs: &["-t -S -M -V -l -L"],
        ..rule("apachectl apache2ctl httpd apache2")
    },
    // By itself another one would start the server, where it is an older one.
    Rule {
        takes: &[("-D", OneOf("DUMP_VHOSTS DUMP_MODULES")), ("-f", Configuration)],
        needs: &["-D"],
        ..rule("apachectl apache2ctl httpd apache2")
    },
    Rule { flags: "-s -m -c -M -q -v -a -d", rest: at_most(1, Name), ..rule("a2query") },
    Rule { flags: "-t -T -G", takes: &[("-f", Configuration), ("-C", Name)], needs: &["-t -T -G"], ..rule("sshd") },
    Rule {
        flags: "-t -m",
        needs: &["-t -m"],
        ..rule("php-fpm php-fpm7.4 php-fpm8.0 php-fpm8.1 php-fpm8.2 php-fpm8.3 php-fpm8.4 php-fpm8.5")
    },
    Rule {
        flags: "-c -q -V",
        takes: &[("-f", Configuration)],
        needs: &["-c", "-f"],
        rest: at_most(2, Configuration),
        ..rule("haproxy")
    },
    // Each word as it stands: a letter behind `-t` would be a file that it writes.
    Rule {
        flags: "-t --config-test -l -v --version",
        takes: &[("-f --use-file", Configuration)],
        needs: &["-t --config-test"],
        style: Style::Words,
        ..rule("keepalived")
    },
    Rule { flags: "-v --version", needs: &["-v --version"], ..rule("keepalived") },
    Rule {
        takes: &[("--mode", OneOf("validate")), ("-c --config-path", Configuration)],
        needs: &["--mode", "-c --config-path"],
        ..rule("envoy")
    },
    Rule { flags: "-c -x -z -l -j", rest: at_most(1, Configuration), ..rule("named-checkconf") },
    // Without `-x` it would show the keys by which others may change it.
    Rule { flags: "-p -x", needs: &["-p", "-x"], rest: at_most(1, Configuration), ..rule("named-checkconf") },
    Rule {
        flags: "-q -j",
        takes: &[("-k -n -m -i -M -S -r -T -W", OneOf("fail warn ignore full full-sibling local local-sibling none"))],
        first: Some((Name, "")),
        rest: at_most(1, Configuration),
        ..rule("named-checkzone")
    },
    Rule { flags: "-f", takes: &[("-o", Name)], rest: at_most(1, Configuration), ..rule("unbound-checkconf") },
    Rule { rest: exactly(1, Configuration), ..rule("nsd-checkconf") },
    Rule { first: Some((Name, "")), rest: exactly(1, Configuration), ..rule("nsd-checkzone") },
    // It says what it would do.
    Rule { flags: "-d -v --debug --verbose", needs: &["-d --debug"], rest: some(Configuration), ..rule("logrotate") },
    Rule { takes: &[("-N", OneOf("1 2 3")), ("-f", Configuration)], needs: &["-N"], ..rule("rsyslogd") },
    Rule { flags: "-s --syntax-only", needs: &["-s --syntax-only"], ..rule("syslog-ng") },
    Rule { under: "stats | healthcheck | show-license-info", rest: none(), ..rule("syslog-ng-ctl") },
    Rule {
        under: "check config/rules/web-config",
        flags: "--lint --syntax-only",
        rest: some(Configuration),
        ..rule("promtool")
    },
    Rule { under: "check config/rules/healthy/ready", rest: none(), ..rule("promtool") },
    Rule {
        under: "test config/output | version | modules list",
        rest: none(),
        ..rule("filebeat metricbeat heartbeat auditbeat packetbeat")
    },
    Rule { takes: &[("-k", OneOf("parse check")), ("-f", Configuration)], needs: &["-k"], ..rule("squid") },
    Rule { flags: "-v", needs: &["-v"], rest: exactly(1, Configuration), ..rule("nagios nagios4 icinga naemon") },
    Rule { under: "daemon", flags: "-C --validate", needs: &["-C --validate"], rest: none(), ..rule("icinga2") },
    Rule {
        flags: "-s -v -l --suppress-prompt --verbose --skip-logic-checks",
        takes: &[("--parameter-name --section-name", Name)],
        needs: &["-s --suppress-prompt"],
        ..rule("testparm")
    },
    Rule { flags: "--test", needs: &["--test"], ..rule("dnsmasq") },
    Rule {
        flags: "-c -n -a -s --check",
        takes: &[("-f --file", Configuration)],
        needs: &["-c --check", "-f --file"],
        ..rule("nft")
    },
    // Not `-P`, which changes, and not a zone of elsewhere.
    Rule { flags: "-t", takes: &[("-cf", Configuration)], needs: &["-t"], style: Style::Words, ..rule("dhcpd") },
    Rule {
        takes: &[("-t", Configuration)],
        needs: &["-t"],
        ..rule("kea-dhcp4 kea-dhcp6 kea-ctrl-agent kea-dhcp-ddns")
    },
    Rule {
        flags: "--list --display --query --get-selections",
        needs: &["--list --display --query --get-selections"],
        rest: at_most(1, Name),
        ..rule("update-alternatives alternatives")
    },
    Rule { flags: "-s -v --get-selections", needs: &["--get-selections"], rest: none(), ..rule("update-alternatives") },
];
