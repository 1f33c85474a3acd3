//! Predictions as files have them, paired with gold: a document of which one is missing, or of which another text was
//! tagged, is an error with its place.

use super::gold::{Gold, Naming, format_of};
use crate::Error;
use crate::document::{Document, Entity, Sentence, Span};
use crate::formats::conll::Columns;
use crate::formats::{InputFormat, OffsetUnit, ReadOptions, Reader, brat, conll, jsonl};
use crate::job::checked::checked;
use crate::walk::{self, Skipped};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// All predictions of a file or a folder.
#[derive(Debug)]
pub struct Predictions {
    origin: String,
    unit: OffsetUnit,
    sentences: Vec<Tagged>,
    records: Vec<jsonl::Record>,
    documents: Vec<Document>,
    noted: BTreeMap<Columns, String>,
}

/// A sentence of a CoNLL file.
#[derive(Debug)]
struct Tagged {
    path: String,
    /// Line of its first word.
    line: usize,
    words: Vec<String>,
    /// Names, as bytes from the sentence's first.
    names: Vec<(usize, usize, Entity)>,
}

impl Tagged {
    fn place(&self, word: usize) -> String {
        format!("{}:{}", self.path, self.line + word)
    }
}

impl Predictions {
    /// Reads them, and counts what is passed over in a folder.
    ///
    /// # Errors
    /// Every defect of every file, each with its place.
    pub fn read(path: &Path, options: &ReadOptions, skipped: &Skipped) -> Result<Predictions, Vec<Error>> {
        let mut all = Predictions {
            origin: path.display().to_string(),
            unit: options.jsonl.unit,
            sentences: Vec::new(),
            records: Vec::new(),
            documents: Vec::new(),
            noted: BTreeMap::new(),
        };
        let mut defects = Vec::new();
        let inputs = vec![path.to_path_buf()];
        for file in checked(&inputs, walk::files(inputs.clone()).counting(skipped)) {
            if let Err(defect) = file.and_then(|file| all.add(&file, options, &mut defects)) {
                defects.push(defect);
            }
        }
        if defects.is_empty() { Ok(all) } else { Err(defects) }
    }

    fn add(&mut self, path: &Path, options: &ReadOptions, defects: &mut Vec<Error>) -> Result<(), Error> {
        let format = format_of(path, options.format);
        if let Some(layout) = format.layout() {
            for record in jsonl::records(path, options.records(layout))? {
                match record {
                    Ok(jsonl::Record { place, error: Some(error), .. }) => {
                        let message = format!("wanted a document, found an error record: {error}");
                        defects.push(Error::record(place, message));
                    }
                    Ok(record) if !record.has_names => defects.push(super::gold::nameless(&record)),
                    Ok(record) => self.records.push(record),
                    Err(defect) => defects.push(defect),
                }
            }
            return Ok(());
        }
        match format {
            InputFormat::Jsonl | InputFormat::Json => {}
            InputFormat::Conllu => self.put_all(conll::reader(path, options)?, defects),
            InputFormat::Brat => self.put_all(brat::reader(path, &options.jsonl)?, defects),
            #[cfg(feature = "parquet")]
            InputFormat::Parquet => {
                crate::formats::parquet::check_names(path)?;
                for tagged in crate::formats::parquet::tagged(path, options.records(jsonl::Layout::Lines))? {
                    match tagged {
                        Ok(jsonl::Tagged::Whole(document)) => self.documents.push(document),
                        Ok(jsonl::Tagged::Bare(record)) => self.records.push(record),
                        Err(defect) => defects.push(defect),
                    }
                }
            }
            InputFormat::Csv | InputFormat::Tsv | InputFormat::Html => return Err(super::gold::without_names(path)),
            InputFormat::Conll | InputFormat::Text => {
                for numbered in conll::numbered(path, options)? {
                    let path = path.display().to_string();
                    numbered.map_or_else(
                        |defect| defects.push(defect),
                        |numbered| {
                            self.note(&numbered.document);
                            self.sentences.extend(tagged(numbered, &path));
                        },
                    );
                }
            }
        }
        Ok(())
    }

    /// How columns were read, where that has to be said, and a document that was read so.
    pub fn noted(&self) -> &BTreeMap<Columns, String> {
        &self.noted
    }

    fn note(&mut self, document: &Document) {
        if let Some(columns) = document.columns {
            self.noted.entry(columns).or_insert_with(|| document.id.clone());
        }
    }

    fn put_all(&mut self, documents: Reader, defects: &mut Vec<Error>) {
        for document in documents {
            match document {
                Ok(document) => {
                    self.note(&document);
                    self.documents.push(document);
                }
                Err(defect) => defects.push(defect),
            }
        }
    }

    /// The predicted names of each gold document, as spans of its text.
    ///
    /// CoNLL predictions stand for CoNLL gold sentence by sentence. Others belong to the gold document of their id, in
    /// whatever order, and to that of their number where gold has no ids. Of gold in words, names are whole words.
    ///
    /// # Errors
    /// A document or a word that is missing, that gold does not have, or that differs, with the place of both.
    pub fn pair(self, gold: &[Gold]) -> Result<Vec<Vec<Entity>>, Error> {
        let (records, documents) = (self.records.len(), self.documents.len());
        if !self.sentences.is_empty() {
            if records + documents > 0 {
                let message = "wanted predictions in one format, found CoNLL and others";
                return Err(Error::record(self.origin, message));
            }
            return by_sentence(gold, &self.sentences, &self.origin);
        }
        let unit = self.unit;
        let mut found = Found { gold, origin: self.origin, names: vec![None; gold.len()] };
        if documents > 0 || gold.iter().all(|gold| gold.naming == Naming::Place) && !known(gold, &self.records) {
            let numbered = self.records.into_iter().map(Prediction::Record);
            let all = numbered.chain(self.documents.into_iter().map(Prediction::Document));
            all.enumerate().try_for_each(|(number, prediction)| found.put(number, prediction, unit))?;
        } else {
            let ids = ids(gold);
            for (number, record) in self.records.into_iter().enumerate() {
                let number = found.number_of(&record, number, &ids)?;
                found.put(number, Prediction::Record(record), unit)?;
            }
        }
        found.all()
    }
}

/// Whether an id of a prediction is one of gold's.
fn known(gold: &[Gold], records: &[jsonl::Record]) -> bool {
    let ids = ids(gold);
    records.iter().any(|record| record.id != record.place && ids.contains_key(record.id.as_str()))
}

fn ids(gold: &[Gold]) -> HashMap<&str, Vec<usize>> {
    let mut ids: HashMap<&str, Vec<usize>> = HashMap::new();
    for (number, gold) in gold.iter().enumerate() {
        ids.entry(&gold.document.id).or_default().push(number);
    }
    ids
}

enum Prediction {
    Record(jsonl::Record),
    Document(Document),
}

/// Predictions that are paired already.
struct Found<'a> {
    gold: &'a [Gold],
    origin: String,
    names: Vec<Option<Vec<Entity>>>,
}

impl Found<'_> {
    /// Which gold document a record stands for: the next one of its id; the one of its number if it has no id.
    fn number_of(
        &self,
        record: &jsonl::Record,
        number: usize,
        ids: &HashMap<&str, Vec<usize>>,
    ) -> Result<usize, Error> {
        let Some(same) = ids.get(record.id.as_str()) else {
            if record.id == record.place {
                return Ok(number);
            }
            return Err(Error::record(
                &record.place,
                format!("wanted the id of a gold document, found `{}`", record.id),
            ));
        };
        let free = same.iter().copied().find(|&number| self.names[number].is_none());
        free.ok_or_else(|| {
            let message = format!("wanted each gold document once, found `{}` again", record.id);
            Error::record(&record.place, message)
        })
    }

    fn put(&mut self, number: usize, prediction: Prediction, unit: OffsetUnit) -> Result<(), Error> {
        let (place, text) = match &prediction {
            Prediction::Record(record) => (record.place.clone(), record.text.as_deref()),
            Prediction::Document(document) => (document.id.clone(), Some(document.text.as_str())),
        };
        let Some(gold) = self.gold.get(number) else {
            let message = format!("wanted as many documents as gold has, {}, found a further one", self.gold.len());
            return Err(Error::record(place, message));
        };
        if self.names[number].is_some() {
            return Err(Error::record(place, format!("wanted each gold document once, found {} again", gold.place)));
        }
        if let Some(text) = text
            && let Some(message) = difference(&gold.document.text, text, &gold.place)
        {
            return Err(Error::record(place, message));
        }
        let mut names = match prediction {
            Prediction::Record(record) => record.document(gold.document.text.clone(), unit)?.entities,
            Prediction::Document(document) => document.entities,
        };
        if gold.tokens.is_some() {
            names.iter_mut().for_each(|name| name.span = name.token_span);
        }
        self.names[number] = Some(names);
        Ok(())
    }

    fn all(self) -> Result<Vec<Vec<Entity>>, Error> {
        let missing = |gold: &Gold| {
            let message = format!("wanted a prediction for this document, found none in {}", self.origin);
            Error::record(&gold.place, message)
        };
        self.names.into_iter().zip(self.gold).map(|(names, gold)| names.ok_or_else(|| missing(gold))).collect()
    }
}

/// Where two texts part, said with a few letters of both.
fn difference(gold: &str, text: &str, place: &str) -> Option<String> {
    if gold == text {
        return None;
    }
    let same: usize = gold.chars().zip(text.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let characters = gold[..same].chars().count();
    let few = |text: &str| match text[same..].chars().take(12).collect::<String>() {
        letters if letters.is_empty() => "its end".to_string(),
        letters => format!("`{}`", letters.escape_debug()),
    };
    Some(format!("wanted the text of {place}, with {} at character {characters}, found {}", few(gold), few(text)))
}

fn tagged(numbered: conll::Numbered, path: &str) -> Vec<Tagged> {
    let conll::Numbered { document, lines } = numbered;
    let Document { text, sentences, entities, .. } = document;
    let mut names = entities.into_iter().peekable();
    let tagged = |(Sentence { words }, line): (Sentence, usize)| {
        let (start, end) = (words.first().map_or(0, |w| w.start()), words.last().map_or(0, |w| w.end()));
        let mut of_sentence = Vec::new();
        while let Some(name) = names.next_if(|name| name.span.start() < end) {
            of_sentence.push((name.span.start() - start, name.span.end() - start, name));
        }
        let words = words.iter().map(|word| word.of(&text).to_string()).collect();
        Tagged { path: path.to_string(), line, words, names: of_sentence }
    };
    sentences.unwrap_or_default().into_iter().zip(lines).map(tagged).collect()
}

fn by_sentence(gold: &[Gold], predicted: &[Tagged], origin: &str) -> Result<Vec<Vec<Entity>>, Error> {
    let mut rest = predicted.iter();
    let mut all = Vec::with_capacity(gold.len());
    for gold in gold {
        let Some(tokens) = &gold.tokens else {
            let message = format!(
                "wanted predictions with spans, as the gold at {} has, found CoNLL\ntip: `alam tag` writes them with \
                 --format jsonl",
                gold.place
            );
            return Err(Error::record(origin, message));
        };
        let mut names = Vec::new();
        for (number, sentence) in tokens.sentences.iter().enumerate() {
            let place = |word| tokens.place(number, word);
            let Some(tagged) = rest.next() else {
                let message = format!("wanted a prediction for this sentence, found the end of {origin}");
                return Err(Error::record(place(0), message));
            };
            let text = &gold.document.text;
            let words = sentence.words.iter().map(|word| word.of(text));
            let same = words.clone().zip(&tagged.words).take_while(|(a, b)| a == b).count();
            if same < sentence.words.len().max(tagged.words.len()) {
                let of = |word: Option<&str>| word.map_or("the end of the sentence".into(), |word| format!("`{word}`"));
                let (wanted, found) = (of(words.clone().nth(same)), of(tagged.words.get(same).map(String::as_str)));
                let message = format!("wanted {wanted} as at {}, found {found}", place(same));
                return Err(Error::record(tagged.place(same), message));
            }
            let start = sentence.words.first().map_or(0, |word| word.start());
            for (from, to, name) in &tagged.names {
                let span = Span::new(text, start + from, start + to)?;
                names.push(Entity { span, token_span: span, ..name.clone() });
            }
        }
        all.push(names);
    }
    match rest.next() {
        None => Ok(all),
        Some(more) => {
            let sentences = predicted.len() - rest.len() - 1;
            let message = format!("wanted as many sentences as gold has, {sentences}, found a further one");
            Err(Error::record(more.place(0), message))
        }
    }
}
