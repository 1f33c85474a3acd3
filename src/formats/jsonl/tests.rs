//! What is read, what is refused and with which words, and the round trip.

use super::*;
use crate::document::{Entity, FoundBy, Span};
use crate::formats::{WriteOptions, Writer};
use proptest::prelude::*;

fn read(lines: &str, options: Options) -> Vec<Result<Document, Error>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, lines).unwrap();
    let found: Vec<_> = reader(&path, options).unwrap().collect();
    let prefix = folder.path().display().to_string() + "/";
    found
        .into_iter()
        .map(|r| match r {
            Err(Error::Record { place, message, .. }) => Err(Error::record(place.replace(&prefix, ""), message)),
            Ok(mut d) => {
                d.id = d.id.replace(&prefix, "");
                Ok(d)
            }
            other => other,
        })
        .collect()
}

fn message(line: &str) -> String {
    let after = "{\"id\":\"next\",\"text\":\"ن\"}\n";
    let mut found = read(&format!("{line}\n{after}"), Options::default());
    assert_eq!(found.pop().unwrap().unwrap().id, "next", "reading goes on behind {line}");
    assert_eq!(found.len(), 1);
    found.pop().unwrap().unwrap_err().to_string()
}

#[test]
fn offsets_are_code_points_unless_said_otherwise() {
    let line = |start, end| {
        format!(
            "{{\"id\":7,\"text\":\"😀 زار بوتين\",\"entities\":[{{\"start\":{start},\"end\":{end},\"label\":\"PER\",\"text\":\"بوتين\"}}]}}"
        )
    };
    for (unit, start, end) in [(OffsetUnit::Char, 6, 11), (OffsetUnit::Utf16, 7, 12), (OffsetUnit::Byte, 12, 22)] {
        let found = read(&line(start, end), Options { unit, ..Options::default() });
        let document = found[0].as_ref().unwrap();
        assert_eq!(document.id, "7");
        assert_eq!(document.entities[0].span.of(&document.text), "بوتين");
    }
}

#[test]
fn fields_can_have_other_names() {
    let options = Options { text_field: "body".into(), id_field: Some("url".into()), ..Options::default() };
    let found = read("{\"url\":\"u\",\"body\":\"نص\"}\n{\"body\":\"نص\"}\n", options);
    assert_eq!(found[0].as_ref().unwrap().id, "u");
    assert_eq!(found[1].as_ref().unwrap_err().to_string(), "a.jsonl:2: wanted a field `url`, found none");
}

#[test]
fn fields_are_found_by_paths_and_a_list_of_strings_is_paragraphs() {
    let options = Options {
        text_field: "article.body".into(),
        id_field: Some("doc.id".into()),
        date_field: "meta.0.day".into(),
        ..Options::default()
    };
    let lines = "{\"doc\":{\"id\":7},\"article\":{\"body\":[\"أول\",\"\",\"ثان\"]},\"meta\":[{\"day\":\"2024\"}]}\n\
        {\"doc.id\":\"k\",\"article\":{\"body\":null}}\n{\"doc\":{\"id\":8},\"article\":{\"body\":\"x";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, lines).unwrap();
    let found: Vec<_> = reader(&path, options).unwrap().collect();
    let first = found[0].as_ref().unwrap();
    assert_eq!((first.id.as_str(), first.text.as_str(), first.date.as_deref()), ("7", "أول\n\nثان", Some("2024")));
    let second = found[1].as_ref().unwrap_err();
    assert_eq!(second.place(), ("k".into(), "field `article.body`: wanted a string, found null".into()));
    assert_eq!(found[2].as_ref().unwrap_err().place().0, "8", "a record that is cut off has its id too");
}

#[test]
fn a_record_without_id_is_named_by_its_place_and_a_mark_and_empty_lines_are_passed_over() {
    let found = read("\u{FEFF}{\"text\":\"a\"}\r\n\n  \n{\"text\":\"b\"}", Options::default());
    let ids: Vec<_> = found.iter().map(|d| d.as_ref().unwrap().id.as_str()).collect();
    assert_eq!(ids, ["a.jsonl:1", "a.jsonl:4"]);
}

#[test]
fn exports_of_databases_and_tools_keep_their_ids_and_dates() {
    let lines = "{\"id\":{\"$oid\":\"65f\"},\"date\":{\"$date\":\"2024-05-01\"},\"text\":\"a\"}\n\
        {\"id\":3,\"date\":{\"$date\":{\"$numberLong\":\"1300320000000\"}},\"text\":\"a\"}\n\
        {\"text\":\"a\",\"meta\":{\"id\":\"d/1\"}}\n{\"id\":4,\"text\":\"a\",\"meta\":{\"id\":\"d/1\"}}";
    let found = read(lines, Options::default());
    let found: Vec<_> = found.iter().map(|d| d.as_ref().map(|d| (&*d.id, d.date.as_deref())).unwrap()).collect();
    assert_eq!(found, [("65f", Some("2024-05-01")), ("3", Some("1300320000000")), ("d/1", None), ("4", None)]);
}

#[test]
fn each_defect_is_named_with_its_place() {
    let with = |entities: &str| format!("{{\"text\":\"زار بوتين مصر\",\"entities\":{entities}}}");
    for (line, wanted) in [
        ("not json", "a.jsonl:1: wanted a JSON object, found at byte 2: expected ident"),
        ("{\"text\":\"a\"", "a.jsonl:1: wanted a JSON object, found at byte 11: EOF while parsing an object"),
        ("[1]", "a.jsonl:1: wanted a JSON object, found a list"),
        (
            "{\"text\":\"a\",\"text\":\"b\"}",
            "a.jsonl:1: wanted a JSON object, found at byte 18: the key \"text\" twice",
        ),
        ("{\"id\":\"1\"}", "a.jsonl:1: wanted a field `text`, found none"),
        ("{\"id\":\"1\",\"text\":null}", "a.jsonl:1: field `text`: wanted a string, found null"),
        ("{\"text\":5}", "a.jsonl:1: field `text`: wanted a string, or a list of them, found a number"),
        ("{\"text\":[\"a\",null]}", "a.jsonl:1: field `text`, paragraph 1: wanted a string, found null"),
        (
            "{\"id\":18446744073709551616,\"text\":\"a\"}",
            "a.jsonl:1: field `id`: wanted a number of 64 bits, or a string, found a longer number",
        ),
        ("{\"id\":[],\"text\":\"a\"}", "a.jsonl:1: field `id`: wanted a string or a number, found a list"),
        ("{\"id\":\"1\",\"error\":\"why\"}", "a.jsonl:1: wanted a document, found an error record: why"),
        (&with("{}"), "a.jsonl:1: field `entities`: wanted a list, found an object"),
        (&with("[3]"), "a.jsonl:1: entities[0]: wanted an object, found a number"),
        (&with("[{\"start\":0,\"end\":3}]"), "a.jsonl:1: entities[0].label: wanted a string, found none"),
        (
            &with("[{\"start\":-1,\"end\":3,\"label\":\"PER\"}]"),
            "a.jsonl:1: entities[0].start: wanted a number from 0 up, found -1",
        ),
        (
            &with("[{\"start\":0,\"end\":3,\"label\":\"A B\"}]"),
            "a.jsonl:1: entities[0].label: wanted a word, found `A B`",
        ),
        (
            &with("[{\"start\":0,\"end\":3,\"label\":\"PER\",\"text\":1}]"),
            "a.jsonl:1: entities[0].text: wanted a string, found a number",
        ),
        (
            &with("[{\"start\":9,\"end\":14,\"label\":\"PER\"}]"),
            "a.jsonl:1: wanted a span within the text (13 chars), found 9..14 (PER)",
        ),
        (
            &with("[{\"start\":4,\"end\":4,\"label\":\"PER\"}]"),
            "a.jsonl:1: wanted a start before the end, found 4..4 (PER)",
        ),
        (
            &with("[{\"start\":3,\"end\":8,\"label\":\"PER\",\"text\":\"بوتين\"}]"),
            "a.jsonl:1: wanted `بوتين` at 3..8 (PER), found ` بوتي`",
        ),
        (
            &with("[{\"start\":5,\"end\":9,\"label\":\"PER\",\"token_start\":6,\"token_end\":9}]"),
            "a.jsonl:1: wanted whole words around 5..9 (PER), found 6..9",
        ),
        (
            &with("[{\"start\":4,\"end\":9,\"label\":\"PER\"},{\"start\":8,\"end\":13,\"label\":\"LOC\"}]"),
            "a.jsonl:1: wanted names that do not overlap, found 4..9 (PER) and 8..13 (LOC)",
        ),
        ("{\"text\":\"a\\ud800b\"}", "a.jsonl:1: wanted Unicode text, found an unpaired surrogate escape"),
        ("{\"text\":\"a\\udc00\"}", "a.jsonl:1: wanted Unicode text, found an unpaired surrogate escape"),
    ] {
        let found = message(line);
        assert!(found.starts_with(wanted), "{line}\n found: {found}\nwanted: {wanted}");
    }
}

#[test]
fn a_span_inside_a_character_is_refused() {
    let options = Options { unit: OffsetUnit::Byte, ..Options::default() };
    let found = read("{\"text\":\"مصر\",\"entities\":[{\"start\":1,\"end\":4,\"label\":\"LOC\"}]}", options);
    let error = found[0].as_ref().unwrap_err().to_string();
    assert_eq!(error, "a.jsonl:1: wanted a span on character boundaries, found 1..4 (LOC) in bytes");
}

#[test]
fn bytes_that_are_not_utf8_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, b"{\"text\":\"\xD9\"}\n{\"text\":\"b\"}\n").unwrap();
    let found: Vec<_> = reader(&path, Options::default()).unwrap().collect();
    assert!(found[0].as_ref().unwrap_err().to_string().ends_with("a.jsonl:1: wanted UTF-8, found 0xD9 at byte 9"));
    assert!(found[1].is_ok());
}

#[test]
fn names_to_be_tagged_anew_are_not_even_looked_at() {
    let options = Options { entities: Entities::Ignore, ..Options::default() };
    let found = read("{\"text\":\"نص\",\"entities\":\"whatever\"}", options);
    assert!(found[0].as_ref().unwrap().entities.is_empty());
}

#[test]
fn a_failed_record_is_written_with_its_reason_and_read_as_one() {
    let mut bytes = Vec::new();
    JsonlWriter::new(&mut bytes, WriteOptions::default()).write_failed("a:1", "wanted \"x\"").unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), "{\"id\":\"a:1\",\"error\":\"wanted \\\"x\\\"\"}\n");
}

#[test]
fn a_name_inside_a_word_is_written_with_the_word_and_read_again() {
    let text = "قال للأمم المتحدة";
    let span = Span::new(text, text.find("أمم").unwrap(), text.len()).unwrap();
    let token_span = Span::new(text, text.find("للأمم").unwrap(), text.len()).unwrap();
    let canonical = Some("الأمم المتحدة".into());
    let found_by = FoundBy::Gazetteer;
    let entity = Entity { token_span, canonical, found_by, group: Some(3), ..Entity::new(span, "ORG") };
    let document = Document { id: "x".into(), text: text.into(), entities: vec![entity], ..Document::default() };
    let mut bytes = Vec::new();
    let options = WriteOptions { text: Text::With, ..WriteOptions::default() };
    JsonlWriter::new(&mut bytes, options).write(&document).unwrap();
    let line = String::from_utf8(bytes).unwrap();
    assert!(
        line.contains("\"start\":6,\"end\":17,\"label\":\"ORG\",\"text\":\"أمم المتحدة\",\"token_start\":4"),
        "{line}"
    );
    assert!(line.contains("\"canonical\":\"الأمم المتحدة\",\"source\":\"gazetteer\",\"group\":3}"), "{line}");
    assert_eq!(read(&line, Options::default())[0].as_ref().unwrap(), &document);
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        text in "[ا-ي😀\u{64B}\"\\\\\u{1}\n ]{1,60}",
        cuts in proptest::collection::vec((0usize..60, 1usize..6, 0u8..=100), 0..6),
    ) {
        let starts: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        let mut entities: Vec<Entity> = Vec::new();
        for (start, length, score) in cuts {
            let (Some(&first), Some(&last)) = (starts.get(start), starts.get(start + length)) else { continue };
            let span = Span::new(&text, first, last).unwrap();
            // Blanks at edges are left out.
            let whole = span.trimmed(&text) == Some(span);
            if whole && entities.iter().all(|e| !e.span.overlaps(span)) {
                entities.push(Entity::new(span, "PER").with_score(f32::from(score) / 100.0));
            }
        }
        entities.sort_by_key(|e| e.span);
        let document = Document { id: "x".into(), text, entities, ..Document::default() };
        for unit in OffsetUnit::ALL {
            let mut bytes = Vec::new();
            let mut writer = JsonlWriter::new(&mut bytes, WriteOptions { unit, text: Text::With, ..WriteOptions::default() });
            writer.write(&document).unwrap();
            writer.finish().unwrap();
            let found = read(std::str::from_utf8(&bytes).unwrap(), Options { unit, ..Options::default() });
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(found[0].as_ref().unwrap(), &document);
        }
    }
}
