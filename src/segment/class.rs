//! What a character is to the segmenter.

use unicode_normalization::char::is_combining_mark;

/// The kinds of characters that decide where words end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// White space and control characters; between words.
    Space,
    /// Ends a line, and a sentence with it.
    Newline,
    /// Takes no room of its own: bidi marks, joiners, BOM, variation selectors.
    Invisible,
    /// Arabic letters, vowel marks and tatweel, presentation forms of all of these.
    Arabic,
    /// Letters of other scripts.
    Letter,
    /// A mark that belongs to whatever stands before it.
    Mark,
    /// Digits of all scripts.
    Digit,
    /// Everything else that can be seen.
    Symbol,
}

/// Everything below U+0700 is looked up: nearly all of an Arabic text.
static TABLE: [Class; 0x700] = table();

const fn table() -> [Class; 0x700] {
    let mut table = [Class::Symbol; 0x700];
    let mut c = 0;
    while c < table.len() {
        table[c] = low(c as u32);
        c += 1;
    }
    table
}

const fn low(c: u32) -> Class {
    match c {
        0x0a..=0x0d | 0x85 => Class::Newline,
        0..=0x20 | 0x7f..=0xa0 => Class::Space,
        0x30..=0x39 | 0xb2 | 0xb3 | 0xb9 | 0x660..=0x669 | 0x6f0..=0x6f9 => Class::Digit,
        0x41..=0x5a | 0x61..=0x7a | 0xaa | 0xb5 | 0xba => Class::Letter,
        0xd7 | 0xf7 => Class::Symbol,
        0xc0..=0x2c1 | 0x370..=0x373 | 0x376..=0x377 | 0x37b..=0x37d | 0x37f => Class::Letter,
        0x386 | 0x388..=0x3f5 | 0x3f7..=0x481 | 0x48a..=0x52f | 0x531..=0x556 | 0x561..=0x588 => Class::Letter,
        0x5d0..=0x5f2 => Class::Letter,
        0x34f | 0xad | 0x61c => Class::Invisible,
        0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x5bf | 0x5c1..=0x5c2 | 0x5c4..=0x5c5 | 0x5c7 => Class::Mark,
        // Marks, then letters and tatweel. What is left of the block is punctuation and signs.
        0x610..=0x61a | 0x64b..=0x65f | 0x670 | 0x6d6..=0x6dc | 0x6df..=0x6e8 | 0x6ea..=0x6ed => Class::Arabic,
        0x620..=0x64a | 0x66e..=0x66f | 0x671..=0x6d3 | 0x6d5 | 0x6ee..=0x6ef | 0x6fa..=0x6fc | 0x6ff => Class::Arabic,
        _ => Class::Symbol,
    }
}

impl Class {
    /// The class of a character.
    pub(crate) fn of(c: char) -> Class {
        match TABLE.get(c as usize) {
            Some(&class) => class,
            None => high(c),
        }
    }
}

#[cold]
fn high(c: char) -> Class {
    match c {
        '\u{2028}' | '\u{2029}' => Class::Newline,
        '\u{200b}' => Class::Space,
        _ if is_invisible(c) => Class::Invisible,
        _ if c.is_whitespace() || c.is_control() => Class::Space,
        // The dots of FBB2..FBC2, the ornate parentheses and the eulogies, which follow a name without a space (FDFA),
        // stand alone.
        '\u{fdf5}' | '\u{fdfa}'..='\u{fdff}' => Class::Symbol,
        '\u{fb50}'..='\u{fbb1}' | '\u{fbd3}'..='\u{fd3d}' | '\u{fd50}'..='\u{fdf9}' | '\u{fe70}'..='\u{fefc}' => {
            if c.is_alphabetic() || is_arabic_mark(c) { Class::Arabic } else { Class::Symbol }
        }
        '\u{750}'..='\u{77f}' | '\u{870}'..='\u{887}' | '\u{889}'..='\u{88e}' | '\u{8a0}'..='\u{8c9}' => Class::Arabic,
        _ if is_arabic_mark(c) => Class::Arabic,
        _ if is_combining_mark(c) => Class::Mark,
        // Skin tones belong to the person before them.
        '\u{1f3fb}'..='\u{1f3ff}' => Class::Mark,
        _ if c.is_alphabetic() => Class::Letter,
        _ if c.is_numeric() => Class::Digit,
        _ => Class::Symbol,
    }
}

/// Vowel marks, Koranic signs and their presentation forms: what may stand over or under an Arabic letter.
pub(crate) fn is_arabic_mark(c: char) -> bool {
    matches!(c,
        '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{610}'..='\u{61a}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e8}'
        | '\u{6ea}'..='\u{6ed}' | '\u{897}'..='\u{89f}' | '\u{8ca}'..='\u{8e1}' | '\u{8e3}'..='\u{8ff}'
        | '\u{fc5e}'..='\u{fc63}' | '\u{fcf2}'..='\u{fcf4}' | '\u{fe70}'..='\u{fe72}' | '\u{fe74}' | '\u{fe76}'..='\u{fe7f}')
}

/// Characters that nobody sees: format controls (general category Cf but for the Arabic number signs), variation
/// selectors and fillers. U+200B is white space here.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{70f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
