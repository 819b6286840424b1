//! Behaviour that a user of the library notices. All tests are one program, because each program is linked separately.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::incompatible_msrv,
    reason = "it is no part of the library"
)]

mod c_abi_verbs;
mod call;
mod cancel;
mod credentials;
mod disk;
#[cfg(feature = "echo")]
mod echo;
#[cfg(feature = "echo")]
mod echo_cancelled;
mod encoded;
mod event_fd;
mod events;
mod gaps;
mod hostile_server;
mod input_formats;
mod lost_input;
mod management;
mod odd_messages;
mod playout;
mod proxy;
mod readiness;
mod recording_pauses;
mod recordings;
mod rest_sessions;
mod retry_after;
#[cfg(target_os = "linux")]
mod seeds;
#[cfg(target_os = "linux")]
mod slow_line;
mod socks;
mod stt;
#[cfg(feature = "vad")]
#[path = "../../src/audio/voice/sung.rs"]
mod sung;
mod support;
mod tts;
mod verbs;
#[cfg(feature = "vad")]
mod voice_activity;
mod waits;
