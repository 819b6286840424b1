//! The engine `local` with scripted stages in place of the real ones.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Client, PATIENCE, Rest, report, serve, silence, task, tone};
use palabra_devserver::server::Running;
use serde_json::{Value, json};

/// A folder that appears in every stage's command line, so that its processes can be found.
struct Stages {
    marker: PathBuf,
    mishap: Option<(&'static str, &'static str)>,
}

impl Stages {
    fn new(name: &str) -> Self {
        Self::with(name, None)
    }

    /// One stage has one mishap.
    fn with(name: &str, mishap: Option<(&'static str, &'static str)>) -> Self {
        let marker = std::env::temp_dir().join(format!("palabra-local-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&marker);
        std::fs::create_dir_all(&marker).expect("folder");
        Self { marker, mishap }
    }

    fn command(&self, stage: &str, places: &str) -> String {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stages");
        let (script, marker) = (here.join(format!("{stage}.py")), self.marker.display());
        let mishap = match self.mishap {
            Some((of, what)) if of == stage => format!("{what} {marker}/happened"),
            _ => String::new(),
        };
        format!("python3 -SE {} {places} {mishap} {marker}", script.display())
    }

    fn arguments(&self) -> Vec<String> {
        let words = [
            "--engine",
            "local",
            "--recogniser",
            &self.command("recogniser", ""),
            "--translator",
            &self.command("translator", "{source} {target}"),
            "--speech",
            &self.command("speech", "{voice} {speed}"),
        ];
        words.map(str::to_owned).to_vec()
    }

    async fn serve(&self, more: &[&str]) -> Running {
        let arguments = self.arguments();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
        serve(&arguments).await
    }

    /// Number of processes with the marker.
    fn processes(&self) -> usize {
        let marker = self.marker.to_str().expect("text");
        let all = std::fs::read_dir("/proc").expect("/proc").flatten();
        let lines = all.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
        let ours =
            |line: &Vec<u8>| line.split(|byte| *byte == 0).any(|word| word.starts_with(marker.as_bytes()));
        lines.filter(ours).count()
    }

    /// Waits until there are at most this many.
    async fn settles_at(&self, most: usize) {
        let begun = Instant::now();
        while self.processes() > most {
            assert!(begun.elapsed() < PATIENCE, "{} processes", self.processes());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Stages {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.marker);
    }
}

/// The standard task into these languages.
fn into_languages(languages: &[&str]) -> Value {
    let mut task = task();
    let entry =
        |language: &&str| json!({"target_language": language, "translate_partial_transcriptions": true});
    task["pipeline"]["translations"] = languages.iter().map(entry).collect();
    task
}

async fn running(server: &Running, task: Value) -> Client {
    let mut client = Client::open(server, "dev1").await.expect("upgrade");
    client.send("set_task", task).await;
    assert_eq!(client.next_of("task_status").await["event"], "started");
    client
}

/// Texts of a kind, with the language they are in.
fn texts(rest: &Rest, kind: &str) -> Vec<String> {
    let of_kind = rest.messages.iter().filter(|m| m["message_type"] == kind);
    let worded = |m: &Value| {
        let said = &m["data"]["transcription"];
        format!("{}: {}", said["language"].as_str().unwrap(), said["text"].as_str().unwrap())
    };
    of_kind.map(worded).collect()
}

#[tokio::test]
async fn a_phrase_is_recognised_translated_and_spoken_in_two_languages() {
    let stages = Stages::new("two");
    let server = stages.serve(&[]).await;
    let mut task = into_languages(&["es", "ca"]);
    task["pipeline"]["translations"][1]["speech_generation"] = json!({"voice_id": "default_high"});
    task["pipeline"]["allowed_message_types"] = json!([
        "partial_transcription",
        "validated_transcription",
        "translated_transcription",
        "pipeline_timings"
    ]);
    let mut client = running(&server, task).await;
    client.speak(&[silence(0.3), tone(1.2), silence(1.2), tone(0.6)].concat()).await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    assert_eq!(rest.close_code(), Some(1000));
    assert_eq!(*rest.kinds().last().unwrap(), "end_of_stream");
    assert_eq!(texts(&rest, "validated_transcription"), ["en: line 1 and on and on", "en: line 2 and on"]);
    let translated = texts(&rest, "translated_transcription");
    for language in ["es: eng>spa", "ca: eng>cat"] {
        let of_language: Vec<_> = translated.iter().filter(|t| t.starts_with(language)).collect();
        let expected = ["LINE 1 AND ON AND ON", "LINE 2 AND ON"].map(|text| format!("{language} {text}"));
        assert_eq!(of_language, expected.iter().collect::<Vec<_>>());
    }
    // 50 ms per character of both texts, the language pair before them included.
    assert_eq!(rest.speech("es"), rest.speech("ca"));
    assert!(rest.speech("es").abs_diff(24_000 * (28 + 21) / 20) < 100, "{}", rest.speech("es"));
    for language in ["es", "ca"] {
        let mut kinds: Vec<&str> = Vec::new();
        for message in &rest.messages {
            let data = &message["data"];
            let in_language = data["language"] == language || data["transcription"]["language"] == language;
            if in_language || data["transcription"]["language"] == "en" {
                kinds.push(message["message_type"].as_str().unwrap());
            }
        }
        let place = |kind: &str| kinds.iter().position(|k| *k == kind).unwrap();
        assert!(place("partial_transcription") < place("validated_transcription"));
        assert!(place("validated_transcription") < place("translated_transcription"));
        assert!(place("translated_transcription") < place("output_audio_data"));
    }
    let timings: Vec<&Value> =
        rest.messages.iter().filter(|m| m["message_type"] == "pipeline_timings").collect();
    assert_eq!(timings.len(), 2);
    let times = &timings[0]["data"]["timings"];
    assert!(times["tts"].as_f64() >= times["translated_transcription"].as_f64(), "{times}");
    stages.settles_at(4).await;
    server.stop().await;
    stages.settles_at(0).await;
}

#[tokio::test]
async fn growing_phrases_are_translated_on_request() {
    let stages = Stages::new("partials");
    let server = stages.serve(&[]).await;
    let mut task = into_languages(&["es"]);
    task["pipeline"]["allowed_message_types"] =
        json!(["partial_translated_transcription", "translated_transcription"]);
    let mut client = running(&server, task).await;
    client.speak(&tone(0.8)).await;
    let partial = client.next_of("partial_translated_transcription").await["transcription"].clone();
    assert!(partial["text"].as_str().unwrap().starts_with("eng>spa LINE 1"), "{partial}");
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    let kinds = rest.kinds();
    let last = kinds.iter().rposition(|kind| *kind == "partial_translated_transcription");
    assert!(last < kinds.iter().position(|kind| *kind == "translated_transcription"), "{kinds:?}");
    assert_eq!(texts(&rest, "translated_transcription"), ["es: eng>spa LINE 1 AND ON"]);
}

#[tokio::test]
async fn an_interrupted_phrase_is_forgotten() {
    let stages = Stages::new("interrupt");
    let server = stages.serve(&[]).await;
    let mut client = running(&server, into_languages(&["es"])).await;
    client.speak(&tone(1.0)).await;
    let dropped = client.next_of("partial_transcription").await["transcription"]["transcription_id"].clone();
    client.send("interrupt_task", json!({})).await;
    assert_eq!(client.next_of("task_status").await["event"], "interrupted");
    client.speak(&[silence(1.0), tone(0.7), silence(1.0)].concat()).await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    assert_eq!(texts(&rest, "validated_transcription").len(), 1);
    let named = |m: &&Value| {
        m["data"]["transcription_id"] == dropped || m["data"]["transcription"]["transcription_id"] == dropped
    };
    assert_eq!(rest.messages.iter().find(named), None);
    assert!(rest.speech("es") > 0);
}

#[tokio::test]
async fn texts_are_spoken_with_and_without_translation() {
    let stages = Stages::new("say");
    let server = stages.serve(&[]).await;
    let mut client = running(&server, into_languages(&["es", "ca"])).await;
    client.send("tts_task", json!({"text": "hola", "language": "es"})).await;
    let id = client.next_of("task_status").await["transcription_id"].clone();
    let said = client.next_of("translated_transcription").await["transcription"].clone();
    assert_eq!((&said["text"], &said["transcription_id"]), (&json!("hola"), &id));
    client.send("tts_task", json!({"text": "good morning", "language": "en", "translate_text": true})).await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    let mut translated = texts(&rest, "translated_transcription");
    translated.sort();
    assert_eq!(translated, ["ca: eng>cat GOOD MORNING", "es: eng>spa GOOD MORNING"]);
    assert!(rest.speech("es").abs_diff(24_000 * (4 + 20) / 20) < 100, "{}", rest.speech("es"));
    assert_eq!(*rest.kinds().last().unwrap(), "end_of_stream");
}

#[tokio::test]
async fn a_pause_completes_the_phrase() {
    let stages = Stages::new("pause");
    let server = stages.serve(&[]).await;
    let mut client = running(&server, into_languages(&["es"])).await;
    client.speak(&tone(0.7)).await;
    client.send("pause_task", json!({})).await;
    assert_eq!(client.next_of("validated_transcription").await["transcription"]["text"], "line 1 and on");
    assert_eq!(client.next_of("output_audio_data").await["language"], "es");
    client.send("set_task", into_languages(&["es"])).await;
    assert_eq!(client.next_of("task_status").await["event"], "resumed");
    client.speak(&[tone(0.7), silence(1.0)].concat()).await;
    let next = client.next_of("validated_transcription").await["transcription"].clone();
    assert_eq!(next["text"], "line 2 and on");
    // The clock of the session continues.
    assert!((next["segments"][0]["start"].as_f64().unwrap() - 0.7).abs() < 0.11, "{next}");
}

#[tokio::test]
async fn the_recogniser_is_told_the_language_of_the_task() {
    let stages = Stages::new("language");
    let server = stages.serve(&[]).await;
    let from = |language: &str| {
        let mut task = into_languages(&["ca"]);
        task["pipeline"]["transcription"]["source_language"] = json!(language);
        task
    };
    let mut client = running(&server, from("es")).await;
    // The line in progress belongs to the language before.
    client.speak(&[tone(0.7), silence(1.0), tone(0.7)].concat()).await;
    client.send("set_task", from("en")).await;
    client.speak(&[tone(0.7), silence(1.0)].concat()).await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    assert_eq!(
        texts(&rest, "validated_transcription"),
        ["es: es line 1 and on", "es: es line 2 and on", "en: line 3 and on"]
    );
    assert_eq!(
        texts(&rest, "translated_transcription"),
        ["ca: spa>cat ES LINE 1 AND ON", "ca: spa>cat ES LINE 2 AND ON", "ca: eng>cat LINE 3 AND ON"]
    );
}

#[tokio::test]
async fn one_session_too_many_is_refused() {
    let stages = Stages::new("bound");
    let server = stages.serve(&["--local-sessions", "1"]).await;
    let first = running(&server, into_languages(&["es"])).await;
    let rest = Client::open(&server, "dev2").await.expect("upgrade").rest().await;
    assert_eq!(rest.messages[0]["data"]["code"], "SERVICE_UNAVAILABLE");
    assert!(rest.messages[0]["data"]["desc"].as_str().unwrap().contains("allows 1 at a time"));
    assert_eq!(rest.close_code(), Some(1008));
    // A client that disappears frees its place.
    drop(first);
    translates(&server).await;
    assert_eq!(report(&server).await["connections"], 2);
}

/// A whole session without a fault.
async fn translates(server: &Running) {
    let mut client = running(server, into_languages(&["es"])).await;
    client.speak(&[tone(0.7), silence(1.0)].concat()).await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    assert_eq!(texts(&rest, "translated_transcription").len(), 1, "{:?}", rest.messages);
    assert!(rest.speech("es") > 0);
    assert_eq!(rest.close_code(), Some(1000));
}

async fn mishap(stage: &'static str, what: &'static str, words: &str) {
    let stages = Stages::with(&format!("{stage}-{what}"), Some((stage, what)));
    // Long enough for the other stages to start on a slow machine.
    let patience: &[&str] = if what == "hang" { &["--local-patience-ms", "15000"] } else { &[] };
    let server = stages.serve(patience).await;
    let mut client = running(&server, into_languages(&["es"])).await;
    client.speak(&[tone(0.7), silence(1.0)].concat()).await;
    let rest = client.rest().await;
    let error = &rest.messages.iter().find(|m| m["message_type"] == "error").expect("an error")["data"];
    assert_eq!(error["code"], "SERVER_ERROR", "{error}");
    let desc = error["desc"].as_str().unwrap();
    assert!(desc.contains(stage) && desc.contains(words), "{desc}");
    assert_eq!(rest.close_code(), Some(1011));
    translates(&server).await;
    server.stop().await;
    stages.settles_at(0).await;
}

#[tokio::test]
async fn a_recogniser_that_fails_ends_its_session_only() {
    mishap("recogniser", "die", "signal: 9").await;
    mishap("recogniser", "exit", "out of order").await;
    mishap("recogniser", "garbage", "this is no JSON").await;
}

#[tokio::test]
async fn a_translator_that_fails_ends_its_session_only() {
    mishap("translator", "die", "signal: 9").await;
    mishap("translator", "exit", "out of order").await;
    mishap("translator", "garbage", "no UTF-8").await;
}

#[tokio::test]
async fn a_voice_that_fails_ends_its_session_only() {
    mishap("speech", "die", "signal: 9").await;
    mishap("speech", "exit", "out of order").await;
    mishap("speech", "garbage", "not a WAV stream").await;
}

#[tokio::test]
#[ignore = "prove: waits for a patience that a slow machine does not exhaust"]
async fn a_stage_that_hangs_is_given_up() {
    tokio::join!(
        mishap("recogniser", "hang", "said nothing"),
        mishap("translator", "hang", "gave no answer"),
        mishap("speech", "hang", "gave no answer"),
    );
}

#[tokio::test]
async fn speech_is_transcribed() {
    let stages = Stages::new("stt");
    let server = stages.serve(&[]).await;
    let path = "/asr/v1/speech-to-text/stream?token=dev1&format=pcm_s16le&translate_languages=es";
    let mut client = Client::open_at(&server, path).await.expect("upgrade");
    let bytes = |frames: Vec<i16>| palabra_devserver::audio::to_bytes(&frames);
    client.send_bytes(&bytes([tone(0.7), silence(1.2)].concat())).await;
    let mut seen = Vec::new();
    while seen.len() < 4 {
        let message = client.next_json().await;
        let text = message["segment"]["text"].as_str().unwrap().to_owned();
        seen.push((message["is_eos"].as_bool().unwrap(), text));
    }
    let text = |eos, text: &str| (eos, text.to_owned());
    assert_eq!(
        seen,
        [
            text(false, "line 1"),
            text(false, "line 1 and on"),
            text(true, "line 1 and on"),
            text(true, "eng>spa LINE 1 AND ON")
        ]
    );
    client.send_bytes(&bytes(tone(0.2))).await;
    client.send_json(json!({"message_type": "finalize"})).await;
    let mut last = client.next_json().await;
    while last["is_eos"] == false {
        last = client.next_json().await;
    }
    assert_eq!(last["segment"]["text"], "line 2<fin>");
    assert_eq!(client.next_json().await["segment"]["text"], "eng>spa LINE 2");
    client.send_json(json!({"message_type": "finalize"})).await;
    assert_eq!(client.next_json().await["segment"]["text"], "<fin>");
}

#[tokio::test]
async fn texts_become_speech_at_any_rate() {
    let stages = Stages::with("tts", Some(("speech", "exit")));
    std::fs::write(stages.marker.join("happened"), "").expect("flag");
    let server = stages.serve(&[]).await;
    let path = "/tts-api/v1/text-to-speech/stream?token=dev1";
    let open = async |speed: f64| {
        let mut client = Client::open_at(&server, path).await.expect("upgrade");
        let options = json!({"voice_id": "default_low", "speed": speed});
        let output = json!({"format": "pcm", "sample_rate": 16000});
        client
            .send_json(json!({"type": "init", "language": "es", "voice_options": options, "output": output}))
            .await;
        client
    };
    for (speed, expected) in [(1.0, 16_000), (2.0, 8_000)] {
        let mut client = open(speed).await;
        for (text, is_eos) in [("twelve chars", false), ("8 chars.", true)] {
            client
                .send_json(json!({"type": "text", "text": text, "is_eos": is_eos, "generation_id": "g"}))
                .await;
        }
        let mut frames = 0;
        loop {
            let chunk = client.next_of("audio_chunk").await;
            frames += chunk["size"].as_u64().unwrap() / 2;
            if chunk["last_chunk"] == true {
                break;
            }
        }
        assert!(frames.abs_diff(expected) < 50, "{frames}");
    }
    std::fs::remove_file(stages.marker.join("happened")).expect("flag");
    let mut client = open(1.0).await;
    client.send_json(json!({"type": "text", "text": "oh", "is_eos": true})).await;
    let error = client.next_of("error").await;
    assert_eq!(error["code"], "SERVER_ERROR");
    assert_eq!(client.rest().await.close_code(), Some(1011));
}

#[tokio::test]
async fn nothing_is_left_when_the_program_ends() {
    let stages = Stages::new("program");
    let temporary = stages.marker.join("temporary");
    std::fs::create_dir(&temporary).expect("folder");
    let mut program = Command::new(env!("CARGO_BIN_EXE_palabra-devserver"))
        .args(stages.arguments())
        .env("TMPDIR", &temporary)
        .stdout(Stdio::piped())
        .spawn()
        .expect("start");
    let mut line = String::new();
    let stdout = program.stdout.as_mut().expect("stdout");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).expect("a line");
    let info: Value = serde_json::from_str(&line).expect("JSON");
    let tcp = tokio::net::TcpStream::connect(format!("127.0.0.1:{}", info["port"])).await.expect("connect");
    let url = format!("{}?token=dev1", info["ws_url"].as_str().unwrap());
    let (ws, _) = tokio_tungstenite::client_async(url, tcp).await.expect("upgrade");
    let mut client = Client { ws };
    client.send("set_task", into_languages(&["es"])).await;
    client.next_of("task_status").await;
    client.speak(&tone(0.7)).await;
    client.next_of("partial_transcription").await;
    assert!(stages.processes() > 1);
    let scratch = || std::fs::read_dir(&temporary).expect("folder").flatten();
    let is_used = |folder: std::fs::DirEntry| folder.path().join("left").exists();
    assert!(scratch().any(is_used), "the recogniser writes a file there, which it leaves when it is killed");
    let id = program.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill").success());
    assert_eq!(client.rest().await.close_code(), Some(1001));
    assert_eq!(program.wait().expect("wait").code(), Some(0));
    stages.settles_at(0).await;
    assert_eq!(scratch().count(), 0, "temporary files");
}
