use serde_json::{Value, json};

use super::pack::pack;
use super::report::Report;
use super::{EventName, Method, Reader, samples, walk};

fn readers() -> Vec<(Reader, Value)> {
    let events = EventName::ALL.iter().map(|event| (Reader::Event(*event), samples::event(*event)));
    events
        .chain(Method::ALL.iter().map(|method| (Reader::Answer(*method), samples::answer(*method))))
        .collect()
}

#[test]
fn every_sample_is_packed() {
    for (reader, sample) in readers() {
        assert!(pack(reader, &sample.to_string()).is_some(), "{reader:?}");
    }
}

#[test]
fn nothing_is_packed_that_the_full_check_refuses() {
    let intruders = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(9_007_199_254_740_991_u64),
        json!(""),
        json!("voice"),
        json!([]),
        json!([null]),
        json!({}),
        json!({"x": {"y": [1, "z"]}}),
    ];
    let (mut packed, mut refused) = (0, 0);
    for (reader, sample) in readers() {
        for place in places(&sample, String::new()) {
            for intruder in intruders.iter().map(Some).chain([None]) {
                let changed = with(&sample, &place, intruder.cloned());
                let mut report = Report::default();
                walk::walk(reader.type_name(), &changed, &mut report);
                let is_sound = report.finish().is_ok();
                let is_packed = pack(reader, &changed.to_string()).is_some();
                assert!(is_sound || !is_packed, "{reader:?} {place} {intruder:?}");
                packed += usize::from(is_packed);
                refused += usize::from(!is_sound);
            }
        }
    }
    assert!(packed > 1_000 && refused > 1_000, "{packed} {refused}");
}

/// The pointers of all values inside of `value`.
fn places(value: &Value, at: String) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            members.iter().map(|(key, value)| (key.replace('/', "~1"), value)).collect()
        }
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => vec![],
    };
    inner
        .into_iter()
        .flat_map(|(key, value)| {
            let at = format!("{at}/{key}");
            let mut places = places(value, at.clone());
            places.push(at);
            places
        })
        .collect()
}

/// The value with something else in this place, or nothing.
fn with(value: &Value, place: &str, intruder: Option<Value>) -> Value {
    let mut changed = value.clone();
    if let Some(intruder) = intruder {
        *changed.pointer_mut(place).unwrap() = intruder;
    } else if let Some((parent, key)) = place.rsplit_once('/')
        && let Some(Value::Object(members)) = changed.pointer_mut(parent)
    {
        members.shift_remove(&key.replace("~1", "/"));
    }
    changed
}
