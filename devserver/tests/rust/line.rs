//! The network that the options --latency, --jitter and --rate make.

use std::time::{Duration, Instant};

use crate::support::{Client, report, serve, task};
use serde_json::json;
use std::io::ErrorKind;
use tokio_tungstenite::tungstenite::Error;

const MS: Duration = Duration::from_millis(1);

#[tokio::test]
async fn every_message_is_late_by_the_latency_each_way() {
    let server = serve(&["--latency", "100", "--start-delay-ms", "0"]).await;
    let mut client = Client::open(&server, "dev1").await.unwrap();
    for _ in 0..3 {
        let asked = Instant::now();
        client.send("get_task", json!({})).await;
        client.next_of("error").await;
        assert!(asked.elapsed() >= 200 * MS, "{:?}", asked.elapsed());
    }
}

#[tokio::test]
async fn jitter_changes_no_order() {
    let server = serve(&["--jitter", "40"]).await;
    let mut client = Client::running(&server, "dev1").await;
    for n in 1..=30 {
        let mut changed = task();
        changed["pipeline"]["n"] = json!(n);
        client.send("set_task", changed).await;
        client.send("get_task", json!({})).await;
    }
    for n in 1..=30 {
        assert_eq!(client.next_of("current_task").await["pipeline"]["n"], n);
    }
}

#[tokio::test]
async fn a_slow_line_takes_its_time() {
    // 16 kB a second.
    let server = serve(&["--rate", "128"]).await;
    let mut client = Client::running(&server, "dev1").await;
    let started = Instant::now();
    client.send("unknown", json!("x".repeat(16_000))).await;
    assert_eq!(client.next_of("error").await["code"], "VALIDATION_ERROR");
    assert!(started.elapsed() >= 900 * MS, "{:?}", started.elapsed());
}

#[tokio::test]
async fn ends_are_as_they_were() {
    let server = serve(&["--latency", "20", "--jitter", "20", "--rate", "10000"]).await;
    let client = Client::running(&server, "dev~close_code=4000~close_after_ms=400").await;
    assert_eq!(client.rest().await.close_code(), Some(4000));
    let client = Client::open(&server, "dev~reset_after_ms=100").await.unwrap();
    let rest = client.rest().await;
    assert!(rest.close.is_none());
    // An orderly end of TCP is another error.
    let is_reset =
        |error: &Error| matches!(error, Error::Io(why) if why.kind() == ErrorKind::ConnectionReset);
    assert!(rest.error.as_ref().is_some_and(is_reset), "{:?}", rest.error);
    let mut client = Client::open(&server, "dev2").await.unwrap();
    client.ws.close(None).await.unwrap();
    client.rest().await;
    let told = crate::support::http(&server, "GET /devserver/sessions", "", "").await.unwrap().json();
    assert_eq!(told[2]["closed_by"], "client", "{told}");
    assert!(report(&server).await["streams"].is_array());
}
