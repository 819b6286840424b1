//! Tasks: merging is what its description says, and what is read back fits what stands there.

use palabra::wire::translation::task;
use serde_json::Value;

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = task::is_paused(text);
    let mut texts = text.split('\n').map(serde_json::from_str::<Value>);
    let Some(Ok(before)) = texts.next() else { return };
    check_reading(&before);
    let mut merged = before;
    for patch in texts.map_while(Result::ok) {
        let expected = merged_plainly(&merged, &patch);
        task::merge(&mut merged, patch.clone());
        assert_eq!(merged, expected);
        task::merge(&mut merged, patch);
        assert_eq!(merged, expected, "twice is as once");
        check_reading(&merged);
    }
}

fn merged_plainly(task: &Value, patch: &Value) -> Value {
    let (Value::Object(task), Value::Object(patch)) = (task, patch) else { return patch.clone() };
    let mut merged = task.clone();
    for (key, value) in patch {
        let value = match task.get(key) {
            Some(before) => merged_plainly(before, value),
            None => value.clone(),
        };
        merged.insert(key.clone(), value);
    }
    Value::Object(merged)
}

fn check_reading(value: &Value) {
    let languages = task::target_languages(value);
    let translations = &value["pipeline"]["translations"];
    for (n, language) in languages.iter().enumerate() {
        assert!(!languages[..n].contains(language), "each once");
        let entries = translations.as_array().expect("what lists languages is a list");
        assert!(entries.iter().any(|entry| entry["target_language"] == language.as_str()));
    }
    let source = &value["input_stream"]["source"];
    let format = task::input_format(value);
    if let Some(rate) = source["sample_rate"].as_u64().and_then(|rate| u32::try_from(rate).ok()) {
        assert_eq!(format.sample_rate, rate);
    }
    let is_pcm = task::input_is_pcm(value);
    assert!(!is_pcm || source["format"].as_str().is_none_or(|format| format == "pcm_s16le"));
    let _ = task::output_format(value);
}
