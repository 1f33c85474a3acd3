//! Whether what came is what the hub promised.

use super::client::Found;
use crate::Error;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Compares size, and SHA-256 where the etag is one (files in large file storage). A file that differs is removed, so
/// that the next attempt begins anew.
pub(super) fn verify(path: &Path, found: &Found, name: &str) -> Result<(), Error> {
    let wrong = |what: &str, wanted: &dyn std::fmt::Display, was: &dyn std::fmt::Display| {
        let _ = std::fs::remove_file(path);
        Error::Hub(format!("{name}: wanted {what} {wanted}, found {was}; removed it\ntip: fetch it again"))
    };
    let size = path.metadata().map_err(|source| Error::io(path, source))?.len();
    if found.size.is_some_and(|wanted| wanted != size) {
        return Err(wrong("a size of", &found.size.unwrap_or_default(), &size));
    }
    if found.etag.len() == 64 && found.etag.bytes().all(|b| b.is_ascii_hexdigit()) {
        let sum = sha256(path).map_err(|source| Error::io(path, source))?;
        if !sum.eq_ignore_ascii_case(&found.etag) {
            return Err(wrong("SHA-256", &found.etag, &sum));
        }
    }
    Ok(())
}

/// In hexadecimal digits.
fn sha256(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()),
            n => hash.update(&buffer[..n]),
        }
    }
}
