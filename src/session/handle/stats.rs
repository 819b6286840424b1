//! Statistics of one session, counted where things happen and read from any thread.

use crate::sync::{AtomicU64, Ordering};
use std::time::Duration;

use crate::session::events::mailbox::Levels;
use crate::session::input::gap::Policy;
use crate::session::output::EchoStats;

/// Written by the driver only. Each value is independent, so there is no order between them.
#[derive(Default)]
pub struct Counters {
    pub bytes_sent: AtomicU64,
    pub bytes_received: AtomicU64,
    pub chunks_sent: AtomicU64,
    pub audio_frames_received: AtomicU64,
    pub audio_us_received: AtomicU64,
    pub round_trip_us: AtomicU64,
    pub ready_us: AtomicU64,
    pub first_audio_us: AtomicU64,
    pub server_queue_ms: AtomicU64,
    /// In the format of the wire, silence included.
    pub wire_frames_sent: AtomicU64,
    pub silence_frames_sent: AtomicU64,
    pub gap_pauses: AtomicU64,
}

impl Counters {
    pub fn add(counter: &AtomicU64, amount: u64) {
        counter.fetch_add(amount, Ordering::Relaxed);
    }

    pub fn set(counter: &AtomicU64, value: u64) {
        counter.store(value, Ordering::Relaxed);
    }

    /// Sets a value that only the first occurrence decides.
    pub fn set_once(counter: &AtomicU64, time: Duration) {
        let us = (time.as_micros() as u64).max(1);
        let _ = counter.compare_exchange(0, us, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// A snapshot; times are 0 until they are known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats {
    pub input_frames_taken: u64,
    pub input_frames_sent: u64,
    pub chunks_sent: u64,
    pub bytes_sent: u64,
    pub bytes_received: u64,
    pub audio_frames_received: u64,
    pub input_queue_ms: u32,
    /// The input is bytes, of which only the service knows how long they last.
    pub is_encoded: bool,
    pub ready_ms: u32,
    pub first_audio_ms: u32,
    pub round_trip_us: u32,
    pub server_queue_ms: u32,
    pub commands_waiting: u32,
    pub events: Levels,
    /// Frames of silence that replaced missing input.
    pub silence_frames_sent: u64,
    pub input_frames_dropped: u64,
    pub gap_in_effect: Policy,
    pub gap_pauses: u32,
    pub echo: Option<EchoStats>,
    /// Sound that the thread for signal processing was too late for.
    pub overrun_ms: u64,
}

/// Times in a struct of the ABI have 32 bits: 71 minutes in us, 49 days in ms.
pub fn narrow(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

pub fn load(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}
