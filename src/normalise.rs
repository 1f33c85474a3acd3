//! The spelling of one word as the model sees it.
//!
//! Words are respelt one by one, after the text was cut, so that offsets never have to be mapped back.

use crate::segment::class;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Which differences of spelling a model does not see. The default changes nothing: what a hub checkpoint needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Normaliser {
    /// Drops vowel marks and Koranic signs.
    pub marks: bool,
    /// Drops tatweel, zero-width joiners and other invisible characters.
    pub tatweel: bool,
    /// Takes presentation forms and ligatures apart (NFKC).
    pub forms: bool,
    /// أ إ آ ٱ as ا.
    pub alef: bool,
    /// ى as ي.
    pub yeh: bool,
    /// ة as ه.
    pub teh: bool,
    /// Persian ی ک as ي ك.
    pub persian: bool,
    /// Arabic-Indic and Persian digits as 0-9, with their decimal point, thousands mark and per cent sign.
    pub digits: bool,
}

impl Normaliser {
    /// Everything on: what alam's own models are trained with.
    pub const FULL: Normaliser = Normaliser {
        marks: true,
        tatweel: true,
        forms: true,
        alef: true,
        yeh: true,
        teh: true,
        persian: true,
        digits: true,
    };

    /// The spelling of one word; may be empty. Applying it twice is applying it once.
    pub fn word<'a>(&self, word: &'a str) -> Cow<'a, str> {
        if !word.chars().any(|c| self.composes(c)) {
            return self.fold(word);
        }
        // A dropped character can bring two together that compose (`e`, ZWJ, acute), hence until nothing changes. It
        // ends: after the first pass a pass that changes anything makes the word shorter.
        let mut word = self.composed(word);
        loop {
            let next = self.composed(&word);
            if next == word {
                return Cow::Owned(word);
            }
            word = next;
        }
    }

    fn composed(&self, word: &str) -> String {
        let composed: String = match self.forms {
            true => word.nfkc().filter(|c| !c.is_whitespace()).collect(),
            false => word.nfc().collect(),
        };
        self.fold(&composed).into_owned()
    }

    /// Whether a word with this character must be composed before its characters are looked at one by one. Hamza and
    /// madda on their own (U+0653..U+0655) are part of the letter before them: a decomposed أ is an أ.
    fn composes(&self, c: char) -> bool {
        match c {
            '\0'..='\u{9f}' => false,
            '\u{653}'..='\u{655}' | '\u{675}'..='\u{678}' => self.forms || self.marks,
            '\u{600}'..='\u{6ff}' => false,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => false,
            _ => self.forms,
        }
    }

    fn fold<'a>(&self, word: &'a str) -> Cow<'a, str> {
        let Some((first, _)) = word.char_indices().find(|&(_, c)| self.letter(c) != Some(c)) else {
            return Cow::Borrowed(word);
        };
        let mut folded = String::with_capacity(word.len());
        folded.push_str(&word[..first]);
        folded.extend(word[first..].chars().filter_map(|c| self.letter(c)));
        Cow::Owned(folded)
    }

    fn letter(&self, c: char) -> Option<char> {
        Some(match c {
            '\0'..='\u{7f}' => {
                return (!(self.tatweel && c.is_ascii_control() && !c.is_ascii_whitespace())).then_some(c);
            }
            'أ' | 'إ' | 'آ' | 'ٱ' | 'ٲ' | 'ٳ' | 'ٵ' if self.alef => 'ا',
            'ى' if self.yeh => 'ي',
            'ة' if self.teh => 'ه',
            'ی' if self.persian => 'ي',
            'ک' if self.persian => 'ك',
            '٠'..='٩' if self.digits => digit(c, '٠'),
            '۰'..='۹' if self.digits => digit(c, '۰'),
            '٫' if self.digits => '.',
            '٬' if self.digits => ',',
            '٪' if self.digits => '%',
            'ـ' => return (!self.tatweel).then_some(c),
            'ء'..='ي' => c,
            _ if self.marks && class::is_arabic_mark(c) => return None,
            _ if self.tatweel && class::is_invisible(c) => return None,
            _ => c,
        })
    }
}

fn digit(c: char, zero: char) -> char {
    char::from(b'0' + (c as u32 - zero as u32) as u8)
}

#[cfg(test)]
mod tests;
