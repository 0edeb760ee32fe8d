//! What guards the machine: audit, SELinux, AppArmor, capabilities, locked accounts. Nothing that changes a rule.

use crate::rule::Kind::{Count, List, Log, Name, OneOf, Plain, Read, Word};
use crate::rule::{Rule, Style, at_most, exactly, none, rule, some};

/// When, for the tools of the audit.
const TIMES: &str = "-ts --start -te --end";

pub(super) const RULES: &[Rule] = &[
    // What was recorded, and the rules by which it is.
    Rule { flags: "-l -s -v", needs: &["-l -s -v"], ..rule("auditctl") },
    // Not `--checkpoint`, which writes.
    Rule {
        flags: "-i -r -l --interpret --raw --just-one --line-buffered --input-logs --debug",
        takes: &[
            (TIMES, Name),
            (
                "-m --message -k --key -p --pid -pp --ppid -c --comm -sv --success -sc --syscall -x --executable -f \
                 --file -a --event -e --exit -n --node -o --object -se --context -su --subject --session -tm --terminal \
                 -hn --host -ui --uid -ue --uid-effective -ua --uid-all -ul --loginuid -u -gi --gid -ge \
                 --gid-effective -ga --gid-all -uu --uuid -vm --vm-name -w --word --arch",
                Name,
            ),
            ("--format", OneOf("raw default interpret csv text")),
            ("--escape", OneOf("raw tty shell shell_quote")),
            ("-if --input", Log),
        ],
        rest: at_most(4, Name),
        style: Style::Words,
        ..rule("ausearch")
    },
    // Not `--tty`, which shows what was typed.
    Rule {
        flags: "-a -au -c -cr -e -f -h -i -k -l -m -ma -mac -n -nc -p -r -s -t -u -v -x --anomaly --auth --avc --config \
                --comm --crypto --debug --event --executable --failed --file --host --input-logs --integrity \
                --interpret --key --log --login --mods --no-config --pid --responses --success --summary --syscall \
                --terminal --user --virt --virtualization -tm",
        takes: &[
            (TIMES, Name),
            ("-if --input", Log),
            ("--node", Name),
            ("--escape", OneOf("raw tty shell shell_quote")),
        ],
        rest: at_most(3, Name),
        style: Style::Words,
        ..rule("aureport")
    },
    Rule { flags: "--bad --proof --debug", style: Style::Words, rest: at_most(1, Name), ..rule("aulast") },
    Rule { takes: &[("-u", Name)], ..rule("aulastlog") },
    // SELinux.
    Rule { ..rule("getenforce selinuxenabled") },
    Rule { flags: "-v -b --verbose", ..rule("sestatus") },
    Rule { flags: "-a", rest: at_most(8, Plain), ..rule("getsebool") },
    Rule {
        under: "port/fcontext/boolean/login/user/module/permissive/node/interface/dontaudit",
        flags: "-l -n -C --list --noheading --locallist",
        needs: &["-l --list"],
        rest: none(),
        ..rule("semanage")
    },
    Rule {
        flags: "-v --verbose",
        may_take: &[("-l --list --list-modules", OneOf("full standard"))],
        needs: &["-l --list --list-modules"],
        ..rule("semodule")
    },
    Rule { flags: "-n -N -V", takes: &[("-m", Name)], rest: some(List), ..rule("matchpathcon") },
    // Only what it would change.
    Rule { flags: "-n -v -R -r -i -F", needs: &["-n"], rest: some(List), ..rule("restorecon") },
    // Policies as they are loaded: no file is named.
    Rule {
        flags: "-A -T -d -C -ds -dt --allow --auditallow --dontaudit --type_trans --role_trans -ep -eb",
        takes: &[("-s --source -t --target -c --class -p --perm -b --bool", Word)],
        needs: &["-A -T --allow --auditallow --dontaudit --type_trans --role_trans"],
        rest: none(),
        style: Style::Words,
        ..rule("sesearch")
    },
    Rule {
        flags: "-a -b -c -r -t -u -x --stats --flat",
        rest: at_most(1, Word),
        style: Style::Words,
        ..rule("seinfo")
    },
    // Why something was denied, and the rule that would allow it: nothing that makes a module of it.
    Rule {
        flags: "-a -b -d -l -w -v -e --all --boot --dmesg --lastreload --why --verbose --explain",
        takes: &[("-i --input", Read), ("-t --type", Word)],
        ..rule("audit2why audit2allow")
    },
    // AppArmor and capabilities.
    Rule {
        flags: "--enabled --complaining --enforced --profiled --kill --special-unconfined --process-mixed --verbose \
                --json --pretty-json --count --show=all --show=profiles --show=processes",
        ..rule("aa-status apparmor_status")
    },
    Rule { flags: "--paranoid --with-ss", ..rule("aa-unconfined") },
    Rule { flags: "-q -x --quiet --exclusive", ..rule("aa-enabled") },
    Rule {
        flags: "--print",
        takes: &[("--decode", Word)],
        needs: &["--print --decode"],
        rest: none(),
        ..rule("capsh")
    },
    Rule { flags: "--verbose --ugly --legacy", rest: some(Count), ..rule("getpcaps") },
    Rule { flags: "-a", ..rule("pscap netcap") },
    // Accounts that are locked, and what a directory says of them.
    Rule { takes: &[("--user", Plain)], ..rule("faillock") },
    Rule { flags: "-a", takes: &[("-u --user", Plain)], ..rule("faillog") },
    // Not `user-checks`, for which modules of PAM forget what failed.
    Rule {
        under: "domain-list | domain-status | user-show | group-show | netgroup-show | config-check | \
                access-report",
        flags: "-o -r --online --active-server --servers",
        rest: at_most(1, Word),
        ..rule("sssctl")
    },
    Rule { takes: &[("-u --user", Plain)], ..rule("pam_tally2") },
    Rule { under: "list", flags: "-v --all --name-only --verbose", rest: none(), ..rule("realm") },
    // Neither `-a` and `-K`, which take passwords, nor `-c`, which sets one.
    Rule {
        flags: "-g -m -p -P -t -u --all-domains --check-secret --domain-groups --domain-users --online-status \
                --own-domain --ping --ping-dc --trusted-domains",
        takes: &[("-D --domain-info --domain -i --user-info -n --name-to-sid -r --user-groups -s --sid-to-name", Name)],
        rest: none(),
        ..rule("wbinfo")
    },
    // Not `-K`, which shows keys.
    Rule { flags: "-a -A -c -e -f -k -l -n -s -t", rest: none(), ..rule("klist") },
    Rule { flags: "-r -q", needs: &["-r"], rest: none(), ..rule("pwck grpck") },
    Rule { rest: exactly(1, Word), ..rule("getsubids") },
    Rule { takes: &[("-g --group", Word)], flags: "-l --list", needs: &["-l --list"], ..rule("groupmems") },
    Rule { flags: "-g -n", rest: exactly(1, Word), ..rule("libuser-lid members") },
];
