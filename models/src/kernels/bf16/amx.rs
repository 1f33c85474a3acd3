//! Sums of bf16 products in the tile registers of AMX.
//!
//! Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter 18; `TDPBF16PS` in volume 2.

use super::tile::Begin;
use crate::kernels::x86::amx::permitted;
use std::arch::asm;
use std::arch::x86_64::__cpuid_count;

/// Whether this processor has AMX with bf16 and the system lets this process use it.
pub(super) fn available() -> bool {
    let features = __cpuid_count(7, 0).edx;
    let has_tiles = features & (1 << 22) != 0 && features & (1 << 24) != 0;
    has_tiles && permitted()
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
pub(super) struct Tiles;

impl Tiles {
    pub(super) fn configure() -> Tiles {
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
/// `c (32 x 32) = begin + a (32 x K) b (K x 32)` for `steps` tiles of inner indices.
///
/// # Safety
/// Tiles must be configured on this thread. `a` and `b` point to two panels each of `steps` tiles; `c` to four squares of
/// 16 x 16 that can be written with rows `stride` bytes apart, and so can what `begin` loads be read.
pub(super) unsafe fn square(
    a: [*const u16; 2],
    b: [*const u16; 2],
    steps: usize,
    begin: Begin,
    c: [*mut f32; 4],
    stride: usize,
) {
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
