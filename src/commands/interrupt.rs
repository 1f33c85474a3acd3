//! Ctrl-C: the first asks for an end in good order, the second ends at once.

use super::say;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set by the first Ctrl-C (or termination) and never unset.
static ASKED: AtomicBool = AtomicBool::new(false);
static READY: OnceLock<()> = OnceLock::new();

/// From here on Ctrl-C asks for an end in good order.
pub(crate) fn listen() {
    READY.get_or_init(|| {
        let handler = || {
            if ASKED.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        };
        if let Err(error) = ctrlc::set_handler(handler) {
            say(&format!("Ctrl-C will stop at once: {error}"));
        }
    });
}

/// Whether an end was asked for.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
