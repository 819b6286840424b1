//! Changes while the stream runs, several targets, input formats, and warnings about the pace.

use std::io::Read;

use crate::support::{Client, report, serve, silence, task, tone};
use palabra_devserver::audio::to_bytes;
use serde_json::{Value, json};

fn decoded(data: &Value) -> Vec<u8> {
    base64_simd::STANDARD.decode_to_vec(data["data"].as_str().unwrap()).unwrap()
}

fn phrase() -> Vec<i16> {
    [tone(0.6), silence(1.0)].concat()
}

/// The bytes of speech up to its end mark, and how many chunks were compressed.
async fn spoken(client: &mut Client) -> (usize, usize) {
    let (mut bytes, mut packed) = (0, 0);
    loop {
        let data = client.next_of("output_audio_data").await;
        if data["last_chunk"] == true {
            return (bytes, packed);
        }
        let chunk = decoded(&data);
        let mut plain = Vec::new();
        if flate2::read::ZlibDecoder::new(&chunk[..]).read_to_end(&mut plain).is_ok() {
            packed += 1;
            bytes += plain.len();
        } else {
            bytes += chunk.len();
        }
    }
}

#[tokio::test]
async fn the_output_format_follows_the_latest_task() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev1").await;
    client.speak(&phrase()).await;
    let (plain, packed) = spoken(&mut client).await;
    assert!(plain > 24_000 && packed == 0);
    let mut zlib = task();
    zlib["output_stream"]["target"]["format"] = json!("zlib_pcm_s16le");
    client.send("set_task", zlib).await;
    assert_eq!(client.next_of("task_status").await["event"], "updated");
    client.speak(&phrase()).await;
    let (inflated, packed) = spoken(&mut client).await;
    assert!(inflated.abs_diff(plain) < 2000 && packed >= 3, "{inflated} {plain} {packed}");
    client.send("set_task", task()).await;
    client.speak(&phrase()).await;
    assert_eq!(spoken(&mut client).await.1, 0);
}

#[tokio::test]
async fn the_input_rate_and_the_targets_follow_the_latest_task() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev1").await;
    client.speak(&phrase()).await;
    let (first, _) = spoken(&mut client).await;
    let mut changed = task();
    changed["input_stream"]["source"]["sample_rate"] = json!(32_000);
    changed["pipeline"]["translations"] = json!([{"target_language": "fr"}]);
    client.send("set_task", changed).await;
    // The same frames last half as long.
    client.speak(&[phrase(), silence(1.0)].concat()).await;
    let text = client.next_of("translated_transcription").await;
    assert_eq!(text["transcription"]["language"], "fr");
    let (second, _) = spoken(&mut client).await;
    assert!(second < first * 6 / 10, "{second} {first}");
}

#[tokio::test]
async fn every_target_has_its_texts_and_its_unmixed_audio() {
    let server = serve(&[]).await;
    let mut client = Client::open(&server, "dev1").await.unwrap();
    let mut two = task();
    two["pipeline"]["translations"] = json!([{"target_language": "es"}, {"target_language": "en-us"}]);
    client.send("set_task", two).await;
    client.next_of("task_status").await;
    client.speak(&phrase()).await;
    client.speak(&phrase()).await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    let seconds = |language| rest.speech(language) as f64 / 24_000.0;
    assert!((seconds("es") - 1.2).abs() < 0.2 && seconds("es") == seconds("en-us"));
    for language in ["es", "en-us"] {
        let audio = rest.messages.iter().map(|m| &m["data"]).filter(|d| d["language"] == language);
        let mut ids: Vec<&Value> = audio.map(|d| &d["transcription_id"]).collect();
        ids.dedup();
        assert_eq!(ids.len(), 2, "{language}");
    }
    let texts = rest.messages.iter().filter(|m| m["message_type"] == "translated_transcription");
    assert_eq!(texts.count(), 4);
}

#[tokio::test]
async fn stereo_and_wav_are_taken() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev1").await;
    client.speak(&silence(0.32)).await;
    let mut stereo = task();
    stereo["input_stream"]["source"]["channels"] = json!(2);
    stereo["input_stream"]["source"]["format"] = json!("wav");
    client.send("set_task", stereo).await;
    client.next_of("task_status").await;
    let frames: Vec<i16> = phrase().iter().flat_map(|s| [*s, *s]).collect();
    let mut bytes = b"RIFF\x30\0\0\0WAVEfmt \x04\0\0\0abcddata\x02\0\0\0".to_vec();
    bytes.extend(to_bytes(&frames));
    for part in bytes.chunks(5120 * 4) {
        client.send("input_audio_data", json!({"data": base64_simd::STANDARD.encode_to_string(part)})).await;
    }
    let text = client.next_of("validated_transcription").await;
    assert_eq!(text["transcription"]["text"], "phrase 1, 0.6 s");
    // The header of the new container is not audio.
    assert_eq!(report(&server).await["audio_frames"], 5120 + phrase().len());
}

#[tokio::test]
async fn an_interrupt_of_one_language_leaves_the_other() {
    let server = serve(&[]).await;
    let mut client = Client::open(&server, "dev1").await.unwrap();
    let mut two = task();
    two["pipeline"]["translations"] = json!([{"target_language": "es"}, {"target_language": "fr"}]);
    client.send("set_task", two).await;
    client.speak(&tone(0.8)).await;
    client.next_of("task_status").await;
    client.speak(&tone(0.8)).await;
    client.next_of("partial_transcription").await;
    client.send("flush_task", json!({"languages": ["es"], "pause_task": false})).await;
    client.next_of("task_status").await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    assert!(rest.speech("fr") > 12_000 && rest.speech("es") == 0);
}

#[tokio::test]
async fn the_pace_is_watched() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev1").await;
    client.speak(&silence(3.0)).await;
    let warning = client.next_of("warning").await;
    assert_eq!(warning["code"], "AUDIO_STREAM_TOO_FAST");
    assert!(warning["message"].is_string());
    assert_eq!(client.next_of("warning").await["code"], "AUDIO_STREAM_STALLED");
}

#[tokio::test]
async fn the_idle_limit_is_told_before_the_close() {
    let server = serve(&["--idle-timeout-ms", "1000"]).await;
    let rest = Client::running(&server, "dev1").await.rest().await;
    assert_eq!(rest.kinds(), ["error"]);
    assert_eq!(rest.messages[0]["data"]["code"], "SERVICE_TIMEOUT");
    assert_eq!(rest.close_code(), Some(1008));
}
