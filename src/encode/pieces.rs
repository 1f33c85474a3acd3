//! One word to the ids of its pieces, by a `tokenizer.json`, remembered.

use super::spelling;
use super::wordpiece::WordPiece;
use crate::Error;
use crate::contain::contained;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use tokenizers::{
    Model, OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer, PreTokenizerWrapper, Tokenizer,
};

/// Letters of a word that the tokenizer sees. Longer "words" are links and noise, and the time a tokenizer takes for one
/// grows faster than its length.
const LETTERS: usize = 256;
/// Bytes up to which a word is remembered: with [`REMEMBERED`] it bounds the memory.
const REMEMBERED_BYTES: usize = 48;
/// Words a shard remembers before it forgets all of them, unless it is told more. 16 shards of 768 words are about 1.5 MB.
const REMEMBERED: usize = 768;
const SHARDS: usize = 16;

/// What stands around every sequence of a model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Special {
    /// Ids before the first word.
    pub(super) before: Vec<u32>,
    /// Ids behind the last word.
    pub(super) behind: Vec<u32>,
}

type Shard = Mutex<HashMap<Box<str>, Box<[u32]>>>;

/// A tokenizer, and its vocabulary apart where that is one of WordPiece.
fn read(json: &[u8]) -> Result<(Tokenizer, Option<WordPiece>), String> {
    let taken = WordPiece::taken(json).and_then(|(own, rest)| Some((Tokenizer::from_bytes(rest).ok()?, Some(own))));
    match taken {
        // Tokens that words could be or hold are the crate's to find, in all of the vocabulary.
        Some(read) if is_plain(&read.0) => Ok(read),
        _ => Ok((Tokenizer::from_bytes(json).map_err(|e| e.to_string())?, None)),
    }
}

/// Whether no token stands beside the vocabulary that a word could be or hold, as special ones never do.
fn is_plain(tokenizer: &Tokenizer) -> bool {
    tokenizer.get_added_tokens_decoder().values().all(|token| token.special)
}

/// A tokenizer that gets one word at a time.
#[derive(Debug)]
pub(super) struct Pieces {
    tokenizer: Tokenizer,
    /// The pieces, where the tokenizer does not hold them.
    own: Option<WordPiece>,
    /// See [`is_plain`].
    plain: bool,
    hasher: RandomState,
    shards: Vec<Shard>,
    /// Words that a shard remembers.
    remembered: usize,
}

impl Pieces {
    /// Reads `tokenizer.json`, and makes it treat every word as one that stands behind a space.
    pub(super) fn new(json: &[u8], origin: &str) -> Result<Pieces, Error> {
        contained(|| spelling::check(json)).unwrap_or(Ok(())).map_err(|message| Error::config(origin, message))?;
        let read = contained(|| read(json));
        let (mut tokenizer, own) = read
            .unwrap_or_else(|said| Err(format!("it cannot be read: {said}")))
            .map_err(|e| Error::config(origin, format!("wanted a tokenizer as `tokenizers` 0.23 writes it: {e}")))?;
        tokenizer
            .with_truncation(None)
            .map_err(|e| Error::config(origin, format!("wanted a tokenizer that need not truncate: {e}")))?;
        tokenizer.with_padding(None);
        // `[SEP]` or `</s>` in a text is what somebody wrote, not the end of the sequence.
        tokenizer.set_encode_special_tokens(true);
        if let Some(pre) = tokenizer.get_pre_tokenizer().cloned() {
            tokenizer.with_pre_tokenizer(Some(behind_a_space(pre)));
        }
        contained(|| spelling::try_on_letters(&tokenizer))
            .unwrap_or(Ok(()))
            .map_err(|message| Error::config(origin, message))?;
        let plain = is_plain(&tokenizer);
        let shards = (0..SHARDS).map(|_| Shard::default()).collect();
        Ok(Pieces { tokenizer, own, plain, hasher: RandomState::new(), shards, remembered: REMEMBERED })
    }

    /// Remembers about so many words, for those who read much and have the room: a hundred bytes each.
    pub(super) fn remember(&mut self, words: usize) {
        self.remembered = words.div_ceil(SHARDS);
    }

    /// Appends at most `most` ids of a word's pieces to `ids` and says how many; `normalise` is asked only for a new word.
    pub(super) fn append<F>(&self, word: &str, most: usize, normalise: F, ids: &mut Vec<u32>) -> usize
    where
        F: FnOnce() -> String,
    {
        let before = ids.len();
        if word.len() > REMEMBERED_BYTES {
            ids.extend(self.tokenize(&normalise(), most));
            return ids.len() - before;
        }
        let shard = &self.shards[self.hasher.hash_one(word) as usize % SHARDS];
        // A map that a panicking thread left behind is still a map of right answers.
        if let Some(known) = shard.lock().unwrap_or_else(PoisonError::into_inner).get(word) {
            ids.extend_from_slice(known);
            return ids.len() - before;
        }
        let new = self.tokenize(&normalise(), most);
        ids.extend_from_slice(&new);
        let mut map = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= self.remembered {
            map.clear();
        }
        map.insert(word.into(), new.into());
        ids.len() - before
    }

    /// A word that no tokenizer can take apart (no unknown token in its vocabulary) has no pieces, and stays outside names.
    fn tokenize(&self, word: &str, most: usize) -> Vec<u32> {
        let word = word.char_indices().nth(LETTERS).map_or(word, |(end, _)| &word[..end]);
        if word.is_empty() {
            return Vec::new();
        }
        let mut ids = contained(|| self.ids(word)).ok().flatten().unwrap_or_default();
        ids.truncate(most);
        ids
    }

    /// What `Tokenizer::encode_fast` gives, with its normalizer within bounds. Where the vocabulary is all there is, a word is
    /// normalised once; else the crate does it again, after a look that it can.
    fn ids(&self, word: &str) -> Option<Vec<u32>> {
        let normalised = spelling::of(&self.tokenizer, word)?;
        if !self.plain {
            return Some(self.tokenizer.encode_fast(&[word][..], false).ok()?.get_ids().to_vec());
        }
        let mut pieces = PreTokenizedString::from(normalised);
        if let Some(pre) = self.tokenizer.get_pre_tokenizer() {
            pre.pre_tokenize(&mut pieces).ok()?;
        }
        if let Some(own) = &self.own {
            let mut ids = Vec::new();
            let splits = pieces.get_splits(OffsetReferential::Normalized, OffsetType::None);
            splits.iter().try_for_each(|(piece, ..)| own.append(piece, &mut ids))?;
            return Some(ids);
        }
        pieces.tokenize(|piece| self.tokenizer.get_model().tokenize(piece.get())).ok()?;
        Some(pieces.into_encoding(None, 0, OffsetType::None).ok()?.get_ids().to_vec())
    }

    /// What the post-processor puts around a sequence; without one, the usual names of BERT and RoBERTa.
    pub(super) fn special(&self) -> Special {
        if self.tokenizer.get_post_processor().is_some()
            && let Ok(Ok(around)) = contained(|| self.tokenizer.encode_fast("ا", true))
            && around.get_special_tokens_mask().contains(&1)
        {
            let (ids, mask) = (around.get_ids(), around.get_special_tokens_mask());
            let first = mask.iter().position(|&m| m == 0).unwrap_or(ids.len().min(1));
            let last = mask.iter().rposition(|&m| m == 0).map_or(first, |i| i + 1);
            return Special { before: ids[..first].to_vec(), behind: ids[last..].to_vec() };
        }
        for (open, close) in [("[CLS]", "[SEP]"), ("<s>", "</s>")] {
            if let (Some(open), Some(close)) = (self.id(open), self.id(close)) {
                return Special { before: vec![open], behind: vec![close] };
            }
        }
        Special::default()
    }

    /// The id of a token of the vocabulary.
    pub(super) fn id(&self, token: &str) -> Option<u32> {
        self.own.as_ref().map_or_else(|| self.tokenizer.token_to_id(token), |own| own.id(token))
    }

    /// One more than the largest id.
    pub(super) fn vocab_size(&self) -> usize {
        if let Some(own) = &self.own {
            return own.size();
        }
        // A copy of the vocabulary, which any gap among the ids asks for, takes as long as reading it.
        let count = self.tokenizer.get_vocab_size(true);
        if (0..count).all(|id| self.tokenizer.id_to_token(id as u32).is_some()) {
            return count;
        }
        self.tokenizer.get_vocab(true).values().max().map_or(0, |&id| id as usize + 1)
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.shards.iter().map(|s| s.lock().unwrap().len()).sum()
    }
}

/// A byte-level tokenizer as transformers needs it for pretokenised words (`add_prefix_space=True`): the pieces it learnt
/// for words carry the space before them. Metaspace (Unigram) already does so for every word.
fn behind_a_space(pre: PreTokenizerWrapper) -> PreTokenizerWrapper {
    match pre {
        PreTokenizerWrapper::ByteLevel(level) => PreTokenizerWrapper::ByteLevel(level.add_prefix_space(true)),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_words_are_read_as_any_model_is() {
        let json = include_bytes!("../../models/default/tokenizer.json");
        let whole = Tokenizer::from_bytes(json).unwrap();
        assert!(read(json).unwrap().1.is_some());
        let size = Pieces::new(json, "t").unwrap().vocab_size();
        assert_eq!(size, whole.get_vocab(true).values().max().map_or(0, |&id| id as usize + 1));
    }
}
