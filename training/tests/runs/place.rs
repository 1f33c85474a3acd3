//! A fresh folder with data and a vocabulary.

use crate::sandbox::{Ran, Sandbox};
use crate::text;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A folder of its own for one test.
pub(crate) struct Place {
    sandbox: Sandbox,
}

impl Place {
    /// With `data/news.jsonl`, `data/news.conll`, and the vocabulary `words` made of them by the binary.
    pub(crate) fn new() -> Place {
        let place = Place { sandbox: Sandbox::new() };
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

    pub(crate) fn rename(&self, from: &str, to: &str) {
        std::fs::rename(self.path(from), self.path(to)).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        std::fs::remove_dir_all(self.path(name)).unwrap();
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

    /// All files in a folder by their paths there, hidden ones too.
    pub(crate) fn contents(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        self.files_in(name).into_iter().map(|file| (file.clone(), self.bytes(&format!("{name}/{file}")))).collect()
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

impl Deref for Place {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}

/// Whether files of that name make a folder a model.
pub(crate) fn is_of_a_model(path: &str) -> bool {
    let name = Path::new(path).file_name().unwrap().to_str().unwrap();
    name.ends_with(".safetensors") || ["config.json", "tokenizer.json", "tagger.json"].contains(&name)
}
