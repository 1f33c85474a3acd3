//! The real binary in a fresh folder: what it prints, what it leaves behind, how it exits.

#[path = "cli/convert.rs"]
mod convert;
#[path = "cli/flags.rs"]
mod flags;
#[path = "cli/sandbox.rs"]
mod sandbox;
