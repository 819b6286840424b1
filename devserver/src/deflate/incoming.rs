//! What the client sends, decompressed: frames with compressed payloads go in, plain frames come out.

use std::io;

use flate2::{Decompress, FlushDecompress, Status};

use super::frames::{FIN, Frames, Handler, Head, RSV1};

/// What a compressor leaves out at the end of a message (RFC 7692, section 7.2.1).
pub const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// A mask that changes nothing.
const NO_MASK: [u8; 4] = [0; 4];
const STEP: usize = 8 * 1024;

pub struct Incoming {
    frames: Frames,
    plain: Plain,
}

impl Incoming {
    /// A message may have at most `limit` bytes when it is decompressed.
    pub fn new(keeps: bool, limit: usize, already_read: &[u8]) -> Self {
        let mut frames = Frames::default();
        frames.add(already_read);
        Self { frames, plain: Plain::new(keeps, limit) }
    }

    pub fn add(&mut self, bytes: &[u8]) {
        self.frames.add(bytes);
    }

    /// Takes at most `most` bytes of plain frames; none when more has to arrive first.
    pub fn take(&mut self, most: usize) -> io::Result<&[u8]> {
        let plain = &mut self.plain;
        if plain.given == plain.ready.len() {
            plain.given = 0;
            plain.ready.clear();
            self.frames.advance(plain)?;
        }
        let start = plain.given;
        plain.given = plain.ready.len().min(start + most);
        Ok(&plain.ready[start..plain.given])
    }
}

/// The way of one frame's payload.
struct Body {
    head: Head,
    is_packed: bool,
    /// Bytes of the payload so far: the mask goes on where it stopped.
    seen: usize,
    /// The decompressed payload.
    payload: Vec<u8>,
}

struct Plain {
    ready: Vec<u8>,
    given: usize,
    body: Option<Body>,
    inflater: Decompress,
    keeps: bool,
    /// The message in progress is a compressed one.
    is_packed: bool,
    /// Bytes of the message in progress, decompressed.
    size: usize,
    limit: usize,
}

impl Plain {
    fn new(keeps: bool, limit: usize) -> Self {
        let inflater = Decompress::new(false);
        Self { ready: Vec::new(), given: 0, body: None, inflater, keeps, is_packed: false, size: 0, limit }
    }

    fn inflate(&mut self, mut input: &[u8], to: &mut Vec<u8>) -> io::Result<()> {
        let mut out = [0; STEP];
        loop {
            let (read, written) = (self.inflater.total_in(), self.inflater.total_out());
            let status = self.inflater.decompress(input, &mut out, FlushDecompress::Sync);
            let status = status.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            let read = (self.inflater.total_in() - read) as usize;
            let written = (self.inflater.total_out() - written) as usize;
            input = &input[read..];
            self.size += written;
            if self.size > self.limit {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a message is too large"));
            }
            to.extend_from_slice(&out[..written]);
            if status == Status::StreamEnd {
                // A message may be several streams of deflate (RFC 7692, section 7.2.3.4).
                self.inflater.reset(false);
            }
            if read == 0 && written == 0 || input.is_empty() && written < out.len() {
                return Ok(());
            }
        }
    }

    fn end_of_message(&mut self, to: &mut Vec<u8>) -> io::Result<()> {
        self.inflate(&TAIL, to)?;
        self.is_packed = false;
        self.size = 0;
        if !self.keeps {
            self.inflater.reset(false);
        }
        Ok(())
    }
}

impl Handler for Plain {
    fn begin(&mut self, head: Head) {
        // What is wrong in a frame is left as it is: the WebSocket refuses it.
        let is_packed = match head.first & !FIN {
            kind if kind == RSV1 | 1 || kind == RSV1 | 2 => {
                let begins = !self.is_packed;
                self.is_packed = true;
                begins
            }
            0 => self.is_packed,
            _ => false,
        };
        if !is_packed {
            head.write(&mut self.ready);
        }
        self.body = Some(Body { head, is_packed, seen: 0, payload: Vec::new() });
    }

    fn piece(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(mut body) = self.body.take() else { return Ok(()) };
        if body.is_packed {
            let mask = body.head.mask.unwrap_or(NO_MASK);
            let from = body.seen;
            let unmasked: Vec<u8> =
                bytes.iter().enumerate().map(|(n, byte)| byte ^ mask[(from + n) % 4]).collect();
            self.inflate(&unmasked, &mut body.payload)?;
        } else {
            self.ready.extend_from_slice(bytes);
        }
        body.seen = (body.seen + bytes.len()) % 4;
        self.body = Some(body);
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        let Some(mut body) = self.body.take().filter(|body| body.is_packed) else { return Ok(()) };
        if body.head.is_final() {
            self.end_of_message(&mut body.payload)?;
        }
        let head = Head {
            first: body.head.first & !RSV1,
            mask: body.head.mask.map(|_| NO_MASK),
            length: body.payload.len() as u64,
        };
        head.write(&mut self.ready);
        self.ready.append(&mut body.payload);
        Ok(())
    }

    fn is_full(&self) -> bool {
        !self.ready.is_empty()
    }
}
