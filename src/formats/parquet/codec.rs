//! Pages as they lie in a file, unpacked as streams: by codec, all that the format names but for LZO.
//!
//! The `parquet` crate unpacks pages whole, and zstd only with a library in C. So it is asked for pages as they are
//! ([`super::pages`]), and what is in them is read here.

use super::lz::{Lz, Unpacked};
use crate::formats::input::Zstd;
use bytes::{Buf, Bytes};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use std::io::{BufReader, Cursor, Read};

/// The bytes of a page.
pub(super) type Unpacking = Box<dyn Read + Send>;

/// Bytes that brotli is given at once.
const BUFFER: usize = 1 << 14;

/// The name of a codec that cannot be read.
pub(super) fn unreadable(codec: Compression) -> Option<&'static str> {
    (codec == Compression::LZO).then_some("LZO")
}

/// Unpacks a page.
pub(super) fn unpacked(codec: Compression, packed: Bytes) -> Result<Unpacking, ParquetError> {
    // A page without a value may be nothing at all.
    if packed.is_empty() {
        return Ok(Box::new(std::io::empty()));
    }
    Ok(match codec {
        Compression::UNCOMPRESSED => Box::new(packed.reader()),
        Compression::SNAPPY => Box::new(Unpacked::new(Lz::Snappy, packed)?),
        Compression::GZIP(_) => Box::new(flate2::bufread::MultiGzDecoder::new(packed.reader())),
        Compression::BROTLI(_) => Box::new(brotli_decompressor::Decompressor::new(packed.reader(), BUFFER)),
        Compression::ZSTD(_) => Box::new(BufReader::new(Zstd::new(packed.reader()))),
        Compression::LZ4_RAW => Box::new(Unpacked::new(Lz::Lz4, packed)?),
        Compression::LZ4 => lz4(packed)?,
        Compression::LZO => return Err(ParquetError::NYI("pages of LZO".into())),
    })
}

/// What is called LZ4 is one of two things: blocks with their lengths in front, as Hadoop writes them, or a block alone.
fn lz4(packed: Bytes) -> Result<Unpacking, ParquetError> {
    let mut blocks = Vec::new();
    let mut rest = packed.clone();
    while rest.len() >= 8 {
        let (_, length) = (rest.get_u32(), rest.get_u32() as usize);
        if length > rest.len() {
            break;
        }
        blocks.push(rest.split_to(length));
    }
    if blocks.is_empty() || !rest.is_empty() {
        return Ok(Box::new(Unpacked::new(Lz::Lz4, packed)?));
    }
    let none: Unpacking = Box::new(Cursor::new([]));
    blocks.into_iter().try_fold(none, |before, block| {
        let block = Unpacked::new(Lz::Lz4, block)?;
        Ok::<Unpacking, ParquetError>(Box::new(before.chain(block)))
    })
}
