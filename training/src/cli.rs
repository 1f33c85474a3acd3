//! The command line: picks what is learnt, gives it to the loop, and turns what came of it into an exit status.

use crate::Error;
use crate::args::{Command, Run, Typed};
use crate::finetune::FineTune;
use crate::pretrain::Pretrain;
use crate::run::job::Job;
use crate::run::objective::Objective;
use crate::run::progress;
use crate::run::train::Train;
use crate::run::trainer::{self, Ending};
use clap::Parser;
use std::ffi::OsString;
use std::sync::atomic::Ordering;

/// What a shell shows for a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// Runs the command of a command line, whose first word is the program's name, and gives its exit status. For a process of its
/// own: it sets up signals once and for all, and says errors on standard error.
pub fn run(line: impl IntoIterator<Item = OsString>) -> u8 {
    alam::limits::report_file_size();
    let typed = match Typed::try_parse_from(line) {
        Ok(typed) => typed,
        Err(error) => {
            // Nobody may be there to read it.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    match work(&typed.command) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("alam-train: {error}");
            error.status()
        }
    }
}

fn work(command: &Command) -> Result<u8, Error> {
    match command {
        Command::New(command) => command.run().map(|()| 0),
        Command::Check(command) => command.run().map(|()| 0),
        Command::Compare(command) => command.run().map(|()| 0),
        Command::Finetune(run) => learn(run, FineTune::prepare),
        Command::Distil(run) => learn(run, FineTune::distil),
        Command::Pretrain(run) => learn(run, Pretrain::prepare),
        Command::Tokenizer(command) => command.run().map(|()| 0),
        Command::Corpus(command) => command.run().map(|()| 0),
        Command::Vectors(command) => command.run().map(|()| 0),
        Command::Quantise(command) => command.run().map(|()| 0),
    }
}

fn learn<O: Objective>(run: &Run, prepare: fn(&Job) -> Result<(O, Train), Error>) -> Result<u8, Error> {
    let job = run.job()?;
    let (objective, train) = prepare(&job)?;
    // The first Ctrl-C asks for a checkpoint, the second does not wait for it.
    let handler = ctrlc::set_handler(|| {
        if trainer::INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED.into());
        }
    });
    handler.map_err(|e| Error::Run(format!("ctrl-c: {e}")))?;
    match trainer::run(objective, &train, &job)? {
        Ending::Finished { best } => {
            let best = best.map_or(String::new(), |best| match (best.step, best.evaluation.score) {
                (0, score) => format!(": no step was better than what it began with, which is kept: score {score:.4}"),
                (step, score) => format!(": best score {score:.4} at step {step}"),
            });
            progress::note(job.show, &format!("finished{best}; the model is in {}", job.out.display()));
            Ok(0)
        }
        Ending::Stopped { step, steps } => {
            progress::note(job.show, &format!("stopped behind step {step} of {steps}; the same command carries on"));
            let interrupted = trainer::INTERRUPTED.load(Ordering::Relaxed);
            Ok(if interrupted { INTERRUPTED } else { 0 })
        }
    }
}
