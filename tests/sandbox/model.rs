//! A sandbox with the folder of a small model.

use crate::sandbox::Sandbox;
use crate::tiny::{self, Clitics};

/// Its model is `model`.
pub(crate) fn with_model() -> Sandbox {
    let sandbox = Sandbox::new();
    let tokenizer = tiny::tokenizer();
    sandbox
        .file("model/config.json", tiny::config(&tokenizer))
        .file("model/tokenizer.json", tokenizer.to_string())
        .file("model/tagger.json", tiny::settings().to_json())
        .file("model/model.int8.safetensors", tiny::int8(Clitics::Head));
    sandbox
}
