//! The traffic of streams in a file, one line of JSON for each message, without secrets: for somebody else to look at, and to
//! be replayed.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use crate::time;

/// What stands where a secret was.
const HIDDEN: &str = "***";

/// The file. A disk that is full must not stop the server: then it has less.
pub struct Recorder(Mutex<(BufWriter<File>, u64)>);

/// One stream in it.
pub struct Recording {
    number: u64,
    opened: Instant,
    secret: String,
}

#[derive(Clone, Copy)]
pub enum From {
    Client,
    Server,
}

impl Recorder {
    pub fn create(path: &Path) -> Result<Self, String> {
        let file = File::create(path).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        Ok(Self(Mutex::new((BufWriter::new(file), 0))))
    }

    /// Begins a stream of this product; its token is hidden wherever it appears.
    pub fn open(&self, product: &str, settings: Value, token: &str) -> Recording {
        let number = {
            let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            inner.1 += 1;
            inner.1
        };
        let recording = Recording { number, opened: time::now(), secret: token.to_owned() };
        self.write(&recording, json!({"open": product, "settings": settings}));
        recording
    }

    pub fn message(&self, recording: &Recording, from: From, message: &Message) {
        let from = match from {
            From::Client => "client",
            From::Server => "server",
        };
        match message {
            Message::Text(text) => {
                let text = if recording.secret.is_empty() {
                    text.to_string()
                } else {
                    text.replace(&recording.secret, HIDDEN)
                };
                self.write(recording, json!({"from": from, "text": text}));
            }
            Message::Binary(bytes) => {
                let base64 = base64_simd::STANDARD.encode_to_string(bytes);
                self.write(recording, json!({"from": from, "base64": base64}));
            }
            // Written after everything that was still to be sent.
            Message::Close(Some(frame)) if from == "server" => {
                self.closed(recording, from, Some(frame.code.into()));
            }
            _ => {}
        }
    }

    pub fn closed(&self, recording: &Recording, by: &str, code: Option<u16>) {
        self.write(recording, json!({"closed_by": by, "code": code}));
    }

    fn write(&self, recording: &Recording, mut line: Value) {
        let at = time::since(recording.opened).as_millis() as u64;
        line["stream"] = json!(recording.number);
        line["at_ms"] = json!(at);
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The file is whole whenever the server ends.
        let _ = writeln!(inner.0, "{line}").and_then(|()| inner.0.flush());
    }
}
