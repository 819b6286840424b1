//! The faults that change or add messages, as the client sees them.

use std::time::{Duration, Instant};

use crate::support::{Client, PATIENCE, Rest, create, http, serve, silence, task, tone};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Error, Message};

/// Speaks one phrase under a fault and returns every message.
async fn after_a_phrase(token: &str, task: Value) -> Rest {
    let server = serve(&[]).await;
    let mut client = Client::open(&server, token).await.unwrap();
    client.send("set_task", task).await;
    client.next_of("task_status").await;
    client.speak(&[tone(1.0), silence(1.0)].concat()).await;
    client.send("end_task", json!({})).await;
    client.rest().await
}

fn payloads(rest: &Rest) -> Vec<&str> {
    let audio = rest.messages.iter().filter(|m| m["message_type"] == "output_audio_data");
    audio.filter_map(|m| m["data"]["data"].as_str()).filter(|text| !text.is_empty()).collect()
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    base64_simd::STANDARD.decode_to_vec(text).ok()
}

#[tokio::test]
async fn speech_can_be_spoiled_in_each_layer() {
    let odd = after_a_phrase("dev~odd_pcm", task()).await;
    assert!(payloads(&odd).iter().all(|text| decoded(text).unwrap().len() % 2 == 1));
    let bad = after_a_phrase("dev~bad_base64", task()).await;
    assert!(!payloads(&bad).is_empty() && payloads(&bad).iter().all(|text| decoded(text).is_none()));
    let mut zlib = task();
    zlib["output_stream"]["target"]["format"] = json!("zlib_pcm_s16le");
    let bad = after_a_phrase("dev~bad_zlib", zlib).await;
    let bytes = decoded(payloads(&bad)[0]).unwrap();
    let mut plain = Vec::new();
    assert!(std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(&bytes[..]), &mut plain).is_err());
}

#[tokio::test]
async fn audio_fields_can_stand_deeper_and_speech_can_be_multiplied() {
    let nested = after_a_phrase("dev~nested_audio", task()).await;
    let audio = nested.messages.iter().find(|m| m["message_type"] == "output_audio_data").unwrap();
    assert_eq!(audio["data"]["transcription"]["language"], "es");
    assert!(audio["data"]["data"].is_null());
    let once = after_a_phrase("dev1", task()).await.speech("es");
    assert_eq!(after_a_phrase("dev~speed=10", task()).await.speech("es"), once * 10);
}

#[tokio::test]
async fn messages_can_come_in_pieces_or_twice() {
    let split = after_a_phrase("dev~split_frames", task()).await;
    let whole = after_a_phrase("dev1", task()).await;
    assert_eq!((split.kinds(), split.speech("es")), (whole.kinds(), whole.speech("es")));
    let twice = after_a_phrase("dev~duplicate_frames", task()).await;
    let pairs: Vec<_> = twice.kinds().iter().flat_map(|k| [*k]).collect();
    let expected: Vec<_> = whole.kinds().iter().flat_map(|k| [*k, *k]).collect();
    // The second acknowledgement of the task comes before the phrase.
    assert_eq!(pairs[1..], expected);
    assert_eq!(twice.speech("es"), whole.speech("es") * 2);
}

#[tokio::test]
async fn split_messages_are_really_split() {
    let server = serve(&[]).await;
    let mut client = Client::open(&server, "dev~split_frames").await.unwrap();
    client.send("set_task", task()).await;
    // The ping between the pieces arrives before the message that they make.
    assert!(matches!(client.ws.next().await, Some(Ok(Message::Ping(_)))));
    assert!(matches!(client.ws.next().await, Some(Ok(Message::Text(_)))));
}

#[tokio::test]
async fn a_message_can_be_huge() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev~huge_message=3000000").await;
    let text = client.next_of("partial_transcription").await;
    assert_eq!(text["transcription"]["text"].as_str().unwrap().len(), 3_000_000);
}

#[tokio::test]
async fn a_text_can_be_no_text() {
    let server = serve(&[]).await;
    let client = Client::running(&server, "dev~invalid_utf8").await;
    assert!(matches!(client.rest().await.error, Some(Error::Utf8(_))));
}

#[tokio::test]
async fn a_phrase_can_burst_in_at_the_start() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev~burst_s=60").await;
    let begun = Instant::now();
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    assert_eq!(rest.speech("es"), 60 * 24_000);
    assert_eq!(rest.kinds()[..2], ["validated_transcription", "translated_transcription"]);
    assert!(begun.elapsed() < Duration::from_secs(50));
}

#[tokio::test]
async fn a_blast_comes_whole_and_in_order_and_does_not_stop_commands() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev~blast=2000").await;
    client.send("get_task", json!({})).await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    let audio = rest.messages.iter().filter(|m| m["message_type"] == "output_audio_data");
    for (n, message) in audio.enumerate() {
        assert_eq!(message["data"]["transcription_id"], format!("{n:016x}"));
    }
    assert_eq!(rest.speech("es"), 2000 * 4800);
    assert!(rest.kinds().contains(&"current_task"));
    assert_eq!(rest.kinds().last(), Some(&"end_of_stream"));
}

#[tokio::test]
async fn speech_can_go_on_after_an_interrupt() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev~late_chunks_ms=500").await;
    client.speak(&[tone(1.0), silence(1.0)].concat()).await;
    let id = client.next_of("output_audio_data").await["transcription_id"].clone();
    client.send("interrupt_task", json!({})).await;
    assert_eq!(client.next_of("task_status").await["event"], "interrupted");
    let mut frames = 0;
    while frames < 12_000 {
        let late = client.next_of("output_audio_data").await;
        assert_eq!((&late["transcription_id"], &late["last_chunk"]), (&id, &json!(false)));
        frames += decoded(late["data"].as_str().unwrap()).unwrap().len() / 2;
    }
    assert_eq!(frames, 12_000);
    client.send("end_task", json!({})).await;
    assert_eq!(client.rest().await.speech("es"), 0);
}

#[tokio::test]
async fn extra_messages_can_come_at_the_start() {
    let server = serve(&[]).await;
    let mut client = Client::open(&server, "dev~pacing_warning~extra_ready").await.unwrap();
    client.send("set_task", task()).await;
    let mut kinds = Vec::new();
    for _ in 0..10 {
        kinds.push(client.next().await.0);
    }
    let ready = ["task_status", "current_task"].repeat(3);
    assert_eq!(kinds, [&["task_status"], &ready[..], &["warning"; 3]].concat());
}

#[tokio::test]
async fn the_end_can_lack_its_marker_or_its_close() {
    let rest = after_a_phrase("dev~no_eos", task()).await;
    assert_eq!(rest.kinds().last(), Some(&"output_audio_data"));
    assert_eq!(rest.close_code(), Some(1000));
    let server = serve(&["--idle-timeout-ms", "1500"]).await;
    let mut client = Client::running(&server, "dev~no_close").await;
    client.send("end_task", json!({})).await;
    client.next_of("end_of_stream").await;
    // No message arrives any more, but the client's close is answered.
    assert!(tokio::time::timeout(Duration::from_millis(1800), client.ws.next()).await.is_err());
    client.ws.close(None).await.unwrap();
    assert!(client.rest().await.error.is_none());
}

#[tokio::test]
async fn errors_can_be_worded_in_other_ways() {
    let server = serve(&[]).await;
    for key in ["msg", "description", "message", "details"] {
        let mut client = Client::open(&server, &format!("dev~error_key={key}")).await.unwrap();
        client.send("get_task", json!({})).await;
        let error = client.next_of("error").await;
        let code = if key == "details" { "error" } else { "code" };
        assert_eq!((&error[key], &error[code]), (&json!("No active task found"), &json!("NOT_FOUND")));
        assert!(error["desc"].is_null());
    }
    let mut client = Client::open(&server, "dev~desc_list").await.unwrap();
    client.send("get_task", json!({})).await;
    assert_eq!(client.next_of("error").await["desc"][0]["msg"], "No active task found");
    client.send("set_task", json!({})).await;
    let desc = client.next_of("error").await["desc"].clone();
    let missing =
        |name: &str| json!({"loc": ["data", name], "msg": "field required", "type": "value_error.missing"});
    assert_eq!(desc, json!([missing("input_stream"), missing("pipeline")]));
    let mut client = Client::open(&server, "dev~desc_printed").await.unwrap();
    client.send("set_task", json!({"input_stream": {}})).await;
    let desc = client.next_of("error").await["desc"].as_str().unwrap().to_owned();
    assert!(desc.contains("for SetTaskRequestMessage\ndata -> "), "{desc}");
}

#[tokio::test]
async fn a_session_can_expire() {
    let server = serve(&[]).await;
    let client = Client::running(&server, "dev~expire_after_ms=2000").await;
    assert_eq!(client.rest().await.close_code(), Some(1008));
    assert_eq!(Client::open(&server, "dev~expire_after_ms=2000").await.err(), Some(403));
    let data = create(&server, "dev~expire_after_ms=0").await.json()["data"].clone();
    assert_eq!(Client::open(&server, data["publisher"].as_str().unwrap()).await.err(), Some(403));
    assert_eq!(http(&server, "GET /devserver/sessions", "", "").await.unwrap().status, 200);
}

#[tokio::test]
async fn a_server_can_stop_reading_and_go_on_sending() {
    let server = serve(&["--idle-timeout-ms", "2000"]).await;
    let mut client = Client::running(&server, "dev~stall_reading_after_ms=1000").await;
    // It does not complain about missing audio either.
    for _ in 0..2 {
        let ping = tokio::time::timeout(PATIENCE, client.ws.next()).await;
        assert!(matches!(ping, Ok(Some(Ok(Message::Ping(_))))), "{ping:?}");
    }
    // Data sent now is not read, so that finally no more data can be sent.
    let megabyte = "x".repeat(1 << 20);
    let sending = async {
        for _ in 0..64 {
            client.ws.send(Message::text(megabyte.clone())).await.unwrap();
        }
    };
    assert!(tokio::time::timeout(Duration::from_millis(1500), sending).await.is_err());
}
