//! Voices and glossaries with the devserver: every call, its pages, its failures (protocol.md 10).

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::support::{Devserver, PATIENCE, client};
use palabra::client::glossaries::{self, Entry, GlossaryOptions, Kind, NewGlossary};
use palabra::client::secret::Secret;
use palabra::client::voices::{self, Labels, NewVoice, Voice, VoiceChange, VoiceOptions, VoiceStatus};
use palabra::client::{Client, ClientOptions};
use palabra::error::{Error, Result, Status};
use palabra::media::source::Patience;
use serde_json::Value;

const SAMPLE: &[u8] = b"123456789\r\n--\0\xff";

/// Each key has an account of its own; the key may name faults.
fn account(server: &Devserver, key: &str) -> Arc<Client> {
    at(&format!("http://{}", server.address), key)
}

fn at(api_url: &str, key: &str) -> Arc<Client> {
    client(ClientOptions {
        api_key: Some(Secret::new(key)),
        api_url: Some(api_url.into()),
        ..ClientOptions::default()
    })
}

/// Runs one call as `ffi` does.
macro_rules! run {
    ($client:expr, |$c:ident| $call:expr) => {
        run!($client, PATIENCE, |$c| $call)
    };
    ($client:expr, $limit:expr, |$c:ident| $call:expr) => {{
        let $c = $client.clone();
        palabra::runtime::start().unwrap().run($limit, move || async move { $call.await })
    }};
}

fn sample() -> VoiceOptions {
    VoiceOptions {
        name: "My voice".into(),
        language: "en".into(),
        sample: Some(SAMPLE.into()),
        filename: Some("me.wav".into()),
        ..VoiceOptions::default()
    }
}

/// Clones a voice. Returns the result, and the last known state of the voice.
fn clone_within(client: &Arc<Client>, options: VoiceOptions, limit: Duration) -> (Result<()>, Option<Voice>) {
    let (voice, made) = (NewVoice::new(options, &Patience::ENDLESS).unwrap(), voices::Made::default());
    let known = made.clone();
    let ended = run!(client, limit, |c| voices::create(&c, &voice, &known));
    let seen = made.take();
    (ended, seen)
}

fn cloned(client: &Arc<Client>, options: VoiceOptions) -> Voice {
    let (ended, voice) = clone_within(client, options, PATIENCE);
    ended.unwrap();
    voice.unwrap()
}

fn pairs(entries: &[(&str, &str)]) -> Vec<Entry> {
    entries.iter().map(|(term, becomes)| ((*term).to_owned(), Some((*becomes).to_owned()))).collect()
}

fn translation() -> GlossaryOptions {
    GlossaryOptions {
        name: "Terms".into(),
        kind: Kind::Translation,
        source_language: "en".into(),
        target_language: Some("es".into()),
        entries: pairs(&[("cat", "gato"), ("a, b", "c \"d\"\ne")]),
        disabled: false,
        csv: None,
        csv_path: None,
    }
}

fn made(client: &Arc<Client>, options: GlossaryOptions) -> Result<glossaries::Glossary> {
    let (glossary, made) = (NewGlossary::new(options, &Patience::ENDLESS)?, glossaries::Made::default());
    let known = made.clone();
    run!(client, |c| glossaries::create(&c, &glossary, &known))?;
    Ok(made.take().unwrap())
}

fn uploads(server: &Devserver) -> Value {
    let mut tcp = TcpStream::connect(server.address).unwrap();
    tcp.write_all(b"GET /devserver/uploads HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut reply = String::new();
    tcp.read_to_string(&mut reply).unwrap();
    serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// Checks that a call was refused with this status, for this reason.
fn refused<T>(result: Result<T>, http_status: u16, part: &str) -> Error {
    let error = result.err().expect("a refusal");
    assert_eq!(error.http_status, http_status, "{error}");
    assert!(error.text.contains(part), "{error}");
    error
}

#[test]
fn a_voice_is_cloned_found_changed_and_deleted() {
    let server = Devserver::start("superset");
    let c = account(&server, "k1");
    let labels = Labels { gender: "female".into(), mood: "calm".into(), ..Labels::default() };
    let options = VoiceOptions {
        description: Some("mine".into()),
        labels: labels.clone(),
        denoise: true,
        sample_json: Some("{\"speech_normalization\": true}".into()),
        ..sample()
    };
    let voice = cloned(&c, options);
    assert_eq!((voice.status, voice.name.as_str()), (VoiceStatus::Ready, "My voice"));
    assert_eq!((voice.language.as_str(), voice.description.as_str()), ("en", "mine"));
    assert_eq!((&voice.labels, voice.voice_type.as_str()), (&labels, "instantly_cloned"));
    let upload = &uploads(&server)[0];
    assert_eq!((&upload["filename"], &upload["mime_type"]), (&"me.wav".into(), &"audio/wav".into()));
    assert_eq!(upload["bytes"], SAMPLE.len());

    let id = voice.id.as_str();
    let owned = || id.to_owned();
    let (a, b) = (owned(), owned());
    assert_eq!(run!(c, |c| voices::get(&c, &a)).unwrap(), voice);
    assert_eq!(run!(c, |c| voices::list(&c, None, None)).unwrap(), std::slice::from_ref(&voice));
    assert_eq!(run!(c, |c| voices::list(&c, Some("my vo"), Some("en"))).unwrap().len(), 1);
    assert_eq!(run!(c, |c| voices::list(&c, Some("other"), None)).unwrap(), []);
    let change = VoiceChange { name: Some("Other name".into()), ..VoiceChange::default() };
    let changed = run!(c, |c| voices::update(&c, &b, &change)).unwrap();
    assert_eq!((changed.name.as_str(), changed.description.as_str()), ("Other name", "mine"));
    assert_eq!(changed.labels, labels);

    let (a, b, d) = (owned(), owned(), owned());
    run!(c, |c| voices::delete(&c, &a)).unwrap();
    let gone = refused(run!(c, |c| voices::get(&c, &b)), 404, "unknown voice");
    assert_eq!((gone.status, gone.retriable), (Status::Service, false));
    refused(run!(c, |c| voices::delete(&c, &d)), 404, "unknown voice");
    assert_eq!(run!(c, |c| voices::list(&c, None, None)).unwrap(), []);
}

#[test]
fn a_voice_from_a_file_is_named_after_it() {
    let server = Devserver::start("superset");
    let path = std::env::temp_dir().join(format!("palabra {} \"me\".mp3", std::process::id()));
    std::fs::write(&path, SAMPLE).unwrap();
    let options = VoiceOptions { path: Some(path.clone()), sample: None, filename: None, ..sample() };
    cloned(&account(&server, "k"), VoiceOptions { no_wait: true, ..options });
    std::fs::remove_file(&path).unwrap();
    let upload = &uploads(&server)[0];
    assert_eq!(upload["mime_type"], "audio/mpeg");
    assert!(upload["filename"].as_str().unwrap().ends_with(" %22me%22.mp3"), "{upload}");
}

#[test]
fn a_voice_that_is_not_waited_for_can_be_waited_for_later() {
    let server = Devserver::start("superset");
    let c = account(&server, "dev~voice_delay_ms=3000");
    let begun = cloned(&c, VoiceOptions { no_wait: true, ..sample() });
    assert_eq!(begun.status, VoiceStatus::Created);
    // The upload URL and its fields must not be passed on.
    assert!(begun.json.contains("voice_id") && !begun.json.contains("policy"), "{}", begun.json);
    let seen = voices::Made::default();
    // On a slow machine the timeout may pass before the first answer.
    let pending = loop {
        let (id, known) = (begun.id.clone(), seen.clone());
        let early = run!(c, Duration::from_millis(200), |c| voices::wait_ready(&c, &id, &known));
        assert_eq!(early.unwrap_err().status, Status::Timeout);
        if let Some(voice) = seen.take() {
            break voice;
        }
    };
    assert_eq!(pending.status, VoiceStatus::Pending);
    let (id, known) = (begun.id.clone(), seen.clone());
    run!(c, |c| voices::wait_ready(&c, &id, &known)).unwrap();
    assert_eq!(seen.take().unwrap().status, VoiceStatus::Ready);
}

#[test]
fn a_voice_outlives_the_time_of_its_call() {
    let server = Devserver::start("superset");
    let c = account(&server, "dev~voice_delay_ms=60000");
    let start = Instant::now();
    let (ended, voice) = clone_within(&c, sample(), Duration::from_millis(2000));
    assert_eq!(ended.unwrap_err().status, Status::Timeout);
    assert!(start.elapsed() < PATIENCE / 2);
    let voice = voice.unwrap();
    assert_eq!(voice.status, VoiceStatus::Pending);
    assert_eq!(run!(c, |c| voices::get(&c, &voice.id)).unwrap().name, "My voice");
}

#[test]
fn a_voice_that_cannot_be_made_says_why_and_is_there() {
    let server = Devserver::start("superset");
    let (ended, voice) =
        clone_within(&account(&server, "dev~voice_fails~voice_delay_ms=0"), sample(), PATIENCE);
    let error = refused(ended, 0, "no speech");
    assert_eq!((error.status, error.retriable), (Status::Service, false));
    let voice = voice.unwrap();
    assert_eq!((voice.status, voice.errors.as_str()), (VoiceStatus::Failed, "the sample holds no speech"));
    let (ended, voice) = clone_within(&account(&server, "dev~upload_status=403"), sample(), PATIENCE);
    assert_eq!(refused(ended, 403, "refused to take the sample").status, Status::Service);
    assert_eq!(voice.unwrap().status, VoiceStatus::Created);
    for (status, expected) in [(503, Status::Service), (429, Status::Rate)] {
        let busy = account(&server, &format!("dev~upload_status={status}~retry_after=7"));
        let error = refused(clone_within(&busy, sample(), PATIENCE).0, status, "refused to take the sample");
        assert_eq!((error.status, error.retriable, error.retry_after_ms()), (expected, true, 7000));
        let busy = account(&server, &format!("dev~rest_status={status}~retry_after=7"));
        let error = run!(busy, |c| voices::get(&c, "any")).unwrap_err();
        assert_eq!((error.status, error.retriable, error.retry_after_ms()), (expected, true, 7000));
    }
}

#[test]
fn lists_are_read_to_their_last_page() {
    let server = Devserver::start("superset");
    let c = account(&server, "dev~page_size=5");
    let builtin = run!(c, |c| voices::list_builtin(&c)).unwrap();
    assert_eq!(builtin.len(), 12);
    assert!(builtin.iter().any(|voice| voice.id == "default_low" && voice.status == VoiceStatus::Ready));
    let c = account(&server, "dev~page_size=2");
    let ids: Vec<String> =
        (0..5).map(|_| cloned(&c, VoiceOptions { no_wait: true, ..sample() }).id).collect();
    let found = run!(c, |c| voices::list(&c, Some("my voice"), Some("en"))).unwrap();
    assert_eq!(found.iter().map(|voice| &voice.id).collect::<Vec<_>>(), ids.iter().collect::<Vec<_>>());
    let names: Vec<String> = (0..4).map(|n| format!("Terms {n}")).collect();
    for name in &names {
        made(&c, GlossaryOptions { name: name.clone(), ..translation() }).unwrap();
    }
    let found = run!(c, |c| glossaries::list(&c)).unwrap();
    assert_eq!(
        found.iter().map(|glossary| &glossary.name).collect::<Vec<_>>(),
        names.iter().collect::<Vec<_>>()
    );
}

#[test]
fn glossaries_of_every_kind_are_made_read_changed_and_deleted() {
    let server = Devserver::start("superset");
    let c = account(&server, "k");
    let same_language =
        |kind, entries| GlossaryOptions { kind, target_language: None, entries, ..translation() };
    let words = vec![("Palabra".to_owned(), None), ("a, \"b\"".to_owned(), None)];
    for (options, target, csv) in [
        (translation(), "es", "cat,gato\n\"a, b\",\"c \"\"d\"\"\ne\"\n"),
        (same_language(Kind::Verification, pairs(&[("palabbra", "Palabra")])), "en", "palabbra,Palabra\n"),
        (same_language(Kind::Hotwords, words), "en", "Palabra\n\"a, \"\"b\"\"\"\n"),
    ] {
        let kind = options.kind;
        let glossary = made(&c, options).unwrap();
        assert_eq!((glossary.kind, glossary.enabled), (Some(kind), true));
        assert_eq!((glossary.source_language.as_str(), glossary.target_language.as_str()), ("en", target));
        let ids = [(); 6].map(|()| glossary.id.clone());
        let [a, b, d, e, f, g] = ids;
        assert_eq!(run!(c, |c| glossaries::get(&c, &a)).unwrap(), glossary);
        assert_eq!(run!(c, |c| glossaries::list(&c)).unwrap(), [glossary]);
        assert_eq!(run!(c, |c| glossaries::download(&c, &b)).unwrap(), csv.as_bytes());
        let renamed = run!(c, |c| glossaries::update(&c, &d, Some("New"), None)).unwrap();
        assert_eq!((renamed.name.as_str(), renamed.enabled), ("New", true));
        let disabled = run!(c, |c| glossaries::update(&c, &e, None, Some(false))).unwrap();
        assert_eq!((disabled.name.as_str(), disabled.enabled), ("New", false));
        run!(c, |c| glossaries::delete(&c, &f)).unwrap();
        let again = g.clone();
        refused(run!(c, |c| glossaries::delete(&c, &g)), 404, "unknown glossary");
        refused(run!(c, |c| glossaries::download(&c, &again)), 404, "unknown glossary");
    }
}

#[test]
fn csv_files_are_sent_as_they_are() {
    let server = Devserver::start("superset");
    let c = account(&server, "k");
    let path = std::env::temp_dir().join(format!("palabra-{}.csv", std::process::id()));
    let from_file = |path: PathBuf| GlossaryOptions {
        csv_path: Some(path),
        entries: vec![],
        disabled: true,
        ..translation()
    };
    let content = "\u{feff}perro,dog\r\naño,year\r\n".as_bytes();
    std::fs::write(&path, content).unwrap();
    let glossary = made(&c, from_file(path.clone())).unwrap();
    assert!(!glossary.enabled);
    assert_eq!(run!(c, |c| glossaries::download(&c, &glossary.id)).unwrap(), content);
    // The largest file is sent and received in one piece.
    let largest = "a,b\n".repeat(1 << 18);
    std::fs::write(&path, &largest).unwrap();
    let glossary = made(&c, from_file(path.clone())).unwrap();
    assert_eq!(run!(c, |c| glossaries::download(&c, &glossary.id)).unwrap(), largest.as_bytes());
    std::fs::remove_file(&path).unwrap();
    assert_eq!(made(&c, from_file(path)).unwrap_err().status, Status::Io);
}

#[test]
fn a_glossary_whose_entries_are_refused_is_there_to_be_deleted() {
    let server = Devserver::start("superset");
    let c = account(&server, "k");
    let options = GlossaryOptions { csv: Some("only one\n".into()), entries: vec![], ..translation() };
    let (glossary, made) =
        (NewGlossary::new(options, &Patience::ENDLESS).unwrap(), glossaries::Made::default());
    let known = made.clone();
    let error = refused(
        run!(c, |c| glossaries::create(&c, &glossary, &known)),
        422,
        "row 1: must have 2 columns, has 1",
    );
    assert_eq!(error.status, Status::Service);
    let id = made.take().unwrap().id;
    run!(c, |c| glossaries::delete(&c, &id)).unwrap();
}

#[test]
fn refusals_keep_status_detail_and_class() {
    let server = Devserver::start("superset");
    for (status, class, retriable) in [
        (401, Status::Auth, false),
        (402, Status::Service, false),
        (403, Status::Auth, false),
        (409, Status::Service, false),
        (422, Status::Service, false),
        (429, Status::Rate, true),
        (503, Status::Service, true),
    ] {
        let c = account(&server, &format!("dev~rest_status={status}"));
        let error =
            refused(run!(c, |c| voices::list(&c, None, None)), status, "list the voices: HTTP status");
        assert_eq!((error.status, error.retriable), (class, retriable), "{error}");
        assert!(error.text.ends_with("refused on purpose"), "{error}");
        if status == 402 {
            assert_eq!(error.service_code, "100050");
        }
    }
    // Exactly one attempt: the service may have processed a request that it did not answer.
    let c = account(&server, "dev~rest_status=503~rest_fail_times=1");
    refused(run!(c, |c| voices::list(&c, None, None)), 503, "on purpose");
    assert_eq!(run!(c, |c| voices::list(&c, None, None)).unwrap(), []);
    let c = account(&server, "dev~rest_garbage");
    let error = refused(run!(c, |c| glossaries::list(&c)), 200, "no JSON object");
    assert_eq!(error.status, Status::Protocol);
    let c = account(&server, "dev~rest_reset");
    assert_eq!(run!(c, |c| voices::list_builtin(&c)).unwrap_err().status, Status::ConnectionLost);
}

#[test]
fn a_key_that_is_refused_is_not_shown() {
    let server = Devserver::start("superset");
    let key = "dev~rest_echo_secret";
    let c = account(&server, key);
    let error = refused(run!(c, |c| voices::list(&c, None, None)), 401, "***");
    assert!(!error.text.contains("echo"), "{error}");
    let strict = Devserver::start_with(&["--token", "another"]);
    let c = account(&strict, "one that is not known");
    refused(run!(c, |c| glossaries::list(&c)), 401, "unknown credentials");
}

#[test]
fn a_client_id_and_secret_and_no_credentials_at_all_are_told_what_is_needed() {
    let server = Devserver::start("superset");
    let none = client(ClientOptions::default());
    for c in [server.with_pair("id"), none] {
        let error = run!(c, |c| voices::list(&c, None, None)).unwrap_err();
        assert_eq!((error.status, error.http_status), (Status::Auth, 0));
        assert!(error.text.contains("PALABRA_API_KEY"), "{error}");
    }
}

#[test]
fn waiting_survives_a_few_failed_looks_and_not_more() {
    let server = Devserver::start("superset");
    let passing = account(&server, "dev~rest_status=503~rest_fail_times=3");
    let seen = voices::Made::default();
    // The three failures are over when the service reports an unknown voice.
    let result = run!(passing, |c| voices::wait_ready(&c, "nobody", &seen));
    refused(result, 404, "unknown voice");
    let lasting = account(&server, "dev~rest_status=503");
    let seen = voices::Made::default();
    refused(run!(lasting, |c| voices::wait_ready(&c, "nobody", &seen)), 503, "on purpose");
}

/// Reads one request with its body and answers it.
fn serve_one(listener: &TcpListener, reply: &str) -> String {
    let (mut tcp, _) = listener.accept().unwrap();
    let (mut request, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let read = tcp.read(&mut piece).unwrap();
        request.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&request);
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let head = text.find("\r\n\r\n").map(|end| end + 4);
        if read == 0 || head.is_some_and(|head| request.len() >= head + length.unwrap_or(0)) {
            break;
        }
    }
    tcp.write_all(reply.as_bytes()).unwrap();
    String::from_utf8_lossy(&request).into_owned()
}

#[test]
fn a_sample_goes_to_its_storage_without_the_key() {
    const POLICY: &str = "policy-that-nobody-may-see";
    const KEY: &str = "key-that-nobody-may-see";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let body = serde_json::json!({"data": {"voice_id": "v", "processing_status": "created",
        "samples": [{"url": format!("{url}/store?signature=x"), "form_data": {"key": "k", "policy": POLICY}}]}})
    .to_string();
    let service = std::thread::spawn(move || {
        let created = format!("HTTP/1.1 201 Created\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let quoted = format!("<Error>{POLICY} has expired for {KEY}</Error>");
        let refusal = format!("HTTP/1.1 403 Forbidden\r\nContent-Length: {}\r\n\r\n{quoted}", quoted.len());
        [created, refusal].map(|reply| serve_one(&listener, &reply))
    });
    let (ended, voice) = clone_within(&at(&url, KEY), sample(), PATIENCE);
    let [clone, upload] = service.join().unwrap();
    assert!(
        clone.starts_with("POST /saas/voice/clone ") && clone.contains(&format!("Bearer {KEY}")),
        "{clone}"
    );
    assert!(upload.starts_with("POST /store?signature=x "), "{upload}");
    assert!(!upload.contains(KEY) && !upload.to_lowercase().contains("authorization"), "{upload}");
    let places = ["name=\"key\"", "name=\"policy\"", "name=\"file\"; filename=\"me.wav\""];
    assert!(places.map(|part| upload.find(part).unwrap()).is_sorted(), "{upload}");
    // A storage server that quotes the request reveals no secret.
    let error = refused(ended, 403, "<Error>*** has expired for ***</Error>");
    assert!(!error.text.contains("nobody-may-see"), "{error}");
    assert!(!voice.unwrap().json.contains(POLICY));
}

/// Answers every request with the same page, and counts the requests.
fn endless_pages(next: &'static str) -> (String, Arc<std::sync::atomic::AtomicU32>) {
    use std::sync::atomic::{AtomicU32, Ordering};

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicU32::new(0));
    let count = asked.clone();
    std::thread::spawn(move || {
        for tcp in listener.incoming() {
            let (mut tcp, mut request) = (tcp.unwrap(), [0; 4096]);
            let _ = tcp.read(&mut request);
            let number = count.fetch_add(1, Ordering::Relaxed);
            let next = next.replace('#', &number.to_string());
            let body = format!("{{\"data\":{{\"items\":[{{\"voice_id\":\"v\"}}],\"next\":\"{next}\"}}}}");
            let _ = write!(tcp, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        }
    });
    (url, asked)
}

#[test]
fn a_list_without_an_end_is_an_error() {
    use std::sync::atomic::Ordering;

    for (next, most) in [("the same", 2), ("page #", 1000)] {
        let (url, asked) = endless_pages(next);
        let c = at(&url, "key");
        let error = run!(c, |c| voices::list(&c, None, None)).unwrap_err();
        assert_eq!(error.status, Status::Protocol, "{error}");
        assert_eq!(asked.load(Ordering::Relaxed), most);
    }
}
