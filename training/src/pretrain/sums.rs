//! Sums over the text of an evaluation, and the numbers that they come to.

use super::networks::Outcome;
use crate::Error;
use std::collections::BTreeMap;

/// What is counted, part by part.
#[derive(Debug, Default)]
pub(super) struct Sums {
    guesses: f64,
    guess_loss: f64,
    guessed: f64,
    tokens: f64,
    detection: Option<[f64; 4]>,
}

impl Sums {
    /// Adds a part of so many guesses and tokens.
    pub(super) fn add(&mut self, guesses: usize, tokens: usize, outcome: &Outcome) -> Result<(), Error> {
        self.guesses += guesses as f64;
        self.guess_loss += f64::from(outcome.guess_loss.to_scalar::<f32>()?) * guesses as f64;
        self.guessed += outcome.guessed as f64;
        self.tokens += tokens as f64;
        if let Some(found) = &outcome.detection {
            let loss = f64::from(found.loss.to_scalar::<f32>()?) * tokens as f64;
            let parts = [loss, found.found as f64, found.told as f64, found.replaced as f64];
            let sums = self.detection.get_or_insert_default();
            sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
        }
        Ok(())
    }

    /// Shares and mean losses by name; none where nothing was looked at.
    pub(super) fn numbers(&self) -> BTreeMap<String, f64> {
        if self.tokens == 0.0 {
            return BTreeMap::new();
        }
        let share = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
        let mut numbers = BTreeMap::from([
            ("masked/loss".into(), share(self.guess_loss, self.guesses)),
            ("masked/accuracy".into(), share(self.guessed, self.guesses)),
        ]);
        if let Some([loss, found, told, replaced]) = self.detection {
            let wrong = (told - found) + (replaced - found);
            numbers.insert("replaced/loss".into(), share(loss, self.tokens));
            numbers.insert("replaced/accuracy".into(), 1.0 - share(wrong, self.tokens));
            numbers.insert("replaced/precision".into(), share(found, told));
            numbers.insert("replaced/recall".into(), share(found, replaced));
            numbers.insert("replaced/share".into(), share(replaced, self.tokens));
        }
        numbers
    }
}
