//! Invalid certificates, and servers without TLS.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::*;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server that closes after the task, with the certificate described by `params`.
fn tls_server(issuer: &Authority, name: &str, change: impl Fn(&mut CertificateParams)) -> String {
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let chain = vec![params.signed_by(&key, issuer).unwrap().der().clone()];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    server(move |tcp| {
        let tls = rustls::ServerConnection::new(config.clone()).unwrap();
        if let Ok(mut socket) = tungstenite::accept(rustls::StreamOwned::new(tls, tcp)) {
            let _ = socket.read();
            let _ = socket.close(None);
            while socket.read().is_ok() {}
        }
    })
}

fn refusal(address: &str, trusted: Option<&Authority>) -> Error {
    error_of(&open_trusting(address, trusted.map(|authority| authority.pem())))
}

fn open_trusting(address: &str, authorities: Option<String>) -> Arc<Session> {
    let options = ClientOptions {
        api_key: Some(Secret::new(TOKEN)),
        translation_url: Some(format!("wss://{address}/stream")),
        ca_pem: authorities.map(String::into_bytes),
        ignore_environment: true,
        ..ClientOptions::default()
    };
    Session::open(Arc::new(Client::new(options).unwrap()), spanish(), None).unwrap()
}

#[test]
fn the_usual_faults_of_certificates_have_words() {
    let authority = authority();
    let nothing: fn(&mut CertificateParams) = |_| ();
    let expired: fn(&mut CertificateParams) = |params| params.not_after = date_time_ymd(2020, 1, 1);
    let early: fn(&mut CertificateParams) = |params| params.not_before = date_time_ymd(2090, 1, 1);
    let of_authority: fn(&mut CertificateParams) =
        |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    for (name, change, trusted, told) in [
        ("127.0.0.1", expired, true, "has expired"),
        ("127.0.0.1", early, true, "is not valid yet"),
        ("other.example", nothing, true, "is not for 127.0.0.1, but for"),
        ("127.0.0.1", nothing, false, "CA certificates of the client"),
        ("127.0.0.1", of_authority, true, "is that of an authority"),
    ] {
        let server = tls_server(&authority, name, change);
        let error = refusal(&server, trusted.then_some(&authority));
        assert_eq!((error.status, error.retriable), (Status::Tls, false), "{error}");
        assert!(error.text.contains(told), "{told}: {error}");
    }
}

#[test]
fn a_server_without_tls_is_named_as_one() {
    let address = server(|mut tcp| {
        let _ = tcp.read(&mut [0; 4096]);
        let _ = tcp.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        read_until_gone(&mut tcp);
    });
    let error = refusal(&address, None);
    assert_eq!(error.status, Status::Tls, "{error}");
    assert!(error.text.contains("does not speak TLS"), "{error}");
}

/// Among others that can be read it may be the one that is needed.
#[test]
fn a_certificate_that_cannot_be_read_is_told_to_a_session_over_tls() {
    let authority = authority();
    let address = tls_server(&authority, "127.0.0.1", |_| ());
    let broken = "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n";
    let told = |authorities: String| {
        let events = events_of(&open_trusting(&address, Some(authorities)));
        events
            .into_iter()
            .filter(|(kind, _)| *kind == EventKind::Warning)
            .map(|(_, text)| text)
            .collect::<Vec<_>>()
    };
    assert_eq!(told(authority.pem()), Vec::<String>::new());
    let told = told(authority.pem() + broken);
    assert!(told.len() == 1 && told[0].starts_with("1 of the CA certificates"), "{told:?}");
}
