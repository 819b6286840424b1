//! Traffic that is recorded without secrets, and replayed.

use std::path::PathBuf;

use crate::support::{Client, serve, silence, task, tone};
use palabra_devserver::audio::to_bytes;
use serde_json::{Value, json};

const STT: &str = "/asr/v1/speech-to-text/stream?format=pcm_s16le";

struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("palabra-devserver-{name}-{}.jsonl", std::process::id())))
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("text")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Everything until the end of a short translation, and of a transcription with a final.
async fn talk(server: &palabra_devserver::server::Running, token: &str) -> (Vec<Value>, Vec<Value>) {
    let mut client = Client::open(server, token).await.unwrap();
    client.send("set_task", task()).await;
    let mut first = vec![client.next_json().await];
    client.speak(&[tone(1.0), silence(1.0)].concat()).await;
    client.send("end_task", json!({})).await;
    let rest = client.rest().await;
    assert_eq!(rest.close_code(), Some(1000));
    first.extend(rest.messages);
    let mut client = Client::open_at(server, &format!("{STT}&token={token}")).await.unwrap();
    for part in to_bytes(&[tone(1.0), silence(1.0)].concat()).chunks(10_240) {
        client.send_bytes(part).await;
    }
    let mut second = vec![client.next_json().await];
    while second.last().is_some_and(|last| last["is_eos"] != true) {
        second.push(client.next_json().await);
    }
    (first, second)
}

#[tokio::test]
async fn what_was_recorded_is_said_again() {
    let file = File::new("talk");
    let said = talk(&serve(&["--record", file.path()]).await, "dev-hidden").await;
    let recorded = std::fs::read_to_string(file.path()).unwrap();
    assert!(!recorded.contains("hidden"), "{recorded}");
    assert!(recorded.contains("set_task") && recorded.contains(r#""code":1000"#));
    // A script would say something else, if it were asked.
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/script.json");
    let line = ["--replay", file.path(), "--engine", "script", "--script", script];
    let again = talk(&serve(&line).await, "dev-other").await;
    for (now, before) in [(again.0, said.0), (again.1, said.1)] {
        assert_eq!(now.len(), before.len());
        for (now, before) in now.iter().zip(&before) {
            let (now, before) = (now.to_string(), before.to_string());
            assert!(now == before, "{:.400} instead of {:.400}", now, before);
        }
    }
}

#[tokio::test]
async fn a_secret_that_the_service_repeats_is_hidden() {
    let file = File::new("secret");
    let server = serve(&["--record", file.path()]).await;
    let mut client = Client::open(&server, "dev~reject_task~echo_token~.hidden").await.unwrap();
    client.send("set_task", task()).await;
    assert!(client.next_of("error").await["desc"].as_str().unwrap().contains("hidden"));
    let recorded = std::fs::read_to_string(file.path()).unwrap();
    assert!(recorded.contains("refused on purpose for ***") && !recorded.contains("hidden"), "{recorded}");
}

#[tokio::test]
async fn an_answer_waits_for_its_question_and_the_stream_ends_as_it_did() {
    let file = File::new("order");
    let question = json!({"message_type": "get_task"}).to_string();
    let lines = [
        json!({"stream": 1, "at_ms": 0, "open": "translation"}),
        json!({"stream": 1, "at_ms": 1, "from": "client", "text": question}),
        json!({"stream": 1, "at_ms": 2, "from": "server", "text": json!({"message_type": "a"}).to_string()}),
        json!({"stream": 1, "at_ms": 3, "closed_by": "server", "code": 4001}),
    ];
    std::fs::write(file.path(), lines.map(|line| line.to_string()).join("\n")).unwrap();
    let server = serve(&["--replay", file.path()]).await;
    let mut client = Client::open(&server, "dev1").await.unwrap();
    assert!(client.is_quiet(std::time::Duration::from_millis(100)).await);
    client.send("input_audio_data", json!({})).await;
    assert!(client.is_quiet(std::time::Duration::from_millis(50)).await);
    client.send("get_task", json!({})).await;
    let rest = client.rest().await;
    assert_eq!((rest.messages.len(), rest.close_code()), (1, Some(4001)));
    // Later streams are as usual.
    let mut client = Client::open(&server, "dev2").await.unwrap();
    client.send("get_task", json!({})).await;
    assert_eq!(client.next_of("error").await["code"], "NOT_FOUND");
}
