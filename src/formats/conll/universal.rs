//! CoNLL-U and CoNLL-U Plus: sentences of columns by name, with ranges for words that are written together.
//!
//! Format: <https://universaldependencies.org/format.html>, <https://universaldependencies.org/ext-format.html>. The words of a
//! document are those that are written: a range (`6-7 وبيروت`) is one, and what it is made of (و, بيروت) says which names are in it.
//! A name that begins or ends at a part begins or ends at its letters: behind و, and behind لل where ل and الأمم make للأمم. Where the
//! parts do not spell the word, it is the whole word. Words that are not written (`7.1`) are passed over. Names are in a column
//! called `NER` or `NE`, else in MISC as `NER=B-PER`, `NE=` or `Entity=`, or where `--tag-column` says.
//!
//! The text of a sentence is that of `# text`, which must have the words; without it they stand apart by a space, but for those
//! with `SpaceAfter=No`. `# newdoc id` names documents; in a file without `# newdoc` a sentence is one, by the name of `# sent_id`.

use super::header::UniversalColumns;
use super::layout::{Layout, Source};
use crate::clitics;
use crate::document::{Entity, Span};
use crate::scheme::{Mark, Scheme, Strays};
use std::sync::Arc;

/// Keys of MISC with tags, the first that a file has.
pub(super) const MISC_KEYS: [&str; 3] = ["NER", "NE", "Entity"];

impl UniversalColumns {
    /// What a row says.
    pub(super) fn read<'a>(&self, columns: &[&'a str], layout: &Layout) -> Result<UniversalRow<'a>, String> {
        if columns.len() != self.width {
            let line: String = columns.join("\t").chars().take(80).collect();
            return Err(format!("wanted {} columns parted by tabs, found {}: `{line}`", self.width, columns.len()));
        }
        let column = |at: Option<usize>| at.and_then(|at| columns.get(at)).copied().unwrap_or_default();
        let form = column(Some(self.form)).trim();
        if form.is_empty() {
            return Err("wanted a word as FORM, found none".into());
        }
        let misc = column(self.misc);
        let tag = match &layout.tags {
            Source::Nothing => None,
            Source::Column(at) => Some(column(Some(*at)).trim()),
            Source::Misc(key) => value(misc, key),
        };
        let tag = tag.filter(|tag| !tag.is_empty() && *tag != "_");
        let id = self.id.map_or(Ok(Id::Unnumbered), |at| Id::parse(column(Some(at))))?;
        let mark = tag.map_or(Ok(Mark::Outside), |tag| layout.parse(tag))?;
        Ok(UniversalRow { id, form, mark, spaced: value(misc, "SpaceAfter") != Some("No") })
    }
}

/// The value of a key in MISC: `NER=B-PER|SpaceAfter=No`.
pub(super) fn value<'a>(misc: &'a str, key: &str) -> Option<&'a str> {
    let pairs = misc.split('|').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(known, _)| known.trim() == key).map(|(_, value)| value.trim())
}

/// Whether an id is that of a word of several, or of one that is not written.
pub(super) fn is_range_or_empty(id: &str) -> bool {
    matches!(Id::parse(id), Ok(Id::Range(..) | Id::Empty))
}

/// What a row of CoNLL-U is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Id {
    /// A word, by its number.
    Word(u64),
    /// A word as it is written, and the numbers of the first and last that it is made of.
    Range(u64, u64),
    /// A word that is not written.
    Empty,
    /// A word of a file without numbers.
    Unnumbered,
}

impl Id {
    fn parse(id: &str) -> Result<Id, String> {
        let number = |text: &str| text.parse::<u64>().ok();
        let pair = |separator: char| id.split_once(separator).and_then(|(a, b)| Some((number(a)?, number(b)?)));
        match (number(id), pair('-'), pair('.')) {
            (Some(number), ..) => Ok(Id::Word(number)),
            (_, Some((first, last)), _) if first <= last => Ok(Id::Range(first, last)),
            (.., Some(_)) => Ok(Id::Empty),
            _ => Err(format!("wanted a number, a range or a number with a point as ID, found `{id}`")),
        }
    }
}

/// Where letters stand in [`Draft::letters`].
type Form = (usize, usize);

/// A row, read.
pub(super) struct UniversalRow<'a> {
    id: Id,
    form: &'a str,
    mark: Mark,
    spaced: bool,
}

/// A word as it is written.
struct Token {
    form: Form,
    spaced: bool,
    mark: Mark,
    line: usize,
    /// The first of its parts, and behind the last.
    parts: (usize, usize),
}

/// A part of a word, mostly the whole.
struct Part {
    form: Form,
    mark: Mark,
    token: usize,
    line: usize,
}

/// A sentence while its rows are read.
#[derive(Default)]
pub(super) struct Draft {
    text: Option<String>,
    id: Option<String>,
    /// The letters of all words and parts.
    letters: String,
    tokens: Vec<Token>,
    parts: Vec<Part>,
    /// The last number of the range that is open.
    until: u64,
}

/// The words of a sentence and its names.
type Read = (Vec<Span>, Vec<Entity>);

impl Draft {
    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    pub(super) fn take_id(&mut self) -> Option<String> {
        self.id.take()
    }

    /// See [`super::draft::Draft::comment`].
    pub(super) fn comment(&mut self, comment: &str) -> Option<Option<String>> {
        let comment = comment.trim_start_matches('#').trim_start();
        let (key, value) = comment.split_once('=').map_or((comment, None), |(key, value)| (key, Some(value.trim())));
        let value = value.filter(|value| !value.is_empty()).map(str::to_owned);
        match key.trim() {
            "text" => self.text = value,
            "sent_id" => self.id = value,
            "newdoc id" => return Some(value),
            "newdoc" => return Some(None),
            _ => {}
        }
        None
    }

    /// Takes a row; whether it is a word.
    pub(super) fn push(&mut self, row: UniversalRow<'_>, line: usize) -> Result<bool, String> {
        let UniversalRow { id, form, mark, spaced } = row;
        let first = self.parts.len();
        if id == Id::Empty {
            return Ok(false);
        }
        let begin = self.letters.len();
        self.letters.push_str(form);
        let form = (begin, self.letters.len());
        let token = |mark: Mark| Token { form, spaced, mark, line, parts: (first, first) };
        match id {
            Id::Empty => {}
            Id::Range(first, last) => {
                if first <= self.until {
                    return Err(format!("wanted ranges apart, found {first}-{last} behind one up to {}", self.until));
                }
                self.until = last;
                self.tokens.push(token(mark));
                return Ok(true);
            }
            Id::Word(number) if number <= self.until => {}
            Id::Word(_) | Id::Unnumbered => self.tokens.push(token(Mark::Outside)),
        }
        let at = self.tokens.len().saturating_sub(1);
        self.parts.push(Part { form, mark, token: at, line });
        if let Some(token) = self.tokens.last_mut() {
            token.parts.1 = self.parts.len();
        }
        Ok(true)
    }

    /// Puts the sentence at the end of a text: its words there and its names.
    ///
    /// # Errors
    /// The line of what is wrong, and what it is.
    pub(super) fn read(self, text: &mut String, scheme: Scheme, strays: Strays) -> Result<Read, (usize, String)> {
        let words = self.place(text)?;
        let units = self.units();
        let marks: Vec<Mark> = units.iter().map(|unit| unit.mark.clone()).collect();
        let line = |at: usize| units.get(at).map_or(0, |unit| unit.line);
        let names = scheme.names(&marks, strays).map_err(|stray| (line(stray.at), stray.message))?;
        let mut entities: Vec<Entity> = Vec::with_capacity(names.len());
        for (range, label) in names {
            let (Some(first), Some(last)) = (units.get(range.start), units.get(range.end - 1)) else { continue };
            let entity = self.entity(text, &words, [first, last], label).map_err(|message| (first.line, message))?;
            if entities.last().is_some_and(|before| before.span.overlaps(entity.span)) {
                let word = entity.token_span.of(text);
                let message = format!("wanted names apart, found two in `{word}`, which its parts do not spell");
                return Err((first.line, message));
            }
            entities.push(entity);
        }
        Ok((words, entities))
    }

    /// The words' places in the text.
    fn place(&self, text: &mut String) -> Result<Vec<Span>, (usize, String)> {
        let mut at = text.len();
        if let Some(own) = &self.text {
            text.push_str(own);
        }
        let mut words = Vec::with_capacity(self.tokens.len());
        for (number, token) in self.tokens.iter().enumerate() {
            let form = self.form(token.form);
            if self.text.is_some() {
                let rest = &text[at..];
                at += rest.len() - rest.trim_start().len();
                if !text[at..].starts_with(form) {
                    let found: String = text[at..].chars().take(20).collect();
                    let message = format!("wanted the words of `# text`, with `{found}`, found `{form}`");
                    return Err((token.line, message));
                }
            } else {
                if number > 0 && self.tokens[number - 1].spaced {
                    text.push(' ');
                }
                at = text.len();
                text.push_str(form);
            }
            let word = Span::new(text, at, at + form.len());
            words.push(word.map_err(|error| (token.line, error.to_string()))?);
            at += form.len();
        }
        match text[at..].trim() {
            "" => Ok(words),
            rest => {
                let rest: String = rest.chars().take(20).collect();
                let line = self.tokens.last().map_or(0, |token| token.line);
                Err((line, format!("wanted the words of `# text`, with `{rest}` behind this one, found no more")))
            }
        }
    }

    /// What tags are on: parts, or a whole word that has one where its parts have none.
    fn units(&self) -> Vec<Unit> {
        let mut units = Vec::with_capacity(self.parts.len());
        for (number, token) in self.tokens.iter().enumerate() {
            let parts = self.parts.get(token.parts.0..token.parts.1).unwrap_or_default();
            let own = token.mark != Mark::Outside && parts.iter().all(|part| part.mark == Mark::Outside);
            if own || parts.is_empty() {
                units.push(Unit { mark: token.mark.clone(), token: number, part: None, line: token.line });
                continue;
            }
            let unit = |(at, part): (usize, &Part)| Unit {
                mark: part.mark.clone(),
                token: part.token,
                part: Some(at),
                line: part.line,
            };
            units.extend(parts.iter().enumerate().map(unit));
        }
        units
    }

    fn entity(&self, text: &str, words: &[Span], ends: [&Unit; 2], label: Arc<str>) -> Result<Entity, String> {
        let [first, last] = ends;
        let (Some(from), Some(to)) = (words.get(first.token), words.get(last.token)) else {
            return Err("this is a bug: a name without words".into());
        };
        let start = from.start() + first.part.and_then(|part| self.begin_of(first.token, part)).unwrap_or(0);
        let end = last.part.and_then(|part| self.end_of(last.token, part)).map_or(to.end(), |end| to.start() + end);
        let token_span = from.cover(*to);
        let span = Span::new(text, start, end).unwrap_or(token_span);
        let canonical = clitics::canonical(text, from.start(), span);
        Ok(Entity { token_span, canonical, ..Entity::new(span, label) })
    }

    fn form(&self, (begin, end): Form) -> &str {
        self.letters.get(begin..end).unwrap_or_default()
    }

    /// The letters of a word's parts before one of them, of these, and of all.
    fn spelt(&self, token: usize, part: usize) -> Option<(&str, String, String)> {
        let token = self.tokens.get(token)?;
        let parts = self.parts.get(token.parts.0..token.parts.1)?;
        let join = |parts: &[Part]| parts.iter().map(|part| self.form(part.form)).collect::<String>();
        Some((self.form(token.form), join(parts.get(..part)?), join(parts.get(part..)?)))
    }

    /// The byte of a word at which a part begins; `None` where the parts do not spell the word.
    fn begin_of(&self, token: usize, part: usize) -> Option<usize> {
        let (form, before, rest) = self.spelt(token, part)?;
        let (spelt, begin) = clitics::join(&before, &rest);
        match spelt == form {
            true => Some(begin),
            // The word behind is spelt otherwise (an ending, say), and the proclitic is there.
            false => form.strip_prefix(before.as_str()).filter(|rest| !rest.is_empty()).map(|_| before.len()),
        }
    }

    /// The byte of a word behind a part.
    fn end_of(&self, token: usize, part: usize) -> Option<usize> {
        let (form, _, rest) = self.spelt(token, part + 1)?;
        form.strip_suffix(rest.as_str()).filter(|name| !name.is_empty()).map(str::len)
    }
}

/// What has a tag.
struct Unit {
    mark: Mark,
    token: usize,
    /// Which part of the word; `None` for the whole.
    part: Option<usize>,
    line: usize,
}
