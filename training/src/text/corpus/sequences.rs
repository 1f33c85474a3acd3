//! Documents to sequences for the network: never over the end of a document, cut between words, about equally long.

use super::file::{DOCUMENT, PARAGRAPH};
use crate::text::tokenizer::special::{CONTINUING, FIRST, LAST, MASK};

/// What the ids of a vocabulary mean to those who cut and mask.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Whether a token continues a word.
    pub continues: Vec<bool>,
    /// The first token of a sequence.
    pub first: u32,
    /// The last token of a sequence.
    pub last: u32,
    /// What stands for a piece that is to be guessed.
    pub mask: u32,
    /// The first id that text is spelt with.
    pub ordinary: u32,
}

impl Tokens {
    /// From the tokens of a vocabulary in the order of their ids; `None` if a special token is missing.
    pub fn new(tokens: &[String]) -> Option<Tokens> {
        let id = |token: &str| tokens.iter().position(|t| t == token).map(|id| id as u32);
        let special = |token: &String| token.starts_with('[') && token.ends_with(']') && token.len() > 2;
        Some(Tokens {
            continues: tokens.iter().map(|t| t.starts_with(CONTINUING) && t.len() > CONTINUING.len()).collect(),
            first: id(FIRST)?,
            last: id(LAST)?,
            mask: id(MASK)?,
            ordinary: tokens.iter().position(|t| !special(t))? as u32,
        })
    }

    /// Whether a word begins with this token.
    pub fn begins_word(&self, id: u32) -> bool {
        !self.continues.get(id as usize).is_some_and(|&c| c)
    }
}

/// The sequences of one block, each of at most `longest` tokens, the first and the last one included.
pub fn sequences(block: &[u32], tokens: &Tokens, longest: usize) -> Vec<Vec<u32>> {
    let room = longest.saturating_sub(2).max(1);
    let mut sequences = Vec::new();
    for document in block.split(|&id| id == DOCUMENT) {
        let ids: Vec<u32> = document.iter().copied().filter(|&id| id != PARAGRAPH).collect();
        let mut rest = &ids[..];
        while !rest.is_empty() {
            let end = cut(rest, tokens, room);
            let (head, tail) = rest.split_at(end);
            sequences.push([&[tokens.first], head, &[tokens.last]].concat());
            rest = tail;
        }
    }
    sequences
}

/// Where to cut: as many tokens as make the sequences of the rest equally long, back to the end of a word.
fn cut(rest: &[u32], tokens: &Tokens, room: usize) -> usize {
    let parts = rest.len().div_ceil(room);
    let end = rest.len().div_ceil(parts);
    if end == rest.len() {
        return end;
    }
    (1..=end).rev().find(|&i| tokens.begins_word(rest[i])).unwrap_or(end)
}
