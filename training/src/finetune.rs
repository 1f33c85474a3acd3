//! Fine-tuning on labelled text: tags at first pieces, and the letters before a name at the first word of one.

mod batch;
mod calibrate;
mod card;
pub(crate) mod dev;
mod folder;
mod guess;
mod joined;
mod noise;
mod objective;
mod position;
mod prepare;
mod recipe;
mod report;
mod start;
mod teacher;
mod window;

pub use recipe::Recipe;

use crate::Error;
use crate::data::corpora::Loaded;
use crate::data::examples::Stretches;
use crate::data::plan::{Plan, Window};
use alam::encode::Encoder;
use alam::labels::Labels;
use alam::tagger::{Options, Tagger};
use alam_models::encoder::Network;
use alam_models::heads::Loss;
use alam_models::weights::Weights;
use alam_models::{Model, Precision};
use guess::Guess;
use noise::Noise;
use position::Position;
use start::Beginning;
use teacher::Teacher;
use window::Windows;

/// Learns tags and proclitics from labelled text.
#[derive(Debug)]
pub struct FineTune {
    recipe: Recipe,
    labels: Labels,
    beginning: Beginning,
    encoder: Encoder,
    network: Network,
    teacher: Option<Teacher>,
    guess: Option<Guess>,
    /// Whether there is a head for proclitics, trained or kept.
    clitics: bool,
    tag_loss: Loss,
    corpora: Vec<Stretches>,
    sources: Vec<Loaded>,
    /// Each dev set, and behind them their joined copies.
    dev: Vec<Loaded>,
    plan: Plan,
    noise: Noise,
    place: Position,
    batches: Vec<Vec<Window>>,
    fingerprint: String,
    windows: Windows,
}

impl FineTune {
    /// The tagger of weights, as the model folder would open.
    fn tagger(&self, weights: &Weights, options: Options) -> Result<Tagger, Error> {
        let model = Model::from_weights(&self.beginning.config, weights, Precision::F32)?;
        let settings = self.beginning.settings.clone();
        let encoder = self.beginning.encoder(settings.window, settings.overlap)?;
        Ok(Tagger::from_parts(model, encoder, settings, options)?)
    }
}
