//! A tile of bf16 numbers, and what a tile of sums begins with.

/// bf16 numbers in a tile.
pub(super) const TILE: usize = 512;

/// A row of a tile, on the boundary of a cache line: a tile off it takes twice as long to load.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Line([u16; 32]);

/// The numbers in the first `length / 32` lines, after growing to them.
pub(super) fn numbers(lines: &mut Vec<Line>, length: usize) -> &mut [u16] {
    let needed = length.div_ceil(32);
    if lines.len() < needed {
        lines.resize(needed, Line([0; 32]));
    }
    // SAFETY: a Line is 32 u16 and nothing else.
    unsafe { std::slice::from_raw_parts_mut(lines.as_mut_ptr().cast(), length) }
}

/// What four tiles of sums begin with, as pointers and a row stride in bytes.
#[derive(Clone, Copy)]
pub(super) enum Begin {
    Zero,
    Load([*const f32; 4], usize),
}
