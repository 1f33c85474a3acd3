//! A fine-tuning as the loop sees it.

use super::batch::Batch;
use super::position::Position;
use super::{FineTune, dev, folder};
use crate::Error;
use crate::data::plan::Window;
use crate::data::stretch::NONE;
use crate::run::evaluation::Evaluation;
use crate::run::objective::{OTHER_DATA, Objective};
use crate::run::part::Part;
use crate::run::summary::Summary;
use crate::run::train::Train;
use alam_models::encoder::Mode;
use alam_models::heads::Loss;
use alam_models::parameters::Parameters;
use alam_models::{Input, Rng};
use candle_core::Tensor;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What is saved of a fine-tuning. All its randomness follows from the seed and the position.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    position: Position,
    fingerprint: String,
}

impl Objective for FineTune {
    fn parameters(&self) -> &Parameters {
        self.network.parameters()
    }

    /// Steps of the whole run: as many as the recipe says, or as its passes have.
    fn steps(&self, train: &Train) -> Result<u64, Error> {
        let Some(passes) = train.passes else { return Ok(train.steps.unwrap_or(1)) };
        let mut batches = 0.0;
        for pass in 0..passes.ceil() as u64 {
            let share = (passes - pass as f64).min(1.0);
            batches += share * self.plan.pass(&self.corpora, pass).len() as f64;
        }
        Ok(((batches / train.parts() as f64).round() as u64).max(1))
    }

    fn next(&mut self, dropout: &mut Rng) -> Result<Part, Error> {
        if self.place.batch >= self.batches.len() {
            self.place = Position { pass: self.place.pass + 1, batch: 0 };
            self.batches = self.plan.pass(&self.corpora, self.place.pass);
        }
        let windows = &self.batches[self.place.batch];
        let batch = self.batch(windows);
        let stream = self.place.noise();
        self.place.batch += 1;
        let tokens = batch.input.ids.len();
        let words = windows.iter().map(|w| (w.end - w.first) as usize).sum();
        let mut mode = Mode::Train(dropout);
        let hidden = self.network.hidden(&batch.input, &mut mode)?;
        let logits = self.network.scores("classifier", &hidden, &batch.rows, &mut mode)?;
        let mut loss = match &self.teacher {
            Some(teacher) => teacher.loss(&batch, &logits, &self.tag_loss)?,
            None => self.tag_loss.cross_entropy(&logits, &batch.tags, &[])?,
        };
        if self.clitics {
            loss = (loss + self.clitic_loss(&batch, &hidden, &mut mode)?)?;
        }
        if let Some(guess) = &self.guess {
            loss = (loss + guess.loss(&self.network, &hidden, &batch, stream)?)?;
        }
        Ok(Part { loss, weight: batch.rows.len() as f32, tokens, words })
    }

    fn evaluate(&mut self) -> Result<Evaluation, Error> {
        let weights = self.network.parameters().to_weights()?;
        dev::evaluate(&self.dev, &self.recipe, &|options| self.tagger(&weights, options))
    }

    fn state(&self) -> Result<serde_json::Value, Error> {
        let saved = Saved { position: self.place, fingerprint: self.fingerprint.clone() };
        serde_json::to_value(saved).map_err(|e| Error::Run(format!("state of the run: {e}")))
    }

    fn restore(&mut self, state: &serde_json::Value) -> Result<(), Error> {
        let saved: Saved =
            serde_json::from_value(state.clone()).map_err(|e| Error::Run(format!("state of the run: {e}")))?;
        if saved.fingerprint != self.fingerprint {
            return Err(Error::data("corpora", OTHER_DATA));
        }
        self.place = saved.position;
        self.batches = self.plan.pass(&self.corpora, self.place.pass);
        Ok(())
    }

    /// Writes a model folder; at the end of the run with a fitted temperature and the card.
    fn save(&mut self, folder: &Path, summary: &Summary<'_>) -> Result<(), Error> {
        folder::write(self, folder, summary)
    }
}

impl FineTune {
    /// A proclitic's row counts as much as `clitic_factor` tags. A batch without any still reaches the head, with as good as
    /// nothing: the optimiser takes a parameter without a gradient for a fault of the network.
    fn clitic_loss(&self, batch: &Batch, hidden: &Tensor, mode: &mut Mode<'_>) -> Result<Tensor, Error> {
        if batch.clitic_rows.is_empty() {
            let logits = self.network.scores("clitics", hidden, &batch.rows[..1], mode)?;
            // Not 0: candle does not go back through a product with it.
            return Ok((logits.sum_all()? * 1e-30)?);
        }
        let logits = self.network.scores("clitics", hidden, &batch.clitic_rows, mode)?;
        let loss = Loss::default().cross_entropy(&logits, &batch.clitics, &[])?;
        let share = batch.clitic_rows.len() as f64 / batch.rows.len() as f64;
        Ok((loss * (f64::from(self.recipe.examples.clitic_factor) * share))?)
    }

    fn batch(&self, windows: &[Window]) -> Batch {
        let token_type = self.corpora[windows[0].corpus as usize].token_type;
        let mut batch = Batch {
            input: Input::new(token_type),
            clean: Input::new(self.teacher.as_ref().map_or(0, |teacher| teacher.token_type(token_type))),
            rows: Vec::new(),
            clean_rows: Vec::new(),
            tags: Vec::new(),
            clitic_rows: Vec::new(),
            clitics: Vec::new(),
            hidden: Vec::new(),
        };
        let mut rng = Rng::new(self.noise.seed).fork(self.place.noise());
        let (before, behind) = self.encoder.special();
        for window in windows {
            let stretch = &self.corpora[window.corpus as usize].list[window.stretch as usize];
            let (first, mut end) = (window.first as usize, window.end as usize);
            let mut pieces = stretch.pieces(first, end).to_vec();
            if self.noise.drops_stop(&pieces, &mut rng) && end - first > 1 && stretch.pieces(end - 1, end).len() == 1 {
                end -= 1;
                pieces.pop();
            }
            if let Some(teacher) = &self.teacher {
                let read = teacher.window(stretch, &pieces, (first, end));
                let first_window = batch.clean.len();
                read.windows.iter().for_each(|window| batch.clean.push(&window.ids));
                let rows =
                    read.sources.iter().map(|(window, row)| batch.clean.bounds[first_window + window] as u32 + row);
                batch.clean_rows.extend(rows);
            }
            let base = (batch.input.ids.len() + before.len()) as u32;
            batch.hidden.extend(self.noise.mask(&mut pieces, &mut rng).iter().map(|(at, id)| (base + at, *id)));
            for word in &stretch.words[first..end] {
                let row = base + word.first - stretch.words[first].first;
                if word.tag != NONE || self.teacher.is_some() {
                    batch.rows.push(row);
                    batch.tags.push(word.tag.into());
                }
                if word.clitic != NONE {
                    batch.clitic_rows.push(row);
                    batch.clitics.push(word.clitic.into());
                }
            }
            batch.input.push(&[before, &pieces, behind].concat());
        }
        batch
    }
}
