//! Neighbouring sentences as the network sees them.

use alam_models::Rng;

/// A word without a target.
pub const NONE: u8 = u8::MAX;

/// A word of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Its first piece in the stretch.
    pub first: u32,
    /// Its tag's id.
    pub tag: u8,
    /// Letters before the name it begins, or [`NONE`].
    pub clitic: u8,
    /// Whether a window may begin with it: it does not stand inside a name.
    pub opens: bool,
}

/// Their words and pieces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stretch {
    /// Pieces, without special tokens.
    pub ids: Vec<u32>,
    /// Words that have pieces.
    pub words: Vec<Word>,
    /// The same words as a teacher with a vocabulary of its own reads them.
    pub taught: Taught,
}

impl Stretch {
    /// Puts another one behind.
    pub(super) fn append(&mut self, other: &Stretch) {
        let shift = self.ids.len() as u32;
        self.ids.extend_from_slice(&other.ids);
        self.words.extend(other.words.iter().map(|w| Word { first: w.first + shift, ..*w }));
        self.taught.append(&other.taught);
    }

    /// The pieces of words `first..end`.
    pub fn pieces(&self, first: usize, end: usize) -> &[u32] {
        let bound = |word: usize| self.words.get(word).map_or(self.ids.len(), |w| w.first as usize);
        &self.ids[bound(first)..bound(end)]
    }

    /// Cuts the stretch into windows of at most `room` pieces each, drawn anew; names stay whole where they can.
    pub(super) fn windows(&self, rng: &mut Rng, room: (usize, usize)) -> Vec<(usize, usize)> {
        let mut windows = Vec::new();
        let mut first = 0;
        while first < self.words.len() {
            let begin = self.words[first].first as usize;
            let rest_fits = self.ids.len() - begin <= room.1;
            let most = if rest_fits { room.1 } else { room.0 + rng.below(room.1 - room.0 + 1) };
            let mut end = self.words.partition_point(|w| (w.first as usize) <= begin + most);
            // Word `end - 1` begins within the window, but may not end within it; the last one does if the stretch does.
            if self.ids.len() > begin + most {
                end -= 1;
                let whole = (first + 1..=end).rev().find(|&w| self.words[w].opens);
                end = whole.unwrap_or(end.max(first + 1));
            }
            windows.push((first, end));
            first = end;
        }
        windows
    }
}

/// The words of a stretch in the pieces of another vocabulary; empty without one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taught {
    /// Pieces, without special tokens.
    ids: Vec<u32>,
    /// The first piece of each word.
    first: Vec<u32>,
}

impl Taught {
    /// Adds a word. A word that this vocabulary has nothing for is the token 0: it keeps its place.
    pub(super) fn push(&mut self, pieces: &[u32]) {
        self.first.push(self.ids.len() as u32);
        self.ids.extend_from_slice(if pieces.is_empty() { &[0] } else { pieces });
    }

    fn append(&mut self, other: &Taught) {
        let shift = self.ids.len() as u32;
        self.ids.extend_from_slice(&other.ids);
        self.first.extend(other.first.iter().map(|first| first + shift));
    }

    /// Where word `word` begins; behind the last one the number of pieces.
    pub fn first(&self, word: usize) -> u32 {
        self.first.get(word).copied().unwrap_or(self.ids.len() as u32)
    }

    /// The pieces of words `first..end`.
    pub fn pieces(&self, first: usize, end: usize) -> &[u32] {
        &self.ids[self.first(first) as usize..self.first(end) as usize]
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A stretch of words of so many pieces each, some of them inside of names.
    pub(in crate::data) fn stretch(pieces: &[usize], inside: &[usize]) -> Stretch {
        let mut stretch = Stretch::default();
        for (i, &n) in pieces.iter().enumerate() {
            let first = stretch.ids.len() as u32;
            stretch.words.push(Word { first, tag: 0, clitic: NONE, opens: !inside.contains(&i) });
            stretch.ids.extend((0..n).map(|p| (100 * i + p) as u32));
        }
        stretch
    }

    #[test]
    fn windows_cover_every_word_once_and_keep_names_whole() {
        let mut rng = Rng::new(3);
        for _ in 0..500 {
            let pieces: Vec<usize> = (0..1 + rng.below(80)).map(|_| 1 + rng.below(4)).collect();
            let inside: Vec<usize> = (1..pieces.len()).filter(|i| i % 4 != 0).collect();
            let stretch = stretch(&pieces, &inside);
            let windows = stretch.windows(&mut rng, (22, 46));
            assert_eq!(windows[0].0, 0);
            assert_eq!(windows.last().unwrap().1, pieces.len());
            assert!(windows.windows(2).all(|w| w[0].1 == w[1].0));
            for &(first, end) in &windows {
                assert!(first < end && stretch.pieces(first, end).len() <= 46, "{windows:?}");
                assert!(first % 4 == 0, "{windows:?}");
            }
        }
    }

    #[test]
    fn words_keep_their_pieces_in_another_vocabulary() {
        let mut taught = Taught::default();
        [&[5, 6][..], &[], &[7]].iter().for_each(|pieces| taught.push(pieces));
        let mut both = taught.clone();
        both.append(&taught);
        assert_eq!((both.first(0), both.first(2), both.first(4), both.first(6)), (0, 3, 6, 8));
        assert_eq!(both.pieces(1, 4), [0, 7, 5, 6]);
        assert_eq!(both.pieces(5, 6), [7]);
        assert!(both.pieces(3, 3).is_empty());
    }

    #[test]
    fn a_name_longer_than_a_window_is_cut_after_all() {
        let stretch = stretch(&[4; 40], &(1..40).collect::<Vec<_>>());
        let windows = stretch.windows(&mut Rng::new(1), (10, 10));
        assert!(windows.iter().all(|&(first, end)| end > first && stretch.pieces(first, end).len() <= 10));
    }
}
