//! Structs in the caller's hands that point into memory of the library, until they are released.

use std::ffi::c_void;

use super::super::types;
use super::super::types::base::palabra_status;
use super::guard::guard;
use super::handles;
use super::payload::Payload;
use super::sized::{self, Sized32};
use crate::error::Status;

/// A struct with a `payload`.
pub(in crate::ffi) trait Held: Sized32 {
    fn payload(&mut self) -> &mut *mut c_void;
}

macro_rules! held {
    ($($module:ident::$name:ident),* $(,)?) => {$(
        impl Held for types::$module::$name {
            fn payload(&mut self) -> &mut *mut c_void {
                &mut self.payload
            }
        }
    )*};
}

held!(
    account::palabra_glossaries,
    account::palabra_glossary,
    account::palabra_glossary_csv,
    account::palabra_rest_session,
    account::palabra_rest_sessions,
    account::palabra_voice,
    account::palabra_voices,
    audio::palabra_audio,
    event::palabra_event,
    file::palabra_file_result,
);

/// Keeps what `filled` points into until it is released.
pub(in crate::ffi) fn hold<T: Held>(mut filled: T, payload: Payload) -> Result<T, Status> {
    *filled.payload() = handles::add_payload(payload)?;
    Ok(filled)
}

/// Frees what a result points into and zeroes it but for its size.
///
/// # Safety
/// `result` is NULL or points to as many readable and writable bytes as its `struct_size` says.
pub(in crate::ffi) unsafe fn release<T: Held>(result: *mut T) -> palabra_status {
    // SAFETY: the caller's promise.
    guard(|| unsafe { release_to(result, &sized::empty()) })
}

/// As [`release`], inside a guard; `released` is what the struct becomes.
///
/// # Safety
/// As for [`release`].
pub(in crate::ffi) unsafe fn release_to<T: Held>(result: *mut T, released: &T) -> Result<i32, Status> {
    if result.is_null() {
        return Ok(0);
    }
    // SAFETY: not NULL, hence a struct of the caller's.
    unsafe {
        let payload = *sized::read(result)?.payload();
        sized::write(result, released)?;
        handles::release_payload(payload)?;
    }
    Ok(0)
}
