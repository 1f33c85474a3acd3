//! SHA-256 in hexadecimal digits.

pub use alam_models::checksum::{hexadecimal, of_file};
