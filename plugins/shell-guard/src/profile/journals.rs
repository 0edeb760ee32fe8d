//! What was written down: the journal, the kernel's messages, what crashed.

use crate::rule::Kind::{Count, Match, Name, OneOf, Properties, Sentence, Text};
use crate::rule::{Rule, any, rule};

const JOURNAL_FLAGS: &str = "-a -e -f -k -l -m -q -r -x -I --all --catalog --disk-usage --dmesg --follow --full \
    --list-boots \
                --list-invocations --list-namespaces --local --merge --no-full --no-hostname --no-pager --no-tail --pager-end \
                --quiet --reverse --show-cursor --system --truncate-newline --user --utc --header -N --fields --verify \
                --list-catalog";

const JOURNAL_NAMES: &str = "-u --unit --user-unit -t --identifier -T --exclude-identifier -p --priority -o --output \
    --facility -M --machine --namespace --invocation";

const JOURNAL_TEXTS: &str = "-S --since -U --until -g --grep -c --cursor --after-cursor";

/// Without any of these it would show the whole journal, through a pager.
const JOURNAL_CHOICES: &str = "-u --unit --user-unit -t --identifier -p --priority -S --since -U --until -g --grep -n \
    --lines -k --dmesg -e \
             --pager-end -b --boot --disk-usage --list-boots --list-invocations --list-namespaces --header -N --fields -F \
             --field -f --follow --no-pager -c --cursor --after-cursor --verify -I --invocation -r -o --output -M --machine \
             --user --facility |";

pub(super) const RULES: &[Rule] = &[
    // Nothing that rotates, vacuums, or reads from elsewhere; and not the whole journal through a pager.
    Rule {
        flags: JOURNAL_FLAGS,
        takes: &[
            (JOURNAL_NAMES, Name),
            ("-F --field --output-fields", Properties),
            (JOURNAL_TEXTS, Text),
            ("-n --lines", Sentence("all | _")),
        ],
        may_take: &[("-b --boot", Name), ("--case-sensitive", OneOf("yes no true false"))],
        digits: true,
        needs: &[JOURNAL_CHOICES],
        rest: any(Match),
        ..rule("journalctl")
    },
    // `-n` alone stands for ten lines.
    Rule {
        flags: JOURNAL_FLAGS,
        takes: &[(JOURNAL_NAMES, Name), ("-F --field --output-fields", Properties), (JOURNAL_TEXTS, Text)],
        may_take: &[("-b --boot", Name), ("-n --lines", Sentence("all | _"))],
        digits: true,
        needs: &["-n --lines"],
        rest: any(Match),
        ..rule("journalctl")
    },
    // Neither `-c`, `-C`, `-n`, `-D`, `-E`, which change, nor `-w`, which never ends.
    Rule {
        flags: "-d -e -H -k -L -P -p -r -S -t -T -u -x --ctime --decode --human --kernel --nopager --notime --raw --reltime \
                --show-delta --syslog --userspace --json --noescape --force-prefix -J",
        takes: &[
            ("-f --facility -l --level --time-format", Name),
            ("--since --until", Text),
            ("-s --buffer-size", Count),
        ],
        may_take: &[("--color", Name)],
        ..rule("dmesg")
    },
    // What crashed, and not what was in its memory and its environment.
    Rule {
        under: "list | info",
        flags: "-1 -a -q -r --all --no-pager --no-legend --quiet --reverse",
        takes: &[
            ("-n", Count),
            ("-S --since -U --until", Text),
            ("-F --field", Properties),
            ("--json", OneOf("short pretty off")),
        ],
        rest: any(Name),
        ..rule("coredumpctl")
    },
    Rule {
        flags: "-1 -q -r --no-pager --no-legend --reverse",
        takes: &[("-n", Count), ("-S --since -U --until", Text)],
        ..rule("coredumpctl")
    },
];
