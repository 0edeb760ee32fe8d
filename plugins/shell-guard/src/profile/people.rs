//! Who is there.

use crate::rule::Kind::{Count, Name, OneOf, Plain, Text};
use crate::rule::{Rule, Style, any, at_most, exactly, none, rule, some};

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
    // What of an account ends when. Not what sets it.
    Rule { flags: "-l -i --list --iso8601", needs: &["-l --list"], rest: exactly(1, Plain), ..rule("chage") },
    Rule { flags: "-S -a --status --all", needs: &["-S --status"], rest: at_most(1, Plain), ..rule("passwd") },
    Rule {
        flags: "-a -f -g -G -J -L -n -r -s -u -Z -e -l --acc-expiration --supp-groups --json --last --system-accs \
                --user-accs --noheadings",
        takes: &[("-o --output --logins", Name)],
        rest: at_most(1, Plain),
        ..rule("lslogins")
    },
    Rule { flags: "-a", takes: &[("-u --user", Plain)], ..rule("faillog") },
    Rule { takes: &[("--user", Plain)], ..rule("faillock") },
    Rule { flags: "-l -s -q -f -i -w", rest: any(Plain), ..rule("pinky") },
    Rule { flags: "-d -p -y -a --daily-totals --individual-totals", rest: any(Plain), ..rule("ac") },
    // What was recorded, and the rules by which it is.
    Rule { flags: "-l -s -v", needs: &["-l -s -v"], ..rule("auditctl") },
    Rule {
        flags: "-i -r -l --interpret --raw --just-one",
        takes: &[(
            "-m --message -k --key -ui --uid -p --pid -c --comm -sv --success -x --executable -f --file -u -a --event \
             -ts --start -te --end",
            Name,
        )],
        rest: at_most(4, Name),
        style: Style::Words,
        ..rule("ausearch")
    },
    Rule {
        flags: "-au -l -a -f -k -m -n -p -s -t -u -x -i --auth --login --avc --file --key --failed --success \
                --summary --interpret --anomaly",
        takes: &[("-ts --start -te --end", Name)],
        rest: at_most(3, Name),
        style: Style::Words,
        ..rule("aureport")
    },
    Rule { flags: "-a", rest: at_most(3, Plain), ..rule("getsebool") },
    Rule {
        under: "port/fcontext/boolean/login/user/module",
        flags: "-l -n -C --list --noheading --locallist",
        needs: &["-l --list"],
        rest: none(),
        ..rule("semanage")
    },
    Rule { flags: "-l -v --list --verbose", needs: &["-l --list"], ..rule("semodule") },
    Rule { flags: "--print", needs: &["--print"], ..rule("capsh") },
];
