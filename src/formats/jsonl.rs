//! A JSON object a line: `{"id","date","text","entities":[{"start","end","label","text","score"}]}`; read are also whole JSON
//! files ([`Layout::Values`]) and what annotation tools write.
//!
//! A text may be a list of strings, its paragraphs: the document is these with a line feed between each two.
//!
//! A name that stands inside a longer word (its proclitics cut off) also has that word as `token_start`, `token_end` and
//! `token_text`; one whose spelling on its own differs from its letters also has that spelling as `canonical`; one that a list
//! of the user's names put there has `"source":"gazetteer"`; where mentions are grouped, each has its `group`.

pub mod beside;
pub(super) mod field;
mod gold;
mod kind;
mod object;
mod options;
mod own_id;
mod record;
mod records;
mod reread;
mod text;
mod unique;
mod values;
mod writer;

pub(super) use gold::COLUMNS;
pub(super) use object::from_object;
pub use options::{Entities, Layout, Options, Tags};
pub(super) use record::GAZETTEER;
pub use record::{Mention, Record, Tagged};
pub use records::Records;
pub use text::Text;
pub use writer::JsonlWriter;
pub use writer::rounded;

use super::Reader;
use super::offsets::OffsetUnit;
use crate::Error;
use crate::document::Document;
use serde_json::{Map, Value};
use std::path::Path;

/// A JSON value in which no object has a key twice.
#[cfg(feature = "serve")]
pub(crate) fn parsed(json: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(json).map(|unique::Unique(value)| value)
}

/// The documents of a file; a record without text, or with an `error`, is a broken one.
pub fn reader(path: &Path, options: Options) -> Result<Reader, Error> {
    let (unit, text_field) = (options.unit, options.text_field.clone());
    Ok(Box::new(records(path, options)?.map(move |record| whole(record?, &text_field, unit))))
}

/// The document of a record that must have its text.
pub(super) fn whole(record: Record, text_field: &str, unit: OffsetUnit) -> Result<Document, Error> {
    if record.text.is_none() && record.error.is_none() {
        return Err(record.lacks(text_field));
    }
    match record.tagged(unit)? {
        Tagged::Whole(document) => Ok(document),
        Tagged::Bare(record) => Err(record.lacks(text_field)),
    }
}

/// The document of one line in memory, read as a line of a file is; `place` names it in errors, and is its id where it has none.
pub fn line(line: &str, place: &str, options: &Options) -> Result<Document, Error> {
    value(object::parse(line, place, 0, options.id_field.as_deref())?, place, options)
}

/// The document of one JSON object, read as a line of a file is.
pub fn value(fields: Map<String, Value>, place: &str, options: &Options) -> Result<Document, Error> {
    whole(from_object(fields, place, options)?, &options.text_field, options.unit)
}

/// The records of a file, for callers that know the texts from elsewhere (scoring predictions). Of what an annotation tool wrote,
/// records that were rejected there are left out, which is noted ([`Options::notes`]).
pub fn records(path: &Path, options: Options) -> Result<Records, Error> {
    Records::open(path, options)
}

#[cfg(test)]
mod tests;
