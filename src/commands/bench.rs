//! `alam bench`.

use super::{Failure, Outcome};
use crate::args::BenchArgs;

/// Runs the command.
pub(crate) fn run(args: BenchArgs) -> Result<Outcome, Failure> {
    Err(Failure::usage(format!("bench: not there yet: {args:?}")))
}
