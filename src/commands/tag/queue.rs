//! Documents on their way from the reader to the model: bounded by bytes, taken in batches of what is there.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A queue between two threads that holds a bounded number of bytes.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    /// Bytes it holds at most, unless a single item is larger.
    limit: usize,
}

struct State<T> {
    items: VecDeque<(T, usize)>,
    bytes: usize,
    /// No more will be put in, or no more will be taken out.
    closed: bool,
}

/// What taking found.
pub(super) enum Taken<T> {
    /// Something to do.
    Batch(Vec<T>),
    /// Nothing yet.
    Wait,
    /// Nothing ever again.
    End,
}

impl<T> Queue<T> {
    pub(super) fn new(limit: usize) -> Self {
        let state = State { items: VecDeque::new(), bytes: 0, closed: false };
        Queue { state: Mutex::new(state), changed: Condvar::new(), limit }
    }

    /// The queue holds plain data: it is whole even behind a panic of the other thread.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for room and puts an item in; `false` if nobody will take it.
    pub(super) fn put(&self, item: T, bytes: usize) -> bool {
        let mut state = self.lock();
        while !state.closed && state.bytes > 0 && state.bytes + bytes > self.limit {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed {
            return false;
        }
        state.items.push_back((item, bytes));
        state.bytes += bytes;
        self.changed.notify_all();
        true
    }

    /// What is there, at least one item and at most `bytes` unless the first is larger; waits a moment for it.
    pub(super) fn take(&self, bytes: usize, patience: Duration) -> Taken<T> {
        let mut state = self.lock();
        if state.items.is_empty() && !state.closed {
            state = self.changed.wait_timeout(state, patience).unwrap_or_else(PoisonError::into_inner).0;
        }
        let mut batch = Vec::new();
        let mut taken = 0;
        while let Some((item, size)) = state.items.pop_front() {
            if !batch.is_empty() && taken + size > bytes {
                state.items.push_front((item, size));
                break;
            }
            taken += size;
            batch.push(item);
        }
        state.bytes -= taken;
        self.changed.notify_all();
        match batch.is_empty() {
            false => Taken::Batch(batch),
            true if state.closed => Taken::End,
            true => Taken::Wait,
        }
    }

    /// No more will be put in, or no more will be taken out.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_out_in_order_and_no_more_than_the_limit_waits() {
        let queue = Queue::new(10);
        let mut found = Vec::new();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for i in 0..100usize {
                    assert!(queue.put(i, if i == 50 { 1000 } else { 3 }));
                    let bytes = queue.lock().bytes;
                    assert!(bytes <= 10 || bytes == 1000, "{bytes}");
                }
                queue.close();
            });
            loop {
                match queue.take(6, Duration::from_millis(50)) {
                    Taken::Batch(batch) => {
                        assert!(batch.len() <= 2);
                        found.extend(batch);
                    }
                    Taken::Wait => {}
                    Taken::End => break,
                }
            }
        });
        assert_eq!(found, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn a_closed_queue_takes_nothing() {
        let queue = Queue::new(10);
        queue.close();
        assert!(!queue.put(1, 1));
        assert!(matches!(queue.take(1, Duration::ZERO), Taken::End));
    }
}
