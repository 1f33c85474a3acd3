//! Raw text to a file of token ids: in blocks, over all threads, in the order of the text.

use super::file::{BLOCK, Counts, DOCUMENT, PARAGRAPH, Vocabulary, Writer};
use super::raw::Blocks;
use crate::Error;
use alam::encode::Encoder;
use alam::segment::segment;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Words that a thread remembers the pieces of; then it forgets all of them.
const REMEMBERED: usize = 400_000;

/// What decides a file of token ids.
#[derive(Debug, Clone)]
pub struct Options {
    /// Raw text, a paragraph a line, a blank line between documents (`.txt`, `.gz`, `.zst`).
    pub text: Vec<PathBuf>,
    /// About this share of the documents is kept for evaluation. A long document counts as several.
    pub held_out: f64,
}

/// Makes the file at `path`. The same text gives the same file, whatever the number of threads.
pub fn make(options: &Options, encoder: &Encoder, vocabulary: &Vocabulary, path: &Path) -> Result<Counts, Error> {
    if !(0.0..=1.0).contains(&options.held_out) {
        let message = format!("wanted a share between 0 and 1, found {}", options.held_out);
        return Err(Error::recipe("held_out", message));
    }
    let mut maker = Maker::new(Writer::create(path, vocabulary)?, options.held_out);
    let mut workers: Vec<Worker<'_>> = (0..rayon::current_num_threads().max(1)).map(|_| Worker::new(encoder)).collect();
    for path in &options.text {
        let mut blocks = Blocks::open(path)?;
        loop {
            let some = blocks.by_ref().take(workers.len() * 4).collect::<Result<Vec<_>, _>>()?;
            if some.is_empty() {
                break;
            }
            let shares: Vec<&[String]> = some.chunks(some.len().div_ceil(workers.len())).collect();
            let encoded: Vec<Vec<Encoded>> = workers
                .par_iter_mut()
                .zip(shares)
                .map(|(worker, share)| share.iter().map(|text| worker.encode(text)).collect())
                .collect();
            for block in encoded.into_iter().flatten() {
                maker.take(block)?;
            }
        }
        maker.end_document()?;
    }
    maker.finish()
}

/// Ids of a block of text; [`PARAGRAPH`] stands behind each paragraph, and [`DOCUMENT`] for each blank line.
struct Encoded {
    ids: Vec<u32>,
    words: u64,
}

struct Worker<'a> {
    encoder: &'a Encoder,
    known: HashMap<Box<str>, Box<[u32]>>,
}

impl<'a> Worker<'a> {
    fn new(encoder: &'a Encoder) -> Self {
        Worker { encoder, known: HashMap::new() }
    }

    fn encode(&mut self, text: &str) -> Encoded {
        let mut encoded = Encoded { ids: Vec::with_capacity(text.len() / 4), words: 0 };
        for line in text.lines() {
            let before = encoded.ids.len();
            for word in segment(line).iter().flat_map(|sentence| &sentence.words) {
                let length = encoded.ids.len();
                self.append(word.of(line), &mut encoded.ids);
                encoded.words += u64::from(encoded.ids.len() > length);
            }
            if line.trim().is_empty() {
                encoded.ids.push(DOCUMENT);
            } else if encoded.ids.len() > before {
                encoded.ids.push(PARAGRAPH);
            }
        }
        encoded
    }

    fn append(&mut self, word: &str, ids: &mut Vec<u32>) {
        if let Some(known) = self.known.get(word) {
            return ids.extend_from_slice(known);
        }
        let pieces: Box<[u32]> = self.encoder.pieces(word).into();
        ids.extend_from_slice(&pieces);
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(word.into(), pieces);
    }
}

/// Puts paragraphs into blocks, and documents among those to train on or to evaluate with.
struct Maker {
    writer: Writer,
    counts: Counts,
    held_out: f64,
    document: Vec<u32>,
    training: Vec<u32>,
    evaluation: Vec<Vec<u32>>,
}

impl Maker {
    fn new(writer: Writer, held_out: f64) -> Self {
        let (document, training, evaluation) = Default::default();
        Maker { writer, counts: Counts::default(), held_out, document, training, evaluation }
    }

    fn take(&mut self, encoded: Encoded) -> Result<(), Error> {
        self.counts.words += encoded.words;
        for paragraph in encoded.ids.split_inclusive(|&id| id >= PARAGRAPH) {
            match paragraph {
                [DOCUMENT] => self.end_document()?,
                _ => {
                    self.document.extend_from_slice(paragraph);
                    self.counts.paragraphs += 1;
                    self.counts.tokens += paragraph.len() as u64 - 1;
                }
            }
            // A book is as good as many documents, and must not be held in memory whole.
            if self.document.len() >= BLOCK {
                self.end_document()?;
            }
        }
        Ok(())
    }

    fn end_document(&mut self) -> Result<(), Error> {
        let Some(last) = self.document.last_mut() else { return Ok(()) };
        *last = DOCUMENT;
        self.counts.documents += 1;
        if is_held_out(&self.document, self.held_out) {
            match self.evaluation.last_mut().filter(|block| block.len() < BLOCK) {
                Some(block) => block.append(&mut self.document),
                None => self.evaluation.push(std::mem::take(&mut self.document)),
            }
            return Ok(());
        }
        self.training.append(&mut self.document);
        if self.training.len() >= BLOCK {
            self.writer.block(&self.training)?;
            self.training.clear();
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Counts, Error> {
        self.end_document()?;
        if !self.training.is_empty() {
            self.writer.block(&self.training)?;
        }
        for block in &self.evaluation {
            self.writer.block(block)?;
        }
        self.writer.finish(self.counts, self.evaluation.len() as u64)
    }
}

/// By the document's own ids, so that a document is on the same side wherever it stands, and copies of it are too.
fn is_held_out(document: &[u32], share: f64) -> bool {
    let mut hash = Sha256::new();
    for id in document {
        hash.update(id.to_le_bytes());
    }
    let digest: [u8; 32] = hash.finalize().into();
    let number = u32::from_le_bytes(std::array::from_fn(|i| digest[i]));
    f64::from(number) < share * f64::from(u32::MAX)
}
