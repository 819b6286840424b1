//! The names of the faults, their values, and one line about each.

use std::time::Duration;

use super::{ErrorCode, ErrorKey, Faults};

/// How one fault is written and stored.
pub struct Known {
    pub name: &'static str,
    /// Written after `=` in the help; empty when the fault takes no value.
    pub value: &'static str,
    pub help: &'static str,
    set: Setter,
}

enum Setter {
    Flag(fn(&mut Faults)),
    Status(fn(&mut Faults, u16)),
    CloseCode(fn(&mut Faults, u16)),
    Count(fn(&mut Faults, u32)),
    /// A count that ends at this number.
    UpTo(usize, fn(&mut Faults, usize)),
    Millis(fn(&mut Faults, Duration)),
    ErrorKey(fn(&mut Faults, ErrorKey)),
    ErrorCode(fn(&mut Faults, ErrorCode)),
}

macro_rules! known {
    ($($name:literal $kind:ident $(($limit:literal))? $value:literal $field:ident : $help:literal)*) => {
        &[$(Known { name: $name, value: $value, help: $help, set: known!(@ $kind $(($limit))? $field) }),*]
    };
    (@ Flag $field:ident) => { Setter::Flag(|f| f.$field = true) };
    (@ UpTo ($limit:literal) $field:ident) => { Setter::UpTo($limit, |f, n| f.$field = Some(n)) };
    (@ Count $field:ident) => { Setter::Count(|f, n| f.$field = Some(n.into())) };
    (@ $kind:ident $field:ident) => { Setter::$kind(|f, v| f.$field = Some(v)) };
}

/// Every fault there is, in the order of the help text.
pub const KNOWN: &[Known] = known! {
    "rest_status" Status "STATUS" rest_status: "answer REST calls (not deletions of sessions, not uploads) with this HTTP status"
    "rest_fail_times" Count "N" rest_fail_times: "with rest_status: only the first N calls of a credential fail"
    "rest_delay_ms" Millis "MS" rest_delay: "answer REST calls this much later"
    "rest_garbage" Flag "" rest_garbage: "answer REST calls with success and a body that is not JSON"
    "rest_no_ws_url" Flag "" rest_no_ws_url: "omit ws_url from the new session"
    "rest_echo_secret" Flag "" rest_echo_secret: "refuse REST calls with 401, repeating the secret in the error text"
    "rest_reset" Flag "" rest_reset: "reset the TCP connection instead of answering REST calls"
    "upgrade_status" Status "STATUS" upgrade_status: "answer the WebSocket upgrade with this HTTP status"
    "upgrade_delay_ms" Millis "MS" upgrade_delay: "answer the WebSocket upgrade this much later"
    "never_ready" Flag "" never_ready: "accept the task but never start it"
    "ready_after_polls" Count "N" ready_after_polls: "start the task only after N get_task were answered NOT_FOUND"
    "reject_task" Flag "" reject_task: "refuse every task with VALIDATION_ERROR"
    "echo_token" Flag "" echo_token: "with reject_task: repeat the token in the error text"
    "close_after_audio" Count "N" close_after_audio: "after N audio messages end TLS/TCP in order, without a WebSocket close"
    "close_code" CloseCode "CODE" close_code: "close the WebSocket with this code (at once, or see close_after_ms)"
    "close_after_ms" Millis "MS" close_after: "close the WebSocket this long after the upgrade (code 1011 unless given)"
    "reset_after_ms" Millis "MS" reset_after: "reset the TCP connection this long after the upgrade"
    "reset_after_audio" Count "N" reset_after_audio: "reset the TCP connection after N audio messages"
    "silent_after_ms" Millis "MS" silent_after: "stop reading and writing, keep TCP open (half-open)"
    "garbage" Flag "" garbage: "insert broken, empty, unknown and bare messages between the valid ones"
    "double_encode" Flag "" double_encode: "send data as a JSON string that holds the object"
    "late_ack" Millis "MS" late_ack: "send task_status this much later"
    "stall_reading_after_ms" Millis "MS" stall_reading_after: "stop reading but keep sending (a ping each second)"
    "expire_after_ms" Millis "MS" expire_after: "the session expires this long after its creation: close 1008, then 403"
    "split_frames" Flag "" split_frames: "send each message as several WebSocket frames, a ping between them"
    "duplicate_frames" Flag "" duplicate_frames: "send each message twice"
    "huge_message" UpTo(134_217_728) "BYTES" huge_message: "at the start send a message of about this size (transcript or audio)"
    "invalid_utf8" Flag "" invalid_utf8: "at the start send a text frame that is not UTF-8"
    "odd_pcm" Flag "" odd_pcm: "send speech with an odd number of bytes in each chunk"
    "cut_pcm" Flag "" cut_pcm: "cut speech in the middle of samples: the last byte of each chunk of a phrase comes with the next"
    "bad_base64" Flag "" bad_base64: "send speech whose base64 has a wrong character"
    "bad_zlib" Flag "" bad_zlib: "with zlib output: send speech that cannot be inflated"
    "nested_audio" Flag "" nested_audio: "put the fields of output_audio_data under data.transcription"
    "speed" UpTo(100) "N" speed: "send N times as much speech: the speech of each phrase is repeated"
    "burst_s" UpTo(600) "N" burst: "at the start send a phrase with N seconds of speech per target, all at once"
    "blast" Count "N" blast: "at the start send N audio messages of 200 ms as fast as the socket takes them"
    "late_chunks_ms" Millis "MS" late_chunks: "after an interrupt or a TTS cancel send this much more of the old speech"
    "pacing_warning" Flag "" pacing_warning: "at the start send each of the three pacing warnings"
    "extra_ready" Flag "" extra_ready: "at the start send both signs of readiness three times"
    "no_eos" Flag "" no_eos: "omit the end marker"
    "no_close" Flag "" no_close: "after the end marker leave the connection open"
    "error_key" ErrorKey "KEY" error_key: "name the text of errors msg, description, message or details (then code is error)"
    "desc_list" Flag "" desc_list: "send the text of errors as a list of {loc, msg, type}"
    "no_rate_limits" Flag "" no_rate_limits: "accept commands, texts and connections at any rate"
    "no_answer" Flag "" no_answer: "TTS and STT: accept everything, answer nothing"
    "late_answer_ms" Millis "MS" late_answer: "TTS and STT: speech of a text and transcripts this much later"
    "stream_error" ErrorCode "CODE" stream_error: "TTS: this error after the first chunk of each generation, which is then dropped; STT: after the first audio"
    "tts_interleave" Flag "" tts_interleave: "TTS: speak waiting generations in turns, chunk by chunk"
    "tts_merged_last" Flag "" tts_merged_last: "TTS: set last_chunk on the last audio instead of on an empty chunk"
    "tts_last_per_text" Flag "" tts_last_per_text: "TTS: send a last_chunk after each text instead of each generation"
    "stt_one_stream" Flag "" stt_one_stream: "STT: 409 while a stream of the same token is open"
    "stt_bare_fin" Flag "" stt_bare_fin: "STT: answer finalize with is_eos false and no language"
    "stt_no_fin" Flag "" stt_no_fin: "STT: omit the <fin> marker"
    "stt_wrong_delta" Flag "" stt_wrong_delta: "STT: send deltas that contradict the text"
    "stt_nested_error" Flag "" stt_nested_error: "STT: put the fields of an error below data"
    "upload_status" Status "STATUS" upload_status: "answer the upload of a voice sample with this HTTP status"
    "voice_delay_ms" Millis "MS" voice_delay: "a voice is ready this long after its upload (200 unless given)"
    "voice_fails" Flag "" voice_fails: "processing of a voice fails"
    "page_size" UpTo(100) "N" page_size: "entries per page of a list whose request does not say how many (10 unless given)"
};

impl Known {
    /// Reads the value and stores it.
    pub fn set(&self, faults: &mut Faults, value: Option<&str>) -> Result<(), String> {
        let name = self.name;
        let number = |lowest: u32, highest: u32| {
            let text = value.ok_or_else(|| format!("fault {name} needs a value: {name}=N"))?;
            let parsed = text.parse::<u32>().ok().filter(|n| (lowest..=highest).contains(n));
            parsed.ok_or_else(|| format!("fault {name} needs a whole number from {lowest} to {highest}"))
        };
        match &self.set {
            Setter::Flag(set) => match value {
                None | Some("1" | "true") => set(faults),
                Some(_) => return Err(format!("fault {name} takes no value")),
            },
            Setter::Status(set) => set(faults, number(200, 599)? as u16),
            // These codes must not be sent in a close frame (RFC 6455 7.4).
            Setter::CloseCode(set) => match number(1000, 4999)? as u16 {
                code @ (1004..=1006 | 1015..=2999) => {
                    return Err(format!("fault {name}: {code} cannot be sent in a close frame"));
                }
                code => set(faults, code),
            },
            Setter::Count(set) => set(faults, number(0, 1_000_000)?),
            Setter::UpTo(limit, set) => set(faults, number(1, *limit as u32)? as usize),
            Setter::ErrorKey(set) => {
                let known = [ErrorKey::Msg, ErrorKey::Description, ErrorKey::Message, ErrorKey::Details];
                let found = known.into_iter().find(|key| value == Some(key.name()));
                set(
                    faults,
                    found.ok_or_else(|| {
                        format!("fault {name} needs one of msg, description, message, details")
                    })?,
                );
            }
            Setter::ErrorCode(set) => {
                let found = value.and_then(ErrorCode::named);
                let names = ErrorCode::KNOWN.map(|code| code.name).join(", ");
                set(faults, found.ok_or_else(|| format!("fault {name} needs one of {names}"))?);
            }
            Setter::Millis(set) => set(faults, Duration::from_millis(number(0, 3_600_000)?.into())),
        }
        Ok(())
    }
}
