use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

/// WordPiece over single letters, as BERT has it, and a few whole words.
fn wordpiece() -> Value {
    let mut vocab = serde_json::Map::new();
    let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "قال", "رئيس"].map(String::from);
    let letters = ('\u{621}'..='\u{64a}').flat_map(|c| [c.to_string(), format!("##{c}")]);
    for (id, token) in special.into_iter().chain(letters).enumerate() {
        vocab.insert(token, json!(id));
    }
    json!({
        "version": "1.0", "added_tokens": [], "normalizer": null, "decoder": null,
        "truncation": {"max_length": 4, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
        "padding": {"strategy": {"Fixed": 16}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0,
                    "pad_type_id": 0, "pad_token": "[PAD]"},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": vocab},
    })
}

/// Byte-level BPE as RoBERTa has it: the space before a word is part of its first piece.
fn byte_level() -> Value {
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [
            {"id": 0, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": true, "special": true},
            {"id": 1, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": true, "special": true}
        ], "normalizer": null, "decoder": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
        "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0], "trim_offsets": true,
                           "add_prefix_space": false},
        "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": "",
                  "end_of_word_suffix": "", "fuse_unk": false, "merges": ["Ġ a"],
                  "vocab": {"<s>": 0, "</s>": 1, "a": 2, "b": 3, "Ġ": 4, "Ġa": 5, "<": 6, "/": 7, "s": 8, ">": 9}},
    })
}

/// Unigram behind a Metaspace, as XLM-R has it, without a post-processor.
fn unigram() -> Value {
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
        "decoder": null, "post_processor": null,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "WhitespaceSplit"},
            {"type": "Metaspace", "replacement": "▁", "add_prefix_space": true}]},
        "model": {"type": "Unigram", "unk_id": 2, "vocab": [
            ["<s>", 0.0], ["</s>", 0.0], ["<unk>", 0.0], ["▁", -3.0], ["▁مصر", -2.0], ["مصر", -2.5], ["ا", -4.0]]},
    })
}

fn encoder(json: &Value, window: usize, overlap: usize) -> Encoder {
    Encoder::new(json.to_string().as_bytes(), "tokenizer.json", Normaliser::default(), window, overlap).unwrap()
}

fn spans(text: &str) -> Vec<Span> {
    let mut at = 0;
    let mut spans = Vec::new();
    for word in text.split(' ') {
        spans.extend(Span::new(text, at, at + word.len()));
        at += word.len() + 1;
    }
    spans
}

#[test]
fn a_window_stands_between_special_tokens_and_knows_its_words() {
    let encoder = encoder(&wordpiece(), 32, 8);
    let (a, b) = (encoder.token_id("ا").unwrap(), encoder.token_id("##ب").unwrap());
    assert_eq!(encoder.pieces("اب"), [a, b]);
    let text = "قال اب رئيس";
    let windows = encoder.encode(text, &spans(text));
    let expected = Window { ids: vec![2, 5, a, b, 6, 3], heads: vec![Some(1), Some(2), Some(4)], first_word: 0 };
    assert_eq!(windows, [expected]);
    assert!(encoder.encode(text, &[]).is_empty());
}

#[test]
fn what_the_file_says_of_truncation_and_padding_is_not_done() {
    let encoder = encoder(&wordpiece(), 32, 8);
    assert_eq!(encoder.pieces("ابتثجح").len(), 6);
    assert_eq!(encoder.special(), (&[2][..], &[3][..]));
}

#[test]
fn a_byte_level_tokenizer_sees_every_word_behind_a_space() {
    let encoder = encoder(&byte_level(), 32, 8);
    assert_eq!(encoder.pieces("ab"), [5, 3]);
    assert_eq!(encoder.pieces("b"), [4, 3]);
    assert_eq!(encoder.special(), (&[0][..], &[1][..]));
}

#[test]
fn a_metaspace_stands_before_every_word() {
    let encoder = encoder(&unigram(), 32, 8);
    assert_eq!(encoder.pieces("مصر"), [4]);
    assert_eq!(encoder.special(), (&[0][..], &[1][..]), "by name, as there is no post-processor");
    assert_eq!(encoder.vocab_size(), 7);
}

#[test]
fn a_special_token_in_a_text_is_text() {
    let encoder = encoder(&byte_level(), 32, 8);
    assert_eq!(encoder.pieces("</s>"), [4, 6, 7, 8, 9]);
}

#[test]
fn a_word_of_300_000_letters_fits_a_window() {
    let text = format!("قال {} رئيس", "<".repeat(300_000));
    let encoder = encoder(&byte_level(), 16, 4);
    let windows = encoder.encode(&text, &spans(&text));
    assert!(windows.iter().all(|w| w.ids.len() <= 16));
    assert_eq!(windows.iter().map(|w| w.heads.len()).max(), Some(1));
    assert!(encoder.pieces(&"ا".repeat(300_000)).len() <= PIECES);
}

#[test]
fn what_is_remembered_stays_bounded_and_right() {
    let encoder = encoder(&wordpiece(), 32, 8);
    let words: Vec<String> = (0..80_000u32)
        .map(|i| (0..4).map(|k| char::from_u32(0x627 + (i >> (4 * k)) % 16).unwrap()).collect::<String>())
        .map(|w| w.repeat(2))
        .collect();
    let first: Vec<Vec<u32>> = words.iter().map(|w| encoder.pieces(w)).collect();
    assert!(encoder.pieces.held() <= 16 * 768);
    assert!(words.iter().zip(&first).all(|(w, pieces)| encoder.pieces(w) == *pieces));
}

#[test]
fn bad_tokenizers_and_windows_are_named() {
    let new = |json: &[u8], window, overlap| {
        Encoder::new(json, "m/tokenizer.json", Normaliser::default(), window, overlap).unwrap_err().to_string()
    };
    assert!(new(b"{}", 64, 8).starts_with("m/tokenizer.json: wanted a tokenizer"));
    let json = wordpiece().to_string();
    assert!(new(json.as_bytes(), 7, 2).contains("wanted windows of 8 tokens or more, found 7"));
    assert!(new(json.as_bytes(), 64, 33).contains("found 33"));
}

#[test]
fn of_two_rows_the_one_farther_from_a_cut_edge_counts() {
    let window = |first_word: usize, words: usize| Window {
        ids: vec![0; words + 2],
        heads: (1..=words as u32).map(Some).collect(),
        first_word,
    };
    // Words 0..6 and 2..8 of eight: 2 and 3 are better off in the first window, 4 and 5 in the second.
    let rows = sources(&[window(0, 6), window(2, 6)], 8);
    let from: Vec<usize> = rows.iter().map(|r| r.unwrap().0).collect();
    assert_eq!(from, [0, 0, 0, 0, 1, 1, 1, 1]);
    assert_eq!(rows[4], Some((1, 3)));
    // Word 2 of 0..3 and 2..5 is last in one and first in the other: an equal margin, the earlier wins.
    assert_eq!(sources(&[window(0, 3), window(2, 3)], 5)[2].unwrap().0, 0);
}

#[test]
fn a_word_without_pieces_has_no_row() {
    let encoder = encoder(&wordpiece(), 32, 8);
    let text = "قال \u{200b}\u{200b} رئيس";
    let words = spans(text);
    let mut windows = encoder.encode(text, &words);
    windows[0].heads[1] = None;
    assert_eq!(sources(&windows, 3), [Some((0, 1)), None, Some((0, windows[0].heads[2].unwrap()))]);
}

proptest! {
    #[test]
    fn every_word_is_whole_in_a_window_and_windows_share_words(
        lengths in prop::collection::vec(0usize..30, 1..120),
        window in 8usize..60,
        overlap in 0usize..30,
    ) {
        let overlap = overlap.min(window / 2);
        let encoder = encoder(&wordpiece(), window, overlap);
        let room = window - 2;
        let mut bounds = vec![0];
        for length in &lengths {
            bounds.push(bounds[bounds.len() - 1] + length.min(&room));
        }
        let ranges: Vec<(usize, usize)> = encoder.ranges(&bounds).collect();
        prop_assert_eq!(ranges[0].0, 0);
        prop_assert_eq!(ranges[ranges.len() - 1].1, lengths.len());
        for &(first, end) in &ranges {
            prop_assert!(first < end && bounds[end] - bounds[first] <= room);
        }
        for pair in ranges.windows(2) {
            prop_assert!(pair[0].0 < pair[1].0 && pair[1].0 <= pair[0].1 && pair[0].1 < pair[1].1);
            prop_assert!(bounds[pair[0].1] - bounds[pair[1].0] <= overlap);
        }
    }
}

#[test]
fn words_have_the_pieces_that_the_crate_gives_them() {
    let words = ["قال", "مصر", "ab", "a b", "<s>", "[CLS]", "والقاهرة", "ﷺ", "a\u{301}", "ـ", "12,5"];
    for json in [wordpiece(), byte_level(), unigram()] {
        let encoder = encoder(&json, 32, 8);
        let mut plain: tokenizers::Tokenizer = serde_json::from_value(json).unwrap();
        plain.with_truncation(None).unwrap().with_padding(None);
        plain.set_encode_special_tokens(true);
        if let Some(tokenizers::PreTokenizerWrapper::ByteLevel(level)) = plain.get_pre_tokenizer().cloned() {
            plain.with_pre_tokenizer(Some(tokenizers::PreTokenizerWrapper::ByteLevel(level.add_prefix_space(true))));
        }
        for word in words {
            let wanted = plain.encode_fast(&[word][..], false).map(|e| e.get_ids().to_vec()).unwrap_or_default();
            assert_eq!(encoder.pieces(word), wanted, "{word}");
        }
    }
}

/// A chain of steps each of which doubles what it finds.
fn doubling(from: &Value, steps: usize) -> Value {
    let step = json!({"type": "Replace", "pattern": from, "content": "aa"});
    let mut json = wordpiece();
    json["normalizer"] = json!({"type": "Sequence", "normalizers": vec![step; steps]});
    json
}

#[test]
fn a_normalizer_that_explodes_is_refused_when_it_is_read() {
    let refused = |json: &Value| {
        let made = Encoder::new(json.to_string().as_bytes(), "t.json", Normaliser::default(), 32, 8);
        made.map(drop).unwrap_err().to_string()
    };
    let wanted =
        "t.json: wanted a normalizer that leaves a word about as long as it is, found one that makes more than";
    let letter = json!({"String": "a"});
    assert!(refused(&doubling(&letter, 60)).starts_with(wanted));
    // What the crate would do to a token of its own, before anybody could look.
    let mut json = doubling(&json!({"String": "\u{1}"}), 60);
    json["added_tokens"] = json!([{"id": 0, "content": "\u{1}", "single_word": false, "lstrip": false, "rstrip": false,
                                   "normalized": true, "special": false}]);
    json["normalizer"]["normalizers"][0]["pattern"]["String"] = json!("\u{1}");
    for step in json["normalizer"]["normalizers"].as_array_mut().unwrap() {
        step["content"] = json!("\u{1}\u{1}");
    }
    assert!(refused(&json).starts_with(wanted));
    let mut json = doubling(&letter, 1);
    json["normalizer"]["normalizers"][0]["content"] = json!("x".repeat(300));
    assert_eq!(refused(&json), "t.json: wanted normalizers that put in at most 256 bytes, found 300 in `content`");
    assert!(refused(&doubling(&letter, 2000)).contains("at most 1000 steps"));
}

#[test]
fn a_word_that_a_normalizer_blows_up_has_no_pieces_and_others_have_theirs() {
    // Nothing of it is seen in single letters.
    let mut json = doubling(&json!({"Regex": "زز"}), 60);
    for step in json["normalizer"]["normalizers"].as_array_mut().unwrap() {
        step["content"] = json!("ززززز");
    }
    let encoder = encoder(&json, 32, 8);
    assert!(encoder.pieces("زززز").is_empty());
    assert_eq!(encoder.pieces("زا"), [encoder.token_id("ز").unwrap(), encoder.token_id("##ا").unwrap()]);
}
