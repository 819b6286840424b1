//! Replies to the upgrade that are invalid or endless.

use super::*;

/// Reads the head of a request and writes `reply`, in which `{accept}` is the answer to its key; then runs
/// `afterwards`.
fn upgrader(reply: impl Into<String>, afterwards: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let reply = reply.into();
    server(move |mut tcp| {
        let Some(head) = read_head(&mut tcp) else { return };
        let _ = tcp.write_all(reply.replace("{accept}", &accept(&head)).as_bytes());
        afterwards(tcp);
    })
}

pub fn read_head(tcp: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        tcp.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

fn accept(head: &str) -> String {
    let key = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("sec-websocket-key").then(|| value.trim())
    });
    tungstenite::handshake::derive_accept_key(key.unwrap_or_default().as_bytes())
}

fn stay(mut tcp: TcpStream) {
    read_until_gone(&mut tcp);
}

fn talk_for_ever(mut tcp: TcpStream) {
    while tcp.write_all(&[b'x'; 1024]).is_ok() {}
}

/// Half of a client's usual timeout for an upgrade: a client that waits for the rest of a body needs all of it.
const IN_TIME: Duration = Duration::from_secs(5);

#[test]
fn a_refusal_counts_whatever_becomes_of_its_body() {
    type Afterwards = fn(TcpStream);
    let (stay, cut): (Afterwards, Afterwards) = (stay, drop);
    for (head, body, afterwards, status, told) in [
        ("401 No", "bad key", stay, Status::Auth, "bad key"),
        ("403 No\r\nContent-Length: 1000", "bad key", stay, Status::Auth, "bad key"),
        ("403 No\r\nContent-Length: 1000", "bad key", cut, Status::Auth, "bad key"),
        ("401 No\r\nTransfer-Encoding: chunked", "7\r\nbad key\r\n", stay, Status::Auth, "bad key"),
        ("401 No\r\nTransfer-Encoding: chunked", "7\r\nbad key\r\nno chunk", stay, Status::Auth, "bad key"),
        ("401 No", "bad key ", talk_for_ever, Status::Auth, "bad key xxx"),
        ("429 No", "", stay, Status::Rate, "status 429"),
        ("503 No\r\nContent-Encoding: gzip", "\u{1f}\u{8b}\u{8}packed", stay, Status::Session, "status 503"),
        ("200 OK", "<html>\r\nPlease\r\nlog in", stay, Status::Session, "<html> Please log in"),
    ] {
        let begun = Instant::now();
        let session = open_stream(&upgrader(format!("HTTP/1.1 {head}\r\n\r\n{body}"), afterwards));
        let error = error_of(&session);
        assert!(begun.elapsed() < IN_TIME, "{head}: {:?}", begun.elapsed());
        let http_status: u16 = head[..3].parse().unwrap();
        assert_eq!((error.status, error.http_status), (status, http_status), "{head}: {error}");
        assert_eq!(error.retriable, matches!(http_status, 429 | 503), "{head}: {error}");
        assert!(error.text.contains(told) && !error.text.contains(char::is_control), "{head}: {error}");
        assert!(!error.text.contains("packed"), "{head}: {error}");
    }
}

const UPGRADE: &str = "Upgrade: websocket\r\n";
const CONNECTION: &str = "Connection: Upgrade\r\n";
const ACCEPT: &str = "Sec-WebSocket-Accept: {accept}\r\n";

#[test]
fn what_was_not_offered_or_is_missing_is_no_websocket() {
    for (lines, told) in [
        ([CONNECTION, ACCEPT, ""], "Upgrade"),
        ([UPGRADE, ACCEPT, ""], "Connection"),
        ([UPGRADE, CONNECTION, ""], "key"),
        (["Upgrade: h2c\r\n", CONNECTION, ACCEPT], "Upgrade"),
        ([UPGRADE, CONNECTION, "Sec-WebSocket-Accept: {accept}=\r\n"], "key"),
        (
            [
                ACCEPT,
                "Sec-WebSocket-Extensions: permessage-deflate\r\n",
                "Upgrade: websocket\r\nConnection: upgrade\r\n",
            ],
            "extension permessage-deflate",
        ),
        (
            [ACCEPT, "Sec-WebSocket-Protocol: chat\r\n", "Upgrade: websocket\r\nConnection: upgrade\r\n"],
            "subprotocol chat",
        ),
    ] {
        let reply = format!("HTTP/1.1 101 Switching Protocols\r\n{}\r\n", lines.concat());
        let error = error_of(&open_stream(&upgrader(reply, stay)));
        assert_eq!((error.status, error.retriable), (Status::Protocol, false), "{lines:?}: {error}");
        assert!(error.text.contains(told), "{lines:?}: {error}");
    }
}

#[test]
fn gateways_add_as_many_headers_as_they_like() {
    let many: String = (0..300).map(|number| format!("X-Header-{number}: value\r\n")).collect();
    let head = format!("HTTP/1.1 101 Switching Protocols\r\n{UPGRADE}{CONNECTION}{ACCEPT}{many}\r\n");
    let address = upgrader(head, |mut tcp| {
        let _ = tcp.write_all(&[text(RUNNING), frame(8, &1001u16.to_be_bytes())].concat());
        read_until_gone(&mut tcp);
    });
    assert_eq!(error_of(&open_stream(&address)).close_code, 1001);
    let refusal = format!("HTTP/1.1 403 No\r\n{many}Content-Length: 2\r\n\r\nno");
    assert_eq!(error_of(&open_stream(&upgrader(refusal, stay))).http_status, 403);
}

/// A server whose path `/N` redirects to `/N-1`, as `to` writes it; `/0` and `/stream` are refused.
fn redirector(to: impl Fn(&str, u32) -> String + Send + Sync + 'static) -> String {
    server(move |mut tcp| {
        let Some(head) = read_head(&mut tcp) else { return };
        let host = head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
        let path = head.split([' ', '?']).nth(1).unwrap_or_default();
        let left = path.trim_start_matches('/').parse().unwrap_or(0);
        let reply = match left {
            0 => "HTTP/1.1 418 Teapot\r\n\r\n".to_owned(),
            left => format!("HTTP/1.1 307 Elsewhere\r\nLocation: {}\r\n\r\n", to(host, left - 1)),
        };
        let _ = tcp.write_all(reply.as_bytes());
        read_until_gone(&mut tcp);
    })
}

#[test]
fn three_redirections_to_the_same_server_are_followed() {
    let absolute = |host: &str, left: u32| format!("http://{host}/{left}?a=1#part");
    let relative = |_: &str, left: u32| format!("{left}?token=x");
    for address in [redirector(absolute), redirector(relative)] {
        assert_eq!(error_of(&open_at(&format!("ws://{address}/3"))).http_status, 418);
        let error = error_of(&open_at(&format!("ws://{address}/4")));
        assert_eq!((error.status, error.http_status), (Status::Session, 307), "{error}");
        assert!(error.text.contains(&format!("{address}/0, which is redirection number 4")), "{error}");
    }
}

#[test]
fn other_redirections_are_named_without_their_query() {
    for (location, told) in [
        ("ws://other.example/path?token=secret#part", "to ws://other.example/path, "),
        ("https://127.0.0.1/path?token=secret", "to https://127.0.0.1/path, "),
        ("//me:secret@other.example/path", "to ws://other.example/path, "),
        ("gopher://secret", "an address that is not valid"),
    ] {
        let error = error_of(&open_at(&format!("ws://{}/1", redirector(|_, _| location.to_owned()))));
        assert_eq!((error.status, error.http_status, error.retriable), (Status::Session, 307, false));
        assert!(error.text.contains(told) && !error.text.contains("secret"), "{error}");
    }
}
