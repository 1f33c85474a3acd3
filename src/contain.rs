//! Panics of other people's decoders, kept where they are: one damaged file must not end a run over a million.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};

thread_local! {
    /// Whether a panic of this thread is kept where it is.
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// What `decode` gives; where it panics, what it says of that. What it was working on is not to be used again.
pub(crate) fn contained<T>(decode: impl FnOnce() -> T) -> Result<T, String> {
    let outer = CONTAINED.replace(true);
    let decoded = catch_unwind(AssertUnwindSafe(decode)).map_err(|payload| said(&*payload).to_owned());
    CONTAINED.set(outer);
    decoded
}

/// From here on the program says with `say` what it panics at, and nothing of the panics that it contains: those become errors
/// that name the file.
pub fn tell_panics(say: fn(&str)) {
    std::panic::set_hook(Box::new(move |panic| {
        if !CONTAINED.get() {
            say(&told(panic));
        }
    }));
}

/// The same, but with the place of a panic alone: what it says may have a text in it.
pub fn tell_places_of_panics(say: impl Fn(&str) + Send + Sync + 'static) {
    std::panic::set_hook(Box::new(move |panic| {
        if !CONTAINED.get() {
            say(&panic.location().map_or(String::new(), |place| format!("{}:{}", place.file(), place.line())));
        }
    }));
}

fn told(panic: &PanicHookInfo<'_>) -> String {
    let place = panic.location().map_or(String::new(), |place| format!(" ({}:{})", place.file(), place.line()));
    format!("this is a bug: {}{place}", said(panic.payload()))
}

fn said(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_what_it_says() {
        const SAID: &str = "this panic is part of a test";
        assert_eq!(contained(|| 1), Ok(1));
        assert_eq!(contained(|| -> u8 { panic!("{SAID}") }), Err(SAID.into()));
        assert_eq!(contained(|| -> u8 { panic!("this panic is part of a test, {}", 2) }), Err(format!("{SAID}, 2")));
        assert!(!CONTAINED.get());
    }

    #[test]
    fn a_panic_within_one_that_is_contained_leaves_the_outer_one_contained() {
        let inner = contained(|| {
            assert!(contained(|| -> u8 { panic!("this panic is part of a test") }).is_err());
            CONTAINED.get()
        });
        assert_eq!(inner, Ok(true));
    }
}
