//! The scenarios that come with the package.

/// Declares the bundled scenarios.
macro_rules! bundle {
    ($($name:literal,)*) => {
        /// Name and text of every bundled scenario.
        pub const BUNDLED: &[(&str, &str)] = &[$(
            ($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/", $name, ".yaml"))),
        )*];
    };
}

bundle! {
    "inbound-call",
    "outbound-call",
    "missed-call",
    "rejected-call",
    "hold-and-resume",
    "warm-transfer",
    "cold-transfer",
    "conference",
    "queue-callback",
    "two-contacts",
    "connection-lost",
}

/// The text of the bundled scenario of that name.
pub fn bundled(name: &str) -> Option<&'static str> {
    BUNDLED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
