//! How a pass over the data is cut into windows, and these are batched: anew in every pass.

use super::examples::Stretches;
use alam_models::Rng;

/// A window: words `first..end` of a stretch of a corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The corpus.
    pub corpus: u32,
    /// The stretch in it.
    pub stretch: u32,
    /// First word.
    pub first: u32,
    /// Behind the last word.
    pub end: u32,
    /// Tokens, special ones included.
    pub tokens: u32,
}

/// How a pass is cut and batched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// What the pass's randomness comes from.
    pub seed: u64,
    /// Shortest and longest window, in tokens with the special ones; a stretch that fits is one window.
    pub window: (usize, usize),
    /// Special tokens a window.
    pub special: usize,
    /// Tokens of a batch at most.
    pub budget: usize,
}

/// Batches sorted by length within as many windows as fill so many of them; larger pools pad less, smaller ones mix more.
const POOL: usize = 32;

impl Plan {
    /// The batches of a pass: the same for the same plan, corpora and number. All windows of a batch are of one token type.
    pub fn pass(&self, corpora: &[Stretches], pass: u64) -> Vec<Vec<Window>> {
        let mut rng = Rng::new(self.seed).fork(pass.wrapping_add(1));
        let mut types: Vec<u32> = corpora.iter().map(|c| c.token_type).collect();
        types.sort_unstable();
        types.dedup();
        let mut batches = Vec::new();
        for token_type in types {
            let mut windows = Vec::new();
            for (number, corpus) in corpora.iter().enumerate().filter(|(_, c)| c.token_type == token_type) {
                self.draw((corpus, number as u32), pass, &mut rng, &mut windows);
            }
            rng.shuffle(&mut windows);
            self.batch(windows, &mut batches);
        }
        rng.shuffle(&mut batches);
        batches
    }

    fn draw(&self, (corpus, number): (&Stretches, u32), pass: u64, rng: &mut Rng, windows: &mut Vec<Window>) {
        let rounds = corpus.weight.ceil() as u64;
        let room = (self.window.0 - self.special, self.window.1 - self.special);
        for (index, stretch) in corpus.list.iter().enumerate() {
            let repeats = corpus.weight.floor() + f64::from(u8::from(f64::from(rng.uniform()) < corpus.weight.fract()));
            for _ in (0..repeats as u64).filter(|repeat| corpus.turn.is_at(pass * rounds + repeat)) {
                windows.extend(stretch.windows(rng, room).into_iter().map(|(first, end)| Window {
                    corpus: number,
                    stretch: index as u32,
                    first: first as u32,
                    end: end as u32,
                    tokens: (stretch.pieces(first, end).len() + self.special) as u32,
                }));
            }
        }
    }

    fn batch(&self, windows: Vec<Window>, batches: &mut Vec<Vec<Window>>) {
        let mut pool: Vec<Window> = Vec::new();
        let mut tokens = 0;
        let last = windows.len().saturating_sub(1);
        for (i, window) in windows.into_iter().enumerate() {
            pool.push(window);
            tokens += window.tokens as usize;
            if tokens < POOL * self.budget && i != last {
                continue;
            }
            pool.sort_by_key(|w| w.tokens);
            let mut batch = Vec::new();
            let mut filled = 0;
            for window in pool.drain(..) {
                if filled + window.tokens as usize > self.budget && !batch.is_empty() {
                    batches.push(std::mem::take(&mut batch));
                    filled = 0;
                }
                filled += window.tokens as usize;
                batch.push(window);
            }
            batches.push(batch);
            tokens = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::examples::Turn;
    use crate::data::stretch::tests::stretch;

    fn corpora(seed: u64) -> Vec<Stretches> {
        let mut rng = Rng::new(seed);
        (0..3)
            .map(|c| {
                let list = (0..200)
                    .map(|_| {
                        let pieces: Vec<usize> = (0..1 + rng.below(60)).map(|_| 1 + rng.below(3)).collect();
                        stretch(&pieces, &[])
                    })
                    .collect();
                Stretches { list, token_type: c / 2, weight: 1.0 + f64::from(c) * 0.5, turn: Turn::ONLY, broken: 0 }
            })
            .collect()
    }

    const PLAN: Plan = Plan { seed: 5, window: (24, 48), special: 2, budget: 200 };

    #[test]
    fn a_pass_is_the_same_each_time_and_another_pass_is_not() {
        let corpora = corpora(1);
        assert_eq!(PLAN.pass(&corpora, 0), PLAN.pass(&corpora, 0));
        assert_ne!(PLAN.pass(&corpora, 0), PLAN.pass(&corpora, 1));
        assert_ne!(PLAN.pass(&corpora, 0), Plan { seed: 6, ..PLAN }.pass(&corpora, 0));
    }

    #[test]
    fn batches_keep_to_the_budget_and_to_one_token_type_and_weights_repeat() {
        let corpora = corpora(2);
        let batches = PLAN.pass(&corpora, 0);
        let mut words = [0; 3];
        for batch in &batches {
            assert!(batch.iter().map(|w| w.tokens).sum::<u32>() <= 200);
            assert!(batch.iter().all(|w| w.corpus / 2 == batch[0].corpus / 2));
            batch.iter().for_each(|w| words[w.corpus as usize] += w.end - w.first);
        }
        let all = |c: usize| corpora[c].list.iter().map(|s| s.words.len()).sum::<usize>() as f64;
        assert_eq!(f64::from(words[0]), all(0));
        assert_eq!(f64::from(words[2]), 2.0 * all(2));
        assert!((1.3..1.7).contains(&(f64::from(words[1]) / all(1))));
    }

    #[test]
    fn copies_of_a_corpus_take_turns() {
        let mut corpora = corpora(4);
        corpora.truncate(1);
        corpora[0].weight = 2.0;
        let copies: Vec<Stretches> =
            (0..3).map(|copy| Stretches { turn: Turn { copy, of: 3 }, ..corpora[0].clone() }).collect();
        let mut rounds = Vec::new();
        for pass in 0..3 {
            let windows = PLAN.pass(&copies, pass).concat();
            let words = |copy: u32| windows.iter().filter(|w| w.corpus == copy).map(|w| w.end - w.first).sum::<u32>();
            rounds.push([0, 1, 2].map(|copy| words(copy) as usize));
        }
        let all = corpora[0].list.iter().map(|s| s.words.len()).sum::<usize>();
        assert_eq!(rounds, [[all, all, 0], [all, 0, all], [0, all, all]]);
    }

    #[test]
    fn a_batch_holds_windows_of_like_lengths() {
        let batches = PLAN.pass(&corpora(3), 0);
        let padding: u32 = batches
            .iter()
            .map(|b| {
                b.iter().map(|w| w.tokens).max().unwrap() * b.len() as u32 - b.iter().map(|w| w.tokens).sum::<u32>()
            })
            .sum();
        let tokens: u32 = batches.iter().flatten().map(|w| w.tokens).sum();
        assert!(f64::from(padding) < 0.1 * f64::from(tokens), "{padding} of {tokens}");
    }
}
