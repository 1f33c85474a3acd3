//! How tables are written, as typed and as meant.

use super::values::named;
use crate::cli::outcome::Failure;
use crate::formats::csv::{Cells, Mark};
use crate::formats::{Codec, OffsetUnit, OutputFormat, WriteOptions, jsonl};
use clap::Args;
use clap::builder::{BoolishValueParser, FalseyValueParser, TypedValueParser};

/// How tables are written.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Tables")]
pub(crate) struct TableArgs {
    /// Put an apostrophe before cells of CSV that begin with = + - @, a tab or a carriage return, which spreadsheets would run
    /// as formulas; `stats` does so unless told =false
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", env = "ALAM_CSV_SAFE", value_parser = BoolishValueParser::new())]
    csv_safe: Option<bool>,
    /// Begin CSV with a byte order mark, by which Excel knows UTF-8
    #[arg(long, env = "ALAM_BOM", value_parser = FalseyValueParser::new())]
    bom: bool,
    /// How Parquet is compressed: snappy, which every reader knows, or zstd
    #[arg(long, value_name = "CODEC", default_value = "snappy", env = "ALAM_PARQUET_CODEC", value_parser = codecs())]
    parquet_codec: Codec,
}

impl TableArgs {
    /// How cells are written, if nothing was said so.
    pub(crate) fn cells(self, otherwise: Cells) -> Cells {
        match self.csv_safe {
            Some(true) => Cells::Safe,
            Some(false) => Cells::AsTheyAre,
            None => otherwise,
        }
    }

    /// How documents are written in a format.
    ///
    /// # Errors
    /// A unit of positions that is not the format's.
    pub(crate) fn options(
        self,
        format: OutputFormat,
        unit: OffsetUnit,
        text: jsonl::Text,
        otherwise: Cells,
    ) -> Result<WriteOptions, Failure> {
        if let Some(wanted) = format.unit().filter(|wanted| *wanted != unit) {
            let (format, wanted, found) = (format.name(), wanted.name(), unit.name());
            return Err(Failure::usage(format!(
                "--offset-unit: wanted {wanted} with --format {format}, whose positions are so, found {found}"
            )));
        }
        let mark = if self.bom { Mark::With } else { Mark::Without };
        Ok(WriteOptions { unit, text, cells: self.cells(otherwise), mark, codec: self.parquet_codec })
    }
}

fn codecs() -> impl TypedValueParser<Value = Codec> {
    named(Codec::ALL)
}
