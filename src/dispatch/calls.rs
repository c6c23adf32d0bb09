use super::Request;
use crate::schema::{Draft, Method};
use crate::session::PluginInput;
use crate::wire::ErrorBody;

/// The calls of one tick as the application's thread hands them over (`js/requests.js`): one text and the numbers of
/// each call in turn. These are its id, its timeout and the place of its method; the UTF-16 lengths of contact id,
/// idempotency key and payload, −1 for each that is not there; and where the payload has no text, its [`Draft`].
#[derive(Clone, Debug, Default)]
pub struct Calls {
    text: String,
    numbers: Vec<f64>,
    count: usize,
}

/// What the session is to do, or the call that is refused and why.
pub type Checked = Result<PluginInput, (u64, Box<ErrorBody>)>;

impl Calls {
    /// So many calls.
    pub fn new(text: String, numbers: Vec<f64>, count: usize) -> Self {
        Self { text, numbers, count }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Checks them, in order. One that cannot be read is left out with all behind it: JavaScript does not write such.
    pub fn check(&self) -> impl Iterator<Item = Checked> {
        let mut draft = Draft::new(&self.text, &self.numbers);
        (0..self.count).map_while(move |_| next(&mut draft))
    }
}

fn next(draft: &mut Draft<'_>) -> Option<Checked> {
    let (id, timeout, method) = (draft.number()?, draft.number()?, draft.number()?);
    let (contact, key, payload) = (draft.number()?, draft.number()?, draft.number()?);
    let method = *Method::ALL.get(usize::try_from(method).ok()?)?;
    let contact_id = draft.text(contact).map(str::to_owned);
    let idempotency_key = draft.text(key).map(str::to_owned);
    let (id, timeout_ms) = (id.unsigned_abs(), timeout.unsigned_abs());
    let payload = match draft.text(payload) {
        Some(text) => text.to_owned(),
        None => {
            let start = draft.clone();
            if let Some(json) = draft.checked(method) {
                let method = method.as_str().to_owned();
                let payload = json.into();
                return Some(Ok(PluginInput::Request {
                    id,
                    method,
                    payload,
                    contact_id,
                    idempotency_key,
                    timeout_ms,
                }));
            }
            *draft = start;
            draft.json()?
        }
    };
    let method = method.as_str().to_owned();
    let request = Request { id, method, payload, contact_id, idempotency_key, timeout_ms };
    Some(request.into_input().map_err(|error| (id, Box::new(error))))
}
