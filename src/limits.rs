//! Limits that a system sets to a process.

/// From here on a file that may not grow any more (`ulimit -f`) is an error of whoever writes it, named and cleaned up like a
/// full disk. A system's way is to end the process by a signal.
#[cfg(unix)]
pub fn report_file_size() {
    // Without a handler the worst is what the system does anyway.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
}

/// Other systems have no such signal.
#[cfg(not(unix))]
pub fn report_file_size() {}
