//! A pretraining as the loop sees it.

use super::mask::mask;
use super::sums::Sums;
use super::{Pretrain, folder};
use crate::Error;
use crate::model::reach::Reach;
use crate::run::evaluation::Evaluation;
use crate::run::objective::{OTHER_DATA, Objective};
use crate::run::part::Part;
use crate::run::summary::Summary;
use crate::run::train::Train;
use crate::text::corpus::mixture::Place;
use alam_models::encoder::Mode;
use alam_models::parameters::Parameters;
use alam_models::{Input, Rng};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Every evaluation hides the same words.
const EVALUATION_SEED: u64 = 7;

/// What a checkpoint keeps of [`Pretrain`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    place: Place,
    rng: Rng,
    seen: u64,
    fingerprint: String,
    #[serde(default)]
    reach: Reach,
}

impl Objective for Pretrain {
    fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn steps(&self, train: &Train) -> Result<u64, Error> {
        let of_passes = |passes: f64| (passes * self.mixture.pass_tokens() / train.batch_tokens as f64).ceil() as u64;
        Ok(train.steps.unwrap_or_else(|| of_passes(train.passes.unwrap_or(1.0))).max(1))
    }

    fn next(&mut self, dropout: &mut Rng) -> Result<Part, Error> {
        let mut input = Input::new(0);
        while input.ids.len() + self.recipe.sequence_tokens <= self.recipe.train.micro_tokens() {
            let sequence = self.mixture.sequence()?;
            self.reach.add(sequence.len());
            input.push(&sequence);
        }
        let how = (self.recipe.masked, self.networks.replacement());
        let masked = mask(&input, &self.tokens, how, &mut self.rng);
        let outcome = self.networks.look(&masked, self.rng.bits(), &mut Mode::Train(dropout))?;
        let tokens = input.ids.len();
        self.seen += tokens as u64;
        let targets = if outcome.detection.is_some() { tokens } else { masked.rows.len() };
        Ok(Part { loss: outcome.loss, weight: targets as f32, tokens, words: 0 })
    }

    /// Loss and accuracy on held-out text.
    ///
    /// The score is the number of tokens seen, in millions: a model that sees its text once or twice does not get worse,
    /// and of ELECTRA's numbers none can choose, since the encoder's task grows harder as the generator learns.
    fn evaluate(&mut self) -> Result<Evaluation, Error> {
        let sequences = self.mixture.held_out(self.recipe.evaluation_tokens)?;
        let mut sums = Sums::default();
        let mut rng = Rng::new(EVALUATION_SEED);
        let mut sequences = sequences.iter().peekable();
        while sequences.peek().is_some() {
            let mut input = Input::new(0);
            let room = |input: &Input, next: &[u32]| input.ids.len() + next.len() <= self.recipe.train.micro_tokens();
            while let Some(sequence) = sequences.next_if(|next| room(&input, next)) {
                input.push(sequence);
            }
            let masked = mask(&input, &self.tokens, (self.recipe.masked, self.networks.replacement()), &mut rng);
            let outcome = self.networks.look(&masked, rng.bits(), &mut Mode::Eval)?;
            sums.add(masked.rows.len(), input.ids.len(), &outcome)?;
        }
        Ok(Evaluation { score: self.seen as f64 / 1e6, numbers: sums.numbers() })
    }

    fn state(&self) -> Result<serde_json::Value, Error> {
        let fingerprint = self.fingerprint.clone();
        let (rng, reach) = (self.rng.clone(), self.reach.clone());
        let state = State { place: self.mixture.place(), rng, seen: self.seen, fingerprint, reach };
        serde_json::to_value(state).map_err(|e| Error::Run(format!("state of the run: {e}")))
    }

    fn restore(&mut self, state: &serde_json::Value) -> Result<(), Error> {
        let state: State = serde_json::from_value(state.clone()).map_err(|e| {
            Error::Run(format!("wanted the state of a pretraining in the checkpoint, found another: {e}"))
        })?;
        if state.fingerprint != self.fingerprint {
            return Err(Error::data("corpora", OTHER_DATA));
        }
        self.mixture.go(state.place)?;
        (self.rng, self.seen, self.reach) = (state.rng, state.seen, state.reach);
        Ok(())
    }

    fn save(&mut self, folder: &Path, summary: &Summary<'_>) -> Result<(), Error> {
        folder::write(self, folder, summary)
    }
}
