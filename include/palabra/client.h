/*
 * palabra/client.h - Clients: credentials, endpoints and trust
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */
#ifndef PALABRA_CLIENT_H
#define PALABRA_CLIENT_H

#include <palabra/base.h>

/** Read no environment variable; set the corresponding fields instead: every variable has one. Required where another
 *  thread may call setenv(), which makes reading unsafe. Two readers remain: the resolver of the C library, which
 *  reads variables such as RES_OPTIONS, and tokio, which reads TOKIO_UNSTABLE_SHARDED_BLOCKING_QUEUE when the
 *  library's thread starts. */
#define PALABRA_CLIENT_IGNORE_ENVIRONMENT 1u
/** Ask for credentials when a session needs them: a CREDENTIALS_NEEDED event is answered by
 *  palabra_client_set_credentials(). For short-lived tokens. The first ones may be given in the config; a client that
 *  is created without any accepts only an API key. */
#define PALABRA_CLIENT_ASK_CREDENTIALS 2u
/** Use the proxy that macOS or Windows is set to also with PALABRA_CLIENT_IGNORE_ENVIRONMENT, where no field names
 *  one. */
#define PALABRA_CLIENT_SYSTEM_PROXY 4u

/** Credentials: an API key, or a client id and secret. Set either kind, not both. */
typedef struct palabra_credentials {
    /** API key or short-lived user token. Wiped from memory with the client. */
    const char *api_key;
    /** Client id. */
    const char *client_id;
    /** Client secret. Wiped from memory with the client. */
    const char *client_secret;
    /** Region of the API key, such as "eu", in upper or lower case; NULL: PALABRA_REGION, else "eu". */
    const char *region;
    uint32_t reserved[4];
} palabra_credentials;

/** Settings of a client.
 *
 *  The environment variable named in a field is used when the field is NULL and PALABRA_CLIENT_IGNORE_ENVIRONMENT is
 *  not set. The library reads the environment once per process, when the first client that may use it is created; no
 *  other thread may call setenv() at that moment. */
typedef struct palabra_client_config {
    uint32_t struct_size;
    /** PALABRA_CLIENT_* bits. */
    uint32_t flags;
    /** The credentials. All NULL: PALABRA_API_KEY, else PALABRA_CLIENT_ID and PALABRA_CLIENT_SECRET. */
    palabra_credentials credentials;
    /** Address of the REST API, which also creates the sessions of a client id and secret; NULL: PALABRA_API_URL, else
     *  the hosted service. */
    const char *api_url;
    /** Address of the translation stream for an API key, such as that of a devserver. "{random_hash}" in it is
     *  replaced by random digits for each session; NULL: PALABRA_TRANSLATION_URL, else the region's. */
    const char *translation_url;
    /** Address of the text-to-speech stream; NULL: PALABRA_TTS_URL, else the one a REST session names, else the
     *  region's. */
    const char *tts_url;
    /** Address of the speech-to-text stream; NULL: PALABRA_STT_URL, else the region's, or with a client id and secret
     *  the host of the REST API. */
    const char *stt_url;
    /** Proxy for all connections: "http://host:port" or "http://user:password@host:port", special characters escaped
     *  with %. In place of http also socks5h or socks4a, which resolve names at the proxy, and socks5 or socks4, which
     *  do not. NULL: `https_proxy` or `http_proxy`; on macOS and Windows, where none is set, the proxy that the system
     *  is set to. With such a proxy, servers on this machine are connected to directly. */
    const char *proxy_url;
    /** Proxy for connections over TLS; one that cannot be used is an error only when it is needed; NULL: HTTPS_PROXY,
     *  in lower or upper case, else ALL_PROXY. */
    const char *https_proxy;
    /** The same for connections without TLS; NULL: HTTP_PROXY (in a CGI program only in lower case), else ALL_PROXY.
     */
    const char *http_proxy;
    /** Hosts that are connected to without a proxy, separated by commas, in the form of NO_PROXY; NULL: NO_PROXY
     *  unless `proxy_url` is set, else none. */
    const char *no_proxy;
    /** Certificates in PEM format to trust in addition to the system's and the bundled ones; NULL: none. Those that
     *  cannot be read are skipped: each session over TLS delivers their number in a WARNING with `service_code`
     *  "CA_CERTIFICATES". */
    const char *ca_pem;
    /** File of such certificates, or of one in DER format; NULL: none. */
    const char *ca_file;
    /** Directory of such files; NULL: none. */
    const char *ca_dir;
    /** File with the certificates to trust in place of the system's, in PEM format. It may be missing. NULL:
     *  SSL_CERT_FILE, unless `system_ca_dir` is set. */
    const char *system_ca_file;
    /** Directories with files of such certificates, separated as in PATH; NULL: SSL_CERT_DIR, unless `system_ca_file`
     *  is set. */
    const char *system_ca_dir;
    /** Name and version of a language binding, sent as part of the User-Agent; NULL: none. */
    const char *binding_name;
    /** Timeout for resolving, connecting and encrypting, in ms; 0: 10000. */
    int32_t connect_timeout_ms;
    /** Timeout of one REST call, in ms; 0: 30000. Uploads of samples and glossaries are allowed at least 300000. */
    int32_t rest_timeout_ms;
} palabra_client_config;

#ifdef __cplusplus
extern "C" {
#endif

/** Creates a client. Nothing is sent: wrong credentials, a wrong region and an unusable proxy of the environment are
 *  reported when a session is opened.
 *  @param config settings; NULL: all defaults.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT Only one of client id and secret; both kinds of credentials; `translation_url`
 *    without an API key; an address that is no URL; certificates that cannot be used.
 *  @retval PALABRA_ERR_UNSUPPORTED `proxy_url` is not a proxy of a known kind.
 *  @retval PALABRA_ERR_IO `ca_file` or `ca_dir` cannot be read.
 *  @retval PALABRA_ERR_LIMIT Too many clients.
 *  Blocks: on the disk, to read `ca_file` and `ca_dir`. Example: hello.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_client_new(
    const palabra_client_config *config, palabra_client **client, palabra_error *error);

/** Replaces the credentials of a client, for sessions that connect from now on, and answers CREDENTIALS_NEEDED.
 *  @param credentials the new credentials, of the kind that the client has.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `credentials` is NULL, incomplete or of the other kind. */
PALABRA_API palabra_status PALABRA_CALL palabra_client_set_credentials(
    palabra_client *client, const palabra_credentials *credentials, palabra_error *error);

/** Asks the service whether it answers and accepts the credentials, for health checks. One short request; nothing is
 *  created, no session is opened.
 *
 *  PALABRA_OK proves that the REST API was reached, with the proxy and the certificates of the client, and that it
 *  accepted the credentials. It says nothing about the streams, which are on other hosts, and nothing about the
 *  account's balance. */
PALABRA_API palabra_status PALABRA_CALL palabra_client_check(
    palabra_client *client, int32_t timeout_ms, palabra_error *error);

/** Writes figures of a client as text for Prometheus, version 0.0.4 of its format: sessions and calls that were
 *  opened, are open, and are CLOSED, by the status; audio, bytes and dropped events by product; times to READY and to
 *  the first speech. They are those of all sessions and calls that were opened with the client, until now; counters
 *  never decrease. Serve them with the content type "text/plain; version=0.0.4", each client at an address of its own:
 *  an answer must not have a metric twice.
 *
 *  Later versions add metrics. Labels are names of products and statuses alone, so their number is bounded.
 *
 *  @param buffer receives the text, NUL-terminated, truncated between characters if it does not fit; may be NULL if
 *    `capacity` is 0.
 *  @param capacity size of `buffer`, in bytes. 16384 are enough.
 *  @return length of the whole text, in bytes without the NUL: it was truncated if that is `capacity` or more.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `capacity` is negative, or `buffer` is NULL.
 *  Threads: any, but not real-time threads. */
PALABRA_API int32_t PALABRA_CALL palabra_metrics_text(palabra_client *client, char *buffer, int32_t capacity);

/** Begins to end what a client does, as before a new version is deployed, and waits for that: no session and no call
 *  is opened with it any more, which is refused with PALABRA_ERR_DRAINING. Those that are open go on, until their
 *  owners close them with palabra_session_close() or palabra_call_close(), when the rest was heard.
 *
 *  It can be called again: with `timeout_ms` 0 after each close to learn whether that was the last, or on a thread of
 *  its own, as by a handler of SIGTERM. When the time is up, call palabra_session_end() or palabra_call_end() for what
 *  is left, or close it. palabra_shutdown() then ends the library.
 *
 *  @param timeout_ms how long to wait until nothing is open, in ms; 0: not at all; negative: without limit.
 *  @param error explains a failure, also how many are open; may be NULL. palabra_cancel() with it ends the wait.
 *  @return PALABRA_OK: nothing is open.
 *  @retval PALABRA_ERR_TIMEOUT Sessions or calls are still open.
 *  @retval PALABRA_ERR_CLOSED palabra_cancel() ended the wait. */
PALABRA_API palabra_status PALABRA_CALL palabra_client_drain(
    palabra_client *client, int32_t timeout_ms, palabra_error *error);

/** Frees a client. Open sessions remain valid.
 *  @return PALABRA_OK. The credentials are wiped when the last session opened with the client is gone. */
PALABRA_API palabra_status PALABRA_CALL palabra_client_free(palabra_client *client);

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_CLIENT_CONFIG_INIT PALABRA_STRUCT_INIT(palabra_client_config)

#endif /* PALABRA_CLIENT_H */
