//! The numbers that products of training are made of.

/// In which arithmetic the products of training run; weights, sums and everything else are f32.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Arithmetic {
    /// f32.
    #[default]
    F32,
    /// Operands of products rounded to bf16 (AMX or CUDA where there; slow but equal elsewhere).
    Bf16,
}
