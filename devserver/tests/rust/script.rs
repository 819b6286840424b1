//! The script engine and the delivery of speech, over a real WebSocket.

use std::time::{Duration, Instant};

use crate::support::{Client, serve, silence, task};
use serde_json::{Value, json};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/script.json");

fn scripted() -> Value {
    let mut task = task();
    task["pipeline"]["translations"] = json!([
        {"target_language": "es", "translate_partial_transcriptions": true},
        {"target_language": "fr"},
    ]);
    task["pipeline"]["allowed_message_types"] = json!([
        "partial_transcription",
        "validated_transcription",
        "translated_transcription",
        "partial_translated_transcription",
        "pipeline_timings",
        "tts_buffer_stats",
    ]);
    task
}

/// One line for each message, runs of audio in one.
fn lines(messages: &[Value]) -> Vec<String> {
    let mut lines: Vec<String> = messages
        .iter()
        .filter(|m| m["message_type"] != "warning")
        .map(|m| {
            let data = &m["data"];
            let text = &data["transcription"];
            match m["message_type"].as_str() {
                None => format!("levels {}", m["es"]["current_queue_level_ms"]),
                Some("output_audio_data") => format!("audio {}", data["language"].as_str().unwrap()),
                Some(kind) if text.is_object() => {
                    format!(
                        "{kind} {} {}",
                        text["language"].as_str().unwrap(),
                        text["text"].as_str().unwrap()
                    )
                }
                Some(kind) => kind.to_owned(),
            }
        })
        .collect();
    lines.dedup();
    lines
}

#[tokio::test]
async fn the_example_is_followed_to_the_letter() {
    let server = serve(&["--engine", "script", "--script", EXAMPLE]).await;
    let mut client = Client::open(&server, "dev1").await.unwrap();
    client.send("set_task", scripted()).await;
    client.next_of("task_status").await;
    client.speak(&silence(4.0)).await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    assert_eq!(
        lines(&rest.messages),
        [
            "partial_transcription en Good",
            "partial_transcription en Good morning",
            "partial_translated_transcription es Buenos días",
            "partial_transcription en Good morning everyone.",
            "validated_transcription en Good morning everyone.",
            "translated_transcription fr Bonjour à tous.",
            "audio fr",
            "translated_transcription es Buenos días a todos.",
            "audio es",
            "pipeline_timings",
            "tts_buffer_stats",
            "levels 900",
            "validated_transcription en Thank you.",
            "translated_transcription es Gracias.",
            "translated_transcription fr Merci.",
            "audio es",
            "audio fr",
            "end_of_stream",
        ]
    );
    assert_eq!((rest.speech("es"), rest.speech("fr")), (1900 * 24, 1400 * 24));
    let ids: Vec<&Value> = rest.messages.iter().map(|m| &m["data"]["transcription_id"]).collect();
    assert!(ids.contains(&&json!("00000000000000a1")));
    assert!(rest.messages.iter().any(|m| m["data"]["timings"]["total"] == 0.9));
    assert!(rest.messages.iter().any(|m| m["data"]["stats"]["es"]["current_queue_level_ms"] == 1300));
}

#[tokio::test]
async fn paced_speech_takes_its_time_and_leaves_before_the_marker() {
    let server = serve(&["--engine", "script", "--script", EXAMPLE, "--delivery", "paced"]).await;
    let mut client = Client::open(&server, "dev1").await.unwrap();
    client.send("set_task", task()).await;
    client.next_of("task_status").await;
    let begun = Instant::now();
    client.speak(&silence(2.5)).await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    let took = begun.elapsed();
    // The last of seven chunks begins after 1.2 s, its end is marked after 1.3 s.
    assert!(took >= Duration::from_millis(1300), "{took:?}");
    assert_eq!(rest.speech("es"), 1300 * 24);
    assert_eq!(rest.kinds().last(), Some(&"end_of_stream"));
}

#[tokio::test]
async fn an_interrupt_takes_back_speech_that_still_waits() {
    let server = serve(&["--engine", "script", "--script", EXAMPLE, "--delivery", "paced"]).await;
    let mut client = Client::open(&server, "dev1").await.unwrap();
    client.send("set_task", task()).await;
    client.next_of("task_status").await;
    client.speak(&silence(2.5)).await;
    client.next_of("output_audio_data").await;
    client.send("interrupt_task", json!({"languages": ["es"]})).await;
    client.next_of("task_status").await;
    client.send("end_task", json!({})).await;
    assert_eq!(client.rest().await.speech("es"), 0);
}
