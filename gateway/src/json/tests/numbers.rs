//! Which numbers a request may hold; a reply may hold any.

use super::{FaultKind, Limits, Number, Numbers, REPLY, REQUEST, Value, fault, scan};

#[test]
fn integers_are_exact_up_to_two_to_the_53_less_one() {
    check(true, &["0", "-0", "1", "-1", "4294967296", "9007199254740990", "9007199254740991", "-9007199254740991"]);
    check(
        false,
        &[
            "9007199254740992",
            "-9007199254740992",
            "9007199254740993",
            "9223372036854775807",
            "-9223372036854775808",
            "9223372036854775808",
            "18446744073709551615",
            "18446744073709551616",
            "200000000000000000000",
            "-321321321321321321321321321321",
            "-237462374673276894279832749832423479823246327845",
        ],
    );
}

#[test]
fn doubles_must_not_overflow() {
    check(true, &["1e308", "-1e308", "1.7976931348623157e308", "1.7976931348623158e308", "9007199254740993.0", "1e20"]);
    check(
        false,
        &[
            "1e309",
            "-1e309",
            "1.7976931348623159e308",
            "1.25e+9999",
            "-1E+9999",
            "321321e100000",
            "-321321e100000",
            "0.4e0066999999999999999999999999999999999999999999999999999999999999999",
            "1e99999999999999999999",
        ],
    );
}

#[test]
fn doubles_must_not_vanish() {
    check(
        true,
        &["5e-324", "-5e-324", "2.5e-324", "1e-308", "0.0", "-0.0", "0e999", "0.000e-999", "0E99999999999999999999"],
    );
    check(
        false,
        &[
            "2.4e-324",
            "-1e-324",
            "1e-999",
            "321.654e-987",
            "321e-10000000",
            "0.1e-999",
            "0.0000000001E-400",
            "1e-99999999999999999999",
        ],
    );
}

#[test]
fn length_alone_makes_no_number_inexact() {
    let zeros = "0".repeat(400);
    let nines = "9".repeat(400);
    check(true, &[&format!("1{zeros}e-400"), &format!("0.{zeros}1e400"), &format!("0.{nines}"), &format!("0.{zeros}")]);
    check(false, &[&nines, &format!("1{zeros}.0"), &format!("0.{zeros}1"), &format!("1e{nines}")]);
}

#[test]
fn an_inexact_number_is_refused_wherever_it_stands() {
    for (text, offset) in
        [("[0,1e999]", 3), (r#"{"n":1e999}"#, 5), (" 1e999", 1), ("1e999", 0), (r#"[{"a":[1e999]}]"#, 7)]
    {
        assert_eq!(scan(text.as_bytes(), &REQUEST), fault(FaultKind::NumberOutOfRange, offset), "{text}");
    }
    let quoted = r#"{"1e999":"1e999"}"#;
    assert!(scan(quoted.as_bytes(), &REQUEST).is_ok(), "a string is no number");
}

#[test]
fn the_choice_of_numbers_does_not_hang_on_the_other_limits() {
    let text = b"1e999";
    let lenient = Limits { numbers: Numbers::Text, ..REQUEST };
    let strict = Limits { numbers: Numbers::Exact, ..REPLY };
    assert_eq!(scan(text, &lenient), Ok(Value::Number(Number::from_scanned("1e999"))));
    assert_eq!(scan(text, &strict), fault(FaultKind::NumberOutOfRange, 0));
}

fn check(exact: bool, numbers: &[&str]) {
    for text in numbers {
        let kept = Ok(Value::Number(Number::from_scanned(text)));
        assert_eq!(scan(text.as_bytes(), &REPLY), kept, "any reply may hold {text}");
        let asked = if exact { kept } else { fault(FaultKind::NumberOutOfRange, 0) };
        assert_eq!(scan(text.as_bytes(), &REQUEST), asked, "a request with {text}");
    }
}
