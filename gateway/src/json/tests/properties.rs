//! What holds for every text and every tree.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::FaultKind::{DuplicateName, NameTooLong, NumberOutOfRange, TooDeep, TooLong, TooMany};
use super::oracle::{agrees, is_alike, is_read};
use super::texts::{bytes, escaped, exact_value, loosely, object, string, style, value};
use super::{Limits, REPLY, REQUEST, Value, scan};

proptest! {
    #[test]
    fn a_written_tree_is_read_as_the_same_tree_and_written_as_the_same_bytes(value in value()) {
        let written = value.to_bytes();
        let read = scan(&written, &REPLY);
        prop_assert_eq!(read.as_ref().map(Value::to_bytes), Ok(written));
        prop_assert_eq!(read, Ok(value));
    }

    #[test]
    fn a_request_keeps_every_exact_tree(value in exact_value()) {
        prop_assert_eq!(scan(&value.to_bytes(), &REQUEST), Ok(value));
    }

    #[test]
    fn written_bytes_fit_on_one_line(value in value()) {
        prop_assert!(value.to_bytes().iter().all(|byte| *byte >= b' '));
    }

    #[test]
    fn blanks_and_needless_escapes_change_nothing(value in value(), style in style()) {
        let text = loosely(&value, &style);
        prop_assert!(agrees(&value, &text), "serde_json reads something else from {}", text);
        let read = scan(text.as_bytes(), &REPLY);
        prop_assert_eq!(read.as_ref().map(Value::to_bytes), Ok(value.to_bytes()));
        prop_assert_eq!(read, Ok(value));
    }

    #[test]
    fn what_a_request_says_is_what_the_server_reads(value in exact_value(), style in style()) {
        let text = loosely(&value, &style);
        let written = scan(text.as_bytes(), &REQUEST).map(|value| value.to_bytes());
        prop_assert!(written.is_ok_and(|written| is_alike(text.as_bytes(), &written)), "{}", text);
    }

    #[test]
    fn any_bytes_are_read_as_serde_json_reads_them_or_refused(text in bytes()) {
        for limits in [REQUEST, REPLY] {
            match scan(&text, &limits) {
                Ok(value) => {
                    let written = value.to_bytes();
                    prop_assert!(std::str::from_utf8(&text).is_ok_and(|text| agrees(&value, text)));
                    prop_assert!(std::str::from_utf8(&written).is_ok_and(|text| agrees(&value, text)));
                    prop_assert_eq!(scan(&written, &limits), Ok(value));
                    prop_assert!(!is_read(&text) || is_alike(&text, &written));
                }
                Err(fault) => {
                    prop_assert!(fault.offset <= text.len());
                    prop_assert!(!is_read(&text) || matches!(fault.kind, DuplicateName | NumberOutOfRange), "{}", fault);
                }
            }
        }
    }

    #[test]
    fn a_request_that_is_accepted_is_one_for_serde_json_too(text in bytes()) {
        prop_assert!(scan(&text, &REQUEST).is_err() || is_read(&text));
    }

    #[test]
    fn tighter_limits_refuse_and_change_nothing_else(
        text in bytes(), length in 0..60_usize, depth in 0..4_usize, name in 0..6_usize, values in 0..12_usize,
    ) {
        let tight = Limits { bytes: length, depth, name, values, numbers: REPLY.numbers };
        match (scan(&text, &tight), scan(&text, &REPLY)) {
            (Err(fault), wide) if matches!(fault.kind, TooLong | TooDeep | NameTooLong | TooMany) => {
                prop_assert!(text.len() > length || fault.kind != TooLong);
                prop_assert!(wide.is_err() || fault.offset < text.len());
            }
            (tight, wide) => prop_assert_eq!(tight, wide),
        }
    }

    #[test]
    fn a_name_written_twice_is_refused_anywhere_in_a_tree(
        object in object(), again in any::<Index>(), place in any::<Index>(), style in style(), around in vec(string(), 0..20),
    ) {
        let mut members = object.iter().map(|(name, value)| (name.to_owned(), value)).collect::<Vec<_>>();
        prop_assert!(scan(within(&members, &style, &around).as_bytes(), &REQUEST).is_ok());
        let twice = again.get(&members).clone();
        members.insert(place.index(members.len() + 1), twice);
        for limits in [REQUEST, REPLY] {
            let fault = scan(within(&members, &style, &around).as_bytes(), &limits).err();
            prop_assert_eq!(fault.map(|fault| fault.kind), Some(DuplicateName));
        }
    }
}

/// An object of these members, inside an array or a member called so for each of `around`.
fn within(members: &[(String, &Value)], style: &[u8], around: &[String]) -> String {
    let mut style = style.to_vec();
    let members = members.iter().map(|(name, value)| {
        style.rotate_left(1);
        format!("{}:{}", escaped(name, &style), loosely(value, &style))
    });
    let object = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
    around.iter().fold(object, |inner, name| match name.len() % 3 {
        0 => format!("[null,{inner},{{}}]"),
        _ => format!("{{{}:{inner},\"\":0}}", escaped(&format!("{name}!"), &style)),
    })
}
