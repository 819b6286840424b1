//! The record of one connection, for `GET /devserver/sessions`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flate2::Crc;
use serde_json::{Value, json};

use crate::product::Product;

/// Distinct message types counted per connection, so that a peer cannot fill the memory with names.
const COUNTED_TYPES: usize = 64;

pub struct Tally {
    pub product: Product,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    settings: Value,
    /// Messages are compressed.
    compressed: bool,
    /// Faults that are set and do not apply here.
    idle_faults: Vec<&'static str>,
    messages: BTreeMap<String, u64>,
    /// Input audio, before any decoding except base64.
    audio: Crc,
    audio_bytes: u64,
    audio_messages: u64,
    /// Audio that came too fast to be transcribed.
    left_out_s: f64,
    text_bytes: u64,
    spoken_bytes: u64,
    over: bool,
    closed_code: Option<u16>,
    closed_by: Option<&'static str>,
}

impl Tally {
    pub fn new(product: Product) -> Self {
        Self { product, counts: Mutex::default() }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The settings that the client requested, without any token.
    pub fn settings(&self, settings: Value) {
        self.counts().settings = settings;
    }

    pub fn compressed(&self, is_so: bool) {
        self.counts().compressed = is_so;
    }

    pub fn idle_faults(&self, names: Vec<&'static str>) {
        self.counts().idle_faults = names;
    }

    pub fn received(&self, kind: &str) {
        let mut counts = self.counts();
        if counts.messages.contains_key(kind) || counts.messages.len() < COUNTED_TYPES {
            *counts.messages.entry(kind.to_owned()).or_default() += 1;
        }
    }

    pub fn audio(&self, bytes: &[u8]) {
        let mut counts = self.counts();
        counts.audio.update(bytes);
        counts.audio_bytes += bytes.len() as u64;
        counts.audio_messages += 1;
    }

    /// Counts audio that is not transcribed. Returns whether it is the first.
    pub fn left_out(&self, seconds: f64) -> bool {
        let mut counts = self.counts();
        let is_first = counts.left_out_s == 0.0;
        counts.left_out_s += seconds;
        is_first
    }

    pub fn text(&self, text: &str) {
        self.counts().text_bytes += text.len() as u64;
    }

    /// Speech that was sent, before base64.
    pub fn spoken(&self, bytes: usize) {
        self.counts().spoken_bytes += bytes as u64;
    }

    pub fn closed(&self, by: &'static str, code: Option<u16>) {
        let mut counts = self.counts();
        counts.over = true;
        counts.closed_by = Some(by);
        counts.closed_code = code;
    }

    pub fn is_open(&self) -> bool {
        !self.counts().over
    }

    pub fn report(&self) -> Value {
        let counts = self.counts();
        json!({
            "product": self.product.name(),
            "settings": counts.settings,
            "compressed": counts.compressed,
            "idle_faults": counts.idle_faults,
            "messages": counts.messages,
            "audio_bytes": counts.audio_bytes,
            "audio_messages": counts.audio_messages,
            "audio_crc32": counts.audio.sum(),
            "left_out_s": counts.left_out_s,
            "text_bytes": counts.text_bytes,
            "spoken_bytes": counts.spoken_bytes,
            "open": !counts.over,
            "closed_code": counts.closed_code,
            "closed_by": counts.closed_by,
        })
    }
}

/// The record of one connection in its session. Released when dropped, however the connection ended.
pub struct Seat {
    pub tally: Arc<Tally>,
    /// Whether the token stayed below its limit of connections.
    pub admitted: bool,
}

impl Drop for Seat {
    fn drop(&mut self) {
        if self.tally.is_open() {
            self.tally.closed("lost", None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_summed_whatever_their_portions() {
        let (whole, parts) = (Tally::new(Product::SpeechToText), Tally::new(Product::SpeechToText));
        whole.audio(b"123456789");
        parts.audio(b"1234");
        parts.audio(b"56789");
        let (whole, parts) = (whole.report(), parts.report());
        assert_eq!(whole["audio_crc32"], 0xcbf4_3926_u32);
        assert_eq!((&whole["audio_crc32"], &whole["audio_bytes"]), (&parts["audio_crc32"], &json!(9)));
        assert_eq!((&whole["audio_messages"], &parts["audio_messages"]), (&json!(1), &json!(2)));
    }

    #[test]
    fn a_dropped_seat_is_given_up() {
        let tally = Arc::new(Tally::new(Product::TextToSpeech));
        drop(Seat { tally: Arc::clone(&tally), admitted: true });
        assert_eq!(tally.report()["closed_by"], "lost");
    }
}
