//! What readers have to say of their files beside documents and errors: said once of each kind, with how often it was so.

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};
use std::sync::{Arc, Mutex, PoisonError};

/// A kind of thing that users should know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// Names are read from a field that is not alam's own.
    Field(String),
    /// The tags of records are in another scheme than IOB2.
    Scheme(String),
    /// Blanks at the edges of names were left out.
    Trimmed,
    /// Offsets count UTF-16 units, as the letters beside them say.
    Utf16,
    /// Relations between names are not read.
    Relations,
    /// Nor are the lines of a brat file that say something else of names.
    Beside,
    /// Names of another text of a task are left out.
    Elsewhere(String),
    /// Regions that somebody selected and gave no label are left out.
    Unlabelled,
    /// Names of words without a letter are left out.
    Empty,
    /// Bytes that are UTF-8 are read in the encoding that was asked for.
    Utf8(&'static str),
    /// Whoever annotated them rejected or ignored these records.
    Rejected,
    /// Tasks that nobody annotated, or of which every annotation was cancelled.
    Unannotated,
    /// Texts of which nobody said what names they have.
    Untagged,
    /// The columns of a table are parted by this, as its first row says.
    Delimiter(&'static str),
}

impl Note {
    fn message(&self, count: u64) -> String {
        match self {
            Note::Field(field) => format!("names are read from `{field}` ({count} records)"),
            Note::Scheme(scheme) => format!("tags are read as {scheme} ({count} records)"),
            Note::Trimmed => format!("blanks at the edges of {count} names were left out"),
            Note::Utf16 => {
                format!("offsets are read as UTF-16 units, as the letters beside them say ({count} records)")
            }
            Note::Relations => format!("relations are not read, the names of these records are ({count})"),
            Note::Beside => format!(
                "relations, events, attributes and notes are not read, the names beside them are ({count} lines)"
            ),
            Note::Elsewhere(field) => format!(
                "names of `{field}` were left out, which is another text ({count})\ntip: --text-field {field} reads it with them"
            ),
            Note::Unlabelled => format!("regions without a label were left out ({count})"),
            Note::Empty => format!("names of words without a letter were left out ({count})"),
            Note::Utf8(asked) => format!(
                "read as {asked}, as was asked, but its first bytes are UTF-8 ({count} documents)\n\
                 tip: --encoding utf-8 reads it, or no --encoding"
            ),
            Note::Rejected => format!("records were left out whose `answer` is `reject` or `ignore` ({count})"),
            Note::Unannotated => format!("tasks were left out that have no annotation but cancelled ones ({count})"),
            Note::Untagged => format!(
                "nothing says which names these texts have, and they are taken to have none ({count})\n\
                 tip: `alam tag` finds them"
            ),
            Note::Delimiter(name) => {
                format!("columns are parted by {name}, as the first row says\ntip: --delimiter names another")
            }
        }
    }
}

/// Notes, shared between whoever reads and whoever tells.
#[derive(Debug, Clone, Default)]
pub struct Notes(Arc<Mutex<BTreeMap<Note, Noted>>>);

/// Where something was so first, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Noted {
    place: String,
    count: u64,
}

/// Notes decide nothing: how a file is read is the same with any.
impl PartialEq for Notes {
    fn eq(&self, _: &Notes) -> bool {
        true
    }
}

impl Eq for Notes {}

impl Notes {
    /// Notes that something is so at a place.
    pub fn add(&self, note: Note, place: &str, times: usize) {
        if times == 0 {
            return;
        }
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.entry(note).or_insert_with(|| Noted { place: place.into(), count: 0 }).count += times as u64;
    }

    /// What is to be said, each kind once with the place where it was so first; then nothing is left to say.
    pub fn take(&self) -> Vec<String> {
        let noted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        noted.iter().map(|(note, noted)| format!("{}: {}", noted.place, note.message(noted.count))).collect()
    }
}

/// Names of things and how many there are of each: `docx 2, xml 1`.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a>(pub &'a BTreeMap<String, u64>);

impl Display for Counted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let all: Vec<String> = self.0.iter().map(|(name, count)| format!("{name} {count}")).collect();
        f.write_str(&all.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_said_once_with_its_first_place_and_how_often() {
        let notes = Notes::default();
        let shared = notes.clone();
        shared.add(Note::Trimmed, "a:1", 2);
        shared.add(Note::Trimmed, "a:7", 1);
        shared.add(Note::Relations, "a:2", 0);
        assert_eq!(notes.take(), ["a:1: blanks at the edges of 3 names were left out"]);
        assert!(notes.take().is_empty() && notes == Notes::default());
    }
}
