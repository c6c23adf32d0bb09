//! The vocabulary: names, payload types, rules, scopes and the generators of JSON Schema and TypeScript.
#![forbid(unsafe_code)]
