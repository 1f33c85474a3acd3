//! Labelled sentences as WikiANN keeps them: a row a sentence, `tokens` a list of strings and `ner_tags` a list of numbers
//! (<https://huggingface.co/datasets/unimelb-nlp/wikiann>), or of tags spelt out.

use super::row;
use crate::document::{Document, Entity, Sentence, Span};
use crate::formats::conll::Columns;
use crate::labels;
use crate::scheme::{Asked, Detector, Mark, Name, Scheme, Strays};
use parquet::record::{Field, Row};

/// The column with the words.
pub(super) const TOKENS: &str = "tokens";
/// The column with their tags.
pub(super) const TAGS: &str = "ner_tags";

/// How tags are read: the scheme of their names, and what each number stands for.
#[derive(Debug, Clone)]
pub(super) struct Tagging {
    scheme: Scheme,
    marks: Vec<Mark>,
}

impl Tagging {
    /// Of labels by number; where there are none, of the tags that a column spells out.
    pub(super) fn new(names: &[String], spelt: Scheme, asked: Asked) -> Result<Tagging, String> {
        let scheme = if names.is_empty() { spelt } else { labels::scheme_of(names, asked) };
        let marks = names.iter().map(|name| mark(scheme, name)).collect::<Result<_, _>>()?;
        Ok(Tagging { scheme, marks })
    }

    /// What is to be said of it.
    pub(super) fn noted(&self) -> Option<Columns> {
        let scheme = (self.scheme != Scheme::IOB2).then_some(self.scheme);
        scheme.map(|scheme| Columns { scheme: Some(scheme), ..Columns::default() })
    }
}

fn mark(scheme: Scheme, name: &str) -> Result<Mark, String> {
    scheme.parse(name).ok_or_else(|| format!("wanted labels {}, found `{name}`", scheme.shape()))
}

/// Looks at the tags of a row; `false` where they are not spelt out, and nothing can be seen.
pub(super) fn look(row: &Row, detector: &mut Detector) -> bool {
    for tag in list(row, TAGS).unwrap_or_default() {
        let Ok(Some(tag)) = word(tag) else { return false };
        detector.see(&tag);
    }
    detector.end_sentence();
    true
}

/// The sentence of a row as a document of its own.
pub(super) fn document(row: Row, tagging: &Tagging, id: &str) -> Result<Document, String> {
    let (tokens, numbers) = (list(&row, TOKENS)?, list(&row, TAGS)?);
    if tokens.len() != numbers.len() {
        return Err(format!("wanted a tag for each of {} tokens, found {}", tokens.len(), numbers.len()));
    }
    let (mut text, mut words, mut marks) = (String::new(), Vec::new(), Vec::new());
    for (token, number) in tokens.iter().zip(numbers) {
        let token = word(token)?.ok_or_else(|| format!("wanted strings as `{TOKENS}`, found {token}"))?;
        marks.push(match word(number)? {
            Some(name) => mark(tagging.scheme, &name)?,
            None => by_number(number, &tagging.marks)?,
        });
        // A word of nothing cannot be learnt from; without it the rest of the sentence still can.
        if token.trim().is_empty() {
            words.push(None);
            continue;
        }
        let start = text.len() + usize::from(!text.is_empty());
        text += if text.is_empty() { "" } else { " " };
        text += &token;
        words.push(Some((start, text.len())));
    }
    let span = |(start, end)| Span::new(&text, start, end).map_err(|e| e.to_string());
    let words = words.into_iter().map(|word| word.map(span).transpose()).collect::<Result<Vec<Option<Span>>, _>>()?;
    let names = tagging.scheme.names(&marks, Strays::Refuse).map_err(|stray| stray.message)?;
    let entity = |(range, label): Name| {
        let mut there = words.get(range)?.iter().flatten();
        let first = there.next()?;
        Some(Entity::new(first.cover(*there.next_back().unwrap_or(first)), label))
    };
    let entities = names.into_iter().filter_map(entity).collect();
    let sentences = Some(vec![Sentence { words: words.into_iter().flatten().collect() }]);
    Ok(Document { id: id.into(), text, sentences, entities, columns: tagging.noted(), ..Document::default() })
}

fn list<'a>(row: &'a Row, column: &str) -> Result<&'a [Field], String> {
    match row.get_column_iter().find(|(name, _)| *name == column) {
        Some((_, Field::ListInternal(list))) => Ok(list.elements()),
        Some((_, other)) => Err(format!("wanted a list as `{column}`, found {other}")),
        None => Err(format!("wanted a column `{column}`, found none")),
    }
}

/// A string; `None` where the field is no string.
fn word(field: &Field) -> Result<Option<String>, String> {
    match field {
        Field::Str(text) => Ok(Some(text.clone())),
        Field::Bytes(bytes) => row::text(bytes.data()).map(Some),
        _ => Ok(None),
    }
}

fn by_number(field: &Field, names: &[Mark]) -> Result<Mark, String> {
    let number: Option<usize> = match *field {
        Field::Long(n) => n.try_into().ok(),
        Field::Int(n) => n.try_into().ok(),
        Field::Short(n) => n.try_into().ok(),
        Field::Byte(n) => n.try_into().ok(),
        Field::UByte(n) => Some(n.into()),
        Field::UShort(n) => Some(n.into()),
        _ => None,
    };
    number.and_then(|n| names.get(n).cloned()).ok_or_else(|| {
        if names.is_empty() {
            return format!(
                "wanted tags as `{TAGS}` or their labels in the file's metadata, found {field}\ntip: --tag-names \
                 O,B-PER,I-PER,... gives them in the order of their numbers; in a recipe, `names` of the corpus"
            );
        }
        let most = names.len() - 1;
        format!(
            "wanted numbers from 0 to {most} as `{TAGS}`, found {field}\ntip: `names` of a corpus gives their labels"
        )
    })
}
