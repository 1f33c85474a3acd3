//! What stands beside a sentence does not change its names, not in one bit of their scores.

use super::texts::{Plain, documents, plain, sentences};
use super::tiny::{self, Clitics};
use alam::{Document, Options, Tagger};
use alam_models::{Precision, Rng};

fn all(tagger: &Tagger, mut documents: Vec<Document>) -> Vec<Vec<Plain>> {
    tagger.tag_all(&mut documents).unwrap();
    documents.iter().map(|d| plain(&d.entities, 0)).collect()
}

fn with_batches_of(batch_tokens: usize) -> Tagger {
    tiny::tagger(Clitics::Head, Options { batch_tokens, ..Options::default() })
}

fn both_precisions(test: impl Fn(&Tagger)) {
    for precision in [Precision::Int8, Precision::F32] {
        test(&tiny::tagger(Clitics::Head, Options { precision, ..Options::default() }));
    }
}

#[test]
fn a_sentence_of_a_long_article_has_the_names_it_has_alone_without_a_second_look() {
    for precision in [Precision::Int8, Precision::F32] {
        let tagger = &tiny::tagger(Clitics::Head, Options { precision, second_look: false, ..Options::default() });
        let sentences = sentences();
        let alone: Vec<Vec<Plain>> = sentences.iter().map(|s| plain(&tagger.tag(s).unwrap(), 0)).collect();
        assert!(alone.iter().filter(|names| !names.is_empty()).count() > sentences.len() / 2);
        let order: Vec<usize> = (0..200).map(|i| i * 31 % sentences.len()).collect();
        let article = order.iter().map(|&i| sentences[i]).collect::<Vec<_>>().join("\n");
        let names = tagger.tag(&article).unwrap();
        let mut begin = 0;
        for i in order {
            let end = begin + sentences[i].len();
            let here: Vec<_> = names.iter().filter(|e| (begin..end).contains(&e.span.start())).cloned().collect();
            assert_eq!(plain(&here, begin), alone[i], "{}", sentences[i]);
            begin = end + 1;
        }
    }
}

#[test]
fn names_do_not_depend_on_the_batch() {
    both_precisions(|tagger| {
        let documents = documents(128);
        let wanted: Vec<Vec<Plain>> = documents.iter().map(|d| plain(&tagger.tag(&d.text).unwrap(), 0)).collect();
        assert!(wanted.iter().map(Vec::len).sum::<usize>() > documents.len());
        for size in [1, 7, 64, 128] {
            let found: Vec<_> = documents.chunks(size).flat_map(|chunk| all(tagger, chunk.to_vec())).collect();
            assert_eq!(found, wanted, "{size} documents at once");
        }
    });
}

#[test]
fn names_do_not_depend_on_the_order_of_documents() {
    let tagger = with_batches_of(4096);
    let documents = documents(64);
    let wanted = all(&tagger, documents.clone());
    let mut order: Vec<usize> = (0..documents.len()).collect();
    for seed in 0..3 {
        Rng::new(seed).shuffle(&mut order);
        let found = all(&tagger, order.iter().map(|&i| documents[i].clone()).collect());
        let expected: Vec<_> = order.iter().map(|&i| wanted[i].clone()).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn names_do_not_depend_on_the_tokens_of_a_batch() {
    let wanted = all(&with_batches_of(4096), documents(64));
    assert!(wanted.iter().any(|names| !names.is_empty()));
    for tokens in [0, 1, 50, 333, 100_000] {
        assert_eq!(all(&with_batches_of(tokens), documents(64)), wanted, "{tokens} tokens");
    }
}

#[test]
fn names_do_not_depend_on_the_number_of_threads() {
    both_precisions(|tagger| {
        let of = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| all(tagger, documents(64)))
        };
        let wanted = of(1);
        assert!(wanted.iter().any(|names| !names.is_empty()));
        for threads in [2, 3, 8] {
            assert_eq!(of(threads), wanted, "{threads} threads");
        }
    });
}

#[test]
fn many_threads_share_a_tagger() {
    let tagger = with_batches_of(512);
    let wanted = all(&tagger, documents(32));
    std::thread::scope(|scope| {
        let found: Vec<_> = (0..4).map(|_| scope.spawn(|| all(&tagger, documents(32)))).collect();
        assert!(found.into_iter().all(|names| names.join().unwrap() == wanted));
    });
}
