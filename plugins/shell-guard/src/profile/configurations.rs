//! What programs think of their own configuration: read, checked, told, and nothing taken over.

use crate::rule::Kind::{Configuration, Name, OneOf};
use crate::rule::{Rule, any, at_most, none, rule, some};

pub(super) const RULES: &[Rule] = &[
    // Not `-c` and `-g`, with which it loads what it is told to.
    Rule { flags: "-t -T -q -V", needs: &["-t -T -V"], ..rule("nginx") },
    Rule { under: "configtest", ..rule("apachectl apache2ctl") },
    Rule {
        flags: "-t -S -M -V -l -L",
        takes: &[("-D", OneOf("DUMP_VHOSTS DUMP_MODULES DUMP_INCLUDES DUMP_RUN_CFG"))],
        needs: &["-t -S -M -V -l -L -D"],
        ..rule("apachectl apache2ctl httpd apache2")
    },
    Rule { flags: "-s -m -q", ..rule("a2query") },
    Rule { flags: "-t -T", needs: &["-t -T"], ..rule("sshd") },
    Rule {
        flags: "-t -m",
        needs: &["-t -m"],
        ..rule("php-fpm php-fpm7.4 php-fpm8.0 php-fpm8.1 php-fpm8.2 php-fpm8.3 php-fpm8.4")
    },
    // A configuration of these may name what is loaded, so only those of the machine are checked.
    Rule { flags: "-c -q -V", takes: &[("-f", Configuration)], needs: &["-c", "-f"], ..rule("haproxy") },
    Rule { flags: "-c -p -x -z", rest: at_most(1, Configuration), ..rule("named-checkconf") },
    Rule { first: Some((Name, "")), rest: at_most(1, Configuration), ..rule("named-checkzone") },
    Rule { rest: at_most(1, Configuration), ..rule("unbound-checkconf") },
    // It says what it would do.
    Rule { flags: "-d -v --debug --verbose", needs: &["-d --debug"], rest: some(Configuration), ..rule("logrotate") },
    Rule { takes: &[("-N", OneOf("1 2"))], needs: &["-N"], ..rule("rsyslogd") },
    Rule { under: "check config/rules/healthy/ready", rest: any(Configuration), ..rule("promtool") },
    Rule { takes: &[("-k", OneOf("parse check"))], needs: &["-k"], ..rule("squid") },
    // Without `-P` it hides passwords.
    Rule { flags: "-n -a -N", needs: &["-n -a -N"], ..rule("doveconf dovecot") },
    Rule { flags: "-d -n -f -m -h -M", rest: any(Name), ..rule("postconf") },
    Rule { flags: "-s -v --suppress-prompt", needs: &["-s --suppress-prompt"], ..rule("testparm") },
    Rule { flags: "--test", needs: &["--test"], ..rule("dnsmasq") },
    Rule {
        flags: "--no-pager",
        takes: &[("--diff", OneOf("yes no true false")), ("-t --type", Name)],
        needs: &["--no-pager |"],
        ..rule("systemd-delta")
    },
    Rule {
        flags: "--list --display --query",
        needs: &["--list --display --query"],
        rest: at_most(1, Name),
        ..rule("update-alternatives alternatives")
    },
    Rule { flags: "-s -v --get-selections", needs: &["--get-selections"], rest: none(), ..rule("update-alternatives") },
];
