//! Which file a path leads to: two paths to one file are the same, whatever they are called and linked by.

use std::fs::{self, File, Metadata};
use std::path::{Path, PathBuf};

/// A file or folder that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(dead_code, reason = "one of the two on each system")]
enum Kind {
    /// Device and inode.
    Inode(u64, u64),
    Path(PathBuf),
}

impl Identity {
    /// Of a regular file or a folder, links followed; `None` for what is not there, and for devices and pipes, which can be read
    /// and written at once.
    pub fn of(path: &Path) -> Option<Identity> {
        let metadata = fs::metadata(path).ok()?;
        if cfg!(unix) { by_inode(&metadata) } else { Some(Identity(Kind::Path(fs::canonicalize(path).ok()?))) }
    }

    /// Of the file that standard input comes from, or standard output goes to; `None` where that is none.
    #[cfg(unix)]
    pub fn of_stream(stream: &impl std::os::fd::AsFd) -> Option<Identity> {
        let file = File::from(stream.as_fd().try_clone_to_owned().ok()?);
        by_inode(&file.metadata().ok()?)
    }

    /// Of the file that standard input comes from, or standard output goes to; this system does not say.
    #[cfg(not(unix))]
    pub fn of_stream<T>(_: &T) -> Option<Identity> {
        None
    }
}

#[cfg(unix)]
fn by_inode(metadata: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let plain = metadata.is_file() || metadata.is_dir();
    plain.then(|| Identity(Kind::Inode(metadata.dev(), metadata.ino())))
}

#[cfg(not(unix))]
fn by_inode(_: &Metadata) -> Option<Identity> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_same_file_and_devices_to_none() {
        let folder = tempfile::tempdir().unwrap();
        let [file, hard, soft, other] = ["file", "hard", "soft", "other"].map(|name| folder.path().join(name));
        fs::write(&file, "").unwrap();
        fs::write(&other, "").unwrap();
        fs::hard_link(&file, &hard).unwrap();
        std::os::unix::fs::symlink("file", &soft).unwrap();
        let here = Identity::of(&file);
        assert!(here.is_some() && here == Identity::of(&hard) && here == Identity::of(&soft));
        assert!(here != Identity::of(&other) && here == Identity::of_stream(&File::open(&file).unwrap()));
        assert!(Identity::of(Path::new("/dev/null")).is_none() && Identity::of(&folder.path().join("none")).is_none());
    }
}
