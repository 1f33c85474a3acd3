use super::file::{Corpus, DOCUMENT, PARAGRAPH, Vocabulary};
use super::make::{Options, make};
use super::mixture::{Mixture, Place, Share};
use super::sequences::{Tokens, sequences};
use crate::text::tokenizer::{self, count::Counts, files};
use alam::encode::Encoder;
use alam::normalise::Normaliser;
use std::path::{Path, PathBuf};

/// Documents of two paragraphs, each with a number of its own.
fn text(documents: usize) -> String {
    let document = |i: usize| format!("وصل الوفد رقم {i} إلى العاصمة.\nوغادر الوفد رقم {i} بعد يومين.\n\n");
    (0..documents).map(document).collect()
}

struct Made {
    folder: tempfile::TempDir,
    encoder: Encoder,
    vocabulary: Vocabulary,
    tokens: Vec<String>,
}

impl Made {
    fn new() -> Made {
        let options = tokenizer::Options { text: Vec::new(), vocab_size: 480, min_count: 1, cut_proclitics: false };
        let tokenizer = tokenizer::from_counts(&Counts::of_text(&text(3)), &options).unwrap();
        let tokens = files::tokens(&tokenizer);
        let json = tokenizer.to_string(false).unwrap();
        let encoder = Encoder::new(json.as_bytes(), "test", Normaliser::FULL, 512, 0).unwrap();
        let vocabulary = Vocabulary { size: tokens.len() as u32, fingerprint: files::fingerprint(&tokens) };
        Made { folder: tempfile::tempdir().unwrap(), encoder, vocabulary, tokens }
    }

    fn make(&self, name: &str, text: &str, held_out: f64) -> PathBuf {
        let raw = self.folder.path().join(format!("{name}.txt"));
        std::fs::write(&raw, text).unwrap();
        let path = self.folder.path().join(format!("{name}.ids"));
        make(&Options { text: vec![raw], held_out }, &self.encoder, &self.vocabulary, &path).unwrap();
        path
    }

    fn open(&self, path: &Path) -> Result<Corpus, crate::Error> {
        Corpus::open(path, &self.vocabulary)
    }

    fn mixture(&self, path: &Path, weight: f64, seed: u64) -> Mixture {
        let share = Share { corpus: self.open(path).unwrap(), weight };
        Mixture::new(vec![share], Tokens::new(&self.tokens).unwrap(), 32, seed).unwrap()
    }
}

fn all(corpus: &Corpus) -> Vec<u32> {
    (0..corpus.counts().blocks as usize).flat_map(|block| corpus.block(block).unwrap()).collect()
}

#[test]
fn the_ids_are_those_of_the_tagger_with_paragraphs_and_documents_apart() {
    let made = Made::new();
    let corpus = made.open(&made.make("a", "وصل الوفد.\nغادر\n\nوصل الوفد رقم 12", 0.0)).unwrap();
    let pieces = |words: &[&str]| words.iter().flat_map(|w| made.encoder.pieces(w)).collect();
    let [a, b, c]: [Vec<u32>; 3] =
        [pieces(&["وصل", "الوفد", "."]), pieces(&["غادر"]), pieces(&["وصل", "الوفد", "رقم", "12"])];
    assert_eq!(all(&corpus), [a, vec![PARAGRAPH], b, vec![DOCUMENT], c, vec![DOCUMENT]].concat());
    let counts = corpus.counts();
    assert_eq!((counts.documents, counts.paragraphs, counts.words, counts.held_out), (2, 3, 8, 0));
    assert_eq!(counts.ids, counts.tokens + counts.paragraphs);
}

#[test]
fn many_blocks_are_encoded_in_the_order_of_the_text_and_always_the_same() {
    let made = Made::new();
    let text = text(20_000);
    let path = made.make("a", &text, 0.01);
    let again = made.make("b", &text, 0.01);
    assert!(std::fs::read(&path).unwrap() == std::fs::read(&again).unwrap());
    let corpus = made.open(&path).unwrap();
    let counts = corpus.counts();
    assert_eq!((counts.documents, counts.paragraphs), (20_000, 40_000));
    assert!(corpus.training_blocks() > 3 && counts.held_out == 1);
    let held_out = corpus.block(corpus.training_blocks()).unwrap();
    let documents = held_out.iter().filter(|&&id| id == DOCUMENT).count();
    assert!((100..300).contains(&documents), "{documents}");
}

#[test]
fn a_file_that_is_not_whole_or_of_another_vocabulary_is_refused() {
    let made = Made::new();
    let path = made.make("a", &text(50), 0.0);
    let bytes = std::fs::read(&path).unwrap();
    let complaint = |bytes: &[u8], vocabulary: &Vocabulary| {
        let broken = made.folder.path().join("broken.ids");
        std::fs::write(&broken, bytes).unwrap();
        Corpus::open(&broken, vocabulary).and_then(|c| c.block(0)).unwrap_err().to_string()
    };
    let mut other = made.vocabulary.clone();
    other.fingerprint[0] ^= 1;
    let mut old = bytes.clone();
    old[8] = 9;
    let mut large = bytes.clone();
    large[48..52].copy_from_slice(&60_000u32.to_le_bytes());
    for (bytes, vocabulary, part) in [
        (&bytes[..bytes.len() - 100], &made.vocabulary, "wanted a whole file of token ids"),
        (&bytes[..20], &made.vocabulary, "wanted a file of token ids, found 20 bytes"),
        (&[b'x'; 500][..], &made.vocabulary, "wanted a file of token ids, found something else"),
        (&old[..], &made.vocabulary, "wanted version 2 of the format, found 9"),
        (&large[..], &made.vocabulary, "block 0: wanted ids below"),
        (&bytes[..], &other, "\ntip: make the file again"),
    ] {
        let found = complaint(bytes, vocabulary);
        assert!(found.contains("broken.ids") && found.contains(part), "{found}");
    }
}

#[test]
fn an_unlikely_share_is_refused_and_a_failed_run_leaves_no_file() {
    let made = Made::new();
    let path = made.folder.path().join("x.ids");
    let options = |text: &str, held_out| Options { text: vec![made.folder.path().join(text)], held_out };
    let refused = make(&options("a.txt", 2.0), &made.encoder, &made.vocabulary, &path).unwrap_err().to_string();
    assert!(refused.contains("held_out: wanted a share"), "{refused}");
    assert!(make(&options("missing.txt", 0.0), &made.encoder, &made.vocabulary, &path).is_err());
    assert_eq!(std::fs::read_dir(made.folder.path()).unwrap().count(), 0);
}

#[test]
fn sequences_are_cut_between_words_and_lose_nothing() {
    let made = Made::new();
    let tokens = Tokens::new(&made.tokens).unwrap();
    let corpus = made.open(&made.make("a", &"مستشفيات الوفد وغادرت العاصمة ".repeat(40), 0.0)).unwrap();
    let block = corpus.block(0).unwrap();
    let sequences = sequences(&block, &tokens, 24);
    assert!(sequences.iter().all(|s| s.len() <= 24 && s.len() > 12 && tokens.begins_word(s[1])));
    assert!(sequences.iter().all(|s| s[0] == tokens.first && s[s.len() - 1] == tokens.last));
    let inside: Vec<u32> = sequences.iter().flat_map(|s| &s[1..s.len() - 1]).copied().collect();
    assert_eq!(inside, block[..block.len() - 1]);
}

#[test]
fn a_pass_sees_every_sequence_once_and_the_next_in_another_order() {
    let made = Made::new();
    let path = made.make("a", &text(20_000), 0.0);
    let mut mixture = made.mixture(&path, 1.0, 5);
    let mut passes = [Vec::new(), Vec::new()];
    while mixture.place().pass < 2 {
        let sequence = mixture.sequence().unwrap();
        if let Some(pass) = passes.get_mut(mixture.place().pass as usize) {
            pass.push(sequence);
        }
    }
    assert_eq!((passes[0].len(), passes[1].len()), (20_000, 20_000));
    assert!(passes[0] != passes[1]);
    passes.iter_mut().for_each(|pass| pass.sort());
    assert!(passes[0] == passes[1]);
}

#[test]
fn half_a_weight_takes_half_of_the_blocks_and_two_take_all_twice() {
    let made = Made::new();
    let path = made.make("a", &text(20_000), 0.0);
    for (weight, expected) in [(0.5, 10_000.0), (2.0, 40_000.0)] {
        let mut mixture = made.mixture(&path, weight, 5);
        let mut seen = 0;
        while mixture.place().pass == 0 {
            mixture.sequence().unwrap();
            seen += 1;
        }
        assert!((f64::from(seen) / expected - 1.0).abs() < 0.2, "{weight}: {seen}");
    }
}

#[test]
fn a_stream_carries_on_from_any_place() {
    let made = Made::new();
    let path = made.make("a", &text(20_000), 0.0);
    let mut whole = made.mixture(&path, 1.0, 5);
    let mut resumed = made.mixture(&path, 1.0, 5);
    for step in [1, 777, 15_000, 9_000] {
        (0..step).for_each(|_| drop(whole.sequence().unwrap()));
        resumed.go(whole.place()).unwrap();
        assert_eq!(whole.sequence().unwrap(), resumed.sequence().unwrap());
    }
    let error = resumed.go(Place { pass: 0, pool: 9_999, sequence: 0 }).unwrap_err().to_string();
    assert!(error.contains("wanted a place among"), "{error}");
}

#[test]
fn text_for_evaluation_is_never_trained_on() {
    let made = Made::new();
    let path = made.make("a", &text(5_000), 0.05);
    let mut mixture = made.mixture(&path, 1.0, 5);
    let held_out = mixture.held_out(usize::MAX).unwrap();
    assert!(held_out.len() > 100 && mixture.held_out(500).unwrap().iter().flatten().count() <= 500);
    let mut seen = std::collections::HashSet::new();
    while mixture.place().pass == 0 {
        seen.insert(mixture.sequence().unwrap());
    }
    assert!(held_out.iter().all(|sequence| !seen.contains(sequence)));
}

#[test]
fn text_without_a_word_is_refused() {
    let made = Made::new();
    let corpus = made.open(&made.make("a", "\n\n", 0.0)).unwrap();
    let mixture = Mixture::new(vec![Share { corpus, weight: 1.0 }], Tokens::new(&made.tokens).unwrap(), 32, 1);
    assert!(mixture.unwrap_err().to_string().contains("wanted text to train on"));
}
