//! Documents, their sentences and words, and the names in them, all as spans of the original text.

use crate::Error;
use crate::formats::conll::Columns;
use crate::reading::{Noticed, ReadAs};
use std::sync::Arc;

/// Bytes `start..end` of a text, on character boundaries, never empty.
///
/// Characters and UTF-16 units appear only when a format is written. Touching spans do not overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// The one way to make a span: checked against the text it is a span of.
    pub fn new(text: &str, start: usize, end: usize) -> Result<Span, Error> {
        let wrong = |message: &str| Error::Span { start, end, message: message.into() };
        if start >= end {
            return Err(wrong("wanted a start before the end"));
        }
        if end > text.len() {
            return Err(wrong(&format!("wanted an end within the text's {} bytes", text.len())));
        }
        if !text.is_char_boundary(start) || !text.is_char_boundary(end) {
            return Err(wrong("wanted character boundaries, found the inside of a character"));
        }
        Ok(Span { start, end })
    }

    /// First byte.
    pub fn start(self) -> usize {
        self.start
    }

    /// Behind the last byte.
    pub fn end(self) -> usize {
        self.end
    }

    /// The letters it stands for.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// Whether the two share a byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span over both.
    pub fn cover(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same span without white space at its edges; `None` where there is nothing else.
    pub fn trimmed(self, text: &str) -> Option<Span> {
        let letters = self.of(text).trim();
        let start = self.end - self.of(text).trim_start().len();
        Span::new(text, start, start + letters.len()).ok()
    }

    /// The same span without its first `bytes` bytes; `None` if nothing would be left or a character would be cut.
    pub fn without_first(self, text: &str, bytes: usize) -> Option<Span> {
        Span::new(text, self.start + bytes, self.end).ok()
    }
}

/// A name in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// The exact letters of the name, proclitics left out.
    pub span: Span,
    /// Its type, `PER` say.
    pub label: Arc<str>,
    /// How sure the model is, 0 to 1; `None` for gold.
    pub score: Option<f32>,
    /// The whole words that the name stands in, proclitics on.
    pub token_span: Span,
    /// The name as it is spelt on its own, where that differs from its letters: `الأمم المتحدة` for `للأمم المتحدة`.
    pub canonical: Option<String>,
    /// What found it.
    pub found_by: FoundBy,
    /// Which of the document's names it is a mention of, where mentions are grouped: 0 for the name that comes first.
    pub group: Option<u32>,
}

/// What found a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FoundBy {
    /// A model, or whoever annotated the text.
    #[default]
    Model,
    /// A list of the user's own names ([`crate::gazetteer`]).
    Gazetteer,
}

impl Entity {
    /// A name of whole words, as gold has it.
    pub fn new(span: Span, label: impl Into<Arc<str>>) -> Entity {
        Entity {
            span,
            label: label.into(),
            score: None,
            token_span: span,
            canonical: None,
            found_by: FoundBy::Model,
            group: None,
        }
    }

    /// The same name with the probability that a model gives it.
    pub fn with_score(self, score: f32) -> Entity {
        Entity { score: Some(score), ..self }
    }
}

/// Words of a sentence, in order, disjoint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sentence {
    /// Spans of the document's text.
    pub words: Vec<Span>,
}

/// A text with what is known about it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// Its name in its source.
    pub id: String,
    /// When it appeared, as its source says it.
    pub date: Option<String>,
    /// The original text, every byte of it.
    pub text: String,
    /// Words as the source gives them (CoNLL); `None` where the segmenter is to find them.
    pub sentences: Option<Vec<Sentence>>,
    /// Names, ordered and disjoint.
    pub entities: Vec<Entity>,
    /// How the text is to be read, where the document does not bring its words.
    pub read_as: ReadAs,
    /// What was noticed of it, when it was opened and when it was tagged.
    pub noticed: Noticed,
    /// How the columns that it comes from were read, where that has to be said.
    pub columns: Option<Columns>,
}
