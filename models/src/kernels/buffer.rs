//! Memory that begins on a cache line.

use std::marker::PhantomData;

/// One cache line.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
struct Line([u8; 64]);

/// The element types of a buffer: any bits are a value of them.
pub(crate) trait Plain: Copy {}
impl Plain for f32 {}
impl Plain for i8 {}

/// A vector of numbers that begins on a cache line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Buffer<T> {
    lines: Vec<Line>,
    len: usize,
    kind: PhantomData<T>,
}

impl<T: Plain> Buffer<T> {
    /// `len` zeros.
    pub(crate) fn zeros(len: usize) -> Self {
        let mut buffer = Buffer { lines: Vec::new(), len: 0, kind: PhantomData };
        buffer.resize(len);
        buffer
    }

    /// Makes it `len` long; what is there stays, what comes new is zero or was there before.
    pub(crate) fn resize(&mut self, len: usize) {
        let lines = (len * size_of::<T>()).div_ceil(64);
        if lines > self.lines.len() {
            self.lines.resize(lines, Line([0; 64]));
        }
        self.len = len;
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        // SAFETY: the lines hold at least `len` elements, every bit pattern is a value, and a line's alignment is enough.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        // SAFETY: as above, and the borrow is exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len) }
    }
}

/// Bytes as signed ones.
pub(crate) fn signed(bytes: &[u8]) -> &[i8] {
    // SAFETY: both types have one byte, any of whose bits are a value.
    unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()) }
}
