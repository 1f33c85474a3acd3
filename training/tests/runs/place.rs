//! A fresh folder with data and a vocabulary, and the binary run in it.

use crate::text;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A folder of its own for one test.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// With `data/news.jsonl`, `data/news.conll`, and the vocabulary `words` made of them by the binary.
    pub(crate) fn new() -> Place {
        let place = Place { folder: tempfile::tempdir().unwrap() };
        place.file("data/news.jsonl", text::jsonl()).file("data/news.conll", text::conll());
        place.file("data/plain.txt", text::plain()).file("words.toml", include_str!("../data/words.toml"));
        place.run(&["tokenizer", "words.toml", "--data", "data", "--out", "words"]).succeeds();
        place
    }

    /// With a file of token ids for pretraining too.
    pub(crate) fn with_ids() -> Place {
        let place = Place::new();
        place.file("data/raw.txt", text::raw(400));
        let args = ["corpus", "data/raw.txt", "--tokenizer", "words", "--out", "data/raw.ids", "--held-out", "0.1"];
        place.run(&args).succeeds();
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Place {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        std::fs::rename(self.path(from), self.path(to)).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        std::fs::remove_dir_all(self.path(name)).unwrap();
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_alam-train"));
        command.current_dir(self.folder.path()).args(args).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }

    /// Trains by the recipe `r.toml` into the folder `out`.
    pub(crate) fn train(&self, what: &str, recipe: &str, more: &[&str]) -> Ran {
        Ran::of(self.training(what, recipe, more).output().unwrap())
    }

    /// The same, left to run.
    pub(crate) fn spawn(&self, what: &str, recipe: &str, more: &[&str]) -> Child {
        self.training(what, recipe, more).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    pub(crate) fn training(&self, what: &str, recipe: &str, more: &[&str]) -> Command {
        self.file("r.toml", recipe);
        let mut command = self.command(&[what, "r.toml", "--data", "data", "--out", "out"]);
        command.args(more);
        command
    }

    /// Paths of all files in a folder, hidden ones too.
    pub(crate) fn names(&self, name: &str) -> impl Iterator<Item = String> {
        let top = self.path(name);
        let mut folders = vec![top.clone()];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            for path in entries.map(|e| e.unwrap().path()) {
                match path.is_dir() {
                    true => folders.push(path),
                    false => found.push(path.strip_prefix(&top).unwrap().display().to_string()),
                }
            }
        }
        found.into_iter()
    }

    /// The same with what is in them.
    pub(crate) fn files(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        self.names(name).map(|file| (file.clone(), self.read(&format!("{name}/{file}")))).collect()
    }

    /// Steps of the checkpoints in `out`, oldest first.
    pub(crate) fn checkpoints(&self) -> Vec<u64> {
        let Ok(entries) = std::fs::read_dir(self.path("out/checkpoints")) else { return Vec::new() };
        let step = |name: &str| name.strip_prefix("step-")?.strip_suffix(".safetensors")?.parse().ok();
        let names = entries.map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut steps: Vec<u64> = names.filter_map(|name| step(&name)).collect();
        steps.sort_unstable();
        steps
    }

    /// The path of a checkpoint in `out`.
    pub(crate) fn checkpoint(step: u64) -> String {
        format!("out/checkpoints/step-{step:09}.safetensors")
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
    pub(crate) fn of(Output { status, stdout, stderr }: Output) -> Ran {
        let [out, err] = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        Ran { status: status.code(), out, err }
    }

    #[track_caller]
    pub(crate) fn succeeds(&self) -> &Ran {
        assert_eq!(self.status, Some(0), "{self:?}");
        self
    }

    /// Exit status, and words on standard error.
    #[track_caller]
    pub(crate) fn fails(&self, status: i32, with: &str) -> &Ran {
        assert_eq!(self.status, Some(status), "{self:?}");
        self.says(with)
    }

    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> &Ran {
        assert!(self.err.contains(words), "wanted {words}, found {}", self.err);
        self
    }
}

/// Whether files of that name make a folder a model.
pub(crate) fn is_of_a_model(path: &str) -> bool {
    let name = Path::new(path).file_name().unwrap().to_str().unwrap();
    name.ends_with(".safetensors") || ["config.json", "tokenizer.json", "tagger.json"].contains(&name)
}
