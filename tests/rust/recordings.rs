//! Paced sending, files of other formats, and a recording translated in one call.

use std::f64::consts::TAU;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::time::Instant;

use crate::support::{Devserver, PATIENCE, Talk, spanish};
use palabra::audio::format::Format;
use palabra::audio::g711;
use palabra::client::Client;
use palabra::error::{Result, Status};
use palabra::event::EventKind;
use palabra::jobs::{Job, Outcome, Output, Progress, translate_file};
use palabra::media::disk::Links;
use palabra::media::wav;
use palabra::products::translation::options::TranslationOptions;
use palabra::runtime::calls::Call;
use palabra::session::State;
use palabra::session::handle::schedule::Pace;

const MS: Duration = Duration::from_millis(1);
const RATE: usize = 24_000;

fn pace(lead_ms: u32, percent: u32) -> Pace {
    Pace { lead: lead_ms * MS, percent }
}

fn within(time: Duration) -> Option<Instant> {
    Some(Instant::now() + time)
}

/// A folder that is deleted after the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("palabra-recordings-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Tones of one second, each after half a second of silence and before 0.8 s: phrases for the devserver.
fn phrases(count: usize, rate: usize) -> Vec<f64> {
    let tone = (0..rate).map(|n| 0.4 * (n as f64 * 440.0 * TAU / rate as f64).sin());
    let phrase: Vec<f64> = std::iter::repeat_n(0.0, rate / 2)
        .chain(tone)
        .chain(std::iter::repeat_n(0.0, rate * 8 / 10))
        .collect();
    phrase.repeat(count)
}

fn s16(samples: &[f64]) -> Vec<i16> {
    samples.iter().map(|sample| (sample * 32_767.0) as i16).collect()
}

/// A telephone WAV file: format 7 (mu-law), eight bits, 8 kHz.
fn write_mulaw(path: &Path, samples: &[f64]) {
    let nearest = |wanted: i16| {
        (0..=255u8).min_by_key(|&byte| (i32::from(g711::MULAW[usize::from(byte)]) - i32::from(wanted)).abs())
    };
    let data: Vec<u8> = s16(samples).into_iter().map(|sample| nearest(sample).unwrap()).collect();
    let mut file = [b"RIFF".as_slice(), &(38 + data.len() as u32).to_le_bytes(), b"WAVEfmt "].concat();
    file.extend(18u32.to_le_bytes());
    file.extend([7u16, 1].map(u16::to_le_bytes).concat());
    file.extend([8000u32, 8000].map(u32::to_le_bytes).concat());
    file.extend([1u16, 8, 0].map(u16::to_le_bytes).concat());
    file.extend([b"data".as_slice(), &(data.len() as u32).to_le_bytes(), &data].concat());
    std::fs::write(path, file).unwrap();
}

fn write_wav(path: &Path, count: usize) -> u64 {
    let pcm = s16(&phrases(count, RATE));
    wav::write(path, Format { sample_rate: RATE as u32, channels: 1 }, &pcm).unwrap();
    pcm.len() as u64
}

/// The frequency of a tone, from the number of its upward zero crossings.
fn pitch(samples: &[i16], rate: usize) -> f64 {
    let rises: Vec<usize> = (1..samples.len()).filter(|&n| samples[n - 1] < 0 && samples[n] >= 0).collect();
    (rises.len() - 1) as f64 * rate as f64 / (rises[rises.len() - 1] - rises[0]) as f64
}

#[test]
fn paced_sending_keeps_its_schedule_over_several_calls() {
    let server = Devserver::start("superset");
    let talk = Talk::ready(&server.with_pair("dev"), spanish());
    let session = talk.session.clone();
    let start = Instant::now();
    let sending = thread::spawn({
        let session = session.clone();
        move || {
            let half_second = vec![0; RATE];
            (0..4)
                .map(|_| session.send_paced(|_| Ok(&half_second), pace(300, 100), None).unwrap())
                .sum::<usize>()
        }
    });
    while !sending.is_finished() {
        let taken = session.stats().input_frames_taken;
        let allowed = (start.elapsed() + 300 * MS).as_secs_f64() * RATE as f64;
        assert!(taken as f64 <= allowed + 1.0, "{taken} frames, {allowed} allowed");
        thread::sleep(5 * MS);
    }
    assert_eq!(sending.join().unwrap(), 2 * RATE);
    let took = start.elapsed();
    assert!((1690 * MS..1690 * MS + PATIENCE / 10).contains(&took), "{took:?} for 2 s less the lead");
}

#[test]
fn paced_sending_says_how_far_it_came() {
    let server = Devserver::start("superset");
    let talk = Talk::ready(&server.with_pair("dev"), spanish());
    let session = talk.session.clone();
    let audio = vec![0; 2 * 30 * RATE];
    let send = |deadline| session.send_paced(|_| Ok(&audio), pace(0, 100), deadline);
    let start = Instant::now();
    let sent = send(within(1000 * MS)).unwrap();
    let allowed = start.elapsed().as_secs_f64() * RATE as f64;
    assert!(sent > 0 && sent as f64 <= allowed + 1.0, "{sent} frames, {allowed} allowed");
    assert_eq!(session.send_paced(|_| Ok(&[]), pace(0, 100), None), Ok(0));
    // Another thread ends the session in the middle of the next call.
    let before = session.stats().input_frames_taken;
    let (sent, ended) = thread::scope(|scope| {
        let sending = scope.spawn(|| (send(None), Instant::now()));
        while session.stats().input_frames_taken == before {
            thread::sleep(MS);
        }
        session.end().unwrap();
        let ended = Instant::now();
        let (sent, returned) = sending.join().unwrap();
        (sent.unwrap(), returned.saturating_duration_since(ended))
    });
    assert!((1..30 * RATE).contains(&sent) && ended < PATIENCE / 10, "{sent} frames, {ended:?}");
    // Nothing was said, so the service may have closed it meanwhile.
    let refused = send(None).unwrap_err().status;
    assert!([Status::Ended, Status::Closed].contains(&refused), "{refused:?}");
}

#[test]
fn before_ready_nothing_is_sent_and_a_close_ends_the_wait() {
    let server = Devserver::start("superset");
    let talk = Talk::open(&server.with_pair("dev~never_ready"), spanish());
    let session = talk.session.clone();
    let audio = vec![0; 2 * RATE];
    let send = |deadline| session.send_paced(|_| Ok(&audio), pace(60_000, 100), deadline);
    assert_eq!(send(within(50 * MS)).unwrap_err().status, Status::Timeout);
    assert_eq!(session.stats().input_frames_taken, 0);
    thread::scope(|scope| {
        let sending = scope.spawn(|| send(None));
        thread::sleep(50 * MS);
        session.close(Duration::ZERO);
        assert_eq!(sending.join().unwrap().unwrap_err().status, Status::Closed);
    });
}

#[test]
fn a_telephone_recording_goes_into_a_session_of_another_format() {
    let (server, folder) = (Devserver::start("superset"), Folder::new("mulaw"));
    let path = folder.at("call.wav");
    let samples = phrases(1, 8000);
    write_mulaw(&path, &samples);
    let mut talk = Talk::ready(&server.with_pair("dev"), spanish());
    let session = talk.session.clone();
    let start = Instant::now();
    assert_eq!(session.send_file(&path, pace(0, 100), None).unwrap(), samples.len() as u64);
    assert!(start.elapsed() >= 2290 * MS, "{:?} for 2.3 s", start.elapsed());
    // The audio that follows has the session's own format again.
    assert_eq!(session.send_audio(&vec![0; 2 * RATE / 2]), Ok(RATE / 2));
    session.end().unwrap();
    assert_eq!(talk.until_closed().code, Status::Ok.code());
    let speech = talk.events.iter().filter(|event| event.kind == EventKind::Audio);
    let heard: Vec<i16> = speech.flat_map(|event| event.pcm.iter().copied()).collect();
    assert!((RATE * 9 / 10..RATE * 11 / 10).contains(&heard.len()), "{} frames of a second", heard.len());
    let pitch = pitch(&heard[2400..heard.len() - 2400], RATE);
    assert!((pitch - 440.0).abs() < 2.0, "{pitch} Hz");
    // 2.3 s of the file and half a second, at 24 kHz on the wire.
    assert_eq!(server.report()["audio_frames"], (23 + 5) * RATE / 10);
}

#[test]
fn a_studio_recording_goes_into_a_session_of_another_rate() {
    const STUDIO: usize = 96_000;
    let (server, folder) = (Devserver::start("superset"), Folder::new("studio"));
    let path = folder.at("studio.wav");
    let samples: Vec<i16> = phrases(1, STUDIO).iter().map(|sample| (sample * 32_767.0) as i16).collect();
    wav::write(&path, Format { sample_rate: STUDIO as u32, channels: 1 }, &samples).unwrap();
    let mut talk = Talk::ready(&server.with_pair("dev"), spanish());
    let sent = talk.session.send_file(&path, pace(60_000, 100), None);
    assert_eq!(sent.unwrap(), samples.len() as u64);
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, Status::Ok.code());
    let speech = talk.events.iter().filter(|event| event.kind == EventKind::Audio);
    let heard: Vec<i16> = speech.flat_map(|event| event.pcm.iter().copied()).collect();
    assert!((RATE * 9 / 10..RATE * 11 / 10).contains(&heard.len()), "{} frames of a second", heard.len());
    let pitch = pitch(&heard[2400..heard.len() - 2400], RATE);
    assert!((pitch - 440.0).abs() < 2.0, "{pitch} Hz");
}

#[test]
fn files_that_cannot_be_sent_change_nothing() {
    let (server, folder) = (Devserver::start("superset"), Folder::new("refused"));
    let talk = Talk::ready(&server.with_pair("dev"), spanish());
    let send = |path: &Path| {
        let refused = talk.session.send_file(path, pace(0, 100), within(PATIENCE)).unwrap_err();
        assert!(refused.text.contains(path.to_str().unwrap()), "{}", refused.text);
        refused.status
    };
    assert_eq!(send(&folder.at("none.wav")), Status::Io);
    std::fs::write(folder.at("text.wav"), "no audio").unwrap();
    assert_eq!(send(&folder.at("text.wav")), Status::Io);
    wav::write(&folder.at("slow.wav"), Format { sample_rate: 4000, channels: 1 }, &[0; 100]).unwrap();
    assert_eq!(send(&folder.at("slow.wav")), Status::InvalidArgument);
    wav::write(&folder.at("fast.wav"), Format { sample_rate: 192_001, channels: 1 }, &[0; 100]).unwrap();
    assert_eq!(send(&folder.at("fast.wav")), Status::InvalidArgument);
    wav::write(&folder.at("empty.wav"), Format { sample_rate: 8000, channels: 1 }, &[]).unwrap();
    assert_eq!(talk.session.send_file(&folder.at("empty.wav"), pace(0, 100), None).unwrap(), 0);
    assert_eq!(talk.session.send_audio(&[0; 200]), Ok(100), "still 16 bits");
}

struct Translation<'a> {
    client: &'a Arc<Client>,
    targets: &'a str,
    output: Option<&'a Path>,
    limit: Duration,
}

impl Translation<'_> {
    fn run(&self, input: &Path, go_on: &mut dyn FnMut(&Progress<'_>) -> bool) -> (Result<()>, Outcome) {
        let options = TranslationOptions { target_languages: Some(self.targets.into()), ..spanish() };
        let output = self.output.map(|path| path.to_str().unwrap());
        let call = Call::default();
        let job = Job {
            input,
            output: output.map(OsStr::new),
            pace: pace(0, 300),
            keeps_speech: true,
            links: Links::Followed,
            call: &call,
        };
        let mut outcome = Outcome::default();
        let until = within(self.limit);
        let done = translate_file(self.client.clone(), options, &job, until, go_on, &mut outcome);
        (done, outcome)
    }
}

#[test]
fn a_recording_becomes_a_file_for_each_target() {
    let (server, folder) = (Devserver::start("superset"), Folder::new("two"));
    let input = folder.at("in.wav");
    let frames = write_wav(&input, 2);
    let client = server.with_pair("dev");
    let output = folder.at("out.wav");
    let translation =
        Translation { client: &client, targets: "es,fr", output: Some(&output), limit: PATIENCE };
    let (mut positions, mut texts, mut states) = (Vec::new(), Vec::new(), Vec::new());
    let (done, outcome) = translation.run(&input, &mut |progress| {
        assert_eq!(progress.total_ms, frames * 1000 / RATE as u64);
        positions.push(progress.position_ms);
        states.push(progress.state);
        texts.push((progress.texts.language().to_owned(), progress.texts.text().to_owned()));
        true
    });
    done.unwrap();
    assert!(positions.is_sorted() && states.contains(&State::Ready), "{positions:?} {states:?}");
    // The last call tells that it is over.
    assert_eq!(
        (positions.last(), states.last()),
        (Some(&(frames * 1000 / RATE as u64)), Some(&State::Closed))
    );
    for language in ["en", "es", "fr"] {
        assert!(texts.iter().any(|(tag, text)| tag == language && !text.is_empty()), "{texts:?}");
    }
    assert_eq!((outcome.input_frames, outcome.input_sample_rate), (frames, RATE as u32));
    assert_eq!((outcome.output_sample_rate, outcome.events_dropped), (24_000, 0));
    assert!(outcome.transcripts >= 6 && outcome.first_audio_ms > 0);
    assert_eq!(folder.names(), ["in.wav", "out_es.wav", "out_fr.wav"]);
    for Output { language, frames, pcm, .. } in &outcome.outputs {
        let speech = wav::read(&folder.at(&format!("out_{language}.wav"))).unwrap();
        assert_eq!(speech.pcm.len() as u64, *frames);
        assert_eq!(pcm.as_ref(), Some(&speech.pcm), "in memory as in the file");
        // Two phrases of a second.
        assert!((RATE as u64 * 18 / 10..RATE as u64 * 22 / 10).contains(frames), "{language}: {frames}");
        let pitch = pitch(&speech.pcm[2400..RATE - 2400], RATE);
        assert!((pitch - 440.0).abs() < 2.0, "{language}: {pitch} Hz");
    }
    assert_eq!(server.report()["deleted"], 1);
}

#[test]
fn placeholders_name_the_target_and_no_pattern_means_no_file() {
    let (server, folder) = (Devserver::start("superset"), Folder::new("named"));
    let input = folder.at("in.wav");
    write_wav(&input, 1);
    let (client, output) = (server.with_key("dev"), folder.at("{lang}-speech.wav"));
    let named = Translation { client: &client, targets: "es", output: Some(&output), limit: PATIENCE };
    let (done, outcome) = named.run(&input, &mut |_| true);
    done.unwrap();
    assert_eq!(folder.names(), ["es-speech.wav", "in.wav"]);
    let (done, silent) = Translation { output: None, ..named }.run(&input, &mut |_| true);
    done.unwrap();
    assert_eq!((silent.outputs, folder.names().len()), (outcome.outputs, 2));
}

/// For every way to end, the received speech is in a complete file, and nothing else remains.
#[test]
fn what_was_received_is_kept_when_it_ends_early() {
    let (server, folder) = (Devserver::start("superset"), Folder::new("early"));
    let input = folder.at("in.wav");
    let whole = write_wav(&input, 80);
    let output = folder.at("out.wav");
    // 22 chunks are seven seconds, in which three phrases are complete.
    for (id, limit, ask_to_stop, status) in [
        ("dev", PATIENCE, true, Status::Closed),
        ("dev", 2500 * MS, false, Status::Timeout),
        ("dev~close_after_audio=22", PATIENCE, false, Status::ConnectionLost),
    ] {
        let client = server.with_pair(id);
        let run = |limit| {
            let job = Translation { client: &client, targets: "es", output: Some(&output), limit };
            job.run(&input, &mut |progress| !(ask_to_stop && progress.position_ms > 6000))
        };
        let (mut done, mut outcome) = run(limit);
        if status == Status::Timeout && outcome.outputs.iter().all(|output| output.frames < RATE as u64) {
            // A slow machine may not have received enough in this time.
            (done, outcome) = run(10 * limit);
        }
        assert_eq!(done.unwrap_err().status, status);
        assert!(outcome.input_frames < whole);
        let [Output { frames, .. }] = &outcome.outputs[..] else { panic!("{:?}", outcome.outputs) };
        let speech = wav::read(&output).unwrap();
        assert_eq!(speech.pcm.len() as u64, *frames);
        assert!(*frames > RATE as u64 / 2, "{frames}");
        std::fs::remove_file(&output).unwrap();
    }
}

#[test]
fn what_cannot_work_is_told_before_anything_is_opened() {
    let (server, folder) = (Devserver::start("superset"), Folder::new("told"));
    let client = server.with_pair("dev");
    let input = folder.at("in.wav");
    write_wav(&input, 1);
    let nowhere = folder.at("no/such/out.wav");
    let job = Translation { client: &client, targets: "es", output: Some(&nowhere), limit: PATIENCE };
    assert_eq!(job.run(&input, &mut |_| true).0.unwrap_err().status, Status::Io);
    let job = Translation { output: None, ..job };
    assert_eq!(job.run(&folder.at("none.wav"), &mut |_| true).0.unwrap_err().status, Status::Io);
    let job = Translation { targets: "", ..job };
    assert_eq!(job.run(&input, &mut |_| true).0.unwrap_err().status, Status::InvalidArgument);
    assert!(server.report().is_null(), "no session was made");
}
