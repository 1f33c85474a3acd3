//! Small numbers in runs and in packed bits, as the format writes levels and places in a dictionary
//! (<https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE>).

use bytes::{Buf, Bytes};

/// The numbers of a stretch of bytes, one by one.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    bytes: Bytes,
    /// Bits of a number, 0 to 32.
    width: u32,
    run: Run,
}

#[derive(Debug, Clone)]
enum Run {
    /// One number so many times.
    Same(u32, u64),
    /// So many numbers in packed bits, the next one at this bit.
    Packed(Bytes, u64, u64),
}

impl Numbers {
    /// Numbers of so many bits.
    pub(super) fn new(bytes: Bytes, width: u32) -> Numbers {
        Numbers { bytes, width: width.min(32), run: Run::Same(0, 0) }
    }

    /// One number, for ever.
    pub(super) fn constant(number: u32) -> Numbers {
        Numbers { bytes: Bytes::new(), width: 0, run: Run::Same(number, u64::MAX) }
    }

    /// The next one; `None` where the bytes are damaged or at their end.
    pub(super) fn next(&mut self) -> Option<u32> {
        loop {
            match &mut self.run {
                Run::Same(number, left) if *left > 0 => {
                    *left -= 1;
                    return Some(*number);
                }
                Run::Packed(bytes, at, end) if *at < *end => {
                    let number = bits(bytes, *at * u64::from(self.width), self.width);
                    *at += 1;
                    return number;
                }
                _ => self.run = self.begin()?,
            }
        }
    }

    fn begin(&mut self) -> Option<Run> {
        let mut head = 0u64;
        for place in 0..5 {
            let byte = self.bytes.try_get_u8().ok()?;
            head |= u64::from(byte & 0x7F) << (7 * place);
            if byte < 0x80 {
                break;
            }
        }
        let count = head >> 1;
        if head & 1 == 1 {
            // Groups of eight; the last one may be cut short.
            let length = count.checked_mul(self.width.into())?.min(self.bytes.len() as u64);
            return Some(Run::Packed(self.bytes.split_to(length as usize), 0, count.checked_mul(8)?));
        }
        let mut number = 0;
        for place in 0..self.width.div_ceil(8) {
            number |= u32::from(self.bytes.try_get_u8().ok()?) << (8 * place);
        }
        Some(Run::Same(number, count))
    }
}

/// A number of so many bits at a bit, the lowest first.
fn bits(bytes: &[u8], at: u64, width: u32) -> Option<u32> {
    if (bytes.len() as u64) * 8 < at + u64::from(width) {
        return None;
    }
    let first = usize::try_from(at / 8).ok()?;
    let mut word = 0u64;
    for (place, byte) in bytes.iter().skip(first).take(5).enumerate() {
        word |= u64::from(*byte) << (8 * place);
    }
    Some((word >> (at % 8)) as u32 & ((1u64 << width) - 1) as u32)
}

/// Levels of one bit as runs, with their length in front as data pages of the first version have it.
pub(super) fn runs(levels: &[bool]) -> Vec<u8> {
    let mut out = vec![0; 4];
    for run in levels.chunk_by(|a, b| a == b) {
        let mut head = (run.len() as u64) << 1;
        while head >= 0x80 {
            out.push(head as u8 | 0x80);
            head >>= 7;
        }
        out.push(head as u8);
        out.push(run[0].into());
    }
    let length = (out.len() - 4) as u32;
    out[..4].copy_from_slice(&length.to_le_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers(bytes: &[u8], width: u32, count: usize) -> Option<Vec<u32>> {
        let mut numbers = Numbers::new(Bytes::copy_from_slice(bytes), width);
        (0..count).map(|_| numbers.next()).collect()
    }

    #[test]
    fn the_example_of_the_format_is_read() {
        // 0 to 7 in three bits each.
        assert_eq!(numbers(&[3, 0b1000_1000, 0b1100_0110, 0b1111_1010], 3, 8).unwrap(), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(numbers(&[8, 1, 4, 0], 1, 6).unwrap(), [1, 1, 1, 1, 0, 0]);
        assert_eq!(numbers(&[6, 0x34, 0x12], 13, 3).unwrap(), [0x1234; 3]);
        assert_eq!(numbers(&[3, 0xFF], 32, 1), None);
        assert_eq!(numbers(&[], 1, 1), None);
        assert_eq!(Numbers::constant(1).next(), Some(1));
    }

    proptest! {
        #[test]
        fn runs_are_read_again(levels in proptest::collection::vec((any::<bool>(), 1usize..300), 0..8)) {
            let levels: Vec<bool> = levels.into_iter().flat_map(|(level, times)| vec![level; times]).collect();
            let runs = runs(&levels);
            prop_assert_eq!(u32::from_le_bytes(runs[..4].try_into().unwrap()) as usize, runs.len() - 4);
            let found = numbers(&runs[4..], 1, levels.len()).unwrap();
            prop_assert!(found.iter().zip(&levels).all(|(a, b)| (*a == 1) == *b));
        }

        #[test]
        fn no_bytes_are_read_behind_their_end(bytes in proptest::collection::vec(any::<u8>(), 0..40), width in 0u32..40) {
            let _ = numbers(&bytes, width, 300);
        }
    }
}
