//! The JSON Schema of every type as a compact tree, compiled once; the checker and the redactor walk it.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::pattern::{self, Pattern};
use super::{Reader, catalog};

/// Place of a node in its [`Tree`].
pub(super) type NodeId = usize;

/// What a value may be.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) shape: Shape,
    pub(super) nullable: bool,
}

/// The kinds of schema that the types of this crate make; anything else would be listed in [`Tree::unsupported`].
#[derive(Debug)]
pub(super) enum Shape {
    Any,
    Boolean,
    Integer {
        min: Option<i64>,
        max: Option<i64>,
    },
    Text {
        min: Option<u64>,
        max: Option<u64>,
        pattern: Option<&'static Pattern>,
    },
    Choice(Vec<String>),
    List(NodeId),
    Object(Object),
    /// One of several objects, told apart by the text of the member `tag`.
    Tagged {
        tag: String,
        variants: Vec<(String, NodeId)>,
    },
}

/// An object with known members, a map, or both.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) members: Vec<Member>,
    pub(super) rest: Rest,
    pub(super) min_members: u64,
    pub(super) key: Option<&'static Pattern>,
    /// Members of which exactly one has to be there.
    pub(super) one_of: Vec<String>,
}

/// A known member.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) node: NodeId,
    pub(super) required: bool,
    pub(super) personal: bool,
}

/// What members may be there beside the known ones.
#[derive(Debug)]
pub(super) enum Rest {
    None,
    Any,
    Each { node: NodeId, personal: bool },
}

/// All types, by name.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    roots: HashMap<String, NodeId>,
    /// The roots of what the readers take, by their numbers.
    readers: Vec<NodeId>,
    pub(super) unsupported: Vec<String>,
}

impl Tree {
    /// The tree of all types.
    pub(super) fn get() -> &'static Self {
        static TREE: OnceLock<Tree> = OnceLock::new();
        TREE.get_or_init(|| Self::compile(catalog::definitions()))
    }

    /// The node of that place; there is one for every id that the tree itself gives out.
    pub(super) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// The node of the type of that name.
    pub(super) fn root(&self, name: &str) -> Option<NodeId> {
        self.roots.get(name).copied()
    }

    /// The node of the type that this reader takes.
    pub(super) fn reader(&self, reader: Reader) -> Option<NodeId> {
        self.readers.get(reader.number()).copied()
    }

    fn compile(definitions: &Map<String, Value>) -> Self {
        let mut tree = Self::default();
        // Definitions may refer to later ones, so each gets its place before any is read.
        for name in definitions.keys() {
            let id = tree.push(Shape::Any);
            tree.roots.insert(name.clone(), id);
        }
        for (name, schema) in definitions {
            let node = tree.read(schema);
            if let Some(place) = tree.root(name).and_then(|id| tree.nodes.get_mut(id)) {
                *place = node;
            }
        }
        tree.readers = Reader::all().filter_map(|reader| tree.root(reader.type_name())).collect();
        tree
    }

    fn push(&mut self, shape: Shape) -> NodeId {
        self.nodes.push(Node { shape, nullable: false });
        self.nodes.len() - 1
    }

    /// The id of a schema in place: that of its definition, or a new node.
    fn place(&mut self, schema: &Value) -> NodeId {
        if let Some(id) =
            schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()).and_then(|n| self.root(n))
        {
            return id;
        }
        let node = self.read(schema);
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn read(&mut self, schema: &Value) -> Node {
        if schema == &Value::Bool(true) {
            return Node { shape: Shape::Any, nullable: true };
        }
        if let Some(choices) = schema["anyOf"].as_array() {
            return self.read_nullable(schema, choices);
        }
        let (name, nullable) = match &schema["type"] {
            Value::Array(names) => {
                (names.iter().find_map(|name| name.as_str().filter(|name| *name != "null")), true)
            }
            name => (name.as_str(), false),
        };
        let shape = match name {
            Some("boolean") => Shape::Boolean,
            Some("integer") => {
                Shape::Integer { min: schema["minimum"].as_i64(), max: schema["maximum"].as_i64() }
            }
            Some("string") => self.read_text(schema),
            Some("array") => Shape::List(self.place(&schema["items"])),
            Some("object") => self.read_object(schema),
            None if schema["oneOf"].is_array() => self.read_choice(schema),
            _ => self.give_up(schema),
        };
        Node { shape, nullable }
    }

    /// `anyOf` of a definition and null, as schemars writes an `Option` of a type with a name.
    fn read_nullable(&mut self, schema: &Value, choices: &[Value]) -> Node {
        let [Value::Object(first), second] = choices else {
            return Node { shape: self.give_up(schema), nullable: true };
        };
        let definition = first
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|path| path.rsplit('/').next())
            .and_then(|name| catalog::definitions().get(name));
        match definition {
            Some(definition) if second["type"] == "null" => Node { nullable: true, ..self.read(definition) },
            _ => Node { shape: self.give_up(schema), nullable: true },
        }
    }

    fn read_text(&mut self, schema: &Value) -> Shape {
        if let Some(only) = schema["const"].as_str() {
            return Shape::Choice(vec![only.to_owned()]);
        }
        if let Some(texts) = schema["enum"].as_array() {
            return Shape::Choice(texts.iter().filter_map(Value::as_str).map(str::to_owned).collect());
        }
        Shape::Text {
            min: schema["minLength"].as_u64(),
            max: schema["maxLength"].as_u64(),
            pattern: self.read_pattern(schema),
        }
    }

    fn read_pattern(&mut self, schema: &Value) -> Option<&'static Pattern> {
        let source = schema["pattern"].as_str()?;
        let found = pattern::find(source);
        if found.is_none() {
            self.unsupported.push(source.to_owned());
        }
        found
    }

    fn read_object(&mut self, schema: &Value) -> Shape {
        let required = texts(&schema["required"]);
        let mut members = Vec::new();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let node = self.place(member);
            let required = required.contains(name);
            members.push(Member { name: name.clone(), node, required, personal: is_personal(member) });
        }
        let rest = match &schema["additionalProperties"] {
            Value::Bool(false) => Rest::None,
            Value::Bool(true) | Value::Null => Rest::Any,
            each => Rest::Each { node: self.place(each), personal: is_personal(each) },
        };
        let one_of = schema["oneOf"].as_array().into_iter().flatten();
        Shape::Object(Object {
            members,
            rest,
            min_members: schema["minProperties"].as_u64().unwrap_or(0),
            key: self.read_pattern(&schema["propertyNames"]),
            one_of: one_of.flat_map(|choice| texts(&choice["required"])).collect(),
        })
    }

    /// `oneOf` of documented texts, or of objects that a constant member tells apart.
    fn read_choice(&mut self, schema: &Value) -> Shape {
        let choices = schema["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
        let constants: Vec<_> = choices.iter().filter_map(|choice| choice["const"].as_str()).collect();
        if constants.len() == choices.len() {
            return Shape::Choice(constants.into_iter().map(str::to_owned).collect());
        }
        let mut variants = Vec::new();
        for choice in choices {
            match choice["properties"]["type"]["const"].as_str() {
                Some(text) => variants.push((text.to_owned(), self.place(choice))),
                None => return self.give_up(schema),
            }
        }
        Shape::Tagged { tag: "type".to_owned(), variants }
    }

    fn give_up(&mut self, schema: &Value) -> Shape {
        self.unsupported.push(schema.to_string());
        Shape::Any
    }
}

fn is_personal(schema: &Value) -> bool {
    schema["x-pii"] == Value::Bool(true)
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_construct_of_the_schema_is_understood() {
        assert_eq!(Tree::get().unsupported, Vec::<String>::new());
    }

    #[test]
    fn no_type_contains_itself() {
        // The checker recurses along the tree, so its depth is bounded by that of the types.
        let tree = Tree::get();
        for name in catalog::definitions().keys() {
            assert!(depth(tree, tree.root(name).unwrap(), 0) <= 8, "{name}");
        }
    }

    fn depth(tree: &Tree, id: NodeId, above: usize) -> usize {
        assert!(above < 32, "a type contains itself");
        let below: Vec<NodeId> = match &tree.node(id).unwrap().shape {
            Shape::List(item) => vec![*item],
            Shape::Tagged { variants, .. } => variants.iter().map(|(_, id)| *id).collect(),
            Shape::Object(object) => {
                let each = if let Rest::Each { node, .. } = object.rest { Some(node) } else { None };
                object.members.iter().map(|member| member.node).chain(each).collect()
            }
            _ => vec![],
        };
        1 + below.into_iter().map(|id| depth(tree, id, above + 1)).max().unwrap_or(0)
    }
}
