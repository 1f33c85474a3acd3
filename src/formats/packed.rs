//! A file in the making that is compressed where its name says so.

use super::input;
use super::whole::WholeFile;
use crate::Error;
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Bytes of a frame of zstd. A file is frames one behind the other, as every reader takes it.
const FRAME: usize = 1 << 20;

/// See the module.
#[derive(Debug)]
pub struct PackedFile {
    path: PathBuf,
    to: To,
}

#[derive(Debug)]
enum To {
    Plain(WholeFile),
    Gzip(GzEncoder<WholeFile>),
    /// What is gathered for the next frame.
    Zstd(WholeFile, Vec<u8>),
}

impl PackedFile {
    /// Begins a file, `.gz` and `.zst` compressed.
    pub fn create(path: &Path) -> Result<PackedFile, Error> {
        let file = WholeFile::create(path)?;
        let to = match input::compression(path) {
            Some("gz") => To::Gzip(GzEncoder::new(file, Compression::default())),
            Some("zst") => To::Zstd(file, Vec::new()),
            _ => To::Plain(file),
        };
        Ok(PackedFile { path: path.to_path_buf(), to })
    }

    /// Puts the file in its place.
    pub fn commit(self) -> Result<(), Error> {
        let failed = |error| Error::io(&self.path, error);
        let file = match self.to {
            To::Plain(file) => file,
            To::Gzip(packing) => packing.finish().map_err(failed)?,
            To::Zstd(mut file, rest) => {
                if !rest.is_empty() {
                    file.write_all(&frame(&rest)).map_err(failed)?;
                }
                file
            }
        };
        Ok(file.commit()?)
    }
}

fn frame(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

impl Write for PackedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::Plain(file) => file.write(bytes),
            To::Gzip(packing) => packing.write(bytes),
            To::Zstd(file, rest) => {
                let taken = bytes.len().min(FRAME - rest.len());
                rest.extend_from_slice(&bytes[..taken]);
                if rest.len() == FRAME {
                    file.write_all(&frame(rest))?;
                    rest.clear();
                }
                Ok(taken)
            }
        }
    }

    /// Compressed files are read when they are whole: to hand on each piece would only make them longer.
    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Plain(file) => file.flush(),
            To::Gzip(_) | To::Zstd(..) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_name_says_how_a_file_is_packed_and_it_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let text = "زار بوتين مصر\n".repeat(100_000);
        for name in ["a.txt", "a.txt.gz", "a.txt.zst"] {
            let path = folder.path().join(name);
            let mut file = PackedFile::create(&path).unwrap();
            text.as_bytes().chunks(70_000).for_each(|piece| file.write_all(piece).unwrap());
            file.flush().unwrap();
            file.commit().unwrap();
            let mut found = String::new();
            input::open(&path).unwrap().read_to_string(&mut found).unwrap();
            assert!(found == text, "{name}");
            assert_eq!(path.metadata().unwrap().len() < 1_000_000, name != "a.txt");
        }
    }
}
