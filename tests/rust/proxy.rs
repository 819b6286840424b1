//! Connections through an HTTP proxy: REST calls and streams, plain and encrypted, and every way to fail.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tokio::time::Instant;

use crate::support::proxied::{failure, streaming, through};
use crate::support::{Devserver, PATIENCE, Talk, client, spanish};
use palabra::client::secret::Secret;
use palabra::client::{ClientOptions, credentials::Credentials};
use palabra::error::Status;

#[derive(Clone, Copy)]
enum Manner {
    Open,
    /// The only authorization that the proxy accepts.
    Password(&'static str),
    Hang,
    Say(&'static str),
}

/// A proxy that records the requested servers.
struct Proxy {
    address: String,
    targets: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(manner: Manner) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let targets = Arc::new(Mutex::new(Vec::new()));
        let asked = targets.clone();
        thread::spawn(move || {
            for tcp in listener.incoming().flatten() {
                let asked = asked.clone();
                thread::spawn(move || serve(tcp, manner, &asked));
            }
        });
        Proxy { address, targets }
    }

    fn targets(&self) -> Vec<String> {
        self.targets.lock().unwrap().clone()
    }

    fn url(&self, user_info: &str) -> Option<Secret> {
        Some(Secret::new(format!("http://{user_info}{}", self.address)))
    }
}

fn serve(mut tcp: TcpStream, manner: Manner, asked: &Mutex<Vec<String>>) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        tcp.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let target = head.strip_prefix("CONNECT ")?.split(' ').next()?.to_owned();
    asked.lock().unwrap().push(target.clone());
    let refused = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
    let reply = match manner {
        Manner::Open => None,
        Manner::Password(expected) => {
            (!head.contains(&format!("Proxy-Authorization: {expected}\r\n"))).then_some(refused)
        }
        Manner::Hang => {
            let _ = tcp.read(&mut [0]);
            return None;
        }
        Manner::Say(reply) => Some(reply),
    };
    if let Some(reply) = reply {
        tcp.write_all(reply.as_bytes()).ok()?;
        let _ = tcp.read(&mut [0]);
        return None;
    }
    let server = TcpStream::connect(target).ok()?;
    tcp.write_all(b"HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n").ok()?;
    through(tcp, server)
}

#[test]
fn rest_calls_and_the_stream_go_through_it() {
    let (server, proxy) = (Devserver::start("superset"), Proxy::start(Manner::Open));
    let client = client(ClientOptions {
        credentials: Some(Credentials::new("dev", "very-secret")),
        api_url: Some(format!("http://{}", server.address)),
        proxy_url: proxy.url(""),
        ..ClientOptions::default()
    });
    let talk = Talk::ready(&client, spanish());
    talk.session.close(Duration::from_secs(5));
    assert_eq!(proxy.targets(), vec![server.address.to_string(); 3], "create, stream, delete");
    assert_eq!(server.report()["deleted"], 1);
}

#[test]
fn an_encrypted_stream_is_encrypted_to_the_server() {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let file = |name: &str, text: String| -> PathBuf {
        let path = std::env::temp_dir().join(format!("palabra-proxy-test-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        path
    };
    let paths = (file("cert", made.cert.pem()), file("key", made.signing_key.serialize_pem()));
    let (cert, key) = (paths.0.to_str().unwrap(), paths.1.to_str().unwrap());
    let server = Devserver::start_with(&["--tls-cert", cert, "--tls-key", key]);
    let proxy = Proxy::start(Manner::Open);
    let client = client(ClientOptions {
        api_key: Some(Secret::new("dev-key")),
        translation_url: Some(server.translation_url().replace("ws://", "wss://")),
        ca_pem: Some(made.cert.pem().into_bytes()),
        proxy_url: proxy.url(""),
        ..ClientOptions::default()
    });
    let _talk = Talk::ready(&client, spanish());
    assert_eq!(proxy.targets(), [server.address.to_string()]);
    for path in [paths.0, paths.1] {
        let _ = std::fs::remove_file(path);
    }
}

#[test]
fn a_password_is_asked_for_and_given() {
    let server = Devserver::start("superset");
    // me : pass:word
    let proxy = Proxy::start(Manner::Password("Basic bWU6cGFzczp3b3Jk"));
    let _talk = Talk::ready(&streaming(&server.translation_url(), proxy.url("me:pass%3Aword@")), spanish());
    for (user_info, sentence) in [("", "wants a name"), ("me:wrong-password@", "refused the name")] {
        let error = failure(&streaming(&server.translation_url(), proxy.url(user_info)));
        assert_eq!((error.status, error.http_status, error.retriable), (Status::Auth, 407, false));
        assert!(error.text.contains(sentence) && !error.text.contains("wrong-password"), "{}", error.text);
    }
}

#[test]
fn one_that_hangs_is_given_up_in_time() {
    let (server, proxy) = (Devserver::start("superset"), Proxy::start(Manner::Hang));
    let start = Instant::now();
    let error = failure(&streaming(&server.translation_url(), proxy.url("")));
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    assert_eq!((error.status, error.retriable), (Status::Connect, true));
    assert!(error.text.contains(&proxy.address), "{}", error.text);
}

#[test]
fn refusals_and_nonsense() {
    let server = Devserver::start("superset");
    let cases = [
        ("HTTP/1.1 403 No\r\nContent-Length: 900\r\n\r\nnever", Status::Connect, 403, false),
        ("HTTP/1.1 503 Later\r\n\r\n", Status::Connect, 503, true),
        ("220 mail.example ESMTP\r\n\r\n", Status::Protocol, 0, false),
        ("HTTP/1.1 200 OK\r\n\r\nsurprise", Status::Protocol, 0, false),
    ];
    for (reply, status, http_status, retriable) in cases {
        let proxy = Proxy::start(Manner::Say(reply));
        let error = failure(&streaming(&server.translation_url(), proxy.url("")));
        assert_eq!(
            (error.status, error.http_status, error.retriable),
            (status, http_status, retriable),
            "{reply}"
        );
    }
}

#[test]
fn a_proxy_that_is_not_there_is_a_connect_error() {
    let server = Devserver::start("superset");
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let proxy_url = Some(Secret::new(format!("http://{free}")));
    let error = failure(&streaming(&server.translation_url(), proxy_url));
    assert_eq!((error.status, error.retriable), (Status::Connect, true));
}

#[test]
fn a_refused_rest_call_is_not_tried_again() {
    let proxy = Proxy::start(Manner::Say("HTTP/1.1 403 No\r\n\r\n"));
    let client = client(ClientOptions {
        credentials: Some(Credentials::new("dev", "very-secret")),
        api_url: Some("http://127.0.0.1:9".into()),
        proxy_url: proxy.url(""),
        ..ClientOptions::default()
    });
    assert_eq!(failure(&client).http_status, 403);
    assert_eq!(proxy.targets(), ["127.0.0.1:9"]);
}
