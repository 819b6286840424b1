//! Translation: opening, and the commands. No command waits for its answer.

use std::ffi::c_char;

use super::options;
use super::support::guard::{guard, guard_explained};
use super::support::numbers::{count, count_of, known_flags};
use super::support::{handles, opening, text};
use super::types::base::{palabra_error, palabra_status};
use super::types::client::palabra_client;
use super::types::session::palabra_session;
use super::types::translation::{
    PALABRA_INTERRUPT_PAUSE, PALABRA_MAX_SPEAK_BYTES, PALABRA_MAX_TASK_BYTES, PALABRA_SPEAK_TRANSLATE,
    palabra_translation_config,
};
use crate::error::{Error, Status};
use crate::products::translation::{MAX_SPEAK_BYTES, MAX_TASK_BYTES};
use crate::session::Session;

const _: () = assert!(PALABRA_MAX_SPEAK_BYTES as usize == MAX_SPEAK_BYTES);
const _: () = assert!(PALABRA_MAX_TASK_BYTES as usize == MAX_TASK_BYTES);

/// Opens a translation session. In the background a REST session is created where the credentials need one and no
/// stream was given, the stream is connected, and the task is set.
///
/// @param client the client: its credentials name the account.
/// @param config settings.
/// @param session receives the handle; NULL on failure.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK. Close the session with palabra_session_close().
/// @retval PALABRA_ERR_INVALID_ARGUMENT Languages are missing; a JSON text is not an object; `targets_json` names a
///   language that `target_languages` does not; `wire_sample_rate` contradicts `task_json`.
/// @retval PALABRA_ERR_UNSUPPORTED `task_json` declares another input format than pcm_s16le.
/// @errors open
/// @example hello.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_open_translation(
    client: *mut palabra_client,
    config: *const palabra_translation_config,
    session: *mut *mut palabra_session,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        opening::open(client, session, error, |client| {
            let (options, queue) = options::translation::read(config)?;
            Session::open(client, options, queue)
        })
    }
}

/// Speaks `text` in the target voice, as if it had been recognized. Its transcripts and audio arrive as events.
///
/// This function and the next five enqueue a command and return immediately; the library enforces the service's
/// minimum intervals between commands. Commands wait until the session is READY. They are sent in the order of the
/// calls, except that an interrupt is sent first. Answers are events with the `user_tag` of the call: here
/// SPEAK_STATUS, whose `phrase` is that of the texts and audio to come. A refused command is answered by ERROR, with
/// the `user_tag` where the command can be told from the error. Servers for a client id and secret answer only
/// palabra_session_get_task() and refusals.
///
/// @param session the session.
/// @param text what to say, up to PALABRA_MAX_SPEAK_BYTES.
/// @param language language of `text`: one of the targets, or with PALABRA_SPEAK_TRANSLATE the source.
/// @param flags PALABRA_SPEAK_TRANSLATE or 0.
/// @param user_tag any number; returned in the answer.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_AGAIN Too many commands are pending.
/// @input
/// @retval PALABRA_ERR_INVALID_ARGUMENT A text is empty or too long.
/// @example speak.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_speak(
    session: *mut palabra_session,
    text: *const c_char,
    language: *const c_char,
    flags: u32,
    user_tag: u64,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        let translate = known_flags(flags, PALABRA_SPEAK_TRANSLATE)? != 0;
        // SAFETY: the caller's promise about both texts.
        let (text, language) = unsafe { (text::read(text)?, text::read(language)?) };
        let (Some(text), Some(language)) = (text, language) else {
            return Err(Status::InvalidArgument);
        };
        status_of(session.speak(text, language, translate, user_tag))
    })
}

/// Interrupts the translation: all phrases that have begun to arrive are discarded, and what the speaker is saying now is
/// lost. For a listener who wants to hear no more of a phrase, call palabra_session_silence().
///
/// What palabra_session_read_audio() reads is faded out within 5 ms of the call, and nothing of these phrases is read
/// afterwards. The service is told to discard them too; AUDIO events that are queued or on their way are still
/// delivered. The command is sent ahead of pending ones, so texts to speak among those are spoken after it; with
/// PALABRA_INTERRUPT_PAUSE it keeps its place. Answer: TASK_STATUS "interrupted".
///
/// @param session the session.
/// @param languages targets to interrupt, separated by commas; NULL or "": all of them.
/// @param flags PALABRA_INTERRUPT_PAUSE or 0.
/// @param user_tag any number; returned in the answer.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_AGAIN Too many commands are pending.
/// @input
/// @retval PALABRA_ERR_INVALID_ARGUMENT More than 256 languages, or one is longer than 64 bytes. Whether a language is a
/// target is not checked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_interrupt(
    session: *mut palabra_session,
    languages: *const c_char,
    flags: u32,
    user_tag: u64,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        let pause = known_flags(flags, PALABRA_INTERRUPT_PAUSE)? != 0;
        // SAFETY: the caller's promise about the text.
        let languages = unsafe { text::read(languages)? }.unwrap_or_default();
        status_of(session.interrupt(languages, pause, user_tag))
    })
}

/// Pauses the translation: audio sent before is still translated, audio sent from now on is dropped by the service
/// and not billed, and silence does not end the session. Speech that is buffered for palabra_session_read_audio() is
/// faded out, as by palabra_session_interrupt(). Answer: TASK_STATUS "paused".
///
/// @param session the session.
/// @param user_tag any number; returned in the answer.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_AGAIN Too many commands are pending.
/// @input
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_pause(session: *mut palabra_session, user_tag: u64) -> palabra_status {
    guard(|| status_of(handles::session(session)?.pause(user_tag)))
}

/// Continues after a pause with the task that the service accepted last, which is sent again. Answer: TASK_STATUS
/// "resumed", or "unchanged" if nothing was paused.
///
/// @param session the session.
/// @param user_tag any number; returned in the answer.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_AGAIN Too many commands are pending.
/// @input
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_resume(session: *mut palabra_session, user_tag: u64) -> palabra_status {
    guard(|| status_of(handles::session(session)?.resume(user_tag)))
}

/// Replaces the task while the session runs, and resumes a paused one. Answer: TASK_STATUS "updated", "unchanged" or
/// "resumed"; or ERROR, and the old task continues.
///
/// @param session the session.
/// @param task_json the whole task as a JSON object, up to PALABRA_MAX_TASK_BYTES, such as
///   palabra_translation_build_task() makes.
/// @param user_tag any number; returned in the answer.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_AGAIN Too many commands are pending.
/// @input
/// @retval PALABRA_ERR_INVALID_ARGUMENT `task_json` is too long or not a JSON object.
/// @retval PALABRA_ERR_UNSUPPORTED It declares another input format than the session was opened with, or it is not a
///   translation session.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_set_task(
    session: *mut palabra_session,
    task_json: *const c_char,
    user_tag: u64,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            let session = handles::session(session)?;
            let json = text::read(task_json)?.ok_or_else(|| Error::invalid("task_json is missing"))?;
            session.set_task(json, user_tag)
        })
    }
}

/// Requests the task as the service sees it. Answer: TASK_INFO.
///
/// @param session the session.
/// @param user_tag any number; returned in the answer.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_AGAIN Too many commands are pending.
/// @input
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_get_task(session: *mut palabra_session, user_tag: u64) -> palabra_status {
    guard(|| status_of(handles::session(session)?.get_task(user_tag)))
}

/// Builds the task that palabra_session_open_translation() would set for a config, as JSON for
/// palabra_session_set_task(). Fields that do not concern the task are ignored.
///
/// @param config settings.
/// @param buffer receives the JSON, NUL-terminated, truncated between characters if it does not fit; may be NULL if
///   `capacity` is 0.
/// @param capacity size of `buffer`, in bytes.
/// @param error explains a failure; may be NULL.
/// @return length of the whole JSON, in bytes without the NUL: it was truncated if that is `capacity` or more.
/// @retval PALABRA_ERR_INVALID_ARGUMENT As for palabra_session_open_translation().
/// @retval PALABRA_ERR_UNSUPPORTED As for palabra_session_open_translation().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_translation_build_task(
    config: *const palabra_translation_config,
    buffer: *mut c_char,
    capacity: i32,
    error: *mut palabra_error,
) -> i32 {
    let mut length = 0;
    // SAFETY: the caller's promises about the pointers.
    let status = unsafe {
        guard_explained(error, || {
            let capacity = count_of(capacity)?;
            if buffer.is_null() && capacity > 0 {
                return Err(Error::invalid("buffer is missing"));
            }
            // A caller that looks only at the buffer finds a text in it whatever happens.
            text::copy_out("", buffer, capacity);
            let options = options::translation::read_without_queue(config)?;
            let task = options.task()?.to_string();
            text::copy_out(&task, buffer, capacity);
            length = count(task.len());
            Ok(())
        })
    };
    if status < 0 { status } else { length }
}

fn status_of(outcome: Result<(), Error>) -> Result<i32, Status> {
    outcome.map(|()| 0).map_err(|error| error.status)
}
