//! `show_plugin`, `hide_plugin`, `set_title_tag`, `show_notification`, `show_popup_message`.

use serde_json::{Map, Value};

use super::{done, json, read};
use crate::desktop::notifications::Which;
use crate::desktop::requests::{Caller, Request};
use crate::desktop::visibility::Panel;
use crate::desktop::{Desktop, HostNotice, NotificationChange};
use crate::schema::{
    SetTitleTagPayload, ShowNotificationAnswer, ShowNotificationPayload, ShowPopupMessagePayload,
};
use crate::wire::{ErrorBody, ErrorCode};

impl Desktop {
    pub(super) fn answer_show_plugin(&mut self, caller: &Caller, visible: bool) -> Result<Value, ErrorBody> {
        if self.panel(caller)?.set_visible(visible) {
            let (agent, plugin) = (caller.agent.clone(), caller.plugin.clone());
            self.notify(HostNotice::Visibility { agent, plugin, visible });
        }
        Ok(done())
    }

    pub(super) fn answer_set_title_tag(
        &mut self,
        request: &Request,
        caller: &Caller,
    ) -> Result<Value, ErrorBody> {
        let SetTitleTagPayload { title } = read(request)?;
        let panel = self.panel(caller)?;
        if panel.title != title {
            panel.title.clone_from(&title);
            self.notify(HostNotice::Title {
                agent: caller.agent.clone(),
                plugin: caller.plugin.clone(),
                title,
            });
        }
        Ok(done())
    }

    pub(super) fn answer_show_notification(
        &mut self,
        request: &Request,
        caller: &Caller,
    ) -> Result<Value, ErrorBody> {
        let notification_ids = match read(request)? {
            ShowNotificationPayload::Create { header, text } => {
                let id = format!("n{}", self.last_notification + 1);
                let change = self.panel(caller)?.notifications.create(id.clone(), header, text)?;
                self.last_notification += 1;
                self.notify_notification(caller, change);
                vec![id]
            }
            ShowNotificationPayload::Clear { header, text, notification_id } => {
                let which = Which {
                    id: notification_id.as_deref(),
                    header: header.as_deref(),
                    text: text.as_deref(),
                };
                let ids = self.panel(caller)?.notifications.clear(which);
                if !ids.is_empty() {
                    self.notify_notification(
                        caller,
                        NotificationChange::Cleared { notification_ids: ids.clone() },
                    );
                }
                ids
            }
        };
        json(ShowNotificationAnswer { notification_ids, extra: Map::new() })
    }

    pub(super) fn answer_show_popup_message(
        &mut self,
        request: &Request,
        caller: &Caller,
    ) -> Result<Value, ErrorBody> {
        let payload: ShowPopupMessagePayload = read(request)?;
        self.notify(HostNotice::Popup {
            agent: caller.agent.clone(),
            plugin: caller.plugin.clone(),
            popup_type: payload.popup_type.as_str().into(),
            message: payload.popup_message,
        });
        Ok(done())
    }

    fn notify_notification(&mut self, caller: &Caller, change: NotificationChange) {
        let (agent, plugin) = (caller.agent.clone(), caller.plugin.clone());
        self.notify(HostNotice::Notification { agent, plugin, change });
    }

    /// The plugin's panel, which lives as long as any of its sessions.
    fn panel(&mut self, caller: &Caller) -> Result<&mut Panel, ErrorBody> {
        let agent = self.agents.get_mut(&caller.agent);
        let panel = agent.and_then(|agent| agent.panels.get_mut(&caller.plugin));
        panel.ok_or_else(|| ErrorBody::new(ErrorCode::Unavailable, "the plugin is not shown anywhere"))
    }
}
