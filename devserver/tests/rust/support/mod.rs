//! A server in the test's own process, and a simple client for it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use palabra_devserver::cli::Args;
use palabra_devserver::server::{self, Running};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Many times what the slowest wait takes. It ends a test that hangs, and measures nothing.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A server without rate limits, so that tests need not wait.
pub async fn serve(arguments: &[&str]) -> Running {
    serve_limited(&[&["--no-rate-limits"], arguments].concat()).await
}

/// A server with the usual limits.
pub async fn serve_limited(arguments: &[&str]) -> Running {
    // No timeout of the server ends a conversation on a slow machine.
    let usual = ["--start-delay-ms", "20", "--idle-timeout-ms", "600000", "--local-patience-ms", "600000"];
    let usual = usual.chunks(2).filter(|option| !arguments.contains(&option[0])).flatten().copied();
    let line: Vec<&str> =
        ["palabra-devserver"].into_iter().chain(usual).chain(arguments.iter().copied()).collect();
    let args = <Args as clap::Parser>::try_parse_from(line).expect("arguments");
    server::start(args.into_config().expect("config")).await.expect("server")
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON body")
    }
}

/// One HTTP exchange on a connection of its own; `None` when it ends without an answer.
pub async fn http(server: &Running, request: &str, headers: &str, body: &str) -> Option<Answer> {
    http_bytes(server, request, headers, body.as_bytes()).await
}

pub async fn http_bytes(server: &Running, request: &str, headers: &str, body: &[u8]) -> Option<Answer> {
    let mut tcp = TcpStream::connect(server.address()).await.expect("connect");
    let length = body.len();
    let text = format!(
        "{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    tcp.write_all(text.as_bytes()).await.expect("request");
    // A client that is refused early may find the connection closed.
    let _ = tcp.write_all(body).await;
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(PATIENCE, tcp.read_to_end(&mut bytes)).await.expect("an end");
    if read.is_err() || bytes.is_empty() {
        return None;
    }
    let text = String::from_utf8(bytes).expect("text");
    let (head, body) = text.split_once("\r\n\r\n").expect("head and body");
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("status");
    Some(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

/// Creates a session with this client id.
pub async fn create(server: &Running, client_id: &str) -> Answer {
    let headers = format!("ClientID: {client_id}\r\nClientSecret: very-secret\r\n");
    http(server, "POST /session-storage/session", &headers, r#"{"data":{}}"#).await.expect("an answer")
}

/// The report about the only session.
pub async fn report(server: &Running) -> Value {
    http(server, "GET /devserver/sessions", "", "").await.expect("an answer").json()[0].clone()
}

pub struct Client {
    pub ws: WebSocketStream<TcpStream>,
}

/// What a stream sent until it ended.
pub struct Rest {
    pub messages: Vec<Value>,
    pub close: Option<CloseFrame>,
    pub error: Option<Error>,
}

impl Client {
    /// Opens a translation stream. The error is the HTTP status.
    pub async fn open(server: &Running, token: &str) -> Result<Client, u16> {
        Self::open_at(server, &format!("/streaming-api/0a/v1/speech-to-speech/stream?token={token}")).await
    }

    /// Opens any stream. The error is the HTTP status.
    pub async fn open_at(server: &Running, path: &str) -> Result<Client, u16> {
        let tcp = TcpStream::connect(server.address()).await.expect("connect");
        let url = format!("ws://{}{path}", server.address());
        match tokio_tungstenite::client_async(url, tcp).await {
            Ok((ws, _)) => Ok(Client { ws }),
            Err(Error::Http(reply)) => Err(reply.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Opens a stream and waits until the task runs.
    pub async fn running(server: &Running, token: &str) -> Client {
        let mut client = Client::open(server, token).await.expect("upgrade");
        client.send("set_task", task()).await;
        assert_eq!(client.next_of("task_status").await["event"], "started");
        client
    }

    pub async fn send(&mut self, kind: &str, data: Value) {
        let text = json!({"message_type": kind, "data": data}).to_string();
        self.ws.send(Message::text(text)).await.expect("send");
    }

    pub async fn send_json(&mut self, message: Value) {
        self.ws.send(Message::text(message.to_string())).await.expect("send");
    }

    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        self.ws.send(Message::binary(bytes.to_vec())).await.expect("send");
    }

    /// The next text message, whole.
    pub async fn next_json(&mut self) -> Value {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.ws.next()).await.expect("in time");
            if let Message::Text(text) = message.expect("open").expect("sound") {
                return serde_json::from_str(&text).expect("JSON");
            }
        }
    }

    /// Checks that nothing arrives for this long.
    pub async fn is_quiet(&mut self, length: Duration) -> bool {
        tokio::time::timeout(length, self.next_json()).await.is_err()
    }

    /// Sends frames at 16 kHz in messages of 320 ms.
    pub async fn speak(&mut self, frames: &[i16]) {
        for part in frames.chunks(5120) {
            let bytes = palabra_devserver::audio::to_bytes(part);
            self.send("input_audio_data", json!({"data": base64_simd::STANDARD.encode_to_string(bytes)}))
                .await;
        }
    }

    /// Type and data of the next message.
    pub async fn next(&mut self) -> (String, Value) {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.ws.next()).await.expect("in time");
            if let Message::Text(text) = message.expect("open").expect("sound") {
                let value: Value = serde_json::from_str(&text).expect("JSON");
                return (
                    value["message_type"].as_str().unwrap_or_default().to_owned(),
                    value["data"].clone(),
                );
            }
        }
    }

    /// The data of the next message of this type; others are skipped.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.ws.next()).await.expect("in time");
            if let Message::Text(text) = message.expect("open").expect("sound") {
                let value: Value = serde_json::from_str(&text).unwrap_or_default();
                if value["message_type"] == kind {
                    return value["data"].clone();
                }
            }
        }
    }

    /// Everything until the stream ends. Texts that are not JSON become JSON strings.
    pub async fn rest(mut self) -> Rest {
        let mut rest = Rest { messages: Vec::new(), close: None, error: None };
        while let Some(message) = tokio::time::timeout(PATIENCE, self.ws.next()).await.expect("in time") {
            match message {
                Ok(Message::Text(text)) => {
                    rest.messages.push(serde_json::from_str(&text).unwrap_or_else(|_| json!(text.as_str())));
                }
                Ok(Message::Close(frame)) => rest.close = frame,
                Ok(_) => {}
                Err(error) => {
                    rest.error = Some(error);
                    break;
                }
            }
        }
        rest
    }
}

impl Rest {
    pub fn kinds(&self) -> Vec<&str> {
        let kinds = self.messages.iter().filter_map(|m| m["message_type"].as_str());
        // The warnings about the pace depend on how fast a test sends.
        kinds.filter(|kind| *kind != "warning").collect()
    }

    pub fn close_code(&self) -> Option<u16> {
        self.close.as_ref().map(|frame| frame.code.into())
    }

    /// Frames of speech in one language.
    pub fn speech(&self, language: &str) -> usize {
        let audio = self.messages.iter().filter(|m| m["message_type"] == "output_audio_data");
        audio
            .filter(|m| m["data"]["language"] == language)
            .map(|m| {
                base64_simd::STANDARD
                    .decode_to_vec(m["data"]["data"].as_str().expect("text"))
                    .expect("base64")
            })
            .map(|bytes| bytes.len() / 2)
            .sum()
    }
}

/// A task for 16 kHz English into Spanish.
pub fn task() -> Value {
    json!({
        "input_stream": {"content_type": "audio",
            "source": {"type": "ws", "format": "pcm_s16le", "sample_rate": 16000, "channels": 1}},
        "output_stream": {"content_type": "audio", "target": {"type": "ws", "format": "pcm_s16le"}},
        "pipeline": {"transcription": {"source_language": "en"}, "translations": [{"target_language": "es"}]}
    })
}

pub fn tone(seconds: f64) -> Vec<i16> {
    (0..(16_000.0 * seconds) as usize)
        .map(|n| ((n as f64 * 300.0 * std::f64::consts::TAU / 16_000.0).sin() * 6000.0) as i16)
        .collect()
}

pub fn silence(seconds: f64) -> Vec<i16> {
    vec![0; (16_000.0 * seconds) as usize]
}
