//! What cargo-fuzz runs: the functions of `tests/fuzz/targets.rs`, one binary each.

#[path = "../../tests/fuzz/targets.rs"]
mod targets;

/// Runs a target by its name.
pub fn run(name: &str, bytes: &[u8]) {
    match targets::ALL.iter().find(|(other, _)| *other == name) {
        Some((_, target)) => target(bytes),
        None => panic!("{name}: wanted a target of tests/fuzz/targets.rs"),
    }
}
