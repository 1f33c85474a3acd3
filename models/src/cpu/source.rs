//! Where the weights of an encoder come from: f32 by name, or a quantised file.

use crate::Error;
use crate::quant::{QuantTable, QuantWeights};
use crate::weights::Weights;
use std::borrow::Cow;

/// Weights by name, in either form.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source<'a> {
    Floats(&'a Weights),
    /// Checked against the configuration.
    Bytes(&'a QuantWeights),
}

impl<'a> Source<'a> {
    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            Source::Floats(weights) => weights.contains_key(name),
            Source::Bytes(weights) => weights.has(name),
        }
    }

    /// A weight that is f32.
    pub(super) fn floats(&self, name: &str, shape: &[usize]) -> Result<Cow<'a, [f32]>, Error> {
        let weights = match self {
            Source::Floats(weights) => *weights,
            Source::Bytes(weights) => return weights.floats(name).map(Cow::Owned),
        };
        let fail = |found: String| Error::Weights {
            origin: "weights".to_owned(),
            message: format!("`{name}`: expected {shape:?}, found {found}"),
        };
        let weight = weights.get(name).ok_or_else(|| fail("nothing".to_owned()))?;
        if weight.shape != shape || weight.values.len() != shape.iter().product::<usize>() {
            return Err(fail(format!("{:?} with {} numbers", weight.shape, weight.values.len())));
        }
        Ok(Cow::Borrowed(&weight.values))
    }

    /// A weight that is bytes with scales; `None` where it is f32.
    pub(super) fn bytes(&self, name: &str) -> Result<Option<QuantTable>, Error> {
        match self {
            Source::Bytes(weights) if weights.has_bytes(name) => weights.table(name).map(Some),
            _ => Ok(None),
        }
    }
}
