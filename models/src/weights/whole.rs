//! Files that appear whole or not at all.

use crate::Error;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes `path` through `fill`: into a temporary sibling, synced, then renamed, so that whoever looks at `path` (after a
/// crash as well) finds the old file or the new one.
pub(crate) fn write(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<fs::File>) -> std::io::Result<()>,
) -> Result<(), Error> {
    let sibling = sibling_of(path);
    let written = write_and_rename(path, &sibling, fill);
    if written.is_err() {
        // The first error is the one to tell; a sibling that stays behind harms nobody.
        let _ = fs::remove_file(&sibling);
    }
    written.map_err(|source| Error::Io { path: path.to_owned(), source })
}

fn write_and_rename(
    path: &Path,
    sibling: &Path,
    fill: impl FnOnce(&mut BufWriter<fs::File>) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, fs::File::create_new(sibling)?);
    fill(&mut out)?;
    out.flush()?;
    out.get_ref().sync_all()?;
    drop(out);
    fs::rename(sibling, path)?;
    // Without this the new name itself may be lost in a crash. Only Unix can open a folder.
    #[cfg(unix)]
    fs::File::open(path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(())
}

/// A name beside `path` that nobody else uses: two writers of one file must not share it.
fn sibling_of(path: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-{}.part", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    path.with_file_name(name)
}
