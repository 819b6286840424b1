//! Size of the first version of each struct that grows: programs compiled with it are served for ever.
//! Generated from api/baseline.json; do not edit.
#![allow(non_upper_case_globals, reason = "constants that are found by the name of their struct")]

pub(super) const palabra_error: usize = bytes(608, 608);
pub(super) const palabra_runtime_config: usize = bytes(16, 16);
pub(super) const palabra_client_config: usize = bytes(176, 104);
pub(super) const palabra_audio: usize = bytes(56, 40);
pub(super) const palabra_playout_stats: usize = bytes(64, 64);
pub(super) const palabra_session_stats: usize = bytes(168, 168);
pub(super) const palabra_event: usize = bytes(256, 216);
pub(super) const palabra_ready: usize = bytes(32, 24);
pub(super) const palabra_translation_config: usize = bytes(472, 416);
pub(super) const palabra_tts_config: usize = bytes(296, 264);
pub(super) const palabra_stt_config: usize = bytes(248, 224);
pub(super) const palabra_call_config: usize = bytes(40, 32);
pub(super) const palabra_leg_config: usize = bytes(136, 112);
pub(super) const palabra_leg_stats: usize = bytes(280, 280);
pub(super) const palabra_call_recording_options: usize = bytes(16, 16);
pub(super) const palabra_recording_options: usize = bytes(24, 16);
pub(super) const palabra_progress: usize = bytes(80, 64);
pub(super) const palabra_file_options: usize = bytes(32, 24);
pub(super) const palabra_file_result: usize = bytes(80, 72);
pub(super) const palabra_rest_session: usize = bytes(120, 64);
pub(super) const palabra_rest_sessions: usize = bytes(24, 16);
pub(super) const palabra_voice_config: usize = bytes(96, 56);
pub(super) const palabra_voice: usize = bytes(104, 56);
pub(super) const palabra_voices: usize = bytes(24, 16);
pub(super) const palabra_glossary_config: usize = bytes(64, 40);
pub(super) const palabra_glossary: usize = bytes(64, 40);
pub(super) const palabra_glossaries: usize = bytes(24, 16);
pub(super) const palabra_glossary_csv: usize = bytes(24, 16);

/// By the width of pointers.
const fn bytes(with_64_bits: usize, with_32_bits: usize) -> usize {
    if cfg!(target_pointer_width = "64") { with_64_bits } else { with_32_bits }
}
