//! Raw text in blocks: `.txt`, `.gz` and `.zst` files, a paragraph a line, a blank line between documents.

use crate::Error;
use alam::formats::input;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

/// Bytes of text that go into one block, where a line ends near them.
const BLOCK: usize = 1 << 20;

/// A line longer than this is cut at a space: memory stays bounded whatever the file.
const LONGEST_LINE: usize = 4 << 20;

/// The blocks of one file, in order. Put end to end they are the file, except that bytes which are not UTF-8 are replaced.
pub struct Blocks {
    path: PathBuf,
    reader: Box<dyn BufRead + Send>,
    rest: Vec<u8>,
    ended: bool,
}

impl Blocks {
    /// Opens a file; its name says how it is packed.
    pub fn open(path: &Path) -> Result<Blocks, Error> {
        Ok(Blocks { path: path.into(), reader: input::open(path)?, rest: Vec::new(), ended: false })
    }

    /// Fills `rest` with at least `bytes` bytes, if there are so many.
    fn fill(&mut self, bytes: usize) -> Result<(), Error> {
        let missing = bytes.saturating_sub(self.rest.len());
        let read = self.reader.by_ref().take(missing as u64).read_to_end(&mut self.rest);
        self.ended = read.map_err(Error::io(&self.path))? < missing;
        Ok(())
    }

    /// The next block, `None` behind the last.
    fn read_block(&mut self) -> Result<Option<String>, Error> {
        let mut wanted = BLOCK;
        let end = loop {
            self.fill(wanted)?;
            if self.rest.is_empty() {
                return Ok(None);
            }
            if self.ended {
                break self.rest.len();
            }
            if let Some(line) = self.rest.iter().rposition(|&b| b == b'\n') {
                break line + 1;
            }
            if self.rest.len() >= LONGEST_LINE {
                break self.rest.iter().rposition(|&b| b == b' ').map_or(self.rest.len(), |space| space + 1);
            }
            wanted *= 2;
        };
        let rest = self.rest.split_off(end);
        let block = std::mem::replace(&mut self.rest, rest);
        let text = String::from_utf8(block).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
        Ok(Some(text))
    }
}

impl Iterator for Blocks {
    type Item = Result<String, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read_block().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &Path) -> String {
        Blocks::open(path).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn packed_and_plain_files_give_the_same_text_in_blocks() {
        let folder = tempfile::tempdir().unwrap();
        let text = "قال الوزير إن البلاد بخير.\n\nفاز الفريق.\n".repeat(60_000);
        let [plain, packed] = ["a.txt", "a.txt.zst"].map(|name| folder.path().join(name));
        std::fs::write(&plain, &text).unwrap();
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        std::fs::write(&packed, ruzstd::encoding::compress_to_vec(text.as_bytes(), level)).unwrap();
        assert!(Blocks::open(&plain).unwrap().count() > 3);
        assert!(read(&plain) == text && read(&packed) == text);
    }

    #[test]
    fn a_line_without_end_is_cut_at_a_space_and_nothing_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        let text = "كلمة ".repeat(LONGEST_LINE / 5);
        std::fs::write(&path, &text).unwrap();
        let blocks: Vec<String> = Blocks::open(&path).unwrap().map(Result::unwrap).collect();
        assert!(blocks.len() > 1 && blocks.iter().all(|b| b.len() <= LONGEST_LINE && b.ends_with(' ')));
        assert!(blocks.concat() == text);
    }

    #[test]
    fn a_file_that_is_not_zstd_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zst");
        std::fs::write(&path, "not zstd at all").unwrap();
        let error = Blocks::open(&path).unwrap().next().unwrap().unwrap_err().to_string();
        assert!(error.contains("a.zst: "), "{error}");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, b"\xd8\xa7\xff\n").unwrap();
        assert_eq!(read(&path), "ا\u{fffd}\n");
    }
}
