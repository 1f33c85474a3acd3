//! bf16 products for training: operands packed into 1 KiB tiles, sums kept in f32.
//!
//! A tile of the left operand is 16 rows by 32 inner indices, row-major. A tile of the right operand is 16 pairs of inner
//! indices by 16 columns, a pair side by side. Seen as 32-bit pairs, both are 16 x 16 and one is the transpose of the other,
//! so four ways of packing serve every operand of training without an explicit transpose of a matrix. Tile registers of
//! AMX ([`amx`]) and vector registers of AVX-512 ([`avx512`]) read the same tiles.

mod amx;
mod avx512;
mod pack;
mod tile;

use super::matrix::{Form, Start, View};
use pack::{Packing, pack};
use rayon::prelude::*;
use std::cell::RefCell;
use std::sync::OnceLock;
use tile::{Begin, Line, TILE};

/// Inner indices packed at once, so that a block of the right operand stays in the second-level cache.
const INNER: usize = 1024;
/// Columns of the right operand worked on while they stay in the second-level cache.
const COLUMNS: usize = 512;

/// What multiplies two tiles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Unit {
    /// The tile registers of AMX.
    Amx,
    /// Vector registers, with `VDPBF16PS`.
    Avx512,
}

/// What this processor has, and the system lets this process use.
pub(crate) fn unit() -> Option<Unit> {
    static UNIT: OnceLock<Option<Unit>> = OnceLock::new();
    *UNIT.get_or_init(|| {
        let vectors = is_x86_feature_detected!("avx512bf16")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512f");
        vectors.then(|| if amx::available() { Unit::Amx } else { Unit::Avx512 })
    })
}

/// An operand in tiles: tile (outer, inner) stands at `(outer * inner_tiles + inner) * TILE`.
struct Packed<'a> {
    tiles: &'a [Line],
    inner_tiles: usize,
}

/// Room for a square on the edge of the result.
#[repr(C, align(64))]
struct Spare([f32; 1024]);

/// Rows `first..` of the result, as many as `c` holds, for one stretch of inner indices.
fn multiply(
    a: &Packed<'_>,
    b: &Packed<'_>,
    c: &mut [f32],
    (stride, columns): (usize, usize),
    first: usize,
    start: Start<'_>,
) {
    let unit = unit();
    let _tiles = (unit == Some(Unit::Amx)).then(amx::Tiles::configure);
    let square = if unit == Some(Unit::Amx) { amx::square } else { avx512::square };
    let rows = (c.len() + stride - columns) / stride;
    let steps = a.inner_tiles;
    let panel = |packed: &Packed<'_>, tile: usize| packed.tiles[tile * steps * (TILE / 32)..].as_ptr().cast::<u16>();
    let mut spare = Spare([0f32; 1024]);
    let spare = &mut spare.0;
    for block in (0..columns).step_by(COLUMNS) {
        for r in (0..rows).step_by(32) {
            let at = (first + r) / 16;
            let lefts = [panel(a, at), panel(a, at + 1)];
            for n in (block..columns.min(block + COLUMNS)).step_by(32) {
                let rights = [panel(b, n / 16), panel(b, n / 16 + 1)];
                if r + 32 <= rows && n + 32 <= columns {
                    let corner = c[r * stride + n..].as_mut_ptr();
                    // SAFETY: 32 rows and columns from the corner lie inside `c`.
                    let squares =
                        unsafe { [corner, corner.add(16), corner.add(16 * stride), corner.add(16 * stride + 16)] };
                    let begin = match start {
                        Start::Zero => Begin::Zero,
                        Start::Add => Begin::Load(squares.map(|p| p.cast_const()), stride * 4),
                        Start::Bias(bias) => {
                            let at = bias[n..n + 32].as_ptr();
                            // SAFETY: 32 numbers of the bias were just sliced.
                            let next = unsafe { at.add(16) };
                            // Rows 0 bytes apart: every row of a tile is the bias.
                            Begin::Load([at, next, at, next], 0)
                        }
                    };
                    // SAFETY: the unit is there, its tiles are configured, panels are padded to whole pairs of tiles, squares lie inside `c`.
                    unsafe { square(lefts, rights, steps, begin, squares, stride * 4) };
                } else {
                    let (height, width) = (32.min(rows - r), 32.min(columns - n));
                    for i in 0..height {
                        let line = &mut spare[i * 32..i * 32 + width];
                        let at = (r + i) * stride + n;
                        match start {
                            Start::Zero => line.fill(0.0),
                            Start::Add => line.copy_from_slice(&c[at..at + width]),
                            Start::Bias(bias) => line.copy_from_slice(&bias[n..n + width]),
                        }
                    }
                    let corner = spare.as_mut_ptr();
                    // SAFETY: the spare square has 32 rows of 32.
                    let squares = unsafe { [corner, corner.add(16), corner.add(512), corner.add(528)] };
                    // SAFETY: as above, into the spare square.
                    unsafe {
                        square(lefts, rights, steps, Begin::Load(squares.map(|p| p.cast_const()), 128), squares, 128);
                    }
                    for i in 0..height {
                        let at = (r + i) * stride + n;
                        c[at..at + width].copy_from_slice(&spare[i * 32..i * 32 + width]);
                    }
                }
            }
        }
    }
}

thread_local! {
    static SCRATCH: RefCell<(Vec<Line>, Vec<Line>)> = const { RefCell::new((Vec::new(), Vec::new())) };
}

/// The product of [`super::product::product`] with operands rounded to bf16. Every sum runs over the inner index in one order,
/// whatever the number of threads.
pub(crate) fn product(form: Form, a: View<'_>, b: View<'_>, c: (&mut [f32], usize), start: Start<'_>, parallel: bool) {
    let (left, right) = match form {
        Form::NT => (Packing::Rows, Packing::RowsTransposed),
        Form::NN => (Packing::Rows, Packing::Pairs),
        Form::TN => (Packing::PairsTransposed, Packing::Pairs),
    };
    let (rows, columns, inner) = form.size(a, b);
    let (c, stride) = c;
    let mut scratch = SCRATCH.take();
    for from in (0..inner).step_by(INNER) {
        let range = from..inner.min(from + INNER);
        let inner_tiles = pack(left, a, range.clone(), &mut scratch.0, parallel);
        pack(right, b, range, &mut scratch.1, parallel);
        let (a, b) = (Packed { tiles: &scratch.0, inner_tiles }, Packed { tiles: &scratch.1, inner_tiles });
        let start = if from == 0 { start } else { Start::Add };
        if parallel {
            let panels = rows.div_ceil(32);
            let chunk = panels.div_ceil(4 * rayon::current_num_threads()).max(1) * 32;
            c.par_chunks_mut(chunk * stride)
                .enumerate()
                .for_each(|(i, c)| multiply(&a, &b, c, (stride, columns), i * chunk, start));
        } else {
            multiply(&a, &b, c, (stride, columns), 0, start);
        }
    }
    SCRATCH.set(scratch);
}
