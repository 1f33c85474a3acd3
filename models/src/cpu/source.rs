//! Where the weights of an encoder come from: f32 by name, or a quantised file.

use super::block::{Linear, Norm};
use super::embed::Table;
use crate::Error;
use crate::kernels::pack::{PackedF32, PackedI8, PartI8};
use crate::quant::QuantWeights;
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

    /// A table of embeddings.
    pub(super) fn table(&self, name: &str, shape: &[usize]) -> Result<Table, Error> {
        match self {
            Source::Bytes(weights) if weights.has_bytes(name) => Ok(Table::Bytes(weights.table(name)?)),
            _ => Ok(Table::Floats(self.floats(name, shape)?.into_owned())),
        }
    }

    pub(super) fn linear(&self, name: &str, shape: (usize, usize)) -> Result<Linear, Error> {
        self.stacked(&[name], shape)
    }

    /// Products of one input, one below the other.
    pub(super) fn stacked(&self, names: &[&str], (outputs, inputs): (usize, usize)) -> Result<Linear, Error> {
        let weight = |name: &str| format!("{name}.weight");
        let mut biases = Vec::new();
        for name in names {
            biases.push(self.floats(&format!("{name}.bias"), &[outputs])?);
        }
        if let Source::Bytes(weights) = self
            && names.iter().all(|name| weights.has_bytes(&weight(name)))
        {
            let mut tables = Vec::new();
            for name in names {
                tables.push(weights.table(&weight(name))?);
            }
            let parts: Vec<_> = tables
                .iter()
                .zip(&biases)
                .map(|(table, bias)| PartI8 { values: table.values(), scales: &table.scales, bias })
                .collect();
            return Ok(Linear::I8(PackedI8::new(inputs, &parts)));
        }
        let mut matrices = Vec::new();
        for name in names {
            matrices.push(self.floats(&weight(name), &[outputs, inputs])?);
        }
        let parts: Vec<_> = matrices.iter().zip(&biases).map(|(matrix, bias)| (&**matrix, &**bias)).collect();
        Ok(Linear::F32(PackedF32::new(inputs, &parts)))
    }

    pub(super) fn norm(&self, name: &str, width: usize, epsilon: f32) -> Result<Norm, Error> {
        Ok(Norm {
            gain: self.floats(&format!("{name}.weight"), &[width])?.into_owned(),
            bias: self.floats(&format!("{name}.bias"), &[width])?.into_owned(),
            epsilon,
        })
    }
}
