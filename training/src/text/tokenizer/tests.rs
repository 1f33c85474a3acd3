use super::special::{FIRST, LAST, MASK, SPECIAL, UNKNOWN};
use super::*;
use alam::encode::Encoder;
use alam::normalise::Normaliser;

const TEXT: &str = "قالت الحكومة اللبنانية إن الوزيرة ستزور القاهرة غدًا، ووصلت الوزيرة إلى القاهرة في 12/5/2023.\n\
    وقال المتحدث باسم الحكومة: «الحكومة مستعدة».\n\nفاز فريق برشلونة على فريق ريال مدريد 3-1 في Madrid.\n";

fn options(vocab_size: usize) -> Options {
    Options { text: Vec::new(), vocab_size, min_count: 1, cut_proclitics: false }
}

fn trained() -> Tokenizer {
    let counts = Counts::of_text(TEXT);
    from_counts(&counts, &options(alphabet::seeds(&counts).len() + 60)).unwrap()
}

fn encoder(tokenizer: &Tokenizer) -> Encoder {
    let bytes = tokenizer.to_string(false).unwrap();
    Encoder::new(bytes.as_bytes(), "test", Normaliser::FULL, 128, 32).unwrap()
}

#[test]
fn special_tokens_have_the_first_ids_and_words_of_the_text_become_pieces() {
    let tokenizer = trained();
    for (id, token) in SPECIAL.iter().enumerate() {
        assert_eq!(tokenizer.token_to_id(token), Some(id as u32), "{token}");
    }
    let tokens = files::tokens(&tokenizer);
    assert!(tokens.iter().all(|t| !t.is_empty()));
    let encoder = encoder(&tokenizer);
    let spelt = |word: &str| encoder.pieces(word).iter().map(|&id| tokens[id as usize].clone()).collect::<Vec<_>>();
    assert_eq!(spelt("الحكومة"), ["الحكومه"]);
    assert_eq!(spelt("٢٠٢٣"), ["20", "##23"]);
    assert_eq!(spelt("madrid").concat().replace(CONTINUING, ""), "madrid");
    assert_eq!(spelt("\u{4e2d}"), [UNKNOWN]);
}

#[test]
fn the_same_text_gives_the_same_vocabulary() {
    assert_eq!(files::tokens(&trained()), files::tokens(&trained()));
}

#[test]
fn the_files_own_normalizer_agrees_with_ours() {
    let tokenizer = trained();
    let encoder = encoder(&tokenizer);
    let words = [
        "الحُكُومَةُ",
        "أحمد",
        "إلى",
        "آمال",
        "ٱلله",
        "مـــدرسة",
        "ﻻ",
        "ﷲ",
        "مصطفى",
        "گیلانی",
        "کتاب",
        "۱۲۳",
        "٣٫٥",
        "Madrid",
        "A\u{200d}B",
        "ا\u{654}حمد",
        "قال\u{200f}",
        "12٪",
        "شؤون",
        "هيئة",
        "e\u{301}",
    ];
    for word in words {
        let ours = encoder.pieces(word);
        let theirs = tokenizer.encode(word, false).unwrap().get_ids().to_vec();
        assert_eq!(ours, theirs, "{word}");
        assert!(!ours.is_empty(), "{word}");
    }
}

#[test]
fn saved_files_are_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let tokenizer = trained();
    files::save(&tokenizer, folder.path(), 512).unwrap();
    let bytes = std::fs::read(folder.path().join("tokenizer.json")).unwrap();
    let again = files::read(&bytes, "tokenizer.json").unwrap();
    assert_eq!(files::tokens(&tokenizer), files::tokens(&again));
    let ids = again.encode("الحكومة", true).unwrap();
    assert_eq!(ids.get_tokens(), [FIRST, "الحكومه", LAST]);
    let settings: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("tokenizer_config.json")).unwrap()).unwrap();
    assert_eq!(settings["mask_token"], MASK);
}

#[test]
fn a_vocabulary_smaller_than_the_alphabet_is_refused() {
    let error = from_counts(&Counts::of_text(TEXT), &options(100)).err().unwrap().to_string();
    assert!(error.contains("vocab_size: expected a vocabulary of"), "{error}");
}

#[test]
fn coverage_counts_words_pieces_and_unknown_words() {
    let encoder = encoder(&trained());
    let mut coverage = measure::Coverage::default();
    coverage.add(&encoder, "الحكومة \u{4e2d} 2023");
    assert_eq!(coverage, measure::Coverage { words: 3, pieces: 4, whole: 2, unknown: 1 });
}
