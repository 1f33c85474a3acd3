//! The names of each document as numbers, in a temporary file, to be looked through again.

use super::Day;
use crate::Error;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

/// No day.
const NONE: i32 = i32::MIN;

/// A document: its day, and its names as numbers.
pub(super) type Spilt = (Option<Day>, Vec<u32>);

/// See the module. Four bytes a name, eight a document.
#[derive(Debug)]
pub(super) struct Spill {
    file: BufWriter<File>,
}

impl Spill {
    pub(super) fn new() -> Result<Spill, Error> {
        let file = tempfile::tempfile().map_err(wrong)?;
        Ok(Spill { file: BufWriter::with_capacity(1 << 16, file) })
    }

    /// One more document.
    pub(super) fn put(&mut self, day: Option<Day>, names: &[u32]) -> Result<(), Error> {
        let mut bytes = Vec::with_capacity(8 + 4 * names.len());
        bytes.extend(day.map_or(NONE, Day::number).to_le_bytes());
        bytes.extend((names.len() as u32).to_le_bytes());
        bytes.extend(names.iter().flat_map(|name| name.to_le_bytes()));
        self.file.write_all(&bytes).map_err(wrong)
    }

    /// All documents, in order.
    pub(super) fn documents(self) -> Result<impl Iterator<Item = Result<Spilt, Error>>, Error> {
        let mut file = self.file.into_inner().map_err(|e| wrong(e.into_error()))?;
        file.rewind().map_err(wrong)?;
        let mut file = BufReader::with_capacity(1 << 16, file);
        Ok(std::iter::from_fn(move || document(&mut file).map_err(wrong).transpose()))
    }
}

fn document(file: &mut impl Read) -> io::Result<Option<Spilt>> {
    let mut word = [0; 4];
    match file.read_exact(&mut word) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let day = i32::from_le_bytes(word);
    let mut number = || file.read_exact(&mut word).map(|()| u32::from_le_bytes(word));
    let count = number()?;
    let names = (0..count).map(|_| number()).collect::<io::Result<Vec<u32>>>()?;
    Ok(Some(((day != NONE).then_some(Day::of_number(day)), names)))
}

fn wrong(error: io::Error) -> Error {
    Error::io(std::env::temp_dir(), error)
}
