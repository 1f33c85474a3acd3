//! Names of files as people and records see them.

use std::path::Path;

/// A path as text. A byte that is no character, as in names that were Windows-1256 once, is shown as `\xE1`: two files never
/// look alike for it.
pub fn shown(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02X}")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_as_it_is() {
        assert_eq!(shown(Path::new("أخبار/خبر.txt")), "أخبار/خبر.txt");
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_told_apart() {
        use std::os::unix::ffi::OsStrExt;
        let path = |bytes: &'static [u8]| Path::new(std::ffi::OsStr::from_bytes(bytes));
        assert_eq!(shown(path(b"a/\xCE\xC8.txt")), "a/\\xCE\\xC8.txt");
        assert_ne!(shown(path(b"\xCE")), shown(path(b"\xCF")));
    }
}
