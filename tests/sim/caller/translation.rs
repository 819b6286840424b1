//! A program that has its user's speech translated.

use std::ffi::CString;
use std::ptr::null_mut;
use std::sync::Arc;
use std::time::Duration;

use palabra::ffi::audio::palabra_session_send_audio;
use palabra::ffi::client::{palabra_client_free, palabra_client_new};
use palabra::ffi::session::palabra_session_end;
use palabra::ffi::translation::palabra_session_open_translation;
use palabra::ffi::types::base::palabra_error;
use palabra::ffi::types::client::{PALABRA_CLIENT_IGNORE_ENVIRONMENT, palabra_client_config};
use palabra::ffi::types::event::{PALABRA_EVENT_CLOSED, PALABRA_EVENT_READY};
use palabra::ffi::types::session::PALABRA_SESSION_DIALECT_V2;
use palabra::ffi::types::translation::palabra_translation_config;
use tokio::time::Instant;

use super::talk::{Did, Record, Talk, prepared};
use crate::tone::Mouth;
use crate::world::World;

const RATE: i32 = 16_000;
const FRAME: Duration = Duration::from_millis(20);

/// What the user does.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Speech and the silence after it, in ms.
    pub phrases: Vec<(u64, u64)>,
    /// The program closes its session at once, at this moment in ms.
    pub closes_at: Option<u64>,
    /// How long the program waits for the end.
    pub patience: Duration,
}

pub struct Translation {
    pub world: Arc<World>,
    pub url: String,
    pub plan: Plan,
    pub record: Arc<Record>,
}

impl Translation {
    pub async fn run(self) {
        let Some(mut talk) = self.open() else { return };
        let sound = sound(&self.plan.phrases);
        let give_up = Instant::now() + self.plan.patience;
        let close = self.plan.closes_at.map(|ms| Instant::now() + Duration::from_millis(ms));
        let (mut sent, mut next_frame, mut has_ended) = (0, None, false);
        let is_over = loop {
            let (mut is_over, mut is_closed) = (false, false);
            loop {
                match talk.poll() {
                    PALABRA_EVENT_READY => next_frame = Some(Instant::now()),
                    PALABRA_EVENT_CLOSED => is_closed = true,
                    0 => break,
                    kind if kind < 0 => {
                        is_over = true;
                        break;
                    }
                    _ => {}
                }
            }
            if is_over || is_closed {
                break true;
            }
            let now = Instant::now();
            if now >= give_up || close.is_some_and(|at| now >= at) {
                break false;
            }
            if next_frame.is_some_and(|at| at <= now) {
                let frame = &sound[sent..sound.len().min(sent + RATE as usize / 50)];
                if frame.is_empty() {
                    if !std::mem::replace(&mut has_ended, true) {
                        talk.did(Did::Ended(palabra_session_end(talk.session)));
                    }
                    next_frame = None;
                } else {
                    // SAFETY: a handle and so many samples.
                    let taken = unsafe {
                        palabra_session_send_audio(talk.session, frame.as_ptr().cast(), frame.len() as i32)
                    };
                    talk.did(Did::Sent(frame.len() as i32, taken));
                    sent += frame.len();
                    next_frame = next_frame.map(|at| at + FRAME);
                }
            }
            let until = [Some(give_up), close, next_frame].into_iter().flatten().min().unwrap_or(give_up);
            let woken = talk.woken.clone();
            if tokio::time::timeout_at(until, woken.notified()).await.is_ok() {
                talk.record.log().wakeups += 1;
            }
        };
        if is_over {
            while talk.poll() > 0 {}
        }
        talk.close();
    }

    fn open(&self) -> Option<Talk> {
        let url = CString::new(self.url.as_str()).ok()?;
        let mut error: palabra_error = prepared();
        let mut config: palabra_client_config = prepared();
        config.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
        config.credentials.api_key = c"dev-key".as_ptr();
        config.translation_url = url.as_ptr();
        let mut client = null_mut();
        // SAFETY: prepared structs and texts that outlive the call.
        let status = unsafe { palabra_client_new(&config, &mut client, &mut error) };
        assert_eq!(status, 0, "{}", words(&error));
        let mut options: palabra_translation_config = prepared();
        options.flags |= PALABRA_SESSION_DIALECT_V2;
        options.source_language = c"en".as_ptr();
        options.target_languages = c"es".as_ptr();
        options.input.format.sample_rate = RATE;
        options.input.format.channels = 1;
        let mut session = null_mut();
        // SAFETY: as above.
        let status = unsafe { palabra_session_open_translation(client, &options, &mut session, &mut error) };
        assert_eq!(status, 0, "{}", words(&error));
        assert_eq!(palabra_client_free(client), 0);
        let talk = Talk::new(session, self.world.clone(), "caller", self.record.clone());
        talk.did(Did::Opened);
        Some(talk)
    }
}

fn words(error: &palabra_error) -> String {
    // SAFETY: the text of a filled error ends in a NUL.
    unsafe { std::ffi::CStr::from_ptr(error.text.as_ptr()) }.to_string_lossy().into_owned()
}

/// Each 10 ms of speech has its number, counted from the beginning.
fn sound(phrases: &[(u64, u64)]) -> Vec<i16> {
    let mut mouth = Mouth::new(RATE as u32);
    for &(speech, silence) in phrases {
        mouth.speak(speech);
        mouth.pause(silence);
    }
    mouth.sound
}
