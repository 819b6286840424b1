//! Text-to-speech: opening, texts in, cancelling.

use std::ffi::c_char;
use std::sync::Arc;

use super::options;
use super::support::guard::{deadline, guard, guard_explained};
use super::support::numbers::known_flags;
use super::support::{handles, opening, samples, sized, text};
use super::types::audio::palabra_audio;
use super::types::base::{palabra_error, palabra_status};
use super::types::client::palabra_client;
use super::types::session::palabra_session;
use super::types::tts::{
    PALABRA_MAX_TEXT_BYTES, PALABRA_TEXT_EOS, PALABRA_TEXT_RESET_CONTEXT, palabra_tts_config,
    palabra_tts_voice,
};
use crate::audio::format::Format;
use crate::error::{Error, Status};
use crate::products::tts::MAX_TEXT_BYTES;
use crate::products::tts::Saying;
use crate::runtime::calls;
use crate::session::Session;

const _: () = assert!(PALABRA_MAX_TEXT_BYTES as usize == MAX_TEXT_BYTES);

/// Opens a text-to-speech session.
///
/// READY is delivered when the stream is open: the service does not answer to its settings, so their refusal is an
/// ERROR after it.
///
/// @param client the client: its credentials name the account.
/// @param config settings.
/// @param session receives the handle; NULL on failure.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK. Close the session with palabra_session_close().
/// @retval PALABRA_ERR_INVALID_ARGUMENT `language` is missing.
/// @retval PALABRA_ERR_UNSUPPORTED The format is not known, or PALABRA_TTS_FORMAT_MP3 is to be played.
/// @errors open
/// @example tts_stream.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_open_tts(
    client: *mut palabra_client,
    config: *const palabra_tts_config,
    session: *mut *mut palabra_session,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        opening::open(client, session, error, |client| {
            let (options, queue) = options::tts::read(config)?;
            Session::open_tts(client, options, queue)
        })
    }
}

/// Speaks a text, or a piece of one, such as a token of a language model. The speech arrives in AUDIO events, or is
/// read by palabra_session_read_audio().
///
/// Texts with the same `generation_id` are one generation until one with PALABRA_TEXT_EOS; the next text with that id
/// begins another. The AUDIO of a generation has its `id`, its number (`phrase`, from 1 in the order of their first
/// texts) and the `user_tag` of its first text; LAST_CHUNK: it is complete. AUDIO of several generations can be
/// interleaved. With playout each generation is heard completely, in the order in which they began to arrive, so one
/// that stays without PALABRA_TEXT_EOS delays those after it. An id that was used before in the session is sent, and
/// delivered in events, with '~' and the number appended, so that nothing late is mistaken for it.
///
/// Each text is sent immediately, as a message of its own, while `texts_per_second` allows. Those that have to wait
/// are joined as far as one message holds them. An ERROR of the service names no generation: it has the `user_tag`
/// and `id` of the oldest one that is not complete, and can be about any. After it no generation is waited for, but
/// what still arrives is delivered.
///
/// @param session the session.
/// @param text what to say, including the spaces between words: pieces are joined as they are. The last piece must
///   have PALABRA_TEXT_EOS: hold each back until the next one is known. At most 1024 characters, or 256 with a client
///   id and secret (see PALABRA_SESSION_DIALECT_V2); with PALABRA_TTS_SPLIT up to PALABRA_MAX_TEXT_BYTES.
/// @param flags PALABRA_TEXT_* bits.
/// @param generation_id the generation, up to 128 bytes; NULL: the current one of the library, until PALABRA_TEXT_EOS.
/// @param voice another voice from this text on, for all generations; NULL: unchanged.
/// @param user_tag any number; returned in the audio and in errors.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_AGAIN Too many texts are pending (`limits.command_count`), or 1024 generations are incomplete.
/// @input
/// @retval PALABRA_ERR_INVALID_ARGUMENT `text` is empty or too long, or so is `generation_id`; a number of `voice` is
///   out of range.
/// @example tts_stream.c
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
                voice: options::tts::read_voice(voice)?,
                user_tag,
            };
            session.send_text(text, saying)
        })
    }
}

/// Cancels a generation or all of them: its pending texts are dropped, the service is told to stop, speech of it that
/// still arrives is dropped, and what is buffered for palabra_session_read_audio() is faded out within 5 ms.
///
/// Where speech of another generation is buffered right behind it, up to half a second of the cancelled one can still
/// be heard. Answer: TASK_STATUS, `service_code` "cancel", `text` "cancelled", `id`: no AUDIO of it follows, and no
/// LAST_CHUNK. The answer is the library's; the service does not answer. A cancel is sent ahead of all pending texts:
/// a text that is cancelled immediately may have been sent or not, and the answer is the same.
///
/// @param session the session.
/// @param generation_id the id as passed to palabra_session_send_text(), of which the latest generation is meant, or
///   as in events; NULL: all. An unknown one is answered too.
/// @param user_tag any number; returned in the answer.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_AGAIN Too many commands are pending: nothing of it is heard any more, but the service continues.
/// @input
/// @retval PALABRA_ERR_INVALID_ARGUMENT The id is empty or too long.
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

/// Cancels the generations whose first text had a tag, as palabra_session_cancel() does, while others go on. One answer
/// for all of them, with the tag and the `id` of the last one; "": there was none.
///
/// @param session the session.
/// @param user_tag the `user_tag` of palabra_session_send_text() or palabra_session_synthesize(), not 0. It is returned
///   in the answer.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_AGAIN Too many commands are pending: nothing of it is heard any more, but the service continues.
/// @input
/// @retval PALABRA_ERR_INVALID_ARGUMENT `user_tag` is 0.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_cancel_tagged(
    session: *mut palabra_session,
    user_tag: u64,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        if user_tag == 0 {
            return Err(Status::InvalidArgument);
        }
        session.cancel_tagged(user_tag).map(|()| 0).map_err(|error| error.status)
    })
}

/// Speaks a text and returns its speech when it is complete. Other speech of the session is delivered as usual; of this
/// text only ERROR events are.
///
/// @param session a text-to-speech session; it need not be READY.
/// @param text as for palabra_session_send_text().
/// @param flags PALABRA_TEXT_* bits; the text is a generation of its own in any case.
/// @param voice as for palabra_session_send_text().
/// @param user_tag any number; palabra_session_cancel_tagged() ends the call by it, and errors return it.
/// @param audio receives the speech; release it with palabra_audio_release().
/// @param timeout_ms how long to wait, in ms; negative: without limit. Then the text is cancelled.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK; or the status of the CLOSED event.
/// @retval PALABRA_ERR_TIMEOUT The time was up.
/// @retval PALABRA_ERR_SERVICE The service reported an error that can be about this text.
/// @retval PALABRA_ERR_CLOSED The session was closed, the text was cancelled, or palabra_cancel() ended the call.
/// @retval PALABRA_ERR_INVALID_ARGUMENT The text is empty or too long; a number of `voice` is out of range.
/// @retval PALABRA_ERR_AGAIN Too many texts are pending.
/// @retval PALABRA_ERR_ENDED No more input is taken: the session was ended.
/// @retval PALABRA_ERR_LIMIT No memory for the speech.
/// @blocks up to `timeout_ms`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_synthesize(
    session: *mut palabra_session,
    text: *const c_char,
    flags: u32,
    voice: *const palabra_tts_voice,
    user_tag: u64,
    audio: *mut palabra_audio,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            sized::write(audio, &sized::empty())?;
            // Not held while waiting: it can be closed meanwhile.
            let session: Arc<Session> = handles::session(session)?.clone();
            let text = text::read(text)?.ok_or_else(|| Error::invalid("text is missing"))?;
            let flags = known_flags(flags, PALABRA_TEXT_EOS | PALABRA_TEXT_RESET_CONTEXT)?;
            let saying = Saying {
                reset_context: flags & PALABRA_TEXT_RESET_CONTEXT != 0,
                voice: options::tts::read_voice(voice)?,
                user_tag,
                ..Saying::default()
            };
            let call = calls::begin(error.addr());
            let (said, sample_rate) = session.synthesize_for(&call, text, saying, deadline(timeout_ms))?;
            if !said.data.is_empty() {
                return samples::hand_over_encoded(audio, sample_rate, said.data);
            }
            samples::hand_over(audio, Format { sample_rate, channels: 1 }, said.pcm)
        })
    }
}
