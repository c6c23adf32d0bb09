//! Milliseconds as JavaScript has them: floats that are whole.

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts from floats saturate")]
pub(super) fn whole(time: f64) -> u64 {
    time as u64
}

#[expect(clippy::cast_precision_loss, reason = "epoch milliseconds are below 2^53")]
pub(super) fn number(time: u64) -> f64 {
    time as f64
}
