//! `hello` and `welcome`: the two frames that ignore unknown members at every level.

use serde::{Deserialize, Serialize};

use super::DecodeError;
use super::decode::is_id;
use super::fields::{Fields, text_element};

/// First frame of a plugin. Unknown members are ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hello {
    /// Versions the plugin speaks: 1–16 of them, which [`Self::speaks`] checks.
    pub versions: Vec<u32>,
    /// Who the plugin says it is.
    pub plugin: PluginInfo,
    /// Which SDK speaks.
    pub sdk: SdkInfo,
    /// Proof of identity.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub auth: Option<Auth>,
    /// What it wants; absent means everything.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub want: Option<Want>,
    /// The session it wants to go on with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resume: Option<Resume>,
    /// Added by a page that relays; accepted only with a token that has that right.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub embed: Option<Embed>,
    /// Reserved (`"desktop"`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub role: Option<String>,
}

impl Hello {
    /// Whether the peer speaks `version`; a list that is empty or longer than 16 speaks nothing.
    pub fn speaks(&self, version: u32) -> bool {
        (1..=16).contains(&self.versions.len()) && self.versions.contains(&version)
    }
}

/// Who the plugin says it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PluginInfo {
    /// `[a-z0-9._-]{1,64}`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// The plugin's own version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
    /// One of the plugin types of the vocabulary.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
    pub plugin_type: Option<String>,
    /// Random per `SmartAgent` object, 1–64 characters.
    pub instance: String,
}

/// Which SDK speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SdkInfo {
    /// Package name.
    pub name: String,
    /// Package version.
    pub version: String,
    /// `node`, `browser`, `electron` or the name of another runtime.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub runtime: Option<String>,
}

/// First-message token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Auth {
    /// `bearer`.
    pub scheme: String,
    /// Opaque to the protocol.
    pub token: String,
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

/// What a plugin asks for; a member that is absent means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    /// Scopes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scopes: Option<Vec<String>>,
    /// Event names, or `*`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub events: Option<Vec<String>>,
}

/// The session a plugin wants to go on with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resume {
    /// Session id.
    pub session: String,
    /// Its current or previous token.
    pub resume_token: String,
    /// Highest contiguous `seq` received; 0 is resumable.
    pub received: u64,
}

impl std::fmt::Debug for Resume {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resume")
            .field("session", &self.session)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}

/// Where a relayed plugin's page comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embed {
    /// Exact origin.
    pub origin: String,
}

/// First frame of a host. Unknown members are ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Welcome {
    /// The version both speak.
    pub version: u32,
    /// Session id.
    pub session: String,
    /// Rotated at each welcome.
    pub resume_token: String,
    /// Whether the session goes on.
    pub resumed: bool,
    /// Why not: `new`, `expired`, `unknown_session`, `overflow`, `identity_changed`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Highest contiguous `seq` the host took.
    pub received: u64,
    /// Who the host says the plugin is.
    pub plugin: PluginGrant,
    /// Scopes granted.
    pub granted: Vec<String>,
    /// Scopes wanted but not granted.
    pub denied: Vec<String>,
    /// Events that the host sends at most, where it says so; `*` stands for any of the desktop's own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub events: Option<Vec<String>>,
    /// What the host asks the plugin to keep to.
    pub limits: LinkLimits,
    /// Heartbeat timing.
    pub heartbeat: Heartbeat,
    /// How long the host keeps a session without a link.
    pub resume_window_ms: u64,
    /// The host's wall clock, epoch milliseconds.
    pub time: u64,
    /// Who the host is.
    pub host: HostInfo,
    /// State at seq 0, when not resumed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub snapshot: Option<serde_json::Value>,
}

/// Who the host says the plugin is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginGrant {
    /// Id that the host uses.
    pub id: String,
    /// Plugin type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
    pub plugin_type: Option<String>,
}

/// What the host asks the plugin to keep to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkLimits {
    /// Bytes of one frame to the host.
    pub max_frame_bytes: u64,
    /// Frames written and not acknowledged.
    pub window: u64,
    /// Bytes written and not acknowledged.
    pub window_bytes: u64,
    /// Requests per second; 0 switches pacing off.
    #[serde(serialize_with = "rate")]
    pub rate_per_second: f64,
    /// Requests that may go at once.
    pub burst: u64,
}

/// Writes a whole rate as an integer, as every other peer does.
#[expect(clippy::cast_possible_truncation, reason = "only values that the cast keeps are cast")]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn rate<S: serde::Serializer>(rate: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if rate.fract() == 0.0 && rate.abs() < 1e15 {
        serializer.serialize_i64(*rate as i64)
    } else {
        serializer.serialize_f64(*rate)
    }
}

/// Heartbeat timing, decided by the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heartbeat {
    /// Silence before a ping.
    pub interval_ms: u64,
    /// Silence after a ping before the link is dropped.
    pub timeout_ms: u64,
}

/// Who the host is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HostInfo {
    /// Product name.
    pub name: String,
    /// Product version.
    pub version: String,
    /// Where its events come from.
    pub source: Source,
}

/// Where a host's events come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A real desktop.
    Host,
    /// The simulator.
    Simulator,
    /// A replayed recording.
    Recording,
}

/// Reads a `hello`. How many versions it names and whether one of them fits is judged later, by
/// [`Hello::speaks`]: a peer without a common version is told so with 4506, not 4500.
pub(super) fn hello(mut fields: Fields) -> Result<Hello, DecodeError> {
    Ok(Hello {
        versions: fields.list("versions", "an array of positive integers", |version| {
            // Beyond 32 bits a version is one that nobody speaks.
            version.as_u64().map(|version| u32::try_from(version).unwrap_or(u32::MAX))
        })?,
        plugin: plugin_info(fields.fields("plugin")?)?,
        sdk: sdk_info(fields.fields("sdk")?)?,
        auth: fields.optional_fields("auth")?.map(auth).transpose()?,
        want: fields.optional_fields("want")?.map(want).transpose()?,
        resume: fields.optional_fields("resume")?.map(resume).transpose()?,
        embed: fields.optional_fields("embed")?.map(embed).transpose()?,
        role: fields.optional_text("role")?,
    })
}

/// Reads a `welcome`.
pub(super) fn welcome(mut fields: Fields) -> Result<Welcome, DecodeError> {
    let version = fields.integer("version")?;
    Ok(Welcome {
        version: u32::try_from(version).unwrap_or(u32::MAX),
        session: fields.string("session", "a string that is not empty", not_empty)?,
        resume_token: fields.string("resumeToken", "a string that is not empty", not_empty)?,
        resumed: fields.bool("resumed")?,
        reason: fields.optional_text("reason")?,
        received: fields.integer("received")?,
        plugin: plugin_grant(fields.fields("plugin")?)?,
        granted: fields.list("granted", "an array of strings", text_element)?,
        denied: fields.list("denied", "an array of strings", text_element)?,
        events: fields.optional_list("events", "an array of strings", text_element)?,
        limits: link_limits(fields.fields("limits")?)?,
        heartbeat: heartbeat(fields.fields("heartbeat")?)?,
        resume_window_ms: fields.integer("resumeWindowMs")?,
        time: fields.integer("time")?,
        host: host_info(fields.fields("host")?)?,
        snapshot: fields.take("snapshot"),
    })
}

fn plugin_info(mut fields: Fields) -> Result<PluginInfo, DecodeError> {
    Ok(PluginInfo {
        id: fields.optional_string("id", "1 to 64 of the characters a-z 0-9 . _ -", is_plugin_id)?,
        version: fields.optional_text("version")?,
        plugin_type: fields.optional_text("type")?,
        instance: fields.string("instance", "a string of 1 to 64 characters", is_id)?,
    })
}

fn sdk_info(mut fields: Fields) -> Result<SdkInfo, DecodeError> {
    Ok(SdkInfo {
        name: fields.text("name")?,
        version: fields.text("version")?,
        runtime: fields.optional_text("runtime")?,
    })
}

fn auth(mut fields: Fields) -> Result<Auth, DecodeError> {
    Ok(Auth { scheme: fields.text("scheme")?, token: fields.text("token")? })
}

fn want(mut fields: Fields) -> Result<Want, DecodeError> {
    Ok(Want {
        scopes: fields.optional_list("scopes", "an array of strings", text_element)?,
        events: fields.optional_list("events", "an array of strings", text_element)?,
    })
}

fn resume(mut fields: Fields) -> Result<Resume, DecodeError> {
    Ok(Resume {
        session: fields.text("session")?,
        resume_token: fields.text("resumeToken")?,
        received: fields.integer("received")?,
    })
}

fn embed(mut fields: Fields) -> Result<Embed, DecodeError> {
    Ok(Embed { origin: fields.text("origin")? })
}

fn plugin_grant(mut fields: Fields) -> Result<PluginGrant, DecodeError> {
    Ok(PluginGrant { id: fields.text("id")?, plugin_type: fields.optional_text("type")? })
}

fn link_limits(mut fields: Fields) -> Result<LinkLimits, DecodeError> {
    Ok(LinkLimits {
        max_frame_bytes: fields.integer("maxFrameBytes")?,
        window: fields.integer("window")?,
        window_bytes: fields.integer("windowBytes")?,
        rate_per_second: fields.rate("ratePerSecond")?,
        burst: fields.integer("burst")?,
    })
}

fn heartbeat(mut fields: Fields) -> Result<Heartbeat, DecodeError> {
    Ok(Heartbeat { interval_ms: fields.integer("intervalMs")?, timeout_ms: fields.integer("timeoutMs")? })
}

fn host_info(mut fields: Fields) -> Result<HostInfo, DecodeError> {
    Ok(HostInfo {
        name: fields.text("name")?,
        version: fields.text("version")?,
        source: match fields.text("source")?.as_str() {
            "host" => Source::Host,
            "simulator" => Source::Simulator,
            "recording" => Source::Recording,
            _ => return Err(fields.wrong("source", "host, simulator or recording")),
        },
    })
}

/// Whether `id` is `[a-z0-9._-]{1,64}`, the grammar of plugin ids.
pub fn is_plugin_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'))
}

fn not_empty(text: &str) -> bool {
    !text.is_empty()
}
