//! The spelling of one word as the model sees it.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

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
    /// Arabic-Indic digits as 0-9.
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
        let _ = word;
        todo!()
    }
}
