//! Sessions: open, wait, end, close.

use std::ffi::c_char;
use std::sync::Arc;
use std::time::Duration;

use super::client::palabra_client;
use super::guard::{deadline, given, given_ms, guard, guard_explained, known_flags};
use super::handles;
use super::out_handle::OutHandle;
use super::playout::{PALABRA_OUTPUT_BOTH, PALABRA_OUTPUT_EVENTS, PALABRA_OUTPUT_PLAYOUT};
use super::process;
use super::queue::palabra_queue;
use super::sized::{self, Sized32};
use super::status::{palabra_error, palabra_status};
use super::text;
use crate::audio::samples::Encoding;
use crate::client::Client;
use crate::client::secret::Secret;
use crate::error::{Error, Status};
use crate::session::Session;
use crate::session::gap::Policy;
use crate::session::options::StreamAddress;
use crate::session::playout::OutputMode;
use crate::session::queue::Queue;
use crate::session::translation::options::TranslationOptions;
use crate::wire::translation::task::QueueSettings;

/// One live conversation. Opaque: the value is a checked id, so using it after palabra_session_close(), from
/// any thread, is an error code and never undefined behaviour.
pub struct palabra_session {
    _opaque: (),
}

/// Clone the speaker's voice; wins over `voice_id`.
pub const PALABRA_TRANSLATION_VOICE_CLONING: u32 = 1;
/// Send growing translations too, not only growing transcripts.
pub const PALABRA_TRANSLATION_PARTIALS: u32 = 2;
/// Have the service compress the speech that it sends; the events are the same.
pub const PALABRA_TRANSLATION_ZLIB_OUTPUT: u32 = 4;
/// Talk to the stream as clients with an API key do, whatever the credentials: for `ws_url` and `token` of that
/// kind. Without it such a stream is taken for one of the first generation.
pub const PALABRA_TRANSLATION_DIALECT_V2: u32 = 8;
/// Give the service's JSON with every transcript (`json`): segments, words and their times, as far as it sends them.
pub const PALABRA_TRANSLATION_JSON: u32 = 16;
/// Tell in LOG events what the session does.
pub const PALABRA_TRANSLATION_LOG: u32 = 32;

/// While CONNECTING, what does not fit into `input_buffer_ms` pushes the oldest audio out, instead of not being
/// taken: for live microphones. Not for audio that is sent as there is room for it, such as a file: its beginning
/// would be lost. The room is half a second larger with it, for what you send until somebody looks, every 10 ms.
pub const PALABRA_TRANSLATION_DROP_OLDEST: u32 = 64;

/// Nothing happens.
pub const PALABRA_GAP_NONE: u32 = 0;
/// Silence goes out at the pace of the clock, never ahead of it, so that the service can complete the phrase and goes
/// on listening. What was sent goes first, its last chunk completed with silence; what you send follows at once.
pub const PALABRA_GAP_SILENCE: u32 = 1;
/// The task is paused, and resumed with the first frame that you send: until the resume is on its way (at the
/// distance that the service demands, see `task_interval_ms`) your audio waits inside. TASK_STATUS tells of both with
/// `user_tag` 0, as far as the server does, and LOG. After palabra_session_pause(), or an interrupt that pauses, the
/// policy is off until palabra_session_resume() or palabra_session_set_task().
pub const PALABRA_GAP_PAUSE: u32 = 2;

/// 16-bit signed samples in the byte order of this machine.
pub const PALABRA_ENCODING_S16: i32 = 1;
/// 32-bit floats in the byte order of this machine, from -1 to 1; what lies beyond is clipped, NaN is silence.
pub const PALABRA_ENCODING_F32: i32 = 2;
/// Bytes of mu-law (ITU-T G.711), as telephones in North America and Japan have it.
pub const PALABRA_ENCODING_MULAW: i32 = 3;
/// Bytes of A-law (ITU-T G.711), as telephones everywhere else have it.
pub const PALABRA_ENCODING_ALAW: i32 = 4;

/// The service speaks faster when speech piles up.
pub const PALABRA_TEMPO_AUTO: i32 = 1;
/// The service never changes its tempo.
pub const PALABRA_TEMPO_FIXED: i32 = 2;

/// Settings of a translation. Zero or NULL means the default; prepare it with
/// PALABRA_TRANSLATION_CONFIG_INIT or palabra_translation_config_init(). Needed only during
/// palabra_session_open(), which copies everything. Languages and voices are not checked here: the service's
/// refusal arrives with its own words.
///
/// What goes out. On the wire the audio is 16-bit at one rate, for the whole session, and has one channel: 8 and
/// 11.025 kHz go out at 16 kHz, everything from 16 to 48 kHz as it is, unless `wire_sample_rate` or `task_json` says
/// otherwise. Channels are mixed, or one is picked with `input_channel`; they stay apart only if `task_json` declares
/// as many and none is picked. Audio that already is what goes out (16-bit, same rate, same channels) is sent as it
/// stands. Everything else is converted on the library's thread, and arrives by at most 3 ms later for it.
/// All rates can be converted whose ratio is one of whole numbers up to 1280, which 8000, 11025, 12000, 16000, 22050,
/// 24000, 32000, 44100 and 48000 are among each other.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_translation_config {
    /// sizeof(palabra_translation_config).
    pub struct_size: u32,
    /// PALABRA_TRANSLATION_* bits.
    pub flags: u32,
    /// Any number; comes back in every event of the session.
    pub session_tag: u64,
    /// Language spoken, such as "en" or "auto".
    pub source_language: *const c_char,
    /// Languages wanted, separated by commas: "es" or "es,fr,de". Each gets texts and audio of its own.
    pub target_languages: *const c_char,
    /// Voice of the translation; NULL: the service's choice.
    pub voice_id: *const c_char,
    /// Types of the messages that the service is to send, separated by commas; NULL: translated_transcription,
    /// partial_transcription and validated_transcription, with PALABRA_TRANSLATION_PARTIALS also
    /// partial_translated_transcription. Audio, answers, warnings and errors always come.
    pub message_types: *const c_char,
    /// Settings of the recognition, as a JSON object laid over `pipeline.transcription`, key by key.
    pub transcription_json: *const c_char,
    /// What differs between targets, as a JSON object: language to an object laid over that target's settings, such
    /// as {"es": {"speech_generation": {"voice_id": "..."}}, "fr": {}}. Without `target_languages` it also names the
    /// targets, in its order.
    pub targets_json: *const c_char,
    /// Glossaries of words to listen for: "all", "none" or ids separated by commas; NULL: the service's default.
    pub hotwords_glossaries: *const c_char,
    /// Glossaries that correct what was heard; as above.
    pub verification_glossaries: *const c_char,
    /// Glossaries of translations, for every target; as above.
    pub translation_glossaries: *const c_char,
    /// Service settings without a field of their own, as a JSON object laid over the task that the fields give:
    /// objects merge key by key, everything else replaces. Without languages it is the whole task.
    pub task_json: *const c_char,
    /// Address of a stream to use instead of creating a REST session; needs `token`.
    pub ws_url: *const c_char,
    /// Token for `ws_url`. Wiped from memory with the session.
    pub token: *const c_char,
    /// Queue to deliver the events to, shared with other sessions; NULL: the session has one of its own.
    pub queue: *mut palabra_queue,
    /// PALABRA_ENCODING_* of the audio that you send; 0: PALABRA_ENCODING_S16. See "What goes out" below.
    pub input_encoding: i32,
    /// Its frames per second, 8000 to 48000; 0: as on the wire.
    pub input_sample_rate: u32,
    /// Its interleaved channels, 1 to 8; 0: what `task_json` declares, else 1.
    pub input_channels: u32,
    /// The channel that is sent on, counted from 1; 0: all channels, mixed in equal parts.
    pub input_channel: u32,
    /// Frames per second on the wire, 16000 to 48000; 0: what `task_json` declares, else `input_sample_rate` but at
    /// least 16000, which is what the service takes, else 24000.
    pub wire_sample_rate: u32,
    /// Length of a chunk on the wire in ms, 20 to 1000; 0: 320. The first goes in two messages, 100 ms and the rest; a
    /// slow line gets shorter ones.
    pub chunk_ms: u32,
    /// Capacity for audio that was not delivered yet in ms, 20 to 60000; 0: 2000. Also holds what is sent before READY.
    pub input_buffer_ms: u32,
    /// Silence that completes a phrase in ms; 0: the service's default.
    pub silence_threshold_ms: u32,
    /// Events that may wait to be polled; 0: 1000.
    pub event_limit: u32,
    /// Bytes of events that may wait to be polled; 0: 16 MiB. An event that alone is larger, and larger than 64 KiB, is
    /// dropped.
    pub event_bytes_limit: u32,
    /// Limit for one attempt to reach the stream in ms; 0: the client's. Creating the REST session before it makes up
    /// to three attempts, each within the client's limits.
    pub connect_timeout_ms: u32,
    /// Limit for the service to become ready once connected, in ms; 0: 30000.
    pub ready_timeout_ms: u32,
    /// Limit for the wait for the next text or speech after the end, in ms, on top of `eos_timeout_s`; 0: 30000. An end
    /// takes at most 10 times as long in all, whatever the service still sends.
    pub end_timeout_ms: u32,
    /// Time in ms after which the connection counts as dead when the server sends nothing, or answers no ping: the
    /// library pings every 10 s, or every third of this time when that is shorter. Time in which the process was stopped
    /// does not count. 5000 to 300000; 0: 40000.
    pub liveness_timeout_ms: u32,
    /// Distance that the library keeps between two palabra_session_set_task() or _resume() on their way to the
    /// service, and between two palabra_session_get_task(), in ms; 0: 2100. The service allows one in 2 s.
    pub task_interval_ms: u32,
    /// Distance between two palabra_session_pause(), in ms; 0: 3100. The service allows one in 3 s.
    pub pause_interval_ms: u32,
    /// Most palabra_session_speak() in a minute, of which a sixth may go at once; 0: 60, as the service allows.
    pub speak_per_minute: u32,
    /// Commands that may wait to be sent, 1 to 1024; 0: 32.
    pub command_limit: u32,
    /// PALABRA_OUTPUT_*: how translated speech comes; 0: PALABRA_OUTPUT_EVENTS.
    pub output_mode: i32,
    /// PALABRA_ENCODING_* of what palabra_session_read_audio() gives; 0: PALABRA_ENCODING_S16. This and the next two can
    /// be changed with palabra_session_set_output_format().
    pub output_encoding: i32,
    /// Its frames per second, 8000 to 48000; 0: 24000, which is what the service sends.
    pub output_sample_rate: u32,
    /// Its interleaved channels, 1 to 8, each with the same speech; 0: 1.
    pub output_channels: u32,
    /// Speech that must be here before a phrase begins to be heard, or goes on after it broke off, in ms, 1 to 2000; 0:
    /// 60. More of it bridges an uneven network, and delays.
    pub playout_prime_ms: u32,
    /// Most speech that may wait in one language, in ms, 500 to 600000; 0: 30000.
    pub playout_cap_ms: u32,
    /// Speech that should wait in one language at most, in ms, up to `playout_cap_ms`: above it pauses between words are
    /// shortened, above twice of it short pieces of speech are left out besides, softly, a tenth of the time; 0: off.
    pub playout_target_ms: u32,
    /// How loud the speaker is heard under the translation by palabra_session_read_audio(), in percent, 1 to 100; 0: not at
    /// all. What was said is heard about a chunk and a half later.
    pub original_percent: u32,
    /// How loud the speaker is while the translation speaks, in percent, 1 to 100; 0: 20.
    pub duck_percent: u32,
    /// How long it takes to get there, in ms, 1 to 10000; 0: 50.
    pub duck_attack_ms: u32,
    /// How long it takes to come back, in ms, 1 to 10000; 0: 300.
    pub duck_release_ms: u32,
    /// Speech that the service aims to have waiting, for all targets, in ms; 0: its default, 5000. This and the next
    /// four are the service's own settings against piling up.
    pub queue_level_ms: u32,
    /// Speech at the service above which it drops the oldest, in ms; more than `queue_level_ms`; 0: its default, 20000.
    pub queue_max_ms: u32,
    /// PALABRA_TEMPO_*: whether the service speaks faster when speech piles up; 0: its default, which is that it does.
    pub auto_tempo: i32,
    /// Slowest tempo then, in percent of the natural one; 0: the service's default.
    pub min_tempo_percent: u32,
    /// Fastest tempo then, in percent of the natural one; 0: the service's default.
    pub max_tempo_percent: u32,
    /// PALABRA_GAP_*: what happens when you stop sending while the session is READY, as on hold; 0: nothing.
    pub gap_policy: u32,
    /// How long input must be missing for that in ms, 20 to 3600000, counted from the end of the audio sent so far;
    /// 0: 200 for silence, 5000 for a pause. Longer than the blocks that you send.
    pub gap_after_ms: u32,
}

// SAFETY: integers and pointers, the size first, no padding between them, NULL is valid.
unsafe impl Sized32 for palabra_translation_config {
    const FIRST_SIZE: usize = 88 + size_of::<[usize; 13]>();
}

const _: () =
    assert!(std::mem::offset_of!(palabra_translation_config, gap_after_ms) == 156 + size_of::<[usize; 13]>());

/// Prepares a translation config: zeroes it and sets its size.
///
/// @param config the struct to prepare.
/// @param struct_size sizeof(palabra_translation_config).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `config` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_translation_config_init(
    config: *mut palabra_translation_config,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `config` and its size.
    guard(|| unsafe { sized::init(config, struct_size) }.map(|()| 0))
}

/// Opens a translation session and returns at once, in state CONNECTING.
///
/// The rest happens in the background: with a client id and secret a REST session is created (unless `ws_url` and
/// `token` are given), the stream is connected, the task is set. The outcome is an event: READY, or CLOSED with the
/// reason. The REST session is deleted when the conversation is over. Audio may be sent, commands given and the end
/// asked for from the first moment: they wait inside.
///
/// @param client whose account.
/// @param config settings.
/// @param session receives the handle, NULL on failure.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK;
///   PALABRA_ERR_BAD_HANDLE no client, or `queue` is no queue;
///   PALABRA_ERR_INVALID_ARGUMENT `config` or `session` is NULL, an impossible `struct_size`, a number out of its
///   range, languages missing, a JSON text that is none or no object, `targets_json` names a language that is not
///   among `target_languages`, `wire_sample_rate` is not what `task_json` declares, only one of `ws_url` and
///   `token`, no such region or no translation in it;
///   PALABRA_ERR_INVALID_UTF8 a text is not UTF-8;
///   PALABRA_ERR_UNSUPPORTED a flag, field, encoding or input format that this version does not know, or a rate that
///   it cannot convert to that of the wire;
///   PALABRA_ERR_AUTH there are no credentials;
///   PALABRA_ERR_LIMIT too many sessions, or no thread can be started;
///   PALABRA_ERR_FORKED.
///
/// **Threads:** any. **Blocks:** never. **Memory:** close with palabra_session_close(). **Since:** 0.1.
/// **Example:** hello.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_open(
    client: *mut palabra_client,
    config: *const palabra_translation_config,
    session: *mut *mut palabra_session,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        open(client, session, error, |client| {
            let (options, queue) = read_options(config)?;
            Session::open(client, options, queue)
        })
    }
}

/// Waits until a session is ready or closed. Events stay queued: READY, or CLOSED, is still delivered.
///
/// @param session the session.
/// @param timeout_ms how long to wait; 0: not at all, negative: without limit.
/// @return PALABRA_OK the session is ready (or already ending);
///   PALABRA_ERR_TIMEOUT not yet;
///   the code of the CLOSED event when the session closed with an error (see palabra_session_last_error()),
///   PALABRA_ERR_CLOSED when it closed without one;
///   PALABRA_ERR_BAD_HANDLE.
///
/// **Threads:** any, also several at once. **Blocks:** up to `timeout_ms`. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_wait_ready(
    session: *mut palabra_session,
    timeout_ms: i32,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        session.wait_ready(deadline(timeout_ms)).map(|()| 0).map_err(|error| error.status)
    })
}

/// Connecting, setting the task and waiting for the service.
pub const PALABRA_STATE_CONNECTING: i32 = 1;
/// The service listens.
pub const PALABRA_STATE_READY: i32 = 2;
/// The end was asked for: what was sent goes out, the tail is being delivered.
pub const PALABRA_STATE_ENDING: i32 = 3;
/// Over. Events that still wait can be polled.
pub const PALABRA_STATE_CLOSED: i32 = 4;

/// Tells where in its life a session is: CONNECTING, READY, ENDING, CLOSED, only forward. The state changes a moment
/// before the event that tells of it can be polled.
///
/// @param session the session.
/// @return one of PALABRA_STATE_*, or PALABRA_ERR_BAD_HANDLE.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_state(session: *mut palabra_session) -> palabra_status {
    guard(|| Ok(handles::session(session)?.phase() as i32))
}

/// Explains why a session closed: everything that the CLOSED event has no room for.
///
/// @param session the session.
/// @param error receives the explanation; `code` is PALABRA_OK when the session is open or closed without error.
/// @return PALABRA_OK, PALABRA_ERR_BAD_HANDLE, or PALABRA_ERR_INVALID_ARGUMENT when `error` is NULL or its size
///   impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_last_error(
    session: *mut palabra_session,
    error: *mut palabra_error,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        if error.is_null() {
            return Err(Status::InvalidArgument);
        }
        // SAFETY: not NULL, hence a struct of the caller's.
        unsafe { palabra_error::write_fatal(error, session.last_error().as_ref()) }.map(|()| 0)
    })
}

/// Ends a session: no more input is taken, what was sent goes out, the tail of the translation is delivered,
/// then CLOSED. Keep polling until CLOSED arrives. Commands that still wait inside go first.
///
/// Speech-to-text: a final of everything that was sent is asked for, silence goes out meanwhile at the pace of the
/// clock (for a service that waits for a pause instead), and when the final and its translations have come the stream
/// is closed. If `eos_timeout_s` is over before, CLOSED says PALABRA_ERR_TIMEOUT if a text was still growing.
///
/// Text-to-speech: what was asked for is said to its end, then the stream is closed. A generation without
/// PALABRA_TEXT_EOS, or one that an error may have been about, need not come to an end: for those it waits until nothing
/// was said for 2 s.
///
/// @param session the session.
/// @param eos_timeout_s how many seconds of silence the service waits for before it takes the last phrase for
///   complete, 1 to 30; 0: 4. With an API key the service decides that by itself. Speech-to-text: how many seconds to
///   wait for the last texts at most; 0: 10. Text-to-speech has no use for it.
/// @return PALABRA_OK; PALABRA_ERR_ENDED it was ended already; PALABRA_ERR_CLOSED;
///   PALABRA_ERR_INVALID_ARGUMENT; PALABRA_ERR_BAD_HANDLE.
///
/// **Threads:** any. Audio that another thread sends at the same moment may or may not go out.
/// **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_end(session: *mut palabra_session, eos_timeout_s: u32) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        let seconds = given(eos_timeout_s).unwrap_or(session.usual_end_s());
        if seconds > 30 {
            return Err(Status::InvalidArgument);
        }
        session.end(seconds).map(|()| 0)
    })
}

/// Closes a session and gives the handle back, in whatever state it is. Events that were not polled are dropped
/// (those already polled stay valid); for the tail of the translation, palabra_session_end() first.
///
/// The handle is invalid as soon as the call begins: a thread that waits in another call on it comes back with
/// PALABRA_ERR_CLOSED, later calls get PALABRA_ERR_BAD_HANDLE.
///
/// @param session the session; NULL does nothing.
/// @param drain_ms 0: return at once, while the goodbye to the service and the deletion of the REST session go on
///   in the background (4 s at most); more: wait up to so many ms for them.
/// @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE when it was closed already or is no session.
///
/// **Threads:** any, also while others are inside calls on the session. **Blocks:** up to `drain_ms`.
/// **Memory:** frees the session. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_close(session: *mut palabra_session, drain_ms: u32) -> palabra_status {
    guard(|| {
        if !session.is_null() {
            let removed = handles::remove_session(session)?;
            removed.close(Duration::from_millis(drain_ms.into()));
            drop(removed);
            handles::sweep();
        }
        Ok(0)
    })
}

/// What opening a session of any product comes to; `make` reads the config.
///
/// # Safety
/// `session` and `error` are NULL or valid for writing.
pub(super) unsafe fn open(
    client: *mut palabra_client,
    session: *mut *mut palabra_session,
    error: *mut palabra_error,
    make: impl FnOnce(Arc<Client>) -> Result<Arc<Session>, Error>,
) -> palabra_status {
    // SAFETY: the caller's promises.
    unsafe {
        let out = OutHandle::clear(session);
        guard_explained(error, || {
            let out = out.required()?;
            let client = handles::client(client)?.clone();
            process::before_start();
            let session = make(client)?;
            out.set(handles::add_session(session.clone()).inspect_err(|_| session.close(Duration::ZERO))?);
            Ok(())
        })
    }
}

/// # Safety
/// `config` is valid as `palabra_session_open` demands.
pub(super) unsafe fn read_options(
    config: *const palabra_translation_config,
) -> Result<(TranslationOptions, Option<Arc<Queue>>), Error> {
    const KNOWN: u32 = PALABRA_TRANSLATION_VOICE_CLONING
        | PALABRA_TRANSLATION_PARTIALS
        | PALABRA_TRANSLATION_ZLIB_OUTPUT
        | PALABRA_TRANSLATION_DIALECT_V2
        | PALABRA_TRANSLATION_JSON
        | PALABRA_TRANSLATION_LOG
        | PALABRA_TRANSLATION_DROP_OLDEST;
    // SAFETY: the caller's promise, for the struct and for the texts that it points to.
    unsafe {
        let config = sized::read(config)?;
        let flags = known_flags(config.flags, KNOWN)?;
        let ws_url = text::owned("ws_url", config.ws_url)?;
        let token = text::owned("token", config.token)?;
        let queue = if config.queue.is_null() { None } else { Some(handles::queue(config.queue)?.clone()) };
        let options = TranslationOptions {
            source_language: text::owned("source_language", config.source_language)?,
            target_languages: text::owned("target_languages", config.target_languages)?,
            voice_id: text::owned("voice_id", config.voice_id)?,
            voice_cloning: flags & PALABRA_TRANSLATION_VOICE_CLONING != 0,
            translate_partials: flags & PALABRA_TRANSLATION_PARTIALS != 0,
            silence_threshold_ms: given(config.silence_threshold_ms),
            message_types: text::owned("message_types", config.message_types)?,
            zlib_output: flags & PALABRA_TRANSLATION_ZLIB_OUTPUT != 0,
            transcription_json: text::owned("transcription_json", config.transcription_json)?,
            targets_json: text::owned("targets_json", config.targets_json)?,
            hotwords_glossaries: text::owned("hotwords_glossaries", config.hotwords_glossaries)?,
            verification_glossaries: text::owned("verification_glossaries", config.verification_glossaries)?,
            translation_glossaries: text::owned("translation_glossaries", config.translation_glossaries)?,
            task_json: text::owned("task_json", config.task_json)?,
            encoding: read_encoding(config.input_encoding)?,
            sample_rate: given(config.input_sample_rate),
            channels: given(config.input_channels),
            channel: given(config.input_channel),
            wire_sample_rate: given(config.wire_sample_rate),
            chunk_ms: given(config.chunk_ms),
            input_buffer_ms: given(config.input_buffer_ms),
            event_limit: given(config.event_limit),
            event_bytes_limit: given(config.event_bytes_limit),
            connect_timeout: given_ms(config.connect_timeout_ms),
            ready_timeout: given_ms(config.ready_timeout_ms),
            end_timeout: given_ms(config.end_timeout_ms),
            liveness_timeout: given_ms(config.liveness_timeout_ms),
            task_interval: given_ms(config.task_interval_ms),
            pause_interval: given_ms(config.pause_interval_ms),
            speak_per_minute: given(config.speak_per_minute),
            command_limit: given(config.command_limit),
            dialect_v2: flags & PALABRA_TRANSLATION_DIALECT_V2 != 0,
            stream: stream_address(ws_url, token)?,
            session_tag: config.session_tag,
            transcript_json: flags & PALABRA_TRANSLATION_JSON != 0,
            log_events: flags & PALABRA_TRANSLATION_LOG != 0,
            output: read_output_mode(config.output_mode)?,
            output_encoding: read_encoding(config.output_encoding)?,
            output_sample_rate: given(config.output_sample_rate),
            output_channels: given(config.output_channels),
            playout_prime_ms: given(config.playout_prime_ms),
            playout_cap_ms: given(config.playout_cap_ms),
            playout_target_ms: given(config.playout_target_ms),
            original_percent: given(config.original_percent),
            duck_percent: given(config.duck_percent),
            duck_attack_ms: given(config.duck_attack_ms),
            duck_release_ms: given(config.duck_release_ms),
            queue: QueueSettings {
                level_ms: given(config.queue_level_ms),
                max_level_ms: given(config.queue_max_ms),
                auto_tempo: read_auto_tempo(config.auto_tempo)?,
                min_tempo_percent: given(config.min_tempo_percent),
                max_tempo_percent: given(config.max_tempo_percent),
            },
            gap_policy: read_gap_policy(config.gap_policy)?,
            gap_after: given_ms(config.gap_after_ms),
            drop_oldest: flags & PALABRA_TRANSLATION_DROP_OLDEST != 0,
        };
        Ok((options, queue))
    }
}

pub(super) fn read_gap_policy(policy: u32) -> Result<Policy, Error> {
    match policy {
        PALABRA_GAP_NONE => Ok(Policy::None),
        PALABRA_GAP_SILENCE => Ok(Policy::Silence),
        PALABRA_GAP_PAUSE => Ok(Policy::Pause),
        _ => Err(Error::new(Status::Unsupported, "this version does not know that gap_policy")),
    }
}

pub(super) fn read_encoding(encoding: i32) -> Result<Encoding, Error> {
    match encoding {
        0 | PALABRA_ENCODING_S16 => Ok(Encoding::S16),
        PALABRA_ENCODING_F32 => Ok(Encoding::F32),
        PALABRA_ENCODING_MULAW => Ok(Encoding::MuLaw),
        PALABRA_ENCODING_ALAW => Ok(Encoding::ALaw),
        _ => Err(Error::new(Status::Unsupported, "this version does not know that encoding")),
    }
}

pub(super) fn read_output_mode(mode: i32) -> Result<OutputMode, Error> {
    match mode {
        PALABRA_OUTPUT_EVENTS => Ok(OutputMode::Events),
        PALABRA_OUTPUT_PLAYOUT => Ok(OutputMode::Playout),
        PALABRA_OUTPUT_BOTH => Ok(OutputMode::Both),
        _ => Err(Error::new(Status::Unsupported, "this version does not know that output_mode")),
    }
}

fn read_auto_tempo(tempo: i32) -> Result<Option<bool>, Error> {
    match tempo {
        0 => Ok(None),
        PALABRA_TEMPO_AUTO => Ok(Some(true)),
        PALABRA_TEMPO_FIXED => Ok(Some(false)),
        _ => Err(Error::new(Status::Unsupported, "this version does not know that auto_tempo")),
    }
}

pub(super) fn stream_address(
    ws_url: Option<String>,
    token: Option<String>,
) -> Result<Option<StreamAddress>, Error> {
    match (ws_url, token) {
        (Some(ws_url), Some(token)) => Ok(Some(StreamAddress { ws_url, token: Secret::new(token) })),
        (None, None) => Ok(None),
        _ => Err(Error::invalid("give both ws_url and token, or neither")),
    }
}
