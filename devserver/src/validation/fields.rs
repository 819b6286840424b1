//! Reads the fields of a message's data and records what is wrong with them.

use serde_json::{Map, Value};

use super::refusal::{DICT, ENUM, INTEGER, LIST, Problem, TEXT, VALUE};
use crate::languages;

#[derive(Default)]
pub struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    pub fn wrong(&mut self, place: impl Into<String>, message: impl Into<String>, kind: &'static str) {
        self.problems.push(Problem::new(place, message, kind));
    }

    /// A field that is missing or of another type.
    pub fn not_a(&mut self, kind: &'static str, found: Option<&Value>, place: &str) {
        let word = if kind == LIST { "list" } else { "dict" };
        self.problems.push(match found {
            None | Some(Value::Null) => Problem::missing(place),
            Some(_) => Problem::new(place, format!("value is not a valid {word}"), kind),
        });
    }

    /// A field that must be an object.
    pub fn object<'a>(
        &mut self,
        of: &'a Map<String, Value>,
        key: &str,
        place: &str,
    ) -> Option<&'a Map<String, Value>> {
        match of.get(key) {
            Some(Value::Object(map)) => Some(map),
            found => {
                self.not_a(DICT, found, place);
                None
            }
        }
    }

    /// A field that is a text.
    pub fn text<'a>(
        &mut self,
        of: &'a Map<String, Value>,
        key: &str,
        place: &str,
        required: bool,
    ) -> Option<&'a str> {
        match of.get(key) {
            Some(Value::String(text)) => return Some(text),
            None | Some(Value::Null) if required => self.problems.push(Problem::missing(place)),
            None | Some(Value::Null) => {}
            Some(_) => self.wrong(place, "str type expected", TEXT),
        }
        None
    }

    /// A field that is one of a few words, or absent.
    pub fn word<'a>(
        &mut self,
        of: &'a Map<String, Value>,
        key: &str,
        place: &str,
        known: &[&str],
    ) -> Option<&'a str> {
        match of.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(word)) if known.contains(&word.as_str()) => Some(word),
            Some(_) => {
                let message = format!("value is not one of {}", known.join(", "));
                self.wrong(format!("{place} -> {key}"), message, ENUM);
                None
            }
        }
    }

    /// A number in a range. A text that holds a number is accepted (protocol.md 15, row 38).
    pub fn number(
        &mut self,
        of: &Map<String, Value>,
        key: &str,
        place: &str,
        range: (f64, f64),
    ) -> Option<f64> {
        let number = match of.get(key) {
            None | Some(Value::Null) => return None,
            Some(Value::String(text)) => text.parse().ok(),
            Some(value) => value.as_f64(),
        };
        let fitting = number.filter(|n| (range.0..=range.1).contains(n));
        if fitting.is_none() {
            let end = if range.1 == f64::MAX { "on".to_owned() } else { format!("to {}", range.1) };
            let message = format!("value must be a number from {} {end}", range.0);
            self.wrong(format!("{place} -> {key}"), message, VALUE);
        }
        fitting
    }

    /// A whole number in a range.
    pub fn whole(
        &mut self,
        of: &Map<String, Value>,
        key: &str,
        place: &str,
        range: (f64, f64),
    ) -> Option<f64> {
        let number = self.number(of, key, place, range)?;
        if number.fract() != 0.0 {
            self.wrong(format!("{place} -> {key}"), "value is not a valid integer", INTEGER);
            return None;
        }
        Some(number)
    }

    pub fn language(&mut self, value: Option<&Value>, place: &str, known: &str) -> Option<String> {
        match value {
            None | Some(Value::Null) => self.problems.push(Problem::missing(place)),
            Some(Value::String(code)) if languages::has(known, code) => {
                return Some(code.clone());
            }
            Some(_) => self.wrong(place, "unknown language", VALUE),
        }
        None
    }
}
