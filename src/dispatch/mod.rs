//! Which delivery goes to whom: listeners, the buffer before a first listener, ordering.
#![forbid(unsafe_code)]
