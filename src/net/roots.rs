//! The root certificates of the operating system, and the bundled ones.

use std::path::PathBuf;
use std::sync::OnceLock;

use rustls::RootCertStore;
use rustls_native_certs::{CertificateResult, ErrorKind};

use crate::error::{Error, Result, Status, is_limit};
#[cfg(all(unix, not(target_os = "macos")))]
use crate::media::disk;

/// Where the system's certificates are, instead of the usual places: the caller's or the environment's values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Override {
    pub file: Option<String>,
    /// Folders, separated as in PATH.
    pub folders: Option<String>,
}

/// Reading the system's store takes milliseconds, and the store does not change while a process runs.
static USUAL: OnceLock<RootCertStore> = OnceLock::new();
/// The first that is asked for: that of the environment, or what a program sets for all its clients.
static OVERRIDDEN: OnceLock<(Override, RootCertStore)> = OnceLock::new();

/// Reads files: must not be called on the library's thread.
pub fn load(instead: &Override) -> Result<RootCertStore> {
    if *instead == Override::default() {
        if let Some(known) = USUAL.get() {
            return Ok(known.clone());
        }
        let system = usual()?;
        return Ok(USUAL.get_or_init(|| with_bundled(system)).clone());
    }
    if let Some((_, known)) = OVERRIDDEN.get().filter(|(of, _)| of == instead) {
        return Ok(known.clone());
    }
    let folders = instead.folders.iter().flat_map(std::env::split_paths);
    let folders = folders.filter(|folder| !folder.as_os_str().is_empty());
    let system = read(instead.file.as_deref().map(PathBuf::from), folders)?;
    let roots = with_bundled(system);
    let _ = OVERRIDDEN.set((instead.clone(), roots.clone()));
    Ok(roots)
}

type Certificates = Vec<rustls::pki_types::CertificateDer<'static>>;

fn with_bundled(system: Certificates) -> RootCertStore {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    // A system store that cannot be read is not an error: the bundled roots replace it.
    roots.add_parsable_certificates(system);
    roots
}

fn read(file: Option<PathBuf>, folders: impl Iterator<Item = PathBuf>) -> Result<Certificates> {
    let mut certificates = readable(rustls_native_certs::load_certs_from_paths(file.as_deref(), None))?;
    for folder in folders {
        certificates.extend(readable(rustls_native_certs::load_certs_from_paths(None, Some(&folder)))?);
    }
    Ok(certificates)
}

/// What could be read. A store is read once, so one that is cut short for lack of descriptors must not be kept.
fn readable(found: CertificateResult) -> Result<Certificates> {
    for error in &found.errors {
        match &error.kind {
            ErrorKind::Io { inner, .. } if is_limit(inner) => {
                let text = format!("the system's certificates cannot be read: {inner}");
                return Err(Error::of_system(Status::Io, inner, text));
            }
            _ => {}
        }
    }
    Ok(found.certs)
}

/// The usual places of the systems. `load_native_certs` would read the environment first.
#[cfg(all(unix, not(target_os = "macos")))]
fn usual() -> Result<Certificates> {
    const FILES: &[&str] = &[
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/pki/tls/cacert.pem",
        "/etc/ssl/cert.pem",
        "/opt/etc/ssl/certs/ca-certificates.crt",
        "/usr/local/etc/ssl/cert.pem",
        "/usr/local/share/certs/ca-root-nss.crt",
        "/etc/openssl/certs/ca-certificates.crt",
        "/etc/certs/ca-certificates.crt",
        "/data/data/com.termux/files/usr/etc/tls/cert.pem",
    ];
    const FOLDERS: &[&str] = &[
        "/etc/ssl/certs",
        "/etc/pki/tls/certs",
        "/system/etc/security/cacerts",
        "/usr/local/share/certs",
        "/etc/openssl/certs",
        "/etc/certs/CA",
    ];
    let there =
        |paths: &'static [&'static str]| paths.iter().map(PathBuf::from).filter(|path| disk::exists(path));
    read(there(FILES).next(), there(FOLDERS))
}

/// On these systems the system's own store is queried. SSL_CERT_FILE and SSL_CERT_DIR still take precedence.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn usual() -> Result<Certificates> {
    readable(rustls_native_certs::load_native_certs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roots_of_a_file_are_beside_the_bundled_ones() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sim/tls/authority.pem");
        let roots = load(&Override { file: Some(file.to_owned()), folders: None }).unwrap();
        assert_eq!(roots.len(), webpki_roots::TLS_SERVER_ROOTS.len() + 1);
    }
}
