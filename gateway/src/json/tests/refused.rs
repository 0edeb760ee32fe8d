//! Texts that are refused, each with the reason and the byte where it shows.

mod strings;

use super::FaultKind::{BadNumber, TrailingBytes, Unexpected, UnexpectedEnd};
use super::oracle::is_read;
use super::{FaultKind, REPLY, REQUEST, fault, scan};

/// Rows of what is wrong, the text, the reason and the byte.
type Row = (&'static str, &'static [u8], FaultKind, usize);

#[test]
fn texts_without_one_whole_value() {
    check(&[
        ("nothing", b"", UnexpectedEnd, 0),
        ("a blank", b" ", UnexpectedEnd, 1),
        ("blanks", b"\n\t\r ", UnexpectedEnd, 4),
        ("an open array", b"[", UnexpectedEnd, 1),
        ("an open object", b"{", UnexpectedEnd, 1),
        ("a closing bracket", b"]", Unexpected, 0),
        ("a closing brace", b"}", Unexpected, 0),
        ("a comma", b",", Unexpected, 0),
        ("a star", b"*", Unexpected, 0),
        ("a bare word", b"door", Unexpected, 0),
        ("letters beyond ASCII", b"\xc3\xa4", Unexpected, 0),
        ("a word beyond ASCII", b"d\xc3\xb6", Unexpected, 0),
        ("angle brackets", b"<x>", Unexpected, 0),
        ("angle brackets inside", b"[<true>]", Unexpected, 1),
        ("a comment alone", b"/* */", Unexpected, 0),
        ("a comment before the value", b"// no\n[]", Unexpected, 0),
        ("a zero byte inside", b"[\0]", Unexpected, 1),
        ("a zero byte alone", b"\0", Unexpected, 0),
    ]);
}

#[test]
fn texts_that_go_on_after_their_value() {
    check(&[
        ("a zero byte after a number", b"321\0", TrailingBytes, 3),
        ("a sign after a number", b"7@", TrailingBytes, 1),
        ("a bracket after a number", b"7]", TrailingBytes, 1),
        ("a letter after an array", b"[7]y", TrailingBytes, 3),
        ("a second bracket", b"[7]]", TrailingBytes, 3),
        ("a second bracket after a string", b"[\"y\"]]", TrailingBytes, 5),
        ("a comma", b"[\"\"],", TrailingBytes, 4),
        ("a second array", b"[][]", TrailingBytes, 2),
        ("a second brace", b"{}}", TrailingBytes, 2),
        ("a string after an object", b"{\"k\": null} \"y\"", TrailingBytes, 12),
        ("a second text on the next line", b"{}\n{}", TrailingBytes, 3),
        ("a letter after a string", b"\"\"y", TrailingBytes, 2),
        ("a letter after a word", b"nully", TrailingBytes, 4),
        ("a hash sign", b"{\"k\":\"v\"}#", TrailingBytes, 9),
        ("a hash sign and an object", b"{\"k\":\"v\"}#{}", TrailingBytes, 9),
        ("a comment", b"{\"k\":\"v\"}/**/", TrailingBytes, 9),
        ("a comment and a slash", b"{\"k\":\"v\"}/**//", TrailingBytes, 9),
        ("a comment to the end", b"{\"k\":\"v\"}//", TrailingBytes, 9),
        ("half of a comment", b"{\"k\":\"v\"}/", TrailingBytes, 9),
        ("a form feed", b"[]\x0c", TrailingBytes, 2),
        ("a no-break space", b"[]\xc2\xa0", TrailingBytes, 2),
        ("a byte order mark at the end", b"[]\xef\xbb\xbf", TrailingBytes, 2),
    ]);
}

#[test]
fn broken_arrays() {
    check(&[
        ("a comma at the end", b"[\"y\",]", Unexpected, 5),
        ("a comma after a number", b"[7,]", Unexpected, 3),
        ("two commas at the end", b"[\"y\",,]", Unexpected, 5),
        ("two commas after a number", b"[7,,]", Unexpected, 3),
        ("two commas between", b"[7,,8]", Unexpected, 3),
        ("only a comma", b"[,]", Unexpected, 1),
        ("a comma first", b"[,7]", Unexpected, 1),
        ("a comma after blanks", b"[   , \"\"]", Unexpected, 4),
        ("no comma between words", b"[7 null]", Unexpected, 3),
        ("no comma before an array", b"[7[8]]", Unexpected, 2),
        ("no comma between strings", b"[\"a\"\"b\"]", Unexpected, 4),
        ("a colon for a comma", b"[\"\": 7]", Unexpected, 3),
        ("a colon between numbers", b"[7:8]", Unexpected, 2),
        ("a semicolon between numbers", b"[7;8]", Unexpected, 2),
        ("a member", b"[\"a\", nulls]", Unexpected, 10),
        ("a star", b"[*]", Unexpected, 1),
        ("a brace closes it", b"[7}", Unexpected, 2),
        ("an escape in place of a blank", b"[\\u000A\"\"]", Unexpected, 1),
        ("an escape before a string", b"[\\u0009\"x\"]", Unexpected, 1),
        ("an escape without a string", b"[\\t]", Unexpected, 1),
        ("a vertical tab as a blank", b"[\x0b]", Unexpected, 1),
        ("a form feed as a blank", b"[\x0c]", Unexpected, 1),
        ("a no-break space as a blank", b"[\xc2\xa0]", Unexpected, 1),
        ("a word joiner as a blank", b"[\xe2\x81\xa0]", Unexpected, 1),
        ("a line separator as a blank", b"[\xe2\x80\xa8]", Unexpected, 1),
        ("a byte order mark as a blank", b"[\xef\xbb\xbf]", Unexpected, 1),
        ("it breaks off after a string", b"[\"y\"", UnexpectedEnd, 4),
        ("it breaks off after an empty string", b"[\"\"", UnexpectedEnd, 3),
        ("it breaks off after a comma", b"[7,", UnexpectedEnd, 3),
        ("it breaks off after an array", b"[[]", UnexpectedEnd, 3),
        ("it breaks off after an object", b"[{}", UnexpectedEnd, 3),
        ("it breaks off after lines", b"[7,\n8\n,9", UnexpectedEnd, 8),
        ("it breaks off after a comma on a line", b"[\"b\",\n5\n,2,", UnexpectedEnd, 11),
        ("it breaks off after a number", b"[7", UnexpectedEnd, 2),
        ("it breaks off after a letter", b"[y", Unexpected, 1),
        ("it breaks off after a first comma", b"[,", Unexpected, 1),
        ("it breaks off in an object", b"[{", UnexpectedEnd, 2),
        ("it breaks off in a string", b"[\"b", UnexpectedEnd, 3),
        ("it breaks off after an apostrophe", b"['", Unexpected, 1),
    ]);
}

#[test]
fn broken_objects() {
    check(&[
        ("a comma at the end", b"{\"k\":0,}", Unexpected, 7),
        ("many commas at the end", b"{\"k\":0,,,,}", Unexpected, 7),
        ("two commas between", b"{\"k\":\"v\",,\"l\":\"w\"}", Unexpected, 9),
        ("a comma first", b"{,\"k\":0}", Unexpected, 1),
        ("no comma between members", b"{\"k\":0 \"l\":0}", Unexpected, 7),
        ("a number after a member", b"{\"k\":\"v\" 321}", Unexpected, 9),
        ("a comma for a colon", b"{\"k\", null}", Unexpected, 4),
        ("two colons", b"{\"k\"::\"v\"}", Unexpected, 5),
        ("no colon before a string", b"{\"k\" \"v\"}", Unexpected, 5),
        ("no colon before a word", b"{\"k\" v}", Unexpected, 5),
        ("an equals sign for a colon", b"{\"k\"=0}", Unexpected, 4),
        ("a name alone", b"{ \"k\" : \"v\", \"l\" }", Unexpected, 17),
        ("no name", b"{:\"v\"}", Unexpected, 1),
        ("no value", b"{\"k\":}", Unexpected, 5),
        ("a number for a name", b"{7:7}", Unexpected, 1),
        ("a huge number for a name", b"{8888E8888:7}", Unexpected, 1),
        ("null for a name", b"{null:null,null:null}", Unexpected, 1),
        ("an array for a name", b"{[]:0}", Unexpected, 1),
        ("a bracket for a name", b"{[: \"v\"}\n", Unexpected, 1),
        ("a word for a name", b"{k: \"v\"}", Unexpected, 1),
        ("a word for a name and apostrophes", b"{k: 'v'}", Unexpected, 1),
        ("apostrophes around a name", b"{'k':0}", Unexpected, 1),
        ("a sign for a name", b"{\xf0\x9f\x9a\xaa}", Unexpected, 1),
        ("a comment before the value", b"{\"k\":/*note*/\"v\"}", Unexpected, 5),
        ("a bracket closes it", b"{\"k\":0]", Unexpected, 6),
        ("a bracket closes it at once", b"{]", Unexpected, 1),
        ("it breaks off after a comma", b"{\"k\": true,", UnexpectedEnd, 11),
        ("it breaks off after a name", b"{\"k\"", UnexpectedEnd, 4),
        ("it breaks off after a colon", b"{\"k\":", UnexpectedEnd, 5),
        ("it breaks off after an empty name", b"{\"\":", UnexpectedEnd, 4),
        ("it breaks off in a value", b"{\"k\":\"v", UnexpectedEnd, 7),
        ("it breaks off after a member", b"{\"key\":\"val\"", UnexpectedEnd, 12),
        ("it breaks off after a first comma", b"{,", Unexpected, 1),
        ("it breaks off after a bracket", b"{[", Unexpected, 1),
        ("it breaks off in a name", b"{\"k", UnexpectedEnd, 3),
        ("it breaks off after apostrophes", b"{'k'", Unexpected, 1),
    ]);
}

#[test]
fn broken_words() {
    check(&[
        ("short by a letter: true", b"[tru]", Unexpected, 1),
        ("short by a letter: false", b"[fals]", Unexpected, 1),
        ("short by a letter: null", b"[nul]", Unexpected, 1),
        ("it breaks off in true", b"[ null, tru", Unexpected, 8),
        ("it breaks off in false", b"[ null, fals", Unexpected, 8),
        ("it breaks off in null", b"[ true, nul", Unexpected, 8),
        ("a capital letter", b"[True]", Unexpected, 1),
        ("capital letters", b"[NULL]", Unexpected, 1),
        ("a word too many letters", b"[truely]", Unexpected, 5),
        ("a word of other languages", b"[undefined]", Unexpected, 1),
    ]);
}

#[test]
fn broken_numbers() {
    check(&[
        ("a minus alone", b"[-]", BadNumber, 1),
        ("a minus at the end", b"-", BadNumber, 0),
        ("a minus and a blank", b"[- 7]", BadNumber, 1),
        ("a minus and letters", b"[-bar]", BadNumber, 1),
        ("two minus signs", b"[--7]", BadNumber, 1),
        ("a plus", b"[+7]", Unexpected, 1),
        ("two plus signs", b"[++4321]", Unexpected, 1),
        ("plus infinity", b"[+Inf]", Unexpected, 1),
        ("infinity", b"[Infinity]", Unexpected, 1),
        ("infinity, short", b"[Inf]", Unexpected, 1),
        ("minus infinity", b"[-Infinity]", BadNumber, 1),
        ("no number", b"[NaN]", Unexpected, 1),
        ("minus no number", b"[-NaN]", BadNumber, 1),
        ("a zero first", b"[021]", BadNumber, 1),
        ("two zeros", b"[00]", BadNumber, 1),
        ("two zeros and a fraction", b"[00.5]", BadNumber, 1),
        ("minus and a zero first", b"[-02]", BadNumber, 1),
        ("minus and a zero before two digits", b"[-021]", BadNumber, 1),
        ("a point first", b"[.321]", Unexpected, 1),
        ("a point first with an exponent", b"[.3e-2]", Unexpected, 1),
        ("a point before a minus", b"[.-7]", Unexpected, 1),
        ("a point after a minus", b"[-.321]", BadNumber, 1),
        ("a point at the end", b"[7.]", BadNumber, 1),
        ("a point at the end of a negative number", b"[-7.]", BadNumber, 1),
        ("a point before the exponent", b"[7.e2]", BadNumber, 1),
        ("a point before a positive exponent", b"[7.e+2]", BadNumber, 1),
        ("a point before a negative exponent", b"[7.e-2]", BadNumber, 1),
        ("a point before the exponent of zero", b"[0.e2]", BadNumber, 1),
        ("a point before an exponent without digits", b"[8.e+]", BadNumber, 1),
        ("two points", b"[0.2.3]", Unexpected, 4),
        ("a second point at the end", b"[-2.0.]", Unexpected, 5),
        ("no exponent", b"[0e]", BadNumber, 1),
        ("no exponent after a capital letter", b"[0E]", BadNumber, 1),
        ("no exponent after plus", b"[0e+]", BadNumber, 1),
        ("no exponent after a capital letter and plus", b"[0E+]", BadNumber, 1),
        ("no exponent after a fraction", b"[0.4e]", BadNumber, 1),
        ("no exponent after a fraction and plus", b"[0.4e+]", BadNumber, 1),
        ("no exponent after a whole fraction", b"[2.0e]", BadNumber, 1),
        ("no exponent after a whole fraction and minus", b"[2.0e-]", BadNumber, 1),
        ("no exponent after a whole fraction and plus", b"[2.0e+]", BadNumber, 1),
        ("two signs of the exponent", b"[0e+-2]", BadNumber, 1),
        ("two letters of the exponent", b"[2eE3]", BadNumber, 1),
        ("a letter for the exponent", b"[2ex]", BadNumber, 1),
        ("a fraction of the exponent", b"[2e3.5]", Unexpected, 4),
        ("an exponent alone", b"[e3]", Unexpected, 1),
        ("a blank between thousands", b"[2 000.0]", Unexpected, 3),
        ("a comma between thousands", b"[2,000]", BadNumber, 3),
        ("a low line between thousands", b"[2_000]", Unexpected, 2),
        ("a sum", b"[2+3]", Unexpected, 2),
        ("a hexadecimal digit", b"[0x2]", Unexpected, 2),
        ("hexadecimal digits", b"[0x43]", Unexpected, 2),
        ("a letter in the fraction", b"[2.3b-4]", Unexpected, 4),
        ("another letter for the exponent", b"[2.9011670033376514H-307]", Unexpected, 19),
        ("letters after a fraction", b"[-321.321bar]", Unexpected, 9),
        ("a letter after an integer", b"[-2y]", Unexpected, 3),
        ("a wide digit", b"[\xef\xbc\x92]", Unexpected, 1),
        ("a wide digit after a digit", b"[2\xef\xbc\x92]", Unexpected, 2),
        ("an Arabic digit", b"[\xd9\xa2]", Unexpected, 1),
    ]);
}

fn check(rows: &[Row]) {
    for (name, text, kind, offset) in rows {
        assert_eq!(scan(text, &REQUEST), fault(*kind, *offset), "{name}, in a request");
        assert_eq!(scan(text, &REPLY), fault(*kind, *offset), "{name}, in a reply");
        assert!(!is_read(text), "{name}: serde_json refuses it too");
    }
}
