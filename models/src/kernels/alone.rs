//! Inner loops one by one, over numbers of their own: a bench that measures them gives a regression an address.

use super::attention::{Heads, Workspace};
use super::epilogue::Epilogue;
use super::pack::{PackedF32, PackedI8, PartI8, Quantised};
use super::{Kernels, best};
use crate::{Error, Precision, Rng};

/// A product of activations with packed weights, bias added.
#[derive(Debug)]
pub struct Product {
    kernels: &'static Kernels,
    weight: Weight,
    from: Vec<f32>,
    to: Vec<f32>,
}

#[derive(Debug)]
enum Weight {
    F32(PackedF32),
    I8(PackedI8, Quantised),
}

impl Product {
    /// Of `rows x inputs` with `outputs x inputs`, with the kernels that the encoder would use now.
    ///
    /// # Errors
    /// [`Error::Device`] for kernels that this processor has not.
    pub fn new(rows: usize, (inputs, outputs): (usize, usize), precision: Precision) -> Result<Product, Error> {
        let mut rng = Rng::new(1);
        let mut numbers = |n| (0..n).map(|_| rng.normal()).collect::<Vec<f32>>();
        let (from, weight, bias) = (numbers(rows * inputs), numbers(inputs * outputs), numbers(outputs));
        let weight = match precision {
            Precision::F32 => Weight::F32(PackedF32::new(inputs, &[(&weight, &bias)])),
            Precision::Int8 => {
                let values: Vec<i8> = weight.iter().map(|x| (30.0 * x) as i8).collect();
                let part = PartI8 { values: &values, scales: &vec![0.01; outputs], bias: &bias };
                Weight::I8(PackedI8::new(inputs, &[part]), Quantised::default())
            }
        };
        Ok(Product { kernels: best()?, weight, from, to: vec![0.0; rows * outputs] })
    }

    /// Computes it once, quantising the activations first where it is one of bytes; gives one of the results.
    pub fn run(&mut self) -> f32 {
        match &mut self.weight {
            Weight::F32(weight) => self.kernels.product(&self.from, weight, &mut self.to, Epilogue::Bias),
            Weight::I8(weight, quantised) => {
                self.kernels.quantise(&self.from, weight.inputs, quantised);
                self.kernels.product_i8(quantised, weight, &mut self.to, Epilogue::Bias);
            }
        }
        self.to[0]
    }
}

/// Attention of one sequence over itself.
#[derive(Debug)]
pub struct Attention {
    kernels: &'static Kernels,
    heads: Heads,
    from: Vec<f32>,
    to: Vec<f32>,
    work: Workspace,
}

impl Attention {
    /// Of so many tokens, with `heads` heads in a width of `hidden`, with the kernels that the encoder would use now.
    ///
    /// # Errors
    /// [`Error::Device`] for kernels that this processor has not.
    pub fn new(tokens: usize, hidden: usize, heads: usize) -> Result<Attention, Error> {
        let mut rng = Rng::new(2);
        let from = (0..3 * tokens * hidden).map(|_| rng.normal()).collect();
        let (to, work) = (vec![0.0; tokens * hidden], Workspace::default());
        Ok(Attention { kernels: best()?, heads: Heads { hidden, heads }, from, to, work })
    }

    /// Computes it once; gives one of the results.
    pub fn run(&mut self) -> f32 {
        self.kernels.attention(&self.from, &mut self.to, self.heads, &mut self.work);
        self.to[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_bench_runs_gives_the_same_again() {
        for precision in [Precision::F32, Precision::Int8] {
            let mut product = Product::new(5, (70, 40), precision).unwrap();
            let first = product.run();
            assert!(first != 0.0 && first == product.run());
        }
        let mut attention = Attention::new(9, 64, 2).unwrap();
        let first = attention.run();
        assert!(first != 0.0 && first == attention.run());
    }
}
