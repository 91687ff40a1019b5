//! Strict JSON for foreign documents. Two parsers that resolve a duplicate key
//! differently see two documents; such a document is refused instead (T24).

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};

/// A document that is refused.
#[derive(Debug, thiserror::Error)]
#[error("the JSON document is refused: {0}")]
pub struct JsonError(#[from] serde_json::Error);

/// Parses one whole document; duplicate keys at any depth and trailing bytes are errors.
///
/// # Errors
/// When the bytes are not such a document, or not of this type.
pub fn parse_strict<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    let mut check = serde_json::Deserializer::from_slice(bytes);
    Unique.deserialize(&mut check)?;
    check.end()?;
    Ok(serde_json::from_slice(bytes)?)
}

/// Walks a document and keeps nothing but the keys of the open objects.
struct Unique;

impl<'de> DeserializeSeed<'de> for Unique {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Unique)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            map.next_value_seed(Unique)?;
            // Case is folded because some parsers fold it too.
            if !seen.insert(key.to_ascii_lowercase()) {
                let text = format!("the key \"{key}\" occurs twice");
                return Err(serde::de::Error::custom(text));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reading_or_none() {
        let parse = |s: &str| parse_strict::<serde_json::Value>(s.as_bytes());
        assert!(parse(r#"{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}"#).is_ok());
        for bad in [
            r#"{"a":1,"a":2}"#,
            r#"{"x":{"a":1,"A":2}}"#,
            r#"{"a":1} {}"#,
            "[",
            "",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
