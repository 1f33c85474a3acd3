//! A row a name: `id,start,end,label,text,score`.

use super::jsonl::rounded;
use super::offsets::Offsets;
use super::{WriteOptions, Writer};
use crate::Error;
use crate::document::Document;
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
        self.out.write_record(fields).map_err(|e| super::write_error(e.into()))
    }

    fn head(&mut self) -> Result<(), Error> {
        if self.headed {
            return Ok(());
        }
        self.headed = true;
        self.row(["id", "start", "end", "label", "text", "score"])
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

    fn flush(&mut self) -> Result<(), Error> {
        self.out.flush().map_err(super::write_error)
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.head()?;
        self.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use proptest::prelude::*;

    fn written(documents: &[Document]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = CsvWriter::new(&mut bytes, WriteOptions::default());
        documents.iter().for_each(|d| writer.write(d).unwrap());
        writer.finish().unwrap();
        drop(writer);
        bytes
    }

    #[test]
    fn a_table_without_rows_has_its_head() {
        assert_eq!(written(&[]), b"id,start,end,label,text,score\n");
    }

    proptest! {
        #[test]
        fn rows_are_read_by_any_reader(document in samples::documents()) {
            let bytes = written(std::slice::from_ref(&document));
            let mut reader = csv::Reader::from_reader(&bytes[..]);
            let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(rows.len(), document.entities.len());
            let chars: Vec<char> = document.text.chars().collect();
            for (row, entity) in rows.iter().zip(&document.entities) {
                let (start, end) = (row[1].parse::<usize>().unwrap(), row[2].parse::<usize>().unwrap());
                prop_assert_eq!(&chars[start..end].iter().collect::<String>(), entity.span.of(&document.text));
                prop_assert_eq!(&row[4], entity.span.of(&document.text));
                prop_assert_eq!(&row[3], &*entity.label);
                prop_assert_eq!(row[5].parse::<f32>().unwrap(), entity.score.unwrap());
            }
        }
    }
}
