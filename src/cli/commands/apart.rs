//! Outputs that are inputs, refused before anything is opened: what is written would take the place of what is to be read.

use crate::cli::outcome::Failure;
use crate::error::escaped;
use crate::formats::{InputFormat, brat};
use crate::walk;
use crate::walk::identity::Identity;
use std::fs;
use std::path::{Path, PathBuf};

/// What a command reads and writes.
#[derive(Default)]
pub(crate) struct Plan<'a> {
    /// Files that are written, with the flags that name them.
    pub(crate) files: Vec<(&'static str, &'a Path)>,
    /// A folder that files are written into, with its flag.
    pub(crate) folder: Option<(&'static str, &'a Path)>,
    /// Inputs as typed.
    pub(crate) inputs: &'a [PathBuf],
    /// Other files, and folders of files, that are read.
    pub(crate) others: Vec<PathBuf>,
}

impl Plan<'_> {
    /// Refuses a plan that would write over what it reads, however the two are called and linked: files are the same by device
    /// and inode. Standard output is one of the outputs.
    ///
    /// # Errors
    /// The first output that is an input, or that another output is written to as well.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.once()?;
        let stdout = Identity::of_stream(&std::io::stdout()).map(|identity| ("standard output", identity));
        let files = self.files.iter().filter_map(|(flag, path)| Some((*flag, Identity::of(path)?)));
        let outputs: Vec<(&str, Identity)> = files.chain(stdout).collect();
        if let Some((flag, folder)) = self.folder {
            self.outside(flag, folder)?;
        }
        if outputs.is_empty() {
            return Ok(());
        }
        let others = self.others.iter().flat_map(|path| {
            let within = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
            within.chain([path.clone()])
        });
        // What cannot be listed is no matter here: the command itself will say so.
        for path in others.chain(walk::files(self.inputs.to_vec()).flatten()) {
            let brat = InputFormat::of_path(&path) == Some(InputFormat::Brat);
            let beside = if brat { brat::texts_beside(&path).to_vec() } else { Vec::new() };
            for path in std::iter::once(path).chain(beside) {
                let Some(found) = identity(&path) else { continue };
                if let Some((flag, _)) = outputs.iter().find(|(_, output)| *output == found) {
                    let found = !self.inputs.contains(&path) && !self.others.contains(&path);
                    return Err(if found { earlier(flag, &path) } else { same(flag, &path) });
                }
            }
        }
        Ok(())
    }

    /// Refuses two outputs into one file, and one into a folder that another one fills.
    fn once(&self) -> Result<(), Failure> {
        let whole = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).ok();
        for (flag, path) in &self.files {
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            if let Some((other, folder)) = self.folder
                && whole(parent).zip(whole(folder)).is_some_and(|(parent, folder)| parent.starts_with(folder))
            {
                let path = path.display().to_string();
                let message =
                    format!("{flag}: wanted a file outside of the folder of {other}, found {}", escaped(&path));
                return Err(Failure::usage(message));
            }
        }
        for (index, (flag, path)) in self.files.iter().enumerate() {
            let is_same = |other: &Path| {
                let absolute = |path: &Path| std::path::absolute(path).ok();
                absolute(other) == absolute(path) || Identity::of(other).is_some_and(|o| Some(o) == Identity::of(path))
            };
            if let Some((other, _)) = self.files[..index].iter().find(|(_, other)| is_same(other)) {
                let path = path.display().to_string();
                return Err(Failure::usage(format!(
                    "{flag}: wanted another file than {other}, found {}",
                    escaped(&path)
                )));
            }
        }
        Ok(())
    }

    /// Refuses a folder that inputs lie in.
    fn outside(&self, flag: &str, folder: &Path) -> Result<(), Failure> {
        let Ok(folder) = folder.canonicalize() else { return Ok(()) };
        for input in self.inputs {
            let inputs: Vec<PathBuf> = match walk::pattern::is_pattern(input) {
                true => walk::files(vec![input.clone()]).flatten().collect(),
                false => vec![input.clone()],
            };
            let within = |path: &&PathBuf| path.canonicalize().is_ok_and(|path| path.starts_with(&folder));
            if let Some(path) = inputs.iter().find(within) {
                return Err(same(flag, path));
            }
        }
        Ok(())
    }
}

fn identity(path: &Path) -> Option<Identity> {
    if path == Path::new("-") { Identity::of_stream(&std::io::stdin()) } else { Identity::of(path) }
}

fn same(flag: &str, path: &Path) -> Failure {
    refused(flag, path, "tip: write elsewhere; nothing was written")
}

/// One that was found in a folder or by a pattern. It may be what this very command wrote before, but who can tell: it may as
/// well be the only copy of a corpus.
fn earlier(flag: &str, path: &Path) -> Failure {
    refused(flag, path, "tip: write elsewhere, or remove it first if an earlier run wrote it; nothing was written")
}

fn refused(flag: &str, path: &Path, tip: &str) -> Failure {
    let path = path.display().to_string();
    Failure::usage(format!("{flag}: wanted what is not an input, found {}, which is read\n{tip}", escaped(&path)))
}
