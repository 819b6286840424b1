//! The arguments of the commands other than `set_task` (protocol.md 5.2).

use std::time::Duration;

use serde_json::{Map, Value};

use crate::engine::{Say, Scope, Source};
use crate::validation::refusal::{BOOLEAN, INTEGER, LIST, Problem, Refusal, TEXT, VALUE};

/// Longest text of `tts_task`, in code points.
const TEXT_LIMIT: usize = 2048;

/// `flush_task` and `interrupt_task`.
#[derive(Debug)]
pub struct Interrupt {
    pub scope: Scope,
    pub pause: bool,
}

pub fn interrupt(data: &Map<String, Value>) -> Result<Interrupt, Refusal> {
    const MODEL: &str = "InterruptTaskRequestMessage";
    let scope = match data.get("languages") {
        None | Some(Value::Null) => Scope::All,
        Some(Value::Array(list)) => languages(list, MODEL)?,
        Some(_) => return refused(MODEL, "languages", "value is not a valid list", LIST),
    };
    Ok(Interrupt { scope, pause: boolean(data, "pause_task", MODEL)? })
}

fn languages(list: &[Value], model: &'static str) -> Result<Scope, Refusal> {
    if let Some(at) = list.iter().position(|code| !code.is_string()) {
        return refused(model, format!("languages -> {at}"), "str type expected", TEXT);
    }
    let codes: Vec<String> = list.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    Ok(if codes.is_empty() || codes.iter().any(|c| c == "global") {
        Scope::All
    } else {
        Scope::Languages(codes)
    })
}

/// `tts_task`; without translation the language must be one of the targets.
pub fn say(data: &Map<String, Value>, targets: &[String], engine: &Source) -> Result<Say, Refusal> {
    const MODEL: &str = "TTSTaskRequestMessage";
    let text = text(data, "text", MODEL)?;
    if text.trim().is_empty() || text.chars().count() > TEXT_LIMIT {
        let message = format!("must have 1 to {TEXT_LIMIT} characters");
        return refused(MODEL, "text", message, VALUE);
    }
    let language = self::text(data, "language", MODEL)?;
    let translate = boolean(data, "translate_text", MODEL)?;
    let languages = if translate {
        for target in targets {
            if let Err(why) = engine.can_translate(language, target) {
                return refused(MODEL, "language", why, VALUE);
            }
        }
        targets.to_vec()
    } else if targets.iter().any(|t| t == language) {
        vec![language.to_owned()]
    } else {
        return refused(MODEL, "language", "must be one of the target languages", VALUE);
    };
    Ok(Say { text: text.to_owned(), language: language.to_owned(), languages, translate })
}

/// `end_task`.
#[derive(Debug, PartialEq)]
pub enum End {
    Force,
    After(Option<Duration>),
}

pub fn end(data: &Map<String, Value>) -> Result<End, Refusal> {
    const MODEL: &str = "EndTaskRequestMessage";
    if boolean(data, "force", MODEL)? {
        return Ok(End::Force);
    }
    match data.get("eos_timeout") {
        None | Some(Value::Null) => Ok(End::After(None)),
        Some(value) => match value.as_u64() {
            Some(seconds @ 1..=30) => Ok(End::After(Some(Duration::from_secs(seconds)))),
            _ => refused(MODEL, "eos_timeout", "must be a whole number from 1 to 30", INTEGER),
        },
    }
}

fn text<'a>(data: &'a Map<String, Value>, key: &str, model: &'static str) -> Result<&'a str, Refusal> {
    match data.get(key) {
        Some(Value::String(text)) => Ok(text),
        None | Some(Value::Null) => Err(Refusal::new(model, vec![Problem::missing(key)])),
        Some(_) => refused(model, key, "str type expected", TEXT),
    }
}

fn boolean(data: &Map<String, Value>, key: &str, model: &'static str) -> Result<bool, Refusal> {
    match data.get(key) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(value)) => Ok(*value),
        Some(_) => refused(model, key, "value could not be parsed to a boolean", BOOLEAN),
    }
}

fn refused<T>(
    model: &'static str,
    place: impl Into<String>,
    message: impl Into<String>,
    kind: &'static str,
) -> Result<T, Refusal> {
    Err(Refusal::new(model, vec![Problem::new(place, message, kind)]))
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
        let ask = |v| say(&map(v), &targets, &Source::Loopback);
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
