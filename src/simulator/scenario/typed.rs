//! Types from the nodes of a file. What is wrong is told with the closest known name, at the node it is about.
use std::fmt::{self, Display};

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, Deserializer, Expected, IntoDeserializer, Unexpected, Visitor};

use super::yaml::{Content, Fault, Node};
use crate::schema::closest;

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: Display>(message: T) -> Self {
        Self { message: message.to_string(), place: None }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("expected {expected}, found {found}"))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_variant(name: &str, known: &'static [&'static str]) -> Self {
        unknown("name", name, known)
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        unknown("member", name, known)
    }

    fn missing_field(name: &'static str) -> Self {
        Self::custom(format_args!("member `{name}` is missing"))
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::custom(format_args!("member `{name}` stands here twice"))
    }
}

fn unknown(what: &str, name: &str, known: &[&'static str]) -> Fault {
    de::Error::custom(match closest(name, known.iter().copied()) {
        Some(close) => format!("unknown {what} `{name}`; did you mean `{close}`?"),
        None => format!("unknown {what} `{name}`; known: {}", known.join(", ")),
    })
}

impl Node {
    /// Gives an error that has no place yet the place of this node, which is the innermost one around it.
    fn placed<T>(&self, result: Result<T, Fault>) -> Result<T, Fault> {
        result.map_err(|fault| Fault { place: fault.place.or(Some(self.place)), ..fault })
    }

    fn wrong<T>(&self, expected: &dyn Expected) -> Result<T, Fault> {
        let found = match &self.content {
            Content::List(_) => Unexpected::Seq,
            Content::Map(_) => Unexpected::Map,
            Content::Scalar { text, .. } if !self.is_null() => Unexpected::Str(text),
            Content::Scalar { .. } => Unexpected::Unit,
        };
        self.placed(Err(de::Error::invalid_type(found, expected)))
    }

    fn is_null(&self) -> bool {
        self.plain().is_some_and(|text| matches!(text, "" | "~" | "null" | "Null" | "NULL"))
    }

    fn plain(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, plain: true } => Some(text),
            _ => None,
        }
    }

    fn truth(&self) -> Option<bool> {
        match self.plain()? {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ => None,
        }
    }

    /// A whole number of YAML 1.2: decimal, or after `0x` or `0o`.
    fn whole(&self) -> Option<i128> {
        let text = self.plain()?;
        let digits = |text: &str, radix| {
            let is_digit = |c: char| c.is_digit(radix);
            text.chars().all(is_digit).then(|| i128::from_str_radix(text, radix).ok()).flatten()
        };
        if let Some(hex) = text.strip_prefix("0x") {
            return digits(hex, 16);
        }
        if let Some(octal) = text.strip_prefix("0o") {
            return digits(octal, 8);
        }
        match text.strip_prefix('-') {
            Some(negative) => digits(negative, 10).map(|number| -number),
            None => digits(text.strip_prefix('+').unwrap_or(text), 10),
        }
    }

    fn number(&self) -> Option<f64> {
        let text = self.plain()?;
        let is_number = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
            && text.bytes().any(|b| b.is_ascii_digit());
        is_number.then(|| text.parse().ok()).flatten()
    }

    fn visit_whole<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Fault> {
        let Some(number) = self.whole() else { return self.wrong(&visitor) };
        let visited = match (u64::try_from(number), i64::try_from(number)) {
            (Ok(number), _) => visitor.visit_u64(number),
            (_, Ok(number)) => visitor.visit_i64(number),
            _ => return self.wrong(&visitor),
        };
        self.placed(visited)
    }

    fn visit_text<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Fault> {
        match self.text() {
            Some(text) if !self.is_null() => self.placed(visitor.visit_str(text)),
            _ => self.wrong(&visitor),
        }
    }

    fn visit_list<'de, V: Visitor<'de>>(&'de self, visitor: V) -> Result<V::Value, Fault> {
        let Content::List(items) = &self.content else { return self.wrong(&visitor) };
        self.placed(visitor.visit_seq(SeqDeserializer::new(items.iter())))
    }

    fn visit_members<'de, V: Visitor<'de>>(&'de self, visitor: V) -> Result<V::Value, Fault> {
        let Content::Map(members) = &self.content else { return self.wrong(&visitor) };
        let members = members.iter().map(|(key, value)| (key, value));
        self.placed(visitor.visit_map(MapDeserializer::new(members)))
    }
}

/// Every kind of whole number is read in the same way: its visitor knows its range.
macro_rules! wholes {
    ($($method:ident)*) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.visit_whole(visitor)
        }
    )* };
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Fault;

    wholes! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16
        deserialize_u32 deserialize_u64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.content {
            Content::List(_) => self.visit_list(visitor),
            Content::Map(_) => self.visit_members(visitor),
            Content::Scalar { text, .. } => {
                if self.is_null() {
                    self.placed(visitor.visit_unit())
                } else if let Some(truth) = self.truth() {
                    self.placed(visitor.visit_bool(truth))
                } else if self.whole().is_some() {
                    self.visit_whole(visitor)
                } else if let Some(number) = self.number() {
                    self.placed(visitor.visit_f64(number))
                } else {
                    self.placed(visitor.visit_str(text))
                }
            }
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.truth() {
            Some(truth) => self.placed(visitor.visit_bool(truth)),
            None => self.wrong(&visitor),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.number() {
            Some(number) => self.placed(visitor.visit_f64(number)),
            None => self.wrong(&visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.visit_text(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.visit_text(visitor)
    }

    /// A name may be spelt like nothing or a number.
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.text() {
            Some(text) => self.placed(visitor.visit_str(text)),
            None => self.wrong(&visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.is_null() { self.placed(visitor.visit_none()) } else { self.placed(visitor.visit_some(self)) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.placed(visitor.visit_newtype_struct(self))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.visit_list(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.visit_members(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.visit_members(visitor)
    }

    /// The enumerations of a scenario are names.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.text() {
            Some(text) => self.placed(visitor.visit_enum(text.into_deserializer())),
            None => self.wrong(&visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.placed(visitor.visit_unit())
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct
    }
}

impl<'de> IntoDeserializer<'de, Fault> for &'de Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, String> {
        let root = Node::parse(text).map_err(|fault| fault.message)?;
        T::deserialize(&root).map_err(|fault| {
            let place = fault.place.unwrap();
            format!("{}:{}: {}", place.line, place.column, fault.message)
        })
    }

    #[test]
    fn plain_text_is_what_yaml_1_2_takes_it_for_and_quoted_text_is_text() {
        let text = "{a: 1, b: -0x, c: 0x1F, d: 0o17, e: 1.5e3, f: true, g: ~, h: no, i: '1', j: !!str 1, k: +44, l: .inf, m: [], n: \"\\u00e9\"}";
        let expected = json!({"a": 1, "b": "-0x", "c": 31, "d": 15, "e": 1500.0, "f": true, "g": null, "h": "no",
            "i": "1", "j": "1", "k": 44, "l": ".inf", "m": [], "n": "é"});
        assert_eq!(read::<Value>(text), Ok(expected));
    }

    #[test]
    fn where_a_text_is_asked_for_a_number_is_its_text() {
        let numbers: BTreeMap<String, String> = read("{a: +442071838750, 2: true}").unwrap();
        assert_eq!(numbers["a"], "+442071838750");
        assert_eq!(numbers["2"], "true");
        assert_eq!(read::<Option<String>>("'null'"), Ok(Some("null".to_owned())));
        assert_eq!(read::<Option<String>>("null"), Ok(None));
    }

    #[test]
    fn what_does_not_fit_is_told_at_the_innermost_place() {
        assert_eq!(read::<Vec<u8>>("- 1\n- 256\n").unwrap_err(), "2:3: expected u8, found integer `256`");
        assert_eq!(
            read::<Vec<Vec<bool>>>("[[true], [1]]").unwrap_err(),
            "1:11: expected a boolean, found string \"1\""
        );
        assert!(read::<String>("").unwrap_err().starts_with("1:1: expected a string, found "));
    }
}
