//! Weights of products, laid out once so that the inner loops read them from end to end.

/// Columns (outputs) of a panel.
pub(crate) const PANEL: usize = 32;

/// `outputs x inputs` weights with their bias: panels of [`PANEL`] outputs, in a panel one row of outputs for each input.
/// Columns behind the last output are zero.
#[derive(Debug, Clone)]
pub(crate) struct PackedF32 {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) values: Vec<f32>,
    pub(crate) bias: Vec<f32>,
}

impl PackedF32 {
    /// Packs matrices that stand one below the other: `(weight, bias)`, each weight `outputs x inputs` row-major.
    pub(crate) fn new(inputs: usize, parts: &[(&[f32], &[f32])]) -> Self {
        let outputs: usize = parts.iter().map(|(_, bias)| bias.len()).sum();
        let padded = outputs.next_multiple_of(PANEL);
        let mut values = vec![0.0; padded * inputs];
        let mut bias: Vec<f32> = parts.iter().flat_map(|(_, bias)| bias.iter().copied()).collect();
        bias.resize(padded, 0.0);
        let rows = parts.iter().flat_map(|(weight, _)| weight.chunks_exact(inputs));
        for (output, row) in rows.enumerate() {
            let panel = &mut values[output / PANEL * PANEL * inputs..][..PANEL * inputs];
            for (to, from) in panel[output % PANEL..].iter_mut().step_by(PANEL).zip(row) {
                *to = *from;
            }
        }
        PackedF32 { inputs, outputs, values, bias }
    }
}
