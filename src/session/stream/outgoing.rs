//! What is sent on a stream: messages, and the caller's audio or silence in its place.

use std::convert::Infallible;
use std::time::Duration;

use tokio::time::Instant;

use super::dialogue::Dialogue;
use super::losses::Losses;
use crate::error::Result;
use crate::net::websocket::WebSocket;
use crate::session::Session;
use crate::session::input::gap::{self, Step};
use crate::session::input::{Chunks, Inlet, InputSetup, Resend};

/// As often as the ticker looks.
const LOOK: Duration = Duration::from_millis(10);
/// A part of what the smallest ring holds.
const SPACE_LOOK: Duration = Duration::from_millis(20);

/// How a product's audio is put into a message.
#[derive(Clone, Copy)]
pub(crate) struct Framing {
    /// Size of this many bytes of audio on the wire.
    pub message_bytes: fn(usize) -> usize,
    /// Queues a message of the two halves of a chunk.
    pub queue: fn(&mut WebSocket, &[u8], &[u8]) -> Result<()>,
    /// The service accepts no less audio in one message.
    pub least_bytes: usize,
}

/// The caller's audio on its way into messages.
pub(crate) struct Input {
    pub(super) chunks: Box<Chunks>,
    /// Of the wire format.
    sample_rate: u32,
    pub(super) framing: Framing,
    /// How much may wait when older input is dropped.
    keep_ms: Option<u32>,
    pub(super) losses: Losses,
    pub(super) resend: Option<Resend>,
}

impl Input {
    pub(crate) fn new(mut chunks: Chunks, setup: &InputSetup, framing: Framing) -> Input {
        let (sample_rate, keep_ms) = (setup.wire.sample_rate, setup.keep_ms());
        chunks.fill_up_to(framing.least_bytes);
        let resend = Resend::new(setup);
        Input { chunks: Box::new(chunks), sample_rate, framing, keep_ms, losses: Losses::default(), resend }
    }

    fn drop_old(&mut self, session: &Session, is_ready: bool) {
        if self.absorb(session, is_ready) {
            return;
        }
        let Some(keep_ms) = self.keep_ms else { return };
        if self.chunks.drop_older_than(keep_ms, is_ready) {
            self.losses.note(is_ready, Instant::now());
        }
    }

    pub(super) fn usual_message_bytes(&self) -> usize {
        (self.framing.message_bytes)(self.chunks.usual_chunk_bytes())
    }

    fn length(&self, frames: usize) -> Duration {
        gap::duration(frames as u64, self.sample_rate)
    }

    fn frames(&self, length: Duration) -> usize {
        (length.as_nanos() * u128::from(self.sample_rate) / 1_000_000_000) as usize
    }

    /// Silence that completes the next chunk.
    fn missing(&self) -> Duration {
        self.length(self.chunks.missing())
    }
}

/// Limits what waits, and makes space in the ring, while nothing is sent.
pub(crate) async fn keep_newest(session: &Session, input: &mut Option<Input>) -> Infallible {
    let Some(input) = input else { return std::future::pending().await };
    let look = if input.keep_ms.is_some() { LOOK } else { SPACE_LOOK };
    loop {
        if input.keep_ms.is_some() {
            input.drop_old(session, false);
        }
        input.chunks.keep_space();
        tokio::time::sleep(look).await;
    }
}

pub(crate) struct Outgoing {
    pub(super) socket: WebSocket,
    /// The input, if the product has one.
    pub(super) input: Option<Input>,
}

impl Outgoing {
    pub(crate) fn new(mut socket: WebSocket, input: Option<Input>) -> Outgoing {
        if let Some(Input { chunks, framing, .. }) = &input {
            socket.limit_unsent((framing.message_bytes)(chunks.most_chunk_bytes()));
        }
        Outgoing { socket, input }
    }

    pub(crate) fn into_parts(self) -> (WebSocket, Option<Input>) {
        (self.socket, self.input)
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

    /// Drops what is too old, if the newest input is preferred to the oldest, and reports it. Returns when to check
    /// again.
    pub(crate) fn drop_old_input(&mut self, dialogue: &mut Dialogue, is_ready: bool) -> Option<Instant> {
        let input = self.input.as_mut()?;
        input.drop_old(&dialogue.session, is_ready);
        let due = input.losses.due().filter(|_| is_ready)?;
        if due > Instant::now() {
            return Some(due);
        }
        input.losses = Losses::default();
        dialogue.session.tell(dialogue.session.untold_loss());
        None
    }

    /// Queues the next full chunk, with `flush` also the rest of one; `false` when there is none. Converts the chunk
    /// if necessary; audio in the wire format goes from the ring directly into the outgoing frame.
    pub(crate) fn write_chunk(&mut self, dialogue: &mut Dialogue, flush: bool) -> Result<bool> {
        if self.write_backlog(dialogue)? {
            return Ok(true);
        }
        if self.is_behind() {
            return Ok(false);
        }
        self.catch_up(dialogue);
        let Outgoing { socket, input: Some(input) } = self else { return Ok(false) };
        let session = &dialogue.session;
        let flush = flush || session.input.as_ref().is_some_and(Inlet::must_flush);
        let is_sent = input.chunks.next(flush, |first, second| {
            if session.playout.is_some() {
                session.recording.add_original([first, second]);
            }
            if let Some(resend) = &mut input.resend {
                [first, second].into_iter().for_each(|part| resend.recall.note(part));
            }
            (input.framing.queue)(socket, first, second)
        })?;
        if is_sent {
            session.note_chunk(&input.chunks);
            socket.set_message_bytes(input.usual_message_bytes());
            let sent = input.chunks.last();
            session.place_recorded(sent);
            session.with_gap(|gap| {
                gap.put(input.length(sent.padding));
                gap.chunk_sent(input.missing());
            });
            dialogue.note_chunk(sent);
        }
        Ok(is_sent)
    }

    /// Takes what is not sent yet out of the ring when that fills up.
    pub(crate) fn keep_space(&mut self) {
        if let Some(input) = &mut self.input {
            input.chunks.keep_space();
        }
    }

    /// Silence that belongs before the latest input, which still waits.
    fn catch_up(&mut self, dialogue: &mut Dialogue) {
        let Some(input) = &mut self.input else { return };
        let mut owed = Duration::ZERO;
        dialogue.session.with_gap(|gap| owed = gap.take_owed());
        if !owed.is_zero() {
            let frames = input.frames(owed);
            input.chunks.add_silence(frames);
            dialogue.note_silence(frames);
        }
    }

    fn begin_silence(&mut self, dialogue: &mut Dialogue) {
        let Some(input) = &mut self.input else { return };
        input.chunks.settle();
        let missing = input.missing();
        dialogue.session.with_gap(|gap| gap.fill(missing, Instant::now()));
    }

    /// Queues a chunk of what was gathered and silence. Returns the length of the chunk.
    pub(crate) fn write_silence(&mut self, dialogue: &mut Dialogue) -> Result<Duration> {
        let Some(input) = &mut self.input else { return Ok(Duration::ZERO) };
        let frames = input.chunks.missing();
        let silence = input.length(frames);
        input.chunks.add_silence(frames);
        dialogue.note_silence(frames);
        dialogue.session.with_gap(|gap| gap.put(silence));
        self.write_chunk(dialogue, false)?;
        Ok(silence)
    }

    /// Does what is required because input is missing, and returns that: the product carries out a pause or a resume.
    pub(crate) fn mind_gap(&mut self, dialogue: &mut Dialogue) -> Result<Step> {
        let step = dialogue.session.gap_step();
        match step {
            // Nothing is missing as long as older audio is sent.
            Step::Begin | Step::Fill | Step::CatchUp | Step::Tail if self.is_behind() => {
                return Ok(Step::None);
            }
            Step::Begin => {
                dialogue.session.log(|| "input is missing: silence is sent".to_owned());
                self.begin_silence(dialogue);
            }
            Step::Fill => {
                self.write_silence(dialogue)?;
            }
            Step::CatchUp => self.catch_up(dialogue),
            Step::Tail if !self.write_chunk(dialogue, true)? => return Ok(Step::None),
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
