//! A fresh folder, and the binary of this crate run in it: what the tests of both programs stand on.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What Cargo made of the crate that is tested.
const BINARY: &str = match (option_env!("CARGO_BIN_EXE_alam"), option_env!("CARGO_BIN_EXE_alam-train")) {
    (Some(binary), _) | (None, Some(binary)) => binary,
    (None, None) => panic!("a crate without a binary that is known here"),
};

/// A folder of its own for one test.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
}

impl Sandbox {
    pub(crate) fn new() -> Sandbox {
        Sandbox { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Sandbox {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// The binary, without what the environment would tell it.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("ALAM_") {
                command.env_remove(name);
            }
        }
        command.current_dir(self.folder.path()).args(args).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }

    pub(crate) fn run_with(&self, args: &[&str], input: impl AsRef<[u8]>) -> Ran {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // The binary may be done before it has read all.
        let _ = stdin.write_all(input.as_ref());
        drop(stdin);
        Ran::of(child.wait_with_output().unwrap())
    }

    /// Names of all files, hidden ones too.
    pub(crate) fn files(&self) -> Vec<String> {
        self.files_in("")
    }

    /// Their paths from a folder of it on; none where that is not there.
    pub(crate) fn files_in(&self, name: &str) -> Vec<String> {
        let top = self.path(name);
        let mut found = Vec::new();
        let mut folders = vec![top.clone()];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(folder) else { continue };
            for path in entries.map(|entry| entry.unwrap().path()) {
                match path.is_dir() {
                    true => folders.push(path),
                    false => found.push(path.strip_prefix(&top).unwrap().display().to_string()),
                }
            }
        }
        found.sort();
        found
    }
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Ran {
        Ran {
            status: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Exit status, and a line on standard error that begins so.
    #[track_caller]
    pub(crate) fn fails(&self, status: i32, begins: &str) -> &Ran {
        assert_eq!(self.status, Some(status), "{self:?}");
        assert!(self.err.lines().any(|line| line.starts_with(begins)), "wanted {begins}\n{}", self.err);
        self
    }

    /// Exit status, and words on standard error.
    #[track_caller]
    pub(crate) fn fails_with(&self, status: i32, words: &str) -> &Ran {
        assert_eq!(self.status, Some(status), "{self:?}");
        self.says(words)
    }

    /// Words on standard error.
    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> &Ran {
        assert!(self.err.contains(words), "wanted {words}, found {}", self.err);
        self
    }

    #[track_caller]
    pub(crate) fn succeeds(&self) -> &Ran {
        assert_eq!(self.status, Some(0), "{self:?}");
        self
    }

    /// Standard output as JSON lines.
    #[track_caller]
    pub(crate) fn json(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Whether a path is not there, and no temporary sibling either.
pub(crate) fn absent(sandbox: &Sandbox, name: &str) -> bool {
    !sandbox.path(name).exists()
        && !sandbox.files().iter().any(|f| Path::new(f).extension().is_some_and(|e| e == "part"))
}
