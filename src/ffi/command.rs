//! Commands: what can be asked of a session while it lives. None waits for the answer.

use std::ffi::c_char;

use super::guard::{guard, guard_explained, known_flags};
use super::handles;
use super::session::palabra_session;
use super::status::{palabra_error, palabra_status};
use super::text;
use crate::error::{Error, Status};
use crate::session::{MAX_SPEAK_BYTES, MAX_TASK_BYTES};

/// `text` is in the source language: translate it into every target instead of speaking it as it is.
pub const PALABRA_SPEAK_TRANSLATE: u32 = 1;
/// Pause as well.
pub const PALABRA_INTERRUPT_PAUSE: u32 = 1;

/// Longest text that palabra_session_speak() takes, in bytes. The service allows 2048 characters.
pub const PALABRA_MAX_SPEAK_BYTES: u32 = 8192;
/// Longest JSON that palabra_session_set_task() takes, in bytes.
pub const PALABRA_MAX_TASK_BYTES: u32 = 262144;

const _: () = assert!(PALABRA_MAX_SPEAK_BYTES as usize == MAX_SPEAK_BYTES);
const _: () = assert!(PALABRA_MAX_TASK_BYTES as usize == MAX_TASK_BYTES);

/// Has the service say a text, as if it had been heard. Its transcripts and audio come as events.
///
/// Commands (this function and the next five) wait inside until the session is ready and until the service will take
/// them: it allows only so many of each in a time, see `task_interval_ms`, `pause_interval_ms` and
/// `speak_per_minute` of the config. They go out in the order of the calls, save that an interrupt goes first.
/// Answers come as events with the `user_tag` of the call: here SPEAK_STATUS, whose `utterance` is the one of the
/// texts and audio to come. A command that the service refuses is answered by ERROR, with the `user_tag` where the
/// command can be told from the error. Servers of the first generation (client id and secret) answer only
/// palabra_session_get_task() and refusals.
///
/// @param session the session.
/// @param text what to say.
/// @param language the language of `text`: one of the targets, or with PALABRA_SPEAK_TRANSLATE the source.
/// @param flags PALABRA_SPEAK_TRANSLATE or 0.
/// @param user_tag any number; comes back in the answer.
/// @return PALABRA_OK the text was taken;
///   PALABRA_ERR_AGAIN too many commands wait already (`command_limit`);
///   PALABRA_ERR_ENDED, PALABRA_ERR_CLOSED no more input is taken;
///   PALABRA_ERR_INVALID_ARGUMENT a text is NULL, empty or too long;
///   PALABRA_ERR_INVALID_UTF8, PALABRA_ERR_UNSUPPORTED (flags), PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
///
/// **Threads:** any. **Blocks:** never. **Memory:** the texts are copied. **Since:** 0.1
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

/// Throws the phrase in progress away: nothing more is said about it, and its speech stops coming. For a listener
/// who is interrupted; speech that was delivered already is the caller's to drop.
///
/// The service has two names for this, "flush" and "interrupt"; the one that the credentials ask for is used. It goes
/// out ahead of commands that still wait inside, so texts to speak among those are spoken after it; with
/// PALABRA_INTERRUPT_PAUSE it keeps its place among them. Answer: TASK_STATUS "interrupted".
///
/// @param session the session.
/// @param languages targets to interrupt, separated by commas; NULL or "": all.
/// @param flags PALABRA_INTERRUPT_PAUSE or 0.
/// @param user_tag any number; comes back in the answer.
/// @return as palabra_session_speak().
///
/// **Threads:** any. **Blocks:** never. **Memory:** the text is copied. **Since:** 0.1
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

/// Pauses the translation: what was said before is completed, audio sent from now on is dropped by the service (and
/// not billed), and the silence does not end the session. Answer: TASK_STATUS "paused".
///
/// @param session the session.
/// @param user_tag any number; comes back in the answer.
/// @return as palabra_session_speak().
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_pause(session: *mut palabra_session, user_tag: u64) -> palabra_status {
    guard(|| status_of(handles::session(session)?.pause(user_tag)))
}

/// Goes on after a pause, with the task that the service accepted last (which is sent again: the service has no other
/// way). Answer: TASK_STATUS "resumed", or "unchanged" when nothing was paused.
///
/// @param session the session.
/// @param user_tag any number; comes back in the answer.
/// @return as palabra_session_speak().
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_resume(session: *mut palabra_session, user_tag: u64) -> palabra_status {
    guard(|| status_of(handles::session(session)?.resume(user_tag)))
}

/// Replaces the task while the session runs; also resumes a paused one. A new output format is followed. Answer:
/// TASK_STATUS "updated", "unchanged" or "resumed"; or ERROR, and the old task goes on.
///
/// @param session the session.
/// @param task_json the whole task as a JSON object, such as palabra_task_build() makes.
/// @param user_tag any number; comes back in the answer.
/// @param error explains a failure; may be NULL.
/// @return as palabra_session_speak();
///   PALABRA_ERR_INVALID_ARGUMENT `task_json` is NULL, longer than PALABRA_MAX_TASK_BYTES or no JSON object;
///   PALABRA_ERR_UNSUPPORTED it declares another input format, rate or channels than the session was opened with.
///
/// **Threads:** any. **Blocks:** never. **Memory:** the text is copied. **Since:** 0.1
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

/// Asks for the task as the service sees it. Answer: TASK_INFO, with the flag PAUSED while it is paused.
///
/// @param session the session.
/// @param user_tag any number; comes back in the answer.
/// @return as palabra_session_speak().
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_get_task(session: *mut palabra_session, user_tag: u64) -> palabra_status {
    guard(|| status_of(handles::session(session)?.get_task(user_tag)))
}

fn status_of(outcome: Result<(), Error>) -> Result<i32, Status> {
    outcome.map(|()| 0).map_err(|error| error.status)
}
