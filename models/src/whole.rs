//! Files that appear whole or not at all: written beside their place, synced, renamed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tempfile::NamedTempFile;

/// What the name of a file in the making ends with.
const UNFINISHED: &str = ".part";

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 16;

/// Letters of a place's name that its temporary sibling has too: a name ends at 255 bytes on most systems, a letter has up to
/// four, and more stands around them here.
const LONGEST: usize = 50;

/// Files in the making: who leaves at once, without a look back, removes them.
static MAKING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes all files in the making. For a process that ends without an end of its parts.
pub fn remove_unfinished() {
    for path in MAKING.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        // Nobody is left to be told.
        let _ = fs::remove_file(path);
    }
}

/// A file in the making that is known as such.
#[derive(Debug)]
struct Known(PathBuf);

impl Known {
    fn new(file: &NamedTempFile) -> Known {
        MAKING.lock().unwrap_or_else(PoisonError::into_inner).push(file.path().to_path_buf());
        Known(file.path().to_path_buf())
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        MAKING.lock().unwrap_or_else(PoisonError::into_inner).retain(|path| *path != self.0);
    }
}

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct Unwritten {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

fn unwritten(path: &Path) -> impl Fn(io::Error) -> Unwritten {
    move |source| Unwritten { path: path.to_path_buf(), source }
}

/// A file in the making. Dropped before [`WholeFile::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct WholeFile {
    path: PathBuf,
    to: To,
}

#[derive(Debug)]
enum To {
    /// A temporary file beside the place.
    Beside(BufWriter<NamedTempFile>, Known),
    /// What stands there and is no file: a device, a pipe. To put a file in its place would take it from everybody else.
    Straight(BufWriter<File>),
}

impl WholeFile {
    /// Begins a file; what stands at `path` stays until the new one is whole, which has its mode then, and its owner and group
    /// where the system lets us. A link is followed. A device or a named pipe is
    /// written to as it is, and at once.
    pub fn create(path: &Path) -> Result<WholeFile, Unwritten> {
        let failed = unwritten(path);
        if fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
            let there = OpenOptions::new().write(true).open(path).map_err(failed)?;
            let to = To::Straight(BufWriter::with_capacity(BUFFER, there));
            return Ok(WholeFile { path: path.to_path_buf(), to });
        }
        let path = match fs::symlink_metadata(path) {
            Ok(there) if there.is_symlink() => fs::canonicalize(path).map_err(failed)?,
            // A name that is too long, or that goes through a file.
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => path.to_path_buf(),
        };
        // A new file beside it would need nobody's leave; what is write-protected stays.
        if path.is_file() {
            OpenOptions::new().write(true).open(&path).map_err(unwritten(&path))?;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{}.", name.chars().take(LONGEST).collect::<String>());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(UNFINISHED);
        // What an ordinary new file has (the umask applies), where temporary files are their owner's alone.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(folder_of(&path)).map_err(plain).map_err(unwritten(&path))?;
        if let Ok(there) = fs::metadata(&path) {
            take_over(&there, file.as_file()).map_err(unwritten(&path))?;
        }
        let known = Known::new(&file);
        Ok(WholeFile { to: To::Beside(BufWriter::with_capacity(BUFFER, file), known), path })
    }

    /// Puts the file in its place; behind a power cut, either the old or the new one is there.
    pub fn commit(self) -> Result<(), Unwritten> {
        let WholeFile { path, to } = self;
        let (file, _known) = match to {
            To::Beside(file, known) => {
                (file.into_inner().map_err(|e| plain(e.into_error())).map_err(unwritten(&path))?, known)
            }
            To::Straight(mut there) => return there.flush().map_err(unwritten(&path)),
        };
        file.as_file().sync_all().map_err(unwritten(&path))?;
        file.persist(&path).map_err(|e| e.error).map_err(unwritten(&path))?;
        // The rename itself lies in the folder; where a folder cannot be opened as a file there is nothing to sync.
        if let Ok(folder) = File::open(folder_of(&path)) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::Beside(file, _) => file.write(bytes).map_err(plain),
            To::Straight(there) => there.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Beside(file, _) => file.flush().map_err(plain),
            To::Straight(there) => there.flush(),
        }
    }
}

/// Gives a new file what the one that it replaces was given by its owner. The owner is no matter of failure: most users may not
/// give files away, and who may write beside a file may replace it. The mode is, since it may keep a secret; it comes last,
/// because a new owner takes bits of it away.
#[cfg(unix)]
fn take_over(there: &fs::Metadata, file: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let ours = file.metadata()?;
    if there.uid() != ours.uid() {
        let _ = fchown(file, Some(there.uid()), None);
    }
    if there.gid() != ours.gid() {
        let _ = fchown(file, None, Some(there.gid()));
    }
    file.set_permissions(there.permissions())
}

#[cfg(not(unix))]
fn take_over(_: &fs::Metadata, _: &File) -> io::Result<()> {
    Ok(())
}

/// What the system said, without the name of a temporary file that nobody has asked for.
fn plain(error: io::Error) -> io::Error {
    match error.to_string().rsplit_once(" at path ") {
        Some((said, _)) => io::Error::new(error.kind(), said),
        None => error,
    }
}

/// Whether a file's name is that of one in the making: it may be removed where nobody is making it.
pub fn is_unfinished(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(UNFINISHED)
}

/// Writes a file at once, whole or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Unwritten> {
    let mut file = WholeFile::create(path)?;
    file.write_all(bytes).map_err(unwritten(path))?;
    file.commit()
}

/// Copies a file, whole or not at all.
pub fn copy(source: &Path, target: &Path) -> Result<(), Unwritten> {
    let mut from = File::open(source).map_err(unwritten(source))?;
    let mut file = WholeFile::create(target)?;
    io::copy(&mut from, &mut file).map_err(unwritten(target))?;
    file.commit()
}

/// Writes a file through somebody who asks for a name to write to, whole or not at all.
pub fn through<E: From<Unwritten>>(path: &Path, write: impl FnOnce(&Path) -> Result<(), E>) -> Result<(), E> {
    let file = WholeFile::create(path)?;
    match &file.to {
        To::Straight(_) => write(path)?,
        To::Beside(beside, _) => {
            let beside = beside.get_ref().path();
            write(beside)?;
            // There may be a new file under the name, so it is opened again to be synced.
            File::open(beside).and_then(|there| there.sync_all()).map_err(unwritten(path))?;
        }
    }
    Ok(file.commit()?)
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_on_commit_and_leaves_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        let mut file = WholeFile::create(&path).unwrap();
        file.write_all(b"whole").unwrap();
        assert!(!path.exists());
        file.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_given_up_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        write(&path, b"old").unwrap();
        let mut file = WholeFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_replaced_keeps_its_mode() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        for mode in [0o600, 0o640, 0o666, 0o400] {
            let _ = fs::remove_file(&path);
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            write(&path, b"new").unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
            assert_eq!(fs::read(&path).unwrap(), b"new");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one_and_its_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        write(&file, b"old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_stays_one_and_is_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read(pipe).unwrap()
        });
        write(&pipe, b"through").unwrap();
        assert_eq!(reader.join().unwrap(), b"through");
        assert!(std::os::unix::fs::FileTypeExt::is_fifo(&fs::metadata(&pipe).unwrap().file_type()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_name_of_255_bytes_is_one_like_others() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a".repeat(255), format!("{}x", "ع".repeat(127))] {
            let path = folder.path().join(name);
            write(&path, b"whole").unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"whole");
        }
        assert!(WholeFile::create(&folder.path().join("a".repeat(256))).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn who_leaves_at_once_leaves_nothing_in_the_making() {
        let folder = tempfile::tempdir().unwrap();
        let file = WholeFile::create(&folder.path().join("out")).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let To::Beside(_, known) = &file.to else { panic!("a file beside its place") };
        // Other tests make files meanwhile, so this removes one only.
        assert!(MAKING.lock().unwrap().contains(&known.0));
        drop(file);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn who_writes_by_a_name_may_put_another_file_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let replaced = |name: &Path| -> Result<(), Unwritten> {
            let other = folder.path().join("other");
            fs::write(&other, "whole").and_then(|()| fs::rename(&other, name)).map_err(unwritten(name))
        };
        through(&path, replaced).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        let failed = through(&path, |name| Err(unwritten(name)(io::ErrorKind::Other.into())));
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_is_an_error_that_names_the_file() {
        let path = Path::new("no/such/folder/out");
        let error = WholeFile::create(path).unwrap_err().to_string();
        assert_eq!(error, "no/such/folder/out: No such file or directory (os error 2)");
    }
}
