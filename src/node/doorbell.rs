use std::sync::Arc;

use napi::bindgen_prelude::Function;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Result, Status};

use crate::driver::Wake;

/// Weak: it never keeps a process alive. Carries nothing: order and bounds are the inbox's.
type Doorbell = ThreadsafeFunction<(), (), (), Status, false, true>;

/// What the Rust side rings to have `ring` called on the JavaScript thread.
pub(super) fn doorbell(ring: &Function<'_, (), ()>) -> Result<Wake> {
    let bell: Doorbell =
        ring.build_threadsafe_function::<()>().callee_handled::<false>().weak::<true>().build()?;
    Ok(Arc::new(move || {
        // It refuses only when the environment is going down, and then nobody is left to tell.
        let _ = bell.call((), ThreadsafeFunctionCallMode::NonBlocking);
    }))
}
