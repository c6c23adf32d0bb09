//! Walks a value along the tree of its type and reports every issue.
//!
//! Recursion goes along the types, never along the value: no type contains itself, so the depth is bounded.

use serde_json::{Map, Value};

use super::closest;
use super::pattern::Pattern;
use super::report::{Path, Report, shown};
use super::shape::{NodeId, Object, Rest, Shape, Tree};
use crate::wire::Rule;

/// Checks `value` against the type of that name.
pub(super) fn walk(type_name: &str, value: &Value, report: &mut Report) {
    if let Some(root) = Tree.root(type_name) {
        Walk { report, path: Path::default() }.visit(root, value);
    }
}

struct Walk<'a> {
    report: &'a mut Report,
    path: Path,
}

impl Walk<'_> {
    fn visit(&mut self, id: NodeId, value: &Value) {
        let Some(node) = Tree.node(id) else { return };
        if node.nullable && value.is_null() {
            return;
        }
        match (&node.shape, value) {
            (Shape::Boolean, Value::Bool(_)) => {}
            (Shape::Integer { min, max }, Value::Number(number)) => self.integer(number, *min, *max),
            (Shape::Text { min, max, pattern }, Value::String(text)) => self.text(text, *min, *max, *pattern),
            (Shape::Choice(known), Value::String(text)) => self.choice(known, text),
            (Shape::List(item), Value::Array(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.path.enter_index(index);
                    self.visit(*item, value);
                    self.path.leave();
                }
            }
            (Shape::Object(object), Value::Object(members)) => self.object(object, members),
            (Shape::Tagged { tag, variants }, Value::Object(members)) => self.tagged(tag, variants, members),
            (shape, _) => self.wrong_type(shape, node.nullable, value),
        }
    }

    fn wrong_type(&mut self, shape: &Shape, nullable: bool, value: &Value) {
        let expected = match shape {
            Shape::Boolean => "a boolean",
            Shape::Integer { .. } => "an integer",
            Shape::Text { .. } | Shape::Choice(_) => "a string",
            Shape::List(_) => "an array",
            _ => "an object",
        };
        let or_null = if nullable { " or null" } else { "" };
        let message = format!("expected {expected}{or_null}, found {}", kind(value));
        self.report.add_with_hint(self.path.here(), Rule::Type, message, || {
            let scalar = matches!(value, Value::Number(_) | Value::Bool(_));
            (scalar && expected == "a string")
                .then(|| "values are not converted: use `String(value)`".to_owned())
        });
    }

    fn integer(&mut self, number: &serde_json::Number, min: Option<i64>, max: Option<i64>) {
        let is_below = |min: i64| number.as_i64().is_some_and(|number| number < min);
        let is_above = |max: i64| number.as_i64().map_or(number.is_u64(), |number| number > max);
        if !number.is_i64() && !number.is_u64() {
            self.report.add(self.path.here(), Rule::Type, "expected an integer, found a fraction");
        } else if min.is_some_and(is_below) || max.is_some_and(is_above) {
            let message = match (min, max) {
                (Some(min), Some(max)) if min == max => format!("expected {min}"),
                (Some(min), Some(max)) => format!("expected {min}–{max}"),
                (Some(min), None) => format!("expected {min} or more"),
                (_, max) => format!("expected {} or less", max.unwrap_or_default()),
            };
            self.report.add(self.path.here(), Rule::Range, message);
        }
    }

    fn text(&mut self, text: &str, min: Option<u64>, max: Option<u64>, pattern: Option<&Pattern>) {
        let length = text.chars().count() as u64;
        if min.is_some_and(|min| length < min) {
            self.report.add(self.path.here(), Rule::MinLength, "must not be empty");
        }
        if let Some(max) = max.filter(|max| length > *max) {
            self.report.add(self.path.here(), Rule::MaxLength, format!("expected at most {max} characters"));
        }
        if let Some(pattern) = pattern.filter(|pattern| !(pattern.matches)(text)) {
            self.report.add(self.path.here(), Rule::Format, pattern.expected);
        }
    }

    fn choice(&mut self, known: &[&str], text: &str) {
        if known.contains(&text) {
            return;
        }
        let list: Vec<_> = known.iter().map(|known| format!("`{known}`")).collect();
        let message = match list.as_slice() {
            [only] => format!("expected {only}"),
            list => format!("expected one of {}", list.join(", ")),
        };
        self.report.add_with_hint(self.path.here(), Rule::Enum, message, || {
            closest(text, known.iter().copied()).map(did_you_mean)
        });
    }

    fn tagged(&mut self, tag: &str, variants: &[(&str, NodeId)], members: &Map<String, Value>) {
        let given = members.get(tag);
        let variant =
            given.and_then(Value::as_str).and_then(|text| variants.iter().find(|(known, _)| *known == text));
        if let Some((_, variant)) = variant {
            if let Some(Shape::Object(object)) = Tree.node(*variant).map(|node| &node.shape) {
                self.object(object, members);
            }
            return;
        }
        let known: Vec<_> = variants.iter().map(|(text, _)| *text).collect();
        self.path.enter(tag);
        match given {
            Some(Value::String(text)) => self.choice(&known, text),
            Some(other) => self.wrong_type(&Shape::Choice(&[]), false, other),
            None => {
                let hint = misspelt(tag, members.keys(), &[tag]);
                self.report.add_with_hint(self.path.here(), Rule::Required, "is required", || hint);
            }
        }
        self.path.leave();
        self.unknown_in_every_variant(tag, variants, members);
    }

    /// Without a good tag, only members that no variant has are certainly wrong.
    fn unknown_in_every_variant(
        &mut self,
        tag: &str,
        variants: &[(&str, NodeId)],
        members: &Map<String, Value>,
    ) {
        let nodes = variants.iter().filter_map(|(_, id)| Tree.node(*id));
        let known: Vec<&str> = nodes
            .filter_map(|node| if let Shape::Object(object) = &node.shape { Some(object) } else { None })
            .flat_map(|object| object.members.iter().map(|member| member.name))
            .chain([tag])
            .collect();
        self.unknown_members(&known, members);
    }

    fn object(&mut self, object: &Object, members: &Map<String, Value>) {
        let known: Vec<&str> = object.members.iter().map(|member| member.name).collect();
        if matches!(object.rest, Rest::None) {
            self.unknown_members(&known, members);
        }
        for member in object.members {
            match members.get(member.name) {
                Some(value) => {
                    self.path.enter(member.name);
                    self.visit(member.node, value);
                    self.path.leave();
                }
                None if member.required => {
                    let hint = misspelt(member.name, members.keys(), &known);
                    let path = self.path.member(member.name);
                    self.report.add_with_hint(path, Rule::Required, "is required", || hint);
                }
                None => {}
            }
        }
        self.rest(object, &known, members);
        self.counts(object, members);
    }

    fn unknown_members(&mut self, known: &[&str], members: &Map<String, Value>) {
        for key in members.keys().filter(|key| !known.contains(&key.as_str())) {
            let message = "there is no such member";
            self.report.add_with_hint(self.path.member(key), Rule::UnknownMember, message, || {
                let unused = known.iter().copied().filter(|known| !members.contains_key(*known));
                closest(key, unused).map(did_you_mean).or_else(|| match known {
                    [] => Some("the payload has no members".to_owned()),
                    known => Some(format!("members are {}", quoted(known))),
                })
            });
        }
    }

    fn rest(&mut self, object: &Object, known: &[&str], members: &Map<String, Value>) {
        let Rest::Each { node, .. } = object.rest else { return };
        for (key, value) in members.iter().filter(|(key, _)| !known.contains(&key.as_str())) {
            self.path.enter(key);
            if let Some(pattern) = object.key.filter(|pattern| !(pattern.matches)(key)) {
                let message = format!("{} in a key", pattern.expected);
                self.report.add(self.path.here(), Rule::Key, message);
            }
            self.visit(node, value);
            self.path.leave();
        }
    }

    fn counts(&mut self, object: &Object, members: &Map<String, Value>) {
        if (members.len() as u64) < object.min_members {
            let known: Vec<&str> = object.members.iter().map(|member| member.name).collect();
            let message = format!("expected at least one of {}", quoted(&known));
            self.report.add(self.path.here(), Rule::MinLength, message);
        }
        if object.one_of.is_empty() {
            return;
        }
        let known = object.one_of;
        let given = known.iter().filter(|name| members.contains_key(**name)).count();
        let (rule, count) = match given {
            1 => return,
            0 => (Rule::Required, "none of them is there"),
            _ => (Rule::Choice, "there is more than one"),
        };
        let message = format!("expected exactly one of {}, {count}", quoted(known));
        self.report.add(self.path.here(), rule, message);
    }
}

/// The hint for a missing member when one that is there looks like it.
fn misspelt<'a>(name: &str, keys: impl Iterator<Item = &'a String>, known: &[&str]) -> Option<String> {
    let others = keys.map(String::as_str).filter(|key| !known.contains(key));
    // Some hundred strangers are no slip of the pen, and comparing them all would cost time.
    closest(name, others.take(64)).map(|key| format!("`{}` looks like it", shown(key)))
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
