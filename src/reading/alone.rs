//! How one would write a name alone: on one line, one blank between its words, its letters whole.

use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The name as it stands in what was read, written alone: blanks of any kind are one, presentation forms are the letters
/// that they show, letters and marks are composed (NFC).
pub(crate) fn alone(name: &str) -> Cow<'_, str> {
    let blanks = name.chars().any(|c| c.is_whitespace() && c != ' ' || c.is_control()) || name.contains("  ");
    let forms = name.chars().any(is_form);
    if !blanks && !forms && is_nfc(name) && name.trim() == name {
        return Cow::Borrowed(name);
    }
    let plain = |c: char| -> String { if is_form(c) { std::iter::once(c).nfkc().collect() } else { c.into() } };
    let plain: String = name.chars().map(plain).collect();
    let words = plain.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    Cow::Owned(words.collect::<Vec<_>>().join(" ").nfc().collect())
}

/// Letters as they look in a place of a word, ligatures, and letters of double width.
fn is_form(c: char) -> bool {
    matches!(c, '\u{fb00}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{ff01}'..='\u{ffef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_is_on_one_line_and_of_whole_letters() {
        for (name, wanted) in [
            ("بدر عبد\r\n  العاطي", "بدر عبد العاطي"),
            ("نواف\u{a0}سلام", "نواف سلام"),
            ("ﻗﻴﺲ ﺳﻌﻴﺪ", "قيس سعيد"),
            ("ﻻﻫﺎﻱ", "لاهاي"),
            ("ا\u{654}حمد", "أحمد"),
        ] {
            assert_eq!(alone(name), wanted);
            assert_eq!(alone(wanted), wanted);
        }
        assert!(matches!(alone("القـــاهرة"), Cow::Borrowed(_)));
        assert!(matches!(alone("مُحَمَّد"), Cow::Borrowed(_) | Cow::Owned(_)));
    }
}
