//! A JSON value in which no object has a key twice: of two values neither can be the one that was meant.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Such a value.
pub(super) struct Unique(pub(super) Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Unique, D::Error> {
        from.deserialize_any(Reading).map(Unique)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Unique(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format!("the key {} twice", Value::String(key))));
            }
            let Unique(value) = fields.next_value()?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_what_serde_json_says_it_is() {
        let json = r#" {"a":null,"b":[true,false,-1,18446744073709551615,1.5e3,"x\u0627\n",{}],"c":{"a":{"a":[]}}} "#;
        let Unique(value) = serde_json::from_str(json).unwrap();
        assert_eq!(value, serde_json::from_str::<Value>(json).unwrap());
        assert!(serde_json::from_str::<Unique>("{} {}").is_err());
    }

    #[test]
    fn a_key_that_is_there_twice_is_an_error_wherever_it_stands() {
        for (json, key) in [
            (r#"{"text":"a","id":1,"text":"b"}"#, "text"),
            (r#"{"doc":{"text":"a","\u0074ext":"b"}}"#, "text"),
            (r#"{"entities":[{"start":1,"end":2,"start":1}]}"#, "start"),
        ] {
            let error = serde_json::from_str::<Unique>(json).err().unwrap().to_string();
            assert!(error.starts_with(&format!("the key \"{key}\" twice at line 1 column ")), "{error}");
        }
    }
}
