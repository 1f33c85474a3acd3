//! Texts as they stand in a page: each behind its length (the encoding `PLAIN`).

use crate::formats::input::Longest;
use std::io::{self, Read};

/// Bytes of a page that is unpacked whole at most, and about those of a piece of a larger one.
pub(super) const PIECE: usize = 1 << 20;

/// The length that stands before a value.
pub(super) fn length(stream: &mut impl Read) -> io::Result<u32> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    Ok(u32::from_le_bytes(length))
}

/// Takes a value with its length, and no more of it than one byte more than documents may have.
pub(super) fn take(stream: &mut impl Read, length: u32, longest: Longest, out: &mut Vec<u8>) -> io::Result<()> {
    let kept = u64::from(length).min(longest.0.saturating_add(1));
    out.extend((kept as u32).to_le_bytes());
    make_room(out, kept);
    let mut stream = stream;
    let found = (&mut stream).take(kept).read_to_end(out)? as u64;
    let left = u64::from(length) - kept;
    if found != kept || io::copy(&mut stream.take(left), &mut io::sink())? != left {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

/// Room for a value: for a long one as much as it needs and levels besides, not twice that. A length can lie, and then room is
/// taken as bytes come.
pub(super) fn make_room(out: &mut Vec<u8>, length: u64) {
    match usize::try_from(length) {
        Ok(length) if length < PIECE => out.reserve(length),
        Ok(length) if length < 1 << 27 => out.reserve_exact(length + 64),
        _ => {}
    }
}
