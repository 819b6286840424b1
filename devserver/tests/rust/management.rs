//! Voices and glossaries over a real socket (protocol.md 10).

use crate::support::{Answer, http, http_bytes, serve};
use palabra_devserver::server::Running;
use serde_json::{Value, json};

const FORM: &str = "Content-Type: multipart/form-data; boundary=b\r\n";

async fn call(server: &Running, key: &str, request: &str, data: Value) -> Answer {
    let body = if data.is_null() { String::new() } else { json!({"data": data}).to_string() };
    http(server, request, &format!("Authorization: Bearer {key}\r\n"), &body).await.expect("an answer")
}

/// The only text of a refusal, after checking that it has every field of an error.
fn refusal(answer: &Answer, status: u16) -> String {
    let body = answer.json();
    let error = &body["errors"][0];
    assert_eq!((answer.status, &body["ok"], &error["status"]), (status, &json!(false), &json!(status)));
    assert!(error["title"].is_string() && error["type"].is_string());
    error["detail"].as_str().expect("a detail").to_owned()
}

fn form(fields: &[(&str, &str)], name: &str, filename: &str, content: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, value) in fields {
        body.extend(
            format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    let head =
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{filename}\"\r\n\r\n");
    body.extend(head.bytes());
    body.extend(content);
    body.extend(b"\r\n--b--\r\n");
    body
}

fn voice_request(name: &str) -> Value {
    json!({"name": name, "description": "mine", "labels": {"gender": "female"},
        "samples": [{"filename": "me.wav", "mime_type": "audio/wav", "lang_code": "en", "denoise": false}]})
}

/// Uploads to the address in the clone reply. Returns the status.
async fn upload(server: &Running, sample: &Value, content: &[u8]) -> u16 {
    let url = sample["url"].as_str().unwrap();
    let path = url.strip_prefix("http://").unwrap().split_once('/').unwrap().1;
    let fields = ["key", "policy"].map(|name| (name, sample["form_data"][name].as_str().unwrap()));
    let body = form(&fields, "file", "me.wav", content);
    http_bytes(server, &format!("POST /{path}"), FORM, &body).await.unwrap().status
}

async fn status_of(server: &Running, key: &str, id: &str) -> Value {
    call(server, key, &format!("GET /saas/voice/m/{id}"), Value::Null).await.json()["data"].clone()
}

#[tokio::test]
async fn a_voice_is_cloned_changed_and_deleted() {
    let server = serve(&[]).await;
    let key = "k~1";
    let created = call(&server, key, "POST /saas/voice/clone", voice_request("My voice 1")).await;
    assert_eq!(created.status, 201);
    let created = created.json()["data"].clone();
    assert_eq!((&created["processing_status"], &created["lang_code"]), (&json!("created"), &json!("en")));
    let id = created["voice_id"].as_str().unwrap();
    assert_eq!(upload(&server, &created["samples"][0], b"123456789").await, 204);
    assert_eq!(status_of(&server, key, id).await["processing_status"], "pending");
    while status_of(&server, key, id).await["processing_status"] == "pending" {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(status_of(&server, key, id).await["processing_status"], "ready");
    let uploads = http(&server, "GET /devserver/uploads", "", "").await.unwrap().json();
    assert_eq!((&uploads[0]["bytes"], &uploads[0]["crc32"]), (&json!(9), &json!(0xcbf4_3926_u32)));

    let change = json!({"name": "Other name"});
    let changed =
        call(&server, key, &format!("POST /saas/voice/m/{id}"), change).await.json()["data"].clone();
    assert_eq!((&changed["name"], &changed["description"]), (&json!("Other name"), &json!("mine")));
    let list = async |key: &str, query: &str| {
        let answer = call(&server, key, &format!("GET /saas/voice{query}"), Value::Null).await;
        answer.json()["data"]["items"].as_array().unwrap().len()
    };
    assert_eq!(list(key, "").await, 1);
    assert_eq!(list(key, "?search=other&lang=en").await, 1);
    assert_eq!(list(key, "?search=my").await, 0);
    assert_eq!(list("another key", "").await, 0);
    let limits = call(&server, key, "GET /saas/voice/limits", Value::Null).await.json()["data"].clone();
    assert_eq!(
        limits,
        json!({"total": 1, "limit": 100, "remaining": 99, "ready": 1, "pending": 0, "failed": 0})
    );
    let delete = format!("DELETE /saas/voice/m/{id}");
    assert_eq!(call(&server, key, &delete, Value::Null).await.json(), json!({"ok": true, "data": {}}));
    assert_eq!(refusal(&call(&server, key, &delete, Value::Null).await, 404), "unknown voice");
}

#[tokio::test]
async fn bad_voices_are_refused_with_every_reason() {
    let server = serve(&[]).await;
    let sample = |change: &str, value: Value| {
        let mut request = voice_request("good name");
        request["samples"][0][change] = value;
        request
    };
    for (request, part) in [
        (json!({}), "data.name: field required"),
        (voice_request("ab"), "data.name: must have 3 to 64"),
        (voice_request("a/b/c"), "data.name: must have 3 to 64"),
        (json!({"name": "good name", "samples": []}), "data.samples: must be a list"),
        (sample("mime_type", json!("text/plain")), "data.samples.0.mime_type"),
        (sample("lang_code", Value::Null), "data.samples.0.lang_code: field required"),
        (sample("denoise", json!("no")), "data.samples.0.denoise"),
    ] {
        let answer = call(&server, "k", "POST /saas/voice/clone", request).await;
        let detail = refusal(&answer, 422);
        assert!(detail.contains(part), "{detail}");
    }
    let both = call(&server, "k", "POST /saas/voice/clone", json!({})).await;
    assert_eq!(both.json()["errors"].as_array().unwrap().len(), 2);
    let unwrapped =
        http(&server, "POST /saas/voice/clone", "Authorization: Bearer k\r\n", "{\"name\":1}").await;
    assert!(refusal(&unwrapped.unwrap(), 422).contains("\"data\""));
}

#[tokio::test]
async fn uploads_need_their_form_and_may_fail() {
    let server = serve(&[]).await;
    let created = async |key: &str| {
        call(&server, key, "POST /saas/voice/clone", voice_request("a voice")).await.json()["data"].clone()
    };
    let mut voice = created("k").await;
    voice["samples"][0]["form_data"]["policy"] = json!("forged");
    assert_eq!(upload(&server, &voice["samples"][0], b"x").await, 400);
    voice["samples"][0]["url"] = json!("http://x/devserver/upload/nothing");
    assert_eq!(upload(&server, &voice["samples"][0], b"x").await, 404);
    let large = created("k").await;
    assert_eq!(upload(&server, &large["samples"][0], &vec![0; (10 << 20) + 1]).await, 413);
    let refused = created("dev~upload_status=500").await;
    assert_eq!(upload(&server, &refused["samples"][0], b"x").await, 500);
    for (key, content) in [("dev~voice_fails~voice_delay_ms=0", &b"x"[..]), ("dev~voice_delay_ms=0", b"")] {
        let voice = created(key).await;
        assert_eq!(upload(&server, &voice["samples"][0], content).await, 204);
        let failed = status_of(&server, key, voice["voice_id"].as_str().unwrap()).await;
        assert_eq!(failed["processing_status"], "failed");
        assert!(failed["processing_result"]["errors"][0]["detail"].as_str().unwrap().contains("no speech"));
    }
}

fn glossary_request(kind: &str, target: &str) -> Value {
    json!({"name": "Terms", "is_enabled": true, "glossary_type": kind, "source_lang": "en", "target_lang": target})
}

async fn upload_csv(server: &Running, key: &str, id: &str, content: &[u8]) -> Answer {
    let headers = format!("Authorization: Bearer {key}\r\n{FORM}");
    let body = form(&[], "glossary", "Terms.csv", content);
    http_bytes(server, &format!("POST /saas/glossary/{id}/upload"), &headers, &body).await.unwrap()
}

#[tokio::test]
async fn a_glossary_is_made_read_changed_and_deleted() {
    let server = serve(&[]).await;
    for (kind, target, csv) in [
        ("translation", "es", "cat,gato\n\"a, b\",\"c \"\"d\"\"\"\n"),
        ("asr", "en", "palabbra,Palabra\n"),
        ("asr_hot", "en", "Palabra\nKubernetes\n"),
    ] {
        let created = call(&server, "k", "POST /saas/glossary", glossary_request(kind, target)).await;
        assert_eq!(created.status, 201);
        let id = created.json()["data"]["glossary_id"].as_str().unwrap().to_owned();
        let path = format!("/saas/glossary/{id}");
        let download = async || call(&server, "k", &format!("GET {path}/upload"), Value::Null).await;
        assert_eq!(download().await.status, 404);
        let uploaded = upload_csv(&server, "k", &id, csv.as_bytes()).await;
        assert_eq!((uploaded.status, &uploaded.json()["data"]["glossary_type"]), (200, &json!(kind)));
        assert_eq!(
            refusal(&upload_csv(&server, "k", &id, csv.as_bytes()).await, 409),
            "the entries of a glossary cannot be changed"
        );
        let csv_back = download().await;
        assert!(csv_back.head.contains("text/csv"));
        assert_eq!(csv_back.body, csv);
        let change = json!({"name": "New", "is_enabled": false});
        call(&server, "k", &format!("POST {path}"), change).await;
        let now = call(&server, "k", &format!("GET {path}"), Value::Null).await.json()["data"].clone();
        assert_eq!(
            (&now["name"], &now["is_enabled"], &now["target_lang"]),
            (&json!("New"), &json!(false), &json!(target))
        );
        let half = call(&server, "k", &format!("POST {path}"), json!({"name": "x"})).await;
        assert_eq!(refusal(&half, 422), "data.is_enabled: field required");
        assert_eq!(
            refusal(&call(&server, "other", &format!("GET {path}"), Value::Null).await, 404),
            "unknown glossary"
        );
        assert_eq!(call(&server, "k", &format!("DELETE {path}"), Value::Null).await.status, 200);
        assert_eq!(call(&server, "k", &format!("GET {path}"), Value::Null).await.status, 404);
    }
}

#[tokio::test]
async fn bad_glossaries_are_refused_with_their_reason() {
    let server = serve(&[]).await;
    let without = |key: &str| {
        let mut request = glossary_request("translation", "es");
        request.as_object_mut().unwrap().remove(key);
        request
    };
    for (request, part) in [
        (without("target_lang"), "data.target_lang: field required"),
        (without("source_lang"), "data.source_lang: field required"),
        (without("name"), "data.name: field required"),
        (without("is_enabled"), "data.is_enabled: field required"),
        (glossary_request("asr", "es"), "data.target_lang: must be the same"),
        (glossary_request("other", "es"), "data.glossary_type: must be one of"),
        (glossary_request("translation", "?"), "data.target_lang: not a language"),
    ] {
        let detail = refusal(&call(&server, "k", "POST /saas/glossary", request).await, 422);
        assert!(detail.contains(part), "{detail}");
    }
    let created =
        call(&server, "k", "POST /saas/glossary", glossary_request("translation", "es")).await.json();
    let id = created["data"]["glossary_id"].as_str().unwrap();
    let one_mb = 1 << 20;
    for (csv, status, part) in [
        (b"only one\n".to_vec(), 422, "row 1: must have 2 columns"),
        (b"".to_vec(), 422, "no entries"),
        (b"a,\xff\n".to_vec(), 422, "not UTF-8"),
        (vec![b'a'; one_mb + 1], 413, "larger than 1 MB"),
    ] {
        let detail = refusal(&upload_csv(&server, "k", id, &csv).await, status);
        assert!(detail.contains(part), "{detail}");
    }
    let largest = "a,b\n".repeat(one_mb / 4);
    assert_eq!(upload_csv(&server, "k", id, largest.as_bytes()).await.status, 200);
}

#[tokio::test]
async fn lists_come_in_pages() {
    let server = serve(&[]).await;
    for _ in 0..5 {
        call(&server, "dev~page_size=2", "POST /saas/glossary", glossary_request("translation", "es")).await;
    }
    let (mut ids, mut query, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let request = format!("GET /saas/glossaries{query}");
        let page = call(&server, "dev~page_size=2", &request, Value::Null).await.json()["data"].clone();
        ids.extend(page["items"].as_array().unwrap().iter().map(|item| item["glossary_id"].to_string()));
        pages += 1;
        match page["next"].as_str().unwrap() {
            "" => break,
            next => query = format!("?token={next}"),
        }
    }
    ids.dedup();
    assert_eq!((pages, ids.len()), (3, 5));
    let builtin = call(&server, "k", "GET /saas/voice/builtin?page_size=100", Value::Null).await.json();
    assert!(
        builtin["data"]["items"].as_array().unwrap().iter().any(|voice| voice["voice_id"] == "default_low")
    );
    assert_eq!(builtin["data"]["next"], "");
    assert_eq!(call(&server, "k", "GET /saas/voice?page_size=0", Value::Null).await.status, 422);
}

#[tokio::test]
async fn keys_are_asked_for_and_calls_fail_as_asked() {
    let server = serve(&[
        "--token",
        "good",
        "--token",
        "dev~rest_status=503~rest_fail_times=1",
        "--token",
        "dev~rest_garbage",
    ])
    .await;
    let list = "GET /saas/voice";
    assert_eq!(refusal(&http(&server, list, "", "").await.unwrap(), 401), "missing credentials");
    assert_eq!(refusal(&call(&server, "bad", list, Value::Null).await, 401), "unknown credentials");
    assert_eq!(call(&server, "good", list, Value::Null).await.status, 200);
    for status in [503, 200] {
        assert_eq!(
            call(&server, "dev~rest_status=503~rest_fail_times=1", list, Value::Null).await.status,
            status
        );
    }
    assert!(call(&server, "dev~rest_garbage", list, Value::Null).await.body.starts_with('<'));
    assert_eq!(call(&server, "good", "GET /saas/nothing", Value::Null).await.status, 404);
    assert_eq!(call(&server, "good", "PUT /saas/voice", Value::Null).await.status, 404);
}
