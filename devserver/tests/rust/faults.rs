//! Each fault of the stream, as the client sees it.

use std::io::ErrorKind;
use std::time::Duration;

use crate::support::{Client, Rest, create, http, report, serve, silence, task, tone};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Error;

fn was_reset(rest: &Rest) -> bool {
    matches!(&rest.error, Some(Error::Io(error)) if error.kind() == ErrorKind::ConnectionReset)
}

#[tokio::test]
async fn a_task_can_stay_unready_or_become_ready_by_polls() {
    let server = serve(&[]).await;
    let mut client = Client::open(&server, "dev~never_ready").await.unwrap();
    client.send("set_task", task()).await;
    for _ in 0..3 {
        client.send("get_task", json!({})).await;
        assert_eq!(client.next_of("error").await["code"], "NOT_FOUND");
    }
    let mut client = Client::open(&server, "dev~ready_after_polls=2").await.unwrap();
    client.send("set_task", task()).await;
    for _ in 0..2 {
        client.send("get_task", json!({})).await;
        assert_eq!(client.next_of("error").await["code"], "NOT_FOUND");
    }
    client.send("get_task", json!({})).await;
    assert_eq!(client.next_of("task_status").await["event"], "started");
    assert_eq!(client.next_of("current_task").await["task_status"], "running");
}

#[tokio::test]
async fn a_task_can_be_refused_even_with_the_token_in_the_text() {
    let server = serve(&[]).await;
    let mut client = Client::open(&server, "dev~reject_task~echo_token").await.unwrap();
    client.send("set_task", task()).await;
    let error = client.next_of("error").await;
    assert_eq!(error["code"], "VALIDATION_ERROR");
    assert!(error["desc"].as_str().unwrap().contains("dev~reject_task~echo_token"));
}

#[tokio::test]
async fn a_connection_can_be_reset_after_a_time_or_an_amount_of_audio() {
    let server = serve(&[]).await;
    let client = Client::running(&server, "dev~reset_after_ms=1000").await;
    assert!(was_reset(&client.rest().await));
    let mut client = Client::running(&server, "dev~reset_after_audio=2").await;
    client.speak(&silence(0.64)).await;
    assert!(was_reset(&client.rest().await));
}

#[tokio::test]
async fn a_rest_session_inherits_its_faults() {
    let server = serve(&[]).await;
    let data = create(&server, "dev~reset_after_ms=50").await.json()["data"].clone();
    let client = Client::open(&server, data["publisher"].as_str().unwrap()).await.unwrap();
    assert!(was_reset(&client.rest().await));
}

#[tokio::test]
async fn a_connection_can_end_in_order_without_a_close_frame() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev~close_after_audio=3").await;
    client.speak(&silence(0.96)).await;
    let rest = client.rest().await;
    assert!(rest.close.is_none() && rest.error.is_some() && !was_reset(&rest), "{:?}", rest.error);
    assert_eq!(report(&server).await["closed_code"], Value::Null);
}

#[tokio::test]
async fn the_websocket_can_be_closed_with_any_code() {
    let server = serve(&[]).await;
    let client = Client::running(&server, "dev~close_code=1013~close_after_ms=1000").await;
    assert_eq!(client.rest().await.close_code(), Some(1013));
    let client = Client::open(&server, "dev~close_code=4001").await.unwrap();
    assert_eq!(client.rest().await.close_code(), Some(4001));
}

#[tokio::test]
async fn a_silent_server_neither_answers_nor_closes() {
    let server = serve(&[]).await;
    let mut client = Client::running(&server, "dev~silent_after_ms=1000").await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    client.send("get_task", json!({})).await;
    let answer = tokio::time::timeout(Duration::from_millis(300), client.next_of("current_task")).await;
    assert!(answer.is_err());
}

#[tokio::test]
async fn garbage_stands_between_good_messages() {
    let server = serve(&["--fault", "garbage"]).await;
    let mut client = Client::running(&server, "dev1").await;
    client.speak(&[tone(1.0), silence(1.0)].concat()).await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    assert!(rest.messages.iter().any(|m| m == "not json {") && rest.messages.contains(&json!({})));
    assert!(rest.messages.iter().any(|m| m["es"].is_object()));
    assert_eq!(rest.kinds().last(), Some(&"end_of_stream"));
    assert!(rest.speech("es") > 24_000);
}

#[tokio::test]
async fn data_can_be_encoded_twice_and_acks_can_be_late() {
    let server = serve(&[]).await;
    let mut client = Client::open(&server, "dev~double_encode").await.unwrap();
    client.send("set_task", task()).await;
    let data = client.next_of("task_status").await;
    let inner: Value = serde_json::from_str(data.as_str().unwrap()).unwrap();
    assert_eq!(inner["event"], "started");

    let mut client = Client::open(&server, "dev~late_ack=1500").await.unwrap();
    client.send("set_task", task()).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    client.send("get_task", json!({})).await;
    client.next_of("current_task").await;
    assert_eq!(client.next_of("task_status").await["event"], "started");
}

#[tokio::test]
async fn a_refusal_can_say_when_to_try_again() {
    let server = serve(&[]).await;
    let said = |head: &str| {
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("retry-after:"));
        line.map(|line| line["retry-after:".len()..].trim().to_owned())
    };
    let refused = create(&server, "dev~rest_status=429~retry_after=30").await;
    assert_eq!((refused.status, said(&refused.head).as_deref()), (429, Some("30")));
    let request = |token: &str| format!("GET /asr/v1/speech-to-text/stream?token={token}");
    let upgrade = async |token: &str| http(&server, &request(token), "", "").await.unwrap();
    let refused = upgrade("dev~upgrade_status=503~retry_after=soon").await;
    assert_eq!((refused.status, said(&refused.head).as_deref()), (503, Some("soon")));
    let refused = upgrade("dev~upgrade_status=503~retry_after_date_s=60").await;
    assert!(said(&refused.head).is_some_and(|date| date.ends_with(" GMT")), "{}", refused.head);
    assert_eq!(said(&upgrade("dev~upgrade_status=503").await.head), None);
}

/// A test that requests it would pass without a reason.
#[tokio::test]
async fn a_fault_that_cannot_happen_on_a_stream_is_reported() {
    let server = serve(&["--fault", "no_eos"]).await;
    let token = "dev~never_ready~close_after_audio=1~garbage";
    let path = format!("/tts-api/v1/text-to-speech/stream?token={token}");
    let _client = Client::open_at(&server, &path).await.unwrap();
    let mut idle = Value::Null;
    while idle.as_array().is_none_or(Vec::is_empty) {
        idle = report(&server).await["streams"][0]["idle_faults"].clone();
    }
    assert_eq!(idle, json!(["close_after_audio", "never_ready"]));
}
