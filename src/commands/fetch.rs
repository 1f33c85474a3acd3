//! `alam fetch`: a model from a hub into the local cache.

use super::{Failure, Outcome};
use crate::args::FetchArgs;

/// Runs the command.
pub(crate) fn run(args: FetchArgs) -> Result<Outcome, Failure> {
    Err(Failure::usage(format!("fetch: not there yet: {args:?}")))
}
