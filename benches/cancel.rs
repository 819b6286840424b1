//! How well an echo is cancelled, on the whole way of a call, and by the raw crate on the very sound that was read and sent there:
//! `cargo bench --bench cancel --features echo -- RECORDINGS`, at least five 16-bit WAV files at 16 kHz of one sentence each, such
//! as those of Debian's pocketsphinx-testdata. The call is on hold, so its other party hears what is left of what was sent. Two
//! rooms are tried at the same time, in real time. With `--write FOLDER` what was sent and what was heard is left there.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::incompatible_msrv,
    clippy::print_stdout,
    reason = "it is no part of the library"
)]

mod recordings;
mod rooms;

use std::sync::Arc;
use std::time::{Duration, Instant};

use palabra::audio::convert::InputFormat;
use palabra::audio::format::{Format, PlayoutFormat};
use palabra::audio::samples::Encoding;
use palabra::call::{Call, CallOptions, Leg, LegOptions};
use palabra::client::credentials::Credentials;
use palabra::client::{Client, ClientOptions};
use palabra::event::EventKind;
use palabra::products::translation::options::TranslationOptions;
use palabra::session::Session;
use palabra::session::events::queue::Polled;
use palabra::session::input::InputOptions;
use palabra::session::output::{EchoPolicy, OutputMode, OutputOptions};
use palabra_devserver::cli::Args;
use palabra_devserver::server;
use sonora::config::EchoCanceller;
use sonora::{AudioProcessing, Config, StreamConfig};

use recordings::{read, sentence};
use rooms::{LATEST, RATE, Room, clipped, db, play, write};

/// Frames of 20 ms.
const TICK: usize = RATE / 50;
/// Until the canceller must know the room, and until the speaker begins to talk too.
const KNOWN: usize = 2 * RATE;

const SESSION_S: usize = 600;

/// The other end of all conversations.
struct Devserver {
    address: std::net::SocketAddr,
    _runtime: tokio::runtime::Runtime,
    _running: server::Running,
}

impl Devserver {
    fn start() -> Devserver {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("threads");
        let line = ["palabra-devserver", "--no-rate-limits", "--idle-timeout-ms", "6000000"];
        let config = <Args as clap::Parser>::try_parse_from(line).expect("known arguments").into_config();
        let running = runtime.block_on(server::start(config.expect("a usual config"))).expect("a free port");
        Devserver { address: running.address(), _runtime: runtime, _running: running }
    }

    fn client(&self) -> Arc<Client> {
        let options = ClientOptions {
            credentials: Some(Credentials::new("id", "very-secret")),
            api_url: Some(format!("http://{}", self.address)),
            ignore_environment: true,
            ..ClientOptions::default()
        };
        Arc::new(Client::new(options).expect("a client"))
    }
}

/// What becomes of the sound of a room.
struct Trial {
    room: Room,
    response: Vec<(usize, f32)>,
    call: Arc<Call>,
    loud: Arc<Leg>,
    other: Arc<Leg>,
    /// What is heard through the room of what was read, also later.
    echo: Vec<f32>,
    read: Vec<i16>,
    sent: Vec<i16>,
    heard: Vec<i16>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let (folder, files) = match arguments.split_first() {
        Some((first, rest)) if first == "--write" && rest.len() > 1 => {
            (Some(rest[0].clone()), rest[1..].to_vec())
        }
        _ => (None, arguments),
    };
    let sentences: Vec<Vec<f32>> = files.iter().map(|file| sentence(file, RATE as u32)).collect();
    if sentences.len() < 5 {
        return println!("five recordings are needed");
    }
    let devserver = Devserver::start();
    let client = devserver.client();
    let far = read(&sentences, &[0, 1, 2, 3, 4, 0], RATE / 4);
    let near = [vec![0.0; 12 * RATE], read(&sentences, &[3, 4, 1], RATE / 2)].concat();
    for (near, what) in [(None, "nobody else speaks"), (Some(&near), "the speaker talks too after 12 s")] {
        println!(
            "{what}: ms late, ms of fading: dB less of echo, of the call and of the crate alone; us per 10 ms"
        );
        // A thread that is late makes less of an echo, too.
        for rooms in rooms().chunks(2) {
            let mut trials: Vec<_> = rooms.iter().map(|&room| Trial::new(&client, room)).collect();
            run(&mut trials, &far, near.map_or(&[], |near| near));
            trials.iter().for_each(|trial| trial.tell(near.map(Vec::as_slice), folder.as_deref()));
        }
    }
    println!("phrases of a session in {SESSION_S} s in which something is said every 20 s:");
    let said = read(&sentences, &[3], 0);
    let kinds = [
        (None, EchoPolicy::Off),
        (Some(-6.0), EchoPolicy::Off),
        (Some(-6.0), EchoPolicy::Cancel),
        (Some(-15.0), EchoPolicy::Cancel),
    ];
    std::thread::scope(|scope| {
        let told = kinds.map(|(level_db, echo)| {
            scope.spawn({
                let (client, said) = (&client, &said);
                move || phrases(client, level_db, echo, said)
            })
        });
        for ((level_db, echo), told) in kinds.into_iter().zip(told) {
            println!("  echo of {level_db:?} dB, {echo:?}: {}", told.join().expect("a session that goes on"));
        }
    });
}

/// The phrases that the service hears.
fn phrases(client: &Arc<Client>, level_db: Option<f32>, echo: EchoPolicy, said: &[f32]) -> usize {
    let output = OutputOptions {
        mode: OutputMode::Playout,
        sample_rate: Some(RATE as u32),
        ..OutputOptions::default()
    };
    let input = InputOptions { sample_rate: Some(RATE as u32), ..InputOptions::default() };
    let (source_language, target_languages) = (Some("en".into()), Some("es".into()));
    let options = TranslationOptions {
        echo,
        input,
        output,
        source_language,
        target_languages,
        ..TranslationOptions::default()
    };
    let session = Session::open(client.clone(), options, None).expect("a session");
    session.wait_ready(None).expect("a session that is ready");
    let response =
        level_db.map_or(Vec::new(), |level_db| Room { level_db, delay_ms: 140, fade_ms: 100 }.response());
    let mut sound: Vec<f32> = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    let begin = Instant::now();
    for number in 0..SESSION_S * 50 {
        let at = number * TICK;
        sound.resize(at + TICK + LATEST, 0.0);
        let word = |frame: usize| said.get((at + frame) % (20 * RATE)).copied().unwrap_or(0.0);
        let sent: Vec<u8> =
            (0..TICK).flat_map(|frame| clipped(sound[at + frame] + word(frame)).to_ne_bytes()).collect();
        session.send_audio(&sent).expect("a session that goes on");
        let mut heard = [0; 2 * TICK];
        session.read_audio(b"", |_| Ok(&mut heard)).expect("a session that goes on");
        let heard = heard.as_chunks().0.iter().map(|&sample| i16::from_ne_bytes(sample));
        play(heard, at, &response, &mut sound);
        while let Ok(Polled::Event(event)) = session.poll_event(Some(tokio::time::Instant::now())) {
            if event.event.kind == EventKind::Transcript {
                ids.insert(event.event.texts.id().to_owned());
            }
        }
        let due = begin + Duration::from_millis(20) * number as u32;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    session.close(Duration::ZERO);
    ids.len()
}

fn rooms() -> Vec<Room> {
    let levels = [-6.0, -12.0, -18.0, -25.0].into_iter();
    let rooms = levels.flat_map(|level_db| {
        [(30, 300), (200, 100)].map(|(delay_ms, fade_ms)| Room { level_db, delay_ms, fade_ms })
    });
    rooms.collect()
}

/// In real time.
fn run(trials: &mut [Trial], far: &[f32], near: &[f32]) {
    let begin = Instant::now();
    for (number, words) in far.chunks_exact(TICK).enumerate() {
        for trial in &mut *trials {
            trial.tick(number * TICK, words, near);
        }
        let due = begin + Duration::from_millis(20) * number as u32;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

impl Trial {
    fn new(client: &Arc<Client>, room: Room) -> Trial {
        let call = Call::open(client.clone(), CallOptions::default(), None).expect("a call");
        let join = |language: &str, echo| {
            call.join(LegOptions { echo, ..party(language) }).expect("a party of the call")
        };
        let (loud, other) = (join("en", EchoPolicy::Cancel), join("es", EchoPolicy::Off));
        let mut up = 0;
        while up < 2 {
            match call.poll_event(Some(tokio::time::Instant::now() + Duration::from_secs(20))) {
                Ok(Polled::Event(event)) => up += u32::from(event.event.kind == EventKind::LinkUp),
                _ => panic!("the call does not begin"),
            }
        }
        call.hold(&other, true).expect("a call that goes on");
        let [read, sent, heard] = [(); 3].map(|()| Vec::new());
        Trial { room, response: room.response(), call, loud, other, echo: Vec::new(), read, sent, heard }
    }

    fn tick(&mut self, at: usize, words: &[f32], near: &[f32]) {
        let near = |frame: usize| near.get(at + frame).copied().unwrap_or(0.0);
        self.echo.resize(at + TICK + LATEST, 0.0);
        let sent: Vec<i16> = (0..TICK).map(|frame| clipped(self.echo[at + frame] + near(frame))).collect();
        let words: Vec<i16> = words.iter().map(|&word| clipped(word)).collect();
        self.heard.extend(exchange(&self.other, &words));
        let read = exchange(&self.loud, &sent);
        play(read.iter().copied(), at, &self.response, &mut self.echo);
        self.sent.extend(sent);
        self.read.extend(read);
    }

    fn tell(&self, near: Option<&[f32]>, folder: Option<&str>) {
        let (raw, us) = raw(&self.read, &self.sent);
        let Room { level_db, delay_ms, fade_ms } = self.room;
        let until = near.map_or(self.sent.len(), |_| 12 * RATE);
        let less = |left: &[i16]| db(&self.sent[KNOWN..until]) - db(&left[KNOWN..until]);
        print!("  {level_db} dB, {delay_ms}, {fade_ms}: {:.1} {:.1}; {us:.0}", less(&self.heard), less(&raw));
        println!("; {} ms left out", self.loud.stats().overrun_ms);
        if let Some(folder) = folder {
            let name = |what| format!("{folder}/{level_db}_{delay_ms}_{what}_{}.wav", near.is_some());
            write(&name("sent"), &self.sent);
            write(&name("heard"), &self.heard);
            write(&name("raw"), &raw);
        }
        self.call.close(Duration::ZERO);
    }
}

fn exchange(leg: &Leg, said: &[i16]) -> Vec<i16> {
    let said: Vec<u8> = said.iter().flat_map(|sample| sample.to_ne_bytes()).collect();
    let mut heard = [0; 2 * TICK];
    leg.exchange(|_| Ok(&said), |_| Ok(&mut heard)).expect("a call that goes on");
    heard.as_chunks().0.iter().map(|&sample| i16::from_ne_bytes(sample)).collect()
}

/// What the crate leaves of what was sent when it gets both sounds at the same time, and what a block of 10 ms costs.
fn raw(read: &[i16], sent: &[i16]) -> (Vec<i16>, f64) {
    let format = StreamConfig::new(RATE as u32, 1);
    let config = Config { echo_canceller: Some(EchoCanceller::default()), ..Config::default() };
    let mut crate_alone =
        AudioProcessing::builder().config(config).capture_config(format).render_config(format).build();
    let (mut left, mut block) = (Vec::new(), [0; RATE / 100]);
    let begin = Instant::now();
    for (read, sent) in read.chunks_exact(RATE / 100).zip(sent.chunks_exact(RATE / 100)) {
        crate_alone.process_render_i16(read, &mut block).expect("a block");
        crate_alone.process_capture_i16(sent, &mut block).expect("a block");
        left.extend(block);
    }
    (left, begin.elapsed().as_secs_f64() * 1e6 / (sent.len() as f64 / (RATE / 100) as f64))
}

fn party(language: &str) -> LegOptions {
    let output = PlayoutFormat { encoding: Encoding::S16, sample_rate: RATE as u32, channels: 1 };
    let input = InputFormat::plain(Format { sample_rate: RATE as u32, channels: 1 });
    LegOptions { input, output, ..LegOptions::new(language) }
}
