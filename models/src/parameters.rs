//! Named, ordered parameters with their gradients.

use crate::Error;
use candle_core::{Tensor, Var};
use std::sync::Mutex;

/// One trainable tensor and the sum of the gradients that reached it since the last step.
#[derive(Debug)]
pub struct Parameter {
    /// Its name in the table of [`crate::weights`], behind the network's prefix where there are two networks.
    pub name: String,
    /// Its value, always f32.
    pub var: Var,
    gradient: Mutex<Option<Tensor>>,
}

/// Parameters in the order in which they were added; nothing here depends on a hash map's order.
#[derive(Debug, Default)]
pub struct Parameters {
    list: Vec<std::sync::Arc<Parameter>>,
}

impl Parameters {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Parameter> {
        self.list.iter().map(|p| &**p)
    }

    /// Back-propagates `loss` (a scalar) and adds every gradient to its parameter's sum.
    pub fn backward(&self, loss: &Tensor) -> Result<(), Error> {
        let _ = loss;
        todo!()
    }

    /// The values by name, for a file.
    pub fn to_weights(&self) -> crate::weights::Weights {
        todo!()
    }

    /// Sets values by name; names that are not there are passed over, a wrong shape is refused.
    pub fn set(&self, weights: &crate::weights::Weights) -> Result<(), Error> {
        let _ = weights;
        todo!()
    }
}

impl Parameter {
    /// The sum of the gradients since [`Parameter::take_gradient`]; `None` if none came.
    pub fn take_gradient(&self) -> Option<Tensor> {
        self.gradient.lock().ok()?.take()
    }
}
