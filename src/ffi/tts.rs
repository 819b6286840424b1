//! Text-to-speech: texts in, speech out.

use std::ffi::c_char;
use std::sync::Arc;

use super::client::palabra_client;
use super::guard::{deadline, given, given_ms, guard, guard_explained, known_flags};
use super::handles;
use super::queue::palabra_queue;
use super::session::{open, palabra_session, read_encoding, read_output_mode, stream_address};
use super::sized::{self, Sized32};
use super::status::{palabra_error, palabra_status};
use super::text;
use super::wav::{self, palabra_wav};
use crate::audio::format::Format;
use crate::error::{Error, Status};
use crate::session::queue::Queue;
use crate::session::tts::options::TtsOptions;
use crate::session::tts::{LineWishes, Saying};
use crate::session::{MAX_TEXT_BYTES, Session};
use crate::wire::tts;
use crate::wire::tts::outgoing::Voice;

/// Talk to the stream as clients with an API key do, whatever the credentials: texts may have 1024 characters instead of
/// 256. For `ws_url` and `token` of that kind.
pub const PALABRA_TTS_DIALECT_V2: u32 = 1;
/// Cut texts that are too long for the service, between sentences where that is possible, else between words.
pub const PALABRA_TTS_SPLIT: u32 = 2;
/// Tell in LOG events what the session does.
pub const PALABRA_TTS_LOG: u32 = 4;
/// Leave the accent of the voice as it is: a `deaccent_percent` of zero.
pub const PALABRA_TTS_KEEP_ACCENT: u32 = 8;

/// 16-bit samples.
pub const PALABRA_TTS_PCM: i32 = 1;
/// The same with the head of a WAV file, which the library takes off: events are as with PALABRA_TTS_PCM.
pub const PALABRA_TTS_WAV: i32 = 2;
/// Not supported by this version: PALABRA_ERR_UNSUPPORTED.
pub const PALABRA_TTS_MP3: i32 = 3;

/// Nothing follows in the generation: the service completes its speech.
pub const PALABRA_TEXT_EOS: u32 = 1;
/// The voice forgets the texts before this one. Servers of the first generation know nothing of it.
pub const PALABRA_TEXT_RESET_CONTEXT: u32 = 2;

/// Longest text that palabra_session_send_text() and palabra_tts_synthesize() take with PALABRA_TTS_SPLIT, in bytes.
pub const PALABRA_MAX_TEXT_BYTES: u32 = 131072;

const _: () = assert!(PALABRA_MAX_TEXT_BYTES as usize == MAX_TEXT_BYTES);

/// Settings of text-to-speech. Zero or NULL means the default; prepare it with PALABRA_TTS_CONFIG_INIT or
/// palabra_tts_config_init(). Needed only during palabra_session_open_tts(), which copies everything. Languages and
/// voices are not checked here: the service's refusal arrives with its own words.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_tts_config {
    /// sizeof(palabra_tts_config).
    pub struct_size: u32,
    /// PALABRA_TTS_* bits: DIALECT_V2, SPLIT, LOG, KEEP_ACCENT.
    pub flags: u32,
    /// Any number; comes back in every event of the session.
    pub session_tag: u64,
    /// Language of the texts, such as "en". Needed.
    pub language: *const c_char,
    /// Who speaks; NULL: "default_low".
    pub voice_id: *const c_char,
    /// Model of the service; NULL: "auto".
    pub model: *const c_char,
    /// Address of a stream to use instead of the one that the client's credentials lead to; needs `token`.
    pub ws_url: *const c_char,
    /// Token for `ws_url`. Wiped from memory with the session.
    pub token: *const c_char,
    /// Queue to deliver the events to, shared with other sessions; NULL: the session has one of its own.
    pub queue: *mut palabra_queue,
    /// How speech travels: PALABRA_TTS_PCM or PALABRA_TTS_WAV; 0: PALABRA_TTS_PCM.
    pub audio_format: i32,
    /// Frames per second of the speech in events, 8000 to 48000; 0: 24000, and with `output_mode` nothing else.
    pub sample_rate: u32,
    /// How fast to speak, in percent of the natural speed, up to 1000; 0: the service's choice.
    pub speed_percent: u32,
    /// How much of a foreign accent to take away, in percent; 0: 100. For none at all, PALABRA_TTS_KEEP_ACCENT.
    pub deaccent_percent: u32,
    /// Most messages with text in a second, of which a sixth may go at once, 1 to 1000; 0: 20.
    pub texts_per_second: u32,
    /// Texts that may wait to be sent, 1 to 1024; 0: 256.
    pub command_limit: u32,
    /// Events that may wait to be polled; 0: 1000.
    pub event_limit: u32,
    /// Bytes of events that may wait to be polled; 0: 16 MiB. An event that alone is larger, and larger than 64 KiB, is
    /// dropped.
    pub event_bytes_limit: u32,
    /// Limit for one attempt to reach the stream in ms; 0: the client's.
    pub connect_timeout_ms: u32,
    /// Limit for the wait for the next speech after palabra_session_end(), in ms; 0: 30000. An end takes at most 10 times
    /// as long in all, whatever the service still sends.
    pub end_timeout_ms: u32,
    /// Time in ms after which the connection counts as dead when the server sends nothing, or answers no ping: the
    /// library pings every 10 s, or every third of this time when that is shorter. Time in which the process was stopped
    /// does not count. 5000 to 300000; 0: 40000.
    pub liveness_timeout_ms: u32,
    /// PALABRA_OUTPUT_*: how speech comes; 0: PALABRA_OUTPUT_EVENTS.
    pub output_mode: i32,
    /// PALABRA_ENCODING_* of what palabra_session_read_audio() gives; 0: PALABRA_ENCODING_S16.
    pub output_encoding: i32,
    /// Its frames per second, 8000 to 48000; 0: 24000.
    pub output_sample_rate: u32,
    /// Its interleaved channels, 1 to 8, each with the same speech; 0: 1.
    pub output_channels: u32,
    /// Speech that must be here before a generation begins to be heard, in ms, 1 to 2000; 0: 60.
    pub playout_prime_ms: u32,
    /// Most speech that may wait, in ms, 500 to 600000; 0: 300000. Above it whole generations are dropped.
    pub playout_cap_ms: u32,
    /// As in palabra_translation_config; 0: off.
    pub playout_target_ms: u32,
}

// SAFETY: integers and pointers, the size first, no padding (asserted below), NULL is valid.
unsafe impl Sized32 for palabra_tts_config {
    const FIRST_SIZE: usize = 88 + size_of::<[usize; 6]>();
}

const _: () = assert!(size_of::<palabra_tts_config>() == 88 + size_of::<[usize; 6]>());

/// Another voice, from one text on. What is zero or NULL stays as it is; prepare it with PALABRA_TTS_VOICE_INIT or
/// palabra_tts_voice_init().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_tts_voice {
    /// sizeof(palabra_tts_voice).
    pub struct_size: u32,
    /// PALABRA_TTS_KEEP_ACCENT or 0.
    pub flags: u32,
    /// Who speaks.
    pub voice_id: *const c_char,
    /// As in palabra_tts_config.
    pub speed_percent: u32,
    /// As in palabra_tts_config, save that 0 leaves it as it is.
    pub deaccent_percent: u32,
}

// SAFETY: integers and a pointer, the size first, no padding (asserted below), NULL is valid.
unsafe impl Sized32 for palabra_tts_voice {
    const FIRST_SIZE: usize = 16 + size_of::<usize>();
}

const _: () = assert!(size_of::<palabra_tts_voice>() == 16 + size_of::<usize>());

/// Prepares a config of text-to-speech: zeroes it and sets its size.
///
/// @param config the struct to prepare.
/// @param struct_size sizeof(palabra_tts_config).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `config` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_tts_config_init(
    config: *mut palabra_tts_config,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `config` and its size.
    guard(|| unsafe { sized::init(config, struct_size) }.map(|()| 0))
}

/// Prepares a voice: zeroes it and sets its size.
///
/// @param voice the struct to prepare.
/// @param struct_size sizeof(palabra_tts_voice).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `voice` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_tts_voice_init(
    voice: *mut palabra_tts_voice,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `voice` and its size.
    guard(|| unsafe { sized::init(voice, struct_size) }.map(|()| 0))
}

/// Opens a text-to-speech session and returns at once, in state CONNECTING.
///
/// With an API key the stream is that of its region; with a client id and secret a REST session is created, and deleted in
/// the end; `tts_url` of the client's config wins over both. READY comes when the stream is open: the service has no
/// answer to its settings, so a refusal of those is an ERROR after it. Texts may be sent from the first moment. Functions
/// that are about audio input or translation return PALABRA_ERR_UNSUPPORTED.
///
/// @param client whose account.
/// @param config settings.
/// @param session receives the handle, NULL on failure.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK;
///   PALABRA_ERR_BAD_HANDLE no client, or `queue` is no queue;
///   PALABRA_ERR_INVALID_ARGUMENT `config` or `session` is NULL, an impossible `struct_size`, a number out of its range,
///   `language` is missing, only one of `ws_url` and `token`, no such region;
///   PALABRA_ERR_INVALID_UTF8 a text is not UTF-8;
///   PALABRA_ERR_UNSUPPORTED a flag, field, encoding or format that this version does not know, or PALABRA_TTS_MP3;
///   PALABRA_ERR_AUTH there are no credentials;
///   PALABRA_ERR_LIMIT too many sessions, or no thread can be started;
///   PALABRA_ERR_FORKED.
///
/// **Threads:** any. **Blocks:** never. **Memory:** close with palabra_session_close(). **Since:** 0.1.
/// **Example:** tts_stream.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_open_tts(
    client: *mut palabra_client,
    config: *const palabra_tts_config,
    session: *mut *mut palabra_session,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        open(client, session, error, |client| {
            let (options, queue) = read_options(config)?;
            Session::open_tts(client, options, queue)
        })
    }
}

/// Has a text said, or a piece of one, such as a token of a language model: its audio comes as AUDIO events, or is read by
/// palabra_session_read_audio().
///
/// Texts with the same `generation_id` are one generation, until one with PALABRA_TEXT_EOS; the next text with that id
/// begins another. A generation's AUDIO has its `id`, its number (`utterance`, from 1 in the order of their first texts) and
/// the `user_tag` of its first text; LAST_CHUNK: it is complete. Generations may come in turns. Where speech is read, each
/// is heard whole, in the order in which they began to arrive, so one that stays without PALABRA_TEXT_EOS holds up those
/// after it. An id that was used before in the session goes on the wire, and into events, with '~' and the number behind
/// it, so that nothing late is taken for it.
///
/// Each piece goes out at once, as a message of its own, while `texts_per_second` allows. Those that have to wait are joined,
/// as many as one message holds, so a stream of tokens is never more than that behind. An ERROR of the service names no generation: it has the
/// `user_tag` and `id` of the oldest that is not complete, and may be about any. None of them is awaited from then on, but
/// what still comes is delivered.
///
/// @param session the session.
/// @param text what to say, with the spaces between words: pieces are joined as they are. At most 1024 characters, or 256
///   with a client id and secret (see PALABRA_TTS_DIALECT_V2); more with PALABRA_TTS_SPLIT.
/// @param flags PALABRA_TEXT_* bits.
/// @param generation_id which generation it belongs to, up to 128 bytes; NULL: the library's own, until its
///   PALABRA_TEXT_EOS.
/// @param voice another voice from this text on, for all generations; NULL: as it is.
/// @param user_tag any number; comes back in the audio and in errors.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK the text was taken;
///   PALABRA_ERR_AGAIN too much waits to be sent (`command_limit`), or 1024 generations are not complete;
///   PALABRA_ERR_ENDED, PALABRA_ERR_CLOSED no more input is taken;
///   PALABRA_ERR_INVALID_ARGUMENT `text` is NULL, empty or too long, so is `generation_id`, or `voice` has an impossible
///   number or size;
///   PALABRA_ERR_UNSUPPORTED flags or fields of `voice` that this version does not know, or no text-to-speech session;
///   PALABRA_ERR_INVALID_UTF8, PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
///
/// **Threads:** any. **Blocks:** never. **Memory:** the texts are copied. **Since:** 0.1. **Example:** tts_stream.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_send_text(
    session: *mut palabra_session,
    text: *const c_char,
    flags: u32,
    generation_id: *const c_char,
    voice: *const palabra_tts_voice,
    user_tag: u64,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            let session = handles::session(session)?;
            let flags = known_flags(flags, PALABRA_TEXT_EOS | PALABRA_TEXT_RESET_CONTEXT)?;
            let text = text::read(text)?.ok_or_else(|| Error::invalid("text is missing"))?;
            let saying = Saying {
                is_eos: flags & PALABRA_TEXT_EOS != 0,
                reset_context: flags & PALABRA_TEXT_RESET_CONTEXT != 0,
                generation: text::read(generation_id)?,
                voice: read_voice(voice)?,
                user_tag,
            };
            session.send_text(text, saying)
        })
    }
}

/// Takes a generation back, or all of them: texts of it that wait inside are dropped, the service is told to stop, speech
/// of it that still comes is dropped, and what waits to be read by palabra_session_read_audio() is silent within 5 ms.
/// (Where speech of another generation is at the player beside it, up to half a second of what was taken back is still
/// heard.) Answer: TASK_STATUS, `service_code` "cancel", `text` "cancelled", `id`: no AUDIO of it comes after that, and no
/// LAST_CHUNK. The service itself does not answer.
///
/// A cancel goes out ahead of all texts that wait. A text that is followed at once by its cancel may have been sent already
/// or not: if it was not, the service hears of neither, and the answer is the same.
///
/// @param session the session.
/// @param generation_id the id as given to palabra_session_send_text(), of which the latest generation is meant, or as it
///   is in events; NULL: all. One that is not known is answered too.
/// @param user_tag any number; comes back in the answer.
/// @return PALABRA_OK;
///   PALABRA_ERR_AGAIN too many commands wait to be sent: nothing is heard of it any more, but the service goes on;
///   PALABRA_ERR_ENDED, PALABRA_ERR_CLOSED no more input is taken;
///   PALABRA_ERR_INVALID_ARGUMENT the id is empty or too long;
///   PALABRA_ERR_UNSUPPORTED no text-to-speech session;
///   PALABRA_ERR_INVALID_UTF8, PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
///
/// **Threads:** any. **Blocks:** never. **Memory:** the text is copied. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_cancel(
    session: *mut palabra_session,
    generation_id: *const c_char,
    user_tag: u64,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        // SAFETY: the caller's promise about the text.
        let generation = unsafe { text::read(generation_id)? };
        session.cancel(generation, user_tag).map(|()| 0).map_err(|error| error.status)
    })
}

/// Says a text and returns its speech when it is complete. Everything else that the session says goes on, and comes to
/// whoever polls or reads; of this text nothing does, save ERROR events.
///
/// @param session a text-to-speech session; it need not be READY yet.
/// @param text as for palabra_session_send_text().
/// @param result receives the speech; release it with palabra_wav_release().
/// @param timeout_ms how long to wait; negative: without limit. When it is over the text is cancelled.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK;
///   PALABRA_ERR_TIMEOUT;
///   PALABRA_ERR_SERVICE the service reported an error that may have been about this text;
///   PALABRA_ERR_CLOSED the session was closed, or palabra_session_cancel() took the text back;
///   the code of the CLOSED event when the session closed with an error;
///   PALABRA_ERR_INVALID_ARGUMENT `text` or `result` is NULL, the text is empty or too long, or the size of `result`
///   impossible;
///   PALABRA_ERR_AGAIN, PALABRA_ERR_ENDED, PALABRA_ERR_UNSUPPORTED, PALABRA_ERR_INVALID_UTF8, PALABRA_ERR_BAD_HANDLE,
///   PALABRA_ERR_LIMIT, PALABRA_ERR_REENTRANT, PALABRA_ERR_FORKED.
///
/// **Threads:** any, also several at once. **Blocks:** up to `timeout_ms`. **Memory:** 2 bytes a frame until the release.
/// **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_tts_synthesize(
    session: *mut palabra_session,
    text: *const c_char,
    result: *mut palabra_wav,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            sized::write(result, &wav::empty())?;
            // Not held while waiting: it can be closed meanwhile.
            let session: Arc<Session> = handles::session(session)?.clone();
            let text = text::read(text)?.ok_or_else(|| Error::invalid("text is missing"))?;
            let (pcm, sample_rate) = session.synthesize(text, deadline(timeout_ms))?;
            wav::fill(result, Format { sample_rate, channels: 1 }, pcm)
        })
    }
}

/// # Safety
/// `config` is valid as `palabra_session_open_tts` demands.
unsafe fn read_options(config: *const palabra_tts_config) -> Result<(TtsOptions, Option<Arc<Queue>>), Error> {
    const KNOWN: u32 = PALABRA_TTS_DIALECT_V2 | PALABRA_TTS_SPLIT | PALABRA_TTS_LOG | PALABRA_TTS_KEEP_ACCENT;
    // SAFETY: the caller's promise, for the struct and for the texts that it points to.
    unsafe {
        let config = sized::read(config)?;
        let flags = known_flags(config.flags, KNOWN)?;
        let ws_url = text::owned("ws_url", config.ws_url)?;
        let token = text::owned("token", config.token)?;
        let queue = if config.queue.is_null() { None } else { Some(handles::queue(config.queue)?.clone()) };
        let options = TtsOptions {
            language: text::owned("language", config.language)?,
            model: text::owned("model", config.model)?,
            voice: Voice {
                id: text::owned("voice_id", config.voice_id)?,
                speed_percent: given(config.speed_percent),
                deaccent_percent: deaccent(flags, config.deaccent_percent),
            },
            format: read_format(config.audio_format)?,
            sample_rate: given(config.sample_rate),
            splits: flags & PALABRA_TTS_SPLIT != 0,
            texts_per_second: given(config.texts_per_second),
            command_limit: given(config.command_limit),
            event_limit: given(config.event_limit),
            event_bytes_limit: given(config.event_bytes_limit),
            connect_timeout: given_ms(config.connect_timeout_ms),
            end_timeout: given_ms(config.end_timeout_ms),
            liveness_timeout: given_ms(config.liveness_timeout_ms),
            dialect_v2: flags & PALABRA_TTS_DIALECT_V2 != 0,
            stream: stream_address(ws_url, token)?,
            session_tag: config.session_tag,
            log_events: flags & PALABRA_TTS_LOG != 0,
            output: read_output_mode(config.output_mode)?,
            line: LineWishes {
                encoding: read_encoding(config.output_encoding)?,
                sample_rate: given(config.output_sample_rate),
                channels: given(config.output_channels),
                prime_ms: given(config.playout_prime_ms),
                cap_ms: given(config.playout_cap_ms),
                target_ms: given(config.playout_target_ms),
            },
        };
        Ok((options, queue))
    }
}

/// # Safety
/// `voice` is NULL, or a struct whose size is set and whose text is terminated.
unsafe fn read_voice(voice: *const palabra_tts_voice) -> Result<Voice, Error> {
    if voice.is_null() {
        return Ok(Voice::default());
    }
    // SAFETY: the caller's promise.
    let (voice, id) = unsafe {
        let voice = sized::read(voice)?;
        (voice, text::owned("voice_id", voice.voice_id)?)
    };
    let flags = known_flags(voice.flags, PALABRA_TTS_KEEP_ACCENT)?;
    Ok(Voice {
        id,
        speed_percent: given(voice.speed_percent),
        deaccent_percent: deaccent(flags, voice.deaccent_percent),
    })
}

fn deaccent(flags: u32, percent: u32) -> Option<u32> {
    if flags & PALABRA_TTS_KEEP_ACCENT != 0 { Some(0) } else { given(percent) }
}

fn read_format(format: i32) -> Result<tts::Format, Error> {
    match format {
        0 | PALABRA_TTS_PCM => Ok(tts::Format::Pcm),
        PALABRA_TTS_WAV => Ok(tts::Format::Wav),
        PALABRA_TTS_MP3 => {
            Err(Error::new(Status::Unsupported, "this version does not decode mp3: ask for pcm or wav"))
        }
        _ => Err(Error::new(Status::Unsupported, "this version does not know that audio_format")),
    }
}
