//! `find`: every test, and no action but printing. And what knows the names without looking.

use crate::rule::Kind::{Count, Layout, List, Name, OneOf, Pattern, Text};
use crate::rule::{Rule, Style, any, rule, some};

pub(super) const RULES: &[Rule] = &[
    Rule {
        flags: "-H -L -P ! ( ) , -a -o -and -or -not -true -false -print -print0 -ls -prune -quit -depth -d -mount \
                -xdev \
            -daystart -follow -noleaf -empty -executable -readable -writable -nouser -nogroup -ignore_readdir_race \
            -noignore_readdir_race -O0 -O1 -O2 -O3 -x -E -s -warn -nowarn -help --help -version --version",
        takes: &[
            ("-name -iname -path -ipath -wholename -iwholename -lname -ilname", Pattern),
            ("-regex -iregex", Text),
            ("-printf", Layout),
            ("-regextype -type -xtype -fstype -user -group -context", Name),
            ("-perm", Text),
            ("-maxdepth -mindepth -size -links -inum -uid -gid -used -amin -atime -cmin -ctime -mmin -mtime", Count),
            (
                "-newer -anewer -cnewer -samefile -neweraa -neweram -newerac -newerma -newermm -newermc -newerca \
             -newercm -newercc -newerBa -newerBc -newerBm -newerBB -newermB -newercB",
                List,
            ),
            ("-newerat -newermt -newerct -newerBt", Text),
            ("-Bmin -Btime", Count),
            ("-D", OneOf("help")),
        ],
        rest: any(List),
        style: Style::Words,
        ..rule("find")
    },
    Rule {
        // Not `-d`, which reads another database.
        flags: "-A -b -c -e -i -w -0 --all --basename --count --existing --ignore-case --wholename --null",
        takes: &[("-l -n --limit", Count)],
        rest: some(Pattern),
        ..rule("locate mlocate plocate")
    },
    Rule { flags: "-S --statistics", needs: &["-S --statistics"], ..rule("locate mlocate") },
];
