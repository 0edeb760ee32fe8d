//! Who is there.

use crate::rule::Kind::{Count, Name, OneOf, Text};
use crate::rule::{Rule, any, at_most, rule, some};

pub(super) const RULES: &[Rule] = &[
    Rule { ..rule("whoami users") },
    // By name, and only what says nothing that others should not know.
    Rule {
        rest: some(OneOf(
            "DISPLAY EDITOR HOME HOSTNAME JAVA_HOME LANG LC_ALL LC_CTYPE LOGNAME MAIL OLDPWD PAGER PATH PWD SHELL \
             SHLVL TERM TMPDIR TZ USER XDG_RUNTIME_DIR",
        )),
        ..rule("printenv")
    },
    Rule {
        flags: "-a -G -g -n -r -u -Z -z --group --groups --name --real --user --context --zero",
        rest: any(Name),
        ..rule("id")
    },
    Rule { rest: any(Name), ..rule("groups") },
    Rule {
        flags: "-a -b -d -H -l -m -p -q -r -s -t -T -u -w --all --boot --dead --heading --ips --login --lookup \
                --process --count --runlevel --short --time --mesg --users",
        rest: at_most(2, OneOf("am i I mom likes")),
        ..rule("who")
    },
    Rule {
        flags: "-f -h -i -o -s --no-header --short --from --ip-addr --old-style",
        rest: at_most(1, Name),
        ..rule("w")
    },
    // Not `-f`, which reads a file.
    Rule {
        flags: "-a -d -F -i -R -w -x --hostlast --dns --fulltimes --ip --nohostname --fullnames --system",
        takes: &[
            ("-n --limit", Count),
            ("-s --since -t --until", Text),
            ("-p --present", Text),
            ("--time-format", Name),
        ],
        digits: true,
        rest: any(Name),
        ..rule("last lastb")
    },
    Rule { takes: &[("-u --user", Name), ("-t --time -b --before", Count)], ..rule("lastlog") },
    Rule {
        first: Some((
            OneOf(
                "passwd group hosts services protocols networks rpc ethers netgroup ahosts ahostsv4 ahostsv6 \
                 initgroups aliases",
            ),
            "",
        )),
        rest: any(Name),
        ..rule("getent")
    },
    // Without `-l` it replaces the table.
    Rule { flags: "-l", takes: &[("-u", Name)], needs: &["-l"], ..rule("crontab") },
    Rule { ..rule("atq mailq") },
    Rule { flags: "-p", needs: &["-p"], ..rule("postqueue") },
];
