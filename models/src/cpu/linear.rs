//! A product with bias, in f32 or in bytes.

use super::source::Source;
use crate::Error;
use crate::kernels::Kernels;
use crate::kernels::epilogue::Epilogue;
use crate::kernels::pack::{PackedF32, PackedI8, PartI8, Quantised};
use crate::quant::QuantTable;

/// A product with bias.
#[derive(Debug)]
pub(super) enum Linear {
    F32(PackedF32),
    I8(PackedI8),
}

impl Linear {
    /// The product `name`, `outputs x inputs`.
    pub(super) fn new(source: Source<'_>, name: &str, shape: (usize, usize)) -> Result<Linear, Error> {
        Linear::stacked(source, &[name], shape)
    }

    /// Products of one input, one below the other, each `outputs x inputs`.
    pub(super) fn stacked(
        source: Source<'_>,
        names: &[&str],
        (outputs, inputs): (usize, usize),
    ) -> Result<Linear, Error> {
        let weight = |name: &&str| format!("{name}.weight");
        let bias = |name: &&str| source.floats(&format!("{name}.bias"), &[outputs]);
        let biases = names.iter().map(bias).collect::<Result<Vec<_>, _>>()?;
        let bytes = |name: &&str| source.bytes(&weight(name));
        if let Some(tables) = names.iter().map(bytes).collect::<Result<Option<Vec<_>>, _>>()? {
            let part = |(table, bias)| PartI8 { values: QuantTable::values(table), scales: &table.scales, bias };
            let parts: Vec<_> = tables.iter().zip(biases.iter().map(|bias| &**bias)).map(part).collect();
            return Ok(Linear::I8(PackedI8::new(inputs, &parts)));
        }
        let floats = |name: &&str| source.floats(&weight(name), &[outputs, inputs]);
        let matrices = names.iter().map(floats).collect::<Result<Vec<_>, _>>()?;
        let parts: Vec<_> = matrices.iter().zip(&biases).map(|(matrix, bias)| (&**matrix, &**bias)).collect();
        Ok(Linear::F32(PackedF32::new(inputs, &parts)))
    }

    pub(super) fn outputs(&self) -> usize {
        match self {
            Linear::F32(weight) => weight.outputs,
            Linear::I8(weight) => weight.outputs,
        }
    }

    /// Products of all rows of `from`; `quantised` is working memory.
    pub(super) fn apply(
        &self,
        kernels: &Kernels,
        from: &[f32],
        quantised: &mut Quantised,
        (to, after): (&mut [f32], Epilogue<'_>),
    ) {
        match self {
            Linear::F32(weight) => kernels.product(from, weight, to, after),
            Linear::I8(weight) => {
                kernels.quantise(from, weight.inputs, quantised);
                kernels.product_i8(quantised, weight, to, after);
            }
        }
    }
}
