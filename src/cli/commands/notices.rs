//! What was noticed of documents, said once of each kind.

use crate::Document;
use crate::formats::OffsetUnit;
use crate::formats::offsets::Offsets;
use crate::reading::DELIMITER;
use std::collections::BTreeSet;

/// The kinds that have been told.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    told: BTreeSet<&'static str>,
}

impl Notices {
    /// What has to be said of a document.
    pub(crate) fn of(&mut self, document: &Document) -> Vec<String> {
        // What a file is parted by is among the notes of its reader.
        let kinds = document.noticed.kinds().filter(|kind| *kind != DELIMITER);
        let kinds: Vec<&'static str> = kinds.filter(|kind| self.told.insert(kind)).collect();
        kinds.into_iter().map(|kind| format!("{}: {}", document.id, message(kind, document))).collect()
    }
}

/// What a kind means, and what can be done.
fn message(kind: &str, document: &Document) -> String {
    match kind {
        "wrapped" => "lines were broken near one width, and those of a paragraph are read as one\n\
             tip: --line-breaks separate keeps them apart; others like it are counted"
            .into(),
        "markup" => "tags and character references are read as what they stand for\n\
             tip: --markup text reads them as letters; others like it are counted"
            .into(),
        "visual-order" => {
            let place = document.noticed.visual.unwrap_or(0);
            let place = Offsets::new(&document.text, OffsetUnit::Char).of_byte(place);
            format!(
                "letters seem to be stored in visual order, from character {place} on, where names are not found\n\
                 tip: --visual-order reads such text; others like it are counted"
            )
        }
        encoding => format!(
            "read as {encoding}, as its first bytes say; positions count in the decoded text\n\
             tip: --encoding names another; others like it are counted"
        ),
    }
}
