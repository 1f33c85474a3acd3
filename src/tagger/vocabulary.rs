//! The tokenizer of an old BERT, which has its words in `vocab.txt` and no `tokenizer.json`.
//!
//! The outcome is the `tokenizer.json` that transformers makes of it (`BertConverter` in `convert_slow_tokenizer.py`).

use crate::Error;
use alam_models::side;
use serde_json::{Value, json};
use std::path::Path;

/// The special tokens, by the names that the format has for them.
const SPECIAL: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/// The `tokenizer.json` of the model in a folder with a `vocab.txt`; `None` where it has none.
///
/// # Errors
/// A vocabulary that cannot be read, or lacks a token that every text needs.
pub(super) fn tokenizer(folder: &Path) -> Result<Option<Vec<u8>>, Error> {
    let path = folder.join("vocab.txt");
    if !path.is_file() {
        return Ok(None);
    }
    let text = side::text(&path, side::LIST).map_err(|e| Error::io(&path, e))?;
    // A carriage return ends a line in files that were made elsewhere; other blanks are tokens.
    let tokens: Vec<&str> = text.lines().map(|line| line.trim_end_matches('\r')).collect();
    let id = |token: &str| tokens.iter().position(|known| *known == token);
    let need = |token: &str| {
        let none = || Error::config(path.display().to_string(), format!("wanted a token `{token}`, found none"));
        id(token).ok_or_else(none)
    };
    let (unknown, begin, end) = (need("[UNK]")?, need("[CLS]")?, need("[SEP]")?);
    let settings = side::text(&folder.join("tokenizer_config.json"), side::CONFIGURATION);
    let settings: Value = settings.ok().and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    let said = |name: &str, otherwise: Value| settings.get(name).cloned().unwrap_or(otherwise);
    let vocabulary: serde_json::Map<String, Value> =
        tokens.iter().enumerate().map(|(id, token)| ((*token).to_owned(), id.into())).collect();
    let added = SPECIAL.iter().filter_map(|token| Some((token, id(token)?)));
    let added = added.map(|(token, id)| {
        json!({"id": id, "content": token, "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true})
    });
    let json = json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": added.collect::<Vec<Value>>(),
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": true,
            "handle_chinese_chars": said("tokenize_chinese_chars", true.into()),
            "strip_accents": said("strip_accents", Value::Null),
            "lowercase": said("do_lower_case", true.into()),
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
            ],
            "pair": [
                {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 1}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 1}},
            ],
            "special_tokens": {
                "[CLS]": {"id": "[CLS]", "ids": [begin], "tokens": ["[CLS]"]},
                "[SEP]": {"id": "[SEP]", "ids": [end], "tokens": ["[SEP]"]},
            },
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {
            "type": "WordPiece",
            "unk_token": tokens.get(unknown),
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": vocabulary,
        },
    });
    Ok(Some(json.to_string().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::Encoder;
    use crate::normalise::Normaliser;
    use crate::segment::segment;

    #[test]
    fn the_words_of_a_vocabulary_are_pieces() {
        let folder = tempfile::tempdir().unwrap();
        assert!(tokenizer(folder.path()).unwrap().is_none());
        std::fs::write(folder.path().join("vocab.txt"), "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\nزار\r\nبو\r\n##تين\r\n")
            .unwrap();
        let json = tokenizer(folder.path()).unwrap().unwrap();
        let encoder = Encoder::new(&json, "vocab.txt", Normaliser::FULL, 16, 2).unwrap();
        let text = "زار بوتين مصر";
        let windows = encoder.encode(text, &segment(text)[0].words);
        let ids: Vec<u32> = windows.iter().flat_map(|window| window.ids.clone()).collect();
        assert_eq!(ids, [2, 4, 5, 6, 1, 3]);
        std::fs::write(folder.path().join("vocab.txt"), "[UNK]\n[CLS]\n").unwrap();
        let error = tokenizer(folder.path()).unwrap_err().to_string();
        assert!(error.ends_with("vocab.txt: wanted a token `[SEP]`, found none"), "{error}");
    }
}
