//! The program itself: its output line, its signals, its errors, and TLS.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_palabra-devserver");

/// Starts the program and reads its line.
fn start(arguments: &[&str]) -> (Child, Value) {
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("start");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("stdout")).read_line(&mut line).expect("a line");
    let info = serde_json::from_str(&line).expect("JSON");
    (child, info)
}

fn refused(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().expect("start")
}

fn stop(mut child: Child) -> String {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill").success());
    assert_eq!(child.wait().expect("wait").code(), Some(0));
    let mut text = String::new();
    child.stderr.take().expect("stderr").read_to_string(&mut text).expect("text");
    text
}

#[test]
fn it_says_where_it_listens_and_ends_on_a_signal() {
    let (child, info) = start(&[]);
    let port = info["port"].as_u64().unwrap();
    assert_eq!(info["api_url"], format!("http://127.0.0.1:{port}"));
    assert_eq!(info["ws_url"], format!("ws://127.0.0.1:{port}/streaming-api/v1/speech-to-speech/stream"));
    assert_eq!(info["ws_stt_url"], format!("ws://127.0.0.1:{port}/asr/v1/speech-to-text/stream"));
    assert_eq!(info["ws_tts_url"], format!("ws://127.0.0.1:{port}/tts-api/v1/text-to-speech/stream"));
    assert_eq!(info["pid"], child.id());
    assert_eq!(stop(child), "");
}

#[test]
fn complaints_are_clear() {
    let (child, info) = start(&[]);
    let port = info["port"].to_string();
    let taken = refused(&["--port", &port]);
    assert_eq!(taken.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&taken.stderr).contains(&format!("cannot listen on 127.0.0.1:{port}")));
    stop(child);
    let no_file = refused(&["--tls-cert", "/nonexistent.pem", "--tls-key", "/nonexistent.key"]);
    assert_eq!(no_file.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&no_file.stderr).contains("certificate file /nonexistent.pem"));
    assert_eq!(refused(&["--fault", "nonsense"]).status.code(), Some(2));
    let help = refused(&["--help"]);
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("reset_after_ms=MS"));
}

#[tokio::test]
async fn tls_is_served_and_tokens_stay_out_of_the_log() {
    serve_tls(&[]).await;
    serve_tls(&["--latency", "5", "--jitter", "5"]).await;
}

async fn serve_tls(line: &[&str]) {
    use futures_util::{SinkExt, StreamExt};
    use tokio_tungstenite::tungstenite::Message;

    let directory = std::env::temp_dir().join(format!("palabra-devserver-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("directory");
    let (cert_file, key_file) = (directory.join("cert.pem"), directory.join("key.pem"));
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("certificate");
    std::fs::write(&cert_file, made.cert.pem()).expect("cert");
    std::fs::write(&key_file, made.signing_key.serialize_pem()).expect("key");
    let (cert, key) = (cert_file.to_str().expect("path"), key_file.to_str().expect("path"));
    let usual = ["-v", "--tls-cert", cert, "--tls-key", key, "--fault", "close_after_audio=1"];
    let (child, info) = start(&[&usual, line].concat());
    assert!(info["ws_url"].as_str().unwrap().starts_with("wss://"));

    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).expect("root");
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let address = format!("127.0.0.1:{}", info["port"]);
    let tcp = tokio::net::TcpStream::connect(&address).await.expect("connect");
    let name = rustls::pki_types::ServerName::try_from("127.0.0.1").expect("name");
    let tls = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    let tls = tls.connect(name, tcp).await.expect("TLS");
    let url = format!("{}?token=dev-hidden", info["ws_url"].as_str().unwrap());
    let (mut ws, _) = tokio_tungstenite::client_async(url, tls).await.expect("upgrade");
    ws.send(Message::text(r#"{"message_type":"get_task"}"#)).await.expect("send");
    let answer = ws.next().await.expect("open").expect("sound");
    assert!(answer.to_text().expect("text").contains("NOT_FOUND"));
    ws.send(Message::text(r#"{"message_type":"input_audio_data","data":{"data":"AAAA"}}"#))
        .await
        .expect("send");
    // An end that TLS itself announced is not a transport error.
    let end = ws.next().await;
    assert!(!matches!(&end, Some(Err(tokio_tungstenite::tungstenite::Error::Io(_)))), "{end:?}");

    let log = stop(child);
    assert!(log.contains("s1 <- get_task") && log.contains("s1 -> error"), "{log}");
    assert!(!log.contains("hidden") && !log.contains("AAAA"), "{log}");
    let _ = std::fs::remove_dir_all(directory);
}

/// An hour of the service's time, in which nothing is said.
#[tokio::test]
async fn its_time_can_run_faster() {
    use futures_util::StreamExt;
    use tokio_tungstenite::tungstenite::Message;

    let (child, info) = start(&["--time-scale", "10000", "--idle-timeout-ms", "3600000"]);
    let query = "token=dev1&format=pcm_s16le&language=es";
    let url = format!("{}?{query}", info["ws_stt_url"].as_str().unwrap());
    let tcp = tokio::net::TcpStream::connect(format!("127.0.0.1:{}", info["port"])).await.expect("connect");
    let (mut ws, _) = tokio_tungstenite::client_async(url, tcp).await.expect("upgrade");
    let end = async {
        loop {
            if let Message::Close(close) = ws.next().await.expect("a close").expect("sound") {
                return close.expect("a code").code;
            }
        }
    };
    let end = tokio::time::timeout(crate::support::PATIENCE, end).await.expect("the hour passes");
    assert_eq!(u16::from(end), 1001);
    assert_eq!(refused(&["--time-scale", "0.5"]).status.code(), Some(2));
    stop(child);
}
