//! The speech-to-text stream over a real socket (protocol.md 9).

use std::time::{Duration, Instant};

use crate::support::{Client, http, report, serve, serve_limited, silence, tone};
use palabra_devserver::audio::to_bytes;
use palabra_devserver::server::Running;
use serde_json::{Value, json};

const PATH: &str = "/asr/v1/speech-to-text/stream";

async fn open(server: &Running, token: &str, query: &str) -> Client {
    Client::open_at(server, &format!("{PATH}?token={token}&{query}")).await.expect("upgrade")
}

/// Sends bytes in messages of this size.
async fn send(client: &mut Client, bytes: &[u8], portion: usize) {
    for part in bytes.chunks(portion) {
        client.send_bytes(part).await;
    }
}

async fn next_final(client: &mut Client) -> Value {
    loop {
        let message = client.next_json().await;
        if message["is_eos"] == true {
            return message;
        }
    }
}

/// The same sound at another rate: 300 Hz and silence need no better resampling.
fn phrase(rate: usize) -> Vec<i16> {
    let sound = (0..rate * 12 / 10)
        .map(|n| ((n as f64 * 300.0 * std::f64::consts::TAU / rate as f64).sin() * 6000.0) as i16);
    vec![0; rate / 2].into_iter().chain(sound).chain(vec![0; rate * 13 / 10]).collect()
}

#[tokio::test]
async fn a_phrase_is_told_while_it_grows_then_whole_then_translated() {
    let server = serve(&[]).await;
    let mut client = open(&server, "dev1", "format=pcm_s16le&language=es&translate_languages=en,fr").await;
    send(&mut client, &to_bytes(&phrase(16_000)), 10_240).await;
    let mut messages = Vec::new();
    while messages.last().is_none_or(|last: &Value| last["language"] != "fr") {
        messages.push(client.next_json().await);
    }
    let of = |key: &str| messages.iter().map(|m| m[key].to_string()).collect::<Vec<_>>();
    let texts: Vec<&str> = messages.iter().map(|m| m["segment"]["text"].as_str().unwrap()).collect();
    assert_eq!(
        texts,
        [
            "phrase 1, 0.5 s",
            "phrase 1, 1.0 s",
            "phrase 1, 1.2 s",
            "phrase 1, 1.2 s",
            "[en] phrase 1, 1.2 s",
            "[fr] phrase 1, 1.2 s"
        ]
    );
    assert_eq!(of("is_eos"), ["false", "false", "false", "true", "true", "true"]);
    assert_eq!(of("language")[3..], ["\"es\"", "\"en\"", "\"fr\""]);
    assert_eq!(of("message_type")[3..5], ["\"transcription\"", "\"translated_transcription\""]);
    assert!(
        messages
            .iter()
            .all(|m| m["transcription_id"] == messages[0]["transcription_id"] && m.get("data").is_none())
    );
    assert_eq!(messages[1]["delta"]["text"], "1.0 s");
    assert!(messages[3].get("delta").is_none());
    let (start, end) = (&messages[3]["segment"]["start_time"], &messages[3]["segment"]["end_time"]);
    assert!((start.as_f64().unwrap() - 0.5).abs() < 0.1 && (end.as_f64().unwrap() - 1.7).abs() < 0.1);
}

#[tokio::test]
async fn every_encoding_and_rate_is_heard() {
    let server = serve(&[]).await;
    for rate in [8000, 16_000, 24_000, 44_100, 48_000] {
        let frames = phrase(rate);
        let f32 = frames.iter().map(|s| f32::from(*s) / 32768.0);
        let i32 = frames.iter().map(|s| i32::from(*s) << 16);
        // Two levels are enough for a detector that measures energy.
        let law =
            |loud: u8, quiet: u8| frames.iter().map(|s| if s.abs() > 3000 { loud } else { quiet }).collect();
        let encoded: [(&str, Vec<u8>); 7] = [
            ("pcm_s16le", to_bytes(&frames)),
            ("pcm_f32le", f32.clone().flat_map(f32::to_le_bytes).collect()),
            ("pcm_f32be", f32.flat_map(f32::to_be_bytes).collect()),
            ("pcm_s32le", i32.clone().flat_map(i32::to_le_bytes).collect()),
            ("pcm_s32be", i32.flat_map(i32::to_be_bytes).collect()),
            ("mulaw", law(0xa0, 0xff)),
            ("alaw", law(0x85, 0xd5)),
        ];
        for (format, bytes) in encoded {
            let query = format!("format={format}&sample_rate={rate}");
            let mut client = open(&server, &format!("dev{format}{rate}"), &query).await;
            // An odd size cuts samples apart.
            send(&mut client, &bytes, 4097).await;
            let message = next_final(&mut client).await;
            assert_eq!(message["segment"]["text"], "phrase 1, 1.2 s", "{format} {rate}");
        }
    }
}

#[tokio::test]
async fn a_wav_stream_says_itself_what_it_is() {
    let server = serve(&[]).await;
    let mut wav = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\xff\xff\xff\xff".to_vec();
    wav.extend(to_bytes(&phrase(8000)));
    let mut client = open(&server, "dev1", "format=wav").await;
    send(&mut client, &wav, 33).await;
    assert_eq!(next_final(&mut client).await["segment"]["text"], "phrase 1, 1.2 s");
    let mut client = open(&server, "dev2", "format=wav").await;
    client.send_bytes(b"OggS and more").await;
    let rest = client.rest().await;
    let code = rest.messages[0]["data"]["code"].as_str();
    assert_eq!((code, rest.close_code()), (Some("BAD_REQUEST"), Some(1003)));
}

#[tokio::test]
async fn the_bytes_that_came_are_reported() {
    let server = serve(&[]).await;
    let mut client = open(&server, "dev1", "format=mulaw&sample_rate=8000&finalization_mode=manual").await;
    client.send_bytes(b"12345").await;
    client.send_bytes(b"6789").await;
    client.send_json(json!({"message_type": "finalize"})).await;
    client.next_json().await;
    let report = report(&server).await;
    let stream = &report["streams"][0];
    assert_eq!((&stream["product"], &stream["audio_bytes"]), (&json!("stt"), &json!(9)));
    // The usual check value of "123456789".
    assert_eq!((&stream["audio_crc32"], &stream["audio_messages"]), (&json!(0xcbf4_3926_u32), &json!(2)));
    assert_eq!(stream["settings"]["finalization_mode"], "manual");
    assert_eq!(stream["messages"], json!({"audio": 2, "finalize": 1}));
    assert_eq!((&report["audio_frames"], &stream["open"]), (&json!(9), &json!(true)));
    assert!(!report.to_string().contains("dev1"));
}

#[tokio::test]
async fn finalize_is_answered_with_the_marker() {
    let server = serve(&[]).await;
    for mode in ["auto", "manual"] {
        let mut client =
            open(&server, &format!("dev{mode}"), &format!("format=pcm_s16le&finalization_mode={mode}")).await;
        client.send_json(json!({"message_type": "finalize"})).await;
        let alone = client.next_json().await;
        assert_eq!((&alone["segment"]["text"], &alone["is_eos"]), (&json!("<fin>"), &json!(false)));
        assert_eq!(alone["language"], "");
        send(&mut client, &to_bytes(&tone(1.2)), 10_240).await;
        client.send_json(json!({"message_type": "finalize"})).await;
        assert_eq!(next_final(&mut client).await["segment"]["text"], "phrase 1, 1.2 s<fin>");
    }
}

#[tokio::test]
async fn a_manual_stream_has_finals_only_when_asked_or_after_its_limit() {
    let server = serve(&[]).await;
    let query = "format=pcm_s16le&finalization_mode=manual&finalization_timeout=3";
    let mut client = open(&server, "dev1", query).await;
    send(&mut client, &to_bytes(&[tone(1.0), silence(1.5)].concat()), 10_240).await;
    client.send_json(json!({"message_type": "finalize"})).await;
    let first = next_final(&mut client).await;
    assert!(first["segment"]["text"].as_str().unwrap().ends_with("<fin>"));
    send(&mut client, &to_bytes(&tone(3.5)), 10_240).await;
    let second = next_final(&mut client).await;
    assert!(!second["segment"]["text"].as_str().unwrap().contains("<fin>"));
}

#[tokio::test]
async fn without_silence_there_is_no_final_and_the_end_is_1001() {
    let server = serve(&["--idle-timeout-ms", "2000"]).await;
    let mut client = open(&server, "dev1", "format=pcm_s16le").await;
    send(&mut client, &to_bytes(&tone(1.2)), 10_240).await;
    let rest = client.rest().await;
    assert!(rest.messages.len() >= 2 && rest.messages.iter().all(|m| m["is_eos"] == false));
    assert_eq!(rest.close_code(), Some(1001));
    assert_eq!(report(&server).await["streams"][0]["closed_code"], 1001);
}

#[tokio::test]
async fn wrong_addresses_and_tokens_are_refused_at_the_door() {
    let server = serve(&[]).await;
    let answer = async |query: &str| http(&server, &format!("GET {PATH}?{query}"), "", "").await.unwrap();
    for query in ["format=pcm_s16le", "token=wrong&format=pcm_s16le"] {
        assert_eq!(answer(query).await.status, 401, "{query}");
    }
    for (query, part) in [
        ("", "invalid parameter \"format\": missing; one of: pcm_s16le, "),
        ("format=mp4", "invalid parameter \"format\": unsupported format \"mp4\"; one of: pcm_s16le, "),
        (
            "format=alaw&sample_rate=1",
            "invalid parameter \"sample_rate\": \"1\" is not a whole number from 8000",
        ),
        (
            "format=alaw&language=xx",
            "invalid parameter \"language\": unsupported language code \"xx\"; one of: auto, ",
        ),
    ] {
        let refused = answer(&format!("token=dev1&{query}")).await;
        assert_eq!(refused.status, 400);
        assert!(refused.body.starts_with(part) && refused.body.lines().count() == 1, "{}", refused.body);
        let refused = answer(&format!("token=dev~stt_json_refusal&{query}")).await.json();
        assert!(refused["errors"][0]["detail"].as_str().unwrap().starts_with(part), "{refused}");
    }
}

#[tokio::test]
async fn one_stream_per_token_can_be_the_rule() {
    let server = serve(&[]).await;
    let path = format!("{PATH}?token=dev~stt_one_stream&format=pcm_s16le");
    let first = Client::open_at(&server, &path).await.unwrap();
    assert_eq!(Client::open_at(&server, &path).await.err(), Some(409));
    drop(first);
    let mut again = Client::open_at(&server, &path).await;
    for _ in 0..100 {
        if again.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        again = Client::open_at(&server, &path).await;
    }
    assert!(again.is_ok());
    let free = format!("{PATH}?token=dev1&format=pcm_s16le");
    let (one, two) = (Client::open_at(&server, &free).await, Client::open_at(&server, &free).await);
    assert!(one.is_ok() && two.is_ok());
}

#[tokio::test]
async fn answers_can_be_odd_late_or_missing() {
    let server = serve(&[]).await;
    let finalize = json!({"message_type": "finalize"});
    let mut client = open(&server, "dev~stt_bare_fin", "format=pcm_s16le").await;
    client.send_json(finalize.clone()).await;
    let bare = client.next_json().await;
    assert_eq!((&bare["is_eos"], &bare["language"]), (&json!(false), &json!("")));
    for token in ["dev~no_answer", "dev~stt_no_fin"] {
        let mut client = open(&server, token, "format=pcm_s16le").await;
        client.send_json(finalize.clone()).await;
        assert!(client.is_quiet(Duration::from_millis(200)).await, "{token}");
    }
    let mut client = open(&server, "dev~stt_full_fin", "format=pcm_s16le").await;
    client.send_json(finalize.clone()).await;
    let full = client.next_json().await;
    assert_eq!((&full["is_eos"], &full["language"]), (&json!(true), &json!("en")));
    let mut client = open(&server, "dev~late_answer_ms=300", "format=pcm_s16le").await;
    let asked = Instant::now();
    client.send_json(finalize.clone()).await;
    assert_eq!(client.next_json().await["segment"]["text"], "<fin>");
    assert!(asked.elapsed() >= Duration::from_millis(300), "{:?}", asked.elapsed());
    let mut client = open(&server, "dev~stt_wrong_delta", "format=pcm_s16le").await;
    send(&mut client, &to_bytes(&tone(1.0)), 10_240).await;
    assert_eq!(client.next_json().await["delta"]["text"], "never said");
}

#[tokio::test]
async fn a_final_can_come_again_and_be_empty() {
    let server = serve(&[]).await;
    let query = "format=pcm_s16le&translate_languages=es";
    let mut client = open(&server, "dev~stt_tell_again~stt_empty_segments", query).await;
    send(&mut client, &to_bytes(&phrase(16_000)), 10_240).await;
    let mut finals = Vec::new();
    for _ in 0..4 {
        finals.push(next_final(&mut client).await);
    }
    let texts: Vec<&str> = finals.iter().map(|m| m["segment"]["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["", "phrase 1, 1.2 s", "[es] phrase 1, 1.2 s", "phrase 1, 1.2 s."]);
    let id = |n: usize| &finals[n]["transcription_id"];
    assert!(id(1) == id(2) && id(1) == id(3) && id(0) != id(1));
}

#[tokio::test]
async fn what_comes_faster_than_speech_is_not_transcribed() {
    let server = serve_limited(&[]).await;
    let audio = to_bytes(&[tone(1.2), silence(60.0)].concat());
    // Two seconds and a little are heard, so the phrase is not over.
    let mut hasty = open(&server, "dev1", "format=pcm_s16le").await;
    send(&mut hasty, &audio, 10_240).await;
    hasty.send_json(json!({"message_type": "finalize"})).await;
    loop {
        let text = hasty.next_json().await["segment"]["text"].as_str().unwrap().to_owned();
        if text.ends_with("<fin>") {
            break;
        }
    }
    let heard = report(&server).await["streams"][0].clone();
    assert_eq!(heard["audio_bytes"], audio.len());
    assert!(heard["left_out_s"].as_f64().unwrap() > 40.0, "{heard}");
    for (limited, token) in [(true, "dev~stt_any_pace"), (true, "dev~no_rate_limits"), (false, "dev1")] {
        let server = if limited { serve_limited(&[]).await } else { serve(&[]).await };
        let mut client = open(&server, token, "format=pcm_s16le").await;
        send(&mut client, &audio, 10_240).await;
        assert_eq!(next_final(&mut client).await["segment"]["text"], "phrase 1, 1.2 s");
        assert_eq!(report(&server).await["streams"][0]["left_out_s"], 0.0);
    }
}

#[tokio::test]
async fn an_account_can_have_so_many_streams_at_a_time() {
    let server = serve_limited(&["--stt-streams", "2"]).await;
    let path = format!("{PATH}?token=dev1&format=pcm_s16le");
    let _open =
        [Client::open_at(&server, &path).await.unwrap(), Client::open_at(&server, &path).await.unwrap()];
    assert_eq!(Client::open_at(&server, &path).await.err(), Some(409));
    let other = format!("{PATH}?token=dev2&format=pcm_s16le");
    assert!(Client::open_at(&server, &other).await.is_ok());
    // There is no limit of new ones a minute.
    for _ in 0..30 {
        let other = format!("{PATH}?token=dev3&format=pcm_s16le");
        let mut one = Client::open_at(&server, &other).await.unwrap();
        one.ws.close(None).await.unwrap();
        one.rest().await;
    }
}

#[tokio::test]
async fn a_stream_can_fail() {
    let server = serve(&[]).await;
    let audio = to_bytes(&silence(0.32));
    let mut client = open(&server, "dev~stream_error=SERVER_ERROR", "format=pcm_s16le").await;
    client.send_bytes(&audio).await;
    let rest = client.rest().await;
    let code = rest.messages[0]["data"]["code"].as_str();
    assert_eq!((code, rest.close_code()), (Some("SERVER_ERROR"), Some(1011)));
    let mut client = open(&server, "dev~stream_error=BAD_REQUEST~stt_flat_error", "format=pcm_s16le").await;
    client.send_bytes(&audio).await;
    let error = client.next_json().await;
    assert_eq!((&error["code"], error.get("data")), (&json!("BAD_REQUEST"), None));
    let mut client = open(&server, "dev~reset_after_audio=2", "format=pcm_s16le").await;
    client.send_bytes(&audio).await;
    client.send_bytes(&audio).await;
    assert!(client.rest().await.error.is_some());
    let mut client = open(&server, "dev~huge_message=200000", "format=pcm_s16le").await;
    client.send_bytes(&audio).await;
    assert_eq!(client.next_json().await["segment"]["text"].as_str().unwrap().len(), 200_000);
}

#[tokio::test]
async fn a_script_is_transcribed_to_the_letter() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/script.json");
    let server = serve(&["--engine", "script", "--script", script]).await;
    let mut client = open(&server, "dev1", "format=pcm_s16le&translate_languages=es").await;
    send(&mut client, &to_bytes(&silence(3.0)), 10_240).await;
    let first = client.next_json().await;
    assert_eq!((&first["segment"]["text"], &first["is_eos"]), (&json!("Good"), &json!(false)));
    assert_eq!(next_final(&mut client).await["segment"]["text"], "Good morning everyone.");
    let translation = next_final(&mut client).await;
    assert_eq!(
        (&translation["language"], &translation["segment"]["text"]),
        (&json!("es"), &json!("Buenos días a todos."))
    );
}
