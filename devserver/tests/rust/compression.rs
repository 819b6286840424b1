//! Compressed messages (RFC 7692) over a raw connection: what is agreed on, both directions, and streams that are made to hurt.

use crate::support::{PATIENCE, report, serve, task};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use palabra_devserver::server::Running;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const OFFER: &str = "permessage-deflate; client_max_window_bits";
const TEXT: u8 = 0x81;
const PACKED: u8 = 0x40;

/// A client that compresses by itself.
struct Packed {
    tcp: TcpStream,
    deflater: Compress,
    inflater: Decompress,
}

impl Packed {
    /// Opens a translation; the second part is what the server says about extensions.
    async fn open(server: &Running, offer: &str) -> (Packed, String) {
        let mut tcp = TcpStream::connect(server.address()).await.expect("connect");
        let request = format!(
            "GET /streaming-api/0a/v1/speech-to-speech/stream?token=dev1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Extensions: {offer}\r\n\r\n"
        );
        tcp.write_all(request.as_bytes()).await.expect("request");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(tcp.read_u8().await.expect("an answer"));
        }
        let head = String::from_utf8(head).expect("text").to_lowercase();
        let answer = head.lines().find_map(|line| line.strip_prefix("sec-websocket-extensions: "));
        let answer = answer.unwrap_or_default().to_owned();
        let deflater = Compress::new(Compression::best(), false);
        (Packed { tcp, deflater, inflater: Decompress::new(false) }, answer)
    }

    fn packed(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::with_capacity(bytes.len() + 1024);
        self.deflater.compress_vec(bytes, &mut packed, FlushCompress::Sync).expect("compressed");
        packed.truncate(packed.len() - 4);
        packed
    }

    async fn frame(&mut self, first: u8, payload: &[u8]) {
        let mask = [7, 1, 250, 3];
        let mut bytes = vec![first, 0x80 | 127];
        bytes.extend((payload.len() as u64).to_be_bytes());
        bytes.extend(mask);
        bytes.extend(payload.iter().enumerate().map(|(n, byte)| byte ^ mask[n % 4]));
        // A server that gives up may have closed the connection.
        let _ = self.tcp.write_all(&bytes).await;
    }

    /// The next message: whether it is compressed, and its text.
    async fn next(&mut self) -> (bool, Value) {
        loop {
            let first = self.tcp.read_u8().await.expect("a frame");
            let length = match self.tcp.read_u8().await.expect("a length") {
                126 => self.tcp.read_u16().await.expect("a length").into(),
                127 => self.tcp.read_u64().await.expect("a length"),
                short => short.into(),
            };
            let mut payload = vec![0; length as usize];
            self.tcp.read_exact(&mut payload).await.expect("a payload");
            let is_packed = first & PACKED != 0;
            assert_eq!(first & !PACKED, TEXT);
            if is_packed {
                payload.extend([0, 0, 0xff, 0xff]);
                let mut plain = Vec::with_capacity(1 << 20);
                self.inflater
                    .decompress_vec(&payload, &mut plain, FlushDecompress::Sync)
                    .expect("decompressed");
                payload = plain;
            }
            let message: Value = serde_json::from_slice(&payload).expect("JSON");
            if message["message_type"] != "pipeline_timings" {
                return (is_packed, message);
            }
        }
    }

    /// Waits until the server ends the connection.
    async fn is_ended(&mut self) {
        let mut rest = Vec::new();
        let end = tokio::time::timeout(PATIENCE, self.tcp.read_to_end(&mut rest));
        let _ = end.await.expect("an end");
    }
}

fn set_task() -> Vec<u8> {
    json!({"message_type": "set_task", "data": task()}).to_string().into_bytes()
}

#[tokio::test]
async fn messages_are_compressed_where_both_sides_want_it() {
    for (compression, offer, answer, is_packed) in [
        ("none", OFFER, "", false),
        ("stream", "", "", false),
        ("stream", "permessage-deflate; server_max_window_bits=8", "", false),
        ("stream", OFFER, "permessage-deflate", true),
        (
            "message",
            OFFER,
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
            true,
        ),
    ] {
        let server = serve(&["--compression", compression]).await;
        let (mut client, answered) = Packed::open(&server, offer).await;
        assert_eq!(answered, answer, "{compression} {offer}");
        if is_packed {
            // Three frames, the last one empty.
            let packed = client.packed(&set_task());
            client.frame(0x01 | PACKED, &packed[..20]).await;
            client.frame(0x00, &packed[20..]).await;
            client.frame(0x80, &[]).await;
        } else {
            client.frame(TEXT, &set_task()).await;
        }
        let (was_packed, message) = client.next().await;
        assert_eq!((was_packed, &message["message_type"]), (is_packed, &json!("task_status")));
        // A client may send messages as they are at any time.
        client.frame(TEXT, br#"{"message_type":"get_task","data":{}}"#).await;
        assert_eq!(client.next().await.1["message_type"], "current_task");
        assert_eq!(report(&server).await["streams"][0]["compressed"], is_packed);
    }
}

#[tokio::test]
async fn a_message_that_grows_beyond_the_limit_ends_its_stream() {
    let server = serve(&["--compression", "stream"]).await;
    let (mut client, _) = Packed::open(&server, OFFER).await;
    // 8 MiB in 8 kB: the server takes messages of 4 MiB.
    let bomb = client.packed(&vec![b' '; 8 << 20]);
    assert!(bomb.len() < 16 << 10, "{}", bomb.len());
    client.frame(TEXT | PACKED, &bomb).await;
    client.is_ended().await;
    assert_eq!(report(&server).await["streams"][0]["closed_by"], "lost");
}

#[tokio::test]
async fn what_is_no_compressed_message_ends_its_stream() {
    for (compression, first, payload) in [
        // No stream of deflate.
        ("stream", TEXT | PACKED, &[0xff; 40][..]),
        // A reference to a message that was not kept.
        ("message", TEXT | PACKED, &[0x02, 0x13, 0x00, 0x00]),
        // Nothing was agreed on.
        ("none", TEXT | PACKED, &[0x00]),
        // Only the first frame of a message has the bit, and no ping.
        ("stream", 0x80 | PACKED, &[0x00]),
        ("stream", 0x89 | PACKED, &[0x00]),
    ] {
        let server = serve(&["--compression", compression]).await;
        let (mut client, _) = Packed::open(&server, OFFER).await;
        client.frame(first, payload).await;
        client.is_ended().await;
        assert_eq!(report(&server).await["streams"][0]["closed_by"], "lost", "{compression} {first:x}");
    }
}
