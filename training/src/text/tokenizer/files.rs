//! `tokenizer.json` and what goes with it: the vocabulary in the form that transformers opens.

use super::proclitics;
use super::special::{CONTINUING, FIRST, LAST, MASK, PADDING, SPECIAL, UNKNOWN};
use crate::Error;
use crate::text::corpus::file::Vocabulary;
use alam::encode::Encoder;
use alam::normalise::Normaliser;
use alam_models::side;
use alam_models::whole;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use tokenizers::Tokenizer;

/// The largest vocabulary; a larger number is a slip.
pub const LARGEST: usize = 1 << 20;

/// Vowel marks, Koranic signs, tatweel and invisible characters as a class of Oniguruma and of fancy-regex.
const UNSEEN: &str = concat!(
    r"[\x{0001}-\x{0008}\x{000e}-\x{001f}\x{007f}\x{00ad}\x{034f}\x{0610}-\x{061a}\x{061c}\x{0640}\x{064b}-\x{065f}",
    r"\x{0670}\x{06d6}-\x{06dc}\x{06df}-\x{06e8}\x{06ea}-\x{06ed}\x{0897}-\x{089f}\x{08ca}-\x{08e1}\x{08e3}-\x{08ff}",
    r"\x{180b}-\x{180f}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{206f}\x{fe00}-\x{fe0f}\x{feff}]",
);

/// A word of more letters is unknown: greedy matching takes quadratic time.
const LONGEST_WORD: usize = 100;

/// The tokenizer with this vocabulary, a token's place being its id.
///
/// Its own normalizer does what [`alam::normalise::Normaliser::FULL`] does, so that a script that knows only
/// `tokenizer.json` gets the same pieces; after ours it changes nothing but the case of letters, and cuts proclitics
/// off where it is told to.
pub fn tokenizer(vocabulary: Vec<String>, cut_proclitics: bool) -> Result<Tokenizer, Error> {
    let ids: BTreeMap<&str, usize> = vocabulary.iter().enumerate().map(|(id, token)| (token.as_str(), id)).collect();
    let special = SPECIAL.iter().enumerate().map(|(id, token)| {
        json!({"id": id, "content": token, "single_word": false, "lstrip": false, "rstrip": false,
               "normalized": false, "special": true})
    });
    let piece = |token: &str| json!({"SpecialToken": {"id": token, "type_id": 0}});
    let template = |token: &str| json!({"id": token, "ids": [ids.get(token)], "tokens": [token]});
    let [a, b] = ["A", "B"].map(|id| json!({"Sequence": {"id": id, "type_id": 0}}));
    let mut normalizers = normalizers();
    if cut_proclitics {
        normalizers.extend(proclitics::normalizers());
    }
    let description = json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": special.collect::<Vec<_>>(),
        "normalizer": {"type": "Sequence", "normalizers": normalizers},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [piece(FIRST), a, piece(LAST)],
            "pair": [piece(FIRST), a, piece(LAST), b, piece(LAST)],
            "special_tokens": {FIRST: template(FIRST), LAST: template(LAST)},
        },
        "decoder": {"type": "WordPiece", "prefix": CONTINUING, "cleanup": false},
        "model": {"type": "WordPiece", "unk_token": UNKNOWN, "continuing_subword_prefix": CONTINUING,
                  "max_input_chars_per_word": LONGEST_WORD, "vocab": ids},
    });
    let bytes = serde_json::to_vec(&description).map_err(|e| Error::Run(format!("writing the tokenizer: {e}")))?;
    read(&bytes, "the trained tokenizer")
}

/// The steps of [`alam::normalise::Normaliser::FULL`] in the words of the tokenizers crate.
fn normalizers() -> Vec<serde_json::Value> {
    let replace =
        |pattern: &str, with: &str| json!({"type": "Replace", "pattern": {"Regex": pattern}, "content": with});
    let mut steps = vec![json!({"type": "NFKC"})];
    steps.push(replace(UNSEEN, ""));
    steps.push(replace("[آأإٱٲٳٵ]", "ا"));
    steps.push(replace("[ىی]", "ي"));
    steps.push(replace("ة", "ه"));
    steps.push(replace("ک", "ك"));
    for (digit, (arabic, persian)) in ('٠'..='٩').zip('۰'..='۹').enumerate() {
        steps.push(replace(&format!("[{arabic}{persian}]"), &digit.to_string()));
    }
    steps.push(replace("٫", "."));
    steps.push(replace("٬", ","));
    steps.push(replace("٪", "%"));
    // Taking marks away can bring letters together that compose.
    steps.push(json!({"type": "NFKC"}));
    steps.push(json!({"type": "Lowercase"}));
    steps
}

/// Reads a tokenizer; `origin` names it in errors.
pub fn read(bytes: &[u8], origin: &str) -> Result<Tokenizer, Error> {
    Tokenizer::from_bytes(bytes).map_err(|e| Error::data(origin, format!("expected a tokenizer, found {e}")))
}

/// The tokens of a vocabulary in the order of their ids; an id that no token has is an empty string.
pub fn tokens(tokenizer: &Tokenizer) -> Vec<String> {
    let vocabulary = tokenizer.get_vocab(true);
    let size = vocabulary.values().max().map_or(0, |&id| id as usize + 1);
    let mut tokens = vec![String::new(); size];
    for (token, id) in vocabulary {
        tokens[id as usize] = token;
    }
    tokens
}

/// The encoder of a `tokenizer.json` (or of a folder with one) as the tagger has it, and what its ids stand for.
pub fn encoder(path: &Path) -> Result<(Encoder, Vocabulary), Error> {
    let path = if path.is_dir() { path.join("tokenizer.json") } else { path.to_path_buf() };
    let origin = path.display().to_string();
    let bytes = side::read(&path, side::LIST).map_err(Error::io(&path))?;
    // The window does not matter where only the pieces of single words are asked for, as long as they fit. It comes first, as
    // it looks at what reading the file would do.
    let encoder = Encoder::new(&bytes, &origin, Normaliser::FULL, 512, 0)?;
    let tokens = tokens(&read(&bytes, &origin)?);
    if tokens.len() > LARGEST {
        return Err(Error::data(origin, format!("wanted at most {LARGEST} tokens, found {}", tokens.len())));
    }
    Ok((encoder, Vocabulary { size: tokens.len() as u32, fingerprint: fingerprint(&tokens) }))
}

/// The tokens of a `tokenizer.json` (or of a folder with one) in the order of their ids.
pub fn vocabulary(path: &Path) -> Result<Vec<String>, Error> {
    let path = if path.is_dir() { path.join("tokenizer.json") } else { path.to_path_buf() };
    let bytes = side::read(&path, side::LIST).map_err(Error::io(&path))?;
    vocabulary_of(&bytes, &path.display().to_string())
}

/// The same of the bytes of a `tokenizer.json`, which errors call `origin`.
pub(crate) fn vocabulary_of(bytes: &[u8], origin: &str) -> Result<Vec<String>, Error> {
    Ok(tokens(&read(bytes, origin)?))
}

/// What tells one vocabulary from another: SHA-256 of its tokens in the order of their ids, a line each.
pub fn fingerprint(tokens: &[String]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for token in tokens {
        hash.update(token.as_bytes());
        hash.update(b"\n");
    }
    hash.finalize().into()
}

/// Writes `tokenizer.json`, `tokenizer_config.json`, `special_tokens_map.json` and `vocab.txt` into a folder.
pub fn save(tokenizer: &Tokenizer, folder: &Path, longest: usize) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
    let text = tokenizer.to_string(true).map_err(|e| Error::Run(format!("writing the tokenizer: {e}")))?;
    let map =
        json!({"pad_token": PADDING, "unk_token": UNKNOWN, "cls_token": FIRST, "sep_token": LAST, "mask_token": MASK});
    let mut settings = map.clone();
    settings["tokenizer_class"] = "PreTrainedTokenizerFast".into();
    settings["model_max_length"] = longest.into();
    settings["clean_up_tokenization_spaces"] = false.into();
    let files = [
        ("tokenizer.json", text),
        ("tokenizer_config.json", format!("{settings:#}\n")),
        ("special_tokens_map.json", format!("{map:#}\n")),
        ("vocab.txt", tokens(tokenizer).join("\n") + "\n"),
    ];
    for (name, text) in files {
        whole::write(&folder.join(name), text.as_bytes())?;
    }
    Ok(())
}
