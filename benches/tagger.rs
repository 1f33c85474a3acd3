//! The tagger and its parts over one set of generated articles: words of white space a second.
//!
//!     cargo bench -p alam --bench tagger -- [tag|load|segment|encode|decode]
//!
//! `load/cold` opens the model in the program anew; `tag/first` tags one sentence with a tagger that has seen no word yet.

#[path = "../src/cli/commands/bench/corpus.rs"]
mod corpus;

use alam::decode::{Decoder, Decoding};
use alam::encode::sources;
use alam::labels::Labels;
use alam::segment::segment;
use alam::{Document, Options, Sentence, Source, Tagger};
use alam_models::Rng;
use corpus::Corpus;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

const ARTICLES: usize = 20;
const SENTENCE: &str = "وصل محمد صلاح إلى القاهرة قادما من ليفربول.";

fn load() -> Tagger {
    Tagger::load(&Source::Embedded, Options::default()).expect("the model in the program loads")
}

/// Articles, their sentences, and the words of all of them.
fn articles() -> (Vec<Document>, Vec<Vec<Sentence>>, Throughput) {
    let documents = Corpus::new(ARTICLES, 1).pass(0);
    let sentences = documents.iter().map(|document| segment(&document.text)).collect();
    let words: usize = documents.iter().map(|document| document.text.split_whitespace().count()).sum();
    (documents, sentences, Throughput::Elements(words as u64))
}

fn tag(c: &mut Criterion) {
    let (mut documents, _, words) = articles();
    let tagger = load();
    let mut group = c.benchmark_group("tag");
    group.sample_size(20).throughput(words);
    group.bench_function("warm", |b| b.iter(|| tagger.tag_all(&mut documents)));
    group.throughput(Throughput::Elements(SENTENCE.split(' ').count() as u64));
    group.bench_function("first", |b| b.iter_batched(load, |tagger| tagger.tag(SENTENCE), BatchSize::PerIteration));
    group.finish();
    c.bench_function("load/cold", |b| b.iter(load));
}

fn text(c: &mut Criterion) {
    let (documents, sentences, words) = articles();
    let encoder = load();
    let encoder = encoder.encoder();
    let mut group = c.benchmark_group("text");
    group.throughput(words);
    group.bench_function("segment", |b| {
        b.iter(|| documents.iter().map(|document| segment(&document.text).len()).sum::<usize>());
    });
    group.bench_function("encode", |b| {
        b.iter(|| {
            for (document, sentences) in documents.iter().zip(&sentences) {
                for sentence in sentences {
                    let windows = encoder.encode(&document.text, &sentence.words);
                    black_box(sources(&windows, sentence.words.len()));
                }
            }
        });
    });
    group.finish();
}

/// Logits of which one in a row stands out, as those of a trained model do.
fn decode(c: &mut Criterion) {
    let (_, sentences, words) = articles();
    let labels = Labels::of_types(&["PER", "LOC", "ORG", "MISC"]);
    let mut rng = Rng::new(1);
    let mut logits = |words: usize| {
        let mut rows = Vec::with_capacity(words * labels.tags().len());
        for _ in 0..words {
            let best = if rng.below(10) < 8 { 0 } else { rng.below(labels.tags().len()) };
            rows.extend((0..labels.tags().len()).map(|tag| rng.normal() + if tag == best { 8.0 } else { 0.0 }));
        }
        rows
    };
    let rows: Vec<Vec<f32>> = sentences.iter().flatten().map(|sentence| logits(sentence.words.len())).collect();
    let mut group = c.benchmark_group("decode");
    group.throughput(words);
    for (name, decoding) in [("greedy", Decoding::Greedy), ("constrained", Decoding::Constrained)] {
        let decoder = Decoder::new(&labels, decoding);
        group.bench_function(name, |b| {
            b.iter(|| rows.iter().map(|rows| decoder.decode(rows, 1.0).tags.len()).sum::<usize>());
        });
    }
    group.finish();
}

criterion_group!(benches, tag, text, decode);
criterion_main!(benches);
