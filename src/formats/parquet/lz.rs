//! Blocks of LZ4 and Snappy as streams: a page of many documents is unpacked piece by piece, where the usual decoders want room
//! for all of it.
//!
//! Formats: <https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md>,
//! <https://github.com/google/snappy/blob/main/format_description.txt>.

use std::io::{self, Cursor, Read};

/// Bytes behind the reader that copies may come from. LZ4 reaches back 64 KiB; writers of Snappy work in blocks of that size.
const WINDOW: usize = 1 << 20;
/// Bytes that are unpacked before they are read.
const AHEAD: usize = 1 << 16;

/// Which of the two a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lz {
    Lz4,
    Snappy,
}

/// A block, being unpacked.
pub(super) struct Unpacked<B> {
    kind: Lz,
    packed: Cursor<B>,
    /// What is unpacked: a window behind, and what is not read yet.
    out: Vec<u8>,
    at: usize,
    /// Literal bytes that are still to be taken.
    literal: usize,
    /// The copy that follows them: how far back, how many bytes.
    copy: Option<(usize, usize)>,
    ended: bool,
}

impl<B: AsRef<[u8]>> Unpacked<B> {
    /// A block of LZ4, or of Snappy with its length in front.
    pub(super) fn new(kind: Lz, packed: B) -> io::Result<Self> {
        let mut packed = Cursor::new(packed);
        if kind == Lz::Snappy {
            let mut more = true;
            for _ in 0..5 {
                if more {
                    more = byte(&mut packed)? >= 0x80;
                }
            }
        }
        Ok(Unpacked { kind, packed, out: Vec::new(), at: 0, literal: 0, copy: None, ended: false })
    }

    /// Unpacks some more.
    fn fill(&mut self) -> io::Result<()> {
        if self.at > 4 * WINDOW {
            self.out.drain(..self.at - WINDOW);
            self.at = WINDOW;
        }
        while self.out.len() < self.at + AHEAD && !self.ended {
            if self.literal > 0 {
                let room = (self.at + AHEAD - self.out.len()) as u64;
                let want = room.min(self.literal as u64);
                let found = self.packed.by_ref().take(want).read_to_end(&mut self.out)?;
                if found as u64 != want {
                    return Err(damaged());
                }
                self.literal -= found;
            } else if let Some((back, length)) = self.copy.take() {
                self.repeat(back, length)?;
            } else if self.packed.position() >= self.packed.get_ref().as_ref().len() as u64 {
                self.ended = true;
            } else {
                match self.kind {
                    Lz::Lz4 => self.sequence()?,
                    Lz::Snappy => self.element()?,
                }
            }
        }
        Ok(())
    }

    /// A copy overlaps what it makes where it is longer than it reaches back; of a long one a part is left for later.
    fn repeat(&mut self, back: usize, length: usize) -> io::Result<()> {
        let from = self.out.len().checked_sub(back).filter(|_| back > 0).ok_or_else(damaged)?;
        let now = length.min(AHEAD).min(back);
        self.out.extend_from_within(from..from + now);
        self.copy = (length > now).then_some((back, length - now));
        Ok(())
    }

    /// LZ4: literals, then a copy; the last sequence has no copy.
    fn sequence(&mut self) -> io::Result<()> {
        let token = byte(&mut self.packed)?;
        self.literal = self.long((token >> 4).into())?;
        let behind = self.packed.position().saturating_add(self.literal as u64);
        if behind >= self.packed.get_ref().as_ref().len() as u64 {
            return Ok(());
        }
        // The copy stands behind the literals, which are not taken yet.
        let here = self.packed.position();
        self.packed.set_position(behind);
        let back = usize::from(byte(&mut self.packed)?) | usize::from(byte(&mut self.packed)?) << 8;
        let length = self.long((token & 15).into())? + 4;
        if self.literal > 0 {
            let end = self.packed.position();
            self.packed.set_position(here);
            let literal = self.literal;
            self.packed.by_ref().take(literal as u64).read_to_end(&mut self.out)?;
            self.literal = 0;
            self.packed.set_position(end);
        }
        self.copy = Some((back, length));
        Ok(())
    }

    /// A length of LZ4: 15 goes on in further bytes.
    fn long(&mut self, begin: usize) -> io::Result<usize> {
        let mut length = begin;
        let mut more = begin == 15;
        while more {
            let next = byte(&mut self.packed)?;
            length += usize::from(next);
            more = next == 255;
        }
        Ok(length)
    }

    /// Snappy: literals or a copy.
    fn element(&mut self) -> io::Result<()> {
        let tag = usize::from(byte(&mut self.packed)?);
        let mut number = |bytes: usize| {
            let mut number = 0;
            for place in 0..bytes {
                number |= usize::from(byte(&mut self.packed)?) << (8 * place);
            }
            Ok::<usize, io::Error>(number)
        };
        match tag & 3 {
            0 => {
                let length = tag >> 2;
                self.literal = if length < 60 { length } else { number(length - 59)? } + 1;
            }
            1 => {
                let back = (tag >> 5) << 8 | number(1)?;
                self.copy = Some((back, (tag >> 2 & 7) + 4));
            }
            kind => {
                let back = number(if kind == 2 { 2 } else { 4 })?;
                self.copy = Some((back, (tag >> 2) + 1));
            }
        }
        Ok(())
    }
}

impl<B: AsRef<[u8]>> Read for Unpacked<B> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.out.len() {
            self.fill()?;
        }
        let count = (&self.out[self.at..]).read(buffer)?;
        self.at += count;
        Ok(count)
    }
}

fn byte<B: AsRef<[u8]>>(packed: &mut Cursor<B>) -> io::Result<u8> {
    let mut byte = [0];
    packed.read_exact(&mut byte).map_err(|_| damaged())?;
    Ok(byte[0])
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "wanted a compressed page, found one that is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unpacked(kind: Lz, packed: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        Unpacked::new(kind, packed)?.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn sequences_of_lz4_are_literals_and_copies_that_may_overlap() {
        // `ab`, then 10 bytes from 2 back, then `xyz` to the end.
        assert_eq!(unpacked(Lz::Lz4, b"\x26ab\x02\x00\x30xyz").unwrap(), b"ababababababxyz");
        let mut long = vec![0xF0, 255, 0];
        long.extend([b'q'; 270]);
        assert_eq!(unpacked(Lz::Lz4, &long).unwrap(), [b'q'; 270]);
        // 4 + 15 + 255 * 4000 + 7 bytes out of one.
        let mut run = vec![0x1F, b'z', 1, 0];
        run.extend([255; 4000]);
        run.extend([7, 0x10, b'!']);
        let found = unpacked(Lz::Lz4, &run).unwrap();
        assert_eq!((found.len(), found.last()), (1 + 4 + 15 + 255 * 4000 + 7 + 1, Some(&b'!')));
    }

    #[test]
    fn what_reaches_back_behind_the_beginning_or_ends_early_is_damaged() {
        for (kind, packed) in [
            (Lz::Lz4, &b"\x14a\x09\x00\x00"[..]),
            (Lz::Lz4, b"\x14a\x00\x00\x00"),
            (Lz::Lz4, b"\xF0"),
            (Lz::Lz4, b"\x50abc"),
            (Lz::Snappy, b"\x05\x10ab"),
            (Lz::Snappy, b"\x05\x01\x09"),
        ] {
            assert!(unpacked(kind, packed).is_err(), "{packed:?}");
        }
    }

    proptest! {
        /// The encoder of the `snap` crate, whose own decoder is the definition.
        #[test]
        fn what_snap_packs_is_unpacked(pieces in proptest::collection::vec(("[ab]{1,6}|[ا-ي ]{1,30}", 1usize..400), 0..12)) {
            let text: String = pieces.iter().map(|(piece, times)| piece.repeat(*times)).collect();
            let packed = snap::raw::Encoder::new().compress_vec(text.as_bytes()).unwrap();
            prop_assert_eq!(unpacked(Lz::Snappy, &packed).unwrap(), text.as_bytes());
        }

        #[test]
        fn no_bytes_are_unpacked_for_ever(packed in proptest::collection::vec(any::<u8>(), 0..60), lz4 in any::<bool>()) {
            let _ = unpacked(if lz4 { Lz::Lz4 } else { Lz::Snappy }, &packed);
        }
    }
}
