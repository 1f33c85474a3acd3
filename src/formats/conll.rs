//! CoNLL columns: a token a line, its tag in the last column, an empty line between sentences.
//!
//! A document's text is its tokens joined by single spaces, its sentences joined by line feeds. `-DOCSTART-` begins a
//! document; in a file without it every sentence is one.

use super::encoding::Decoding;
use super::input::{self, Lines, Longest};
use super::{Reader, Writer};
use crate::Error;
use crate::document::{Document, Entity, Sentence, Span};
use crate::labels::Tag;
use crate::reading::Reading;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// What the last column is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tags {
    /// IOB2 tags; an `I-` that continues nothing is a defect of its document. A file of one column has no tags.
    #[default]
    Strict,
    /// IOB2 or IOB1 tags: an `I-` that continues nothing begins a name, as in `conlleval`.
    Lenient,
    /// IOB2 tags: an `I-` that continues nothing is passed over, as in seqeval's strict mode.
    PassOver,
    /// Nothing: the tokens are to be tagged.
    Ignore,
}

/// The documents of a file. A defect makes its document a broken record, and so do lines of more bytes than one may have;
/// reading goes on with the next.
pub fn reader(path: &Path, tags: Tags, longest: Longest) -> Result<Reader, Error> {
    decoded(path, tags, longest, &Decoding::default())
}

/// The documents of a file in some encoding.
pub fn decoded(path: &Path, tags: Tags, longest: Longest, decoding: &Decoding) -> Result<Reader, Error> {
    let lines = Lines::open(path)?.decoded(decoding).up_to(longest);
    Ok(Box::new(Documents::of(lines, tags).map(|numbered| Ok(numbered?.document))))
}

/// The documents of a file with the lines that their sentences stand on.
pub fn numbered(
    path: &Path,
    tags: Tags,
    longest: Longest,
) -> Result<impl Iterator<Item = Result<Numbered, Error>> + Send + use<>, Error> {
    Ok(Documents::of(Lines::open(path)?.decoded(&Decoding::default()).up_to(longest), tags))
}

/// A document, and where in its file it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered {
    /// The document, its sentences given.
    pub document: Document,
    /// The line of the first token of each sentence; each line behind it is the next token's.
    pub lines: Vec<usize>,
}

struct Documents {
    lines: Lines,
    longest: Longest,
    tags: Tags,
    /// Number of columns, by the first token of the file.
    columns: Option<usize>,
    /// Whether a `-DOCSTART-` has been seen.
    marked: bool,
    ended: bool,
    /// A document whose `-DOCSTART-` has been read already.
    next: Option<Draft>,
}

/// A document while its lines are read.
#[derive(Default)]
struct Draft {
    /// Bytes of the lines with its tokens.
    bytes: usize,
    /// Line of the first token of each sentence.
    lines: Vec<usize>,
    text: String,
    sentences: Vec<Sentence>,
    entities: Vec<Entity>,
    /// Whether a sentence is open, and the name that its next token may continue.
    open: bool,
    name: Option<(Arc<str>, Span)>,
    error: Option<Error>,
}

impl Draft {
    /// Takes one token; `tag` is `None` where there are none.
    fn push(&mut self, token: &str, tag: Option<Tag>, tags: Tags) -> Result<(), String> {
        if !self.open {
            if !self.sentences.is_empty() {
                self.text.push('\n');
            }
            self.sentences.push(Sentence::default());
            self.open = true;
        } else {
            self.text.push(' ');
        }
        let start = self.text.len();
        self.text.push_str(token);
        let word = Span::new(&self.text, start, self.text.len()).map_err(|e| e.to_string())?;
        if let Some(sentence) = self.sentences.last_mut() {
            sentence.words.push(word);
        }
        match tag {
            Some(Tag::B(label)) => {
                self.close_name();
                self.name = Some((label, word));
            }
            Some(Tag::I(label)) => match self.name.take() {
                Some((open, span)) if open == label => self.name = Some((open, span.cover(word))),
                other if tags == Tags::PassOver => {
                    self.name = other;
                    self.close_name();
                }
                other if tags == Tags::Strict => {
                    let found = other.map_or("no name".into(), |(open, _)| format!("a name of type {open}"));
                    return Err(format!(
                        "wanted IOB2 tags, found `I-{label}` behind {found}\ntip: `B-{label}` begins a name in IOB2"
                    ));
                }
                other => {
                    self.name = other;
                    self.close_name();
                    self.name = Some((label, word));
                }
            },
            Some(Tag::O) | None => self.close_name(),
        }
        Ok(())
    }

    fn close_name(&mut self) {
        if let Some((label, span)) = self.name.take() {
            self.entities.push(Entity::new(span, label));
        }
    }

    fn close_sentence(&mut self) {
        self.close_name();
        self.open = false;
    }

    /// Lets go of what is held: the document is a broken record, and its first defect is told.
    fn fail(&mut self, error: Error) {
        let error = self.error.take().unwrap_or(error);
        *self = Draft { error: Some(error), open: self.open, ..Draft::default() };
    }

    fn is_empty(&self) -> bool {
        self.sentences.is_empty() && self.error.is_none()
    }
}

/// What a line is.
enum Row<'a> {
    Empty,
    Comment,
    DocStart,
    Token(Vec<&'a str>),
}

/// Columns are parted by tabs where there is one, else by spaces. Other white space belongs to the token.
fn row(line: &str, inside: bool) -> Row<'_> {
    let line = line.trim_matches([' ', '\t', '\r']);
    let columns: Vec<&str> = if line.contains('\t') {
        line.split('\t').map(|c| c.trim_matches(' ')).collect()
    } else {
        line.split(' ').filter(|c| !c.is_empty()).collect()
    };
    match columns.as_slice() {
        [] => Row::Empty,
        ["-DOCSTART-", ..] => Row::DocStart,
        // `# text = ...` of CoNLL-U, `# id ...` of others; a hash with a tag is a token.
        ["#", next, ..] if !inside && columns.len() > 2 && (*next == "id" || columns[2] == "=") => Row::Comment,
        _ => Row::Token(columns),
    }
}

impl Documents {
    fn of(lines: Lines, tags: Tags) -> Documents {
        let longest = lines.longest();
        Documents { lines, longest, tags, columns: None, marked: false, ended: false, next: None }
    }

    fn take(&mut self, draft: &mut Draft, number: usize, columns: &[&str]) -> Result<(), String> {
        let wanted = *self.columns.get_or_insert(columns.len());
        let (Some(token), Some(last)) = (columns.first(), columns.last()) else { return Ok(()) };
        if columns.len() != wanted {
            let line = columns.join(" ");
            return Err(format!(
                "expected {wanted} columns as in the file's first line, found {}: `{line}`",
                columns.len()
            ));
        }
        if token.is_empty() {
            return Err("wanted a token in the first column, found none".into());
        }
        let tag = match self.tags {
            Tags::Ignore => None,
            _ if wanted == 1 => None,
            _ => Some(
                Tag::parse(last).ok_or_else(|| format!("wanted a tag `O`, `B-TYPE` or `I-TYPE`, found `{last}`"))?,
            ),
        };
        if !draft.open {
            draft.lines.push(number);
        }
        draft.push(token, tag, self.tags)
    }

    fn finish(&self, mut draft: Draft) -> Result<Numbered, Error> {
        draft.close_sentence();
        let Draft { lines, text, sentences, entities, error, .. } = draft;
        match error {
            Some(error) => Err(error),
            None => {
                let id = self.lines.place(lines.first().copied().unwrap_or_default());
                let document = Document { id, text, sentences: Some(sentences), entities, ..Document::default() };
                Ok(Numbered { document, lines })
            }
        }
    }
}

impl Iterator for Documents {
    type Item = Result<Numbered, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut draft = self.next.take().unwrap_or_default();
        while !self.ended {
            let line = match self.lines.next() {
                None => {
                    self.ended = true;
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
            let taken = input::utf8(bytes).and_then(|text| match row(&text, draft.open) {
                Row::Comment => Ok(None),
                Row::Empty => Ok(Some(Row::Empty)),
                Row::DocStart => Ok(Some(Row::DocStart)),
                Row::Token(columns) if draft.error.is_none() => {
                    draft.bytes += text.len() + 1;
                    self.take(&mut draft, number, &columns).map(|()| None)
                }
                Row::Token(_) => Ok(None),
            });
            match taken {
                Err(message) => draft.fail(self.lines.error(number, message)),
                Ok(Some(Row::DocStart)) => {
                    self.marked = true;
                    draft.close_sentence();
                    if !draft.is_empty() {
                        self.next = Some(Draft::default());
                        return Some(self.finish(draft));
                    }
                }
                Ok(Some(_)) => {
                    draft.close_sentence();
                    if !self.marked && !draft.is_empty() {
                        return Some(self.finish(draft));
                    }
                }
                Ok(None) if self.longest.holds(draft.bytes) => {}
                Ok(None) => {
                    let first = draft.lines.first().copied().unwrap_or(number);
                    draft.fail(self.lines.error(first, self.longest.exceeded()));
                }
            }
        }
        (!draft.is_empty()).then(|| self.finish(draft))
    }
}

/// Writes columns `token TAG`, parted by a tab, each document behind a `-DOCSTART-`.
///
/// A name that begins or ends inside a word gives the whole word its tag: columns cannot say more. White space that is
/// part of a token becomes `_`. A text that is not read as it is (HTML, broken lines) is written as it is read.
pub struct ConllWriter<W> {
    out: W,
}

impl<W: Write> ConllWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        ConllWriter { out }
    }

    fn sentence(&mut self, document: &Document, words: &[Span]) -> std::io::Result<()> {
        let alignment = crate::align::to_tags(&document.text, words, &document.entities);
        for (word, tag) in words.iter().zip(&alignment.tags) {
            let token: String =
                word.of(&document.text).chars().map(|c| if c.is_whitespace() { '_' } else { c }).collect();
            writeln!(self.out, "{token}\t{tag}")?;
        }
        writeln!(self.out)
    }
}

impl<W: Write> Writer for ConllWriter<W> {
    fn write(&mut self, document: &Document) -> Result<(), Error> {
        let read = Reading::document(document);
        let document = read.as_ref().unwrap_or(document);
        let segmented;
        let sentences = match &document.sentences {
            Some(sentences) => sentences,
            None => {
                segmented = crate::segment::segment(&document.text);
                &segmented
            }
        };
        let mut write = || {
            writeln!(self.out, "-DOCSTART-\tO\n")?;
            sentences.iter().filter(|s| !s.words.is_empty()).try_for_each(|s| self.sentence(document, &s.words))
        };
        write().map_err(super::write_error)
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.out.flush().map_err(super::write_error)
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.flush()
    }
}

#[cfg(test)]
mod tests;
