//! Where a new handle goes: NULL first, so that every failure leaves NULL behind.

use crate::error::Error;

#[derive(Clone, Copy)]
pub(in crate::ffi) struct OutHandle<T>(*mut *mut T);

impl<T> OutHandle<T> {
    /// # Safety
    /// `place` is NULL or writable for as long as the result is used.
    pub(in crate::ffi) unsafe fn clear(place: *mut *mut T) -> OutHandle<T> {
        if !place.is_null() {
            // SAFETY: not NULL, hence writable by the caller's promise.
            unsafe { place.write(std::ptr::null_mut()) };
        }
        OutHandle(place)
    }

    pub(in crate::ffi) fn required(self) -> Result<OutHandle<T>, Error> {
        if self.0.is_null() { Err(Error::invalid("there is no place for the new handle")) } else { Ok(self) }
    }

    pub(in crate::ffi) fn set(self, handle: *mut T) {
        if !self.0.is_null() {
            // SAFETY: not NULL, hence writable by the promise of `clear`.
            unsafe { self.0.write(handle) };
        }
    }
}
