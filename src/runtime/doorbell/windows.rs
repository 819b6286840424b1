//! Windows: a manual-reset event for WaitForMultipleObjects.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle, RawHandle};

use windows_sys::Win32::System::Threading::{CreateEventW, ResetEvent, SetEvent};

pub struct Doorbell(OwnedHandle);

impl Doorbell {
    pub fn new() -> io::Result<Doorbell> {
        // SAFETY: no security attributes, no name: both pointers may be null.
        let event = unsafe { CreateEventW(std::ptr::null(), 1, 0, std::ptr::null()) };
        if event.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the handle was created here and has no other owner.
        Ok(Doorbell(unsafe { OwnedHandle::from_raw_handle(event) }))
    }

    pub fn raise(&self) {
        // SAFETY: the handle is open for as long as `self` lives.
        unsafe { SetEvent(self.0.as_raw_handle()) };
    }

    pub fn clear(&self) {
        // SAFETY: as above.
        unsafe { ResetEvent(self.0.as_raw_handle()) };
    }

    pub fn raw(&self) -> RawHandle {
        self.0.as_raw_handle()
    }
}
