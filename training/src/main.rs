//! `alam-train`: recipes in, model folders out.

use alam_training::Error;
use alam_training::args::{Command, Run, Typed};
use alam_training::finetune::FineTune;
use alam_training::pretrain::Pretrain;
use alam_training::run::job::Job;
use alam_training::run::objective::Objective;
use alam_training::run::progress;
use alam_training::run::train::Train;
use alam_training::run::trainer::{self, Ending};
use clap::Parser;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

/// What a shell shows for a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    alam::limits::report_file_size();
    match work(&Typed::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("alam-train: {error}");
            ExitCode::from(error.status())
        }
    }
}

fn work(command: &Command) -> Result<ExitCode, Error> {
    match command {
        Command::Finetune(run) => learn(run, FineTune::prepare),
        Command::Distil(run) => learn(run, FineTune::distil),
        Command::Pretrain(run) => learn(run, Pretrain::prepare),
        Command::Tokenizer(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Corpus(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Vectors(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Quantise(command) => command.run().map(|()| ExitCode::SUCCESS),
    }
}

fn learn<O: Objective>(run: &Run, prepare: fn(&Job) -> Result<(O, Train), Error>) -> Result<ExitCode, Error> {
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
            let best =
                best.map_or(String::new(), |b| format!(": best score {:.4} at step {}", b.evaluation.score, b.step));
            progress::note(job.show, &format!("finished{best}; the model is in {}", job.out.display()));
            Ok(ExitCode::SUCCESS)
        }
        Ending::Stopped { step, steps } => {
            progress::note(job.show, &format!("stopped behind step {step} of {steps}; the same command carries on"));
            let interrupted = trainer::INTERRUPTED.load(Ordering::Relaxed);
            Ok(if interrupted { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS })
        }
    }
}
