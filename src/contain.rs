//! Panics of other people's decoders, kept where they are: one damaged file must not end a run over a million.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `decode` gives; `None` where it panics. What it was working on is not to be used again.
pub(crate) fn contained<T>(decode: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(decode)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_no_value() {
        assert_eq!(contained(|| 1), Some(1));
        assert_eq!(contained(|| -> u8 { panic!("this panic is part of a test") }), None);
    }
}
