//! For tests of what a conversation sends: a socket that is never read, and the messages that wait in it.

use std::io::Read;

use tokio::net::TcpStream;

use super::{WebSocket, frame};
use crate::net::Stream;

impl WebSocket {
    /// A socket that is open and never driven.
    pub async fn to_nobody() -> WebSocket {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let nobody = listener.accept().unwrap().0;
        nobody.set_nonblocking(true).unwrap();
        let mut socket = WebSocket::over(Stream::Plain(stream), Vec::new());
        socket.nobody = Some(nobody);
        socket
    }

    /// Returns the payloads of all frames that were sent or queued.
    pub fn take_queued(&mut self) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        if let Some(nobody) = &mut self.nobody {
            // Ends with an error when there are no more.
            let _ = nobody.read_to_end(&mut frames);
        }
        frames.extend_from_slice(self.outgoing.unsent());
        self.outgoing.forget();
        let mut rest = &mut frames[..];
        let mut payloads = Vec::new();
        while !rest.is_empty() {
            // Read as a server's frame, which has no mask.
            rest[1] &= 0x7f;
            let header = frame::read_header(rest).unwrap().unwrap();
            let (head, behind) = rest.split_at_mut(header.header_bytes + 4);
            let key = *head.last_chunk::<4>().unwrap();
            let (payload, next) = behind.split_at_mut(header.payload_bytes as usize);
            frame::mask(payload, key);
            payloads.push(payload.to_vec());
            rest = next;
        }
        payloads
    }
}
