//! Columns of texts in, columns of names out, as Arrow hands them over: no text becomes a Python object.

use crate::finder::Finder;
use alam::document::{Document, FoundBy};
use alam::formats::jsonl::rounded;
use alam::formats::offsets::{OffsetUnit, Offsets};
use arrow_array::builder::{
    ArrayBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder, StructBuilder, UInt32Builder,
};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, Fields};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3_arrow::PyChunkedArray;
use std::sync::Arc;

/// What a name is in a column.
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
        Field::new("group", DataType::UInt32, true),
        Field::new("source", DataType::Utf8, false),
    ])
}

/// The names of each text of a column, null where that is null.
pub(crate) fn tag(py: Python<'_>, finder: &Finder, texts: &PyChunkedArray) -> PyResult<PyChunkedArray> {
    let mut chunks: Vec<ArrayRef> = Vec::new();
    for chunk in texts.chunks() {
        let mut documents = documents(chunk)?;
        finder.tag(py, &mut documents)?;
        chunks.push(py.detach(|| names(chunk, &documents))?);
    }
    let item = Field::new("item", DataType::Struct(fields()), false);
    let field = Field::new("names", DataType::List(Arc::new(item)), true);
    PyChunkedArray::try_new(chunks, Arc::new(field))
}

/// The texts of a chunk; a null is an empty one.
fn documents(chunk: &ArrayRef) -> PyResult<Vec<Document>> {
    let document = |text: Option<&str>| Document { text: text.unwrap_or_default().to_owned(), ..Document::default() };
    match chunk.data_type() {
        DataType::Utf8 => Ok(chunk.as_string::<i32>().iter().map(document).collect()),
        DataType::LargeUtf8 => Ok(chunk.as_string::<i64>().iter().map(document).collect()),
        DataType::Utf8View => Ok(chunk.as_string_view().iter().map(document).collect()),
        DataType::Null => Ok(vec![Document::default(); chunk.len()]),
        other => Err(PyTypeError::new_err(format!("text: wanted a column of strings, found {other}"))),
    }
}

/// The names of the texts of a chunk.
fn names(chunk: &ArrayRef, documents: &[Document]) -> PyResult<ArrayRef> {
    let mut list = ListBuilder::new(StructBuilder::from_fields(fields(), documents.len())).with_field(Field::new(
        "item",
        DataType::Struct(fields()),
        false,
    ));
    for (row, document) in documents.iter().enumerate() {
        if chunk.is_null(row) || *chunk.data_type() == DataType::Null {
            list.append_null();
            continue;
        }
        let text = &document.text;
        let offsets = Offsets::new(text, OffsetUnit::Char);
        let place = |byte: usize| i64::try_from(offsets.of_byte(byte)).unwrap_or(i64::MAX);
        for name in &document.entities {
            let row = list.values();
            let letters = name.span.of(text);
            let mut columns = Columns { row, next: 0 };
            columns.text(letters)?;
            columns.text(&name.label)?;
            columns.append(|column: &mut Int64Builder| column.append_value(place(name.span.start())))?;
            columns.append(|column: &mut Int64Builder| column.append_value(place(name.span.end())))?;
            columns.append(|column: &mut Float64Builder| column.append_option(name.score.map(rounded)))?;
            columns.text(name.canonical.as_deref().unwrap_or(letters))?;
            columns.text(name.token_span.of(text))?;
            columns.append(|column: &mut Int64Builder| column.append_value(place(name.token_span.start())))?;
            columns.append(|column: &mut Int64Builder| column.append_value(place(name.token_span.end())))?;
            columns.append(|column: &mut UInt32Builder| column.append_option(name.group))?;
            columns.text(if name.found_by == FoundBy::Gazetteer { "gazetteer" } else { "model" })?;
            list.values().append(true);
        }
        list.append(true);
    }
    Ok(Arc::new(list.finish()))
}

/// The columns of a name, filled one behind the other.
struct Columns<'a> {
    row: &'a mut StructBuilder,
    next: usize,
}

impl Columns<'_> {
    fn append<B: ArrayBuilder>(&mut self, append: impl FnOnce(&mut B)) -> PyResult<()> {
        let column = self.row.field_builder::<B>(self.next);
        self.next += 1;
        column.map(append).ok_or_else(|| PyTypeError::new_err("this is a bug: a column is of another type"))
    }

    fn text(&mut self, value: &str) -> PyResult<()> {
        self.append(|column: &mut StringBuilder| column.append_value(value))
    }
}
