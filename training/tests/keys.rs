//! The table of a recipe's keys in README.md is what the code says of them.

use std::fmt::Write;

/// A table of the recipe, the struct that reads it, and its file.
const TABLES: [(&str, &str, &str); 14] = [
    ("", "Recipe", include_str!("../src/finetune/recipe.rs")),
    ("model", "Start", include_str!("../src/finetune/recipe.rs")),
    ("model.shape", "Shape", include_str!("../src/model/shape.rs")),
    ("model.shape.neighbours", "Neighbours", include_str!("../src/model/neighbours.rs")),
    ("examples", "Examples", include_str!("../src/finetune/recipe.rs")),
    ("augment", "Augment", include_str!("../src/data/augment.rs")),
    ("[gazetteers]", "Source", include_str!("../src/data/augment/gazetteer.rs")),
    ("tagging", "Tagging", include_str!("../src/finetune/recipe.rs")),
    ("teacher", "Teacher", include_str!("../src/finetune/recipe.rs")),
    ("train", "Train", include_str!("../src/run/train.rs")),
    ("train.optimiser", "Settings", include_str!("../src/run/optim.rs")),
    ("[corpora]", "Corpus", include_str!("../src/data/corpus.rs")),
    ("[dev]", "Corpus", ""),
    ("card", "Card", include_str!("../src/finetune/recipe.rs")),
];

/// The fields of a struct with what stands above them.
fn fields(source: &str, name: &str) -> Vec<(String, String)> {
    let body = source.split_once(&format!("pub struct {name} {{\n")).unwrap().1.split_once("\n}").unwrap().0;
    let (mut found, mut said, mut renamed) = (Vec::new(), String::new(), None);
    for line in body.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            said += text;
        } else if let Some((_, name)) = line.split_once("rename = \"") {
            renamed = Some(name.split_once('"').unwrap().0.to_owned());
        } else if let Some((field, _)) = line.strip_prefix("pub ").and_then(|line| line.split_once(": ")) {
            let text = std::mem::take(&mut said).trim().replace('|', "\\|");
            found.push((renamed.take().unwrap_or_else(|| field.to_owned()), plain(&text)));
        }
    }
    found
}

/// Without links to code.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("[`") {
        let (path, after) = behind.split_once("`]").unwrap();
        let after = after.strip_prefix('(').and_then(|after| after.split_once(')')).map_or(after, |(_, after)| after);
        write!(plain, "{before}`{}`", path.rsplit("::").next().unwrap()).unwrap();
        rest = after;
    }
    plain + rest
}

#[test]
fn the_table_of_keys_is_what_the_code_says() {
    let mut table = String::new();
    for (name, of, source) in TABLES {
        let title = match name.strip_prefix('[') {
            Some(list) => format!("`[[{list}]`"),
            None if name.is_empty() => "at the top".to_owned(),
            None => format!("`[{name}]`"),
        };
        if source.is_empty() {
            writeln!(table, "**{title}**: as `[[corpora]]`.\n").unwrap();
            continue;
        }
        writeln!(table, "**{title}**\n\n| key | what it says |\n| --- | --- |").unwrap();
        for (key, said) in fields(source, of) {
            writeln!(table, "| `{key}` | {said} |").unwrap();
        }
        table.push('\n');
    }
    let readme = include_str!("../README.md");
    let there = readme.split_once("<!-- keys -->\n").unwrap().1.split_once("<!-- end of keys -->").unwrap().0;
    assert!(there.trim() == table.trim(), "README.md lacks this table of keys:\n{table}");
}
