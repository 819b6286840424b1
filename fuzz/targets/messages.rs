//! Messages of the service: the short way and the full parser read the same, and the form of the JSON makes no
//! difference.

use palabra::wire::{json, stt, translation, tts};
use serde_json::Value;

use super::json::are_same;

/// What a message says, whatever it looks like.
#[derive(Debug)]
struct Said {
    what: String,
    json: Option<Value>,
    is_audio: bool,
}

impl PartialEq for Said {
    fn eq(&self, other: &Said) -> bool {
        (&self.what, self.is_audio) == (&other.what, other.is_audio)
            && are_same(self.json.as_ref(), other.json.as_ref())
    }
}

/// `None`: not a text.
type Reader = fn(&[u8]) -> Option<Said>;

fn said(what: String) -> Said {
    Said { what, json: None, is_audio: false }
}

fn with_json(what: String, json: &str) -> Said {
    // What is no strict JSON is passed on as it came.
    let json = serde_json::from_str(json).unwrap_or_else(|_| Value::String(json.to_owned()));
    Said { what, json: Some(json), is_audio: false }
}

pub fn run(data: &[u8]) {
    let readers: [Reader; 3] = [of_translation, of_tts, of_stt];
    for read in readers {
        check(data, read);
    }
    check_mending(data);
}

fn check(data: &[u8], read: Reader) {
    let first = read(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    let first = first.expect("a text is read");
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    assert_eq!(read(value.to_string().as_bytes()).as_ref(), Some(&first), "printed anew");
    if first.is_audio && value.as_object().is_some_and(|object| !object.is_empty()) {
        // No list is read in the short way.
        let full = text.trim_start().replacen('{', r#"{"_":[1],"#, 1);
        assert_eq!(read(full.as_bytes()), Some(first), "by the full parser");
    }
}

fn of_translation(frame: &[u8]) -> Option<Said> {
    use translation::incoming::{Message, OutputFormat, read};
    let took = read(frame, |message| match message {
        Message::Transcript(text) => said(format!(
            "{:?} {:?} {:?} {} {} {} {:?} {:?}",
            &*text.text,
            &*text.language,
            &*text.id,
            text.is_final,
            text.is_translation,
            text.part,
            text.start_ms,
            text.end_ms
        )),
        Message::Audio(audio) => {
            let pcm = audio.samples(OutputFormat::Pcm, Some(7), 4096);
            let packed = audio.samples(OutputFormat::ZlibPcm, None, 4096);
            let what =
                (&*audio.language, &*audio.id, audio.is_last, audio.part, audio.is_empty(), pcm, packed);
            Said { is_audio: true, ..said(format!("{what:?}")) }
        }
        Message::TaskInfo { json } => with_json("task".into(), json),
        Message::Raw { json, queue_level_ms } => with_json(format!("raw {queue_level_ms:?}"), json),
        other => said(format!("{other:?}")),
    });
    took.ok()
}

fn of_tts(frame: &[u8]) -> Option<Said> {
    use tts::incoming::{Message, read};
    let took = read(frame, |message| match message {
        Message::Audio(audio) => {
            let pcm = audio.samples(tts::Format::Pcm, vec![7]);
            let wav = audio.samples(tts::Format::Wav, Vec::new());
            let what = (&*audio.generation, audio.is_last, audio.is_empty(), audio.bytes(), pcm, wav);
            Said { is_audio: true, ..said(format!("{what:?}")) }
        }
        Message::Raw { json } => with_json("raw".into(), json),
        other => said(format!("{other:?}")),
    });
    took.ok()
}

fn of_stt(frame: &[u8]) -> Option<Said> {
    use stt::incoming::{Message, read};
    let took = read(frame, |message| match message {
        Message::Transcript(text) => {
            assert!(!text.answers_finalize() || (text.is_final() && !text.is_translation));
            let what = (text.text(), &*text.language, &*text.id, text.is_final(), text.answers_finalize());
            with_json(
                format!("{what:?} {} {:?} {:?}", text.is_translation, text.start_ms, text.end_ms),
                text.json,
            )
        }
        Message::Raw { json } => with_json("raw".into(), json),
        other => said(format!("{other:?}")),
    });
    took.ok()
}

/// What is strict stays as it is, and what was mended is strict.
fn check_mending(data: &[u8]) {
    let mended = json::value(data);
    if let Ok(strict) = serde_json::from_slice::<Value>(data) {
        assert_eq!(mended.as_ref(), Some(&strict));
    }
    if let Some(mended) = mended {
        let again = json::value(mended.to_string().as_bytes());
        assert!(are_same(again.as_ref(), Some(&mended)), "{again:?} of {mended:?}");
    }
}
