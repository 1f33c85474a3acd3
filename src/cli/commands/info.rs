//! `alam info`: this program, this machine, and what a model is.

mod list;
mod machine;
mod model;

use super::output::Screen;
use crate::cli::args::InfoArgs;
use crate::cli::outcome::{Failure, Outcome};
use crate::tagger::ModelInfo;
use machine::Machine;
use serde::Serialize;
use std::io::Write;

/// What there is to know, as it stands in the JSON.
#[derive(Serialize)]
struct Info {
    version: &'static str,
    #[serde(flatten)]
    machine: Machine,
    /// Missing where the model cannot be loaded.
    model: Option<ModelInfo>,
}

/// Runs the command. What is known of the machine is printed even where the model cannot be loaded.
pub(crate) fn run(args: InfoArgs) -> Result<Outcome, Failure> {
    let model = args.model.load().and_then(|tagger| Ok(ModelInfo::of(&args.model.source()?, &tagger)?));
    let machine = Machine::of_here()?;
    let (model, failure) = match model {
        Ok(model) => (Some(model), None),
        Err(failure) => (None, Some(failure)),
    };
    let info = Info { version: env!("CARGO_PKG_VERSION"), machine, model };
    let printed = if args.json {
        // Strings, numbers and lists of them: there is no value here without a JSON form.
        serde_json::to_string(&info).unwrap_or_default() + "\n"
    } else {
        info.table()
    };
    Screen::new().write_all(printed.as_bytes())?;
    failure.map_or(Ok(Outcome::Clean), Err)
}

impl Info {
    fn table(&self) -> String {
        let mut rows = vec![("alam", self.version.to_string())];
        rows.extend(self.machine.rows());
        if let Some(model) = &self.model {
            rows.push(("", String::new()));
            rows.extend(model::rows(model));
        }
        let width = rows.iter().map(|(what, _)| what.len()).max().unwrap_or_default();
        rows.iter().map(|(what, value)| format!("{what:width$}  {value}").trim_end().to_string() + "\n").collect()
    }
}
