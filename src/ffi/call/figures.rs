//! The figures of a party, as the struct has them.

use super::super::support::numbers::{known, long};
use super::super::support::sized;
use super::super::types::call::palabra_leg_stats;
use crate::call::LegStats;

pub(super) fn filled(stats: &LegStats) -> palabra_leg_stats {
    let LegStats { sums, heard, original, talk, echo, .. } = stats;
    let ms = |us: u64| long(us / 1000);
    palabra_leg_stats {
        link_state: stats.state.map_or(0, |state| state as i32),
        links_opened: long(stats.links_opened),
        links_broken: long(stats.links_broken),
        input_taken_ms: long(stats.said_ms),
        input_lost_ms: long(stats.lost_ms),
        input_sent_ms: ms(sums.sent_us),
        silence_sent_ms: ms(sums.silence_us),
        input_dropped_ms: ms(sums.dropped_us),
        gap_pauses: long(sums.gap_pauses),
        speech_received_ms: ms(sums.speech_us),
        bytes_sent: long(sums.bytes_sent),
        bytes_received: long(sums.bytes_received),
        ready_ms: known(stats.ready_ms),
        first_audio_ms: known(stats.first_audio_ms),
        round_trip_us: known(stats.round_trip_us),
        service_queue_ms: stats.service_queue_ms.into(),
        heard_ms: ms(heard.heard_us),
        buffered_ms: long(heard.waiting_ms),
        underruns: long(heard.underruns),
        phrases_started: long(heard.phrases_started),
        phrases_finished: long(heard.phrases_finished),
        phrases_cut: long(heard.phrases_cut),
        phrases_dropped: long(heard.phrases_dropped),
        skipped_ms: long(heard.skipped_ms),
        original_lag_ms: long(original.lag_ms),
        original_lag_most_ms: long(original.most_lag_ms),
        original_concealed_ms: long(original.concealed_ms),
        original_lost_ms: long(original.lost_ms),
        original_skipped_ms: long(original.skipped_ms),
        spoke_ms: talk.map_or(-1, |talk| long(talk.spoke_ms)),
        spurts: talk.map_or(-1, |talk| long(talk.spurts)),
        echo_delay_ms: echo.map_or(-1, |echo| echo.delay_ms.into()),
        echo_level_db: echo.map_or(0, |echo| echo.level_db.into()),
        overrun_ms: long(stats.overrun_ms),
        overlap_ms: talk.map_or(-1, |talk| long(talk.overlap_ms)),
        ..sized::empty()
    }
}
