//! Documents as they are counted: a day and names, from whatever alam writes.

use super::Day;
use crate::document::Document;
use crate::formats::{self, InputFormat, ReadOptions, jsonl};
use crate::{Entity, Error};
use std::path::Path;
use std::sync::Arc;

/// A document as it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// When it appeared.
    pub day: Option<Day>,
    /// Its names with their types, each as it is spelt alone, in order.
    pub names: Vec<(Arc<str>, String)>,
}

impl Seen {
    fn of(document: &Document) -> Seen {
        let name = |e: &Entity| e.canonical.clone().unwrap_or_else(|| e.span.of(&document.text).to_owned());
        let names = document.entities.iter().map(|e| (e.label.clone(), name(e))).collect();
        Seen { day: day(document.date.as_deref(), &document.id), names }
    }
}

/// The date where there is one; else what of the id looks like one, as in `2024/05/01/article.txt`.
fn day(date: Option<&str>, id: &str) -> Option<Day> {
    let of_id = || {
        let at = id.find(|c: char| c.is_ascii_digit())?;
        let dated = id[at..].len() >= 7 && id.as_bytes().get(at + 4).is_some_and(|c| matches!(c, b'-' | b'/' | b'_'));
        dated.then(|| Day::find(&id[at..]))?
    };
    date.map_or_else(of_id, Day::find)
}

/// The documents of a file. JSON lines may be without texts, as `alam tag` writes them.
///
/// # Errors
/// A file that cannot be opened; a record that cannot be read or that a tagger failed at.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Box<dyn Iterator<Item = Result<Seen, Error>> + Send>, Error> {
    if options.format.or_else(|| InputFormat::of_path(path)) != Some(InputFormat::Jsonl) {
        return Ok(Box::new(formats::open(path, options)?.map(|document| Ok(Seen::of(&document?)))));
    }
    let unit = options.jsonl.unit;
    Ok(Box::new(jsonl::records(path, options.jsonl.clone())?.map(move |record| {
        let mut record = record?;
        if let Some(error) = record.error {
            return Err(Error::record(record.place, format!("wanted a document, found an error record: {error}")));
        }
        if let Some(text) = record.text.take() {
            return record.document(text, unit).map(|document| Seen::of(&document));
        }
        let place = record.place;
        let name = |mention: jsonl::Mention| {
            let none = || Error::record(&place, "wanted the `text` of each name or of the document, found neither");
            Ok((Arc::from(mention.label), mention.canonical.or(mention.text).ok_or_else(none)?))
        };
        let names = record.entities.into_iter().map(name).collect::<Result<_, Error>>()?;
        Ok(Seen { day: day(record.date.as_deref(), &record.id), names })
    })))
}
