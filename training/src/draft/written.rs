//! The recipe as text.

use super::kept::{Kept, SHARE};
use super::plan::Plan;
use crate::data::corpus::Corpus;
use std::collections::BTreeMap;

/// All that a recipe made from data says.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    /// The command that made it, and the one that runs it.
    pub(super) commands: [String; 2],
    /// Types of names.
    pub(super) types: Vec<String>,
    /// The convention of the data; the model's own ones behind it.
    pub(super) conventions: Vec<String>,
    /// What the model begins as; `None` for a new one.
    pub(super) init: Option<&'a str>,
    /// The convention of `init` that the data's begins as.
    pub(super) begins: Option<String>,
    /// Whether `init` knows some of the types, so that no worse model should come of it.
    pub(super) known: bool,
    /// Text on which `init` is followed.
    pub(super) kept: Option<Kept>,
    /// Longest window in tokens.
    pub(super) window: usize,
    pub(super) plan: Plan,
    /// What is learnt from, each with the share of it that is.
    pub(super) corpora: Vec<Corpus>,
    /// What is measured on.
    pub(super) dev: Vec<Corpus>,
}

/// The name of the convention of one's own data.
pub(super) const OWN: &str = "own";

impl Draft<'_> {
    /// The TOML text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut put = |line: &str| text.extend([line, "\n"]);
        put(&format!("# Made by `{}`. Train with:", self.commands[0]));
        put(&format!("#   {}", self.commands[1]));
        put(&format!("types = {}", list(&self.types)));
        if !self.conventions.is_empty() {
            put(
                "# The first is what these names follow, and what the model tags by unless `--convention` says otherwise.",
            );
            put(&format!("conventions = {}", list(&self.conventions)));
        }
        put("\n[model]");
        match self.init {
            Some(init) => {
                put(&format!("init = {}", quoted(init)));
                if let Some(begins) = &self.begins {
                    put("# Of the model's conventions the one that is nearest to these names.");
                    put(&format!("convention = {}", quoted(begins)));
                }
                put("dropout = 0.1");
            }
            None => put(NEW),
        }
        put("\n[examples]");
        put("# Shortest and longest stretch in tokens; longer texts are cut anew in every pass.");
        put(&format!("window = [{}, {}]", self.window * 7 / 8, self.window));
        put("# Share of the pieces that are hidden, so that names are not learnt by heart.");
        put(if self.known { "mask = 0.05" } else { "mask = 0.1" });
        put("drop_stop = 0.1");
        if let (Some(_), Some(init)) = (&self.kept, self.init) {
            put("\n# What the model found before it goes on finding: it teaches the text without labels below.");
            put(&format!("[teacher]\nmodels = [{}]\nshare = {SHARE}\ntemperature = 1.0", quoted(init)));
        }
        let Plan { steps, batch_tokens, learning_rate, evaluate_every } = self.plan;
        put("\n[train]");
        put(&format!("steps = {steps}\nbatch_tokens = {batch_tokens}\nlearning_rate = {learning_rate:e}"));
        put(&format!("evaluate_every = {evaluate_every}"));
        if self.known {
            put(
                "# The model of the best evaluation is kept, be it the one that this began with.\nevaluate_first = true",
            );
        }
        put("\n[train.optimiser]\nmuon = 6.0\nword_rate = 8.0\nbeta2 = 0.98\nweight_decay = 0.01");
        self.corpora.iter().for_each(|corpus| put(&format!("\n[[corpora]]\n{}", self::corpus(corpus))));
        if let Some(kept) = &self.kept {
            put(&format!(
                "\n# More text like one's own in its place keeps more.\n[[corpora]]\n{}",
                corpus(&kept.corpus)
            ));
        }
        self.dev.iter().for_each(|corpus| put(&format!("\n[[dev]]\n{}", self::corpus(corpus))));
        text
    }
}

/// A small new encoder around the released vocabulary.
const NEW: &str = "tokenizer = \"default\"

[model.shape]
family = \"electra\"
hidden_size = 256
layers = 4
heads = 8
initializer_range = 0.05

[model.shape.neighbours]
blocks = 2
reach = 3";

fn corpus(corpus: &Corpus) -> String {
    let mut lines = Vec::new();
    let texts = [
        ("name", &corpus.name),
        ("path", &corpus.path),
        ("hub", &corpus.hub),
        ("config", &corpus.config),
        ("split", &corpus.split),
        ("convention", &corpus.convention),
    ];
    lines.extend(texts.iter().filter_map(|(key, value)| Some(format!("{key} = {}", quoted(value.as_deref()?)))));
    if corpus.clitics {
        lines.push("# Names begin where they begin, inside a word too.\nclitics = true".to_owned());
    }
    if corpus.unlabelled {
        lines.push(format!("unlabelled = true\n# How often a pass reads it.\nweight = {}", corpus.weight));
    }
    if corpus.range != [0.0, 1.0] {
        lines.push(format!("# The share of its documents, from and to.\nrange = {:?}", corpus.range));
    }
    if !corpus.labels.is_empty() {
        lines.push(format!("# What the types are called there and here.\nlabels = {}", table(&corpus.labels)));
    }
    lines.join("\n")
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

fn table(pairs: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(from, to)| format!("{} = {}", quoted(from), quoted(to))).collect();
    format!("{{ {} }}", pairs.join(", "))
}
