//! What documents hold that not every format can: counted, and said at the end.

use crate::formats::OutputFormat;
use crate::segment;
use crate::{Document, Entity, FoundBy};

/// What documents hold that not every format can, counted.
pub(super) struct Lost {
    format: OutputFormat,
    documents: usize,
    dates: usize,
    words: usize,
    nameless: usize,
    scores: usize,
    cuts: usize,
    /// Names of which more is known than their letters, their type and their score.
    known: usize,
    /// Names over the end of a sentence, and some of them.
    torn: usize,
    examples: Vec<String>,
}

/// Torn names that are told.
const EXAMPLES: usize = 3;

impl Lost {
    /// Nothing yet, of what is written in a format.
    pub(super) fn of(format: OutputFormat) -> Lost {
        Lost {
            format,
            documents: 0,
            dates: 0,
            words: 0,
            nameless: 0,
            scores: 0,
            cuts: 0,
            known: 0,
            torn: 0,
            examples: Vec::new(),
        }
    }

    /// One more document.
    pub(super) fn count(&mut self, document: &Document) {
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
        if matches!(self.format, OutputFormat::Conll | OutputFormat::Gliner) && !document.entities.is_empty() {
            self.tear(document);
        }
    }

    /// Counts names that a format with sentences cuts in two.
    fn tear(&mut self, document: &Document) {
        let sentences = segment::sentences(document);
        let ends: Vec<usize> = sentences.iter().filter_map(|s| s.words.last().map(|word| word.end())).collect();
        let torn = |e: &&Entity| {
            // The first end of a sentence behind the name's first byte, and words of the name behind that.
            let end = ends.get(ends.partition_point(|end| *end <= e.span.start()));
            end.is_some_and(|&end| document.text.get(end..e.span.end()).is_some_and(|rest| !rest.trim().is_empty()))
        };
        for name in document.entities.iter().filter(torn) {
            self.torn += 1;
            if self.examples.len() < EXAMPLES {
                let words: Vec<&str> = name.span.of(&document.text).split_whitespace().collect();
                self.examples.push(format!("`{}` of {}", words.join(" "), document.id));
            }
        }
    }

    /// One sentence for each thing that a format drops.
    pub(super) fn messages(&self) -> Vec<String> {
        use OutputFormat::{Brat, Conll, Csv, Doccano, Gliner, Hf, Html, LabelStudio, Prodigy, Spacy};
        let format = self.format;
        let columns = matches!(format, Conll | Gliner);
        let lists = matches!(format, Csv | Hf);
        let tools = matches!(format, Doccano | LabelStudio | Prodigy | Spacy);
        let records = !columns && !lists && !tools && !matches!(format, Brat | Html);
        let lost = [
            (columns || matches!(format, Hf | Spacy), self.documents, "the ids of documents"),
            (!records, self.dates, "dates"),
            (lists, self.documents, "texts"),
            (columns, self.documents - self.words, "the spacing of a text"),
            (!columns && !matches!(format, Prodigy | Spacy), self.words, "the words of a document"),
            (format == Csv, self.nameless, "documents without names"),
            (columns || matches!(format, Brat | Doccano | Spacy), self.scores, "scores"),
            (columns, self.cuts, "names that begin or end inside a word"),
            (!records, self.known, "how a name is spelt alone, its group and what found it"),
        ];
        let lost = lost.into_iter().filter(|&(drops, count, _)| drops && count > 0);
        let mut messages: Vec<String> =
            lost.map(|(_, count, what)| format!("this format does not hold {what} ({count})")).collect();
        if self.torn > 0 {
            let more = if self.torn > self.examples.len() { ", …" } else { "" };
            let (torn, examples) = (self.torn, self.examples.join(", "));
            messages.push(format!("names over the end of a sentence or a line become two ({torn}): {examples}{more}"));
        }
        messages
    }
}
