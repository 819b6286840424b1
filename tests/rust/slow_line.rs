//! An uplink slower than the audio: a network namespace with a shaped link, and a server behind it that records when
//! each frame of audio arrives at its parser. Needs root and the programs ip and tc.
#![allow(clippy::print_stdout, reason = "a measurement tells its figures")]

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use palabra::client::secret::Secret;
use palabra::client::{Client, ClientOptions};
use palabra::event::EventKind;
use palabra::session::Session;
use palabra::session::events::queue::Polled;
use palabra::session::handle::options::StreamAddress;
use tokio::time::Instant;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned, crypto};
use tokio_tungstenite::tungstenite::{self, Message};

use crate::support::spanish;

const RATE: u64 = 24_000;
const BITS_PER_SECOND: u64 = 64_000;
const BUFFER: Duration = Duration::from_secs(2);
/// Overhead of a TLS record, and its largest content.
const RECORD_OVERHEAD: u64 = 22;
const RECORD_BYTES: u64 = 16 << 10;
/// A chunk of 320 ms in base64.
const FRAME_BYTES: u64 = 20_520;
/// How long audio is sent; the variable shortens it for experiments.
const SECONDS: &str = "PALABRA_SLOW_LINE_SECONDS";

/// A link to a network namespace, removed when it is dropped.
struct Line {
    name: String,
    server: SocketAddr,
}

impl Line {
    /// `None` if this machine does not permit one.
    fn lay(number: u8) -> Option<Line> {
        let name = format!("palabra{number}");
        let (near, far) = (format!("pal{number}n"), format!("pal{number}f"));
        let _ = Command::new("ip").args(["netns", "del", &name]).output();
        let line = Line { server: ([10, 99, number, 2], 0).into(), name: name.clone() };
        let rate = format!("{BITS_PER_SECOND}bit");
        let commands = [
            format!("ip netns add {name}"),
            format!("ip link add {near} type veth peer name {far} netns {name}"),
            format!("ip addr add 10.99.{number}.1/24 dev {near}"),
            format!("ip link set {near} up"),
            format!("ip -n {name} addr add 10.99.{number}.2/24 dev {far}"),
            format!("ip -n {name} link set {far} up"),
            format!("tc qdisc add dev {near} root tbf rate {rate} burst 1600 latency 400ms"),
        ];
        for command in commands {
            let words: Vec<_> = command.split(' ').collect();
            let done = Command::new(words[0]).args(&words[1..]).output();
            if !done.as_ref().is_ok_and(|output| output.status.success()) {
                println!("SKIP: no shaped line: {command}: {done:?}");
                return None;
            }
        }
        Some(line)
    }

    /// A listener on the other side: its thread enters that namespace.
    fn listen(&self) -> TcpListener {
        let (path, address) = (format!("/run/netns/{}", self.name), self.server);
        let open = move || {
            let namespace = std::fs::File::open(path).unwrap();
            // SAFETY: moves only this thread, which ends with the closure.
            assert_eq!(unsafe { libc::setns(namespace.as_raw_fd(), libc::CLONE_NEWNET) }, 0);
            TcpListener::bind(address).unwrap()
        };
        thread::spawn(open).join().unwrap()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let _ = Command::new("ip").args(["netns", "del", &self.name]).output();
    }
}

/// Counts the bytes that arrive.
struct Counting {
    tcp: TcpStream,
    arrived: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.tcp.read(buffer)?;
        self.arrived.fetch_add(bytes as u64, Ordering::Relaxed);
        Ok(bytes)
    }
}

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.tcp.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

/// What the server has received.
#[derive(Default)]
struct Arrived {
    /// Bytes on the link, and their number when the first audio began.
    bytes: Arc<AtomicU64>,
    before: AtomicU64,
    /// When each number of frames had arrived, and the bytes of each message.
    frames: Mutex<Vec<(u64, Instant)>>,
    message_bytes: AtomicU64,
}

const RUNNING: &str = r#"{"message_type":"current_task","data":{"task_status":"running"}}"#;

fn serve(stream: impl Read + Write, arrived: &Arrived, record_overhead: u64) {
    let Ok(mut socket) = tungstenite::accept(stream) else { return };
    let mut total = 0;
    loop {
        let before = arrived.bytes.load(Ordering::Relaxed);
        let Ok(message) = socket.read() else { return };
        let Message::Text(text) = message else { continue };
        let Some((_, rest)) = text.split_once(r#""input_audio_data","data":{"data":""#) else {
            let _ = socket.send(Message::text(RUNNING));
            continue;
        };
        let base64 = rest.split('"').next().unwrap();
        let padding = base64.bytes().rev().take_while(|&byte| byte == b'=').count();
        if total == 0 {
            arrived.before.store(before, Ordering::Relaxed);
        }
        total += (base64.len() / 4 * 3 - padding) as u64 / 2;
        let frame = text.len() as u64 + 8;
        let on_the_line = frame + frame.div_ceil(RECORD_BYTES) * record_overhead;
        arrived.message_bytes.fetch_add(on_the_line, Ordering::Relaxed);
        arrived.frames.lock().unwrap().push((total, Instant::now()));
    }
}

impl Arrived {
    /// The last count, and the frames that have arrived, including those of an incomplete message.
    fn frames(&self) -> (u64, u64) {
        let whole = self.frames.lock().unwrap().last().map_or(0, |&(frames, _)| frames);
        if whole == 0 {
            return (0, 0);
        }
        let audio = self.bytes.load(Ordering::Relaxed) - self.before.load(Ordering::Relaxed);
        (whole, (audio * whole / self.message_bytes.load(Ordering::Relaxed)).max(whole))
    }
}

fn open(address: SocketAddr, certificate: Option<String>) -> Arc<Session> {
    let scheme = if certificate.is_some() { "wss" } else { "ws" };
    let options = ClientOptions {
        ca_pem: certificate.map(String::into_bytes),
        ignore_environment: true,
        ..ClientOptions::default()
    };
    let client = Arc::new(Client::new(options).unwrap());
    let stream = StreamAddress { ws_url: format!("{scheme}://{address}/stream"), token: Secret::new("t") };
    let mut options = spanish();
    options.session.stream = Some(stream);
    options.input.sample_rate = Some(RATE as u32);
    Session::open(client, options, None).unwrap()
}

/// Frames offered and taken, with times, and the reported and the true queue.
#[derive(Default)]
struct Sent {
    offered: u64,
    taken: Vec<(u64, Instant)>,
    told_ms: u64,
    true_ms: u64,
}

fn talk(session: &Session, arrived: &Arrived, seconds: u64) -> Sent {
    let mut sent = Sent::default();
    let (start, mut total) = (Instant::now(), 0);
    let block = vec![0; (RATE / 50 * 2) as usize];
    for tick in 1..=seconds * 50 {
        thread::sleep((start + Duration::from_millis(20 * tick)).saturating_duration_since(Instant::now()));
        sent.offered += RATE / 50;
        total += session.send_audio(&block).unwrap() as u64;
        sent.taken.push((total, Instant::now()));
        if tick % 10 == 0 && tick > 250 {
            let stats = session.stats();
            sent.told_ms += u64::from(stats.input_queue_ms);
            // Where this thread is late, silence leaves in place of what it did not send.
            sent.true_ms +=
                (total + stats.silence_frames_sent).saturating_sub(arrived.frames().1) * 1000 / RATE;
        }
        while let Polled::Event(numbered) = session.poll_event(Some(Instant::now())).unwrap() {
            assert_ne!(numbered.event.kind, EventKind::Closed, "{:?}", session.last_error());
        }
    }
    sent
}

/// The age of audio at its arrival, and the number of frames of that age, sorted by age.
fn ages(sent: &Sent, arrived: &[(u64, Instant)]) -> Vec<(Duration, u64)> {
    let mut messages = arrived.iter();
    let mut message = messages.next();
    let (mut ages, mut before) = (Vec::new(), 0);
    for &(frames, at) in &sent.taken {
        // A block split over two messages counts for the later one.
        while message.is_some_and(|&(end, _)| end < frames) {
            message = messages.next();
        }
        let Some(&(_, came)) = message else { break };
        ages.push((came.saturating_duration_since(at), frames - before));
        before = frames;
    }
    ages.retain(|&(_, frames)| frames > 0);
    ages.sort();
    ages
}

/// The age that this percentage of all frames does not exceed.
fn percentile(ages: &[(Duration, u64)], percent: u64) -> Duration {
    let all: u64 = ages.iter().map(|&(_, frames)| frames).sum();
    let mut seen = 0;
    let oldest = ages.iter().find(|&&(_, frames)| {
        seen += frames;
        seen * 100 >= all * percent
    });
    oldest.expect("audio arrived").0
}

fn measure(number: u8, is_secure: bool) {
    let Some(line) = Line::lay(number) else { return };
    let seconds = std::env::var(SECONDS).ok().and_then(|text| text.parse().ok()).unwrap_or(120);
    let listener = line.listen();
    let address = listener.local_addr().unwrap();
    let made = rcgen::generate_simple_self_signed([address.ip().to_string()]).unwrap();
    let certificate = is_secure.then(|| made.cert.pem());
    let arrived = Arc::new(Arrived::default());
    let seen = arrived.clone();
    thread::spawn(move || {
        let tcp = listener.accept().unwrap().0;
        let counting = Counting { tcp, arrived: seen.bytes.clone() };
        if !is_secure {
            return serve(counting, &seen, 0);
        }
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let connection = ServerConnection::new(Arc::new(config)).unwrap();
        serve(StreamOwned::new(connection, counting), &seen, RECORD_OVERHEAD);
    });
    let session = open(address, certificate);
    session.wait_ready(Some(Instant::now() + Duration::from_secs(30))).unwrap();
    let sent = talk(&session, &arrived, seconds);
    let (taken, figures) = (sent.taken.last().unwrap().0, session.stats());
    thread::sleep(2 * BUFFER);
    let messages = arrived.frames.lock().unwrap().clone();
    let ages = ages(&sent, &messages);
    let (middle, oldest) = (percentile(&ages, 50), percentile(&ages, 99));
    let frame_time = Duration::from_secs_f64((FRAME_BYTES * 8) as f64 / BITS_PER_SECOND as f64);
    println!(
        "offered {} ms, taken {} ms, silence {} ms, arrived {} ms in {} messages; age p50 {:?}, p99 {:?}, most {:?}; queue told {} ms, is {} ms",
        sent.offered * 1000 / RATE,
        taken * 1000 / RATE,
        figures.silence_frames_sent * 1000 / RATE,
        messages.last().map_or(0, |&(frames, _)| frames) * 1000 / RATE,
        messages.len(),
        middle,
        oldest,
        ages[ages.len() - 1].0,
        sent.told_ms / (seconds * 5 - 25),
        sent.true_ms / (seconds * 5 - 25),
    );
    assert_eq!(figures.input_frames_taken, taken, "what was not taken is the caller's to count");
    assert_eq!(figures.input_frames_dropped, 0);
    let line_ms = seconds * 1000 * BITS_PER_SECOND / 8 / (FRAME_BYTES * 1000 / 320);
    let used = messages.last().unwrap().0 * 1000 / RATE;
    assert!(used * 10 >= line_ms * 8, "the line carries {line_ms} ms of audio, {used} came");
    assert!(oldest <= BUFFER + frame_time, "{oldest:?}");
    assert!(sent.told_ms.abs_diff(sent.true_ms) * 5 <= sent.true_ms, "{} of {}", sent.told_ms, sent.true_ms);
    session.close(Duration::ZERO);
}

#[test]
#[ignore = "prove: two minutes on a line of 64 kbit/s"]
fn nothing_older_than_the_buffer_leaves_on_a_slow_line() {
    measure(1, false);
}

#[test]
#[ignore = "prove: two minutes on an encrypted line of 64 kbit/s"]
fn nothing_older_than_the_buffer_leaves_on_a_slow_encrypted_line() {
    measure(2, true);
}
