//! Writing: documents are gathered, and their columns written when there is enough for a row group.

use super::packing::{Column, Packing, zstd};
use super::row::OFFSET_UNIT;
use crate::Error;
use crate::document::{Document, FoundBy};
use crate::formats::jsonl::Record;
use crate::formats::offsets::Offsets;
use crate::formats::{Codec, WriteOptions, Writer, jsonl, write_error};
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, FloatType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::SchemaDescriptor;
use std::io::Write;
use std::sync::Arc;

/// Names are a list of groups, as every reader of Parquet knows it: `list<struct<start, end, label, text, ...>>`.
const SCHEMA: &str = "message documents {
    REQUIRED BYTE_ARRAY id (STRING);
    OPTIONAL BYTE_ARRAY date (STRING);
    OPTIONAL BYTE_ARRAY text (STRING);
    OPTIONAL GROUP entities (LIST) { REPEATED GROUP list { REQUIRED GROUP element {
        REQUIRED INT64 start;
        REQUIRED INT64 end;
        REQUIRED BYTE_ARRAY label (STRING);
        REQUIRED BYTE_ARRAY text (STRING);
        OPTIONAL FLOAT score;
        OPTIONAL INT64 token_start;
        OPTIONAL INT64 token_end;
        OPTIONAL BYTE_ARRAY token_text (STRING);
        OPTIONAL BYTE_ARRAY canonical (STRING);
        OPTIONAL BYTE_ARRAY source (STRING);
        OPTIONAL INT32 group;
    } } }
    OPTIONAL BYTE_ARRAY error (STRING);
}";

/// Bytes of a row group before they are compressed, about.
const GROUP_BYTES: usize = 8 << 20;

/// A document as a row.
struct Row {
    id: ByteArray,
    date: Option<ByteArray>,
    text: Option<ByteArray>,
    /// `None` for a document that failed.
    names: Option<Vec<Name>>,
    error: Option<ByteArray>,
}

/// A name as an element of the list.
struct Name {
    start: i64,
    end: i64,
    label: ByteArray,
    text: ByteArray,
    score: Option<f32>,
    token: Option<(i64, i64, ByteArray)>,
    canonical: Option<ByteArray>,
    source: Option<ByteArray>,
    group: Option<i32>,
}

/// Writes a table.
pub struct ParquetWriter<W: Write + Send> {
    /// Where it goes, until the first row group is written.
    out: Option<W>,
    file: Option<SerializedFileWriter<W>>,
    /// Where pages are packed here and not by the crate.
    packing: Option<Arc<Packing>>,
    options: WriteOptions,
    rows: Vec<Row>,
    bytes: usize,
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W, options: WriteOptions) -> Self {
        ParquetWriter { out: Some(out), file: None, packing: None, options, rows: Vec::new(), bytes: 0 }
    }

    fn push(&mut self, row: Row, bytes: usize) -> Result<(), Error> {
        self.rows.push(row);
        self.bytes += bytes + size_of::<Row>();
        if self.bytes >= GROUP_BYTES { self.group().map_err(wrong) } else { Ok(()) }
    }

    fn file(&mut self) -> Result<&mut SerializedFileWriter<W>, ParquetError> {
        if let Some(out) = self.out.take() {
            let unit = KeyValue::new(OFFSET_UNIT.to_owned(), self.options.unit.name().to_owned());
            let compression = match self.options.codec {
                Codec::Snappy => Compression::SNAPPY,
                // Pages are packed behind the crate's back.
                Codec::Zstd => Compression::UNCOMPRESSED,
            };
            let properties = WriterProperties::builder()
                .set_compression(compression)
                .set_created_by(concat!("alam ", env!("CARGO_PKG_VERSION")).to_owned())
                .set_key_value_metadata(Some(vec![unit]))
                .build();
            let (schema, properties) = (Arc::new(parse_message_type(SCHEMA)?), Arc::new(properties));
            self.packing = (self.options.codec == Codec::Zstd).then(|| {
                let (schema, properties) = (SchemaDescriptor::new(schema.clone()), properties.clone());
                let codec = Compression::ZSTD(ZstdLevel::default());
                Arc::new(Packing { schema, properties, codec, pack: zstd })
            });
            self.file = Some(SerializedFileWriter::new(out, schema, properties)?);
        }
        self.file.as_mut().ok_or_else(|| ParquetError::General("writing did not begin".into()))
    }

    /// Writes what is gathered.
    fn group(&mut self) -> Result<(), ParquetError> {
        let rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        self.file()?;
        let packing = self.packing.clone();
        let mut group = Group { rows: &rows, packing, next: 0, group: self.file()?.next_row_group()? };
        group.plain(|row| Some(row.id.clone()), Presence::Required)?;
        group.plain(|row| row.date.clone(), Presence::Optional)?;
        group.plain(|row| row.text.clone(), Presence::Optional)?;
        group.nested::<Int64Type>(|name| Some(name.start), Presence::Required)?;
        group.nested::<Int64Type>(|name| Some(name.end), Presence::Required)?;
        group.nested::<ByteArrayType>(|name| Some(name.label.clone()), Presence::Required)?;
        group.nested::<ByteArrayType>(|name| Some(name.text.clone()), Presence::Required)?;
        group.nested::<FloatType>(|name| name.score, Presence::Optional)?;
        group.nested::<Int64Type>(|name| Some(name.token.as_ref()?.0), Presence::Optional)?;
        group.nested::<Int64Type>(|name| Some(name.token.as_ref()?.1), Presence::Optional)?;
        group.nested::<ByteArrayType>(|name| Some(name.token.as_ref()?.2.clone()), Presence::Optional)?;
        group.nested::<ByteArrayType>(|name| name.canonical.clone(), Presence::Optional)?;
        group.nested::<ByteArrayType>(|name| name.source.clone(), Presence::Optional)?;
        group.nested::<Int32Type>(|name| name.group, Presence::Optional)?;
        group.plain(|row| row.error.clone(), Presence::Optional)?;
        group.group.close()?;
        Ok(())
    }
}

/// Whether a column may be without a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Required,
    Optional,
}

/// A row group whose columns are written one behind the other.
struct Group<'a, W: Write> {
    rows: &'a [Row],
    packing: Option<Arc<Packing>>,
    /// The number of the next column.
    next: usize,
    group: SerializedRowGroupWriter<'a, W>,
}

impl<W: Write + Send> Group<'_, W> {
    /// A column of its own; a level of 1 says that there is a value.
    fn plain(&mut self, of: impl Fn(&Row) -> Option<ByteArray>, presence: Presence) -> Result<(), ParquetError> {
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        for row in self.rows {
            let value = of(row);
            levels.push(i16::from(value.is_some()));
            values.extend(value);
        }
        let levels = (presence == Presence::Optional).then_some(levels);
        self.column::<ByteArrayType>(&values, levels.as_deref(), None)
    }

    /// A column inside the list. Levels are 0 where there is no list, 1 where it is empty, 2 for a name, one more for an
    /// optional value that is there; a repetition of 1 is a further name of the same list.
    fn nested<T: DataType>(
        &mut self,
        of: impl Fn(&Name) -> Option<T::T>,
        presence: Presence,
    ) -> Result<(), ParquetError> {
        let (mut values, mut levels, mut repetitions) = (Vec::new(), Vec::new(), Vec::new());
        for row in self.rows {
            let names = row.names.as_deref().unwrap_or_default();
            if names.is_empty() {
                levels.push(i16::from(row.names.is_some()));
                repetitions.push(0);
            }
            for (index, name) in names.iter().enumerate() {
                let value = of(name);
                levels.push(2 + i16::from(presence == Presence::Optional && value.is_some()));
                repetitions.push(i16::from(index > 0));
                values.extend(value);
            }
        }
        self.column::<T>(&values, Some(&levels), Some(&repetitions))
    }

    fn column<T: DataType>(
        &mut self,
        values: &[T::T],
        levels: Option<&[i16]>,
        repetitions: Option<&[i16]>,
    ) -> Result<(), ParquetError> {
        if let Some(packing) = &self.packing {
            let (bytes, written) = packing.column(self.next, Column::<T> { values, levels, repetitions })?;
            self.next += 1;
            return self.group.append_column(&bytes, written);
        }
        let none = || ParquetError::General("a column more than the schema has".into());
        let mut column = self.group.next_column()?.ok_or_else(none)?;
        column.typed::<T>().write_batch(values, levels, repetitions)?;
        column.close()
    }
}

impl<W: Write + Send> Writer for ParquetWriter<W> {
    fn write(&mut self, document: &Document) -> Result<(), Error> {
        let text = &document.text;
        let map = Offsets::new(text, self.options.unit);
        let place = |byte: usize| map.of_byte(byte) as i64;
        let mut bytes = document.id.len();
        let names = document.entities.iter().map(|e| {
            bytes += size_of::<Name>() + e.token_span.of(text).len() * 2;
            Name {
                start: place(e.span.start()),
                end: place(e.span.end()),
                label: (*e.label).into(),
                text: e.span.of(text).into(),
                score: e.score,
                token: (e.token_span != e.span).then(|| {
                    let token = e.token_span;
                    (place(token.start()), place(token.end()), token.of(text).into())
                }),
                canonical: e.canonical.as_deref().map(ByteArray::from),
                source: (e.found_by == FoundBy::Gazetteer).then(|| jsonl::GAZETTEER.into()),
                group: e.group.and_then(|group| group.try_into().ok()),
            }
        });
        let names = Some(names.collect());
        let text = (self.options.text == jsonl::Text::With).then(|| ByteArray::from(text.as_str()));
        bytes += text.as_ref().map_or(0, ByteArray::len);
        let row = Row {
            id: document.id.as_str().into(),
            date: document.date.as_deref().map(ByteArray::from),
            text,
            names,
            error: None,
        };
        self.push(row, bytes)
    }

    fn write_record(&mut self, record: &Record) -> Result<(), Error> {
        record.fits(self.options.unit)?;
        let mut bytes = record.id.len();
        let names = record.entities.iter().map(|mention| {
            let text = record.letters(mention)?;
            bytes += size_of::<Name>() + text.len() * 2;
            Ok(Name {
                start: mention.start as i64,
                end: mention.end as i64,
                label: mention.label.as_str().into(),
                text: text.into(),
                score: mention.score,
                token: mention.words().map(|(start, end, text)| (start as i64, end as i64, text.into())),
                canonical: mention.canonical.as_deref().map(ByteArray::from),
                source: (mention.found_by == FoundBy::Gazetteer).then(|| jsonl::GAZETTEER.into()),
                group: mention.group.and_then(|group| group.try_into().ok()),
            })
        });
        let names = Some(names.collect::<Result<Vec<Name>, Error>>()?);
        let date = record.date.as_deref().map(ByteArray::from);
        self.push(Row { id: record.id.as_str().into(), date, text: None, names, error: None }, bytes)
    }

    fn write_failed(&mut self, id: &str, message: &str) -> Result<(), Error> {
        let row = Row { id: id.into(), date: None, text: None, names: None, error: Some(message.into()) };
        self.push(row, id.len() + message.len())
    }

    /// A row group is the least that can be handed on, and small ones would make a poor table: only what is full goes.
    fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Error> {
        if !self.rows.is_empty() {
            self.group().map_err(wrong)?;
        }
        self.file().and_then(SerializedFileWriter::finish).map_err(wrong)?;
        self.file.as_mut().map_or(Ok(()), |file| file.inner_mut().flush()).map_err(write_error)
    }
}

/// The system's own error where there is one: a full disk, a closed pipe.
fn wrong(error: ParquetError) -> Error {
    let error = match error {
        ParquetError::External(source) => match source.downcast::<std::io::Error>() {
            Ok(error) => return write_error(*error),
            Err(source) => ParquetError::External(source),
        },
        other => other,
    };
    write_error(std::io::Error::other(error))
}
