//! Frames (RFC 6455 section 5): pure arithmetic on bytes.

use crate::arrays::as_arrays_mut;

/// Longest header: two bytes, eight of length, four of mask.
pub(super) const MAX_HEADER_BYTES: usize = 14;
/// Control frames carry at most this (RFC 6455 section 5.5).
const MAX_CONTROL_BYTES: u64 = 125;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Opcode {
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// The header of a frame from the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub is_last: bool,
    pub opcode: Opcode,
    pub header_bytes: usize,
    pub payload_bytes: u64,
}

/// A violation of the protocol by the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    ReservedBits,
    UnknownOpcode,
    MaskedByServer,
    BadControlFrame,
    /// A fragment without a beginning, or a beginning inside a fragmented message.
    BadFragment,
    BadClose,
    TooLong,
    /// Not a violation: there is no memory for what the peer sent.
    NoMemory,
}

impl Violation {
    pub(super) fn text(self) -> &'static str {
        match self {
            Violation::ReservedBits => "reserved bits are set",
            Violation::UnknownOpcode => "an unknown opcode",
            Violation::MaskedByServer => "a masked frame",
            Violation::BadControlFrame => "a control frame that is fragmented or too long",
            Violation::BadFragment => "a fragment out of place",
            Violation::BadClose => "a close frame that makes no sense",
            Violation::TooLong => "a message that is too long",
            Violation::NoMemory => "a message that there is no memory for",
        }
    }
}

/// Reads the header at the beginning of `bytes`; `None` when more bytes are needed.
pub(super) fn read_header(bytes: &[u8]) -> Result<Option<Header>, Violation> {
    let &[first, second, ref rest @ ..] = bytes else { return Ok(None) };
    if first & 0x70 != 0 {
        return Err(Violation::ReservedBits);
    }
    if second & 0x80 != 0 {
        return Err(Violation::MaskedByServer);
    }
    let opcode = opcode_of(first & 0x0f).ok_or(Violation::UnknownOpcode)?;
    let (length_bytes, payload_bytes) = match second & 0x7f {
        126 => match rest.first_chunk::<2>() {
            Some(length) => (2, u16::from_be_bytes(*length).into()),
            None => return Ok(None),
        },
        127 => match rest.first_chunk::<8>() {
            Some(length) => (8, u64::from_be_bytes(*length)),
            None => return Ok(None),
        },
        length => (0, length.into()),
    };
    let is_last = first & 0x80 != 0;
    if opcode as u8 >= Opcode::Close as u8 && (!is_last || payload_bytes > MAX_CONTROL_BYTES) {
        return Err(Violation::BadControlFrame);
    }
    Ok(Some(Header { is_last, opcode, header_bytes: 2 + length_bytes, payload_bytes }))
}

fn opcode_of(bits: u8) -> Option<Opcode> {
    use Opcode::*;
    [Continuation, Text, Binary, Close, Ping, Pong].into_iter().find(|&opcode| opcode as u8 == bits)
}

/// Builds the header of an unfragmented client frame. Returns how much of the array it uses.
pub(super) fn client_header(
    opcode: Opcode,
    payload_bytes: usize,
    key: [u8; 4],
) -> ([u8; MAX_HEADER_BYTES], usize) {
    let mut header = [0; MAX_HEADER_BYTES];
    header[0] = 0x80 | opcode as u8;
    let length_end = match payload_bytes {
        0..=125 => {
            header[1] = 0x80 | payload_bytes as u8;
            2
        }
        126..=65_535 => {
            header[1] = 0x80 | 126;
            header[2..4].copy_from_slice(&(payload_bytes as u16).to_be_bytes());
            4
        }
        _ => {
            header[1] = 0x80 | 127;
            header[2..10].copy_from_slice(&(payload_bytes as u64).to_be_bytes());
            10
        }
    };
    header[length_end..length_end + 4].copy_from_slice(&key);
    (header, length_end + 4)
}

/// Masks in place (RFC 6455 section 5.3), eight bytes at a time so that it vectorises.
pub(super) fn mask(payload: &mut [u8], key: [u8; 4]) {
    let [a, b, c, d] = key;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = as_arrays_mut::<8, _>(payload);
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(key.iter().cycle()) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 6455 section 5.7.
    #[test]
    fn the_examples_of_the_standard() {
        let hello = read_header(&[0x81, 0x05, b'H']).unwrap().unwrap();
        assert_eq!((hello.is_last, hello.opcode, hello.payload_bytes), (true, Opcode::Text, 5));
        let long = read_header(&[0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]).unwrap().unwrap();
        assert_eq!((long.header_bytes, long.payload_bytes), (10, 65_536));
        let key = [0x37, 0xfa, 0x21, 0x3d];
        let mut payload = *b"Hello";
        mask(&mut payload, key);
        assert_eq!(payload, [0x7f, 0x9f, 0x4d, 0x51, 0x58]);
        let (header, len) = client_header(Opcode::Text, 5, key);
        assert_eq!(header[..len], [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d]);
    }

    #[test]
    fn masking_is_the_same_at_every_length_and_undoes_itself() {
        let key = [1, 2, 3, 250];
        for len in 0..40 {
            let plain: Vec<u8> = (0..len).collect();
            let mut masked = plain.clone();
            mask(&mut masked, key);
            let expected: Vec<u8> = plain.iter().zip(key.iter().cycle()).map(|(p, k)| p ^ k).collect();
            assert_eq!(masked, expected);
            mask(&mut masked, key);
            assert_eq!(masked, plain);
        }
    }

    #[test]
    fn headers_grow_with_the_payload() {
        for (payload, expected) in [(0, 6), (125, 6), (126, 8), (65_535, 8), (65_536, 14)] {
            assert_eq!(client_header(Opcode::Binary, payload, [0; 4]).1, expected);
        }
        for (payload, length) in [(125, 125), (126, 126), (65_536, 127)] {
            assert_eq!(client_header(Opcode::Binary, payload, [0; 4]).0[1], 0x80 | length, "masked");
        }
    }

    #[test]
    fn incomplete_headers_wait_and_bad_ones_fail() {
        for bytes in [&[][..], &[0x81], &[0x81, 126, 0], &[0x81, 127, 0, 0, 0, 0, 0, 0, 0]] {
            assert_eq!(read_header(bytes), Ok(None));
        }
        assert_eq!(read_header(&[0xc1, 0]), Err(Violation::ReservedBits));
        assert_eq!(read_header(&[0x81, 0x80]), Err(Violation::MaskedByServer));
        assert_eq!(read_header(&[0x83, 0]), Err(Violation::UnknownOpcode));
        assert_eq!(read_header(&[0x09, 0]), Err(Violation::BadControlFrame));
        assert_eq!(read_header(&[0x89, 126, 0, 126]), Err(Violation::BadControlFrame));
    }
}
