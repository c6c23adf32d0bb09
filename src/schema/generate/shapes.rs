use serde_json::{Map, Value};

use crate::schema::{EventName, Method, catalog, pattern};

/// `src/schema/shapes.rs`: the tree that checker, packer and redactor walk, as constants.
pub fn shapes_rs() -> String {
    let shapes = Shapes::of(catalog::definitions());
    let mut roots: Vec<(&String, usize)> =
        catalog::definitions().keys().enumerate().map(|(id, name)| (name, id)).collect();
    roots.sort_unstable();
    let roots: String = roots.iter().map(|(name, id)| format!("    ({name:?}, {id}),\n")).collect();
    let nodes: String = shapes.nodes.iter().map(|node| format!("    {node},\n")).collect();
    let events = EventName::ALL.iter().map(|event| catalog::event_type(*event));
    let payloads = Method::ALL.iter().map(|method| catalog::payload_type(*method));
    let answers = Method::ALL.iter().map(|method| catalog::answer_type(*method));
    let readers: Vec<Option<usize>> = events
        .clone()
        .chain(answers.clone())
        .map(|name| catalog::definitions().keys().position(|n| n == name))
        .collect();
    let readers: Vec<usize> = readers.into_iter().flatten().collect();
    format!(
        "{HEADER}\n/// The types by name, in order, each with its node.\n\
         pub(super) static ROOTS: &[(&str, NodeId)] = &[\n{roots}];\n\n\
         /// The nodes that the readers take, by their numbers.\n\
         pub(super) static READERS: &[NodeId] = &{readers:?};\n\n{}{}{}\
         pub(super) static NODES: &[Node] = &[\n{nodes}];\n",
        names("EVENTS", "The type of each event's payload.", events),
        names("PAYLOADS", "The type of what a plugin sends with each method.", payloads),
        names("ANSWERS", "The type of what the host answers to each method.", answers),
    )
}

fn names(constant: &str, description: &str, names: impl Iterator<Item = &'static str>) -> String {
    let names: String = names.map(|name| format!("    {name:?},\n")).collect();
    format!("/// {description}\npub(super) static {constant}: &[&str] = &[\n{names}];\n\n")
}

/// Every node as the text of a constant, and what of the schema has none.
#[derive(Default)]
struct Shapes<'a> {
    definitions: Map<String, Value>,
    roots: Vec<&'a str>,
    nodes: Vec<String>,
    unsupported: Vec<String>,
}

impl<'a> Shapes<'a> {
    fn of(definitions: &'a Map<String, Value>) -> Self {
        // Definitions may refer to later ones, so each has its place before any is read.
        let roots: Vec<&str> = definitions.keys().map(String::as_str).collect();
        let nodes = vec![String::new(); roots.len()];
        let mut shapes = Self { definitions: definitions.clone(), roots, nodes, unsupported: Vec::new() };
        for (id, schema) in definitions.values().enumerate() {
            let node = shapes.read(schema);
            if let Some(place) = shapes.nodes.get_mut(id) {
                *place = node;
            }
        }
        shapes
    }

    /// The id of a schema in place: that of its definition, or a new node.
    fn place(&mut self, schema: &Value) -> usize {
        let defined = super::referenced(schema);
        if let Some(id) = defined.and_then(|name| self.roots.iter().position(|root| *root == name)) {
            return id;
        }
        let node = self.read(schema);
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn read(&mut self, schema: &Value) -> String {
        if let Some(choices) = schema["anyOf"].as_array() {
            return self.read_nullable(schema, choices);
        }
        let (name, nullable) = match &schema["type"] {
            Value::Array(names) => {
                (names.iter().find_map(|name| name.as_str().filter(|name| *name != "null")), true)
            }
            name => (name.as_str(), false),
        };
        let shape = self.read_shape(schema, name);
        node(&shape, nullable)
    }

    fn read_shape(&mut self, schema: &Value, name: Option<&str>) -> String {
        match name {
            Some("boolean") => "Boolean".to_owned(),
            Some("integer") => {
                let (min, max) = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
                format!("Integer {{ min: {min:?}, max: {max:?} }}")
            }
            Some("string") => self.read_text(schema),
            Some("array") => format!("List({})", self.place(&schema["items"])),
            Some("object") => self.read_object(schema),
            None if schema["oneOf"].is_array() => self.read_choice(schema),
            _ => self.give_up(schema),
        }
    }

    /// `anyOf` of a definition and null, as schemars writes an `Option` of a type with a name.
    fn read_nullable(&mut self, schema: &Value, choices: &[Value]) -> String {
        if let [first, second] = choices
            && second["type"] == "null"
            && let Some(definition) = super::referenced(first).and_then(|name| self.definitions.get(name))
        {
            let definition = definition.clone();
            let name = definition["type"].as_str();
            let shape = self.read_shape(&definition, name);
            return node(&shape, true);
        }
        let shape = self.give_up(schema);
        node(&shape, true)
    }

    fn read_text(&mut self, schema: &Value) -> String {
        if let Some(only) = schema["const"].as_str() {
            return choice(&[only]);
        }
        if let Some(known) = schema["enum"].as_array() {
            return choice(&known.iter().filter_map(Value::as_str).collect::<Vec<_>>());
        }
        let (min, max) = (schema["minLength"].as_u64(), schema["maxLength"].as_u64());
        let pattern = self.read_pattern(schema);
        format!("Text {{ min: {min:?}, max: {max:?}, pattern: {pattern} }}")
    }

    fn read_pattern(&mut self, schema: &Value) -> String {
        let Some(source) = schema["pattern"].as_str() else { return "None".to_owned() };
        match pattern::PATTERNS.iter().position(|pattern| pattern.source == source) {
            Some(place) => format!("Some(&PATTERNS[{place}])"),
            None => {
                self.unsupported.push(source.to_owned());
                "None".to_owned()
            }
        }
    }

    fn read_object(&mut self, schema: &Value) -> String {
        let required = texts(&schema["required"]);
        let mut members = Vec::new();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let (node, required) = (self.place(member), required.contains(&name.as_str()));
            members.push(format!("member({name:?}, {node}, {required}, {})", is_personal(member)));
        }
        let rest = match &schema["additionalProperties"] {
            Value::Bool(false) => "None".to_owned(),
            Value::Bool(true) | Value::Null => "Any".to_owned(),
            each => format!("Each {{ node: {}, personal: {} }}", self.place(each), is_personal(each)),
        };
        let one_of = schema["oneOf"].as_array().into_iter().flatten();
        let one_of: Vec<_> = one_of.flat_map(|choice| texts(&choice["required"])).collect();
        let min_members = schema["minProperties"].as_u64().unwrap_or(0);
        format!(
            "Object(Object {{ members: &[{}], rest: Rest::{rest}, min_members: {min_members}, key: {}, one_of: &{one_of:?} }})",
            members.join(", "),
            self.read_pattern(&schema["propertyNames"]),
        )
    }

    /// `oneOf` of documented texts, or of objects that a constant member tells apart.
    fn read_choice(&mut self, schema: &Value) -> String {
        let choices = schema["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
        let constants: Vec<_> = choices.iter().filter_map(|choice| choice["const"].as_str()).collect();
        if constants.len() == choices.len() {
            return choice(&constants);
        }
        let mut variants = Vec::new();
        for choice in choices {
            match choice["properties"]["type"]["const"].as_str() {
                Some(text) => variants.push((text, self.place(choice))),
                None => return self.give_up(schema),
            }
        }
        format!("Tagged {{ tag: \"type\", variants: &{variants:?} }}")
    }

    fn give_up(&mut self, schema: &Value) -> String {
        self.unsupported.push(schema.to_string());
        "Boolean".to_owned()
    }
}

fn node(shape: &str, nullable: bool) -> String {
    format!("Node {{ nullable: {nullable}, shape: Shape::{shape} }}")
}

fn choice(known: &[&str]) -> String {
    format!("Choice(&{known:?})")
}

fn is_personal(schema: &Value) -> bool {
    schema["x-pii"] == Value::Bool(true)
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

const HEADER: &str = "\
// Generated from src/schema/types by `cargo run --no-default-features --example generate`. Do not edit.

use super::pattern::PATTERNS;
use super::shape::{Member, Node, NodeId, Object, Rest, Shape};

const fn member(name: &'static str, node: NodeId, required: bool, personal: bool) -> Member {
    Member { name, node, required, personal }
}
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_construct_of_the_schema_is_understood() {
        assert_eq!(Shapes::of(catalog::definitions()).unsupported, Vec::<String>::new());
    }
}
