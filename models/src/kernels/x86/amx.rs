//! Products of bytes in the tile registers of AMX.

use super::super::integer::{Dots, Tile};
use super::super::pack::{DEPTH, PANEL};
use std::arch::asm;
use std::arch::x86_64::{__cpuid, __cpuid_count, _xgetbv};
use std::sync::OnceLock;

/// Rows of a tile register.
const GROUP: usize = 16;

/// Layout of the tile registers (Intel's manual, volume 1, section 18.2).
#[repr(C, align(64))]
struct Layout {
    palette: u8,
    start: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

/// Registers 0 to 3 hold 32 x 32 sums, 4 and 5 rows of activations, 6 and 7 columns of weights: each 16 rows of 64 bytes.
static LAYOUT: Layout = Layout {
    palette: 1,
    start: 0,
    reserved: [0; 14],
    row_bytes: [64, 64, 64, 64, 64, 64, 64, 64, 0, 0, 0, 0, 0, 0, 0, 0],
    rows: [16, 16, 16, 16, 16, 16, 16, 16, 0, 0, 0, 0, 0, 0, 0, 0],
};

/// Whether the processor has AMX for bytes, and the system lets this process use it; asked once.
pub(crate) fn available() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| has_instructions() && permitted())
}

fn has_instructions() -> bool {
    const TILE_AND_INT8: u32 = 1 << 24 | 1 << 25;
    const OSXSAVE: u32 = 1 << 27;
    const TILE_STATE: u64 = 1 << 17 | 1 << 18;
    if __cpuid(0).eax < 7 || __cpuid_count(7, 0).edx & TILE_AND_INT8 != TILE_AND_INT8 || __cpuid(1).ecx & OSXSAVE == 0 {
        return false;
    }
    // SAFETY: OSXSAVE says that the instruction is there.
    unsafe { xcr0() & TILE_STATE == TILE_STATE }
}

#[target_feature(enable = "xsave")]
fn xcr0() -> u64 {
    // SAFETY: register 0 always exists.
    unsafe { _xgetbv(0) }
}

/// Linux hands out the 8 KiB of tile registers only to processes that ask (Documentation/arch/x86/xstate.rst).
#[cfg(target_os = "linux")]
pub(crate) fn permitted() -> bool {
    const ARCH_PRCTL: i64 = 158;
    const ARCH_REQ_XCOMP_PERM: i64 = 0x1023;
    const TILE_DATA: i64 = 18;
    let result: i64;
    // SAFETY: the system call reads and writes no memory of ours.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") ARCH_PRCTL => result,
            in("rdi") ARCH_REQ_XCOMP_PERM,
            in("rsi") TILE_DATA,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    result == 0
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn permitted() -> bool {
    false
}

/// `tdpbssd`: 16 x 16 sums of 64 products of signed bytes each.
#[derive(Debug)]
pub(crate) struct AmxDots;

// SAFETY: it is called only where `available` said yes.
unsafe impl Dots for AmxDots {
    const ROWS: usize = 32;
    const FLIP: i8 = 0;
    const GROUP: usize = GROUP;

    #[inline(always)]
    fn begin() {
        // SAFETY: the layout is a valid one.
        unsafe { asm!("ldtilecfg [{}]", in(reg) &LAYOUT, options(nostack, readonly)) };
    }

    #[inline(always)]
    fn end() {
        // SAFETY: the tile registers hold nothing that is still needed.
        unsafe { asm!("tilerelease", options(nostack, nomem)) };
    }

    #[inline(always)]
    unsafe fn tile(a: *const i8, b: *const i8, depth: usize, _: *const i32, rows: usize, sums: &mut Tile) {
        let mut a = a;
        let mut b = b;
        // SAFETY: as promised by the caller: whole groups of `a` can be read; the sums hold 32.
        unsafe {
            asm!("tilezero tmm0", "tilezero tmm1", "tilezero tmm2", "tilezero tmm3", options(nostack, nomem));
            for _ in 0..depth / DEPTH {
                if rows > 16 {
                    asm!(
                        "tileloadd tmm4, [{a} + {row}]",
                        "tileloadd tmm6, [{b} + {panel}]",
                        "tileloadd tmm5, [{lower} + {row}]",
                        "tileloadd tmm7, [{b} + {panel} + 64]",
                        "tdpbssd tmm0, tmm4, tmm6",
                        "tdpbssd tmm2, tmm5, tmm6",
                        "tdpbssd tmm1, tmm4, tmm7",
                        "tdpbssd tmm3, tmm5, tmm7",
                        a = in(reg) a,
                        lower = in(reg) a.wrapping_add(GROUP * depth),
                        b = in(reg) b,
                        row = in(reg) DEPTH,
                        panel = in(reg) 4 * PANEL,
                        options(nostack, readonly),
                    );
                } else {
                    asm!(
                        "tileloadd tmm4, [{a} + {row}]",
                        "tileloadd tmm6, [{b} + {panel}]",
                        "tileloadd tmm7, [{b} + {panel} + 64]",
                        "tdpbssd tmm0, tmm4, tmm6",
                        "tdpbssd tmm1, tmm4, tmm7",
                        a = in(reg) a,
                        b = in(reg) b,
                        row = in(reg) DEPTH,
                        panel = in(reg) 4 * PANEL,
                        options(nostack, readonly),
                    );
                }
                a = a.wrapping_add(GROUP * DEPTH);
                b = b.wrapping_add(DEPTH * PANEL);
            }
            let to = sums.0.as_mut_ptr();
            let stride = size_of::<i32>() * PANEL;
            asm!(
                "tilestored [{to} + {stride}], tmm0",
                "tilestored [{to} + {stride} + 64], tmm1",
                to = in(reg) to,
                stride = in(reg) stride,
                options(nostack),
            );
            if rows > 16 {
                asm!(
                    "tilestored [{to} + {stride}], tmm2",
                    "tilestored [{to} + {stride} + 64], tmm3",
                    to = in(reg) to.add(16 * PANEL),
                    stride = in(reg) stride,
                    options(nostack),
                );
            }
        }
    }
}
