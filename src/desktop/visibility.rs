//! When a plugin is to be seen: its type decides, the plugin may ask for the other until its type decides again.

use super::notifications::Notifications;
use crate::schema::{Contact, ContactStateType, ContactType, Manifest, PluginType};

/// What the desktop shows of one plugin to one agent.
#[derive(Debug)]
pub(super) struct Panel {
    pub title: String,
    pub notifications: Notifications,
    plugin_type: Option<PluginType>,
    by_default: Option<bool>,
    by_type: bool,
    visible: bool,
}

impl Panel {
    pub fn new(plugin_type: Option<PluginType>, manifest: Option<&Manifest>, contacts: &[Contact]) -> Self {
        let mut panel = Self {
            title: String::new(),
            notifications: Notifications::default(),
            plugin_type: manifest.map(|manifest| manifest.plugin_type).or(plugin_type),
            by_default: manifest.and_then(|manifest| manifest.visible_by_default),
            by_type: false,
            visible: false,
        };
        panel.by_type = panel.decide(contacts);
        panel.visible = panel.by_type;
        panel
    }

    pub fn visible(&self) -> bool {
        self.visible
    }

    /// The plugin's own wish. Tells whether that changed anything.
    pub fn set_visible(&mut self, visible: bool) -> bool {
        std::mem::replace(&mut self.visible, visible) != visible
    }

    /// Lets the type decide again when the contacts make a difference to it. Tells whether that changed anything.
    pub fn follow(&mut self, contacts: &[Contact]) -> bool {
        let by_type = self.decide(contacts);
        if by_type == self.by_type {
            return false;
        }
        self.by_type = by_type;
        self.set_visible(by_type)
    }

    fn decide(&self, contacts: &[Contact]) -> bool {
        if let Some(by_default) = self.by_default {
            return by_default;
        }
        match self.plugin_type {
            Some(PluginType::Call) => contacts.iter().any(|contact| is_call(contact) && is_active(contact)),
            Some(PluginType::ContactLog) => !contacts.is_empty(),
            Some(PluginType::Nav) => false,
            Some(PluginType::Always | PluginType::Default | PluginType::Dpa) | None => true,
        }
    }
}

/// Whether agent and customer still can, or soon will, talk.
pub(super) fn is_active(contact: &Contact) -> bool {
    !matches!(
        contact.state.state_type,
        ContactStateType::Missed
            | ContactStateType::Rejected
            | ContactStateType::Error
            | ContactStateType::Ended
    )
}

fn is_call(contact: &Contact) -> bool {
    matches!(contact.contact_type, ContactType::Voice | ContactType::QueueCallback)
}
