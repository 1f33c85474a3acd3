//! What the loop asks of whatever is learnt.

use crate::Error;
use crate::run::evaluation::Evaluation;
use crate::run::part::Part;
use crate::run::summary::Summary;
use crate::run::train::Train;
use alam_models::Rng;
use alam_models::parameters::Parameters;
use std::path::Path;

/// What is wrong with data that an objective does not find as it was.
pub(crate) const OTHER_DATA: &str = "wanted the data that the run in the output folder began with, found others\ntip: \
    give another `--out`, or delete its `checkpoints` folder to begin again";

/// What is learnt. Each of them owns its networks, its data and its position in the data; the loop owns the optimiser, the
/// clock and the files.
///
/// An objective draws all its randomness but dropout from sources of its own, and says all of its state in
/// [`Objective::state`]: after [`Objective::restore`] the same parts follow as would have without a stop.
pub trait Objective {
    /// All parameters that the optimiser moves.
    fn parameters(&self) -> &Parameters;

    /// Steps of the whole run.
    fn steps(&self, train: &Train) -> Result<u64, Error>;

    /// Takes the next part of at most [`Train::micro_tokens`] tokens from the data and computes its loss; `dropout` is the
    /// loop's.
    fn next(&mut self, dropout: &mut Rng) -> Result<Part, Error>;

    /// Measures the present parameters on held-out data.
    fn evaluate(&mut self) -> Result<Evaluation, Error>;

    /// Its place in the data and all its random sources, as JSON.
    fn state(&self) -> Result<serde_json::Value, Error>;

    /// Puts a saved state back; refuses one of other data.
    fn restore(&mut self, state: &serde_json::Value) -> Result<(), Error>;

    /// Writes the present parameters as a model folder. `summary` says how the run stands; when it is finished, this is the
    /// last call, with the best parameters in place.
    fn save(&mut self, folder: &Path, summary: &Summary<'_>) -> Result<(), Error>;
}
