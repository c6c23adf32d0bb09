use crate::dispatch::Calls;

/// The calls of a tick; `js/requests.js` wrote their numbers to the front of its buffer, which has room for many more.
pub(super) fn calls(text: String, numbers: &[u8], used: u32, count: u32) -> Calls {
    let mut copied = Vec::with_capacity((numbers.len() / size_of::<f64>()).min(used as usize));
    let numbers = numbers.chunks_exact(size_of::<f64>()).take(used as usize);
    copied.extend(numbers.filter_map(|bytes| bytes.try_into().ok().map(f64::from_ne_bytes)));
    Calls::new(text, copied, count as usize)
}
