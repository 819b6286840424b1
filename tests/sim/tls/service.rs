//! The service's end of TLS.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use palabra_devserver::conn::Foreign;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::{exchange, random};
use crate::hostile::Wire;
use crate::net::ServiceEnd;
use crate::world::World;

pub fn acceptor(world: &Arc<World>) -> TlsAcceptor {
    let provider = CryptoProvider {
        secure_random: &random::SERVICE,
        kx_groups: vec![&exchange::SERVICE],
        ..rustls::crypto::ring::default_provider()
    };
    let chain = CertificateDer::from_pem_slice(include_bytes!("service.pem")).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("service.key")).expect("a key");
    let config = rustls::ServerConfig::builder_with_details(Arc::new(provider), super::clock(world))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .expect("a certificate with its key");
    TlsAcceptor::from(Arc::new(config))
}

pub struct Encrypted(pub TlsStream<ServiceEnd>);

impl Foreign for Encrypted {
    fn reset(&self) {
        self.0.get_ref().0.reset();
    }
}

impl Wire for Encrypted {
    fn is_left(&self) -> bool {
        self.0.get_ref().0.is_left()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
