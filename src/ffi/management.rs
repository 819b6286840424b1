//! What the doors for voices and glossaries share: calls that wait for the service, and results that C looks into.

use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::time::Duration;

use super::client::palabra_client;
use super::guard::guard;
use super::handles;
use super::process;
use super::sized::{self, Sized32};
use super::status::palabra_status;
use super::text;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::runtime;
use crate::text::without_nul;

/// Terminated texts that a struct points to.
#[derive(Default)]
pub(super) struct HeldTexts(Vec<Vec<u8>>);

impl HeldTexts {
    /// The text stays where it is for as long as this lives.
    pub fn hold(&mut self, text: &str) -> *const c_char {
        let mut bytes = without_nul(text).into_owned().into_bytes();
        bytes.push(0);
        let place = bytes.as_ptr().cast();
        self.0.push(bytes);
        place
    }
}

/// Structs that a list points to, with their texts.
pub(super) struct HeldList<T> {
    _texts: HeldTexts,
    _items: Vec<T>,
    pointers: Vec<*const T>,
}

// SAFETY: nothing in it changes once it is made, and only C follows its pointers, by the rules of the header.
unsafe impl<T> Send for HeldList<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for HeldList<T> {}

impl<T> HeldList<T> {
    pub fn of<V>(values: &[V], fill: impl Fn(&V, &mut HeldTexts) -> T) -> HeldList<T> {
        let mut texts = HeldTexts::default();
        let items: Vec<T> = values.iter().map(|value| fill(value, &mut texts)).collect();
        let pointers = items.iter().map(|item| &raw const *item).collect();
        HeldList { _texts: texts, _items: items, pointers }
    }

    /// NULL for an empty list.
    pub fn pointers(&self) -> *const *const T {
        if self.pointers.is_empty() { std::ptr::null() } else { self.pointers.as_ptr() }
    }
}

/// Runs a call on the library's thread and waits for it.
pub(super) fn call<T, F>(
    client: *const palabra_client,
    limit: Duration,
    job: impl FnOnce(Arc<Client>) -> F + Send + 'static,
) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let client = handles::client(client)?.clone();
    process::before_start();
    runtime::start()?.run(limit, move || job(client))
}

/// # Safety
/// `id` is NULL or points to a NUL-terminated string.
pub(super) unsafe fn id(id: *const c_char) -> Result<String> {
    // SAFETY: the caller's promise.
    unsafe { text::owned("id", id)? }.ok_or_else(|| Error::invalid("id is missing"))
}

/// Frees what a result points into and zeroes it but for its size.
///
/// # Safety
/// `result` is NULL or points to as many readable and writable bytes as its `struct_size` says.
pub(super) unsafe fn release<T: Sized32>(
    result: *mut T,
    payload: impl FnOnce(&T) -> *mut c_void,
) -> palabra_status {
    guard(|| {
        if result.is_null() {
            return Ok(0);
        }
        // SAFETY: not NULL, hence a struct of the caller's.
        unsafe {
            let payload = payload(&sized::read(result)?);
            sized::write(result, &sized::empty())?;
            handles::release_payload(payload)?;
        }
        Ok(0)
    })
}
