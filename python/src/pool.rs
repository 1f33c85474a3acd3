//! Threads to tag in, and how they are left: Python's signals are looked at between batches, and a process that was forked makes
//! threads of its own, since those of its parent are not there.

use alam::Error;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::{Arc, Mutex, PoisonError};

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

    /// Does work in these threads without the interpreter's lock.
    pub(crate) fn run<T: Send>(&self, py: Python<'_>, work: impl FnOnce() -> Result<T, Error> + Send) -> PyResult<T> {
        let pool = self.here()?;
        py.check_signals()?;
        py.detach(|| pool.install(work)).map_err(crate::errors::raised)
    }
}
