//! What other programs say of themselves.

use crate::rule::Kind::{Count, Device};
use crate::rule::{Rule, Style, at_most, between, exactly, rule};

pub(super) const RULES: &[Rule] = &[
    Rule { flags: "-bp -bpc -bpr -bV", needs: &["-bp -bpc -bpr -bV"], style: Style::Words, ..rule("exim exim4") },
    Rule { under: "status | analyze blame/show", flags: "-l --long", ..rule("cloud-init") },
    Rule { under: "active | list | verify", ..rule("tuned-adm") },
    Rule { under: "status", flags: "--all", ..rule("pro ua") },
    // Peers and traffic: by its other names, and with a word behind the interface, it would show the keys.
    Rule { ..rule("wg") },
    Rule { under: "show", rest: at_most(1, Device), ..rule("wg") },
    Rule { under: "show neighbors/interfaces/chassis/statistics", ..rule("lldpcli lldpctl") },
    // Java: which machines there are, what their threads do, how they clean up. Not their properties, among which passwords
    // are, and nothing that writes what is in their memory.
    Rule { flags: "-l -m -q -v -V", ..rule("jps") },
    Rule { flags: "-l -e", rest: exactly(1, Count), ..rule("jstack") },
    Rule {
        flags: "-histo -heap -clstats -finalizerinfo",
        needs: &["-histo -heap -clstats -finalizerinfo"],
        rest: exactly(1, Count),
        style: Style::Words,
        ..rule("jmap")
    },
    Rule {
        flags: "-gc -gcutil -gccapacity -gccause -gcnew -gcold -gcnewcapacity -gcoldcapacity -gcmetacapacity -class -compiler \
                -printcompilation -t",
        needs: &[
            "-gc -gcutil -gccapacity -gccause -gcnew -gcold -gcnewcapacity -gcoldcapacity -gcmetacapacity -class -compiler \
                  -printcompilation",
        ],
        rest: between(1, 3, Count),
        style: Style::Words,
        ..rule("jstat")
    },
];
