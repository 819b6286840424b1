//! The names of the faults, their values, the places where they apply, and one line about each.

use std::time::Duration;

use super::fields::{ErrorCode, ErrorKey, Faults};
use crate::product::Product;

/// Faults that apply in the same place.
pub struct Group {
    /// The heading in the help.
    pub place: &'static str,
    /// The streams that they apply to; empty for faults of REST calls alone.
    pub products: &'static [Product],
    pub faults: &'static [Known],
}

/// One fault.
pub struct Known {
    pub name: &'static str,
    /// Written after `=` in the help; empty when the fault takes no value.
    pub value: &'static str,
    pub help: &'static str,
    /// Whether the fault is set.
    pub is_set: fn(&Faults) -> bool,
    set: Setter,
}

enum Setter {
    Flag(fn(&mut Faults)),
    Status(fn(&mut Faults, u16)),
    CloseCode(fn(&mut Faults, u16)),
    Count(fn(&mut Faults, u32)),
    /// A count from 1 to this maximum.
    UpTo(usize, fn(&mut Faults, usize)),
    Millis(fn(&mut Faults, Duration)),
    /// The text of a header.
    Text(fn(&mut Faults, String)),
    ErrorKey(fn(&mut Faults, ErrorKey)),
    ErrorCode(fn(&mut Faults, ErrorCode)),
}

macro_rules! known {
    ($($name:literal $kind:ident $(($limit:literal))? $value:literal $field:ident : $help:literal)*) => {
        &[$(Known {
            name: $name,
            value: $value,
            help: $help,
            is_set: |faults| faults.$field != Faults::default().$field,
            set: known!(@ $kind $(($limit))? $field),
        }),*]
    };
    (@ Flag $field:ident) => { Setter::Flag(|f| f.$field = true) };
    (@ UpTo ($limit:literal) $field:ident) => { Setter::UpTo($limit, |f, n| f.$field = Some(n)) };
    (@ Count $field:ident) => { Setter::Count(|f, n| f.$field = Some(n.into())) };
    (@ $kind:ident $field:ident) => { Setter::$kind(|f, v| f.$field = Some(v)) };
}

use Product::{SpeechToText, TextToSpeech, Translation};

/// Every fault there is, in the order of the help text.
pub const KNOWN: &[Group] = &[
    Group {
        place: "REST calls (sessions, voices, glossaries)",
        products: &[],
        faults: known! {
            "rest_status" Status "STATUS" rest_status: "answer with this HTTP status (not to deletions of sessions, nor to uploads)"
            "rest_fail_times" Count "N" rest_fail_times: "with rest_status: only the first N calls of a credential fail"
            "rest_delay_ms" Millis "MS" rest_delay: "delay the answer by MS"
            "rest_garbage" Flag "" rest_garbage: "answer with success and a body that is not JSON"
            "rest_no_ws_url" Flag "" rest_no_ws_url: "omit ws_url from the new session"
            "rest_echo_secret" Flag "" rest_echo_secret: "refuse with 401 and repeat the secret in the error text"
            "rest_reset" Flag "" rest_reset: "reset the TCP connection instead of answering"
        },
    },
    Group {
        place: "Voices and glossaries",
        products: &[],
        faults: known! {
            "upload_status" Status "STATUS" upload_status: "answer the upload of a voice sample with this HTTP status"
            "voice_delay_ms" Millis "MS" voice_delay: "time from the upload until a voice is ready (default 200)"
            "voice_fails" Flag "" voice_fails: "processing of a voice ends as failed instead of ready"
            "page_size" UpTo(100) "N" page_size: "entries per page when the request does not say how many (default 10)"
        },
    },
    Group {
        place: "REST calls and every stream",
        products: &[Translation, TextToSpeech, SpeechToText],
        faults: known! {
            "retry_after" Text "TEXT" retry_after: "with a status above or too_many_connections: send this text as Retry-After, for example 30"
            "retry_after_date_s" Count "N" retry_after_date: "with a status above or too_many_connections: send the date N seconds from now as Retry-After"
        },
    },
    Group {
        place: "Every stream",
        products: &[Translation, TextToSpeech, SpeechToText],
        faults: known! {
            "upgrade_status" Status "STATUS" upgrade_status: "answer the WebSocket upgrade with this HTTP status"
            "too_many_connections" Flag "" too_many_connections: "take the stream and close it with 1008, as above the limit of connections"
            "limit_by_http" Flag "" limit_by_http: "refuse a connection above the limit with HTTP status 429 instead of taking and closing it"
            "upgrade_delay_ms" Millis "MS" upgrade_delay: "delay the answer to the WebSocket upgrade by MS"
            "close_code" CloseCode "CODE" close_code: "close the WebSocket with this code, at once or after close_after_ms"
            "close_after_ms" Millis "MS" close_after: "close the WebSocket MS after the upgrade (default code 1011)"
            "reset_after_ms" Millis "MS" reset_after: "reset the TCP connection MS after the upgrade"
            "silent_after_ms" Millis "MS" silent_after: "MS after the upgrade stop reading and writing, keep TCP open (half-open)"
            "stall_reading_after_ms" Millis "MS" stall_reading_after: "MS after the upgrade stop reading, keep sending (a ping each second)"
            "expire_after_ms" Millis "MS" expire_after: "the session expires MS after its creation: close 1008, then refuse its token"
            "garbage" Flag "" garbage: "send broken, empty, unknown and bare messages between the valid ones"
            "split_frames" Flag "" split_frames: "send each message as several WebSocket frames, with a ping between them"
            "duplicate_frames" Flag "" duplicate_frames: "send each message twice"
            "huge_message" UpTo(134_217_728) "BYTES" huge_message: "at the start send a message of about this size (transcript or audio)"
            "invalid_utf8" Flag "" invalid_utf8: "at the start send a text frame that is not UTF-8"
            "error_key" ErrorKey "KEY" error_key: "name the text of errors msg, description, message or details (then code is error)"
            "desc_list" Flag "" desc_list: "send the text of errors as a list of {loc, msg, type}"
            "desc_printed" Flag "" desc_printed: "send the text of a refused message in several lines, with the types of the problems"
            "no_rate_limits" Flag "" no_rate_limits: "do not enforce limits on the rate of commands, texts, connections and audio"
        },
    },
    Group {
        place: "Translations and text-to-speech",
        products: &[Translation, TextToSpeech],
        faults: known! {
            "double_encode" Flag "" double_encode: "send data as a JSON string that holds the object"
            "odd_pcm" Flag "" odd_pcm: "send speech with an odd number of bytes in each chunk"
            "cut_pcm" Flag "" cut_pcm: "split speech within samples: the last byte of each chunk of a phrase arrives with the next chunk"
            "bad_base64" Flag "" bad_base64: "send speech with an invalid character in its base64"
            "late_chunks_ms" Millis "MS" late_chunks: "after an interrupt or a cancel send MS more of the old speech"
        },
    },
    Group {
        place: "Translations and speech-to-text",
        products: &[Translation, SpeechToText],
        faults: known! {
            "close_after_audio" Count "N" close_after_audio: "after N audio messages end TLS and TCP in order, without a WebSocket close"
            "reset_after_audio" Count "N" reset_after_audio: "reset the TCP connection after N audio messages"
        },
    },
    Group {
        place: "Text-to-speech and speech-to-text",
        products: &[TextToSpeech, SpeechToText],
        faults: known! {
            "no_answer" Flag "" no_answer: "accept everything, answer nothing"
            "late_answer_ms" Millis "MS" late_answer: "delay transcripts, and the speech of a text, by MS"
            "stream_error" ErrorCode "CODE" stream_error: "TTS: send this error after the first chunk of each generation and drop the rest; STT: send it after the first audio"
        },
    },
    Group {
        place: "Translations",
        products: &[Translation],
        faults: known! {
            "never_ready" Flag "" never_ready: "accept the task but never start it"
            "ready_after_polls" Count "N" ready_after_polls: "start the task only after N get_task commands were answered with NOT_FOUND"
            "reject_task" Flag "" reject_task: "refuse every task with VALIDATION_ERROR"
            "echo_token" Flag "" echo_token: "with reject_task: repeat the token in the error text"
            "late_ack" Millis "MS" late_ack: "delay task_status by MS"
            "pacing_warning" Flag "" pacing_warning: "at the start send each of the three pacing warnings"
            "extra_ready" Flag "" extra_ready: "at the start send both signs of readiness three times"
            "bad_zlib" Flag "" bad_zlib: "with zlib output: send speech that cannot be inflated"
            "nested_audio" Flag "" nested_audio: "put the fields of output_audio_data under data.transcription"
            "speed" UpTo(100) "N" speed: "send the speech of each phrase N times"
            "burst_s" UpTo(600) "N" burst: "at the start send a phrase with N seconds of speech per target, all at once"
            "blast" Count "N" blast: "at the start send N audio messages of 200 ms as fast as the socket accepts them"
            "no_eos" Flag "" no_eos: "omit the end marker"
            "no_close" Flag "" no_close: "keep the connection open after the end marker"
        },
    },
    Group {
        place: "Text-to-speech",
        products: &[TextToSpeech],
        faults: known! {
            "tts_interleave" Flag "" tts_interleave: "speak waiting generations in turns, chunk by chunk"
            "tts_merged_last" Flag "" tts_merged_last: "set last_chunk on the last audio instead of on an empty chunk"
            "tts_stays_open" Flag "" tts_stays_open: "keep a generation without its end open when a text of another one arrives"
            "tts_stall" Flag "" tts_stall: "stop after the first chunk of each generation, without a last_chunk"
            "tts_rate_by_stream" Flag "" tts_rate_by_stream: "take 50 texts a second from each stream, whatever its token sends elsewhere"
            "tts_last_per_text" Flag "" tts_last_per_text: "send a last_chunk after each text instead of each generation"
        },
    },
    Group {
        place: "Speech-to-text",
        products: &[SpeechToText],
        faults: known! {
            "stt_one_stream" Flag "" stt_one_stream: "refuse with 409 while a stream of the same token is open"
            "stt_bare_fin" Flag "" stt_bare_fin: "send the finals that finalize requests with is_eos false and without a language"
            "stt_no_fin" Flag "" stt_no_fin: "omit the <fin> marker"
            "stt_wrong_delta" Flag "" stt_wrong_delta: "send deltas that contradict the text"
            "stt_flat_error" Flag "" stt_flat_error: "send the fields of an error beside message_type"
            "stt_full_fin" Flag "" stt_full_fin: "answer finalize with is_eos true and a language also when nothing was heard"
            "stt_any_pace" Flag "" stt_any_pace: "transcribe audio also when it comes much faster than speech"
            "stt_tell_again" Flag "" stt_tell_again: "send each final a second time, after its translations, with a full stop added"
            "stt_empty_segments" Flag "" stt_empty_segments: "send a final without a text before each other one"
            "stt_json_refusal" Flag "" stt_json_refusal: "refuse wrong parameters with a list of errors in JSON, as REST calls do"
        },
    },
];

impl Known {
    /// Reads the value and stores it.
    pub fn set(&self, faults: &mut Faults, value: Option<&str>) -> Result<(), String> {
        match &self.set {
            Setter::Flag(set) => match value {
                None | Some("1" | "true") => set(faults),
                Some(_) => return Err(self.wrong("takes no value")),
            },
            Setter::Status(set) => set(faults, self.number(value, 200, 599)? as u16),
            Setter::CloseCode(set) => set(faults, self.close_code(value)?),
            Setter::Count(set) => set(faults, self.number(value, 0, 1_000_000)?),
            Setter::UpTo(limit, set) => set(faults, self.number(value, 1, *limit as u32)? as usize),
            Setter::Millis(set) => {
                set(faults, Duration::from_millis(self.number(value, 0, 3_600_000)?.into()));
            }
            Setter::Text(set) => {
                let printable =
                    |text: &&str| !text.is_empty() && text.bytes().all(|b| matches!(b, b' '..=b'~'));
                let text = value.filter(printable);
                set(faults, text.ok_or_else(|| self.wrong("needs a text of ASCII characters"))?.to_owned());
            }
            Setter::ErrorKey(set) => set(faults, self.one_of(value, &ErrorKey::KNOWN, ErrorKey::name)?),
            Setter::ErrorCode(set) => set(faults, self.one_of(value, &ErrorCode::KNOWN, |code| code.name)?),
        }
        Ok(())
    }

    fn wrong(&self, why: &str) -> String {
        format!("fault {} {why}", self.name)
    }

    fn number(&self, value: Option<&str>, lowest: u32, highest: u32) -> Result<u32, String> {
        let text = value.ok_or_else(|| self.wrong(&format!("needs a value: {}=N", self.name)))?;
        let parsed = text.parse::<u32>().ok().filter(|n| (lowest..=highest).contains(n));
        parsed.ok_or_else(|| self.wrong(&format!("needs a whole number from {lowest} to {highest}")))
    }

    /// Codes below 1000 and a few others must not be sent in a close frame (RFC 6455 7.4).
    fn close_code(&self, value: Option<&str>) -> Result<u16, String> {
        match self.number(value, 1000, 4999)? as u16 {
            code @ (1004..=1006 | 1015..=2999) => {
                Err(self.wrong(&format!("cannot be {code}: a close frame must not carry it")))
            }
            code => Ok(code),
        }
    }

    fn one_of<T: Copy>(
        &self,
        value: Option<&str>,
        known: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Result<T, String> {
        let found = known.iter().copied().find(|candidate| value == Some(name(*candidate)));
        let names = || known.iter().map(|candidate| name(*candidate)).collect::<Vec<_>>().join(", ");
        found.ok_or_else(|| self.wrong(&format!("needs one of {}", names())))
    }
}
