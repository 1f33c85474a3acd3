//! Fields by their paths: `article.body` is the field `body` of the object in `article`. A field whose own name has dots comes first.

use serde_json::{Map, Value};

/// Takes a field out of an object, by its name or else by its path. Elements of lists go by their number, from 0.
pub(crate) fn take(object: &mut Map<String, Value>, path: &str) -> Option<Value> {
    if let Some(value) = object.remove(path) {
        return Some(value);
    }
    ends(path).find_map(|(name, rest)| take_from(object.get_mut(name)?, rest))
}

/// A field of an object, by its name or else by its path.
pub(crate) fn find<'a>(object: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    object.get(path).or_else(|| ends(path).find_map(|(name, rest)| find_in(object.get(name)?, rest)))
}

/// Where the name of the outermost field may end.
pub(crate) fn ends(path: &str) -> impl Iterator<Item = (&str, &str)> {
    path.match_indices('.').map(|(at, _)| (&path[..at], &path[at + 1..]))
}

fn take_from(value: &mut Value, path: &str) -> Option<Value> {
    match value {
        Value::Object(object) => take(object, path),
        Value::Array(list) => {
            let (number, rest) = path.split_once('.').map_or((path, None), |(number, rest)| (number, Some(rest)));
            let element = list.get_mut(number.parse::<usize>().ok()?)?;
            match rest {
                None => Some(element.take()),
                Some(rest) => take_from(element, rest),
            }
        }
        _ => None,
    }
}

/// A value inside another one.
pub(super) fn find_in<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    match value {
        Value::Object(object) => find(object, path),
        Value::Array(list) => {
            let (number, rest) = path.split_once('.').map_or((path, None), |(number, rest)| (number, Some(rest)));
            let element = list.get(number.parse::<usize>().ok()?)?;
            rest.map_or(Some(element), |rest| find_in(element, rest))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_into_objects_and_lists_and_a_literal_name_goes_first() {
        let value = serde_json::json!({
            "a.b": 1, "a": {"b": 2, "c": {"d.e": 3}, "$oid": "k"}, "l": [{"x": 4}, 5], "s": "text",
        });
        let Value::Object(object) = value else { return };
        for (path, wanted) in [
            ("a.b", Some("1")),
            ("a.c.d.e", Some("3")),
            ("a.$oid", Some("\"k\"")),
            ("l.0.x", Some("4")),
            ("l.1", Some("5")),
            ("l.2", None),
            ("l.x", None),
            ("s.x", None),
            ("a..b", None),
            (".", None),
            ("", None),
        ] {
            assert_eq!(find(&object, path).map(Value::to_string).as_deref(), wanted, "{path}");
            assert_eq!(take(&mut object.clone(), path).map(|v| v.to_string()).as_deref(), wanted, "{path}");
        }
        let mut twice = object;
        assert_eq!(take(&mut twice, "a.b"), Some(1.into()));
        assert_eq!(take(&mut twice, "a.b"), Some(2.into()), "the literal name is gone");
    }
}
