use super::{Given, check};
use crate::feed::Feed;
use crate::ground::Ground;
use crate::rule::Kind::{Count, List, Name, OneOf, Read, Text};
use crate::rule::{Rule, Style, any, at_most, none, rule};
use doorward_plugin::shell::recognise;

const GETOPT: Rule = Rule {
    flags: "-a -b --all --be=quick",
    takes: &[("-n --number", Count), ("-f --file", Read)],
    may_take: &[("-c --color", Name)],
    digits: true,
    rest: any(List),
    ..rule("x")
};

const WORDS: Rule = Rule {
    flags: "-all ! (",
    takes: &[("-name", Text), ("-type", OneOf("f d"))],
    rest: at_most(1, List),
    style: Style::Words,
    ..rule("x")
};

const UNDER: Rule =
    Rule { under: "list/ls | show all", flags: "-a", takes: &[("-n", Name)], rest: at_most(1, Name), ..rule("x") };

/// `ok`, or the code of the miss.
fn told(rule: &Rule, words: &str) -> &'static str {
    let commands = recognise(&format!("x {words}")).expect("the words are recognised");
    let command = commands.first().expect("there is a command");
    let looks = std::cell::Cell::new(0);
    let ground = Ground::new(None, &[], &looks);
    let is_piped = commands.len() > 1;
    let given = Given { name: &command.name, words: &command.words, is_piped, feed: Feed::Unknown, ground: &ground };
    check(rule, given).map_or_else(|miss| miss.code, |()| "ok")
}

fn check_all(rule: &Rule, rows: &[(&str, &str)]) {
    for (words, expected) in rows {
        assert_eq!(told(rule, words), *expected, "{words}");
    }
}

#[test]
fn getopt_is_read_as_getopt_reads() {
    check_all(
        &GETOPT,
        &[
            ("", "ok"),
            ("-a", "ok"),
            ("-ab", "ok"),
            ("-ab /tmp -a", "ok"),
            ("-n 5", "ok"),
            ("-n5", "ok"),
            ("-abn5", "ok"),
            ("-abn 5", "ok"),
            ("-an -5", "ok"),
            ("--number 5", "ok"),
            ("--number=5", "ok"),
            ("--all", "ok"),
            ("--be=quick", "ok"),
            ("-c", "ok"),
            ("-cauto", "ok"),
            ("--color", "ok"),
            ("--color=auto", "ok"),
            ("-20", "ok"),
            ("-", "ok"),
            ("-- -z --zoo", "ok"),
            ("--help", "ok"),
            ("--version", "ok"),
            ("-z", "flag.unknown"),
            ("-az", "flag.unknown"),
            ("-a5", "flag.unknown"),
            ("-20z", "flag.unknown"),
            ("--al", "flag.unknown"),
            ("--all=x", "flag.unknown"),
            ("--be", "flag.unknown"),
            ("--numb=5", "flag.unknown"),
            ("-all", "flag.unknown"),
            ("--help -a", "flag.unknown"),
            ("/tmp -z", "flag.unknown"),
            ("-n", "flag.value"),
            ("--number", "flag.value"),
            ("-n x", "value.kind"),
            ("-nx", "value.kind"),
            ("-na5", "value.kind"),
            ("-n -- 5", "value.kind"),
            ("-f /etc/shadow", "path.secret"),
            ("-f/etc/shadow", "path.secret"),
            ("--file=/etc/shadow", "path.secret"),
            ("-af/nowhere/x", "path.outside"),
            ("-n 5*", "word.pattern"),
            ("-n5*", "word.pattern"),
            ("-a*", "word.pattern"),
            ("--number=5*", "word.pattern"),
            ("*", "word.leading-pattern"),
            ("-- *", "ok"),
            ("./*", "ok"),
            ("+x", "path.option"),
            ("@x", "path.option"),
        ],
    );
}

#[test]
fn words_are_flags_as_they_stand() {
    check_all(
        &WORDS,
        &[
            ("", "ok"),
            ("/tmp -all ! -name x", "ok"),
            ("-name -all", "ok"),
            ("-name=x", "ok"),
            ("-type f", "ok"),
            ("\\( -all", "ok"),
            ("-al", "flag.unknown"),
            ("-allx", "flag.unknown"),
            ("--", "flag.unknown"),
            ("-type z", "value.kind"),
            ("-type", "flag.value"),
            ("a b", "operand.count"),
            ("--help", "flag.unknown"),
        ],
    );
}

#[test]
fn subcommands_stand_before_the_operands() {
    check_all(
        &UNDER,
        &[
            ("list", "ok"),
            ("ls", "ok"),
            ("ls a", "ok"),
            ("-a ls", "ok"),
            ("-n x ls -a", "ok"),
            ("show all", "ok"),
            ("show all a", "ok"),
            ("show", "subcommand.unknown"),
            ("show a", "subcommand.unknown"),
            ("a list", "subcommand.unknown"),
            ("list/ls", "subcommand.unknown"),
            ("l*", "subcommand.unknown"),
            ("", "subcommand.unknown"),
            ("-z x ls", "subcommand.unknown"),
            ("-z ls", "flag.unknown"),
            ("ls a b", "operand.count"),
        ],
    );
}

#[test]
fn needed_flags_must_stand() {
    let needy = Rule { flags: "-a -b -c", needs: &["-a -b", "-c |"], rest: none(), ..rule("x") };
    check_all(
        &needy,
        &[
            ("-a -c", "ok"),
            ("-bc", "ok"),
            ("-a | y", "ok"),
            ("", "flag.missing"),
            ("-c", "flag.missing"),
            ("-a", "flag.missing"),
            ("| y", "flag.missing"),
        ],
    );
}

#[test]
fn the_first_operand_may_be_of_another_kind() {
    let searching = Rule {
        takes: &[("-e", Text)],
        first: Some((Text, "-e")),
        rest: any(Read),
        trees: "-r",
        flags: "-r",
        ..rule("x")
    };
    check_all(
        &searching,
        &[
            ("/etc/shadow", "ok"),
            ("a /etc/hosts", "ok"),
            ("-e a /etc/hosts", "ok"),
            ("a /etc/shadow", "path.secret"),
            ("-e a /etc/shadow", "path.secret"),
            ("", "operand.count"),
            ("-r a /var/log", "ok"),
            ("-r a /srv", "path.tree"),
            ("-r a", "path.tree"),
        ],
    );
}

#[test]
fn a_text_has_no_flags() {
    let echoing = Rule { rest: any(Text), style: Style::Text, ..rule("x") };
    check_all(&echoing, &[("-n --x -- a", "ok"), ("*", "word.pattern"), ("~", "word.home"), ("[a]b", "ok")]);
}
