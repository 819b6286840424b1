//! A devserver in the test's own process, and sessions whose events can be awaited.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use palabra::client::secret::Secret;
use palabra::client::{Client, ClientOptions, credentials::Credentials};
use palabra::event::{Event, EventKind};
use palabra::products::translation::options::TranslationOptions;
use palabra::products::tts::options::TtsOptions;
use palabra::session::Session;
use palabra::session::events::log::{self, Level};
use palabra::session::events::queue::{Polled, Queue};
use palabra_devserver::cli::Args;
use palabra_devserver::server::{self, Running};
use serde_json::Value;
use tokio::time::Instant;

pub mod proxied;

pub mod flag {
    use palabra::ffi::types::base;

    pub const DROPPED: u32 = base::PALABRA_FLAG_DROPPED;
    pub const FINAL: u32 = base::PALABRA_FLAG_FINAL;
    pub const LAST_CHUNK: u32 = base::PALABRA_FLAG_LAST_CHUNK;
    pub const PAUSED: u32 = base::PALABRA_FLAG_PAUSED;
    pub const RETRIABLE: u32 = base::PALABRA_FLAG_RETRIABLE;
}

/// Many times what the slowest wait takes. It ends a test that hangs, and measures nothing.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A server that runs until it is dropped.
pub struct Devserver {
    pub address: SocketAddr,
    runtime: tokio::runtime::Runtime,
    running: Option<Running>,
}

impl Devserver {
    /// Without rate limits, because most tests have no time for minimum intervals.
    pub fn start(dialect: &str) -> Devserver {
        Devserver::start_with(&["--no-rate-limits", "--dialect", dialect])
    }

    pub fn start_with(arguments: &[&str]) -> Devserver {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        // No timeout of the server ends a conversation because the machine is slow.
        let idle: &[&str] =
            if arguments.contains(&"--idle-timeout-ms") { &[] } else { &["--idle-timeout-ms", "600000"] };
        let line = [&["palabra-devserver", "--start-delay-ms", "20"], idle, arguments].concat();
        let config = <Args as clap::Parser>::try_parse_from(line).unwrap().into_config().unwrap();
        let running = runtime.block_on(server::start(config)).unwrap();
        Devserver { address: running.address(), runtime, running: Some(running) }
    }

    /// A client id and secret; the id may name faults.
    pub fn with_pair(&self, id: &str) -> Arc<Client> {
        client(ClientOptions {
            credentials: Some(Credentials::new(id, "very-secret")),
            api_url: Some(format!("http://{}", self.address)),
            ..ClientOptions::default()
        })
    }

    /// An API key, which may name faults.
    pub fn with_key(&self, key: &str) -> Arc<Client> {
        client(ClientOptions {
            api_key: Some(Secret::new(key)),
            translation_url: Some(self.translation_url()),
            tts_url: Some(self.tts_url()),
            ..ClientOptions::default()
        })
    }

    pub fn translation_url(&self) -> String {
        format!("ws://{}/streaming-api/{{random_hash}}/v1/speech-to-speech/stream", self.address)
    }

    pub fn tts_url(&self) -> String {
        format!("ws://{}/tts-api/v1/text-to-speech/stream", self.address)
    }

    /// The server's report of its only session.
    pub fn report(&self) -> Value {
        let mut tcp = TcpStream::connect(self.address).unwrap();
        tcp.write_all(b"GET /devserver/sessions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut reply = String::new();
        tcp.read_to_string(&mut reply).unwrap();
        let (_, body) = reply.split_once("\r\n\r\n").unwrap();
        serde_json::from_str::<Value>(body).unwrap()[0].clone()
    }

    /// Number of messages of a type that the server received.
    pub fn received(&self, message_type: &str) -> u64 {
        self.report()["messages"][message_type].as_u64().unwrap_or(0)
    }
}

impl Drop for Devserver {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}

pub fn client(options: ClientOptions) -> Arc<Client> {
    Arc::new(Client::new(ClientOptions { ignore_environment: true, ..options }).unwrap())
}

pub fn spanish() -> TranslationOptions {
    TranslationOptions {
        source_language: Some("en".into()),
        target_languages: Some("es".into()),
        end_silence_s: Some(1),
        ..TranslationOptions::default()
    }
}

/// The log lines of the process; those of one session have its tag.
pub struct LogLines {
    queue: Arc<Queue>,
    lines: Vec<Event>,
}

impl LogLines {
    pub fn start() -> LogLines {
        let queue = Arc::new(Queue::new());
        log::deliver(&queue, Some(Level::Debug));
        LogLines { queue, lines: Vec::new() }
    }

    /// The log lines of the session so far.
    pub fn of(&mut self, tag: u64) -> Vec<String> {
        while let Polled::Event(numbered) = self.queue.poll(Some(Instant::now())) {
            self.lines.push(numbered.event);
        }
        let own = self.lines.iter().filter(|line| line.kind == EventKind::Log && line.session_tag == tag);
        own.map(|line| line.texts.text().to_owned()).collect()
    }

    pub fn has(&mut self, tag: u64, text: &str) -> bool {
        self.of(tag).iter().any(|line| line == text)
    }
}

impl Drop for LogLines {
    fn drop(&mut self) {
        log::deliver(&self.queue, None);
    }
}

/// One session and its events so far.
pub struct Talk {
    pub session: Arc<Session>,
    pub events: Vec<Event>,
}

impl Talk {
    pub fn open(client: &Arc<Client>, options: TranslationOptions) -> Talk {
        Talk { session: Session::open(client.clone(), options, None).unwrap(), events: Vec::new() }
    }

    pub fn open_tts(client: &Arc<Client>, options: TtsOptions) -> Talk {
        Talk { session: Session::open_tts(client.clone(), options, None).unwrap(), events: Vec::new() }
    }

    pub fn ready(client: &Arc<Client>, options: TranslationOptions) -> Talk {
        let mut talk = Talk::open(client, options);
        talk.wait(EventKind::Ready);
        talk
    }

    fn next(&mut self) -> Option<Event> {
        match self.session.poll_event(Some(Instant::now() + PATIENCE)).unwrap() {
            Polled::Event(numbered) => {
                self.events.push(numbered.event.clone());
                Some(numbered.event)
            }
            Polled::Closed => None,
            Polled::Nothing => panic!("nothing came after {:?}", self.summary()),
        }
    }

    /// The next event that matches; earlier ones are skipped.
    pub fn wait_for(&mut self, what: &str, fits: impl Fn(&Event) -> bool) -> Event {
        loop {
            match self.next() {
                Some(event) if fits(&event) => return event,
                Some(_) => {}
                None => panic!("closed before {what}: {:?}", self.summary()),
            }
        }
    }

    pub fn wait(&mut self, kind: EventKind) -> Event {
        self.wait_for(&format!("{kind:?}"), |event| event.kind == kind)
    }

    /// The event that answers the command with this tag.
    pub fn answer(&mut self, user_tag: u64) -> Event {
        self.wait_for(&format!("the answer to {user_tag}"), |event| event.user_tag == user_tag)
    }

    /// All events until CLOSED, which is returned.
    pub fn until_closed(&mut self) -> Event {
        while self.next().is_some() {}
        self.events.last().cloned().unwrap()
    }

    fn summary(&self) -> Vec<(EventKind, String)> {
        self.events.iter().map(|event| (event.kind, event.texts.text().to_owned())).collect()
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.session.close(Duration::ZERO);
    }
}
