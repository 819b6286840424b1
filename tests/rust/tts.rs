//! Text-to-speech sessions with the devserver (protocol.md 8): a text is 60 ms long per character.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::support::{Devserver, PATIENCE, Talk, client, flag};
use palabra::client::ClientOptions;
use palabra::client::secret::Secret;
use palabra::error::Status;
use palabra::event::{Event, EventKind};
use palabra::products::tts::options::TtsOptions;
use palabra::products::tts::{Said, Saying};
use palabra::session::handle::options::SessionOptions;
use palabra::session::handle::options::StreamAddress;
use palabra::session::output::OutputOptions;
use palabra::session::output::{OutputMode, Silenced, Sound};
use palabra::wire::tts::Format;
use palabra::wire::tts::outgoing::Voice;

/// Frames of one character at 24 kHz.
const CHARACTER: usize = 1440;

fn english() -> TtsOptions {
    // The devserver allows a higher rate, and most tests have no time.
    TtsOptions { language: "en".into(), texts_per_second: Some(1000), ..TtsOptions::default() }
}

fn whole<'a>(generation: &'a str, user_tag: u64) -> Saying<'a> {
    Saying { is_eos: true, generation: Some(generation), user_tag, ..Saying::default() }
}

fn piece<'a>(generation: &'a str) -> Saying<'a> {
    Saying { generation: Some(generation), ..Saying::default() }
}

/// Texts of different lengths, none shorter than the shortest speech.
fn words(n: usize) -> String {
    "x".repeat(6 + n % 9)
}

fn speech(events: &[Event]) -> BTreeMap<String, Vec<i16>> {
    let mut speech: BTreeMap<String, Vec<i16>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind == EventKind::Audio) {
        assert_eq!(event.part, 0);
        speech.entry(event.texts.id().to_owned()).or_default().extend(&event.pcm);
    }
    speech
}

fn last_chunks(events: &[Event]) -> Vec<String> {
    let is_last = |event: &&Event| event.kind == EventKind::Audio && event.is(flag::LAST_CHUNK);
    events.iter().filter(is_last).map(|event| event.texts.id().to_owned()).collect()
}

#[test]
fn speech_that_is_cut_between_the_bytes_of_a_sample_is_as_it_was() {
    let server = Devserver::start("superset");
    for format in [Format::Pcm, Format::Wav] {
        let heard =
            ["dev", "dev~cut_pcm", "dev~cut_pcm~tts_interleave", "dev~cut_pcm~tts_merged_last"].map(|id| {
                let options = TtsOptions { format, ..english() };
                let mut talk = Talk::open_tts(&server.with_pair(id), options);
                talk.session.send_text(&words(4), whole("a", 0)).unwrap();
                talk.session.send_text(&words(8), whole("b", 0)).unwrap();
                let (alone, _) = talk.session.synthesize(&words(6), Some(Instant::now() + PATIENCE)).unwrap();
                talk.session.end().unwrap();
                assert_eq!(talk.until_closed().code, 0);
                (speech(&talk.events), alone.pcm)
            });
        assert_eq!(heard[0].0["a"].len(), 10 * CHARACTER);
        assert!(heard.iter().all(|one| *one == heard[0]), "{format:?}");
    }
}

#[test]
fn every_way_to_connect() {
    for dialect in ["superset", "strict-v1", "strict-v2"] {
        let server = Devserver::start(dialect);
        let direct = TtsOptions {
            session: SessionOptions {
                stream: Some(StreamAddress { ws_url: server.tts_url(), token: Secret::new("dev-direct") }),
                ..SessionOptions::default()
            },
            ..english()
        };
        let alone = client(ClientOptions::default());
        let ways =
            [(server.with_pair("dev"), english()), (server.with_key("dev-key"), english()), (alone, direct)];
        for (client, options) in ways {
            let mut talk = Talk::open_tts(&client, options);
            talk.session.send_text("Good evening", whole("g", 5)).unwrap();
            talk.session.end().unwrap();
            assert_eq!(talk.until_closed().code, 0);
            assert_eq!(talk.events[0].kind, EventKind::Ready);
            let audio = talk.events.iter().find(|event| event.kind == EventKind::Audio).unwrap();
            assert_eq!((audio.user_tag, audio.phrase, audio.texts.language()), (5, 1, "en"));
            assert_eq!((audio.sample_rate, audio.channels), (24_000, 1));
            assert_eq!(speech(&talk.events)["g"].len(), 12 * CHARACTER);
            assert_eq!(last_chunks(&talk.events), ["g"]);
        }
    }
}

#[test]
fn the_init_says_what_was_asked_for() {
    let server = Devserver::start("superset");
    let options = TtsOptions {
        voice: Voice { id: Some("v".into()), speed_percent: Some(150), deaccent_percent: None },
        format: Format::Wav,
        sample_rate: Some(8000),
        ..english()
    };
    let mut talk = Talk::open_tts(&server.with_key("dev-key"), options);
    talk.session.send_text("Good evening", whole("g", 0)).unwrap();
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    let settings = server.report()["streams"][0]["settings"].clone();
    assert_eq!(settings["voice_options"]["voice_id"], "v");
    assert_eq!(settings["voice_options"]["speed"], 1.5);
    assert_eq!(settings["voice_options"]["deaccent_strength"], 1.0);
    assert_eq!(settings["output"], serde_json::json!({"format": "wav", "sample_rate": 8000}));
    // Twelve characters at 60 ms, at 1.5 times the speed, and without the header of a file.
    assert_eq!(speech(&talk.events)["g"].len(), 8000 * 12 * 60 / 1500);
}

#[test]
fn a_wrong_token_is_refused() {
    let server = Devserver::start("superset");
    let mut talk = Talk::open_tts(&server.with_key("wrong"), english());
    assert_eq!(talk.until_closed().code, Status::Auth.code());
    assert_eq!(talk.session.last_error().unwrap().http_status, 401);
}

#[test]
fn a_text_for_a_closed_session_is_told_why_it_closed() {
    let server = Devserver::start("superset");
    let mut talk = Talk::open_tts(&server.with_key("wrong"), english());
    talk.until_closed();
    let why = talk.session.last_error().unwrap();
    let refused = talk.session.send_text("a", whole("g", 0)).unwrap_err();
    assert_eq!((refused.status, refused.http_status, refused.retriable), (Status::Closed, 401, false));
    assert!(refused.text.contains(&why.text), "{}", refused.text);
    assert_eq!(talk.session.end().unwrap_err(), refused);
}

#[test]
fn a_hundred_interleaved_generations_come_whole_and_in_order() {
    let server = Devserver::start("superset");
    let mut talk = Talk::open_tts(&server.with_key("dev~tts_interleave~.a"), english());
    for n in 0..100 {
        talk.session.send_text(&words(n), whole(&format!("g{n:02}"), n as u64)).unwrap();
    }
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    let audio: Vec<_> = talk.events.iter().filter(|event| event.kind == EventKind::Audio).collect();
    let turns = audio.windows(2).filter(|pair| pair[0].phrase != pair[1].phrase).count();
    assert!(turns > 200, "they took turns: {turns}");
    assert!(audio.iter().all(|event| event.phrase == event.user_tag + 1));
    let spoken = speech(&talk.events);
    for n in 0..100 {
        assert_eq!(spoken[&format!("g{n:02}")].len(), words(n).len() * CHARACTER, "{n}");
    }
    assert_eq!(last_chunks(&talk.events).len(), 100);
}

/// Reads until the session has no more speech.
fn play(talk: &Talk) -> Vec<i16> {
    let patience = Instant::now() + 2 * PATIENCE;
    let mut heard = Vec::new();
    loop {
        let mut bytes = [0; 480];
        let sound = talk.session.read_audio(b"", |_| Ok(&mut bytes)).unwrap();
        if sound.has(Sound::ENDED) {
            return heard;
        }
        if sound.is_speech() {
            heard.extend(bytes.as_chunks().0.iter().map(|&sample| i16::from_ne_bytes(sample)));
        } else {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(Instant::now() < patience, "it never ends");
    }
}

#[test]
fn a_hundred_interleaved_generations_are_heard_one_after_the_other() {
    let server = Devserver::start("superset");
    let options = TtsOptions {
        output: OutputOptions { mode: OutputMode::Both, prime_ms: Some(1000), ..OutputOptions::default() },
        ..english()
    };
    let mut talk = Talk::open_tts(&server.with_key("dev~tts_interleave~.b"), options);
    for n in 0..100 {
        talk.session.send_text(&words(n), whole(&format!("g{n:02}"), 0)).unwrap();
    }
    talk.session.end().unwrap();
    talk.until_closed();
    let heard = play(&talk);
    let said: Vec<i16> = speech(&talk.events).into_values().flatten().collect();
    assert_eq!(talk.session.playout_stats(b"en").unwrap().phrases_finished, 100);
    // Each piece that is read starts and ends in speech or in its silence: only audible samples are compared.
    let sounding =
        |samples: &[i16]| samples.iter().copied().filter(|&sample| sample != 0).collect::<Vec<_>>();
    let (heard, said) = (sounding(&heard), sounding(&said));
    assert_eq!(heard.len(), said.len());
    let different = heard.iter().zip(&said).filter(|(heard, said)| heard != said).count();
    assert_eq!(different, 0);
}

#[test]
fn a_generation_that_is_silenced_is_spoken_to_its_end_and_not_heard() {
    let server = Devserver::start("superset");
    let options = TtsOptions {
        output: OutputOptions { mode: OutputMode::Both, ..OutputOptions::default() },
        ..english()
    };
    let mut talk = Talk::open_tts(&server.with_key("dev~.silence"), options);
    for n in 0..2 {
        talk.session.send_text(&words(n), whole(&format!("g{n:02}"), 0)).unwrap();
    }
    talk.session.end().unwrap();
    talk.until_closed();
    // A command of another product is refused before it does anything.
    assert_eq!(talk.session.interrupt("", false, 1).unwrap_err().status, Status::Unsupported);
    let mut bytes = [0; 480];
    assert!(talk.session.read_audio(b"", |_| Ok(&mut bytes)).unwrap().is_speech());
    talk.session.silence("", Silenced::Heard).unwrap();
    let loud = OutputOptions { original_percent: Some(50), ..OutputOptions::default() };
    let refused = talk.session.set_original(loud.original_levels()).unwrap_err();
    assert_eq!(refused.status, Status::Unsupported);
    let audible = |samples: &[i16]| samples.iter().filter(|&&sample| sample != 0).count();
    let (heard, spoken) = (audible(&play(&talk)), speech(&talk.events));
    // Apart from the second one, at most 5 ms of the first.
    let (first, second) = (audible(&spoken["g00"]), audible(&spoken["g01"]));
    assert!((second..=second + 120).contains(&heard) && first > 240, "{heard} of {first} and {second}");
    assert_eq!(server.received("cancel"), 0);
}

#[test]
fn a_cancel_leaves_the_others_and_nothing_late_is_seen() {
    let server = Devserver::start("superset");
    let client = server.with_key("dev~tts_interleave~late_chunks_ms=2000~.c");
    let mut talk = Talk::open_tts(
        &client,
        TtsOptions {
            output: OutputOptions { mode: OutputMode::Both, ..OutputOptions::default() },
            ..english()
        },
    );
    for n in 0..100 {
        talk.session.send_text(&words(n), whole(&format!("g{n:02}"), n as u64)).unwrap();
    }
    talk.wait_for("speech of the one", |event| event.texts.id() == "g07" && !event.pcm.is_empty());
    talk.session.cancel(Some("g07"), 777).unwrap();
    let answer = talk.answer(777);
    assert_eq!(
        (answer.kind, answer.texts.service_code(), answer.texts.id()),
        (EventKind::TaskStatus, "cancel", "g07")
    );
    let before = talk.events.len();
    talk.session.send_text(&words(0), whole("g07", 778)).unwrap();
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    assert!(
        talk.events[before..]
            .iter()
            .all(|event| event.texts.id() != "g07" || event.kind == EventKind::PlayoutCut)
    );
    let spoken = speech(&talk.events);
    for n in (0..100).filter(|&n| n != 7) {
        assert_eq!(spoken[&format!("g{n:02}")].len(), words(n).len() * CHARACTER, "{n}");
    }
    let again = spoken.iter().find(|(id, _)| id.starts_with("g07~")).unwrap();
    assert_eq!(again.1.len(), words(0).len() * CHARACTER, "its successor has its own name");
    let mut ended = last_chunks(&talk.events);
    ended.sort();
    ended.dedup();
    assert_eq!(ended.len(), 100);
    let report = server.report();
    assert_eq!(report["messages"]["cancel"], 1);
}

/// The devserver ends an open generation where a text of another one arrives, as the service does, and
/// `tts_stays_open` keeps it open: each generation is complete once either way, and the session waits for no more.
#[test]
fn generations_whose_texts_alternate_are_complete_once() {
    let server = Devserver::start("superset");
    for key in ["dev~.i", "dev~tts_stays_open~.j"] {
        let mut talk = Talk::open_tts(&server.with_key(key), english());
        let texts =
            [("a", false), ("b", false), ("a", false), ("b", true), ("a", true), ("c", false), ("c", true)];
        for (generation, is_eos) in texts {
            talk.session.send_text("abcdef", Saying { is_eos, ..piece(generation) }).unwrap();
            // Heard before the next: otherwise its end could be that of the whole.
            talk.wait_for("its speech", |event| event.texts.id() == generation && !event.pcm.is_empty());
        }
        talk.session.end().unwrap();
        assert_eq!(talk.until_closed().code, 0, "{key}");
        let spoken = speech(&talk.events);
        let frames = ["a", "b", "c"].map(|id| spoken[id].len() / CHARACTER);
        assert_eq!(frames, [18, 12, 12], "{key}");
        let mut ended = last_chunks(&talk.events);
        ended.sort();
        assert_eq!(ended, ["a", "b", "c"], "{key}");
    }
}

#[test]
fn a_cancel_by_tag_leaves_the_others() {
    let server = Devserver::start("superset");
    let mut talk = Talk::open_tts(&server.with_key("dev~tts_interleave~.g"), english());
    for n in 0..10 {
        talk.session.send_text(&words(n).repeat(40), whole(&format!("g{n}"), n as u64 % 5)).unwrap();
    }
    talk.wait_for("speech of both", |event| event.texts.id() == "g8" && !event.pcm.is_empty());
    talk.session.cancel_tagged(3).unwrap();
    let answer = talk.wait(EventKind::TaskStatus);
    assert_eq!((answer.user_tag, answer.texts.service_code(), answer.texts.id()), (3, "cancel", "g8"));
    let before = talk.events.len();
    talk.session.cancel_tagged(77).unwrap();
    let answer = talk.answer(77);
    assert_eq!((answer.kind, answer.texts.id()), (EventKind::TaskStatus, ""), "there was none");
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    assert!(talk.events[before..].iter().all(|event| !["g3", "g8"].contains(&event.texts.id())));
    let spoken = speech(&talk.events);
    for n in (0..10).filter(|n| n % 5 != 3) {
        assert_eq!(spoken[&format!("g{n}")].len(), words(n).len() * 40 * CHARACTER, "{n}");
    }
    assert_eq!(server.received("cancel"), 2, "one for each");
    assert_eq!(talk.session.cancel_tagged(3).unwrap_err().status, Status::Closed);
}

#[test]
fn a_cancel_of_all_is_silence_and_the_session_goes_on() {
    let server = Devserver::start("superset");
    let client = server.with_key("dev~late_chunks_ms=1000~.d");
    let mut talk = Talk::open_tts(
        &client,
        TtsOptions {
            output: OutputOptions { mode: OutputMode::Both, ..OutputOptions::default() },
            ..english()
        },
    );
    for n in 0..20 {
        talk.session.send_text(&words(n).repeat(20), whole(&format!("g{n}"), 1)).unwrap();
    }
    talk.wait_for("speech", |event| event.kind == EventKind::Audio);
    talk.session.cancel(None, 9).unwrap();
    talk.answer(9);
    let before = talk.events.len();
    talk.session.send_text("something else", whole("new", 2)).unwrap();
    talk.session.end().unwrap();
    talk.until_closed();
    let after = speech(&talk.events[before..]);
    assert_eq!(after.keys().collect::<Vec<_>>(), ["new"]);
    let heard = play(&talk);
    let frames = 14 * CHARACTER;
    assert!(heard.len().abs_diff(frames) < 480, "{} frames of {frames}", heard.len());
}

#[test]
fn refused_texts_are_not_sent() {
    let server = Devserver::start("superset");
    let mut talk = Talk::open_tts(&server.with_key("dev-key"), english());
    talk.wait(EventKind::Ready);
    let send = |text: &str, saying| talk.session.send_text(text, saying).map_err(|error| error.status);
    assert_eq!(send("", whole("g", 0)), Err(Status::InvalidArgument));
    assert_eq!(send(&"é".repeat(1025), whole("g", 0)), Err(Status::InvalidArgument));
    assert_eq!(send("a", whole("", 0)), Err(Status::InvalidArgument));
    let long_id = "i".repeat(129);
    assert_eq!(send("a", whole(&long_id, 0)), Err(Status::InvalidArgument));
    let long = talk.session.send_text(&"é".repeat(2000), whole("g", 0)).unwrap_err();
    assert!(long.text.contains("1024") && long.text.contains("2000"), "{}", long.text);
    assert_eq!(talk.session.synthesize("", None).unwrap_err().status, Status::InvalidArgument);
    // Commands of a translation are refused here.
    assert_eq!(talk.session.speak("a", "es", false, 0).unwrap_err().status, Status::Unsupported);
    assert_eq!(talk.session.send_audio(&[0; 2]), Err(Status::Unsupported));
    assert_eq!(talk.session.interrupt("", false, 0).unwrap_err().status, Status::Unsupported);
    assert_eq!(talk.session.get_task(0).unwrap_err().status, Status::Unsupported);
    let (Said { pcm, .. }, rate) =
        talk.session.synthesize(&"é".repeat(1024), Some(Instant::now() + PATIENCE)).unwrap();
    assert_eq!((pcm.len(), rate), (1024 * CHARACTER, 24_000));
    assert_eq!(server.report()["messages"]["text"], 1);
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    assert_eq!(talk.session.send_text("a", whole("g", 0)).unwrap_err().status, Status::Closed);
    let translation = Talk::open(&server.with_key("dev-key"), crate::support::spanish());
    assert_eq!(translation.session.send_text("a", whole("g", 0)).unwrap_err().status, Status::Unsupported);
}

#[test]
fn long_texts_are_cut_into_one_generation() {
    let server = Devserver::start("strict-v1");
    let options = TtsOptions { splits: true, ..english() };
    let mut talk = Talk::open_tts(&server.with_pair("dev"), options);
    let text = "Anybody can say a sentence. ".repeat(40);
    talk.session.send_text(&text, whole("g", 0)).unwrap();
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    assert_eq!(speech(&talk.events)["g"].len(), text.len() * CHARACTER);
    assert_eq!(last_chunks(&talk.events), ["g"]);
    assert_eq!(server.report()["messages"]["text"], text.len().div_ceil(252) as u64);
}

#[test]
fn tokens_arrive_in_order_within_the_rate() {
    // With the default limits: fifty texts in a second.
    let server = Devserver::start_with(&["--dialect", "superset"]);
    let options = TtsOptions { texts_per_second: None, ..english() };
    let mut talk = Talk::open_tts(&server.with_key("dev-key"), options);
    talk.wait(EventKind::Ready);
    for n in 0..100 {
        let saying = Saying { is_eos: n == 99, user_tag: 3, ..Saying::default() };
        talk.session.send_text("abcde ", saying).unwrap();
    }
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    assert!(talk.events.iter().all(|event| event.kind != EventKind::Error));
    assert_eq!(speech(&talk.events)["g1"].len(), 600 * CHARACTER);
    let texts = server.report()["messages"]["text"].as_u64().unwrap();
    assert!((1..50).contains(&texts), "{texts} messages");
}

/// Joining harms the prosody of the first words; texts that need not wait are not joined.
#[test]
fn texts_that_the_rate_allows_are_not_joined() {
    let server = Devserver::start("superset");
    let mut talk = Talk::open_tts(&server.with_key("dev-key"), english());
    // Before the stream is open: both wait and are joined.
    talk.session.send_text("Good evening. ", piece("g")).unwrap();
    talk.session.send_text("How are you?", whole("g", 0)).unwrap();
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    assert_eq!(server.received("text"), 2);
}

/// A text that is cancelled before it is sent: the service receives neither, and the cancel is still answered.
#[test]
fn a_text_that_is_cancelled_at_once_is_never_sent() {
    let server = Devserver::start("superset");
    let mut talk = Talk::open_tts(&server.with_key("dev-key"), english());
    talk.session.send_text("Good evening", whole("g", 1)).unwrap();
    talk.session.cancel(Some("g"), 2).unwrap();
    let answer = talk.answer(2);
    assert_eq!((answer.texts.text(), answer.texts.service_code()), ("cancelled", "cancel"));
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    assert_eq!((server.received("text"), server.received("cancel")), (0, 0));
    assert!(speech(&talk.events).is_empty());
}

#[test]
fn one_text_in_a_message_at_the_rate_that_is_asked_for() {
    let server = Devserver::start_with(&["--dialect", "superset"]);
    let options = TtsOptions { texts_per_second: None, ..english() };
    let mut talk = Talk::open_tts(&server.with_key("dev-key"), options);
    talk.wait(EventKind::Ready);
    let begun = Instant::now();
    for n in 0..40 {
        talk.session.send_text("abcdef", whole(&format!("g{n:02}"), 0)).unwrap();
    }
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    assert!(begun.elapsed() > Duration::from_millis(1500), "20 a second");
    assert_eq!(server.report()["messages"]["text"], 40);
    let ended = last_chunks(&talk.events);
    assert!(ended.len() == 40 && ended.is_sorted());
}

#[test]
fn a_full_outbox_says_again() {
    let server = Devserver::start("superset");
    let options = TtsOptions {
        texts_per_second: Some(1),
        session: SessionOptions { command_limit: Some(4), ..SessionOptions::default() },
        ..english()
    };
    let talk = Talk::open_tts(&server.with_key("dev-key"), options);
    let sent = (0..100).map(|n| talk.session.send_text("abcdef", whole(&n.to_string(), 0)));
    let refused = sent.filter_map(|sent| sent.err()).collect::<Vec<_>>();
    assert!(refused.len() >= 95 && refused.iter().all(|error| error.status == Status::Again));
    talk.session.cancel(None, 0).unwrap();
    talk.session.send_text("abcdef", whole("x", 0)).unwrap();
}

#[test]
fn synthesize_is_apart_from_everything_else() {
    let server = Devserver::start("superset");
    let mut talk = Talk::open_tts(&server.with_key("dev~tts_interleave~.e"), english());
    for n in 0..10 {
        talk.session.send_text(&words(n), whole(&format!("g{n}"), 1)).unwrap();
    }
    let deadline = Some(Instant::now() + PATIENCE);
    let (Said { pcm, .. }, rate) = talk.session.synthesize("Good evening", deadline).unwrap();
    assert_eq!((pcm.len(), rate), (12 * CHARACTER, 24_000));
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    let spoken = speech(&talk.events);
    assert_eq!(spoken.len(), 10);
    assert!((0..10).all(|n| spoken[&format!("g{n}")].len() == words(n).len() * CHARACTER));
}

#[test]
fn synthesize_that_is_not_answered_comes_back_in_time() {
    let server = Devserver::start("superset");
    let mut talk = Talk::open_tts(&server.with_key("dev~no_answer~.f"), english());
    talk.wait(EventKind::Ready);
    let sent = || {
        let messages = &server.report()["messages"];
        [&messages["text"], &messages["cancel"]].map(|count| count.as_u64().unwrap_or_default())
    };
    // On a slow machine the time can be over before the text was sent: then it is not sent at all.
    while sent()[0] == 0 {
        let begun = Instant::now();
        let late = talk.session.synthesize("Good evening", Some(begun + Duration::from_millis(300)));
        assert_eq!(late.unwrap_err().status, Status::Timeout);
        assert!(begun.elapsed() >= Duration::from_millis(300) && begun.elapsed() < PATIENCE);
    }
    let wait_until = |what: &dyn Fn([u64; 2]) -> bool| {
        while !what(sent()) {
            std::thread::yield_now();
        }
    };
    // What was given up is cancelled.
    wait_until(&|[texts, cancels]| texts == cancels);
    let session = talk.session.clone();
    let waiting = std::thread::spawn(move || session.synthesize("Good evening", None));
    wait_until(&|[texts, cancels]| texts > cancels);
    talk.session.close(Duration::ZERO);
    assert_eq!(waiting.join().unwrap().unwrap_err().status, Status::Closed);
}

#[test]
fn an_error_has_the_tag_of_the_oldest_and_fails_what_is_waited_for() {
    let server = Devserver::start("superset");
    let client = server.with_key("dev~stream_error=RATE_LIMIT_EXCEEDED~.g");
    let mut talk = Talk::open_tts(&client, english());
    talk.session.send_text(&words(9), whole("a", 31)).unwrap();
    talk.session.send_text(&words(9), whole("b", 32)).unwrap();
    let error = talk.wait(EventKind::Error);
    assert_eq!((error.user_tag, error.texts.id(), error.code), (31, "a", Status::Service.code()));
    assert_eq!(error.texts.service_code(), "RATE_LIMIT_EXCEEDED");
    let failed = talk.session.synthesize("Good evening", Some(Instant::now() + PATIENCE)).unwrap_err();
    assert_eq!((failed.status, failed.service_code.as_str()), (Status::Service, "RATE_LIMIT_EXCEEDED"));
    assert!(failed.retriable);
    // None of them is ever completed, and the end does not wait long for them.
    let begun = Instant::now();
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    assert!(begun.elapsed() < PATIENCE);
}

#[test]
fn an_error_that_ends_the_stream_is_its_reason() {
    let server = Devserver::start("superset");
    let client = server.with_key("dev~stream_error=SERVICE_UNAVAILABLE~.h");
    let mut talk = Talk::open_tts(&client, english());
    talk.session.send_text(&words(9), whole("a", 1)).unwrap();
    assert_eq!(talk.until_closed().code, Status::Service.code());
    assert_eq!(talk.session.last_error().unwrap().service_code, "SERVICE_UNAVAILABLE");
}

#[test]
fn odd_servers_are_understood() {
    for (fault, lasts) in [
        ("double_encode", 1),
        ("split_frames", 1),
        ("garbage", 1),
        ("tts_merged_last", 1),
        ("duplicate_frames", 1),
        ("tts_last_per_text", 0),
    ] {
        let server = Devserver::start("superset");
        let mut talk = Talk::open_tts(&server.with_key(&format!("dev~{fault}~.i")), english());
        talk.wait(EventKind::Ready);
        for n in 0..3 {
            // Each text is sent before the next one arrives, like words that a person types.
            talk.session.send_text("abcdef", Saying { is_eos: n == 2, ..piece("g") }).unwrap();
            talk.wait_for("speech", |event| event.kind == EventKind::Audio && !event.pcm.is_empty());
        }
        talk.session.send_text("abcdef", whole("h", 0)).unwrap();
        talk.session.end().unwrap();
        assert_eq!(talk.until_closed().code, 0, "{fault}");
        let copies = if fault == "duplicate_frames" { 2 } else { 1 };
        let spoken = speech(&talk.events);
        assert_eq!(spoken["g"].len(), copies * 18 * CHARACTER, "{fault}");
        assert_eq!(spoken["h"].len(), copies * 6 * CHARACTER, "{fault}");
        let ended = last_chunks(&talk.events);
        assert!(ended.len() == 2 || lasts == 0, "{fault}: {ended:?}");
        assert_eq!(ended.iter().filter(|id| *id == "g").count(), 1, "{fault}");
    }
}

#[test]
fn bad_audio_is_told_and_the_rest_goes_on() {
    let server = Devserver::start("superset");
    let mut talk = Talk::open_tts(&server.with_key("dev~bad_base64~.j"), english());
    talk.session.send_text("abcdef", whole("g", 4)).unwrap();
    let error = talk.wait(EventKind::Error);
    assert_eq!((error.code, error.user_tag, error.texts.id()), (Status::Protocol.code(), 4, "g"));
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
}

#[test]
fn a_generation_without_an_end_gets_one_with_the_session() {
    let server = Devserver::start("superset");
    let mut talk = Talk::open_tts(&server.with_key("dev-key"), english());
    // Before the stream is open: both texts are pending when the end is requested.
    talk.session.send_text("Good ", piece("g")).unwrap();
    talk.session.send_text("evening", piece("g")).unwrap();
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    assert_eq!(last_chunks(&talk.events), ["g"]);
    assert_eq!(speech(&talk.events)["g"].len(), 12 * CHARACTER);
}

#[test]
fn a_connection_that_is_dead_is_noticed() {
    let server = Devserver::start("superset");
    let options = TtsOptions {
        session: SessionOptions {
            liveness_timeout: Some(Duration::from_secs(5)),
            ..SessionOptions::default()
        },
        ..english()
    };
    let mut talk = Talk::open_tts(&server.with_key("dev~silent_after_ms=100~.k"), options);
    talk.session.send_text(&words(9).repeat(60), whole("g", 0)).unwrap();
    assert_eq!(talk.until_closed().code, Status::ConnectionDead.code());
}

#[test]
fn an_unknown_region_is_refused_at_once() {
    let client = client(ClientOptions {
        api_key: Some(Secret::new("key")),
        region: Some("mars".into()),
        ..ClientOptions::default()
    });
    let refused = palabra::session::Session::open_tts(client, english(), None).err().unwrap();
    assert_eq!(refused.status, Status::InvalidArgument);
    assert!(refused.text.contains("mars"), "{}", refused.text);
}

#[test]
fn the_time_to_the_first_speech_begins_with_its_text() {
    let server = Devserver::start("superset");
    let mut talk = Talk::open_tts(&server.with_key("dev~.first"), english());
    talk.wait(EventKind::Ready);
    assert_eq!((talk.session.stats().first_audio_ms, talk.session.stats().chunks_sent), (0, 0));
    talk.session.send_text(&words(1), whole("g", 0)).unwrap();
    talk.wait_for("speech", |event| !event.pcm.is_empty());
    assert!(talk.session.stats().first_audio_ms > 0);
    assert_eq!(talk.session.stats().chunks_sent, 1);
    talk.session.end().unwrap();
    talk.until_closed();
    // The frames of the speech, in base64.
    let stats = talk.session.stats();
    assert!(
        stats.audio_frames_received > 0 && stats.bytes_received > 2 * stats.audio_frames_received,
        "{stats:?}"
    );
}
