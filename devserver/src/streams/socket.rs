//! The WebSocket of one stream: reads and writes in one place, so that neither blocks the other.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Sink, Stream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::conn::Conn;
use crate::deflate::{Agreed, Wire};
use crate::record::{From, Recorder, Recording};

/// Largest message accepted from a client.
const MESSAGE_LIMIT: usize = 4 << 20;
/// A client that does not read is disconnected when this much waits for it.
const UNREAD_LIMIT: usize = 256 << 20;
/// Time for the peer to answer a close.
const CLOSE_WAIT: Duration = Duration::from_secs(5);
/// Time a slow reader gets for what was sent before the close.
const DELIVERY_WAIT: Duration = Duration::from_secs(60);

/// Frames written before reading gets its turn.
const WRITES_PER_TURN: usize = 64;
/// Longest piece of a split message. A prime, so that the cuts fall anywhere.
const FRAGMENT: usize = 997;

/// A message that waits to be sent.
struct Waiting {
    message: Message,
    /// Set on speech, so that it can be withdrawn: its language, or its generation.
    label: Option<String>,
}

/// The same audio repeated, generated only when the connection accepts it. Each message has its number as id.
pub struct Blast {
    before_id: String,
    after_id: String,
    next: u32,
    count: u32,
}

impl Blast {
    /// The text has an empty `transcription_id`.
    pub fn new(text: String, count: u32) -> Self {
        let key = "\"transcription_id\":\"";
        let at = text.find(key).map_or(0, |at| at + key.len());
        Self { before_id: text[..at].to_owned(), after_id: text[at..].to_owned(), next: 0, count }
    }
}

impl Iterator for Blast {
    type Item = Message;

    fn next(&mut self) -> Option<Message> {
        let number = self.next;
        (number < self.count).then(|| {
            self.next += 1;
            Message::text(format!("{}{number:016x}{}", self.before_id, self.after_id))
        })
    }
}

pub struct Socket {
    ws: WebSocketStream<Wire>,
    waiting: VecDeque<Waiting>,
    unread: usize,
    /// Frames of the message that is being sent.
    pieces: VecDeque<Message>,
    /// Each message is sent as several frames.
    split: bool,
    reading: bool,
    blast: Option<Blast>,
    record: Option<(Arc<Recorder>, Recording)>,
}

impl Socket {
    /// `already_read` arrived with the request.
    pub async fn new(conn: Conn, already_read: Vec<u8>, packing: Option<Agreed>, split: bool) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(16 * 1024)
            .write_buffer_size(16 * 1024)
            .max_message_size(Some(MESSAGE_LIMIT))
            .max_frame_size(Some(MESSAGE_LIMIT));
        let (wire, already_read) = match packing {
            Some(agreed) => (Wire::packed(conn, agreed, MESSAGE_LIMIT, &already_read), Vec::new()),
            None => (Wire::plain(conn), already_read),
        };
        let ws = WebSocketStream::from_partially_read(wire, already_read, Role::Server, Some(config)).await;
        Self {
            ws,
            waiting: VecDeque::new(),
            unread: 0,
            pieces: VecDeque::new(),
            split,
            reading: true,
            blast: None,
            record: None,
        }
    }

    /// From now on every message is recorded.
    pub fn record(&mut self, recorder: Arc<Recorder>, recording: Recording) {
        self.record = Some((recorder, recording));
    }

    /// How it ended, if not by a close of the server's, which is recorded as it is sent.
    pub fn record_end(&self, by: &str, code: Option<u16>) {
        if let Some((recorder, recording)) = &self.record {
            recorder.closed(recording, by, code);
        }
    }

    fn note(&self, from: From, message: &Message) {
        if let Some((recorder, recording)) = &self.record {
            recorder.message(recording, from, message);
        }
    }

    pub fn is_reading(&self) -> bool {
        self.reading
    }

    /// From now on the socket only writes.
    pub fn stop_reading(&mut self) {
        self.reading = false;
    }

    pub fn blast(&mut self, blast: Blast) {
        self.blast = Some(blast);
    }

    pub fn is_blasting(&self) -> bool {
        self.blast.is_some()
    }

    pub fn send(&mut self, message: Message, label: Option<String>) {
        self.unread += message.len();
        self.waiting.push_back(Waiting { message, label });
    }

    /// Withdraws the speech with these labels that was not sent yet.
    pub fn withdraw_speech(&mut self, concerned: impl Fn(&str) -> bool) {
        self.waiting.retain(|w| w.label.as_deref().is_none_or(|label| !concerned(label)));
        self.unread = self.waiting.iter().map(|w| w.message.len()).sum();
    }

    /// Returns the client's next message and writes meanwhile. `None` when the connection is over.
    pub async fn next(&mut self) -> Option<Message> {
        if self.unread > UNREAD_LIMIT {
            return None;
        }
        poll_fn(|cx| self.poll_next(cx)).await
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        if let Poll::Ready(Err(_)) = self.poll_write(cx) {
            return Poll::Ready(None);
        }
        if !self.reading {
            return Poll::Pending;
        }
        let message = Pin::new(&mut self.ws).poll_next(cx).map(|message| message.and_then(Result::ok));
        if let Poll::Ready(Some(message)) = &message {
            self.note(From::Client, message);
        }
        message
    }

    /// Writes as much as the connection accepts.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        for _ in 0..WRITES_PER_TURN {
            if !self.has_more() {
                return Pin::new(&mut self.ws).poll_flush(cx);
            }
            std::task::ready!(Pin::new(&mut self.ws).poll_ready(cx))?;
            if let Some(next) = self.take_next() {
                Pin::new(&mut self.ws).start_send(next)?;
            }
        }
        // A reader that is this fast must not keep the socket from reading.
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn has_more(&self) -> bool {
        !self.pieces.is_empty() || !self.waiting.is_empty() || self.blast.is_some()
    }

    fn take_next(&mut self) -> Option<Message> {
        if let Some(piece) = self.pieces.pop_front() {
            return Some(piece);
        }
        let message = match self.waiting.pop_front() {
            Some(next) => {
                self.unread = self.unread.saturating_sub(next.message.len());
                next.message
            }
            None => match self.blast.as_mut()?.next() {
                Some(message) => message,
                None => {
                    self.blast = None;
                    return None;
                }
            },
        };
        self.note(From::Server, &message);
        match message {
            Message::Text(text) if self.split => {
                self.pieces = fragments(text.as_bytes());
                self.pieces.pop_front()
            }
            whole => Some(whole),
        }
    }

    /// Writes what waits, closes with this code and waits for the answer.
    pub async fn close(mut self, code: u16, reason: &'static str) {
        self.reading = true;
        self.blast = None;
        let frame = CloseFrame { code: CloseCode::from(code), reason: reason.into() };
        self.send(Message::Close(Some(frame)), None);
        let given_up = Instant::now() + DELIVERY_WAIT;
        // What the client still sends is read and dropped, so that it cannot block what is written.
        loop {
            match tokio::time::timeout(CLOSE_WAIT, self.next()).await {
                Ok(None) => break,
                Err(_) if self.waiting.is_empty() => break,
                _ if Instant::now() >= given_up => break,
                Ok(Some(_)) | Err(_) => {}
            }
        }
        self.shut_down().await;
    }

    /// After the end of the connection or the client's close: only the answer to the close is written.
    pub async fn finish(mut self) {
        self.waiting.clear();
        self.pieces.clear();
        self.blast = None;
        let rest = async { while self.next().await.is_some() {} };
        let _ = tokio::time::timeout(CLOSE_WAIT, rest).await;
        self.shut_down().await;
    }

    /// Ends TLS and TCP in order.
    async fn shut_down(&mut self) {
        let _ = tokio::time::timeout(CLOSE_WAIT, self.ws.get_mut().shutdown()).await;
    }

    /// Ends the connection with a TCP reset.
    pub fn reset(self) {
        self.ws.get_ref().reset_switch().throw();
    }

    /// Ends TLS and TCP in order, without a WebSocket close.
    pub async fn hang_up(mut self) {
        let conn = self.ws.get_mut();
        // Unread bytes would turn the orderly end into a reset.
        drain(conn).await;
        let _ = tokio::time::timeout(CLOSE_WAIT, conn.shutdown()).await;
        drain(conn).await;
    }
}

/// One text as several frames, a ping after the first (RFC 6455 section 5.4).
fn fragments(text: &[u8]) -> VecDeque<Message> {
    let size = (text.len() / 2 + 1).min(FRAGMENT);
    let count = text.len().div_ceil(size);
    let parts = text.chunks(size).enumerate().map(|(n, part)| {
        let code = if n == 0 { Data::Text } else { Data::Continue };
        Message::Frame(Frame::message(part.to_vec(), OpCode::Data(code), n + 1 == count))
    });
    let mut pieces: VecDeque<Message> = parts.collect();
    if count > 1 {
        pieces.insert(1, Message::Ping(Default::default()));
    }
    pieces
}

/// Reads whatever has already arrived.
async fn drain(conn: &mut Wire) {
    let mut bytes = vec![0; 64 * 1024];
    let at_hand = Duration::from_millis(5);
    for _ in 0..256 {
        match tokio::time::timeout(at_hand, conn.read(&mut bytes)).await {
            Ok(Ok(1..)) => {}
            _ => break,
        }
    }
}
