//! The folder that a pretraining leaves: the encoder as transformers opens it (`AutoModel`), with its tokenizer.

use super::Pretrain;
use crate::Error;
use crate::files::whole_text;
use crate::model::card::{Front, table, training};
use crate::run::summary::Summary;
use alam::encode::SMALLEST_WINDOW;
use alam::normalise::Normaliser;
use alam::settings::Settings;
use alam_models::side;
use alam_models::weights::{self, Weights, encoder_shapes};
use alam_models::whole;
use safetensors::Dtype;
use std::path::Path;

/// Files of the tokenizer's folder that go along where they are there.
const TOKENIZER: [&str; 4] = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"];

/// Writes it. Heads and generator stay in the checkpoints.
pub(super) fn write(pretrain: &Pretrain, folder: &Path, summary: &Summary<'_>) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
    let mut all = pretrain.networks.encoder().parameters().to_weights()?;
    let weights: Weights =
        encoder_shapes(&pretrain.config).into_iter().filter_map(|(name, _)| all.remove_entry(&name)).collect();
    weights::write(&folder.join("model.safetensors"), &pretrain.config, &weights, Dtype::F32)?;
    whole_text(&folder.join("config.json"), &pretrain.config.to_json())?;
    // As long as what was learnt: a fine-tuning on shorter text may tag as far as that.
    let window = pretrain.reach.learnt().max(pretrain.learnt_before).max(SMALLEST_WINDOW);
    let settings = Settings { normaliser: Normaliser::FULL, window, overlap: window / 3, ..Settings::default() };
    whole_text(&folder.join("tagger.json"), &settings.to_json())?;
    let source =
        if pretrain.tokenizer.is_dir() { &pretrain.tokenizer } else { pretrain.tokenizer.parent().unwrap_or(folder) };
    for name in TOKENIZER {
        let path = source.join(name);
        match side::read(&path, side::LIST) {
            Ok(bytes) => whole::write(&folder.join(name), &bytes)?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(Error::io(path)(e)),
        }
    }
    whole_text(&folder.join("README.md"), &card(pretrain, summary))
}

fn card(pretrain: &Pretrain, summary: &Summary<'_>) -> String {
    let config = &pretrain.config;
    let front = Front { name: "encoder".into(), ..Front::default() };
    let corpora = pretrain.recipe.corpora.iter().map(|c| vec![format!("`{}`", c.path), c.weight.to_string()]);
    let numbers = summary.state.best.iter().flat_map(|best| &best.evaluation.numbers);
    let numbers = numbers.map(|(name, value)| vec![name.clone(), format!("{value:.4}")]);
    format!(
        "{front}\nAn Arabic encoder, pretrained on raw text: {} blocks of width {}, {} word pieces. It is made to be \
         fine-tuned with `alam-train finetune`.\n\n## Data\n\nText, as files of token ids:\n\n{}\n## Scores\n\nOn \
         held-out text:\n\n{}\n{}",
        config.layers,
        config.hidden_size,
        config.vocab_size,
        table(&["file", "weight"], corpora),
        table(&["number", "value"], numbers),
        training(summary),
    )
}
