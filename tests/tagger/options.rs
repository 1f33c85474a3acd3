//! Proclitics left on, and conventions.

use super::texts::{documents, plain};
use super::tiny::{self, Clitics};
use alam::{Document, Options, Tagger};

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
