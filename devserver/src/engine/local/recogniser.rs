//! A running recogniser: frames of audio go in, one JSON object per line comes out (stages/README.md).

use std::collections::VecDeque;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::time::Instant;

use super::command::Command;
use super::process::Stage;
use crate::engine::Failure;

/// Frames per second of a recogniser's input.
pub const RATE: u32 = 16_000;
pub const NAME: &str = "recogniser";
/// Longest line of an answer, in bytes.
const LONGEST_LINE: usize = 1 << 20;
/// The kind of an order that is never dropped.
const LANGUAGE: u8 = b'L';
/// A model must be loaded before the first answer, and before another language.
const LOADING: Duration = Duration::from_secs(60);

/// An order to a recogniser.
#[derive(Debug, PartialEq)]
pub enum Order {
    /// Mono frames at 16 kHz.
    Audio(Vec<i16>),
    /// Ends the phrase in progress.
    End(u64),
    /// Discards everything; the clock starts at zero.
    Reset(u64),
    /// What follows is in this language, or with `auto` in one of those `among` which it is detected.
    Language { code: String, among: Vec<String> },
}

/// A stretch of speech, in seconds since the latest reset.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Line {
    pub start: f64,
    pub end: f64,
    pub text: String,
    /// None where it is that of the order.
    #[serde(default)]
    pub language: Option<String>,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Answer {
    /// The model of the language is loaded.
    Ready,
    /// The line in progress.
    Partial(Line),
    /// A line that will not change any more.
    Final(Line),
    /// A block of audio has been processed.
    Heard {
        seconds: f64,
    },
    Ended {
        serial: u64,
    },
    Reset {
        serial: u64,
    },
}

/// The final answer to an order.
#[derive(Debug, PartialEq)]
enum Owed {
    Ready,
    Heard,
    Ended(u64),
    Reset(u64),
}

pub struct Recogniser {
    stage: Stage,
    patience: Duration,
    /// Bytes not written yet, from `written` on.
    waiting: VecDeque<Vec<u8>>,
    written: usize,
    owed: VecDeque<Owed>,
    latest_word: Instant,
    /// What was read of the next line.
    line: Vec<u8>,
    /// What was read after that line.
    read: VecDeque<u8>,
}

enum Step {
    Wrote(std::io::Result<usize>),
    Read(std::io::Result<usize>),
    Late,
}

impl Recogniser {
    pub fn start(command: &Command, patience: Duration) -> Result<Self, Failure> {
        Ok(Self {
            stage: Stage::start(NAME, command)?,
            patience,
            waiting: VecDeque::new(),
            written: 0,
            owed: [Owed::Ready].into(),
            latest_word: Instant::now(),
            line: Vec::new(),
            read: VecDeque::new(),
        })
    }

    pub fn is_alive(&mut self) -> bool {
        self.stage.is_alive()
    }

    pub async fn end(self) {
        self.stage.end().await;
    }

    pub fn order(&mut self, order: &Order) {
        if self.owed.is_empty() {
            self.latest_word = Instant::now();
        }
        if let Order::Reset(_) = order {
            self.forget_audio();
        }
        self.waiting.push_back(frame(order));
        self.owed.push_back(match order {
            Order::Audio(_) => Owed::Heard,
            Order::End(serial) => Owed::Ended(*serial),
            Order::Reset(serial) => Owed::Reset(*serial),
            Order::Language { .. } => Owed::Ready,
        });
    }

    /// An order whose writing has begun must continue, otherwise the orders would be mixed up; a language stays.
    fn forget_audio(&mut self) {
        let mut begun = self.written > 0;
        self.waiting.retain(|frame| std::mem::take(&mut begun) || frame.first() == Some(&LANGUAGE));
    }

    /// Returns the next answer. Nothing is lost when the future is dropped before it completes.
    pub async fn answer(&mut self) -> Result<Answer, Failure> {
        loop {
            if let Some(line) = self.whole_line()? {
                return self.understood(&line);
            }
            match self.step().await {
                Step::Wrote(Ok(count)) => self.wrote(count),
                Step::Read(Ok(1..)) => {}
                Step::Wrote(Err(_)) | Step::Read(_) => return Err(self.stage.obituary().await),
                Step::Late => {
                    return Err(Failure::stage(NAME, &format!("said nothing for {:?}", self.limit())));
                }
            }
        }
    }

    fn limit(&self) -> Duration {
        if self.owed.contains(&Owed::Ready) { LOADING.max(self.patience) } else { self.patience }
    }

    async fn step(&mut self) -> Step {
        let late = (!self.owed.is_empty()).then(|| self.latest_word + self.limit());
        let (stdin, stdout) = self.stage.pipes();
        let head = self.waiting.front().map(|frame| &frame[self.written..]);
        tokio::select! {
            wrote = write(stdin, head) => Step::Wrote(wrote),
            read = read(stdout, &mut self.read) => Step::Read(read),
            () = until(late) => Step::Late,
        }
    }

    fn wrote(&mut self, count: usize) {
        self.written += count;
        if self.waiting.front().is_some_and(|frame| self.written >= frame.len()) {
            self.waiting.pop_front();
            self.written = 0;
        }
    }

    fn whole_line(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        while let Some(byte) = self.read.pop_front() {
            if byte == b'\n' {
                return Ok(Some(std::mem::take(&mut self.line)));
            }
            self.line.push(byte);
            if self.line.len() > LONGEST_LINE {
                return Err(Failure::stage(NAME, "said a line without an end"));
            }
        }
        Ok(None)
    }

    fn understood(&mut self, line: &[u8]) -> Result<Answer, Failure> {
        let answer = serde_json::from_slice(line).map_err(|_| {
            let shown: String = String::from_utf8_lossy(line).chars().take(80).collect();
            Failure::stage(NAME, &format!("said something that is no answer: {shown:?}"))
        })?;
        self.latest_word = Instant::now();
        self.settle(&answer);
        Ok(answer)
    }

    fn settle(&mut self, answer: &Answer) {
        let until = match answer {
            Answer::Ready => Owed::Ready,
            Answer::Heard { .. } => Owed::Heard,
            Answer::Ended { serial } => Owed::Ended(*serial),
            Answer::Reset { serial } => Owed::Reset(*serial),
            Answer::Partial(_) | Answer::Final(_) => return,
        };
        // A reset leaves earlier orders unanswered.
        let overtakes = matches!(until, Owed::Reset(_));
        if overtakes && let Some(at) = self.owed.iter().position(|owed| *owed == until) {
            self.owed.drain(..at);
        }
        if self.owed.front() == Some(&until) {
            self.owed.pop_front();
        }
    }
}

/// A kind, a length and this many bytes.
fn frame(order: &Order) -> Vec<u8> {
    let (kind, payload) = match order {
        Order::Audio(frames) => (b'A', crate::audio::to_bytes(frames)),
        Order::End(serial) => (b'E', serde_json::json!({"serial": serial}).to_string().into_bytes()),
        Order::Reset(serial) => (b'R', serde_json::json!({"serial": serial}).to_string().into_bytes()),
        Order::Language { code, among } => {
            (LANGUAGE, serde_json::json!({"language": code, "among": among}).to_string().into_bytes())
        }
    };
    let mut bytes = vec![kind];
    bytes.extend((payload.len() as u32).to_le_bytes());
    bytes.extend(payload);
    bytes
}

async fn write(stdin: Option<&mut ChildStdin>, bytes: Option<&[u8]>) -> std::io::Result<usize> {
    match (stdin, bytes) {
        (Some(stdin), Some(bytes)) => stdin.write(bytes).await,
        _ => std::future::pending().await,
    }
}

/// Returns the number of bytes read; 0 at the end.
async fn read(stdout: &mut ChildStdout, into: &mut VecDeque<u8>) -> std::io::Result<usize> {
    let mut bytes = [0; 4096];
    let count = stdout.read(&mut bytes).await?;
    into.extend(&bytes[..count]);
    Ok(count)
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
