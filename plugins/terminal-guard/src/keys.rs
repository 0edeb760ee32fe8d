//! Puts keystrokes together to lines.

use doorward_plugin::Finding;

/// The most that may be typed in one call, in bytes.
const MAX_KEYS: usize = 2048;

/// The most that may be typed in one line, in bytes. Where a program runs, or a shell does not edit lines by itself, the
/// system keeps 4,095 of a line, on some machines 1,023, and drops the rest but its end: a shorter line would be run.
const MAX_LINE: usize = 1000;

/// The most lines that may end in one call.
const MAX_LINES: usize = 8;

/// What was typed: lines that have ended, and one that has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Typed {
    pub(crate) lines: Vec<String>,
    pub(crate) pending: String,
}

/// Goes on with a line that has not ended.
pub(crate) fn join(pending: String, keys: &str) -> Result<Typed, Finding> {
    if keys.len() > MAX_KEYS {
        return Err(Finding::new("key.too-many", format!("more than {MAX_KEYS} bytes are typed at once"))
            .instead("type less in one call"));
    }
    let mut typed = Typed { lines: Vec::new(), pending };
    for key in keys.chars() {
        match key {
            '\r' | '\n' if typed.lines.len() < MAX_LINES => typed.lines.push(std::mem::take(&mut typed.pending)),
            '\r' | '\n' => {
                return Err(Finding::new("key.lines", format!("more than {MAX_LINES} lines are typed at once"))
                    .instead("type fewer in one call"));
            }
            // It ends what runs. Whether it takes back what was typed is for the terminal to say.
            '\u{3}' if typed.pending.is_empty() => {}
            '\u{3}' => {
                return Err(Finding::new("key.interrupt", "Ctrl-C is typed into a line that has not ended")
                    .instead("end the line first"));
            }
            ' '..='~' if typed.pending.len() < MAX_LINE => typed.pending.push(key),
            ' '..='~' => {
                return Err(Finding::new("key.line", format!("the line is longer than {MAX_LINE} bytes"))
                    .instead("type a shorter one"));
            }
            _ => return Err(control(key)),
        }
    }
    Ok(typed)
}

fn control(key: char) -> Finding {
    let (code, reason) = match key {
        '\t' => ("key.completion", "a tab makes the terminal complete the line"),
        '\u{8}' | '\u{7f}' => ("key.edit", "the key takes back what was typed, as the terminal understands it"),
        '\u{1b}' => ("key.escape", "an escape sequence may edit the line or recall another one"),
        _ if key.is_ascii_control() => ("key.control", "a control character does something by itself"),
        _ => ("key.letters", "a character beyond ASCII may be read as a key of another kind"),
    };
    Finding::new(code, reason).instead("type letters, digits, signs and blanks, and end the line by a carriage return")
}

#[cfg(test)]
mod tests {
    use super::join;

    fn check(pending: &str, keys: &str, lines: &[&str], rest: &str) {
        let typed = join(pending.to_owned(), keys).unwrap();
        assert_eq!(
            (typed.lines.iter().map(String::as_str).collect::<Vec<_>>(), typed.pending.as_str()),
            (lines.to_vec(), rest),
            "{keys:?}"
        );
    }

    #[test]
    fn a_line_ends_with_a_carriage_return_or_a_newline() {
        check("", "", &[], "");
        check("", "df", &[], "df");
        check("df", " -h\r", &["df -h"], "");
        check("", "df\nid\r", &["df", "id"], "");
        check("", "df\r\n", &["df", ""], "");
        check("up", "time\rdf", &["uptime"], "df");
        check("", "\u{3}", &[], "");
        check("", "df\r\u{3}", &["df"], "");
    }

    #[test]
    fn keys_that_edit_or_act_are_refused() {
        for (pending, keys, code) in [
            ("", "d\tf", "key.completion"),
            ("", "\u{7f}", "key.edit"),
            ("", "dx\u{8}f", "key.edit"),
            ("", "\u{1b}[A", "key.escape"),
            ("", "\u{1b}[200~df", "key.escape"),
            ("", "\u{9b}A", "key.letters"),
            ("", "\0", "key.control"),
            ("", "\u{4}", "key.control"),
            ("", "\u{1a}", "key.control"),
            ("", "\u{12}", "key.control"),
            ("", "\u{16}", "key.control"),
            ("", "\u{10}\r", "key.control"),
            ("", "\u{f}", "key.control"),
            ("", "\u{19}", "key.control"),
            ("", "é", "key.letters"),
            ("", "\u{ae}", "key.letters"),
            ("rm", "\u{3}", "key.interrupt"),
            ("", "rm\u{3}", "key.interrupt"),
        ] {
            assert_eq!(join(pending.to_owned(), keys).unwrap_err().code, code, "{pending:?} {keys:?}");
        }
    }

    #[test]
    fn what_is_typed_is_bounded() {
        assert_eq!(join(String::new(), &"a".repeat(2049)).unwrap_err().code, "key.too-many");
        assert_eq!(join("a".repeat(1000), "a").unwrap_err().code, "key.line");
        check(&"a".repeat(999), "a", &[], &"a".repeat(1000));
        check("", &"\r".repeat(8), &[""; 8], "");
        assert_eq!(join(String::new(), &"\r".repeat(9)).unwrap_err().code, "key.lines");
    }
}
