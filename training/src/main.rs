//! `alam-train`.

fn main() {}
