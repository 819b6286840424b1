//! Speech that the caller pulls.

use super::audio::palabra_audio_format;

/// How speech is delivered.
pub type palabra_output_mode = i32;

/// In AUDIO events, 24 kHz mono, as fast as the service sends it.
pub const PALABRA_OUTPUT_EVENTS: palabra_output_mode = 0;
/// By palabra_session_read_audio(), in real time. No AUDIO events are delivered.
pub const PALABRA_OUTPUT_PLAYOUT: palabra_output_mode = 1;
/// Both.
pub const PALABRA_OUTPUT_BOTH: palabra_output_mode = 2;

/// At least one frame is speech of the service.
pub const PALABRA_SOUND_SPEECH: u32 = 1;
/// At least one frame contains the original voice.
pub const PALABRA_SOUND_ORIGINAL: u32 = 2;
/// Speech begins in this block after silence: the RTP marker bit.
pub const PALABRA_SOUND_TALKSPURT: u32 = 4;
/// At least one frame is comfort noise, which a leg with PALABRA_LEG_COMFORT_NOISE hears in place of silence.
pub const PALABRA_SOUND_COMFORT: u32 = 8;
/// The session is closed and everything was read: nothing of the service follows. What is still sent of the original
/// voice is heard.
pub const PALABRA_SOUND_ENDED: u32 = 16;

/// What is done about an echo: what a loudspeaker plays comes back through the microphone, and would be translated again.
pub type palabra_echo = i32;

/// Nothing.
pub const PALABRA_ECHO_OFF: palabra_echo = 0;
/// ECHO tells how late and how loud it comes back, and the statistics have both: `echo_delay_ms`, `echo_level_db`. The sound
/// stays as it is. Requires the feature "echo".
///
/// What was read, the original voice included, is compared with what is sent. An echo of -25 dB or more that is at most 1 s
/// late is found 2 s after the first sound, to 10 ms and 3 dB. While somebody else speaks all the time, faint ones are not
/// found, and others seem louder than they are.
pub const PALABRA_ECHO_MEASURE: palabra_echo = 1;
/// As PALABRA_ECHO_MEASURE, and what was read is taken out of what is sent. Requires the feature "echo".
///
/// What is sent goes through a thread of the library, which sends it on, mono, at 16 kHz, or at 48 kHz if the input format at
/// the beginning has more than 16 kHz. That takes up to 30 ms longer, 6 ms more with noise suppression, also for the original
/// voice. What was stated as lost stays lost. `input_frames_taken` and the like of palabra_session_stats count what is sent on.
///
/// An echo of -6 to -25 dB that is 30 to 200 ms late is reduced by 25 dB or more 2 s after the first sound. Of a speaker who
/// talks at the same time, and began later, a recogniser has up to 3 words of 100 more wrong; where the clocks of microphone
/// and loudspeaker differ, or the echo has just moved, it is more. An echo that is more than 500 ms late stays. Where the
/// machine has no time for that thread, sound is left out: see `overrun_ms`.
pub const PALABRA_ECHO_CANCEL: palabra_echo = 2;

/// All phrases that have begun to arrive, not only the one that is heard.
pub const PALABRA_SILENCE_ALL: u32 = 1;

/// How the speaker's own voice is mixed under the translation.
///
/// It does not pass through the service: what palabra_session_send_audio() takes and palabra_session_read_audio()
/// reads in blocks of 20 ms is heard at most 40 ms later, and in larger blocks, up to 300 ms, by so much later; also
/// before READY, and after the service is gone. If audio was late in the last 10 s, the delay is as much longer, up to 200 ms; what is older is skipped. It returns to
/// its usual value in pauses and by a change of speed of at most 0.5 %, which also follows clocks that drift. What is
/// late, and what palabra_session_skip() states as lost, is concealed for up to 60 ms.
///
/// What is not taken because the input buffer is full is not heard. With PALABRA_SESSION_DROP_OLDEST a block
/// of up to 500 ms is always taken.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_original_options {
    /// Gain of the original voice, in percent, 1 to 100; 0: it is not heard, also while nobody speaks.
    pub gain_percent: i32,
    /// Gain while the translation speaks, in percent, 1 to 100; 0: 20; -1: muted.
    pub duck_percent: i32,
    /// Attack time of the ducking, in ms, 1 to 10000; 0: 50.
    pub attack_ms: i32,
    /// Release time of the ducking, in ms, 1 to 10000; 0: 300.
    pub release_ms: i32,
    /// Must be 0.
    pub reserved: [u32; 4],
}

/// How speech is delivered and buffered.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_output_options {
    /// How speech is delivered.
    pub mode: palabra_output_mode,
    /// Speech that must be buffered before a phrase starts or continues after an underrun, in ms, 1 to 2000; 0: 60.
    /// More bridges an uneven network and adds delay.
    pub prime_ms: i32,
    /// Capacity of the buffer of one language, in ms, 500 to 600000; 0: 30000, text-to-speech 300000. Beyond it the
    /// oldest phrases are dropped.
    pub buffer_ms: i32,
    /// Target level of that buffer, in ms, at most `buffer_ms`; 0: no target. Above it pauses between words are
    /// shortened. Above twice this value, short pieces of speech are also removed with a crossfade, up to 10 % of the
    /// audio.
    pub target_ms: i32,
    /// Format that palabra_session_read_audio() fills. Sample rate 0: 24000.
    pub format: palabra_audio_format,
    /// The original voice, which palabra_session_set_original() can change. Translation only.
    pub original: palabra_original_options,
    /// How far the reader may fall behind because it does not read, in ms, 500 to 600000; 0: no limit. A reader that
    /// reads nothing for longer, as a game that is paused, misses what is due meanwhile, and continues with what is due
    /// then.
    pub reader_lag_ms: i32,
    /// Must be 0.
    pub reserved: [u32; 3],
}

/// Statistics of the playout of one language.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_playout_stats {
    /// sizeof(palabra_playout_stats).
    pub struct_size: u32,
    /// Must be 0.
    pub reserved: u32,
    /// Speech that is buffered and was not read yet, in ms.
    pub buffered_ms: i64,
    /// Times that speech stopped because the rest of the phrase was not there.
    pub underruns: i64,
    /// Phrases that started to be heard.
    pub phrases_started: i64,
    /// Phrases that were heard to their end.
    pub phrases_finished: i64,
    /// Phrases that were taken back, heard in part or not at all.
    pub phrases_cut: i64,
    /// Phrases that were dropped, completely or from some point on, because `output.buffer_ms` was exceeded or because
    /// of `output.reader_lag_ms`.
    pub phrases_dropped: i64,
    /// Speech and silence removed because of `target_ms` or `reader_lag_ms`, in ms.
    pub skipped_ms: i64,
}
