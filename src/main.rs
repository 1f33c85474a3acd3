//! `alam`.

fn main() {}
