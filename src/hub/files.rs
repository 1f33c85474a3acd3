//! Which files of a repository are wanted.

use crate::Error;
use alam_models::side;
use std::collections::BTreeSet;
use std::path::Path;

/// Weights in one file.
pub(super) const WEIGHTS: &str = "model.safetensors";
/// Says which file holds which weight, where there are several.
pub(super) const INDEX: &str = "model.safetensors.index.json";
/// A model cannot be without it.
const CONFIG: &str = "config.json";
/// Its tokenizer: whole, or the words of an old BERT.
const TOKENIZERS: [&str; 2] = ["tokenizer.json", "vocab.txt"];
/// Read if they are there.
const WELCOME: [&str; 5] =
    ["tokenizer_config.json", "special_tokens_map.json", "tagger.json", "clitics.safetensors", "README.md"];

/// The files of a model that alam reads, the shards behind an index excepted. `present` is what the repository has.
pub(super) fn of_model(id: &str, present: &[String]) -> Result<Vec<String>, Error> {
    let has = |name: &str| present.iter().any(|file| file == name);
    if !has(CONFIG) {
        return Err(Error::Hub(format!("{id}: wanted a model with `{CONFIG}`, found none")));
    }
    let tokenizer = TOKENIZERS.into_iter().find(|name| has(name)).ok_or_else(|| {
        let tip =
            "tip: `AutoTokenizer.from_pretrained(...).save_pretrained(...)` in transformers writes one, for a fast tokenizer";
        Error::Hub(format!("{id}: wanted a model with `tokenizer.json`, or `vocab.txt` of BERT, found none\n{tip}"))
    })?;
    let weights = [WEIGHTS, INDEX].into_iter().find(|name| has(name)).ok_or_else(|| {
        let found = present.iter().find(|name| name.ends_with(".bin") || name.ends_with(".h5"));
        let found = found.map_or_else(|| "no weights".to_string(), |name| format!("only `{name}`"));
        let tip = "tip: only safetensors are read; `model.save_pretrained(..., safe_serialization=True)` writes them";
        Error::Hub(format!("{id}: wanted `{WEIGHTS}`, found {found}\n{tip}"))
    })?;
    let small = [CONFIG, tokenizer].into_iter().chain(WELCOME).filter(|name| has(name));
    Ok(small.chain([weights]).map(String::from).collect())
}

/// What a model's folder lacks, if something.
pub(super) fn model_is_missing(folder: &Path) -> Result<Option<String>, Error> {
    let has = |name: &str| folder.join(name).is_file();
    if !has(CONFIG) {
        return Ok(Some(CONFIG.into()));
    }
    if !TOKENIZERS.into_iter().any(has) {
        return Ok(Some(TOKENIZERS[0].into()));
    }
    if folder.join(WEIGHTS).is_file() {
        return Ok(None);
    }
    let index = folder.join(INDEX);
    if !index.is_file() {
        return Ok(Some(WEIGHTS.into()));
    }
    Ok(shards(&index)?.into_iter().find(|shard| !folder.join(shard).is_file()))
}

/// The files that an index names, sorted.
pub(super) fn shards(index: &Path) -> Result<Vec<String>, Error> {
    let wrong = |message: &str| Error::config(index.display().to_string(), message);
    let text = side::text(index, side::CONFIGURATION).map_err(|source| Error::io(index, source))?;
    let json: serde_json::Value = serde_json::from_str(&text).map_err(|error| wrong(&error.to_string()))?;
    let map =
        json.get("weight_map").and_then(|map| map.as_object()).ok_or_else(|| wrong("wanted an object `weight_map`"))?;
    let files: Option<BTreeSet<String>> = map.values().map(|file| file.as_str().map(String::from)).collect();
    let files = files.ok_or_else(|| wrong("wanted a file name for each weight"))?;
    if let Some(file) = files.iter().find(|file| !is_safe(file) || file.contains('/')) {
        return Err(wrong(&format!("wanted a plain file name, found `{file}`")));
    }
    Ok(files.into_iter().collect())
}

/// The files that fit a pattern, sorted, each once; a pattern that fits none is an error.
pub(super) fn select(id: &str, present: &[String], patterns: &[&str]) -> Result<Vec<String>, Error> {
    let mut selected = BTreeSet::new();
    for pattern in patterns {
        let before = selected.len();
        selected.extend(present.iter().filter(|name| fits(pattern.as_bytes(), name.as_bytes())).cloned());
        if selected.len() == before && !present.iter().any(|name| fits(pattern.as_bytes(), name.as_bytes())) {
            let some: Vec<&str> = present.iter().take(8).map(String::as_str).collect();
            return Err(Error::Hub(format!("{id}: wanted files like `{pattern}`, found {}", some.join(", "))));
        }
    }
    Ok(selected.into_iter().collect())
}

/// Whether a name stays below the folder it is put in: what a hub lists is not to be trusted with paths.
pub(super) fn is_safe(name: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    !name.contains(['\\', ':', '\0']) && name.split('/').all(plain)
}

/// `*` stands for any letters, `/` among them, as in `huggingface_hub`.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    // Where the last star stands, and how much of the name it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, n));
            p += 1;
        } else if pattern.get(p) == Some(&name[n]) {
            (p, n) = (p + 1, n + 1);
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            (p, n) = (at + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| name.to_string()).collect()
    }

    #[test]
    fn only_what_is_read_is_wanted() {
        let present = names(&["README.md", "config.json", "model.safetensors", "pytorch_model.bin", "tokenizer.json"]);
        let wanted = of_model("org/name", &present).unwrap();
        assert_eq!(wanted, ["config.json", "tokenizer.json", "README.md", "model.safetensors"]);
        let present = names(&["config.json", "model.safetensors", "tokenizer_config.json", "vocab.json", "vocab.txt"]);
        let wanted = of_model("org/old", &present).unwrap();
        assert_eq!(wanted, ["config.json", "vocab.txt", "tokenizer_config.json", "model.safetensors"]);
    }

    #[test]
    fn a_model_without_safetensors_is_refused_with_what_it_has() {
        let present = names(&["config.json", "tokenizer.json", "pytorch_model.bin"]);
        let error = of_model("org/name", &present).unwrap_err().to_string();
        assert!(
            error.starts_with("org/name: wanted `model.safetensors`, found only `pytorch_model.bin`\ntip: "),
            "{error}"
        );
        let error = of_model("org/name", &names(&["config.json"])).unwrap_err().to_string();
        assert!(
            error.starts_with(
                "org/name: wanted a model with `tokenizer.json`, or `vocab.txt` of BERT, found none\ntip: "
            ),
            "{error}"
        );
    }

    #[test]
    fn an_index_that_names_other_folders_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let index = folder.path().join(INDEX);
        let write = |json: &str| std::fs::write(&index, json).unwrap();
        write(r#"{"weight_map":{"b":"m-2.safetensors","a":"m-1.safetensors","c":"m-1.safetensors"}}"#);
        assert_eq!(shards(&index).unwrap(), ["m-1.safetensors", "m-2.safetensors"]);
        for (json, wanted) in [
            (r#"{"weight_map":{"a":"../m"}}"#, "wanted a plain file name, found `../m`"),
            (r#"{"weight_map":{"a":1}}"#, "wanted a file name for each weight"),
            (r#"{}"#, "wanted an object `weight_map`"),
            (r#"{"#, "EOF"),
        ] {
            write(json);
            let error = shards(&index).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn patterns_select_and_must_fit_something() {
        let present = names(&["README.md", "ar/test-0.parquet", "ar/train-0.parquet", "arz/train-0.parquet"]);
        let selected = select("d", &present, &["ar/train*.parquet", "*test*"]).unwrap();
        assert_eq!(selected, ["ar/test-0.parquet", "ar/train-0.parquet"]);
        assert_eq!(select("d", &present, &["*ar*-0*t", "README.md"]).unwrap().len(), 4);
        let error = select("d", &present, &["fa/*"]).unwrap_err().to_string();
        assert!(error.starts_with("d: wanted files like `fa/*`, found README.md, "), "{error}");
    }

    #[test]
    fn names_cannot_leave_their_folder() {
        assert!(is_safe("ar/train-0.parquet"));
        for name in ["/etc/x", "../x", "a/../x", "a//b", "", "C:x", "a\\b"] {
            assert!(!is_safe(name), "{name}");
        }
    }
}
