//! Rows of a table by RFC 4180; of one that is too long, nothing is held.
//!
//! A quote that never closes would swallow every row behind it, and one that closes at the next stray quote would make one row
//! of many. Both break the rule of the format: a quoted field ends with its closing quote. Such a row is a broken record, and
//! reading goes on at the line behind the one that it begins on, so that no other row is lost by it.

use crate::formats::input::Longest;
use std::io::{self, BufRead};

/// A table, open.
pub(super) struct Rows<R> {
    source: R,
    separator: u8,
    longest: Longest,
    /// Bytes to be read again, before those of the source, and where they are being read.
    again: Vec<u8>,
    at: usize,
    /// The line of the next byte, from 1.
    line: u64,
}

/// A row, its fields without their quotes.
pub(super) struct Row {
    /// The line that it begins on, from 1.
    pub(super) line: u64,
    fields: Result<Fields, Broken>,
}

/// Fields one behind the other, and where each ends.
#[derive(Debug, Default)]
struct Fields {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// Why a row has no fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// It is longer than rows may be.
    Long,
    /// Longer than rows may be, and its quote is open at the end of the file: so many lines were in it.
    LongAndOpen(u64),
    /// The end of the file stands inside a quote.
    Open,
    /// There is something between a closing quote and the end of its field, on this line.
    Behind(u64),
}

impl Row {
    /// Number of fields.
    pub(super) fn width(&self) -> Result<usize, Broken> {
        self.fields.as_ref().map(|fields| fields.ends.len()).map_err(|broken| *broken)
    }

    /// A field; nothing where there is none.
    pub(super) fn field(&self, index: usize) -> &[u8] {
        let Ok(Fields { bytes, ends }) = &self.fields else { return &[] };
        let begin = index.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied());
        let stretch = begin.zip(ends.get(index).copied());
        stretch.and_then(|(begin, end)| bytes.get(begin..end)).unwrap_or_default()
    }

    /// Its fields in order.
    pub(super) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.width().unwrap_or(0)).map(|index| self.field(index))
    }
}

/// Where in a row the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before its first byte: ends of lines are passed over.
    Before,
    /// At the first byte of a field.
    Begin,
    /// In a field without quotes; a quote is a letter there.
    Plain,
    Quoted,
    /// Behind a quote of a quoted field: it closes, unless it is doubled.
    Quote,
}

/// What a byte did.
enum Step {
    On,
    /// The row ends before this byte.
    End,
    /// The row is broken at this byte.
    Stray,
}

/// A row being read.
struct Reading {
    state: State,
    fields: Fields,
    /// All its bytes, until it is too long.
    raw: Vec<u8>,
    long: bool,
    begin: u64,
    /// Whether some of it comes from the source, and not from what is read again.
    fresh: bool,
}

impl Reading {
    fn at(begin: u64) -> Reading {
        let fields = Fields::default();
        Reading { state: State::Before, fields, raw: Vec::new(), long: false, begin, fresh: false }
    }

    fn step(&mut self, byte: u8, separator: u8) -> Step {
        let ends = byte == b'\n' || byte == b'\r';
        match self.state {
            State::Before if ends => return Step::On,
            State::Before | State::Begin | State::Plain if byte == separator => self.end_field(),
            State::Before | State::Begin if byte == b'"' => self.state = State::Quoted,
            State::Begin | State::Plain if ends => return Step::End,
            State::Before | State::Begin | State::Plain => self.put(byte, State::Plain),
            State::Quoted if byte == b'"' => self.state = State::Quote,
            State::Quoted => self.put(byte, State::Quoted),
            State::Quote if byte == b'"' => self.put(byte, State::Quoted),
            State::Quote if byte == separator => self.end_field(),
            State::Quote if ends => return Step::End,
            State::Quote => return Step::Stray,
        }
        Step::On
    }

    fn put(&mut self, byte: u8, state: State) {
        self.state = state;
        if !self.long {
            self.fields.bytes.push(byte);
        }
    }

    fn end_field(&mut self) {
        self.state = State::Begin;
        if !self.long {
            self.fields.ends.push(self.fields.bytes.len());
        }
    }

    /// Notes whether it is too long by now; then nothing of it is held.
    fn measure(&mut self, longest: Longest) {
        if !longest.holds(self.fields.bytes.len() + self.fields.ends.len()) {
            self.long = true;
            self.fields = Fields::default();
            self.raw = Vec::new();
        }
    }
}

impl<R: BufRead> Rows<R> {
    /// Reads rows whose fields, with a separator between each two, have so many bytes at most.
    pub(super) fn new(mut source: R, separator: u8, longest: Longest) -> io::Result<Self> {
        let mut again = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(&mut source, 3), &mut again)?;
        let at = if again == "\u{FEFF}".as_bytes() { 3 } else { 0 };
        Ok(Rows { source, separator, longest, again, at, line: 1 })
    }

    /// The next row; `None` at the end of the table.
    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        if self.at == self.again.len() {
            (self.again, self.at) = (Vec::new(), 0);
        }
        let mut row = Reading::at(self.line);
        loop {
            let input = match self.again.get(self.at..) {
                Some(left) if !left.is_empty() => left,
                _ => self.source.fill_buf()?,
            };
            if input.is_empty() {
                return Ok(self.end_of_table(row));
            }
            let mut read = 0;
            let mut stop = None;
            for &byte in input {
                match row.step(byte, self.separator) {
                    Step::On => {}
                    step => {
                        stop = Some(step);
                        break;
                    }
                }
                read += 1;
                self.line += u64::from(byte == b'\n');
                if row.state == State::Before {
                    row.begin = self.line;
                }
            }
            if !row.long && row.state != State::Before {
                // Ends of lines before its first byte are none of its own.
                let own = input[..read].iter().position(|b| !row.raw.is_empty() || !matches!(b, b'\n' | b'\r'));
                row.raw.extend_from_slice(&input[own.unwrap_or(read)..read]);
            }
            row.fresh |= self.at == self.again.len();
            self.consume(read);
            row.measure(self.longest);
            match stop {
                None => {}
                Some(Step::Stray) if row.long => {
                    self.skip_line()?;
                    return Ok(Some(Row { line: row.begin, fields: Err(Broken::Long) }));
                }
                Some(Step::Stray) => {
                    let (line, stray) = (row.begin, self.line);
                    if !self.again_from(row) {
                        self.skip_line()?;
                    }
                    return Ok(Some(Row { line, fields: Err(Broken::Behind(stray)) }));
                }
                Some(_) => return Ok(Some(self.whole(row))),
            }
        }
    }

    fn whole(&self, mut row: Reading) -> Row {
        row.end_field();
        // What follows the last separator counts, and the separator that nothing follows does not.
        let holds = self.longest.holds(row.fields.bytes.len() + row.fields.ends.len().saturating_sub(1));
        let fields = if row.long || !holds { Err(Broken::Long) } else { Ok(row.fields) };
        Row { line: row.begin, fields }
    }

    fn end_of_table(&mut self, row: Reading) -> Option<Row> {
        match row.state {
            State::Before => None,
            State::Quoted if row.long => {
                Some(Row { line: row.begin, fields: Err(Broken::LongAndOpen(self.line - row.begin + 1)) })
            }
            State::Quoted => {
                let line = row.begin;
                self.again_from(row);
                Some(Row { line, fields: Err(Broken::Open) })
            }
            _ => Some(self.whole(row)),
        }
    }

    /// Reads a broken row's bytes again, but for its first line; `false` where there is no other.
    fn again_from(&mut self, row: Reading) -> bool {
        let Reading { mut raw, fresh, .. } = row;
        let Some(end) = line_end(&raw) else { return false };
        let left = &raw[end + 1..];
        self.line -= left.iter().filter(|byte| **byte == b'\n').count() as u64;
        if fresh {
            raw.drain(..=end);
            (self.again, self.at) = (raw, 0);
        } else {
            self.at -= left.len();
        }
        true
    }

    fn consume(&mut self, bytes: usize) {
        if self.at < self.again.len() { self.at += bytes } else { self.source.consume(bytes) }
    }

    /// Passes over what is left of the line.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let input = match self.again.get(self.at..) {
                Some(left) if !left.is_empty() => left,
                _ => self.source.fill_buf()?,
            };
            let (length, end) = (input.len(), line_end(input));
            // What ends the line stays for the next row, which passes over it.
            self.consume(end.unwrap_or(length));
            if end.is_some() || length == 0 {
                return Ok(());
            }
        }
    }
}

/// Where the first line of some bytes ends, in either of the bytes that end lines.
fn line_end(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'))
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
        let wanted =
            [(1, Ok(2)), (2, Ok(2)), (3, Err(Broken::Long)), (4, Ok(1)), (5, Ok(7)), (6, Err(Broken::LongAndOpen(3)))];
        assert_eq!(widths, wanted);
        assert_eq!(found[0].fields().collect::<Vec<_>>(), [&b"abc"[..], b"d\""]);
    }

    /// Rows as text, broken ones by what is wrong with them.
    fn shown(table: &str, room: usize) -> Vec<String> {
        let show = |row: &Row| match row.width() {
            Ok(_) => row.fields().map(String::from_utf8_lossy).collect::<Vec<_>>().join("|"),
            Err(broken) => format!("{} {broken:?}", row.line),
        };
        rows(table.as_bytes(), Longest::default(), room).iter().map(show).collect()
    }

    #[test]
    fn a_quote_that_does_not_close_costs_its_own_row_and_no_other() {
        for room in [1, 4, 1000] {
            assert_eq!(shown("a,b\n1,\"x\n2,y\n3,z\n", room), ["a|b", "2 Open", "2|y", "3|z"]);
            // The next stray quote closes it: two rows would look like one.
            let stray = "1,\"x\n2,y\n3,\"z\n4,w\n";
            assert_eq!(shown(stray, room), ["1 Behind(3)", "2|y", "3 Open", "4|w"]);
            assert_eq!(shown(&stray.replace('\n', "\r"), room), ["1 Behind(1)", "2|y", "1 Open", "4|w"]);
            assert_eq!(shown("1,\"he said \"yes\" so\"\r\n2,\"\"\n\"", room), ["1 Behind(1)", "2|", "3 Open"]);
        }
    }

    proptest! {
        /// The reader of the `csv` crate is the definition, for tables that keep to the rule about quotes.
        #[test]
        fn rows_are_those_of_the_csv_crate(
            text in "(\u{FEFF})?[a,\" \r\né]{0,60}", room in 1usize..20, longest in 0u64..12,
        ) {
            let mut builder = csv::ReaderBuilder::new();
            let reader = builder.has_headers(false).flexible(true).from_reader(text.as_bytes());
            let wanted: Vec<Vec<String>> = reader.into_records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
            let broken = |row: &Row| matches!(row.width(), Err(Broken::Open | Broken::Behind(_)));
            prop_assume!(!rows(text.as_bytes(), Longest::default(), room).iter().any(broken));
            let found = rows(text.as_bytes(), Longest(longest), room);
            prop_assert_eq!(found.len(), wanted.len());
            for (found, wanted) in found.iter().zip(&wanted) {
                let bytes = wanted.iter().map(String::len).sum::<usize>() + wanted.len() - 1;
                prop_assert_eq!(found.width().ok(), (bytes as u64 <= longest).then_some(wanted.len()));
                prop_assert!(found.width().is_err() || found.fields().eq(wanted.iter().map(String::as_bytes)));
            }
        }

        /// However quotes stand, reading ends, and a line without any quote is a row or inside of one.
        #[test]
        fn no_table_is_read_for_ever(text in "[a,\"\r\n]{0,80}", room in 1usize..20, longest in 0u64..80) {
            let found = rows(text.as_bytes(), Longest(longest), room);
            prop_assert!(found.len() <= text.split(['\r', '\n']).count() + 1);
            prop_assert!(found.windows(2).all(|pair| pair[0].line <= pair[1].line));
        }
    }
}
