//! Threads to tag in, and how they are left: Python's signals are looked at while they work, and a process that was forked makes
//! threads of its own, since those of its parent are not there.

use crate::errors::raised;
use alam::Error;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often signals are looked at while there is work.
const PATIENCE: Duration = Duration::from_millis(50);

thread_local! {
    /// Whether the work that this thread is at is still wanted: work of several callers may share the threads.
    static GIVEN_UP: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

/// Whether the work that this thread is at is wanted no more.
pub(crate) fn given_up() -> bool {
    GIVEN_UP.with_borrow(|flag| flag.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed)))
}

/// Threads that belong to a process.
#[derive(Debug)]
pub(crate) struct Pool {
    threads: usize,
    made: Mutex<Option<(u32, Arc<ThreadPool>)>>,
}

impl Pool {
    /// So many threads, one a core where 0; they are made when they are needed.
    pub(crate) fn new(threads: usize) -> Pool {
        Pool { threads, made: Mutex::new(None) }
    }

    /// The threads of this process.
    fn here(&self) -> PyResult<Arc<ThreadPool>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let process = std::process::id();
        if let Some((of, pool)) = &*made
            && *of == process
        {
            return Ok(pool.clone());
        }
        let pool = ThreadPoolBuilder::new().num_threads(self.threads).build();
        let pool =
            pool.map_err(|e| PyRuntimeError::new_err(format!("threads: wanted threads to work in, found: {e}")))?;
        let pool = Arc::new(pool);
        // The parent's pool is not dropped here: that would wait for threads that do not exist.
        std::mem::forget(made.replace((process, pool.clone())));
        Ok(pool)
    }

    /// Does work in these threads without the interpreter's lock. What a signal's handler raises, as that of Ctrl-C does, ends it as
    /// soon as the work asks whether it is [`given_up`].
    pub(crate) fn run<T: Send>(&self, py: Python<'_>, work: impl FnOnce() -> Result<T, Error> + Send) -> PyResult<T> {
        let pool = self.here()?;
        py.check_signals()?;
        py.detach(|| {
            let unwanted = Arc::new(AtomicBool::new(false));
            let flag = unwanted.clone();
            let (done, end) = mpsc::sync_channel(1);
            pool.in_place_scope(|scope| {
                scope.spawn(move |_| {
                    // A thread that waits for its share of some work may take up other work between.
                    let outer = GIVEN_UP.replace(Some(flag));
                    let result = work();
                    GIVEN_UP.set(outer);
                    // Whoever waits is there until this is told.
                    let _ = done.send(result);
                });
                let mut raised_by_signal = None;
                loop {
                    match end.recv_timeout(PATIENCE) {
                        Ok(result) => return raised_by_signal.map_or_else(|| result.map_err(raised), Err),
                        Err(RecvTimeoutError::Timeout) if raised_by_signal.is_none() => {
                            raised_by_signal = Python::attach(|py| py.check_signals()).err();
                            unwanted.store(raised_by_signal.is_some(), Ordering::Relaxed);
                        }
                        Err(RecvTimeoutError::Timeout) => {}
                        // The work panicked: the scope hands that on.
                        Err(RecvTimeoutError::Disconnected) => return Err(raised(Error::Stopped)),
                    }
                }
            })
        })
    }
}
