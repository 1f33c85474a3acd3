//! Everything that reads bytes from outside, as functions of bytes that may not panic whatever the bytes are.
//!
//! Compiled twice: into `tests/fuzz.rs`, and into the workspace `fuzz/` for cargo-fuzz.

use alam::encode::Encoder;
use alam::formats::conll::Tags;
use alam::formats::{self, InputFormat, OutputFormat, ReadOptions, WriteOptions, jsonl, text};
use alam::gazetteer::Gazetteer;
use alam::normalise::Normaliser;
use alam::reading::{LineBreaks, Markup, Order, ReadAs, Reading};
use alam::scheme::{Asked, Detector, Mark, Strays};
use alam::segment::segment;
use alam::settings::Settings;
use alam::{Document, Entity, Error, Sentence};
use alam_models::quant::QuantWeights;
use alam_models::{Config, weights};
use std::borrow::Cow;
use std::path::Path;

/// A function of bytes.
pub(crate) type Target = fn(&[u8]);

/// All of them by name.
pub(crate) const ALL: [(&str, Target); 23] = [
    ("text", |bytes| read("a.txt", bytes, &ReadOptions::default())),
    ("lines", |bytes| read("a.txt", bytes, &ReadOptions { unit: text::Unit::Line, ..Default::default() })),
    ("encoded", encoded),
    ("html", |bytes| read("a.html", bytes, &ReadOptions::default())),
    ("reading", reading),
    ("jsonl", |bytes| read("a.jsonl", bytes, &ReadOptions::default())),
    ("json", |bytes| read("a.json", bytes, &ReadOptions::default())),
    ("conll", |bytes| conll("a.conll", bytes)),
    ("conllu", |bytes| conll("a.conllu", bytes)),
    ("scheme", scheme),
    ("brat", brat),
    ("csv", |bytes| read("a.csv", bytes, &ReadOptions::default())),
    ("tsv", |bytes| read("a.tsv", bytes, &ReadOptions::default())),
    ("parquet", |bytes| read("a.parquet", bytes, &ReadOptions::default())),
    ("gzip", |bytes| read("a.txt.gz", bytes, &ReadOptions::default())),
    ("zstd", |bytes| read("a.jsonl.zst", bytes, &ReadOptions::default())),
    ("gazetteer", gazetteer),
    ("segmenter", segmenter),
    ("settings", |bytes| drop(Settings::from_json(&String::from_utf8_lossy(bytes), "tagger.json"))),
    ("config", |bytes| drop(Config::from_json(&String::from_utf8_lossy(bytes), "config.json"))),
    ("tokenizer", tokenizer),
    ("safetensors", safetensors),
    ("int8", |bytes| drop(QuantWeights::from_bytes(Cow::Owned(bytes.to_vec()), "model.int8.safetensors"))),
];

/// Runs a function of a file with these bytes.
fn with_file(name: &str, bytes: &[u8], run: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file for the test");
    run(&path);
}

/// Documents that are ever looked at: a small compressed file can hold a great many.
const DOCUMENTS: usize = 10_000;

fn read(name: &str, bytes: &[u8], options: &ReadOptions) {
    with_file(name, bytes, |path| {
        let Ok(documents) = formats::open(path, options) else { return };
        documents.take(DOCUMENTS).for_each(whole);
    });
}

/// What holds for a document that a reader gives: names within the text, in order, apart; and any writer can write it.
fn whole(document: Result<Document, Error>) {
    let Ok(document) = document else { return };
    let text = &document.text;
    let mut behind = 0;
    for entity in &document.entities {
        assert!(entity.span.start() >= behind && !entity.span.of(text).is_empty(), "{entity:?}");
        behind = entity.span.end();
    }
    let words = |sentence: &Sentence| sentence.words.iter().for_each(|word| assert!(!word.of(text).is_empty()));
    document.sentences.iter().flatten().for_each(words);
    for (format, _) in OutputFormat::ALL {
        let options = WriteOptions { text: jsonl::Text::With, ..WriteOptions::default() };
        if let Some(mut writer) = formats::writer(*format, Vec::new(), options) {
            writer.write(&document).and_then(|()| writer.finish()).expect("memory takes all");
        }
    }
}

/// Whatever the encoding, and wherever it is read.
fn encoded(bytes: &[u8]) {
    for name in ["windows-1256", "utf-16le", "iso-2022-jp", "gb18030"] {
        let options = ReadOptions { encoding: name.parse().ok(), ..ReadOptions::default() };
        ["a.txt", "a.jsonl", "a.csv", "a.conll"].into_iter().for_each(|file| read(file, bytes, &options));
    }
    read("a.html", bytes, &ReadOptions::default());
}

fn conll(name: &str, bytes: &[u8]) {
    for tags in [Tags::Strict, Tags::Lenient, Tags::PassOver, Tags::Ignore] {
        read(name, bytes, &ReadOptions { tags, ..ReadOptions::default() });
    }
    for tag_column in ["2", "NER"] {
        read(name, bytes, &ReadOptions { tag_column: Some(tag_column.into()), ..ReadOptions::default() });
    }
}

/// Tags of any scheme; names of one are read from its own tags again.
fn scheme(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut detector = Detector::default();
    text.split_whitespace().for_each(|tag| detector.see(tag));
    for (asked, _) in Asked::ALL {
        let scheme = detector.scheme(*asked);
        let read = |tag: &str| scheme.parse(tag).unwrap_or(Mark::Outside);
        let marks: Vec<Mark> = text.split_whitespace().map(read).collect();
        for strays in [Strays::Refuse, Strays::Begin, Strays::PassOver] {
            let names = scheme.names(&marks, strays).unwrap_or_default();
            let again: Vec<Mark> = scheme.tags(marks.len(), &names).iter().map(|tag| read(tag)).collect();
            assert_eq!(scheme.names(&again, Strays::Refuse), Ok(names), "{scheme}");
        }
    }
}

/// Annotations, and behind the first NUL the text.
fn brat(bytes: &[u8]) {
    let cut = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    with_file("a.ann", &bytes[..cut], |path| {
        std::fs::write(path.with_extension("txt"), bytes.get(cut + 1..).unwrap_or_default()).expect("a file");
        let options = ReadOptions { format: Some(InputFormat::Brat), ..ReadOptions::default() };
        formats::open(path, &options).into_iter().flatten().for_each(whole);
    });
}

fn gazetteer(bytes: &[u8]) {
    with_file("a.tsv", bytes, |path| {
        let Ok(names) = Gazetteer::read(path) else { return };
        let mut document = Document { text: String::from_utf8_lossy(bytes).into_owned(), ..Document::default() };
        names.apply(&mut document);
        whole(Ok(document));
    });
}

/// Words in order and apart, nothing of a text but white space and the like outside them; each can be respelt.
fn segmenter(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut behind = 0;
    for word in segment(&text).iter().flat_map(|sentence| &sentence.words) {
        assert!(word.start() >= behind, "{word:?}");
        behind = word.end();
        let once = Normaliser::FULL.word(word.of(&text));
        assert_eq!(Normaliser::FULL.word(&once), once);
    }
}

/// However a text is read, its words are stretches of it, and go there and back.
fn reading(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for lines in [LineBreaks::Auto, LineBreaks::Wrapped] {
        for (markup, order) in [(Markup::Auto, Order::Auto), (Markup::Html, Order::Auto), (Markup::Text, Order::Visual)]
        {
            let read_as = ReadAs { lines, markup, order };
            let reading = Reading::new(&text, read_as);
            let sentences = segment(reading.text());
            let words = sentences.iter().flat_map(|sentence| &sentence.words);
            let entities = reading.restore(words.map(|word| Entity::new(*word, "X")).collect());
            whole(Ok(Document { text: text.to_string(), entities, read_as, ..Document::default() }));
        }
    }
}

fn tokenizer(bytes: &[u8]) {
    if let Ok(encoder) = Encoder::new(bytes, "tokenizer.json", Normaliser::FULL, 32, 8) {
        let text = "زار لبوتين [SEP] مصر 2024 \u{1F600}";
        segment(text).iter().for_each(|sentence| drop(encoder.encode(text, &sentence.words)));
    }
}

/// The smallest configuration; its weights are a few hundred numbers.
pub(crate) const CONFIG: &str = r#"{"model_type": "bert", "vocab_size": 4, "hidden_size": 4, "num_hidden_layers": 1,
    "num_attention_heads": 1, "intermediate_size": 4, "max_position_embeddings": 4, "type_vocab_size": 1,
    "id2label": {"0": "O", "1": "B-PER", "2": "I-PER"}}"#;

fn safetensors(bytes: &[u8]) {
    let config = Config::from_json(CONFIG, "config.json").expect("a configuration");
    with_file("model.safetensors", bytes, |path| {
        let _ = path.parent().map(|folder| weights::read(folder, &config));
    });
}
