//! `alam info`.

use super::{Failure, Outcome};
use crate::args::InfoArgs;

/// Runs the command.
pub(crate) fn run(args: InfoArgs) -> Result<Outcome, Failure> {
    Err(Failure::usage(format!("info: not there yet: {args:?}")))
}
