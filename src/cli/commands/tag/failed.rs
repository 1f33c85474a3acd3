//! What becomes of a record that could not be read or tagged.

use crate::Error;
use crate::cli::args::tag::{OnError, TagPlan};
use crate::cli::commands::progress::Progress;
use crate::cli::outcome::Failure;

/// Reports it, or gives up.
pub(super) fn failed(plan: &TagPlan, progress: &mut Progress, error: &Error) -> Result<(), Failure> {
    if plan.on_error == OnError::Fail {
        return Err(Failure::Record(error.to_string()));
    }
    progress.failed(error);
    Ok(())
}
