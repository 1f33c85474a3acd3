//! What annotation tools write is read with its names or refused with the reason, and never as a text without names.

use crate::formats::{self, OffsetUnit, ReadOptions, jsonl};
use crate::scheme::{Asked, Code};

/// `عباس` stands at 13 and `رام الله` at 24 in code points; two emoji before them are longer in UTF-16.
const TEXT: &str = "😀 زار الرئيس عباس 👨‍👩‍👧 رام الله.";
const NAMES: &str = "عباس PER|رام الله LOC";

/// The documents of a file by their names, errors by what they say behind the place; and the notes.
fn read_with(file: &str, text: &str, jsonl: jsonl::Options) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file);
    std::fs::write(&path, text).unwrap();
    let prefix = path.display().to_string() + ":";
    let options = ReadOptions { jsonl, ..ReadOptions::default() };
    let found = formats::open(&path, &options).unwrap().map(|document| match document {
        Ok(document) => {
            let name = |e: &crate::Entity| format!("{} {}", e.span.of(&document.text), e.label);
            document.entities.iter().map(name).collect::<Vec<_>>().join("|")
        }
        Err(error) => error.to_string().replace(&prefix, ""),
    });
    let found = found.collect();
    (found, options.jsonl.notes.take().iter().map(|note| note.replace(&prefix, "")).collect())
}

fn read(text: &str) -> Vec<String> {
    read_with("a.json", text, jsonl::Options::default()).0
}

fn record(fields: &str) -> String {
    format!("{{\"id\": 1, \"text\": \"{TEXT}\", {fields}}}")
}

#[test]
fn names_are_read_from_the_fields_of_each_tool() {
    for fields in [
        r#""label": [[13, 17, "PER"], [24, 32, "LOC"]]"#,
        r#""labels": [[24.0, 32.0, "LOC"], [13, 17, "PER"]], "comments": []"#,
        r#""entities": [[13, 17, "PER"], [24, 32, "LOC"]]"#,
        r#""entities": [{"id": 7, "label": "PER", "start_offset": 13, "end_offset": 17},
            {"id": 8, "label": "LOC", "start_offset": 24, "end_offset": 32}], "relations": []"#,
        r#""spans": [{"start": 13, "end": 17, "label": "PER", "token_start": 3, "token_end": 3},
            {"start": 24, "end": 32, "label": "LOC", "token_start": 5, "token_end": 6}],
            "tokens": [{"text": "زار", "start": 2, "end": 5, "id": 0}], "answer": "accept""#,
        r#""ents": [{"start": 13, "end": 17, "label": "PER"}, {"start": 24, "end": 32, "label": "LOC"}]"#,
        r#""entities": [{"offset": 13, "length": 4, "type": "PER"}, {"offset": 24, "length": 8, "type": "LOC"}]"#,
        r#""entities": [], "ner": [{"start": 14, "end": 18, "text": "عباس", "labels": ["PER"]}]"#,
    ] {
        let found = read(&record(fields));
        // In the short form of Label Studio, offsets may be a browser's.
        assert_eq!(found, [if fields.contains("\"ner\"") { "عباس PER" } else { NAMES }], "{fields}");
    }
    let (_, notes) = read_with("a.jsonl", &record(r#""label": [[13, 17, "PER"]]"#), jsonl::Options::default());
    assert_eq!(notes, ["1: names are read from `label` (1 records)"]);
    assert_eq!(read(&record(r#""label": "sports""#)), [""], "the class of a document");
}

#[test]
fn what_looks_like_names_and_is_not_understood_is_refused() {
    for (fields, wanted) in [
        (r#""label": ["PER", "LOC"]"#, "1: label[0]: wanted an object, found a string"),
        (r#""labels": [[13, 17]]"#, "1: labels[0]: wanted [start, end, \"TYPE\"], found a list of 2"),
        (r#""entities": {"PER": ["عباس"]}"#, "1: field `entities`: wanted a list, found an object"),
        (r#""spans": ["PER: عباس"]"#, "1: spans[0]: wanted an object, found a string"),
        (r#""spans": [{"start": 13, "end": 17, "label": "a b"}]"#, "1: spans[0].label: wanted a word, found `a b`"),
        (
            r#""spans": [{"start": 13.5, "end": 17, "label": "PER"}]"#,
            "1: spans[0].start: wanted a whole number, found 13.5",
        ),
        (
            r#""spans": [{"start": -1, "end": 17, "label": "PER"}]"#,
            "1: spans[0].start: wanted a number from 0 up, found -1",
        ),
        (
            r#""mentions": [{"start": 13, "end": 17, "type": "PER"}]"#,
            "1: field `mentions`: wanted names in a field that is read",
        ),
        (
            r#""named_entities": [{"offset": 13, "length": 4, "type": "PER"}]"#,
            "1: field `named_entities`: wanted names in a field that is read",
        ),
        (
            r#""entities": [{"offset": 13, "length": "4", "type": "PER"}]"#,
            "1: entities[0].length: wanted a number from 0 up, found a string",
        ),
        (
            r#""entities": [{"offset": 13, "length": 18446744073709551615, "type": "PER"}]"#,
            "1: wanted a span within the text",
        ),
        (
            r#""annotation": [{"label": ["PER"], "points": [{"start": 13, "end": 16}]}]"#,
            "1: field `annotation`: wanted names",
        ),
        (
            r#""label": [[13, 17, "PER"]], "spans": [[24, 32, "LOC"]]"#,
            "1: wanted names in one field, found them in `spans` and in `label`",
        ),
        (r#""annotations": {"entities": []}"#, "1: field `annotations`: wanted a list, found an object"),
    ] {
        let found = read(&record(fields));
        assert!(found.len() == 1 && found[0].starts_with(wanted), "{fields}\n found: {found:?}\nwanted: {wanted}");
    }
}

#[test]
fn blanks_at_edges_are_left_out_and_counted() {
    let line =
        record(r#""entities": [{"start": 12, "end": 18, "label": "PER"}, {"start": 24, "end": 32, "label": "LOC"}]"#);
    let (found, notes) = read_with("a.jsonl", &line, jsonl::Options::default());
    assert_eq!(
        (found, notes),
        (vec![NAMES.to_owned()], vec!["1: blanks at the edges of 1 names were left out".to_owned()])
    );
    let blank = record(r#""entities": [{"start": 12, "end": 13, "label": "PER"}]"#);
    assert_eq!(read(&blank), ["1: wanted a name, found blanks alone at 12..13 (PER)"]);
}

#[test]
fn tasks_that_were_rejected_are_left_out_and_counted() {
    let task = |answer: &str| record(&format!("\"spans\": [[13, 17, \"PER\"]], \"answer\": \"{answer}\"")) + "\n";
    // Whoever ignores a task has not marked a name in it.
    let text = ["accept", "reject", "ignore"].map(task).concat() + "{\"text\": \"قال عباس\", \"answer\": \"ignore\"}\n";
    let (found, notes) = read_with("a.jsonl", &text, jsonl::Options::default());
    assert_eq!(found, ["عباس PER"]);
    assert!(
        notes.contains(&"2: records were left out whose `answer` is `reject` or `ignore` (3)".to_owned()),
        "{notes:?}"
    );
}

/// A task of Label Studio with these annotations.
fn task(annotations: &str) -> String {
    format!("[{{\"id\": 5, \"data\": {{\"text\": \"{TEXT}\"}}, {annotations}}}]")
}

/// Names as the tool has them: offsets of a browser, and the letters.
const REGIONS: &str = r#"{"type": "labels", "value": {"start": 14, "end": 18, "text": "عباس", "labels": ["PER"]}},
    {"type": "labels", "value": {"start": 28, "end": 36, "text": "رام الله", "labels": ["LOC"]}},
    {"type": "choices", "value": {"choices": ["news"]}}"#;

#[test]
fn tasks_of_label_studio_are_read_in_the_unit_that_their_letters_are_in() {
    let set = format!("{{\"result\": [{REGIONS}, {{\"type\": \"relation\", \"from_id\": \"a\"}}]}}");
    let (found, notes) = read_with("a.json", &task(&format!("\"annotations\": [{set}]")), jsonl::Options::default());
    assert_eq!(found, [NAMES]);
    let said = |part: &str| notes.iter().any(|note| note.contains(part));
    assert!(
        said("UTF-16 units, as the letters") && said("relations are not read") && said("from `annotations`"),
        "{notes:?}"
    );
    for unit in OffsetUnit::ALL {
        let options = jsonl::Options { unit, ..jsonl::Options::default() };
        assert_eq!(read_with("a.json", &task(&format!("\"annotations\": [{set}]")), options).0, [NAMES], "{unit}");
    }
    let predicted = task(&format!("\"annotations\": [], \"predictions\": [{set}]"));
    assert_eq!(read(&predicted), [NAMES], "nobody annotated it, a model did");
    assert_eq!(read(&task(&format!("\"annotations\": [{set}, {set}]"))), [NAMES], "two that agree");
}

#[test]
fn annotations_that_are_cancelled_or_differ_are_no_gold() {
    let set = |rest: &str, regions: &str| format!("{{\"result\": [{regions}]{rest}}}");
    let cancelled = set(", \"was_cancelled\": true", REGIONS);
    let one = |annotations: String| read_with("a.json", &task(&annotations), jsonl::Options::default());
    assert_eq!(one(format!("\"annotations\": [{cancelled}, {}]", set("", ""))).0, [""]);
    let (found, notes) = one(format!("\"annotations\": [{cancelled}]"));
    assert_eq!(
        (found.len(), notes),
        (0, vec!["1: tasks were left out that have no annotation but cancelled ones (1)".to_owned()])
    );
    let differ = format!("\"annotations\": [{}, {}]", set("", REGIONS), set("", ""));
    assert!(one(differ).0[0].starts_with("1: field `annotations`: wanted one set of names, found 2 that differ"));
    let truth = format!("\"annotations\": [{}, {}]", set(", \"ground_truth\": true", REGIONS), set("", ""));
    assert_eq!(one(truth).0, [NAMES]);
    let html = r#""annotations": [{"result": [{"value": {"start": "/p[1]", "hypertextlabels": ["PER"]}}]}]"#;
    assert!(one(html.into()).0[0].contains("wanted `labels` of a text, found `hypertextlabels`"));
}

#[test]
fn names_of_another_text_of_a_task_are_not_those_of_this_one() {
    let region = |to: &str, start: usize, end: usize| {
        format!(
            "{{\"to_name\": \"{to}\", \"type\": \"labels\", \"value\": {{\"start\": {start}, \"end\": {end}, \"labels\": [\"PER\"]}}}}"
        )
    };
    let task = format!(
        "[{{\"id\": 1, \"data\": {{\"title\": \"زار بوتين مصر\", \"text\": \"وصل ماكرون بيروت\"}}, \"annotations\": [{{\"result\": [{}, {}]}}]}}]",
        region("title", 4, 9),
        region("t", 4, 10)
    );
    let (found, notes) = read_with("a.json", &task, jsonl::Options::default());
    assert_eq!(found, ["ماكرون PER"], "`t` is what the configuration calls the text");
    assert!(notes.iter().any(|note| note.contains("names of `title` were left out")), "{notes:?}");
    let title = jsonl::Options { text_field: "title".into(), ..jsonl::Options::default() };
    let only = task.replace(&format!(", {}", region("t", 4, 10)), "");
    assert_eq!(read_with("a.json", &only, title).0, ["بوتين PER"]);
}

#[test]
fn regions_without_a_label_are_left_out_and_counted() {
    let bare = r#"{"type": "labels", "value": {"start": 2, "end": 5, "text": "زار"}},
        {"type": "labels", "value": {"start": 2, "end": 5, "text": "زار", "labels": []}},
        {"type": "textarea", "value": {"start": 14, "end": 18, "text": ["رئيس"]}}"#;
    let set = format!("\"annotations\": [{{\"result\": [{REGIONS}, {bare}]}}]");
    let (found, notes) = read_with("a.json", &task(&set), jsonl::Options::default());
    assert_eq!(found, [NAMES]);
    assert!(notes.contains(&"1: regions without a label were left out (2)".to_owned()), "{notes:?}");
}

#[test]
fn words_with_names_by_number_are_read() {
    let gliner = r#"[{"tokenized_text": ["زار", "عباس", "رام", "الله"], "ner": [[1, 1, "PER"], [2, 3, "LOC"]]},
        {"tokenized_text": ["زار"], "ner": []}, {"tokenized_text": ["زار"], "ner": [[0, 1, "PER"]]}]"#;
    let wrong = "3: ner[0]: wanted words of 1, counted from 0, found 0 to 1";
    let found = read(&gliner.replace(
        "}, {\"tokenized_text\": [\"زار\"], \"ner\": [[0",
        "},\n{\"tokenized_text\": [\"زار\"], \"ner\": [[0",
    ));
    assert_eq!(found, [NAMES, "", wrong]);
}

#[test]
fn words_with_a_tag_each_are_read_in_any_scheme() {
    let line = |tags: &str| format!("{{\"tokens\": [\"زار\", \"عباس\", \"رام\", \"الله\"], \"ner_tags\": [{tags}]}}\n");
    let iob2 = line(r#""O", "B-PER", "B-LOC", "I-LOC""#);
    assert_eq!(read(&iob2), [NAMES]);
    let (found, notes) = read_with("a.jsonl", &line(r#""O", "S-PER", "B-LOC", "E-LOC""#), jsonl::Options::default());
    assert_eq!((found, notes), (vec![NAMES.to_owned()], vec!["1: tags are read as IOBES (1 records)".to_owned()]));
    let tags = jsonl::Tags { scheme: Asked::Code(Code::Iob1), ..jsonl::Tags::default() };
    let iob1 =
        read_with("a.jsonl", &line(r#""O", "I-PER", "I-LOC", "I-LOC""#), jsonl::Options { tags, ..Default::default() });
    assert_eq!(iob1.0, [NAMES]);
    assert_eq!(read(&line("\"O\"")), ["1: field `ner_tags`: wanted a tag for each of 4 words, found 1"]);
    let numbers = line("0, 1, 5, 6");
    assert!(
        read(&numbers)[0]
            .starts_with("1: field `ner_tags`: wanted the names of its tags, found numbers alone\ntip: --tag-names")
    );
    let names = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"].map(str::to_owned).to_vec();
    let tags = jsonl::Tags { names, ..jsonl::Tags::default() };
    let options = jsonl::Options { tags, ..jsonl::Options::default() };
    assert_eq!(read_with("a.jsonl", &numbers, options.clone()).0, [NAMES]);
    let found = read_with("a.jsonl", &line("0, 1, 5, 7"), options).0;
    assert_eq!(found, ["1: ner_tags[3]: wanted numbers from 0 to 6, found 7"]);
}

#[test]
fn words_stand_in_the_text_that_a_record_has_too() {
    let line = |text: &str| {
        format!("{{\"text\": \"{text}\", \"tokens\": [\"زار\", \"\", \"عباس\"], \"tags\": [\"O\", \"O\", \"B-PER\"]}}")
    };
    assert_eq!(read(&line("  زار\\n عباس.")), ["عباس PER"]);
    let empty = line("زار عباس").replace("\"O\", \"O\"", "\"O\", \"B-LOC\"");
    let (found, notes) = read_with("a.jsonl", &empty, jsonl::Options::default());
    assert_eq!(
        (found, notes),
        (vec!["عباس PER".to_owned()], vec!["1: names of words without a letter were left out (1)".to_owned()])
    );
    let wrong = "1: field `tokens`: wanted the words of the text, one behind the other, found `عباس`";
    assert_eq!(read(&line("زار الرئيس عباس")), [wrong]);
    let spert = r#"{"tokens": ["زار", "عباس"], "entities": [{"type": "PER", "start": 1, "end": 2}]}"#;
    assert_eq!(read(spert), ["1: wanted names by characters of a text, found words (`tokens`) without a text"]);
    let ignored = jsonl::Options { entities: jsonl::Entities::Ignore, ..jsonl::Options::default() };
    assert_eq!(read_with("a.json", spert, ignored).0, [""], "to be tagged");
}
