//! Bounds of the fields that name some, by the name of the field.
//! Generated from the texts of the fields; do not edit. One that nothing asks for is dead code, and no check.

use std::ops::RangeInclusive;

use super::super::types::{audio, call, file, playout, session, stt, translation, tts};

impl audio::palabra_audio_format {
    pub(in crate::ffi) fn sample_rate(&self) -> RangeInclusive<u32> {
        8_000..=192_000
    }

    pub(in crate::ffi) fn channels(&self) -> RangeInclusive<u32> {
        1..=8
    }
}

impl audio::palabra_gap_options {
    pub(in crate::ffi) fn after_ms(&self) -> RangeInclusive<u32> {
        20..=3_600_000
    }
}

impl audio::palabra_input_options {
    pub(in crate::ffi) fn buffer_ms(&self) -> RangeInclusive<u32> {
        20..=60_000
    }

    pub(in crate::ffi) fn chunk_ms(&self) -> RangeInclusive<u32> {
        20..=1_000
    }
}

impl playout::palabra_original_options {
    pub(in crate::ffi) fn gain_percent(&self) -> RangeInclusive<u32> {
        1..=100
    }

    pub(in crate::ffi) fn duck_percent(&self) -> RangeInclusive<u32> {
        1..=100
    }

    pub(in crate::ffi) fn attack_ms(&self) -> RangeInclusive<u32> {
        1..=10_000
    }

    pub(in crate::ffi) fn release_ms(&self) -> RangeInclusive<u32> {
        1..=10_000
    }
}

impl playout::palabra_output_options {
    pub(in crate::ffi) fn prime_ms(&self) -> RangeInclusive<u32> {
        1..=2_000
    }

    pub(in crate::ffi) fn buffer_ms(&self) -> RangeInclusive<u32> {
        500..=600_000
    }

    pub(in crate::ffi) fn reader_lag_ms(&self) -> RangeInclusive<u32> {
        500..=600_000
    }
}

impl session::palabra_limits {
    pub(in crate::ffi) fn command_count(&self) -> RangeInclusive<u32> {
        1..=1_024
    }

    pub(in crate::ffi) fn message_bytes(&self) -> RangeInclusive<u32> {
        65_536..=1_073_741_824
    }
}

impl session::palabra_timeouts {
    pub(in crate::ffi) fn liveness_ms(&self) -> RangeInclusive<u32> {
        1_000..=3_600_000
    }
}

impl translation::palabra_command_pace {
    pub(in crate::ffi) fn speak_per_minute(&self) -> RangeInclusive<u32> {
        1..=60_000
    }
}

impl translation::palabra_translation_config {
    pub(in crate::ffi) fn wire_sample_rate(&self) -> RangeInclusive<u32> {
        16_000..=48_000
    }

    pub(in crate::ffi) fn end_silence_ms(&self) -> RangeInclusive<u32> {
        1_000..=30_000
    }
}

impl tts::palabra_tts_voice {
    pub(in crate::ffi) fn speed_percent(&self) -> RangeInclusive<u32> {
        1..=1_000
    }

    pub(in crate::ffi) fn deaccent_percent(&self) -> RangeInclusive<u32> {
        1..=100
    }
}

impl tts::palabra_tts_config {
    pub(in crate::ffi) fn sample_rate(&self) -> RangeInclusive<u32> {
        8_000..=48_000
    }

    pub(in crate::ffi) fn texts_per_second(&self) -> RangeInclusive<u32> {
        1..=1_000
    }
}

impl stt::palabra_stt_config {
    pub(in crate::ffi) fn auto_finalize_ms(&self) -> RangeInclusive<u32> {
        1_000..=3_600_000
    }
}

impl call::palabra_call_config {
    pub(in crate::ffi) fn connects_per_minute(&self) -> RangeInclusive<u32> {
        1..=6_000
    }

    pub(in crate::ffi) fn resend_ms(&self) -> RangeInclusive<u32> {
        1..=5_000
    }
}

impl call::palabra_leg_config {
    pub(in crate::ffi) fn jitter_ms(&self) -> RangeInclusive<u32> {
        1..=200
    }
}

impl call::palabra_call_recording_options {
    pub(in crate::ffi) fn sample_rate(&self) -> RangeInclusive<u32> {
        8_000..=48_000
    }
}

impl file::palabra_recording_options {
    pub(in crate::ffi) fn sample_rate(&self) -> RangeInclusive<u32> {
        8_000..=48_000
    }
}

impl file::palabra_file_options {
    pub(in crate::ffi) fn pace_percent(&self) -> RangeInclusive<u32> {
        10..=1_000
    }

    pub(in crate::ffi) fn lead_ms(&self) -> RangeInclusive<u32> {
        1..=60_000
    }
}
