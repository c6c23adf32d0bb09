/// Which way a frame travels; the caps differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Plugin → host: small caps, strict payloads.
    ToHost,
    /// Host → plugin: large caps, open payloads.
    ToPlugin,
}

/// Caps that [`super::decode`] enforces on one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole frame.
    pub max_frame_bytes: usize,
    /// Nesting of objects and arrays inside `payload` or `result`; the payload object itself is depth 1.
    pub max_depth: usize,
    /// Members and elements, counted together over the whole payload.
    pub max_members: usize,
    /// Least UTF-8 bytes of one key.
    pub min_key_bytes: usize,
    /// Most UTF-8 bytes of one key.
    pub max_key_bytes: usize,
    /// Whether `__proto__`, `constructor` and `prototype` are refused as keys of a payload.
    pub forbid_prototype_keys: bool,
}

impl Limits {
    /// What a plugin may send before `welcome`.
    pub const HELLO: Self = Self { max_frame_bytes: 8 * 1024, ..Self::TO_HOST };
    /// What a plugin may send.
    pub const TO_HOST: Self = Self {
        max_frame_bytes: 131_072,
        max_depth: 32,
        max_members: 4_096,
        min_key_bytes: 1,
        max_key_bytes: 128,
        forbid_prototype_keys: true,
    };
    /// What a host may send.
    pub const TO_PLUGIN: Self = Self {
        max_frame_bytes: 1_048_576,
        max_depth: 32,
        max_members: 65_536,
        min_key_bytes: 0,
        max_key_bytes: 1_024,
        forbid_prototype_keys: false,
    };
    /// The first frame a host sends, which carries the snapshot.
    pub const WELCOME: Self = Self { max_frame_bytes: 4 * 1_048_576, ..Self::TO_PLUGIN };
}
