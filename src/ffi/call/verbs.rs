//! What a party does, and what is done for it, while the call runs.

use std::ffi::c_char;

use super::super::support::guard::guard;
use super::super::support::numbers::known_flags;
use super::super::support::{handles, text};
use super::super::types::base::palabra_status;
use super::super::types::call::palabra_leg;
use super::super::types::playout::PALABRA_SILENCE_ALL;
use crate::error::Status;
use crate::session::output::Silenced;

/// Mutes a party, or ends that: what its line sends is silence for the other party and for the service. It goes on
/// sending.
///
/// @param leg the leg.
/// @param muted 1: muted; 0: not.
/// @return PALABRA_OK, also if nothing changes.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `muted` is neither.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_leg_set_muted(leg: *mut palabra_leg, muted: i32) -> palabra_status {
    guard(|| {
        let member = handles::leg(leg)?;
        if !(0..=1).contains(&muted) {
            return Err(Status::InvalidArgument);
        }
        member.leg.set_muted(muted == 1);
        Ok(0)
    })
}

/// Puts a party on hold: the conversation rests. What the lines send, such as music, is heard by the other party as it is
/// and does not reach the service, in either direction; the tasks are paused, which is not billed. What was said before
/// is still translated and heard. TASK_STATUS reports the pauses with `user_tag` 0 where the service acknowledges.
///
/// Both parties can be on hold: the conversation goes on when palabra_leg_resume() was called for each of them.
///
/// @param leg the leg.
/// @return PALABRA_OK, also if it is on hold already.
/// @retval PALABRA_ERR_ENDED palabra_call_end() was called.
/// @retval PALABRA_ERR_CLOSED The call is closed.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_leg_hold(leg: *mut palabra_leg) -> palabra_status {
    set_hold(leg, true)
}

/// Ends the hold of a party. What is said from now on is translated, and is no part of a phrase that was said before. The
/// service's task of each direction is resumed when its party sends the next audio, which waits for it.
///
/// @param leg the leg.
/// @return PALABRA_OK, also if it is not on hold.
/// @retval PALABRA_ERR_ENDED palabra_call_end() was called.
/// @retval PALABRA_ERR_CLOSED The call is closed.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_leg_resume(leg: *mut palabra_leg) -> palabra_status {
    set_hold(leg, false)
}

fn set_hold(leg: *mut palabra_leg, is_away: bool) -> palabra_status {
    guard(|| {
        let member = handles::leg(leg)?;
        member.call.hold(&member.leg, is_away).map(|()| 0).map_err(|error| error.status)
    })
}

/// Silences the translation that a party hears, and nothing else: the phrase that is heard is faded out within 5 ms, and
/// nothing more of it is heard. What the other party says goes on to be translated. For barge-in.
///
/// PLAYOUT_CUT tells who was cut, and after how many ms: `leg` is the other party, whose words these were, `phrase` the
/// phrase of its texts, and `heard_ms` of `phrase_ms` were heard. It follows when the line has read the fade.
///
/// @param leg the leg that hears it.
/// @param flags 0: the phrase that is heard now; PALABRA_SILENCE_ALL: all phrases that have begun to arrive.
/// @return PALABRA_OK, also if nothing is heard.
/// @retval PALABRA_ERR_UNSUPPORTED `barge_in` of the leg is PALABRA_BARGE_IN_NONE.
/// @threads any, but not real-time threads
#[unsafe(no_mangle)]
pub extern "C" fn palabra_leg_silence(leg: *mut palabra_leg, flags: u32) -> palabra_status {
    guard(|| {
        let member = handles::leg(leg)?;
        let is_all = known_flags(flags, PALABRA_SILENCE_ALL)? != 0;
        let what = if is_all { Silenced::All } else { Silenced::Heard };
        member.call.silence(&member.leg, what).map(|()| 0).map_err(|error| error.status)
    })
}

/// Interrupts the translation that a party hears, as palabra_session_interrupt() does: all phrases that have begun to
/// arrive are discarded, also at the service, and what the other party is saying now is lost. Answer: TASK_STATUS
/// "interrupted", with the `leg` of the other party. PLAYOUT_CUT tells what was cut, as for palabra_leg_silence().
///
/// @param leg the leg that hears it.
/// @param user_tag any number; returned in the answer.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_UNSUPPORTED `barge_in` of the leg is PALABRA_BARGE_IN_NONE.
/// @retval PALABRA_ERR_AGAIN Too many commands are pending, or no session for this leg was opened yet.
/// @retval PALABRA_ERR_ENDED palabra_call_end() was called.
/// @retval PALABRA_ERR_CLOSED The call, or the session for this leg, is closed.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_leg_interrupt(leg: *mut palabra_leg, user_tag: u64) -> palabra_status {
    guard(|| {
        let member = handles::leg(leg)?;
        member.call.interrupt(&member.leg, user_tag).map(|()| 0).map_err(|error| error.status)
    })
}

/// Speaks a text to a party, in its language, as palabra_session_speak() does; the other party does not hear it. Its
/// events have the `leg` of the other party. Answer: SPEAK_STATUS.
///
/// @param leg the leg that hears it.
/// @param text what to say, up to PALABRA_MAX_SPEAK_BYTES.
/// @param user_tag any number; returned in the answer.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_AGAIN Too many commands are pending, or no session for this leg was opened yet.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `text` is empty or too long.
/// @retval PALABRA_ERR_ENDED palabra_call_end() was called.
/// @retval PALABRA_ERR_CLOSED The call, or the session for this leg, is closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_leg_speak(
    leg: *mut palabra_leg,
    text: *const c_char,
    user_tag: u64,
) -> palabra_status {
    guard(|| {
        let member = handles::leg(leg)?;
        // SAFETY: the caller's promise about the text.
        let text = unsafe { text::read(text)? }.ok_or(Status::InvalidArgument)?;
        member.call.speak(&member.leg, text, user_tag).map(|()| 0).map_err(|error| error.status)
    })
}
