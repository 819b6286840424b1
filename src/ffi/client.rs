//! Clients: credentials, endpoints and trust.

use std::ffi::c_char;
use std::sync::Arc;

use super::guard::{given_ms, guard, guard_explained, known_flags};
use super::handles;
use super::out_handle::OutHandle;
use super::sized::{self, Sized32};
use super::status::{palabra_error, palabra_status};
use super::text;
use crate::client::credentials::Credentials;
use crate::client::secret::Secret;
use crate::client::{Client, ClientOptions};
use crate::error::{Error, Status};

/// Credentials, endpoints and trust, shared by any number of sessions. Opaque.
pub struct palabra_client {
    _opaque: (),
}

/// Do not read any environment variable, SSL_CERT_FILE and SSL_CERT_DIR included. Set it where another thread may call
/// setenv(): the C library makes reading unsafe then. Two readers are not the library's to stop: the C library's resolver,
/// which reads variables such as RES_OPTIONS for names that are no addresses, and tokio, which reads one
/// (TOKIO_UNSTABLE_SHARDED_BLOCKING_QUEUE) when the library's thread starts, with the first session or call.
pub const PALABRA_CLIENT_IGNORE_ENVIRONMENT: u32 = 1;

/// Settings of a client. Zero or NULL means the default; prepare it with PALABRA_CLIENT_CONFIG_INIT or
/// palabra_client_config_init(). Needed only during palabra_client_new(), which copies everything.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_client_config {
    /// sizeof(palabra_client_config).
    pub struct_size: u32,
    /// PALABRA_CLIENT_IGNORE_ENVIRONMENT or 0.
    pub flags: u32,
    /// Client id, the first generation of credentials. Give both of id and secret or neither.
    pub client_id: *const c_char,
    /// Client secret. Wiped from memory with the client.
    pub client_secret: *const c_char,
    /// API key, the second generation of credentials; not together with id and secret. Without either kind here,
    /// PALABRA_API_KEY of the environment counts, then PALABRA_CLIENT_ID with PALABRA_CLIENT_SECRET. Wiped from
    /// memory with the client.
    pub api_key: *const c_char,
    /// Region of the API key, in upper or lower case; NULL: PALABRA_REGION of the environment, else "eu". Of no
    /// meaning for id and secret.
    pub region: *const c_char,
    /// Address of the REST API; NULL: PALABRA_API_URL of the environment, else the hosted service.
    pub api_url: *const c_char,
    /// Address of the translation stream for an API key, such as a devserver's; "{random_hash}" in it is replaced
    /// by random digits, new for each session. NULL: PALABRA_TRANSLATION_URL of the environment, else the region's.
    pub translation_url: *const c_char,
    /// Address of the text-to-speech stream, whatever the credentials. NULL: PALABRA_TTS_URL of the environment, else the
    /// one that a REST session names, else the region's.
    pub tts_url: *const c_char,
    /// Address of the speech-to-text stream, whatever the credentials. NULL: PALABRA_STT_URL of the environment, else the
    /// region's, or with id and secret the host of the REST API.
    pub stt_url: *const c_char,
    /// HTTP proxy for everything, "http://host:port" or "http://user:password@host:port" (escape with % what is
    /// special in a URL). NULL: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY of the environment, in lower or
    /// upper case; servers of this machine are then reached directly.
    pub proxy_url: *const c_char,
    /// PEM certificates to trust besides the system's and the bundled ones; NULL: none. Those that cannot be read are
    /// left out: each session over TLS tells their number in a PALABRA_EVENT_WARNING with the service code
    /// "CA_CERTIFICATES". When none can be read, palabra_client_new() fails. SSL_CERT_FILE and SSL_CERT_DIR of the
    /// environment replace the system's.
    pub ca_pem: *const c_char,
    /// File with such certificates, or with one in DER; NULL: none. Give at most one of `ca_pem` and `ca_file`.
    pub ca_file: *const c_char,
    /// Name and version of a language binding, for the User-Agent; NULL: none.
    pub binding_name: *const c_char,
    /// Limit for resolving, connecting and encrypting, in ms; 0: 10000.
    pub connect_timeout_ms: u32,
    /// Limit for one REST call, in ms; 0: 30000. Uploads of samples and glossaries may take 300000 in any case.
    pub rest_timeout_ms: u32,
}

// SAFETY: integers and pointers, the size first, no padding (asserted below), NULL is valid.
unsafe impl Sized32 for palabra_client_config {
    const FIRST_SIZE: usize = 16 + 10 * size_of::<usize>();
}

const _: () = assert!(size_of::<palabra_client_config>() == 16 + 12 * size_of::<usize>());

/// Prepares a client config: zeroes it and sets its size.
///
/// @param config the struct to prepare.
/// @param struct_size sizeof(palabra_client_config).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `config` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_client_config_init(
    config: *mut palabra_client_config,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `config` and its size.
    guard(|| unsafe { sized::init(config, struct_size) }.map(|()| 0))
}

/// Makes a client. Nothing is sent: wrong credentials, a wrong region and a proxy of the environment that cannot be
/// used show when a session is opened.
///
/// The environment is read once in a process: by the first call without PALABRA_CLIENT_IGNORE_ENVIRONMENT. Later changes
/// have no effect. No other thread may call setenv() during that call.
///
/// @param config settings; NULL for all defaults (credentials from the environment).
/// @param client receives the handle, NULL on failure.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK;
///   PALABRA_ERR_INVALID_ARGUMENT `client` is NULL, an impossible `struct_size`, only one of id and secret, both
///   kinds of credentials, `translation_url` without an API key, a bad address, unusable certificates;
///   PALABRA_ERR_INVALID_UTF8 a text is not UTF-8;
///   PALABRA_ERR_UNSUPPORTED a flag or field of a later version is set, or `proxy_url` is no HTTP proxy;
///   PALABRA_ERR_IO `ca_file` cannot be read;
///   PALABRA_ERR_LIMIT too many clients.
///
/// **Threads:** any. **Blocks:** only to read `ca_file`. **Memory:** free with palabra_client_free().
/// **Since:** 0.1. **Example:** hello.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_client_new(
    config: *const palabra_client_config,
    client: *mut *mut palabra_client,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the three pointers.
    unsafe {
        let out = OutHandle::clear(client);
        guard_explained(error, || {
            let out = out.required()?;
            let options = if config.is_null() { ClientOptions::default() } else { read_options(config)? };
            out.set(handles::add_client(Arc::new(Client::new(options)?))?);
            Ok(())
        })
    }
}

/// Gives a client back. Sessions opened with it live on.
///
/// @param client the handle; NULL does nothing.
/// @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE when it was freed already or is no client.
///
/// **Threads:** any, also while others use the client. **Blocks:** never.
/// **Memory:** credentials are wiped once the last session opened with it is gone. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_client_free(client: *mut palabra_client) -> palabra_status {
    guard(|| {
        if !client.is_null() {
            drop(handles::remove_client(client)?);
            handles::sweep();
        }
        Ok(0)
    })
}

/// # Safety
/// `config` is valid as `palabra_client_new` demands.
unsafe fn read_options(config: *const palabra_client_config) -> Result<ClientOptions, Error> {
    // SAFETY: the caller's promise, for the struct and for the texts that it points to.
    unsafe {
        let config = sized::read(config)?;
        let flags = known_flags(config.flags, PALABRA_CLIENT_IGNORE_ENVIRONMENT)?;
        let id = text::owned("client_id", config.client_id)?;
        let secret = text::owned("client_secret", config.client_secret)?;
        let ca_pem = text::owned("ca_pem", config.ca_pem)?;
        let ca_file = text::owned("ca_file", config.ca_file)?;
        Ok(ClientOptions {
            credentials: pair(id, secret)?,
            api_key: text::owned("api_key", config.api_key)?.map(Secret::new),
            region: text::owned("region", config.region)?,
            api_url: text::owned("api_url", config.api_url)?,
            translation_url: text::owned("translation_url", config.translation_url)?,
            tts_url: text::owned("tts_url", config.tts_url)?,
            stt_url: text::owned("stt_url", config.stt_url)?,
            proxy_url: text::owned("proxy_url", config.proxy_url)?.map(Secret::new),
            ca_pem: certificates(ca_pem, ca_file)?,
            binding: text::owned("binding_name", config.binding_name)?,
            connect_timeout: given_ms(config.connect_timeout_ms),
            rest_timeout: given_ms(config.rest_timeout_ms),
            ignore_environment: flags & PALABRA_CLIENT_IGNORE_ENVIRONMENT != 0,
        })
    }
}

fn pair(id: Option<String>, secret: Option<String>) -> Result<Option<Credentials>, Error> {
    match (id, secret) {
        (Some(id), Some(secret)) => Ok(Some(Credentials::new(id, secret))),
        (None, None) => Ok(None),
        _ => Err(Error::invalid("give both client_id and client_secret, or neither")),
    }
}

fn certificates(pem: Option<String>, file: Option<String>) -> Result<Option<Vec<u8>>, Error> {
    match (pem, file) {
        (Some(_), Some(_)) => Err(Error::invalid("give ca_pem or ca_file, not both")),
        (Some(pem), None) => Ok(Some(pem.into_bytes())),
        (None, Some(file)) => std::fs::read(&file)
            .map(Some)
            .map_err(|error| Error::of_system(Status::Io, &error, format!("ca_file {file}: {error}"))),
        (None, None) => Ok(None),
    }
}
