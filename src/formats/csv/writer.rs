//! Names as the rows of a table.

use crate::Error;
use crate::document::Document;
use crate::formats::jsonl::{Record, rounded};
use crate::formats::offsets::Offsets;
use crate::formats::{WriteOptions, Writer, write_error};
use std::io::Write;

/// Writes rows by RFC 4180, behind a row with the names of the columns.
pub struct CsvWriter<W: Write> {
    out: csv::Writer<W>,
    options: WriteOptions,
    headed: bool,
}

impl<W: Write> CsvWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W, options: WriteOptions) -> Self {
        CsvWriter { out: csv::Writer::from_writer(out), options, headed: false }
    }

    fn row(&mut self, fields: [&str; 6]) -> Result<(), Error> {
        let cells = self.options.cells;
        self.out.write_record(fields.map(|field| cells.shown(field).into_owned())).map_err(|e| write_error(e.into()))
    }

    fn head(&mut self) -> Result<(), Error> {
        if self.headed {
            return Ok(());
        }
        self.headed = true;
        let id = format!("{}id", self.options.mark.as_str());
        self.row([&id, "start", "end", "label", "text", "score"])
    }
}

impl<W: Write> Writer for CsvWriter<W> {
    fn write(&mut self, document: &Document) -> Result<(), Error> {
        self.head()?;
        let map = Offsets::new(&document.text, self.options.unit);
        for entity in &document.entities {
            let start = map.of_byte(entity.span.start()).to_string();
            let end = map.of_byte(entity.span.end()).to_string();
            let score = entity.score.map_or(String::new(), |s| rounded(s).to_string());
            self.row([&document.id, &start, &end, &entity.label, entity.span.of(&document.text), &score])?;
        }
        Ok(())
    }

    fn write_record(&mut self, record: &Record) -> Result<(), Error> {
        self.head()?;
        record.fits(self.options.unit)?;
        let letters = record.entities.iter().map(|mention| record.letters(mention));
        for (mention, letters) in record.entities.iter().zip(letters.collect::<Result<Vec<&str>, Error>>()?) {
            let (start, end) = (mention.start.to_string(), mention.end.to_string());
            let score = mention.score.map_or(String::new(), |s| rounded(s).to_string());
            self.row([&record.id, &start, &end, &mention.label, letters, &score])?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.out.flush().map_err(write_error)
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.head()?;
        self.flush()
    }
}
