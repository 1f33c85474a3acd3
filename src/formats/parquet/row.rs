//! A row as the JSON object that would say the same.

use crate::formats::jsonl::field;
use parquet::record::{Field, Row};
use serde_json::{Map, Value};

/// What the metadata calls the unit that `start` and `end` count.
pub(super) const OFFSET_UNIT: &str = "offset_unit";

/// The columns by name.
pub(super) fn object(row: Row) -> Result<Map<String, Value>, String> {
    let column = |(name, field): (String, Field)| match value(field) {
        Ok(value) => Ok((name, value)),
        Err(message) => Err(format!("column `{name}`: {message}")),
    };
    row.into_columns().into_iter().map(column).collect()
}

/// What a column says of a row's own name.
pub(super) fn id(row: &Row, path: &str) -> Option<String> {
    let named = |column: &str| row.get_column_iter().find(|(name, _)| *name == column).map(|(_, field)| field);
    let inside = |(column, rest)| if let Field::Group(row) = named(column)? { id(row, rest) } else { None };
    let Some(field) = named(path) else { return field::ends(path).find_map(inside) };
    match field {
        Field::Str(id) => Some(id.clone()),
        Field::Bytes(bytes) => text(bytes.data()).ok(),
        Field::Int(id) => Some(id.to_string()),
        Field::Long(id) => Some(id.to_string()),
        _ => None,
    }
}

/// Bytes that its columns have, numbers as they are held.
pub(super) fn bytes(row: &Row) -> usize {
    row.get_column_iter().map(|(_, field)| bytes_of(field)).sum()
}

fn bytes_of(field: &Field) -> usize {
    match field {
        Field::Str(text) => text.len(),
        Field::Bytes(bytes) => bytes.len(),
        Field::Group(row) => bytes(row),
        Field::ListInternal(list) => list.elements().iter().map(bytes_of).sum(),
        Field::Null => 0,
        _ => size_of::<u64>(),
    }
}

/// Numbers, strings and what is made of them; a moment of a kind that JSON has no word for is what the format's own
/// documents write, `2024-05-01`.
fn value(field: Field) -> Result<Value, String> {
    Ok(match field {
        Field::Null => Value::Null,
        Field::Bool(value) => value.into(),
        Field::Byte(number) => number.into(),
        Field::Short(number) => number.into(),
        Field::Int(number) => number.into(),
        Field::Long(number) => number.into(),
        Field::UByte(number) => number.into(),
        Field::UShort(number) => number.into(),
        Field::UInt(number) => number.into(),
        Field::ULong(number) => number.into(),
        Field::Float(number) => number.into(),
        Field::Double(number) => number.into(),
        Field::Float16(number) => number.to_f32().into(),
        Field::Str(text) => text.into(),
        Field::Bytes(bytes) => text(bytes.data())?.into(),
        Field::Group(row) => object(row)?.into(),
        Field::ListInternal(list) => {
            list.elements().iter().cloned().map(value).collect::<Result<Vec<Value>, String>>()?.into()
        }
        Field::MapInternal(_) => Value::Null,
        other @ (Field::Date(_)
        | Field::Decimal(_)
        | Field::TimeMillis(_)
        | Field::TimeMicros(_)
        | Field::TimestampMillis(_)
        | Field::TimestampMicros(_)) => other.to_string().into(),
    })
}

/// Bytes of a column as text.
pub(super) fn text(bytes: &[u8]) -> Result<String, String> {
    crate::formats::input::utf8(bytes.to_vec())
}
