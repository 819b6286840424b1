//! Both kinds of credentials, from the config and from the environment.

use std::process::Command;
use std::time::Duration;

use crate::support::{Devserver, Talk, client, spanish};
use palabra::client::creation::Creation;
use palabra::client::credentials::Credentials;
use palabra::client::secret::Secret;
use palabra::client::{Client, ClientOptions, rest};
use palabra::error::Status;
use palabra::event::EventKind;
use palabra::products::translation::options::TranslationOptions;
use palabra::session::Session;
use palabra::session::handle::options::SessionOptions;
use palabra::session::handle::options::StreamAddress;

#[test]
fn a_key_with_any_character_opens_a_stream_without_a_rest_session() {
    let server = Devserver::start("strict-v2");
    let talk = Talk::ready(&server.with_key("dev key/+%&=?#ü"), spanish());
    talk.session.end().unwrap();
    let report = server.report();
    assert_eq!((&report["rest"], &report["connections"]), (&false.into(), &1.into()));
}

#[test]
fn a_refused_key_is_an_auth_error_that_does_not_show_it() {
    let server = Devserver::start_with(&["--token", "another"]);
    let mut talk = Talk::open(&server.with_key("key-that-nobody-may-see"), spanish());
    let closed = talk.until_closed();
    assert_eq!(closed.code, Status::Auth.code());
    let error = talk.session.last_error().unwrap();
    assert_eq!((error.http_status, error.retriable), (403, false));
    for text in [closed.texts.text(), &error.text] {
        assert!(!text.contains("key-that"), "{text}");
    }
}

/// Only who refuses credentials gets others: a service that is not there has refused none.
#[test]
fn credentials_are_asked_for_again_only_if_they_were_refused() {
    let client = client(ClientOptions {
        api_key: Some(Secret::new("key")),
        translation_url: Some("ws://127.0.0.1:1/stream".into()),
        asks_credentials: true,
        ..ClientOptions::default()
    });
    let mut talk = Talk::open(&client, spanish());
    let closed = talk.until_closed();
    assert_eq!(closed.code, Status::Connect.code(), "{}", closed.texts.text());
    assert!(talk.events.iter().all(|event| event.kind != EventKind::CredentialsNeeded));
}

#[test]
fn rest_sessions_take_a_key_too() {
    let server = Devserver::start("superset");
    let owner = client(ClientOptions {
        api_key: Some(Secret::new("dev-key")),
        api_url: Some(format!("http://{}", server.address)),
        ..ClientOptions::default()
    });
    let runtime = palabra::runtime::start().unwrap();
    let limit = Duration::from_secs(10);
    let made = {
        let owner = owner.clone();
        runtime.run(limit, move || async move { Creation::new(owner).run().await }).unwrap()
    };
    let stream = Some(StreamAddress { ws_url: made.ws_url, token: made.token });
    drop(Talk::ready(
        &owner,
        TranslationOptions { session: SessionOptions { stream, ..SessionOptions::default() }, ..spanish() },
    ));
    runtime.run(limit, move || async move { rest::delete(&owner, &made.id).await }).unwrap();
    assert_eq!(server.report()["deleted"], 1);
}

#[test]
fn no_credentials_and_wrong_regions_show_before_connecting() {
    let refusal = |options: ClientOptions| Session::open(client(options), spanish(), None).err().unwrap();
    let none = refusal(ClientOptions::default());
    assert_eq!(none.status, Status::Auth);
    assert!(none.text.contains("PALABRA_API_KEY") && none.text.contains("PALABRA_CLIENT_ID"));
    let key = |region: &str| ClientOptions {
        api_key: Some(Secret::new("key")),
        region: Some(region.into()),
        ..ClientOptions::default()
    };
    assert_eq!(refusal(key("US")).status, Status::InvalidArgument);
    assert_eq!(refusal(key("moon")).status, Status::InvalidArgument);
}

/// The settings that a client reads from its environment; the test below runs this in a child process.
#[test]
#[ignore = "a part of another test"]
#[allow(clippy::print_stdout, reason = "its parent reads it")]
fn in_a_given_environment() {
    let client = Client::new(ClientOptions::default()).unwrap();
    let whose = match &client.credentials.current() {
        None => "nobody".to_owned(),
        Some(Credentials::Pair { client_id, client_secret }) => {
            format!("{client_id}/{}", client_secret.expose())
        }
        Some(Credentials::Key { key, region }) => format!("{}@{region}", key.expose()),
    };
    let translation = client.translation_url.as_deref().unwrap_or("-");
    println!("<{whose} {} {translation}>", client.api_url.server());
}

fn in_environment(variables: &[(&str, &str)]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "credentials::in_a_given_environment", "--ignored", "--nocapture"])
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (_, rest) = text.split_once('<').unwrap_or_else(|| panic!("{text}"));
    rest.split('>').next().unwrap().to_owned()
}

#[test]
fn the_environment_is_read_and_a_key_wins_in_it() {
    const PAIR: [(&str, &str); 2] = [("PALABRA_CLIENT_ID", "i"), ("PALABRA_CLIENT_SECRET", "s")];
    const KEY: (&str, &str) = ("PALABRA_API_KEY", "k");
    assert_eq!(in_environment(&[]), "nobody api.palabra.ai:443 -");
    assert_eq!(in_environment(&PAIR), "i/s api.palabra.ai:443 -");
    assert_eq!(in_environment(&[PAIR[0]]), "nobody api.palabra.ai:443 -");
    assert_eq!(in_environment(&[PAIR[0], PAIR[1], KEY]), "k@eu api.palabra.ai:443 -");
    let all = [
        KEY,
        ("PALABRA_REGION", "US"),
        ("PALABRA_API_URL", "http://h:1"),
        ("PALABRA_TRANSLATION_URL", "ws://h/{random_hash}"),
    ];
    assert_eq!(in_environment(&all), "k@us h:1 ws://h/{random_hash}");
    // A stream URL in the environment does not contradict a client id and secret in the environment.
    assert_eq!(in_environment(&[PAIR[0], PAIR[1], all[3]]), "i/s api.palabra.ai:443 ws://h/{random_hash}");
}
