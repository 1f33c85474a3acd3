//! Tables: read, a row is a document; written, a row is a name, `id,start,end,label,text,score`.

mod cells;
mod rows;
mod separator;
mod writer;

pub use cells::{Cells, Mark};
pub use separator::{Parted, Separator};
pub use writer::CsvWriter;

use super::Reader;
use super::input::{self, Longest};
use super::jsonl;
use super::notes::Note;
use crate::Error;
use crate::document::Document;
use crate::reading::Noticed;
use rows::{Broken, Row, Rows};
use std::io;
use std::path::Path;

/// The documents of a table by RFC 4180 whose first row names the columns: of the JSON fields by the same names, those
/// with the id, the date and the text. A row without an id is called by the line that it begins on.
pub fn reader(path: &Path, parted: Parted, options: &jsonl::Options) -> Result<Reader, Error> {
    let longest = options.longest;
    let name = crate::shown::shown(path);
    let ends = |error: io::Error| Error::record(&name, unread(&error));
    let source = options.decoding.decode(input::open(path)?);
    let (separator, source) = separator::of(parted, source, &options.text_field).map_err(ends)?;
    let delimiter = matches!(parted, Parted::Seemingly(usual) if usual != separator);
    if delimiter {
        options.notes.add(Note::Delimiter(separator.name()), &name, 1);
    }
    let mut rows = Rows::new(source, separator.byte(), longest).map_err(ends)?;
    let head = rows.next().map_err(ends)?;
    let columns = Columns::of(head.as_ref(), options).map_err(|message| Error::record(&name, message))?;
    let mut ended = false;
    let mut line = 1;
    Ok(Box::new(std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let message = match rows.next() {
            Ok(row) => {
                let row = row?;
                line = row.line;
                let place = format!("{name}:{line}");
                return Some(
                    columns
                        .document(&row, &place, longest)
                        .map(|document| Document { noticed: Noticed { delimiter, ..Noticed::default() }, ..document })
                        .map_err(|message| Error::record(place, message).of(columns.id_of(&row))),
                );
            }
            Err(error) => {
                // Behind a row that is broken the next one stands; behind a fault of the disk nothing.
                ended = true;
                line += 1;
                unread(&error)
            }
        };
        Some(Err(Error::record(format!("{name}:{line}"), message)))
    })))
}

fn unread(error: &io::Error) -> String {
    format!("wanted to read on, found: {error}")
}

/// What is wrong with a row that is none.
fn said(broken: Broken, longest: Longest) -> String {
    const RULE: &str =
        "tip: a quote inside a quoted field is doubled; the line is passed over and reading goes on behind it";
    match broken {
        Broken::Long => longest.exceeded(),
        Broken::LongAndOpen(lines) => format!(
            "wanted a quote that closes within {} bytes, found the end of the file: {lines} lines are passed over",
            longest.0
        ),
        Broken::Open => format!("wanted a quote that closes, found the end of the file\n{RULE}"),
        Broken::Behind(line) => {
            format!("wanted a separator behind a closing quote, found other letters on line {line}\n{RULE}")
        }
    }
}

/// Names of columns that an error tells.
const SHOWN: usize = 20;

/// The names of the columns, or that there are none.
fn shown_names(head: Option<&Row>) -> String {
    let Some(head) = head else { return "an empty file".into() };
    if head.fields().all(<[u8]>::is_empty) {
        return "no column with a name".into();
    }
    let names: Vec<_> = head.fields().take(SHOWN).map(String::from_utf8_lossy).collect();
    names.join(", ")
}

/// Which columns matter.
struct Columns {
    /// How many there are.
    count: usize,
    text: usize,
    id: Option<usize>,
    date: Option<usize>,
}

impl Columns {
    fn of(head: Option<&Row>, options: &jsonl::Options) -> Result<Columns, String> {
        let count = head.map_or(Ok(0), Row::width).map_err(|broken| said(broken, options.longest))?;
        let names = || head.into_iter().flat_map(Row::fields);
        let find = |wanted: &str| {
            let mut at = names().enumerate().filter(|(_, name)| *name == wanted.as_bytes()).map(|(at, _)| at);
            match (at.next(), at.next()) {
                (Some(first), Some(second)) => {
                    let (first, second) = (first + 1, second + 1);
                    Err(format!("wanted one column `{wanted}`, found it as columns {first} and {second}"))
                }
                (found, _) => Ok(found),
            }
        };
        let must = |wanted: &str| {
            let lacks = || format!("wanted a column `{wanted}`, found {}", shown_names(head));
            find(wanted)?.ok_or_else(lacks)
        };
        if options.entities == jsonl::Entities::Read {
            let has = |wanted: &str| names().any(|name| name == wanted.as_bytes());
            if has("entities") || ["start", "end", "label"].into_iter().all(has) {
                let tip = "tip: names are read from JSON lines, JSON, Parquet, CoNLL and brat";
                return Err(format!(
                    "wanted a table of texts, found one with names (columns {})\n{tip}",
                    shown_names(head)
                ));
            }
        }
        Ok(Columns {
            count,
            text: must(&options.text_field)?,
            id: options.id_field.as_deref().map_or_else(|| find("id"), |field| must(field).map(Some))?,
            date: match options.date_field == jsonl::Options::default().date_field {
                true => find(&options.date_field)?,
                false => Some(must(&options.date_field)?),
            },
        })
    }

    /// The id of a row, where it has all its columns and its id can be read.
    fn id_of(&self, row: &Row) -> Option<String> {
        let whole = row.width() == Ok(self.count);
        let id = String::from_utf8(row.field(self.id.filter(|_| whole)?).to_vec()).ok()?;
        (!id.is_empty()).then_some(id)
    }

    fn document(&self, row: &Row, place: &str, longest: Longest) -> Result<Document, String> {
        let (wanted, found) = (self.count, row.width().map_err(|broken| said(broken, longest))?);
        if found != wanted {
            return Err(format!("wanted {wanted} columns as in the first row, found {found}"));
        }
        let field = |column: usize| input::utf8(row.field(column).to_vec());
        let given = |column: Option<usize>| column.map(field).transpose().map(|f| f.filter(|f| !f.is_empty()));
        Ok(Document {
            id: given(self.id)?.unwrap_or_else(|| place.to_owned()),
            date: given(self.date)?,
            text: field(self.text)?,
            ..Document::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{WriteOptions, Writer, samples};
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

    fn read(bytes: &[u8], usual: Separator, options: &jsonl::Options) -> Result<Vec<String>, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, bytes).unwrap();
        let clean = |text: String| text.replace(path.to_str().unwrap(), "a");
        let shown = |found: Result<Document, Error>| match found {
            Ok(d) => clean(format!("{}|{}|{}", d.id, d.date.unwrap_or_default(), d.text)),
            Err(error) => clean(error.to_string()),
        };
        Ok(reader(&path, Parted::Seemingly(usual), options)?.map(shown).collect())
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
        let dated = jsonl::Options { date_field: "day".into(), ..Default::default() };
        assert_eq!(refused(b"id,text\n1,a\n", &dated), "wanted a column `day`, found id, text");
        for (bytes, found) in
            [(&b""[..], "an empty file"), (b"\n", "an empty file"), (b",\n1,a\n", "no column with a name")]
        {
            assert_eq!(refused(bytes, &named), format!("wanted a column `text`, found {found}"));
        }
    }

    #[test]
    fn a_column_that_is_there_twice_is_refused_by_its_name() {
        for (bytes, wanted) in [
            (&b"text,text\na,b\n"[..], "wanted one column `text`, found it as columns 1 and 2"),
            (b"id,text,id\n1,a,2\n", "wanted one column `id`, found it as columns 1 and 3"),
            (b"text,date,date\na,b,c\n", "wanted one column `date`, found it as columns 2 and 3"),
        ] {
            let error = read(bytes, Separator::Comma, &jsonl::Options::default()).unwrap_err().to_string();
            assert!(error.ends_with(wanted), "{error}");
        }
        assert_eq!(read(b"x,text,x\n1,a,2\n", Separator::Comma, &jsonl::Options::default()).unwrap(), ["a:2||a"]);
    }

    #[test]
    fn a_row_whose_quote_does_not_close_is_named_and_no_other_is_lost() {
        let found = read(b"id,text\n1,\"a\n2,b\n3,\"c\n4,d\n", Separator::Comma, &jsonl::Options::default()).unwrap();
        assert!(
            found[0]
                .starts_with("a:2: wanted a separator behind a closing quote, found other letters on line 4\ntip: ")
        );
        assert!(found[2].starts_with("a:4: wanted a quote that closes, found the end of the file\ntip: "), "{found:?}");
        assert_eq!((found.len(), found[1].as_str(), found[3].as_str()), (4, "2||b", "4||d"));
    }

    #[test]
    fn a_broken_row_keeps_its_id_where_that_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, b"id,text\nk1,\xFF\nk2\n").unwrap();
        let found = reader(&path, Parted::By(Separator::Comma), &jsonl::Options::default()).unwrap();
        let ids: Vec<String> = found.map(|row| row.unwrap_err().place().0).collect();
        assert_eq!(ids, ["k1".to_owned(), format!("{}:3", path.display())]);
    }

    #[test]
    fn cells_that_a_spreadsheet_would_run_are_made_text_where_that_is_asked_for() {
        let shown = |cell| Cells::Safe.shown(cell).into_owned();
        for cell in ["=1+1", "+1", "-1", "@x", "\tx", "\rx"] {
            assert_eq!((shown(cell), Cells::AsTheyAre.shown(cell)), (format!("'{cell}"), cell.into()));
        }
        assert_eq!((shown("a=b"), shown("")), ("a=b".into(), String::new()));
    }

    #[test]
    fn a_table_without_rows_has_its_head_behind_a_mark_where_that_is_asked_for() {
        assert_eq!(written(&[]), b"id,start,end,label,text,score\n");
        let mut bytes = Vec::new();
        CsvWriter::new(&mut bytes, WriteOptions { mark: Mark::With, ..WriteOptions::default() }).finish().unwrap();
        assert_eq!(bytes, "\u{FEFF}id,start,end,label,text,score\n".as_bytes());
    }

    #[test]
    fn what_parts_columns_is_seen_in_the_first_row_and_said() {
        for (table, name) in [
            ("id;text\n1;\"زار; بوتين\"\n", "semicolons"),
            ("\u{FEFF}\"id\"|\"text\"\n1|\"زار; بوتين\"\n", "bars"),
            ("id\ttext\r\n1\tزار; بوتين\r\n", "tabs"),
        ] {
            let options = jsonl::Options::default();
            assert_eq!(read(table.as_bytes(), Separator::Comma, &options).unwrap(), ["1||زار; بوتين"]);
            let said = options.notes.take().pop().unwrap();
            assert!(said.contains(&format!(": columns are parted by {name}, as the first row says")), "{said}");
        }
        let options = jsonl::Options::default();
        assert_eq!(read("text;x,text\na,b\n".as_bytes(), Separator::Comma, &options).unwrap(), ["a:2||b"]);
        assert!(options.notes.take().is_empty(), "commas are usual");
        let refused = read(b"id;body\n", Separator::Comma, &options).unwrap_err().to_string();
        assert!(refused.contains("wanted a column `text`, found id;body"), "{refused}");
    }

    #[test]
    fn a_row_that_is_too_long_is_an_error_and_the_next_one_is_read() {
        let options = jsonl::Options { longest: Longest(8), ..Default::default() };
        let table = "id,text\n1,123456\n2,\"123\n567\"\n3,\"\"\"45678\"\n4,end\n5,\"never closed\n";
        let error = |line| {
            format!(
                "a:{line}: wanted a document of at most 8 bytes, found a longer one\ntip: --max-document-bytes allows it"
            )
        };
        let found = read(table.as_bytes(), Separator::Comma, &options).unwrap();
        let open = "a:7: wanted a quote that closes within 8 bytes, found the end of the file: 2 lines are passed over";
        assert_eq!(found, ["1||123456".into(), error(3), "3||\"45678".into(), "4||end".into(), open.into()]);
        let refused = read(b"id,text,date\n1,a,\n", Separator::Comma, &options).unwrap_err().to_string();
        assert!(refused.contains(": wanted a document of at most 8 bytes"), "{refused}");
    }

    /// A field as a spreadsheet may have it.
    fn cell() -> impl Strategy<Value = String> {
        "[ابوت\u{64B}\u{FEFF}\",\t\r\n ;'a]{0,12}"
    }

    proptest! {
        /// Spreadsheets quote what they must or everything, end lines in either way, and put a mark in front.
        #[test]
        fn what_spreadsheets_write_is_read(
            cells in proptest::collection::vec((cell(), cell(), cell()), 0..8),
            all in any::<bool>(), crlf in any::<bool>(), mark in any::<bool>(), tabs in any::<bool>(),
        ) {
            let mut builder = csv::WriterBuilder::new();
            builder.delimiter(if tabs { b'\t' } else { b',' });
            builder.quote_style(if all { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary });
            builder.terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') });
            let mut writer = builder.from_writer(if mark { "\u{FEFF}".into() } else { Vec::new() });
            writer.write_record(["note", "date", "text", "id"]).unwrap();
            for (number, (note, date, text)) in cells.iter().enumerate() {
                writer.write_record([note, date, text, &number.to_string()]).unwrap();
            }
            let separator = if tabs { Separator::Tab } else { Separator::Comma };
            let found = read(&writer.into_inner().unwrap(), separator, &jsonl::Options::default()).unwrap();
            let wanted = cells.iter().enumerate().map(|(number, (_, date, text))| format!("{number}|{date}|{text}"));
            prop_assert_eq!(found, wanted.collect::<Vec<_>>());
        }

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
