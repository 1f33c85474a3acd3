//! Gold documents as files have them: all of them or none, each with the lines it stands on.

use crate::Error;
use crate::document::{Document, Sentence};
use crate::formats::{self, InputFormat, ReadOptions, conll, jsonl};
use crate::job::checked::checked;
use crate::shown::shown;
use crate::walk::{self, Skipped};
use std::path::{Path, PathBuf};

/// A document with the right names.
#[derive(Debug, Clone, PartialEq)]
pub struct Gold {
    /// Its text and its names; with sentences if its words are to be taken as they are.
    pub document: Document,
    /// Whether its file gives it a name, or [`Document::id`] is its place.
    pub naming: Naming,
    /// `path:line`, or the path where a file is one document.
    pub place: String,
    /// Its words, where the file has words and not a text.
    pub tokens: Option<Tokens>,
}

/// Where a document's id comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// The document has a name of its own.
    Own,
    /// It is called after its place.
    Place,
}

/// The words of a file with a word a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Tokens {
    /// The file.
    pub path: String,
    /// The line of the first word of each sentence; each line behind it is the next word's.
    pub lines: Vec<usize>,
    /// Lines from a word to the next: 1 in columns, 0 where a record has them all.
    pub step: usize,
    /// The words, as spans of the document's text.
    pub sentences: Vec<Sentence>,
}

impl Tokens {
    /// `path:line` of a word.
    pub fn place(&self, sentence: usize, word: usize) -> String {
        format!("{}:{}", self.path, self.lines.get(sentence).copied().unwrap_or_default() + self.step * word)
    }
}

impl Gold {
    /// `path:line` of the word at a byte of the text; of the document where it has no lines of its own.
    pub fn place_of(&self, byte: usize) -> String {
        let Some(tokens) = &self.tokens else { return self.place.clone() };
        let ends = |sentence: &Sentence| sentence.words.last().map_or(0, |word| word.end());
        let sentence = tokens.sentences.partition_point(|sentence| ends(sentence) <= byte);
        let words = tokens.sentences.get(sentence).map_or(&[][..], |sentence| &sentence.words);
        tokens.place(sentence, words.partition_point(|word| word.end() <= byte))
    }
}

/// What a file with names is, by its name: JSON lines or brat where that says so, else CoNLL. A text has no names.
pub fn format_of(path: &Path, asked: Option<InputFormat>) -> InputFormat {
    match asked.or_else(|| InputFormat::of_path(path)) {
        Some(InputFormat::Text) | None => InputFormat::Conll,
        Some(format) => format,
    }
}

/// All documents of a file, or of the files in a folder, where what is passed over is counted.
///
/// # Errors
/// Every defect of every file, each with its place. Where there is one, no document is given: a score over the others would
/// be another corpus's.
pub fn read(path: &Path, options: &ReadOptions, skipped: &Skipped) -> Result<Vec<Gold>, Vec<Error>> {
    let mut found = Vec::new();
    let mut defects = Vec::new();
    let inputs = vec![path.to_path_buf()];
    for file in checked(&inputs, walk::files(inputs.clone()).counting(skipped)) {
        match file.and_then(|file| documents(&file, options)) {
            Ok(documents) => documents.for_each(|document| match document {
                Ok(gold) => found.push(gold),
                Err(defect) => defects.push(defect),
            }),
            Err(defect) => defects.push(defect),
        }
    }
    if found.is_empty() && defects.is_empty() {
        defects.push(Error::record(path.display().to_string(), "wanted documents with names, found none"));
    }
    if defects.is_empty() { Ok(found) } else { Err(defects) }
}

type Documents = Box<dyn Iterator<Item = Result<Gold, Error>>>;

fn documents(path: &Path, options: &ReadOptions) -> Result<Documents, Error> {
    let format = format_of(path, options.format);
    if let Some(layout) = format.layout() {
        let unit = options.jsonl.unit;
        let field = options.jsonl.text_field.clone();
        let records = jsonl::records(path, options.records(layout))?;
        return Ok(Box::new(records.map(move |record| of_record(record?, unit, &field))));
    }
    match format {
        InputFormat::Jsonl | InputFormat::Json => Ok(Box::new(std::iter::empty())),
        InputFormat::Brat => Ok(Box::new(formats::brat::reader(path, &options.jsonl)?.map(|document| {
            let document = document?;
            Ok(Gold { naming: Naming::Place, place: document.id.clone(), document, tokens: None })
        }))),
        #[cfg(feature = "parquet")]
        InputFormat::Parquet => {
            formats::parquet::check_names(path)?;
            let rows = format!("{}:", path.display());
            Ok(Box::new(formats::parquet::reader(path, options.records(jsonl::Layout::Lines))?.map(move |document| {
                let document = document?;
                let naming = if document.id.starts_with(&rows) { Naming::Place } else { Naming::Own };
                Ok(Gold { naming, place: document.id.clone(), document, tokens: None })
            })))
        }
        InputFormat::Conllu => {
            let lines = shown(path) + ":";
            Ok(Box::new(conll::numbered(path, options)?.map(move |numbered| {
                let conll::Numbered { document, lines: at } = numbered?;
                let place = format!("{lines}{}", at.first().copied().unwrap_or_default());
                let naming = if document.id == place { Naming::Place } else { Naming::Own };
                Ok(Gold { naming, place, document, tokens: None })
            })))
        }
        InputFormat::Csv | InputFormat::Tsv | InputFormat::Html => Err(without_names(path)),
        InputFormat::Conll | InputFormat::Text => {
            let path: PathBuf = path.into();
            Ok(Box::new(conll::numbered(&path, options)?.map(move |numbered| {
                let conll::Numbered { document, lines } = numbered?;
                let sentences = document.sentences.clone().unwrap_or_default();
                let tokens = Some(Tokens { path: path.display().to_string(), lines, step: 1, sentences });
                Ok(Gold { naming: Naming::Place, place: document.id.clone(), document, tokens })
            })))
        }
    }
}

/// A table of texts, or a page, where names are wanted.
pub(super) fn without_names(path: &Path) -> Error {
    let page = InputFormat::of_path(path) == Some(InputFormat::Html);
    let found = if page { "a page of text" } else { "a table of texts" };
    Error::record(path.display().to_string(), format!("wanted documents with names, found {found}"))
}

/// A record of which nobody said what names it has, which is another thing than none.
pub(super) fn nameless(record: &jsonl::Record) -> Error {
    record.wrong("wanted a list of names, if an empty one, found none\ntip: it stands in the field `entities`, or as annotation tools write it")
}

fn of_record(mut record: jsonl::Record, unit: formats::OffsetUnit, field: &str) -> Result<Gold, Error> {
    let place = record.place.clone();
    if let Some(message) = &record.error {
        return Err(record.wrong(format!("wanted a document, found an error record: {message}")));
    }
    if !record.has_names {
        return Err(nameless(&record));
    }
    let Some(text) = record.text.take() else { return Err(record.lacks(field)) };
    let naming = if record.id == place { Naming::Place } else { Naming::Own };
    let document = record.document(text, unit)?;
    let tokens = document.sentences.clone().map(|sentences| {
        let (path, line) = place.rsplit_once(':').unwrap_or((&place, ""));
        let lines = vec![line.parse().unwrap_or_default(); sentences.len()];
        Tokens { path: path.to_owned(), lines, step: 0, sentences }
    });
    Ok(Gold { document, naming, place, tokens })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn each_word_has_the_line_it_stands_on() {
        let text = "-DOCSTART- O\n\n\nزار O\nبوتين B-PER\n\nعاد O\n\n-DOCSTART- O\n\nمصر B-LOC\n";
        let (_folder, path) = file("a.conll", text);
        let gold = read(&path, &ReadOptions::default(), &Skipped::default()).unwrap();
        let lines = |gold: &Gold, words: &[&str]| -> Vec<usize> {
            let place = |word: &&str| gold.place_of(gold.document.text.find(*word).unwrap());
            words.iter().map(|word| place(word).rsplit_once(':').unwrap().1.parse().unwrap()).collect()
        };
        assert_eq!(gold.len(), 2);
        assert_eq!(lines(&gold[0], &["زار", "بوتين", "عاد"]), [4, 5, 7]);
        assert_eq!(lines(&gold[1], &["مصر"]), [11]);
    }

    #[test]
    fn one_defect_and_there_is_no_gold() {
        let (_folder, path) = file("a.conll", "أ B-PER\n\nب I-PER\n\nت O\n\nث X\n");
        let defects = read(&path, &ReadOptions::default(), &Skipped::default()).unwrap_err();
        let at = |line: usize| format!("{}:{line}: wanted", path.display());
        assert_eq!(defects.len(), 2);
        assert!(defects[0].to_string().starts_with(&at(3)) && defects[1].to_string().starts_with(&at(7)));
    }

    #[test]
    fn nothing_is_no_gold() {
        let (_folder, path) = file("a.jsonl", "\n");
        assert!(
            read(&path, &ReadOptions::default(), &Skipped::default()).unwrap_err()[0]
                .to_string()
                .ends_with("found none")
        );
    }

    #[test]
    fn a_table_of_texts_is_no_gold() {
        let (_folder, path) = file("a.csv", "id,text\n1,مصر\n");
        assert!(
            read(&path, &ReadOptions::default(), &Skipped::default()).unwrap_err()[0]
                .to_string()
                .ends_with("found a table of texts")
        );
    }

    #[test]
    fn what_a_file_is_its_name_says_and_else_it_is_columns() {
        for (name, format) in [
            ("a.txt", InputFormat::Conll),
            ("a", InputFormat::Conll),
            ("a.json", InputFormat::Json),
            ("a.jsonl.gz", InputFormat::Jsonl),
            ("a.ann", InputFormat::Brat),
            ("a.conllup", InputFormat::Conllu),
            ("a.conll03", InputFormat::Conll),
        ] {
            assert_eq!(format_of(Path::new(name), None), format, "{name}");
        }
        assert_eq!(format_of(Path::new("a.ann"), Some(InputFormat::Conll)), InputFormat::Conll);
    }
}
