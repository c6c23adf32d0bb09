//! The notifications that one plugin shows to one agent.

use super::NotificationChange;
use crate::wire::{ErrorBody, ErrorCode};

/// What is shown now, oldest first.
#[derive(Debug, Default)]
pub(super) struct Notifications {
    shown: Vec<Notification>,
}

#[derive(Debug)]
struct Notification {
    id: String,
    header: String,
    text: String,
}

/// Which notifications to take away; the first member that is there decides.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Which<'a> {
    pub id: Option<&'a str>,
    pub header: Option<&'a str>,
    pub text: Option<&'a str>,
}

impl Notifications {
    /// Shows one under `id`.
    pub fn create(
        &mut self,
        id: String,
        header: String,
        text: String,
    ) -> Result<NotificationChange, ErrorBody> {
        if self.shown.len() >= MAX_SHOWN {
            let message = format!("{MAX_SHOWN} notifications of this plugin are shown: clear some first");
            return Err(ErrorBody::new(ErrorCode::Unavailable, message));
        }
        let change = NotificationChange::Created {
            notification_id: id.clone(),
            header: header.clone(),
            text: text.clone(),
        };
        self.shown.push(Notification { id, header, text });
        Ok(change)
    }

    /// Takes away what `which` names and answers the ids; an id that is not shown is no error.
    pub fn clear(&mut self, which: Which<'_>) -> Vec<String> {
        let matches = |shown: &Notification| match which {
            Which { id: Some(id), .. } => shown.id == id,
            Which { header, text, .. } => {
                header.is_none_or(|header| shown.header == header)
                    && text.is_none_or(|text| shown.text == text)
            }
        };
        let (cleared, kept) = std::mem::take(&mut self.shown).into_iter().partition(matches);
        self.shown = kept;
        let cleared: Vec<Notification> = cleared;
        cleared.into_iter().map(|notification| notification.id).collect()
    }
}

/// A plugin that never clears its notifications is told so at this count.
const MAX_SHOWN: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Notifications {
        let mut notifications = Notifications::default();
        for (id, header, text) in [("n1", "A", "x"), ("n2", "A", "y"), ("n3", "B", "x")] {
            notifications.create(id.into(), header.into(), text.into()).unwrap();
        }
        notifications
    }

    #[test]
    fn notifications_are_cleared_by_id_then_by_header_and_text_then_all() {
        assert_eq!(three().clear(Which { id: Some("n2"), header: Some("B"), text: None }), ["n2"]);
        assert_eq!(three().clear(Which { id: None, header: Some("A"), text: Some("x") }), ["n1"]);
        assert_eq!(three().clear(Which { id: None, header: Some("A"), text: None }), ["n1", "n2"]);
        assert_eq!(three().clear(Which::default()), ["n1", "n2", "n3"]);
        assert_eq!(three().clear(Which { id: Some("n9"), ..Which::default() }), Vec::<String>::new());
    }

    #[test]
    fn the_hundred_and_first_notification_is_refused() {
        let mut notifications = Notifications::default();
        for n in 0..100 {
            notifications.create(format!("n{n}"), "A".into(), "x".into()).unwrap();
        }
        let error = notifications.create("n100".into(), "A".into(), "x".into()).unwrap_err();
        assert_eq!(error.code, ErrorCode::Unavailable);
    }
}
