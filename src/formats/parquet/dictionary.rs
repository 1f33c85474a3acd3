//! A dictionary of texts that is too large to be held, in a temporary file.

use super::values::{length, make_room, take};
use crate::formats::aside;
use crate::formats::input::Longest;
use parquet::errors::ParquetError;
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};

/// Texts at most: a dictionary of many short ones is no use to anybody, but would be held here by their places.
const MOST: u32 = 1 << 22;

/// See the module.
pub(super) struct Dictionary {
    file: File,
    /// Where each begins, with its length before it, and where the last one ends.
    ends: Vec<u64>,
}

impl Dictionary {
    /// Writes so many values away, each cut behind the length that documents may have.
    pub(super) fn spilt(mut values: impl Read, count: u32, longest: Longest) -> Result<Dictionary, ParquetError> {
        if count > MOST {
            let message = format!("wanted a large dictionary of at most {MOST} texts, found one of {count}");
            return Err(ParquetError::General(message));
        }
        let mut file = BufWriter::new(aside::file()?);
        let mut ends = vec![0];
        let mut end = 0;
        for _ in 0..count {
            let mut value = Vec::new();
            let length = length(&mut values)?;
            take(&mut values, length, longest, &mut value)?;
            file.write_all(&value)?;
            end += value.len() as u64;
            ends.push(end);
        }
        let file = file.into_inner().map_err(|error| error.into_error())?;
        Ok(Dictionary { file, ends })
    }

    /// Adds the value at a place, with its length before it.
    pub(super) fn value(&mut self, place: u32, out: &mut Vec<u8>) -> Result<(), ParquetError> {
        let place = place as usize;
        let ends = self.ends.get(place).zip(self.ends.get(place + 1));
        let (begin, end) = ends.ok_or_else(|| ParquetError::General("the dictionary has no such place".into()))?;
        self.file.seek(SeekFrom::Start(*begin))?;
        make_room(out, end - begin);
        (&self.file).take(end - begin).read_to_end(out)?;
        Ok(())
    }
}
