//! REST sessions against the devserver: all their fields, the list, one of them, their lifetime (protocol.md 3.2).

use std::ffi::CStr;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::ptr::{null, null_mut};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::support::{Devserver, PATIENCE, Talk, spanish};
use palabra::client::creation::Creation;
use palabra::client::rest::{self, RestSession};
use palabra::client::{Client, ClientOptions, credentials::Credentials};
use palabra::error::{Error, Result, Status};
use palabra::event::EventKind;
use palabra::ffi::account::rest_sessions::*;
use palabra::ffi::base::palabra_struct_init;
use palabra::ffi::client::*;
use palabra::ffi::types::account::*;
use palabra::ffi::types::base::*;
use palabra::ffi::types::client::*;
use palabra::session::State;

/// Runs one call as `ffi` does.
macro_rules! run {
    ($client:expr, |$c:ident| $call:expr) => {{
        let $c = $client.clone();
        palabra::runtime::start().unwrap().run(PATIENCE, move || async move { $call.await })
    }};
}

fn list(client: &Arc<Client>) -> Result<Vec<RestSession>> {
    run!(client, |c| rest::list(&c))
}

fn get(client: &Arc<Client>, id: &str) -> Result<RestSession> {
    let id = id.to_owned();
    run!(client, |c| rest::get(&c, &id))
}

fn refused<T>(result: Result<T>) -> Error {
    result.err().expect("a refusal")
}

#[test]
fn a_session_is_created_found_prolonged_and_deleted() {
    let server = Devserver::start("superset");
    let (c, other) = (server.with_pair("dev~.1~page_size=2"), server.with_pair("dev~.2"));
    let ids: Vec<String> = (0..5).map(|_| run!(c, |c| Creation::new(c).run()).unwrap().id).collect();
    let made = run!(other, |c| Creation::new(c).run()).unwrap();
    assert!(made.webrtc_url.ends_with("/livekit/") && made.webrtc_room_name.starts_with("devserver-"));
    assert_eq!((made.intent.as_str(), made.subscribers.len()), ("api", 0));
    assert!(made.json.expose().contains("\"webrtc_room_name\""));

    let listed: Vec<String> = list(&c).unwrap().into_iter().map(|session| session.id).collect();
    assert_eq!(listed, ids, "all pages, and nobody else's");
    let before = get(&c, &ids[0]).unwrap();
    assert_eq!((before.id.as_str(), before.token.expose()), (ids[0].as_str(), ""));
    assert!(before.created_at < before.expires_at, "{} {}", before.created_at, before.expires_at);
    let id = ids[0].clone();
    run!(c, |c| rest::set_ttl(&c, &id, 1_000_000)).unwrap();
    assert!(get(&c, &ids[0]).unwrap().expires_at > before.expires_at);

    let id = ids[0].clone();
    run!(c, |c| rest::delete(&c, &id)).unwrap();
    assert_eq!(list(&c).unwrap().len(), 4);
    let id = ids[0].clone();
    for gone in [
        get(&c, &ids[0]).map(drop),
        get(&other, &ids[1]).map(drop),
        run!(c, |c| rest::set_ttl(&c, &id, 1)),
        run!(c, |c| rest::delete(&c, "never-made")),
    ] {
        let error = refused(gone);
        assert_eq!((error.status, error.http_status), (Status::Service, 404), "{error}");
    }
}

#[test]
fn the_session_that_a_stream_needed_is_named() {
    let server = Devserver::start("superset");
    let client = server.with_pair("dev~.1");
    let mut talk = Talk::open(&client, spanish());
    let ready = talk.wait(EventKind::Ready);
    let listed = list(&client).unwrap();
    assert_eq!((listed.len(), ready.texts.id()), (1, listed[0].id.as_str()));
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().texts.id(), listed[0].id);
    let mut direct = Talk::open(&server.with_key("dev"), spanish());
    assert_eq!(direct.wait(EventKind::Ready).texts.id(), "");
}

/// The next request that comes, without what its header says of its body.
fn request(service: &TcpListener) -> (TcpStream, String) {
    let (mut stream, _) = service.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&head));
        head.push(byte[0]);
    }
    let line = String::from_utf8(head).unwrap().lines().next().unwrap().to_owned();
    (stream, line)
}

#[test]
fn a_session_that_is_closed_while_the_service_creates_it_is_deleted() {
    let service = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = crate::support::client(ClientOptions {
        credentials: Some(Credentials::new("one", "very-secret")),
        api_url: Some(format!("http://{}", service.local_addr().unwrap())),
        ..ClientOptions::default()
    });
    let talk = Talk::open(&client, spanish());
    let (mut stream, line) = request(&service);
    assert_eq!(line, "POST /session-storage/session HTTP/1.1");
    talk.session.close(Duration::ZERO);
    let begun = Instant::now();
    while talk.session.state() != State::Closed {
        assert!(begun.elapsed() < PATIENCE, "CLOSED must not wait for the service");
        std::thread::yield_now();
    }
    let created = r#"{"data": {"id": "late", "ws_url": "ws://127.0.0.1:9/", "publisher": "token"}}"#;
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{created}", created.len()).unwrap();
    let (mut stream, line) = request(&service);
    assert_eq!(line, "DELETE /session-storage/sessions/late HTTP/1.1");
    write!(stream, "HTTP/1.1 204 No Content\r\n\r\n").unwrap();
    talk.session.close(PATIENCE);
}

#[test]
fn every_refusal_says_what_it_is() {
    let server = Devserver::start("superset");
    for (id, status, http_status) in [
        ("dev~rest_status=401", Status::Auth, 401),
        ("dev~rest_status=429", Status::Rate, 429),
        ("dev~rest_status=503", Status::Service, 503),
        ("dev~rest_garbage", Status::Protocol, 200),
    ] {
        let client = server.with_pair(id);
        for error in [refused(list(&client)), refused(get(&client, "x"))] {
            assert_eq!((error.status, error.http_status), (status, http_status), "{id}: {error}");
        }
    }
    let nobody = crate::support::client(ClientOptions {
        api_url: Some(format!("http://{}", server.address)),
        ..ClientOptions::default()
    });
    assert_eq!(refused(list(&nobody)).status, Status::Auth);
    let client = server.with_pair("dev~.1");
    assert_eq!(refused(get(&client, "..")).status, Status::InvalidArgument);
    let gone = crate::support::client(ClientOptions {
        credentials: Some(Credentials::new("one", "very-secret")),
        api_url: Some("http://127.0.0.1:9".to_owned()),
        ..ClientOptions::default()
    });
    assert_eq!(refused(list(&gone)).status, Status::Connect);
}

fn prepared<T>() -> T {
    let mut value = std::mem::MaybeUninit::<T>::uninit();
    // SAFETY: the function fills the whole struct, whose size is set.
    unsafe {
        assert_eq!(palabra_struct_init(value.as_mut_ptr().cast(), size_of::<T>() as u32), 0);
        value.assume_init()
    }
}

#[test]
fn what_c_passes_is_checked_and_what_it_gets_is_released() {
    let server = Devserver::start("superset");
    let url = std::ffi::CString::new(format!("http://{}", server.address)).unwrap();
    let mut config: palabra_client_config = prepared();
    config.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    (config.credentials.client_id, config.credentials.client_secret) = (c"me".as_ptr(), c"secret".as_ptr());
    config.api_url = url.as_ptr();
    let (mut client, mut error) = (null_mut(), prepared::<palabra_error>());
    let (mut session, mut sessions) =
        (prepared::<palabra_rest_session>(), prepared::<palabra_rest_sessions>());
    let (e, wrong) = (&raw mut error, null_mut::<palabra_client>());
    // SAFETY: valid handles, prepared structs, NUL-terminated texts or NULL.
    unsafe {
        assert_eq!(palabra_client_new(&config, &mut client, e), PALABRA_OK);
        assert_eq!(palabra_rest_session_list(client, null_mut(), -1, e), PALABRA_ERR_INVALID_ARGUMENT);
        assert_eq!(palabra_rest_session_list(wrong, &mut sessions, -1, e), PALABRA_ERR_BAD_HANDLE);
        assert_eq!(
            palabra_rest_session_get(client, null(), &mut session, -1, e),
            PALABRA_ERR_INVALID_ARGUMENT
        );
        let id = c"x".as_ptr();
        assert_eq!(palabra_rest_session_get(client, id, null_mut(), -1, e), PALABRA_ERR_INVALID_ARGUMENT);
        assert_eq!(palabra_rest_session_get(wrong, id, &mut session, -1, e), PALABRA_ERR_BAD_HANDLE);
        for (ttl_ms, status) in [
            (0, PALABRA_ERR_INVALID_ARGUMENT),
            (-1000, PALABRA_ERR_INVALID_ARGUMENT),
            (1500, PALABRA_ERR_INVALID_ARGUMENT),
            (1000, PALABRA_ERR_SERVICE),
        ] {
            assert_eq!(palabra_rest_session_set_ttl(client, id, ttl_ms, -1, e), status, "{ttl_ms}");
        }
        assert_eq!(error.http_status, 404);
        assert_eq!(palabra_rest_session_set_ttl(client, null(), 1000, -1, e), PALABRA_ERR_INVALID_ARGUMENT);

        assert_eq!(palabra_rest_session_create(client, &mut session, -1, e), PALABRA_OK);
        assert_eq!(palabra_rest_session_list(client, &mut sessions, -1, e), PALABRA_OK);
        assert_eq!(sessions.count, 1);
        let listed = &**sessions.items;
        assert_eq!(CStr::from_ptr(listed.id), CStr::from_ptr(session.id));
        assert_eq!(CStr::from_ptr(listed.token), c"");
        assert_eq!(CStr::from_ptr(session.subscriber_tokens), c"");
        assert!(CStr::from_ptr(session.json).to_str().unwrap().contains("publisher"));
        assert_eq!(palabra_rest_session_set_ttl(client, session.id, 1000, -1, e), PALABRA_OK);
        let mut copy = sessions;
        assert_eq!(palabra_rest_sessions_release(&mut sessions), PALABRA_OK);
        assert_eq!(palabra_rest_sessions_release(&mut sessions), PALABRA_OK);
        assert_eq!((sessions.count, sessions.items), (0, null()));
        assert_eq!(palabra_rest_sessions_release(&mut copy), PALABRA_ERR_BAD_HANDLE);
        assert_eq!(palabra_rest_session_release(&mut session), PALABRA_OK);
        assert_eq!(palabra_client_free(client), PALABRA_OK);
    }
}
