//! Strings that are refused, and texts that are not UTF-8.

use super::FaultKind::{BadEscape, ByteOrderMark, ControlCharacter, LoneSurrogate, NotUtf8, Unexpected, UnexpectedEnd};
use super::check;

#[test]
fn broken_strings() {
    check(&[
        ("a quotation mark alone", b"\"", UnexpectedEnd, 1),
        ("no quotation mark at the end", b"[\"xyz]", UnexpectedEnd, 6),
        ("apostrophes", b"['an apostrophe']", Unexpected, 1),
        ("no quotation marks", b"[\xc3\xb6]", Unexpected, 1),
        ("a raw zero byte", b"[\"x\0x\"]", ControlCharacter, 3),
        ("a raw line feed", b"[\"two\nlines\"]", ControlCharacter, 5),
        ("a raw carriage return", b"[\"two\rlines\"]", ControlCharacter, 5),
        ("a raw tab", b"[\"\t\"]", ControlCharacter, 2),
        ("a raw escape character", b"[\"\x1b[2J\"]", ControlCharacter, 2),
        ("the last control character, raw", b"[\"\x1f\"]", ControlCharacter, 2),
        ("a raw tab after a pair", b"[\"\\ud83d\\udeaa\t\"]", ControlCharacter, 14),
        ("a raw vertical tab, a form feed outside", b"[\"\x0bb\"\\f]", ControlCharacter, 2),
        ("a raw line feed in a name", b"{\"a\n\":0}", ControlCharacter, 3),
        ("a backslash at the end", b"[\"\\", UnexpectedEnd, 3),
        ("a backslash before the quotation mark", b"[\"\\\"]", UnexpectedEnd, 5),
        ("three backslashes before the quotation mark", b"[\"\\\\\\\"]", UnexpectedEnd, 7),
        ("strings and braces that never close", b"[\"\\{[\"\\{[\"\\{", BadEscape, 2),
    ]);
}

#[test]
fn broken_escapes() {
    check(&[
        ("a letter without meaning", b"[\"\\b\\a\"]", BadEscape, 4),
        ("a capital letter", b"[\"\\N\"]", BadEscape, 2),
        ("an apostrophe", b"[\"\\'\"]", BadEscape, 2),
        ("a digit", b"[\"\\0\"]", BadEscape, 2),
        ("octal digits", b"[\"\\101\"]", BadEscape, 2),
        ("hexadecimal digits", b"[\"\\x41\"]", BadEscape, 2),
        ("a capital U", b"\"\\UA66E\"", BadEscape, 1),
        ("a raw zero byte", b"[\"\\\0\"]", BadEscape, 2),
        ("a raw tab", b"[\"\\\t\"]", BadEscape, 2),
        ("a raw line feed", b"[\"\\\n\"]", BadEscape, 2),
        ("a sign beyond ASCII", b"[\"\\\xf0\x9f\x9a\xaa\"]", BadEscape, 2),
        ("in a name", b"{\"\\x\":0}", BadEscape, 2),
        ("no digits", b"[\"\\u\"]", BadEscape, 2),
        ("three digits", b"[\"\\u00B\"]", BadEscape, 2),
        ("two digits and the end", b"[\"\\u00", BadEscape, 2),
        ("letters for digits", b"[\"\\uwxyz\"]", BadEscape, 2),
        ("a letter for the last digit", b"[\"\\u004g\"]", BadEscape, 2),
        ("a plus among the digits", b"[\"\\u+041\"]", BadEscape, 2),
        ("a minus among the digits", b"[\"\\u-041\"]", BadEscape, 2),
        ("a blank among the digits", b"[\"\\u 041\"]", BadEscape, 2),
        ("wide digits", b"[\"\\u\xef\xbc\x90\xef\xbc\x90\"]", BadEscape, 2),
        ("a sign that begins among the digits", b"[\"\\u00a\xc3\xa4\"]", BadEscape, 2),
        ("braces around the digits", b"[\"\\u{41}\"]", BadEscape, 2),
        ("half a pair, then no digits", b"[\"\\uD800\\u\"]", BadEscape, 2),
        ("half a pair, then one digit", b"[\"\\uD800\\u2\"]", BadEscape, 2),
        ("half a pair, then a digit and a letter", b"[\"\\uD800\\u2y\"]", BadEscape, 2),
        ("half a pair, then three digits", b"[\"\\uD834\\uDd1\"]", BadEscape, 2),
        ("half a pair, then the end", b"[\"\\uD800\\u", BadEscape, 2),
    ]);
}

#[test]
fn halves_of_a_pair_that_stand_alone() {
    check(&[
        ("the first half", b"[\"\\uDADB\"]", LoneSurrogate, 2),
        ("the first half, small digits", b"[\"\\ud801\"]", LoneSurrogate, 2),
        ("the second half", b"[\"\\uDFAB\"]", LoneSurrogate, 2),
        ("the second half in a name", b"{\"\\uDFAB\":0}", LoneSurrogate, 2),
        ("the first half in a name", b"{\"a\\uD801\":0}", LoneSurrogate, 3),
        ("the second half, then letters", b"[\"\\uDd1fb\"]", LoneSurrogate, 2),
        ("the first half, then letters", b"[\"\\ud801xyz\"]", LoneSurrogate, 2),
        ("the first half, then no half", b"[\"\\uD889\\u2345\"]", LoneSurrogate, 2),
        ("the first half, then an escape", b"[\"\\uD801\\t\"]", LoneSurrogate, 2),
        ("the first half, then a quotation mark", b"[\"\\uD801\\\"]", LoneSurrogate, 2),
        ("the first half, then the end", b"[\"\\uD801", LoneSurrogate, 2),
        ("the first half twice", b"[\"\\uD801\\uD801\\n\"]", LoneSurrogate, 2),
        ("the first half twice, then no escape", b"[\"\\uD801\\uD801\\y\"]", LoneSurrogate, 2),
        ("the first half twice, then the second", b"[\"\\uD801\\uD801\\uDC00\"]", LoneSurrogate, 2),
        ("the second half, then no digits", b"[\"\\uDC00\\uwxyz\"]", LoneSurrogate, 2),
        ("the first half, then the last first half", b"[\"\\uD801\\uDBFF\"]", LoneSurrogate, 2),
        ("the second half first", b"[\"\\uDd1f\\uD834\"]", LoneSurrogate, 2),
        ("the second half after a pair", b"[\"\\ud83d\\udeaa\\udeaa\"]", LoneSurrogate, 14),
        ("a character after the second half's range", b"[\"\\uD834\\uE000\"]", LoneSurrogate, 2),
    ]);
}

#[test]
fn texts_that_are_not_utf_8() {
    check(&[
        ("a lone byte", b"\xe4", NotUtf8, 0),
        ("a lone byte that begins three", b"\xe6", NotUtf8, 0),
        ("a byte that no character has", b"[\xff]", NotUtf8, 1),
        ("a Latin-1 letter after a letter", b"[b\xe4]", NotUtf8, 2),
        ("a Latin-1 letter after zero", b"[0\xe4]\n", NotUtf8, 2),
        ("a Latin-1 letter after digits", b"[321\xe4]", NotUtf8, 4),
        ("a Latin-1 letter in an exponent", b"[2e\xe4]", NotUtf8, 3),
        ("a Latin-1 letter after an exponent", b"[2e2\xe4]", NotUtf8, 4),
        ("a Latin-1 letter in a string", b"[\"\xe4\"]", NotUtf8, 2),
        ("a Latin-1 letter after a backslash", b"[\"\\\xe4\"]", NotUtf8, 3),
        ("a Latin-1 letter in an escape", b"[\"\\u\xe4\"]", NotUtf8, 4),
        ("a byte in a string that no character has", b"[\"\xfe\"]", NotUtf8, 2),
        ("a following byte", b"[\"\x82\"]", NotUtf8, 2),
        ("a following byte in a name", b"{\"\xba\":\"0\",}", NotUtf8, 2),
        ("a wrong byte after right ones", b"[\"\xe6\x97\xa5\xd1\x88\xfb\"]", NotUtf8, 7),
        ("a character cut short", b"[\"\xe0\xfe\"]", NotUtf8, 2),
        ("a character cut short by the end", b"[\"\xf0\x9f\x9a", NotUtf8, 2),
        ("two bytes for one", b"[\"\xc0\xae\"]", NotUtf8, 2),
        ("three bytes for two", b"[\"\xe0\x80\xaf\"]", NotUtf8, 2),
        ("four bytes for three", b"[\"\xf0\x80\x80\xaf\"]", NotUtf8, 2),
        ("six bytes", b"[\"\xfc\x83\xbf\xbf\xbf\xbe\"]", NotUtf8, 2),
        ("six bytes for zero", b"[\"\xfc\x80\x80\x80\x80\x80\"]", NotUtf8, 2),
        ("zero in two bytes", b"[\"\xc0\x80\"]", NotUtf8, 2),
        ("half of a pair in three bytes", b"[\"\xed\xa0\x81\"]", NotUtf8, 2),
        ("a pair in six bytes", b"[\"\xed\xa0\xbd\xed\xba\xaa\"]", NotUtf8, 2),
        ("beyond the last character", b"[\"\xf4\xbf\xbf\xbe\"]", NotUtf8, 2),
        ("just beyond the last character", b"[\"\xf4\x90\x80\x80\"]", NotUtf8, 2),
        ("after the value", b"[]\xff", NotUtf8, 2),
    ]);
}

#[test]
fn texts_of_other_encodings() {
    check(&[
        ("a byte order mark", b"\xef\xbb\xbf[]", ByteOrderMark, 0),
        ("a byte order mark alone", b"\xef\xbb\xbf", ByteOrderMark, 0),
        ("two byte order marks", b"\xef\xbb\xbf\xef\xbb\xbf[]", ByteOrderMark, 0),
        ("a byte order mark after a blank", b" \xef\xbb\xbf[]", Unexpected, 1),
        ("a byte order mark cut short", b"\xef\xbb[]", NotUtf8, 0),
        ("UTF-16, little end first, marked", b"\xff\xfe[\0\"\0\xe4\0\"\0]\0", NotUtf8, 0),
        ("UTF-16, big end first, marked", b"\xfe\xff\0[\0\"\0\xe4\0\"\0]", NotUtf8, 0),
        ("UTF-16, little end first", b"[\0\"\0\xe4\0\"\0]\0", NotUtf8, 4),
        ("UTF-16, big end first", b"\0[\0\"\0\xe4\0\"\0]", NotUtf8, 5),
        ("UTF-16 of ASCII, little end first", b"[\0]\0", Unexpected, 1),
        ("UTF-16 of ASCII, big end first", b"\0[\0]", Unexpected, 0),
        ("UTF-32, big end first", b"\0\0\0[\0\0\0]", Unexpected, 0),
    ]);
}
