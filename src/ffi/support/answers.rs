//! What the service answered, on its way to the caller.

use zeroize::Zeroizing;

use super::super::types::account::*;
use super::held::{Held, hold};
use super::numbers::count;
use super::payload::{HeldList, HeldSecrets, HeldTexts, Payload};
use super::sized;
use crate::client::glossaries::{Glossary, Kind};
use crate::client::rest::RestSession;
use crate::client::secret::Secret;
use crate::client::voices::{Voice, VoiceStatus};
use crate::error::Status;

/// A struct that is filled with what the service said.
pub(in crate::ffi) trait Answer: Held {
    type Said: Send + 'static;

    /// The struct, and what it points into.
    fn of(said: Self::Said) -> (Self, Payload);
}

/// # Safety
/// `out` is NULL or points to as many writable bytes as its `struct_size` says.
pub(super) unsafe fn hand_over<T: Answer>(out: *mut T, said: T::Said) -> Result<(), Status> {
    let (filled, payload) = T::of(said);
    // SAFETY: the caller's promise.
    unsafe { sized::write(out, &hold(filled, payload)?) }
}

impl Answer for palabra_rest_session {
    type Said = RestSession;

    fn of(said: RestSession) -> (palabra_rest_session, Payload) {
        let mut texts = HeldSecrets::default();
        (rest_session(&said, &mut texts), Payload::Secrets(texts))
    }
}

impl Answer for palabra_rest_sessions {
    type Said = Vec<RestSession>;

    fn of(said: Vec<RestSession>) -> (palabra_rest_sessions, Payload) {
        let held = HeldList::of(&said, rest_session);
        let filled =
            palabra_rest_sessions { count: count(said.len()), items: held.pointers(), ..sized::empty() };
        (filled, Payload::RestSessions(held))
    }
}

impl Answer for palabra_voice {
    type Said = Voice;

    fn of(said: Voice) -> (palabra_voice, Payload) {
        let mut texts = HeldTexts::default();
        (voice(&said, &mut texts), Payload::Texts(texts))
    }
}

impl Answer for palabra_voices {
    type Said = Vec<Voice>;

    fn of(said: Vec<Voice>) -> (palabra_voices, Payload) {
        let held = HeldList::of(&said, voice);
        let filled = palabra_voices { count: count(said.len()), items: held.pointers(), ..sized::empty() };
        (filled, Payload::Voices(held))
    }
}

impl Answer for palabra_glossary {
    type Said = Glossary;

    fn of(said: Glossary) -> (palabra_glossary, Payload) {
        let mut texts = HeldTexts::default();
        (glossary(&said, &mut texts), Payload::Texts(texts))
    }
}

impl Answer for palabra_glossaries {
    type Said = Vec<Glossary>;

    fn of(said: Vec<Glossary>) -> (palabra_glossaries, Payload) {
        let held = HeldList::of(&said, glossary);
        let filled =
            palabra_glossaries { count: count(said.len()), items: held.pointers(), ..sized::empty() };
        (filled, Payload::Glossaries(held))
    }
}

impl Answer for palabra_glossary_csv {
    type Said = Vec<u8>;

    fn of(mut said: Vec<u8>) -> (palabra_glossary_csv, Payload) {
        let text_len = count(said.len());
        said.push(0);
        // The buffer stays where it is when it is moved.
        let filled = palabra_glossary_csv { text_len, text: said.as_ptr().cast(), ..sized::empty() };
        (filled, Payload::Csv(said))
    }
}

fn rest_session(session: &RestSession, texts: &mut HeldSecrets) -> palabra_rest_session {
    let subscribers: Vec<&str> = session.subscribers.iter().map(Secret::expose).collect();
    palabra_rest_session {
        id: texts.hold(&session.id),
        stream_url: texts.hold(&session.ws_url),
        tts_stream_url: texts.hold(&session.ws_tts_url),
        token: texts.hold(session.token.expose()),
        subscriber_tokens: texts.hold(&Zeroizing::new(subscribers.join(","))),
        webrtc_url: texts.hold(&session.webrtc_url),
        webrtc_room_name: texts.hold(&session.webrtc_room_name),
        intent: texts.hold(&session.intent),
        created_at: texts.hold(&session.created_at),
        updated_at: texts.hold(&session.updated_at),
        expires_at: texts.hold(&session.expires_at),
        json: texts.hold(session.json.expose()),
        reserved_text: c"".as_ptr(),
        ..sized::empty()
    }
}

fn voice(voice: &Voice, texts: &mut HeldTexts) -> palabra_voice {
    palabra_voice {
        status: match voice.status {
            VoiceStatus::Unknown => PALABRA_VOICE_STATUS_UNKNOWN,
            VoiceStatus::Created => PALABRA_VOICE_STATUS_CREATED,
            VoiceStatus::Pending => PALABRA_VOICE_STATUS_PENDING,
            VoiceStatus::Ready => PALABRA_VOICE_STATUS_READY,
            VoiceStatus::Failed => PALABRA_VOICE_STATUS_FAILED,
        },
        id: texts.hold(&voice.id),
        name: texts.hold(&voice.name),
        language: texts.hold(&voice.language),
        description: texts.hold(&voice.description),
        voice_type: texts.hold(&voice.voice_type),
        gender: texts.hold(&voice.labels.gender),
        age_group: texts.hold(&voice.labels.age_group),
        mood: texts.hold(&voice.labels.mood),
        errors: texts.hold(&voice.errors),
        warnings: texts.hold(&voice.warnings),
        json: texts.hold(&voice.json),
        ..sized::empty()
    }
}

fn glossary(glossary: &Glossary, texts: &mut HeldTexts) -> palabra_glossary {
    palabra_glossary {
        flags: if glossary.enabled { 0 } else { PALABRA_GLOSSARY_DISABLED },
        kind: match glossary.kind {
            None => PALABRA_GLOSSARY_UNKNOWN,
            Some(Kind::Hotwords) => PALABRA_GLOSSARY_HOTWORDS,
            Some(Kind::Verification) => PALABRA_GLOSSARY_VERIFICATION,
            Some(Kind::Translation) => PALABRA_GLOSSARY_TRANSLATION,
        },
        id: texts.hold(&glossary.id),
        name: texts.hold(&glossary.name),
        source_language: texts.hold(&glossary.source_language),
        target_language: texts.hold(&glossary.target_language),
        json: texts.hold(&glossary.json),
        ..sized::empty()
    }
}
