//! Inputs made of whole ones: bytes set, cut out, doubled, and pieces that matter to some format put in.

use proptest::prelude::*;

/// What formats take for more than letters.
const PIECES: [&[u8]; 28] = [
    b"\"",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\t",
    b"\n",
    b"\r\n",
    b"\0",
    b"-1",
    b"99999999999999999999",
    b"1e999",
    b"null",
    b"O",
    b"B-",
    b"I-PER",
    b"-DOCSTART-",
    b"T1\tPER 0 1\t",
    b";",
    b"\xEF\xBB\xBF",
    b"\xFF",
    b"\xED\xA0\x80",
    b"\xE2\x80\xAE",
    b"\xD9\x8E",
    b"PAR1",
];

/// One damage; places are fractions of the length.
#[derive(Debug, Clone)]
enum Damage {
    Set(u16, u8),
    Flip(u16, u8),
    Cut(u16, u16),
    Double(u16, u16),
    Insert(u16, usize),
    End(u16),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<u16>(), any::<u8>()).prop_map(|(at, value)| Damage::Set(at, value)),
        (any::<u16>(), 0u8..8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        (any::<u16>(), 0u16..600).prop_map(|(at, length)| Damage::Cut(at, length)),
        (any::<u16>(), 0u16..6000).prop_map(|(at, length)| Damage::Double(at, length)),
        (any::<u16>(), 0..PIECES.len()).prop_map(|(at, piece)| Damage::Insert(at, piece)),
        any::<u16>().prop_map(Damage::End),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    let length = bytes.len();
    let place = |fraction: u16| usize::from(fraction) * length / (usize::from(u16::MAX) + 1);
    let stretch = |fraction: u16, share: u16| {
        let start = place(fraction);
        start..length.min(start + usize::from(share) * length.div_ceil(6000))
    };
    match *damage {
        Damage::Set(at, value) => bytes.iter_mut().skip(place(at)).take(1).for_each(|byte| *byte = value),
        Damage::Flip(at, bit) => bytes.iter_mut().skip(place(at)).take(1).for_each(|byte| *byte ^= 1 << bit),
        Damage::Cut(at, share) => drop(bytes.drain(stretch(at, share))),
        Damage::Double(at, share) => {
            let piece = bytes[stretch(at, share)].to_vec();
            bytes.splice(place(at)..place(at), piece);
        }
        Damage::Insert(at, piece) => drop(bytes.splice(place(at)..place(at), PIECES[piece].iter().copied())),
        Damage::End(at) => bytes.truncate(place(at)),
    }
}

/// Seeds with up to eight damages, and now and then bytes of no kind at all.
pub(crate) fn inputs(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let damaged = (0..seeds.len(), proptest::collection::vec(damage(), 0..8));
    let damaged = damaged.prop_map(move |(seed, damages)| {
        let mut bytes = seeds[seed].clone();
        damages.iter().for_each(|damage| apply(&mut bytes, damage));
        bytes
    });
    prop_oneof![9 => damaged, 1 => proptest::collection::vec(any::<u8>(), 0..300)]
}
