//! Ctrl-C and termination: the first asks for an end in good order, which may take a moment; the second ends at once.
//!
//! What takes long looks at [`asked`] as it goes. Where that is not enough (a model being read, a large document between two
//! looks), the program ends all the same: what is in the making is removed, whole files stay, and a batch job can end anywhere.
//! Only a record that is on its way to standard output is waited for, for a while.

use crate::cli::outcome::say;
use crate::formats::whole;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// Time for an end in good order.
const GOOD_ORDER: Duration = Duration::from_millis(1500);
/// Time for whoever reads standard output to take a record that was begun.
const RECORD: Duration = Duration::from_secs(10);
const STEP: Duration = Duration::from_millis(20);

/// Set by the first Ctrl-C (or termination) and never unset.
static ASKED: AtomicBool = AtomicBool::new(false);
/// Records on their way to standard output.
static ON_THEIR_WAY: AtomicUsize = AtomicUsize::new(0);
static READY: OnceLock<()> = OnceLock::new();

/// From here on Ctrl-C asks for an end in good order.
pub(crate) fn listen() {
    READY.get_or_init(|| {
        let handler = || {
            if ASKED.swap(true, Ordering::SeqCst) || std::thread::Builder::new().spawn(wait_and_leave).is_err() {
                leave();
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

/// Does what must not be cut off: writes a record to standard output.
pub(crate) fn whole_record<T>(write: impl FnOnce() -> T) -> T {
    ON_THEIR_WAY.fetch_add(1, Ordering::SeqCst);
    let written = write();
    ON_THEIR_WAY.fetch_sub(1, Ordering::SeqCst);
    written
}

fn wait_and_leave() {
    sleep(GOOD_ORDER);
    let mut waited = GOOD_ORDER;
    while ON_THEIR_WAY.load(Ordering::SeqCst) > 0 && waited < RECORD {
        sleep(STEP);
        waited += STEP;
    }
    leave();
}

fn leave() -> ! {
    whole::remove_unfinished();
    say("interrupted: it is ended where it stands");
    std::process::exit(i32::from(crate::cli::outcome::Outcome::Interrupted.status()));
}
