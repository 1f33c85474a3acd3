//! Which columns are the word and the tag, what parts them, and which scheme the tags are in.

use super::{names, read};
use crate::Error;
use crate::document::Document;
use crate::formats::conll::{Columns, Tags, is_columns, reader};
use crate::formats::{self, ReadOptions};
use crate::scheme::Asked;

/// The documents of a file, and its path's end left out of errors.
fn read_as(name: &str, text: &str, options: &ReadOptions) -> Result<Vec<Result<Document, String>>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let prefix = folder.path().display().to_string() + "/";
    let clean = |error: Error| error.to_string().replace(&prefix, "");
    Ok(reader(&path, options).map_err(clean)?.map(|document| document.map_err(clean)).collect())
}

/// The names of a file's documents, and what is said of its columns.
fn all(text: &str) -> (Vec<String>, String) {
    let found: Vec<Document> = read(text, Tags::Strict).into_iter().map(Result::unwrap).collect();
    let shown = |document: &Document| -> Vec<String> {
        names(document).iter().map(|(label, name)| format!("{label} {name}")).collect()
    };
    let said = found[0].columns.map(|columns| columns.to_string()).unwrap_or_default();
    (found.iter().flat_map(shown).collect(), said.lines().next().unwrap_or_default().to_owned())
}

const NAMES: [&str; 3] = ["PER محمود عباس", "LOC مصر", "ORG منظمة التحرير"];

#[test]
fn a_file_in_any_scheme_has_the_same_names_and_it_is_said() {
    for (tags, said) in [
        (["O", "B-PER", "I-PER", "B-LOC", "B-ORG", "I-ORG"], ""),
        (["O", "I-PER", "I-PER", "I-LOC", "I-ORG", "I-ORG"], "tags are IOB1, and written as IOB2"),
        (["O", "B-PER", "E-PER", "S-LOC", "B-ORG", "E-ORG"], "tags are IOBES, and written as IOB2"),
        (["O", "B-PER", "L-PER", "U-LOC", "B-ORG", "L-ORG"], "tags are BILOU, and written as IOB2"),
        (["O", "PER-B", "PER-I", "LOC-B", "ORG-B", "ORG-I"], "tags are IOB2 behind types (PER-B), and written as IOB2"),
        (["O", "B_PER", "I_PER", "B_LOC", "B_ORG", "I_ORG"], "tags are IOB2 with `_` (B_PER), and written as IOB2"),
        (
            ["O", "PER", "PER", "LOC", "ORG", "ORG"],
            "tags are bare types, whose neighbours are one name, and written as IOB2",
        ),
    ] {
        let words = ["قال", "محمود", "عباس", "مصر", "منظمة", "التحرير"];
        for between in ["\t", " ", "\tx\t", " NN _ "] {
            let text: String = words.iter().zip(tags).map(|(word, tag)| format!("{word}{between}{tag}\n")).collect();
            assert_eq!(all(&text), (NAMES.map(String::from).to_vec(), said.into()), "{text}");
        }
    }
}

#[test]
fn the_scheme_that_is_asked_for_is_the_one_they_are_read_in() {
    let text = "a O\nb I-PER\nc I-PER\n";
    let read = |name: &str| {
        let options = ReadOptions { scheme: Asked::named(name).unwrap(), ..ReadOptions::default() };
        read_as("a.conll", text, &options).unwrap().remove(0)
    };
    assert_eq!(names(&read("iob1").unwrap()), [("PER", "b c")]);
    assert!(read("iob2").unwrap_err().starts_with("a.conll:2: wanted IOB2 tags, found `I-PER` behind no name"));
    assert!(read("bilou").unwrap_err().starts_with("a.conll:2: wanted BILOU tags, found `I-PER` behind no name"));
    assert!(
        read("suffixed").unwrap_err().starts_with("a.conll:2: wanted a tag `O`, `TYPE-B` or `TYPE-I`, found `I-PER`")
    );
}

#[test]
fn a_counting_column_is_no_word() {
    let text = "1 زار VBD O\n2 رام NNP B-LOC\n3 الله NNP I-LOC\n\n1 عاد VBD O\n2 مصر NNP B-LOC\n";
    let (found, said) = all(text);
    assert_eq!((found.join(", ").as_str(), said.as_str()), ("LOC رام الله, LOC مصر", "the first column counts words"));
    for tags in [Tags::Ignore, Tags::Strict] {
        assert_eq!(read(text, tags)[0].as_ref().unwrap().text, "زار رام الله");
    }
    // A column behind the tags, and comments, as in Universal NER.
    let text = "# sent_id = 1\n# text = a b\n1\ta\tO\t-\tuser\n2\tb\tB-LOC\t-\tuser\n";
    assert_eq!(all(text), (vec!["LOC b".into()], "the first column counts words; tags are those of column 3".into()));
    // Numbers that do not count are words.
    assert_eq!(read("7 O\n8 B-LOC\n", Tags::Strict)[0].as_ref().unwrap().text, "7 8");
}

#[test]
fn of_several_layers_the_first_is_read_or_the_one_that_is_named() {
    let nested = "زار O\nجامعة B-ORG\nبيرزيت I-ORG B-GPE\nفي O\n";
    assert_eq!(all(nested), (vec!["ORG جامعة بيرزيت".into()], "tags are those of column 2".into()));
    let even = nested.replace(" O\n", " O O\n").replace("B-ORG\n", "B-ORG O\n");
    assert_eq!(all(&even).0, ["ORG جامعة بيرزيت"]);
    for text in [nested, &even] {
        let options = ReadOptions { tag_column: Some("3".into()), ..ReadOptions::default() };
        let found = read_as("a.conll", text, &options).unwrap().remove(0).unwrap();
        assert_eq!(names(&found), [("GPE", "بيرزيت")]);
    }
    // A layer without a name is none that names are missed by.
    assert_eq!(all("زار\tO\tO\nبوتين\tO\tB-PER\n").0, ["PER بوتين"]);
    // Phrases are no layer of names.
    let text = "EU NNP B-NP B-ORG\nrejects VBZ B-VP O\nGerman JJ B-NP B-MISC\n";
    assert_eq!(all(text), (vec!["ORG EU".into(), "MISC German".into()], String::new()));
}

#[test]
fn a_column_that_is_not_there_is_refused() {
    let refused = |column: &str, text: &str| {
        let options = ReadOptions { tag_column: Some(column.into()), ..ReadOptions::default() };
        read_as("a.conll", text, &options).unwrap_err()
    };
    assert_eq!(refused("5", "a NN O\n"), "a.conll: wanted a column 5 for tags, found 3 columns");
    assert!(
        refused("NER", "a NN O\n").starts_with("a.conll: wanted a column by its number, as this file does not name")
    );
}

#[test]
fn two_tags_in_a_column_are_refused_with_a_tip() {
    let found = read("زار\tO\nجامعة\tB-ORG\nالأردن\tB-ORG B-GPE\n\nمصر\tB-LOC\n", Tags::Strict);
    let error = found[0].as_ref().unwrap_err();
    assert!(
        error.starts_with("a.conll:3: wanted a tag `O`, `B-TYPE` or `I-TYPE`, found `B-ORG B-GPE`\ntip: "),
        "{error}"
    );
    assert_eq!(names(found[1].as_ref().unwrap()), [("LOC", "مصر")]);
}

#[test]
fn commas_part_a_word_and_its_tag() {
    for separator in [",", ";", "|"] {
        let text = "قال,O\nمحمود,B-PER\n\"عباس\",I-PER\n,,O\n\nمصر,B-LOC\n".replace(',', separator);
        let (found, said) = all(&text);
        assert_eq!(found, ["PER محمود عباس", "LOC مصر"]);
        assert_eq!(said, format!("columns are parted by `{separator}`"));
        assert_eq!(read(&text, Tags::Ignore)[0].as_ref().unwrap().text, format!("قال محمود عباس {separator}"));
    }
    let more = read_as("a.conll", "قال,V,O\nمحمود,N,B-PER\n", &ReadOptions::default());
    assert!(more.unwrap_err().contains("found more than two parted by `,`"));
    assert_eq!(read("قال،\nمحمود,\n", Tags::Strict)[0].as_ref().unwrap().text, "قال، محمود,");
}

#[test]
fn tags_that_continue_nothing_mean_what_the_mode_says() {
    let text = "a O\nb I-PER\n";
    let read = |tags| read(text, tags).remove(0).unwrap();
    assert_eq!(names(&read(Tags::Strict)), [("PER", "b")]);
    assert_eq!(names(&read(Tags::Lenient)), [("PER", "b")]);
    assert!(read(Tags::PassOver).entities.is_empty());
    assert_eq!(read(Tags::PassOver).columns, Some(Columns { passed_over: true, ..Columns::default() }));
    assert_eq!(read(Tags::Lenient).columns, None);
}

#[test]
fn a_text_file_with_words_and_tags_is_columns_where_names_are_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let is = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        is_columns(&path)
    };
    assert!(is("train.txt", "زار O\nمصر B-LOC\n\nعاد O\n"));
    assert!(is("train", "زار,O\nمصر,B-LOC\n"));
    for text in
        ["", "زار مصر\n", "B-52 O\n", "زار الرئيس مصر O\nوعاد\nإلى B-52\n", "زار NOUN\nمصر PROPN\n", "زار O\nعاد O\n"]
    {
        assert!(!is("text.txt", text), "{text}");
    }
    assert!(!is_columns(folder.path()) && !is_columns(&folder.path().join("none")));
    is("train.txt", "زار O\nمصر B-LOC\n");
    let document = formats::open(&folder.path().join("train.txt"), &ReadOptions::default()).unwrap().next().unwrap();
    let document = document.unwrap();
    assert_eq!(names(&document), [("LOC", "مصر")]);
    assert_eq!(document.columns, Some(Columns { text: true, ..Columns::default() }));
}
