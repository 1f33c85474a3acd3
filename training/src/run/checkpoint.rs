//! All state of a run in one file, written whole or not at all.

use crate::run::state::{State, Tensors};
use crate::{Error, files};
use alam_models::weights::{Weight, Weights};
use alam_models::whole;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Checkpoints that are kept.
const KEPT: usize = 2;

/// Whether a file of that name is what a kill in the middle of a save left, be it of an earlier version.
pub(crate) fn is_left_over(name: &str) -> bool {
    let before = name.starts_with(".partial-") || (name.ends_with(".part") && name.contains(".safetensors."));
    before || whole::is_unfinished(name)
}

/// The name of the folder that a run keeps its checkpoints in.
const FOLDER: &str = "checkpoints";
/// The name of a file there that is empty; it is not taken away, as somebody may be about to lock it.
const LOCK: &str = "lock";

/// The folder that a run keeps its checkpoints in.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    folder: PathBuf,
}

struct View<'a>(&'a Weight);

impl safetensors::View for View<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.0.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.0.values.iter().flat_map(|v| v.to_le_bytes()).collect())
    }

    fn data_len(&self) -> usize {
        self.0.values.len() * 4
    }
}

impl Checkpoints {
    /// The checkpoints of the run in `out`.
    pub fn of(out: &Path) -> Checkpoints {
        Checkpoints { folder: out.join(FOLDER) }
    }

    /// Whether a path is such a folder in which nothing has been written yet.
    pub fn is_begun(path: &Path) -> bool {
        let entries = std::fs::read_dir(path).map(|entries| entries.flatten().map(|entry| entry.file_name()));
        path.ends_with(FOLDER) && entries.is_ok_and(|mut names| names.all(|name| name == LOCK))
    }

    /// The file that who writes here has locked.
    pub fn lock(&self) -> PathBuf {
        self.folder.join(LOCK)
    }

    /// Whether there is one, whole or not.
    pub fn are_there(&self) -> Result<bool, Error> {
        Ok(!self.files("step-")?.is_empty())
    }

    /// Writes a checkpoint, then deletes what is older than the one before it.
    pub fn write(&self, state: &State, tensors: &Tensors) -> Result<(), Error> {
        let json = serde_json::to_string(state).map_err(|e| Error::Run(format!("state of the run: {e}")))?;
        let named = |prefix: char, weights: &Weights| -> Vec<String> {
            weights.keys().map(|name| format!("{prefix}.{name}")).collect()
        };
        let names = [named('w', &tensors.weights), named('o', &tensors.optimiser)].concat();
        let values = tensors.weights.values().chain(tensors.optimiser.values());
        let path = self.folder.join(format!("step-{:09}.safetensors", state.step));
        write_tensors(&path, names.iter().map(String::as_str).zip(values), ("state", json))?;
        self.forget(state)
    }

    /// Writes parameters that are the best so far.
    pub fn write_best(&self, step: u64, weights: &Weights) -> Result<(), Error> {
        let values = weights.iter().map(|(name, weight)| (name.as_str(), weight));
        write_tensors(&self.best(step), values, ("step", step.to_string()))
    }

    /// Reads the best parameters, found behind step `step`.
    pub fn read_best(&self, step: u64) -> Result<Weights, Error> {
        Ok(read_tensors(&self.best(step))?.0)
    }

    /// The newest checkpoint; `None` where there is none. One that cannot be read is passed over for an older one, and told.
    pub fn newest(&self, tell: &mut dyn FnMut(&str)) -> Result<Option<(State, Tensors)>, Error> {
        let mut failure = None;
        for (_, path) in self.files("step-")?.into_iter().rev() {
            // The parameters that were best belong to it: without them the run would end with nothing.
            let whole = read_checkpoint(&path).and_then(|found| {
                found.0.best.as_ref().map_or(Ok(()), |best| self.read_best(best.step).map(drop))?;
                Ok(found)
            });
            match whole {
                Ok(found) => return Ok(Some(found)),
                Err(error) => {
                    tell(&format!("{error}; an older checkpoint is looked for"));
                    failure.get_or_insert(error);
                }
            }
        }
        failure.map_or(Ok(None), Err)
    }

    fn best(&self, step: u64) -> PathBuf {
        self.folder.join(format!("best-{step:09}.safetensors"))
    }

    /// Files `prefix<step>.safetensors`, oldest first.
    fn files(&self, prefix: &str) -> Result<Vec<(u64, PathBuf)>, Error> {
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(Error::io(&self.folder)(e)),
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(Error::io(&self.folder))?.path();
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            let step = name.strip_prefix(prefix).and_then(|n| n.strip_suffix(".safetensors"));
            if let Some(step) = step.and_then(|s| s.parse().ok()) {
                files.push((step, path));
            }
        }
        files.sort();
        Ok(files)
    }

    /// Deletes what a kill in the middle of a save left in the output folder and in this one.
    pub fn sweep(&self, out: &Path) -> Result<(), Error> {
        for folder in [out, &self.folder] {
            let Ok(entries) = std::fs::read_dir(folder) else { continue };
            for path in entries.flatten().map(|entry| entry.path()) {
                let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
                // safetensors has a name of its own.
                if is_left_over(name) || (name.starts_with(".tmp") && folder == self.folder) {
                    std::fs::remove_file(&path).map_err(Error::io(&path))?;
                }
            }
        }
        Ok(())
    }

    /// Deletes checkpoints beyond the kept ones, and best parameters that no kept checkpoint names.
    fn forget(&self, state: &State) -> Result<(), Error> {
        let steps = self.files("step-")?;
        let (old, kept) = steps.split_at(steps.len().saturating_sub(KEPT));
        let mut named: Vec<u64> = state.best.iter().map(|b| b.step).collect();
        for (_, path) in kept {
            named.extend(read_state(path).ok().and_then(|s| s.best).map(|b| b.step));
        }
        let best = self.files("best-")?;
        let best = best.iter().filter(|(step, _)| !named.contains(step) && *step <= state.step);
        for (_, path) in old.iter().chain(best) {
            std::fs::remove_file(path).map_err(Error::io(path))?;
        }
        Ok(())
    }
}

fn write_tensors<'a>(
    path: &Path,
    tensors: impl Iterator<Item = (&'a str, &'a Weight)>,
    (key, value): (&str, String),
) -> Result<(), Error> {
    let tensors: Vec<_> = tensors.map(|(name, weight)| (name, View(weight))).collect();
    // One entry: two of them would stand in any order, and equal parameters would not be equal bytes.
    let sum = checksum(&value, tensors.iter().map(|(name, View(weight))| (*name, *weight)));
    let metadata = HashMap::from([(key.to_owned(), format!("{sum} {value}"))]);
    files::make_parent(path)?;
    whole::through(path, |partial| {
        safetensors::serialize_to_file(tensors, Some(metadata), partial)
            .map_err(|e| Error::checkpoint(path, e.to_string()))
    })
}

fn read_tensors(path: &Path) -> Result<(Weights, HashMap<String, String>), Error> {
    let bytes = std::fs::read(path).map_err(Error::io(path))?;
    let wrong = |e: safetensors::SafeTensorError| Error::checkpoint(path, e.to_string());
    let (_, metadata) = SafeTensors::read_metadata(&bytes).map_err(wrong)?;
    let file = SafeTensors::deserialize(&bytes).map_err(wrong)?;
    let weight = |view: TensorView<'_>| Weight {
        shape: view.shape().to_vec(),
        values: view.data().as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
    };
    let weights: Weights = file.iter().map(|(name, view)| (name.to_owned(), weight(view))).collect();
    let metadata = metadata.metadata().clone().unwrap_or_default();
    let summed = metadata.values().find_map(|value| value.split_once(' '));
    match summed {
        Some((sum, value)) if sum == checksum(value, weights.iter().map(|(name, weight)| (name.as_str(), weight))) => {
            Ok((weights, metadata))
        }
        _ => Err(Error::checkpoint(path, "wanted what its checksum says, found it damaged")),
    }
}

/// SHA-256 of everything that a file says; a flipped bit in a number would be a number, too.
fn checksum<'a>(value: &str, tensors: impl Iterator<Item = (&'a str, &'a Weight)>) -> String {
    let mut hash = Sha256::new();
    hash.update(value);
    let mut tensors: Vec<_> = tensors.collect();
    tensors.sort_by_key(|(name, _)| *name);
    for (name, weight) in tensors {
        hash.update(name);
        weight.shape.iter().for_each(|&n| hash.update((n as u64).to_le_bytes()));
        hash.update(safetensors::View::data(&View(weight)));
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

fn parse_state(path: &Path, metadata: &HashMap<String, String>) -> Result<State, Error> {
    let json = metadata.get("state").and_then(|value| value.split_once(' ')).map(|(_, json)| json);
    let json = json.ok_or_else(|| Error::checkpoint(path, "wanted the state of a run, found none"))?;
    serde_json::from_str(json).map_err(|e| Error::checkpoint(path, format!("state of the run: {e}")))
}

fn read_state(path: &Path) -> Result<State, Error> {
    // Only the header is read: its length is the file's first eight bytes.
    use std::io::Read;
    let mut file = std::fs::File::open(path).map_err(Error::io(path))?;
    let mut length = [0; 8];
    file.read_exact(&mut length).map_err(Error::io(path))?;
    let mut header = length.to_vec();
    file.take(u64::from_le_bytes(length)).read_to_end(&mut header).map_err(Error::io(path))?;
    let header: serde_json::Value =
        serde_json::from_slice(&header[8..]).map_err(|e| Error::checkpoint(path, format!("header: {e}")))?;
    let metadata = serde_json::from_value(header["__metadata__"].clone())
        .map_err(|e| Error::checkpoint(path, format!("header: {e}")))?;
    parse_state(path, &metadata)
}

fn read_checkpoint(path: &Path) -> Result<(State, Tensors), Error> {
    let (all, metadata) = read_tensors(path)?;
    let state = parse_state(path, &metadata)?;
    let mut tensors = Tensors::default();
    for (name, weight) in all {
        match name.split_once('.') {
            Some(("w", name)) => tensors.weights.insert(name.to_owned(), weight),
            Some(("o", name)) => tensors.optimiser.insert(name.to_owned(), weight),
            _ => return Err(Error::checkpoint(path, format!("wanted tensors `w.*` and `o.*`, found `{name}`"))),
        };
    }
    Ok((state, tensors))
}
