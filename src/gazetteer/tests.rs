use super::*;
use std::fs;
use std::time::{Duration, Instant};

fn read(text: impl AsRef<[u8]>) -> Result<Gazetteer, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("names.tsv");
    fs::write(&path, text).unwrap();
    Gazetteer::read(&path).map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

/// Names found: letters, type, letters before them in their word, spelling on its own.
fn found(names: &str, text: &str) -> Vec<(String, String, String, Option<String>)> {
    let mut document = Document { text: text.into(), ..Document::default() };
    read(names).unwrap().apply(&mut document);
    let name = |e: Entity| {
        assert_eq!((e.found_by, e.score), (FoundBy::Gazetteer, None));
        let before = text[e.token_span.start()..e.span.start()].to_owned();
        (e.span.of(text).to_owned(), e.label.to_string(), before, e.canonical)
    };
    document.entities.into_iter().map(name).collect()
}

fn letters(names: &str, text: &str) -> Vec<String> {
    found(names, text).into_iter().map(|name| name.0).collect()
}

#[test]
fn names_are_found_in_any_spelling_and_the_longest_first() {
    let names = "# ours\nأكاديمية الشرق\tORG\r\n\nأكاديمية\tMISC\nعليّ\tPER\n";
    assert_eq!(letters(names, "في اكاديميه الشـرق وفي أكاديميةٍ أخرى قال على"), ["اكاديميه الشـرق", "أكاديميةٍ", "على"]);
    assert_eq!(letters(names, "أكاديمية. الشرق"), ["أكاديمية"]);
}

#[test]
fn proclitics_stay_outside_and_the_article_comes_back() {
    let names = "زخرنغ\tPER\nالأمم المتحدة\tORG\nاللاذقية\tLOC\nلبنان\tLOC\n";
    let row = |name: &str, label: &str, before: &str, canonical: Option<&str>| {
        (name.to_owned(), label.to_owned(), before.to_owned(), canonical.map(str::to_owned))
    };
    assert_eq!(
        found(names, "ولزخرنغ وللأمم المتحدة للاذقية للبنان فالأمم المتحدة"),
        [
            row("زخرنغ", "PER", "ول", None),
            row("أمم المتحدة", "ORG", "ولل", Some("الأمم المتحدة")),
            row("لاذقية", "LOC", "ل", Some("اللاذقية")),
            row("لبنان", "LOC", "ل", None),
            row("الأمم المتحدة", "ORG", "ف", None),
        ]
    );
    let mut document = Document { text: "قال للأمم المتحدة".into(), ..Document::default() };
    read(names).unwrap().keeping_clitics().apply(&mut document);
    assert_eq!(document.entities[0].span.of(&document.text), "للأمم المتحدة");
    assert_eq!(document.entities[0].canonical, None);
}

#[test]
fn a_word_that_is_a_name_itself_is_not_cut_for_another() {
    assert_eq!(letters("سام\tPER\n", "قال وسام لسام"), ["سام"]);
    assert_eq!(letters("سام ألتمان\tPER\n", "قال وسام ألتمان"), ["سام ألتمان"]);
}

#[test]
fn names_of_the_document_give_way_unless_they_hold_more() {
    let text = "جامعة القاهرة في القاهرة الكبرى قرب مصر";
    let at = |name: &str, label: &str| {
        let start = text.find(name).unwrap();
        Entity::new(Span::new(text, start, start + name.len()).unwrap(), label).with_score(0.9)
    };
    let mut entities = vec![at("جامعة القاهرة", "ORG"), at("القاهرة الكبرى", "LOC"), at("مصر", "LOC")];
    entities.sort_by_key(|e| e.span);
    let mut document = Document { text: text.into(), entities, ..Document::default() };
    read("القاهرة\tCITY\nالكبرى قرب\tMISC\nمصر\tLAND\n").unwrap().apply(&mut document);
    let names: Vec<(&str, &str)> = document.entities.iter().map(|e| (e.span.of(text), &*e.label)).collect();
    assert_eq!(names, [("جامعة القاهرة", "ORG"), ("الكبرى قرب", "MISC"), ("مصر", "LAND")]);
}

#[test]
fn broken_lines_are_named() {
    for (text, message) in [
        ("بيروت\tLOC\nحلب\n", "names.tsv:2: wanted 2 columns, `name<TAB>type`, found 1"),
        ("بيروت\tLOC\tx\n", "names.tsv:1: wanted 2 columns, `name<TAB>type`, found 3"),
        ("بيروت\tA B\n", "names.tsv:1: wanted a word as type, found `A B`"),
        ("بيروت\t\n", "names.tsv:1: wanted a word as type, found ``"),
        ("-\tLOC\n", "names.tsv:1: wanted a name of two letters or more, found `-`"),
        ("مكة\tLOC\n\nمكه\tORG\n", "names.tsv:3: wanted one type for `مكه`, found ORG, and LOC in line 1"),
        ("# nothing\n", "names.tsv: wanted lines of `name<TAB>type`, found none"),
    ] {
        assert_eq!(read(text).unwrap_err(), message);
    }
    assert_eq!(read(b"\xd9\n").unwrap_err(), "names.tsv:1: wanted UTF-8, found 0xD9 at byte 0");
    assert_eq!(read("\u{feff}بيروت\tLOC\nبيروت\tLOC\n").unwrap().types(), ["LOC"]);
}

#[test]
fn many_names_that_begin_alike_are_read_and_found_in_no_time() {
    let names: String = (0..60_000).map(|n| format!("محمد اسم{n} بن فلان{}\tPER\n", n % 7)).collect();
    let text = "زار محمد اسم59999 بن فلان2 ومحمد اسم1 بن فلان2. ".repeat(2000);
    let begin = Instant::now();
    let found = letters(&names, &text);
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    assert_eq!((found.len(), found[0].as_str()), (2000, "محمد اسم59999 بن فلان2"));
}

#[test]
fn many_names_in_one_text_take_the_place_of_the_models_in_no_time() {
    let text = "قال زخرنغ في جامعة القاهرة. ".repeat(40_000);
    let mut document = Document { text, ..Document::default() };
    let sentences = segment(&document.text);
    let words = |from: usize, to: usize| {
        let name = |sentence: &Sentence| Entity::new(sentence.words[from].cover(sentence.words[to]), "ORG");
        sentences.iter().map(name).collect::<Vec<Entity>>()
    };
    document.entities = [words(1, 1), words(3, 4)].concat();
    document.entities.sort_by_key(|entity| entity.span);
    let names = read("زخرنغ\tPER\nالقاهرة\tLOC\n").unwrap();
    let begin = Instant::now();
    names.apply(&mut document);
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    let labels: Vec<&str> = document.entities.iter().map(|entity| &*entity.label).collect();
    assert_eq!((labels.len(), &labels[..4]), (80_000, &["PER", "ORG", "PER", "ORG"][..]));
}
