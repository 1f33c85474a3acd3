//! What holds for every file of the tree.

#[path = "house/imports.rs"]
mod imports;

use imports::{circles, of_crate};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Lines of a file at most.
const LONGEST: usize = 500;
/// Lines that may not stand in two places, blank ones and lone brackets not counted.
const SAME: usize = 8;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Source files below a folder, in a fixed order.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" {
                sources(&path, found);
            }
        } else if [".rs", ".py", ".sh"].iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    for folder in ["src", "models", "training", "python", "tests", "benches", "examples"] {
        let folder = root().join(folder);
        if folder.is_dir() {
            sources(&folder, &mut paths);
        }
    }
    let name = |path: &Path| path.strip_prefix(root()).unwrap().display().to_string();
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn no_file_is_longer_than_a_reader_can_keep_in_mind() {
    let files = all_sources();
    assert!(files.len() > 100, "{}", files.len());
    let long: Vec<String> = files
        .iter()
        .map(|(name, text)| (name, text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(name, lines)| format!("{name}: wanted at most {LONGEST} lines, found {lines}"))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn nothing_is_written_twice() {
    let files = all_sources();
    let mut seen: HashMap<Vec<&str>, (usize, usize)> = HashMap::new();
    let mut twice = Vec::new();
    for (file, (name, text)) in files.iter().enumerate() {
        let counts = |line: &str| line.len() > 3 && !line.starts_with("use ") && !line.starts_with("//");
        let lines: Vec<(usize, &str)> =
            text.lines().map(str::trim).enumerate().filter(|(_, line)| counts(line)).collect();
        let mut last = None;
        for (at, stretch) in lines.windows(SAME).enumerate() {
            let key: Vec<&str> = stretch.iter().map(|(_, line)| *line).collect();
            let place = (file, stretch[0].0 + 1);
            if let Some(&(other, line)) = seen.get(&key) {
                // A longer stretch is told once.
                if last != Some(at.wrapping_sub(1)) {
                    twice.push(format!("{name}:{} stands in {}:{line} too", place.1, files[other].0));
                }
                last = Some(at);
            } else {
                seen.insert(key, place);
            }
        }
    }
    assert!(twice.is_empty(), "{}", twice.join("\n"));
}

#[test]
fn the_readme_shows_the_two_commands_that_the_checks_run() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    for command in ["cargo run --release -- tag samples/article.txt", "cargo test --release --workspace"] {
        assert!(readme.lines().any(|line| line == command), "{command}");
    }
    for line in readme.lines().filter(|line| line.contains("](") && !line.contains("](http")) {
        for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(root().join(target).exists(), "{target}: wanted a file of the tree, found none");
        }
    }
}

#[test]
fn no_two_files_import_each_other_straight_or_round_about() {
    let files = all_sources();
    for (folder, least) in [("src/", 200), ("models/src/", 80), ("training/src/", 80), ("python/src/", 9)] {
        let imports = of_crate(folder, &files);
        assert!(imports.len() > least, "{folder}: {}", imports.len());
        let found = circles(&imports);
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[test]
fn circles_are_seen_through_modules_names_and_paths() {
    let circle = |files: &[(&str, &str)]| {
        let files: Vec<(String, String)> =
            files.iter().map(|(name, text)| (format!("src/{name}.rs"), (*text).to_owned())).collect();
        circles(&of_crate("src/", &files)).concat()
    };
    let lib = ("lib", "mod a; mod b; pub use a::A;");
    // Straight, by a name that another module hands on, by a path in the code, and round about.
    for (a, b) in [
        ("use crate::b::B;", "use crate::a::A;"),
        ("use super::b::{self, B};\nfn f() { b::f() }", "use crate::A;"),
        ("fn f() -> usize { crate::b::f() }", "pub(crate) fn f() { super::a::f(); }"),
    ] {
        assert_eq!(
            circle(&[lib, ("a", a), ("b", b)]),
            "2 files import each other:\n  src/a.rs imports src/b.rs\n  src/b.rs imports src/a.rs",
            "{a} {b}"
        );
    }
    let child = ("a", "mod c;\npub use c::C;\nstruct A(C);");
    assert!(circle(&[lib, child, ("b", ""), ("a/c", "use super::A;")]).starts_with("2 files"));
    let about = [lib, ("a", "use crate::b::B;"), ("b", "mod c;\nuse c::C;"), ("b/c", "use super::super::a::A;")];
    assert!(circle(&about).starts_with("3 files"));
    // Signposts, comments, strings, tests, and the inside of a file lead nowhere.
    for a in [
        "mod c;\npub use c::C;",
        "// use crate::b::B;\n/// [`crate::b::B`]\nconst A: &str = \"use crate::b::B; \\\" crate::b::f()\";",
        "#[cfg(test)]\nmod tests {\n    use crate::b::B;\n}\n#[cfg(test)]\nuse crate::b::f;",
        "mod d {\n    use super::A;\n}\nuse self::d::D;\npub(in crate::b) fn f() -> char { '\"' }",
        "use b::B;\nuse other::b;",
    ] {
        let found = circle(&[lib, ("a", a), ("b", "use crate::a::A;"), ("a/c", "use super::A;")]);
        assert_eq!(found, "", "{a}");
    }
}
