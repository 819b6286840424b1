//! Frames of a WebSocket: in one piece, in pieces and one message at a time they are what a plain reading of RFC 6455
//! says.

use palabra::net::websocket::{Assembler, Incoming, Violation};

use super::bytes::Bytes;

#[derive(Debug, PartialEq, Eq)]
struct Heard {
    messages: Vec<String>,
    end: Option<Violation>,
}

pub fn run(data: &[u8]) {
    let mut bytes = Bytes(data);
    let most = bytes.one_of(&[1 << 20, 0, 1, 125, 126, 4096, 65_536, 70_000]);
    let (piece, grow) = (1 + bytes.below(256), bytes.below(7));
    let stream = bytes.0;
    let expected = plainly(stream, most);
    assert_eq!(fed(stream, most, &[usize::MAX]), expected, "whole");
    assert_eq!(fed(stream, most, &[1]), expected, "byte by byte");
    let sizes: Vec<usize> = (0..7).map(|n| piece + n * grow * grow).collect();
    assert_eq!(fed(stream, most, &sizes), expected, "in pieces of {sizes:?}");
    assert_eq!(one_at_a_time(stream, most), expected);
}

fn shown(incoming: Incoming<'_>) -> String {
    format!("{incoming:?}")
}

/// In pieces of these sizes in turn.
fn fed(mut stream: &[u8], most: usize, sizes: &[usize]) -> Heard {
    let mut assembler = Assembler::default();
    assembler.limit(most);
    let mut messages = Vec::new();
    for size in sizes.iter().cycle() {
        let (piece, rest) = stream.split_at((*size).min(stream.len()));
        let fed = assembler.feed(piece, &mut |incoming| {
            messages.push(shown(incoming));
            true
        });
        match fed {
            Ok(used) => assert_eq!(used, piece.len(), "everything is used"),
            Err(violation) => return Heard { messages, end: Some(violation) },
        }
        stream = rest;
        if stream.is_empty() {
            break;
        }
    }
    Heard { messages, end: None }
}

fn one_at_a_time(mut stream: &[u8], most: usize) -> Heard {
    let mut assembler = Assembler::default();
    assembler.limit(most);
    let mut messages = Vec::new();
    while !stream.is_empty() {
        let before = messages.len();
        let fed = assembler.feed(stream, &mut |incoming| {
            messages.push(shown(incoming));
            false
        });
        match fed {
            Ok(used) => {
                assert!(used > 0 && used <= stream.len() && messages.len() <= before + 1);
                stream = &stream[used..];
            }
            Err(violation) => return Heard { messages, end: Some(violation) },
        }
    }
    Heard { messages, end: None }
}

/// The same by the text of the standard, one frame after the other.
fn plainly(mut stream: &[u8], most: usize) -> Heard {
    let mut heard = Heard { messages: Vec::new(), end: None };
    let mut begun: Option<(u8, Vec<u8>)> = None;
    loop {
        match frame(stream, most, begun.as_ref().map_or(0, |(_, fragments)| fragments.len())) {
            Ok(Some((first, payload, rest))) => {
                stream = rest;
                match message(first, payload, &mut begun) {
                    Ok(message) => heard.messages.extend(message),
                    Err(violation) => return Heard { end: Some(violation), ..heard },
                }
            }
            Ok(None) => return heard,
            Err(violation) => return Heard { end: Some(violation), ..heard },
        }
    }
}

/// The first byte, the payload and what follows; `None` when the frame is not whole.
type Frame<'a> = (u8, &'a [u8], &'a [u8]);

fn frame(stream: &[u8], most: usize, before: usize) -> Result<Option<Frame<'_>>, Violation> {
    let [first, second, rest @ ..] = stream else { return Ok(None) };
    let opcode = first & 15;
    match () {
        () if first & 0x70 != 0 => return Err(Violation::ReservedBits),
        () if second & 0x80 != 0 => return Err(Violation::MaskedByServer),
        () if !matches!(opcode, 0..=2 | 8..=10) => return Err(Violation::UnknownOpcode),
        () => {}
    }
    let extended = match second & 127 {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    if rest.len() < extended {
        return Ok(None);
    }
    let (digits, rest) = rest.split_at(extended);
    let length = match extended {
        0 => u128::from(second & 127),
        _ => digits.iter().fold(0, |length, &digit| length << 8 | u128::from(digit)),
    };
    if opcode >= 8 && (first & 0x80 == 0 || length > 125) {
        return Err(Violation::BadControlFrame);
    }
    let before = if opcode == 0 { before } else { 0 };
    if length + before as u128 > most as u128 {
        return Err(Violation::TooLong);
    }
    let length = length as usize;
    Ok((rest.len() >= length).then(|| (*first, &rest[..length], &rest[length..])))
}

fn message(
    first: u8,
    payload: &[u8],
    begun: &mut Option<(u8, Vec<u8>)>,
) -> Result<Option<String>, Violation> {
    let is_last = first & 0x80 != 0;
    let whole = |opcode: u8, payload: &[u8]| {
        Some(shown(if opcode == 1 { Incoming::Text(payload) } else { Incoming::Binary(payload) }))
    };
    match (first & 15, begun.take()) {
        (1 | 2, Some(_)) | (0, None) => Err(Violation::BadFragment),
        (opcode @ (1 | 2), None) if is_last => Ok(whole(opcode, payload)),
        (opcode @ (1 | 2), None) => {
            *begun = Some((opcode, payload.to_vec()));
            Ok(None)
        }
        (0, Some((opcode, mut fragments))) => {
            fragments.extend_from_slice(payload);
            if is_last {
                return Ok(whole(opcode, &fragments));
            }
            *begun = Some((opcode, fragments));
            Ok(None)
        }
        (opcode, before) => {
            *begun = before;
            control(opcode, payload).map(Some)
        }
    }
}

fn control(opcode: u8, payload: &[u8]) -> Result<String, Violation> {
    Ok(shown(match (opcode, payload) {
        (9, _) => Incoming::Ping(payload),
        (10, _) => Incoming::Pong(payload),
        (_, []) => Incoming::Close(1005, String::new()),
        (_, [high, low, reason @ ..]) if (1000..5000).contains(&u16::from_be_bytes([*high, *low])) => {
            let reason = String::from_utf8_lossy(reason).into_owned();
            Incoming::Close(u16::from_be_bytes([*high, *low]), reason)
        }
        _ => return Err(Violation::BadClose),
    }))
}
