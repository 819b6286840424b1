//! Rate limits of commands and connections (protocol.md 5.2, 12 and 14 rows 11-12).

use std::time::Duration;

use crate::support::{Client, create, serve, serve_limited, task};
use serde_json::json;

#[tokio::test]
async fn a_task_and_its_first_poll_may_follow_each_other_at_once() {
    let server = serve_limited(&["--start-delay-ms", "0"]).await;
    let mut client = Client::open(&server, "dev1").await.unwrap();
    client.send("set_task", task()).await;
    client.send("get_task", json!({})).await;
    let (kind, data) = client.next().await;
    // The poll may arrive before the start.
    if kind != "task_status" {
        assert_eq!(data["code"], "NOT_FOUND", "{kind} {data}");
        assert_eq!(client.next_of("task_status").await["command"], "set_task");
    }
    client.send("interrupt_task", json!({})).await;
    client.send("flush_task", json!({})).await;
    client.send("pause_task", json!({})).await;
    assert_eq!(client.next_of("task_status").await["command"], "interrupt_task");
    assert_eq!(client.next_of("task_status").await["command"], "flush_task");
    assert_eq!(client.next_of("task_status").await["event"], "paused");
}

#[tokio::test]
async fn each_command_that_comes_too_soon_is_refused_and_ignored() {
    let server = serve_limited(&[]).await;
    let mut client = Client::running(&server, "dev1").await;
    let say = json!({"text": "a", "language": "es"});
    for (command, data, words) in [
        ("set_task", json!({}), "1 per 2 s"),
        ("get_task", json!({}), "1 per 2 s"),
        ("pause_task", json!({}), "1 per 3 s"),
        ("tts_task", say.clone(), "60 per minute"),
    ] {
        // set_task was sent once already.
        let allowed = ["set_task", "get_task", "pause_task", "tts_task"].iter().position(|c| *c == command);
        for _ in 0..[0, 1, 1, 60][allowed.unwrap()] {
            client.send(command, data.clone()).await;
        }
        client.send(command, data).await;
        let error = client.next_of("error").await;
        assert_eq!(error["code"], "RATE_LIMIT_EXCEEDED");
        assert!(error["desc"].as_str().unwrap().contains(words), "{error}");
    }
    // The invalid second task was not even checked.
    client.send("end_task", json!({"eos_timeout": 0})).await;
    assert_eq!(client.next_of("error").await["code"], "VALIDATION_ERROR");
    client.send("end_task", json!({})).await;
    assert_eq!(client.next_of("error").await["code"], "RATE_LIMIT_EXCEEDED");
}

#[tokio::test]
async fn a_token_has_twenty_new_connections_a_minute() {
    let server = serve_limited(&[]).await;
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(Client::open(&server, "dev1").await.unwrap());
    }
    let excess = Client::open(&server, "dev1").await.unwrap();
    assert_eq!(excess.rest().await.close_code(), Some(1008));
    // Another product counts by itself.
    let speech = "/tts-api/v1/text-to-speech/stream?token=dev1";
    assert!(Client::open_at(&server, speech).await.unwrap().is_quiet(Duration::from_millis(50)).await);
    open[19].send("get_task", json!({})).await;
    open[19].next_of("error").await;
    Client::running(&server, "dev2").await;
    // Every REST session has a token of its own.
    for _ in 0..25 {
        let data = create(&server, "me").await.json()["data"].clone();
        Client::running(&server, data["publisher"].as_str().unwrap()).await;
    }
}

#[tokio::test]
async fn the_limit_of_connections_is_adjustable_and_can_be_told_by_http() {
    let server = serve_limited(&["--connections-per-minute", "1"]).await;
    for (token, status) in [("dev1", None), ("dev~limit_by_http", Some(429))] {
        let _first = Client::open(&server, token).await.unwrap();
        match Client::open(&server, token).await {
            Ok(excess) => {
                let close = excess.rest().await.close.unwrap();
                assert_eq!((u16::from(close.code), close.reason.as_str()), (1008, "too many connections"));
                assert_eq!(status, None);
            }
            Err(refused) => assert_eq!(Some(refused), status),
        }
    }
}

#[tokio::test]
async fn limits_can_be_lifted_for_all_or_for_one() {
    for (server, token) in [(serve(&[]).await, "dev1"), (serve_limited(&[]).await, "dev~no_rate_limits")] {
        for _ in 0..21 {
            let mut client = Client::running(&server, token).await;
            for _ in 0..2 {
                client.send("get_task", json!({})).await;
                client.next_of("current_task").await;
            }
        }
    }
}
