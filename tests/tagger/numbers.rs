//! Weights that no number survives.

use super::texts::sentences;
use super::tiny::{self, Clitics};
use alam::encode::Encoder;
use alam::{Document, Options, Tagger};
use alam_models::{Config, Model, Precision};

/// A tagger whose weights of that name are so many times what they were.
fn tagger(name: &str, factor: f32, precision: Precision) -> Tagger {
    let (tokenizer, settings) = (tiny::tokenizer(), tiny::settings());
    let config = Config::from_json(&tiny::config(&tokenizer), "config.json").unwrap();
    let mut weights = tiny::weights(&config, Clitics::Head);
    weights.get_mut(name).unwrap().values.iter_mut().for_each(|x| *x *= factor);
    let model = Model::from_weights(&config, &weights, precision).unwrap();
    let json = tokenizer.to_string();
    let encoder = Encoder::new(json.as_bytes(), "t", settings.normaliser, settings.window, settings.overlap).unwrap();
    Tagger::from_parts(model, encoder, settings, Options { precision, ..Options::default() }).unwrap()
}

#[test]
fn weights_so_large_that_sums_overflow_are_an_error_and_not_a_text_without_names() {
    let text = sentences()[0];
    for precision in [Precision::F32, Precision::Int8] {
        for (name, factor) in [
            ("embeddings.word", 1e25),
            ("embeddings.position", 1e30),
            ("embeddings.norm.weight", 1e30),
            ("layer.0.attention.value.weight", 1e30),
            ("layer.0.attention.output.weight", 1e30),
            ("layer.0.attention.norm.weight", 1e30),
            ("layer.1.ffn.up.weight", 1e30),
            ("layer.1.ffn.down.weight", 1e30),
            ("classifier.weight", 1e38),
        ] {
            let tagger = tagger(name, factor, precision);
            let error = tagger.tag(text).unwrap_err().to_string();
            assert!(error.starts_with("scores: expected finite numbers, found "), "{name} in {precision:?}: {error}");
            let document = Document { text: text.into(), ..Document::default() };
            let streamed: Vec<_> = tagger.tag_stream([Ok(document)]).collect();
            assert!(streamed.len() == 1 && streamed[0].is_err());
        }
        assert!(!tagger("embeddings.word", 1.0, precision).tag(text).unwrap().is_empty());
    }
}
