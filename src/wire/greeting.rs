//! Reads `hello` and `welcome`, the two frames that ignore unknown members at every level.

use super::decode::is_id;
use super::fields::{Fields, text_element};
use super::{
    Auth, DecodeError, Embed, Heartbeat, Hello, HostInfo, LinkLimits, PluginGrant, PluginInfo, Resume,
    SdkInfo, Source, Want, Welcome,
};

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
