//! Rows of a table by RFC 4180, as `csv_core` parts them; of one that is too long, nothing is held.
//!
//! The reader of the `csv` crate gathers a row whole, however long: one quote that is never closed is the rest of the file.

use crate::formats::input::Longest;
use csv_core::ReadRecordResult;
use std::io::{self, BufRead, Chain, Cursor, Read};

/// Bytes and fields that are taken from a row at once.
const BYTES: usize = 1 << 13;
const FIELDS: usize = 1 << 9;

/// A table, open.
pub(super) struct Rows<R> {
    source: Chain<Cursor<Vec<u8>>, R>,
    parser: csv_core::Reader,
    longest: Longest,
    bytes: Box<[u8; BYTES]>,
    ends: Box<[usize; FIELDS]>,
}

/// A row, its fields without their quotes.
pub(super) struct Row {
    /// The line that it begins on, from 1.
    pub(super) line: u64,
    /// Its fields one behind the other, and where each ends; `None` where it is longer than rows may be.
    fields: Option<(Vec<u8>, Vec<usize>)>,
}

impl Row {
    /// Number of fields; `None` where the row is longer than rows may be.
    pub(super) fn width(&self) -> Option<usize> {
        self.fields.as_ref().map(|(_, ends)| ends.len())
    }

    /// A field; nothing where there is none.
    pub(super) fn field(&self, index: usize) -> &[u8] {
        let Some((bytes, ends)) = &self.fields else { return &[] };
        let begin = index.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied());
        let stretch = begin.zip(ends.get(index).copied());
        stretch.and_then(|(begin, end)| bytes.get(begin..end)).unwrap_or_default()
    }

    /// Its fields in order.
    pub(super) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.width().unwrap_or(0)).map(|index| self.field(index))
    }
}

impl<R: BufRead> Rows<R> {
    /// Reads rows whose fields, with a separator between each two, have so many bytes at most.
    pub(super) fn new(mut source: R, separator: u8, longest: Longest) -> io::Result<Self> {
        let parser = csv_core::ReaderBuilder::new().delimiter(separator).build();
        // To the parser a first piece that is a byte order mark and no more is the end: it is given one byte with it.
        let mut first = Vec::new();
        source.by_ref().take(4).read_to_end(&mut first)?;
        let source = Cursor::new(first).chain(source);
        Ok(Rows { source, parser, longest, bytes: Box::new([0; BYTES]), ends: Box::new([0; FIELDS]) })
    }

    /// The next row; `None` at the end of the table.
    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        let mut fields = Some((Vec::new(), Vec::new()));
        // Line feeds that have been read, but do not part rows.
        let mut within = 0;
        loop {
            let input = self.source.fill_buf()?;
            let (result, read, written, ended) =
                self.parser.read_record(input, &mut self.bytes[..], &mut self.ends[..]);
            let behind = u64::from(input[..read].last() == Some(&b'\n'));
            self.source.consume(read);
            within += self.bytes[..written].iter().filter(|byte| **byte == b'\n').count() as u64;
            fields = fields.and_then(|(mut bytes, mut ends)| {
                let separators = (ends.len() + ended).saturating_sub(1);
                self.longest.holds(bytes.len() + written + separators).then(|| {
                    bytes.extend_from_slice(&self.bytes[..written]);
                    ends.extend_from_slice(&self.ends[..ended]);
                    (bytes, ends)
                })
            });
            match result {
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::Record => {
                    return Ok(Some(Row { line: self.parser.line() - behind - within, fields }));
                }
                ReadRecordResult::InputEmpty | ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    fn rows(bytes: &[u8], longest: Longest, room: usize) -> Vec<Row> {
        let mut rows = Rows::new(BufReader::with_capacity(room, bytes), b',', longest).unwrap();
        std::iter::from_fn(|| rows.next().unwrap()).collect()
    }

    #[test]
    fn a_row_is_called_by_the_line_it_begins_on_whatever_ends_lines() {
        let lines =
            |bytes: &str| rows(bytes.as_bytes(), Longest::default(), 7).iter().map(|r| r.line).collect::<Vec<_>>();
        assert_eq!(lines("a,b\n\"x\ny\",1\n\n\nc\nd"), [1, 2, 6, 7]);
        assert_eq!(lines("a,b\r\n\"x\r\ny\",1\r\n\r\n\r\nc\r\nd"), [1, 2, 6, 7]);
        assert_eq!(lines("\n\na"), [3]);
    }

    #[test]
    fn a_row_is_too_long_by_its_fields_and_separators_alone() {
        let table = b"abc,\"d\"\"\"\nabc,de\r\n\"abc,def\"\nx\n,,,,,,\n\"abc\n\nunclosed";
        let found = rows(table, Longest(6), 5);
        let widths: Vec<_> = found.iter().map(|row| (row.line, row.width())).collect();
        assert_eq!(widths, [(1, Some(2)), (2, Some(2)), (3, None), (4, Some(1)), (5, Some(7)), (6, None)]);
        assert_eq!(found[0].fields().collect::<Vec<_>>(), [&b"abc"[..], b"d\""]);
    }

    proptest! {
        /// The reader of the `csv` crate is the definition.
        #[test]
        fn rows_are_those_of_the_csv_crate(
            text in "(\u{FEFF})?[a,\" \r\né]{0,60}", room in 1usize..20, longest in 0u64..12,
        ) {
            let mut builder = csv::ReaderBuilder::new();
            let reader = builder.has_headers(false).flexible(true).from_reader(text.as_bytes());
            let wanted: Vec<Vec<String>> = reader.into_records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
            let found = rows(text.as_bytes(), Longest(longest), room);
            prop_assert_eq!(found.len(), wanted.len());
            for (found, wanted) in found.iter().zip(&wanted) {
                let bytes = wanted.iter().map(String::len).sum::<usize>() + wanted.len() - 1;
                prop_assert_eq!(found.width(), (bytes as u64 <= longest).then_some(wanted.len()));
                prop_assert!(found.width().is_none() || found.fields().eq(wanted.iter().map(String::as_bytes)));
            }
        }
    }
}
