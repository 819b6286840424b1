//! Scenarios as text: JSON, in which options that have their default are left out.

use serde_json::Value;

use super::Scenario;

impl Scenario {
    pub fn text(&self) -> String {
        let mut value = serde_json::to_value(self).expect("a scenario is a value");
        tidy(&mut value, false);
        let text = serde_json::to_string_pretty(&value).expect("a value is a text");
        // Pairs and small things stand in one line.
        shorter(&text) + "\n"
    }

    pub fn parse(text: &str) -> Result<Scenario, String> {
        // Names of languages are static: the text is kept until the program ends.
        let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

fn tidy(value: &mut Value, is_options: bool) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !(value.is_null() || is_options && value.as_u64() == Some(0)));
            fields.iter_mut().for_each(|(name, value)| tidy(value, name == "options"));
        }
        Value::Array(all) => all.iter_mut().for_each(|value| tidy(value, false)),
        _ => {}
    }
}

/// Joins the lines of what holds nothing large.
fn shorter(text: &str) -> String {
    const LONGEST: usize = 100;
    let lines: Vec<&str> = text.lines().collect();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < lines.len() {
        let indent = lines[at].len() - lines[at].trim_start().len();
        let opens = lines[at].ends_with(['[', '{']);
        let end = opens.then(|| {
            let closes = |line: &&str| line.len() - line.trim_start().len() == indent;
            at + 1 + lines[at + 1..].iter().position(closes).unwrap_or(0)
        });
        let joined = end.map(|end| {
            lines[at].to_owned()
                + &lines[at + 1..=end].iter().map(|line| line.trim().to_owned() + " ").collect::<String>()
        });
        match (joined, end) {
            (Some(line), Some(end)) if line.len() <= LONGEST => {
                out.push(line.trim_end().to_owned());
                at = end + 1;
            }
            _ => {
                out.push(lines[at].to_owned());
                at += 1;
            }
        }
    }
    out.join("\n")
}

/// A behaviour is written down by its name.
pub mod behaviour {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::hostile::{self, Behaviour};

    pub fn serialize<S: Serializer>(
        behaviour: &Option<&'static Behaviour>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        behaviour.map(|behaviour| behaviour.name).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<&'static Behaviour>, D::Error> {
        let Some(name) = Option::<String>::deserialize(from)? else { return Ok(None) };
        hostile::named(&name).map(Some).ok_or_else(|| D::Error::custom(format!("no such behaviour: {name}")))
    }
}
