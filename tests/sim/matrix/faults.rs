//! The faults of the devserver with their values. `{ms}` is the moment of the state, `{audio}` a number of messages until
//! then.

use palabra_devserver::faults::KNOWN;

use super::cell::State;
use super::plan;
use super::right::Ends::{self, By, Strike, Well, With};
use super::right::{
    AUTH, CONNECT, LIMIT, LOST, LOST_FOR_GOOD, NOT_READY, PROTOCOL, RATE, SERVICE, SERVICE_LATER, SESSION,
    SESSION_LATER, TASK, TIMEOUT, after_audio, closed_in_order, expired, muted, polled, unanswered,
};
use crate::scenario::{Generation, Product};

/// Whose streams, or which calls, a fault concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Every,
    /// Calls that create a session.
    Rest,
    Translation,
    TextToSpeech,
    SpeechToText,
    /// Translations and text-to-speech.
    Speakers,
    /// Translations and speech-to-text.
    Listeners,
    /// Text-to-speech and speech-to-text.
    Voices,
}

#[derive(Debug)]
pub struct Fault {
    pub name: &'static str,
    pub on: On,
    pub ends: Ends,
}

impl PartialEq for Fault {
    fn eq(&self, other: &Fault) -> bool {
        self.name == other.name
    }
}

macro_rules! faults {
    ($($on:ident { $($name:literal => $ends:expr;)* })*) => {
        pub const ALL: &[Fault] = &[$($(Fault { name: $name, on: On::$on, ends: $ends },)*)*];
    };
}

faults! {
    Rest {
        "rest_status=401" => With(AUTH);
        "rest_status=403" => With(AUTH);
        "rest_status=404" => With(AUTH);
        "rest_status=409" => With(SESSION);
        "rest_status=422" => With(SESSION);
        "rest_status=500" => With(SESSION_LATER);
        "rest_status=503~retry_after_date_s=30" => With(SESSION_LATER);
        "rest_status=429~retry_after=30" => With(RATE);
        // There are three attempts.
        "rest_status=503~rest_fail_times=2" => Well;
        "rest_delay_ms=1000" => Well;
        "rest_delay_ms=120000" => With(CONNECT);
        "rest_garbage" => With(PROTOCOL);
        "rest_no_ws_url" => With(PROTOCOL);
        "rest_echo_secret" => With(AUTH);
        "rest_reset" => With(LOST);
    }
    Every {
        "upgrade_status=401" => With(AUTH);
        "upgrade_status=403" => With(AUTH);
        "upgrade_status=404" => With(SESSION);
        "upgrade_status=409" => With(RATE);
        "upgrade_status=418" => With(SESSION);
        "upgrade_status=500" => With(SESSION_LATER);
        "upgrade_status=503" => With(SESSION_LATER);
        "upgrade_status=429~retry_after=30" => With(RATE);
        "upgrade_delay_ms=1000" => Well;
        "upgrade_delay_ms=120000" => With(CONNECT);
        "too_many_connections~retry_after_date_s=30" => With(RATE);
        "too_many_connections~limit_by_http" => With(RATE);
        "close_code=1000~close_after_ms={ms}" => By(closed_in_order);
        "close_code=1001~close_after_ms={ms}" => Strike(LOST);
        "close_code=1002~close_after_ms={ms}" => Strike(LOST_FOR_GOOD);
        "close_code=1008~close_after_ms={ms}" => Strike(SESSION_LATER);
        "close_code=1009~close_after_ms={ms}" => Strike(SERVICE);
        "close_after_ms={ms}" => Strike(LOST);
        "close_code=1012~close_after_ms={ms}" => Strike(LOST);
        "close_code=3000~close_after_ms={ms}" => Strike(AUTH);
        "close_code=4000~close_after_ms={ms}" => Strike(SERVICE);
        "reset_after_ms={ms}" => Strike(LOST);
        "silent_after_ms={ms}" => By(muted);
        "stall_reading_after_ms={ms}" => By(muted);
        "expire_after_ms={ms}" => By(expired);
        "garbage" => Well;
        "split_frames" => Well;
        "duplicate_frames" => Well;
        "huge_message=1000000" => Well;
        "huge_message=10000000" => With(LIMIT);
        "invalid_utf8" => With(PROTOCOL);
        "no_rate_limits" => Well;
    }
    Speakers {
        "double_encode" => Well;
        "odd_pcm" => Well;
        "cut_pcm" => Well;
        "bad_base64" => Well;
        "late_chunks_ms=500" => Well;
    }
    Listeners {
        "close_after_audio={audio}" => By(after_audio);
        "reset_after_audio={audio}" => By(after_audio);
    }
    Voices {
        "no_answer" => By(unanswered);
        "late_answer_ms=1000" => Well;
        "stream_error=SERVER_ERROR" => With(SERVICE_LATER);
        "stream_error=SERVER_ERROR~error_key=message" => With(SERVICE_LATER);
        "stream_error=SERVICE_UNAVAILABLE~desc_list" => With(SERVICE_LATER);
        // The stream goes on (protocol.md 8.3).
        "stream_error=VALIDATION_ERROR" => Well;
    }
    Translation {
        "never_ready" => With(NOT_READY);
        "ready_after_polls=2" => By(polled);
        "reject_task" => With(TASK);
        "reject_task~echo_token" => With(TASK);
        "reject_task~error_key=details" => With(TASK);
        "reject_task~desc_list" => With(TASK);
        "reject_task~desc_printed" => With(TASK);
        "late_ack=500" => Well;
        "pacing_warning" => Well;
        "extra_ready" => Well;
        "bad_zlib" => Well;
        "nested_audio" => Well;
        "speed=3" => Well;
        "burst_s=60" => Well;
        "blast=200" => Well;
        "no_eos" => Well;
        "no_close" => Well;
        "no_eos~no_close" => With(TIMEOUT);
    }
    TextToSpeech {
        "tts_interleave" => Well;
        "tts_merged_last" => Well;
        "tts_stays_open" => Well;
        "tts_stall" => By(unanswered);
        "tts_rate_by_stream" => Well;
        "tts_last_per_text" => Well;
    }
    SpeechToText {
        "stt_one_stream" => Well;
        "stt_bare_fin" => Well;
        "stt_no_fin" => Well;
        "stt_wrong_delta" => Well;
        "stt_flat_error~stream_error=SERVER_ERROR" => With(SERVICE_LATER);
        "stt_full_fin" => Well;
        "stt_any_pace" => Well;
        "stt_tell_again" => Well;
        "stt_empty_segments" => Well;
        "stt_json_refusal" => Well;
    }
}

/// Faults of calls of the account, which no session makes.
const OF_THE_ACCOUNT: &str = "Voices and glossaries";

impl Fault {
    pub fn has(&self, product: Product, generation: Generation) -> bool {
        use Product::{SpeechToText, TextToSpeech, Translation};
        match self.on {
            On::Every => true,
            On::Rest => generation == Generation::First,
            On::Translation => product == Translation,
            On::TextToSpeech => product == TextToSpeech,
            On::SpeechToText => product == SpeechToText,
            On::Speakers => product != SpeechToText,
            On::Listeners => product != TextToSpeech,
            On::Voices => product != Translation,
        }
    }

    /// As the credentials ask for it.
    pub fn text(&self, state: State) -> String {
        // A message has a third of a second.
        let audio = plan::moment(state) / 320 + 1;
        self.name.replace("{ms}", &plan::moment(state).to_string()).replace("{audio}", &audio.to_string())
    }
}

/// Faults of the devserver that no cell has.
pub fn missing() -> Vec<&'static str> {
    let asked: Vec<&str> = ALL.iter().flat_map(|fault| fault.name.split('~')).collect();
    let asked: Vec<&str> = asked.iter().filter_map(|one| one.split('=').next()).collect();
    let groups = KNOWN.iter().filter(|group| group.place != OF_THE_ACCOUNT);
    groups
        .flat_map(|group| group.faults)
        .map(|known| known.name)
        .filter(|name| !asked.contains(name))
        .collect()
}
