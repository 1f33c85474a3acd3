//! Parquet: a row a document, with the fields of [`super::jsonl`] as columns and its names as a list of groups.
//!
//! Read are also tables with a row a sentence, as datasets of a hub have them (`tokens`). The table is read row by row and
//! written in row groups of bounded size, so that memory does not depend on its length, nor on that of its pages.

mod codec;
mod columns;
mod dictionary;
mod file;
mod levels;
mod lz;
mod packing;
mod pages;
mod row;
mod table;
mod tokens;
mod values;

pub use columns::ParquetWriter;
pub use table::Table;

use super::notes::Note;
use super::{Reader, TaggedReader, jsonl};
use crate::Error;
use crate::scheme::{Asked, Detector, Scheme};
use crate::shown::shown;
use std::path::Path;

/// The documents of a file; it is read by its columns, the text's or `tokens` and `ner_tags`.
///
/// # Errors
/// A file that is no Parquet, and one without these columns. A row that cannot be decoded is a broken record and the last
/// one: nothing says where the next begins.
pub fn reader(path: &Path, options: jsonl::Options) -> Result<Reader, Error> {
    let table = Table::open(path)?.up_to(options.longest);
    if !table.has_path(&options.text_field) && table.has(tokens::TOKENS) && table.has(tokens::TAGS) {
        let jsonl::Tags { names, scheme, .. } = options.tags;
        let said = [|_: &Path, table: &Table| table.label_names(), |path: &Path, _: &Table| jsonl::beside::names(path)];
        let mut all = std::iter::once(names).chain(said.iter().map(|names| names(path, &table)));
        let names = all.find(|names| !names.is_empty()).unwrap_or_default();
        let spelt = if names.is_empty() { spelt(path, scheme)? } else { Scheme::IOB2 };
        let id = options.id_field.as_deref();
        id.map_or(Ok(()), |column| table.must(column))?;
        return table.sentences(&names, spelt, scheme, Some(id.unwrap_or("id")));
    }
    table.documents(options)
}

/// The scheme of the tags of a file with a row a sentence, where they are spelt out; what comes from a pipe cannot be looked at twice.
fn spelt(path: &Path, asked: Asked) -> Result<Scheme, Error> {
    match path.is_file() {
        true => Ok(Table::open(path)?.scheme(asked)),
        false => Ok(Detector::default().scheme(asked)),
    }
}

/// Tagged documents of a file, with their texts or, as a batch job writes them, without.
///
/// # Errors
/// Those of [`reader`]; the text may be missing where there are names.
pub fn tagged(path: &Path, options: jsonl::Options) -> Result<TaggedReader, Error> {
    let table = Table::open(path)?.up_to(options.longest);
    if table.has("entities") {
        return table.tagged(options);
    }
    options.notes.add(Note::Untagged, &shown(path), usize::from(table.must_have_names().is_err()));
    Ok(Box::new(reader(path, options)?.map(|document| document.map(jsonl::Tagged::Whole))))
}

/// Refuses a file none of whose columns can have names. What comes from a pipe is not looked at.
///
/// # Errors
/// A file that is no Parquet; one of texts alone.
pub fn check_names(path: &Path) -> Result<(), Error> {
    if path.is_file() { Table::open(path)?.must_have_names() } else { Ok(()) }
}

#[cfg(test)]
mod tests;
