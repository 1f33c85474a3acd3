//! Values that several flags take.

use crate::formats::{InputFormat, OffsetUnit, OutputFormat};
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// What offsets count.
pub(crate) fn offset_units() -> impl TypedValueParser<Value = OffsetUnit> {
    PossibleValuesParser::new(OffsetUnit::ALL.map(OffsetUnit::name)).try_map(|name| name.parse::<OffsetUnit>())
}

/// What documents are read from.
pub(crate) fn input_formats() -> impl TypedValueParser<Value = InputFormat> {
    named(InputFormat::ALL)
}

/// What documents are written as.
pub(crate) fn output_formats() -> impl TypedValueParser<Value = OutputFormat> {
    named(OutputFormat::ALL)
}

/// Reads one of a closed set by its name.
pub(crate) fn named<T: Copy + Send + Sync + 'static>(
    all: &'static [(T, &'static str)],
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|(_, name)| *name)).try_map(move |typed| {
        let found = all.iter().find(|(_, name)| *name == typed);
        found.map(|(value, _)| *value).ok_or("no such format")
    })
}

/// A number from 0 to 1.
pub(crate) fn fraction(value: &str) -> Result<f64, String> {
    match value.parse() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err("wanted a number from 0 to 1".into()),
    }
}
