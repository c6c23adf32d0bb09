use super::{EventName, Method, shape};

/// Which generated reader takes a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// That of an event.
    Event(EventName),
    /// That of the answer to a request.
    Answer(Method),
}

impl Reader {
    /// Its place among all readers: the events, then the answers.
    pub const fn number(self) -> usize {
        match self {
            Self::Event(event) => event as usize,
            Self::Answer(method) => EventName::ALL.len() + method as usize,
        }
    }

    /// All of them, by their numbers.
    #[cfg(test)]
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let answers = Method::ALL.iter().map(|method| Self::Answer(*method));
        EventName::ALL.iter().map(|event| Self::Event(*event)).chain(answers)
    }

    /// The name of the type it reads.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Event(event) => shape::event_type(event),
            Self::Answer(method) => shape::answer_type(method),
        }
    }
}

/// One payload for the generated readers.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
    /// Who takes it.
    pub reader: Reader,
    /// Every text in turn.
    pub text: String,
    /// Lengths, counts and places.
    pub wholes: Vec<i32>,
    /// Integers of the payload.
    pub doubles: Vec<f64>,
}

impl Packed {
    /// Most whole numbers of one payload.
    pub const MAX_WHOLES: usize = 4_096;
    /// Most doubles of one payload.
    pub const MAX_DOUBLES: usize = 1_024;
}
