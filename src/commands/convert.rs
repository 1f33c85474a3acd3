//! `alam convert`: tagged documents in another format, with a word about what the other format cannot hold.

use super::output::Output;
use super::progress::Progress;
use super::{Failure, Outcome, interrupt};
use crate::args::ConvertArgs;
use alam::Document;
use alam::formats::{self, OutputFormat, WriteOptions, conll, jsonl, walk};

/// Runs the command.
pub(crate) fn run(args: ConvertArgs) -> Result<Outcome, Failure> {
    let tags = if args.lenient { conll::Tags::Lenient } else { conll::Tags::Strict };
    let read = args.input.options(jsonl::Entities::Read, tags, args.input_offset_unit);
    let path = args.output.as_deref().filter(|path| path.as_os_str() != "-");
    let mut output = Output::open(path, args.format)?;
    interrupt::listen();
    let options = WriteOptions { unit: args.offset_unit, text: jsonl::Text::With };
    let mut writer = output.writer(args.format, options)?;
    let mut progress = Progress::new(args.quiet, path);
    let mut lost = Lost::default();
    'inputs: for input in walk::files(args.inputs).without(path) {
        let documents = match input.and_then(|input| formats::open(&input, &read)) {
            Ok(documents) => documents,
            Err(error) => Box::new(std::iter::once(Err(error))),
        };
        for document in documents {
            if interrupt::asked() {
                break 'inputs;
            }
            match document {
                Ok(document) => {
                    lost.count(&document);
                    writer.write(&document).map_err(|e| Failure::from(e).at(path))?;
                    progress.done.count(&document);
                }
                Err(error) => {
                    progress.failed(&error);
                    let (id, message) = error.place();
                    writer.write_failed(&id, &message).map_err(|e| Failure::from(e).at(path))?;
                }
            }
            progress.tell();
        }
    }
    writer.finish().map_err(|e| Failure::from(e).at(path))?;
    drop(writer);
    if interrupt::asked() && path.is_some() {
        return Ok(Outcome::Interrupted);
    }
    output.commit()?;
    let failed = progress.done.failed > 0;
    for message in lost.by(args.format) {
        progress.note(&message);
    }
    let outcome = match (interrupt::asked(), failed) {
        (true, _) => Outcome::Interrupted,
        (_, true) => Outcome::SomeFailed,
        (_, false) => Outcome::Clean,
    };
    progress.finish(outcome, None)?;
    Ok(outcome)
}

/// What documents hold that not every format can.
#[derive(Default)]
struct Lost {
    scores: usize,
    words: usize,
    cuts: usize,
    spacing: usize,
    nameless: usize,
}

impl Lost {
    fn count(&mut self, document: &Document) {
        self.scores += document.entities.iter().filter(|e| e.score.is_some()).count();
        self.words += usize::from(document.sentences.is_some());
        self.nameless += usize::from(document.entities.is_empty());
        let text = &document.text;
        let inside = |e: &&alam::Entity| {
            let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            letter(text[..e.span.start()].chars().next_back()) || letter(text[e.span.end()..].chars().next())
        };
        self.cuts += document.entities.iter().filter(inside).count();
        self.spacing += usize::from(document.sentences.is_none());
    }

    /// One sentence for each thing that a format drops.
    fn by(&self, format: OutputFormat) -> Vec<String> {
        use OutputFormat::{Brat, Conll, Csv, Hf, Html, Jsonl, LabelStudio, Spacy};
        let mut lost = Vec::new();
        let mut drops = |formats: &[OutputFormat], count: usize, what: &str| {
            if count > 0 && formats.contains(&format) {
                lost.push(format!("this format does not hold {what} ({count})"));
            }
        };
        drops(&[Conll, Brat, Spacy], self.scores, "scores");
        drops(&[Jsonl, Brat, Html, Csv, Hf, LabelStudio], self.words, "the words of a document");
        drops(&[Conll], self.cuts, "names that begin or end inside a word");
        drops(&[Conll], self.spacing, "the spacing of a text");
        drops(&[Csv], self.nameless, "documents without names");
        drops(&[Csv, Hf], self.words + self.spacing, "texts");
        lost
    }
}
