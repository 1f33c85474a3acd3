//! What of a tagger can be otherwise without loading its model again.

use super::{Options, Tagger};
use crate::Error;
use crate::decode::Decoder;

/// See the module; fields are those of [`Options`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Manner {
    /// The annotation convention by name; the model's first where `None`.
    pub convention: Option<String>,
    /// Whole words as names, proclitics left on.
    pub keep_clitics: bool,
    /// A second look over each document.
    pub second_look: bool,
}

impl Tagger {
    /// How it works now.
    pub fn manner(&self) -> Manner {
        let Options { convention, keep_clitics, second_look, .. } = self.options.clone();
        Manner { convention, keep_clitics, second_look }
    }

    /// A tagger of the same model, held once, that works in another manner.
    ///
    /// # Errors
    /// A convention that the model was not trained with.
    pub fn in_manner(&self, manner: &Manner) -> Result<Tagger, Error> {
        let token_type = self.settings.token_type(manner.convention.as_deref())?;
        let Manner { convention, keep_clitics, second_look } = manner.clone();
        Ok(Tagger {
            model: self.model.clone(),
            encoder: self.encoder.clone(),
            labels: self.labels.clone(),
            settings: self.settings.clone(),
            options: Options { convention, keep_clitics, second_look, ..self.options.clone() },
            decoder: Decoder::new(&self.labels, self.settings.decoding),
            token_type,
            stop: self.stop,
        })
    }
}
