//! What cargo-fuzz runs: the functions of `tests/fuzz/targets.rs`, one binary each.

use std::sync::Once;

#[path = "../../tests/fuzz/targets.rs"]
mod targets;

/// Runs a target by its name.
pub fn run(name: &str, bytes: &[u8]) {
    // libFuzzer's own hook ends the process at every panic, at those too that `src/contain.rs` makes errors of. Others
    // still end it: where one leaves a target.
    static HOOK: Once = Once::new();
    HOOK.call_once(|| std::panic::set_hook(Box::new(|panic| eprintln!("{panic}"))));
    match targets::ALL.iter().find(|(other, _)| *other == name) {
        Some((_, target)) => target(bytes),
        None => panic!("{name}: wanted a target of tests/fuzz/targets.rs"),
    }
}
