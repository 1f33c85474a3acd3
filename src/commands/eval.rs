//! `alam eval`: scores of a model, or of predictions, against gold.

use super::{Failure, Outcome};
use crate::args::EvalArgs;

/// Runs the command.
pub(crate) fn run(args: EvalArgs) -> Result<Outcome, Failure> {
    Err(Failure::usage(format!("eval: not there yet: {args:?}")))
}
