//! Memory of reading: a stated multiple of the input, whatever is in it.

use crate::sandbox::{Ran, Sandbox};
use std::process::Command;
use std::time::{Duration, Instant};

/// Bytes of each input.
const BYTES: usize = 4 << 20;
/// Times the input's size, and MiB for the program itself.
const TIMES: usize = 64;
const PROGRAM: usize = 160;

#[test]
fn memory_is_a_multiple_of_the_input_whatever_it_is() {
    let repeat = |piece: &str| piece.repeat(BYTES / piece.len());
    let range = |at: usize| format!("{0}-{1}\tab\t_\n{0}\ta\tO\n{1}\tb\tB-X\n", 2 * at - 1, 2 * at);
    let ranges: String = (1..BYTES / 40).map(range).collect();
    for (name, text) in [
        ("word.txt", repeat("ا")),
        ("text.jsonl", format!("{{\"text\":\"{}\"}}\n", repeat("\\u0627"))),
        ("deep.jsonl", repeat("[")),
        ("list.jsonl", format!("{{\"text\":\"x\",\"entities\":[{}1]}}\n", repeat("1,"))),
        ("other.jsonl", format!("{{\"text\":\"x\",\"more\":[{}1]}}\n", repeat("{},"))),
        ("list.json", format!("[{}]", repeat("{\"text\":\"x\"},"))),
        ("deep.json", repeat("[{")),
        ("words.json", format!("{{\"tokens\":[{}\"x\"],\"ner_tags\":[]}}", repeat("\"a\","))),
        ("tokens.conll", repeat("a O\n")),
        ("names.conll", repeat("a B-X\n")),
        ("columns.conll", repeat("a\t")),
        ("words.conllu", repeat("1\ta\t_\t_\t_\t_\t_\t_\t_\tNE=B-X\n")),
        ("ranges.conllup", format!("# global.columns = ID FORM NER\n{ranges}")),
        ("text.conllu", format!("# text = {}\n1\tا\t_\t_\t_\t_\t_\t_\t_\t_\n", repeat("ا"))),
        ("key.conllu", format!("1\ta\t_\t_\t_\t_\t_\t_\t_\t{}\n", repeat("NE=|"))),
        ("quote.csv", format!("id,text\n1,\"{}", repeat(",\n"))),
        ("columns.csv", format!("text{}\n", repeat(","))),
        ("names.tsv", format!("{}\n", repeat("a\t"))),
        ("blocks.html", repeat("<p>ا")),
        ("references.html", repeat("&lt;")),
        ("escaped.html", repeat("&amp;lt;ا ")),
        ("wrapped.txt", repeat("قال رئيس الوزراء\n")),
    ] {
        let sandbox = Sandbox::new();
        sandbox.file(name, text);
        let limit = (PROGRAM << 10) + TIMES * BYTES / 1024;
        // Columns need what is read of a text, and its words.
        let columns = name.ends_with("html") || name.starts_with("wrapped");
        let format = if columns { "conll" } else { "jsonl" };
        let ran = limited(&sandbox, limit, &["convert", name, "--format", format, "-q", "-o", "out"]);
        // Broken records are no failure here; being killed for memory is.
        assert!(matches!(ran.status, Some(0 | 1)), "{name}: {:?} {}", ran.status, &ran.err[..ran.err.len().min(500)]);
    }
}

/// A run with so many KiB of address space.
fn limited(sandbox: &Sandbox, limit: usize, args: &[&str]) -> Ran {
    let alam = sandbox.command(args);
    let limited = format!("ulimit -v {limit} && exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.current_dir(alam.get_current_dir().unwrap()).args(["-c", &limited]);
    Ran::of(command.arg(alam.get_program()).args(alam.get_args()).output().unwrap())
}

#[test]
fn what_a_tag_of_a_page_says_beside_its_name_is_not_kept() {
    let bytes = 20 << 20;
    let many: String = (0..bytes / 10).map(|n| format!("a{n}=1 ")).collect();
    let repeat = |piece: &str| piece.repeat(bytes / piece.len());
    for (what, inside) in [
        ("attributes", format!("<a {many}>")),
        ("one attribute again and again", format!("<a {}>", repeat("a=1 "))),
        ("a value", format!("<a x='{}'>", repeat("y"))),
        ("references in a value", format!("<a x='{}'>", repeat("&amp;"))),
        ("the name of an attribute", format!("<a {}>", repeat("y"))),
        ("the name of a tag", format!("<{}>", repeat("y"))),
        ("a comment", format!("<!--{}-->", repeat("y"))),
        ("a doctype", format!("<!DOCTYPE {}>", repeat("y"))),
    ] {
        let sandbox = Sandbox::new();
        sandbox.file("a.html", format!("<!DOCTYPE html><p>{inside}زار محمد لندن</p>"));
        let limit = (PROGRAM + 3 * (bytes >> 20)) << 10;
        let begin = Instant::now();
        let ran = limited(&sandbox, limit, &["convert", "a.html", "--format", "conll", "-q"]);
        assert_eq!(ran.succeeds().out, "-DOCSTART-\tO\n\nزار\tO\nمحمد\tO\nلندن\tO\n\n", "{what}");
        assert!(begin.elapsed() < Duration::from_secs(30), "{what}: {:?}", begin.elapsed());
    }
}

/// The most memory that a conversion has held, in MiB.
#[cfg(feature = "parquet")]
fn peak_of_converting(sandbox: &Sandbox, name: &str) -> f64 {
    let mut child = sandbox.command(&["convert", name, "-q", "-o", "out.jsonl"]).spawn().unwrap();
    let mut peak = 0.0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        if let Some(line) = status.lines().find(|line| line.starts_with("VmHWM:")) {
            peak = line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(child.wait().unwrap().success());
    peak
}

/// A table of long texts, all in one page, by gzip a thousandth of its size.
#[cfg(feature = "parquet")]
fn table_in_one_page(rows: u8, bytes: usize, dictionary: bool) -> Vec<u8> {
    use parquet::basic::{Compression, GzipLevel};
    use parquet::data_type::{ByteArray, ByteArrayType};
    let schema =
        parquet::schema::parser::parse_message_type("message t { REQUIRED BYTE_ARRAY text (STRING); }").unwrap();
    let properties = parquet::file::properties::WriterProperties::builder()
        .set_compression(Compression::GZIP(GzipLevel::default()))
        .set_dictionary_enabled(dictionary)
        .set_dictionary_page_size_limit(1 << 30)
        .set_data_page_size_limit(1 << 30)
        .build();
    let mut file =
        parquet::file::writer::SerializedFileWriter::new(Vec::new(), schema.into(), properties.into()).unwrap();
    let mut group = file.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let values: Vec<ByteArray> = (0..rows).map(|row| vec![b'a' + row; bytes].into()).collect();
    column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    file.into_inner().unwrap()
}

#[cfg(feature = "parquet")]
#[test]
fn memory_of_a_table_grows_with_its_longest_text_and_not_with_its_pages() {
    let bytes = if crate::jobs::long() { 80_000_000 } else { 6_000_000 };
    for dictionary in [false, true] {
        let sandbox = Sandbox::new();
        let of = |rows| {
            let table = table_in_one_page(rows, bytes, dictionary);
            assert!(table.len() < 200 + usize::from(rows) * bytes / 500);
            sandbox.file("a.parquet", table);
            peak_of_converting(&sandbox, "a.parquet")
        };
        // What is read ahead fills up in the first.
        let (few, many) = (of(6), of(20));
        println!("{few:.0} MiB for 6 texts of {bytes} bytes, {many:.0} MiB for 20 (dictionary: {dictionary})");
        assert!(many - few < 8.0, "{few} MiB for 6 texts of {bytes} bytes, {many} MiB for 20");
    }
}
