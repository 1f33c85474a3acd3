//! The int8 encoder's weights: one scale a row, quantised, written and read.
//!
//! The file, `model.int8.safetensors`, is a safetensors file under the names of [`crate::weights`]. A weight of a block's
//! product, of the product behind narrow embeddings, and the word and position embeddings are I8 in -127..=127, and beside
//! each stands `NAME.scale`, F32, one number a row: the row is bytes times scale. All else is F32. Its metadata say of which
//! files these numbers were made (`origin`), so that weights which were changed since are noticed.

mod file;
mod origin;

#[cfg(test)]
mod tests;

use crate::weights::{Weight, Weights, beyond, encoder_shapes, too_few_layers};
use crate::{Config, Error};
use file::Tensor;
use safetensors::Dtype;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

pub(crate) use origin::sums;

/// What stands behind a quantised weight's name for its scales.
const SCALE: &str = ".scale";

/// A file's bytes: somewhere in the program, or owned.
type Bytes = Arc<Cow<'static, [u8]>>;

/// The weights of an int8 encoder, and its heads in f32.
#[derive(Debug, Clone)]
pub struct QuantWeights {
    origin: String,
    bytes: Bytes,
    tensors: BTreeMap<String, Tensor>,
    /// The checksums of the files that they were made from, as [`origin::sums`] has them; `None` if the file has none.
    made_from: Option<String>,
}

/// Bytes of a quantised matrix, kept where they are, and a scale for each row.
#[derive(Debug, Clone)]
pub(crate) struct QuantTable {
    bytes: Bytes,
    range: Range<usize>,
    /// One for each row.
    pub(crate) scales: Vec<f32>,
}

impl QuantTable {
    /// The numbers, row-major.
    pub(crate) fn values(&self) -> &[i8] {
        crate::kernels::buffer::signed(&self.bytes[self.range.clone()])
    }
}

/// Whether the file keeps this weight as bytes.
fn is_quantised(name: &str, shape: &[usize]) -> bool {
    let block = name.starts_with("layer.") || name == "embeddings.project.weight";
    shape.len() == 2 && (block || name == "embeddings.word" || name == "embeddings.position")
}

impl QuantWeights {
    /// Quantises weights: each row of a matrix by its greatest magnitude, to the nearest of -127..=127.
    ///
    /// # Errors
    /// [`Error::Weights`] for a number that is not finite.
    pub fn quantise(weights: &Weights) -> Result<QuantWeights, Error> {
        let mut tensors = BTreeMap::new();
        for (name, weight) in weights {
            if let Some(x) = weight.values.iter().find(|x| !x.is_finite()) {
                let message = format!("`{name}`: expected finite numbers, found {x}");
                return Err(Error::Weights { origin: "weights".to_owned(), message });
            }
            if is_quantised(name, &weight.shape) {
                let (values, scales) = rows(weight);
                tensors.insert(name.clone(), (Dtype::I8, weight.shape.clone(), values));
                tensors.insert(format!("{name}{SCALE}"), (Dtype::F32, vec![weight.shape[0]], scales));
            } else {
                let bytes = weight.values.iter().flat_map(|x| x.to_le_bytes()).collect();
                tensors.insert(name.clone(), (Dtype::F32, weight.shape.clone(), bytes));
            }
        }
        QuantWeights::from_bytes(file::serialise(&tensors)?.into(), "weights")
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Io`], and as [`QuantWeights::from_bytes`].
    pub fn read(path: &Path) -> Result<QuantWeights, Error> {
        let bytes =
            crate::side::read(path, u64::MAX - 1).map_err(|source| Error::Io { path: path.to_owned(), source })?;
        QuantWeights::from_bytes(bytes.into(), &path.display().to_string())
    }

    /// Takes a file's bytes; what stands in the program is not copied. `origin` names them in errors.
    ///
    /// # Errors
    /// [`Error::Weights`] for bytes that are no safetensors file. Whether it is the file of a model is for
    /// [`QuantWeights::check`].
    pub fn from_bytes(bytes: Cow<'static, [u8]>, origin: &str) -> Result<QuantWeights, Error> {
        let (tensors, made_from) = file::parse(&bytes, origin)?;
        Ok(QuantWeights { origin: origin.to_owned(), bytes: Arc::new(bytes), tensors, made_from })
    }

    /// The same weights, with a note of the files in `folder` that they were made from.
    ///
    /// # Errors
    /// [`Error::Io`] for a file that cannot be read.
    pub fn made_from(self, folder: &Path) -> Result<QuantWeights, Error> {
        let sums = sums(folder)?.unwrap_or_default();
        QuantWeights::from_bytes(file::noted(&self.bytes, sums)?.into(), &self.origin)
    }

    /// Refuses weights that were not made from the files beside them, whose checksums are `beside`.
    ///
    /// # Errors
    /// [`Error::Weights`] with the command that makes them anew.
    pub(crate) fn check_origin(&self, beside: &str, folder: &Path) -> Result<(), Error> {
        let message = match &self.made_from {
            Some(sums) if sums == beside => return Ok(()),
            Some(sums) => origin::difference(sums, beside),
            None => "expected a note of the weights beside it that it was made from, found none".to_owned(),
        };
        let tip = format!("tip: `alam-train quantise {}` makes it anew of these weights", folder.display());
        Err(Error::Weights { origin: self.origin.clone(), message: format!("{message}\n{tip}") })
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        file::write(path, &self.bytes)
    }

    /// Whether these are the weights of `config`: names, shapes, types and finite numbers of everything it asks for. Heads
    /// are the classifier, which must be there, and `clitics`, which may.
    ///
    /// # Errors
    /// [`Error::Weights`] names every defect.
    pub fn check(&self, config: &Config) -> Result<(), Error> {
        let mut wanted = encoder_shapes(config);
        let mut head = |name: &str, outputs: usize| {
            wanted.push((format!("{name}.weight"), vec![outputs, config.hidden_size]));
            wanted.push((format!("{name}.bias"), vec![outputs]));
        };
        head("classifier", config.labels.len());
        if self.has("clitics.weight") || self.has("clitics.bias") {
            head("clitics", crate::weights::CLITIC_OUTPUTS);
        }
        let mut defects = Vec::new();
        for (name, shape) in wanted {
            if is_quantised(&name, &shape) {
                self.defect(&format!("{name}{SCALE}"), Dtype::F32, &shape[..1], &mut defects);
                self.defect(&name, Dtype::I8, &shape, &mut defects);
            } else {
                self.defect(&name, Dtype::F32, &shape, &mut defects);
            }
        }
        let beyond = beyond(config);
        if self.has(&beyond) {
            defects.push(too_few_layers(config, &beyond));
        }
        if defects.is_empty() {
            return Ok(());
        }
        Err(Error::Weights { origin: self.origin.clone(), message: defects.join("; ") })
    }

    fn defect(&self, name: &str, dtype: Dtype, shape: &[usize], defects: &mut Vec<String>) {
        let wanted = || format!("`{name}`: expected {dtype:?} {shape:?}");
        match self.tensors.get(name) {
            None => defects.push(format!("{}, found nothing", wanted())),
            Some(tensor) if tensor.dtype != dtype || tensor.shape != shape => {
                defects.push(format!("{}, found {:?} {:?}", wanted(), tensor.dtype, tensor.shape));
            }
            Some(tensor) if dtype == Dtype::F32 => {
                if let Some(x) = self.numbers(tensor).find(|x| !x.is_finite()) {
                    defects.push(format!("`{name}`: expected finite numbers, found {x}"));
                }
            }
            Some(_) => {}
        }
    }

    /// The numbers that these weights stand for, under their names: of a quantised row, bytes times scale.
    ///
    /// # Errors
    /// [`Error::Weights`] for bytes without their scales.
    pub fn dequantised(&self) -> Result<Weights, Error> {
        let named = self.tensors.iter().filter(|(name, _)| !name.ends_with(SCALE));
        let number = |(name, tensor): (&String, &Tensor)| {
            let values = if tensor.dtype == Dtype::I8 {
                let table = self.table(name)?;
                let width = tensor.shape[1].max(1);
                let rows = table.values().chunks(width).zip(&table.scales);
                rows.flat_map(|(row, scale)| row.iter().map(move |&x| f32::from(x) * scale)).collect()
            } else {
                self.floats(name)?
            };
            Ok((name.clone(), Weight { shape: tensor.shape.clone(), values }))
        };
        named.map(number).collect()
    }

    /// Whether a tensor of that name is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// Whether a tensor of that name is there as bytes with scales.
    pub(crate) fn has_bytes(&self, name: &str) -> bool {
        self.tensors.get(name).is_some_and(|tensor| tensor.dtype == Dtype::I8)
    }

    fn numbers(&self, tensor: &Tensor) -> impl Iterator<Item = f32> {
        let bytes = self.bytes[tensor.range.clone()].chunks_exact(4);
        bytes.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    fn get(&self, name: &str, dtype: Dtype) -> Result<&Tensor, Error> {
        self.tensors.get(name).filter(|tensor| tensor.dtype == dtype).ok_or_else(|| Error::Weights {
            origin: self.origin.clone(),
            message: format!("`{name}`: expected a tensor of {dtype:?}, found none"),
        })
    }

    /// The numbers of an F32 tensor.
    pub(crate) fn floats(&self, name: &str) -> Result<Vec<f32>, Error> {
        Ok(self.numbers(self.get(name, Dtype::F32)?).collect())
    }

    /// The bytes and scales of a quantised tensor.
    pub(crate) fn table(&self, name: &str) -> Result<QuantTable, Error> {
        let range = self.get(name, Dtype::I8)?.range.clone();
        Ok(QuantTable { bytes: self.bytes.clone(), range, scales: self.floats(&format!("{name}{SCALE}"))? })
    }
}

/// The rows of a matrix as bytes, and their scales as bytes of f32.
fn rows(weight: &Weight) -> (Vec<u8>, Vec<u8>) {
    let width = weight.shape[1].max(1);
    let mut scales = Vec::with_capacity(4 * weight.shape[0]);
    let mut values = Vec::with_capacity(weight.values.len());
    for row in weight.values.chunks(width) {
        let greatest = row.iter().fold(0f32, |most, x| most.max(x.abs()));
        let scale = greatest / 127.0;
        scales.extend(scale.to_le_bytes());
        let inverse = if greatest > 1e-30 { 127.0 / greatest } else { 0.0 };
        values.extend(row.iter().map(|x| (x * inverse).round_ties_even().clamp(-127.0, 127.0) as i8 as u8));
    }
    (values, scales)
}
