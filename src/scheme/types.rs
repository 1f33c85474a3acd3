//! What may be the name of a type, or of a convention.

/// Letters of a type's or a convention's name at most.
pub(crate) const LONGEST: usize = 100;

/// Whether text shows as what it is in one line of a terminal or of a table: no control character, nothing that is
/// invisible or turns the direction, and not too long.
pub fn is_plain(text: &str) -> bool {
    let hidden =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(|c| c.is_control() || hidden(c))
}

/// Whether text is a name for a type of names: [plain](is_plain), and one word, as columns of CoNLL and tags ask for.
pub fn is_type(text: &str) -> bool {
    is_plain(text) && !text.contains(char::is_whitespace)
}
