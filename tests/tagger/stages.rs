//! What tagging is said to cost.

use super::texts::documents;
use super::tiny::{self, Clitics};
use alam::segment::segment;
use alam::{Document, Options};
use std::time::Instant;

#[test]
fn stages_count_the_work_and_take_no_more_time_than_all_of_it() {
    let tagger = tiny::tagger(Clitics::Head, Options { batch_tokens: 300, ..Options::default() });
    // With their words, which are then read as they are.
    let whole = |mut d: Document| {
        d.sentences = Some(segment(&d.text));
        d
    };
    let made = || -> Vec<Document> { documents(60).into_iter().map(whole).collect() };
    let (mut plain, mut measured) = (made(), made());
    tagger.tag_all(&mut plain).unwrap();
    let begin = Instant::now();
    let stages = tagger.tag_all_measured(&mut measured).unwrap();
    let all = begin.elapsed();
    assert_eq!(measured, plain);
    let sentences = || plain.iter().flat_map(|d| segment(&d.text).into_iter().map(|s| (&d.text, s.words)));
    let windows: Vec<_> = sentences().flat_map(|(text, words)| tagger.encoder().encode(text, &words)).collect();
    assert_eq!(stages.sentences, sentences().count());
    assert_eq!(stages.words, sentences().map(|(_, words)| words.len()).sum::<usize>());
    assert_eq!(stages.windows, windows.len());
    assert_eq!(stages.tokens, windows.iter().map(|w| w.ids.len()).sum::<usize>());
    let parts = [stages.segment, stages.encode, stages.model, stages.decode];
    assert!(parts.iter().all(|part| !part.is_zero()) && parts.iter().sum::<std::time::Duration>() <= all, "{stages:?}");
}
