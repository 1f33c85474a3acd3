//! What int8 weights were made from: a line for each weight file of the folder, as `sha256sum` prints it.

use crate::{Error, checksum, weights};
use std::path::Path;

/// The lines of a folder's weight files in the order of their names; `None` where it has none but int8 ones.
pub(crate) fn sums(folder: &Path) -> Result<Option<String>, Error> {
    let names = weights::files(folder)?;
    let mut lines = String::new();
    for name in &names {
        let path = folder.join(name);
        let sum = checksum::of_file(&path).map_err(|source| Error::Io { path, source })?;
        lines += &format!("{sum}  {name}\n");
    }
    Ok((!names.is_empty()).then_some(lines))
}

/// What distinguishes the files that weights were made from from those beside them.
pub(super) fn difference(made_from: &str, beside: &str) -> String {
    let only = |these: &str, those: &str| -> Vec<String> {
        let others: Vec<&str> = those.lines().collect();
        let lines = these.lines().filter(|line| !others.contains(line));
        lines.map(|line| line.rsplit("  ").next().unwrap_or_default().to_owned()).collect()
    };
    let (gone, new) = (only(made_from, beside), only(beside, made_from));
    let all = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    match (gone.is_empty(), new.is_empty()) {
        (_, false) => format!("expected int8 weights of the {} beside it, found those of another", all(&new)),
        _ => format!("expected int8 weights without {}, found them with it", all(&gone)),
    }
}
