//! Clients: credentials, endpoints and trust.

use std::ffi::c_char;

/// Credentials, endpoints and TLS settings, shared by any number of sessions. Opaque.
pub struct palabra_client {
    _opaque: (),
}

/// Read no environment variable; set the corresponding fields instead: every variable has one. Required where another
/// thread may call setenv(), which makes reading unsafe. Two readers remain: the resolver of the C library, which
/// reads variables such as RES_OPTIONS, and tokio, which reads TOKIO_UNSTABLE_SHARDED_BLOCKING_QUEUE when the library's
/// thread starts.
pub const PALABRA_CLIENT_IGNORE_ENVIRONMENT: u32 = 1;
/// Ask for credentials when a session needs them: a CREDENTIALS_NEEDED event is answered by
/// palabra_client_set_credentials(). For short-lived tokens. The first ones may be given in the config; a client
/// that is created without any accepts only an API key.
pub const PALABRA_CLIENT_ASK_CREDENTIALS: u32 = 2;
/// Use the proxy that macOS or Windows is set to also with PALABRA_CLIENT_IGNORE_ENVIRONMENT, where no field names one.
pub const PALABRA_CLIENT_SYSTEM_PROXY: u32 = 4;

/// Credentials: an API key, or a client id and secret. Set either kind, not both.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_credentials {
    /// API key or short-lived user token. Wiped from memory with the client.
    pub api_key: *const c_char,
    /// Client id.
    pub client_id: *const c_char,
    /// Client secret. Wiped from memory with the client.
    pub client_secret: *const c_char,
    /// Region of the API key, such as "eu", in upper or lower case; NULL: PALABRA_REGION, else "eu".
    pub region: *const c_char,
    /// Must be 0.
    pub reserved: [u32; 4],
}

/// Settings of a client.
///
/// The environment variable named in a field is used when the field is NULL and PALABRA_CLIENT_IGNORE_ENVIRONMENT is
/// not set. The library reads the environment once per process, when the first client that may use it is created; no
/// other thread may call setenv() at that moment.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_client_config {
    /// sizeof(palabra_client_config).
    pub struct_size: u32,
    /// PALABRA_CLIENT_* bits.
    pub flags: u32,
    /// The credentials. All NULL: PALABRA_API_KEY, else PALABRA_CLIENT_ID and PALABRA_CLIENT_SECRET.
    pub credentials: palabra_credentials,
    /// Address of the REST API, which also creates the sessions of a client id and secret; NULL: PALABRA_API_URL,
    /// else the hosted service.
    pub api_url: *const c_char,
    /// Address of the translation stream for an API key, such as that of a devserver. "{random_hash}" in it is
    /// replaced by random digits for each session; NULL: PALABRA_TRANSLATION_URL, else the region's.
    pub translation_url: *const c_char,
    /// Address of the text-to-speech stream; NULL: PALABRA_TTS_URL, else the one a REST session names, else the
    /// region's.
    pub tts_url: *const c_char,
    /// Address of the speech-to-text stream; NULL: PALABRA_STT_URL, else the region's, or with a client id and secret
    /// the host of the REST API.
    pub stt_url: *const c_char,
    /// Proxy for all connections: "http://host:port" or "http://user:password@host:port", special characters
    /// escaped with %. In place of http also socks5h or socks4a, which resolve names at the proxy, and socks5 or socks4,
    /// which do not. NULL: `https_proxy` or `http_proxy`; on macOS and Windows, where none is set, the proxy
    /// that the system is set to. With such a proxy, servers on this machine are connected to directly.
    pub proxy_url: *const c_char,
    /// Proxy for connections over TLS; one that cannot be used is an error only when it is needed; NULL: HTTPS_PROXY, in
    /// lower or upper case, else ALL_PROXY.
    pub https_proxy: *const c_char,
    /// The same for connections without TLS; NULL: HTTP_PROXY (in a CGI program only in lower case), else ALL_PROXY.
    pub http_proxy: *const c_char,
    /// Hosts that are connected to without a proxy, separated by commas, in the form of NO_PROXY; NULL: NO_PROXY unless
    /// `proxy_url` is set, else none.
    pub no_proxy: *const c_char,
    /// Certificates in PEM format to trust in addition to the system's and the bundled ones; NULL: none. Those that
    /// cannot be read are skipped: each session over TLS delivers their number in a WARNING with `service_code`
    /// "CA_CERTIFICATES".
    pub ca_pem: *const c_char,
    /// File of such certificates, or of one in DER format; NULL: none.
    pub ca_file: *const c_char,
    /// Directory of such files; NULL: none.
    pub ca_dir: *const c_char,
    /// File with the certificates to trust in place of the system's, in PEM format. It may be missing. NULL:
    /// SSL_CERT_FILE, unless `system_ca_dir` is set.
    pub system_ca_file: *const c_char,
    /// Directories with files of such certificates, separated as in PATH; NULL: SSL_CERT_DIR, unless `system_ca_file` is
    /// set.
    pub system_ca_dir: *const c_char,
    /// Name and version of a language binding, sent as part of the User-Agent; NULL: none.
    pub binding_name: *const c_char,
    /// Timeout for resolving, connecting and encrypting, in ms; 0: 10000.
    pub connect_timeout_ms: i32,
    /// Timeout of one REST call, in ms; 0: 30000. Uploads of samples and glossaries are allowed at least 300000.
    pub rest_timeout_ms: i32,
}
