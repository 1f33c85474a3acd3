//! `alam fetch`: a model from a hub into the local cache. Prints the folder it is in.

use crate::cli::args::FetchArgs;
use crate::cli::outcome::{Failure, Outcome, say};
use crate::hub::{Hub, Progress};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};

/// Runs the command.
pub(crate) fn run(args: FetchArgs) -> Result<Outcome, Failure> {
    let id = match args.id.contains('@') {
        true => args.id.clone(),
        false => format!("{}@{}", args.id, args.revision),
    };
    let mut report = Report { quiet: args.quiet, terminal: std::io::stderr().is_terminal(), bar: None };
    let folder = Hub::from_env().fetch(&id, &mut |progress| report.tell(progress))?;
    writeln!(std::io::stdout(), "{}", folder.display())?;
    Ok(Outcome::Clean)
}

/// A bar a file where standard error is a terminal, a line a file elsewhere.
struct Report {
    quiet: bool,
    terminal: bool,
    bar: Option<ProgressBar>,
}

impl Report {
    fn tell(&mut self, progress: Progress<'_>) {
        match progress {
            _ if self.quiet => {}
            Progress::Begin { file, bytes, present } if self.terminal => {
                let bar = ProgressBar::new(bytes).with_message(file.to_string());
                let template = "{msg:30} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
                bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
                bar.set_position(present);
                self.bar = Some(bar);
            }
            Progress::Begin { file, bytes, present: 0 } => say(&format!("{file}: {bytes} bytes")),
            Progress::Begin { file, bytes, present } => {
                say(&format!("{file}: {bytes} bytes, going on behind {present}"));
            }
            Progress::Bytes(bytes) => {
                if let Some(bar) = &self.bar {
                    bar.inc(bytes);
                }
            }
            Progress::Done => {
                if let Some(bar) = self.bar.take() {
                    bar.finish();
                }
            }
        }
    }
}
