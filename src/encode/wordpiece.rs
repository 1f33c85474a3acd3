//! WordPiece (Wu et al., "Google's Neural Machine Translation System", 2016): a word is the longest piece it begins with, and so on.
//!
//! The `tokenizers` crate holds every piece of a vocabulary twice, as a text of its own, which is most of the time until a program can
//! begin. Here they stand one behind the other, and a table says where.

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::fmt::Formatter;
use std::hash::{BuildHasher, RandomState};

/// A vocabulary of pieces and how words are cut into them.
#[derive(Debug)]
pub(super) struct WordPiece {
    pieces: Table,
    /// What stands before pieces that do not begin a word.
    prefix: String,
    /// What stands for words that have no pieces; `None` where the vocabulary lacks it.
    unknown: Option<u32>,
    /// Characters of a word at most; longer ones are unknown.
    longest: usize,
}

/// A `tokenizer.json`.
#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    model: Model<'a>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Model<'a> {
    #[serde(rename = "type")]
    kind: String,
    unk_token: String,
    continuing_subword_prefix: String,
    max_input_chars_per_word: usize,
    #[serde(borrow)]
    vocab: Entries<'a>,
}

/// Pieces with their ids, in the order of the file.
struct Entries<'a>(Vec<(Cow<'a, str>, u32)>);

#[derive(Deserialize)]
struct Piece<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Entries<'de>;

            fn expecting(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("pieces with their ids")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Entries<'de>, M::Error> {
                let mut entries = Vec::new();
                while let Some((Piece(piece), id)) = map.next_entry()? {
                    entries.push((piece, id));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(All)
    }
}

impl WordPiece {
    /// Takes the vocabulary out of a `tokenizer.json`: what is left, with the pieces alone that the rest of it names, is for the crate.
    /// `None` where the model is another one, or something is so that the crate should say of it.
    pub(super) fn taken(json: &[u8]) -> Option<(WordPiece, Vec<u8>)> {
        let File { model, mut rest } = serde_json::from_slice(json).ok()?;
        let Model { kind, unk_token, continuing_subword_prefix: prefix, max_input_chars_per_word: longest, vocab } =
            model;
        if kind != "WordPiece" {
            return None;
        }
        let pieces = Table::new(&vocab.0)?;
        let mut named = Map::new();
        let tokens = rest.get("added_tokens").and_then(Value::as_array).into_iter().flatten();
        for token in tokens.map(|token| token.get("content").and_then(Value::as_str)) {
            let token = token?;
            // A token beside the vocabulary gets an id that depends on all of it.
            named.insert(token.to_owned(), pieces.get(token)?.into());
        }
        let unknown = pieces.get(&unk_token);
        unknown.map(|id| named.insert(unk_token.clone(), id.into()));
        let model = json!({
            "type": kind,
            "unk_token": unk_token,
            "continuing_subword_prefix": prefix,
            "max_input_chars_per_word": longest,
            "vocab": named,
        });
        rest.insert("model".into(), model);
        Some((WordPiece { pieces, prefix, unknown, longest }, serde_json::to_vec(&rest).ok()?))
    }

    /// The ids of a word's pieces; `None` where it has none and nothing stands for such words.
    pub(super) fn append(&self, word: &str, ids: &mut Vec<u32>) -> Option<()> {
        let begin = ids.len();
        if word.chars().count() > self.longest || !self.cut(word, ids) {
            ids.truncate(begin);
            ids.push(self.unknown?);
        }
        Some(())
    }

    /// Appends the ids of a word's pieces; `false` where it cannot be cut.
    fn cut(&self, word: &str, ids: &mut Vec<u32>) -> bool {
        let (mut start, mut letters) = (0, word.to_owned());
        while start < word.len() {
            let before = if start == 0 { 0 } else { self.prefix.len() };
            let ends = letters.char_indices().rev().take_while(|(at, _)| *at >= before);
            let ends = ends.map(|(at, letter)| at + letter.len_utf8());
            let longest = ends.map(|end| (end, self.id(&letters[..end]))).find(|(_, id)| id.is_some());
            let Some((end, Some(id))) = longest else { return false };
            ids.push(id);
            start += end - before;
            letters.clear();
            letters.extend([&self.prefix, &word[start..]]);
        }
        true
    }

    /// The id of a piece.
    pub(super) fn id(&self, piece: &str) -> Option<u32> {
        self.pieces.get(piece)
    }

    /// One more than the largest id.
    pub(super) fn size(&self) -> usize {
        self.pieces.entries.iter().map(|entry| entry.id as usize + 1).max().unwrap_or(0)
    }
}

/// Texts with a number each, one text behind the other.
#[derive(Debug)]
struct Table {
    letters: String,
    entries: Vec<Entry>,
    /// Numbers of entries, by open addressing.
    slots: Vec<u32>,
    hasher: RandomState,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    start: u32,
    end: u32,
    id: u32,
}

/// A slot without an entry.
const FREE: u32 = u32::MAX;

impl Table {
    /// `None` where there are more letters than it can hold.
    fn new(pieces: &[(Cow<'_, str>, u32)]) -> Option<Table> {
        let bytes = pieces.iter().map(|(piece, _)| piece.len()).sum();
        let slots = (2 * pieces.len()).next_power_of_two().max(2);
        let mut table = Table {
            letters: String::with_capacity(bytes),
            entries: Vec::with_capacity(pieces.len()),
            slots: vec![FREE; slots],
            hasher: RandomState::new(),
        };
        for (piece, id) in pieces {
            let slot = table.slot(piece);
            match table.entries.get_mut(table.slots[slot] as usize) {
                // Of a piece that stands there twice the last counts, as in any JSON.
                Some(entry) => entry.id = *id,
                None => {
                    let start = u32::try_from(table.letters.len()).ok()?;
                    table.letters.push_str(piece);
                    let end = u32::try_from(table.letters.len()).ok()?;
                    table.slots[slot] = u32::try_from(table.entries.len()).ok()?;
                    table.entries.push(Entry { start, end, id: *id });
                }
            }
        }
        Some(table)
    }

    /// Where a text is, or would be.
    fn slot(&self, text: &str) -> usize {
        let last = self.slots.len() - 1;
        let mut slot = self.hasher.hash_one(text) as usize & last;
        while let Some(entry) = self.entries.get(self.slots[slot] as usize) {
            if self.letters.get(entry.start as usize..entry.end as usize) == Some(text) {
                break;
            }
            slot = (slot + 1) & last;
        }
        slot
    }

    fn get(&self, text: &str) -> Option<u32> {
        self.entries.get(self.slots[self.slot(text)] as usize).map(|entry| entry.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;
    use tokenizers::{Model as _, Tokenizer};

    fn file(model: Value) -> Vec<u8> {
        let tokens = json!([{"id": 0, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}]);
        let rest =
            json!({"version": "1.0", "truncation": null, "padding": null, "added_tokens": tokens, "normalizer": null});
        let mut file = rest.as_object().unwrap().clone();
        for part in ["pre_tokenizer", "post_processor", "decoder"] {
            file.insert(part.into(), Value::Null);
        }
        file.insert("model".into(), model);
        serde_json::to_vec(&file).unwrap()
    }

    fn model(longest: usize) -> Value {
        let vocab =
            json!({"[UNK]": 0, "ا": 1, "ب": 2, "##ا": 3, "##ب": 4, "اب": 5, "##ابا": 6, "\"": 7, "##": 8, "😀": 9});
        json!({"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": longest, "vocab": vocab})
    }

    fn of_crate(tokenizer: &Tokenizer, word: &str) -> Option<Vec<u32>> {
        Some(tokenizer.get_model().tokenize(word).ok()?.iter().map(|piece| piece.id).collect())
    }

    fn own(pieces: &WordPiece, word: &str) -> Option<Vec<u32>> {
        let mut ids = Vec::new();
        pieces.append(word, &mut ids).map(|()| ids)
    }

    static BOTH: LazyLock<(WordPiece, Tokenizer)> = LazyLock::new(|| {
        let json = file(model(9));
        (WordPiece::taken(&json).unwrap().0, Tokenizer::from_bytes(&json).unwrap())
    });
    static RELEASED: LazyLock<(WordPiece, Tokenizer)> = LazyLock::new(|| {
        let json = include_bytes!("../../models/default/tokenizer.json");
        (WordPiece::taken(json).unwrap().0, Tokenizer::from_bytes(json).unwrap())
    });

    proptest! {
        #[test]
        fn words_are_cut_as_the_crate_cuts_them(word in "[ابا#\"😀ج]{0,12}", long in "[ا-ي#a-z]{1,14}") {
            for (pieces, tokenizer) in [&*BOTH, &*RELEASED] {
                for word in [&word, &long] {
                    prop_assert_eq!(own(pieces, word), of_crate(tokenizer, word), "{}", word);
                }
            }
        }
    }

    #[test]
    fn the_rest_of_the_file_has_the_pieces_that_it_names() {
        let (pieces, rest) = WordPiece::taken(&file(model(9))).unwrap();
        let rest = Tokenizer::from_bytes(rest).unwrap();
        assert_eq!((rest.get_vocab_size(true), rest.token_to_id("[UNK]")), (1, Some(0)));
        assert_eq!((pieces.id("##ابا"), pieces.id("ج"), pieces.size()), (Some(6), None, 10));
    }

    #[test]
    fn a_word_that_cannot_be_cut_has_no_pieces_where_nothing_stands_for_it() {
        let mut without = model(9);
        without["vocab"].as_object_mut().unwrap().remove("[UNK]");
        let json = serde_json::to_vec(&json!({"added_tokens": [], "model": without})).unwrap();
        let (pieces, _) = WordPiece::taken(&json).unwrap();
        assert_eq!((own(&pieces, "ج"), own(&pieces, "ابب")), (None, Some(vec![5, 4])));
    }

    #[test]
    fn other_models_and_files_are_left_to_the_crate() {
        let mut other = model(9);
        other["type"] = "BPE".into();
        let mut beside = model(9);
        beside["vocab"].as_object_mut().unwrap().remove("[UNK]");
        for json in [file(other), file(beside), file(json!({"type": "WordPiece"})), b"{}".to_vec(), b"[".to_vec()] {
            assert!(WordPiece::taken(&json).is_none());
        }
    }
}
