//! Operands of products, laid out so that the inner loops read them from end to end.

use super::buffer::Buffer;

/// Columns (outputs) of a panel.
pub(crate) const PANEL: usize = 32;

/// Columns of a panel of f32 that stand side by side: a cache line of them, so that a narrow tile reads its weights from end to
/// end. (In rows of a whole panel it would read every other line, and those fall into half of the first cache.)
pub(crate) const STRIPE: usize = 16;

/// Inputs are padded to a multiple of this in int8: the bytes of one row of a hardware tile.
pub(crate) const DEPTH: usize = 64;

/// `outputs x inputs` weights with their bias: stripes of [`STRIPE`] outputs, in a stripe one row of outputs for each input.
/// Columns behind the last output are zero, up to a whole panel.
#[derive(Debug, Clone)]
pub(crate) struct PackedF32 {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) values: Buffer<f32>,
    pub(crate) bias: Vec<f32>,
}

impl PackedF32 {
    /// Packs matrices that stand one below the other: `(weight, bias)`, each weight `outputs x inputs` row-major.
    pub(crate) fn new(inputs: usize, parts: &[(&[f32], &[f32])]) -> Self {
        let bias = stacked(parts.iter().map(|(_, bias)| *bias));
        let outputs = parts.iter().map(|(_, bias)| bias.len()).sum();
        let mut values = Buffer::zeros(bias.len() * inputs);
        let rows = parts.iter().flat_map(|(weight, _)| weight.chunks_exact(inputs));
        for (output, row) in rows.enumerate() {
            let stripe = &mut values.as_mut_slice()[output / STRIPE * STRIPE * inputs..][..STRIPE * inputs];
            for (to, from) in stripe[output % STRIPE..].iter_mut().step_by(STRIPE).zip(row) {
                *to = *from;
            }
        }
        PackedF32 { inputs, outputs, values, bias }
    }
}

/// One below the other, padded with zeros to whole panels.
fn stacked<'a>(parts: impl Iterator<Item = &'a [f32]>) -> Vec<f32> {
    let mut all: Vec<f32> = parts.flatten().copied().collect();
    all.resize(all.len().next_multiple_of(PANEL), 0.0);
    all
}

/// A quantised matrix as it is packed from: `outputs x inputs` bytes row-major, one scale and one bias an output.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PartI8<'a> {
    pub(crate) values: &'a [i8],
    pub(crate) scales: &'a [f32],
    pub(crate) bias: &'a [f32],
}

/// Quantised weights with scales and bias: panels of [`PANEL`] outputs, in a panel for each four inputs the four bytes of
/// every output. Inputs are padded with zeros to a multiple of [`DEPTH`], outputs to whole panels.
#[derive(Debug, Clone)]
pub(crate) struct PackedI8 {
    pub(crate) inputs: usize,
    /// Inputs with their padding.
    pub(crate) depth: usize,
    pub(crate) outputs: usize,
    pub(crate) values: Buffer<i8>,
    pub(crate) scales: Vec<f32>,
    pub(crate) bias: Vec<f32>,
    /// Minus 128 times the sum of each output's weights: takes out again what flipped activations are too great.
    pub(crate) starts: Vec<i32>,
}

impl PackedI8 {
    /// Packs matrices that stand one below the other.
    pub(crate) fn new(inputs: usize, parts: &[PartI8<'_>]) -> Self {
        let depth = inputs.next_multiple_of(DEPTH);
        let bias = stacked(parts.iter().map(|part| part.bias));
        let mut values = Buffer::zeros(bias.len() * depth);
        let mut starts = vec![0; bias.len()];
        let rows = parts.iter().flat_map(|part| part.values.chunks_exact(inputs));
        for (output, row) in rows.enumerate() {
            let panel = &mut values.as_mut_slice()[output / PANEL * PANEL * depth..][..PANEL * depth];
            let groups = panel[output % PANEL * 4..].chunks_mut(4 * PANEL);
            for (to, from) in groups.zip(row.chunks(4)) {
                to[..from.len()].copy_from_slice(from);
            }
            starts[output] = -128 * row.iter().map(|x| i32::from(*x)).sum::<i32>();
        }
        PackedI8 {
            inputs,
            depth,
            outputs: parts.iter().map(|part| part.bias.len()).sum(),
            values,
            scales: stacked(parts.iter().map(|part| part.scales)),
            bias,
            starts,
        }
    }
}

/// Activations quantised row by row, in the form that an instruction set wants: in a group of rows, [`DEPTH`] bytes of each
/// stand together, one row after the other, then the next bytes of each. A group of 1 is row-major.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quantised {
    pub(crate) rows: usize,
    /// Length of a row with its padding.
    pub(crate) depth: usize,
    /// Rows of a group.
    pub(crate) group: usize,
    pub(crate) values: Buffer<i8>,
    pub(crate) scales: Vec<f32>,
}

impl Quantised {
    /// Makes room for `rows` of `width` bytes in whole groups; what stands behind a row's end is never multiplied by
    /// anything but 0.
    pub(crate) fn resize(&mut self, rows: usize, width: usize, group: usize) {
        self.rows = rows;
        self.depth = width.next_multiple_of(DEPTH);
        self.group = group;
        self.values.resize(rows.next_multiple_of(group) * self.depth);
        self.scales.resize(rows, 0.0);
    }

    /// Row by row, without the padding.
    #[cfg(test)]
    pub(crate) fn to_rows(&self, width: usize) -> Vec<i8> {
        let at = |i: usize| {
            let (row, k) = (i / width, i % width);
            let first = row / self.group * self.group * self.depth + row % self.group * DEPTH;
            self.values.as_slice()[first + k / DEPTH * self.group * DEPTH + k % DEPTH]
        };
        (0..self.rows * width).map(at).collect()
    }
}
