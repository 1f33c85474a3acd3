//! Proclitics left on, and conventions.

use super::texts::{documents, plain};
use super::tiny::{self, Clitics};
use alam::normalise::Normaliser;
use alam::{Document, Options, Tagger};
use std::collections::{HashMap, HashSet};

fn tagger(convention: Option<&str>) -> Tagger {
    tiny::tagger(Clitics::Head, Options { convention: convention.map(String::from), ..Options::default() })
}

fn tagged(tagger: &Tagger) -> Vec<Document> {
    let mut documents = documents(60);
    tagger.tag_all(&mut documents).unwrap();
    documents
}

#[test]
fn proclitics_stay_on_where_they_are_asked_to() {
    let cut = tagged(&tagger(None));
    let kept = tagged(&tiny::tagger(Clitics::Head, Options { keep_clitics: true, ..Options::default() }));
    let names = |documents: &[Document]| -> Vec<(usize, usize, String)> {
        let names = documents.iter().flat_map(|d| &d.entities);
        names.map(|e| (e.token_span.start(), e.token_span.end(), e.label.to_string())).collect()
    };
    assert_eq!(names(&cut), names(&kept));
    assert!(kept.iter().flat_map(|d| &d.entities).all(|e| e.span == e.token_span && e.canonical.is_none()));
    assert!(cut.iter().flat_map(|d| &d.entities).any(|e| e.span != e.token_span));
}

#[test]
fn the_first_convention_is_the_one_without_a_name() {
    let all = |tagger: &Tagger| -> Vec<_> { tagged(tagger).iter().map(|d| plain(&d.entities, 0)).collect() };
    let unnamed = all(&tagger(None));
    assert_eq!(all(&tagger(Some("alam"))), unnamed);
    assert_ne!(all(&tagger(Some("anercorp"))), unnamed);
}

#[test]
fn mentions_of_one_name_have_one_type_behind_a_second_look() {
    let article = documents(60).into_iter().map(|d| d.text).collect::<Vec<_>>().join("\n");
    let several = |second_look: bool| {
        let names = tiny::tagger(Clitics::Head, Options { second_look, ..Options::default() }).tag(&article).unwrap();
        assert!(names.windows(2).all(|pair| pair[0].span.end() <= pair[1].span.start()));
        let mut types: HashMap<Vec<String>, HashSet<String>> = HashMap::new();
        for name in &names {
            let letters = name.canonical.as_deref().unwrap_or(name.span.of(&article));
            let words = letters.split_whitespace().map(|word| Normaliser::FULL.word(word).into_owned());
            types.entry(words.collect()).or_default().insert(name.label.to_string());
        }
        types.values().filter(|types| types.len() > 1).count()
    };
    assert!(several(false) > 0);
    assert_eq!(several(true), 0);
}
