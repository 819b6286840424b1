//! The arguments of the commands other than `set_task` (protocol.md 5.2).

use std::time::Duration;

use serde_json::{Map, Value};

use crate::engine::{Say, Scope};

/// Longest text of `tts_task`, in code points.
const TEXT_LIMIT: usize = 2048;

/// `flush_task` and `interrupt_task`.
#[derive(Debug)]
pub struct Interrupt {
    pub scope: Scope,
    pub pause: bool,
}

pub fn interrupt(data: &Map<String, Value>) -> Result<Interrupt, String> {
    let scope = match data.get("languages") {
        None | Some(Value::Null) => Scope::All,
        Some(Value::Array(list)) => {
            let codes: Option<Vec<String>> = list.iter().map(|v| v.as_str().map(str::to_owned)).collect();
            let codes = codes.ok_or("languages: str type expected")?;
            if codes.is_empty() || codes.iter().any(|c| c == "global") {
                Scope::All
            } else {
                Scope::Languages(codes)
            }
        }
        Some(_) => return Err("languages: value is not a valid list".to_owned()),
    };
    Ok(Interrupt { scope, pause: boolean(data, "pause_task")? })
}

/// `tts_task`; without translation the language must be one of the targets.
pub fn say(data: &Map<String, Value>, targets: &[String]) -> Result<Say, String> {
    let text = data.get("text").and_then(Value::as_str).ok_or("text: field required")?;
    if text.trim().is_empty() || text.chars().count() > TEXT_LIMIT {
        return Err(format!("text: must have 1 to {TEXT_LIMIT} characters"));
    }
    let language = data.get("language").and_then(Value::as_str).ok_or("language: field required")?;
    let translate = boolean(data, "translate_text")?;
    let languages = if translate {
        targets.to_vec()
    } else if targets.iter().any(|t| t == language) {
        vec![language.to_owned()]
    } else {
        return Err("language: must be one of the target languages".to_owned());
    };
    Ok(Say { text: text.to_owned(), languages, translate })
}

/// `end_task`.
#[derive(Debug, PartialEq)]
pub enum End {
    Force,
    After(Option<Duration>),
}

pub fn end(data: &Map<String, Value>) -> Result<End, String> {
    if boolean(data, "force")? {
        return Ok(End::Force);
    }
    match data.get("eos_timeout") {
        None | Some(Value::Null) => Ok(End::After(None)),
        Some(value) => match value.as_u64() {
            Some(seconds @ 1..=30) => Ok(End::After(Some(Duration::from_secs(seconds)))),
            _ => Err("eos_timeout: must be a whole number from 1 to 30".to_owned()),
        },
    }
}

fn boolean(data: &Map<String, Value>, key: &str) -> Result<bool, String> {
    match data.get(key) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(value)) => Ok(*value),
        Some(_) => Err(format!("{key}: value could not be parsed to a boolean")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn interrupts_name_all_or_some_languages() {
        for all in
            [json!({}), json!({"languages": []}), json!({"languages": ["global"], "pause_task": false})]
        {
            assert!(matches!(interrupt(&map(all)).unwrap().scope, Scope::All));
        }
        let some = interrupt(&map(json!({"languages": ["es"], "pause_task": true}))).unwrap();
        assert!(some.pause && matches!(some.scope, Scope::Languages(l) if l == ["es"]));
        for wrong in [json!({"languages": "es"}), json!({"languages": [1]}), json!({"pause_task": 1})] {
            assert!(interrupt(&map(wrong)).is_err());
        }
    }

    #[test]
    fn texts_are_checked() {
        let targets = ["es".to_owned(), "fr".to_owned()];
        let ask = |v| say(&map(v), &targets);
        assert_eq!(ask(json!({"text": "a", "language": "es"})).unwrap().languages, ["es"]);
        assert_eq!(
            ask(json!({"text": "a", "language": "en", "translate_text": true})).unwrap().languages.len(),
            2
        );
        for wrong in [
            json!({"text": "a", "language": "en"}),
            json!({"text": " ", "language": "es"}),
            json!({"text": "a"}),
            json!({"language": "es"}),
            json!({"text": "é".repeat(2049), "language": "es"}),
        ] {
            assert!(ask(wrong).is_err());
        }
        assert!(ask(json!({"text": "é".repeat(2048), "language": "es"})).is_ok());
    }

    #[test]
    fn ends_are_checked() {
        let ask = |v| end(&map(v));
        assert_eq!(ask(json!({})), Ok(End::After(None)));
        assert_eq!(
            ask(json!({"force": false, "eos_timeout": 5})),
            Ok(End::After(Some(Duration::from_secs(5))))
        );
        assert_eq!(ask(json!({"force": true})), Ok(End::Force));
        for wrong in [json!(0), json!(31), json!(1.5), json!("4")] {
            assert!(ask(json!({"eos_timeout": wrong})).is_err());
        }
    }
}
