//! How long a run will take on this machine: some of its real steps are made and timed.

use crate::Error;
use crate::finetune::FineTune;
use crate::run::job::{Job, Limit};
use crate::run::progress::Show;
use crate::run::trainer;
use std::time::{Duration, Instant};

/// Steps that are timed.
const STEPS: u64 = 3;

/// Makes some steps of a recipe's run in a folder that is thrown away, and says how long all of it takes, about; evaluations apart.
pub(super) fn measured(job: &Job) -> Result<Duration, Error> {
    let folder = tempfile::tempdir().map_err(Error::io(std::env::temp_dir()))?;
    let job = Job {
        out: folder.path().join("run"),
        show: Show::None,
        limit: Limit { time: None, steps: Some(STEPS) },
        ..job.clone()
    };
    let begin = Instant::now();
    let (objective, mut train) = FineTune::prepare(&job)?;
    let before = begin.elapsed();
    train.evaluate_first = false;
    let steps = train.steps.unwrap_or(STEPS).max(1);
    let begin = Instant::now();
    trainer::run(objective, &train, &job)?;
    Ok(before + begin.elapsed().mul_f64(steps as f64 / steps.min(STEPS) as f64))
}
