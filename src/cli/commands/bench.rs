//! `alam bench`: how fast a model tags on this machine.
//!
//! The work is that of `alam tag` without reading and writing: documents in groups of the same size, through the same
//! [`Tagger`].

mod corpus;
mod report;
mod start;
mod statistics;

use crate::cli::args::BenchArgs;
use crate::cli::outcome::{Failure, Outcome};
use crate::formats::{self, InputFormat, ReadOptions, text};
use crate::tagger::Stages;
use crate::{Document, Source, Tagger};
use alam_models::{Device, Precision, kernels};
use corpus::Corpus;
use report::{Model, Report, Shares, Text};
use statistics::Figure;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

/// Runs the command.
pub(crate) fn run(args: BenchArgs) -> Result<Outcome, Failure> {
    let work = Work::new(&args)?;
    let begin = Instant::now();
    let tagger = args.model.load()?;
    let load_seconds = begin.elapsed().as_secs_f64();
    let mut passes = Vec::new();
    for number in 0..args.warm_up + args.passes {
        let pass = Pass::run(&tagger, work.pass(number as usize), args.model.bytes_at_once())?;
        if number >= args.warm_up {
            passes.push(pass);
        }
    }
    let peak_memory_bytes = peak_memory();
    let start_seconds = start::measure(&args.model)?;
    let figure = |value: fn(&Pass) -> f64| {
        let values: Vec<f64> = passes.iter().map(value).collect();
        Figure::of(&values).ok_or_else(|| Failure::usage("--passes: wanted one at least, found none"))
    };
    let mut stages = Stages::default();
    passes.iter().for_each(|pass| stages += pass.stages);
    let report = Report {
        model: describe(&tagger, &args)?,
        text: Text {
            source: args.text.as_deref().map_or_else(|| "generated".into(), |path| path.display().to_string()),
            seed: args.text.is_none().then_some(args.seed),
            articles: passes.first().map_or(0, |pass| pass.articles),
            words: mean(passes.iter().map(|pass| pass.words)),
            tokens: mean(passes.iter().map(|pass| pass.stages.tokens)),
        },
        passes: passes.len(),
        warm_up: args.warm_up as usize,
        seconds: figure(|pass| pass.seconds)?,
        articles_per_second: figure(|pass| pass.articles as f64 / pass.seconds)?,
        words_per_second: figure(|pass| pass.words as f64 / pass.seconds)?,
        tokens_per_second: figure(|pass| pass.stages.tokens as f64 / pass.seconds)?,
        stages: Shares::new(&stages, passes.iter().map(|pass| pass.seconds).sum()),
        load_seconds,
        start_seconds,
        peak_memory_bytes,
    };
    let mut out = std::io::stdout().lock();
    if args.json {
        let json = serde_json::to_string(&report).map_err(|e| Failure::usage(format!("this is a bug: {e}")))?;
        writeln!(out, "{json}")?;
    } else {
        write!(out, "{report}")?;
    }
    out.flush()?;
    Ok(Outcome::Clean)
}

/// What is tagged in each pass.
enum Work {
    Made(Corpus),
    Read(Vec<Document>),
}

impl Work {
    fn new(args: &BenchArgs) -> Result<Work, Failure> {
        let most = args.articles.map(|n| n as usize);
        let Some(path) = &args.text else { return Ok(Work::Made(Corpus::new(most.unwrap_or(50), args.seed))) };
        let documents = read(path, most.unwrap_or(usize::MAX))?;
        if documents.iter().all(|document| document.text.trim().is_empty()) {
            return Err(Failure::usage(format!("--text {}: wanted text, found none", path.display())));
        }
        Ok(Work::Read(documents))
    }

    fn pass(&self, number: usize) -> Vec<Document> {
        match self {
            Work::Made(corpus) => corpus.pass(number),
            Work::Read(documents) => documents.clone(),
        }
    }
}

fn read(path: &Path, most: usize) -> Result<Vec<Document>, Failure> {
    let format = InputFormat::of_path(path).unwrap_or(InputFormat::Text);
    let options = ReadOptions { format: Some(format), unit: text::Unit::Line, ..ReadOptions::default() };
    Ok(formats::open(path, &options)?.take(most).collect::<Result<_, _>>()?)
}

/// One time through all articles.
struct Pass {
    articles: usize,
    words: usize,
    seconds: f64,
    stages: Stages,
}

impl Pass {
    /// Tags documents in groups of so many bytes, as `alam tag` takes them from its queue.
    fn run(tagger: &Tagger, mut documents: Vec<Document>, bytes: usize) -> Result<Pass, Failure> {
        let words = documents.iter().map(|document| document.text.split_whitespace().count()).sum();
        let mut stages = Stages::default();
        let begin = Instant::now();
        let mut rest = &mut documents[..];
        while !rest.is_empty() {
            let mut held = 0;
            let fitting = rest.iter().take_while(|document| {
                held += document.text.len();
                held <= bytes
            });
            let (group, behind) = rest.split_at_mut(fitting.count().max(1));
            stages += tagger.tag_all_measured(group)?;
            rest = behind;
        }
        Ok(Pass { articles: documents.len(), words, seconds: begin.elapsed().as_secs_f64(), stages })
    }
}

fn describe(tagger: &Tagger, args: &BenchArgs) -> Result<Model, Failure> {
    let (config, options) = (tagger.config(), tagger.options());
    let source = args.model.source()?;
    let name = match (&source, &args.model.model) {
        (Source::Folder(_), Some(typed)) => typed.display().to_string(),
        (Source::Folder(folder), None) => folder.display().to_string(),
        (Source::Embedded, _) => "embedded".to_owned(),
    };
    // The model in the program has int8 weights only, and a GPU computes in f32.
    let precision = match (options.device, options.precision, source) {
        (Device::Cpu, _, Source::Embedded) | (Device::Cpu, Precision::Int8, _) => "int8",
        _ => "f32",
    };
    let device = match options.device {
        Device::Cpu => "cpu".to_owned(),
        Device::Cuda(number) => format!("cuda:{number}"),
    };
    Ok(Model {
        source: name,
        kind: config.model_type.clone(),
        layers: config.layers,
        hidden: config.hidden_size,
        precision,
        device,
        kernels: kernels::name().map_err(|e| Failure::usage(e.to_string()))?.to_owned(),
        threads: rayon::current_num_threads(),
    })
}

fn mean(counts: impl ExactSizeIterator<Item = usize>) -> f64 {
    let n = counts.len().max(1);
    counts.sum::<usize>() as f64 / n as f64
}

/// The most memory that this process has held: `VmHWM` of Linux.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| 1024 * kib)
}
