//! Room for activations, kept from step to step: fresh memory costs a page fault every 4 KiB, which is a fifth of a step.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Numbers in a cache line.
const LINE: usize = 16;

/// Buffers that nobody uses, smallest first.
static IDLE: Mutex<Vec<Vec<f32>>> = Mutex::new(Vec::new());

fn idle() -> MutexGuard<'static, Vec<Vec<f32>>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Some numbers on the boundary of a cache line. What a new one holds is left over from its last use: whoever asks for it
/// writes all of it.
#[derive(Debug)]
pub(crate) struct Buffer {
    memory: Vec<f32>,
    start: usize,
    length: usize,
}

impl Buffer {
    pub(crate) fn new(length: usize) -> Buffer {
        let needed = length + LINE;
        let found = {
            let mut idle = idle();
            // One far too large would be missed by the next who needs it.
            let at = idle.partition_point(|memory| memory.len() < needed);
            idle.get(at).is_some_and(|memory| memory.len() <= needed * 2).then(|| idle.remove(at))
        };
        let memory = found.unwrap_or_else(|| vec![0.0; needed]);
        let start = memory.as_ptr().align_offset(LINE * size_of::<f32>()).min(LINE);
        Buffer { memory, start, length }
    }

    /// A copy of what is there.
    pub(crate) fn of(values: &[f32]) -> Buffer {
        let mut buffer = Buffer::new(values.len());
        buffer.copy_from_slice(values);
        buffer
    }
}

impl Deref for Buffer {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.memory[self.start..self.start + self.length]
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.memory[self.start..self.start + self.length]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let memory = std::mem::take(&mut self.memory);
        let mut idle = idle();
        let at = idle.partition_point(|other| other.len() < memory.len());
        idle.insert(at, memory);
        // Batches of many lengths leave buffers of many lengths: a bound on how many are kept.
        if idle.len() > 96 {
            idle.remove(0);
        }
    }
}
