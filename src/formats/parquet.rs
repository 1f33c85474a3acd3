//! Parquet: a row a document, with the fields of [`super::jsonl`] as columns and its names as a list of groups.
//!
//! Read are also tables with a row a sentence, as datasets of a hub have them (`tokens`). The table is read page by page and
//! written in row groups of bounded size, so that memory does not depend on its length.

mod columns;
mod row;
mod table;
mod tokens;

pub use columns::ParquetWriter;
pub use table::Table;

use super::{Reader, jsonl};
use crate::Error;
use std::path::Path;

/// What the metadata calls the unit that `start` and `end` count.
const OFFSET_UNIT: &str = "offset_unit";

/// The documents of a file; it is read by its columns, the text's or `tokens` and `ner_tags`.
///
/// # Errors
/// A file that is no Parquet, and one without these columns. A row that cannot be decoded is a broken record and the last
/// one: nothing says where the next begins. A row that is too long has been decoded when that is known: memory is bounded
/// behind the reader, not in it.
pub fn reader(path: &Path, options: jsonl::Options) -> Result<Reader, Error> {
    let table = Table::open(path)?.up_to(options.longest);
    if !table.has(&options.text_field) && table.has(tokens::TOKENS) && table.has(tokens::TAGS) {
        let names = table.label_names();
        return table.sentences(&names);
    }
    table.documents(options)
}

#[cfg(test)]
mod tests;
