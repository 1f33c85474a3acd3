//! `alam convert`.

use super::{Failure, Outcome};
use crate::args::ConvertArgs;

/// Runs the command.
pub(crate) fn run(args: ConvertArgs) -> Result<Outcome, Failure> {
    Err(Failure::usage(format!("convert: not there yet: {args:?}")))
}
