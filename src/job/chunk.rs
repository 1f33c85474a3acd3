//! Chunks: neighbouring small files together, a large file on its own.
//!
//! They follow from the listing, without a look into the files, and so each machine of a cluster knows them all.

use super::listing::Listed;
use crate::Error;
use std::iter::Peekable;

/// What a file costs beside its bytes, so that a million empty ones are not one chunk.
const BYTES_PER_FILE: u64 = 256;

/// Some files of the listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Its place in the corpus, from 0.
    pub number: u64,
    /// Bytes of its files, and what they cost beside.
    pub bytes: u64,
    /// Bytes that files go together up to.
    pub limit: u64,
    /// At least one.
    pub files: Vec<Listed>,
}

impl Chunk {
    /// Whether it is a file that is larger than a part.
    pub fn is_large(&self) -> bool {
        self.bytes > self.limit
    }
}

/// Gathers the files of a listing.
#[derive(Debug)]
pub struct Chunks<I: Iterator<Item = Result<Listed, Error>>> {
    files: Peekable<I>,
    limit: u64,
    number: u64,
}

/// The chunks of a listing, small files together up to `limit` bytes.
pub fn chunks<I: Iterator<Item = Result<Listed, Error>>>(files: I, limit: u64) -> Chunks<I> {
    Chunks { files: files.peekable(), limit, number: 0 }
}

impl<I: Iterator<Item = Result<Listed, Error>>> Iterator for Chunks<I> {
    type Item = Result<Chunk, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let first = match self.files.next()? {
            Ok(file) => file,
            Err(error) => return Some(Err(error)),
        };
        let cost = |file: &Listed| file.bytes() + BYTES_PER_FILE;
        let mut chunk = Chunk { number: self.number, bytes: cost(&first), limit: self.limit, files: vec![first] };
        self.number += 1;
        let fits = |bytes: u64, next: &Result<Listed, Error>| {
            next.as_ref().is_ok_and(|file| bytes.saturating_add(cost(file)) <= self.limit)
        };
        while let Some(Ok(file)) = self.files.next_if(|next| fits(chunk.bytes, next)) {
            chunk.bytes += cost(&file);
            chunk.files.push(file);
        }
        Some(Ok(chunk))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::stamp::Stamp;

    #[test]
    fn small_files_go_together_and_large_ones_alone() {
        let file = |bytes| Ok(Listed { path: "a".into(), state: Ok(Stamp { bytes, modified: 0 }) });
        let sizes = [100, 100, 5000, 100, 0, 0, 900, 100_000, 1];
        let found: Vec<Chunk> = chunks(sizes.into_iter().map(file), 1000).map(Result::unwrap).collect();
        let shape = |c: &Chunk| (c.files.iter().map(Listed::bytes).collect::<Vec<_>>(), c.is_large());
        let wanted = [
            (vec![100, 100], false),
            (vec![5000], true),
            (vec![100, 0, 0], false),
            (vec![900], true),
            (vec![100_000], true),
            (vec![1], false),
        ];
        assert_eq!(found.iter().map(shape).collect::<Vec<_>>(), wanted);
        assert!(found.iter().enumerate().all(|(i, c)| c.number == i as u64));
    }
}
