//! Connections through SOCKS proxies of both versions.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::support::proxied::{failure, streaming, through};
use crate::support::{Devserver, Talk, client, spanish};
use palabra::client::secret::Secret;
use palabra::client::{ClientOptions, credentials::Credentials};
use palabra::error::Status;

/// The only user that an authenticating proxy accepts.
const USER: (&str, &str) = ("me", "pass:word");

#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Open,
    AsksWho,
    /// Answers every request with this code.
    Says(u8),
    Hangs,
    HangsUp,
    SpeaksHttp,
}

/// A proxy that records the requested targets.
struct Proxy {
    address: SocketAddr,
    targets: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(manner: Manner) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
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

    fn url(&self, scheme: &str, user_info: &str) -> Option<Secret> {
        Some(Secret::new(format!("{scheme}://{user_info}{}", self.address)))
    }
}

fn take<const N: usize>(tcp: &mut TcpStream) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    tcp.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn take_text(tcp: &mut TcpStream, bytes: u8) -> Option<String> {
    let mut text = vec![0; bytes.into()];
    tcp.read_exact(&mut text).ok()?;
    String::from_utf8(text).ok()
}

fn serve(mut tcp: TcpStream, manner: Manner, asked: &Mutex<Vec<String>>) -> Option<()> {
    let version = take::<1>(&mut tcp)?[0];
    match manner {
        Manner::Hangs => return tcp.read_to_end(&mut Vec::new()).map(drop).ok(),
        Manner::HangsUp => return None,
        Manner::SpeaksHttp => return tcp.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").ok(),
        _ => {}
    }
    let target =
        if version == 4 { request_4(&mut tcp)? } else { request_5(&mut tcp, manner == Manner::AsksWho)? };
    asked.lock().unwrap().push(target.clone());
    let code = if let Manner::Says(code) = manner { Some(code) } else { None };
    let reply = match version {
        4 => vec![0, code.unwrap_or(90), 0, 0, 0, 0, 0, 0],
        _ => vec![5, code.unwrap_or(0), 0, 1, 0, 0, 0, 0, 0, 0],
    };
    tcp.write_all(&reply).ok()?;
    if code.is_some() {
        return None;
    }
    let server = TcpStream::connect(target).ok()?;
    through(tcp, server)
}

/// The requested target: an address, or a name with an invalid address (SOCKS 4a).
fn request_4(tcp: &mut TcpStream) -> Option<String> {
    let [_connect, high, low, a, b, c, d] = take(tcp)?;
    let text = |tcp: &mut TcpStream| {
        let mut text = String::new();
        loop {
            match take::<1>(tcp)? {
                [0] => return Some(text),
                [byte] => text.push(byte.into()),
            }
        }
    };
    text(tcp)?;
    let host =
        if (a, b, c) == (0, 0, 0) && d > 0 { text(tcp)? } else { Ipv4Addr::new(a, b, c, d).to_string() };
    Some(format!("{host}:{}", u16::from_be_bytes([high, low])))
}

fn request_5(tcp: &mut TcpStream, asks_who: bool) -> Option<String> {
    let [count] = take(tcp)?;
    let methods = take_text(tcp, count)?.into_bytes();
    let method = if asks_who { 2 } else { 0 };
    if !methods.contains(&method) {
        tcp.write_all(&[5, 0xff]).ok()?;
        return None;
    }
    tcp.write_all(&[5, method]).ok()?;
    if asks_who {
        let [_version, name] = take(tcp)?;
        let name = take_text(tcp, name)?;
        let [password] = take(tcp)?;
        let is_known = (name.as_str(), take_text(tcp, password)?.as_str()) == USER;
        tcp.write_all(&[1, u8::from(!is_known)]).ok()?;
        is_known.then_some(())?;
    }
    let [_version, _connect, _reserved, kind] = take(tcp)?;
    let host = match kind {
        1 => Ipv4Addr::from(take::<4>(tcp)?).to_string(),
        3 => {
            let [bytes] = take(tcp)?;
            take_text(tcp, bytes)?
        }
        _ => format!("[{}]", std::net::Ipv6Addr::from(take::<16>(tcp)?)),
    };
    Some(format!("{host}:{}", u16::from_be_bytes(take(tcp)?)))
}

/// The stream of a server that is addressed by its name.
fn by_name(server: &Devserver) -> String {
    server.translation_url().replace("127.0.0.1", "localhost")
}

#[test]
fn rest_calls_and_the_stream_go_through_it() {
    let (server, proxy) = (Devserver::start("superset"), Proxy::start(Manner::Open));
    let client = client(ClientOptions {
        credentials: Some(Credentials::new("dev", "very-secret")),
        api_url: Some(format!("http://{}", server.address)),
        proxy_url: proxy.url("socks5h", ""),
        ..ClientOptions::default()
    });
    let talk = Talk::ready(&client, spanish());
    talk.session.close(Duration::from_secs(5));
    assert_eq!(proxy.targets(), vec![server.address.to_string(); 3], "create, stream, delete");
}

#[test]
fn names_are_resolved_where_the_scheme_says() {
    let server = Devserver::start("superset");
    let port = server.address.port();
    for (scheme, host) in [("socks5h", "localhost"), ("socks4a", "localhost"), ("socks4", "127.0.0.1")] {
        let proxy = Proxy::start(Manner::Open);
        let _talk = Talk::ready(&streaming(&by_name(&server), proxy.url(scheme, "")), spanish());
        assert_eq!(proxy.targets(), [format!("{host}:{port}")], "{scheme}");
    }
    // The resolver chooses which of its addresses is used.
    let proxy = Proxy::start(Manner::Says(1));
    failure(&streaming(&by_name(&server), proxy.url("socks5", "")));
    let target: SocketAddr = proxy.targets()[0].parse().unwrap();
    assert!(target.ip().is_loopback(), "{target}");
}

#[test]
fn a_password_is_asked_for_and_given() {
    let server = Devserver::start("superset");
    let proxy = Proxy::start(Manner::AsksWho);
    let _talk =
        Talk::ready(&streaming(&server.translation_url(), proxy.url("socks5", "me:pass%3Aword@")), spanish());
    for (user_info, sentence) in [("", "wants a name"), ("me:wrong-password@", "refused the name")] {
        let error = failure(&streaming(&server.translation_url(), proxy.url("socks5", user_info)));
        assert_eq!((error.status, error.retriable), (Status::Auth, false), "{}", error.text);
        assert!(error.text.contains(sentence) && !error.text.contains("wrong-password"), "{}", error.text);
    }
    let long = format!("{}:{}@", "n".repeat(200), "p".repeat(200));
    let error = failure(&streaming(&server.translation_url(), proxy.url("socks5", &long)));
    assert_eq!((error.status, error.retriable), (Status::Unsupported, false), "{}", error.text);
    assert!(error.text.contains("too long") && !error.text.contains("ppp"), "{}", error.text);
}

#[test]
fn one_that_refuses_hangs_or_speaks_something_else_is_told_apart() {
    let server = Devserver::start("superset");
    let cases = [
        ("socks5", Manner::Says(5), Status::Connect, true),
        ("socks5", Manner::Says(2), Status::Connect, false),
        ("socks4", Manner::Says(91), Status::Connect, true),
        ("socks5", Manner::Hangs, Status::Connect, true),
        ("socks5", Manner::HangsUp, Status::ConnectionLost, true),
        ("socks5", Manner::SpeaksHttp, Status::Protocol, false),
    ];
    for (at, (scheme, manner, status, retriable)) in cases.into_iter().enumerate() {
        let proxy = Proxy::start(manner);
        let error = failure(&streaming(&server.translation_url(), proxy.url(scheme, "")));
        assert_eq!((error.status, error.retriable), (status, retriable), "case {at}: {}", error.text);
        assert!(error.text.contains(&proxy.address.to_string()), "{}", error.text);
    }
}
