//! Names on their way to the caller.

use super::super::types::queue::*;
use super::sized;
use crate::error::Status;
use crate::session::events::names::{Kind, Named, Waited};

/// Polls and fills the caller's struct.
///
/// # Safety
/// `ready` is NULL or points to as many writable bytes as its `struct_size` says.
pub(in crate::ffi) unsafe fn hand_over(
    ready: *mut palabra_ready,
    poll: impl FnOnce() -> Waited<Named>,
) -> Result<i32, Status> {
    // SAFETY: the caller's promise. Checked first: a name that was taken could not be put back.
    unsafe { sized::check(ready)? };
    let (filled, taken) = match poll() {
        Waited::Taken(name) => (filled(&name), 1),
        Waited::Nothing => (sized::empty(), 0),
        Waited::Closed => return Err(Status::Closed),
    };
    // SAFETY: as above.
    unsafe { sized::write(ready, &filled)? };
    Ok(taken)
}

fn filled(name: &Named) -> palabra_ready {
    palabra_ready {
        kind: match name.kind {
            Kind::Session => PALABRA_READY_SESSION,
            Kind::Call => PALABRA_READY_CALL,
            Kind::Queue => PALABRA_READY_QUEUE,
        },
        tag: name.tag,
        handle: std::ptr::without_provenance_mut(name.handle),
        ..sized::empty()
    }
}
