//! CoNLL columns: a token a line, its tag in a column, an empty line between sentences; and CoNLL-U.
//!
//! A document's text is its tokens joined by single spaces, its sentences joined by line feeds. `-DOCSTART-` begins a
//! document; in a file without it every sentence is one. Of CoNLL-U the text is rebuilt (`conll/universal.rs`).
//!
//! What a file does not say of its columns is looked for before it is read (`conll/survey.rs`): which one has the words and which one the
//! tags, what parts them, and in which scheme the tags are. A file is read twice for that, so that memory does not grow with it.

mod columns;
mod draft;
mod header;
mod layout;
mod source;
mod survey;
mod tags;
mod universal;
mod writer;

pub use columns::Columns;
pub use draft::Numbered;
pub use source::is_columns;
pub use tags::Tags;
pub use writer::ConllWriter;

use super::input::{self, Lines, Longest};
use super::{ReadOptions, Reader};
use crate::Error;
use draft::Draft;
use layout::{Layout, Row};
use std::path::Path;

/// The documents of a file. A defect makes its document a broken record, and so do lines of more bytes than one may have;
/// reading goes on with the next.
///
/// # Errors
/// A file that cannot be opened, columns that nobody could read, a column that is not there.
pub fn reader(path: &Path, options: &ReadOptions) -> Result<Reader, Error> {
    Ok(Box::new(numbered(path, options)?.map(|numbered| Ok(numbered?.document))))
}

/// The documents of a file with the lines that their sentences stand on.
///
/// # Errors
/// As [`reader`].
pub fn numbered(
    path: &Path,
    options: &ReadOptions,
) -> Result<impl Iterator<Item = Result<Numbered, Error>> + Send + use<>, Error> {
    let (layout, lines) = source::open(path, options)?;
    let (longest, tags) = (options.jsonl.longest, options.tags);
    let mut documents =
        Documents { lines, longest, tags, layout, columns: None, marked: false, ended: false, next: None };
    Ok(std::iter::from_fn(move || documents.next()))
}

struct Documents {
    lines: Lines,
    longest: Longest,
    tags: Tags,
    layout: Layout,
    /// Number of columns, by the first token of the file.
    columns: Option<usize>,
    /// Whether a `-DOCSTART-` or `# newdoc` has been seen.
    marked: bool,
    ended: bool,
    /// A document whose beginning has been read already.
    next: Option<Draft>,
}

impl Documents {
    fn take(&mut self, draft: &mut Draft, number: usize, columns: &[&str]) -> Result<(), String> {
        let wanted = *self.columns.get_or_insert(columns.len());
        if let Some(row) = &self.layout.universal {
            let row = row.read(columns, &self.layout)?;
            return draft.row(row, number);
        }
        if columns.len() != wanted && !self.layout.layers {
            let line = columns.join(" ");
            return Err(format!(
                "expected {wanted} columns as in the file's first line, found {}: `{line}`",
                columns.len()
            ));
        }
        let token = columns.get(self.layout.token).copied().unwrap_or_default();
        if token.is_empty() {
            return Err("wanted a token in the first column, found none".into());
        }
        let mark = self.layout.mark(columns)?;
        draft.push(token, mark, number)
    }

    /// The sentence is at its end.
    fn close(&self, draft: &mut Draft) {
        if let Err((line, message)) = draft.close(self.layout.scheme, self.tags.strays()) {
            draft.fail(self.lines.error(line, message));
        }
    }

    /// A line with a token, or with none; whether it ends the document.
    fn line(&mut self, draft: &mut Draft, number: usize, text: &str) -> bool {
        match self.layout.row(text, draft.is_open()) {
            Row::Comment(comment) => {
                if self.layout.universal.is_none() {
                    return false;
                }
                if draft.error.is_none() {
                    draft.bytes += comment.len() + 1;
                }
                match draft.comment(comment) {
                    Some(id) => self.begin(draft, id),
                    None => false,
                }
            }
            Row::DocStart => self.begin(draft, None),
            Row::Empty => {
                self.close(draft);
                !self.marked && !draft.is_empty()
            }
            Row::Token(_) if draft.error.is_some() => false,
            // Of two tokens one would be lost, or taken for a tag.
            Row::Token(_) if text.trim_end_matches('\r').contains('\r') => {
                let message = "wanted lines that end in a line feed, found a carriage return within one";
                draft.fail(self.lines.error(number, message));
                false
            }
            Row::Token(columns) => {
                draft.bytes += text.len() + 1;
                if !self.marked {
                    draft.name_by_sentence();
                }
                if let Err(message) = self.take(draft, number, &columns) {
                    draft.fail(self.lines.error(number, message));
                } else if !self.longest.holds(draft.bytes) {
                    let first = draft.lines.first().copied().unwrap_or(number);
                    draft.fail(self.lines.error(first, self.longest.exceeded()));
                }
                false
            }
        }
    }

    /// A document begins; whether that ends the one before it.
    fn begin(&mut self, draft: &mut Draft, id: Option<String>) -> bool {
        self.marked = true;
        self.close(draft);
        if draft.is_empty() {
            draft.id = id;
            return false;
        }
        self.next = Some(Draft::named(id));
        true
    }

    fn next(&mut self) -> Option<Result<Numbered, Error>> {
        let mut draft = self.next.take().unwrap_or_default();
        while !self.ended {
            let line = match self.lines.next() {
                None => {
                    self.ended = true;
                    self.close(&mut draft);
                    break;
                }
                Some(Ok(line)) => line,
                Some(Err(error)) => {
                    draft.fail(error);
                    continue;
                }
            };
            let number = line.number;
            let mut bytes = line.bytes;
            if number == 1 && bytes.starts_with("\u{FEFF}".as_bytes()) {
                bytes.drain(..3);
            }
            match input::utf8(bytes) {
                Ok(text) => {
                    if self.line(&mut draft, number, &text) {
                        return Some(draft.finish(&self.lines, self.layout.noted));
                    }
                }
                Err(message) => draft.fail(self.lines.error(number, message)),
            }
        }
        (!draft.is_empty()).then(|| draft.finish(&self.lines, self.layout.noted))
    }
}

#[cfg(test)]
mod tests;
