//! `alam-train new`: from labelled text to a recipe that runs.

use super::convention::{self, Fit};
use super::kept::{self, Kept};
use super::plan::Plan;
use super::written::{Draft, OWN};
use super::{effort, types};
use crate::Error;
use crate::data::corpora;
use crate::data::corpus::{Corpus, Place};
use crate::model::origin::{Origin, RELEASED};
use crate::recipe::Source;
use crate::run::job::{Job, Limit};
use crate::run::ownership::RECIPE;
use crate::run::progress::{Show, clock, note};
use crate::survey::{Set, Survey};
use alam::document::Document;
use alam::labels::is_type;
use alam::segment;
use alam_models::whole;
use clap::Args;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The command as typed.
#[derive(Debug, Clone, Args)]
pub struct Command {
    /// Labelled text: CoNLL, JSON lines and whatever else a corpus of a recipe may be, or a dataset of a hub as
    /// ORG/NAME:CONFIG:SPLIT (CONFIG and SPLIT may be left out)
    #[arg(value_name = "DATA", required = true)]
    pub data: Vec<String>,
    /// Labelled text to measure on and never to learn from [default: the end of each DATA]
    #[arg(long, value_name = "DATA")]
    pub dev: Vec<String>,
    /// What the model begins as: the released one (default), a folder, a model of a hub that was fetched, or none
    #[arg(long, value_name = "MODEL", default_value = RELEASED)]
    pub model: String,
    /// Text without labels, like what is to be tagged: names in it go on being found as before [default: 640 sentences of
    /// all kinds of news]
    #[arg(long, value_name = "TEXT")]
    pub keep: Option<PathBuf>,
    /// Folder for `recipe.toml`
    #[arg(long, short, value_name = "DIR", default_value = "run")]
    pub out: PathBuf,
}

/// The share of documents that is learnt from where a dev set is split off, and the one where they are few.
const LEARNT: [f64; 2] = [0.9, 0.8];
/// Fewer documents than these are few.
const FEW: usize = 200;
/// The longest window in tokens that a recipe asks for.
const WINDOW: usize = 256;
/// The model to begin with that is none.
const NONE: &str = "none";

impl Command {
    /// Looks at the data, writes the recipe, and says what to do next.
    ///
    /// # Errors
    /// Data that cannot be read or have no names, a model that is not there, a recipe that is there already.
    pub fn run(&self) -> Result<(), Error> {
        let path = self.out.join(RECIPE);
        if path.exists() {
            let message = "wanted a folder without a recipe, found one\ntip: give another `--out`";
            return Err(Error::data(path.display().to_string(), message));
        }
        let origin = match self.model.as_str() {
            NONE => None,
            name => Some(
                Origin::named(name, &[PathBuf::from(name)], "config.json")
                    .map_err(|message| Error::data("--model", message))?,
            ),
        };
        let data = self.data.iter().map(|typed| read(typed, false)).collect::<Result<Vec<_>, _>>()?;
        let dev = self.dev.iter().map(|typed| read(typed, false)).collect::<Result<Vec<_>, _>>()?;
        let draft = self.draft(&path, origin.as_ref(), data, dev)?;
        let job = job(Source { path: path.clone(), text: draft.text() }, self.out.join("model"));
        let new = !self.out.exists();
        std::fs::create_dir_all(&self.out).map_err(Error::io(&self.out))?;
        let kept = self.out.join(kept::FILE);
        let sentences = draft.kept.is_some() && self.keep.is_none();
        if sentences {
            whole::write(&kept, kept::SENTENCES.as_bytes())?;
        }
        let time = effort::measured(&job).inspect_err(|_| {
            // What cannot be run leaves nothing behind; what cannot be removed is no second error.
            let _ = if sentences { std::fs::remove_file(&kept) } else { Ok(()) };
            let _ = if new { std::fs::remove_dir(&self.out) } else { Ok(()) };
        })?;
        whole::write(&path, job.recipe.text.as_bytes())?;
        say(&format!(
            "{}: {} steps, about {} on this machine; next:",
            path.display(),
            draft.plan.steps,
            clock(time.as_secs_f64())
        ));
        println!("{}", draft.commands[1]);
        Ok(())
    }

    fn draft(
        &self,
        path: &Path,
        origin: Option<&Origin>,
        data: Vec<(Corpus, Vec<Document>)>,
        dev: Vec<(Corpus, Vec<Document>)>,
    ) -> Result<Draft<'_>, Error> {
        let few = data.iter().map(|(_, documents)| documents.len()).sum::<usize>() < FEW;
        let learnt = if dev.is_empty() { LEARNT[usize::from(few)] } else { 1.0 };
        let cut = |documents: &Vec<Document>| (learnt * documents.len() as f64).round() as usize;
        let learnt_types: BTreeSet<&str> = data.iter().flat_map(|(_, all)| labels(&all[..cut(all)])).collect();
        let ends = data.iter().map(|(_, documents)| &documents[cut(documents)..]);
        let measured_types =
            ends.chain(dev.iter().map(|(_, documents)| documents.as_slice())).flat_map(labels).collect();
        if let Some(odd) = learnt_types.union(&measured_types).find(|label| !is_type(label)) {
            return Err(Error::data(data[0].0.name(), format!("wanted types of one word, found `{odd}`")));
        }
        let config = origin.map(Origin::config).transpose()?;
        let tags = config.as_ref().map(|config| config.labels.as_slice()).unwrap_or_default();
        let known: Vec<String> = tags.iter().filter_map(|tag| tag.strip_prefix("B-")).map(str::to_owned).collect();
        let mut types = types::of(&learnt_types, &measured_types, &known);
        if learnt_types.is_empty() {
            return Err(Error::data(data[0].0.name(), "wanted names to learn from, found none"));
        }
        for (from, to) in &types.renamed {
            match to.as_str() {
                "O" => say(&format!("names of type {from} are measured alone, and are left out")),
                to => say(&format!("names of type {from} are taken as {to}")),
            }
        }
        let new = &types.all[types.known..];
        if !new.is_empty() && origin.is_some() {
            say(&format!("new to the model: {}", new.join(", ")));
        }
        let names: Vec<String> = data.iter().map(|(corpus, _)| format!("{}, its end", corpus.name())).collect();
        let mut sets: Vec<Set<'_>> = Vec::new();
        for (corpus, documents) in &data {
            sets.push(Set { name: corpus.name(), documents: &documents[..cut(documents)], dev: false });
        }
        if dev.is_empty() {
            let ends = data.iter().zip(&names);
            sets.extend(ends.map(|((_, documents), name)| Set {
                name,
                documents: &documents[cut(documents)..],
                dev: true,
            }));
        }
        sets.extend(dev.iter().map(|(corpus, documents)| Set { name: corpus.name(), documents, dev: true }));
        let survey = Survey::of(&sets);
        say(survey.to_string().trim_end());
        let measured: usize = survey.facts.iter().filter(|facts| facts.dev).map(|facts| facts.all_names()).sum();
        if measured == 0 {
            let message =
                "wanted names in the part that is measured on, found none\ntip: give a file with some as `--dev`";
            return Err(Error::data(names.first().cloned().unwrap_or_default(), message));
        }
        let words = survey.facts.iter().filter(|facts| !facts.dev).map(|facts| facts.words).sum();
        let fit = match origin {
            Some(origin) => convention::nearest(origin, &data[0].1, &types.renamed)?,
            None => None,
        };
        if let Some(Fit { convention, f1, .. }) = &fit {
            let by = convention.as_ref().map_or(String::new(), |name| format!(" by its convention {name}"));
            say(&format!("{} agrees with these names{by}: F1 {:.1}", self.model, 100.0 * f1));
        }
        if let Some(fit) = &fit {
            let (unmarked, kept): (Vec<String>, Vec<String>) =
                types.absent(&known).into_iter().partition(|label| fit.unmarked(label));
            if !unmarked.is_empty() {
                say(&format!("names of type {} are not marked in these texts, and are given up", unmarked.join(", ")));
            }
            types.keep(&kept, &known);
        }
        let settings = origin.map(Origin::settings).transpose()?;
        let old = settings.map(|settings| settings.conventions).unwrap_or_default();
        // A model of one's own has learnt a convention of that name: more names of one's own follow it.
        let others = old.iter().filter(|name| *name != OWN).cloned();
        let conventions: Vec<String> = match old.is_empty() {
            true => Vec::new(),
            false => std::iter::once(OWN.to_owned()).chain(others).collect(),
        };
        let window = match (origin, &config) {
            (Some(origin), Some(config)) => origin.learnt(config)?.min(WINDOW),
            _ => WINDOW,
        };
        let convention = (!conventions.is_empty()).then(|| OWN.to_owned());
        let follow = |(mut corpus, documents): (Corpus, Vec<Document>)| {
            corpus.convention = convention.clone();
            corpus.clitics = begins_inside(&documents);
            corpus.labels = types.renamed.clone();
            corpus.labels.retain(|from, _| labels(&documents).any(|label| label == from));
            corpus
        };
        let corpora: Vec<Corpus> = data.into_iter().map(follow).collect();
        let (corpora, dev) = if dev.is_empty() {
            let part = |range: [f64; 2]| move |corpus: &Corpus| Corpus { range, ..corpus.clone() };
            let mut ends: Vec<Corpus> = corpora.iter().map(part([learnt, 1.0])).collect();
            ends.iter_mut().zip(names).for_each(|(end, name)| end.name = Some(name));
            (corpora.iter().map(part([0.0, learnt])).collect(), ends)
        } else {
            (corpora, dev.into_iter().map(follow).collect())
        };
        let run = self.out.join("model");
        let commands = [self.typed(), format!("alam-train finetune {} --out {}", shell(path), shell(&run))];
        let known = types.known > 0;
        // A model knows nothing of types that are new to it.
        let kept = match types.known == types.all.len() && fit.is_some() {
            true => Some(self.kept(convention, words)?),
            false => None,
        };
        let begins = fit.and_then(|fit| fit.convention);
        let init = origin.map(|_| self.model.as_str());
        let plan = Plan::of(words, kept.as_ref().map_or(0, |kept| kept.words), known);
        Ok(Draft { commands, types: types.all, conventions, init, begins, known, kept, window, plan, corpora, dev })
    }

    /// The text on which the model is followed, beside so many words of one's own.
    fn kept(&self, convention: Option<String>, own: usize) -> Result<Kept, Error> {
        let (path, words) = match &self.keep {
            Some(path) => {
                let (_, documents) = read(&path.display().to_string(), true)?;
                let words_of =
                    |document: &Document| segment::sentences(document).iter().map(|s| s.words.len()).sum::<usize>();
                let words = documents.iter().map(words_of).sum();
                (path.clone(), words)
            }
            None => (self.out.join(kept::FILE), kept::SENTENCES.split_whitespace().count()),
        };
        Kept::new(&path, convention, words, own).map_err(|message| Error::data(path.display().to_string(), message))
    }

    fn typed(&self) -> String {
        let mut typed = format!("alam-train new {}", self.data.join(" "));
        self.dev.iter().for_each(|dev| typed += &format!(" --dev {dev}"));
        if self.model != RELEASED {
            typed += &format!(" --model {}", self.model);
        }
        self.keep.iter().for_each(|text| typed += &format!(" --keep {}", text.display()));
        // It stands in a comment of one line.
        typed.replace(char::is_control, " ")
    }
}

fn shell(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,+@".contains(c);
    if path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

fn say(text: &str) {
    note(Show::Plain, text);
}

fn labels(documents: &[Document]) -> impl Iterator<Item = &str> {
    documents.iter().flat_map(|document| &document.entities).map(|entity| &*entity.label)
}

/// Whether the spans of running text say where in its first word a name begins: at least one does inside of one.
fn begins_inside(documents: &[Document]) -> bool {
    let inside = |document: &Document| {
        let before = |start: usize| document.text[..start].chars().next_back();
        document.entities.iter().any(|entity| before(entity.span.start()).is_some_and(char::is_alphabetic))
    };
    documents.iter().filter(|document| document.sentences.is_none()).any(inside)
}

/// A corpus as typed: a file, or a dataset of a hub.
fn corpus(typed: &str) -> Result<Corpus, Error> {
    let mut table = toml::Table::new();
    let mut put = |key: &str, value: &str| drop(table.insert(key.to_owned(), value.into()));
    if Path::new(typed).exists() || !typed.contains('/') || Path::new(typed).is_absolute() {
        put("path", typed);
    } else {
        let mut parts = typed.splitn(3, ':');
        for key in ["hub", "config", "split"] {
            parts.next().into_iter().for_each(|value| put(key, value));
        }
    }
    table.try_into().map_err(|e| Error::data(typed.to_owned(), format!("wanted a file or ORG/NAME:CONFIG:SPLIT: {e}")))
}

/// A corpus as typed, and its documents.
fn read(typed: &str, unlabelled: bool) -> Result<(Corpus, Vec<Document>), Error> {
    let corpus = Corpus { unlabelled, ..corpus(typed)? };
    if corpus.path.is_some() && !Path::new(typed).is_file() {
        let found = if Path::new(typed).is_dir() { "a folder" } else { "none" };
        let wanted = if unlabelled { "a file with text" } else { "a file with labelled text" };
        return Err(Error::data(typed.to_owned(), format!("wanted {wanted}, found {found}")));
    }
    let job = job(Source { path: typed.into(), text: String::new() }, PathBuf::new());
    let documents = corpora::documents(&corpus, Place { job: &job, table: "corpora", index: 0 })?;
    if documents.is_empty() {
        return Err(Error::data(typed.to_owned(), "wanted documents, found none"));
    }
    Ok((corpus, documents))
}

fn job(recipe: Source, out: PathBuf) -> Job {
    Job {
        recipe,
        out,
        data: PathBuf::from("."),
        device: candle_core::Device::Cpu,
        limit: Limit::default(),
        show: Show::Plain,
        command: String::new(),
    }
}
