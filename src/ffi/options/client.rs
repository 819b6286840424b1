//! The config of a client.

use std::path::{Path, PathBuf};

use super::super::support::field::{field, missing};
use super::super::support::numbers::{known_flags, number, reserved};
use super::super::support::sized;
use super::super::support::text::text_of;
use super::super::types::client::*;
use crate::client::ClientOptions;
use crate::client::credentials::Credentials;
use crate::client::environment::ProxyVariables;
use crate::client::secret::Secret;
use crate::error::{Error, Result, Status};
use crate::media::disk;
use crate::net::roots::Override;

/// Credentials as they were given.
struct Given {
    pair: Option<Credentials>,
    api_key: Option<Secret>,
    region: Option<String>,
}

/// # Safety
/// `config` is valid as `palabra_client_new` demands.
pub(in crate::ffi) unsafe fn read(config: *const palabra_client_config) -> Result<ClientOptions> {
    // SAFETY: the caller's promise, for the struct and for the texts that it points to.
    unsafe {
        let config = sized::read(config)?;
        let known =
            PALABRA_CLIENT_IGNORE_ENVIRONMENT | PALABRA_CLIENT_ASK_CREDENTIALS | PALABRA_CLIENT_SYSTEM_PROXY;
        let flags = known_flags(config.flags, known)?;
        let given = credentials(&config.credentials)?;
        Ok(ClientOptions {
            credentials: given.pair,
            api_key: given.api_key,
            region: given.region,
            asks_credentials: flags & PALABRA_CLIENT_ASK_CREDENTIALS != 0,
            api_url: text_of!(config.api_url)?,
            translation_url: text_of!(config.translation_url)?,
            tts_url: text_of!(config.tts_url)?,
            stt_url: text_of!(config.stt_url)?,
            proxy_url: text_of!(config.proxy_url)?.map(Secret::new),
            proxies: ProxyVariables {
                https: text_of!(config.https_proxy)?.map(Secret::new),
                http: text_of!(config.http_proxy)?.map(Secret::new),
            },
            no_proxy: text_of!(config.no_proxy)?,
            ca_pem: certificates(
                text_of!(config.ca_pem)?,
                text_of!(config.ca_file)?.map(Into::into),
                text_of!(config.ca_dir)?.map(Into::into),
            )?,
            system_roots: Override {
                file: text_of!(config.system_ca_file)?,
                folders: text_of!(config.system_ca_dir)?,
            },
            binding: text_of!(config.binding_name)?,
            connect_timeout: number!(config.connect_timeout_ms).time()?,
            rest_timeout: number!(config.rest_timeout_ms).time()?,
            ignore_environment: flags & PALABRA_CLIENT_IGNORE_ENVIRONMENT != 0,
            asks_system: flags & PALABRA_CLIENT_SYSTEM_PROXY != 0,
        })
    }
}

/// # Safety
/// `credentials` is NULL or readable, with texts that are NULL or NUL-terminated.
pub(in crate::ffi) unsafe fn read_credentials(
    credentials: *const palabra_credentials,
) -> Result<Credentials> {
    if credentials.is_null() {
        return Err(missing(field!(credentials)));
    }
    // SAFETY: not NULL, hence readable by the caller's promise.
    let given = unsafe { self::credentials(&credentials.read_unaligned())? };
    match (given.pair, given.api_key) {
        (Some(pair), None) => Ok(pair),
        (None, Some(key)) => Ok(Credentials::key(key, given.region.as_deref())),
        (None, None) => Err(Error::invalid(format!("{} is empty", field!(credentials)))),
        (Some(_), Some(_)) => Err(Error::invalid("set an API key or a client id and secret, not both")),
    }
}

/// # Safety
/// The texts of `credentials` are NULL or NUL-terminated.
unsafe fn credentials(credentials: &palabra_credentials) -> Result<Given> {
    reserved!(credentials.reserved)?;
    // SAFETY: the caller's promise.
    unsafe {
        let id = text_of!(credentials.client_id)?;
        let secret = text_of!(credentials.client_secret)?;
        let pair = match (id, secret) {
            (Some(id), Some(secret)) => Some(Credentials::new(id, secret)),
            (None, None) => None,
            _ => {
                let (id, secret) = (field!(credentials.client_id), field!(credentials.client_secret));
                return Err(Error::invalid(format!("set both {id} and {secret}, or neither")));
            }
        };
        Ok(Given {
            pair,
            api_key: text_of!(credentials.api_key)?.map(Secret::new),
            region: text_of!(credentials.region)?,
        })
    }
}

fn certificates(pem: Option<String>, file: Option<PathBuf>, dir: Option<PathBuf>) -> Result<Option<Vec<u8>>> {
    if pem.is_none() && file.is_none() && dir.is_none() {
        return Ok(None);
    }
    let mut all = pem.map(String::into_bytes).unwrap_or_default();
    if let Some(file) = file {
        append(&mut all, field!(config.ca_file), &file)?;
    }
    if let Some(dir) = dir {
        let unreadable = |error| unreadable(field!(config.ca_dir), &dir, &error);
        for path in disk::files_in(&dir).map_err(unreadable)? {
            append(&mut all, field!(config.ca_dir), &path)?;
        }
    }
    Ok(Some(all))
}

fn append(all: &mut Vec<u8>, field: &str, path: &Path) -> Result<()> {
    all.extend(disk::read(path).map_err(|error| unreadable(field, path, &error))?);
    // The last line of a file need not end.
    all.push(b'\n');
    Ok(())
}

fn unreadable(field: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::of_system(Status::Io, error, format!("{field} {}: {error}", path.display()))
}
