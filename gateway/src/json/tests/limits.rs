//! Where the limits lie: at the bound a text is accepted, one beyond it is refused.

use super::FaultKind::{
    BadNumber, ControlCharacter, NameTooLong, TooDeep, TooLong, TooMany, Unexpected, UnexpectedEnd,
};
use super::{Fault, FaultKind, Limits, REPLY, REQUEST, scan};

#[test]
fn a_text_may_be_as_long_as_the_limit() {
    for text in ["null", "[1,2,3]", r#""0123456789""#, " {} ", r#"{"é":"🚪"}"#] {
        let length = text.len();
        check(text, &Limits::request(length), None);
        check(text, &Limits::reply(length), None);
        check(text, &Limits::request(length - 1), Some((TooLong, length - 1)));
        check(text, &Limits::reply(length - 1), Some((TooLong, length - 1)));
        check(format!("{text} "), &Limits::request(length), Some((TooLong, length)));
    }
}

#[test]
fn a_text_that_is_too_long_is_not_even_looked_at() {
    check(b"\xff\xff\xff\xff", &Limits::reply(3), Some((TooLong, 3)));
    check(b"\xef\xbb\xbf{}", &Limits::reply(4), Some((TooLong, 4)));
    check("[", &Limits::reply(0), Some((TooLong, 0)));
}

#[test]
fn requests_nest_32_deep_and_replies_128() {
    for (limits, depth) in [(REQUEST, 32), (REPLY, 128)] {
        for (open, levels, close) in [("[", 1, "]"), (r#"{"a":"#, 1, "}"), (r#"[{"":"#, 2, "}]")] {
            let times = depth / levels;
            let beyond = open.len() * times;
            check(nested(open, times, "0", close), &limits, None);
            check(nested(open, times + 1, "0", close), &limits, Some((TooDeep, beyond)));
            check(nested(open, times, "[]", close), &limits, Some((TooDeep, beyond)));
            check(nested(open, times, "{}", close), &limits, Some((TooDeep, beyond)));
        }
        check(nested("[", depth, "", "]"), &limits, None);
        check(nested("[", depth - 1, "{}", "]"), &limits, None);
    }
}

#[test]
fn depth_counts_only_what_is_open() {
    let limits = Limits { depth: 2, ..REQUEST };
    check("[[],[],{},[],{}]", &limits, None);
    check(r#"{"a":{},"b":[],"c":{}}"#, &limits, None);
    check("[[],[[]]]", &limits, Some((TooDeep, 5)));
    check("7", &Limits { depth: 0, ..REQUEST }, None);
    check("[]", &Limits { depth: 0, ..REQUEST }, Some((TooDeep, 0)));
}

#[test]
fn hostile_nesting_is_refused_at_the_limit() {
    for (limits, depth) in [(REQUEST, 32), (REPLY, 128)] {
        check("[".repeat(100_000), &limits, Some((TooDeep, depth)));
        check("[".repeat(500) + &"]".repeat(500), &limits, Some((TooDeep, depth)));
        check(r#"[{"":"#.repeat(50_000), &limits, Some((TooDeep, depth / 2 * 5)));
        check(r#"{"a":"#.repeat(100_000), &limits, Some((TooDeep, depth * 5)));
        check("[ ".repeat(100_000), &limits, Some((TooDeep, depth * 2)));
    }
}

#[test]
fn names_in_requests_have_1024_bytes_and_in_replies_4096() {
    for (limits, length) in [(REQUEST, 1024), (REPLY, 4096)] {
        let longest = "n".repeat(length);
        check(format!(r#"{{"{longest}":0}}"#), &limits, None);
        check(format!(r#"{{"{longest}n":0}}"#), &limits, Some((NameTooLong, 1)));
        check(format!(r#"{{"a":0, "{longest}n":0}}"#), &limits, Some((NameTooLong, 8)));
        check(format!(r#"[{{"a":{{"{longest}n":0}}}}]"#), &limits, Some((NameTooLong, 7)));
        check(format!(r#"{{"a":"{longest}n"}}"#), &limits, None);
        check(format!(r#"["{longest}n"]"#), &limits, None);
    }
}

#[test]
fn a_name_is_measured_in_bytes_after_unescaping() {
    let limits = Limits { name: 4, ..REQUEST };
    check(r#"{"\u0061\u0062\u0063\u0064":0}"#, &limits, None);
    check(r#"{"\u0061\u0062\u0063\u0064\u0065":0}"#, &limits, Some((NameTooLong, 1)));
    check(r#"{"éé":0}"#, &limits, None);
    check(r#"{"ééé":0}"#, &limits, Some((NameTooLong, 1)));
    check(r#"{"\ud83d\udeaa":0}"#, &limits, None);
    check(r#"{"\ud83d\udeaa\n":0}"#, &limits, Some((NameTooLong, 1)));
    check(r#"{"":0}"#, &Limits { name: 0, ..REQUEST }, None);
    check(r#"{"a":0}"#, &Limits { name: 0, ..REQUEST }, Some((NameTooLong, 1)));
}

#[test]
fn requests_hold_100_000_values_and_replies_a_million() {
    for (limits, values) in [(REQUEST, 100_000), (REPLY, 1_000_000)] {
        let elements = values - 1;
        check(format!("[0{}]", ",0".repeat(elements - 1)), &limits, None);
        check(format!("[0{}]", ",0".repeat(elements)), &limits, Some((TooMany, 2 * elements + 1)));
    }
}

#[test]
fn every_value_counts_and_no_name_does() {
    for (text, values) in [
        ("0", 1),
        ("[]", 1),
        ("{}", 1),
        (r#"["",true,null]"#, 4),
        ("[[],[],[[]]]", 5),
        (r#"{"a":1,"b":2}"#, 3),
        (r#"{"a":{"b":{"c":"d"}}}"#, 4),
        (r#"[{"a":[0]},{"a":[0]}]"#, 7),
    ] {
        check(text, &Limits { values, ..REQUEST }, None);
        let fewer = Limits { values: values - 1, ..REQUEST };
        let kind = scan(text.as_bytes(), &fewer).map_err(|fault| fault.kind);
        assert_eq!(kind, Err(TooMany), "{text} has {values} values");
    }
}

#[test]
fn long_texts_are_read_whole() {
    const LONG: usize = 1 << 20;
    let digits = "1234567890".repeat(LONG / 10);
    check(format!(r#""{}""#, "a".repeat(LONG)), &REQUEST, None);
    check(format!(r#""{}""#, "🚪".repeat(LONG / 4)), &REQUEST, None);
    check(format!(r#""{}""#, r"\\".repeat(LONG)), &REQUEST, None);
    check(format!("{}0{}", "\n".repeat(LONG), "\t".repeat(LONG)), &REQUEST, None);
    check(&digits, &REPLY, None);
    check(format!("0.{digits}e1"), &REPLY, None);
    check(format!("1e{digits}"), &REPLY, None);
    let members = (0..40_000).map(|number| format!(r#""member {number}":"#)).collect::<Vec<_>>();
    check(format!("{{{}0}}", members.join("0,")), &REQUEST, None);
}

#[test]
fn long_texts_that_break_off_are_refused_at_their_end() {
    const LONG: usize = 1 << 20;
    check("\"".to_owned() + &"a".repeat(LONG), &REQUEST, Some((UnexpectedEnd, LONG + 1)));
    check("\"".to_owned() + &r"\\".repeat(LONG), &REQUEST, Some((UnexpectedEnd, 2 * LONG + 1)));
    check("\"".to_owned() + &"a".repeat(LONG) + "\n\"", &REQUEST, Some((ControlCharacter, LONG + 1)));
    check(" ".repeat(LONG), &REQUEST, Some((UnexpectedEnd, LONG)));
    check("[".to_owned() + &"0,".repeat(40_000), &REQUEST, Some((UnexpectedEnd, 80_001)));
    check("[".to_owned() + &"0,".repeat(40_000) + "]", &REQUEST, Some((Unexpected, 80_001)));
    check("1".repeat(LONG) + ".", &REPLY, Some((BadNumber, 0)));
}

fn nested(open: &str, times: usize, inner: &str, close: &str) -> String {
    open.repeat(times) + inner + &close.repeat(times)
}

fn check(text: impl AsRef<[u8]>, limits: &Limits, refused: Option<(FaultKind, usize)>) {
    let text = text.as_ref();
    let expected = refused.map(|(kind, offset)| Fault { kind, offset });
    let start = String::from_utf8_lossy(text.get(..80).unwrap_or(text));
    assert_eq!(scan(text, limits).err(), expected, "{} bytes: {start}", text.len());
}
