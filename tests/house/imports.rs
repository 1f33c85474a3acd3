//! Which file of a crate imports which, read off `use` lines and the paths in code; what is compiled for tests alone is left out.

use std::collections::{BTreeMap, BTreeSet};

/// Where a module stands below the root of its crate.
type Place = Vec<String>;

/// Files by the files that they import.
pub(crate) type Imports = BTreeMap<String, BTreeSet<String>>;

/// What one file says.
#[derive(Default)]
struct Module {
    file: String,
    /// Names that `use` brings into it, and the paths behind them.
    named: BTreeMap<String, Vec<String>>,
    /// The paths in it, each from the module that it is written in.
    paths: Vec<(Place, Vec<String>)>,
    /// Those of `use` lines, the same way.
    used: Vec<(Place, Vec<String>)>,
}

/// The files of the crate whose `lib.rs` lies in `folder` (`src/`), and what each imports of the others. A binary stands above the
/// library: nothing imports it.
pub(crate) fn of_crate(folder: &str, files: &[(String, String)]) -> Imports {
    let mut modules = BTreeMap::new();
    for (file, text) in files {
        let Some(path) = file.strip_prefix(folder).and_then(|path| path.strip_suffix(".rs")) else { continue };
        let place: Place = match path {
            "main" => continue,
            "lib" => Vec::new(),
            _ => path.split('/').map(str::to_owned).collect(),
        };
        modules.insert(place.clone(), Module::read(file, &place, &tokens(text)));
    }
    let imports = |module: &Module| {
        let paths = module.paths.iter().filter_map(|(place, path)| Some(target(&modules, place, path, 0)?.0));
        // A module that is brought in whole is needed where a path begins with it.
        let used = module.used.iter().filter_map(|(place, path)| target(&modules, place, path, 0));
        let used = used.filter(|(_, rest)| !rest.is_empty()).map(|(place, _)| place);
        paths.chain(used).map(|place| modules[&place].file.clone()).filter(|file| *file != module.file).collect()
    };
    modules.values().map(|module| (module.file.clone(), imports(module))).collect()
}

/// Groups of files that import each other, straight or round about, with what ties each.
pub(crate) fn circles(imports: &Imports) -> Vec<String> {
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        imports.keys().map(|from| (from, reach(imports, from))).collect();
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for file in imports.keys().filter(|file| reached[*file].contains(file)) {
        let group: BTreeSet<&String> =
            reached[file].iter().copied().filter(|other| reached[*other].contains(file)).collect();
        if told.insert(group.clone()) {
            let ties = group.iter().flat_map(|from| imports[*from].iter().map(move |to| (from, to)));
            let ties: Vec<String> =
                ties.filter(|(_, to)| group.contains(to)).map(|(from, to)| format!("  {from} imports {to}")).collect();
            found.push(format!("{} files import each other:\n{}", group.len(), ties.join("\n")));
        }
    }
    found
}

/// Every file that one leads to.
fn reach<'a>(imports: &'a Imports, from: &'a String) -> BTreeSet<&'a String> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<&String> = imports[from].iter().collect();
    while let Some(file) = waiting.pop() {
        if found.insert(file) {
            waiting.extend(&imports[file]);
        }
    }
    found
}

/// The module that a path leads to, past modules and past names that a module has from elsewhere, and what is left of the path
/// there; `None` for one that leads out of the crate.
fn target(
    modules: &BTreeMap<Place, Module>,
    from: &Place,
    path: &[String],
    depth: usize,
) -> Option<(Place, Vec<String>)> {
    let mut place = from.clone();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => {
            place.clear();
            rest = &path[1..];
        }
        "self" => rest = &path[1..],
        "super" => {}
        first => {
            let child = [place.clone(), vec![first.to_owned()]].concat();
            let named = modules.get(&place).is_some_and(|module| module.named.contains_key(first));
            if !named && !modules.contains_key(&child) {
                return None;
            }
        }
    }
    while let Some((next, behind)) = rest.split_first() {
        let child = [place.clone(), vec![next.clone()]].concat();
        if next == "super" {
            place.pop();
        } else if modules.contains_key(&child) {
            place = child;
        } else {
            break;
        }
        rest = behind;
    }
    // An inline module is a part of its file.
    while !modules.contains_key(&place) {
        place.pop()?;
    }
    let named = rest.first().and_then(|next| modules[&place].named.get(next));
    match named {
        // Names that lead to each other for ever are none; rustc refuses them.
        Some(named) if depth < 16 => target(modules, &place, &[named, &rest[1..]].concat(), depth + 1),
        _ => Some((place, rest.to_vec())),
    }
}

impl Module {
    fn read(file: &str, place: &Place, tokens: &[String]) -> Module {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        let is = |at: usize, sign: &str| tokens.get(at).is_some_and(|token| token == sign);
        let mut inside = place.clone();
        let mut open = Vec::new();
        let mut depth = 0;
        let mut at = 0;
        while at < tokens.len() {
            match tokens[at].as_str() {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    if open.last() == Some(&depth) {
                        open.pop();
                        inside.pop();
                    }
                }
                "mod" if is(at + 2, "{") => {
                    open.push(depth);
                    inside.push(tokens[at + 1].clone());
                }
                // Who may see an item is no use of anything.
                "pub" if is(at + 1, "(") => {
                    at += tokens[at..].iter().position(|token| token == ")").unwrap_or_default()
                }
                "use" => {
                    // What is handed on alone is a signpost, as `mod` is: it is followed from where its name is used.
                    let handed = at > 0 && (is(at - 1, "pub") || is(at - 1, ")"));
                    at += 1;
                    for (path, name) in tree(tokens, &mut at, &[]) {
                        let needed = tokens.iter().filter(|token| **token == name).count() > 1;
                        if !handed || needed || name == "*" {
                            module.used.push((inside.clone(), path.clone()));
                        }
                        if inside == *place {
                            module.named.insert(name, path);
                        }
                    }
                }
                word if is_word(word) && is(at + 1, "::") => {
                    let mut path = vec![word.to_owned()];
                    while is(at + 1, "::") && tokens.get(at + 2).is_some_and(|token| is_word(token)) {
                        path.push(tokens[at + 2].clone());
                        at += 2;
                    }
                    module.paths.push((inside.clone(), path));
                }
                _ => {}
            }
            at += 1;
        }
        module
    }
}

/// The paths of a tree of a `use` line, and the names that they get; `at` is left behind the tree.
fn tree(tokens: &[String], at: &mut usize, before: &[String]) -> Vec<(Vec<String>, String)> {
    let mut path = before.to_vec();
    loop {
        match tokens[*at].as_str() {
            "::" => *at += 1,
            "{" => {
                let mut found = Vec::new();
                *at += 1;
                while tokens[*at] != "}" {
                    found.extend(tree(tokens, at, &path));
                    *at += usize::from(tokens[*at] == ",");
                }
                *at += 1;
                return found;
            }
            "*" => {
                *at += 1;
                path.push("*".to_owned());
                return vec![(path, "*".to_owned())];
            }
            "self" if !path.is_empty() => *at += 1,
            "as" => {
                *at += 2;
                return vec![(path, tokens[*at - 1].clone())];
            }
            word if is_word(word) => {
                path.push(word.to_owned());
                *at += 1;
            }
            _ => {
                let name = path.last().cloned().unwrap_or_default();
                return vec![(path, name)];
            }
        }
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Words and signs of a source, without comments, strings, and items behind `#[cfg(test)]`.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        match rest {
            ['/', '/', ..] => at += rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ['r', '#', '"', ..] => at += 3 + behind(&rest[3..], &['"', '#']),
            ['r', '"', ..] => at += 2 + behind(&rest[2..], &['"']),
            ['"', ..] => at += string(rest),
            ['\'', '\\', _, ..] => at += 3 + behind(&rest[3..], &['\'']),
            ['\'', _, '\'', ..] => at += 3,
            [':', ':', ..] => {
                found.push("::".to_owned());
                at += 2;
            }
            [c, ..] if c.is_alphanumeric() || *c == '_' => {
                let word: String = rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
                at += word.chars().count();
                found.push(word);
            }
            [c, ..] => {
                if !c.is_whitespace() {
                    found.push(c.to_string());
                }
                at += 1;
            }
            [] => {}
        }
    }
    without_tests(&found)
}

/// Behind the first place where these signs stand.
fn behind(chars: &[char], signs: &[char]) -> usize {
    chars.windows(signs.len()).position(|some| some == signs).map_or(chars.len(), |place| place + signs.len())
}

/// The length of a string that may have escapes.
fn string(chars: &[char]) -> usize {
    let mut at = 1;
    while at < chars.len() && chars[at] != '"' {
        at += 1 + usize::from(chars[at] == '\\');
    }
    at + 1
}

fn without_tests(tokens: &[String]) -> Vec<String> {
    const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at..].len() < TEST.len() || tokens[at..at + TEST.len()] != TEST {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        // An item ends with its braces, or with a semicolon outside any.
        let mut depth = 0;
        at += TEST.len();
        while at < tokens.len() {
            let token = tokens[at].as_str();
            depth += i32::from(["{", "(", "["].contains(&token)) - i32::from(["}", ")", "]"].contains(&token));
            at += 1;
            if depth == 0 && (token == ";" || token == "}") {
                break;
            }
        }
    }
    kept
}
