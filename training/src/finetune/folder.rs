//! The model folder of a fine-tuning.

use super::FineTune;
use super::card::card;
use super::report::Report;
use crate::Error;
use crate::model::quantise;
use crate::run::summary::Summary;
use alam_models::heads::SampledHead;
use alam_models::weights;
use alam_models::whole;
use safetensors::Dtype;
use serde_json::json;
use std::path::Path;

/// Writes the folder as it stands; of a finished run with its temperature and its card.
pub(super) fn write(run: &mut FineTune, folder: &Path, summary: &Summary<'_>) -> Result<(), Error> {
    if summary.finished {
        let report = Report::new(run)?;
        whole::write(&folder.join("README.md"), card(run, &report, summary).as_bytes())?;
    }
    let config = &run.beginning.config;
    // Int8 weights of what stood here before would be opened in the place of these.
    remove(&folder.join(quantise::FILE))?;
    let mut weights = run.network.parameters().to_weights()?;
    // A head of the training alone.
    weights.retain(|name, _| !name.starts_with(SampledHead::PREFIX));
    let clitics = weights.split_off("clitics.");
    let (mut clitics, behind): (weights::Weights, weights::Weights) =
        clitics.into_iter().partition(|(name, _)| name.starts_with("clitics."));
    weights.extend(behind);
    whole::write(&folder.join("config.json"), config.to_json().as_bytes())?;
    whole::write(&folder.join("tokenizer.json"), &run.beginning.tokenizer)?;
    weights::write(&folder.join("model.safetensors"), config, &weights, Dtype::BF16)?;
    if !clitics.is_empty() {
        let clitics = std::mem::take(&mut clitics);
        weights::write(&folder.join("clitics.safetensors"), config, &clitics, Dtype::BF16)?;
    }
    whole::write(&folder.join("tagger.json"), run.beginning.settings.to_json().as_bytes())?;
    tokenizer_files(run, folder)
}

fn remove(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path)(e)),
        _ => Ok(()),
    }
}

/// What transformers reads beside `tokenizer.json`: taken over where the beginning had it, else written new.
fn tokenizer_files(run: &FineTune, folder: &Path) -> Result<(), Error> {
    for name in ["tokenizer_config.json", "special_tokens_map.json"] {
        let bytes = match run.beginning.origin.small(name)? {
            Some(bytes) => bytes,
            None => {
                let json = serde_json::to_vec_pretty(&fresh(run, name));
                json.map_err(|e| Error::Run(format!("{name}: {e}")))?
            }
        };
        whole::write(&folder.join(name), &bytes)?;
    }
    Ok(())
}

fn fresh(run: &FineTune, name: &str) -> serde_json::Value {
    let roles = [
        ("unk_token", ["[UNK]", "<unk>"]),
        ("cls_token", ["[CLS]", "<s>"]),
        ("sep_token", ["[SEP]", "</s>"]),
        ("pad_token", ["[PAD]", "<pad>"]),
        ("mask_token", ["[MASK]", "<mask>"]),
    ];
    let mut map = serde_json::Map::new();
    for (role, tokens) in roles {
        if let Some(token) = tokens.into_iter().find(|t| run.encoder.token_id(t).is_some()) {
            map.insert(role.into(), token.into());
        }
    }
    if name == "tokenizer_config.json" {
        map.insert("tokenizer_class".into(), json!("PreTrainedTokenizerFast"));
        map.insert("model_max_length".into(), json!(run.beginning.config.max_tokens()));
    }
    map.into()
}
