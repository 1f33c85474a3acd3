//! `alam convert`: tagged documents in another format, with a word about what the other format cannot hold.

use super::output::Output;
use super::progress::Progress;
use super::{Failure, Outcome, interrupt};
use crate::args::ConvertArgs;
use alam::formats::{self, OutputFormat, WriteOptions, conll, jsonl, walk};
use alam::{Document, Entity, FoundBy};

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

/// What documents hold that not every format can, counted.
#[derive(Default)]
struct Lost {
    documents: usize,
    dates: usize,
    words: usize,
    nameless: usize,
    scores: usize,
    cuts: usize,
    /// Names of which more is known than their letters, their type and their score.
    known: usize,
}

impl Lost {
    fn count(&mut self, document: &Document) {
        let text = &document.text;
        let inside = |e: &&Entity| {
            let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            letter(text[..e.span.start()].chars().next_back()) || letter(text[e.span.end()..].chars().next())
        };
        let known = |e: &&Entity| e.canonical.is_some() || e.group.is_some() || e.found_by == FoundBy::Gazetteer;
        self.documents += 1;
        self.dates += usize::from(document.date.is_some());
        self.words += usize::from(document.sentences.is_some());
        self.nameless += usize::from(document.entities.is_empty());
        self.scores += document.entities.iter().filter(|e| e.score.is_some()).count();
        self.cuts += document.entities.iter().filter(inside).count();
        self.known += document.entities.iter().filter(known).count();
    }

    /// One sentence for each thing that a format drops.
    fn by(&self, format: OutputFormat) -> Vec<String> {
        use OutputFormat::{Brat, Conll, Csv, Hf, Html, LabelStudio, Spacy};
        let columns = format == Conll;
        let lists = matches!(format, Csv | Hf);
        let records = !matches!(format, Conll | Brat | Html | Csv | Hf | LabelStudio | Spacy);
        let lost = [
            (matches!(format, Conll | Hf | Spacy), self.documents, "the ids of documents"),
            (!records, self.dates, "dates"),
            (lists, self.documents, "texts"),
            (columns, self.documents - self.words, "the spacing of a text"),
            (!matches!(format, Conll | Spacy), self.words, "the words of a document"),
            (format == Csv, self.nameless, "documents without names"),
            (matches!(format, Conll | Brat | Spacy), self.scores, "scores"),
            (columns, self.cuts, "names that begin or end inside a word"),
            (!records, self.known, "how a name is spelt alone, its group and what found it"),
        ];
        let lost = lost.into_iter().filter(|&(drops, count, _)| drops && count > 0);
        lost.map(|(_, count, what)| format!("this format does not hold {what} ({count})")).collect()
    }
}
