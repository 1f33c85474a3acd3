//! `alam-train compare`: finished runs, on the dev sets of the first one's recipe.

use super::{compared, page};
use crate::Error;
use crate::data::corpora;
use crate::data::corpus::Place;
use crate::finetune::Recipe;
use crate::recipe::Source;
use crate::run::job::{Job, Limit};
use crate::run::ownership::RECIPE;
use crate::run::progress::Show;
use alam_models::whole;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// The command as typed.
#[derive(Debug, Clone, Args)]
pub struct Command {
    /// Folders of finished runs, as `finetune` and `distil` fill them; each is compared with the first
    #[arg(value_name = "RUN", num_args = 2.., required = true)]
    pub runs: Vec<PathBuf>,
    /// Folder that the first run's corpora are named from
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub data: PathBuf,
    /// Write a page, too
    #[arg(long, value_name = "FILE")]
    pub page: Option<PathBuf>,
}

impl Command {
    /// Writes tables to standard output: scores with intervals, differences with theirs, and the names that make them.
    ///
    /// # Errors
    /// A run without its recipe or its model, dev sets that cannot be read.
    pub fn run(&self) -> Result<(), Error> {
        let recipe = Source::read(&self.runs[0].join(RECIPE))?;
        let parsed = Recipe::read(&recipe)?;
        let job = Job {
            recipe,
            out: self.runs[0].clone(),
            data: self.data.clone(),
            device: candle_core::Device::Cpu,
            limit: Limit::default(),
            show: Show::Plain,
            command: String::new(),
        };
        let mut all = Vec::new();
        for (index, set) in parsed.dev.iter().enumerate() {
            let set =
                corpora::load(set, Place { job: &job, table: "dev", index }, &parsed.labels(), &parsed.conventions)?;
            all.push(compared(&set, &self.runs)?);
        }
        let mut out = std::io::stdout().lock();
        let tables: Vec<String> = all.iter().map(ToString::to_string).collect();
        out.write_all(tables.join("\n").as_bytes()).map_err(Error::io("standard output"))?;
        match &self.page {
            Some(path) => Ok(whole::write(path, page::of(&all).as_bytes())?),
            None => Ok(()),
        }
    }
}
