//! Muon (Jordan et al., 2024): the momentum of a matrix, made orthogonal, is its step.

use super::parameter::{Moments, Parameter, Sum};
use crate::Arithmetic;
use crate::Error;
use crate::kernels::elementwise::accumulate;
use crate::kernels::matrix::{Form, Start, Threads, View};
use crate::kernels::product::product;
use candle_core::{CpuStorage, InplaceOp1, Layout, Tensor};

/// One step's constants of Muon.
#[derive(Clone, Copy, Debug)]
pub struct MuonStep {
    /// Decay of the momentum.
    pub momentum: f32,
    /// Learning rate, on the scale of AdamW's: the root mean square of a step is a fifth of it.
    pub rate: f32,
    /// 1 minus learning rate times weight decay.
    pub keep: f32,
    /// Factor on the gradient: clipping and the mean over micro-batches.
    pub scale: f32,
    /// In which arithmetic the iteration's products run.
    pub arithmetic: Arithmetic,
}

/// The root mean square of a step of AdamW, about; with it both take the same learning rate (Liu et al., 2025).
const SIZE: f32 = 0.2;
/// Newton-Schulz iterations and the coefficients of their polynomial, which brings singular values between 0.7 and 1.2.
const ROUNDS: usize = 5;
const POLYNOMIAL: [f32; 3] = [3.4445, -4.7750, 2.0315];

impl Parameter {
    /// Whether Muon can step it: it is a matrix.
    pub fn is_matrix(&self) -> bool {
        self.var.dims().len() == 2
    }

    /// One step of Muon on a matrix, in place, and the gradients are forgotten. Without a gradient nothing happens.
    pub fn muon(&self, moments: &mut Moments, step: MuonStep) -> Result<(), Error> {
        let (rows, columns) = self.var.dims2()?;
        let factor = step.rate * SIZE * (rows.max(columns) as f32).sqrt();
        match (&*self.lock(), moments) {
            (Sum::Host { values, fresh: false }, Moments::Host(first, _)) => {
                let change = direction((first, values), (rows, columns), step);
                self.var.inplace_op1(&Take { change, factor, keep: step.keep })?;
            }
            (Sum::Device(gradient), Moments::Device(first, _)) => {
                let gradient = (gradient * f64::from(step.scale))?;
                *first = ((&*first * f64::from(step.momentum))? + &gradient)?;
                let change = orthogonal_on_device(&((&*first * f64::from(step.momentum))? + gradient)?)?;
                let value = (self.var.as_tensor() * f64::from(step.keep))? - (change * f64::from(factor))?;
                self.var.set(&value?)?;
            }
            _ => {}
        }
        self.clear_gradient();
        Ok(())
    }
}

/// The next momentum, in place, and with Nesterov's look ahead the orthogonal direction of the step.
fn direction((momentum, gradient): (&mut [f32], &[f32]), (rows, columns): (usize, usize), step: MuonStep) -> Vec<f32> {
    let ahead = |(m, g): (&mut f32, &f32)| {
        let g = g * step.scale;
        *m = step.momentum * *m + g;
        step.momentum * *m + g
    };
    let mut x: Vec<f32> = momentum.iter_mut().zip(gradient).map(ahead).collect();
    orthogonalise(&mut x, (rows, columns), step.arithmetic);
    x
}

/// Brings all singular values near 1 by the Newton-Schulz iteration `x <- a x + (b s + c s s) x`, where `s` is the smaller
/// of the two products of `x` with itself.
fn orthogonalise(x: &mut Vec<f32>, (rows, columns): (usize, usize), arithmetic: Arithmetic) {
    let norm = x.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt().max(1e-12) as f32;
    x.iter_mut().for_each(|x| *x /= norm);
    let tall = rows > columns;
    let n = rows.min(columns);
    let [a, b, c] = POLYNOMIAL;
    let how = |form| (arithmetic, form, Threads::All);
    let (mut square, mut mixed) = (vec![0.0; n * n], vec![0.0; n * n]);
    let mut next = vec![0.0; x.len()];
    for _ in 0..ROUNDS {
        let view = View::new(x, rows, columns);
        product(how(if tall { Form::TN } else { Form::NT }), view, view, (&mut square, n), Start::Zero);
        let s = View::new(&square, n, n);
        product(how(Form::NN), s, s, (&mut mixed, n), Start::Zero);
        mixed.iter_mut().zip(&square).for_each(|(m, s)| *m = b * s + c * *m);
        let m = View::new(&mixed, n, n);
        let (left, right) = if tall { (view, m) } else { (m, view) };
        product(how(Form::NN), left, right, (&mut next, columns), Start::Zero);
        accumulate(&mut next, x, a);
        std::mem::swap(x, &mut next);
    }
}

fn orthogonal_on_device(x: &Tensor) -> candle_core::Result<Tensor> {
    let (rows, columns) = x.dims2()?;
    let [a, b, c] = POLYNOMIAL.map(f64::from);
    let mut x = if rows > columns { x.t()?.contiguous()? } else { x.clone() };
    let norm = x.sqr()?.sum_all()?.sqrt()?.maximum(1e-12)?;
    x = x.broadcast_div(&norm)?;
    for _ in 0..ROUNDS {
        let square = x.matmul(&x.t()?)?;
        let mixed = ((&square * b)? + (square.matmul(&square)? * c)?)?;
        x = ((&x * a)? + mixed.matmul(&x)?)?;
    }
    if rows > columns { x.t()?.contiguous() } else { Ok(x) }
}

/// `value <- keep value - factor change` on a variable's own storage.
struct Take {
    change: Vec<f32>,
    factor: f32,
    keep: f32,
}

impl InplaceOp1 for Take {
    fn name(&self) -> &'static str {
        "muon"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, _: &Layout) -> candle_core::Result<()> {
        let CpuStorage::F32(values) = storage else {
            candle_core::bail!("muon: wanted f32 parameters");
        };
        values.iter_mut().zip(&self.change).for_each(|(x, c)| *x = self.keep * *x - self.factor * c);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::parameter::with_values;
    use super::*;
    use crate::Rng;
    use candle_core::Device;

    fn drawn(count: usize) -> Vec<f32> {
        let mut rng = Rng::new(5);
        (0..count).map(|_| rng.normal()).collect()
    }

    /// Of an orthogonal matrix the product with itself is 1 on the diagonal and 0 elsewhere; the polynomial comes near.
    #[test]
    fn all_directions_get_about_the_same_length() {
        for (rows, columns) in [(24, 24), (16, 40), (40, 16), (1, 9)] {
            let mut x = drawn(rows * columns);
            orthogonalise(&mut x, (rows, columns), Arithmetic::F32);
            let n = rows.min(columns);
            let at = |i: usize, k: usize| if rows > columns { x[k * columns + i] } else { x[i * columns + k] };
            for i in 0..n {
                let length: f32 = (0..rows.max(columns)).map(|k| at(i, k) * at(i, k)).sum();
                assert!((0.3..1.6).contains(&length), "{rows} x {columns}: {length}");
                for j in 0..i {
                    let dot: f32 = (0..rows.max(columns)).map(|k| at(i, k) * at(j, k)).sum();
                    assert!(dot.abs() < 0.5, "{rows} x {columns}: {dot}");
                }
            }
        }
    }

    #[test]
    fn other_devices_get_the_same_directions() {
        for (rows, columns) in [(24, 24), (16, 40), (40, 16)] {
            let mut x = drawn(rows * columns);
            let tensor = Tensor::from_slice(&x, (rows, columns), &Device::Cpu).unwrap();
            let wanted = orthogonal_on_device(&tensor).unwrap();
            orthogonalise(&mut x, (rows, columns), Arithmetic::F32);
            with_values(&wanted, |wanted| {
                for (x, wanted) in x.iter().zip(wanted) {
                    assert!((x - wanted).abs() < 1e-4, "{rows} x {columns}: {x} {wanted}");
                }
            })
            .unwrap();
        }
    }

    #[test]
    fn a_step_has_the_size_of_its_rate() {
        let momentum = &mut vec![0.0; 32 * 48];
        let step = MuonStep { momentum: 0.95, rate: 0.01, keep: 1.0, scale: 1.0, arithmetic: Arithmetic::F32 };
        let change = direction((momentum, &drawn(32 * 48)), (32, 48), step);
        let root = (change.iter().map(|x| x * x).sum::<f32>() / change.len() as f32).sqrt() * 48f32.sqrt();
        assert!((0.7..1.2).contains(&root), "{root}");
    }
}
