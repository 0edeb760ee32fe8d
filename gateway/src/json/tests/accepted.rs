//! Texts that are accepted, each with the bytes in which it leaves.

use super::oracle::{agrees, is_alike};
use super::{REPLY, REQUEST, scan};

/// Rows of what it shows, the text, and the canonical text.
type Row = (&'static str, &'static str, &'static str);

#[test]
fn values_of_every_kind_may_stand_alone() {
    check(&[
        ("null", "null", "null"),
        ("true", "true", "true"),
        ("false", "false", "false"),
        ("an integer", "17", "17"),
        ("a negative fraction", "-0.5", "-0.5"),
        ("a string", r#""door""#, r#""door""#),
        ("an empty string", r#""""#, r#""""#),
        ("a string of a space", r#"" ""#, r#"" ""#),
        ("an empty array", "[]", "[]"),
        ("an empty object", "{}", "{}"),
    ]);
}

#[test]
fn arrays_keep_their_elements_in_order() {
    check(&[
        ("nothing", "[null]", "[null]"),
        ("truth", "[true]", "[true]"),
        ("falsehood", "[false]", "[false]"),
        ("an empty string", r#"[""]"#, r#"[""]"#),
        ("a string", r#"["ward"]"#, r#"["ward"]"#),
        ("every kind", r#"[null,7,"7",[],{}]"#, r#"[null,7,"7",[],{}]"#),
        ("nulls between", "[3,null,null,null,1]", "[3,null,null,null,1]"),
        ("empty arrays", "[[],[[]]]", "[[],[[]]]"),
        ("objects", r#"[{"a":1},{"a":1}]"#, r#"[{"a":1},{"a":1}]"#),
    ]);
}

#[test]
fn objects_keep_their_members_in_order() {
    check(&[
        ("one member", r#"{"host":"web"}"#, r#"{"host":"web"}"#),
        ("not sorted", r#"{"z":1,"a":2,"m":3}"#, r#"{"z":1,"a":2,"m":3}"#),
        ("an empty name", r#"{"":0}"#, r#"{"":0}"#),
        ("an array inside", r#"{"k":[]}"#, r#"{"k":[]}"#),
        ("an object inside", r#"{"k":{"k":{}}}"#, r#"{"k":{"k":{}}}"#),
        ("a name with a zero character", r#"{"in\u0000side":42}"#, r#"{"in\u0000side":42}"#),
        ("a name with escapes", r#"{"\"\\\/\u0041":1}"#, r#"{"\"\\/A":1}"#),
        ("names of numbers", r#"{"10":1,"9":2}"#, r#"{"10":1,"9":2}"#),
        ("far apart numbers", r#"{"low":-2.0e+28,"high":2.0e+28}"#, r#"{"low":-2.0e+28,"high":2.0e+28}"#),
        ("Cyrillic through escapes", r#"{"t":"\u0414\u0432\u0435\u0440\u044c"}"#, r#"{"t":"Дверь"}"#),
        (
            "long strings",
            r#"{"n":[{"id":"0123456789012345678901234567890123456789"}],"id":"0123456789012345678901234567890123456789"}"#,
            r#"{"n":[{"id":"0123456789012345678901234567890123456789"}],"id":"0123456789012345678901234567890123456789"}"#,
        ),
    ]);
}

#[test]
fn blanks_between_tokens_are_dropped() {
    check(&[
        ("before", " [5]", "[5]"),
        ("after", "[5] ", "[5]"),
        ("around", " [] ", "[]"),
        ("inside an empty array", "[ ]", "[]"),
        ("inside an empty object", "{ \t}", "{}"),
        ("between arrays", "[[]   ]", "[[]]"),
        ("a line feed at the end", "[\"x\"]\n", "[\"x\"]"),
        ("a line feed before the bracket", "[8\n]", "[8]"),
        ("before a number", "[ 6]", "[6]"),
        ("before a string", "[ \"x\"]", "[\"x\"]"),
        ("after a comma", "[1, 2]", "[1,2]"),
        ("between members", r#"{"a":"b", "c":"d"}"#, r#"{"a":"b","c":"d"}"#),
        ("line feeds in an object", "{\n\"a\": \"b\"\n}", r#"{"a":"b"}"#),
        ("before a colon", "{\"a\" :1}", r#"{"a":1}"#),
        ("all four kinds", " \t\r\n{ \t\r\n\"a\" \t\r\n: \t\r\n[ \t\r\n] \t\r\n} \t\r\n", r#"{"a":[]}"#),
        ("kept within strings", "[\"  a  \"]", "[\"  a  \"]"),
    ]);
}

#[test]
fn numbers_keep_their_text() {
    check(&[
        ("zero", "[0]", "[0]"),
        ("an integer", "[321]", "[321]"),
        ("minus one", "[-1]", "[-1]"),
        ("a negative integer", "[-321]", "[-321]"),
        ("minus zero", "[-0]", "[-0]"),
        ("minus zero with a fraction", "[-0.0]", "[-0.0]"),
        ("a fraction", "[321.987654]", "[321.987654]"),
        ("zeros at the end", "[1.500]", "[1.500]"),
        ("an exponent", "[321e6]", "[321e6]"),
        ("a large exponent", "[321e54]", "[321e54]"),
        ("an integer with an exponent", "[30e1]", "[30e1]"),
        ("an exponent with plus", "[1e+3]", "[1e+3]"),
        ("an exponent with minus", "[1e-3]", "[1e-3]"),
        ("a capital exponent", "[1E21]", "[1E21]"),
        ("a capital exponent with plus", "[1E+3]", "[1E+3]"),
        ("a capital exponent with minus", "[1E-3]", "[1E-3]"),
        ("an exponent of zero", "[0e1]", "[0e1]"),
        ("an exponent of zero with plus", "[0e+1]", "[0e+1]"),
        ("an exponent that begins with zero", "[1e007]", "[1e007]"),
        ("fraction and exponent", "[321.654e87]", "[321.654e87]"),
        (
            "very near to zero",
            "[-0.000000000000000000000000000000000000000000000000000000000000000000000000002]",
            "[-0.000000000000000000000000000000000000000000000000000000000000000000000000002]",
        ),
        ("digits beyond a double", "[0.1000000000000000055511151231257827]", "[0.1000000000000000055511151231257827]"),
    ]);
}

#[test]
fn escapes_leave_in_their_shortest_form() {
    check(&[
        ("every letter", r#"["\"\\\/\b\f\n\r\t"]"#, r#"["\"\\/\b\f\n\r\t"]"#),
        ("a quotation mark", r#"["\""]"#, r#"["\""]"#),
        ("a backslash before a letter", r#"["\\b"]"#, r#"["\\b"]"#),
        ("a backslash before what would be an escape", r#"["\\u0000"]"#, r#"["\\u0000"]"#),
        ("a backslash before n", r#"["\\n"]"#, r#"["\\n"]"#),
        ("two backslashes", r#"["\\\\"]"#, r#"["\\\\"]"#),
        ("comments are text", r#"["a/*b*/c//d"]"#, r#"["a/*b*/c//d"]"#),
        ("a zero character", r#"["\u0000"]"#, r#"["\u0000"]"#),
        ("a control character", r#"["\u0013"]"#, r#"["\u0013"]"#),
        ("the last control character", r#"["\u001F"]"#, r#"["\u001f"]"#),
        ("a line feed by number", r#"["two\u000Alines"]"#, r#"["two\nlines"]"#),
        ("backspace and form feed by number", r#"["\u0008\u000c"]"#, r#"["\b\f"]"#),
        ("tab and return by number", r#"["\u0009\u000d"]"#, r#"["\t\r"]"#),
        ("a comma by number", r#"["\u002c"]"#, r#"[","]"#),
        ("a quotation mark by number", r#"["\u0022"]"#, r#"["\""]"#),
        ("a backslash by number", r#"["\u005C"]"#, r#"["\\"]"#),
        ("a slash by number", r#"["\u002F"]"#, r#"["/"]"#),
        ("delete by number", r#"["\u007f"]"#, "[\"\u{7f}\"]"),
        ("no-break space by number", r#"["no\u00A0break"]"#, "[\"no\u{a0}break\"]"),
        ("two bytes", r#"["\u0124"]"#, r#"["Ĥ"]"#),
        ("three bytes", r#"["\u0822"]"#, "[\"\u{822}\"]"),
        ("one, two and three bytes", r#"["\u0061\u012b\u12AC"]"#, "[\"a\u{12b}\u{12ac}\"]"),
        ("small and capital digits", r#"["\uABCD\uabcd\uAbCd"]"#, "[\"\u{abcd}\u{abcd}\u{abcd}\"]"),
        ("katakana", r#"["\u0062\u30c9\u30A2"]"#, r#"["bドア"]"#),
        ("a zero-width space", r#"["\u200B"]"#, "[\"\u{200b}\"]"),
        ("an invisible plus", r#"["\u2064"]"#, "[\"\u{2064}\"]"),
        ("the character before the surrogates", r#"["\uD7FF"]"#, "[\"\u{d7ff}\"]"),
        ("the character after the surrogates", r#"["\uE000"]"#, "[\"\u{e000}\"]"),
        ("a byte order mark", r#"["\uFEFF"]"#, "[\"\u{feff}\"]"),
        ("escapes at both ends", r#"["\nmiddle\t"]"#, r#"["\nmiddle\t"]"#),
    ]);
}

#[test]
fn pairs_of_surrogates_become_one_character() {
    check(&[
        ("a pair", r#"["\uD83D\uDEAA"]"#, r#"["🚪"]"#),
        ("small and capital digits", r#"["\uD834\uDd1f"]"#, "[\"\u{1d11f}\"]"),
        ("two pairs", r#"["\ud83d\ude3a\ud83d\udc8e"]"#, "[\"\u{1f63a}\u{1f48e}\"]"),
        ("the first pair", r#"["\uD800\uDC00"]"#, "[\"\u{10000}\"]"),
        ("the last pair", r#"["\uDBFF\uDFFF"]"#, "[\"\u{10ffff}\"]"),
        ("no character of the last plane", r#"["\uDBFF\uDFFE"]"#, "[\"\u{10fffe}\"]"),
        ("no character of the first plane", r#"["\uD83F\uDFFE"]"#, "[\"\u{1fffe}\"]"),
        ("in a name", r#"{"\uD83D\uDEAA":1}"#, r#"{"🚪":1}"#),
        ("text after the pair", r#"["\uD83D\uDEAAd834"]"#, r#"["🚪d834"]"#),
    ]);
}

#[test]
fn characters_that_need_no_escape_pass_as_they_are() {
    check(&[
        ("ASCII", r#"["ward "]"#, r#"["ward "]"#),
        ("all other signs", r#"["!#$%&'()*+,-./:;<=>?@[]^_`{|}~"]"#, r#"["!#$%&'()*+,-./:;<=>?@[]^_`{|}~"]"#),
        ("two bytes", r#"["σ"]"#, r#"["σ"]"#),
        ("three and four bytes", r#"["€𝄟"]"#, r#"["€𝄟"]"#),
        ("signs of one plane", r#"["⍃㈵⍃"]"#, r#"["⍃㈵⍃"]"#),
        ("delete", "[\"\u{7f}\"]", "[\"\u{7f}\"]"),
        ("delete in the middle", "[\"x\u{7f}x\"]", "[\"x\u{7f}x\"]"),
        ("a line separator", "[\"\u{2028}\"]", "[\"\u{2028}\"]"),
        ("a paragraph separator", "[\"\u{2029}\"]", "[\"\u{2029}\"]"),
        ("a private character", r#"["\uE66D"]"#, "[\"\u{e66d}\"]"),
        ("a letter by number", r#"["\uA66E"]"#, "[\"\u{a66e}\"]"),
        ("no character, raw", "[\"\u{ffff}\"]", "[\"\u{ffff}\"]"),
        ("no character of the last plane, raw", "[\"\u{10ffff}\"]", "[\"\u{10ffff}\"]"),
        ("a reserved character, raw", "[\"\u{1bffe}\"]", "[\"\u{1bffe}\"]"),
        ("no character, by number", r#"["\uFFFF"]"#, "[\"\u{ffff}\"]"),
        ("no character before it", r#"["\uFFFE"]"#, "[\"\u{fffe}\"]"),
        ("no character in the middle", r#"["\uFDD1"]"#, "[\"\u{fdd1}\"]"),
        ("a byte order mark within a string", "[\"\u{feff}\"]", "[\"\u{feff}\"]"),
        ("composed and decomposed", "[\"é\",\"e\u{301}\"]", "[\"é\",\"e\u{301}\"]"),
    ]);
}

fn check(rows: &[Row]) {
    for (name, text, canonical) in rows {
        for limits in [REQUEST, REPLY] {
            let value = scan(text.as_bytes(), &limits);
            let written = value.as_ref().map(|value| String::from_utf8_lossy(&value.to_bytes()).into_owned());
            assert_eq!(written, Ok((*canonical).to_owned()), "{name}");
            assert_eq!(scan(canonical.as_bytes(), &limits), value, "{name}: read again");
            assert!(value.is_ok_and(|value| agrees(&value, text)), "{name}: serde_json reads something else");
        }
        assert!(is_alike(text.as_bytes(), canonical.as_bytes()), "{name}: serde_json reads what was written");
    }
}
