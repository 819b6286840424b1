//! Speech-to-text: sessions that take audio and give texts.

use std::ffi::c_char;
use std::sync::Arc;

use super::client::palabra_client;
use super::guard::{given, given_ms, guard, known_flags};
use super::handles;
use super::queue::palabra_queue;
use super::session::{open, palabra_session, read_encoding, read_gap_policy, stream_address};
use super::sized::{self, Sized32};
use super::status::{palabra_error, palabra_status};
use super::text;
use crate::error::{Error, Status};
use crate::session::Session;
use crate::session::queue::Queue;
use crate::session::stt::options::SttOptions;
use crate::wire::stt::query::Finalization;

/// Give the service's JSON with every transcript (`json`).
pub const PALABRA_STT_JSON: u32 = 1;
/// Tell in LOG events what the session does.
pub const PALABRA_STT_LOG: u32 = 2;

/// Leave "um" and the like out.
pub const PALABRA_FILLERS_OUT: i32 = 1;
/// Keep them.
pub const PALABRA_FILLERS_KEPT: i32 = 2;

/// A text becomes final by a pause in speech.
pub const PALABRA_FINALIZATION_AUTO: i32 = 1;
/// A text becomes final when palabra_session_finalize() asks for it.
pub const PALABRA_FINALIZATION_MANUAL: i32 = 2;

/// Settings of a speech-to-text session. Zero or NULL means the default; prepare it with PALABRA_STT_CONFIG_INIT or
/// palabra_stt_config_init(). Needed only during palabra_session_open_stt(), which copies everything. Languages are
/// not checked here: the service's refusal arrives with its own words.
///
/// What goes out. One channel goes out as it is, in its own encoding and at its own rate: nothing is converted. Several
/// channels are mixed, or one is picked with `input_channel`, and go out as 16-bit samples at the same rate. What
/// comes after palabra_session_set_input_format() is converted to what the stream was opened with.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_stt_config {
    /// sizeof(palabra_stt_config).
    pub struct_size: u32,
    /// PALABRA_STT_* bits.
    pub flags: u32,
    /// Any number; comes back in every event of the session.
    pub session_tag: u64,
    /// Language spoken, such as "en"; NULL: the service finds out.
    pub language: *const c_char,
    /// Languages that each final is translated to, separated by commas; NULL: none.
    pub translate_languages: *const c_char,
    /// Address of a stream to use instead of that of the client; needs `token`.
    pub ws_url: *const c_char,
    /// Token for `ws_url`. Wiped from memory with the session.
    pub token: *const c_char,
    /// Queue to deliver the events to, shared with other sessions; NULL: the session has one of its own.
    pub queue: *mut palabra_queue,
    /// PALABRA_ENCODING_* of the audio that you send; 0: PALABRA_ENCODING_S16.
    pub input_encoding: i32,
    /// Its frames per second, 8000 to 48000; 0: 16000, of mu-law and A-law 8000.
    pub input_sample_rate: u32,
    /// Its interleaved channels, 1 to 8; 0: 1.
    pub input_channels: u32,
    /// The channel that is sent on, counted from 1; 0: all channels, mixed in equal parts.
    pub input_channel: u32,
    /// Length of a chunk on the wire in ms, 20 to 1000; 0: 320. The first goes in two messages, 100 ms and the rest; a
    /// slow line gets shorter ones.
    pub chunk_ms: u32,
    /// Capacity for audio that was not delivered yet in ms, 20 to 60000; 0: 2000. Also holds what is sent before READY.
    pub input_buffer_ms: u32,
    /// PALABRA_FILLERS_*; 0: the service's default, which is to leave them out, but not in Japanese.
    pub fillers: i32,
    /// PALABRA_FINALIZATION_*; 0: the service's default, which is PALABRA_FINALIZATION_AUTO.
    pub finalization_mode: i32,
    /// Seconds after which a text becomes final although nobody asked, with PALABRA_FINALIZATION_MANUAL, 1 to 3600; 0:
    /// the service's default.
    pub finalization_timeout_s: u32,
    /// How long the answer to palabra_session_finalize() may take in ms; 0: 10000.
    pub finalize_timeout_ms: u32,
    /// Events that may wait to be polled; 0: 1000.
    pub event_limit: u32,
    /// Bytes of events that may wait to be polled; 0: 16 MiB. An event that alone is larger, and larger than 64 KiB, is
    /// dropped.
    pub event_bytes_limit: u32,
    /// Limit for one attempt to reach the stream in ms; 0: the client's. With a client id and secret, creating the REST
    /// session before it makes up to three attempts, each within the client's limits.
    pub connect_timeout_ms: u32,
    /// Time in ms after which the connection counts as dead when the server sends nothing, or answers no ping: the
    /// library pings every 10 s, or every third of this time when that is shorter. Time in which the process was stopped
    /// does not count. 5000 to 300000; 0: 40000.
    pub liveness_timeout_ms: u32,
    /// PALABRA_GAP_NONE or PALABRA_GAP_SILENCE: what happens when you stop sending. Without silence in its place the
    /// service ends the session after about 10 s, and gives no final of what was said before; 0: nothing.
    pub gap_policy: u32,
    /// How long input must be missing for that in ms, 20 to 3600000, counted from the end of the audio sent so far;
    /// 0: 200.
    pub gap_after_ms: u32,
}

// SAFETY: integers and pointers, the size first, no padding between them, NULL is valid.
unsafe impl Sized32 for palabra_stt_config {
    const FIRST_SIZE: usize = 80 + size_of::<[usize; 5]>();
}

const _: () = assert!(std::mem::offset_of!(palabra_stt_config, gap_after_ms) == 76 + size_of::<[usize; 5]>());

/// Prepares a speech-to-text config: zeroes it and sets its size.
///
/// @param config the struct to prepare.
/// @param struct_size sizeof(palabra_stt_config).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `config` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_stt_config_init(
    config: *mut palabra_stt_config,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `config` and its size.
    guard(|| unsafe { sized::init(config, struct_size) }.map(|()| 0))
}

/// Opens a speech-to-text session and returns at once, in state CONNECTING.
///
/// The session is a palabra_session as any other: audio goes in by palabra_session_send_audio(), _send_paced() or
/// _send_file(), at the pace of speech: the service does not recognise properly what comes faster, so run at most half
/// a second ahead. READY comes as soon as the stream is open. Texts come as TRANSCRIPT: growing ones, which replace
/// each other, then one with FINAL, then its translations with FINAL and TRANSLATION; `utterance` and `id` are the same
/// for all of them. palabra_session_end() brings the last final. Calls that belong to translation (speak, interrupt,
/// pause, resume, tasks, reading speech, recording) return PALABRA_ERR_UNSUPPORTED.
///
/// An API key opens the stream of its region (or `stt_url` of the client); with a client id and secret a REST session is
/// created first, and deleted when the conversation is over.
///
/// @param client whose account.
/// @param config settings; NULL: the defaults.
/// @param session receives the handle, NULL on failure.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK;
///   PALABRA_ERR_BAD_HANDLE no client, or `queue` is no queue;
///   PALABRA_ERR_INVALID_ARGUMENT `session` is NULL, an impossible `struct_size`, a number out of its range, only one
///   of `ws_url` and `token`, no such region or no speech-to-text in it;
///   PALABRA_ERR_INVALID_UTF8 a text is not UTF-8;
///   PALABRA_ERR_UNSUPPORTED a flag, field, encoding or other number that this version does not know, or
///   PALABRA_GAP_PAUSE;
///   PALABRA_ERR_AUTH there are no credentials;
///   PALABRA_ERR_LIMIT too many sessions, or no thread can be started;
///   PALABRA_ERR_FORKED. What the service refuses shows in CLOSED: PALABRA_ERR_AUTH a bad key or token,
///   PALABRA_ERR_SESSION a setting (HTTP status 400 in palabra_session_last_error()) or too many streams (409).
///
/// **Threads:** any. **Blocks:** never. **Memory:** close with palabra_session_close(). **Since:** 0.1.
/// **Example:** stt_file.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_open_stt(
    client: *mut palabra_client,
    config: *const palabra_stt_config,
    session: *mut *mut palabra_session,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        open(client, session, error, |client| {
            let (options, queue) = read_options(config)?;
            Session::open_stt(client, options, queue)
        })
    }
}

/// Asks a speech-to-text session for a final now, without waiting for a pause: for the end of a turn that the program
/// knows of, as by a button.
///
/// What was sent before goes out first. The answer is a TRANSCRIPT with FINAL and the `user_tag` of the call; its text is
/// empty when nothing was said since the last final, and its language may be. It works in both finalization modes.
/// Without an answer within `finalize_timeout_ms`, ERROR comes with the `user_tag` and PALABRA_ERR_TIMEOUT.
///
/// @param session the session.
/// @param user_tag any number; comes back in the answer.
/// @return PALABRA_OK;
///   PALABRA_ERR_AGAIN 32 of them wait to be sent already;
///   PALABRA_ERR_ENDED, PALABRA_ERR_CLOSED no more input is taken;
///   PALABRA_ERR_UNSUPPORTED it is no speech-to-text session;
///   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_finalize(session: *mut palabra_session, user_tag: u64) -> palabra_status {
    guard(|| handles::session(session)?.finalize(user_tag).map(|()| 0).map_err(|error| error.status))
}

/// # Safety
/// `config` is NULL or valid as `palabra_session_open_stt` demands.
unsafe fn read_options(config: *const palabra_stt_config) -> Result<(SttOptions, Option<Arc<Queue>>), Error> {
    if config.is_null() {
        return Ok((SttOptions::default(), None));
    }
    // SAFETY: the caller's promise, for the struct and for the texts that it points to.
    unsafe {
        let config = sized::read(config)?;
        let flags = known_flags(config.flags, PALABRA_STT_JSON | PALABRA_STT_LOG)?;
        let ws_url = text::owned("ws_url", config.ws_url)?;
        let token = text::owned("token", config.token)?;
        let queue = if config.queue.is_null() { None } else { Some(handles::queue(config.queue)?.clone()) };
        let options = SttOptions {
            language: text::owned("language", config.language)?,
            translate_languages: text::owned("translate_languages", config.translate_languages)?,
            filler_filter: read_fillers(config.fillers)?,
            finalization: read_finalization(config.finalization_mode)?,
            finalization_timeout_s: given(config.finalization_timeout_s),
            encoding: read_encoding(config.input_encoding)?,
            sample_rate: given(config.input_sample_rate),
            channels: given(config.input_channels),
            channel: given(config.input_channel),
            chunk_ms: given(config.chunk_ms),
            input_buffer_ms: given(config.input_buffer_ms),
            finalize_timeout: given_ms(config.finalize_timeout_ms),
            event_limit: given(config.event_limit),
            event_bytes_limit: given(config.event_bytes_limit),
            connect_timeout: given_ms(config.connect_timeout_ms),
            liveness_timeout: given_ms(config.liveness_timeout_ms),
            stream: stream_address(ws_url, token)?,
            session_tag: config.session_tag,
            transcript_json: flags & PALABRA_STT_JSON != 0,
            log_events: flags & PALABRA_STT_LOG != 0,
            gap_policy: read_gap_policy(config.gap_policy)?,
            gap_after: given_ms(config.gap_after_ms),
        };
        Ok((options, queue))
    }
}

fn read_fillers(fillers: i32) -> Result<Option<bool>, Error> {
    match fillers {
        0 => Ok(None),
        PALABRA_FILLERS_OUT => Ok(Some(true)),
        PALABRA_FILLERS_KEPT => Ok(Some(false)),
        _ => Err(Error::new(Status::Unsupported, "this version does not know that value of fillers")),
    }
}

fn read_finalization(mode: i32) -> Result<Option<Finalization>, Error> {
    match mode {
        0 => Ok(None),
        PALABRA_FINALIZATION_AUTO => Ok(Some(Finalization::Auto)),
        PALABRA_FINALIZATION_MANUAL => Ok(Some(Finalization::Manual)),
        _ => Err(Error::new(Status::Unsupported, "this version does not know that finalization_mode")),
    }
}
