//! `alam merge`: the folders of several machines, put together to one.

use super::apart::Plan;
use super::interrupt;
use super::progress::Progress;
use crate::Error;
use crate::cli::args::MergeArgs;
use crate::cli::outcome::{Failure, Outcome};
use crate::job::Counts;
use crate::job::folder::Folder;
use crate::job::merge::merge;
use crate::shown::shown;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Runs the command.
pub(crate) fn run(args: MergeArgs) -> Result<Outcome, Failure> {
    let folder = Some(("--output", args.output.as_path()));
    Plan { folder, inputs: &args.folders, ..Plan::default() }.check()?;
    beside(&args.output, &args.folders)?;
    once(&args.folders)?;
    interrupt::listen();
    let progress = Progress::new(args.quiet, Some(&args.output));
    let outcome = |counts: &Counts| if counts.failed > 0 { Outcome::SomeFailed } else { Outcome::Clean };
    let mut summary = None;
    let mut sum_up = |folder: &Folder, counts: &Counts| {
        let summary = summary.insert(progress.summary(outcome(counts), counts));
        summary.write(&folder.summary())
    };
    let counts = match merge(&args.folders, args.output.clone(), &interrupt::asked, &mut sum_up) {
        Err(Error::Stopped) => {
            let tip = "tip: the same command begins anew";
            progress.say(&format!("{}: interrupted, and so it is no job's folder yet\n{tip}", shown(&args.output)));
            return Ok(Outcome::Interrupted);
        }
        done => done?,
    };
    if let Some(summary) = summary {
        progress.tell_end(&summary);
    }
    Ok(outcome(&counts))
}

/// Refuses a share that is named twice, whatever its names are.
fn once(shares: &[PathBuf]) -> Result<(), Failure> {
    let mut there = BTreeSet::new();
    match shares.iter().find(|share| share.canonicalize().is_ok_and(|share| !there.insert(share))) {
        None => Ok(()),
        Some(share) => Err(Failure::usage(format!("wanted each folder once, found {} again", shown(share)))),
    }
}

/// Refuses a folder within a share: what is not a job's own is none of its files, so that its job could not be carried on.
fn beside(output: &Path, shares: &[PathBuf]) -> Result<(), Failure> {
    let absolute = std::path::absolute(output).unwrap_or_else(|_| output.into());
    let Some(there) = absolute.ancestors().find_map(|path| path.canonicalize().ok()) else { return Ok(()) };
    match shares.iter().find(|share| share.canonicalize().is_ok_and(|share| there.starts_with(share))) {
        None => Ok(()),
        Some(share) => Err(Failure::usage(format!(
            "--output: wanted a folder outside of those that are merged, found {} in {}",
            shown(output),
            shown(share)
        ))),
    }
}
