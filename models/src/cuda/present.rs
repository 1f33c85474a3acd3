//! A build with CUDA.

use crate::encoder::{Head, Mode, Network};
use crate::weights::{CLITIC_OUTPUTS, Weights};
use crate::{Arithmetic, Config, Error, Input, Output, Rng, Scores};
use candle_core::Device;

/// The network and its heads on a GPU.
#[derive(Debug)]
pub(crate) struct CudaEncoder {
    network: Network,
    clitics: bool,
}

impl CudaEncoder {
    /// Moves the weights to the device.
    pub(crate) fn new(config: &Config, weights: &Weights, device: &Device) -> Result<CudaEncoder, Error> {
        let clitics = weights.contains_key("clitics.weight");
        let mut heads = vec![Head { name: "classifier".to_owned(), outputs: config.labels.len() }];
        if clitics {
            heads.push(Head { name: "clitics".to_owned(), outputs: CLITIC_OUTPUTS });
        }
        // Nothing is drawn from it: every weight is there.
        let mut rng = Rng::new(0);
        let network = Network::new(config, &heads, weights, &mut rng, (device, Arithmetic::F32))?;
        Ok(CudaEncoder { network, clitics })
    }

    /// Scores every token.
    pub(crate) fn forward(&self, input: &Input) -> Result<Output, Error> {
        let hidden = self.network.hidden(input, &mut Mode::Eval)?;
        let rows: Vec<u32> = (0..input.ids.len() as u32).collect();
        let scores = |head: &str| -> Result<Scores, Error> {
            let logits = self.network.scores(head, &hidden, &rows, &mut Mode::Eval)?;
            let labels = logits.dim(1)?;
            Ok(Scores { values: logits.flatten_all()?.to_vec1()?, labels })
        };
        let tags = scores("classifier")?;
        let clitics = if self.clitics { Some(scores("clitics")?) } else { None };
        Ok(Output { tags, clitics })
    }
}

/// The GPU of that number.
///
/// # Errors
/// [`Error::Device`] with what CUDA says.
pub(crate) fn device(number: usize) -> Result<Device, Error> {
    Device::new_cuda(number)
        .map_err(|e| Error::Device(format!("GPU {number}: expected a CUDA device, found none that works: {e}")))
}
