//! Emits the linker settings of a Node-API module, and only when that module is built.
fn main() {
    #[cfg(feature = "node")]
    napi_build::setup();
}
