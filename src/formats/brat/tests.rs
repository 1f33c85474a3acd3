//! What is written, what is read and refused with which words, and the round trip.

use super::*;
use crate::formats::samples;
use proptest::prelude::*;

fn round(documents: &[Document]) -> Vec<Document> {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = BratWriter::create(folder.path()).unwrap();
    documents.iter().for_each(|d| writer.write(d).unwrap());
    writer.finish().unwrap();
    let mut paths: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "ann"));
    paths.sort();
    paths.iter().map(|p| reader(p, &jsonl::Options::default()).unwrap().next().unwrap().unwrap()).collect()
}

#[test]
fn lines_are_those_of_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let document = samples::document("زار فلاديمير\nبوتين مصر", &[("PER", "فلاديمير\nبوتين"), ("LOC", "مصر")]);
    BratWriter::create(folder.path()).unwrap().write(&document).unwrap();
    let found = fs::read_to_string(folder.path().join("sample.ann")).unwrap();
    assert_eq!(found, "T1\tPER 4 12;13 18\tفلاديمير بوتين\nT2\tLOC 19 22\tمصر\n");
}

/// The line of a name that is all of a text.
fn line(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    BratWriter::create(folder.path()).unwrap().write(&samples::document(text, &[("PER", text)])).unwrap();
    fs::read_to_string(folder.path().join("sample.ann")).unwrap()
}

#[test]
fn the_letters_of_a_name_are_those_of_its_fragments_with_a_space_between() {
    assert_eq!(line("عبد\r\nالله"), "T1\tPER 0 3;5 9\tعبد الله\n");
    assert_eq!(line("عبد\tالله \u{2028}بن"), "T1\tPER 0 3;4 9;10 12\tعبد الله  بن\n");
    assert_eq!(line("😀 عبد  الله"), "T1\tPER 0 11\t😀 عبد  الله\n");
    assert_eq!(line("\n\u{1}"), "T1\tPER 0 2\t\n");
}

/// The names of `زار بوتين مصر` that an annotation file gives.
fn names(annotations: &str) -> Vec<(String, String)> {
    names_and_notes(annotations).0
}

/// And what is said of it, behind its path.
fn names_and_notes(annotations: &str) -> (Vec<(String, String)>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ann");
    fs::write(path.with_extension("txt"), "زار بوتين مصر").unwrap();
    fs::write(&path, annotations).unwrap();
    let options = jsonl::Options::default();
    let document = reader(&path, &options).unwrap().next().unwrap().unwrap();
    let names = document.entities.iter().map(|e| (e.label.to_string(), e.span.of(&document.text).to_owned())).collect();
    (names, options.notes.take().iter().map(|note| note.replace(&format!("{}: ", path.display()), "")).collect())
}

#[test]
fn of_all_that_an_annotation_file_holds_names_alone_are_read() {
    let (found, notes) = names_and_notes(
        "\u{FEFF}T1\tPER 4 9\tبوتين\r\n\
         T2\tVISIT 0 3\tزار\r\n\
         E1\tVISIT:T2 Who:T1 Where:T3\r\n\
         T3\tLOC 10 13\tمصر\r\n\
         R1\tIn Arg1:T1 Arg2:T3\r\n\
         *\tEquiv T1 T3\r\n\
         A1\tNegation E1\r\n\
         M1\tSpeculation E1\r\n\
         N1\tReference T3 Wikipedia:79\tEgypt\r\n\
         #1\tAnnotatorNotes T1\tT9\tPER 0 99\tx\r\n\
         \r\n",
    );
    assert_eq!(found, [("PER".into(), "بوتين".into()), ("LOC".into(), "مصر".into())]);
    let note = "relations, events, attributes and notes are not read, the names beside them are (8 lines)";
    assert_eq!(notes, [note]);
    assert!(names_and_notes("T1\tPER 4 9\tبوتين\n\n").1.is_empty());
}

#[test]
fn letters_may_be_missing_and_white_space_may_follow() {
    for line in ["T1\tPER 4 9", "T1\tPER 4 9\t", "T1\tPER 4 9 \tبوتين ", "T1\tPER 4 9\tبوتين\r"] {
        assert_eq!(names(line), [("PER".into(), "بوتين".into())], "{line:?}");
    }
    // Fragments without their line ends, as a name over lines has them.
    assert_eq!(names("T1\tPER 0 3;4 9\tزار بوتين"), [("PER".into(), "زار بوتين".into())]);
}

#[test]
fn blanks_at_the_edges_of_a_name_are_left_out_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ann");
    fs::write(path.with_extension("txt"), "زار بوتين\nمصر").unwrap();
    fs::write(&path, "T1\tPER 3 10\t بوتين \nT2\tLOC 10 13\tمصر\n").unwrap();
    let options = jsonl::Options::default();
    let document = reader(&path, &options).unwrap().next().unwrap().unwrap();
    let spans: Vec<&str> = document.entities.iter().map(|e| e.span.of(&document.text)).collect();
    assert_eq!(spans, ["بوتين", "مصر"]);
    assert!(document.entities.iter().all(|e| e.span == e.token_span));
    assert_eq!(options.notes.take(), [format!("{}: blanks at the edges of 1 names were left out", path.display())]);
}

#[test]
fn a_pair_of_files_that_is_too_long_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ann");
    fs::write(path.with_extension("txt"), "مصر").unwrap();
    fs::write(&path, "#1\tx\ty\n").unwrap();
    let read = |longest| {
        reader(&path, &jsonl::Options { longest: Longest(longest), ..jsonl::Options::default() })
            .map(|mut found| found.next().unwrap().unwrap().text)
    };
    assert_eq!(read(7).unwrap(), "مصر");
    assert!(read(6).unwrap_err().to_string().contains("a.ann: wanted a document of at most 6 bytes"));
    fs::write(&path, "").unwrap();
    assert_eq!(read(6).unwrap(), "مصر");
    assert!(read(5).unwrap_err().to_string().contains("a.txt: wanted a document of at most 5 bytes"));
}

#[test]
fn ids_that_come_to_one_name_get_numbers() {
    let mut documents = [samples::document("ا", &[]), samples::document("ب", &[]), samples::document("ج", &[])];
    for (document, id) in documents.iter_mut().zip(["a/b:1", "a_b_1", "../A/b.1"]) {
        document.id = id.into();
    }
    let texts: Vec<_> = round(&documents).into_iter().map(|d| d.text).collect();
    assert_eq!(texts.len(), 3);
}

#[test]
fn each_defect_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (text, path) = (folder.path().join("a.txt"), folder.path().join("a.ann"));
    fs::write(&text, "زار بوتين مصر").unwrap();
    for (line, wanted) in [
        ("T1 PER 4 9", "a.ann:2: wanted `ID<TAB>TYPE START END<TAB>TEXT`, found `T1 PER 4 9`"),
        ("T1\tPER", "a.ann:2: wanted `TYPE START END`, found `PER`"),
        ("T1\t 4 9\tبوتين", "a.ann:2: wanted `TYPE START END`, found ` 4 9`"),
        ("PER\tx 4 9\tبوتين", "a.ann:2: wanted `ID<TAB>TYPE START END<TAB>TEXT`, found `PER\tx 4 9\tبوتين`"),
        ("T1\tPER 4\tx", "a.ann:2: wanted `START END` as numbers, found `4`"),
        ("T1\tPER 4 99\tx", "a.ann:2: wanted a span within the text (13 chars), found 4..99 (PER)"),
        (
            "T1\tPER 0 3;10 13\tx",
            "a.ann:2: wanted fragments with nothing but white space between, found `PER 0 3;10 13`",
        ),
        (
            "T1\tPER 4 9;3 4\tبوتين",
            "a.ann:2: wanted fragments with nothing but white space between, found `PER 4 9;3 4`",
        ),
        ("T1\tPER 3 8\tبوتين", "a.ann:2: wanted `بوتين` at `PER 3 8`, found ` بوتي`"),
        (
            "T1\tPER 4 9\tبوتين\nT2\tLOC 8 13\tن مصر",
            "a.ann:3: wanted names that do not overlap, found one over that of line 2",
        ),
    ] {
        fs::write(&path, format!("#1\tNote\tx\n{line}\n")).unwrap();
        let error = reader(&path, &jsonl::Options::default()).unwrap().next().unwrap().unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
    fs::remove_file(text).unwrap();
    assert!(matches!(reader(&path, &jsonl::Options::default()), Err(Error::Io { .. })));
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(document in samples::documents()) {
        let found = round(std::slice::from_ref(&document)).remove(0);
        let bare = |d: &Document| -> Vec<_> { d.entities.iter().map(|e| (e.span, e.label.clone())).collect() };
        prop_assert_eq!(&found.text, &document.text);
        prop_assert_eq!(bare(&found), bare(&document));
    }
}

#[test]
fn a_text_beside_an_annotation_that_is_no_file_is_named_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ann");
    fs::write(&path, "").unwrap();
    fs::create_dir(folder.path().join("a.txt")).unwrap();
    let refused = || reader(&path, &jsonl::Options::default()).err().unwrap().to_string();
    assert!(refused().ends_with("a.txt: wanted the text of an annotation file, found a directory"));
    fs::remove_dir(folder.path().join("a.txt")).unwrap();
    if cfg!(unix) {
        assert!(std::process::Command::new("mkfifo").arg(folder.path().join("a.txt")).status().unwrap().success());
        assert!(refused().ends_with("a.txt: wanted the text of an annotation file, found a named pipe"));
    }
}

#[test]
fn many_ids_that_come_to_one_name_are_numbered_in_no_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = BratWriter::create(folder.path()).unwrap();
    let begin = std::time::Instant::now();
    let address = |n: usize| format!("https://www.example.org/news/international/politics/{n}");
    let names: Vec<String> = (0..50_000).map(|n| writer.name(&address(n))).collect();
    assert!(begin.elapsed() < std::time::Duration::from_secs(20), "{:?}", begin.elapsed());
    let plain = "https___www.example.org_news_international_politic";
    assert_eq!([&names[0], &names[1], &names[49_999]], [plain, &format!("{plain}-2"), &format!("{plain}-50000")]);
}
