//! Names that an object may have only once.

use super::{FaultKind, REPLY, REQUEST, scan};

#[test]
fn a_name_written_twice_is_refused() {
    check(
        true,
        &[
            ("different values", r#"{"k":"v","k":"w"}"#),
            ("equal values", r#"{"k":"v","k":"v"}"#),
            ("the empty name", r#"{"":0,"":0}"#),
            ("not neighbours", r#"{"k":0,"l":0,"m":0,"k":0}"#),
            ("three times", r#"{"k":0,"k":0,"k":0}"#),
            ("names that readers give a meaning", r#"{"__proto__":0,"__proto__":0}"#),
            ("beyond ASCII", r#"{"🚪":0,"🚪":0}"#),
            ("blanks around the second", "{\"k\":0, \"k\" : 0 }"),
        ],
    );
}

#[test]
fn a_name_written_twice_through_escapes_is_refused() {
    check(
        true,
        &[
            ("one letter", r#"{"a":1,"\u0061":2}"#),
            ("the escape first", r#"{"\u0061":1,"a":2}"#),
            ("small and capital digits", r#"{"\u006a":1,"\u006A":2}"#),
            ("in the middle of a name", r#"{"method":1,"me\u0074hod":2}"#),
            ("letter and number of one escape", r#"{"\n":1,"\u000a":2}"#),
            ("a slash with and without", r#"{"/":1,"\/":2}"#),
            ("two ways to write a quotation mark", r#"{"\"":1,"\u0022":2}"#),
            ("a pair of surrogates", r#"{"🚪":1,"\uD83D\uDEAA":2}"#),
            ("a zero character", r#"{"a\u0000":1,"\u0061\u0000":2}"#),
        ],
    );
}

#[test]
fn a_name_written_twice_is_refused_at_any_depth() {
    check(
        true,
        &[
            ("in an array", r#"[{"k":0,"k":0}]"#),
            ("in the last element", r#"[{"k":0},{},{"k":0,"k":0}]"#),
            ("in a member", r#"{"m":{"k":0,"k":0}}"#),
            ("in a member before others", r#"{"m":{"k":0,"k":0},"k":0}"#),
            ("around a member", r#"{"m":{"k":0},"m":{"k":0}}"#),
            ("far below", r#"[[[{"a":[{"b":{"c":[[{"k":0,"k":0}]]}}]}]]]"#),
        ],
    );
}

#[test]
fn names_that_only_look_alike_are_different() {
    check(
        false,
        &[
            ("small and capital", r#"{"k":0,"K":0}"#),
            ("composed and decomposed", "{\"é\":0,\"e\u{301}\":0}"),
            ("a blank more", r#"{"k":0,"k ":0}"#),
            ("a zero character more", r#"{"k":0,"k\u0000":0}"#),
            ("the text of an escape", r#"{"a":0,"\\u0061":0}"#),
            ("a beginning of the other", r#"{"k":0,"kk":0,"":0}"#),
            ("in different objects", r#"[{"k":0},{"k":0},{"l":{"k":0},"k":0}]"#),
            ("in and around an object", r#"{"k":{"k":{"k":0}}}"#),
        ],
    );
}

#[test]
fn duplicates_are_found_among_any_number_of_members() {
    for count in [2, 15, 16, 17, 18, 1000, 20_000] {
        let names = (0..count).map(|number| format!(r#""n{number}":0"#)).collect::<Vec<_>>().join(",");
        check(false, &[("unique", &format!("{{{names}}}"))]);
        check(
            true,
            &[
                ("the first again at the end", &format!(r#"{{{names},"n0":0}}"#)),
                ("the last again at the start", &format!(r#"{{"n{}":0,{names}}}"#, count - 1)),
                ("one from the middle", &format!(r#"{{{names},"\u006e{}":0}}"#, count / 2)),
            ],
        );
    }
}

fn check(refused: bool, rows: &[(&str, &str)]) {
    for (name, text) in rows {
        for limits in [REQUEST, REPLY] {
            let kind = scan(text.as_bytes(), &limits).err().map(|fault| fault.kind);
            assert_eq!(kind, refused.then_some(FaultKind::DuplicateName), "{name}: {text:.100}");
        }
    }
}
