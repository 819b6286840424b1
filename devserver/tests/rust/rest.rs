//! The session REST calls over a real socket.

use crate::support::{Client, create, http, report, serve};
use serde_json::json;

#[tokio::test]
async fn a_session_is_created_used_and_deleted_once() {
    let server = serve(&[]).await;
    let answer = create(&server, "me").await;
    assert_eq!(answer.status, 201);
    let body = answer.json();
    assert_eq!(body["ok"], true);
    let data = &body["data"];
    assert_eq!(data["subscriber"], json!([]));
    let prefix = format!("ws://{}/streaming-api/", server.address());
    let ws_url = data["ws_url"].as_str().unwrap();
    assert!(ws_url.starts_with(&prefix) && ws_url.ends_with("/v1/speech-to-speech/stream"), "{ws_url}");
    let token = data["publisher"].as_str().unwrap();
    assert!(Client::open(&server, token).await.is_ok());

    let path =
        format!("DELETE /session-storage/sessions/{}", data["id"].as_str().unwrap().replace('.', "%2E"));
    let key = "Authorization: Bearer k\r\n";
    let first = http(&server, &path, key, "").await.unwrap();
    assert_eq!((first.status, first.body.as_str()), (204, ""));
    let report = report(&server).await;
    assert_eq!((&report["deleted"], &report["connections"]), (&json!(1), &json!(1)));
    assert!(!report.to_string().contains(token));
    assert_eq!(Client::open(&server, token).await.err(), Some(403));
    let unknown = http(&server, "DELETE /session-storage/sessions/x", key, "").await.unwrap();
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn credentials_are_asked_for_and_can_be_restricted() {
    let server = serve(&["--accept", "a:b", "--token", "tok"]).await;
    let post = "POST /session-storage/session";
    let status =
        async |headers: &str| http(&server, post, headers, r#"{"data":{"x":1}}"#).await.unwrap().status;
    assert_eq!(status("").await, 401);
    assert_eq!(status("ClientId: a\r\nClientSecret: wrong\r\n").await, 401);
    assert_eq!(status("ClientId: a\r\nClientSecret: b\r\n").await, 201);
    assert_eq!(status("Authorization: Bearer tok\r\n").await, 201);
    assert_eq!(status("Authorization: Bearer nope\r\n").await, 401);
    let errors = http(&server, post, "", "").await.unwrap().json();
    assert_eq!((&errors["ok"], &errors["errors"][0]["status"]), (&json!(false), &json!(401)));
    assert_eq!(Client::open(&server, "dev1").await.err(), Some(403));
    assert!(Client::open(&server, "tok").await.is_ok());
}

#[tokio::test]
async fn bodies_that_are_not_objects_are_refused() {
    let server = serve(&[]).await;
    let headers = "ClientID: a\r\nClientSecret: b\r\n";
    let status = async |body: &str| {
        http(&server, "POST /session-storage/session", headers, body).await.unwrap().status
    };
    assert_eq!(status("").await, 201);
    assert_eq!(status("{").await, 422);
    assert_eq!(status("[]").await, 422);
    assert_eq!(http(&server, "GET /nowhere", "", "").await.unwrap().status, 404);
}

#[tokio::test]
async fn creation_fails_as_asked() {
    let server = serve(&[]).await;
    for expected in [503, 503, 201, 201] {
        assert_eq!(create(&server, "dev~rest_status=503~rest_fail_times=2").await.status, expected);
    }
    for _ in 0..2 {
        assert_eq!(create(&server, "dev~rest_status=402").await.status, 402);
    }
    let garbage = create(&server, "dev~rest_garbage").await;
    assert!(garbage.status == 201 && garbage.body.starts_with('<'));
    let no_url = create(&server, "dev~rest_no_ws_url").await.json();
    assert!(no_url["data"]["ws_url"].is_null() && no_url["data"]["publisher"].is_string());
    let echo = create(&server, "dev~rest_echo_secret").await;
    assert!(echo.status == 401 && echo.body.contains("very-secret"));
    let unknown = create(&server, "dev~nonsense").await;
    assert!(unknown.status == 400 && unknown.body.contains("unknown fault"));
    let headers = "ClientID: dev~rest_reset\r\nClientSecret: b\r\n";
    assert!(http(&server, "POST /session-storage/session", headers, "{}").await.is_none());
}

#[tokio::test]
async fn upgrades_are_refused_in_the_documented_way() {
    let server = serve(&[]).await;
    let path = "GET /streaming-api/v1/speech-to-speech/stream";
    for query in ["", "?token=", "?token=unknown"] {
        let answer = http(&server, &format!("{path}{query}"), "", "").await.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (403, ""), "{query}");
    }
    assert_eq!(http(&server, &format!("{path}?token=dev1"), "", "").await.unwrap().status, 426);
    assert_eq!(Client::open(&server, "dev~upgrade_status=503").await.err(), Some(503));
    assert_eq!(Client::open(&server, "dev~nonsense").await.err(), Some(400));
    let data = create(&server, "dev~upgrade_status=409").await.json()["data"].clone();
    assert_eq!(Client::open(&server, data["publisher"].as_str().unwrap()).await.err(), Some(409));
}

#[tokio::test]
async fn programs_in_a_browser_may_call() {
    let server = serve(&[]).await;
    let asked = "OPTIONS /session-storage/sessions";
    let preflight = http(&server, asked, "Access-Control-Request-Method: POST\r\n", "").await.unwrap();
    assert_eq!(preflight.status, 204);
    for line in [
        "access-control-allow-origin: *",
        "access-control-allow-methods: GET, POST, DELETE",
        "access-control-allow-headers: Authorization, ",
    ] {
        assert!(preflight.head.contains(line), "{line}: {}", preflight.head);
    }
    let refused = http(&server, "POST /session-storage/session", "", "").await.unwrap();
    assert!(refused.status == 401 && refused.head.contains("access-control-allow-origin: *"));
}
