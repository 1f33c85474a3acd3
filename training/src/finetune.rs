//! Fine-tuning on labelled text.

use crate::Error;
use crate::objective::{Evaluation, Job, Part};
use crate::recipe::Train;
use crate::trainer::Summary;
use alam_models::Rng;
use alam_models::parameters::Parameters;
use std::path::Path;

/// Learns tags and proclitics from labelled text.
#[derive(Debug)]
pub struct FineTune {}

impl FineTune {
    /// Reads the recipe, opens the data and makes the networks: the objective and its `[train]` table.
    pub fn prepare(job: &Job) -> Result<(FineTune, Train), Error> {
        let _ = job;
        todo!()
    }

    /// See [`crate::objective::Objective::parameters`]; so for the methods below.
    pub fn parameters(&self) -> &Parameters {
        todo!()
    }

    /// Steps of the whole run.
    pub fn steps(&self, train: &Train) -> Result<u64, Error> {
        let _ = train;
        todo!()
    }

    /// The next part.
    pub fn next(&mut self, dropout: &mut Rng) -> Result<Part, Error> {
        let _ = dropout;
        todo!()
    }

    /// Scores on the dev sets.
    pub fn evaluate(&mut self) -> Result<Evaluation, Error> {
        todo!()
    }

    /// Place in the data and random sources.
    pub fn state(&self) -> Result<serde_json::Value, Error> {
        todo!()
    }

    /// Puts a saved state back.
    pub fn restore(&mut self, state: &serde_json::Value) -> Result<(), Error> {
        let _ = state;
        todo!()
    }

    /// Writes a model folder.
    pub fn save(&mut self, folder: &Path, summary: &Summary<'_>) -> Result<(), Error> {
        let _ = (folder, summary);
        todo!()
    }
}
