//! The normalizer of a `tokenizer.json`, step by step and within bounds.
//!
//! Replacements of replacements grow by powers: forty lines of a file from elsewhere, each of which doubles a letter, would
//! fill any memory at its first word. So no step is taken on a text that the steps before it have blown up.

use serde::Deserialize;
use serde_json::Value;
use tokenizers::{NormalizedString, Normalizer, NormalizerWrapper, Tokenizer};

/// Bytes of a word between two steps at most; one of 256 letters has a thousand.
const MOST: usize = 1 << 14;
/// Bytes that a step may put in the place of what it finds.
const LONGEST: usize = 256;
/// Steps at most; tokenizers that are in use have forty.
const STEPS: usize = 1000;
/// What every normalizer is tried on when it is read.
const LETTERS: &str = "اأإآبتثجحخدذرزسشصضطظعغفقكلمنهويىةءؤئپچگژڤabcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789٠١٢٣٤٥٦٧٨٩.,،؛؟";

/// The parts of the file that matter here.
#[derive(Deserialize)]
struct Outline {
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    added_tokens: Vec<Added>,
}

/// A token that stands beside the vocabulary; the crate normalises it when it reads the file.
#[derive(Deserialize)]
struct Added {
    content: String,
    #[serde(default)]
    normalized: bool,
}

/// Refuses a file whose normalizer grows without bound, before the crate reads it. What is no tokenizer at all is left to
/// the crate, which says so better.
pub(super) fn check(json: &[u8]) -> Result<(), String> {
    let Ok(Outline { normalizer, added_tokens }) = serde_json::from_slice(json) else { return Ok(()) };
    let mut steps = 0;
    check_sizes(&normalizer, &mut steps)?;
    let mut tokens = added_tokens.iter().filter(|token| token.normalized).peekable();
    if tokens.peek().is_none() {
        return Ok(());
    }
    let Ok(normalizer) = serde_json::from_value::<NormalizerWrapper>(normalizer) else { return Ok(()) };
    tokens.try_for_each(|token| try_on(&normalizer, &token.content))
}

/// Refuses a normalizer that blows up the letters of every text.
pub(super) fn try_on_letters(tokenizer: &Tokenizer) -> Result<(), String> {
    tokenizer.get_normalizer().map_or(Ok(()), |normalizer| try_on(normalizer, LETTERS))
}

fn try_on(normalizer: &NormalizerWrapper, text: &str) -> Result<(), String> {
    let mut normalised = NormalizedString::from(text);
    match run(normalizer, &mut normalised) {
        Err(Stop::Grown) => Err(format!(
            "wanted a normalizer that leaves a word about as long as it is, found one that makes more than {MOST} bytes of {}",
            text.len()
        )),
        _ => Ok(()),
    }
}

/// Counts the steps, and looks at what they put in.
fn check_sizes(step: &Value, steps: &mut usize) -> Result<(), String> {
    *steps += 1;
    if *steps > STEPS {
        return Err(format!("wanted a normalizer of at most {STEPS} steps, found more"));
    }
    for field in ["content", "prepend"] {
        if let Some(text) = step.get(field).and_then(Value::as_str).filter(|text| text.len() > LONGEST) {
            return Err(format!(
                "wanted normalizers that put in at most {LONGEST} bytes, found {} in `{field}`",
                text.len()
            ));
        }
    }
    let inner = step.get("normalizers").and_then(Value::as_array);
    inner.into_iter().flatten().try_for_each(|step| check_sizes(step, steps))
}

/// Why a word was not normalised to its end.
enum Stop {
    Failed,
    Grown,
}

fn run(step: &NormalizerWrapper, text: &mut NormalizedString) -> Result<(), Stop> {
    if let NormalizerWrapper::Sequence(sequence) = step {
        return sequence.as_ref().iter().try_for_each(|step| run(step, text));
    }
    step.normalize(text).map_err(|_| Stop::Failed)?;
    if text.get().len() > MOST { Err(Stop::Grown) } else { Ok(()) }
}

/// A word as the tokenizer's normalizer leaves it; `None` where that fails, or grows beyond all bounds.
pub(super) fn of(tokenizer: &Tokenizer, word: &str) -> Option<NormalizedString> {
    let mut text = NormalizedString::from(word);
    match tokenizer.get_normalizer() {
        Some(normalizer) => run(normalizer, &mut text).ok().map(|()| text),
        None => Some(text),
    }
}
