//! The JSON Schema of every type as a compact tree, made when the schema is generated; the checker and the redactor walk
//! it. Nothing is built for it at run time, and the generators stay out of what is shipped.

use super::pattern::Pattern;
use super::shapes::{ANSWERS, EVENTS, NODES, PAYLOADS, READERS, ROOTS};
use super::{EventName, Method, Reader};

/// Place of a node in the [`Tree`].
pub(super) type NodeId = u16;

/// What a value may be.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) shape: Shape,
    pub(super) nullable: bool,
}

/// The kinds of schema that the types of this crate make.
#[derive(Debug)]
pub(super) enum Shape {
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
    Choice(&'static [&'static str]),
    List(NodeId),
    Object(Object),
    /// One of several objects, told apart by the text of the member `tag`.
    Tagged {
        tag: &'static str,
        variants: &'static [(&'static str, NodeId)],
    },
}

/// An object with known members, a map, or both.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) members: &'static [Member],
    pub(super) rest: Rest,
    pub(super) min_members: u64,
    pub(super) key: Option<&'static Pattern>,
    /// Members of which exactly one has to be there.
    pub(super) one_of: &'static [&'static str],
}

/// A known member.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: &'static str,
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
#[derive(Clone, Copy, Debug)]
pub(super) struct Tree;

impl Tree {
    /// The node of that place; there is one for every id that the tree itself gives out.
    pub(super) fn node(self, id: NodeId) -> Option<&'static Node> {
        NODES.get(usize::from(id))
    }

    /// The node of the type that this reader takes.
    pub(super) fn reader(self, reader: Reader) -> Option<NodeId> {
        READERS.get(reader.number()).copied()
    }

    /// The node of the type of that name.
    pub(super) fn root(self, name: &str) -> Option<NodeId> {
        let at = ROOTS.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
        ROOTS.get(at).map(|(_, id)| *id)
    }
}

/// The name of the type of an event's payload.
pub(super) fn event_type(event: EventName) -> &'static str {
    EVENTS.get(event as usize).copied().unwrap_or_default()
}

/// The name of the type of what a plugin sends.
pub(super) fn payload_type(method: Method) -> &'static str {
    PAYLOADS.get(method as usize).copied().unwrap_or_default()
}

/// The name of the type of what the host answers.
pub(super) fn answer_type(method: Method) -> &'static str {
    ANSWERS.get(method as usize).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_node() {
        let names = EVENTS.iter().chain(PAYLOADS).chain(ANSWERS);
        for name in names.chain(&["Snapshot", "AgentSnapshot", "Manifest", "User", "Contact"]) {
            assert!(Tree.root(name).and_then(|id| Tree.node(id)).is_some(), "{name}");
        }
        assert_eq!((EVENTS.len(), PAYLOADS.len()), (EventName::ALL.len(), Method::ALL.len()));
        assert_eq!(ANSWERS.len(), Method::ALL.len());
        for reader in Reader::all() {
            assert_eq!(Tree.reader(reader), Tree.root(reader.type_name()));
        }
    }

    #[test]
    fn no_type_contains_itself() {
        // The checker recurses along the tree, so its depth is bounded by that of the types.
        for (name, id) in ROOTS {
            assert!(depth(*id, 0) <= 8, "{name}");
        }
    }

    fn depth(id: NodeId, above: usize) -> usize {
        assert!(above < 32, "a type contains itself");
        let below: Vec<NodeId> = match &Tree.node(id).unwrap().shape {
            Shape::List(item) => vec![*item],
            Shape::Tagged { variants, .. } => variants.iter().map(|(_, id)| *id).collect(),
            Shape::Object(object) => {
                let each = if let Rest::Each { node, .. } = object.rest { Some(node) } else { None };
                object.members.iter().map(|member| member.node).chain(each).collect()
            }
            _ => vec![],
        };
        1 + below.into_iter().map(|id| depth(id, above + 1)).max().unwrap_or(0)
    }
}
