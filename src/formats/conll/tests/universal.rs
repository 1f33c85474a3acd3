//! CoNLL-U: words, ranges, words that are not written, names and where they begin, and the text.

use crate::Error;
use crate::document::Document;
use crate::formats::conll::{Tags, reader};
use crate::formats::{InputFormat, ReadOptions};

/// Rows of `ID FORM MISC`, the other columns filled up.
fn rows(rows: &[(&str, &str, &str)]) -> String {
    rows.iter().map(|(id, form, misc)| format!("{id}\t{form}{}\t{misc}\n", "\t_".repeat(7))).collect()
}

fn read_with(text: &str, options: &ReadOptions) -> Vec<Result<Document, String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.conllu");
    std::fs::write(&path, text).unwrap();
    let prefix = folder.path().display().to_string() + "/";
    let clean = |error: Error| error.to_string().replace(&prefix, "");
    match reader(&path, options) {
        Ok(found) => found.map(|document| document.map_err(clean)).collect(),
        Err(error) => vec![Err(clean(error))],
    }
}

fn read(text: &str) -> Vec<Result<Document, String>> {
    read_with(text, &ReadOptions::default())
}

/// `PER بوتين`, and the word where the name is not all of it.
fn shown(document: &Document) -> Vec<String> {
    let show = |e: &crate::Entity| {
        let (name, word) = (e.span.of(&document.text), e.token_span.of(&document.text));
        let word = if name == word { String::new() } else { format!(" in {word}") };
        let canonical = e.canonical.as_ref().map_or(String::new(), |name| format!(" = {name}"));
        format!("{} {name}{word}{canonical}", e.label)
    };
    document.entities.iter().map(show).collect()
}

const VISIT: [(&str, &str, &str); 8] = [
    ("1", "قال", "NER=O"),
    ("2", "محمود", "NER=B-PER"),
    ("3", "عباس", "NER=I-PER|Translit=x"),
    ("4-5", "وبيروت", "SpaceAfter=No"),
    ("4", "و", "NER=O"),
    ("5", "بيروت", "NER=B-LOC"),
    ("5.1", "مخفي", "_"),
    ("6", ".", "NER=O"),
];

#[test]
fn words_ranges_and_words_that_are_not_written() {
    let found = read(&format!("# sent_id = s1\n# text = قال محمود عباس  وبيروت.\n{}", rows(&VISIT)));
    let document = found[0].as_ref().unwrap();
    assert_eq!((document.id.as_str(), document.text.as_str()), ("s1", "قال محمود عباس  وبيروت."));
    let words = &document.sentences.as_ref().unwrap()[0].words;
    let words: Vec<&str> = words.iter().map(|word| word.of(&document.text)).collect();
    assert_eq!(words, ["قال", "محمود", "عباس", "وبيروت", "."]);
    assert_eq!(shown(document), ["PER محمود عباس", "LOC بيروت in وبيروت"]);
    assert_eq!(document.columns.unwrap().misc, Some("NER"));
    // Without `# text` it is made of the words.
    assert_eq!(read(&rows(&VISIT))[0].as_ref().unwrap().text, "قال محمود عباس وبيروت.");
}

#[test]
fn a_name_begins_and_ends_where_its_parts_do() {
    for (word, parts, wanted) in [
        ("للأمم", &[("ل", "O"), ("الأمم", "B-ORG")][..], "ORG أمم in للأمم = الأمم"),
        ("وللجنة", &[("و", "O"), ("ل", "O"), ("اللجنة", "B-ORG")], "ORG لجنة in وللجنة"),
        ("لبوتين", &[("ل", "O"), ("بوتين", "B-PER")], "PER بوتين in لبوتين"),
        ("مدينته", &[("مدينة", "B-LOC"), ("ه", "O")], "LOC مدينت in مدينته"),
        ("غزةومصر", &[("غزة", "B-LOC"), ("و", "O"), ("مصر", "B-LOC")], "LOC غزة in غزةومصر, LOC مصر in غزةومصر"),
        // The parts do not spell the word: all of it.
        ("عما", &[("عن", "O"), ("ما", "B-MISC")], "MISC عما"),
        ("والقدس", &[("و", "_"), ("القدس", "_")], "LOC والقدس"),
    ] {
        let mut all = vec![(format!("1-{}", parts.len()), word.to_owned(), "_".to_owned())];
        if parts.iter().all(|(_, tag)| *tag == "_") {
            all[0].2 = "NER=B-LOC".into();
        }
        let part = |(number, (form, tag)): (usize, &(&str, &str))| {
            (format!("{}", number + 1), form.to_string(), format!("NER={tag}"))
        };
        all.extend(parts.iter().enumerate().map(part));
        let all: Vec<(&str, &str, &str)> = all.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
        assert_eq!(shown(read(&rows(&all))[0].as_ref().unwrap()).join(", "), wanted, "{word}");
    }
}

#[test]
fn documents_are_named_and_sentences_without_one_are_documents() {
    let sentence = rows(&VISIT);
    let named = format!("# newdoc id = d1\n# sent_id = 1\n{sentence}\n# sent_id = 2\n{sentence}\n# newdoc\n{sentence}");
    let found: Vec<Document> = read(&named).into_iter().map(Result::unwrap).collect();
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].id.as_str(), found[0].sentences.as_ref().unwrap().len()), ("d1", 2));
    assert_eq!(shown(&found[0]).len(), 4);
    assert!(found[1].id.ends_with("a.conllu:23"), "{}", found[1].id);
    assert_eq!(read(&format!("{sentence}\n\n{sentence}")).len(), 2);
}

#[test]
fn names_are_in_misc_or_in_a_column() {
    let keyed = |key: &str| rows(&VISIT).replace("NER=", key);
    for key in ["NE=", "Entity="] {
        assert_eq!(shown(read(&keyed(key))[0].as_ref().unwrap()).len(), 2, "{key}");
    }
    assert!(read(&keyed("Eigenname="))[0].as_ref().unwrap().entities.is_empty());
    let with = |column: &str| ReadOptions { tag_column: Some(column.into()), ..ReadOptions::default() };
    assert_eq!(shown(read_with(&keyed("Eigenname="), &with("Eigenname"))[0].as_ref().unwrap()).len(), 2);
    let refused = read_with(&keyed("Eigenname="), &with("NamedEntity"))[0].as_ref().unwrap_err().clone();
    assert_eq!(refused, "a.conllu: wanted a column or a key of MISC called `NamedEntity`, found none");
    let plus =
        "# global.columns = ID FORM X:NER UPOS\n1\tزار\tO\tVERB\n2-3\tوبيروت\t_\t_\n2\tو\tO\t_\n3\tبيروت\tS-LOC\t_\n";
    for options in [ReadOptions::default(), with("x:ner"), with("3")] {
        let found = read_with(plus, &options).remove(0).unwrap();
        assert_eq!(shown(&found), ["LOC بيروت in وبيروت"]);
        assert!(found.columns.unwrap().to_string().contains("tags are IOBES"));
    }
    assert!(
        read_with(plus, &ReadOptions { tags: Tags::Ignore, ..ReadOptions::default() })[0]
            .as_ref()
            .unwrap()
            .entities
            .is_empty()
    );
}

#[test]
fn it_is_known_by_its_columns_too_and_the_other_way_round_not_by_its_name_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.conll");
    std::fs::write(&path, rows(&VISIT)).unwrap();
    for format in [None, Some(InputFormat::Conllu), Some(InputFormat::Conll)] {
        for tags in [Tags::Strict, Tags::Ignore] {
            let options = ReadOptions { format, tags, ..ReadOptions::default() };
            let document = reader(&path, &options).unwrap().next().unwrap().unwrap();
            assert_eq!(document.text, "قال محمود عباس وبيروت.");
        }
    }
}

#[test]
fn each_defect_is_named_with_its_place_and_the_next_document_is_read() {
    let good = rows(&[("1", "z", "_")]);
    for (text, wanted) in [
        ("1\ta\n".to_owned(), "a.conllu:1: wanted 10 columns parted by tabs, found 2: `1\ta`"),
        (rows(&[("x", "a", "_")]), "a.conllu:1: wanted a number, a range or a number with a point as ID, found `x`"),
        (rows(&[("1", "", "_")]), "a.conllu:1: wanted a word as FORM, found none"),
        (
            rows(&[("1", "a", "NER=(person"), ("2", "b", "NER=O")]),
            "a.conllu:1: wanted a tag `O`, `B-TYPE` or `I-TYPE`, found `(person`",
        ),
        (
            rows(&[("1-2", "a", "_"), ("2-3", "b", "_")]),
            "a.conllu:2: wanted ranges apart, found 2-3 behind one up to 2",
        ),
        (
            "# text = a c\n".to_owned() + &rows(&[("1", "a", "_"), ("2", "b", "_")]),
            "a.conllu:3: wanted the words of `# text`, with `c`, found `b`",
        ),
        (
            "# text = a b\n".to_owned() + &rows(&[("1", "a", "_")]),
            "a.conllu:2: wanted the words of `# text`, with `b` behind this one, found no more",
        ),
        (
            rows(&[("1-2", "x", "_"), ("1", "a", "NER=B-LOC"), ("2", "b", "NER=B-LOC")]),
            "a.conllu:3: wanted names apart, found two in `x`, which its parts do not spell",
        ),
    ] {
        let found = read(&format!("{text}\n{good}"));
        assert_eq!(found.len(), 2, "{text}");
        let error = found[0].as_ref().unwrap_err();
        assert!(error.starts_with(wanted), "{error}");
        assert_eq!(found[1].as_ref().unwrap().text, "z");
    }
}
