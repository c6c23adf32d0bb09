use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::driver::{ClientOptions, TokenSource, new_instance};
use crate::session::{PluginOptions, Reconnect};
use crate::transport::dial::DialOptions;
use crate::wire::{ErrorBody, ErrorCode, PluginInfo, SdkInfo, Want};

/// What the facade makes a client with, already checked and with its defaults.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientJson {
    url: String,
    ca: Vec<String>,
    allow_insecure: bool,
    #[serde(flatten)]
    session: SessionJson,
    token: TokenJson,
}

/// The part of a client's options that concerns no carrier.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionJson {
    plugin: PluginJson,
    want: Option<Want>,
    connect_timeout_ms: u64,
    reconnect: ReconnectJson,
}

#[derive(Deserialize)]
struct PluginJson {
    id: Option<String>,
    version: Option<String>,
    #[serde(rename = "type")]
    plugin_type: Option<String>,
    instance: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ReconnectJson {
    Switch(bool),
    #[serde(rename_all = "camelCase")]
    Backoff {
        max_delay_ms: u64,
    },
}

/// Where the token comes from: nowhere, here, or a function that is asked at each dial.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum TokenJson {
    Absent,
    Ask,
    Fixed(String),
}

/// One call's options.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestJson {
    pub contact_id: Option<String>,
    pub idempotency_key: Option<String>,
    pub timeout_ms: u64,
}

impl ClientJson {
    pub fn into_options(self) -> Result<ClientOptions, ErrorBody> {
        let session = self.session.into_options()?;
        let dial = DialOptions {
            url: self.url,
            ca: if self.ca.is_empty() { None } else { Some(self.ca.join("\n")) },
            allow_insecure: self.allow_insecure,
            ..DialOptions::default()
        };
        let token = match self.token {
            TokenJson::Absent => TokenSource::Absent,
            TokenJson::Ask => TokenSource::Ask,
            TokenJson::Fixed(token) => TokenSource::Fixed(token),
        };
        Ok(ClientOptions { session, dial, token })
    }
}

impl SessionJson {
    pub fn into_options(self) -> Result<PluginOptions, ErrorBody> {
        let instance = match self.plugin.instance {
            Some(instance) => instance,
            None => new_instance().map_err(|error| ErrorBody::new(ErrorCode::Internal, error.to_string()))?,
        };
        let plugin = PluginInfo {
            id: self.plugin.id,
            version: self.plugin.version,
            plugin_type: self.plugin.plugin_type,
            instance,
        };
        let sdk = SdkInfo {
            name: env!("CARGO_PKG_NAME").into(),
            version: env!("CARGO_PKG_VERSION").into(),
            runtime: Some("node".into()),
        };
        let mut session = PluginOptions::new(plugin, sdk);
        session.want = self.want;
        session.connect_timeout_ms = self.connect_timeout_ms;
        session.reconnect = match self.reconnect {
            ReconnectJson::Switch(true) => Reconnect::default(),
            ReconnectJson::Switch(false) => Reconnect::Never,
            ReconnectJson::Backoff { max_delay_ms } => Reconnect::Backoff { max_delay_ms },
        };
        Ok(session)
    }
}

/// Reads what the facade wrote.
pub(super) fn read<T: DeserializeOwned>(json: &str, what: &str) -> Result<T, ErrorBody> {
    serde_json::from_str(json)
        .map_err(|error| ErrorBody::new(ErrorCode::BadRequest, format!("{what}: {error}")))
}
