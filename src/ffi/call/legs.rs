//! The parties: joining and leaving, and their audio, which neither waits nor allocates nor calls the system.

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use super::super::options;
use super::super::support::guard::{guard, guard_audio, guard_explained};
use super::super::support::numbers::{count, count_of};
use super::super::support::out_handle::OutHandle;
use super::super::support::{audio_slice, handles};
use super::super::types::audio::palabra_audio_format;
use super::super::types::base::{palabra_error, palabra_status};
use super::super::types::call::{palabra_call, palabra_leg, palabra_leg_config};
use super::super::types::playout::palabra_original_options;
use crate::audio::format::PlayoutFormat;
use crate::call::Member;
use crate::error::Status;

/// Adds a party to a call. When both have joined, the sessions between them are opened.
///
/// A party that has joined and has neither exchanged nor read audio is not on the line yet, as while its telephone
/// rings: the sessions are connected meanwhile, but nothing of the other party is sent or heard. So join it when the
/// telephone begins to ring, and exchange audio when it is answered. The first exchange puts it on the line, also one of
/// 0 frames.
///
/// For a transfer close the leg and join another: it can have another language and other formats.
///
/// @param call the call.
/// @param config settings of the party.
/// @param leg receives the handle; NULL on failure.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK. Close the leg with palabra_leg_close().
/// @retval PALABRA_ERR_INVALID_ARGUMENT `language` is missing; a number is out of range.
/// @retval PALABRA_ERR_UNSUPPORTED The call has two legs already, or `config` asks for a feature that was not built into the
///   library: palabra_has_feature().
/// @retval PALABRA_ERR_AUTH There are no credentials.
/// @retval PALABRA_ERR_ENDED palabra_call_end() was called.
/// @retval PALABRA_ERR_CLOSED The call is closed.
/// @retval PALABRA_ERR_LIMIT Too many legs, or no memory for the buffers.
/// @example call.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_leg_join(
    call: *mut palabra_call,
    config: *const palabra_leg_config,
    leg: *mut *mut palabra_leg,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        let out = OutHandle::clear(leg);
        guard_explained(error, || {
            let out = out.required()?;
            let call = handles::call(call)?.clone();
            let leg = call.join(options::call::read_leg(config)?)?;
            let member = Arc::new(Member { call: call.clone(), leg: leg.clone() });
            let handle = handles::add_leg(member).inspect_err(|_| call.leave(&leg))?;
            if !call.introduce_leg(&leg, handle.addr()) {
                // The call was closed meanwhile, and could not know the handle.
                let _ = handles::remove_leg(handle);
                return Err(Status::Closed.into());
            }
            out.set(handle);
            Ok(())
        })
    }
}

/// Returns the number of a leg, which events call `leg`. A leg that joins in the place of a closed one has its number.
///
/// @param leg the leg.
/// @return 0 or 1.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_leg_get_number(leg: *mut palabra_leg) -> i32 {
    guard(|| Ok(count(handles::leg(leg)?.leg.number())))
}

/// One tick of a party's line: takes what the party says, and fills exactly `output_frames` frames with what it is to hear:
/// the translation of the other party, and the other's own voice under it, as palabra_session_read_audio() does.
///
/// Call it once per tick or audio callback. The two numbers of frames are independent: `output_frames` is what the line
/// plays in a tick, and `input_frames` what has arrived since the tick before. Input is always taken: what cannot be
/// delivered in time is dropped, the oldest first, and told by a WARNING with DROPPED; it is ignored after
/// palabra_call_end(), so the same loop plays the rest. The other party hears what is said while a session connects, and
/// after one has ended, too.
///
/// @param leg the leg.
/// @param input `input_frames` frames in the input format, with any alignment; may be NULL if `input_frames` is 0.
/// @param input_frames number of frames, 0 or more, at most 500 ms of audio; 0: nothing arrived.
/// @param output receives `output_frames` frames in the output format, with any alignment; it must not overlap `input`;
///   may be NULL if `output_frames` is 0.
/// @param output_frames number of frames, 0 or more, at most 500 ms of audio.
/// @return a set of PALABRA_SOUND_* bits; 0: all frames are silence. PALABRA_SOUND_ENDED: the call is closed and
///   everything was heard. Check for an error first: its bits mean nothing. After an error nothing was taken, and
///   `output` is silence too, unless the handle is bad or `output_frames` is out of range.
/// @retval PALABRA_ERR_INVALID_ARGUMENT A number of frames is out of range, or `output` overlaps `input`.
/// @retval PALABRA_ERR_BUSY Another thread is sending or reading on this leg, or changing a format.
/// @threads one at a time per leg
/// @realtime
/// @example call.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_leg_exchange(
    leg: *mut palabra_leg,
    input: *const c_void,
    input_frames: i32,
    output: *mut c_void,
    output_frames: i32,
) -> i32 {
    // SAFETY: the caller's promise about `input` and `output`.
    unsafe { exchange(leg, None, (input, input_frames), (output, output_frames)) }
}

/// As palabra_leg_exchange(), for a packet with an RTP timestamp, so that packets may come late, out of order, twice or
/// never. Use one of both functions on a leg.
///
/// A packet that comes before its turn waits for those before it, up to `jitter_ms` of the leg's config: then they were
/// lost, as after palabra_leg_skip(). What comes after that, and what was said before, is dropped. A gap that is longer,
/// as where silence is not sent (DTX), is a loss at once. A timestamp that is more than 30 s away begins another stream.
///
/// @param leg the leg.
/// @param input as for palabra_leg_exchange(); the payload of one packet.
/// @param input_frames number of frames, 0 or more, at most 500 ms of audio; 0: nothing arrived. If more than one packet has
///   arrived since the last tick, call the function for each of them, with `output_frames` 0 for all but one.
/// @param rtp_timestamp the packet's, in frames of the input format, modulo 2^32; ignored if `input_frames` is 0. A codec
///   whose RTP clock has another rate than its audio, such as G.722, needs it converted.
/// @param output as for palabra_leg_exchange().
/// @param output_frames number of frames, 0 or more, at most 500 ms of audio. Time passes by them: call the function once
///   per tick also if nothing has arrived.
/// @return as palabra_leg_exchange() returns it.
/// @retval PALABRA_ERR_BUSY Another thread is sending or reading on this leg, or changing a format.
/// @threads one at a time per leg
/// @realtime
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_leg_exchange_at(
    leg: *mut palabra_leg,
    input: *const c_void,
    input_frames: i32,
    rtp_timestamp: u32,
    output: *mut c_void,
    output_frames: i32,
) -> i32 {
    // SAFETY: the caller's promise about `input` and `output`.
    unsafe { exchange(leg, Some(rtp_timestamp), (input, input_frames), (output, output_frames)) }
}

/// # Safety
/// `input` is NULL or points to so many readable frames, `output` is NULL or points to so many writable ones.
unsafe fn exchange(
    leg: *mut palabra_leg,
    at: Option<u32>,
    (input, input_frames): (*const c_void, i32),
    (output, output_frames): (*mut c_void, i32),
) -> i32 {
    let sound = guard_audio(|| {
        let member = handles::leg(leg)?;
        let said = Cell::new(ptr::null()..ptr::null());
        let said_of = |frame_bytes: usize| {
            // SAFETY: the caller's promise about `input`.
            let bytes = unsafe { audio_slice::read(input, input_frames, frame_bytes) }?;
            said.set(bytes.as_ptr_range());
            Ok(bytes)
        };
        let heard_of = |frame_bytes: usize| {
            let said = said.replace(ptr::null()..ptr::null());
            // SAFETY: the caller's promise about `output`.
            unsafe { audio_slice::write_beside(said, output, output_frames, frame_bytes) }
        };
        let sound = match at {
            Some(at) => member.leg.exchange_at(at, said_of, heard_of),
            None => member.leg.exchange(said_of, heard_of),
        };
        sound.map(|sound| sound.bits() as i32)
    });
    if sound < 0 {
        // SAFETY: the caller's promise about `output`.
        unsafe { silence(leg, output, output_frames) };
    }
    sound
}

/// The half of palabra_leg_exchange() that takes what the party says, for lines that send and read on two threads.
///
/// @param leg the leg.
/// @param audio `frames` frames in the input format, with any alignment; may be NULL if `frames` is 0.
/// @param frames number of frames, 0 or more.
/// @return number of frames taken, 0 to `frames`: all of them, at the pace of speech.
/// @retval PALABRA_ERR_BUSY Another thread is sending on this leg, or changing its input format.
/// @retval PALABRA_ERR_ENDED palabra_call_end() was called.
/// @retval PALABRA_ERR_CLOSED The call is closed.
/// @threads one sender at a time per leg
/// @realtime
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_leg_send_audio(
    leg: *mut palabra_leg,
    audio: *const c_void,
    frames: i32,
) -> i32 {
    guard_audio(|| {
        let member = handles::leg(leg)?;
        // SAFETY: the caller's promise about `audio`.
        let said_of = |frame_bytes: usize| unsafe { audio_slice::read(audio, frames, frame_bytes) };
        member.leg.send_audio(said_of).map(count)
    })
}

/// The half of palabra_leg_exchange() that fills what the party is to hear.
///
/// @param leg the leg.
/// @param audio receives `frames` frames in the output format, with any alignment; may be NULL if `frames` is 0.
/// @param frames number of frames, 0 or more, at most 500 ms of audio.
/// @return as palabra_leg_exchange() returns it.
/// @retval PALABRA_ERR_BUSY Another thread is reading on this leg, or changing its output format.
/// @threads one reader at a time per leg
/// @realtime
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_leg_read_audio(
    leg: *mut palabra_leg,
    audio: *mut c_void,
    frames: i32,
) -> i32 {
    let sound = guard_audio(|| {
        let member = handles::leg(leg)?;
        // SAFETY: the caller's promise about `audio`.
        let heard_of = |frame_bytes: usize| unsafe { audio_slice::write(audio, frames, frame_bytes) };
        member.leg.read_audio(heard_of).map(|sound| sound.bits() as i32)
    });
    if sound < 0 {
        // SAFETY: the caller's promise about `audio`.
        unsafe { silence(leg, audio, frames) };
    }
    sound
}

/// A line that ignores the error plays no noise.
///
/// # Safety
/// `audio` is NULL or points to `frames` writable frames.
unsafe fn silence(leg: *mut palabra_leg, audio: *mut c_void, frames: i32) {
    let (Ok(member), Ok(frames), false) = (handles::leg(leg), usize::try_from(frames), audio.is_null())
    else {
        return;
    };
    if let Some((silent, bytes)) = member.leg.unread(frames) {
        // SAFETY: the format is the one that a read would have filled.
        unsafe { ptr::write_bytes(audio.cast::<u8>(), silent, bytes) };
    }
}

/// States that frames of what the party says were lost, as palabra_session_skip() does.
///
/// @param leg the leg.
/// @param frames number of frames, 0 or more.
/// @return number of frames taken, 0 to `frames`.
/// @retval PALABRA_ERR_BUSY Another thread is sending on this leg, or changing its input format.
/// @retval PALABRA_ERR_ENDED palabra_call_end() was called.
/// @retval PALABRA_ERR_CLOSED The call is closed.
/// @threads one sender at a time per leg
/// @realtime
#[unsafe(no_mangle)]
pub extern "C" fn palabra_leg_skip(leg: *mut palabra_leg, frames: i32) -> i32 {
    guard_audio(|| handles::leg(leg)?.leg.skip(count_of(frames)?).map(count))
}

/// Changes the format of the audio that a party's line sends from now on, as palabra_session_set_input_format() does.
///
/// @param leg the leg.
/// @param format the new format. `sample_rate` is required. `channel` must be 0: the selected channel stays; with fewer
///   channels than that they are mixed.
/// @return PALABRA_OK, also if nothing changes. After an error the format is what it was.
/// @retval PALABRA_ERR_BUSY Another thread is sending on this leg.
/// @retval PALABRA_ERR_AGAIN 16 changes are pending already.
/// @retval PALABRA_ERR_UNSUPPORTED The encoding is not known.
/// @retval PALABRA_ERR_ENDED palabra_call_end() was called.
/// @retval PALABRA_ERR_CLOSED The call is closed.
/// @threads preferably the one that sends, which alone knows the first frame of the new format; not real-time threads
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_leg_set_input_format(
    leg: *mut palabra_leg,
    format: *const palabra_audio_format,
) -> palabra_status {
    guard(|| {
        let member = handles::leg(leg)?;
        // SAFETY: the caller's promise about `format`.
        let format = unsafe { given(format) }?;
        member.call.set_input_format(&member.leg, format).map(|()| 0).map_err(|error| error.status)
    })
}

/// Changes the format of the audio that a party's line takes from now on, as palabra_session_set_output_format() does.
///
/// @param leg the leg.
/// @param format the new format. `sample_rate` is required.
/// @return PALABRA_OK, also if nothing changes.
/// @retval PALABRA_ERR_BUSY Another thread is reading on this leg: nothing was changed.
/// @retval PALABRA_ERR_UNSUPPORTED The encoding is not known.
/// @threads preferably the one that reads, which alone knows the first frame of the new format; not real-time threads
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_leg_set_output_format(
    leg: *mut palabra_leg,
    format: *const palabra_audio_format,
) -> palabra_status {
    guard(|| {
        let member = handles::leg(leg)?;
        // SAFETY: the caller's promise about `format`.
        let format = unsafe { given(format) }?;
        member.call.set_output_format(&member.leg, format).map(|()| 0).map_err(|error| error.status)
    })
}

/// # Safety
/// `format` is NULL or readable.
unsafe fn given(format: *const palabra_audio_format) -> Result<PlayoutFormat, Status> {
    // SAFETY: the caller's promise.
    let format = unsafe { options::audio::required_format(format) }.map_err(|error| error.status)?;
    Ok(PlayoutFormat {
        encoding: format.encoding,
        sample_rate: format.sample_rate,
        channels: format.channels,
    })
}

/// Changes how a party hears the other's own voice under the translation: its gain, also to 0 and back, and the ducking.
/// The change is faded within 20 ms.
///
/// @param leg the leg that hears it.
/// @param options as in `output.original` of the translation's config; here `gain_percent` 0 is silence.
/// @return PALABRA_OK. After an error nothing has changed.
/// @retval PALABRA_ERR_LIMIT No memory for the original voice.
/// @threads any, but not real-time threads
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_leg_set_original(
    leg: *mut palabra_leg,
    options: *const palabra_original_options,
) -> palabra_status {
    guard(|| {
        let member = handles::leg(leg)?;
        // SAFETY: the caller's promise about `options`.
        let levels = unsafe { options::playout::original_levels(options) };
        levels.and_then(|levels| member.leg.set_original(levels)).map(|()| 0).map_err(|error| error.status)
    })
}

/// Takes a party out of a call, as when it hangs up, and invalidates its handle. The other party hears the rest of what
/// was said, as after palabra_session_end(), and the call goes on: another party can join.
///
/// What the other party says is not translated any more, until somebody joins. LINK_DOWN is delivered for both legs.
///
/// @param leg the leg; NULL: nothing is done.
/// @return PALABRA_OK. A thread that exchanges audio at this moment returns before or after that; later calls return
///   PALABRA_ERR_BAD_HANDLE.
/// @example call.c
#[unsafe(no_mangle)]
pub extern "C" fn palabra_leg_close(leg: *mut palabra_leg) -> palabra_status {
    guard(|| {
        if !leg.is_null() {
            let removed = handles::remove_leg(leg)?;
            removed.call.leave(&removed.leg);
            drop(removed);
            handles::sweep();
        }
        Ok(0)
    })
}
