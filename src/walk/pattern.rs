//! Patterns as inputs: `*`, `?` and `[a-z]` within a name, `**` for any folders.
//!
//! To a system a name is bytes, and archives hold names that were Windows-1256 once: a byte that is no character is a letter
//! like others here. Nothing is found twice, and a folder that is found is not searched: it is walked whole.

use crate::Error;
use crate::formats::brat;
use crate::shown::shown;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

/// What makes a pattern of a name.
const SPECIAL: [u8; 3] = [b'*', b'?', b'['];
/// Bytes that are no characters are numbered from here, behind all that are.
const BYTES: u32 = 0x11_0000;

/// Whether an input is a pattern and not a file or folder of that very name.
pub fn is_pattern(input: &Path) -> bool {
    is_special(input.as_os_str()) && input.symlink_metadata().is_err()
}

fn is_special(name: &OsStr) -> bool {
    name.as_encoded_bytes().iter().any(|byte| SPECIAL.contains(byte))
}

/// What a letter of a name may be.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// Any letters, or none.
    Any,
    /// Any one letter.
    One,
    Letter(u32),
    /// A letter in one of these ranges; in none of them where `outside`.
    Of {
        ranges: Vec<(u32, u32)>,
        outside: bool,
    },
}

/// What one name of a path may be.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// `**`: any folders, or none.
    Folders,
    Name(Vec<Piece>),
}

/// A pattern, and how far the search for what fits it is: an iterator of paths in the order of their names.
#[derive(Debug)]
pub struct Matches {
    parts: Vec<Part>,
    /// Paths to look at, last first, with the parts that may come next; behind the last part a path fits.
    stack: Vec<(PathBuf, BTreeSet<usize>)>,
}

impl Matches {
    /// Begins the search.
    ///
    /// # Errors
    /// A bracket that is not closed; `..` behind the first part that is no plain name.
    pub fn of(pattern: &Path) -> Result<Matches, Error> {
        let wrong = |found: &str| {
            Error::config(shown(pattern), format!("wanted a file or a pattern, found no file of that name and {found}"))
        };
        let (mut base, mut parts) = (PathBuf::new(), Vec::new());
        for component in pattern.components() {
            match component {
                Component::Normal(name) if parts.is_empty() && !is_special(name) => base.push(name),
                Component::Normal(name) if name == "**" => {
                    if parts.last() != Some(&Part::Folders) {
                        parts.push(Part::Folders);
                    }
                }
                Component::Normal(name) => {
                    parts.push(Part::Name(pieces(name).ok_or_else(|| wrong("a `[` without its `]`"))?));
                }
                _ if parts.is_empty() => base.push(component),
                _ => return Err(wrong("`..` behind a pattern")),
            }
        }
        let mut matches = Matches { parts, stack: Vec::new() };
        let first = matches.closed([0].into());
        matches.stack.push((base, first));
        Ok(matches)
    }

    /// `**` may stand for no folder at all.
    fn closed(&self, mut at: BTreeSet<usize>) -> BTreeSet<usize> {
        let beyond: Vec<usize> = at.iter().filter(|&&i| self.parts.get(i) == Some(&Part::Folders)).copied().collect();
        at.extend(beyond.into_iter().map(|i| i + 1));
        at
    }

    /// What may come behind an entry of a folder.
    fn behind(&self, at: &BTreeSet<usize>, entry: &DirEntry) -> BTreeSet<usize> {
        let name = letters(&entry.file_name());
        let hidden = name.first() == Some(&u32::from('.'));
        let next = at.iter().filter_map(|&i| match self.parts.get(i)? {
            // Links are not followed, which may lead in circles.
            Part::Folders => (!hidden && entry.file_type().is_ok_and(|kind| kind.is_dir())).then_some(i),
            Part::Name(pieces) => {
                let fits = (!hidden || pieces.first() == Some(&Piece::Letter('.'.into()))) && fits(pieces, &name);
                fits.then_some(i + 1)
            }
        });
        self.closed(next.collect())
    }

    fn search(&mut self, folder: &Path, at: &BTreeSet<usize>) -> std::io::Result<()> {
        let (mut matched, mut folders) = (Vec::new(), Vec::new());
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        for entry in fs::read_dir(here)? {
            let entry = entry?;
            let next = self.behind(at, &entry);
            let path = folder.join(entry.file_name());
            if next.contains(&self.parts.len()) {
                matched.push((path, next));
            } else if !next.is_empty() && is_folder(&entry, &path) {
                folders.push((path, next));
            }
        }
        brat::one_of_pairs(&mut matched, |(path, _)| path);
        folders.append(&mut matched);
        folders.sort_unstable_by(|a, b| b.0.cmp(&a.0));
        self.stack.append(&mut folders);
        Ok(())
    }
}

impl Iterator for Matches {
    type Item = Result<PathBuf, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (path, at) = self.stack.pop()?;
            if at.contains(&self.parts.len()) {
                return Some(Ok(path));
            }
            match self.search(&path, &at) {
                Ok(()) => {}
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                Err(error) => return Some(Err(Error::io(path, error))),
            }
        }
    }
}

/// Whether an entry is a folder; what nobody lets us ask of counts as one, so that the search fails at it with the reason.
fn is_folder(entry: &DirEntry, path: &Path) -> bool {
    match entry.file_type() {
        Ok(kind) if !kind.is_symlink() => kind.is_dir(),
        _ => match path.metadata() {
            Ok(target) => target.is_dir(),
            Err(error) => error.kind() != ErrorKind::NotFound,
        },
    }
}

/// The characters of a name, and bytes that are none.
fn letters(name: &OsStr) -> Vec<u32> {
    let chunks = name.as_encoded_bytes().utf8_chunks();
    let letters = chunks.flat_map(|chunk| {
        let bytes = chunk.invalid().iter().map(|&byte| BYTES + u32::from(byte));
        chunk.valid().chars().map(u32::from).chain(bytes)
    });
    letters.collect()
}

/// Reads a name of a pattern; `None` where a bracket is not closed.
fn pieces(name: &OsStr) -> Option<Vec<Piece>> {
    let letters = letters(name);
    let is = |at: usize, c: char| letters.get(at) == Some(&u32::from(c));
    let (mut pieces, mut at) = (Vec::new(), 0);
    while at < letters.len() {
        if is(at, '[') {
            let outside = is(at + 1, '!') || is(at + 1, '^');
            let begin = at + 1 + usize::from(outside);
            // A bracket that comes first is one of the letters.
            let end = (begin + 1..letters.len()).find(|&end| is(end, ']'))?;
            pieces.push(Piece::Of { ranges: ranges(&letters[begin..end]), outside });
            at = end + 1;
            continue;
        }
        pieces.push(match letters[at] {
            letter if letter == u32::from('*') => Piece::Any,
            letter if letter == u32::from('?') => Piece::One,
            letter => Piece::Letter(letter),
        });
        at += 1;
    }
    Some(pieces)
}

/// `a-z0`: from a to z, and 0.
fn ranges(mut letters: &[u32]) -> Vec<(u32, u32)> {
    let mut ranges = Vec::new();
    while let [first, rest @ ..] = letters {
        match rest {
            [dash, last, behind @ ..] if *dash == u32::from('-') => {
                ranges.push((*first, *last));
                letters = behind;
            }
            _ => {
                ranges.push((*first, *first));
                letters = rest;
            }
        }
    }
    ranges
}

/// Whether a name fits; in time of at most the product of both lengths.
fn fits(pieces: &[Piece], name: &[u32]) -> bool {
    let (mut piece, mut letter) = (0, 0);
    // Behind the last star, and where in the name what it stands for ends.
    let mut star: Option<(usize, usize)> = None;
    while letter < name.len() {
        let alike = match pieces.get(piece) {
            Some(Piece::Any) => {
                piece += 1;
                star = Some((piece, letter));
                continue;
            }
            Some(Piece::One) => true,
            Some(Piece::Letter(wanted)) => *wanted == name[letter],
            Some(Piece::Of { ranges, outside }) => {
                ranges.iter().any(|&(first, last)| (first..=last).contains(&name[letter])) != *outside
            }
            None => false,
        };
        match (alike, star) {
            (true, _) => (piece, letter) = (piece + 1, letter + 1),
            (false, Some((behind, end))) => {
                star = Some((behind, end + 1));
                (piece, letter) = (behind, end + 1);
            }
            (false, None) => return false,
        }
    }
    pieces[piece..].iter().all(|piece| *piece == Piece::Any)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(pattern: &str, name: &str) -> bool {
        fits(&pieces(pattern.as_ref()).unwrap(), &letters(name.as_ref()))
    }

    /// What a pattern finds below a folder of these files.
    fn found(files: &[&str], pattern: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found = Matches::of(&folder.path().join(pattern)).unwrap();
        found.map(|path| path.unwrap().strip_prefix(folder.path()).unwrap().display().to_string()).collect()
    }

    #[test]
    fn a_name_fits_letter_by_letter() {
        for (pattern, name) in [
            ("*", "a"),
            ("*.txt", "خبر.txt"),
            ("???", "خبر"),
            ("[ا-ي]*", "خبر"),
            ("[!a-z]b", "Ab"),
            ("[]]", "]"),
            ("a*b*c", "a-b-b-c"),
            ("a[-x]", "a-"),
        ] {
            assert!(fit(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("?", "خب"), ("*.txt", "a.txt.gz"), ("[!a-z]", "a"), ("a*b", "a-c"), ("A", "a")] {
            assert!(!fit(pattern, name), "{pattern} {name}");
        }
        assert!(!fit(&"*a".repeat(40), &"a".repeat(39)), "and in no time");
    }

    #[test]
    fn folders_are_searched_in_order_and_nothing_is_found_twice() {
        let files = ["a.txt", "b/a.txt", "b/c/b/a.txt", "b/c/d.txt", ".h/a.txt", ".a.txt"];
        assert_eq!(found(&files, "**/b/**/a.txt"), ["b/a.txt", "b/c/b/a.txt"]);
        assert_eq!(found(&files, "**/*.txt"), ["a.txt", "b/a.txt", "b/c/b/a.txt", "b/c/d.txt"]);
        assert_eq!(found(&files, "*/c/*"), ["b/c/b", "b/c/d.txt"]);
        assert_eq!(found(&files, "b/**"), ["b"], "which is walked whole");
        assert_eq!(found(&files, "none/*"), [""; 0]);
    }

    #[test]
    fn hidden_names_are_found_by_their_dot_alone_and_never_the_folder_itself() {
        assert_eq!(found(&["a/.b.txt", "a/c.txt", "d.txt"], "a/.*"), ["a/.b.txt"]);
        assert_eq!(found(&["a/.b.txt", "a/c.txt"], "a/*"), ["a/c.txt"]);
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_the_reason() {
        let error = |pattern: &str| Matches::of(Path::new(pattern)).unwrap_err().to_string();
        let begin = "wanted a file or a pattern, found no file of that name and";
        assert_eq!(error("ar[x.txt"), format!("ar[x.txt: {begin} a `[` without its `]`"));
        assert_eq!(error("*/../a"), format!("*/../a: {begin} `..` behind a pattern"));
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_are_found_and_links_in_a_circle_end() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        let name = OsStr::from_bytes(b"\xCE\xC8\xD1.txt");
        fs::write(folder.path().join(name), "").unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("circle")).unwrap();
        for pattern in [&b"*.txt"[..], b"???.txt", b"\xCE*", b"[!a-z]??.*", b"**/*.txt"] {
            let found: Vec<PathBuf> =
                Matches::of(&folder.path().join(OsStr::from_bytes(pattern))).unwrap().map(Result::unwrap).collect();
            assert_eq!(found, [folder.path().join(name)], "{pattern:?}");
        }
    }
}
