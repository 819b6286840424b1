//! For tests of what a conversation sends: a socket that is never read, and the messages that wait in it.

use tokio::net::TcpStream;

use super::{Stream, WebSocket, frame};

impl WebSocket {
    /// A socket that is open and never driven.
    pub async fn to_nobody() -> WebSocket {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        WebSocket::over(Stream::Plain(stream), Vec::new())
    }

    /// Returns the payloads of all queued frames.
    pub fn take_queued(&mut self) -> Vec<Vec<u8>> {
        let mut frames = self.outgoing.unsent().to_vec();
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
