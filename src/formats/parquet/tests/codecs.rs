//! Every codec of the format, and pages that are larger than what is unpacked at once.

use super::super::packing::{Column, Packing, zstd};
use super::*;
use crate::formats::Codec;
use ::parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use ::parquet::data_type::{ByteArray, ByteArrayType};
use ::parquet::file::properties::{WriterProperties, WriterVersion};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use ::parquet::schema::types::SchemaDescriptor;
use std::io::Write;
use std::sync::Arc;

/// LZ4: one sequence without a copy.
fn lz4(bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len();
    let mut out = vec![if length < 15 { (length as u8) << 4 } else { 0xF0 }];
    if let Some(more) = length.checked_sub(15) {
        out.extend(vec![255; more / 255]);
        out.push((more % 255) as u8);
    }
    out.extend(bytes);
    out
}

/// Blocks of LZ4 with their lengths in front, as Hadoop writes them.
fn hadoop(bytes: &[u8]) -> Vec<u8> {
    let block = |part: &[u8]| {
        let packed = lz4(part);
        let lengths = [part.len() as u32, packed.len() as u32].map(u32::to_be_bytes);
        [&lengths.concat()[..], &packed].concat()
    };
    bytes.chunks(bytes.len().div_ceil(2).max(1)).flat_map(block).collect()
}

/// Brotli without any compression: RFC 7932, section 9.
fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (number, part) in bytes.chunks(1 << 16).enumerate() {
        // The bit of the window stands before the first block alone.
        let (length, shift) = (part.len() as u32 - 1, if number == 0 { 4 } else { 3 });
        let head = length << shift | 1 << (16 + shift);
        out.extend(&head.to_le_bytes()[..3]);
        out.extend(part);
    }
    out.push(if bytes.is_empty() { 0x06 } else { 0x03 });
    out
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn snappy(bytes: &[u8]) -> Vec<u8> {
    snap::raw::Encoder::new().compress_vec(bytes).unwrap()
}

type Pack = fn(&[u8]) -> Vec<u8>;

fn codecs() -> Vec<(Compression, Pack)> {
    vec![
        (Compression::UNCOMPRESSED, <[u8]>::to_vec),
        (Compression::SNAPPY, snappy),
        (Compression::GZIP(GzipLevel::default()), gzip),
        (Compression::BROTLI(BrotliLevel::default()), brotli),
        (Compression::LZ4, hadoop),
        (Compression::LZ4, lz4),
        (Compression::LZ4_RAW, lz4),
        (Compression::ZSTD(ZstdLevel::default()), zstd),
    ]
}

/// How a table of texts is laid out.
#[derive(Clone, Copy)]
struct Layout {
    dictionary: bool,
    /// Whether a row may be without a text.
    optional: bool,
}

/// A table of texts in one page, packed so.
fn table(texts: &[Option<String>], layout: Layout, codec: Compression, pack: Pack) -> Vec<u8> {
    let presence = if layout.optional { "OPTIONAL" } else { "REQUIRED" };
    let schema = format!("message texts {{ {presence} BYTE_ARRAY text (STRING); }}");
    let schema = Arc::new(parse_message_type(&schema).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(Compression::UNCOMPRESSED)
        .set_dictionary_enabled(layout.dictionary)
        .set_dictionary_page_size_limit(1 << 30)
        .set_data_page_size_limit(1 << 30)
        .build();
    let properties = Arc::new(properties);
    let packing =
        Packing { schema: SchemaDescriptor::new(schema.clone()), properties: properties.clone(), codec, pack };
    let values: Vec<ByteArray> = texts.iter().flatten().map(|text| text.as_str().into()).collect();
    let levels: Vec<i16> = texts.iter().map(|text| text.is_some().into()).collect();
    let column =
        Column::<ByteArrayType> { values: &values, levels: layout.optional.then_some(&levels), repetitions: None };
    let (bytes, written) = packing.column(0, column).unwrap();
    let mut file = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    let mut group = file.next_row_group().unwrap();
    group.append_column(&bytes, written).unwrap();
    group.close().unwrap();
    file.into_inner().unwrap()
}

fn texts_of(found: Vec<Result<Document, Error>>) -> Vec<Option<String>> {
    found.into_iter().map(|document| document.ok().map(|document| document.text)).collect()
}

#[test]
fn every_codec_is_read_but_one_which_is_named_with_what_is_lost_by_it() {
    let texts: Vec<Option<String>> = (0..40).map(|n| Some(format!("زار بوتين مصر {n}").repeat(n + 1))).collect();
    for (codec, pack) in codecs() {
        for dictionary in [true, false] {
            let bytes = table(&texts, Layout { dictionary, optional: true }, codec, pack);
            assert!(texts_of(read(&bytes)) == texts, "{codec:?}");
        }
    }
    let bytes = table(&texts, Layout { dictionary: false, optional: true }, Compression::LZO, <[u8]>::to_vec);
    let found = read(&bytes);
    let error = found[0].as_ref().unwrap_err().to_string();
    assert!(error.contains("`text` is compressed with LZO, which alam cannot read (40 rows)"), "{error}");
    assert!(found.len() == 1 && error.ends_with("rows lost: 40"), "{error}");
}

#[test]
fn large_pages_and_dictionaries_are_read_row_by_row() {
    // Longer than a page that is unpacked at once: alone, and together.
    let mut texts: Vec<Option<String>> = (0..30).map(|n| Some(format!("{n} مصر ").repeat(9000 * (n % 3)))).collect();
    texts[4] = Some("بوتين ".repeat(400_000));
    texts.push(texts[4].clone());
    for optional in [true, false] {
        if optional {
            texts[7] = None;
            texts.push(None);
        }
        let wanted: Vec<_> = texts.iter().filter(|text| optional || text.is_some()).cloned().collect();
        for (codec, pack) in codecs() {
            for dictionary in [true, false] {
                let bytes = table(&wanted, Layout { dictionary, optional }, codec, pack);
                assert!(texts_of(read(&bytes)) == wanted, "{codec:?} {dictionary} {optional}");
            }
        }
        texts.pop();
        texts[7] = Some(String::new());
    }
}

#[test]
fn a_text_of_a_large_page_that_is_too_long_is_refused_and_the_next_one_read() {
    let texts = ["قصير".to_owned(), "طويل ".repeat(500_000), "آخر".to_owned()].map(Some);
    for dictionary in [true, false] {
        let bytes =
            table(&texts, Layout { dictionary, optional: false }, Compression::GZIP(GzipLevel::default()), gzip);
        let (_folder, path) = file(&bytes, "a.parquet");
        let longest = Longest(1_000_000);
        let found: Vec<_> = reader(&path, jsonl::Options { longest, ..jsonl::Options::default() }).unwrap().collect();
        let error = found[1].as_ref().unwrap_err().to_string();
        assert!(error.contains("a.parquet:2: wanted a document of at most 1000000 bytes"), "{error}");
        assert!(texts_of(found) == [texts[0].clone(), None, texts[2].clone()]);
    }
}

#[test]
fn a_page_that_can_only_be_unpacked_whole_has_a_limit() {
    let schema = Arc::new(parse_message_type("message texts { REQUIRED BYTE_ARRAY text (STRING); }").unwrap());
    let properties = WriterProperties::builder()
        .set_compression(Compression::GZIP(GzipLevel::default()))
        .set_encoding(::parquet::basic::Encoding::DELTA_LENGTH_BYTE_ARRAY)
        .set_dictionary_enabled(false)
        .set_data_page_size_limit(1 << 30)
        .build();
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    let mut group = file.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let values = vec![ByteArray::from(vec![b'a'; 4_000_000]); 18];
    column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    let (_folder, path) = file_of(&file.into_inner().unwrap());
    let of = |longest| {
        let options = jsonl::Options { longest: Longest(longest), ..jsonl::Options::default() };
        reader(&path, options).unwrap().collect::<Vec<_>>()
    };
    let error = of(4_000_000)[0].as_ref().unwrap_err().to_string();
    assert!(
        error.contains("found a longer one that cannot be read piece by piece\ntip: --max-document-bytes"),
        "{error}"
    );
    assert_eq!(of(10_000_000).iter().filter(|row| row.is_ok()).count(), 18);
}

fn file_of(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    file(bytes, "a.parquet")
}

#[test]
fn pages_of_the_second_version_are_read_too() {
    let texts: Vec<String> = (0..5).map(|n| format!("{n} مصر ").repeat(100_000 * n)).collect();
    let schema = Arc::new(parse_message_type("message texts { OPTIONAL BYTE_ARRAY text (STRING); }").unwrap());
    for codec in [Compression::SNAPPY, Compression::GZIP(GzipLevel::default()), Compression::UNCOMPRESSED] {
        let properties = WriterProperties::builder()
            .set_compression(codec)
            .set_writer_version(WriterVersion::PARQUET_2_0)
            .set_encoding(::parquet::basic::Encoding::PLAIN)
            .set_dictionary_enabled(false)
            .set_data_page_size_limit(1 << 30)
            .build();
        let mut file = SerializedFileWriter::new(Vec::new(), schema.clone(), Arc::new(properties)).unwrap();
        let mut group = file.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let values: Vec<ByteArray> = texts.iter().map(|text| text.as_str().into()).collect();
        let levels = [1, 1, 0, 1, 1, 1];
        column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
        let mut wanted: Vec<Option<String>> = texts.iter().cloned().map(Some).collect();
        wanted.insert(2, None);
        assert!(texts_of(read(&file.into_inner().unwrap())) == wanted, "{codec:?}");
    }
}

#[test]
fn what_is_written_with_zstd_is_read_again_and_smaller() {
    let long = "زار بوتين مصر ".repeat(3000);
    let documents = vec![samples::document(&long, &[("PER", "بوتين")]), full(), samples::document("", &[])];
    let sizes = [Codec::Snappy, Codec::Zstd].map(|codec| {
        let bytes = written(&documents, WriteOptions { codec, ..options(OffsetUnit::Char) });
        assert!(read(&bytes).into_iter().map(Result::unwrap).eq(documents.clone()), "{codec:?}");
        bytes.len()
    });
    assert!(sizes[1] < sizes[0], "{sizes:?}");
}

proptest! {
    /// Whatever bytes of a page are wrong, reading ends.
    #[test]
    fn a_damaged_page_is_reported(at in 0usize..100_000, value in any::<u8>(), which in 0usize..8, dictionary in any::<bool>()) {
        let texts = vec![Some("مصر ".repeat(200_000)), Some("زار".to_owned()), None];
        let (codec, pack) = codecs()[which];
        let mut bytes = table(&texts, Layout { dictionary, optional: true }, codec, pack);
        let at = at % bytes.len().min(300);
        bytes[at] = value;
        prop_assert!(read(&bytes).len() <= 4);
    }
}
