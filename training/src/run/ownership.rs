//! What a command may write over: what is not there yet, and what it wrote itself.
//!
//! A run writes for hours into its folder, and a slip in `--out` must not cost another run's model. While it lives it has the folder
//! alone: two runs would take turns in writing over each other's checkpoints.

use crate::Error;
use crate::files::make_parent;
use crate::recipe::Source;
use crate::run::checkpoint::{Checkpoints, is_left_over};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

/// The copy of a recipe that tells whose an output folder is.
pub const RECIPE: &str = "recipe.toml";
/// Names that an error lists.
const NAMED: usize = 4;

/// [`claim_folder`] for a run: checkpoints make a folder its own, too, as their recipe is compared when they are read.
pub fn claim_run(out: &Path, recipe: &Source) -> Result<(), Error> {
    match claim_folder(out, recipe) {
        Err(refused) => {
            if Checkpoints::of(out).are_there()? {
                Ok(())
            } else {
                Err(refused)
            }
        }
        Ok(()) => Ok(()),
    }
}

/// Refuses an output folder unless it is new, or empty, or this recipe's own: it has the recipe's copy. What a kill left of a file
/// counts for nothing, nor does the recipe itself.
pub fn claim_folder(out: &Path, recipe: &Source) -> Result<(), Error> {
    let entries = match std::fs::read_dir(out) {
        Ok(entries) => entries,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(Error::io(out)(e)),
    };
    let itself = recipe.path.canonicalize().ok();
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(Error::io(out))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !is_left_over(&name)
            && !Checkpoints::is_begun(&path)
            && (itself.is_none() || path.canonicalize().ok() != itself)
        {
            found.push(name);
        }
    }
    if found.is_empty() || has_copy(out, recipe) {
        return Ok(());
    }
    found.sort();
    let more = found.len().saturating_sub(NAMED);
    let mut names: Vec<String> = found.iter().take(NAMED).map(|name| format!("`{}`", name.escape_debug())).collect();
    names.extend((more > 0).then(|| format!("{more} more")));
    let message = format!(
        "wanted a folder that is new, empty, or of this recipe's own run, found {} in it\ntip: give another `--out`",
        names.join(", ")
    );
    Err(Error::checkpoint(out, message))
}

fn has_copy(out: &Path, recipe: &Source) -> bool {
    std::fs::read_to_string(out.join(RECIPE)).is_ok_and(|text| recipe.changes(&text).is_empty())
}

/// An output folder that is this process's until it is dropped or the process ends, however that comes.
#[derive(Debug)]
pub struct Alone {
    _lock: File,
}

/// Takes an output folder, which is made where there is none.
///
/// # Errors
/// Another run has it.
pub fn alone(out: &Path) -> Result<Alone, Error> {
    let path = Checkpoints::of(out).lock();
    make_parent(&path)?;
    let lock = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(Error::io(&path))?;
    locked(out, &path, lock)
}

/// Refuses an output folder that another run has, and leaves nothing in one that is free.
pub fn is_free(out: &Path) -> Result<(), Error> {
    let path = Checkpoints::of(out).lock();
    match OpenOptions::new().write(true).open(&path) {
        Ok(lock) => locked(out, &path, lock).map(drop),
        // What cannot be opened is told by who needs it.
        Err(_) => Ok(()),
    }
}

fn locked(out: &Path, path: &Path, lock: File) -> Result<Alone, Error> {
    match lock.try_lock() {
        Ok(()) => Ok(Alone { _lock: lock }),
        Err(TryLockError::WouldBlock) => {
            Err(Error::checkpoint(out, "wanted a folder that no other run writes to, found one that does"))
        }
        Err(TryLockError::Error(error)) => Err(Error::io(path)(error)),
    }
}

/// Refuses an output file that is there already, unless it is of the kind that is written (`kind`, in words).
pub fn claim_file(out: &Path, kind: &str, is_one: impl FnOnce(&Path) -> bool) -> Result<(), Error> {
    match out.symlink_metadata() {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
        Err(e) => Err(Error::io(out)(e)),
        Ok(_) if out.is_file() && is_one(out) => Ok(()),
        Ok(_) => {
            let message =
                format!("wanted a new file, or {kind} to replace, found something else\ntip: give another `--out`");
            Err(Error::checkpoint(out, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(path: &Path, text: &str) -> Source {
        std::fs::write(path, text).unwrap();
        Source { path: path.into(), text: text.into() }
    }

    #[test]
    fn a_folder_is_taken_where_it_is_new_or_empty_or_the_recipes_own() {
        let top = tempfile::tempdir().unwrap();
        let recipe = recipe(&top.path().join("r.toml"), "[train]\nsteps = 2\n");
        let out = top.path().join("out");
        claim_folder(&out, &recipe).unwrap();
        std::fs::create_dir(&out).unwrap();
        claim_folder(&out, &recipe).unwrap();
        std::fs::write(out.join(".partial-abc"), "left by a kill").unwrap();
        claim_folder(&out, &recipe).unwrap();
        std::fs::write(out.join("model.safetensors"), "a model").unwrap();
        let message = claim_folder(&out, &recipe).unwrap_err().to_string();
        assert!(message.ends_with(
            "out: wanted a folder that is new, empty, or of this recipe's own run, found `model.safetensors` in it\n\
             tip: give another `--out`"
        ));
        std::fs::write(out.join(RECIPE), "[train]\nsteps = 3\n").unwrap();
        assert!(claim_folder(&out, &recipe).is_err());
        std::fs::write(out.join(RECIPE), "[train] # the same\nsteps = 2").unwrap();
        claim_folder(&out, &recipe).unwrap();
    }

    #[test]
    fn checkpoints_make_a_folder_a_runs_and_nobody_elses_and_an_empty_folder_of_them_is_none() {
        let top = tempfile::tempdir().unwrap();
        let recipe = recipe(&top.path().join("r.toml"), "[train]\nsteps = 2\n");
        let out = top.path().join("out");
        drop(alone(&out).unwrap());
        claim_folder(&out, &recipe).unwrap();
        std::fs::write(out.join("checkpoints/step-000000001.safetensors"), "").unwrap();
        claim_run(&out, &recipe).unwrap();
        assert!(claim_folder(&out, &recipe).unwrap_err().to_string().contains("found `checkpoints` in it"));
        std::fs::remove_file(out.join("checkpoints/step-000000001.safetensors")).unwrap();
        std::fs::write(out.join("checkpoints/notes.txt"), "").unwrap();
        assert!(claim_run(&out, &recipe).is_err());
    }

    #[test]
    fn a_folder_is_one_runs_at_a_time() {
        let top = tempfile::tempdir().unwrap();
        let out = top.path().join("out");
        is_free(&out).unwrap();
        assert!(!out.exists());
        let first = alone(&out).unwrap();
        let said = "wanted a folder that no other run writes to, found one that does";
        assert!(alone(&out).unwrap_err().to_string().ends_with(said));
        assert!(is_free(&out).unwrap_err().to_string().ends_with(said));
        drop(first);
        is_free(&out).unwrap();
        alone(&out).unwrap();
    }

    #[test]
    fn a_recipe_may_lie_in_the_folder_that_it_fills() {
        let top = tempfile::tempdir().unwrap();
        let recipe = recipe(&top.path().join("r.toml"), "a = 1\n");
        claim_folder(top.path(), &recipe).unwrap();
        for i in 0..6 {
            std::fs::write(top.path().join(format!("{i}.txt")), "").unwrap();
        }
        let message = claim_folder(top.path(), &recipe).unwrap_err().to_string();
        assert!(message.contains("found `0.txt`, `1.txt`, `2.txt`, `3.txt`, 2 more in it"), "{message}");
    }

    #[test]
    fn a_file_is_replaced_by_its_kind_alone() {
        let top = tempfile::tempdir().unwrap();
        let out = top.path().join("x.ids");
        let claim = |one: bool| claim_file(&out, "ids", |_| one);
        claim(false).unwrap();
        std::fs::write(&out, "notes").unwrap();
        claim(true).unwrap();
        let message = claim(false).unwrap_err().to_string();
        assert!(
            message.contains("x.ids: wanted a new file, or ids to replace, found something else\ntip: "),
            "{message}"
        );
        assert!(claim_file(top.path(), "ids", |_| true).is_err());
    }
}
