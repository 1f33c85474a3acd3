//! A record as it stands in its file, before its offsets are held against a text.

use crate::Error;
use crate::document::{Document, Entity, FoundBy, Sentence, Span};
use crate::formats::notes::{Note, Notes};
use crate::formats::offsets::{OffsetUnit, Offsets};

/// What `source` says of a name that a list of the user's names put there.
pub(in crate::formats) const GAZETTEER: &str = "gazetteer";

/// One line as it stands in the file, its offsets not yet held against a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// `path:line`.
    pub place: String,
    /// The document's name; the place if it has none.
    pub id: String,
    /// When it appeared, in the words of the file.
    pub date: Option<String>,
    /// The text, where the record has it: what `alam tag` writes does not unless asked to.
    pub text: Option<String>,
    /// Whether the field with the text is there and `null`.
    pub null: bool,
    /// Names in the file's own unit.
    pub entities: Vec<Mention>,
    /// Whether the record has a list of names at all, if an empty one.
    pub has_names: bool,
    /// The words of its text, where the record gives them.
    pub words: Option<Vec<Span>>,
    /// What the names' `start` and `end` count.
    pub unit: OffsetUnit,
    /// Why there are no names, in the output of a tagger that could not tag the document.
    pub error: Option<String>,
    /// What there is to say of its file.
    pub(super) notes: Notes,
}

/// A name as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// First unit.
    pub start: usize,
    /// Behind the last unit.
    pub end: usize,
    /// The name's type.
    pub label: String,
    /// Its letters, to be checked against the text.
    pub text: Option<String>,
    /// How sure a model was.
    pub score: Option<f32>,
    /// The whole words that it stands in, where they are more than the name.
    pub token: Option<(usize, usize)>,
    /// The letters of those.
    pub token_text: Option<String>,
    /// Its spelling on its own, where that differs.
    pub canonical: Option<String>,
    /// What found it.
    pub found_by: FoundBy,
    /// Which of the record's names it is a mention of.
    pub group: Option<u32>,
}

/// A tagged document as a format gives it.
#[derive(Debug, Clone, PartialEq)]
pub enum Tagged {
    /// With its text, its names checked against that.
    Whole(Document),
    /// Without its text, its names as the file has them.
    Bare(Record),
}

impl Mention {
    /// A name of which nothing else is known.
    pub(super) fn new(start: usize, end: usize, label: String) -> Mention {
        let (text, token_text, canonical) = (None, None, None);
        let (score, token, group, found_by) = (None, None, None, FoundBy::default());
        Mention { start, end, label, text, score, token, token_text, canonical, found_by, group }
    }

    /// The whole words that it stands in, with their letters, where they are more than the name.
    pub fn words(&self) -> Option<(usize, usize, &str)> {
        self.token.zip(self.token_text.as_deref()).map(|((start, end), text)| (start, end, text))
    }
}

impl Record {
    /// An error in this record, under its own name.
    pub fn wrong(&self, message: impl Into<String>) -> Error {
        Error::record(&self.place, message).of((self.id != self.place).then(|| self.id.clone()))
    }

    /// That it has no text in a field, where it must have one.
    pub fn lacks(&self, field: &str) -> Error {
        self.wrong(match self.null {
            true => format!("field `{field}`: wanted a string, found null"),
            false => format!("wanted a field `{field}`, found none"),
        })
    }

    /// The document where the text is there, else the record.
    ///
    /// # Errors
    /// An error record, one without text and names, and names that are not in the text.
    pub fn tagged(mut self, unit: OffsetUnit) -> Result<Tagged, Error> {
        match (self.text.take(), self.error.take()) {
            (Some(text), None) => self.document(text, unit).map(Tagged::Whole),
            (None, None) if self.has_names => Ok(Tagged::Bare(self)),
            (None, None) if self.null => Err(self.wrong("wanted a text or a list of names, found null as the text")),
            (None, None) => Err(self.wrong("wanted a text or a list of names, found neither")),
            (_, Some(message)) => Err(self.wrong(format!("wanted a document, found an error record: {message}"))),
        }
    }

    /// Whether its offsets can be written in a unit: without a text they cannot be counted anew.
    ///
    /// # Errors
    /// Another unit.
    pub fn fits(&self, unit: OffsetUnit) -> Result<(), Error> {
        let found = self.unit;
        if found == unit || self.entities.is_empty() {
            return Ok(());
        }
        let tip =
            "tip: without a text they cannot be counted anew: --input-offset-unit and --offset-unit must be the same";
        Err(self.wrong(format!("wanted offsets in {unit}s, found them in {found}s\n{tip}")))
    }

    /// The letters of one of its names.
    ///
    /// # Errors
    /// A name without them.
    pub fn letters<'a>(&self, mention: &'a Mention) -> Result<&'a str, Error> {
        let none = || self.wrong("wanted the `text` of each name or of the document, found neither");
        mention.text.as_deref().ok_or_else(none)
    }

    /// The document, its names checked against the text: within it, on characters, spelt as said, disjoint. Blanks at their edges
    /// are left out, which is noted.
    pub fn document(self, text: String, unit: OffsetUnit) -> Result<Document, Error> {
        let (entities, trimmed) = spans(&text, &self.entities, unit).map_err(|message| self.wrong(message))?;
        self.notes.add(Note::Trimmed, &self.place, trimmed);
        // Words are those of the record's own text.
        let words = self.words.filter(|words| words.last().is_none_or(|last| last.end() <= text.len()));
        let sentences = words.map(|words| vec![Sentence { words }]);
        Ok(Document { id: self.id, date: self.date, text, sentences, entities, ..Document::default() })
    }
}

/// The names, and how many had blanks at their edges.
fn spans(text: &str, mentions: &[Mention], unit: OffsetUnit) -> Result<(Vec<Entity>, usize), String> {
    let map = Offsets::new(text, unit);
    let mut entities = Vec::with_capacity(mentions.len());
    let mut trimmed = 0;
    for mention in mentions {
        let (entity, blanks) = entity(text, &map, mention, unit)?;
        trimmed += usize::from(blanks);
        entities.push(entity);
    }
    entities.sort_by_key(|e| e.span);
    for pair in entities.windows(2) {
        if pair[0].span.overlaps(pair[1].span) {
            let show =
                |e: &Entity| format!("{}..{} ({})", map.of_byte(e.span.start()), map.of_byte(e.span.end()), e.label);
            return Err(format!("wanted names that do not overlap, found {} and {}", show(&pair[0]), show(&pair[1])));
        }
    }
    Ok((entities, trimmed))
}

/// A name of the text, and whether there were blanks at its edges.
fn entity(text: &str, map: &Offsets<'_>, mention: &Mention, unit: OffsetUnit) -> Result<(Entity, bool), String> {
    let &Mention { start, end, ref label, score, .. } = mention;
    if end > map.length() {
        let length = map.length();
        return Err(format!("wanted a span within the text ({length} {unit}s), found {start}..{end} ({label})"));
    }
    let (Some(first), Some(last)) = (map.to_byte(start), map.to_byte(end)) else {
        return Err(format!("wanted a span on character boundaries, found {start}..{end} ({label}) in {unit}s"));
    };
    let span = Span::new(text, first, last)
        .map_err(|_| format!("wanted a start before the end, found {start}..{end} ({label})"))?;
    if let Some(said) = mention.text.as_deref()
        && said != span.of(text)
    {
        let there = span.of(text);
        return Err(format!(
            "wanted `{said}` at {start}..{end} ({label}), found `{there}`\ntip: offsets were taken for {unit}s"
        ));
    }
    let name =
        span.trimmed(text).ok_or_else(|| format!("wanted a name, found blanks alone at {start}..{end} ({label})"))?;
    let token_span = match mention.token {
        None => name,
        Some((start, end)) => {
            let bytes = map.to_byte(start).zip(map.to_byte(end));
            let token = bytes.and_then(|(first, last)| Span::new(text, first, last).ok());
            token.filter(|token| token.cover(span) == *token).ok_or_else(|| {
                format!("wanted whole words around {}..{} ({label}), found {start}..{end}", mention.start, mention.end)
            })?
        }
    };
    let (canonical, found_by, group) = (mention.canonical.clone(), mention.found_by, mention.group);
    let entity = Entity { score, token_span, canonical, found_by, group, ..Entity::new(name, label.as_str()) };
    Ok((entity, name != span))
}
