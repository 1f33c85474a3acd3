//! The file of token ids: what they are ids of, the ids, the table of blocks, and numbers about all of it.
//!
//! Everything is little-endian. The ids of a paragraph are followed by [`PARAGRAPH`], those of the last paragraph of a
//! document by [`DOCUMENT`]. A block is a run of whole paragraphs of some [`BLOCK`] ids; blocks can be read in any order.
//! Blocks for evaluation stand behind those for training.
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `alam.ids` |
//! | 4, 4 | version, number of tokens of the vocabulary |
//! | 32 | fingerprint of the vocabulary |
//! | 4 an id | the ids |
//! | 8 a block | where each block ends, in ids |
//! | 8 each | ids, words, tokens, paragraphs, documents, blocks, blocks for evaluation |
//!
//! The numbers stand last because they are known last; a file without its end does not have the length they ask for.

use crate::Error;
use alam_models::whole::WholeFile;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Stands behind a paragraph that is not the last of its document.
pub const PARAGRAPH: u32 = u32::MAX - 1;
/// Stands behind the last paragraph of a document.
pub const DOCUMENT: u32 = u32::MAX;
/// A block is closed at the end of the paragraph in which it comes to so many ids.
pub const BLOCK: usize = 1 << 15;

const MAGIC: &[u8; 8] = b"alam.ids";
const VERSION: u32 = 2;
const HEAD: usize = 8 + 4 + 4 + 32;
const TAIL: usize = 7 * 8;

/// Whether a file begins as one of token ids does.
pub fn is_one(path: &Path) -> bool {
    let mut begin = [0; MAGIC.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut begin)).is_ok() && begin == *MAGIC
}

/// What the ids of a file stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    /// Number of tokens.
    pub size: u32,
    /// [`crate::text::tokenizer::files::fingerprint`] of them.
    pub fingerprint: [u8; 32],
}

/// Numbers about a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Ids, ends of paragraphs included.
    pub ids: u64,
    /// Words that gave at least one token.
    pub words: u64,
    /// Tokens.
    pub tokens: u64,
    /// Paragraphs.
    pub paragraphs: u64,
    /// Documents.
    pub documents: u64,
    /// Blocks, those for evaluation included.
    pub blocks: u64,
    /// Blocks for evaluation.
    pub held_out: u64,
}

impl Counts {
    fn numbers(&self) -> [u64; 7] {
        [self.ids, self.words, self.tokens, self.paragraphs, self.documents, self.blocks, self.held_out]
    }

    fn from_bytes(bytes: &[u8; TAIL]) -> Counts {
        let [ids, words, tokens, paragraphs, documents, blocks, held_out] =
            std::array::from_fn(|i| u64::from_le_bytes(std::array::from_fn(|j| bytes[8 * i + j])));
        Counts { ids, words, tokens, paragraphs, documents, blocks, held_out }
    }

    /// Length of the file that these are the numbers of; `None` if no file can be so long.
    fn file_length(&self) -> Option<u64> {
        let ids = self.ids.checked_mul(4)?;
        self.blocks.checked_mul(8)?.checked_add(ids)?.checked_add((HEAD + TAIL) as u64)
    }
}

/// Writes a file of token ids, block by block.
pub(super) struct Writer {
    path: PathBuf,
    file: WholeFile,
    ends: Vec<u64>,
    ids: u64,
}

impl Writer {
    pub(super) fn create(path: &Path, vocabulary: &Vocabulary) -> Result<Writer, Error> {
        let mut head = Vec::with_capacity(HEAD);
        head.extend_from_slice(MAGIC);
        head.extend_from_slice(&VERSION.to_le_bytes());
        head.extend_from_slice(&vocabulary.size.to_le_bytes());
        head.extend_from_slice(&vocabulary.fingerprint);
        let mut writer = Writer { path: path.into(), file: WholeFile::create(path)?, ends: Vec::new(), ids: 0 };
        writer.put(&head)?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(Error::io(&self.path))
    }

    pub(super) fn block(&mut self, ids: &[u32]) -> Result<(), Error> {
        let bytes: Vec<u8> = ids.iter().flat_map(|id| id.to_le_bytes()).collect();
        self.put(&bytes)?;
        self.ids += ids.len() as u64;
        self.ends.push(self.ids);
        Ok(())
    }

    /// Completes the file. The last `held_out` blocks are for evaluation; ids and blocks of `counts` are filled in.
    pub(super) fn finish(mut self, counts: Counts, held_out: u64) -> Result<Counts, Error> {
        let counts = Counts { ids: self.ids, blocks: self.ends.len() as u64, held_out, ..counts };
        let table = self.ends.iter().copied().chain(counts.numbers());
        let bytes: Vec<u8> = table.flat_map(u64::to_le_bytes).collect();
        self.put(&bytes)?;
        self.file.commit()?;
        Ok(counts)
    }
}

/// A file of token ids, open for reading.
#[derive(Debug)]
pub struct Corpus {
    path: PathBuf,
    vocabulary: Vocabulary,
    counts: Counts,
    ends: Vec<u64>,
    file: Mutex<File>,
}

impl Corpus {
    /// Opens a file, and checks that it is whole and that its ids are those of `vocabulary`.
    pub fn open(path: &Path, vocabulary: &Vocabulary) -> Result<Corpus, Error> {
        let wrong = |message: String| Error::data(path.display().to_string(), message);
        let mut file = File::open(path).map_err(Error::io(path))?;
        let length = file.metadata().map_err(Error::io(path))?.len();
        let (mut head, mut tail) = ([0; HEAD], [0; TAIL]);
        if length < (HEAD + TAIL) as u64 {
            return Err(wrong(format!("wanted a file of token ids, found {length} bytes")));
        }
        file.read_exact(&mut head).map_err(Error::io(path))?;
        let found = read_head(&head).map_err(wrong)?;
        file.seek(SeekFrom::End(-(TAIL as i64))).and_then(|_| file.read_exact(&mut tail)).map_err(Error::io(path))?;
        let counts = Counts::from_bytes(&tail);
        if counts.file_length() != Some(length) {
            return Err(wrong(format!("wanted a whole file of token ids, found {length} bytes without the right end")));
        }
        if found != *vocabulary {
            return Err(wrong(format!(
                "wanted ids of this run's vocabulary of {} tokens, found those of another of {}\ntip: make the file \
                 again with `alam-train corpus` and this tokenizer",
                vocabulary.size, found.size
            )));
        }
        let mut table = vec![0; 8 * counts.blocks as usize];
        file.seek(SeekFrom::Start(HEAD as u64 + 4 * counts.ids)).map_err(Error::io(path))?;
        file.read_exact(&mut table).map_err(Error::io(path))?;
        let ends: Vec<u64> = table.chunks_exact(8).map(|b| u64::from_le_bytes(std::array::from_fn(|i| b[i]))).collect();
        let ordered = ends.is_sorted() && ends.last().copied().unwrap_or(0) == counts.ids;
        if !ordered || counts.held_out > counts.blocks {
            return Err(wrong("wanted blocks in order up to the last id, found others".into()));
        }
        Ok(Corpus { path: path.into(), vocabulary: found, counts, ends, file: Mutex::new(file) })
    }

    /// Numbers about the file.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// SHA-256 of the file: what tells a run that its text is another.
    pub fn fingerprint(&self) -> Result<[u8; 32], Error> {
        let mut file = self.file.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut hash = Sha256::new();
        let mut some = vec![0; 1 << 20];
        file.rewind().map_err(Error::io(&self.path))?;
        loop {
            match file.read(&mut some).map_err(Error::io(&self.path))? {
                0 => return Ok(hash.finalize().into()),
                n => hash.update(&some[..n]),
            }
        }
    }

    /// Number of blocks to train on. Those behind them, up to `counts().blocks`, are for evaluation.
    pub fn training_blocks(&self) -> usize {
        (self.counts.blocks - self.counts.held_out) as usize
    }

    /// The ids of one block, ends of paragraphs included.
    pub fn block(&self, block: usize) -> Result<Vec<u32>, Error> {
        let wrong = |message: String| Error::data(format!("{}: block {block}", self.path.display()), message);
        let Some(&end) = self.ends.get(block) else {
            return Err(wrong(format!("wanted one of {} blocks", self.ends.len())));
        };
        let start = if block == 0 { 0 } else { self.ends[block - 1] };
        let mut bytes = vec![0; 4 * (end - start) as usize];
        {
            // A file whose reader panicked is sought anew like any other.
            let mut file = self.file.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            let place = SeekFrom::Start(HEAD as u64 + 4 * start);
            file.seek(place).and_then(|_| file.read_exact(&mut bytes)).map_err(Error::io(&self.path))?;
        }
        let (numbers, _) = bytes.as_chunks::<4>();
        let ids: Vec<u32> = numbers.iter().map(|b| u32::from_le_bytes(*b)).collect();
        let inside = |&id: &u32| id < self.vocabulary.size || id >= PARAGRAPH;
        match ids.iter().find(|id| !inside(id)) {
            Some(id) => Err(wrong(format!("wanted ids below {}, found {id}", self.vocabulary.size))),
            None => Ok(ids),
        }
    }
}

fn read_head(head: &[u8; HEAD]) -> Result<Vocabulary, String> {
    if &head[..8] != MAGIC {
        return Err("wanted a file of token ids, found something else".into());
    }
    let word = |at: usize| u32::from_le_bytes(std::array::from_fn(|i| head[at + i]));
    if word(8) != VERSION {
        return Err(format!("wanted version {VERSION} of the format, found {}", word(8)));
    }
    Ok(Vocabulary { size: word(12), fingerprint: std::array::from_fn(|i| head[16 + i]) })
}
