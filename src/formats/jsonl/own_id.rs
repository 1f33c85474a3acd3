//! The id of a line that is no JSON: where it stands before the fault it can still be read.

use super::field;
use serde::Deserializer as _;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use std::fmt::{Formatter, Result as Shown};

/// The id in `field`, a name or a path, if that much of the line is JSON.
pub(super) fn of_line(line: &str, field: &str) -> Option<String> {
    let inside = |(name, rest)| field::find_in(&value(line, name)?, rest).cloned();
    match value(line, field).or_else(|| field::ends(field).find_map(inside))? {
        Value::String(id) => Some(id),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// The value of a field of the outermost object.
fn value(line: &str, field: &str) -> Option<Value> {
    let mut found = None;
    // The line is broken, so that this ends in an error: what was found before is what counts.
    let _ = serde_json::Deserializer::from_str(line).deserialize_map(Seek { field, found: &mut found });
    found
}

struct Seek<'a> {
    field: &'a str,
    found: &'a mut Option<Value>,
}

impl<'de> Visitor<'de> for Seek<'_> {
    type Value = ();

    fn expecting(&self, f: &mut Formatter<'_>) -> Shown {
        f.write_str("an object")
    }

    /// Other values are only passed over, which allows what is no text in them.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == self.field {
                *self.found = Some(map.next_value()?);
                return Err(A::Error::custom("found"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_wherever_the_fault_stands() {
        let id = |line: &str| of_line(line, "id");
        assert_eq!(id("{\"id\":\"k\",\"text\":\"abc").as_deref(), Some("k"));
        assert_eq!(id("{\"text\":\"\\ud800\",\"id\":7}").as_deref(), Some("7"));
        assert_eq!(of_line("{\"a\":{\"b.c\":7},\"text\":\"abc", "a.b.c").as_deref(), Some("7"));
        for none in ["{\"text\":\"abc", "{\"id\":[1]", "[\"id\"", "nonsense", "{\"id\":\"k"] {
            assert_eq!(id(none), None, "{none}");
        }
    }
}
