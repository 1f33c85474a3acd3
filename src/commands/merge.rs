//! `alam merge`: the folders of several machines, put together to one.

use super::apart::Plan;
use super::progress::Progress;
use super::{Failure, Outcome};
use crate::args::MergeArgs;
use alam::job::folder::Folder;
use alam::job::merge::merge;

/// Runs the command.
pub(crate) fn run(args: MergeArgs) -> Result<Outcome, Failure> {
    let folder = Some(("--output", args.output.as_path()));
    Plan { folder, inputs: &args.folders, ..Plan::default() }.check()?;
    let progress = Progress::new(args.quiet, Some(&args.output));
    let counts = merge(&args.folders, args.output.clone())?;
    let outcome = if counts.failed > 0 { Outcome::SomeFailed } else { Outcome::Clean };
    let summary = progress.summary(outcome, &counts);
    summary.write(&Folder::open(args.output)?.summary())?;
    progress.tell_end(&summary);
    Ok(outcome)
}
