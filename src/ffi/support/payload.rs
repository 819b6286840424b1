//! Memory that a struct in the caller's hands points into. Held, not read: the C pointers do that.

use std::ffi::{CString, c_char};
use std::sync::Arc;

use zeroize::Zeroizing;

use super::super::types::account::{palabra_glossary, palabra_rest_session, palabra_voice};
use crate::event::Texts;
use crate::text::without_nul;

#[allow(dead_code, reason = "only kept alive")]
pub(in crate::ffi) enum Payload {
    Event(Vec<i16>, Vec<u8>, Texts, Option<Arc<CString>>),
    Samples(Vec<i16>),
    Tracks(Vec<Vec<i16>>),
    Encoded(Vec<u8>),
    Secrets(HeldSecrets),
    RestSessions(HeldList<palabra_rest_session, HeldSecrets>),
    Texts(HeldTexts),
    Voices(HeldList<palabra_voice>),
    Glossaries(HeldList<palabra_glossary>),
    Csv(Vec<u8>),
}

/// Where a buffer begins; NULL for an empty one.
pub(in crate::ffi) fn start<T>(buffer: &[T]) -> *const T {
    if buffer.is_empty() { std::ptr::null() } else { buffer.as_ptr() }
}

/// Terminated texts that a struct points to.
#[derive(Default)]
pub(in crate::ffi) struct HeldTexts(Vec<Vec<u8>>);

impl HeldTexts {
    /// The text stays where it is for as long as this lives.
    pub(crate) fn hold(&mut self, text: &str) -> *const c_char {
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
    pub(crate) fn hold(&mut self, text: &str) -> *const c_char {
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
pub(in crate::ffi) struct HeldList<T, H = HeldTexts> {
    _texts: H,
    _items: Vec<T>,
    pointers: Vec<*const T>,
}

// SAFETY: nothing in it changes once it is made, and only C follows its pointers, by the rules of the header.
unsafe impl<T, H: Send> Send for HeldList<T, H> {}
// SAFETY: as above.
unsafe impl<T, H: Sync> Sync for HeldList<T, H> {}

impl<T, H: Default> HeldList<T, H> {
    pub(crate) fn of<V>(values: &[V], fill: impl Fn(&V, &mut H) -> T) -> HeldList<T, H> {
        let mut texts = H::default();
        let items: Vec<T> = values.iter().map(|value| fill(value, &mut texts)).collect();
        let pointers = items.iter().map(|item| &raw const *item).collect();
        HeldList { _texts: texts, _items: items, pointers }
    }

    /// NULL for an empty list.
    pub(crate) fn pointers(&self) -> *const *const T {
        if self.pointers.is_empty() { std::ptr::null() } else { self.pointers.as_ptr() }
    }
}
