use std::collections::HashMap;
use std::sync::Arc;

use crate::transport::http::Reply;

/// One file that a host's port serves to `GET` and `HEAD`.
#[derive(Clone, Debug)]
pub struct Asset {
    /// `Content-Type`.
    pub content_type: String,
    /// Further header lines.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Arc<[u8]>,
}

/// Files by exact path. Bounded by what the application registers.
#[derive(Debug, Default)]
pub(super) struct Assets(HashMap<String, Asset>);

impl Assets {
    pub(super) fn insert(&mut self, path: String, asset: Asset) {
        self.0.insert(path, asset);
    }

    pub(super) fn reply(&self, path: &str) -> Option<Reply> {
        let asset = self.0.get(path)?;
        let reply = Reply::with_body(200, &asset.content_type, asset.body.to_vec());
        Some(asset.headers.iter().fold(reply, |reply, (name, value)| reply.header(name, value)))
    }
}
