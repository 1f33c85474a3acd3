//! The windows of the finished model: no longer than what was learnt.

use super::recipe::Recipe;
use crate::Error;
use crate::model::reach::{ONE_IN, Reach};
use crate::run::job::Job;
use alam::encode::SMALLEST_WINDOW;

/// A window where the recipe names none is no longer: attention's time grows with the square of it.
const LONGEST: usize = 256;

/// How the finished model cuts a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Windows {
    /// Tokens a window, special ones included.
    pub(super) window: usize,
    /// Tokens that neighbours share.
    pub(super) overlap: usize,
    /// The tokens that were learnt, in this run or before it.
    pub(super) learnt: usize,
}

impl Windows {
    /// What the recipe says, or what was learnt. `before` is what the model that the run begins with had learnt: its positions
    /// stay learnt, as nothing moves a row that no sequence reaches.
    pub(super) fn new(recipe: &Recipe, job: &Job, reach: &Reach, before: usize) -> Result<Windows, Error> {
        let learnt = reach.learnt().max(before).max(SMALLEST_WINDOW);
        let window = match recipe.tagging.window {
            Some(window) if window > learnt => {
                let message = format!(
                    "wanted at most the {learnt} tokens that one in {ONE_IN} of the sequences in training reach{}, found \
                     {window}\ntip: `join` of a corpus makes longer sequences of neighbouring sentences, within \
                     `examples.window`; without `tagging.window` the model's is as long as what was learnt",
                    if before > reach.learnt() { " or `init` has learnt" } else { "" }
                );
                return Err(job.recipe.error("tagging.window", message));
            }
            Some(window) => window,
            None => learnt.min(LONGEST),
        };
        let overlap = recipe.tagging.overlap.unwrap_or(window / 3);
        if overlap > window / 2 {
            let message = format!("wanted at most half of the window of {window} tokens, found {overlap}");
            return Err(job.recipe.error("tagging.overlap", message));
        }
        Ok(Windows { window, overlap, learnt })
    }
}
