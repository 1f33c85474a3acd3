//! `alam stats`: the names of a tagged corpus, for people, for programs and for editors.

mod table;

use super::progress::Progress;
use super::{Failure, Outcome, interrupt};
use crate::args::stats::{StatsArgs, StatsFormat};
use alam::formats::{walk, whole};
use alam::stats::{self, Counter, Stats};
use std::io::{self, Write};

/// Runs the command.
pub(crate) fn run(args: StatsArgs) -> Result<Outcome, Failure> {
    let read = args.read();
    let mut counter = Counter::new(args.limits()?)?;
    let mut progress = Progress::new(args.quiet, None);
    let output = args.output.as_deref().filter(|path| path.as_os_str() != "-");
    interrupt::listen();
    for input in walk::files(args.inputs).without(output) {
        let documents = match input.and_then(|input| stats::read(&input, &read)) {
            Ok(documents) => documents,
            Err(error) => Box::new(std::iter::once(Err(error))),
        };
        for document in documents {
            if interrupt::asked() {
                return Ok(Outcome::Interrupted);
            }
            match document {
                Ok(seen) => {
                    counter.add(&seen)?;
                    progress.done.documents += 1;
                }
                Err(error) => {
                    counter.failed();
                    progress.failed(&error);
                }
            }
            progress.tell();
        }
    }
    let failed = progress.done.failed > 0;
    let stats = counter.finish()?;
    let written = match args.format {
        StatsFormat::Table => table::of(&stats).into_bytes(),
        StatsFormat::Csv => rows(&stats)?,
        StatsFormat::Json => json(&stats)?,
        StatsFormat::Html => stats::page::of(&stats).into_bytes(),
    };
    match output {
        Some(path) => whole::write(path, &written)?,
        None => io::stdout().lock().write_all(&written)?,
    }
    if stats.forgotten > 0 {
        let tip = "tip: --max-names raises the limit";
        progress.note(&format!("{} rare names were forgotten for want of room\n{tip}", stats.forgotten));
    }
    Ok(if failed { Outcome::SomeFailed } else { Outcome::Clean })
}

fn json(stats: &Stats) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec(stats).map_err(io::Error::from)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn rows(stats: &Stats) -> Result<Vec<u8>, Failure> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let wrong = |error: csv::Error| Failure::from(io::Error::from(error));
    table
        .write_record(["label", "name", "mentions", "documents", "first", "last", "spellings", "missed"])
        .map_err(wrong)?;
    for name in stats.types.iter().flat_map(|kind| &kind.top) {
        let day = |day: Option<stats::Day>| day.map_or(String::new(), |day| day.to_string());
        let [mentions, documents, missed] = [name.mentions, name.documents, name.missed].map(|n| n.to_string());
        let (first, last, spellings) = (day(name.first), day(name.last), name.spellings.join("|"));
        table
            .write_record([&*name.label, &name.name, &mentions, &documents, &first, &last, &spellings, &missed])
            .map_err(wrong)?;
    }
    table.into_inner().map_err(|error| Failure::from(error.into_error()))
}
