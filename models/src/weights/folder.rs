//! The safetensors files of a model folder: one, or the shards that an index lists.

use super::file::File;
use super::weight::Weight;
use crate::Error;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Seek};
use std::path::Path;

/// The weight files of a model, open.
pub(super) struct Files<R> {
    origin: String,
    files: Vec<File<R>>,
}

/// The names of the files with a model's weights, sorted; none where there are none.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, Error> {
    if folder.join(SINGLE).is_file() {
        return Ok(vec![SINGLE.to_owned()]);
    }
    let index = folder.join(INDEX);
    if index.is_file() { Ok(shards(&index)?.into_iter().collect()) } else { Ok(Vec::new()) }
}

const SINGLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

impl Files<fs::File> {
    /// Opens `model.safetensors`, or what `model.safetensors.index.json` lists.
    pub(super) fn open(folder: &Path) -> Result<Self, Error> {
        let single = folder.join(SINGLE);
        if single.is_file() {
            return Ok(Files { origin: single.display().to_string(), files: vec![File::open(&single)?] });
        }
        let index = folder.join(INDEX);
        if index.is_file() {
            let files = shards(&index)?.iter().map(|name| File::open(&folder.join(name))).collect::<Result<_, _>>()?;
            return Ok(Files { origin: index.display().to_string(), files });
        }
        if let Some(pickle) = ["pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "flax_model.msgpack"]
            .iter()
            .find(|name| folder.join(name).is_file())
        {
            return Err(Error::Weights {
                origin: folder.display().to_string(),
                message: format!(
                    "expected `model.safetensors`, found only `{pickle}`\ntip: open the model with transformers and \
                     `save_pretrained` it, which writes safetensors"
                ),
            });
        }
        Err(Error::Weights {
            origin: folder.display().to_string(),
            message: "expected `model.safetensors`, found no such file".to_owned(),
        })
    }
}

impl<R: Read + Seek> Files<R> {
    /// Whether one of these tensors is there.
    pub(super) fn finds(&self, names: &[String]) -> bool {
        self.files.iter().any(|file| names.iter().any(|name| file.info(name).is_some()))
    }

    /// The first of `names` that is there, as [`File::floats`].
    pub(super) fn floats(&mut self, names: &[String], shape: &[usize]) -> Result<Weight, Error> {
        for name in names {
            if let Some(file) = self.files.iter_mut().find(|file| file.info(name).is_some()) {
                return file.floats(name, shape);
            }
        }
        let name = names.first().map(String::as_str).unwrap_or_default();
        Err(self.broken(format!("expected a tensor `{name}` of shape {shape:?}, found none")))
    }

    /// An error that names the file.
    pub(super) fn broken(&self, message: String) -> Error {
        Error::Weights { origin: self.origin.clone(), message }
    }
}

/// The part of `model.safetensors.index.json` that counts.
#[derive(serde::Deserialize)]
struct Index {
    weight_map: std::collections::BTreeMap<String, String>,
}

/// The names of the files that an index lists.
fn shards(index: &Path) -> Result<BTreeSet<String>, Error> {
    let broken = |message: String| Error::Weights { origin: index.display().to_string(), message };
    let text = crate::side::read(index, crate::side::CONFIGURATION)
        .map_err(|source| Error::Io { path: index.to_owned(), source })?;
    let Index { weight_map } =
        serde_json::from_slice(&text).map_err(|e| broken(format!("expected an index of tensors: {e}")))?;
    for (tensor, file) in &weight_map {
        // An index is data from elsewhere: it may not reach outside of its folder.
        if file.contains(['/', '\\', '\0']) || file == ".." || !file.ends_with(".safetensors") {
            return Err(broken(format!("tensor `{tensor}`: expected the name of a safetensors file, found `{file}`")));
        }
    }
    if weight_map.is_empty() {
        return Err(broken("expected at least one tensor, found none".to_owned()));
    }
    Ok(weight_map.into_values().collect())
}
