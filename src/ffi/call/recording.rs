//! A call in a file.

use std::ffi::c_char;
use std::time::Duration;

use super::super::options;
use super::super::support::guard::{guard, guard_explained};
use super::super::support::{handles, sized, text};
use super::super::types::base::{palabra_error, palabra_status};
use super::super::types::call::{palabra_call, palabra_call_recording_options};
use crate::error::Error;
use crate::runtime::calls;

/// Starts to record a call to a WAV file, 16-bit, all parties on one clock: what leg 0 says on the left, what leg 1 says
/// on the right, each when it was sent, as the other party hears it: muted is silent. With
/// PALABRA_RECORDING_TRANSLATIONS the file has four channels: then the translation that leg 0 hears and the one that
/// leg 1 hears follow, each when it was read. Who joins in the place of a closed leg is recorded in its place.
///
/// What a line sends ahead of its time is left out, so that the parties stay together; each is at its place in time to
/// about 100 ms. Everything else is as for palabra_session_start_recording(): a thread of its own writes the file, a
/// failure is one ERROR event, with `leg` -1, and palabra_call_close() ends the recording too.
///
/// @param call the call.
/// @param path the file, which is replaced if it exists.
/// @param options rate and channels; NULL: all defaults.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BUSY A recording of this call is running, or 8 earlier ones are still being written.
/// @retval PALABRA_ERR_IO The file cannot be created. If that takes longer than a second, PALABRA_OK is returned and
///   an ERROR event reports the failure.
/// @retval PALABRA_ERR_LIMIT No thread can be started, or 256 recordings of the process are open or still being
///   written.
/// @retval PALABRA_ERR_CLOSED Another thread closes the call.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty, or a number is out of range.
/// @threads any, but not real-time threads
/// @blocks while the file is created, up to 1 s
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_call_start_recording(
    call: *mut palabra_call,
    path: *const c_char,
    options: *const palabra_call_recording_options,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            let call = handles::call(call)?;
            let path = text::path("path", path)?.ok_or_else(|| Error::invalid("path is missing"))?;
            let options = if options.is_null() { sized::empty() } else { sized::read(options)? };
            call.record_start(&path, options::call::recording(&options)?)
        })
    }
}

/// Pauses a recording, as while a card number is spoken: until palabra_call_resume_recording() all channels of the file
/// are silent, and time goes on. The translation of what was said during the pause can be heard after it.
///
/// @param call the call.
/// @return PALABRA_OK, also if it is paused.
/// @retval PALABRA_ERR_INVALID_ARGUMENT No recording is running.
/// @threads any, but not real-time threads
#[unsafe(no_mangle)]
pub extern "C" fn palabra_call_pause_recording(call: *mut palabra_call) -> palabra_status {
    guard(|| handles::call(call)?.record_pause().map(|()| 0).map_err(|error| error.status))
}

/// Continues a recording after palabra_call_pause_recording().
///
/// @param call the call.
/// @return PALABRA_OK, also if it is not paused.
/// @retval PALABRA_ERR_INVALID_ARGUMENT No recording is running.
/// @threads any, but not real-time threads
#[unsafe(no_mangle)]
pub extern "C" fn palabra_call_resume_recording(call: *mut palabra_call) -> palabra_status {
    guard(|| handles::call(call)?.record_resume().map(|()| 0).map_err(|error| error.status))
}

/// Stops a recording and waits until its file is complete.
///
/// @param call the call.
/// @param timeout_ms how long to wait for the disk, in ms; negative: without limit. The file is completed in any case.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK: the file is complete.
/// @retval PALABRA_ERR_TIMEOUT The file is still being written.
/// @retval PALABRA_ERR_IO It could not be written, or a part is missing: the disk was too slow, or more than 2 s of audio came at
/// once.
/// @retval PALABRA_ERR_LIMIT More than 4 GB were recorded: the file has the first 4 GB.
/// @retval PALABRA_ERR_INVALID_ARGUMENT No recording was started.
/// @threads any, but not real-time threads
/// @blocks up to `timeout_ms`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_call_stop_recording(
    call: *mut palabra_call,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promise about `error`.
    unsafe {
        guard_explained(error, || {
            let timeout = u64::try_from(timeout_ms).map_or(Duration::MAX, Duration::from_millis);
            handles::call(call)?.clone().record_stop_for(&calls::begin(error.addr()), timeout)
        })
    }
}
