use serde_json::{Value, json};

use super::pack::{pack, pack_first};
use super::report::Report;
use super::{EventName, Method, Packed, Reader, samples, walk};
use crate::wire::{Body, Limits};

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

#[test]
fn a_text_that_nobody_has_walked_is_packed_only_as_the_walk_and_the_packer_would_together() {
    let mut seed = 20_261_122_u32;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below
    };
    let pieces = [
        "\"", "\\", "\\u00e9", "\\ud800", "\n", "{", "}", "[", "]", ",", ":", "0", "9", "-", ".5", "e9",
        "null", "true", " ", "\"a\":1,",
    ];
    let (mut packed, mut refused) = (0, 0);
    for (reader, sample) in readers() {
        let text = sample.to_string();
        for round in 0..200 {
            let mut changed = text.clone();
            // The first ones are left whole.
            for _ in 0..round.min(2) {
                let from = random(changed.len());
                let to = (from + random(3)).min(changed.len());
                if changed.is_char_boundary(from) && changed.is_char_boundary(to) {
                    changed.replace_range(from..to, pieces[random(pieces.len())]);
                }
            }
            let first = pack_first(reader, &format!("{changed}}}"));
            let whole = first.filter(|(_, end)| *end == changed.len()).map(|(packed, _)| packed);
            let walked =
                Body::parse(&changed, &Limits::TO_PLUGIN).ok().filter(|body| body.faults().is_empty());
            let expected = walked.and_then(|body| pack(reader, body.json()));
            match whole {
                Some(whole) => {
                    assert!(expected.is_some_and(|expected| same(&expected, &whole)), "{reader:?} {changed}");
                    packed += 1;
                }
                None => refused += 1,
            }
        }
    }
    assert!(packed > 200 && refused > 1_000, "{packed} {refused}");
}

/// Equal, where two that are not a number are equal too.
fn same(a: &Packed, b: &Packed) -> bool {
    let bits = |packed: &Packed| packed.doubles.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
    (a.reader, &a.text, &a.wholes, bits(a)) == (b.reader, &b.text, &b.wholes, bits(b))
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
