//! Documents as they are counted: a day and names, from whatever alam writes.

use super::Day;
use crate::document::Document;
use crate::formats::conll::{self, Columns};
use crate::formats::jsonl::{self, Tagged};
use crate::formats::{self, InputFormat, ReadOptions};
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
    /// How the columns that it comes from were read, where that has to be said.
    pub columns: Option<Columns>,
}

impl Seen {
    fn of(document: &Document) -> Seen {
        let name = |e: &Entity| e.canonical.clone().unwrap_or_else(|| e.span.of(&document.text).to_owned());
        let names = document.entities.iter().map(|e| (e.label.clone(), name(e))).collect();
        Seen { day: day(document.date.as_deref(), &document.id), names, columns: document.columns }
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

/// What was counted, document by document.
pub type Documents = Box<dyn Iterator<Item = Result<Seen, Error>> + Send>;

/// The documents of a file. Records may be without texts, as `alam tag` writes them.
///
/// # Errors
/// A file that cannot be opened, or of a kind that has no names; a record that cannot be read, that a tagger failed at, or that
/// is not tagged.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Documents, Error> {
    let untagged = || {
        let tip = "tip: `alam tag` writes the names of texts: alam tag FILES -o names.jsonl";
        format!("wanted tagged documents, found text that is not tagged yet\n{tip}")
    };
    // What comes through a pipe comes from `alam tag`.
    let piped = (path == Path::new("-")).then_some(InputFormat::Jsonl);
    let format = options.format.or_else(|| InputFormat::of_path(path)).or(piped);
    if matches!(format, Some(InputFormat::Csv | InputFormat::Tsv)) {
        let tip = "tip: names are read from JSON lines, Parquet, CoNLL and brat";
        let message = format!("wanted tagged documents, found a table, which is read for its texts\n{tip}");
        return Err(Error::record(path.display().to_string(), message));
    }
    let columns = || options.wants_names() && conll::is_columns(path);
    if matches!(format, Some(InputFormat::Html)) || matches!(format, Some(InputFormat::Text) | None) && !columns() {
        return Err(Error::record(path.display().to_string(), untagged()));
    }
    if let Some(layout) = format.and_then(InputFormat::layout) {
        let unit = options.jsonl.unit;
        let records = jsonl::records(path, options.records(layout))?;
        return Ok(Box::new(records.map(move |record| {
            let record = record?;
            if !record.has_names && record.error.is_none() {
                return Err(record.wrong(untagged()));
            }
            seen(record.tagged(unit)?)
        })));
    }
    #[cfg(feature = "parquet")]
    if format == Some(InputFormat::Parquet) {
        formats::parquet::check_names(path)?;
    }
    Ok(Box::new(formats::open_tagged(path, options)?.map(|document| seen(document?))))
}

fn seen(document: Tagged) -> Result<Seen, Error> {
    let record = match document {
        Tagged::Whole(document) => return Ok(Seen::of(&document)),
        Tagged::Bare(record) => record,
    };
    let names = record.entities.iter().map(|mention| {
        let name = mention.canonical.as_deref().map_or_else(|| record.letters(mention), Ok)?;
        Ok((Arc::from(mention.label.as_str()), name.to_owned()))
    });
    let names = names.collect::<Result<_, Error>>()?;
    Ok(Seen { day: day(record.date.as_deref(), &record.id), names, columns: None })
}
