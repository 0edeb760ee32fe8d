//! Names and properties of files.

use crate::rule::Kind::{Between, Count, Each, Inert, Layout, List, Name, Text};
use crate::rule::{Rule, Style, any, exactly, none, rule, some};

pub(super) const RULES: &[Rule] = &[
    Rule {
        flags: "-a -A -b -B -c -C -d -f -F -g -G -h -H -i -k -l -L -m -n -N -o -p -q -Q -r -R -s -S -t -u -U -v -x \
                -X -Z -1 --all --almost-all --author --escape --ignore-backups --directory --dereference \
                --dereference-command-line --file-type --full-time --group-directories-first --hide-control-chars \
                --human-readable --inode --kibibytes --literal --no-group --numeric-uid-gid --quote-name --recursive \
                --reverse --show-control-chars --si --size --context --zero",
        takes: &[
            ("-I --ignore --hide", Text),
            ("-T --tabsize -w --width", Count),
            ("--block-size --sort --time --format --quoting-style --indicator-style", Name),
            ("--time-style", Layout),
        ],
        may_take: &[("--color --classify --hyperlink", Name)],
        rest: any(List),
        harmless: true,
        ..rule("ls dir vdir")
    },
    Rule {
        // Neither `-o`, which writes, nor `-R`, which writes beneath.
        flags: "-a -d -f -l -x -i -q -N -Q -p -u -g -s -h -D -F -v -t -c -U -r -n -C -A -S -J -X --dirsfirst \
                --filesfirst --noreport --du --prune --si --inodes --device --matchdirs --ignore-case --gitignore \
                --nolinks",
        takes: &[
            ("-L", Between(1, 999)),
            ("--filelimit", Count),
            ("-P -I", Text),
            ("--timefmt", Layout),
            ("--sort --charset", Name),
        ],
        rest: any(List),
        style: Style::Apart,
        ..rule("tree")
    },
    Rule {
        flags: "-L -f -t -x --dereference --file-system --terse",
        takes: &[("-c --format --printf", Layout), ("--cached", Name)],
        rest: some(List),
        harmless: true,
        ..rule("stat")
    },
    Rule {
        flags: "-b -i -h -L -k -r -n -N -v -0 --brief --mime --mime-type --mime-encoding --dereference \
                --no-dereference --keep-going --raw --no-pad --print0 --extension",
        takes: &[("-F --separator", Text), ("-e --exclude", Name)],
        rest: some(List),
        ..rule("file")
    },
    Rule {
        flags: "-a -b -c -D -h -H -k -l -L -m -P -s -S -x -0 --all --apparent-size --bytes --total --dereference \
                --dereference-args --human-readable --si --inodes --count-links --null --no-dereference \
                --separate-dirs --summarize --one-file-system",
        takes: &[
            ("-d --max-depth -t --threshold", Count),
            ("-B --block-size", Name),
            ("--exclude", Text),
            ("--time-style", Layout),
        ],
        may_take: &[("--time", Name)],
        rest: any(List),
        harmless: true,
        ..rule("du")
    },
    Rule {
        flags: "-a -h -H -i -k -l -m -P -T -v --all --total --human-readable --si --inodes --local --no-sync \
                --portability --print-type",
        takes: &[("-B --block-size -t --type -x --exclude-type", Name)],
        may_take: &[("--output", Each("source fstype itotal iused iavail ipcent size used avail pcent file target"))],
        rest: any(List),
        harmless: true,
        ..rule("df")
    },
    Rule {
        flags: "-f -e -m -n -q -s -v -z --canonicalize --canonicalize-existing --canonicalize-missing --no-newline \
                --quiet --silent --verbose --zero",
        rest: some(List),
        harmless: true,
        ..rule("readlink")
    },
    Rule {
        flags: "-e -m -L -P -q -s -z --canonicalize-existing --canonicalize-missing --logical --physical --quiet \
                --strip --no-symlinks --zero",
        takes: &[("--relative-to --relative-base", List)],
        rest: some(List),
        harmless: true,
        ..rule("realpath")
    },
    Rule { flags: "-a -z --multiple --zero", takes: &[("-s --suffix", Text)], rest: some(Text), ..rule("basename") },
    Rule { flags: "-z --zero", rest: some(Text), ..rule("dirname") },
    Rule { flags: "-L -P", rest: none(), ..rule("pwd") },
    Rule { flags: "-a -s --all", rest: some(Name), ..rule("which") },
    Rule { flags: "-b -m -s -u", rest: some(Name), ..rule("whereis") },
    Rule { flags: "-t -p -a -P -f", rest: some(Name), ..rule("type") },
    // With `-v` it says what a name stands for; without, it would run it.
    Rule { flags: "-v -V", needs: &["-v -V"], rest: some(Name), ..rule("command") },
    Rule {
        flags: "! -a -o ( ) = == != -eq -ne -lt -le -gt -ge ]",
        takes: &[
            ("-b -c -d -e -f -g -G -h -k -L -N -O -p -r -s -S -u -w -x -ef -nt -ot", List),
            ("-n -z", Inert),
            ("-t", Count),
        ],
        rest: any(Inert),
        style: Style::Words,
        ..rule("test [")
    },
    Rule {
        flags: "-a -A -D -c -e -f -i -I -J -k -l -m -n -P -r -R -s -u -U -v -x -b --all --ascii --canonicalize --df \
                --dfi --evaluate --first-only --fstab --invert --kernel --list --merge --mtab --nofsroot --noheadings \
                --notruncate --pairs --raw --shadowed --submounts --tree --uniq --verbose --verify \
                --json --bytes --real --pseudo",
        takes: &[
            ("-t --types -o --output -S --source -O --options", Name),
            ("-T --target -M --mountpoint", List),
            ("-N --task -d --direction", Name),
        ],
        rest: any(List),
        ..rule("findmnt")
    },
    // Without an operand it lists; with one it mounts.
    Rule { flags: "-l -v --show-labels --verbose", takes: &[("-t --types", Name)], ..rule("mount") },
    Rule {
        flags: "-a -c -d -e -E -n -p -R -s -t --access --default --numeric --omit-header --recursive --tabular",
        rest: some(List),
        ..rule("getfacl")
    },
    Rule { flags: "-a -d -l -p -R -v", rest: any(List), ..rule("lsattr") },
    Rule { flags: "-a -e -l -r -s -w --all --exact --long", rest: some(Name), ..rule("apropos whatis") },
    Rule { flags: "-r -v -n", rest: some(List), ..rule("getcap") },
    Rule {
        flags: "-d -h -P -R --dump --no-dereference --absolute-names",
        takes: &[("-n --name -e --encoding", Name), ("-m --match", Text)],
        rest: some(List),
        ..rule("getfattr")
    },
    Rule { flags: "-b -s -v -x -e -k", rest: some(List), ..rule("filefrag") },
    Rule {
        flags: "-l -m -o -v -x -n --modes --owners --vertical --long --mountpoint",
        rest: some(List),
        ..rule("namei")
    },
    Rule { flags: "-q -d -x --quiet --fs-devno --devno", rest: exactly(1, List), ..rule("mountpoint") },
    Rule {
        flags: "-all --all -inodes --inodes -json --json",
        takes: &[("-only --only -hide --hide -sort --sort -width --width -style --style", Name)],
        rest: any(List),
        style: Style::Words,
        ..rule("duf")
    },
];
