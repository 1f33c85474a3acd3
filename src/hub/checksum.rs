//! Whether what came is what the hub promised.

use super::client::Found;
use crate::{Error, checksum};
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
        let sum = checksum::of_file(path).map_err(|source| Error::io(path, source))?;
        if !sum.eq_ignore_ascii_case(&found.etag) {
            return Err(wrong("SHA-256", &found.etag, &sum));
        }
    }
    Ok(())
}
