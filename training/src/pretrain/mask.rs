//! Which pieces the network has to guess: whole words, chosen anew every time a text is seen.

use crate::text::corpus::sequences::Tokens;
use alam_models::{Input, Rng};
use serde::{Deserialize, Serialize};

/// What stands in the place of a piece that is to be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Replacement {
    /// The mask in 80 of 100 cases, any piece in 10, the piece itself in 10 (Devlin et al., 2019): the encoder must not
    /// learn that only masks matter.
    Mixed,
    /// Always the mask: enough for a generator, whose input no later task sees.
    Always,
}

/// An input with places to guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The input as the network sees it.
    pub input: Input,
    /// The places, rising: indices into the input's tokens.
    pub rows: Vec<u32>,
    /// What stood there.
    pub targets: Vec<u32>,
}

/// Hides about `share` of every sequence's pieces, in whole words, at least one word of each. The same `rng` hides the same.
pub fn mask(input: &Input, tokens: &Tokens, (share, how): (f32, Replacement), rng: &mut Rng) -> Masked {
    let mut masked = Masked { input: input.clone(), rows: Vec::new(), targets: Vec::new() };
    for bounds in input.bounds.windows(2) {
        let mut words = words(input, tokens, bounds[0]..bounds[1]);
        let pieces: usize = words.iter().map(ExactSizeIterator::len).sum();
        let wanted = ((pieces as f32 * share).round() as usize).max(1);
        rng.shuffle(&mut words);
        let first = masked.rows.len();
        for word in words {
            let taken = masked.rows.len() - first;
            // A word that would go beyond the share is left to a shorter one, but something has to be guessed.
            if taken == 0 || taken + word.len() <= wanted {
                masked.rows.extend(word.map(|i| i as u32));
            }
            if masked.rows.len() - first >= wanted {
                break;
            }
        }
        masked.rows[first..].sort_unstable();
    }
    for &row in &masked.rows {
        let id = &mut masked.input.ids[row as usize];
        masked.targets.push(*id);
        *id = replaced(*id, tokens, how, rng);
    }
    masked
}

fn replaced(id: u32, tokens: &Tokens, how: Replacement, rng: &mut Rng) -> u32 {
    match how {
        Replacement::Always => tokens.mask,
        Replacement::Mixed => match rng.below(10) {
            0 => tokens.ordinary + rng.below(tokens.continues.len() - tokens.ordinary as usize) as u32,
            1 => id,
            _ => tokens.mask,
        },
    }
}

/// The words of one sequence as ranges of its tokens; special and unknown tokens belong to none.
fn words(input: &Input, tokens: &Tokens, sequence: std::ops::Range<usize>) -> Vec<std::ops::Range<usize>> {
    let mut words: Vec<std::ops::Range<usize>> = Vec::new();
    for i in sequence {
        let id = input.ids[i];
        if id < tokens.ordinary {
            continue;
        }
        match words.last_mut() {
            Some(word) if word.end == i && !tokens.begins_word(id) => word.end += 1,
            _ => words.push(i..i + 1),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids 5..15 begin words, 15..25 continue them.
    fn tokens() -> Tokens {
        let continues = (0..25).map(|id| id >= 15).collect();
        Tokens { continues, first: 2, last: 3, mask: 4, ordinary: 5 }
    }

    fn input() -> Input {
        let mut rng = Rng::new(3);
        let mut input = Input::new(0);
        for length in [40, 1, 90] {
            let body = (0..length).flat_map(|_| match rng.below(3) {
                0 => vec![5 + rng.below(10) as u32],
                1 => vec![5 + rng.below(10) as u32, 15 + rng.below(10) as u32],
                _ => vec![5 + rng.below(10) as u32, 16, 17, 1],
            });
            let ids: Vec<u32> = [2].into_iter().chain(body).chain([3]).collect();
            input.push(&ids);
        }
        input
    }

    #[test]
    fn words_are_hidden_whole_and_special_tokens_never() {
        let (input, tokens) = (input(), tokens());
        let masked = mask(&input, &tokens, (0.15, Replacement::Always), &mut Rng::new(1));
        let hidden = |i: usize| masked.rows.contains(&(i as u32));
        for i in 0..input.ids.len() {
            let id = input.ids[i];
            assert_eq!(masked.input.ids[i], if hidden(i) { tokens.mask } else { id });
            assert!(id >= tokens.ordinary || !hidden(i));
            if id >= 15 {
                assert_eq!(hidden(i), hidden(i - 1), "the word of piece {i} is hidden whole or not at all");
            }
        }
        assert!(masked.rows.is_sorted());
        let targets: Vec<u32> = masked.rows.iter().map(|&row| input.ids[row as usize]).collect();
        assert_eq!(masked.targets, targets);
    }

    #[test]
    fn the_share_holds_in_every_sequence_and_a_short_one_has_one_word_hidden() {
        let (input, tokens) = (input(), tokens());
        for seed in 0..50 {
            let masked = mask(&input, &tokens, (0.15, Replacement::Always), &mut Rng::new(seed));
            for bounds in input.bounds.windows(2) {
                let inside = bounds[0] as u32..bounds[1] as u32;
                let found = masked.rows.iter().filter(|row| inside.contains(row)).count();
                let share = found as f32 / inside.len() as f32;
                assert!(found > 0 && (inside.len() < 10 || (0.08..0.16).contains(&share)), "{found} {share}");
            }
        }
    }

    #[test]
    fn a_tenth_is_kept_and_a_tenth_is_any_piece() {
        let tokens = tokens();
        let mut input = Input::new(0);
        input.push(&vec![7; 20_000]);
        let masked = mask(&input, &tokens, (1.0, Replacement::Mixed), &mut Rng::new(1));
        assert_eq!(masked.rows.len(), 20_000);
        let share = |f: &dyn Fn(u32) -> bool| {
            masked.input.ids.iter().filter(|&&id| f(id)).count() as f32 / masked.rows.len() as f32
        };
        assert!((share(&|id| id == tokens.mask) - 0.8).abs() < 0.01);
        assert!((share(&|id| id == 7) - 0.105).abs() < 0.01);
        assert!(masked.input.ids.iter().all(|&id| id >= tokens.mask));
    }

    #[test]
    fn the_same_source_hides_the_same() {
        let of = |seed| mask(&input(), &tokens(), (0.15, Replacement::Mixed), &mut Rng::new(seed));
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}
