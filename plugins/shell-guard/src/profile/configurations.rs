//! What programs think of their own configuration: read, checked, told, and nothing taken over.

use crate::rule::Kind::Configuration;
use crate::rule::{Rule, at_most, rule};

pub(super) const RULES: &[Rule] = &[
    // Not `-c` and `-g`, with which it loads what it is told to.
    Rule { flags: "-t -T -q", needs: &["-t -T"], ..rule("nginx") },
    Rule { under: "configtest", ..rule("apachectl apache2ctl") },
    Rule { flags: "-t -S -M", needs: &["-t -S -M"], ..rule("apachectl apache2ctl httpd apache2") },
    Rule { flags: "-t -T", needs: &["-t -T"], ..rule("sshd") },
    Rule { flags: "-t", needs: &["-t"], ..rule("php-fpm") },
    // A configuration of haproxy or of named may name what is loaded, so only those of the machine are checked.
    Rule { flags: "-c -q -V", takes: &[("-f", Configuration)], needs: &["-c", "-f"], ..rule("haproxy") },
    Rule { flags: "-c -p -x -z", rest: at_most(1, Configuration), ..rule("named-checkconf") },
    Rule { flags: "-n -f -m -h", ..rule("postconf") },
    Rule { flags: "-s --suppress-prompt", needs: &["-s --suppress-prompt"], ..rule("testparm") },
    Rule { under: "certificates", ..rule("certbot") },
];
