//! Calls that wait, on threads of their own: files, sends at the pace of speech, texts that are spoken to their end.

use std::ffi::CString;
use std::path::Path;
use std::ptr::null;

use palabra::ffi::audio::{palabra_audio_release, palabra_session_send_paced};
use palabra::ffi::file::palabra_session_send_file;
use palabra::ffi::stt::palabra_session_send_encoded_paced;
use palabra::ffi::tts::palabra_session_synthesize;
use palabra::ffi::types::audio::palabra_audio;
use palabra::ffi::types::base::palabra_error;
use palabra::ffi::types::session::palabra_session;

use super::record::{Record, Spoken, Waited};
use super::sound;
use super::talk::{Talk, prepared};
use crate::scenario::{Call, File, Format};
use crate::tone::Ear;
use crate::world::World;

/// What a call needs of the sound that it sends.
pub struct Given {
    pub samples: Vec<i16>,
    /// Where it stands in the sound of the plan.
    pub from_us: u64,
    pub format: Format,
}

/// What a call has returned.
struct Returned {
    status: i32,
    /// Speech, and its rate.
    speech: Option<(Vec<i16>, i32)>,
}

/// How much is offered, in frames or in bytes, and how much of it a second has.
fn offered(call: &Call, given: &Given) -> (i64, i32) {
    match call {
        Call::SendEncoded { .. } => (44 + 2 * given.samples.len() as i64, 2 * given.format.rate),
        _ => (given.samples.len() as i64, given.format.rate),
    }
}

/// Makes a call. `name` is that of its file.
pub fn make(talk: &Talk, call: Call, name: &str, given: Given) -> impl Future<Output = ()> + Send + use<> {
    let (record, world) = (talk.record.clone(), talk.world().clone());
    let path = format!("{}/{name}.wav", World::FOLDER);
    if let Call::SendFile { file, .. } = &call {
        give(&world, *file, &path, &given);
    }
    let (offered, rate) = offered(&call, &given);
    let (from_us, ms) = (given.from_us, call.timeout_ms());
    let (kind, begun) = (call.name(), talk.now_us());
    let returned = talk.call(move |session| returned(session, &call, &path, &given));
    async move {
        let Returned { status, speech } = returned.await;
        let took_us = world.now_us() - begun;
        world.trace.note(world.now_us(), "caller", &[status as u64, took_us], || {
            format!("{kind} within {ms} ms returned {status} after {} ms", took_us / 1000)
        });
        note(&record, speech);
        let mut log = record.log();
        // Without a limit it lasts as long as it does.
        let ms = if ms < 0 { i32::MAX } else { ms };
        log.waits.push(Waited { name: kind, at_us: begun, ms, took_us, status, age_us: 0 });
        if kind != "synthesize" {
            let taken = i64::from(status.max(0));
            log.spoken.push(Spoken { from_us, rate, offered, taken, is_speech: true });
        }
    }
}

/// The numbers of a text that was spoken.
fn note(record: &Record, speech: Option<(Vec<i16>, i32)>) {
    if let Some((samples, rate)) = speech {
        let mut ear = Ear::new(rate as u32);
        ear.listen(&samples);
        ear.finish();
        record.log().texts.push(ear.heard);
    }
}

/// Puts a file on the disk.
fn give(world: &World, file: File, path: &str, given: &Given) {
    let mut content = sound::wav(given.format.rate, &given.samples);
    match file {
        File::Whole => {}
        File::Cut => content.truncate(content.len() * 2 / 3),
        File::Junk => content = b"no audio at all, but long enough for a header of some kind".to_vec(),
        File::Missing => return,
    }
    world.disk.give(Path::new(path), content);
}

fn returned(session: *mut palabra_session, call: &Call, path: &str, given: &Given) -> Returned {
    let mut error: palabra_error = prepared();
    // SAFETY: a handle, a prepared error, and texts and audio that outlive the call.
    let status = unsafe {
        match call {
            Call::SendFile { lead_ms, timeout_ms, .. } => {
                let path = CString::new(path).unwrap_or_default();
                palabra_session_send_file(session, path.as_ptr(), *lead_ms, *timeout_ms, &raw mut error)
            }
            Call::SendPaced { lead_ms, timeout_ms, .. } => {
                let audio = sound::encoded(given.format, &given.samples);
                let frames = given.samples.len() as i32;
                palabra_session_send_paced(session, audio.as_ptr().cast(), frames, *lead_ms, *timeout_ms)
            }
            Call::SendEncoded { ms, lead_ms, timeout_ms } => {
                let audio = sound::wav(given.format.rate, &given.samples);
                let (start, size) = (audio.as_ptr().cast(), audio.len() as i32);
                palabra_session_send_encoded_paced(session, start, size, *ms as i32, *lead_ms, *timeout_ms)
            }
            Call::Synthesize { text, timeout_ms } => return synthesized(session, text, *timeout_ms),
        }
    };
    Returned { status, speech: None }
}

fn synthesized(session: *mut palabra_session, text: &str, timeout_ms: i32) -> Returned {
    let text = CString::new(text).expect("no NUL");
    let (mut audio, mut error) = (prepared::<palabra_audio>(), prepared::<palabra_error>());
    // SAFETY: a handle, a text that outlives the call, prepared structs, and samples until they are released.
    unsafe {
        let (into, why) = (&raw mut audio, &raw mut error);
        let status = palabra_session_synthesize(session, text.as_ptr(), 0, null(), 0, into, timeout_ms, why);
        let samples = audio.frames.max(0) as usize * audio.channels.max(0) as usize;
        let speech = (status == 0 && !audio.pcm.is_null())
            .then(|| (std::slice::from_raw_parts(audio.pcm, samples).to_vec(), audio.sample_rate));
        palabra_audio_release(&raw mut audio);
        Returned { status, speech }
    }
}
