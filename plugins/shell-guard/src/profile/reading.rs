//! Contents of files, as they are.

use crate::rule::Kind::{Archive, Between, Count, Layout, Name, OneOf, Read, Seconds, Text};
use crate::rule::{Rule, Style, any, at_most, between, exactly, rule, some};

pub(super) const RULES: &[Rule] = &[
    Rule {
        flags: "-A -b -e -E -n -s -t -T -u -v --show-all --number-nonblank --show-ends --number --squeeze-blank \
                --show-tabs --show-nonprinting",
        rest: any(Read),
        harmless: true,
        ..rule("cat")
    },
    Rule {
        flags: "-b -r --before --regex",
        takes: &[("-s --separator", Text)],
        rest: any(Read),
        harmless: true,
        ..rule("tac")
    },
    Rule {
        flags: "-q -v -z --quiet --silent --verbose --zero-terminated",
        takes: &[("-n --lines -c --bytes", Count)],
        digits: true,
        rest: any(Read),
        harmless: true,
        ..rule("head")
    },
    Rule {
        flags: "-f -F -q -v -z -r --quiet --retry --silent --verbose --zero-terminated",
        takes: &[("-n --lines -c --bytes", Count), ("-s --sleep-interval", Seconds), ("--pid", Count)],
        may_take: &[("--follow", OneOf("name descriptor"))],
        digits: true,
        rest: any(Read),
        harmless: true,
        ..rule("tail")
    },
    Rule {
        flags: "-p --no-renumber",
        takes: &[
            ("-b --body-numbering -f --footer-numbering -h --header-numbering", Text),
            ("-n --number-format", OneOf("ln rn rz")),
            ("-i --line-increment -l --join-blank-lines -v --starting-line-number", Count),
            ("-w --number-width", Between(1, 9999)),
            ("-s --number-separator -d --section-delimiter", Text),
        ],
        rest: any(Read),
        harmless: true,
        ..rule("nl")
    },
    Rule {
        flags: "-a -b -c -d -f -i -l -o -s -v -x --output-duplicates",
        takes: &[
            ("-A --address-radix", OneOf("d o x n")),
            ("-j --skip-bytes -N --read-bytes -S --strings", Count),
            ("-t --format", Name),
        ],
        may_take: &[("-w --width", Count)],
        rest: any(Read),
        harmless: true,
        ..rule("od")
    },
    Rule {
        flags: "-b -c -C -d -o -v -x",
        takes: &[("-n -s", Count), ("-e", Layout)],
        rest: any(Read),
        harmless: true,
        ..rule("hexdump hd")
    },
    // A second operand would be written, and a flag behind the first is one; and `-r` writes.
    Rule {
        flags: "-a -b -C -e -E -i -p -u",
        takes: &[("-c -g", Count), ("-l -o -s", Text)],
        rest: at_most(1, Read),
        style: Style::Early,
        ..rule("xxd")
    },
    // No free text: a word that begins with `@` would be taken for a file of further words.
    Rule {
        flags: "-a -f -w --all --print-file-name --include-all-whitespace",
        takes: &[("-n --bytes", Count), ("-t --radix", OneOf("o d x")), ("-e --encoding", OneOf("s S b l B L"))],
        digits: true,
        rest: some(Read),
        ..rule("strings")
    },
    // Not `--files0-from`, which reads names from a file and tells them in errors.
    Rule {
        flags: "-c -m -l -L -w --bytes --chars --lines --max-line-length --words",
        takes: &[("--total", Name)],
        rest: any(Read),
        harmless: true,
        ..rule("wc")
    },
    Rule {
        flags: "-b -c -t -w -z --binary --check --tag --text --zero --ignore-missing --quiet --status --strict --warn",
        rest: any(Read),
        harmless: true,
        ..rule("md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum")
    },
    Rule {
        flags: "-b -c -s -t -w --binary --check --text --status --warn",
        takes: &[("-a --algorithm", OneOf("1 224 256 384 512 512224 512256"))],
        rest: any(Read),
        ..rule("shasum")
    },
    Rule {
        flags: "-r -s --sysv",
        takes: &[("-a --algorithm", Name)],
        rest: any(Read),
        harmless: true,
        ..rule("cksum sum")
    },
    Rule {
        flags: "-b -l -s --print-bytes --verbose --quiet --silent",
        takes: &[("-i --ignore-initial -n --bytes", Count)],
        rest: between(1, 2, Read),
        ..rule("cmp")
    },
    // Neither `-l`, which runs `pr`, nor `-N`, with which a directory is shown against an empty one.
    Rule {
        flags: "-a -b -B -c -d -e -E -i -n -p -q -r -s -t -T -u -w -y -Z --brief --report-identical-files \
                --side-by-side --suppress-common-lines --recursive --ignore-case --ignore-all-space \
                --ignore-space-change --ignore-blank-lines --ignore-trailing-space --strip-trailing-cr --text \
                --minimal --expand-tabs --initial-tab --rcs --normal",
        takes: &[("-U --unified -C --context -W --width", Count), ("-I -x --exclude --label -F", Text)],
        may_take: &[("--color", Name)],
        trees: "-r --recursive",
        brief: "-q --brief",
        rest: exactly(2, Read),
        ..rule("diff")
    },
    Rule {
        flags: "-1 -2 -3 -i -z --check-order --nocheck-order --total --zero-terminated",
        takes: &[("--output-delimiter", Text)],
        rest: exactly(2, Read),
        ..rule("comm")
    },
    Rule {
        flags: "-i -z --ignore-case --check-order --nocheck-order --header --zero-terminated",
        takes: &[("-1 -2 -j -a -v", Count), ("-e -o -t", Text)],
        rest: exactly(2, Read),
        ..rule("join")
    },
    Rule {
        flags: "-f -q -v --force --quiet --verbose",
        rest: some(Read),
        style: Style::Early,
        ..rule("zcat gzcat bzcat xzcat lzcat zstdcat")
    },
    Rule { flags: "-q", rest: some(Read), style: Style::Early, ..rule("lz4cat") },
    // Not `-o`, which writes and asks.
    Rule {
        flags: "-a -b -B -E -i -l -s -t -W -Z --text --ignore-blank-lines --ignore-space-change --ignore-case \
                --left-column --suppress-common-lines --expand-tabs --ignore-all-space --strip-trailing-cr",
        takes: &[("-w --width", Count), ("-I --ignore-matching-lines", Text)],
        rest: exactly(2, Read),
        ..rule("sdiff")
    },
    Rule { flags: "-q -s", rest: exactly(2, Read), ..rule("zcmp") },
    // Never from another machine: no colon, where it would be one.
    Rule {
        flags: "--noout -noout --format -format --nonet -nonet --noblanks --recover --huge",
        takes: &[("--xpath -xpath", Text), ("--encode", Name)],
        needs: &["--noout -noout --format -format --xpath -xpath"],
        rest: some(Archive),
        style: Style::Words,
        ..rule("xmllint")
    },
    // To the output, as `zcat` does; a flag behind a file would not be one everywhere, and the file be replaced.
    Rule {
        flags: "-c -d -k -q -v --stdout --decompress --quiet --verbose",
        needs: &["-c --stdout"],
        rest: any(Read),
        style: Style::Early,
        ..rule("gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd")
    },
    // By themselves: with `-d` behind them some would decompress, and replace the file.
    Rule {
        flags: "-l -q -t -v --list --quiet --test --verbose",
        needs: &["-l -t --list --test"],
        rest: some(Read),
        style: Style::Early,
        ..rule("gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd")
    },
    // What is in an archive of this machine. No mode but the list, and no program that it would be piped through but those
    // of its own.
    Rule {
        flags: "-t -v -z -j -J --list --verbose --gzip --bzip2 --xz",
        takes: &[("-f --file", Archive)],
        needs: &["-t --list", "-f --file"],
        ..rule("tar")
    },
    Rule {
        first: Some((OneOf("tf tvf tzf tzvf tvzf tjf tjvf tJf tJvf ztf ztvf"), "")),
        rest: exactly(1, Archive),
        ..rule("tar")
    },
    Rule { flags: "-l -v -Z -1", needs: &["-l -v -Z -1"], rest: exactly(1, Read), ..rule("unzip") },
    Rule { flags: "-1 -2 -h -l -m -s -t -T -v -z", rest: exactly(1, Read), style: Style::Early, ..rule("zipinfo") },
];
