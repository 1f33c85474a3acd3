//! What is read, what is refused and with which words, and the round trip.

mod columns;
mod universal;

use super::*;
use crate::document::Document;
use crate::formats::{Writer, jsonl};
use proptest::prelude::*;

fn read(text: impl AsRef<[u8]>, tags: Tags) -> Vec<Result<Document, String>> {
    read_up_to(text, tags, Longest::default())
}

fn read_up_to(text: impl AsRef<[u8]>, tags: Tags, longest: Longest) -> Vec<Result<Document, String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.conll");
    std::fs::write(&path, text).unwrap();
    let prefix = folder.path().display().to_string() + "/";
    let clean = |text: String| text.replace(&prefix, "");
    let jsonl = jsonl::Options { longest, ..jsonl::Options::default() };
    let found = reader(&path, &ReadOptions { tags, jsonl, ..ReadOptions::default() }).unwrap();
    found.map(|r| r.map(|d| Document { id: clean(d.id.clone()), ..d }).map_err(|e| clean(e.to_string()))).collect()
}

fn names(document: &Document) -> Vec<(&str, &str)> {
    document.entities.iter().map(|e| (&*e.label, e.span.of(&document.text))).collect()
}

#[test]
fn a_sentence_is_a_document_where_none_is_marked() {
    let found = read("\u{FEFF}زار O\r\nفلاديمير B-PER\r\nبوتين I-PER\r\n\r\n\r\nمصر\tB-LOC\r\n", Tags::Strict);
    let documents: Vec<_> = found.into_iter().map(Result::unwrap).collect();
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[0].text, "زار فلاديمير بوتين");
    assert_eq!(names(&documents[0]), [("PER", "فلاديمير بوتين")]);
    assert_eq!((documents[1].id.as_str(), documents[1].text.as_str()), ("a.conll:6", "مصر"));
    assert_eq!(documents[0].sentences.as_ref().unwrap()[0].words.len(), 3);
}

#[test]
fn docstart_begins_a_document_of_many_sentences() {
    let found = read("-DOCSTART- -X- O\n\na O\nb B-LOC\n\nc O\n\n-DOCSTART- -X- O\n\nd O\n", Tags::Strict);
    let documents: Vec<_> = found.into_iter().map(Result::unwrap).collect();
    assert_eq!(documents.iter().map(|d| d.text.as_str()).collect::<Vec<_>>(), ["a b\nc", "d"]);
    assert_eq!(documents[0].sentences.as_ref().unwrap().len(), 2);
    assert_eq!(documents[0].id, "a.conll:3");
}

#[test]
fn names_end_with_their_sentence_and_at_the_next_beginning() {
    let found = read("-DOCSTART-\na B-PER\nb B-PER\n\nc B-PER\n", Tags::Strict);
    assert_eq!(names(found[0].as_ref().unwrap()), [("PER", "a"), ("PER", "b"), ("PER", "c")]);
}

#[test]
fn a_file_of_one_column_has_no_tags_and_other_columns_are_passed_over() {
    let found = read("زار\nبوتين\n", Tags::Strict);
    assert_eq!(found[0].as_ref().unwrap().text, "زار بوتين");
    let found = read("a NN x B-LOC\nb NN x I-LOC\n", Tags::Strict);
    assert_eq!(names(found[0].as_ref().unwrap()), [("LOC", "a b")]);
}

#[test]
fn tags_to_be_ignored_may_be_anything() {
    let found = read("a NOUN\nb VERB\n", Tags::Ignore);
    assert!(found[0].as_ref().unwrap().entities.is_empty());
}

#[test]
fn comments_are_passed_over_and_a_hash_is_a_token() {
    let found = read("# text = a b\n# id 7 x\n# O\na O\n", Tags::Strict);
    assert_eq!(found[0].as_ref().unwrap().text, "# a");
}

#[test]
fn an_inside_without_a_beginning_is_refused_or_begins_a_name() {
    for text in ["a O\nb I-PER\n", "a B-LOC\nb I-PER\n"] {
        // A `B-` that no name of its type goes before says that the file is not in IOB1.
        let text = &format!("{text}\nz B-LOC\n");
        let error = read(text, Tags::Strict)[0].as_ref().unwrap_err().clone();
        assert!(error.starts_with("a.conll:2: wanted IOB2 tags, found `I-PER` behind "), "{error}");
        let found = read(text, Tags::Lenient);
        assert_eq!(names(found[0].as_ref().unwrap()).last(), Some(&("PER", "b")));
    }
}

#[test]
fn each_defect_is_named_with_its_place_and_the_next_document_is_read() {
    for (text, wanted) in [
        ("a O\nb\n", "a.conll:2: expected 2 columns as in the file's first line, found 1: `b`"),
        ("a O\nb c O\n", "a.conll:2: expected 2 columns as in the file's first line, found 3: `b c O`"),
        ("a B-LOC\nb PER\n", "a.conll:2: wanted a tag `O`, `B-TYPE` or `I-TYPE`, found `PER`"),
        ("a O\nb B-\n", "a.conll:2: wanted a tag `O`, `B-TYPE` or `I-TYPE`, found `B-`"),
        (
            "a O\nb B-A\u{b}B\nc O\n",
            "a.conll:2: wanted a tag `O`, `B-TYPE` or `I-TYPE`, found `B-A\u{b}B`\ntip: a type is one word",
        ),
    ] {
        let found = read(format!("{text}\nz O\n"), Tags::Strict);
        assert_eq!(found.len(), 2);
        let error = found[0].as_ref().unwrap_err();
        assert!(error.starts_with(wanted), "{error}");
        assert_eq!(found[1].as_ref().unwrap().text, "z");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_named() {
    let found = read(b"a O\n\xD9 O\n\nz O\n", Tags::Strict);
    assert_eq!(found[0].as_ref().unwrap_err(), "a.conll:2: wanted UTF-8, found 0xD9 at byte 0");
    assert!(found[1].is_ok());
}

#[test]
fn a_document_that_is_too_long_is_an_error_and_the_next_one_is_read() {
    let error = |line: usize| {
        let tip = "tip: --max-document-bytes allows it";
        Err(format!("a.conll:{line}: wanted a document of at most 12 bytes, found a longer one\n{tip}"))
    };
    let shown = |text: &str| -> Vec<Result<String, String>> {
        read_up_to(text, Tags::Strict, Longest(12)).into_iter().map(|d| d.map(|d| d.text)).collect()
    };
    let found = shown("a O\nb O\nc O\n\nd O\ne O\nf O\n_ O\ng O\n\nh O\n");
    assert_eq!(found, [Ok("a b c".into()), error(5), Ok("h".into())]);
    // A document of two sentences, each short enough; a single line; one whose line is broken before it is too long.
    assert_eq!(shown("-DOCSTART-\n\na O\nb O\n\nc O\nd O\n\n-DOCSTART-\n\ne O"), [error(3), Ok("e".into())]);
    assert_eq!(shown("a O\nbbbbbbbbbbbbb O\nc O\n\nd O\n"), [error(2), Ok("d".into())]);
    let broken = shown("a O\nb\nc O\nd O\ne O\n\nf O\n");
    assert_eq!(broken.len(), 2);
    assert!(broken[0].as_ref().unwrap_err().starts_with("a.conll:2: expected 2 columns"), "{broken:?}");
}

#[test]
fn an_empty_file_has_no_documents() {
    assert!(read("", Tags::Strict).is_empty());
    assert!(read("\n\n-DOCSTART-\n\n", Tags::Strict).is_empty());
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        sentences in proptest::collection::vec(
            proptest::collection::vec(("[ا-ي]{1,6}", 0usize..4), 1..6),
            1..4,
        )
    ) {
        let mut columns = String::from("-DOCSTART- O\n\n");
        for sentence in &sentences {
            let mut inside = None;
            for (token, kind) in sentence {
                let tag = match kind {
                    0 => { inside = None; "O" }
                    1 => { inside = Some("I-PER"); "B-PER" }
                    2 => { inside = Some("I-LOC"); "B-LOC" }
                    _ => inside.unwrap_or("O"),
                };
                columns.push_str(&format!("{token} {tag}\n"));
            }
            columns.push('\n');
        }
        let first = read(&columns, Tags::Strict).remove(0).unwrap();
        let mut bytes = Vec::new();
        let mut writer = ConllWriter::new(&mut bytes);
        writer.write(&first).unwrap();
        writer.finish().unwrap();
        prop_assert_eq!(std::str::from_utf8(&bytes).unwrap(), columns.replace(' ', "\t"));
        prop_assert_eq!(read(&bytes, Tags::Strict).remove(0).unwrap(), first);
    }
}
