//! `alam-train check`: a look at the data of a recipe before it is learnt from.

use super::{Set, Survey};
use crate::Error;
use crate::data::corpora::{self, Loaded};
use crate::data::corpus::Place;
use crate::finetune::Recipe;
use crate::recipe::Source;
use crate::run::job::{Job, Limit};
use crate::run::progress::Show;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// The command as typed.
#[derive(Debug, Clone, Args)]
pub struct Command {
    /// The recipe of a fine-tuning, a TOML file
    pub recipe: PathBuf,
    /// Folder that the recipe's corpora are named from
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub data: PathBuf,
}

impl Command {
    /// Reads everything that the recipe names and says on standard output what is in it.
    ///
    /// # Errors
    /// A recipe or data that `finetune` would refuse, with the place.
    pub fn run(&self) -> Result<(), Error> {
        let source = Source::read(&self.recipe)?;
        let recipe = Recipe::read(&source)?;
        let job = Job {
            recipe: source,
            out: self.recipe.parent().map(Into::into).unwrap_or_default(),
            data: self.data.clone(),
            device: candle_core::Device::Cpu,
            limit: Limit::default(),
            show: Show::Plain,
            command: String::new(),
        };
        let labels = recipe.labels();
        let load = |table: &'static str, index: usize| {
            let corpus = if table == "dev" { &recipe.dev[index] } else { &recipe.corpora[index] };
            corpora::load(corpus, Place { job: &job, table, index }, &labels, &recipe.conventions)
        };
        let learnt = (0..recipe.corpora.len()).map(|index| load("corpora", index));
        let measured = (0..recipe.dev.len()).map(|index| load("dev", index));
        let learnt = learnt.collect::<Result<Vec<Loaded>, _>>()?;
        let measured = measured.collect::<Result<Vec<Loaded>, _>>()?;
        let labelled = learnt.iter().filter(|loaded| !loaded.corpus.unlabelled).map(|loaded| set(loaded, false));
        let sets: Vec<Set<'_>> = labelled.chain(measured.iter().map(|loaded| set(loaded, true))).collect();
        let survey = Survey::of(&sets);
        write!(std::io::stdout(), "{survey}").map_err(Error::io("standard output"))
    }
}

fn set(loaded: &Loaded, dev: bool) -> Set<'_> {
    Set { name: loaded.corpus.name(), documents: &loaded.documents, dev }
}
