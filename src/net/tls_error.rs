//! TLS errors with texts that say what to do.

use std::error::Error as StdError;
use std::io;

use rustls::{AlertDescription, CertificateError, InvalidMessage, PeerIncompatible};

use crate::error::{Error, Status};

/// Number of names in a certificate that an error lists.
const NAMES_SHOWN: usize = 3;

/// Returns what stopped the handshake with `host`.
pub(super) fn of_handshake(host: &str, error: &io::Error) -> Error {
    match cause(error) {
        Some(cause) => explain(host, cause),
        None if error.kind() == io::ErrorKind::UnexpectedEof => Error::new(
            Status::ConnectionLost,
            format!("{host} closed the connection during the TLS handshake without a word"),
        ),
        None => {
            let text = format!("the TLS handshake with {host} broke off: {error}");
            Error::of_system(Status::ConnectionLost, error, text)
        }
    }
}

/// Returns the TLS error behind an error, if there is one: an alert may arrive with the first reply only.
pub(super) fn cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    if let Some(found) = error.downcast_ref() {
        return Some(found);
    }
    // `source` does not return what an I/O error carries.
    let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    match inner {
        Some(inner) => cause(inner),
        None => error.source().and_then(cause),
    }
}

pub(super) fn explain(host: &str, error: &rustls::Error) -> Error {
    let words = match error {
        rustls::Error::InvalidCertificate(error) => certificate(host, error),
        rustls::Error::AlertReceived(alert) => refusal(*alert),
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "the server does not speak TLS on this port: use http:// or ws://, or another port".to_owned()
        }
        rustls::Error::PeerIncompatible(why) => incompatible(why),
        rustls::Error::NoCertificatesPresented => "the server has no certificate".to_owned(),
        rustls::Error::DecryptError => "a message cannot be decrypted: it was altered on the way".to_owned(),
        other => other.to_string(),
    };
    let text = format!("TLS with {host} failed: {words}");
    Error::new(Status::Tls, text).with_retriable(was_altered(error))
}

/// The line, or somebody on it, changed a message: server and client may be right.
fn was_altered(error: &rustls::Error) -> bool {
    use AlertDescription::{BadRecordMac, DecryptError};

    matches!(error, rustls::Error::DecryptError | rustls::Error::AlertReceived(BadRecordMac | DecryptError))
}

fn certificate(host: &str, error: &CertificateError) -> String {
    use CertificateError::*;

    match error {
        Expired | ExpiredContext { .. } => {
            "the server's certificate has expired; check the clock of this machine".to_owned()
        }
        NotValidYet | NotValidYetContext { .. } => {
            "the server's certificate is not valid yet; check the clock of this machine".to_owned()
        }
        NotValidForName => format!("the server's certificate is not for {host}"),
        NotValidForNameContext { presented, .. } => {
            format!("the server's certificate is not for {host}, but for {}", names(presented))
        }
        UnknownIssuer => "the server's certificate is of an unknown authority; if it is your own, add its \
                          certificate to the CA certificates of the client"
            .to_owned(),
        Revoked => "the server's certificate was revoked".to_owned(),
        BadSignature => "the server's certificate has a wrong signature".to_owned(),
        BadEncoding => "the server's certificate cannot be read".to_owned(),
        InvalidPurpose | InvalidPurposeContext { .. } => {
            "the server's certificate is not meant for servers".to_owned()
        }
        UnhandledCriticalExtension => {
            "the server's certificate has a critical extension that is not known".to_owned()
        }
        // The verifier has no variant for it.
        Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            "the server's certificate is that of an authority, not of a server; issue one for the server"
                .to_owned()
        }
        other => format!("the server's certificate is not accepted: {other}"),
    }
}

/// The first few names of the certificate: it is not trusted, and can list hundreds.
fn names(presented: &[String]) -> String {
    if presented.is_empty() {
        return "no name at all".to_owned();
    }
    let shown: Vec<String> =
        presented.iter().take(NAMES_SHOWN).map(|name| name.chars().take(100).collect()).collect();
    let more = presented.len().saturating_sub(NAMES_SHOWN);
    let shown = shown.join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

/// What the server's alert says about the client.
fn refusal(alert: AlertDescription) -> String {
    let words = match alert {
        AlertDescription::HandshakeFailure => "it shares no cipher or key exchange with this library",
        AlertDescription::ProtocolVersion => "it speaks neither TLS 1.2 nor TLS 1.3",
        AlertDescription::UnrecognisedName => "it does not know this host name",
        AlertDescription::CertificateRequired | AlertDescription::NoCertificate => {
            "it wants a certificate of the client, which this library does not have"
        }
        AlertDescription::AccessDenied => "access denied",
        AlertDescription::InternalError => "an error in the server",
        _ => return format!("the server refused the handshake: {alert:?}"),
    };
    format!("the server refused the handshake: {words}")
}

fn incompatible(why: &PeerIncompatible) -> String {
    match why {
        PeerIncompatible::ServerDoesNotSupportTls12Or13
        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig => {
            "the server speaks neither TLS 1.2 nor TLS 1.3".to_owned()
        }
        other => format!("the server and this library have nothing in common: {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn the_usual_failures_have_words_of_their_own() {
        let certificate = |error| rustls::Error::InvalidCertificate(error);
        let ca = rustls::OtherError(Arc::new(io::Error::other("CaUsedAsEndEntity")));
        for (error, words) in [
            (certificate(CertificateError::Expired), "has expired"),
            (certificate(CertificateError::NotValidYet), "not valid yet"),
            (certificate(CertificateError::NotValidForName), "is not for h"),
            (certificate(CertificateError::UnknownIssuer), "CA certificates of the client"),
            (certificate(CertificateError::Revoked), "revoked"),
            (certificate(CertificateError::Other(ca)), "of an authority"),
            (rustls::Error::AlertReceived(AlertDescription::HandshakeFailure), "no cipher"),
            (
                rustls::Error::AlertReceived(AlertDescription::CertificateRequired),
                "certificate of the client",
            ),
            (rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType), "does not speak TLS"),
            (
                rustls::Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13),
                "neither TLS 1.2 nor TLS 1.3",
            ),
        ] {
            let told = explain("h", &error);
            assert!(told.status == Status::Tls && told.text.contains(words), "{told}");
        }
    }

    #[test]
    fn only_a_message_that_was_altered_is_worth_another_attempt() {
        for (error, is_retriable) in [
            (rustls::Error::DecryptError, true),
            (rustls::Error::AlertReceived(AlertDescription::BadRecordMac), true),
            (rustls::Error::AlertReceived(AlertDescription::DecryptError), true),
            (rustls::Error::AlertReceived(AlertDescription::HandshakeFailure), false),
            (rustls::Error::InvalidCertificate(CertificateError::Expired), false),
        ] {
            assert_eq!(explain("h", &error).retriable, is_retriable, "{error}");
        }
    }

    #[test]
    fn names_of_a_certificate_are_few() {
        assert_eq!(names(&[]), "no name at all");
        let many: Vec<String> = (0..9).map(|at| format!("n{at}")).collect();
        assert_eq!(names(&many), "n0, n1, n2 and 6 more");
        assert_eq!(names(&many[..NAMES_SHOWN]), "n0, n1, n2");
    }

    #[test]
    fn the_cause_is_found_behind_other_errors() {
        let tls = || rustls::Error::AlertReceived(AlertDescription::AccessDenied);
        let wrapped = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, tls()));
        assert_eq!(cause(&wrapped), Some(&tls()));
        assert_eq!(cause(&io::Error::from(io::ErrorKind::BrokenPipe)), None);
    }

    #[test]
    fn a_handshake_without_a_tls_error_is_a_lost_connection() {
        let told = |kind| of_handshake("h", &io::Error::from(kind));
        let (silent, broken) = (told(io::ErrorKind::UnexpectedEof), told(io::ErrorKind::ConnectionReset));
        assert_eq!((silent.status, broken.status), (Status::ConnectionLost, Status::ConnectionLost));
        assert!(silent.text.contains("without a word"), "{silent}");
        assert!(broken.text.contains("broke off"), "{broken}");
    }
}
