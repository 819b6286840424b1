//! The translation stream over a real WebSocket.

use std::time::{Duration, Instant};

use crate::support::{Client, report, serve, silence, task, tone};
use futures_util::SinkExt;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_phrase_comes_back_in_order_and_the_stream_ends() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev1").await;
    client.speak(&[silence(0.3), tone(1.2), silence(0.9), tone(0.7), silence(0.2)].concat()).await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    let mut kinds = rest.kinds();
    kinds.dedup();
    let phrase =
        ["partial_transcription", "validated_transcription", "translated_transcription", "output_audio_data"];
    assert_eq!(kinds, [&phrase[..], &phrase, &["end_of_stream"]].concat());
    assert_eq!(rest.close_code(), Some(1000));
    let seconds = rest.speech("es") as f64 / 24_000.0;
    assert!((seconds - 1.9).abs() < 0.15, "{seconds}");
    let last = rest.messages.iter().rev().find(|m| m["message_type"] == "output_audio_data").unwrap();
    assert_eq!((&last["data"]["last_chunk"], &last["data"]["data"]), (&json!(true), &json!("")));
    let report = report(&server).await;
    assert_eq!(report["closed_code"], 1000);
    assert_eq!(report["audio_frames"], 16_000 * 33 / 10);
    assert_eq!(report["messages"]["set_task"], 1);
}

#[tokio::test]
async fn readiness_can_be_polled() {
    let server = serve(&["--start-delay-ms", "150"]).await;
    let mut client = Client::open(&server, "dev1").await.unwrap();
    client.send("get_task", json!({})).await;
    assert_eq!(client.next_of("error").await["code"], "NOT_FOUND");
    client.send("set_task", task()).await;
    client.send("get_task", json!({})).await;
    assert_eq!(client.next_of("error").await["code"], "NOT_FOUND");
    assert_eq!(client.next_of("task_status").await["event"], "started");
    client.send("get_task", json!({})).await;
    let current = client.next_of("current_task").await;
    assert_eq!(current["task_status"], "running");
    assert_eq!(current["pipeline"], task()["pipeline"]);
}

#[tokio::test]
async fn commands_are_acknowledged() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev1").await;
    let mut changed = task();
    changed["pipeline"]["translations"] = json!([{"target_language": "fr"}]);
    for (command, data, event, status) in [
        ("set_task", task(), "unchanged", "running"),
        ("set_task", changed.clone(), "updated", "running"),
        ("flush_task", json!({"languages": ["global"], "pause_task": false}), "interrupted", "running"),
        ("pause_task", json!({}), "paused", "paused"),
        ("interrupt_task", json!({"languages": ["fr"]}), "interrupted", "paused"),
        ("set_task", changed, "resumed", "running"),
        ("interrupt_task", json!({"languages": ["global"], "pause_task": true}), "interrupted", "paused"),
    ] {
        client.send(command, data).await;
        let ack = client.next_of("task_status").await;
        assert_eq!(ack, json!({"command": command, "event": event, "task_status": status}));
    }
    client.send("get_task", json!({})).await;
    assert_eq!(client.next_of("current_task").await["task_status"], "paused");
    client.speak(&[tone(1.0), silence(1.0)].concat()).await;
    client.send("end_task", json!({})).await;
    assert_eq!(client.rest().await.kinds(), ["end_of_stream"]);
}

/// Those of clients newer than the documents (protocol.md 11).
#[tokio::test]
async fn every_target_of_known_clients_is_taken() {
    let newer = "yue en-zh en-gpt en-orpheus fr-orpheus de-orpheus ko-orpheus zh-orpheus";
    let targets: Vec<_> = newer.split(' ').map(|code| json!({"target_language": code})).collect();
    let server = serve(&[]).await;
    let mut client = Client::open(&server, "dev1").await.unwrap();
    let mut asked = task();
    asked["pipeline"]["translations"] = json!(targets);
    client.send("set_task", asked.clone()).await;
    let (kind, data) = client.next().await;
    assert_eq!((kind.as_str(), &data["event"]), ("task_status", &json!("started")), "{data}");
    client.speak(&[tone(1.0), silence(1.0)].concat()).await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    let translated = rest.messages.iter().filter(|m| m["message_type"] == "translated_transcription");
    let mut languages: Vec<_> =
        translated.map(|m| m["data"]["transcription"]["language"].as_str().unwrap()).collect();
    languages.sort_unstable();
    let mut expected: Vec<_> = newer.split(' ').collect();
    expected.sort_unstable();
    assert_eq!(languages, expected);

    let mut client = Client::open(&server, "dev2").await.unwrap();
    asked["pipeline"]["translations"][0]["target_language"] = json!("es-orpheus");
    client.send("set_task", asked).await;
    let refused = client.next_of("error").await["desc"].clone();
    assert_eq!(refused, "pipeline.translations.0.target_language: unknown language");
}

#[tokio::test]
async fn texts_are_spoken() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev1").await;
    client.send("tts_task", json!({"text": "good morning", "language": "es", "translate_text": false})).await;
    let id = client.next_of("task_status").await["transcription_id"].clone();
    let text = client.next_of("translated_transcription").await["transcription"].clone();
    assert_eq!((&text["transcription_id"], &text["text"]), (&id, &json!("good morning")));
    assert_eq!(client.next_of("output_audio_data").await["transcription_id"], id);
    client.send("tts_task", json!({"text": "x", "language": "de"})).await;
    assert_eq!(client.next_of("error").await["code"], "VALIDATION_ERROR");
}

#[tokio::test]
async fn mistakes_keep_the_stream_and_the_task() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev1").await;
    let mut wrong = task();
    wrong["pipeline"]["transcription"]["source_language"] = json!("xx");
    client.send("set_task", wrong).await;
    let desc = client.next_of("error").await["desc"].clone();
    assert_eq!(desc, "pipeline.transcription.source_language: unknown language");
    for text in
        ["{", r#"{"message_type":"what"}"#, r#"{"message_type":"end_task","data":{"eos_timeout":99}}"#]
    {
        client.ws.send(Message::text(text)).await.unwrap();
        assert_eq!(client.next_of("error").await["code"], "VALIDATION_ERROR", "{text}");
    }
    client.send("input_audio_data", json!({"data": "AQID"})).await;
    assert_eq!(client.next_of("error").await["code"], "VALIDATION_ERROR");
    // JSON in a binary frame counts as well.
    client.ws.send(Message::binary(&br#"{"message_type":"get_task","data":{}}"#[..])).await.unwrap();
    assert_eq!(client.next_of("current_task").await["pipeline"], task()["pipeline"]);
}

#[tokio::test]
async fn a_refused_task_repeats_its_reason_until_another_is_taken() {
    let server = serve(&[]).await;
    let mut client = Client::open(&server, "dev1").await.unwrap();
    client.send("get_task", json!({})).await;
    assert_eq!(client.next_of("error").await["code"], "NOT_FOUND");
    client.send("set_task", json!({"input_stream": {}, "pipeline": []})).await;
    let refusal = client.next_of("error").await;
    assert!(refusal["desc"].as_str().unwrap().contains("; pipeline: value is not a valid dict"), "{refusal}");
    for command in ["get_task", "pause_task"] {
        client.send(command, json!({})).await;
        assert_eq!(client.next_of("error").await, refusal, "{command}");
    }
    client.send("set_task", task()).await;
    client.send("get_task", json!({})).await;
    let (kind, data) = client.next().await;
    // The poll may arrive before the start.
    assert!(kind == "task_status" || data["code"] == "NOT_FOUND", "{kind} {data}");
}

#[tokio::test]
async fn only_what_is_allowed_is_sent() {
    let server = serve(&[]).await;
    let mut client = Client::open(&server, "dev1").await.unwrap();
    let mut quiet = task();
    quiet["output_stream"] = json!(null);
    quiet["pipeline"]["allowed_message_types"] = json!(["validated_transcription", "pipeline_timings"]);
    client.send("set_task", quiet).await;
    client.next_of("task_status").await;
    client.speak(&[tone(1.0), silence(1.0)].concat()).await;
    client.send("end_task", json!({})).await;
    assert_eq!(client.rest().await.kinds(), ["validated_transcription", "pipeline_timings", "end_of_stream"]);
}

#[tokio::test]
async fn the_silence_wait_counts_from_the_last_speech() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev1").await;
    let spoken = Instant::now();
    client.speak(&tone(0.5)).await;
    client.send("end_task", json!({"eos_timeout": 1})).await;
    client.speak(&tone(0.5)).await;
    let rest = client.rest().await;
    let took = spoken.elapsed();
    assert!(took >= Duration::from_secs(1), "{took:?}");
    assert_eq!(rest.kinds().last(), Some(&"eos"));
    assert_eq!(rest.kinds().iter().filter(|k| **k == "validated_transcription").count(), 1);
    assert_eq!(rest.close_code(), Some(1000));
}

#[tokio::test]
async fn a_forced_end_is_at_once_and_a_clients_close_is_answered() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev1").await;
    client.speak(&tone(0.5)).await;
    client.send("end_task", json!({"force": true})).await;
    let rest = client.rest().await;
    assert!(!rest.kinds().contains(&"validated_transcription"));
    assert_eq!(rest.close_code(), Some(1000));

    let mut client = Client::running(&server, "dev2").await;
    client.ws.close(None).await.unwrap();
    assert!(client.rest().await.error.is_none());
}

#[tokio::test]
async fn silence_on_the_line_ends_the_stream_unless_paused() {
    let server = serve(&["--idle-timeout-ms", "1000"]).await;
    let mut client = Client::running(&server, "dev1").await;
    client.send("pause_task", json!({})).await;
    client.next_of("task_status").await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    client.send("set_task", task()).await;
    assert_eq!(client.next_of("task_status").await["event"], "resumed");
    assert_eq!(client.next_of("error").await["code"], "SERVICE_TIMEOUT");
    assert_eq!(client.rest().await.close_code(), Some(1008));
}

#[tokio::test]
async fn strict_dialects_keep_to_their_generation() {
    let server = serve(&["--dialect", "strict-v1"]).await;
    let mut client = Client::open(&server, "dev1").await.unwrap();
    client.send("set_task", task()).await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    assert_eq!((rest.kinds().len(), rest.close_code()), (0, Some(1000)));

    let server = serve(&["--dialect", "strict-v2"]).await;
    let mut client = Client::running(&server, "dev1").await;
    client.send("end_task", json!({"eos_timeout": 30})).await;
    assert_eq!(client.rest().await.kinds(), ["end_of_stream"]);
}

#[tokio::test]
async fn many_streams_are_served_side_by_side() {
    let server = serve(&[]).await;
    let mut clients = Vec::new();
    for n in 0..150 {
        clients.push(Client::open(&server, &format!("dev{n}")).await.unwrap());
    }
    for client in &mut clients {
        client.send("set_task", task()).await;
    }
    for client in &mut clients {
        client.next_of("task_status").await;
        client.speak(&[tone(0.4), silence(0.8)].concat()).await;
    }
    for mut client in clients {
        client.send("end_task", json!({})).await;
        assert_eq!(client.rest().await.kinds().last(), Some(&"end_of_stream"));
    }
}

#[tokio::test]
async fn stopping_closes_every_stream() {
    let server = serve(&[]).await;
    let client = Client::running(&server, "dev1").await;
    let rest = tokio::spawn(client.rest());
    server.stop().await;
    assert_eq!(rest.await.unwrap().close_code(), Some(1001));
}
