//! Who is there.

use crate::rule::Kind::{Count, List, Logins, Name, OneOf, Plain, Text, Word};
use crate::rule::{Rule, Style, any, at_most, exactly, rule, some};

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
    // Another file only where logs are.
    Rule {
        flags: "-a -d -F -i -R -T -w -x --hostlast --dns --fulltimes --ip --nohostname --fullnames --system",
        takes: &[
            ("-n --limit", Count),
            ("-s --since -t --until", Text),
            ("-p --present", Text),
            ("--time-format", Name),
            ("-f --file", Logins),
        ],
        digits: true,
        rest: any(Name),
        ..rule("last lastb")
    },
    // Not `-r`, which makes such a file of text.
    Rule { rest: exactly(1, Logins), ..rule("utmpdump") },
    Rule { takes: &[("-u --user", Name), ("-t --time -b --before", Count)], ..rule("lastlog") },
    Rule {
        flags: "-a -s -j --active --service --json",
        takes: &[("-u --user -t --time -b --before", Name)],
        ..rule("lastlog2")
    },
    // Only people of this machine.
    Rule { flags: "-l -m -p -s", rest: any(Word), ..rule("finger") },
    Rule {
        flags: "-i --no-idn",
        takes: &[(
            "-s --service",
            OneOf("files sss ldap dns compat systemd winbind db nis myhostname mymachines resolve wins altfiles"),
        )],
        first: Some((
            OneOf(
                "passwd group hosts services protocols networks rpc ethers netgroup ahosts ahostsv4 ahostsv6 \
                 initgroups aliases subid shells",
            ),
            "",
        )),
        rest: any(Name),
        ..rule("getent")
    },
    // Without `-l` it replaces the table.
    Rule { flags: "-l", takes: &[("-u", Name)], needs: &["-l"], ..rule("crontab") },
    // Which of them would be run. The flag stands first: some know no other place for it.
    Rule {
        flags: "-v --test --list --lsbsysinit --reverse --verbose --report",
        takes: &[("--regex", Text)],
        needs: &["--test --list"],
        rest: exactly(1, List),
        style: Style::Early,
        ..rule("run-parts")
    },
    Rule { flags: "-T", needs: &["-T"], ..rule("anacron") },
    Rule { takes: &[("-q", Plain)], ..rule("atq") },
    Rule { ..rule("mailq") },
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
    Rule { flags: "-l -s -q -f -i -w", rest: any(Plain), ..rule("pinky") },
    // Which commands have ended, where that is kept.
    Rule {
        flags: "--strict-match",
        takes: &[("--user --command --tty --pid", Word)],
        rest: any(Word),
        ..rule("lastcomm")
    },
    Rule { flags: "-d -p -y -a --daily-totals --individual-totals", rest: any(Plain), ..rule("ac") },
];
