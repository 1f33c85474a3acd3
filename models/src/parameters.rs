//! Named, ordered parameters with their gradients.

mod adam;
mod muon;
mod parameter;

use crate::Error;
use crate::weights::{Weight, Weights};
pub use adam::AdamStep;
use candle_core::Tensor;
pub use muon::MuonStep;
pub(crate) use parameter::with_values;
pub use parameter::{Moments, Parameter};
use std::sync::Arc;

/// Parameters in the order in which they were added; nothing here depends on a hash map's order.
#[derive(Debug, Default, Clone)]
pub struct Parameters {
    list: Vec<Arc<Parameter>>,
}

impl Parameters {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Parameter> {
        self.list.iter().map(|p| &**p)
    }

    /// Number of parameters (tensors).
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn push(&mut self, parameter: Arc<Parameter>) {
        self.list.push(parameter);
    }

    /// The one of that name.
    pub(crate) fn get(&self, name: &str) -> Result<Arc<Parameter>, Error> {
        let found = self.list.iter().find(|p| p.name == name);
        found.cloned().ok_or_else(|| Error::Input(format!("this is a bug: the network has no parameter `{name}`")))
    }

    /// Those of two networks together; a parameter that both share is there once.
    pub fn union(&self, other: &Parameters) -> Parameters {
        let mut all = self.clone();
        for parameter in &other.list {
            if !all.list.iter().any(|p| Arc::ptr_eq(p, parameter)) {
                all.list.push(parameter.clone());
            }
        }
        all
    }

    /// Back-propagates `loss` (a scalar) and adds every gradient to its parameter's sum.
    pub fn backward(&self, loss: &Tensor) -> Result<(), Error> {
        // Fused operations add to the sums themselves; what stock operations found is in the store.
        let store = loss.backward()?;
        for parameter in self.iter() {
            if let Some(gradient) = store.get(parameter.var.as_tensor()) {
                parameter.accumulate_tensor(gradient)?;
            }
        }
        Ok(())
    }

    /// The values by name, for a file.
    pub fn to_weights(&self) -> Result<Weights, Error> {
        let weight = |p: &Parameter| -> Result<(String, Weight), Error> {
            Ok((p.name.clone(), Weight { shape: p.var.dims().to_vec(), values: p.var.flatten_all()?.to_vec1()? }))
        };
        self.iter().map(weight).collect()
    }

    /// Sets values by name; names that are not there are passed over, a wrong shape is refused.
    pub fn set(&self, weights: &Weights) -> Result<(), Error> {
        for parameter in self.iter() {
            let Some(weight) = weights.get(&parameter.name) else { continue };
            if weight.shape != parameter.var.dims() {
                let message = format!(
                    "`{}`: wanted the shape {:?}, found {:?}",
                    parameter.name,
                    parameter.var.dims(),
                    weight.shape
                );
                return Err(Error::Weights { origin: "weights".into(), message });
            }
            parameter.var.set(&Tensor::from_slice(&weight.values, weight.shape.as_slice(), parameter.var.device())?)?;
        }
        Ok(())
    }
}
