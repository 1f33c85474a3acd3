//! Tables: read, a row is a document; written, a row is a name, `id,start,end,label,text,score`.

use super::jsonl::{self, rounded};
use super::offsets::Offsets;
use super::{Reader, WriteOptions, Writer, input};
use crate::Error;
use crate::document::Document;
use std::io::Write;
use std::path::Path;

/// What parts the columns of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// `.csv`
    Comma,
    /// `.tsv`
    Tab,
}

/// The documents of a table by RFC 4180 whose first row names the columns: of the JSON fields by the same names, those
/// with the id, the date and the text. A row without an id is called by the line that it begins on.
pub fn reader(path: &Path, separator: Separator, options: &jsonl::Options) -> Result<Reader, Error> {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(if separator == Separator::Tab { b'\t' } else { b',' });
    let mut rows = builder.from_reader(input::open(path)?);
    let name = path.display().to_string();
    let columns = Columns::of(&mut rows, options).map_err(|message| Error::record(&name, message))?;
    // Of a CR LF the crate takes the second half for the beginning of the next row; told by the row of names.
    let lag = columns.lines + 1 - rows.position().line();
    let mut ended = false;
    Ok(Box::new(std::iter::from_fn(move || {
        let mut row = csv::ByteRecord::new();
        let begin = rows.position().line();
        let read = if ended { return None } else { rows.read_byte_record(&mut row) };
        let line = row.position().map_or(begin, csv::Position::line) + lag;
        let place = format!("{name}:{line}");
        match read {
            Ok(false) => None,
            Ok(true) => Some(columns.document(&row, &place).map_err(|message| Error::record(place, message))),
            Err(error) => {
                // Behind a row that is too short or too long the next one stands; behind a fault of the disk nothing.
                ended = error.is_io_error();
                Some(Err(Error::record(place, wrong(&error))))
            }
        }
    })))
}

fn wrong(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("wanted {expected_len} columns as in the first row, found {len}")
        }
        csv::ErrorKind::Io(error) => format!("wanted to read on, found: {error}"),
        _ => format!("wanted a row, found: {error}"),
    }
}

/// Names of columns that an error tells.
const SHOWN: usize = 20;

/// Which columns matter.
struct Columns {
    /// Number of lines that their names take.
    lines: u64,
    text: usize,
    id: Option<usize>,
    date: Option<usize>,
}

impl Columns {
    fn of<R: std::io::Read>(rows: &mut csv::Reader<R>, options: &jsonl::Options) -> Result<Columns, String> {
        let head = rows.byte_headers().map_err(|e| wrong(&e))?;
        let find = |wanted: &str| head.iter().position(|name| name == wanted.as_bytes());
        let must = |wanted: &str| {
            let found: Vec<_> = head.iter().take(SHOWN).map(String::from_utf8_lossy).collect();
            find(wanted).ok_or_else(|| format!("wanted a column `{wanted}`, found {}", found.join(", ")))
        };
        let within = head.iter().flatten().filter(|byte| **byte == b'\n').count();
        Ok(Columns {
            lines: 1 + within as u64,
            text: must(&options.text_field)?,
            id: options.id_field.as_deref().map_or(Ok(find("id")), |field| must(field).map(Some))?,
            date: find(&options.date_field),
        })
    }

    fn document(&self, row: &csv::ByteRecord, place: &str) -> Result<Document, String> {
        let field = |column: usize| input::utf8(row.get(column).unwrap_or_default().to_vec());
        let given = |column: Option<usize>| column.map(field).transpose().map(|f| f.filter(|f| !f.is_empty()));
        Ok(Document {
            id: given(self.id)?.unwrap_or_else(|| place.to_owned()),
            date: given(self.date)?,
            text: field(self.text)?,
            ..Document::default()
        })
    }
}

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

    fn read(bytes: &[u8], separator: Separator, options: &jsonl::Options) -> Result<Vec<String>, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, bytes).unwrap();
        let clean = |text: String| text.replace(path.to_str().unwrap(), "a");
        let shown = |found: Result<Document, Error>| match found {
            Ok(d) => clean(format!("{}|{}|{}", d.id, d.date.unwrap_or_default(), d.text)),
            Err(error) => clean(error.to_string()),
        };
        Ok(reader(&path, separator, options)?.map(shown).collect())
    }

    #[test]
    fn rows_are_documents_whatever_is_quoted() {
        let table = "\u{FEFF}date,text,n\r\n2024-05-01,\"زار \"\"بوتين\"\",\r\nمصر\",1\r\n,,2\r\nx,y,3";
        let found = read(table.as_bytes(), Separator::Comma, &jsonl::Options::default()).unwrap();
        assert_eq!(found, ["a:2|2024-05-01|زار \"بوتين\",\r\nمصر", "a:4||", "a:5|x|y"]);
        let options = jsonl::Options { text_field: "b".into(), id_field: Some("a".into()), ..Default::default() };
        assert_eq!(read("a\tb\n7\tنص, آخر\n".as_bytes(), Separator::Tab, &options).unwrap(), ["7||نص, آخر"]);
    }

    #[test]
    fn a_broken_row_is_named_and_the_next_one_read() {
        let table = b"id,text\n1,a,b\n2\n3,\xFF\n4,end\n";
        let found = read(table, Separator::Comma, &jsonl::Options::default()).unwrap();
        let wanted = [
            "a:2: wanted 2 columns as in the first row, found 3",
            "a:3: wanted 2 columns as in the first row, found 1",
            "a:4: wanted UTF-8, found 0xFF at byte 0",
            "4||end",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_table_without_the_column_is_refused() {
        let refused = |bytes: &[u8], options: &jsonl::Options| {
            read(bytes, Separator::Comma, options).unwrap_err().to_string().split_once(": ").unwrap().1.to_owned()
        };
        let named = jsonl::Options { id_field: Some("key".into()), ..Default::default() };
        assert_eq!(refused(b"id,body\n1,a\n", &jsonl::Options::default()), "wanted a column `text`, found id, body");
        assert_eq!(refused(b"id,text\n1,a\n", &named), "wanted a column `key`, found id, text");
        assert_eq!(refused(b"", &named), "wanted a column `text`, found ");
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
