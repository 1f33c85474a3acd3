//! The command line as typed, and what it means.

use crate::Error;
use crate::recipe::Source;
use crate::run::job::{Job, Limit};
use crate::run::ownership;
use crate::run::progress::Show;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

/// Trains alam's models. A run is its recipe: there are no flags for hyper-parameters.
#[derive(Debug, Parser)]
#[command(name = "alam-train", version, about)]
pub struct Typed {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look at labelled text and write a recipe that learns from it
    New(crate::draft::command::Command),
    /// Look at what a recipe learns from: names, leaks, what cannot be kept
    Check(crate::survey::command::Command),
    /// Compare finished runs on the same documents: scores, chance, and which names make the difference
    Compare(crate::compare::command::Command),
    /// Teach a model to tag, from labelled text; the same command carries on after a stop
    Finetune(Run),
    /// Teach a model to tag as others do, from text with labels and without; the same command carries on after a stop
    Distil(Run),
    /// Teach an encoder from raw text; the same command carries on after a stop
    Pretrain(Run),
    /// Learn a vocabulary from raw text
    Tokenizer(crate::text::tokenizer::command::Command),
    /// Turn raw text into the file of token ids that `pretrain` reads
    Corpus(crate::text::corpus::command::Command),
    /// Learn word vectors for the pieces of a vocabulary: a first value for an encoder's word table
    Vectors(crate::text::vectors::Command),
    /// Write a model's int8 weights into its folder, and see what they cost
    Quantise(crate::model::quantise::Command),
}

/// A run of a recipe.
#[derive(Debug, Clone, Args)]
pub struct Run {
    /// The recipe, a TOML file
    pub recipe: PathBuf,
    /// Folder for the model, its checkpoints and its metrics: new, empty, or this recipe's own
    #[arg(long, short, value_name = "DIR")]
    pub out: PathBuf,
    /// Folder that the recipe's corpora are named from
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub data: PathBuf,
    /// Where to train: cpu, cuda or cuda:N
    #[arg(long, default_value = "cpu", value_parser = device)]
    pub device: Place,
    /// End with a checkpoint after so many minutes
    #[arg(long, value_name = "MINUTES", value_parser = minutes)]
    pub max_minutes: Option<f64>,
    /// End with a checkpoint after so many steps of this session
    #[arg(long, value_name = "STEPS")]
    pub max_steps: Option<u64>,
    /// How progress is shown on standard error
    #[arg(long, value_enum, default_value_t)]
    pub progress: Show,
}

/// A device as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// This machine's processor.
    Cpu,
    /// The NVIDIA GPU of that number.
    Cuda(usize),
}

fn device(text: &str) -> Result<Place, String> {
    let number = |n: &str| n.parse().map(Place::Cuda).ok();
    match text {
        "cpu" => Some(Place::Cpu),
        "cuda" => Some(Place::Cuda(0)),
        _ => text.strip_prefix("cuda:").and_then(number),
    }
    .ok_or_else(|| "wanted cpu, cuda or cuda:N".to_owned())
}

fn minutes(text: &str) -> Result<f64, String> {
    let minutes: f64 = text.parse().map_err(|_| "wanted a number".to_owned())?;
    (minutes > 0.0 && minutes < 1e6).then_some(minutes).ok_or_else(|| "wanted a positive number".to_owned())
}

/// A command as a shell takes it; the place of this program on this machine is nobody's business.
fn command(arguments: impl Iterator<Item = String>) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,+@".contains(c);
    let quoted = |a: String| match !a.is_empty() && a.chars().all(plain) {
        true => a,
        false => format!("'{}'", a.replace('\'', "'\\''")),
    };
    std::iter::once("alam-train".to_owned()).chain(arguments.map(quoted)).collect::<Vec<_>>().join(" ")
}

impl Place {
    /// Opens the device.
    pub fn open(self) -> Result<candle_core::Device, Error> {
        match self {
            Place::Cpu => Ok(candle_core::Device::Cpu),
            Place::Cuda(n) => candle_core::Device::new_cuda(n).map_err(|e| {
                Error::Model(alam_models::Error::Device(format!(
                    "cuda:{n}: wanted an NVIDIA GPU and a build with `--features cuda`, found: {e}"
                )))
            }),
        }
    }
}

impl Run {
    /// What was meant.
    pub fn job(&self) -> Result<Job, Error> {
        let recipe = Source::read(&self.recipe)?;
        ownership::is_free(&self.out)?;
        ownership::claim_run(&self.out, &recipe)?;
        if !self.data.is_dir() {
            return Err(Error::data(self.data.display().to_string(), "wanted a folder with data, found none"));
        }
        Ok(Job {
            recipe,
            out: self.out.clone(),
            data: self.data.clone(),
            device: self.device.open()?,
            limit: Limit { time: self.max_minutes.map(|m| Duration::from_secs_f64(m * 60.0)), steps: self.max_steps },
            show: self.progress,
            command: command(std::env::args().skip(1)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, Typed, command, device, minutes};
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Typed::command().debug_assert();
    }

    #[test]
    fn the_command_can_be_given_again() {
        let arguments = ["finetune", "a b/it's.toml", "--out", "models/عَلَم"].map(String::from);
        assert_eq!(command(arguments.into_iter()), r"alam-train finetune 'a b/it'\''s.toml' --out models/عَلَم");
    }

    #[test]
    fn devices_and_minutes_are_checked() {
        assert_eq!((device("cpu"), device("cuda:3")), (Ok(Place::Cpu), Ok(Place::Cuda(3))));
        assert!(["gpu", "cuda:", "cuda:x", ""].iter().all(|d| device(d).is_err()));
        assert_eq!(minutes("0.5"), Ok(0.5));
        assert!(["0", "-1", "nan", "inf", "x"].iter().all(|m| minutes(m).is_err()));
    }
}
