//! One connected text-to-speech stream.

use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::incoming::{self, Settings};
use super::queue::{Generation, Manner, Portion, Queue};
use crate::config::Delivery;
use crate::engine::Wake;
use crate::engine::speaker::{Speaker, Utterance};
use crate::faults::{ErrorCode, Faults};
use crate::limits::{TextRate, Texts};
use crate::streams::outgoing::Outgoing;
use crate::streams::payload::{Cutter, Packing};
use crate::streams::{Flow, Link, Talk, json_of};
use crate::time;
use crate::validation::refusal::Refusal;

/// Speech per chunk (protocol.md 14, row 30).
const CHUNK: Duration = Duration::from_millis(200);
/// Delay from a text to its first chunk.
const FIRST_AFTER: Duration = Duration::from_millis(20);
/// Interval of chunks when speech need not wait for playback: twenty times as fast.
const BURST_EVERY: Duration = Duration::from_millis(10);

pub struct Stream {
    link: Link,
    speaker: Box<dyn Speaker>,
    settings: Option<Settings>,
    /// Why `init` was refused: texts that come nevertheless are refused for the same reason.
    refused: Option<Refusal>,
    queue: Queue,
    /// Its texts in the latest second.
    texts: Texts,
    cutter: Cutter,
    /// The earliest time for the next chunk.
    free: Instant,
}

impl Stream {
    pub fn new(link: Link) -> Self {
        let faults = &link.session.faults;
        let manner = Manner {
            interleave: faults.tts_interleave,
            last_per_text: faults.tts_last_per_text,
            stays_open: faults.tts_stays_open,
        };
        let speaker = link.shared.config.engine.speaker(Wake::clone(&link.wake));
        Self {
            link,
            speaker,
            settings: None,
            refused: None,
            queue: Queue::new(manner),
            texts: Texts::default(),
            cutter: Cutter::default(),
            free: time::now(),
        }
    }

    fn faults(&self) -> &Faults {
        &self.link.session.faults
    }

    /// Some errors end the session (protocol.md 8.3).
    fn fail(&mut self, code: &str, desc: &str) -> Flow {
        self.link.send_error(code, desc);
        match ErrorCode::named(code).and_then(|known| known.close) {
            Some(close) => Flow::Close(close, "see the error"),
            None => Flow::Go,
        }
    }

    fn init(&mut self, message: &Map<String, Value>) -> Flow {
        match incoming::init(message, &self.link.shared.config.engine) {
            Ok(settings) => {
                self.link.seat.tally.settings(incoming::report(message));
                self.settings = Some(settings);
                self.mischief_at_start();
            }
            Err(refusal) => {
                let flow = self.link.refuse(&refusal);
                self.refused = Some(refusal);
                return flow;
            }
        }
        Flow::Go
    }

    fn before_init(&mut self) -> Flow {
        match &self.refused {
            Some(refusal) => self.link.refuse(refusal),
            None => self.fail("BAD_REQUEST", "type: the first message must be init"),
        }
    }

    /// What is above the rate is not spoken (protocol.md 8.4).
    fn within_rate(&mut self, now: Instant) -> Result<(), String> {
        if !self.link.has_limits() {
            return Ok(());
        }
        let rate = if self.faults().tts_rate_by_stream {
            TextRate::BY_STREAM
        } else {
            self.link.shared.config.text_rate
        };
        let fits = match rate {
            TextRate::PerStream(most) => self.texts.take(now, most),
            TextRate::PerIdentity(most) => self.link.session.admits_text(now, most),
        };
        if fits { Ok(()) } else { Err(rate.words()) }
    }

    fn speak(&mut self, message: &Map<String, Value>, mut settings: Settings) -> Flow {
        let now = time::now();
        if let Err(limit) = self.within_rate(now) {
            return self.fail("RATE_LIMIT_EXCEEDED", &limit);
        }
        let limit = self.link.shared.config.dialect.text_limit();
        let text = match incoming::text(message, limit, &settings.voice) {
            Ok(text) => text,
            Err(refusal) => return self.link.refuse(&refusal),
        };
        self.link.seat.tally.text(&text.text);
        if let Some(voice) = text.voice {
            settings.voice = voice;
        }
        let utterance = Utterance {
            text: text.text,
            language: settings.language.clone(),
            voice: settings.voice.id.clone(),
            speed: settings.voice.speed,
            rate: settings.rate,
        };
        self.settings = Some(settings);
        if self.faults().no_answer {
            return Flow::Go;
        }
        let ready = now + FIRST_AFTER + self.faults().late_answer.unwrap_or_default();
        if self.queue.add(text.generation, utterance, text.is_eos, (now, ready)) {
            Flow::Go
        } else {
            self.fail("RATE_LIMIT_EXCEEDED", "too many texts are waiting to be spoken")
        }
    }

    /// No acknowledgement, and no `last_chunk` for what is cut off (protocol.md 14, row 30).
    fn cancel(&mut self, message: &Map<String, Value>) -> Flow {
        let wanted = match incoming::cancel(message) {
            Ok(wanted) => wanted,
            Err(refusal) => return self.link.refuse(&refusal),
        };
        let cancelled = self.queue.cancel(wanted.as_deref());
        self.link.socket.withdraw_speech(|id| wanted.as_ref().is_none_or(|wanted| wanted == id));
        if let Some(current) = cancelled.into_iter().find(|generation| generation.spoken() > 0) {
            self.late_chunks(current);
        }
        Flow::Go
    }

    /// Speech that the cancel should have stopped.
    fn late_chunks(&mut self, generation: Generation) {
        let (Some(length), Some(settings)) = (self.faults().late_chunks, &self.settings) else { return };
        let rate = settings.rate;
        let (id, mut before) = (generation.id.clone(), generation.spoken());
        let frames = generation.rest((length.as_secs_f64() * f64::from(rate)) as usize);
        for part in frames.chunks(frames_of(CHUNK, rate)) {
            self.send_chunk(&id, part, (before, false), Some(5));
            before += part.len();
        }
    }

    fn mischief_at_start(&mut self) {
        if let Some(bytes) = self.faults().huge_message {
            // Four characters of base64 for three bytes.
            self.send_chunk("dev-huge", &vec![0; bytes / 8 * 3], (0, true), None);
        }
        if self.faults().invalid_utf8 {
            self.link.send_invalid_utf8();
        }
    }

    fn send_portion(&mut self, portion: &Portion, now: Instant) -> Flow {
        let delta = now.saturating_duration_since(portion.asked).as_millis() as u64;
        let merged = portion.last && self.faults().tts_merged_last;
        if !portion.frames.is_empty() {
            let settings = self.settings.as_ref();
            let mut bytes = settings.map_or_else(Vec::new, |settings| {
                settings.format.encode(&portion.frames, settings.rate, portion.before)
            });
            if self.faults().cut_pcm {
                bytes = self.cutter.cut(&portion.id, bytes, portion.last);
            }
            self.send_bytes(&portion.id, (portion.frames.len(), bytes), merged, Some(delta));
            if self.faults().tts_stall {
                self.queue.cancel(Some(&portion.id));
                return Flow::Go;
            }
            if let Some(code) = self.faults().stream_error {
                self.queue.cancel(Some(&portion.id));
                return self.fail(code.name, "failed on purpose");
            }
        }
        if portion.last && (!merged || portion.frames.is_empty()) {
            self.send_chunk(&portion.id, &[], (0, true), None);
        }
        Flow::Go
    }

    fn send_chunk(&mut self, id: &str, frames: &[i16], (before, last): (usize, bool), delta: Option<u64>) {
        let Some(settings) = &self.settings else { return };
        let bytes = if frames.is_empty() {
            Vec::new()
        } else {
            settings.format.encode(frames, settings.rate, before)
        };
        self.send_bytes(id, (frames.len(), bytes), last, delta);
    }

    /// One `audio_chunk` (protocol.md 8.2).
    fn send_bytes(&mut self, id: &str, (frames, bytes): (usize, Vec<u8>), last: bool, delta: Option<u64>) {
        let Some(settings) = &self.settings else { return };
        let size = bytes.len();
        let seconds = frames as f64 / f64::from(settings.rate);
        let audio = Packing::new(false, self.faults()).pack_bytes(bytes);
        let data = json!({
            "audio": audio,
            "size": size,
            "generation_id": id,
            "last_chunk": last,
            "chunk_generation_delta": delta,
            "audio_len": (frames > 0).then_some(seconds),
        });
        self.link.seat.tally.spoken(size);
        self.link.send(Outgoing::new("audio_chunk", data), Some(id.to_owned()));
    }
}

fn frames_of(length: Duration, rate: u32) -> usize {
    (length.as_secs_f64() * f64::from(rate)) as usize
}

impl Talk for Stream {
    fn link(&mut self) -> &mut Link {
        &mut self.link
    }

    fn into_link(self) -> Link {
        self.link
    }

    fn on_text(&mut self, text: &str) -> Flow {
        let Ok(Value::Object(message)) = serde_json::from_str(text) else {
            self.link.note_received("invalid", text.len());
            return self.fail("BAD_REQUEST", "the message is not a JSON object");
        };
        let kind = message.get("type").and_then(Value::as_str).unwrap_or("invalid");
        self.link.note_received(kind, text.len());
        match (kind, &self.settings) {
            ("init", None) => self.init(&message),
            ("init", Some(_)) => self.fail("CONFLICT", "type: init has come already"),
            ("text" | "cancel", None) => self.before_init(),
            ("text", Some(settings)) => {
                let settings = settings.clone();
                self.speak(&message, settings)
            }
            ("cancel", Some(_)) => self.cancel(&message),
            _ => self.fail("BAD_REQUEST", "type: must be init, text or cancel"),
        }
    }

    fn on_binary(&mut self, bytes: &[u8]) -> Flow {
        match json_of(bytes) {
            Ok(text) => self.on_text(text),
            Err(why) => self.fail("BAD_REQUEST", why),
        }
    }

    fn on_wake(&mut self) -> Flow {
        self.queue.woken();
        Flow::Go
    }

    fn next_event(&self) -> Option<Instant> {
        self.queue.next_at().map(|at| at.max(self.free))
    }

    fn on_time(&mut self, now: Instant) -> Flow {
        let Some(settings) = self.settings.as_ref().filter(|_| now >= self.free) else { return Flow::Go };
        let frames = frames_of(CHUNK, settings.rate);
        let portion = match self.queue.take(now, frames, self.speaker.as_mut()) {
            Ok(Some(portion)) => portion,
            Ok(None) => return Flow::Go,
            Err(failure) => return self.fail(failure.code, &failure.desc),
        };
        self.free = now
            + match self.link.shared.config.delivery {
                Delivery::Burst => BURST_EVERY,
                Delivery::Paced => CHUNK,
            };
        self.send_portion(&portion, now)
    }
}
