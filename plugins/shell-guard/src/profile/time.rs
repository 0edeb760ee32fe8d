//! Time: by whom the clock is set, and how far it is off. Nothing sets it.

use crate::rule::Kind::{Between, Count, Host, Name, OneOf, Sentence, Site};
use crate::rule::{Rule, at_most, between, exactly, none, rule};

pub(super) const RULES: &[Rule] = &[
    Rule {
        under: "tracking | sources | sourcestats | activity | serverstats | rtcdata | selectdata | clients | authdata | \
            smoothing \
                | manual list",
        flags: "-4 -6 -a -c -d -n -N -v",
        takes: &[("-h", Host), ("-p", Count)],
        rest: none(),
        ..rule("chronyc")
    },
    // So many times, ten seconds each.
    Rule {
        under: "waitsync",
        flags: "-4 -6 -n",
        first: Some((Between(1, 12), "")),
        rest: at_most(2, Count),
        ..rule("chronyc")
    },
    Rule {
        under: "ntpdata | accheck | sourcename",
        flags: "-4 -6 -c -n -N",
        takes: &[("-h", Host), ("-p", Count)],
        rest: at_most(1, Host),
        ..rule("chronyc")
    },
    Rule {
        flags: "-4 -6 -n -p -u -w",
        takes: &[(
            "-c",
            Sentence(
                "peers | lpeers | apeers | opeers | pe | as | associations | lassociations | rv | rv * | readvar | \
                    readvar * | rl | \
                 readlist | cv | clockvar | sysinfo | kerninfo | sysstats | iostats | ifstats | monstats | timerstats | \
                 authinfo | version",
            ),
        )],
        needs: &["-p -c"],
        rest: at_most(1, Host),
        ..rule("ntpq")
    },
    Rule { ..rule("ntpstat ntptime") },
    Rule { flags: "-n", rest: at_most(1, Host), ..rule("ntptrace") },
    Rule {
        flags: "-q -d -u -v -4 -6",
        needs: &["-q"],
        takes: &[("-p -t -o", Count)],
        rest: between(1, 4, Host),
        ..rule("ntpdate")
    },
    Rule { rest: exactly(1, Site), ..rule("sntp") },
    Rule { flags: "-4 -6 -c -n -p -u -v", needs: &["-p"], rest: exactly(1, Site), ..rule("rdate") },
    Rule { takes: &[("-s", OneOf("all status peers Sensors a s p S"))], needs: &["-s"], ..rule("ntpctl") },
    // The clocks of the network's devices: `GET` and no `SET`.
    Rule {
        flags: "-u -2 -4 -6 -z",
        takes: &[("-b -d -t", Count), ("-i -s", Name)],
        rest: between(1, 8, Sentence("GET _ | get _")),
        ..rule("pmc")
    },
];
