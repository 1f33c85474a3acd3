//! Labelled sentences in Parquet, as WikiANN keeps them: a row a sentence, `tokens` a list of strings and `ner_tags` a list
//! of numbers (<https://huggingface.co/datasets/unimelb-nlp/wikiann>).

use crate::Error;
use alam::align::to_entities;
use alam::document::{Document, Sentence, Span};
use alam::labels::Tag;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use std::path::Path;

/// A file, open.
pub(super) struct File {
    path: String,
    reader: SerializedFileReader<std::fs::File>,
}

impl File {
    /// Opens it.
    pub(super) fn open(path: &Path) -> Result<File, Error> {
        let file = std::fs::File::open(path).map_err(Error::io(path))?;
        let path = path.display().to_string();
        let wrong = |e| Error::data(&path, format!("wanted a Parquet file, found one that cannot be read: {e}"));
        let reader = SerializedFileReader::new(file).map_err(wrong)?;
        Ok(File { path, reader })
    }

    /// The labels by number, as the library `datasets` writes them into a file; none where it did not.
    pub(super) fn names(&self) -> Vec<String> {
        let metadata = self.reader.metadata().file_metadata().key_value_metadata();
        let found = metadata.into_iter().flatten().find(|pair| pair.key == "huggingface");
        let json: Option<serde_json::Value> =
            found.and_then(|pair| pair.value.as_deref()).and_then(|text| serde_json::from_str(text).ok());
        let names = json.as_ref().and_then(|json| json.pointer("/info/features/ner_tags/feature/names"));
        let names = names.and_then(serde_json::Value::as_array).into_iter().flatten();
        names.filter_map(serde_json::Value::as_str).map(str::to_owned).collect()
    }

    /// The sentences; `names` are the labels by number.
    pub(super) fn documents(&self, names: &[String]) -> Result<Vec<Document>, Error> {
        let tag = |name: &String| {
            let wanted = || Error::data(&self.path, format!("wanted labels `O`, `B-TYPE` or `I-TYPE`, found `{name}`"));
            Tag::parse(name).ok_or_else(wanted)
        };
        let tags = names.iter().map(tag).collect::<Result<Vec<Tag>, Error>>()?;
        let rows = self.reader.get_row_iter(None);
        let rows =
            rows.map_err(|e| Error::data(&self.path, format!("wanted rows, found none that can be read: {e}")))?;
        let mut documents = Vec::new();
        for (i, row) in rows.enumerate() {
            let id = format!("{}:{}", self.path, i + 1);
            let row = row.map_err(|e| Error::data(&id, format!("wanted a row, found one that cannot be read: {e}")))?;
            documents.push(document(&row, &tags, &id).map_err(|message| Error::data(&id, message))?);
        }
        Ok(documents)
    }
}

fn document(row: &Row, names: &[Tag], id: &str) -> Result<Document, String> {
    let tokens = list(row, "tokens")?;
    let numbers = list(row, "ner_tags")?;
    if tokens.len() != numbers.len() {
        return Err(format!("wanted a tag for each of {} tokens, found {}", tokens.len(), numbers.len()));
    }
    let (mut text, mut words, mut tags) = (String::new(), Vec::new(), Vec::<Tag>::new());
    for (token, number) in tokens.iter().zip(numbers) {
        let Field::Str(token) = token else { return Err(format!("wanted strings as `tokens`, found {token}")) };
        let tag = whole(number).and_then(|n| names.get(n).cloned()).ok_or_else(|| {
            let most = names.len().saturating_sub(1);
            format!("wanted numbers from 0 to {most} as `ner_tags`, found {number}\ntip: `names` of the corpus gives their labels")
        })?;
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
        text += token;
        words.push((start, text.len()));
        tags.push(tag);
    }
    let words = words.into_iter().map(|(start, end)| Span::new(&text, start, end));
    let words = words.collect::<Result<Vec<Span>, _>>().map_err(|e| e.to_string())?;
    let entities = to_entities(&words, &tags, None);
    Ok(Document { id: id.into(), text, sentences: Some(vec![Sentence { words }]), entities })
}

fn list<'a>(row: &'a Row, column: &str) -> Result<&'a [Field], String> {
    match row.get_column_iter().find(|(name, _)| *name == column) {
        Some((_, Field::ListInternal(list))) => Ok(list.elements()),
        Some((_, other)) => Err(format!("wanted a list as `{column}`, found {other}")),
        None => {
            let names: Vec<&str> = row.get_column_iter().map(|(name, _)| name.as_str()).collect();
            Err(format!("wanted a column `{column}`, found {}", names.join(", ")))
        }
    }
}

fn whole(field: &Field) -> Option<usize> {
    match *field {
        Field::Long(n) => n.try_into().ok(),
        Field::Int(n) => n.try_into().ok(),
        Field::Short(n) => n.try_into().ok(),
        Field::Byte(n) => n.try_into().ok(),
        Field::UByte(n) => Some(n.into()),
        Field::UShort(n) => Some(n.into()),
        _ => None,
    }
}
