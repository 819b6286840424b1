//! Two parties on one line, each in its own language.

use std::ffi::c_char;

use super::audio::palabra_audio_format;
use super::playout::palabra_echo;
use super::queue::palabra_queue;

/// Two parties on one line: a translation in each direction. Opaque.
pub struct palabra_call {
    _opaque: (),
}

/// One party of a call. Opaque.
pub struct palabra_leg {
    _opaque: (),
}

/// The parties do not hear each other's own voices under the translation, unless palabra_leg_set_original() says so.
pub const PALABRA_CALL_NO_ORIGINAL: u32 = 1;

/// When a session between the parties breaks, another one is opened, at once or when `connects_per_minute` and the service
/// allow it; after sessions that were never READY less and less often, up to 30 s apart. LINK_DOWN has RETRIABLE then, and
/// LINK_UP follows. What the parties say meanwhile is not translated later, unless `resend_ms` is set.
pub const PALABRA_CALL_REOPEN: u32 = 2;

/// What may silence the translation that a party hears.
pub type palabra_barge_in = i32;

/// palabra_leg_silence() and palabra_leg_interrupt(), when they are called.
pub const PALABRA_BARGE_IN_BY_CALL: palabra_barge_in = 0;
/// Nothing: both functions return PALABRA_ERR_UNSUPPORTED. The party hears everything that is translated for it.
pub const PALABRA_BARGE_IN_NONE: palabra_barge_in = 1;
/// Both functions, and the party: when it begins to speak while translation sounds for it, all phrases that have begun to
/// arrive are silenced for it alone, as by palabra_leg_silence() with PALABRA_SILENCE_ALL; PLAYOUT_CUT tells of each. What
/// is translated after that is heard. It takes about 200 ms to notice speech. Requires the feature "vad".
///
/// What a loudspeaker plays and the microphone of the same party picks up is speech too, so the translation would silence
/// itself. Use this for telephones and headsets, or with PALABRA_ECHO_CANCEL.
pub const PALABRA_BARGE_IN_ON_SPEECH: palabra_barge_in = 2;

/// SPEECH_STARTED and SPEECH_ENDED tell when the party speaks, and `spoke_ms`, `spurts` and `overlap_ms` of
/// palabra_leg_stats how much. Requires the feature "vad".
pub const PALABRA_LEG_DETECT_SPEECH: u32 = 1;

/// The party hears noise where it would hear silence, as loud as the line of the other party is in its pauses, at most
/// -46 dB of full scale: neither a translation nor the other's own voice sounds at that moment. palabra_leg_exchange()
/// returns PALABRA_SOUND_COMFORT then. There is none before the other party's line was heard for 300 ms, and after CLOSED.
pub const PALABRA_LEG_COMFORT_NOISE: u32 = 2;

/// Steady noise in what the party says is made fainter, by about 12 dB. What the line sends takes the way that
/// PALABRA_ECHO_CANCEL describes, with or without that. Requires the feature "echo".
pub const PALABRA_LEG_SUPPRESS_NOISE: u32 = 2048;

/// What the party says is made louder where it is faint. Otherwise as PALABRA_LEG_SUPPRESS_NOISE.
pub const PALABRA_LEG_CONTROL_GAIN: u32 = 4096;

/// Settings of a call. The translations have theirs: see palabra_call_open().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_call_config {
    /// sizeof(palabra_call_config).
    pub struct_size: u32,
    /// PALABRA_CALL_* bits.
    pub flags: u32,
    /// Any number; returned as `session_tag` in every event of the call.
    pub call_tag: u64,
    /// Any text of up to 127 bytes, such as the UUID of the call; returned as `session_name` in every event and log
    /// line; NULL: none.
    pub call_name: *const c_char,
    /// Queue that the events are delivered to, or that names the call (PALABRA_QUEUE_NAMES), shared with other calls and
    /// sessions; NULL: the call has its own.
    pub queue: *mut palabra_queue,
    /// Pace at which sessions are opened, per minute, 1 to 6000, shared by the calls of the client that have one: after
    /// each of their sessions the next one waits for 60 s divided by this. 0: none, until the service refuses a session
    /// because there are too many (PALABRA_ERR_RATE). Then all calls of the client open 20 per minute, the first one
    /// after the time that the service has named, or 3 s, until it has refused none for 60 s and none waits. In either
    /// case the direction that has waited longest is the first.
    pub connects_per_minute: i32,
    /// With PALABRA_CALL_REOPEN: how much of the audio that was sent and was not final the session that takes the place of a
    /// broken one sends again, in ms, 1 to 5000; 0: none. It is audio behind the last phrase that is final or whose
    /// translation has begun to arrive, so that nothing is heard twice; none if the service has not said where that phrase
    /// ends. What the party says meanwhile is sent behind it, all of it as fast as it was said, without its pauses. What waits
    /// longer than `output.target_ms` is dropped and told by a WARNING with DROPPED.
    pub resend_ms: i32,
}

/// One party: what it speaks and hears, and what its line sends and takes.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_leg_config {
    /// sizeof(palabra_leg_config).
    pub struct_size: u32,
    /// PALABRA_LEG_* bits.
    pub flags: u32,
    /// Language that the party speaks, such as "en", or "auto", which requires `target_language`.
    pub language: *const c_char,
    /// Language that the party hears, such as "en-us"; NULL: `language`.
    pub target_language: *const c_char,
    /// Voice in which the other party hears this one; NULL: that of the translation's config.
    pub voice_id: *const c_char,
    /// Glossaries of words to listen for in what the party says: "all", "none", or ids separated by commas; NULL: those
    /// of the translation's config.
    pub hotwords_glossaries: *const c_char,
    /// Glossaries that correct what was recognized of the party; as above.
    pub verification_glossaries: *const c_char,
    /// Glossaries of the translation of what the party says; as above.
    pub translation_glossaries: *const c_char,
    /// What may silence the translation that the party hears.
    pub barge_in: palabra_barge_in,
    /// How long palabra_leg_exchange_at() waits for a packet that is missing, in ms, 1 to 200; 0: 60.
    pub jitter_ms: i32,
    /// Format of the audio that the party's line sends. Sample rate 0: 8000.
    pub input: palabra_audio_format,
    /// Format of the audio that the party's line takes. All fields 0: that of `input`. Sample rate 0: that of `input`.
    pub output: palabra_audio_format,
    /// What is done about what the party hears and its line picks up again.
    pub echo: palabra_echo,
    /// Must be 0.
    pub reserved: u32,
}

/// Statistics of one party of a call, from palabra_leg_join() until now. A value that is not known is -1.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_leg_stats {
    /// sizeof(palabra_leg_stats).
    pub struct_size: u32,
    /// State of the link that carries what the party says, a palabra_state; 0: there is none now.
    pub link_state: i32,
    /// Links that were opened for what the party says: more than one when they were replaced.
    pub links_opened: i64,
    /// Links of those that ended with an error, or could not be opened.
    pub links_broken: i64,
    /// Audio that the line sent, muted or not, in ms.
    pub input_taken_ms: i64,
    /// Audio that palabra_leg_skip() stated as lost, in ms.
    pub input_lost_ms: i64,
    /// Audio that was sent to the service, silence included, in ms.
    pub input_sent_ms: i64,
    /// Silence of that, in place of input that was missing, in ms.
    pub silence_sent_ms: i64,
    /// Audio of the line that was dropped because it could not be sent in time, in ms.
    pub input_dropped_ms: i64,
    /// Times that the task was paused, as by palabra_leg_hold().
    pub gap_pauses: i64,
    /// Speech received of the translation, which the other party hears, in ms.
    pub speech_received_ms: i64,
    /// Bytes written to the streams, WebSocket framing included.
    pub bytes_sent: i64,
    /// Bytes read from the streams.
    pub bytes_received: i64,
    /// Time from opening the latest link to LINK_UP, in ms.
    pub ready_ms: i64,
    /// Time from the first chunk on the latest link to the first speech received, in ms.
    pub first_audio_ms: i64,
    /// Last round trip to the server, in us.
    pub round_trip_us: i64,
    /// Speech that waits at the service, in ms.
    pub service_queue_ms: i64,
    /// Translation of the other party that this one has heard, in ms: of the phrases that are over.
    pub heard_ms: i64,
    /// Translation that waits to be heard, in ms.
    pub buffered_ms: i64,
    /// Times that it stopped because the rest of the phrase was not there.
    pub underruns: i64,
    /// Phrases that started to be heard.
    pub phrases_started: i64,
    /// Phrases that were heard to their end.
    pub phrases_finished: i64,
    /// Phrases that were taken back, heard in part or not at all.
    pub phrases_cut: i64,
    /// Phrases that were dropped, completely or from some point on, because `output.buffer_ms` was exceeded.
    pub phrases_dropped: i64,
    /// Speech and silence removed because of `output.target_ms`, in ms.
    pub skipped_ms: i64,
    /// How much of the other party's own voice waited before the last read, in ms: its lag.
    pub original_lag_ms: i64,
    /// The most that it ever was, in ms.
    pub original_lag_most_ms: i64,
    /// Voice that was made up where it was late or lost, in ms.
    pub original_concealed_ms: i64,
    /// Voice that was stated as lost, in ms.
    pub original_lost_ms: i64,
    /// Voice that was left out to end a lag, mostly in pauses, in ms.
    pub original_skipped_ms: i64,
    /// Time that the party spoke, pauses of up to 400 ms included, in ms; -1: that is not detected, see
    /// PALABRA_LEG_DETECT_SPEECH and PALABRA_BARGE_IN_ON_SPEECH.
    pub spoke_ms: i64,
    /// Times that it began to speak; -1: as above.
    pub spurts: i64,
    /// Time that it spoke while the other party spoke too, in ms, if speech of both is detected; -1: as above.
    pub overlap_ms: i64,
    /// How late what the party hears comes back from its line, in ms; -1: it does not, or that is not known. See
    /// PALABRA_ECHO_MEASURE.
    pub echo_delay_ms: i64,
    /// How loud that is, in dB of what the party hears, usually negative; 0 if `echo_delay_ms` is -1.
    pub echo_level_db: i64,
    /// Sound that was left out because the thread for signal processing was 2 s late, in ms: with PALABRA_ECHO_CANCEL it was
    /// not sent, otherwise not listened to.
    pub overrun_ms: i64,
}

/// What each party hears of the translation is recorded too, on channels of its own.
pub const PALABRA_RECORDING_TRANSLATIONS: u32 = 1;

/// What is recorded of a call.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_call_recording_options {
    /// sizeof(palabra_call_recording_options).
    pub struct_size: u32,
    /// PALABRA_RECORDING_* bits.
    pub flags: u32,
    /// Frames per second of the file, 8000 to 48000; 0: 24000.
    pub sample_rate: i32,
    /// Must be 0.
    pub reserved: u32,
}
