//! A table, open: what it says of itself, and its rows one by one.

use super::file::TableFile;
use super::row::OFFSET_UNIT;
use super::{row, tokens};
use crate::Error;
use crate::contain::contained;
use crate::formats::aside;
use crate::formats::input::{self, Longest};
use crate::formats::jsonl::{self, field};
use crate::formats::stamp::Watch;
use crate::formats::{Reader, TaggedReader};
use crate::scheme::{Asked, Detector, Scheme};
use parquet::basic::{ConvertedType, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::reader::FileReader;
use parquet::record::Row;
use parquet::record::reader::RowIter;
use parquet::schema::types::{Type, TypePtr};
use std::collections::HashSet;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// A file, open.
pub struct Table {
    path: String,
    reader: TableFile,
    watch: Option<Watch>,
}

impl Table {
    /// Opens it. Parquet is read from its end, so that what comes compressed or from a pipe goes through a temporary file.
    pub fn open(path: &Path) -> Result<Table, Error> {
        let file = if path == Path::new("-") || input::compression(path).is_some() {
            aside::of(input::open(path)?).map_err(|e| Error::io(path, e))?
        } else {
            File::open(path).map_err(|e| Error::io(path, e))?
        };
        let path = crate::shown::shown(path);
        let wrong = |e| Error::record(&path, format!("wanted a Parquet file, found one that cannot be read: {e}"));
        let watch = Watch::of(&file);
        let reader = decoded(|| TableFile::open(file)).map_err(wrong)?;
        Ok(Table { path, reader, watch })
    }

    /// The same, rows with more bytes in their columns being broken ones.
    pub fn up_to(mut self, longest: Longest) -> Table {
        self.reader.longest = longest;
        self
    }

    /// Whether it has a column.
    pub fn has(&self, column: &str) -> bool {
        self.schema().get_fields().iter().any(|field| field.name() == column)
    }

    /// Whether it has a column by its name, or a field of a column by its path.
    pub fn has_path(&self, path: &str) -> bool {
        has_in(self.schema(), path)
    }

    /// The column that a path begins with.
    fn column_of<'a>(&self, path: &'a str) -> &'a str {
        let begin = || field::ends(path).map(|(name, _)| name).find(|name| self.has(name));
        if self.has(path) { path } else { begin().unwrap_or(path) }
    }

    fn schema(&self) -> &Type {
        self.reader.metadata().file_metadata().schema()
    }

    fn metadata(&self, key: &str) -> Option<&str> {
        let pairs = self.reader.metadata().file_metadata().key_value_metadata();
        pairs.into_iter().flatten().find(|pair| pair.key == key)?.value.as_deref()
    }

    /// The labels of `ner_tags` by number, as the library `datasets` writes them into a file; none where it did not.
    pub fn label_names(&self) -> Vec<String> {
        let json = self.metadata("huggingface").and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
        let names = json.as_ref().and_then(|json| json.pointer("/info/features/ner_tags/feature/names"));
        let names = names.and_then(serde_json::Value::as_array).into_iter().flatten();
        names.filter_map(serde_json::Value::as_str).map(str::to_owned).collect()
    }

    /// Its rows as records with a text.
    pub(super) fn documents(self, options: jsonl::Options) -> Result<Reader, Error> {
        self.must(&options.text_field)?;
        let field = options.text_field.clone();
        Ok(Box::new(self.records(options)?.map(move |record| {
            let record = record?;
            let unit = record.unit;
            jsonl::whole(record, &field, unit)
        })))
    }

    /// Its rows as tagged documents, with a text or without.
    pub(super) fn tagged(self, options: jsonl::Options) -> Result<TaggedReader, Error> {
        Ok(Box::new(self.records(options)?.map(|record| {
            let record = record?;
            let unit = record.unit;
            record.tagged(unit)
        })))
    }

    /// Its rows as records.
    fn records(
        self,
        mut options: jsonl::Options,
    ) -> Result<impl Iterator<Item = Result<jsonl::Record, Error>> + Send + use<>, Error> {
        options.id_field.as_deref().map_or(Ok(()), |column| self.must(column))?;
        if options.date_field != jsonl::Options::default().date_field {
            self.must(&options.date_field)?;
        }
        options.unit = self.metadata(OFFSET_UNIT).and_then(|unit| unit.parse().ok()).unwrap_or(options.unit);
        let id = options.id_field.clone().unwrap_or_else(|| "id".into());
        let named = [&id, &options.date_field, &options.text_field].map(|path| self.column_of(path).to_owned());
        let mut wanted: Vec<&str> = named.iter().map(String::as_str).chain(["entities", "error"]).collect();
        if options.entities == jsonl::Entities::Read {
            wanted.extend(jsonl::COLUMNS);
        }
        let rows = self.rows(&wanted, Some(&id))?;
        Ok(rows.map(move |found| {
            let (place, row) = found?;
            let own = row::id(&row, &id);
            let object = row::object(row).map_err(|message| Error::record(&place, message).of(own))?;
            jsonl::from_object(object, &place, &options)
        }))
    }

    pub(super) fn must(&self, column: &str) -> Result<(), Error> {
        if self.has_path(column) { Ok(()) } else { Err(self.lacks(column)) }
    }

    /// Refuses a table of texts alone.
    pub(super) fn must_have_names(&self) -> Result<(), Error> {
        if jsonl::COLUMNS.iter().any(|column| self.has(column)) { Ok(()) } else { Err(self.lacks("entities")) }
    }

    /// The scheme of tags that are spelt out, which takes the table: it is opened again to be read.
    pub fn scheme(self, asked: Asked) -> Scheme {
        let mut detector = Detector::default();
        let rows = self.rows(&[tokens::TAGS], None);
        let rows = rows.into_iter().flatten().map_while(Result::ok);
        let _ = rows.take_while(|(_, row)| tokens::look(row, &mut detector)).count();
        detector.scheme(asked)
    }

    /// Its rows as sentences, `tokens` with `ner_tags`; `names` are the labels by number, in the scheme that is asked for or seems to
    /// be theirs, `spelt` is that of tags that are spelt out ([`Table::scheme`]), and `id` the column with the rows' own names.
    ///
    /// # Errors
    /// Labels that are no tags, and a table without these columns.
    pub fn sentences(self, names: &[String], spelt: Scheme, asked: Asked, id: Option<&str>) -> Result<Reader, Error> {
        let tags = tokens::Tagging::new(names, spelt, asked).map_err(|message| Error::record(&self.path, message))?;
        if let Some(column) = [tokens::TOKENS, tokens::TAGS].into_iter().find(|column| !self.has(column)) {
            return Err(self.lacks(column));
        }
        let id = id.map(str::to_owned);
        let named = id.as_deref().map(|id| self.column_of(id).to_owned());
        let wanted: Vec<&str> = [tokens::TOKENS, tokens::TAGS].into_iter().chain(named.as_deref()).collect();
        let rows = self.rows(&wanted, id.as_deref())?;
        Ok(Box::new(rows.map(move |found| {
            let (place, row) = found?;
            let own = id.as_deref().and_then(|id| row::id(&row, id));
            let document = tokens::document(row, &tags, own.as_deref().unwrap_or(&place));
            document.map_err(|message| Error::record(&place, message).of(own))
        })))
    }

    fn lacks(&self, column: &str) -> Error {
        let names: Vec<&str> = self.schema().get_fields().iter().map(|field| field.name()).collect();
        Error::record(&self.path, format!("wanted a column `{column}`, found {}", names.join(", ")))
    }

    /// Its rows with their places, these columns of them alone; `id` is the one with their own names.
    fn rows(
        self,
        columns: &[&str],
        id: Option<&str>,
    ) -> Result<impl Iterator<Item = Result<(String, Row), Error>> + Send + use<>, Error> {
        let Table { path, reader, watch } = self;
        let longest = reader.longest;
        let id = id.map(str::to_owned);
        let count = u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or_default();
        let wrong = |e| Error::record(&path, format!("wanted rows, found none that can be read: {e}"));
        let schema = reader.metadata().file_metadata().schema();
        let fields = || schema.get_fields().iter().filter(|field| columns.contains(&field.name()));
        let mut names = HashSet::new();
        if let Some(twice) = fields().find(|field| !names.insert(field.name())) {
            return Err(Error::record(&path, format!("wanted each column once, found `{}` twice", twice.name())));
        }
        let fields = fields().map(|field| bare(field)).collect::<Result<Vec<TypePtr>, _>>().map_err(wrong)?;
        let projection = Type::group_type_builder(schema.name()).with_fields(fields).build().map_err(wrong)?;
        let rows = decoded(|| RowIter::from_file_into(Box::new(reader)).project(Some(projection))).map_err(wrong)?;
        // One row at a time: a thousand, as is usual, can be a thousand long texts.
        let mut rows = Some(rows.with_batch_size(1));
        let mut number = 0;
        Ok(std::iter::from_fn(move || {
            number += 1;
            let place = format!("{path}:{number}");
            let changed = || watch.as_ref()?.unchanged().err();
            let message = match decoded(|| rows.as_mut().and_then(Iterator::next).transpose()) {
                Ok(Some(row)) if longest.holds(row::bytes(&row)) => return Some(Ok((place, row))),
                Ok(Some(row)) => {
                    let own = id.as_deref().and_then(|id| row::id(&row, id));
                    return Some(Err(Error::record(place, longest.exceeded()).of(own)));
                }
                Ok(None) => {
                    rows.take()?;
                    format!("wanted to read on, found: {}", changed()?)
                }
                Err(error) => {
                    rows = None;
                    let lost = (count + 1).saturating_sub(number);
                    let error = changed().map_or(error.to_string(), |error| error.to_string());
                    format!("wanted a row, found one that cannot be read: {error}; rows lost: {lost}")
                }
            };
            Some(Err(Error::record(place, message)))
        }))
    }
}

/// Whether a group has a field by its name or path.
fn has_in(group: &Type, path: &str) -> bool {
    let field = |name: &str| group.get_fields().iter().find(|field| field.name() == name);
    let inside = |(name, rest): (&str, &str)| field(name).is_some_and(|field| field.is_group() && has_in(field, rest));
    field(path).is_some() || field::ends(path).any(inside)
}

/// The same column without the promise that its bytes are UTF-8, which breaks a whole file where one row does not keep it.
fn bare(column: &Type) -> Result<TypePtr, ParquetError> {
    let info = column.get_basic_info();
    let bare = match column {
        Type::PrimitiveType { physical_type: Physical::BYTE_ARRAY, .. }
            if matches!(info.converted_type(), ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON) =>
        {
            let builder = Type::primitive_type_builder(info.name(), Physical::BYTE_ARRAY);
            builder.with_repetition(info.repetition()).build()?
        }
        Type::PrimitiveType { .. } => column.clone(),
        Type::GroupType { fields, .. } => Type::group_type_builder(info.name())
            .with_repetition(info.repetition())
            .with_converted_type(info.converted_type())
            .with_logical_type(info.logical_type_ref().cloned())
            .with_fields(fields.iter().map(|field| bare(field)).collect::<Result<_, _>>()?)
            .build()?,
    };
    Ok(Arc::new(bare))
}

/// What the decoder says; where it panics, that the file is damaged.
fn decoded<T>(decode: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    contained(decode).unwrap_or_else(|said| Err(ParquetError::General(format!("the file is damaged: {said}"))))
}
