//! What is sent on a stream: messages, and the caller's audio or silence in its place.

use std::convert::Infallible;
use std::time::Duration;

use super::dialogue::Dialogue;
use crate::error::Result;
use crate::net::websocket::WebSocket;
use crate::session::input::gap::{self, Step};
use crate::session::input::{Chunks, InputSetup};

/// As often as the ticker looks.
const LOOK: Duration = Duration::from_millis(10);

/// How a product's audio is put into a message.
#[derive(Clone, Copy)]
pub(crate) struct Framing {
    /// Size of this many bytes of audio on the wire.
    pub message_bytes: fn(usize) -> usize,
    /// Queues a message of the two halves of a chunk.
    pub queue: fn(&mut WebSocket, &[u8], &[u8]) -> Result<()>,
}

/// The caller's audio on its way into messages.
pub(crate) struct Input {
    chunks: Box<Chunks>,
    /// Of the wire format.
    sample_rate: u32,
    framing: Framing,
    /// How much may wait until READY when older input is dropped.
    keep_ms: Option<u32>,
}

impl Input {
    pub(crate) fn new(chunks: Chunks, setup: &InputSetup, framing: Framing) -> Input {
        let (sample_rate, keep_ms) = (setup.wire.sample_rate, setup.keep_ms());
        Input { chunks: Box::new(chunks), sample_rate, framing, keep_ms }
    }

    fn drop_old(&mut self) {
        if let Some(keep_ms) = self.keep_ms {
            self.chunks.drop_older_than(keep_ms);
        }
    }

    fn drop_early(&mut self) {
        if self.keep_ms.is_some() {
            self.chunks.drop_early();
        }
    }

    fn usual_message_bytes(&self) -> usize {
        (self.framing.message_bytes)(self.chunks.usual_chunk_bytes())
    }

    fn length(&self, frames: usize) -> Duration {
        gap::duration(frames as u64, self.sample_rate)
    }
}

/// Limits the ring while nothing is taken out of it.
pub(crate) async fn keep_newest(input: &mut Option<Input>) -> Infallible {
    let Some(input) = input.as_mut().filter(|input| input.keep_ms.is_some()) else {
        return std::future::pending().await;
    };
    loop {
        input.drop_old();
        tokio::time::sleep(LOOK).await;
    }
}

pub(crate) struct Outgoing {
    pub(super) socket: WebSocket,
    /// The input, if the product has one.
    input: Option<Input>,
}

impl Outgoing {
    pub(crate) fn new(mut socket: WebSocket, input: Option<Input>) -> Outgoing {
        if let Some(Input { chunks, framing, .. }) = &input {
            socket.limit_unsent((framing.message_bytes)(chunks.most_chunk_bytes()));
        }
        Outgoing { socket, input }
    }

    pub(crate) fn into_socket(self) -> WebSocket {
        self.socket
    }

    /// Returns whether a message that is queued now will leave soon.
    pub(crate) fn has_room(&self) -> bool {
        self.socket.has_room()
    }

    pub(crate) fn queue(&mut self, message: &[u8]) -> Result<()> {
        self.socket.queue_text(message.len(), |frame| frame.extend_from_slice(message))
    }

    pub(crate) fn queue_ping(&mut self, number: u64) -> Result<()> {
        self.socket.queue_ping(number)
    }

    pub(crate) fn queue_close(&mut self) -> Result<()> {
        self.socket.queue_close()
    }

    /// Before READY, if the newest input is preferred to the oldest.
    pub(crate) fn drop_old_input(&mut self) {
        self.input.iter_mut().for_each(Input::drop_old);
    }

    /// After READY, likewise: of the input from before as much as a slow line cannot deliver in time.
    pub(crate) fn drop_early_input(&mut self) {
        self.input.iter_mut().for_each(Input::drop_early);
    }

    /// Queues the next full chunk, with `flush` also the rest of one; `false` when there is none. Converts the chunk
    /// if necessary; audio in the wire format goes from the ring directly into the outgoing frame.
    pub(crate) fn write_chunk(&mut self, dialogue: &mut Dialogue, flush: bool) -> Result<bool> {
        let Outgoing { socket, input: Some(input) } = self else { return Ok(false) };
        let session = &dialogue.session;
        let is_sent = input.chunks.next(flush, |first, second| {
            if let Some(playout) = &session.playout {
                playout.add_original([first, second]);
                session.recording.add_original([first, second]);
            }
            (input.framing.queue)(socket, first, second)
        })?;
        if is_sent {
            session.note_chunk(&input.chunks);
            socket.set_message_bytes(input.usual_message_bytes());
            dialogue.note_input();
        }
        Ok(is_sent)
    }

    /// Queues a chunk of what was gathered and silence. Returns the length of the silence.
    pub(crate) fn write_silence(&mut self, dialogue: &mut Dialogue) -> Result<Duration> {
        let Outgoing { socket, input: Some(input) } = self else { return Ok(Duration::ZERO) };
        let frames = input.chunks.next_silent(|chunk, _| (input.framing.queue)(socket, chunk, &[]))?;
        dialogue.session.note_chunk(&input.chunks);
        socket.set_message_bytes(input.usual_message_bytes());
        dialogue.note_silence(frames);
        Ok(input.length(frames))
    }

    /// Does what the policy for missing input requires, and returns that: the product carries out a pause or a
    /// resume.
    pub(crate) fn mind_gap(&mut self, dialogue: &mut Dialogue) -> Result<Step> {
        let step = dialogue.session.gap_step();
        match (step, &mut self.input) {
            (Step::Begin, Some(input)) => {
                dialogue.session.log(|| "input is missing: silence is sent".to_owned());
                let missing = input.chunks.settle();
                let missing = input.length(missing);
                dialogue.session.with_gap(|gap| gap.fill(missing));
            }
            (Step::Fill, Some(_)) => {
                let silence = self.write_silence(dialogue)?;
                let missing = self.chunk_length();
                dialogue.session.with_gap(|gap| gap.filled(silence, missing));
            }
            _ => {}
        }
        Ok(step)
    }

    /// Returns whether the driver has sent this many of the caller's frames.
    pub(crate) fn has_sent(&self, frames: u64) -> bool {
        self.input.as_ref().is_none_or(|input| input.chunks.has_sent(frames))
    }

    /// Present length of a chunk.
    pub(crate) fn chunk_length(&self) -> Duration {
        self.input.as_ref().map_or(Duration::ZERO, |input| input.length(input.chunks.chunk_frames()))
    }
}
