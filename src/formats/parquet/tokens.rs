//! Labelled sentences as WikiANN keeps them: a row a sentence, `tokens` a list of strings and `ner_tags` a list of numbers
//! (<https://huggingface.co/datasets/unimelb-nlp/wikiann>), or of tags spelt out.

use super::row;
use crate::align::to_entities;
use crate::document::{Document, Sentence, Span};
use crate::labels::Tag;
use parquet::record::{Field, Row};

/// The column with the words.
pub(super) const TOKENS: &str = "tokens";
/// The column with their tags.
pub(super) const TAGS: &str = "ner_tags";

/// Labels by number as tags.
pub(super) fn tags(names: &[String]) -> Result<Vec<Tag>, String> {
    names.iter().map(|name| tag_of(name)).collect()
}

fn tag_of(name: &str) -> Result<Tag, String> {
    Tag::parse(name).ok_or_else(|| format!("wanted labels `O`, `B-TYPE` or `I-TYPE`, found `{name}`"))
}

/// The sentence of a row as a document of its own.
pub(super) fn document(row: Row, names: &[Tag], id: &str) -> Result<Document, String> {
    let (tokens, numbers) = (list(&row, TOKENS)?, list(&row, TAGS)?);
    if tokens.len() != numbers.len() {
        return Err(format!("wanted a tag for each of {} tokens, found {}", tokens.len(), numbers.len()));
    }
    let (mut text, mut words, mut tags) = (String::new(), Vec::new(), Vec::<Tag>::new());
    for (token, number) in tokens.iter().zip(numbers) {
        let token = word(token)?.ok_or_else(|| format!("wanted strings as `{TOKENS}`, found {token}"))?;
        let tag = match word(number)? {
            Some(name) => tag_of(&name)?,
            None => by_number(number, names)?,
        };
        if let Tag::I(label) = &tag
            && tags.last().and_then(Tag::label) != Some(label)
        {
            let before = tags.last().map_or("no tag".into(), |tag| format!("`{tag}`"));
            return Err(format!("wanted IOB2 tags, found `{tag}` behind {before}"));
        }
        // A word of nothing cannot be learnt from; without it the rest of the sentence still can.
        if token.trim().is_empty() {
            continue;
        }
        let start = text.len() + usize::from(!text.is_empty());
        text += if text.is_empty() { "" } else { " " };
        text += &token;
        words.push((start, text.len()));
        tags.push(tag);
    }
    let words = words.into_iter().map(|(start, end)| Span::new(&text, start, end));
    let words = words.collect::<Result<Vec<Span>, _>>().map_err(|e| e.to_string())?;
    let entities = to_entities(&words, &tags, None);
    Ok(Document { id: id.into(), text, sentences: Some(vec![Sentence { words }]), entities, ..Document::default() })
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

fn by_number(field: &Field, names: &[Tag]) -> Result<Tag, String> {
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
            return format!("wanted tags as `{TAGS}` or their labels in the file's metadata, found {field}");
        }
        let most = names.len() - 1;
        format!(
            "wanted numbers from 0 to {most} as `{TAGS}`, found {field}\ntip: `names` of a corpus gives their labels"
        )
    })
}
