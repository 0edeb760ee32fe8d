//! Queues of jobs, and the file systems of the clusters that run them: what waits, what runs, what is full.

use crate::rule::Kind::{List, Name, Plain, Text, Word};
use crate::rule::{Rule, any, at_most, exactly, none, rule};

pub(super) const RULES: &[Rule] = &[
    // Not `-i`, which repeats for ever.
    Rule {
        flags: "-a -d -e -h -l -N -r -R -s -T --all --dead --exact --long --Node --noheader --responding --list-reasons \
                --summarize --reservation --federation --json",
        takes: &[
            ("-n --nodes -p --partition -t --states -S --sort -M --clusters", Name),
            ("-o -O --format --Format", Text),
        ],
        ..rule("sinfo")
    },
    Rule {
        flags: "-a -h -l -r -s --all --array --long --me --noheader --start --steps --json",
        takes: &[
            (
                "-A --account -j --jobs -M --clusters -n --name -p --partition -q --qos -R --reservation -S --sort -t \
                 --states -u --user -w --nodelist",
                Name,
            ),
            ("-o -O --format --Format", Text),
        ],
        ..rule("squeue")
    },
    Rule {
        flags: "-a -b -D -l -L -n -P -p -X --allusers --allclusters --allocations --brief --duplicates --long --noheader \
                --parsable --parsable2 --json",
        takes: &[(
            "-A --accounts -j --jobs -M --clusters -N --nodelist -o --format -q --qos -r --partition -s --state -S \
                 --starttime -E --endtime -u --user --units",
            Name,
        )],
        ..rule("sacct")
    },
    Rule {
        under: "show node/nodes/job/jobs/partition/partitions/reservation/step/config/federation/daemons/licenses | \
                ping | version",
        flags: "-a -d -o --all --details --oneliner --json",
        rest: at_most(1, Plain),
        ..rule("scontrol")
    },
    Rule {
        flags: "-h -l -a --noheader --long --all",
        takes: &[("-u --user -A --accounts -j --jobs", Name)],
        ..rule("sprio sshare")
    },
    Rule { flags: "--all", rest: none(), ..rule("sdiag") },
    // Lustre and Spectrum Scale.
    Rule { under: "df", flags: "-h -i -l -v", rest: at_most(1, List), ..rule("lfs") },
    Rule { under: "quota", flags: "-h -q -v", takes: &[("-u -g -p", Word)], rest: exactly(1, List), ..rule("lfs") },
    Rule {
        under: "getstripe | osts | mdts | check servers/osts/mdts",
        flags: "-d -v -q",
        rest: any(List),
        ..rule("lfs")
    },
    Rule { flags: "-a -L -s -v", rest: none(), ..rule("mmgetstate") },
    Rule { rest: none(), ..rule("mmlscluster mmlsmgr mmlslicense mmlsnsd") },
    Rule { flags: "-L -m", rest: at_most(1, Word), ..rule("mmlsfs mmlsdisk mmlsfileset mmlssnapshot") },
    Rule { under: "node/cluster show", flags: "-v --unhealthy", rest: at_most(1, Word), ..rule("mmhealth") },
    Rule { flags: "--waiters --network --stats --config --version", rest: none(), ..rule("mmdiag") },
];
