//! TLS settings: trusts the operating system's roots, the bundled ones and the caller's.

use std::sync::Arc;

use rustls::pki_types::ServerName;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;

use super::certificates::{self, Certificates};
use super::stream::{Counted, Stream};
use super::tcp::TcpStream;
use super::{crypto, roots, tls_error};
use crate::error::{Error, Result, Status};
use crate::runtime::work::{Work, work};

/// TLS settings of one client, created with its first encrypted connection.
pub struct Tls {
    extra_roots: Certificates,
    system_roots: roots::Override,
    connector: OnceCell<TlsConnector>,
}

impl Tls {
    /// `pem` holds any number of certificates to trust besides the usual ones.
    pub fn new(pem: Option<&[u8]>, system_roots: roots::Override) -> Result<Tls> {
        let extra_roots = pem.map_or_else(|| Ok(Certificates::default()), certificates::read)?;
        Ok(Tls { extra_roots, system_roots, connector: OnceCell::new() })
    }

    /// How many of the caller's certificates could not be read, and so are not trusted.
    pub fn bad_certificates(&self) -> usize {
        self.extra_roots.bad
    }

    pub async fn connect(&self, host: &str, tcp: TcpStream) -> Result<Stream> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| Error::new(Status::Tls, "the host name cannot appear in a certificate"))?;
        let connector = self.connector.get_or_try_init(|| self.build()).await?;
        let connected = connector.connect(name, Counted::new(tcp)).await;
        connected.map(Stream::encrypted).map_err(|error| tls_error::of_handshake(host, &error))
    }

    async fn build(&self) -> Result<TlsConnector> {
        let system_roots = self.system_roots.clone();
        let loading = work(Work::Roots, "", move || roots::load(&system_roots)).map_err(|error| {
            let text = format!("loading the trusted roots: a thread could not be started: {error}");
            Error::new(Status::Limit, text)
        })?;
        let mut roots = loading
            .await
            .map_err(|_| Error::new(Status::Internal, "the trusted roots could not be loaded"))??;
        for certificate in &self.extra_roots.good {
            let _ = roots.add(certificate.clone());
        }
        let config = crypto::builder()
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::new(Status::Internal, error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    }
}
