use crate::dispatch::Calls;

/// The calls of a tick; `js/requests.js` wrote their numbers into its buffer.
pub(super) fn calls(text: String, numbers: &[u8], count: u32) -> Calls {
    let numbers = numbers.chunks_exact(size_of::<f64>());
    let numbers = numbers.filter_map(|bytes| bytes.try_into().ok().map(f64::from_ne_bytes));
    Calls::new(text, numbers.collect(), count as usize)
}
