//! REST servers that misbehave.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::handshake::read_head;
use super::*;

/// A client with long timeouts: a timely answer did not wait for them.
fn patient_client(api: &str) -> Arc<Client> {
    let options = ClientOptions {
        credentials: Some(Credentials::new("id", TOKEN)),
        api_url: Some(format!("http://{api}")),
        ignore_environment: true,
        ..ClientOptions::default()
    };
    Arc::new(Client::new(options).unwrap())
}

/// Serves each request with `serve`, once its head was read, and counts the requests.
fn counting_server(serve: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> (String, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    let address = server(move |mut tcp| {
        if read_head(&mut tcp).is_some() {
            counted.fetch_add(1, Ordering::SeqCst);
            serve(&mut tcp);
        }
    });
    (address, count)
}

fn stay(tcp: &mut TcpStream) {
    read_until_gone(tcp);
}

/// A session created by a request without a reply could not be deleted, so such a request is not repeated.
#[test]
fn a_request_that_may_have_made_a_session_is_not_repeated() {
    type Serve = fn(&mut TcpStream);
    let hang_up: Serve = |tcp| drop(tcp.shutdown(Shutdown::Both));
    let cut_head: Serve = |tcp| drop(tcp.write_all(b"HTTP/1.1 201 Crea"));
    let cut_body: Serve =
        |tcp| drop(tcp.write_all(b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{\"data\":"));
    let fail: Serve = |tcp| drop(tcp.write_all(b"HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n"));
    for (serve, status, times) in [
        (hang_up, Status::ConnectionLost, 1),
        (cut_head, Status::ConnectionLost, 1),
        (cut_body, Status::ConnectionLost, 1),
        // With an answer, no session was created.
        (fail, Status::Session, 3),
    ] {
        let (address, count) = counting_server(serve);
        let error = error_of(&Session::open(patient_client(&address), spanish(), None).unwrap());
        assert_eq!((error.status, error.retriable), (status, true), "{error}");
        assert_eq!(count.load(Ordering::SeqCst), times, "{error}");
    }
}

#[test]
fn a_request_that_is_not_answered_in_time_is_not_repeated() {
    let (address, count) = counting_server(stay);
    let error =
        error_of(&Session::open(client_within(&address, Duration::from_secs(2)), spanish(), None).unwrap());
    assert_eq!((error.status, error.retriable), (Status::Connect, true), "{error}");
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

/// Half of a client's usual timeout for a REST call.
const IN_TIME: Duration = Duration::from_secs(15);

#[test]
fn a_refusal_counts_whatever_becomes_of_its_body() {
    for (head, body) in [
        ("401 No", r#"{"errors":[{"detail":"bad key"}]}"#),
        ("401 No\r\nContent-Length: 1000", "bad\nkey"),
        ("403 No\r\nTransfer-Encoding: chunked", "7\r\nbad key\r\n"),
    ] {
        for goes_on in [true, false] {
            let reply = format!("HTTP/1.1 {head}\r\n\r\n{body}");
            let (address, _) = counting_server(move |tcp| {
                let _ = tcp.write_all(reply.as_bytes());
                if goes_on {
                    read_until_gone(tcp);
                }
            });
            let begun = Instant::now();
            let error = error_of(&Session::open(patient_client(&address), spanish(), None).unwrap());
            assert!(begun.elapsed() < IN_TIME, "{head}: {:?}", begun.elapsed());
            assert_eq!(
                (error.status, error.http_status),
                (Status::Auth, head[..3].parse().unwrap()),
                "{error}"
            );
            assert!(error.text.contains("bad key"), "{error}");
        }
    }
}

#[test]
fn gateways_add_as_many_headers_as_they_like() {
    let many: String = (0..300).map(|number| format!("X-Header-{number}: value\r\n")).collect();
    let reply = format!("HTTP/1.1 402 Pay\r\n{many}Content-Length: 2\r\n\r\nno");
    let (address, _) = counting_server(move |tcp| drop(tcp.write_all(reply.as_bytes())));
    let error = error_of(&Session::open(patient_client(&address), spanish(), None).unwrap());
    assert_eq!(error.http_status, 402, "{error}");
}
