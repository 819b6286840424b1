//! What a program does: its sessions, what is said in them, and what it calls when.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::telephone::Telephone;

/// A process that uses the library: one client, and the sessions that it opens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Program {
    pub generation: Generation,
    /// Faults of the service that its credentials ask for, separated by "~".
    #[serde(default)]
    pub faults: String,
    pub queue: Queue,
    /// The client is freed after the last session, and not as soon as all are opened.
    pub keeps_client: bool,
    /// The library has no credentials and asks for them; they come so many ms later.
    pub asks_credentials: Option<u64>,
    /// The program stops the library at this moment, in ms from its beginning.
    pub shuts_down_at: Option<u64>,
    /// By the moment of their opening.
    pub sessions: Vec<Plan>,
    /// A call of two parties, which is opened at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<Telephone>,
    /// Calls that wait, on threads of their own: when, what, and the limit in ms.
    #[serde(default)]
    pub requests: Vec<(u64, Request, i32)>,
    /// The first time after such a moment, in ms, that the program would sleep until it is woken, it waits in a call.
    #[serde(default)]
    pub waits: Vec<(u64, Wait)>,
}

/// What a program waits for in a call: of its open sessions the one at this place, counted in circles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wait {
    Event(usize),
    Ready(usize),
}

/// A call that waits, on a thread of its own. Times are in ms, limits too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// So much speech.
    SendFile {
        file: File,
        ms: u64,
        lead_ms: i32,
        timeout_ms: i32,
    },
    SendPaced {
        ms: u64,
        lead_ms: i32,
        timeout_ms: i32,
    },
    SendEncoded {
        ms: u64,
        lead_ms: i32,
        timeout_ms: i32,
    },
    Synthesize {
        text: String,
        timeout_ms: i32,
    },
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum File {
    Whole,
    /// Its end is missing.
    Cut,
    /// It is no sound.
    Junk,
    /// There is none.
    Missing,
}

impl Call {
    pub fn name(&self) -> &'static str {
        match self {
            Call::SendFile { .. } => "send_file",
            Call::SendPaced { .. } => "send_paced",
            Call::SendEncoded { .. } => "send_encoded",
            Call::Synthesize { .. } => "synthesize",
        }
    }

    /// How much is sent.
    pub fn ms(&self) -> u64 {
        match self {
            Call::SendFile { ms, .. } | Call::SendPaced { ms, .. } | Call::SendEncoded { ms, .. } => *ms,
            Call::Synthesize { .. } => 0,
        }
    }

    pub fn timeout_ms(&self) -> i32 {
        match self {
            Call::SendFile { timeout_ms, .. }
            | Call::SendPaced { timeout_ms, .. }
            | Call::SendEncoded { timeout_ms, .. }
            | Call::Synthesize { timeout_ms, .. } => *timeout_ms,
        }
    }
}

/// A call about the recording of a session. It waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recording {
    Start,
    Pause,
    Resume,
    /// Within so many ms.
    Stop(i32),
}

/// A call of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    Check,
    Voices,
    BuiltinVoices,
    Glossaries,
    /// One that is created, read and deleted.
    Glossary,
    /// One that is created, prolonged and deleted.
    RestSession,
    /// A file of two seconds.
    TranslateFile,
}

/// How a client reaches the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Generation {
    /// Client id and secret: a session is created over REST.
    First,
    /// An API key.
    Second,
    /// The address of a stream and its token.
    Address,
}

/// Where the events of a program's sessions are taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Queue {
    /// Each session has its own.
    Own,
    /// One for all of them.
    Events,
    /// One that names the sessions with something to poll.
    Names,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Product {
    Translation,
    TextToSpeech,
    SpeechToText,
}

/// One session from its opening to its end. Moments are in ms from the opening.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Plan {
    pub product: Product,
    /// When it is opened, in ms from the beginning of its program.
    pub opens_at: u64,
    /// Which other name of the service it has in its address; 0: the usual one.
    #[serde(default)]
    pub host: u64,
    pub options: Options,
    pub format: Format,
    /// What the user's microphone gives, one after the other.
    pub sound: Vec<Sound>,
    /// It begins with the session and not with READY.
    pub is_early: bool,
    /// How much is sent at once.
    pub block_ms: u64,
    /// By the moment.
    pub commands: Vec<(u64, Command)>,
    /// Who reads the speech; without one it arrives in events.
    pub reader: Option<Reader>,
    pub end: End,
    /// The program closes its session at once, at this moment.
    pub closes_at: Option<u64>,
    /// How long the close waits, in ms.
    #[serde(default)]
    pub close_ms: i32,
    /// Calls that wait, on threads of their own, by the moment in ms.
    #[serde(default)]
    pub calls: Vec<(u64, Call)>,
    /// By the moment in ms.
    #[serde(default)]
    pub recording: Vec<(u64, Recording)>,
    /// How long the program waits for the end.
    pub patience: Duration,
}

/// When a program ends a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// When everything is said and called.
    AfterAll,
    At(u64),
    /// It leaves that to the service.
    Never,
}

/// Time of sound, in ms: a multiple of 10.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Sound {
    Speech(u64),
    Silence(u64),
    /// Nothing is sent, as during hold.
    Hold(u64),
    /// Nothing is sent, and the library is told how much is missing.
    Lost(u64),
    /// The device changes.
    Format(Format),
}

impl Sound {
    pub fn ms(self) -> u64 {
        match self {
            Sound::Speech(ms) | Sound::Silence(ms) | Sound::Hold(ms) | Sound::Lost(ms) => ms,
            Sound::Format(_) => 0,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Format {
    /// A palabra_encoding.
    pub encoding: i32,
    pub rate: i32,
    pub channels: i32,
    /// The one that is used, from 1; 0: all of them.
    pub channel: i32,
}

impl Format {
    pub const fn s16(rate: i32) -> Format {
        Format { encoding: 1, rate, channels: 1, channel: 0 }
    }
}

/// Numbers of a config; 0 is the library's default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    pub flags: u32,
    pub source: Option<&'static str>,
    /// Separated by commas.
    pub targets: Option<&'static str>,
    pub wire_rate: i32,
    pub chunk_ms: i32,
    pub buffer_ms: i32,
    pub gap: i32,
    pub gap_after_ms: i32,
    pub event_bytes: i64,
    pub event_count: i32,
    pub command_count: i32,
    pub message_bytes: i32,
    pub connect_ms: i32,
    pub ready_ms: i32,
    pub end_ms: i32,
    pub liveness_ms: i32,
    pub end_silence_ms: i32,
    pub finalization: i32,
    /// A palabra_stt_format.
    pub stt_format: i32,
    pub finalize_timeout_ms: i32,
    pub speech_format: i32,
    pub speech_rate: i32,
    pub texts_per_second: i32,
    pub task_interval_ms: i32,
    pub pause_interval_ms: i32,
    pub speak_per_minute: i32,
}

/// Who reads the speech in real time, and how it is kept for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reader {
    /// Events too.
    pub has_events: bool,
    pub format: Format,
    pub block_ms: u64,
    /// How much faster than time the reader's clock is, in millionths.
    pub drift_ppm: i64,
    /// When the reader stands still, and for how long.
    pub stalls: Vec<(u64, u64)>,
    pub prime_ms: i32,
    pub buffer_ms: i32,
    pub target_ms: i32,
    pub original_percent: i32,
}

/// A call of the library. Those that are answered by an event have the number of the command as their tag, from 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    Speak {
        text: String,
        language: &'static str,
        translate: bool,
    },
    Interrupt {
        languages: &'static str,
        pause: bool,
    },
    Pause,
    Resume,
    /// Sets the task of the config, to these targets.
    SetTask {
        targets: &'static str,
    },
    GetTask,
    Finalize,
    Text {
        text: String,
        generation: Option<&'static str>,
        is_last: bool,
        forgets: bool,
        voice: Option<&'static str>,
    },
    Cancel {
        generation: Option<&'static str>,
    },
    CancelTagged {
        tag: u64,
    },
    FlushInput,
    Silence {
        languages: &'static str,
        all: bool,
    },
    OutputFormat(Format),
    Original {
        percent: i32,
    },
    /// Asks for state, error, statistics and space.
    Ask,
    Wakeup,
    /// A wait for READY that is over at once.
    WaitReady,
    /// Ends the session, as the plan does otherwise.
    End,
}

impl Program {
    /// One session.
    pub fn of(plan: Plan) -> Program {
        Program {
            generation: Generation::Second,
            faults: String::new(),
            queue: Queue::Own,
            keeps_client: false,
            asks_credentials: None,
            shuts_down_at: None,
            sessions: vec![plan],
            telephone: None,
            requests: Vec::new(),
            waits: Vec::new(),
        }
    }
}

impl Plan {
    pub fn new(product: Product) -> Plan {
        Plan {
            product,
            opens_at: 0,
            host: 0,
            options: Options::default(),
            format: Format::s16(16_000),
            sound: Vec::new(),
            is_early: false,
            block_ms: 20,
            commands: Vec::new(),
            reader: None,
            end: End::AfterAll,
            closes_at: None,
            close_ms: 0,
            calls: Vec::new(),
            recording: Vec::new(),
            patience: Duration::from_secs(600),
        }
    }

    /// How long the user speaks and the program calls, in ms.
    pub fn length(&self) -> u64 {
        let sound: u64 = self.sound.iter().map(|part| part.ms()).sum();
        let commands = self.commands.iter().map(|(at, _)| *at).max().unwrap_or(0);
        let calls = self.calls.iter().map(|(at, call)| at + call.ms()).max().unwrap_or(0);
        sound.max(commands).max(calls)
    }

    /// Nothing is mixed into speech that is read, and no phrase into another.
    pub fn is_clear(&self) -> bool {
        let is_original = |(_, command): &(u64, Command)| matches!(command, Command::Original { .. });
        let is_plain = |reader: &Reader| reader.original_percent == 0 && reader.target_ms == 0;
        self.product == Product::Translation
            && self.reader.as_ref().is_none_or(is_plain)
            && !self.commands.iter().any(is_original)
    }

    /// The languages of its speech.
    pub fn targets(&self) -> &'static str {
        self.options.targets.unwrap_or(match self.product {
            Product::Translation => "es",
            Product::TextToSpeech | Product::SpeechToText => "",
        })
    }
}
