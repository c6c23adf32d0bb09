//! `key=value` words of the command line.

use std::collections::HashMap;
use std::str::FromStr;

pub struct Settings(HashMap<String, String>);

impl Settings {
    pub fn read(words: impl Iterator<Item = String>) -> Self {
        Self(words.filter_map(|word| word.split_once('=').map(|(k, v)| (k.into(), v.into()))).collect())
    }

    pub fn get<T: FromStr>(&self, key: &str, default: T) -> T {
        self.0.get(key).and_then(|value| value.parse().ok()).unwrap_or(default)
    }

    pub fn text(&self, key: &str, default: &str) -> String {
        self.get(key, default.to_owned())
    }
}
