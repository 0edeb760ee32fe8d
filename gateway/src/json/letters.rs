//! Characters that do not show. Texts of others have them to hide something from whoever reads it, or to have a terminal show
//! another text than is there.

/// Whether a character is what it looks like: no control, and none that changes the direction of a text, takes no room, joins
/// others, or tags them. Sources: Unicode's `Default_Ignorable_Code_Point`, `Bidi_Control` and `Cc`.
pub fn is_visible(letter: char) -> bool {
    let hidden = matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}');
    !letter.is_control() && !hidden
}

#[cfg(test)]
mod tests {
    use super::is_visible;

    #[test]
    fn what_does_not_show_is_told_from_what_does() {
        for letter in
            ['\u{0}', '\u{1b}', '\u{7f}', '\u{9b}', '\u{200b}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{e0041}']
        {
            assert!(!is_visible(letter), "{letter:?}");
        }
        for letter in ['a', ' ', 'é', 'ж', '語', '\u{a0}', '😀'] {
            assert!(is_visible(letter), "{letter:?}");
        }
    }
}
