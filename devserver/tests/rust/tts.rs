//! The text-to-speech stream over a real socket (protocol.md 8).

use std::time::Duration;

use crate::support::{Client, create, report, serve, serve_limited};
use palabra_devserver::server::Running;
use serde_json::{Value, json};

const PATH: &str = "/tts-api/v1/text-to-speech/stream";

async fn open(server: &Running, token: &str) -> Client {
    Client::open_at(server, &format!("{PATH}?token={token}")).await.expect("upgrade")
}

fn init(format: &str, rate: u32) -> Value {
    json!({"type": "init", "language": "en", "model": "auto",
        "voice_options": {"voice_id": "default_low", "deaccent_strength": 1.0},
        "output": {"format": format, "sample_rate": rate}})
}

/// A stream that was initialised.
async fn ready(server: &Running, token: &str) -> Client {
    let mut client = open(server, token).await;
    client.send_json(init("pcm", 8000)).await;
    client
}

fn text(words: &str, id: &str, is_eos: bool) -> Value {
    json!({"type": "text", "text": words, "is_eos": is_eos, "generation_id": id})
}

/// The chunks until the last of this generation, each with its decoded audio.
async fn generation(client: &mut Client, id: &str) -> Vec<(Value, Vec<u8>)> {
    let mut chunks = Vec::new();
    loop {
        let data = client.next_of("audio_chunk").await;
        assert_eq!(data["generation_id"], id);
        let bytes = base64_simd::STANDARD.decode_to_vec(data["audio"].as_str().unwrap()).unwrap();
        let last = data["last_chunk"] == true;
        chunks.push((data, bytes));
        if last {
            return chunks;
        }
    }
}

/// Reads until so many generations have ended.
async fn generation_of_each(client: &mut Client, count: usize) {
    let mut ended = 0;
    while ended < count {
        ended += usize::from(client.next_of("audio_chunk").await["last_chunk"] == true);
    }
}

async fn error(client: &mut Client) -> (String, String) {
    let data = client.next_of("error").await;
    assert!(data.get("generation_id").is_none());
    (data["code"].as_str().unwrap().to_owned(), data["desc"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn speech_is_as_long_as_its_text_and_comes_in_chunks() {
    let server = serve(&[]).await;
    for rate in [8000, 24_000, 48_000] {
        let mut client = open(&server, &format!("dev{rate}")).await;
        client.send_json(init("pcm", rate)).await;
        client.send_json(text(&"a".repeat(30), "g", true)).await;
        let chunks = generation(&mut client, "g").await;
        // 30 characters of 60 ms each, in chunks of 200 ms and an empty one.
        assert_eq!(chunks.len(), 10, "{rate}");
        let bytes: usize = chunks.iter().map(|(_, bytes)| bytes.len()).sum();
        assert_eq!(bytes as u32, rate * 2 * 18 / 10);
        let (first, last) = (&chunks[0].0, &chunks[9].0);
        assert_eq!((&first["audio_len"], &first["size"]), (&json!(0.2), &json!(rate * 2 / 5)));
        assert!(first["chunk_generation_delta"].is_u64());
        let marker = (&last["audio"], &last["size"], &last["audio_len"], &last["chunk_generation_delta"]);
        assert_eq!(marker, (&json!(""), &json!(0), &Value::Null, &Value::Null));
    }
}

#[tokio::test]
async fn a_wav_generation_is_one_file() {
    let server = serve(&[]).await;
    let mut client = open(&server, "dev1").await;
    client.send_json(init("wav", 16_000)).await;
    for id in ["a", "b"] {
        client.send_json(text("some ten c", id, true)).await;
        let chunks = generation(&mut client, id).await;
        assert!(chunks[0].1.starts_with(b"RIFF") && !chunks[1].1.starts_with(b"RIFF"));
        let bytes: usize = chunks.iter().map(|(_, bytes)| bytes.len()).sum();
        assert_eq!(bytes, 44 + 9600 * 2);
    }
}

#[tokio::test]
async fn texts_of_one_generation_end_once_and_the_voice_can_change() {
    let server = serve(&[]).await;
    let mut client = ready(&server, "dev1").await;
    client.send_json(text("aaaaaaaaaa", "g", false)).await;
    client
        .send_json(json!({"type": "text", "text": "aaaaaaaaaa", "is_eos": true, "generation_id": "g",
        "voice_options": {"speed": 2.0}, "reset_context": true}))
        .await;
    let bytes: usize = generation(&mut client, "g").await.iter().map(|(_, bytes)| bytes.len()).sum();
    assert_eq!(bytes, (4800 + 2400) * 2);
    // The speed remains in effect, and an id is generated.
    client.send_json(json!({"type": "text", "text": "aaaaaaaaaa", "is_eos": true})).await;
    let first = client.next_of("audio_chunk").await;
    let id = first["generation_id"].as_str().unwrap().to_owned();
    assert!(!id.is_empty());
    let rest: usize = generation(&mut client, &id).await.iter().map(|(_, bytes)| bytes.len()).sum();
    assert_eq!(first["size"].as_u64().unwrap() as usize + rest, 2400 * 2);
    let streams = &report(&server).await["streams"];
    assert_eq!(streams[0]["product"], "tts");
    assert_eq!(
        (&streams[0]["text_bytes"], &streams[0]["spoken_bytes"]),
        (&json!(30), &json!((7200 + 2400) * 2))
    );
    assert_eq!(streams[0]["settings"]["output"]["sample_rate"], 8000);
    assert_eq!(streams[0]["messages"], json!({"init": 1, "text": 3}));
}

#[tokio::test]
async fn messages_in_the_wrong_order_are_refused() {
    let server = serve(&[]).await;
    let mut client = open(&server, "dev1").await;
    for message in [text("a", "g", true), json!({"type": "cancel"}), json!({"type": "x"}), json!([1])] {
        client.send_json(message).await;
        assert_eq!(error(&mut client).await.0, "BAD_REQUEST");
    }
    client.send_json(init("pcm", 8000)).await;
    client.send_json(init("pcm", 8000)).await;
    assert_eq!(error(&mut client).await.0, "CONFLICT");
    assert_eq!(client.rest().await.close_code(), Some(1008));
}

#[tokio::test]
async fn wrong_settings_are_named_and_can_be_corrected() {
    let server = serve(&[]).await;
    let mut client = open(&server, "dev1").await;
    for (message, part) in [
        (init("ogg", 24_000), "output.format: value is not one of"),
        (init("pcm", 7999), "output.sample_rate: value must be"),
        (init("pcm", 96_000), "output.sample_rate: value must be"),
        (
            json!({"type": "init", "language": "en", "output": {"format": "pcm"}}),
            "voice_options: field required",
        ),
    ] {
        client.send_json(message).await;
        let (code, desc) = error(&mut client).await;
        assert!(code == "VALIDATION_ERROR" && desc.starts_with(part) && !desc.contains('\n'), "{desc}");
        // A text that did not wait for the answer is refused for the same reason.
        client.send_json(text("a", "g", true)).await;
        assert_eq!(error(&mut client).await, (code, desc));
    }
    client.send_json(init("pcm", 8000)).await;
    client.send_json(text("a", "g", true)).await;
    assert!(!generation(&mut client, "g").await.is_empty());
}

#[tokio::test]
async fn texts_have_a_longest_length_that_depends_on_the_dialect() {
    for (arguments, limit) in
        [(&[][..], 1024), (&["--dialect", "strict-v1"], 256), (&["--dialect", "strict-v2"], 1024)]
    {
        let server = serve(arguments).await;
        let mut client = ready(&server, "dev1").await;
        client.send_json(text(&"é".repeat(limit + 1), "g", true)).await;
        let (code, desc) = error(&mut client).await;
        assert!(code == "VALIDATION_ERROR" && desc.contains(&limit.to_string()), "{desc}");
        client.send_json(text("", "g", true)).await;
        assert_eq!(error(&mut client).await.0, "VALIDATION_ERROR");
        client.send_json(text(&"é".repeat(limit), "g", true)).await;
        assert_eq!(client.next_of("audio_chunk").await["generation_id"], "g");
    }
}

#[tokio::test]
async fn an_identity_has_twenty_texts_a_second_over_all_its_streams() {
    let server = serve_limited(&[]).await;
    let (mut one, mut two) = (ready(&server, "dev~no_answer").await, ready(&server, "dev~no_answer").await);
    // Many more, for a machine so slow that a second passes meanwhile.
    for _ in 0..100 {
        one.send_json(text("a", "g", true)).await;
    }
    let refused = error(&mut one).await;
    assert_eq!(refused.0, "RATE_LIMIT_EXCEEDED");
    assert_eq!(refused.1, "at most 20 texts per second and identity are allowed");
    for _ in 0..100 {
        two.send_json(text("a", "g", true)).await;
    }
    assert_eq!(error(&mut two).await.0, "RATE_LIMIT_EXCEEDED");
}

#[tokio::test]
async fn a_text_above_the_rate_is_not_spoken() {
    let server = serve_limited(&["--text-rate", "1/identity"]).await;
    let (mut one, mut two) = (ready(&server, "dev1").await, ready(&server, "dev1").await);
    one.send_json(text("a", "a", true)).await;
    generation(&mut one, "a").await;
    // The reply came within the second: the other stream of the token has nothing left.
    two.send_json(text("b", "b", true)).await;
    assert_eq!(error(&mut two).await.0, "RATE_LIMIT_EXCEEDED");
    assert!(two.is_quiet(Duration::from_millis(100)).await);
    // Another token has its own second.
    let mut other = ready(&server, "dev2").await;
    other.send_json(text("c", "c", true)).await;
    generation(&mut other, "c").await;
}

#[tokio::test]
async fn texts_can_be_counted_by_stream() {
    for (arguments, token) in [(&["--text-rate", "50/stream"][..], "dev1"), (&[], "dev~tts_rate_by_stream")] {
        let server = serve_limited(arguments).await;
        for _ in 0..3 {
            let mut client = ready(&server, token).await;
            for n in 0..50 {
                client.send_json(text("a", &n.to_string(), true)).await;
            }
            generation_of_each(&mut client, 50).await;
        }
        let mut client = ready(&server, token).await;
        for _ in 0..400 {
            client.send_json(text("a", "g", true)).await;
        }
        assert_eq!(error(&mut client).await.1, "at most 50 texts per second and stream are allowed");
    }
}

#[tokio::test]
async fn a_generation_can_stall_without_an_end() {
    let server = serve(&[]).await;
    let mut client = ready(&server, "dev~tts_stall").await;
    for id in ["a", "b"] {
        client.send_json(text(&"a".repeat(100), id, true)).await;
        let first = client.next_of("audio_chunk").await;
        assert_eq!((&first["generation_id"], &first["last_chunk"]), (&json!(id), &json!(false)));
        assert!(client.is_quiet(Duration::from_millis(100)).await);
    }
}

#[tokio::test]
async fn a_cancel_is_silent_and_the_session_goes_on() {
    let server = serve(&[]).await;
    let mut client = ready(&server, "dev1").await;
    client.send_json(text(&"a".repeat(1000), "long", true)).await;
    client.send_json(text(&"a".repeat(1000), "waiting", true)).await;
    client.next_of("audio_chunk").await;
    client.send_json(json!({"type": "cancel"})).await;
    client.send_json(text("again", "next", true)).await;
    // Speech in transit may still arrive, but none after the first chunk of the next generation.
    let mut data = client.next_of("audio_chunk").await;
    while data["generation_id"] == "long" {
        assert_eq!(data["last_chunk"], false);
        data = client.next_of("audio_chunk").await;
    }
    assert_eq!(data["generation_id"], "next");
    generation(&mut client, "next").await;
    assert!(client.is_quiet(Duration::from_millis(200)).await);
}

#[tokio::test]
async fn one_generation_can_be_cancelled_alone() {
    let server = serve(&[]).await;
    let mut client = ready(&server, "dev~late_answer_ms=100").await;
    client.send_json(text("first", "a", true)).await;
    client.send_json(text("second", "b", true)).await;
    client.send_json(json!({"type": "cancel", "generation_id": "a"})).await;
    assert!(!generation(&mut client, "b").await.is_empty());
}

#[tokio::test]
async fn speech_can_be_late_after_a_cancel() {
    let server = serve(&[]).await;
    let mut client = ready(&server, "dev~late_chunks_ms=500").await;
    client.send_json(text(&"a".repeat(1000), "long", true)).await;
    client.next_of("audio_chunk").await;
    client.send_json(json!({"type": "cancel"})).await;
    client.send_json(json!({"type": "cancel", "generation_id": ""})).await;
    let mut late = 0.0;
    loop {
        let message = client.next_json().await;
        if message["message_type"] == "error" {
            break;
        }
        assert_eq!(
            (&message["data"]["generation_id"], &message["data"]["last_chunk"]),
            (&json!("long"), &json!(false))
        );
        late += message["data"]["audio_len"].as_f64().unwrap();
    }
    assert!(late >= 0.5, "{late}");
}

#[tokio::test]
async fn generations_can_take_turns_and_end_otherwise() {
    let server = serve(&[]).await;
    let mut client = ready(&server, "dev~tts_interleave~tts_merged_last").await;
    client.send_json(text(&"a".repeat(10), "a", true)).await;
    client.send_json(text(&"b".repeat(10), "b", true)).await;
    let mut seen = Vec::new();
    for _ in 0..6 {
        let data = client.next_of("audio_chunk").await;
        seen.push((
            data["generation_id"].as_str().unwrap().to_owned(),
            data["last_chunk"] == true,
            data["size"] != 0,
        ));
    }
    seen.sort();
    let part = |id: &str, last| (id.to_owned(), last, true);
    let of = |id| [part(id, false), part(id, false), part(id, true)];
    assert_eq!(seen, [of("a"), of("b")].concat());
    let mut client = ready(&server, "dev~tts_last_per_text").await;
    client.send_json(text("aaa", "g", false)).await;
    client.send_json(text("aaa", "g", true)).await;
    generation(&mut client, "g").await;
    generation(&mut client, "g").await;
}

#[tokio::test]
async fn a_generation_can_fail_without_being_named() {
    let server = serve(&[]).await;
    let mut client = ready(&server, "dev~stream_error=RATE_LIMIT_EXCEEDED").await;
    for _ in 0..2 {
        client.send_json(text(&"a".repeat(100), "g", true)).await;
        assert_eq!(client.next_of("audio_chunk").await["last_chunk"], false);
        assert_eq!(error(&mut client).await.0, "RATE_LIMIT_EXCEEDED");
    }
    assert!(client.is_quiet(Duration::from_millis(200)).await);
    let mut client = ready(&server, "dev~stream_error=SERVICE_UNAVAILABLE").await;
    client.send_json(text("a", "g", true)).await;
    let rest = client.rest().await;
    assert_eq!((rest.kinds().last(), rest.close_code()), (Some(&"error"), Some(1011)));
}

#[tokio::test]
async fn common_faults_work_here_too() {
    let server = serve(&[]).await;
    let mut client = ready(&server, "dev~no_answer").await;
    client.send_json(text("a", "g", true)).await;
    assert!(client.is_quiet(Duration::from_millis(300)).await);
    let mut client = ready(&server, "dev~odd_pcm~error_key=message").await;
    client.send_json(text("aaaaa", "g", true)).await;
    assert_eq!(generation(&mut client, "g").await[0].1.len(), 3199);
    client.send_json(text("", "g", true)).await;
    assert!(client.next_of("error").await["message"].is_string());
    let client = ready(&server, "dev~reset_after_ms=1000").await;
    assert!(client.rest().await.error.is_some());
    let client = ready(&server, "dev~close_code=4000~close_after_ms=1000").await;
    assert_eq!(client.rest().await.close_code(), Some(4000));
    let mut client = ready(&server, "dev~huge_message=300000").await;
    assert_eq!(client.next_of("audio_chunk").await["size"], 225_000);
}

#[tokio::test]
async fn tokens_are_asked_for_in_query_or_header() {
    let server = serve(&["--accept", "a:b", "--token", "tok"]).await;
    for path in [PATH, "/v1/text-to-speech/stream"] {
        assert_eq!(Client::open_at(&server, &format!("{path}?token=nope")).await.err(), Some(401));
        assert_eq!(Client::open_at(&server, path).await.err(), Some(401));
        assert!(Client::open_at(&server, &format!("{path}?token=tok")).await.is_ok());
    }
    let refused = crate::support::http(&server, &format!("GET {PATH}"), "", "").await.unwrap();
    assert_eq!(refused.json()["errors"][0]["status"], 401);
    let server = serve(&[]).await;
    let data = create(&server, "dev~upgrade_status=503").await.json()["data"].clone();
    assert!(data["ws_tts_url"].as_str().unwrap().ends_with(PATH));
    let token = data["publisher"].as_str().unwrap();
    assert_eq!(Client::open_at(&server, &format!("{PATH}?token={token}")).await.err(), Some(503));
}
