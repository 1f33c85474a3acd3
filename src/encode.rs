//! Words to token ids, in overlapping windows.
//!
//! Nothing is ever cut off: a list of words that is longer than a window becomes several, and each word is whole in at
//! least one of them. A tokenizer's own offsets are never used (it leaves a word's last vowel mark out of them): it gets
//! one word at a time, as transformers hands it over with `is_split_into_words=True`.

mod pieces;
mod spelling;
mod wordpiece;

use crate::Error;
use crate::document::Span;
use crate::normalise::Normaliser;
use pieces::{Pieces, Special};

/// Pieces that a word has at most. Arabic words have one to five; what has more is a link or noise, and only the first
/// piece is tagged.
const PIECES: usize = 64;
/// The smallest window that is worth running: special tokens and a few words.
pub const SMALLEST_WINDOW: usize = 8;

/// A stretch of a document that goes through the model at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Token ids, special tokens included.
    pub ids: Vec<u32>,
    /// For each word of the window, where its first piece stands in `ids`; `None` for a word that normalises to nothing.
    pub heads: Vec<Option<u32>>,
    /// Index of the window's first word in the list that was encoded.
    pub first_word: usize,
}

/// A tokenizer with what surrounds it.
#[derive(Debug)]
pub struct Encoder {
    normaliser: Normaliser,
    pieces: Pieces,
    special: Special,
    window: usize,
    overlap: usize,
}

impl Encoder {
    /// From the bytes of `tokenizer.json`; `origin` names it in errors. Windows hold at most `window` tokens, special ones
    /// included, and share `overlap` tokens with the next, rounded to whole words.
    ///
    /// # Errors
    /// Bytes that are no tokenizer, a window below [`SMALLEST_WINDOW`], or one that the overlap fills by more than half.
    pub fn new(
        tokenizer: &[u8],
        origin: &str,
        normaliser: Normaliser,
        window: usize,
        overlap: usize,
    ) -> Result<Encoder, Error> {
        if window < SMALLEST_WINDOW {
            let message = format!("wanted windows of {SMALLEST_WINDOW} tokens or more, found {window}");
            return Err(Error::config(origin, message));
        }
        if overlap > window / 2 {
            let message = format!("wanted an overlap of at most half a window of {window} tokens, found {overlap}");
            return Err(Error::config(origin, message));
        }
        let pieces = Pieces::new(tokenizer, origin)?;
        let special = pieces.special();
        if special.before.len() + special.behind.len() >= SMALLEST_WINDOW {
            let found = special.before.len() + special.behind.len();
            return Err(Error::config(origin, format!("wanted a few special tokens around a sequence, found {found}")));
        }
        Ok(Encoder { normaliser, pieces, special, window, overlap })
    }

    /// The same, that remembers the pieces of about so many words: for reading corpora, at a hundred bytes a word.
    pub fn remembering(mut self, words: usize) -> Encoder {
        self.pieces.remember(words);
        self
    }

    /// The normaliser.
    pub fn normaliser(&self) -> Normaliser {
        self.normaliser
    }

    /// Tokens that a window holds at most, special ones included.
    pub fn window(&self) -> usize {
        self.window
    }

    /// The pieces of one word, after normalising it; empty for a word that normalises to nothing. Pieces of one word
    /// are capped so that a window always holds a whole word.
    pub fn pieces(&self, word: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        self.append(word, &mut ids);
        ids
    }

    fn append(&self, word: &str, ids: &mut Vec<u32>) -> usize {
        let most = PIECES.min(self.room());
        self.pieces.append(word, most, || self.normaliser.word(word).into_owned(), ids)
    }

    /// Tokens of a window that words can take.
    pub fn room(&self) -> usize {
        self.window - self.special.before.len() - self.special.behind.len()
    }

    /// All windows of a list of words; every word is in at least one.
    pub fn encode(&self, text: &str, words: &[Span]) -> Vec<Window> {
        let mut ids = Vec::with_capacity(2 * words.len());
        let mut bounds = Vec::with_capacity(words.len() + 1);
        bounds.push(0);
        for word in words {
            self.append(word.of(text), &mut ids);
            bounds.push(ids.len());
        }
        self.windows(&ids, &bounds)
    }

    /// [`Encoder::encode`] of words that are pieces already: word `i` has `ids[bounds[i]..bounds[i + 1]]`, none more than a
    /// window holds.
    pub fn windows(&self, ids: &[u32], bounds: &[usize]) -> Vec<Window> {
        self.ranges(bounds).map(|(first, end)| self.window_of(ids, bounds, first, end)).collect()
    }

    /// The words `first..end` of each window; word `i` has the tokens `bounds[i]..bounds[i + 1]`.
    fn ranges<'a>(&self, bounds: &'a [usize]) -> impl Iterator<Item = (usize, usize)> + 'a {
        let (room, overlap, words) = (self.room(), self.overlap, bounds.len().saturating_sub(1));
        let mut next = Some(0).filter(|_| words > 0);
        std::iter::from_fn(move || {
            let first = next?;
            // At least one word fits, because no word has more than `room` pieces; words without pieces behind it do too.
            let end = bounds.partition_point(|&b| b <= bounds[first] + room) - 1;
            next = (end < words).then(|| {
                // Word `end` has to fit behind the overlap, or the next window would end where this one does.
                let shared = overlap.min(room - (bounds[end + 1] - bounds[end]));
                bounds.partition_point(|&b| b + shared < bounds[end]).clamp(first + 1, end)
            });
            Some((first, end))
        })
    }

    fn window_of(&self, ids: &[u32], bounds: &[usize], first: usize, end: usize) -> Window {
        let (before, behind) = (&self.special.before, &self.special.behind);
        let tokens = &ids[bounds[first]..bounds[end]];
        let head = |word: usize| {
            let position = bounds[word] - bounds[first] + before.len();
            (bounds[word] < bounds[word + 1]).then_some(position as u32)
        };
        Window { ids: [before, tokens, behind].concat(), heads: (first..end).map(head).collect(), first_word: first }
    }

    /// Ids of the special tokens that stand before and behind the words of every window.
    pub fn special(&self) -> (&[u32], &[u32]) {
        (&self.special.before, &self.special.behind)
    }

    /// Number of token ids: one more than the largest.
    pub fn vocab_size(&self) -> usize {
        self.pieces.vocab_size()
    }

    /// The id of a special or other token.
    pub fn token_id(&self, token: &str) -> Option<u32> {
        self.pieces.id(token)
    }
}

/// For each of `words` words, the window and the token in it whose row counts: of a word that several windows hold, the
/// one farther from an edge where its window was cut; the earlier where they are equal. `None` for a word without pieces.
pub fn sources(windows: &[Window], words: usize) -> Vec<Option<(usize, u32)>> {
    let mut best: Vec<Option<(usize, u32)>> = vec![None; words];
    let mut margins = vec![0; words];
    for (number, window) in windows.iter().enumerate() {
        let opens = window.first_word == 0;
        let closes = window.first_word + window.heads.len() == words;
        for (word, head) in (window.first_word..).zip(&window.heads) {
            let Some(head) = *head else { continue };
            let left = if opens { usize::MAX } else { head as usize };
            let right = if closes { usize::MAX } else { window.ids.len() - 1 - head as usize };
            let margin = left.min(right);
            if best[word].is_none() || margin > margins[word] {
                best[word] = Some((number, head));
                margins[word] = margin;
            }
        }
    }
    best
}

#[cfg(test)]
mod tests;
