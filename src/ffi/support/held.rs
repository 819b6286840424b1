//! Results that the caller looks into, and the calls that wait for the service to give them.

use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::super::types::base::palabra_status;
use super::super::types::client::palabra_client;
use super::guard::guard;
use super::sized::{self, Sized32};
use super::{fork, handles, text};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::runtime;
use crate::text::without_nul;

/// Terminated texts that a struct points to.
#[derive(Default)]
pub(in crate::ffi) struct HeldTexts(Vec<Vec<u8>>);

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

/// Terminated texts with secrets among them, wiped in the end.
#[derive(Default)]
pub(in crate::ffi) struct HeldSecrets(Vec<Zeroizing<Vec<u8>>>);

impl HeldSecrets {
    /// The text stays where it is for as long as this lives.
    pub fn hold(&mut self, text: &str) -> *const c_char {
        let text = without_nul(text);
        // At its final size from the start: a buffer that grows leaves a copy behind.
        let mut bytes = Vec::with_capacity(text.len() + 1);
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(0);
        let place = bytes.as_ptr().cast();
        self.0.push(Zeroizing::new(bytes));
        place
    }
}

/// Structs that a list points to, with their texts.
pub(in crate::ffi) struct HeldList<T> {
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
pub(in crate::ffi) fn call<T, F>(
    client: *const palabra_client,
    limit: Duration,
    job: impl FnOnce(Arc<Client>) -> F + Send + 'static,
) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let client = handles::client(client)?.clone();
    fork::watch();
    runtime::start()?.run(limit, move || job(client))
}

/// The id of something at the service.
///
/// # Safety
/// `id` is NULL or points to a NUL-terminated string.
pub(in crate::ffi) unsafe fn id(id: *const c_char) -> Result<String> {
    // SAFETY: the caller's promise.
    unsafe { text::owned("id", id)? }.ok_or_else(|| Error::invalid("id is missing"))
}

/// Frees what a result points into and zeroes it but for its size.
///
/// # Safety
/// `result` is NULL or points to as many readable and writable bytes as its `struct_size` says.
pub(in crate::ffi) unsafe fn release<T: Sized32>(
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
