//! What is written is read again; what others write is read; damage is reported.

use super::*;
use crate::document::{Document, Entity, FoundBy, Span};
use crate::formats::input::Longest;
use crate::formats::{OffsetUnit, WriteOptions, Writer, samples};
use ::parquet::data_type::{ByteArray, ByteArrayType};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use proptest::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;

mod codecs;

fn written(documents: &[Document], options: WriteOptions) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = ParquetWriter::new(&mut bytes, options);
    documents.iter().for_each(|d| writer.write(d).unwrap());
    writer.finish().unwrap();
    drop(writer);
    bytes
}

fn options(unit: OffsetUnit) -> WriteOptions {
    WriteOptions { unit, text: jsonl::Text::With, ..WriteOptions::default() }
}

fn file(bytes: &[u8], name: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn read(bytes: &[u8]) -> Vec<Result<Document, Error>> {
    let (_folder, path) = file(bytes, "a.parquet");
    match reader(&path, jsonl::Options::default()) {
        Ok(found) => found.collect(),
        Err(error) => vec![Err(error)],
    }
}

/// A document with everything that a row can hold.
fn full() -> Document {
    let text = "😀 زار للأمم المتحدة";
    let span = |name: &str| {
        let start = text.find(name).unwrap();
        Span::new(text, start, start + name.len()).unwrap()
    };
    let entity = Entity {
        token_span: span("للأمم المتحدة"),
        canonical: Some("الأمم المتحدة".into()),
        found_by: FoundBy::Gazetteer,
        group: Some(7),
        ..Entity::new(span("أمم المتحدة"), "ORG").with_score(0.123_456)
    };
    let date = Some("2024-05-01".into());
    Document { id: "د/1".into(), date, text: text.into(), entities: vec![entity], ..Document::default() }
}

#[test]
fn a_row_holds_all_that_a_document_has_in_any_unit() {
    let documents = [full(), samples::document("", &[]), full()];
    for unit in OffsetUnit::ALL {
        let found: Vec<_> = read(&written(&documents, options(unit))).into_iter().map(Result::unwrap).collect();
        assert_eq!(found, documents);
    }
}

#[test]
fn a_table_without_rows_and_one_of_several_row_groups_are_tables() {
    assert!(read(&written(&[], WriteOptions::default())).is_empty());
    let long = "زار بوتين مصر ".repeat(60_000);
    let documents = vec![samples::document(&long, &[("PER", "بوتين")]); 12];
    let bytes = written(&documents, options(OffsetUnit::Char));
    let (_folder, path) = file(&bytes, "a.parquet");
    let opened = parquet::file::reader::SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
    assert_eq!(parquet::file::reader::FileReader::num_row_groups(&opened), 2);
    assert!(read(&bytes).into_iter().map(Result::unwrap).eq(documents));
}

#[test]
fn a_failed_document_is_a_row_with_its_reason() {
    let mut bytes = Vec::new();
    let mut writer = ParquetWriter::new(&mut bytes, options(OffsetUnit::Char));
    writer.write_failed("x", "wanted UTF-8").unwrap();
    writer.write(&full()).unwrap();
    writer.finish().unwrap();
    drop(writer);
    let found = read(&bytes);
    let error = found[0].as_ref().unwrap_err().to_string();
    assert!(error.ends_with("a.parquet:1: wanted a document, found an error record: wanted UTF-8"), "{error}");
    assert_eq!(found[1].as_ref().unwrap(), &full());
}

#[test]
fn a_compressed_file_is_read_as_well() {
    let bytes = written(&[full()], options(OffsetUnit::Char));
    let packed = ruzstd::encoding::compress_to_vec(&bytes[..], ruzstd::encoding::CompressionLevel::Fastest);
    let (_folder, path) = file(&packed, "a.parquet.zst");
    assert_eq!(reader(&path, jsonl::Options::default()).unwrap().next().unwrap().unwrap(), full());
}

#[test]
fn a_table_without_the_column_and_a_file_that_is_none_are_refused() {
    let bytes = written(&[full()], options(OffsetUnit::Char));
    let (_folder, path) = file(&bytes, "a.parquet");
    let named = jsonl::Options { text_field: "body".into(), ..jsonl::Options::default() };
    let error = reader(&path, named).err().unwrap().to_string();
    assert!(error.ends_with("wanted a column `body`, found id, date, text, entities, error"), "{error}");
    let error = read(b"PAR1 no")[0].as_ref().unwrap_err().to_string();
    assert!(error.contains("a.parquet: wanted a Parquet file, found one that cannot be read"), "{error}");
}

#[test]
fn a_row_that_is_too_long_is_an_error_and_the_next_one_is_read() {
    let texts = ["زار", "زار مصر", "مصر"].map(|text| samples::document(text, &[]));
    let bytes = written(&texts, options(OffsetUnit::Char));
    let (_folder, path) = file(&bytes, "a.parquet");
    // `sample` and six bytes of text.
    let longest = Longest(12);
    let found: Vec<_> = reader(&path, jsonl::Options { longest, ..jsonl::Options::default() }).unwrap().collect();
    assert_eq!(
        (found.len(), &found[0].as_ref().unwrap().text, &found[2].as_ref().unwrap().text),
        (3, &"زار".into(), &"مصر".into())
    );
    let error = found[1].as_ref().unwrap_err().to_string();
    assert!(error.contains("a.parquet:2: wanted a document of at most 12 bytes, found a longer one\ntip: "), "{error}");
    let shorter = Table::open(&path).unwrap().up_to(Longest(11)).documents(jsonl::Options::default()).unwrap();
    assert_eq!(shorter.filter(|row| row.is_err()).count(), 3);
}

#[test]
fn a_failure_of_the_system_stays_one() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let error = ParquetWriter::new(Full, WriteOptions::default()).finish().unwrap_err();
    assert!(
        matches!(&error, Error::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull),
        "{error:?}"
    );
}

#[test]
fn records_without_texts_are_read_where_names_alone_are_wanted() {
    let bytes = written(&[full()], WriteOptions::default());
    let (_folder, path) = file(&bytes, "a.parquet");
    let found: Vec<_> = tagged(&path, jsonl::Options::default()).unwrap().map(Result::unwrap).collect();
    let [jsonl::Tagged::Bare(record)] = &found[..] else { panic!("{found:?}") };
    assert_eq!((record.id.as_str(), record.entities[0].words()), ("د/1", Some((6, 19, "للأمم المتحدة"))));
    assert!(reader(&path, jsonl::Options::default()).unwrap().next().unwrap().is_err());
}

#[test]
fn a_column_that_is_there_twice_is_refused_by_its_name() {
    let schema = "message t { REQUIRED BYTE_ARRAY text (UTF8); REQUIRED INT64 n; REQUIRED INT64 n; REQUIRED BYTE_ARRAY text (UTF8); }";
    let table = |schema: &str| {
        let schema = Arc::new(parse_message_type(schema).unwrap());
        SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap().into_inner().unwrap()
    };
    let error = read(&table(schema)).pop().unwrap().unwrap_err().to_string();
    assert!(error.ends_with("a.parquet: wanted each column once, found `text` twice"), "{error}");
    // Of columns that nobody reads, this is no matter.
    let others = "message t { REQUIRED BYTE_ARRAY text (UTF8); REQUIRED INT64 n; REQUIRED INT64 n; }";
    assert!(read(&table(others)).is_empty());
}

#[test]
fn a_table_of_texts_alone_has_no_names_to_count() {
    let checked = |schema: &str| {
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let bytes = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap().into_inner().unwrap();
        let (_folder, path) = file(&bytes, "a.parquet");
        check_names(&path).map_err(|error| error.to_string())
    };
    let error = checked("message t { REQUIRED BYTE_ARRAY id (UTF8); REQUIRED BYTE_ARRAY text (UTF8); }").unwrap_err();
    assert!(error.ends_with("a.parquet: wanted a column `entities`, found id, text"), "{error}");
    assert_eq!(checked("message t { REQUIRED BYTE_ARRAY entities (UTF8); }"), Ok(()));
}

/// Groups within groups, as tables of records have them: one row with all, and one whose outer group is null.
fn groups() -> Vec<u8> {
    let schema = "message t { OPTIONAL GROUP doc { OPTIONAL BYTE_ARRAY id (UTF8); OPTIONAL GROUP article {
        OPTIONAL BYTE_ARRAY body (UTF8); OPTIONAL BYTE_ARRAY day (UTF8); } } }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    let mut group = file.next_row_group().unwrap();
    for (value, level) in [("د/1", 2), ("زار بوتين مصر", 3), ("2024-05-01", 3)] {
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&[ByteArray::from(value)], Some(&[level, 0]), None).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    file.into_inner().unwrap()
}

#[test]
fn fields_of_groups_are_named_by_paths() {
    let (_folder, path) = file(&groups(), "a.parquet");
    let options = |text: &str, id: &str| jsonl::Options {
        text_field: text.into(),
        id_field: Some(id.into()),
        date_field: "doc.article.day".into(),
        ..jsonl::Options::default()
    };
    let mut found = reader(&path, options("doc.article.body", "doc.id")).unwrap();
    let document = found.next().unwrap().unwrap();
    let wanted = ("د/1", Some("2024-05-01"), "زار بوتين مصر");
    assert_eq!((&*document.id, document.date.as_deref(), &*document.text), wanted);
    let error = found.next().unwrap().unwrap_err().to_string();
    assert!(error.ends_with("a.parquet:2: wanted a field `doc.id`, found none"), "{error}");
    for (text, id) in [("doc.body", "doc.id"), ("doc.article.body", "doc.article")] {
        let found = reader(&path, options(text, id)).and_then(|mut found| found.next().unwrap());
        assert!(found.is_err(), "{text}, {id}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(documents in proptest::collection::vec(samples::documents(), 0..5)) {
        let found: Vec<_> = read(&written(&documents, options(OffsetUnit::Char))).into_iter().map(Result::unwrap).collect();
        prop_assert_eq!(found, documents);
    }

    /// Whatever bytes are wrong, a reader ends, and says so or gives documents that hold what documents hold.
    #[test]
    fn a_damaged_file_is_reported(at in 0usize..3000, value in any::<u8>(), cut in 0usize..3000) {
        let mut bytes = written(&[full(), full()], options(OffsetUnit::Char));
        let (at, cut) = (at % bytes.len(), cut.max(1));
        bytes[at] = value;
        for document in read(&bytes).into_iter().chain(read(&bytes[..bytes.len().min(cut)])).flatten() {
            for entity in &document.entities {
                prop_assert!(document.text.get(entity.span.start()..entity.span.end()).is_some());
            }
        }
    }
}
