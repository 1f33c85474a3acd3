//! SHA-256 in hexadecimal digits.

use crate::side;
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::path::Path;

/// Of a file's bytes.
///
/// # Errors
/// What the system says, and what is no file: a pipe is not waited for.
pub fn of_file(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut file = side::open(path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hexadecimal(hash)),
            count => hash.update(&buffer[..count]),
        }
    }
}

/// What was hashed.
pub fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
