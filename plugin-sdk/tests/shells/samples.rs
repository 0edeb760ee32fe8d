//! Texts to compare: a soup of everything a shell finds meaning in, well-formed commands, and the curious ones.

use proptest::collection::vec;
use proptest::prelude::Just;
use proptest::prop_oneof;
use proptest::sample::select;
use proptest::strategy::Strategy;

/// Anything after a name, mostly refused.
pub(crate) fn soup() -> impl Strategy<Value = String> {
    let rare = select(vec![
        "$", "`", "(", ")", "{", "}", "&", ">", "<", "<<", "<<<", "\r", "\\\n", "#", "2>", "1>", "22>&1", "3>&1", ">|",
        "<>", "&>", "|&", ">&", "<&", "~+", "~a", "a=", ":~", "=~", "!", "$'", "\u{200b}", "é", "{a,b}", "a[1]=b",
        "coproc", "2>&1>",
    ]);
    let common = select(vec![
        " ",
        " ",
        " ",
        "\t",
        "\n",
        ";",
        "|",
        "&&",
        "||",
        " p0 ",
        " p1 ",
        " f0 ",
        " f1 ",
        "p0",
        "'",
        "\"",
        "\\",
        "[",
        "]",
        "*",
        "?",
        "~",
        "! ",
        "!=",
        "^",
        "%",
        "+",
        "-",
        "--",
        ",",
        ".",
        "/",
        "@",
        ":",
        "=",
        "a",
        "b",
        "1",
        "2",
        "22",
        " 2>&1",
        " >&2",
        " > /dev/null",
        " 2>/dev/null",
        " >>/dev/null",
        " </dev/null",
        " < /dev/null ",
        "''",
        "\"\"",
        "'a b'",
        "\"a b\"",
        "\\ ",
        "\\'",
        "\\\"",
        "\\\\",
        "\"\\$\"",
        "$\"",
        "$ ",
        "\"a$\"",
        "a$",
        "'$'",
        "'`'",
        "'é'",
        "\"ā à ȁ\"",
        "'\u{e0081}'",
        "\\n",
        "~/",
        " ~ ",
        "'#'",
        "a#b",
        "a~",
    ]);
    let piece = prop_oneof![12 => common, 1 => rare];
    vec(piece, 1..12).prop_map(|pieces| format!("p0 {}", pieces.concat()))
}

/// Commands within the grammar, always accepted.
pub(crate) fn well_formed() -> impl Strategy<Value = String> {
    let connector = select(vec![" && ", "||", " | ", "|", "; ", ";", "\n", " ;\n\n", "&&\n\t"]);
    let end = select(vec!["", ";", "\n", " ", "; \n"]);
    (command(), vec((connector, command()), 0..5), end).prop_map(|(first, more, end)| {
        let more = more.iter().map(|(connector, command)| format!("{connector}{command}"));
        format!("{first}{}{end}", more.collect::<String>())
    })
}

fn command() -> impl Strategy<Value = String> {
    let name = select(vec!["p0", "p1", "f0", "f1"]);
    let redirection = select(vec![
        "2>&1",
        ">&2",
        "1>&2",
        "2>/dev/null",
        "> /dev/null",
        ">>/dev/null",
        "</dev/null",
        "2>> '/dev/null'",
    ]);
    let part = prop_oneof![6 => word(), 1 => redirection.prop_map(str::to_owned)];
    let blank = select(vec![" ", "  ", "\t", " \t "]);
    (name, vec((blank, part), 0..6)).prop_map(|(name, parts)| {
        let parts = parts.iter().map(|(blank, part)| format!("{blank}{part}"));
        format!("{name}{}", parts.collect::<String>())
    })
}

fn word() -> impl Strategy<Value = String> {
    let bare = "[a-zA-Z0-9%+,./:@^_-][a-zA-Z0-9%+,./:@^_=-]{0,6}";
    let single = "[ -&(-~\té-ÿ一-丏]{0,8}".prop_map(|text| format!("'{text}'"));
    let double = r#"([ #%-\[\]-_a-~]|[é-ÿ一-丏]+[ a-z]|\\[$`"\\a-z' ]){0,8}"#.prop_map(|text| format!("\"{text}\""));
    let escaped = "(\\\\[ -~]){1,3}";
    let pattern = select(vec!["*.log", "[ab]?", "?", "a*", "[^a]*", "[b^a-c]x"]).prop_map(str::to_owned);
    let home = select(vec!["~", "~/a", "~/'a b'", "a~", "~/*"]).prop_map(str::to_owned);
    let joined = (bare, single.clone(), bare).prop_map(|(before, quoted, after)| format!("{before}{quoted}{after}"));
    prop_oneof![
        4 => bare,
        3 => single,
        3 => double,
        2 => escaped,
        1 => pattern,
        1 => home,
        2 => joined,
        1 => Just("''".to_owned()),
    ]
}

/// Accepted texts in which shells have been known to differ.
pub(crate) const CURATED: &[&str] = &[
    "p0",
    " \t p0 \t ",
    "\n\n p0 \n\n p1 \n",
    "p0 22 >&2",
    "p0 a2b 2>&1",
    "p0 2>&1|p1",
    "p0 2>&1;p1",
    "p0 2>&1&&p1",
    "p0 '' \"\" ''\"\"",
    "p0 a''b \"a\"'b'c\\d",
    "p0 \"\\a\\b\\n\\\\n\\$x\\`y\\\"z\"",
    "p0 '\\a\\b\\'",
    "p0 \\a\\b\\\\ \\  \\' \\\" \\$ \\` \\; \\| \\& \\( \\) \\< \\> \\# \\~ \\* \\{ \\}",
    "p0 a#b a'#' '#a' \\#a",
    "p0 a~ a~/b '~' \"~\" \\~ \"\"~ ''~/a",
    "p0 ~ ~/ ~/a/b ~//",
    "p0 ! a != b ! ",
    "p0 a=b a=b=c a==b =a =",
    "p0 a^b ^a ^",
    "p0 - -- -a --a=b +a @a %a ,a :a .a",
    "p0 [ ] [a [a] ] a] [[ ]] [^a] []a] [a\\]",
    "p0 *\\* '*'* \"?\"? [\"a\"]",
    "p0 if then fi while do done case esac in for select time function coproc",
    "p0 'é' \"à\" 'ā'\"ȁ\" '一' \"ҁ x\"",
    "p0 && f0 || p1 | f1 || p0 && p1 ; f0",
    "f0 && p0 | p1 || f1",
    "p0 |\n\n p1 &&\n\tp0 ||\n f1",
    "p0 < /dev/null a > /dev/null b 2>/dev/null c",
    "p0 1 2 3 </dev/null",
    "p0 '\t' \"\t\" a\tb",
    "p0 \"a'b\" 'a\"b' \"a\\\"b\"",
    "p0 '!' '!a' \"! a\" \"a!\" \"a!=b\" \\!a",
    "p0 'a;b|c&d<e>f(g)h{i}j$k`l\\m'",
    "p0 \"a;b|c&d<e>f(g)h{i}j\"",
    "p0 \"a$\" \"$\" \"^$\"'b'\"c$\"d \"\\\\$\" \"a$\"$",
    "p0 ^$ a$ ''a$ \\$$ 'b'$\np1 a$\t b$",
];
