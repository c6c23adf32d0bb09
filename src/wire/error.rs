use super::scan::SyntaxFault;
use super::{CloseCode, ErrorCode};

/// An envelope error: the message is not a frame, and the link ends with [`Self::close_code`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeError {
    /// 4500, or 4510 for a frame above its size cap.
    pub close_code: CloseCode,
    /// `E_PROTOCOL` or `E_TOO_LARGE`.
    pub code: ErrorCode,
    /// Place and rule, never a value of the message.
    pub message: String,
    /// Byte offset of the fault in the message.
    pub at: usize,
}

impl DecodeError {
    pub(super) fn envelope(at: usize, message: impl Into<String>) -> Self {
        Self { close_code: CloseCode::BAD_FRAME, code: ErrorCode::Protocol, message: message.into(), at }
    }

    pub(super) fn too_large(cap: usize) -> Self {
        Self {
            close_code: CloseCode::FRAME_TOO_LARGE,
            code: ErrorCode::TooLarge,
            message: format!("the frame has more than {cap} bytes"),
            at: cap,
        }
    }
}

impl From<SyntaxFault> for DecodeError {
    fn from(fault: SyntaxFault) -> Self {
        Self::envelope(fault.at, fault.rule)
    }
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at byte {}: {}", self.code, self.at, self.message)
    }
}

impl std::error::Error for DecodeError {}
