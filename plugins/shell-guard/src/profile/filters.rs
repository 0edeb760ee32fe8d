//! Text on its way through a pipe.

use crate::rule::Kind::{
    Between, Count, Each, Format, Inert, Jq, Layout, Name, Names, OneOf, Pair, Ranges, Read, Size, Span, Step, Text, Yq,
};
use crate::rule::{Rule, Style, any, at_most, between, exactly, rule, some};

/// What both ways to use `yq` have in common.
const YQ: Rule = Rule {
    takes: &[
        (
            "-o --output-format -p --input-format",
            OneOf(
                "auto yaml y json j props p xml x csv c tsv t toml shell lua ini =auto =yaml =y =json =j =props \
                     =p =xml =x =csv =c =tsv =t =toml",
            ),
        ),
        ("-I", Count),
    ],
    first: Some((Yq, "")),
    rest: any(Read),
    ..rule("yq")
};

pub(super) const RULES: &[Rule] = &[
    Rule {
        flags: "-a -b -c -E -F -G -P -H -h -i -I -l -L -n -o -q -r -R -s -T -U -v -w -x -y -z -Z --text \
                --byte-offset --count --extended-regexp --fixed-strings --basic-regexp --perl-regexp --with-filename \
                --no-filename --ignore-case --no-ignore-case --files-with-matches --files-without-match \
                --line-number --only-matching --quiet --silent --recursive --dereference-recursive --no-messages \
                --initial-tab --binary --invert-match --word-regexp --line-regexp --null-data --null \
                --line-buffered",
        takes: &[
            ("-A --after-context -B --before-context -C --context -m --max-count", Count),
            ("-e --regexp --include --exclude --exclude-dir --label --group-separator", Text),
            ("-f --file", Read),
            ("--binary-files", OneOf("binary text without-match")),
            // Not `recurse`, which would be `-r` by another name.
            ("-d --directories -D --devices", OneOf("read skip")),
        ],
        may_take: &[("--color --colour", Name)],
        digits: true,
        first: Some((Text, "-e --regexp -f --file")),
        trees: "-r -R --recursive --dereference-recursive",
        rest: any(Read),
        harmless: true,
        ..rule("grep egrep fgrep")
    },
    Rule {
        flags: "-a -b -c -E -F -G -h -H -i -l -L -n -o -P -q -s -v -w -x --count --extended-regexp --fixed-strings \
                --ignore-case --line-number --only-matching --no-filename --with-filename --files-with-matches \
                --invert-match --word-regexp",
        takes: &[("-A -B -C -m", Count), ("-e", Text)],
        may_take: &[("--color --colour", Name)],
        digits: true,
        first: Some((Text, "-e")),
        rest: any(Read),
        ..rule(
            "zgrep zegrep zfgrep bzgrep bzegrep bzfgrep xzgrep xzegrep xzfgrep lzgrep lzegrep lzfgrep zstdgrep \
             lz4grep",
        )
    },
    // Neither `-o` nor `-T`, which write, nor `--compress-program`, which runs.
    Rule {
        flags: "-b -c -C -d -f -g -h -i -m -M -n -r -R -s -u -V -z --ignore-leading-blanks --check \
                --dictionary-order --ignore-case --general-numeric-sort --human-numeric-sort --ignore-nonprinting \
                --merge --month-sort --numeric-sort --reverse --random-sort --stable --unique --version-sort \
                --zero-terminated --debug",
        takes: &[
            ("-k --key", Name),
            ("-t --field-separator", Text),
            ("-S --buffer-size", Size),
            ("--parallel --batch-size", Between(1, 1024)),
            ("--sort", Name),
        ],
        rest: any(Read),
        ..rule("sort")
    },
    // A second operand would be written, and on some systems a flag behind the first is one.
    Rule {
        flags: "-c -d -D -i -u -z --count --repeated --ignore-case --unique --zero-terminated",
        takes: &[("-f --skip-fields -s --skip-chars -w --check-chars", Count)],
        may_take: &[("--all-repeated --group", Name)],
        rest: at_most(1, Read),
        style: Style::Early,
        ..rule("uniq")
    },
    Rule {
        flags: "-n -s -z --complement --only-delimited --zero-terminated",
        takes: &[("-b --bytes -c --characters -f --fields", Ranges), ("-d --delimiter --output-delimiter", Text)],
        rest: any(Read),
        harmless: true,
        ..rule("cut")
    },
    Rule {
        flags: "-c -C -d -s -t --complement --delete --squeeze-repeats --truncate-set1",
        rest: between(1, 2, Text),
        ..rule("tr")
    },
    Rule {
        flags: "-s -z --serial --zero-terminated",
        takes: &[("-d --delimiters", Text)],
        rest: any(Read),
        harmless: true,
        ..rule("paste")
    },
    Rule {
        flags: "-t -x -e -n -J -d -L --table --fillrows --json --keep-empty-lines --table-noheadings",
        takes: &[
            ("-s --separator -o --output-separator -N --table-columns --table-name", Text),
            ("-c --output-width", Between(0, 9999)),
            (
                "-R --table-right -H --table-hide -O --table-order -l --table-columns-limit -E --table-noextreme -T \
                 --table-truncate -W --table-wrap -C --table-column -r --tree -i --tree-id -p --tree-parent",
                Names,
            ),
        ],
        rest: any(Read),
        ..rule("column")
    },
    Rule {
        flags: "-b -s --bytes --spaces",
        takes: &[("-w --width", Count)],
        digits: true,
        rest: any(Read),
        harmless: true,
        ..rule("fold")
    },
    Rule {
        flags: "-c -s -u --crown-margin --split-only --uniform-spacing",
        takes: &[("-w --width -g --goal", Count)],
        digits: true,
        rest: any(Read),
        harmless: true,
        ..rule("fmt")
    },
    Rule {
        flags: "-a -i --all --initial --first-only",
        takes: &[("-t --tabs", Each("1 2 3 4 5 6 7 8 9 10 12 14 16 20 24 32 40 48 64 80 +4 +8 /4 /8"))],
        digits: true,
        rest: any(Read),
        ..rule("expand unexpand")
    },
    Rule { rest: any(Read), harmless: true, ..rule("rev") },
    Rule {
        flags: "-w --equal-width",
        takes: &[("-s --separator", Text), ("-f --format", Layout)],
        digits: true,
        rest: at_most(3, Step),
        ..rule("seq")
    },
    Rule { rest: any(Text), style: Style::Text, ..rule("echo expr true false") },
    Rule { first: Some((Format, "")), rest: any(Inert), style: Style::Text, ..rule("printf") },
    Rule { flags: "-i -l -q -s -w --interactive --mathlib --quiet --standard --warn", ..rule("bc") },
    Rule {
        flags: "-a -c -C -e -j -M -n -r -s -S --ascii-output --color-output --compact-output --exit-status \
                --join-output --monochrome-output --null-input --raw-input --raw-output --raw-output0 --seq --slurp \
                --sort-keys --stream --tab --unbuffered -R",
        takes: &[("--indent", Count), ("--arg --argjson", Pair)],
        first: Some((Jq, "")),
        rest: any(Read),
        ..rule("jq")
    },
    // By itself it sets in order what comes in.
    Rule {
        flags: "-a -c -C -M -r -s -S --ascii-output --color-output --compact-output --monochrome-output --raw-output --slurp \
                --sort-keys --tab",
        ..rule("jq")
    },
    // Two programs have this name. Neither `-i`, with which both write, nor `-s`, with which one does, nor `-f`.
    Rule {
        flags: "-C -M -N -P -c -e -j -n -r --colors --no-colors --no-doc --prettyPrint --raw-output --unwrapScalar",
        ..YQ
    },
    Rule {
        under: "e/eval/ea/eval-all",
        flags: "-C -M -N -P -e -j -n -r --colors --no-colors --no-doc --prettyPrint --unwrapScalar",
        ..YQ
    },
    Rule {
        flags: "-z --debug --grouping --zero-terminated",
        takes: &[
            ("--from --to", OneOf("none auto si iec iec-i")),
            ("-d --delimiter --suffix", Text),
            ("--format", Layout),
            ("--from-unit --to-unit", Count),
            ("--padding", Step),
            ("--field", Ranges),
            ("--round", OneOf("up down from-zero towards-zero nearest")),
            ("--invalid", OneOf("abort fail warn ignore")),
        ],
        may_take: &[("--header", Count)],
        rest: any(Count),
        ..rule("numfmt")
    },
    // Sums of columns; it reads nothing but what comes in.
    Rule {
        flags: "-C -H -W -f -i -s --full --header-in --header-out --headers --ignore-case --narm --sort \
                --whitespace",
        takes: &[("-t --field-separator --output-delimiter", Text), ("-g --group", Ranges), ("-R --round", Count)],
        rest: some(Name),
        ..rule("datamash")
    },
    // Once: the numbers would be added up.
    Rule { rest: exactly(1, Between(0, 60)), ..rule("sleep") },
    // Neither `-o`, which writes, nor `--random-source`, which reads.
    Rule {
        flags: "-e -z --echo --zero-terminated",
        takes: &[("-n --head-count", Count), ("-i --input-range", Span)],
        rest: at_most(1, Read),
        ..rule("shuf")
    },
    // Again and again, but not for ever.
    Rule {
        flags: "-r -z --repeat --zero-terminated",
        takes: &[("-n --head-count", Between(0, 1_000_000)), ("-i --input-range", Span)],
        needs: &["-n --head-count"],
        rest: at_most(1, Read),
        ..rule("shuf")
    },
    Rule { rest: at_most(1, Read), ..rule("tsort") },
    Rule { rest: any(Between(0, u32::MAX)), ..rule("factor") },
    // Not `-d`: what was made unreadable should stay so.
    Rule { flags: "-i", takes: &[("-w --wrap", Count)], rest: at_most(1, Read), ..rule("base64 base32") },
    Rule {
        flags: "-c -s -l --list --silent",
        takes: &[("-f --from-code -t --to-code", Name)],
        rest: any(Read),
        ..rule("iconv")
    },
    Rule {
        flags: "-a -b -d -f -F -m -n -r -t -T --across --double-space --form-feed --merge --no-file-warnings \
                --omit-header --omit-pagination",
        takes: &[
            ("-l --length -o --indent -w --width -W --page-width", Between(0, 9999)),
            ("-N", Count),
            ("-h --header", Text),
        ],
        digits: true,
        rest: any(Read),
        ..rule("pr")
    },
    Rule {
        flags: "-a -d -f --alternative --alphanum --ignore-case",
        takes: &[("-t --terminate", Text)],
        first: Some((Text, "")),
        rest: at_most(1, Read),
        ..rule("look")
    },
];
