//! The files of inputs as users name them: files as they are, folders recursively and sorted, what patterns match, `-` for
//! standard input.

pub mod identity;
pub mod pattern;

use crate::Error;
use crate::formats::notes::Counted;
use crate::formats::{InputFormat, brat, input};
use crate::job::folder::{is_jobs, is_part};
use crate::shown::shown;
use alam_models::side;
use identity::Identity;
use pattern::{Matches, is_pattern};
use std::collections::BTreeMap;
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The files of `inputs`, in order. In folders, files of a known kind are taken ([`InputFormat::of_path`]), hidden ones
/// are left out and links to folders are not followed, which [`Skipped`] counts; a folder without any such file is a broken record. Of the folder of a
/// batch job the parts are taken, and nothing where it lies inside another, which is counted as well. A text and its brat annotation file are
/// one document, also where both are given or match.
///
/// Memory is bounded by the largest single folder, not by the tree.
pub fn files(mut inputs: Vec<PathBuf>) -> Walk {
    brat::one_of_pairs(&mut inputs, |path| path);
    let skipped = Skipped::default();
    Walk { inputs: inputs.into_iter(), matches: None, stack: Vec::new(), root: None, left_out: None, skipped }
}

/// Whether an input is something that can be read.
///
/// # Errors
/// A file that is not there, a pattern that nothing matches.
pub fn is_there(input: &Path) -> Result<(), Error> {
    if is_pattern(input) {
        return match Matches::of(input)?.next() {
            Some(_) => Ok(()),
            None => Err(Error::record(shown(input), "wanted files that match this pattern, found none")),
        };
    }
    match input.metadata() {
        Err(error) if input != Path::new("-") => Err(Error::io(input, error)),
        _ => Ok(()),
    }
}

/// What is passed over unless it is an input by its own name: to read a pipe is to wait for whoever writes to it.
fn passed_over(path: &Path) -> Option<Error> {
    let found = side::no_file(&path.metadata().ok()?)?;
    let message =
        format!("wanted a file, found {found}, which is passed over\ntip: it is read where it is an input itself");
    Some(Error::record(shown(path), message))
}

/// What walks passed over in folders, by the endings of names; shared between whoever walks and whoever tells.
#[derive(Debug, Clone, Default)]
pub struct Skipped(Arc<Mutex<BTreeMap<String, u64>>>);

/// Different endings that are counted apart.
const ENDINGS: usize = 200;

impl Skipped {
    fn add(&self, what: String) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = all.len() < ENDINGS || all.contains_key(&what);
        *all.entry(if room { what } else { "(others)".into() }).or_default() += 1;
    }

    /// How many there are of each: by the ending, the one before `.gz` and `.zst`, in small letters; `(none)` without one, `(hidden)`
    /// for names that begin with a dot, `(linked folder)`, `(job's folder)` for that of another batch job.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What there is to say of them.
    pub fn message(&self) -> Option<String> {
        let counts = self.counts();
        let tip = "tip: what is an input by its own name is read, whatever its ending";
        let message = || format!("passed over in folders, by ending: {}\n{tip}", Counted(&counts));
        (!counts.is_empty()).then(message)
    }
}

/// See [`files`].
pub struct Walk {
    inputs: std::vec::IntoIter<PathBuf>,
    /// What is left of the pattern being walked.
    matches: Option<Matches>,
    /// What is left of the folder being walked, last first.
    stack: Vec<PathBuf>,
    /// The folder being walked, until a file is found in it.
    root: Option<PathBuf>,
    left_out: Option<PathBuf>,
    skipped: Skipped,
}

impl Walk {
    /// Counts there what is passed over.
    pub fn counting(self, skipped: &Skipped) -> Walk {
        Walk { skipped: skipped.clone(), ..self }
    }

    /// Leaves out a file or folder below the inputs: where the output goes, which would else be read as it is written.
    pub fn without(mut self, path: Option<&Path>) -> Walk {
        self.left_out = path.and_then(|path| std::path::absolute(path).ok());
        self
    }

    fn is_left_out(&self, path: &Path) -> bool {
        let same = |out: &PathBuf| {
            let linked = || out.is_dir() && path.is_dir() && Identity::of(path) == Identity::of(out);
            std::path::absolute(path).is_ok_and(|path| path == *out) || linked()
        };
        self.left_out.as_ref().is_some_and(same)
    }
}

impl Iterator for Walk {
    type Item = Result<PathBuf, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(path) = self.stack.pop() {
                if !path.is_dir() {
                    self.root = None;
                    return Some(passed_over(&path).map_or(Ok(path), Err));
                }
                if let Err(error) = self.enter(&path) {
                    self.root = None;
                    return Some(Err(error));
                }
                continue;
            }
            if let Some(root) = self.root.take() {
                let kinds =
                    ".txt, .html, .jsonl, .json, .csv, .tsv, .parquet, .conll, .conllu, .ann, each also .gz or .zst";
                return Some(Err(Error::record(shown(&root), format!("wanted files ({kinds}), found none"))));
            }
            let (input, matched) = match self.matches.as_mut().and_then(Iterator::next) {
                Some(Ok(path)) => (path, true),
                Some(Err(error)) => return Some(Err(error)),
                None => (self.inputs.next()?, false),
            };
            if self.is_left_out(&input) {
                continue;
            }
            if matched && !input.is_dir() {
                return Some(passed_over(&input).map_or(Ok(input), Err));
            } else if input != Path::new("-") && input.is_dir() {
                self.stack.push(input.clone());
                self.root = Some(input);
            } else if input != Path::new("-") && is_pattern(&input) {
                match Matches::of(&input) {
                    Ok(matches) => self.matches = Some(matches),
                    Err(error) => return Some(Err(error)),
                }
            } else {
                return Some(Ok(input));
            }
        }
    }
}

impl Walk {
    fn enter(&mut self, folder: &Path) -> Result<(), Error> {
        let mut found = Vec::new();
        // The books and the unfinished parts of a job are its own.
        let jobs = is_jobs(folder);
        for entry in fs::read_dir(folder).map_err(|e| Error::io(folder, e))? {
            let entry = entry.map_err(|e| Error::io(folder, e))?;
            let path = entry.path();
            let kind = entry.file_type().map_err(|e| Error::io(&path, e))?;
            if self.is_left_out(&path) {
                continue;
            }
            match skipped(&path, kind) {
                None => found.push(path),
                Some(what) if !jobs => self.skipped.add(what),
                Some(_) => {}
            }
        }
        if jobs {
            // Asked for, its parts are what it holds; else it is no part of a corpus that it happens to lie in.
            let asked = self.root.as_deref() == Some(folder);
            if !asked {
                self.skipped.add("(job's folder)".into());
            }
            found.retain(|path| asked && path.file_name().is_some_and(is_part) && !path.is_dir());
        }
        brat::one_of_pairs(&mut found, |path| path);
        found.sort_unstable_by(|a, b| b.cmp(a));
        self.stack.append(&mut found);
        Ok(())
    }
}

/// What an entry of a folder is counted as where it is passed over.
fn skipped(path: &Path, kind: FileType) -> Option<String> {
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let ending = || input::extension(path).filter(|ending| !ending.is_empty()).unwrap_or_else(|| "(none)".into());
    match (hidden, kind.is_dir()) {
        (true, _) => Some("(hidden)".into()),
        (_, true) => None,
        _ if path.is_dir() => Some("(linked folder)".into()),
        _ => InputFormat::of_path(path).is_none().then(ending),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(inputs: Vec<PathBuf>, root: &Path) -> Vec<String> {
        let prefix = root.display().to_string() + "/";
        files(inputs)
            .map(|found| match found {
                Ok(path) => path.display().to_string().replace(&prefix, ""),
                Err(error) => error.to_string().replace(&prefix, ""),
            })
            .collect()
    }

    #[test]
    fn folders_are_walked_in_order_and_files_taken_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in [
            "d/b.txt",
            "d/a/z.txt.gz",
            "d/a/a.jsonl",
            "d/.hidden.txt",
            "d/note.docx",
            "d/note.DOCX.gz",
            "d/e.txt~",
            "d/README",
            "d/c.conll",
            "d/e.txt",
            "d/e.ann",
            "x.docx",
        ] {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found = names(vec![root.join("x.docx"), root.join("d"), "-".into()], root);
        assert_eq!(found, ["x.docx", "d/a/a.jsonl", "d/a/z.txt.gz", "d/b.txt", "d/c.conll", "d/e.ann", "-"]);
        let skipped = Skipped::default();
        assert_eq!(files(vec![root.to_path_buf()]).counting(&skipped).count(), 5);
        let wanted = [("(hidden)", 1), ("(none)", 1), ("docx", 3), ("txt~", 1)];
        assert_eq!(skipped.counts(), wanted.map(|(what, count)| (what.to_owned(), count)).into());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_passed_over_and_named_unless_it_is_an_input_itself() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::write(root.join("b.txt"), "").unwrap();
        let made = std::process::Command::new("mkfifo").arg(root.join("a.txt")).status().unwrap();
        assert!(made.success());
        let _socket = std::os::unix::net::UnixListener::bind(root.join("c.txt")).unwrap();
        let passed = |name: &str, kind: &str| {
            let tip = "tip: it is read where it is an input itself";
            format!("{name}: wanted a file, found {kind}, which is passed over\n{tip}")
        };
        let (pipe, socket) = (passed("a.txt", "a named pipe"), passed("c.txt", "a socket"));
        assert_eq!(names(vec![root.to_path_buf()], root), [pipe.as_str(), "b.txt", &socket]);
        assert_eq!(names(vec![root.join("?.txt")], root), [pipe.as_str(), "b.txt", &socket]);
        assert_eq!(names(vec![root.join("a.txt")], root), ["a.txt"]);
    }

    #[test]
    fn a_folder_with_nothing_to_read_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("empty")).unwrap();
        fs::write(root.join("a.txt"), "").unwrap();
        let found = names(vec![root.join("empty"), root.join("a.txt")], root);
        assert_eq!(
            found,
            [
                "empty: wanted files (.txt, .html, .jsonl, .json, .csv, .tsv, .parquet, .conll, .conllu, .ann, each also .gz or .zst), found none",
                "a.txt"
            ]
        );
    }

    #[test]
    fn a_jobs_folder_is_its_parts_and_no_part_of_a_corpus() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("out")).unwrap();
        for name in ["manifest.json", "inputs.jsonl", "parts.jsonl", "part-000000-000000.jsonl", "summary.json"] {
            fs::write(root.join("out").join(name), "").unwrap();
        }
        fs::write(root.join("a.txt"), "").unwrap();
        assert_eq!(names(vec![root.join("out")], root), ["out/part-000000-000000.jsonl"]);
        assert_eq!(names(vec![root.to_path_buf()], root), ["a.txt"]);
        let skipped = Skipped::default();
        assert_eq!(files(vec![root.to_path_buf()]).counting(&skipped).count(), 1);
        assert_eq!(skipped.counts(), [("(job's folder)".to_owned(), 1)].into());
    }

    #[test]
    fn a_text_and_its_annotations_are_one_document_however_they_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["a.ann", "a.txt", "b.txt", "c.ann"] {
            fs::write(root.join(name), "").unwrap();
        }
        let wanted = ["a.ann", "b.txt", "c.ann"];
        assert_eq!(names(vec![root.to_path_buf()], root), wanted);
        assert_eq!(names(vec![root.join("*")], root), wanted);
        assert_eq!(names(["a.ann", "a.txt", "b.txt", "c.ann"].map(|name| root.join(name)).into(), root), wanted);
        assert_eq!(names(vec![root.join("*.txt")], root), ["a.txt", "b.txt"]);
    }
}
