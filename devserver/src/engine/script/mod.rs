//! The engine whose output is written in a file, for tests that know every message in advance.
//!
//! The file is one JSON object, `{"phrases": [...]}`; `devserver/examples/script.json` shows everything. All times
//! are milliseconds of the caller's audio since the start of the task. A message is sent with the audio message that
//! reaches its time, so a script gives the same messages at any sending speed. Audio sent in a pause does not count.
//!
//! A phrase has
//!
//! | Key | Meaning |
//! |---|---|
//! | `start_ms`, `end_ms` | where it is spoken |
//! | `text` | the validated text |
//! | `final_ms` | when that is sent; `end_ms` unless given |
//! | `id` | its `transcription_id`; made up unless given |
//! | `partials` | `[{"at_ms", "text"}]`, from `start_ms` to `final_ms` |
//! | `translations` | by target language, see below; a target without one gets nothing |
//! | `reports` | `[{"at_ms", ...}]` with `pipeline_timings` (as sent), `tts_buffer_stats` or `queue_levels` |
//!
//! and a translation
//!
//! | Key | Meaning |
//! |---|---|
//! | `text` | the translated text |
//! | `at_ms` | when it is sent; the phrase's `final_ms` unless given, never earlier |
//! | `partials` | as above; sent when the task asks for partial translations |
//! | `audio` | `{"tone_hz", "ms"}`, `{"silence_ms"}` or `{"wav": "FILE"}` (16 bit, any rate, mixed to mono); none: no speech |
//! | `audio_ms` | when the speech is sent; `at_ms` unless given, never earlier |
//!
//! Queue levels are `{"es": {"current_queue_level_ms": 1200, "max_queue_level_ms": 20000}}`, the latter 20000 unless
//! given; `tts_buffer_stats` sends them in the message of that name and `queue_levels` as a bare frame. At the same
//! moment texts go before speech and speech before reports. WAV paths are relative to the script. `tts_task` is
//! answered as by the loopback engine.

mod audio;
mod file;
mod load;
mod plan;
mod player;
mod timeline;

pub use plan::Script;
pub use player::Player;
