//! YAML, and JSON with it, as a tree in which every node knows its place.
use std::collections::HashMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, Span, StrInput};

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// From 1.
    pub(super) line: u64,
    /// In characters, from 1.
    pub(super) column: u64,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    /// Unknown until the error has come up to the node it is about.
    pub(super) place: Option<Place>,
}

/// One value of a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) content: Content,
}

/// What a value is before a type is asked of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    /// Plain text may be a number, a truth value or nothing; quoted text is text.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    /// The keys are scalars, and each is there once.
    Map(Vec<(Node, Node)>),
}

impl Place {
    pub(super) const START: Self = Self { line: 1, column: 1 };

    fn of(line: usize, column: usize) -> Self {
        Self { line: line.max(1) as u64, column: column as u64 + 1 }
    }

    pub(super) fn fault(self, message: impl Into<String>) -> Fault {
        Fault { message: message.into(), place: Some(self) }
    }
}

impl Node {
    /// Reads a file of one document.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let mut options = Options::default();
        (options.block_nesting_limit, options.flow_nesting_limit) = (MAX_DEPTH, MAX_DEPTH);
        let parser = Parser::new_from_str_with_options(text, options);
        let mut reader = Reader { parser, anchors: HashMap::new(), left: MAX_NODES };
        let mut root = None;
        while let Some((event, place)) = reader.next()? {
            match event {
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                Event::StreamEnd => break,
                _ if root.is_some() => {
                    return Err(place.fault("a file holds one document, here begins another"));
                }
                event => root = Some(reader.node(event, place)?),
            }
        }
        let nothing = Content::Scalar { text: String::new(), plain: true };
        Ok(root.unwrap_or(Self { place: Place::START, content: nothing }))
    }

    /// The value of that key, where this is a map that has it.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let Content::Map(members) = &self.content else { return None };
        members.iter().find(|(key, _)| key.text() == Some(name)).map(|(_, value)| value)
    }

    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    fn size(&self) -> usize {
        1 + match &self.content {
            Content::Scalar { .. } => 0,
            Content::List(items) => items.iter().map(Self::size).sum(),
            Content::Map(members) => members.iter().map(|(_, value)| 1 + value.size()).sum(),
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, Node>,
    /// Nodes that may still come, copies included: an alias of aliases grows without end else.
    left: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Place)>, Fault> {
        match self.parser.next_event() {
            None => Ok(None),
            Some(Ok((event, Span { start, .. }))) => Ok(Some((event, Place::of(start.line(), start.col())))),
            Some(Err(error)) => {
                let at = error.marker();
                Err(Place::of(at.line(), at.col()).fault(error.info()))
            }
        }
    }

    /// The node that begins with this event. The parser bounds how deep they nest.
    fn node(&mut self, event: Event<'a>, place: Place) -> Result<Node, Fault> {
        let (anchor, content) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.is_some_and(|tag| tag.core_suffix() == Some("str"));
                let plain = style == ScalarStyle::Plain && !is_text;
                (anchor, Content::Scalar { text: text.into_owned(), plain })
            }
            Event::SequenceStart(_, anchor, _) => (anchor, Content::List(self.items()?)),
            Event::MappingStart(_, anchor, _) => (anchor, Content::Map(self.members()?)),
            Event::Alias(id) => {
                let Some(named) = self.anchors.get(&id) else {
                    return Err(place.fault("an alias stands inside of what it names"));
                };
                (0, named.content.clone())
            }
            _ => return Err(place.fault("expected a value")),
        };
        let node = Node { place, content };
        self.left = match self.left.checked_sub(node.size()) {
            Some(left) => left,
            None => return Err(place.fault("the file has too many values")),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn items(&mut self) -> Result<Vec<Node>, Fault> {
        let mut items = Vec::new();
        while let Some((event, place)) = self.next()? {
            if event == Event::SequenceEnd {
                break;
            }
            items.push(self.node(event, place)?);
        }
        Ok(items)
    }

    fn members(&mut self) -> Result<Vec<(Node, Node)>, Fault> {
        let mut members: Vec<(Node, Node)> = Vec::new();
        while let Some((event, place)) = self.next()? {
            if event == Event::MappingEnd {
                break;
            }
            let key = self.node(event, place)?;
            let Some(name) = key.text() else { return Err(place.fault("a name is a text")) };
            if members.iter().any(|(known, _)| known.text() == Some(name)) {
                return Err(place.fault(format!("member `{name}` stands here twice")));
            }
            let Some((event, place)) = self.next()? else { break };
            members.push((key, self.node(event, place)?));
        }
        Ok(members)
    }
}

/// How deep a file may nest.
const MAX_DEPTH: usize = 64;
/// How many values a file may have, each counted once for every level it stands below. A thousand steps have some 40,000.
const MAX_NODES: usize = 200_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (u64, u64, String) {
        let Fault { message, place } = Node::parse(text).unwrap_err();
        let place = place.unwrap();
        (place.line, place.column, message)
    }

    #[test]
    fn every_node_knows_its_place() {
        let root = Node::parse("a: 1\nb:\n  - x\n  - {c: [é, y]}\n").unwrap();
        assert_eq!(root.place, Place::START);
        let Content::List(items) = &root.member("b").unwrap().content else { panic!("a list") };
        let places: Vec<_> = items.iter().map(|item| (item.place.line, item.place.column)).collect();
        assert_eq!(places, [(3, 5), (4, 5)]);
        let Content::List(inner) = &items[1].member("c").unwrap().content else { panic!("a list") };
        assert_eq!((inner[1].place.line, inner[1].place.column), (4, 13));
    }

    #[test]
    fn a_key_that_is_there_twice_or_is_no_text_and_a_second_document_are_faults() {
        assert_eq!(fault("a: 1\nb: 2\na: 3\n"), (3, 1, "member `a` stands here twice".to_owned()));
        assert_eq!(fault("[1]: 2\n").2, "a name is a text");
        assert!(fault("a: 1\n---\nb: 2\n").2.contains("one document"));
    }

    #[test]
    fn aliases_are_copies_and_cannot_make_a_file_without_end() {
        let root = Node::parse("a: &x {b: 1}\nc: *x\n").unwrap();
        assert_eq!(root.member("a").unwrap().content, root.member("c").unwrap().content);
        let mut bomb = String::from("l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..10 {
            let below = vec![format!("*l{}", level - 1); 10].join(", ");
            bomb.push_str(&format!("l{level}: &l{level} [{below}]\n"));
        }
        assert_eq!(fault(&bomb).2, "the file has too many values");
    }

    #[test]
    fn nesting_is_bounded() {
        assert!(Node::parse(&"[".repeat(1_000)).is_err());
        assert!(Node::parse(&format!("{}1{}", "[".repeat(50), "]".repeat(50))).is_ok());
    }
}
