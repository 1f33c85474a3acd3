//! AdamW (Loshchilov and Hutter, 2019), in place.

use super::parameter::{CHUNK, Moments, Parameter, Sum};
use crate::Error;
pub use crate::kernels::elementwise::AdamStep;
use crate::kernels::elementwise::adam;
use candle_core::{CpuStorage, InplaceOp1, Layout, Tensor};
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

impl Parameter {
    /// One step of AdamW on it, in place, and the gradients are forgotten. Without a gradient nothing happens.
    pub fn adam(&self, moments: &mut Moments, step: AdamStep) -> Result<(), Error> {
        {
            let sum = self.lock();
            match (&*sum, moments) {
                (Sum::Host { values, fresh: false }, Moments::Host(first, second)) => {
                    let moments = Mutex::new((&mut first[..], &mut second[..]));
                    self.var.inplace_op1(&Step { gradient: values, moments, step })?;
                }
                (Sum::Device(gradient), Moments::Device(first, second)) => {
                    self.adam_on_device(gradient, (first, second), step)?;
                }
                _ => {}
            }
        }
        self.clear_gradient();
        Ok(())
    }

    fn adam_on_device(
        &self,
        gradient: &Tensor,
        (first, second): (&mut Tensor, &mut Tensor),
        s: AdamStep,
    ) -> Result<(), Error> {
        let g = (gradient * f64::from(s.scale))?;
        let mix = |old: &Tensor, new: &Tensor, keep: f32| -> candle_core::Result<Tensor> {
            (old * f64::from(keep))? + (new * f64::from(1.0 - keep))?
        };
        *first = mix(first, &g, s.beta1)?;
        *second = mix(second, &g.sqr()?, s.beta2)?;
        let root = ((second.sqrt()? / f64::from(s.root))? + f64::from(s.epsilon))?;
        let change = ((&*first * f64::from(s.rate))? / root)?;
        let value = ((self.var.as_tensor() * f64::from(s.keep))? - change)?;
        self.var.set(&value)?;
        Ok(())
    }
}

/// AdamW on a variable's own storage.
struct Step<'a> {
    gradient: &'a [f32],
    moments: Mutex<(&'a mut [f32], &'a mut [f32])>,
    step: AdamStep,
}

impl InplaceOp1 for Step<'_> {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, _: &Layout) -> candle_core::Result<()> {
        let CpuStorage::F32(values) = storage else {
            candle_core::bail!("adamw: wanted f32 parameters");
        };
        let mut moments = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        let (first, second) = &mut *moments;
        values
            .par_chunks_mut(CHUNK)
            .zip(self.gradient.par_chunks(CHUNK))
            .zip(first.par_chunks_mut(CHUNK).zip(second.par_chunks_mut(CHUNK)))
            .for_each(|((x, g), (m, v))| adam(x, g, (m, v), self.step));
        Ok(())
    }
}
