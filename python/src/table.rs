//! Columns of texts in, columns of names out, as Arrow hands them over: no text becomes a Python object.

use crate::finder::Finder;
use crate::name::Name;
use alam::document::Document;
use arrow_array::builder::{ArrayBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder, StructBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, FieldRef, Fields};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3_arrow::{PyChunkedArray, PyField};
use std::sync::Arc;

/// Bytes of text whose names stand in one chunk at most, unless one text has more: places in a chunk's letters are 32 bits wide.
const CHUNK: usize = 1 << 30;

/// What a name is in a column: the attributes of `Name`, offsets in code points.
fn fields() -> Fields {
    Fields::from(vec![
        Field::new("text", DataType::Utf8, false),
        Field::new("label", DataType::Utf8, false),
        Field::new("start", DataType::Int64, false),
        Field::new("end", DataType::Int64, false),
        Field::new("score", DataType::Float64, true),
        Field::new("canonical", DataType::Utf8, false),
        Field::new("token", DataType::Utf8, false),
        Field::new("token_start", DataType::Int64, false),
        Field::new("token_end", DataType::Int64, false),
        Field::new("group", DataType::Int64, true),
        Field::new("source", DataType::Utf8, false),
    ])
}

/// A column's element.
fn item() -> FieldRef {
    Arc::new(Field::new("item", DataType::Struct(fields()), false))
}

/// The column of names.
fn column() -> FieldRef {
    Arc::new(Field::new("names", DataType::List(item()), true))
}

/// The Arrow field of a column of names, for whoever has to say its type before there are any.
#[pyfunction]
pub(crate) fn names_field() -> PyField {
    PyField::new(column())
}

/// The names of each text of a column, null where that is null.
pub(crate) fn tag(py: Python<'_>, finder: &Finder, texts: &PyChunkedArray) -> PyResult<PyChunkedArray> {
    let mut chunks: Vec<ArrayRef> = Vec::new();
    for chunk in texts.chunks() {
        let mut names = Names::new();
        let mut texts = self::texts(chunk)?.peekable();
        while texts.peek().is_some() {
            let mut rows = Rows::default();
            while rows.bytes < finder.bytes_at_once()
                && let Some(text) = texts.next()
            {
                rows.push(text);
            }
            finder.tag(py, &mut rows.documents)?;
            py.detach(|| names.append(&rows))?;
            if names.bytes >= CHUNK {
                chunks.push(std::mem::replace(&mut names, Names::new()).finish());
            }
        }
        chunks.push(names.finish());
    }
    PyChunkedArray::try_new(chunks, column())
}

/// The texts of a chunk.
fn texts(chunk: &ArrayRef) -> PyResult<Box<dyn Iterator<Item = Option<&str>> + Send + '_>> {
    match chunk.data_type() {
        DataType::Utf8 => Ok(Box::new(chunk.as_string::<i32>().iter())),
        DataType::LargeUtf8 => Ok(Box::new(chunk.as_string::<i64>().iter())),
        DataType::Utf8View => Ok(Box::new(chunk.as_string_view().iter())),
        DataType::Null => Ok(Box::new(std::iter::repeat_n(None, chunk.len()))),
        other => Err(PyTypeError::new_err(format!("text: wanted a column of strings, found {other}"))),
    }
}

/// Some rows that are tagged together.
#[derive(Default)]
struct Rows {
    /// One a row; an empty one where there is no text.
    documents: Vec<Document>,
    is_null: Vec<bool>,
    bytes: usize,
}

impl Rows {
    fn push(&mut self, text: Option<&str>) {
        self.is_null.push(text.is_none());
        let document = Document { text: text.unwrap_or_default().to_owned(), ..Document::default() };
        self.bytes += Finder::cost(&document);
        self.documents.push(document);
    }
}

/// A chunk of names in the making.
struct Names {
    lists: ListBuilder<StructBuilder>,
    /// Bytes of the texts that they are the names of.
    bytes: usize,
}

impl Names {
    fn new() -> Names {
        let lists = ListBuilder::new(StructBuilder::from_fields(fields(), 0)).with_field(item());
        Names { lists, bytes: 0 }
    }

    fn append(&mut self, rows: &Rows) -> PyResult<()> {
        self.bytes += rows.bytes;
        for (document, &is_null) in rows.documents.iter().zip(&rows.is_null) {
            for name in Name::all_of(document) {
                Row { columns: self.lists.values(), next: 0 }.fill(&name)?;
                self.lists.values().append(true);
            }
            self.lists.append(!is_null);
        }
        Ok(())
    }

    fn finish(mut self) -> ArrayRef {
        Arc::new(self.lists.finish())
    }
}

/// The columns of a name, filled one behind the other in the order of [`fields`].
struct Row<'a> {
    columns: &'a mut StructBuilder,
    next: usize,
}

impl Row<'_> {
    fn fill(mut self, name: &Name) -> PyResult<()> {
        self.text(&name.text)?;
        self.text(&name.label)?;
        self.number(Some(name.start))?;
        self.number(Some(name.end))?;
        self.append(|column: &mut Float64Builder| column.append_option(name.score))?;
        self.text(&name.canonical)?;
        self.text(&name.token)?;
        self.number(Some(name.token_start))?;
        self.number(Some(name.token_end))?;
        self.number(name.group)?;
        self.text(name.source)
    }

    fn append<B: ArrayBuilder>(&mut self, append: impl FnOnce(&mut B)) -> PyResult<()> {
        let column = self.columns.field_builder::<B>(self.next);
        self.next += 1;
        column.map(append).ok_or_else(|| PyTypeError::new_err("this is a bug: a column is of another type"))
    }

    fn text(&mut self, value: &str) -> PyResult<()> {
        self.append(|column: &mut StringBuilder| column.append_value(value))
    }

    fn number(&mut self, value: Option<impl TryInto<i64>>) -> PyResult<()> {
        let value = value.map(|value| value.try_into().unwrap_or(i64::MAX));
        self.append(|column: &mut Int64Builder| column.append_option(value))
    }
}
