//! The recording of a session, in calls that wait for the disk.

use std::ffi::CString;
use std::ptr::null;

use palabra::ffi::file::{
    palabra_session_pause_recording, palabra_session_resume_recording, palabra_session_start_recording,
    palabra_session_stop_recording,
};
use palabra::ffi::types::base::palabra_error;

use super::talk::{Talk, prepared};
use crate::scenario::Recording;

/// Makes a call about the recording with this name.
pub fn call(talk: &Talk, step: Recording, name: &str) -> impl Future<Output = i32> + Send + use<> {
    let path = CString::new(format!("/recordings/{name}.wav")).unwrap_or_default();
    talk.call(move |session| {
        let mut error: palabra_error = prepared();
        // SAFETY: a handle, a text that outlives the call, and a prepared error.
        unsafe {
            match step {
                Recording::Start => {
                    palabra_session_start_recording(session, path.as_ptr(), null(), &raw mut error)
                }
                Recording::Pause => palabra_session_pause_recording(session),
                Recording::Resume => palabra_session_resume_recording(session),
                Recording::Stop(ms) => palabra_session_stop_recording(session, ms, &raw mut error),
            }
        }
    })
}
