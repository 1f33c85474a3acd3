//! Documents on their way from the thread that reads to the one that works: bounded by bytes, taken in batches of what is
//! there. Whatever becomes of the reader, the other one learns of it.

use super::interrupt;
use crate::Error;
use crate::cli::outcome::{Failure, Outcome};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes of text that are read ahead.
pub(crate) const READ_AHEAD: usize = 1 << 19;
/// What a record costs beside its text.
const BYTES_PER_RECORD: usize = 64;
/// How often an interrupt is looked for while nothing comes in.
const PATIENCE: Duration = Duration::from_millis(100);

/// A queue between two threads that holds a bounded number of bytes.
pub(crate) struct Queue<T> {
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
    /// Whoever put in ended by a panic: there was more.
    broken: bool,
}

/// What taking found.
enum Taken<T> {
    /// Something to do.
    Batch(Vec<T>),
    /// Nothing yet.
    Wait,
    /// Nothing ever again.
    End,
    /// Nothing ever again, although there was more.
    Broken,
}

/// Whoever puts in. Its end, in good order or by a panic, is that of the queue.
pub(crate) struct Feeder<T>(Arc<Queue<T>>);

impl<T> Feeder<T> {
    /// Waits for room and puts in a record with so many bytes of text; `false` if nobody will take it.
    pub(crate) fn put(&self, item: T, bytes: usize) -> bool {
        self.0.put(item, bytes + BYTES_PER_RECORD)
    }
}

impl<T> Drop for Feeder<T> {
    fn drop(&mut self) {
        self.0.lock().broken |= std::thread::panicking();
        self.0.close();
    }
}

/// A queue that `feed` fills in a thread of its own. The thread is not waited for: after an interrupt it may be waiting for
/// standard input, where nothing would wake it.
pub(crate) fn fed<T: Send + 'static>(feed: impl FnOnce(&Feeder<T>) + Send + 'static) -> Result<Arc<Queue<T>>, Failure> {
    let queue = Arc::new(Queue::new(READ_AHEAD));
    let feeder = Feeder(queue.clone());
    let thread = std::thread::Builder::new().name("reading".into()).spawn(move || feed(&feeder));
    thread.map_err(|e| Failure::unavailable(format!("reading: wanted a thread of its own, found: {e}")))?;
    Ok(queue)
}

/// The records of a file, in order.
pub(crate) type Records<T> = Box<dyn Iterator<Item = Result<T, Error>> + Send>;

/// Reads all inputs into the queue, until nobody takes from it. What cannot be opened is a broken record.
pub(crate) fn feed<T: Send + 'static>(
    inputs: impl Iterator<Item = Result<PathBuf, Error>>,
    open: impl Fn(&Path) -> Result<Records<T>, Error>,
    bytes: impl Fn(&T) -> usize,
    feeder: &Feeder<Result<T, Error>>,
) {
    for path in inputs {
        let records = path.and_then(|path| open(&path));
        for record in records.unwrap_or_else(|error| Box::new(std::iter::once(Err(error)))) {
            let bytes = record.as_ref().map_or(1, &bytes);
            if !feeder.put(record, bytes) {
                return;
            }
        }
    }
}

/// Takes what is put in, `bytes` at once, until there is no more, or the user wants no more. Where nothing came for a while, a
/// batch is empty.
pub(crate) fn drain<T>(
    queue: &Queue<T>,
    bytes: usize,
    mut batch: impl FnMut(Vec<T>) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let end = loop {
        if interrupt::asked() {
            break Ok(Outcome::Interrupted);
        }
        let taken = match queue.take(bytes.min(READ_AHEAD), PATIENCE) {
            Taken::Wait => Vec::new(),
            Taken::End => break Ok(Outcome::Clean),
            Taken::Broken => break Err(Failure::Bug("reading ended before its time".into())),
            Taken::Batch(taken) => taken,
        };
        if let Err(failure) = batch(taken) {
            break Err(failure);
        }
    };
    queue.close();
    end
}

impl<T> Queue<T> {
    fn new(limit: usize) -> Self {
        let state = State { items: VecDeque::new(), bytes: 0, closed: false, broken: false };
        Queue { state: Mutex::new(state), changed: Condvar::new(), limit }
    }

    /// The queue holds plain data: it is whole even behind a panic of the other thread.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for room and puts an item in; `false` if nobody will take it.
    fn put(&self, item: T, bytes: usize) -> bool {
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
    fn take(&self, bytes: usize, patience: Duration) -> Taken<T> {
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
            true if state.broken => Taken::Broken,
            true if state.closed => Taken::End,
            true => Taken::Wait,
        }
    }

    /// No more will be put in, or no more will be taken out.
    fn close(&self) {
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
                    Taken::End | Taken::Broken => break,
                }
            }
        });
        assert_eq!(found, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn a_reader_that_panics_ends_the_queue_behind_what_it_had_read() {
        let queue = fed(|feeder| {
            feeder.put(1, 1);
            panic!("this panic is part of a test");
        });
        let Ok(queue) = queue else { panic!("a thread") };
        let mut found = Vec::new();
        let end = drain(&queue, 100, |batch| {
            found.extend(batch);
            Ok(())
        });
        assert!(matches!(end, Err(Failure::Bug(_))), "{end:?}");
        assert_eq!(found, [1]);
    }

    #[test]
    fn a_closed_queue_takes_nothing() {
        let queue = Queue::new(10);
        queue.close();
        assert!(!queue.put(1, 1));
        assert!(matches!(queue.take(1, Duration::ZERO), Taken::End));
    }
}
