//! A document while its lines are read.

use super::columns::Columns;
use super::universal::{self, UniversalRow};
use crate::Error;
use crate::document::{Document, Entity, Sentence, Span};
use crate::formats::input::Lines;
use crate::scheme::{Mark, Name, Scheme, Strays};
use std::sync::Arc;

/// A document, and where in its file it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered {
    /// The document, its sentences given.
    pub document: Document,
    /// The line of the first token of each sentence; each line behind it is the next token's, but for CoNLL-U.
    pub lines: Vec<usize>,
}

/// Types that are held.
const TYPES: usize = 64;

/// See the module.
#[derive(Default)]
pub(super) struct Draft {
    /// Bytes of the lines with its tokens.
    pub(super) bytes: usize,
    /// Line of the first token of each sentence.
    pub(super) lines: Vec<usize>,
    /// Its name, where the file gives one.
    pub(super) id: Option<String>,
    /// Its first defect.
    pub(super) error: Option<Error>,
    text: String,
    sentences: Vec<Sentence>,
    entities: Vec<Entity>,
    open: bool,
    /// Of the open sentence: its words, what their tags say, and the line of each.
    words: Vec<Span>,
    marks: Vec<Mark>,
    rows: Vec<usize>,
    /// Types that it has names of: some are held, so that a tag need not bring its own.
    types: Vec<Arc<str>>,
    /// The open sentence of CoNLL-U.
    universal: universal::Draft,
}

impl Draft {
    /// One with a name, if the file gives it one.
    pub(super) fn named(id: Option<String>) -> Draft {
        Draft { id, ..Draft::default() }
    }

    /// Takes one token.
    pub(super) fn push(&mut self, token: &str, mark: Mark, line: usize) -> Result<(), String> {
        self.begin(line, ' ');
        let start = self.text.len();
        self.text.push_str(token);
        let word = Span::new(&self.text, start, self.text.len()).map_err(|e| e.to_string())?;
        self.words.push(word);
        let mark = self.of_known_type(mark);
        self.marks.push(mark);
        self.rows.push(line);
        Ok(())
    }

    fn of_known_type(&mut self, mark: Mark) -> Mark {
        let Mark::In(place, label) = mark else { return mark };
        let known = self.types.iter().find(|known| **known == label);
        let label = known.cloned().unwrap_or_else(|| {
            if self.types.len() < TYPES {
                self.types.push(label.clone());
            }
            label
        });
        Mark::In(place, label)
    }

    /// Takes a row of CoNLL-U.
    pub(super) fn row(&mut self, row: UniversalRow<'_>, line: usize) -> Result<(), String> {
        if !self.universal.push(row, line)? {
            return Ok(());
        }
        if !self.open {
            self.lines.push(line);
            self.open = true;
        }
        Ok(())
    }

    /// Takes a comment of CoNLL-U; `Some` where it begins a document, and its name if it has one.
    pub(super) fn comment(&mut self, comment: &str) -> Option<Option<String>> {
        self.universal.comment(comment)
    }

    /// A sentence that is a document of its own has the sentence's name.
    pub(super) fn name_by_sentence(&mut self) {
        if self.id.is_none() && self.sentences.is_empty() {
            self.id = self.universal.take_id();
        }
    }

    /// White space before the next token, and a new sentence where none is open.
    fn begin(&mut self, line: usize, between: char) {
        if self.open {
            self.text.push(between);
            return;
        }
        if !self.sentences.is_empty() {
            self.text.push('\n');
        }
        self.lines.push(line);
        self.open = true;
    }

    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// The open sentence is at its end.
    ///
    /// # Errors
    /// The line of a tag that is none there, and what is wrong with it.
    pub(super) fn close(&mut self, scheme: Scheme, strays: Strays) -> Result<(), (usize, String)> {
        if !std::mem::take(&mut self.open) || self.error.is_some() {
            self.universal = universal::Draft::default();
            return Ok(());
        }
        if !self.universal.is_empty() {
            let sentence = std::mem::take(&mut self.universal);
            if !self.sentences.is_empty() {
                self.text.push('\n');
            }
            let (words, names) = sentence.read(&mut self.text, scheme, strays)?;
            self.sentences.push(Sentence { words });
            self.entities.extend(names);
            return Ok(());
        }
        let (words, marks) = (std::mem::take(&mut self.words), std::mem::take(&mut self.marks));
        let rows = std::mem::take(&mut self.rows);
        let names = scheme.names(&marks, strays);
        let names = names.map_err(|stray| (rows.get(stray.at).copied().unwrap_or_default(), stray.message))?;
        drop((marks, rows));
        let entity = |(range, label): Name| {
            let (first, last) = (words.get(range.start)?, words.get(range.end.checked_sub(1)?)?);
            Some(Entity::new(first.cover(*last), label))
        };
        self.entities.extend(names.into_iter().filter_map(entity));
        self.sentences.push(Sentence { words });
        Ok(())
    }

    /// Lets go of what is held: the document is a broken record, and its first defect is told.
    pub(super) fn fail(&mut self, error: Error) {
        let error = self.error.take().unwrap_or(error);
        *self = Draft { error: Some(error), open: self.open, ..Draft::default() };
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sentences.is_empty() && !self.open && self.error.is_none()
    }

    /// The document; `noted` is how its columns were read, where that has to be said.
    pub(super) fn finish(self, lines: &Lines, noted: Option<Columns>) -> Result<Numbered, Error> {
        let Draft { lines: numbers, id, text, sentences, entities, error, .. } = self;
        if let Some(error) = error {
            return Err(error);
        }
        let id = id.unwrap_or_else(|| lines.place(numbers.first().copied().unwrap_or_default()));
        let sentences = Some(sentences);
        let document = Document { id, text, sentences, entities, columns: noted, ..Document::default() };
        Ok(Numbered { document, lines: numbers })
    }
}
