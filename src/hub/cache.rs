//! One repository in the cache: blobs by their etag, snapshots by commit that point to them, revisions that name a commit.

use crate::Error;
use alam_models::side;
use hf_hub::{Cache, CacheRepo, Repo};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Whether a file's content is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cached {
    /// Whole.
    Present,
    /// Not, or only in part.
    Absent,
}

/// A repository's folder in the cache.
pub(super) struct Place {
    layout: CacheRepo,
    revision: String,
    folder: PathBuf,
    locks: PathBuf,
}

impl Place {
    pub(super) fn new(cache: &Path, repo: Repo) -> Place {
        let name = repo.folder_name();
        Place {
            revision: repo.revision().to_string(),
            folder: cache.join(&name),
            locks: cache.join(".locks").join(name),
            layout: Cache::new(cache.to_path_buf()).repo(repo),
        }
    }

    /// The folder of a commit.
    pub(super) fn folder(&self, commit: &str) -> PathBuf {
        self.layout.pointer_path(commit)
    }

    /// The folder of the revision, if the cache has it: by a name, or itself a commit.
    pub(super) fn snapshot(&self) -> Option<PathBuf> {
        let named = side::text(&self.folder.join("refs").join(&self.revision), side::CONFIGURATION).ok();
        let commit = named.map(|commit| commit.trim().to_string()).unwrap_or_else(|| self.revision.clone());
        let folder = self.folder(&commit);
        (!commit.is_empty() && folder.is_dir()).then_some(folder)
    }

    /// Names the commit as what the revision is now.
    pub(super) fn set_revision(&self, commit: &str) -> Result<(), Error> {
        if self.revision == commit {
            return Ok(());
        }
        let path = self.folder.join("refs").join(&self.revision);
        let parent = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent).map_err(|source| Error::io(parent, source))?;
        let temporary = tempfile::NamedTempFile::new_in(parent).map_err(|source| Error::io(parent, source))?;
        fs::write(temporary.path(), commit).map_err(|source| Error::io(temporary.path(), source))?;
        temporary.persist(&path).map_err(|error| Error::io(&path, error.error))?;
        Ok(())
    }

    /// Where content with this etag is when it is whole.
    pub(super) fn blob_path(&self, etag: &str) -> PathBuf {
        self.layout.blob_path(etag)
    }

    /// Where it grows while it comes: the name that `huggingface_hub` gives it.
    pub(super) fn incomplete(&self, etag: &str) -> PathBuf {
        self.layout.blob_path(&format!("{etag}.incomplete"))
    }

    /// Whether content with this etag is here; makes the folder it belongs in.
    pub(super) fn blob(&self, etag: &str) -> Result<Cached, Error> {
        let folder = self.folder.join("blobs");
        fs::create_dir_all(&folder).map_err(|source| Error::io(folder, source))?;
        Ok(if self.blob_path(etag).is_file() { Cached::Present } else { Cached::Absent })
    }

    /// Keeps others from fetching the same content, until the file is dropped. Waits for them.
    pub(super) fn lock(&self, etag: &str) -> Result<File, Error> {
        fs::create_dir_all(&self.locks).map_err(|source| Error::io(&self.locks, source))?;
        let path = self.locks.join(format!("{etag}.lock"));
        let file = File::create(&path).map_err(|source| Error::io(&path, source))?;
        file.lock().map_err(|source| Error::io(&path, source))?;
        Ok(file)
    }

    /// The download is whole and right: from now on it counts.
    pub(super) fn complete(&self, etag: &str) -> Result<(), Error> {
        let (from, to) = (self.incomplete(etag), self.blob_path(etag));
        File::open(&from).and_then(|file| file.sync_all()).map_err(|source| Error::io(&from, source))?;
        fs::rename(&from, &to).map_err(|source| Error::io(to, source))
    }

    /// Gives content its name in a commit, and that path.
    pub(super) fn point(&self, commit: &str, name: &str, etag: &str) -> Result<PathBuf, Error> {
        let pointer = self.folder(commit).join(name);
        if let Some(parent) = pointer.parent() {
            fs::create_dir_all(parent).map_err(|source| Error::io(parent, source))?;
        }
        // A commit's file never changes, so what points already points right, unless its content was removed.
        if pointer.exists() {
            return Ok(pointer);
        }
        let _ = fs::remove_file(&pointer);
        link(&self.blob_path(etag), name, &pointer).map_err(|source| Error::io(&pointer, source))?;
        Ok(pointer)
    }
}

/// A relative link, so that the cache can be moved; a name with folders is as many steps deeper.
#[cfg(unix)]
fn link(blob: &Path, name: &str, pointer: &Path) -> std::io::Result<()> {
    let mut target = PathBuf::from("../..");
    target.extend(name.split('/').skip(1).map(|_| ".."));
    target.push("blobs");
    target.extend(blob.file_name());
    std::os::unix::fs::symlink(target, pointer)
}

/// Links need a privilege on other systems: a second copy then, as `huggingface_hub` makes it.
#[cfg(not(unix))]
fn link(blob: &Path, _name: &str, pointer: &Path) -> std::io::Result<()> {
    fs::copy(blob, pointer).map(|_| ())
}

/// Names of the files below a snapshot, with `/` between folders, sorted.
pub(super) fn names(snapshot: &Path) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    let mut folders = vec![(snapshot.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|source| Error::io(&folder, source))? {
            let entry = entry.map_err(|source| Error::io(&folder, source))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            } else if entry.path().is_file() {
                names.push(name);
            }
        }
    }
    names.sort();
    Ok(names)
}
