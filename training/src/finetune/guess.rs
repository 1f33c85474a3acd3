//! Hidden pieces guessed beside the tags: masked language modelling that costs no pass of its own (a sentence whose words
//! are hidden in part is what a noisy student reads anyhow).

use super::batch::Batch;
use super::recipe::Recipe;
use crate::Error;
use crate::data::examples::Stretches;
use alam_models::Rng;
use alam_models::encoder::Network;
use alam_models::heads::SampledHead;
use alam_models::weights::Weights;
use candle_core::Tensor;

/// The stream of a batch's noise that pieces to tell from are drawn from.
const DRAWN: u64 = 0xd3a9;

/// The head, and what a guess counts.
#[derive(Debug)]
pub(super) struct Guess {
    head: SampledHead,
    factor: f64,
    seed: u64,
}

impl Guess {
    /// The head of a recipe that asks for one.
    pub(super) fn new(
        recipe: &Recipe,
        network: &mut Network,
        corpora: &[Stretches],
        rng: &mut Rng,
    ) -> Result<Option<Guess>, Error> {
        if recipe.examples.guess_factor == 0.0 {
            return Ok(None);
        }
        let mut counts = vec![0; network.config().vocab_size];
        for id in corpora.iter().flat_map(|corpus| &corpus.list).flat_map(|stretch| &stretch.ids) {
            counts[*id as usize] += 1;
        }
        let head = SampledHead::new(network, &Weights::new(), rng, (&counts, recipe.examples.guess_among))?;
        Ok(Some(Guess { head, factor: recipe.examples.guess_factor.into(), seed: recipe.train.seed }))
    }

    /// Each hidden piece counts as much as `guess_factor` tags.
    pub(super) fn loss(&self, network: &Network, hidden: &Tensor, batch: &Batch, stream: u64) -> Result<Tensor, Error> {
        // A batch without hidden pieces still reaches the head, as that for proclitics.
        let nothing = [(batch.rows[0], batch.input.ids[batch.rows[0] as usize])];
        let (places, factor) = match batch.hidden.as_slice() {
            [] => (&nothing[..], 1e-30),
            hidden => (hidden, self.factor * hidden.len() as f64 / batch.rows.len() as f64),
        };
        let (rows, targets): (Vec<u32>, Vec<u32>) = places.iter().copied().unzip();
        let mut rng = Rng::new(self.seed).fork(DRAWN).fork(stream);
        Ok((self.head.loss(network, hidden, (&rows, &targets), &mut rng)? * factor)?)
    }
}
