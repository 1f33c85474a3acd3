//! The safetensors file of an int8 model.

use crate::{Error, whole};
use safetensors::tensor::{SafeTensors, TensorView};
use safetensors::{Dtype, serialize};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::Path;

/// Where a tensor stands in the bytes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tensor {
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<usize>,
    pub(super) range: Range<usize>,
}

/// Type, shape and bytes of each tensor.
pub(super) type Parts = BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>;

/// The file's bytes; equal for equal parts.
pub(super) fn serialise(parts: &Parts) -> Result<Vec<u8>, Error> {
    let fail =
        |e: safetensors::SafeTensorError| Error::Weights { origin: "weights".to_owned(), message: e.to_string() };
    let mut views = Vec::with_capacity(parts.len());
    for (name, (dtype, shape, bytes)) in parts {
        views.push((name, TensorView::new(*dtype, shape.clone(), bytes).map_err(fail)?));
    }
    serialize(views, None).map_err(fail)
}

/// What the metadata have for the files that the weights were made from. There is one key, as several have no order.
const MADE_FROM: &str = "made_from";

/// The file with a note of what it was made from; its tensors are the same bytes.
pub(super) fn noted(bytes: &[u8], sums: String) -> Result<Vec<u8>, Error> {
    let fail =
        |e: safetensors::SafeTensorError| Error::Weights { origin: "weights".to_owned(), message: e.to_string() };
    let tensors = SafeTensors::deserialize(bytes).map_err(fail)?;
    serialize(tensors.iter(), Some(HashMap::from([(MADE_FROM.to_owned(), sums)]))).map_err(fail)
}

/// Where every tensor stands, and what the file says that it was made from.
pub(super) fn parse(bytes: &[u8], origin: &str) -> Result<(BTreeMap<String, Tensor>, Option<String>), Error> {
    let fail = |e: safetensors::SafeTensorError| Error::Weights {
        origin: origin.to_owned(),
        message: format!("expected a safetensors file, found {} bytes that are none: {e}", bytes.len()),
    };
    let (header, metadata) = SafeTensors::read_metadata(bytes).map_err(fail)?;
    let first = 8 + header;
    let tensors = metadata.tensors().into_iter().map(|(name, info)| {
        let range = first + info.data_offsets.0..first + info.data_offsets.1;
        (name, Tensor { dtype: info.dtype, shape: info.shape.clone(), range })
    });
    let made_from = metadata.metadata().as_ref().and_then(|notes| notes.get(MADE_FROM)).cloned();
    Ok((tensors.collect(), made_from))
}

/// Writes the file, whole or not at all.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    Ok(whole::write(path, bytes)?)
}
