//! bf16 products on AMX tiles: operands packed into 1 KiB tiles, sums kept in f32.
//!
//! A tile of the left operand is 16 rows by 32 inner indices, row-major. A tile of the right operand is 16 pairs of inner
//! indices by 16 columns, a pair side by side. Seen as 32-bit pairs, both are 16 x 16 and one is the transpose of the other,
//! so four ways of packing serve every operand of training without an explicit transpose of a matrix.
//!
//! Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter 18; `TDPBF16PS` in volume 2.

use super::matrix::{Form, Start, View};
use rayon::prelude::*;
use std::arch::asm;
use std::arch::x86_64::*;
use std::cell::RefCell;
use std::sync::OnceLock;

/// bf16 numbers in a tile.
const TILE: usize = 512;
/// Inner indices packed at once, so that a block of the right operand stays in the second-level cache.
const INNER: usize = 1024;
/// Columns of the right operand worked on while they stay in the second-level cache.
const COLUMNS: usize = 512;

/// Whether this processor has AMX with bf16 and the system lets this process use it.
pub(crate) fn available() -> bool {
    static AVAILABLE: OnceLock<bool> = OnceLock::new();
    *AVAILABLE.get_or_init(|| {
        let features = __cpuid_count(7, 0).edx;
        let has_tiles = features & (1 << 22) != 0 && features & (1 << 24) != 0;
        has_tiles
            && is_x86_feature_detected!("avx512bf16")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512f")
            && permitted()
    })
}

/// Asks Linux for the use of tile data (`ARCH_REQ_XCOMP_PERM`, feature 18), which it grants a process once and for all.
fn permitted() -> bool {
    if !cfg!(target_os = "linux") {
        return false;
    }
    let result: i64;
    // SAFETY: arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) touches no memory of ours; `syscall` clobbers rcx and r11.
    unsafe {
        asm!("syscall", inlateout("rax") 158i64 => result, in("rdi") 0x1023, in("rsi") 18,
             out("rcx") _, out("r11") _, options(nostack));
    }
    result == 0
}

/// The shape of all eight tiles, 16 rows of 64 bytes, as `LDTILECFG` reads it.
#[repr(C, align(64))]
struct TileConfig([u8; 64]);

const CONFIG: TileConfig = {
    let mut bytes = [0u8; 64];
    bytes[0] = 1;
    let mut tile = 0;
    while tile < 8 {
        bytes[16 + 2 * tile] = 64;
        bytes[48 + tile] = 16;
        tile += 1;
    }
    TileConfig(bytes)
};

/// Tiles configured on this thread; released when it goes, so that the system need not save them.
struct Tiles;

impl Tiles {
    fn configure() -> Tiles {
        // SAFETY: callers run only after `available()`; CONFIG is a valid 64-byte palette-1 configuration.
        unsafe { asm!("ldtilecfg [{}]", in(reg) &CONFIG, options(nostack, readonly)) };
        Tiles
    }
}

impl Drop for Tiles {
    fn drop(&mut self) {
        // SAFETY: as above; no tile is in use once the owner of this value is done.
        unsafe { asm!("tilerelease", options(nostack, nomem)) };
    }
}

/// How a tile is read from a row-major matrix of f32.
#[derive(Clone, Copy, PartialEq)]
enum Packing {
    /// 16 rows x 32 columns, pairs along columns.
    Rows,
    /// The same, transposed as pairs.
    RowsTransposed,
    /// 32 rows x 16 columns, pairs along rows.
    Pairs,
    /// The same, transposed as pairs.
    PairsTransposed,
}

impl Packing {
    fn inner_is_rows(self) -> bool {
        matches!(self, Packing::Pairs | Packing::PairsTransposed)
    }
}

/// Copies the part of a tile that lies inside the matrix into a zeroed square, for tiles on the edge.
fn edge(view: View<'_>, row: usize, column: usize, size: (usize, usize), to: &mut [f32; 512]) {
    to.fill(0.0);
    let rows = size.0.min(view.rows.saturating_sub(row));
    let columns = size.1.min(view.columns.saturating_sub(column));
    if columns == 0 {
        return;
    }
    for r in 0..rows {
        let from = (row + r) * view.stride + column;
        to[r * size.1..r * size.1 + columns].copy_from_slice(&view.data[from..from + columns]);
    }
}

/// Packs one tile.
///
/// # Safety
/// AVX-512 F, BW and BF16 must be there. The 16 x 32 (or 32 x 16) numbers at `from`, rows `stride` apart, must be readable.
#[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
unsafe fn pack_tile(packing: Packing, from: *const f32, stride: usize, to: &mut [u16]) {
    let mut lines = [_mm512_setzero_si512(); 16];
    if packing.inner_is_rows() {
        let interleave = _mm512_set_epi16(
            31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17,
            1, 16, 0,
        );
        for (i, line) in lines.iter_mut().enumerate() {
            // SAFETY: rows 2i and 2i + 1 are below 32 and 16 numbers wide.
            let (low, high) =
                unsafe { (_mm512_loadu_ps(from.add(2 * i * stride)), _mm512_loadu_ps(from.add((2 * i + 1) * stride))) };
            // SAFETY: both types are 64 plain bytes.
            let both: __m512i = unsafe { std::mem::transmute(_mm512_cvtne2ps_pbh(high, low)) };
            *line = _mm512_permutexvar_epi16(interleave, both);
        }
    } else {
        for (i, line) in lines.iter_mut().enumerate() {
            // SAFETY: row i is below 16 and 32 numbers wide.
            let (low, high) =
                unsafe { (_mm512_loadu_ps(from.add(i * stride)), _mm512_loadu_ps(from.add(i * stride + 16))) };
            // SAFETY: both types are 64 plain bytes.
            *line = unsafe { std::mem::transmute::<__m512bh, __m512i>(_mm512_cvtne2ps_pbh(high, low)) };
        }
    }
    if matches!(packing, Packing::RowsTransposed | Packing::PairsTransposed) {
        transpose(&mut lines);
    }
    debug_assert_eq!(to.len(), TILE);
    for (i, line) in lines.iter().enumerate() {
        // SAFETY: `to` holds 16 lines of 32 numbers.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().add(32 * i).cast(), *line) };
    }
}

/// Transposes 16 x 16 numbers of 32 bits.
#[target_feature(enable = "avx512f")]
fn transpose(r: &mut [__m512i; 16]) {
    let mut t = [_mm512_setzero_si512(); 16];
    for i in 0..8 {
        t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
    }
    for i in 0..4 {
        r[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
        r[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
        r[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
        r[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
    }
    for i in 0..4 {
        t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
        t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
    }
    for i in 0..4 {
        r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
        r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
        r[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
        r[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd);
    }
}

/// An operand in tiles: tile (outer, inner) stands at `(outer * inner_tiles + inner) * TILE`.
struct Packed<'a> {
    tiles: &'a [Line],
    inner_tiles: usize,
}

/// Packs the inner indices `from..from + length` of a matrix; `outer` is its number of rows or columns that are not inner.
fn pack(packing: Packing, view: View<'_>, inner: std::ops::Range<usize>, to: &mut Vec<Line>, parallel: bool) -> usize {
    let outer = if packing.inner_is_rows() { view.columns } else { view.rows };
    let (outer_tiles, inner_tiles) = (outer.div_ceil(32) * 2, inner.len().div_ceil(32));
    let length = outer_tiles * inner_tiles * TILE;
    let to = numbers(to, length);
    // Eight tiles side by side read whole stretches of each row where rows are the inner index.
    let group = 8.min(outer_tiles);
    let fill = |(index, tiles): (usize, &mut [u16])| {
        let mut square = [0f32; 512];
        for k in 0..inner_tiles {
            for (o, panel) in tiles.chunks_exact_mut(inner_tiles * TILE).enumerate() {
                let (o, k_from) = ((index * group + o) * 16, inner.start + k * 32);
                let tile = &mut panel[k * TILE..(k + 1) * TILE];
                let (row, column, size) =
                    if packing.inner_is_rows() { (k_from, o, (32, 16)) } else { (o, k_from, (16, 32)) };
                let inside = row + size.0 <= view.rows && column + size.1 <= view.columns && k_from + 32 <= inner.end;
                if inside {
                    // SAFETY: `available()` was asked; the tile lies inside the matrix, as just checked.
                    unsafe {
                        pack_tile(packing, view.data.as_ptr().add(row * view.stride + column), view.stride, tile)
                    };
                } else {
                    let (rows, columns) =
                        if packing.inner_is_rows() { (inner.end, view.columns) } else { (view.rows, inner.end) };
                    edge(View { rows, columns, ..view }, row, column, size, &mut square);
                    // SAFETY: the square holds 512 numbers in rows of `size.1`.
                    unsafe { pack_tile(packing, square.as_ptr(), size.1, tile) };
                }
            }
        }
    };
    let chunk = group * inner_tiles * TILE;
    if parallel {
        to.par_chunks_mut(chunk).enumerate().for_each(fill);
    } else {
        to.chunks_mut(chunk).enumerate().for_each(fill);
    }
    inner_tiles
}

/// What four tiles of sums begin with, as pointers and a row stride in bytes.
#[derive(Clone, Copy)]
enum Begin {
    Zero,
    Load([*const f32; 4], usize),
}

/// `c (32 x 32) = begin + a (32 x K) b (K x 32)` for `steps` tiles of inner indices.
///
/// # Safety
/// Tiles must be configured on this thread. `a` and `b` point to two panels each of `steps` tiles; `c` to four squares of
/// 16 x 16 that can be written with rows `stride` bytes apart, and so can what `begin` loads be read.
unsafe fn square(a: [*const u16; 2], b: [*const u16; 2], steps: usize, begin: Begin, c: [*mut f32; 4], stride: usize) {
    match begin {
        // SAFETY: tiles 0 to 3 hold sums only inside this function.
        Begin::Zero => unsafe {
            asm!("tilezero tmm0", "tilezero tmm1", "tilezero tmm2", "tilezero tmm3", options(nostack, nomem));
        },
        // SAFETY: the caller vouches for what is loaded.
        Begin::Load(from, stride) => unsafe {
            asm!("tileloadd tmm0, [{c0}+{s}*1]", "tileloadd tmm1, [{c1}+{s}*1]",
                 "tileloadd tmm2, [{c2}+{s}*1]", "tileloadd tmm3, [{c3}+{s}*1]",
                 c0 = in(reg) from[0], c1 = in(reg) from[1], c2 = in(reg) from[2], c3 = in(reg) from[3], s = in(reg) stride,
                 options(nostack, readonly));
        },
    }
    // SAFETY: each of the four panels holds `steps` tiles of 1024 bytes, and steps is positive.
    unsafe {
        asm!("2:",
             "tileloadd tmm4, [{a0}+{s}*1]", "tileloadd tmm6, [{b0}+{s}*1]", "tdpbf16ps tmm0, tmm4, tmm6",
             "tileloadd tmm7, [{b1}+{s}*1]", "tdpbf16ps tmm1, tmm4, tmm7",
             "tileloadd tmm5, [{a1}+{s}*1]", "tdpbf16ps tmm2, tmm5, tmm6", "tdpbf16ps tmm3, tmm5, tmm7",
             "add {a0}, 1024", "add {a1}, 1024", "add {b0}, 1024", "add {b1}, 1024", "dec {k}", "jnz 2b",
             a0 = inout(reg) a[0] => _, a1 = inout(reg) a[1] => _, b0 = inout(reg) b[0] => _, b1 = inout(reg) b[1] => _,
             k = inout(reg) steps => _, s = in(reg) 64usize, options(nostack, readonly));
        asm!("tilestored [{c0}+{s}*1], tmm0", "tilestored [{c1}+{s}*1], tmm1",
             "tilestored [{c2}+{s}*1], tmm2", "tilestored [{c3}+{s}*1], tmm3",
             c0 = in(reg) c[0], c1 = in(reg) c[1], c2 = in(reg) c[2], c3 = in(reg) c[3], s = in(reg) stride,
             options(nostack));
    }
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
    let _tiles = Tiles::configure();
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
                    // SAFETY: tiles are configured, panels are padded to whole pairs of tiles, squares lie inside `c`.
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

/// A row of a tile, on the boundary of a cache line: a tile off it takes twice as long to load.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u16; 32]);

/// The numbers in the first `length / 32` lines, after growing to them.
fn numbers(lines: &mut Vec<Line>, length: usize) -> &mut [u16] {
    let needed = length.div_ceil(32);
    if lines.len() < needed {
        lines.resize(needed, Line([0; 32]));
    }
    // SAFETY: a Line is 32 u16 and nothing else.
    unsafe { std::slice::from_raw_parts_mut(lines.as_mut_ptr().cast(), length) }
}

/// The product of [`super::matrix::product`] with operands rounded to bf16. Every sum runs over the inner index in one order,
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
