//! The tags that numbers stand for, as what lies beside a file of the library `datasets` tells them.

use alam_models::side;
use serde_json::Value;
use std::path::Path;

/// The column whose numbers have names.
const TAGS: &str = "ner_tags";

/// The names of `ner_tags` in a `dataset_info.json` or the card (`README.md`) in the file's folder or the one above; none where
/// there are none.
pub fn names(path: &Path) -> Vec<String> {
    if !path.is_file() {
        return Vec::new();
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    for folder in [Some(folder), folder.parent()].into_iter().flatten() {
        let read = |name: &str| side::text(&folder.join(name), side::CONFIGURATION).ok();
        let found = ["dataset_info.json", "dataset_infos.json"].into_iter().find_map(|name| of_info(&read(name)?));
        let found = found.or_else(|| read("README.md").map(|card| of_card(&card, None)));
        if let Some(names) = found.filter(|names| !names.is_empty()) {
            return names;
        }
    }
    Vec::new()
}

/// Of a `dataset_info.json`, or of one with several configurations that agree.
fn of_info(json: &str) -> Option<Vec<String>> {
    let info: Value = serde_json::from_str(json).ok()?;
    let of = |info: &Value| {
        let names = info.get("features")?.get(TAGS)?.get("feature")?.get("names")?.as_array()?;
        names.iter().map(|name| name.as_str().map(str::to_owned)).collect::<Option<Vec<String>>>()
    };
    if let Some(names) = of(&info) {
        return Some(names);
    }
    let mut all = info.as_object()?.values().filter_map(of);
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

/// The class labels of `ner_tags` in a card's front matter. It is YAML, of which the part that `datasets` writes is read: a
/// feature's `names:` with a line a label, under the configuration's `config_name`.
pub fn of_card(card: &str, wanted: Option<&str>) -> Vec<String> {
    let mut names = Vec::new();
    let (mut config, mut in_tags, mut in_names) = (None, false, false);
    for line in card.lines().skip(1).take_while(|line| line.trim_end() != "---") {
        let (key, value) = line.trim().trim_start_matches("- ").split_once(':').unwrap_or_default();
        let value = value.trim().trim_matches(['\'', '"']);
        let number = key.trim_matches(['\'', '"']).parse::<usize>();
        match (key, number) {
            (_, Ok(number)) if in_names && number == names.len() => names.push(value.to_owned()),
            // The list is at its end.
            _ if !names.is_empty() => return names,
            ("config_name", _) => (config, in_tags, in_names) = (Some(value), false, false),
            ("name", _) => (in_tags, in_names) = (value == TAGS, false),
            ("names", _) => in_names = in_tags && (config.is_none() || wanted.is_none() || config == wanted),
            _ => in_names = false,
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: &str = "---\nlanguage:\n- ar\ndataset_info:\n- config_name: ace\n  features:\n  - name: tokens\n    \
                        sequence: string\n  - name: ner_tags\n    sequence:\n      class_label:\n        names:\n          \
                        '0': O\n  splits:\n  - name: train\n- config_name: ar\n  features:\n  - name: langs\n    sequence:\n      \
                        class_label:\n        names:\n          '0': ar\n  - name: ner_tags\n    sequence:\n      class_label:\n        \
                        names:\n          '0': O\n          '1': B-PER\n          '2': I-PER\n  splits:\n  - name: test\nconfigs:\n- \
                        config_name: ar\n---\n# '3': no label\n";

    #[test]
    fn labels_are_read_from_a_card_by_configuration() {
        assert_eq!(of_card(CARD, Some("ar")), ["O", "B-PER", "I-PER"]);
        assert_eq!(of_card(CARD, Some("ace")), ["O"]);
        assert_eq!(of_card(CARD, None), ["O"]);
        assert!(of_card(CARD, Some("fr")).is_empty());
        assert!(of_card("no card", None).is_empty() && of_card("", None).is_empty());
    }

    #[test]
    fn a_card_without_configurations_has_its_labels_too() {
        let card = "---\ndataset_info:\n  features:\n  - name: ner_tags\n    sequence:\n      class_label:\n        names:\n          \
                    \"0\": \"O\"\n          \"1\": \"B-LOC\"\n---\n";
        assert_eq!(of_card(card, Some("ar")), ["O", "B-LOC"]);
    }

    #[test]
    fn names_are_found_beside_a_file_and_one_folder_above() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("data/train.jsonl");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "").unwrap();
        assert!(names(&file).is_empty());
        let card = "---\ndataset_info:\n  features:\n  - name: ner_tags\n    sequence:\n      class_label:\n        names:\n          '0': O\n---\n";
        std::fs::write(root.path().join("README.md"), card).unwrap();
        assert_eq!(names(&file), ["O"]);
        let info = r#"{"features":{"ner_tags":{"feature":{"names":["O","B-PER"],"_type":"ClassLabel"}}}}"#;
        std::fs::write(root.path().join("data/dataset_info.json"), info).unwrap();
        assert_eq!(names(&file), ["O", "B-PER"]);
        std::fs::write(root.path().join("data/dataset_info.json"), format!("{{\"ar\":{info}}}")).unwrap();
        assert_eq!(names(&file), ["O", "B-PER"]);
        assert!(names(Path::new("-")).is_empty());
    }
}
