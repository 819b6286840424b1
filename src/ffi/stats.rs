//! Figures of a session.

use super::guard::guard;
use super::handles;
use super::session::{PALABRA_GAP_NONE, PALABRA_GAP_PAUSE, PALABRA_GAP_SILENCE, palabra_session};
use super::sized::{self, Sized32};
use super::status::palabra_status;
use crate::session::gap::Policy;
use crate::session::stats::{Stats, narrow};

/// Figures of one session, from its opening to now. A figure that is not known yet is 0.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_stats {
    /// sizeof(palabra_stats); set by the caller, left alone by the library.
    pub struct_size: u32,
    /// Audio that was taken and not delivered, in ms: what waits in the library, in the operating system and on the line
    /// until the server's system acknowledges it, where the operating system tells (Linux, Android, macOS, iOS). Right
    /// after a change of the input format by the new rate.
    pub input_queue_ms: u32,
    /// Frames that palabra_session_send_audio() took, as the caller counts them.
    pub input_frames_taken: u64,
    /// How many of them were delivered, as far as the operating system tells; elsewhere: given to it.
    pub input_frames_sent: u64,
    /// Messages that carried them; text-to-speech: messages with text.
    pub chunks_sent: u64,
    /// Bytes of the stream written, frames of the WebSocket included.
    pub bytes_sent: u64,
    /// Bytes of the stream read.
    pub bytes_received: u64,
    /// Frames of translated speech received, in all languages together.
    pub audio_frames_received: u64,
    /// Events that were dropped because too many waited.
    pub events_dropped: u64,
    /// Frames of translated speech in them.
    pub audio_frames_dropped: u64,
    /// Events that wait to be polled.
    pub events_waiting: u32,
    /// Bytes that they take.
    pub event_bytes_waiting: u32,
    /// Frames of translated speech in them.
    pub audio_frames_waiting: u32,
    /// From palabra_session_open() to READY, in ms.
    pub ready_ms: u32,
    /// From the first chunk sent, or the first text, to the first speech, in ms.
    pub first_audio_ms: u32,
    /// Last round trip to the server and back, in us.
    pub round_trip_us: u32,
    /// Speech that waits at the service, in ms: the longest queue of its last report.
    pub server_queue_ms: u32,
    /// Commands that wait to be sent.
    pub commands_waiting: u32,
    /// Frames of silence that PALABRA_GAP_SILENCE sent, as they are on the wire.
    pub silence_frames_sent: u64,
    /// Frames that PALABRA_TRANSLATION_DROP_OLDEST dropped before READY; they count as taken and not as sent.
    pub input_frames_dropped: u64,
    /// PALABRA_GAP_SILENCE or PALABRA_GAP_PAUSE while that is what happens, else PALABRA_GAP_NONE.
    pub gap_in_effect: u32,
    /// How often PALABRA_GAP_PAUSE paused the task.
    pub gap_pauses: u32,
}

// SAFETY: integers, the size first, no padding (asserted below).
unsafe impl Sized32 for palabra_stats {
    const FIRST_SIZE: usize = 104;
}

const _: () = assert!(size_of::<palabra_stats>() == 128);

/// Prepares a `palabra_stats`: zeroes it and sets its size.
///
/// @param stats the struct to prepare.
/// @param struct_size sizeof(palabra_stats).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `stats` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_stats_init(stats: *mut palabra_stats, struct_size: u32) -> palabra_status {
    // SAFETY: the caller's promise about `stats` and its size.
    guard(|| unsafe { sized::init(stats, struct_size) }.map(|()| 0))
}

/// Tells the figures of a session.
///
/// @param session the session.
/// @param stats receives the figures.
/// @return PALABRA_OK, PALABRA_ERR_BAD_HANDLE, or PALABRA_ERR_INVALID_ARGUMENT when `stats` is NULL or its size
///   impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1. **Example:** many_sessions.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_stats(
    session: *mut palabra_session,
    stats: *mut palabra_stats,
) -> palabra_status {
    guard(|| {
        let figures = handles::session(session)?.stats();
        // SAFETY: the caller's promise about `stats`.
        unsafe { sized::write(stats, &filled(&figures)) }.map(|()| 0)
    })
}

fn filled(stats: &Stats) -> palabra_stats {
    palabra_stats {
        struct_size: size_of::<palabra_stats>() as u32,
        input_queue_ms: stats.input_queue_ms,
        input_frames_taken: stats.input_frames_taken,
        input_frames_sent: stats.input_frames_sent,
        chunks_sent: stats.chunks_sent,
        bytes_sent: stats.bytes_sent,
        bytes_received: stats.bytes_received,
        audio_frames_received: stats.audio_frames_received,
        events_dropped: stats.events.dropped_events,
        audio_frames_dropped: stats.events.dropped_audio_frames,
        events_waiting: narrow(stats.events.waiting_events as u64),
        event_bytes_waiting: narrow(stats.events.waiting_bytes as u64),
        audio_frames_waiting: narrow(stats.events.waiting_audio_frames),
        ready_ms: stats.ready_ms,
        first_audio_ms: stats.first_audio_ms,
        round_trip_us: stats.round_trip_us,
        server_queue_ms: stats.server_queue_ms,
        commands_waiting: stats.commands_waiting,
        silence_frames_sent: stats.silence_frames_sent,
        input_frames_dropped: stats.input_frames_dropped,
        gap_in_effect: match stats.gap_in_effect {
            Policy::None => PALABRA_GAP_NONE,
            Policy::Silence => PALABRA_GAP_SILENCE,
            Policy::Pause => PALABRA_GAP_PAUSE,
        },
        gap_pauses: stats.gap_pauses,
    }
}
