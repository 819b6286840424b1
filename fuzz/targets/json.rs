//! Equal JSON. A number with a fraction that is read, printed and read again may become one of its neighbours: serde_json reads fast.

use serde_json::Value;

/// Of the value.
const NEIGHBOURS: f64 = 4.0 * f64::EPSILON;

pub fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other
                || one
                    .as_f64()
                    .zip(other.as_f64())
                    .is_some_and(|(a, b)| (a - b).abs() <= a.abs() * NEIGHBOURS)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, one)| other.get(name).is_some_and(|other| is_same(one, other)))
        }
        _ => one == other,
    }
}

/// Also where there is none on either side.
pub fn are_same(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => is_same(one, other),
        _ => one.is_none() && other.is_none(),
    }
}
