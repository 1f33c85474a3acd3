//! `alam stats`: the names of a tagged corpus, for people, for programs and for editors.

mod table;

use super::apart::Plan;
use super::interrupt;
use super::output::{self, Screen};
use super::progress::Progress;
use super::queue::{READ_AHEAD, drain, fed, feed};
use crate::cli::args::stats::{StatsArgs, StatsFormat};
use crate::cli::outcome::{Failure, Outcome};
use crate::formats::csv::{Cells, Mark};
use crate::formats::packed::PackedFile;
use crate::job::checked::checked;
use crate::stats::{self, Counter, Seen, Stats};
use crate::walk;
use std::io::{self, Write};

/// What a name costs beside its letters while it waits to be counted.
const NAME: usize = 40;

/// Runs the command.
pub(crate) fn run(args: StatsArgs) -> Result<Outcome, Failure> {
    let read = args.read();
    let output = args.output.as_deref().filter(|path| path.as_os_str() != "-");
    let format = args.written(output)?;
    let files = output.map(|path| ("--output", path)).into_iter().collect();
    Plan { files, inputs: &args.inputs, ..Plan::default() }.check()?;
    let mut counter = Counter::new(args.limits()?)?;
    let mut progress = Progress::new(args.quiet, None);
    output.map_or(Ok(()), output::check)?;
    interrupt::listen();
    let inputs = checked(&args.inputs, walk::files(args.inputs.clone()).without(output).counting(&progress.skipped));
    let bytes = |seen: &Seen| seen.names.iter().map(|(_, name)| name.len() + NAME).sum();
    let notes = read.jsonl.notes.clone();
    let queue = fed(move |feeder| feed(inputs, |path| stats::read(path, &read), bytes, feeder))?;
    let end = drain(&queue, READ_AHEAD, |records| {
        for record in records {
            match record {
                Ok(seen) => {
                    counter.add(&seen)?;
                    progress.note_columns("tags", seen.columns);
                    progress.done.documents += 1;
                }
                Err(error) => {
                    counter.failed();
                    progress.failed(&error);
                }
            }
            progress.tell();
        }
        Ok(())
    })?;
    if end == Outcome::Interrupted {
        progress.say("interrupted, and so nothing is counted");
        return Ok(end);
    }
    progress.tell_alike();
    progress.tell_files(&notes);
    let failed = progress.done.failed > 0;
    let stats = counter.finish()?;
    let written = match format {
        StatsFormat::Table => table::of(&stats).into_bytes(),
        StatsFormat::Csv => rows(&stats, args.cells(), args.mark())?,
        StatsFormat::Json => json(&stats)?,
        StatsFormat::Html => stats::page::of(&stats).into_bytes(),
    };
    match output {
        Some(path) => {
            let mut file = PackedFile::create(path)?;
            file.write_all(&written).map_err(|e| crate::Error::io(path, e))?;
            file.commit()?;
        }
        None => Screen::new().write_all(&written)?,
    }
    if stats.forgotten > 0 {
        let tip = "tip: --max-names raises the limit";
        progress.note(&format!("rare names were forgotten for want of room ({} times)\n{tip}", stats.forgotten));
    }
    Ok(if failed { Outcome::SomeFailed } else { Outcome::Clean })
}

fn json(stats: &Stats) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec(stats).map_err(io::Error::from)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn rows(stats: &Stats, cells: Cells, mark: Mark) -> Result<Vec<u8>, Failure> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let wrong = |error: csv::Error| Failure::from(io::Error::from(error));
    let label = format!("{}label", mark.as_str());
    table
        .write_record([&label, "name", "mentions", "documents", "first", "last", "spellings", "missed"])
        .map_err(wrong)?;
    for name in stats.types.iter().flat_map(|kind| &kind.top) {
        let day = |day: Option<stats::Day>| day.map_or(String::new(), |day| day.to_string());
        let [mentions, documents, missed] = [name.mentions, name.documents, name.missed].map(|n| n.to_string());
        let (first, last, spellings) = (day(name.first), day(name.last), name.spellings.join("|"));
        let row = [&*name.label, &name.name, &mentions, &documents, &first, &last, &spellings, &missed];
        table.write_record(row.map(|cell| cells.shown(cell).into_owned())).map_err(wrong)?;
    }
    table.into_inner().map_err(|error| Failure::from(error.into_error()))
}
