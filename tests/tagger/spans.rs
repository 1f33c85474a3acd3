//! Names are spans of the original text, in order, of whole words but for their proclitics.

use super::texts::{documents, sentences};
use super::tiny::{self, Clitics};
use alam::segment::segment;
use alam::{Document, Entity, Options, Span, Tagger, clitics};
use proptest::prelude::*;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

static HEAD: LazyLock<Tagger> = LazyLock::new(|| tiny::tagger(Clitics::Head, Options::default()));
static RULE: LazyLock<Tagger> = LazyLock::new(|| tiny::tagger(Clitics::Rule, Options::default()));

/// Fails where a name is not what names are; says how many names there are.
fn check(text: &str, names: &[Entity]) -> usize {
    let words: Vec<Span> = segment(text).into_iter().flat_map(|s| s.words).collect();
    let mut free = 0;
    for name in names {
        let (span, whole) = (name.span, name.token_span);
        assert!(Span::new(text, span.start(), span.end()).is_ok());
        assert!(whole.start() >= free, "{text:?}: names overlap or are out of order");
        free = whole.end();
        let first = words.iter().position(|w| w.start() == whole.start()).expect("begins with a word");
        assert!(words[first..].iter().any(|w| w.end() == whole.end()), "{text:?}: ends inside a word");
        assert_eq!(span.end(), whole.end());
        let cut = span.start() - whole.start();
        assert!(clitics::cuts(words[first].of(text)).contains(&Some(cut)), "{text:?}: {cut} bytes cut");
        assert!(tiny::LABELS.contains(&format!("B-{}", name.label).as_str()));
        assert!((0.0..=1.0).contains(&name.score.unwrap()));
        if let Some(canonical) = &name.canonical {
            // The same letters, with the article where a particle took that in.
            let letters = |name: &str| name.nfkc().filter(|c| c.is_alphanumeric()).collect::<String>();
            let (canonical, alone) = (letters(canonical), letters(span.of(text)));
            assert!(canonical == alone || canonical == format!("ال{alone}"), "{canonical} of {alone}");
        }
    }
    names.len()
}

#[test]
fn names_of_news_slice_their_text() {
    for tagger in [&*HEAD, &*RULE] {
        let mut documents = documents(120);
        tagger.tag_all(&mut documents).unwrap();
        let found: usize = documents.iter().map(|d| check(&d.text, &d.entities)).sum();
        let words: usize = documents.iter().flat_map(|d| segment(&d.text)).map(|s| s.words.len()).sum();
        assert!((words / 20..words / 2).contains(&found), "{found} names in {words} words");
        let types = tagger.labels().types();
        assert!(types.iter().all(|t| documents.iter().any(|d| d.entities.iter().any(|e| e.label == *t))), "{types:?}");
        assert!(documents.iter().any(|d| d.entities.iter().any(|e| e.span.of(&d.text).contains(' '))));
    }
}

#[test]
fn a_head_cuts_proclitics_and_gives_an_article_back() {
    let mut documents = documents(120);
    HEAD.tag_all(&mut documents).unwrap();
    let names: Vec<&Entity> = documents.iter().flat_map(|d| &d.entities).collect();
    assert!(names.iter().any(|e| e.span != e.token_span) && names.iter().any(|e| e.span == e.token_span));
    let text = sentences().iter().map(|s| s.replace(" ال", " لل")).collect::<Vec<_>>().join("\n");
    let names = HEAD.tag(&text).unwrap();
    check(&text, &names);
    assert!(names.iter().any(|e| e.canonical.is_some()));
}

#[test]
fn words_that_come_with_a_document_are_kept() {
    let text = "زار محمد بن سلمان مدينة حلب.وقال لرويترز إن الاجتماع كان جيدا";
    let mut cut = [Document { text: text.into(), ..Document::default() }];
    HEAD.tag_all(&mut cut).unwrap();
    assert!(!cut[0].entities.is_empty());
    let mut kept = [Document { sentences: Some(segment(text)), ..cut[0].clone() }];
    HEAD.tag_all(&mut kept).unwrap();
    assert_eq!(kept[0].entities, cut[0].entities);
    let mut none = [Document { sentences: Some(vec![]), ..cut[0].clone() }];
    HEAD.tag_all(&mut none).unwrap();
    assert_eq!(none[0].entities, []);
}

/// Pieces of text that are hard, in any order.
fn texts() -> impl Strategy<Value = String> {
    let words = sentences().into_iter().flat_map(|s| s.split(' ')).map(String::from).collect::<Vec<_>>();
    let marks = "\u{64e}\u{651}ـﻻﷲ😀👍🏽\u{200d}\u{200f}\u{feff}\u{2067}\r\n\0\t .،؛؟!«»“”\"'()[]#_@-/٪٣7aÉپ";
    let marks = marks.chars().map(String::from).collect::<Vec<_>>();
    let piece = prop_oneof![
        4 => prop::sample::select(words).prop_map(|w| format!("{w} ")),
        4 => prop::sample::select(marks),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn names_of_any_text_slice_it(text in texts()) {
        check(&text, &HEAD.tag(&text).unwrap());
        check(&text, &RULE.tag(&text).unwrap());
    }
}
