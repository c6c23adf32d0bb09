//! What belongs to an agent: who joins and leaves, and what the desktop shows of each plugin.

use std::sync::Arc;

use super::agents::Agent;
use super::sessions::SessionKey;
use super::visibility::Panel;
use super::{Desktop, HostNotice, NotificationChange, Timer};
use crate::calls::{Engine, EngineOptions};
use crate::schema::{ContactType, PluginType};
use crate::session::Now;

impl Desktop {
    /// The agent of that name, made where it is new, with a panel for each plugin of the manifests.
    pub(super) fn agent_mut(&mut self, name: &str) -> Option<&mut Agent> {
        if !self.agents.contains_key(name) {
            let name: Arc<str> = Arc::from(name);
            let channels = self.options.channels.iter().flatten();
            let channels = channels.filter_map(|channel| ContactType::parse(channel)).collect();
            let agent =
                Agent::new(name.clone(), self.options.user.clone(), Engine::new(EngineOptions { channels }));
            self.agents.insert(name.clone(), agent);
            let plugins: Vec<Arc<str>> =
                self.options.plugins.iter().map(|manifest| Arc::from(manifest.id.as_str())).collect();
            for plugin in plugins {
                self.open_panel(&name, &plugin, None);
            }
        }
        self.agents.get_mut(name)
    }

    /// The one text that an agent's sessions and events share, where there is an agent of that name.
    pub(super) fn agent_name(&self, name: &str) -> Arc<str> {
        self.agents.get_key_value(name).map_or_else(|| Arc::from(name), |(name, _)| Arc::clone(name))
    }

    /// Makes a session one of its agent's.
    pub(super) fn join_agent(
        &mut self,
        key: SessionKey,
        name: &Arc<str>,
        plugin: &Arc<str>,
        plugin_type: Option<&str>,
        now: Now,
    ) {
        let audience = self.sessions.get(key).map(|entry| entry.permissions.audience()).unwrap_or_default();
        if let Some(agent) = self.agent_mut(name) {
            agent.sessions.insert(key, audience);
            agent.sweep(now.mono_ms);
        }
        self.open_panel(name, plugin, plugin_type.and_then(PluginType::parse));
    }

    /// Takes a session from its agent, and the plugin's panel with the last of them where no manifest keeps it.
    pub(super) fn leave_agent(&mut self, key: SessionKey, name: &Arc<str>, plugin: &Arc<str>) {
        let Some(agent) = self.agents.get_mut(name) else { return };
        agent.sessions.remove(&key);
        let declared = self.options.plugins.iter().any(|manifest| *manifest.id == **plugin);
        let alone = self.sessions.of_plugin(name, plugin).next().is_none();
        if alone && !declared {
            self.close_panel(name, plugin);
        }
        if self.agents.get(name).is_some_and(Agent::is_blank) {
            self.timers.set(Timer::Agent(name.clone()), None);
            self.agents.remove(name);
        }
    }

    /// Lets contacts that are over leave the list when their time has come.
    pub(super) fn sweep_agent(&mut self, name: &Arc<str>, now: Now) {
        if let Some(agent) = self.agents.get_mut(name) {
            agent.sweep(now.mono_ms);
            self.follow_contacts(name);
        }
    }

    /// After the agent's contacts changed: panels and timer follow.
    pub(super) fn follow_contacts(&mut self, name: &Arc<str>) {
        let Some(agent) = self.agents.get_mut(name) else { return };
        let next_leave = agent.next_leave();
        let mut panels = std::mem::take(&mut agent.panels);
        for (plugin, panel) in &mut panels {
            if panel.follow(agent.contacts()) {
                let notice = HostNotice::Visibility {
                    agent: name.clone(),
                    plugin: plugin.clone(),
                    visible: panel.visible(),
                };
                self.outputs.push_back(super::DesktopOutput::Notice(notice));
            }
        }
        agent.panels = panels;
        self.timers.set(Timer::Agent(name.clone()), next_leave);
    }

    fn open_panel(&mut self, name: &Arc<str>, plugin: &Arc<str>, plugin_type: Option<PluginType>) {
        let manifest = self.options.plugins.iter().find(|manifest| *manifest.id == **plugin);
        let Some(agent) = self.agents.get_mut(name) else { return };
        if agent.panels.contains_key(plugin) {
            return;
        }
        let panel = Panel::new(plugin_type, manifest, agent.contacts());
        let visible = panel.visible();
        agent.panels.insert(plugin.clone(), panel);
        self.notify(HostNotice::Visibility { agent: name.clone(), plugin: plugin.clone(), visible });
    }

    fn close_panel(&mut self, name: &Arc<str>, plugin: &Arc<str>) {
        let panel = self.agents.get_mut(name).and_then(|agent| agent.panels.remove(plugin));
        let Some(mut panel) = panel else { return };
        let notification_ids = panel.notifications.clear(super::notifications::Which::default());
        if !notification_ids.is_empty() {
            self.notify(HostNotice::Notification {
                agent: name.clone(),
                plugin: plugin.clone(),
                change: NotificationChange::Cleared { notification_ids },
            });
        }
        if panel.visible() {
            self.notify(HostNotice::Visibility {
                agent: name.clone(),
                plugin: plugin.clone(),
                visible: false,
            });
        }
    }
}
