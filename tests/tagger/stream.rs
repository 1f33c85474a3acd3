//! Documents tagged as they come: in order, a bounded number at a time.

use super::texts::documents;
use super::tiny::{self, Clitics};
use alam::{Document, Error, Options, Tagger};
use std::cell::Cell;

/// With so few tokens a batch that a stream gathers few documents.
fn tagger(batch_tokens: usize) -> Tagger {
    tiny::tagger(Clitics::Head, Options { batch_tokens, ..Options::default() })
}

#[test]
fn a_stream_gives_what_all_at_once_gives() {
    for batch_tokens in [1, 100, 4096] {
        let tagger = tagger(batch_tokens);
        let mut wanted = documents(100);
        tagger.tag_all(&mut wanted).unwrap();
        assert!(wanted.iter().map(|d| d.entities.len()).sum::<usize>() > 100);
        let found: Vec<Document> = tagger.tag_stream(documents(100).into_iter().map(Ok)).map(Result::unwrap).collect();
        assert_eq!(found, wanted);
    }
}

#[test]
fn a_stream_holds_a_bounded_number_of_documents() {
    let tagger = tagger(64);
    let largest = documents(100).iter().map(|d| d.text.len()).max().unwrap();
    let (read, held) = (Cell::new(0usize), Cell::new(0usize));
    let source = (0..20).flat_map(|_| documents(100)).inspect(|d| {
        read.set(read.get() + 1);
        held.set(held.get() + d.text.len());
    });
    let mut most = 0;
    for (given, document) in (1..).zip(tagger.tag_stream(source.map(Ok))) {
        most = most.max(held.get());
        held.set(held.get() - document.unwrap().text.len());
        assert!(read.get() - given < 40, "{} read, {given} given", read.get());
    }
    assert_eq!((read.get(), held.get()), (2000, 0));
    assert!(most <= 64 * 32 + largest, "{most} bytes held");
}

#[test]
fn a_million_empty_documents_do_not_gather() {
    let tagger = tagger(64);
    let read = Cell::new(0usize);
    let source = (0..5_000).map(|_| Ok(Document::default())).inspect(|_| read.set(read.get() + 1));
    for (given, document) in (1..).zip(tagger.tag_stream(source)) {
        assert_eq!(document.unwrap().entities, []);
        assert!(read.get() - given < 64, "{} read, {given} given", read.get());
    }
    assert_eq!(read.get(), 5_000);
}

#[test]
fn an_error_of_the_source_stands_in_its_place() {
    let tagger = tagger(4096);
    let source = documents(9).into_iter().enumerate().map(|(i, document)| match i {
        0 | 4 | 8 => Err(Error::record(format!("a.jsonl:{i}"), "broken")),
        _ => Ok(document),
    });
    let found: Vec<String> = tagger.tag_stream(source).map(|d| d.map_or_else(|e| e.to_string(), |d| d.id)).collect();
    assert_eq!(found, ["a.jsonl:0: broken", "1", "2", "3", "a.jsonl:4: broken", "5", "6", "7", "a.jsonl:8: broken"]);
}

#[test]
fn what_came_before_an_error_does_not_wait_for_what_comes_after_it() {
    let tagger = tagger(4096);
    let read = Cell::new(0);
    let source = documents(9).into_iter().map(|document| {
        read.set(read.get() + 1);
        if read.get() == 3 { Err(Error::record("a.jsonl:3", "broken")) } else { Ok(document) }
    });
    let mut stream = tagger.tag_stream(source);
    assert_eq!(stream.next().unwrap().unwrap().id, "0");
    drop(stream);
    assert_eq!(read.get(), 3);
}
