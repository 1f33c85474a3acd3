//! A trainable tensor, and the sum of its gradients.

use crate::Error;
use crate::kernels::elementwise::squares;
use crate::kernels::matrix::Start;
use crate::weights::Weight;
use candle_core::{CpuStorage, DType, Device, Storage, Tensor, Var};
use rayon::prelude::*;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Numbers that one task of a pass over a parameter takes.
pub(super) const CHUNK: usize = 1 << 14;

/// The sum of the gradients that reached a parameter since the last step.
#[derive(Debug, Default)]
pub(super) enum Sum {
    #[default]
    Nothing,
    /// On the CPU, added to in place; the buffer of the step before is kept for the next one.
    Host { values: Vec<f32>, fresh: bool },
    /// On another device.
    Device(Tensor),
}

/// One trainable tensor and the sum of the gradients that reached it since the last step.
#[derive(Debug)]
pub struct Parameter {
    /// Its name in the table of [`crate::weights`], behind the network's prefix where there are two networks.
    pub name: String,
    /// Its value, always f32.
    pub var: Var,
    sum: Mutex<Sum>,
}

/// The optimiser's running means of a parameter's gradient and of its square, where the parameter lives; the second is
/// empty where an optimiser has no need of it.
#[derive(Debug)]
pub enum Moments {
    /// On the CPU.
    Host(Vec<f32>, Vec<f32>),
    /// On another device.
    Device(Tensor, Tensor),
}

impl Moments {
    /// Copies of both.
    pub fn values(&self) -> Result<(Vec<f32>, Vec<f32>), Error> {
        match self {
            Moments::Host(first, second) => Ok((first.clone(), second.clone())),
            Moments::Device(first, second) => Ok((first.flatten_all()?.to_vec1()?, second.flatten_all()?.to_vec1()?)),
        }
    }
}

impl Parameter {
    pub(crate) fn new(name: &str, weight: &Weight, device: &Device) -> Result<Arc<Self>, Error> {
        let tensor = Tensor::from_slice(&weight.values, weight.shape.as_slice(), device)?;
        let var = Var::from_tensor(&tensor)?;
        Ok(Arc::new(Parameter { name: name.into(), var, sum: Mutex::default() }))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Sum> {
        // A panic while a gradient is added ends the run; the sum is not looked at again.
        self.sum.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Number of its elements.
    pub fn len(&self) -> usize {
        self.var.elem_count()
    }

    /// Whether it has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lets `add` add to the gradient where it is kept on the CPU; a product may then overwrite what is fresh
    /// ([`Start::Zero`]) instead of clearing it first.
    pub(crate) fn accumulate(&self, add: impl FnOnce(&mut [f32], Start<'static>)) {
        let mut sum = self.lock();
        if !matches!(*sum, Sum::Host { .. }) {
            *sum = Sum::Host { values: vec![0.0; self.len()], fresh: true };
        }
        if let Sum::Host { values, fresh } = &mut *sum {
            add(values, if *fresh { Start::Zero } else { Start::Add });
            *fresh = false;
        }
    }

    /// The same for what can only add.
    pub(crate) fn accumulate_rows(&self, add: impl FnOnce(&mut [f32])) {
        self.accumulate(|values, start| {
            if let Start::Zero = start {
                values.fill(0.0);
            }
            add(values);
        });
    }

    pub(super) fn accumulate_tensor(&self, gradient: &Tensor) -> Result<(), Error> {
        if gradient.device().is_cpu() {
            let values = gradient.flatten_all()?.to_dtype(DType::F32)?.to_vec1::<f32>()?;
            self.accumulate_rows(|sum| sum.iter_mut().zip(&values).for_each(|(x, y)| *x += y));
            return Ok(());
        }
        let mut sum = self.lock();
        *sum = match &*sum {
            Sum::Device(before) => Sum::Device((before + gradient)?),
            _ => Sum::Device(gradient.clone()),
        };
        Ok(())
    }

    /// The sum of the gradients' squares; `None` if no gradient came.
    pub fn gradient_squares(&self) -> Result<Option<f64>, Error> {
        match &*self.lock() {
            Sum::Host { values, fresh: false } => {
                // Chunks of a fixed size, summed in order: the same on any number of threads.
                let parts: Vec<f64> = values.par_chunks(CHUNK).map(|c| f64::from(squares(c))).collect();
                Ok(Some(parts.iter().sum()))
            }
            Sum::Device(tensor) => Ok(Some(f64::from(tensor.sqr()?.sum_all()?.to_scalar::<f32>()?))),
            _ => Ok(None),
        }
    }

    /// A copy of the gradients' sum; `None` if no gradient came.
    pub fn gradient(&self) -> Result<Option<Vec<f32>>, Error> {
        match &*self.lock() {
            Sum::Host { values, fresh: false } => Ok(Some(values.clone())),
            Sum::Device(tensor) => Ok(Some(tensor.flatten_all()?.to_vec1()?)),
            _ => Ok(None),
        }
    }

    /// Forgets the gradients.
    pub fn clear_gradient(&self) {
        let mut sum = self.lock();
        match &mut *sum {
            Sum::Host { fresh, .. } => *fresh = true,
            _ => *sum = Sum::Nothing,
        }
    }

    /// A first moment alone, where the parameter lives; `None` for zeros.
    pub fn momentum(&self, values: Option<Vec<f32>>) -> Result<Moments, Error> {
        let zeros = || (vec![0.0; self.len()], vec![0.0; self.len()]);
        let moments = self.moments(Some(values.map_or_else(zeros, |first| (first, vec![0.0; self.len()]))))?;
        Ok(match moments {
            Moments::Host(first, _) => Moments::Host(first, Vec::new()),
            Moments::Device(first, _) => {
                let none = first.flatten_all()?.narrow(0, 0, 0)?;
                Moments::Device(first, none)
            }
        })
    }

    /// Moments for it, where it lives; `None` for zeros.
    pub fn moments(&self, values: Option<(Vec<f32>, Vec<f32>)>) -> Result<Moments, Error> {
        let (first, second) = values.unwrap_or_else(|| (vec![0.0; self.len()], vec![0.0; self.len()]));
        if first.len() != self.len() || second.len() != self.len() {
            let message = format!("`{}`: wanted moments of {} numbers, found {}", self.name, self.len(), first.len());
            return Err(Error::Weights { origin: "optimiser state".into(), message });
        }
        let device = self.var.device();
        if device.is_cpu() {
            return Ok(Moments::Host(first, second));
        }
        let tensor = |values: Vec<f32>| Tensor::from_vec(values, self.var.shape(), device);
        Ok(Moments::Device(tensor(first)?, tensor(second)?))
    }
}

/// Lends a contiguous CPU tensor's numbers.
pub(crate) fn with_values<T>(tensor: &Tensor, use_them: impl FnOnce(&[f32]) -> T) -> candle_core::Result<T> {
    let (storage, layout) = tensor.storage_and_layout();
    let Storage::Cpu(CpuStorage::F32(values)) = &*storage else {
        candle_core::bail!("wanted f32 numbers on the CPU");
    };
    let Some((start, end)) = layout.contiguous_offsets() else {
        candle_core::bail!("wanted contiguous numbers");
    };
    Ok(use_them(&values[start..end]))
}
