/*
 * palabra.h - Palabra AI's real-time speech services for programs that speak C
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */

/*
 * A guided tour
 * =============
 *
 * libpalabra gives a program live conversations with Palabra's speech services: translation (speech in, texts and
 * speech in other languages out), text-to-speech and speech-to-text. A client holds credentials and settings of the
 * connection. A session is one live conversation. A call is two parties on one line, with a translation in each
 * direction. An event is one thing that happened. All network and parsing work runs on a background thread of the
 * library, however many sessions there are.
 *
 * A whole session:
 *
 *     palabra_client *client = NULL;
 *     palabra_session *session = NULL;
 *     palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
 *     palabra_event event = PALABRA_EVENT_INIT;
 *     palabra_error error = PALABRA_ERROR_INIT;
 *
 *     if (palabra_client_new(NULL, &client, &error) < 0) ...      credentials from the environment
 *     config.source_language = "en";
 *     config.target_languages = "es";
 *     if (palabra_session_open_translation(client, &config, &session, &error) < 0) ...
 *
 *     palabra_session_send_audio(session, samples, frames);       repeatedly, at the pace of speech; poll meanwhile
 *     palabra_session_end(session);                               no more input: the tail arrives, then CLOSED
 *
 *     while (palabra_session_poll_event(session, &event, -1) > 0) {
 *         if (event.kind == PALABRA_EVENT_TRANSCRIPT) puts(event.text);
 *         if (event.kind == PALABRA_EVENT_AUDIO) play(event.pcm, event.pcm_frames, event.sample_rate);
 *         if (event.kind == PALABRA_EVENT_CLOSED) puts(event.text);               why, with event.code
 *         palabra_event_release(&event);
 *     }                                                           after CLOSED the result is PALABRA_ERR_CLOSED
 *
 *     palabra_session_close(session, 1000);
 *     palabra_client_free(client);
 *
 * The pages, in reading order
 * ---------------------------
 *
 *   palabra/base.h         statuses, errors, and the rules that hold for all functions
 *   palabra/runtime.h      stopping the library, ending calls that wait
 *   palabra/client.h       credentials, endpoints, TLS, proxies
 *   palabra/audio.h        sending audio: formats, buffers, pauses
 *   palabra/playout.h      reading speech frame by frame, for telephone lines and audio callbacks
 *   palabra/session.h      states, waiting, end and close, limits, timeouts, statistics
 *   palabra/event.h        every kind of event and its fields
 *   palabra/queue.h        one queue for many sessions, of events or of names; descriptors, callbacks for event loops
 *   palabra/log.h          log lines
 *   palabra/translation.h  translation sessions and their commands
 *   palabra/tts.h          text-to-speech sessions
 *   palabra/stt.h          speech-to-text sessions
 *   palabra/call.h         calls: two parties that hear each other, each in its own language
 *   palabra/file.h         sending, recording and translating files
 *   palabra/account.h      REST sessions, voices and glossaries
 *
 * #include <palabra.h> includes all of them. single/palabra.h is the same in one file. The examples that comments name
 * are in examples-c of the sources.
 *
 * Events
 * ------
 *
 * All events are taken by polling a session, or a palabra_queue that many sessions share. With PALABRA_QUEUE_NAMES
 * such a queue returns which session has events, for programs with several readers. A descriptor
 * (palabra_session_get_event_fd()), an event object on Windows and a wake-up callback only signal that events are
 * available. Every session and every call ends with exactly one CLOSED event, and no event follows it. Events are
 * delivered in the order of `seq`. If nobody polls, the events of a session are queued up to its limits. Then partial
 * transcripts are dropped first, messages that are not modelled next, the oldest audio after that, and OVERFLOW says
 * how many.
 *
 * Commands
 * --------
 *
 * palabra_session_speak(), _interrupt(), _pause(), _resume(), _set_task() and _get_task() enqueue a command and return
 * immediately; the library enforces the service's minimum intervals between commands. The answer is an event with the
 * `user_tag` of the call.
 *
 * What often goes wrong
 * ---------------------
 *
 * - Audio sent faster than speech: the service does not recognize it properly. Use palabra_session_send_paced() or
 *   palabra_session_send_file() for recordings.
 * - No audio for 10 s: the service ends a translation or speech-to-text session, also one that only speaks texts. Set
 *   `input.gap`.
 * - With playout, reading stops at CLOSED: speech is still buffered. Read until PALABRA_SOUND_ENDED.
 * - A new session after an error without looking at the RETRIABLE flag and `retry_after_ms` (-1: wait a second, and
 *   twice as long after each failure). The library never reconnects a session by itself: the service ties a
 *   conversation to its connection.
 * - A callback that throws, takes a lock that its setter holds, or calls the library: let it make another thread poll.
 * - A thread with a small stack: every function needs at most 64 KiB.
 * - What palabra_session_send_audio() took is not what the service has: on a slow line audio waits in the input buffer
 *   and in the kernel. `input_queue_ms` of palabra_session_stats has all of it.
 * - fork() after a session was opened: every call in the child returns PALABRA_ERR_FORKED. Fork first.
 */

#ifndef PALABRA_H
#define PALABRA_H

#include <stdint.h>

#define PALABRA_VERSION_MAJOR 0
#define PALABRA_VERSION_MINOR 1
#define PALABRA_VERSION_PATCH 0
#define PALABRA_VERSION_STRING "0.1.0"

/* Define PALABRA_SHARED when linking to the DLL on Windows. */
#if defined(_WIN32) && defined(PALABRA_SHARED)
#define PALABRA_API __declspec(dllimport)
#elif defined(__GNUC__)
#define PALABRA_API __attribute__((visibility("default")))
#else
#define PALABRA_API
#endif

/* Calling convention of all functions and callbacks. */
#if defined(_WIN32) && !defined(_WIN64)
#define PALABRA_CALL __cdecl
#else
#define PALABRA_CALL
#endif

/* Enumerations have 32 bits in every language and compiler. */
#if (defined(__cplusplus) && (__cplusplus >= 201103L || (defined(_MSC_VER) && _MSC_VER >= 1900))) || \
    (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)
#define PALABRA_INT32_ENUM : int32_t
#else
#define PALABRA_INT32_ENUM
#endif
#define PALABRA_ASSERT_INT32(type) typedef char type##_has_32_bits[sizeof(type) == 4 ? 1 : -1]

/* What the PALABRA_..._INIT macros are made of. */
#ifdef __cplusplus
extern "C++" {
template <typename palabra_struct>
inline palabra_struct palabra_initialized()
{
    palabra_struct value = palabra_struct();
    value.struct_size = uint32_t{sizeof(palabra_struct)};
    return value;
}
}
#define PALABRA_STRUCT_INIT(type) (palabra_initialized<type>())
#else
#define PALABRA_STRUCT_INIT(type) { .struct_size = (uint32_t)sizeof(type) }
#endif

/** Credentials, endpoints and TLS settings, shared by any number of sessions. Opaque. */
typedef struct palabra_client palabra_client;

/** One live conversation over one WebSocket. Opaque. */
typedef struct palabra_session palabra_session;

/** One place to wait for the events of many sessions and calls. Opaque. */
typedef struct palabra_queue palabra_queue;

/** Two parties on one line: a translation in each direction. Opaque. */
typedef struct palabra_call palabra_call;

/** One party of a call. Opaque. */
typedef struct palabra_leg palabra_leg;

#ifdef __cplusplus
extern "C" {
#endif

/* --- Statuses, flags and errors ---------------------------------------------------------------------------------- */

/*
 * Rules for all functions
 * =======================
 *
 * Results. A function returns PALABRA_OK, a count or a set of bits on success, and a negative palabra_status
 * otherwise. Functions that can fail for many reasons also explain the failure in a palabra_error, which may be NULL.
 * Nothing is kept per thread. After a failure, out parameters are unchanged, except handles, which are NULL. A
 * function whose comment has no @return returns PALABRA_OK.
 *
 * Parameters. Where a comment does not mention them: `session`, `call`, `leg`, `client` and `queue` are the handle
 * that the function works on, or receive a new one, to be freed or closed; `config` has the settings; a struct of
 * results receives them; `error` explains a failure and may be NULL; `user_tag` is any number, which the answer
 * returns; `frames` is a number of frames, 0 or more; `path` names a file, in bytes as the system has them on POSIX,
 * in UTF-8 on Windows.
 *
 * Errors. The comment of a function lists the errors that are special to it. In addition
 *   - a function with a handle returns PALABRA_ERR_BAD_HANDLE for one that is NULL, closed, of another kind or
 *     garbage, also when another thread closes it at this moment;
 *   - a function with a text returns PALABRA_ERR_INVALID_UTF8;
 *   - a function with a pointer or with `frames` returns PALABRA_ERR_INVALID_ARGUMENT if the pointer is NULL and that
 *     is not allowed, if the `struct_size` behind it is impossible, or if a number is out of range;
 *   - a function with flags or a struct returns PALABRA_ERR_UNSUPPORTED for flags, fields and enumeration values of a
 *     later version;
 *   - a function that gives audio, a text or a command to a session returns PALABRA_ERR_ENDED after
 *     palabra_session_end(), PALABRA_ERR_CLOSED when the session is closed, and PALABRA_ERR_UNSUPPORTED when the
 *     session is of another kind;
 *   - a function that enqueues a command returns PALABRA_ERR_AGAIN if `limits.command_count` of them are pending;
 *   - every function returns PALABRA_ERR_REENTRANT in callbacks, unless its comment allows it there, and
 *     PALABRA_ERR_FORKED in a child process that was forked after a session had been opened.
 *
 * Threads. Any thread may call any function at any time, unless the comment says otherwise. Real-time safe means: no
 * lock, no allocation, no system call, no wait, whatever other threads do. A function needs at most 64 KiB of stack.
 * A thread that is inside the library must not be cancelled (pthread_cancel()) or terminated: it may hold a lock. Its
 * call ends by palabra_cancel(), palabra_session_wakeup(), palabra_session_close(), the functions of the same names
 * of a call or a queue, or its timeout.
 *
 * Blocking. A function with a `timeout_ms` waits at most that long: 0 does not wait, and a negative value waits
 * without limit, unless the comment says otherwise. No other function waits for anything, unless its comment says so.
 *
 * Memory. What is passed in is needed only during the call, unless the comment says otherwise; texts are copied. What
 * the library returns in a struct is valid until it is passed to the release function of its type (palabra_audio:
 * palabra_audio_release()), whatever happens to the session. Never free() it. Functions that release, free or close
 * accept NULL; those that release also accept a released struct, and return PALABRA_ERR_BAD_HANDLE for a copy of one.
 * If memory for a large buffer is refused, PALABRA_ERR_LIMIT is returned or the session closes with it; if memory for
 * a small object is refused, the process is aborted.
 *
 * Handles. A handle is an opaque id, not an address; it is never dereferenced. Any misuse is an error code. Copies of
 * the library in one process refuse each other's handles.
 *
 * Structs. A struct that begins with `struct_size` grows at its end in later versions: start from its _INIT macro, or
 * call palabra_struct_init(). Structs without `struct_size` never grow. `struct_size` is the size that the caller was
 * compiled with. `reserved` fields must be 0 where the caller fills the struct, and ignored where the library does.
 * `payload` is internal: do not read or modify it. A field without a comment is what its type says, and `text_len` is
 * the length of `text`, in bytes. A program compiled with an older header works with a newer library of the same minor
 * version; see palabra_version_check().
 *
 * Numbers. 0 means the default of the enclosing struct, and -1 that something is off, unless the comment says
 * otherwise. Counts and times are signed. All audio is counted in frames: one sample for every channel. The suffix
 * says the unit: _ms, _us, _ns, _percent, _frames; _len and _bytes are bytes, _count are elements. Texts are
 * NUL-terminated UTF-8; a `_len` does not include the NUL. Enumerations: an unknown value is refused when it is passed
 * in; later versions may deliver new ones.
 *
 * The process. The library starts one thread with the first session, or as many as palabra_runtime_configure() says
 * (named "palabra", all signals blocked, default scheduling, on the processors of the main thread), up to 8 helpers
 * that resolve names, and up to 64 more whose name nobody waits for any more and the system has not answered, and one
 * for each recording until its file is complete. A function computes in the default floating point environment and
 * restores the one of its caller. It opens the sockets it needs. The first client that may use the environment reads
 * these variables, once:
 * PALABRA_API_KEY, PALABRA_REGION, PALABRA_CLIENT_ID, PALABRA_CLIENT_SECRET, PALABRA_API_URL, PALABRA_TRANSLATION_URL,
 * PALABRA_TTS_URL, PALABRA_STT_URL, HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY in upper or lower case,
 * REQUEST_METHOD (with which HTTP_PROXY is not trusted), SSL_CERT_FILE and SSL_CERT_DIR. The library installs no
 * signal handler and raises no SIGPIPE, changes neither locale nor environment nor the floating point state, writes
 * nothing to stdout or stderr, registers nothing with atexit(), and has no global logger. The code of the shared
 * library stays mapped after dlclose(), and after FreeLibrary() once a client was made; call palabra_shutdown()
 * before. Secrets appear in no text, event or log line that leaves the library.
 */

/** Result of a call: PALABRA_OK or one of PALABRA_ERR_*.
 *
 *  Functions that return a count or a set of bits have the type `int32_t` instead: 0 or more is success, a negative
 *  value is one of these. */
typedef enum palabra_status PALABRA_INT32_ENUM {
    /** Success. */
    PALABRA_OK = 0,
    /** An argument is NULL, out of range or contradicts another one. */
    PALABRA_ERR_INVALID_ARGUMENT = -100,
    /** The handle is NULL, closed, of another kind, or never was a handle. */
    PALABRA_ERR_BAD_HANDLE = -101,
    /** A text argument is not valid UTF-8. */
    PALABRA_ERR_INVALID_UTF8 = -102,
    /** This version of the library, or a session of this kind, cannot do that. */
    PALABRA_ERR_UNSUPPORTED = -103,
    /** The session is closed. */
    PALABRA_ERR_CLOSED = -200,
    /** The session was ended and takes no more input. */
    PALABRA_ERR_ENDED = -201,
    /** A bounded buffer is full. Try again later. */
    PALABRA_ERR_AGAIN = -202,
    /** Another thread is inside the same call on the same handle. */
    PALABRA_ERR_BUSY = -203,
    /** The time allowed for the call, or for the end of a session, has passed. */
    PALABRA_ERR_TIMEOUT = -204,
    /** The process was forked after the library had been started. The library does not work in the child. */
    PALABRA_ERR_FORKED = -205,
    /** palabra_shutdown() stopped the library. */
    PALABRA_ERR_SHUTDOWN = -206,
    /** The function was called from a callback of the library. */
    PALABRA_ERR_REENTRANT = -207,
    /** The client is being drained: it opens no more sessions and calls. */
    PALABRA_ERR_DRAINING = -208,
    /** The host name could not be resolved. Retriable. */
    PALABRA_ERR_DNS = -300,
    /** No connection to the server could be made, or the server did not answer in time. Retriable. */
    PALABRA_ERR_CONNECT = -301,
    /** The connection broke, or the server closed it. Retriable. */
    PALABRA_ERR_CONNECTION_LOST = -302,
    /** Nothing was heard from the server for the time allowed (`timeouts.liveness_ms`, and after the end of
     *  speech-to-text `timeouts.end_ms`). Retriable. */
    PALABRA_ERR_CONNECTION_DEAD = -303,
    /** The TLS handshake failed, or the certificate is not trusted. */
    PALABRA_ERR_TLS = -400,
    /** Credentials are missing or were refused. */
    PALABRA_ERR_AUTH = -500,
    /** The server sent something that violates the protocol. */
    PALABRA_ERR_PROTOCOL = -600,
    /** The service refused the session, or closed it for a violation of its policy. */
    PALABRA_ERR_SESSION = -700,
    /** The service did not become ready in time (`timeouts.ready_ms`). Retriable. */
    PALABRA_ERR_NOT_READY = -701,
    /** The service rejected the task. */
    PALABRA_ERR_TASK = -702,
    /** The service reported an error, or closed the session for a reason of its own. */
    PALABRA_ERR_SERVICE = -703,
    /** The service refused because of too many requests or sessions. Retriable: the error says when
     *  (`retry_after_ms`), if the service did. */
    PALABRA_ERR_RATE = -704,
    /** A limit of this process or session is reached: handles, threads, descriptors, memory for a large buffer, or the
     *  size of a message (`limits.message_bytes`). */
    PALABRA_ERR_LIMIT = -800,
    /** A file could not be read or written. */
    PALABRA_ERR_IO = -801,
    /** A defect in the library. Please report it. */
    PALABRA_ERR_INTERNAL = -900
} palabra_status;
PALABRA_ASSERT_INT32(palabra_status);

/** The text or phrase is complete and will not change. */
#define PALABRA_FLAG_FINAL 1u
/** The text is in a target language. */
#define PALABRA_FLAG_TRANSLATION 2u
/** No more audio follows for this phrase and language. */
#define PALABRA_FLAG_LAST_CHUNK 4u
/** The same attempt can succeed later. */
#define PALABRA_FLAG_RETRIABLE 8u
/** The session cannot continue. */
#define PALABRA_FLAG_FATAL 16u
/** The task is paused. */
#define PALABRA_FLAG_PAUSED 32u
/** Dropped because a limit was exceeded. */
#define PALABRA_FLAG_DROPPED 64u

/** Why a call or a session failed.
 *
 *  Texts are NUL-terminated UTF-8 without line breaks, truncated between characters, and never contain a secret. */
typedef struct palabra_error {
    uint32_t struct_size;
    /** The status. */
    palabra_status code;
    /** PALABRA_FLAG_RETRIABLE, PALABRA_FLAG_FATAL. */
    uint32_t flags;
    /** HTTP status of the refusal; 0: none. */
    int32_t http_status;
    /** WebSocket close code (RFC 6455, section 7.4); 0: none. */
    int32_t close_code;
    /** Error number of the operating system (errno, or GetLastError() on Windows); 0: none. */
    int32_t os_error;
    /** Time after which the service allows another attempt, in ms; -1: the service did not say. */
    int32_t retry_after_ms;
    uint32_t reserved;
    /** Error code of the service, such as "VALIDATION_ERROR"; "": none. */
    char service_code[64];
    /** What failed, on what, and what to do about it. */
    char text[512];
} palabra_error;

/** Checks that the loaded library fits the header that the program was compiled with.
 *  @param major PALABRA_VERSION_MAJOR.
 *  @param minor PALABRA_VERSION_MINOR.
 *  @param patch PALABRA_VERSION_PATCH.
 *  @return PALABRA_OK: the major version is equal and the minor version not lower; while the major version is 0, the
 *    minor version is equal and the patch not lower.
 *  @retval PALABRA_ERR_UNSUPPORTED The library does not fit. */
PALABRA_API palabra_status PALABRA_CALL palabra_version_check(int32_t major, int32_t minor, int32_t patch);

/** Returns the version of the loaded library, such as "0.1.0".
 *  @return a static text. */
PALABRA_API const char *PALABRA_CALL palabra_version_string(void);

/** Returns whether an optional part was built into the loaded library.
 *  @param name "decoders": FLAC, MP3 and Ogg Vorbis files. "vad": detection of speech in calls. "echo": measurement
 *    and cancellation of echo, noise suppression, gain control.
 *  @return 1 if it is there, 0 if it is not or is not known. */
PALABRA_API int32_t PALABRA_CALL palabra_has_feature(const char *name);

/** Prepares any struct that begins with `struct_size`: zeroes it and sets its size. For languages without the INIT
 *  macros.
 *  @param object the struct.
 *  @param struct_size its size in bytes, sizeof() in C.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT The size is impossible. */
PALABRA_API palabra_status PALABRA_CALL palabra_struct_init(void *object, uint32_t struct_size);

/** Returns the name of a status, such as "PALABRA_ERR_TIMEOUT".
 *  @param code any number; 0 and more: "PALABRA_OK".
 *  @return a static text; "PALABRA_UNKNOWN" for a number that this version does not know. */
PALABRA_API const char *PALABRA_CALL palabra_status_name(int32_t code);

/** Returns the description of a status, the one in the table of statuses.
 *  @param code any number.
 *  @return a static text. */
PALABRA_API const char *PALABRA_CALL palabra_status_text(int32_t code);

/** Returns what a status means for further attempts, as far as the status alone can tell. `flags` of palabra_error and
 *  of the CLOSED event are more precise.
 *  @param code any number.
 *  @return PALABRA_FLAG_RETRIABLE, PALABRA_FLAG_FATAL, both or 0. */
PALABRA_API uint32_t PALABRA_CALL palabra_status_flags(int32_t code);

/** Enumerates the statuses that this version knows, for language bindings.
 *  @param index 0, 1, 2, ...
 *  @param code receives the status with that index.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT There is no such index. */
PALABRA_API palabra_status PALABRA_CALL palabra_status_list(int32_t index, palabra_status *code);

/* --- The library's threads --------------------------------------------------------------------------------------- */

/** Each shard stays on a processor of its own, the first on the first one that the process may use, and so on. For
 *  machines that keep processors free for it. Linux and Android only. */
#define PALABRA_RUNTIME_PINNED 1u

/** Settings of the library's threads. */
typedef struct palabra_runtime_config {
    uint32_t struct_size;
    /** PALABRA_RUNTIME_* bits. */
    uint32_t flags;
    /** Number of shards, at most one for each processor that the process may use. 0: 1. -1: one for each processor. */
    int32_t shards;
    uint32_t reserved;
} palabra_runtime_config;

/** Says how many threads the library has, before it starts. Without this call it has one, which serves some hundreds
 *  of calls on a processor of today.
 *
 *  Such a thread is a shard. A session or call is given to the shard with the fewest of them when it is opened, and
 *  stays there. All promises hold for each shard; shards share nothing but the queues that the program shares between
 *  sessions. Systems show the threads as "palabra", "palabra-2" and so on. Threads that serve one purpose, such as the
 *  writing of a recording, are not counted here. The wake-up callbacks are called by the first one.
 *
 *  The settings are those of the process. The library starts with the first session, call or request to the service.
 *  The first call decides, until palabra_shutdown(): then they may be changed, and stay as they are otherwise.
 *
 *  @param config settings; NULL: all defaults.
 *  @return PALABRA_OK, also if these settings are in effect already.
 *  @retval PALABRA_ERR_BUSY The library runs with other settings, or another call has made others.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `shards` is below -1, or more than the processors that the process may use.
 *  @retval PALABRA_ERR_UNSUPPORTED PALABRA_RUNTIME_PINNED on another system. */
PALABRA_API palabra_status PALABRA_CALL palabra_runtime_configure(
    const palabra_runtime_config *config, palabra_error *error);

/** Stops the library: closes every session, then stops and joins its threads.
 *
 *  Needed by leak checkers, plug-in hosts, and programs that unload the library. A program that exits needs it only if
 *  REST sessions must be deleted first. Handles stay valid: sessions deliver CLOSED with PALABRA_ERR_SHUTDOWN and must
 *  still be closed. Opening a session afterwards starts the library again. A helper that resolves a name ends when the
 *  system's resolver returns: that cannot be stopped, and takes as long as resolv.conf says.
 *
 *  If another thread is in this call already, the call waits for the same sessions, and when its own time is over, the
 *  wait of both ends. So palabra_shutdown(0) ends a shutdown that takes too long.
 *
 *  @param timeout_ms how long the closing handshakes may take, in ms; 0: connections are cut immediately.
 *  @retval PALABRA_ERR_TIMEOUT Sessions were cut off, because the time of this call or of another thread's was over,
 *    and the library is stopped nevertheless; or a wake-up callback did not return in time, and the thread ends when
 *    it does.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `timeout_ms` is negative. */
PALABRA_API palabra_status PALABRA_CALL palabra_shutdown(int32_t timeout_ms);

/** Ends a call that another thread waits in, or whose progress is just told: one of the functions of
 *  palabra/account.h, palabra_client_check(), palabra_session_synthesize(), palabra_session_send_file(),
 *  palabra_session_stop_recording() or palabra_translate_file(). It returns PALABRA_ERR_CLOSED within 50 ms,
 *  palabra_session_send_file() the frames sent until then. Nothing is held back for it: no thread, and no place among
 *  the connections or the names that are resolved. The service may have done what was asked of it.
 *
 *  Other calls that wait have other ends: the polls palabra_session_wakeup() and palabra_queue_wakeup(); all calls on
 *  a session palabra_session_close(), and those that send audio palabra_session_end(). palabra_session_wait_ready()
 *  waits for what the events READY and CLOSED tell, palabra_session_close() with a timeout for what happens in the
 *  background otherwise. palabra_shutdown(0) on another thread ends palabra_shutdown().
 *
 *  @param error the `error` that was passed to the call: its address names the call, and it is not read. A call
 *    without one cannot be ended.
 *  @return 1: the call ends; 0: there is no such call. It may not have begun yet: repeat until it has returned.
 *  May be called from callbacks. */
PALABRA_API int32_t PALABRA_CALL palabra_cancel(const palabra_error *error);

/* --- Clients: credentials, endpoints and trust ------------------------------------------------------------------- */

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

/* --- Audio on its way to the service ----------------------------------------------------------------------------- */

/** How samples are encoded. */
typedef enum palabra_encoding PALABRA_INT32_ENUM {
    /** The default, which is PALABRA_ENCODING_S16. */
    PALABRA_ENCODING_DEFAULT = 0,
    /** 16-bit signed integers in the byte order of the machine. */
    PALABRA_ENCODING_S16 = 1,
    /** 32-bit floats in the byte order of the machine, from -1 to 1. Values outside are clipped; NaN is silence. */
    PALABRA_ENCODING_F32 = 2,
    /** Mu-law bytes (ITU-T G.711), as used by telephones in North America and Japan. */
    PALABRA_ENCODING_MULAW = 3,
    /** A-law bytes (ITU-T G.711), as used by telephones elsewhere. */
    PALABRA_ENCODING_ALAW = 4
} palabra_encoding;
PALABRA_ASSERT_INT32(palabra_encoding);

/** What happens when the caller stops sending audio while the session is READY, as during hold. */
typedef enum palabra_gap_policy PALABRA_INT32_ENUM {
    /** Nothing. The service may end the session after some 10 s. */
    PALABRA_GAP_NONE = 0,
    /** Silence is sent in real time in place of what is missing, so that the service completes the phrase, keeps
     *  listening and receives as much audio as time passes. Shorter losses than `after_ms` add up until silence makes
     *  up for them. What was missed while the process was stopped or the line was too slow is not sent later. */
    PALABRA_GAP_SILENCE = 1,
    /** The task is paused, and resumed with the next frame that is sent; the audio waits until the resume is on its
     *  way. Translation only. TASK_STATUS reports both with `user_tag` 0 where the service acknowledges. The policy is
     *  suspended between palabra_session_pause() and palabra_session_resume() or palabra_session_set_task(). */
    PALABRA_GAP_PAUSE = 2
} palabra_gap_policy;
PALABRA_ASSERT_INT32(palabra_gap_policy);

/** Format of audio that is sent or read. */
typedef struct palabra_audio_format {
    palabra_encoding encoding;
    /** Frames per second, 8000 to 192000; 0: the default of the enclosing struct. */
    int32_t sample_rate;
    /** Interleaved channels, 1 to 8; 0: 1. When reading, each channel has the same audio. */
    int32_t channels;
    /** Input: the only channel to use, counted from 1; 0: all of them, mixed in equal parts. Output: must be 0. */
    int32_t channel;
    uint32_t reserved[4];
} palabra_audio_format;

/** When and how missing input is handled. */
typedef struct palabra_gap_options {
    palabra_gap_policy policy;
    /** How long input must be missing, in ms, 20 to 3600000, counted from the end of the audio sent so far; 0: 200 for
     *  silence, 5000 for a pause. Choose a value above the length of the blocks that are sent. */
    int32_t after_ms;
    uint32_t reserved[4];
} palabra_gap_options;

/** How audio is taken and sent. */
typedef struct palabra_input_options {
    /** Format of the audio that the caller sends. Sample rate 0: that of the wire, which is 24000 in a translation
     *  unless its config says otherwise; speech-to-text 16000, or 8000 for mu-law and A-law. */
    palabra_audio_format format;
    /** Capacity for audio that was not delivered yet, in ms, 20 to 60000; 0: 2000. Audio sent before READY waits in
     *  it. */
    int32_t buffer_ms;
    /** Length of the audio in one message, in ms, 20 to 1000; 0: 320. The first is sent in two messages, of 100 ms and
     *  the rest; on a slow line they are shorter. Less is sent when no audio followed for as long. */
    int32_t chunk_ms;
    palabra_gap_options gap;
    uint32_t reserved[4];
} palabra_input_options;

/** Samples that the library holds for the caller. */
typedef struct palabra_audio {
    uint32_t struct_size;
    /** Frames per second. */
    int32_t sample_rate;
    /** Interleaved channels. */
    int32_t channels;
    int32_t data_len;
    /** Frames at `pcm`. */
    int64_t frames;
    /** Interleaved 16-bit samples; NULL: none. */
    const int16_t *pcm;
    /** Speech of PALABRA_TTS_FORMAT_MP3; NULL: none. */
    const void *data;
    const void *reserved_pointer;
    void *payload;
} palabra_audio;

/** Queues audio for the service. Any number of frames is accepted; they are gathered into chunks.
 *
 *  Send at the pace of speech. Audio sent before READY waits in the input buffer. When `input.buffer_ms` of audio
 *  wait, fewer frames are taken, and the caller must resend or drop the remaining ones. What has waited is sent at
 *  once when that is possible, and the service may recognise only 2 s that come faster than speech: a larger buffer
 *  delays words, and does not save them. Sessions share the memory for bursts unless `input.buffer_ms` is above 2000
 *  or that is more than 256 KiB: when many are sent more than 250 ms at once, fewer frames may be taken for some ms.
 *  What the operating system holds and the line has not delivered counts as waiting. A line slower than the audio is
 *  given only what it delivers in that time. When the service is gone, who reads the original voice still hears what
 *  is sent, unless palabra_session_end() was called before: this function and palabra_session_skip() return
 *  PALABRA_ERR_CLOSED then, and palabra_session_set_input_format() takes effect.
 *
 *  @param audio `frames` frames in the input format, with any alignment; may be NULL if `frames` is 0.
 *  @return number of frames taken, 0 to `frames`.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
 *  Real-time safe. Threads: one at a time per session. Example: translate_file.c. */
PALABRA_API int32_t PALABRA_CALL palabra_session_send_audio(
    palabra_session *session, const void *audio, int32_t frames);

/** Sends audio at the pace of speech, by the clock, and returns when all of it was taken.
 *
 *  Nothing is sent before READY. The schedule starts with the first frame, so that delays do not add up, and a call
 *  that follows immediately continues it: a lead is given once. A schedule that is late by more than its lead and by
 *  more than 100 ms, as after a stop of the process, is moved: what was missed is sent later and not in a burst.
 *
 *  @param audio as for palabra_session_send_audio(). It must remain valid until the function returns.
 *  @param lead_ms how far ahead of real time sending may run, in ms, up to 60000; 0: not at all. The service expects
 *    the pace of speech; some 100 ms bridge the jitter of a busy machine.
 *  @return number of frames sent: fewer than `frames` if the time was up, or the session was ended or closed
 *    meanwhile. Before the first frame the reason is returned; it can be the status of the CLOSED event.
 *  @retval PALABRA_ERR_TIMEOUT The time was up.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
 *  Threads: one sender at a time per session; let another thread poll meanwhile. Blocks: while the audio lasts, up to
 *    `timeout_ms`; palabra_session_end() and palabra_session_close() end it within 20 ms. */
PALABRA_API int32_t PALABRA_CALL palabra_session_send_paced(
    palabra_session *session, const void *audio, int32_t frames, int32_t lead_ms, int32_t timeout_ms);

/** States that frames were lost, such as packets that did not arrive, or that were not sent during silence (DTX).
 *  Silence of that length takes their place, so that the audio on the wire keeps real time.
 *
 *  The cost does not depend on `frames`. Call it before the next palabra_session_send_audio(): silence that
 *  PALABRA_GAP_SILENCE sent in the meantime for the same loss is not sent again. Where PALABRA_GAP_PAUSE is the
 *  policy, lost frames neither delay nor end a pause, and nothing is sent for them during one.
 *
 *  @return number of frames taken, 0 to `frames`: fewer when `input.buffer_ms` of audio wait.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
 *  Real-time safe. Threads: one sender at a time per session. */
PALABRA_API int32_t PALABRA_CALL palabra_session_skip(palabra_session *session, int32_t frames);

/** Sends the audio that was taken so far within 10 ms, even if it fills no chunk, as at the end of an utterance. In a
 *  translation a short message is padded with silence to 1024 bytes, the least that the service accepts.
 *
 *  Without this call such a rest is sent when no audio followed for `input.chunk_ms`.
 *
 *  Real-time safe. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_flush_input(palabra_session *session);

/** Changes the format of the audio that is sent from now on, as when a device changes.
 *
 *  Audio sent before is converted from its own format and sent first. The format on the wire stays the same. The
 *  capacity of the input buffer is available anew for the new format.
 *
 *  @param format the new format. `sample_rate` is required. `channel` must be 0: the selected channel stays; with
 *    fewer channels than that they are mixed.
 *  @return PALABRA_OK, also if nothing changes. After an error the format is what it was.
 *  @retval PALABRA_ERR_BUSY Another thread is inside palabra_session_send_audio() or this function on this session.
 *  @retval PALABRA_ERR_AGAIN 16 changes are pending already.
 *  @retval PALABRA_ERR_UNSUPPORTED The encoding is not known.
 *  Threads: preferably the one that sends, which alone knows the first frame of the new format; not real-time threads.
 */
PALABRA_API palabra_status PALABRA_CALL palabra_session_set_input_format(
    palabra_session *session, const palabra_audio_format *format);

/** Returns how many frames palabra_session_send_audio() would take now, or how many bytes
 *  palabra_session_send_encoded() would.
 *  @return number of frames, or of bytes.
 *  Real-time safe. */
PALABRA_API int32_t PALABRA_CALL palabra_session_get_input_space(palabra_session *session);

/** Releases samples that the library returned and zeroes the struct except for its size. */
PALABRA_API palabra_status PALABRA_CALL palabra_audio_release(palabra_audio *audio);

/* --- Speech that the caller pulls -------------------------------------------------------------------------------- */

/** How speech is delivered. */
typedef enum palabra_output_mode PALABRA_INT32_ENUM {
    /** In AUDIO events, 24 kHz mono, as fast as the service sends it. */
    PALABRA_OUTPUT_EVENTS = 0,
    /** By palabra_session_read_audio(), in real time. No AUDIO events are delivered. */
    PALABRA_OUTPUT_PLAYOUT = 1,
    /** Both. */
    PALABRA_OUTPUT_BOTH = 2
} palabra_output_mode;
PALABRA_ASSERT_INT32(palabra_output_mode);

/** What is done about an echo: what a loudspeaker plays comes back through the microphone, and would be translated
 *  again. */
typedef enum palabra_echo PALABRA_INT32_ENUM {
    /** Nothing. */
    PALABRA_ECHO_OFF = 0,
    /** ECHO tells how late and how loud it comes back, and the statistics have both: `echo_delay_ms`, `echo_level_db`.
     *  The sound stays as it is. Requires the feature "echo".
     *
     *  What was read, the original voice included, is compared with what is sent. An echo of -25 dB or more that is at
     *  most 1 s late is found 2 s after the first sound, to 10 ms and 3 dB. While somebody else speaks all the time,
     *  faint ones are not found, and others seem louder than they are. */
    PALABRA_ECHO_MEASURE = 1,
    /** As PALABRA_ECHO_MEASURE, and what was read is taken out of what is sent. Requires the feature "echo".
     *
     *  What is sent goes through a thread of the library, which sends it on, mono, at 16 kHz, or at 48 kHz if the
     *  input format at the beginning has more than 16 kHz. That takes up to 30 ms longer, 6 ms more with noise
     *  suppression, also for the original voice. What was stated as lost stays lost. `input_frames_taken` and the like
     *  of palabra_session_stats count what is sent on.
     *
     *  An echo of -6 to -25 dB that is 30 to 200 ms late is reduced by 25 dB or more 2 s after the first sound. Of a
     *  speaker who talks at the same time, and began later, a recogniser has up to 3 words of 100 more wrong; where
     *  the clocks of microphone and loudspeaker differ, or the echo has just moved, it is more. An echo that is more
     *  than 500 ms late stays. Where the machine has no time for that thread, sound is left out: see `overrun_ms`. */
    PALABRA_ECHO_CANCEL = 2
} palabra_echo;
PALABRA_ASSERT_INT32(palabra_echo);

/** At least one frame is speech of the service. */
#define PALABRA_SOUND_SPEECH 1
/** At least one frame contains the original voice. */
#define PALABRA_SOUND_ORIGINAL 2
/** Speech begins in this block after silence: the RTP marker bit. */
#define PALABRA_SOUND_TALKSPURT 4
/** At least one frame is comfort noise, which a leg with PALABRA_LEG_COMFORT_NOISE hears in place of silence. */
#define PALABRA_SOUND_COMFORT 8
/** The session is closed and everything was read: nothing of the service follows. What is still sent of the original
 *  voice is heard. */
#define PALABRA_SOUND_ENDED 16

/** All phrases that have begun to arrive, not only the one that is heard. */
#define PALABRA_SILENCE_ALL 1u

/** How the speaker's own voice is mixed under the translation.
 *
 *  It does not pass through the service: what palabra_session_send_audio() takes and palabra_session_read_audio()
 *  reads in blocks of 20 ms is heard at most 40 ms later, and in larger blocks, up to 300 ms, by so much later; also
 *  before READY, and after the service is gone. If audio was late in the last 10 s, the delay is as much longer, up to
 *  200 ms; what is older is skipped. It returns to its usual value in pauses and by a change of speed of at most 0.5
 *  %, which also follows clocks that drift. What is late, and what palabra_session_skip() states as lost, is concealed
 *  for up to 60 ms.
 *
 *  What is not taken because the input buffer is full is not heard. With PALABRA_SESSION_DROP_OLDEST a block of up to
 *  500 ms is always taken. */
typedef struct palabra_original_options {
    /** Gain of the original voice, in percent, 1 to 100; 0: it is not heard, also while nobody speaks. */
    int32_t gain_percent;
    /** Gain while the translation speaks, in percent, 1 to 100; 0: 20; -1: muted. */
    int32_t duck_percent;
    /** Attack time of the ducking, in ms, 1 to 10000; 0: 50. */
    int32_t attack_ms;
    /** Release time of the ducking, in ms, 1 to 10000; 0: 300. */
    int32_t release_ms;
    uint32_t reserved[4];
} palabra_original_options;

/** How speech is delivered and buffered. */
typedef struct palabra_output_options {
    palabra_output_mode mode;
    /** Speech that must be buffered before a phrase starts or continues after an underrun, in ms, 1 to 2000; 0: 60.
     *  More bridges an uneven network and adds delay. */
    int32_t prime_ms;
    /** Capacity of the buffer of one language, in ms, 500 to 600000; 0: 30000, text-to-speech 300000. Beyond it the
     *  oldest phrases are dropped. */
    int32_t buffer_ms;
    /** Target level of that buffer, in ms, at most `buffer_ms`; 0: no target. Above it pauses between words are
     *  shortened. Above twice this value, short pieces of speech are also removed with a crossfade, up to 10 % of the
     *  audio. */
    int32_t target_ms;
    /** Format that palabra_session_read_audio() fills. Sample rate 0: 24000. */
    palabra_audio_format format;
    /** The original voice, which palabra_session_set_original() can change. Translation only. */
    palabra_original_options original;
    /** How far the reader may fall behind because it does not read, in ms, 500 to 600000; 0: no limit. A reader that
     *  reads nothing for longer, as a game that is paused, misses what is due meanwhile, and continues with what is
     *  due then. */
    int32_t reader_lag_ms;
    uint32_t reserved[3];
} palabra_output_options;

/** Statistics of the playout of one language. */
typedef struct palabra_playout_stats {
    uint32_t struct_size;
    uint32_t reserved;
    /** Speech that is buffered and was not read yet, in ms. */
    int64_t buffered_ms;
    /** Times that speech stopped because the rest of the phrase was not there. */
    int64_t underruns;
    /** Phrases that started to be heard. */
    int64_t phrases_started;
    /** Phrases that were heard to their end. */
    int64_t phrases_finished;
    /** Phrases that were taken back, heard in part or not at all. */
    int64_t phrases_cut;
    /** Phrases that were dropped, completely or from some point on, because `output.buffer_ms` was exceeded or because
     *  of `output.reader_lag_ms`. */
    int64_t phrases_dropped;
    /** Speech and silence removed because of `target_ms` or `reader_lag_ms`, in ms. */
    int64_t skipped_ms;
} palabra_playout_stats;

/** Fills exactly `frames` frames: what is to be heard next in a language, and silence where nothing is.
 *
 *  Call it once per tick or audio callback with its number of frames; the pace of the calls is the pace of the speech.
 *  A phrase starts when `prime_ms` of it are buffered and at least as much as the call asks for, or all of it. Where
 *  speech breaks off, because the rest is late or because it was interrupted, it is faded out within 5 ms and faded in
 *  again. Each language has its own buffer. The PLAYOUT events say which phrase was heard when. After CLOSED continue
 *  to read until PALABRA_SOUND_ENDED, which always comes. After palabra_shutdown() only the next 500 ms or so are
 *  heard.
 *
 *  @param session the session, opened with PALABRA_OUTPUT_PLAYOUT or PALABRA_OUTPUT_BOTH.
 *  @param language one of the targets, as in `target_languages`; NULL or "": the first one.
 *  @param audio receives `frames` frames in the output format, with any alignment; may be NULL if `frames` is 0.
 *  @param frames number of frames, 0 or more, at most 500 ms of audio.
 *  @return a set of PALABRA_SOUND_* bits; 0: all frames are silence. Check for an error first: its bits mean nothing.
 *    After an error `audio` is silence too, unless its length or format is not known: the handle is bad, `frames` is
 *    out of range, or the session was opened with PALABRA_OUTPUT_EVENTS.
 *  @retval PALABRA_ERR_BUSY Another thread is reading this language, or changing its format.
 *  @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT There is no such target, or too many frames.
 *  Real-time safe. Threads: one at a time per language. Example: phone_call.c. */
PALABRA_API int32_t PALABRA_CALL palabra_session_read_audio(
    palabra_session *session, const char *language, void *audio, int32_t frames);

/** Changes the format in which a language is read from now on, as when a device changes. Speech continues where it
 *  was, also within a phrase: nothing is lost, repeated or faded.
 *  @param language one of the targets; NULL or "": all of them, and those that are added later.
 *  @param format the new format. `sample_rate` is required.
 *  @return PALABRA_OK, also if nothing changes.
 *  @retval PALABRA_ERR_BUSY Another thread is reading this language: it was not changed, nor were those after it.
 *  @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS, or the encoding is not known.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT There is no such target.
 *  Threads: preferably the one that reads, which alone knows the first frame of the new format; not real-time threads.
 */
PALABRA_API palabra_status PALABRA_CALL palabra_session_set_output_format(
    palabra_session *session, const char *language, const palabra_audio_format *format);

/** Changes how the speaker's own voice is mixed under the translation, in all languages, also in those that are added
 *  later: its gain, also to 0 and back, and the ducking.
 *
 *  The change is faded within 20 ms.
 *
 *  @param options as in `output.original` of the config.
 *  @return PALABRA_OK. After an error nothing has changed.
 *  @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS, or is not a translation.
 *  @retval PALABRA_ERR_LIMIT No memory for the original voice.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_set_original(
    palabra_session *session, const palabra_original_options *options);

/** Silences what palabra_session_read_audio() reads, and nothing else: the phrase that is heard is faded out within 5
 *  ms, and what still arrives of it is not played. Where no phrase is heard, nothing is silenced.
 *
 *  The service is not told, so that what the speaker says is translated as before, and texts and AUDIO events
 *  continue. The next phrase is heard. PLAYOUT_CUT tells how much of a phrase was heard. To stop the service too, call
 *  palabra_session_interrupt() or palabra_session_cancel().
 *
 *  @param session the session; also one that is ended or closed.
 *  @param languages languages to silence, separated by commas; NULL or "": all of them, also for those that are added
 *    later.
 *  @param flags PALABRA_SILENCE_ALL or 0.
 *  @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT There is no such target.
 *  Threads: any, but not real-time threads. Example: phone_call.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_silence(
    palabra_session *session, const char *languages, uint32_t flags);

/** Reads the statistics of the playout of one language.
 *  @param language one of the targets; NULL or "": the first one.
 *  @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT There is no such target.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_get_playout_stats(
    palabra_session *session, const char *language, palabra_playout_stats *stats);

/* --- Sessions: what all products have in common ------------------------------------------------------------------ */

/*
 * Rules for all sessions
 * ======================
 *
 * Settings. Every config has these fields. `session_tag` is any number, returned in every event of the session;
 * `session_name` is any text of up to 127 bytes, such as the UUID of a call, returned in every event and log line, or
 * NULL. Events are delivered to `queue`, shared with other sessions; NULL: the session has its own. `stream` is what
 * to connect to; its `url` NULL: the client's. Languages and voices are not checked by the library: the
 * service refuses unknown ones.
 *
 * Opening. palabra_session_open_translation(), _tts() and _stt() return immediately, in state CONNECTING; the rest
 * happens in the background. The outcome is an event: READY, or CLOSED with the reason. Audio and texts may be sent,
 * commands given and the end requested from the first moment: they wait. Close the session with
 * palabra_session_close(). Errors, besides those of palabra/base.h and of the function:
 *   PALABRA_ERR_INVALID_ARGUMENT  a number is out of range; only one of the stream's `url` and `token`; there is no
 *                                 such region, or it does not offer this
 *   PALABRA_ERR_UNSUPPORTED       an encoding or mode is not known
 *   PALABRA_ERR_AUTH              there are no credentials
 *   PALABRA_ERR_LIMIT             too many sessions, no thread can be started, or no memory for the buffers
 */

/** State of a session. It only moves forward. */
typedef enum palabra_state PALABRA_INT32_ENUM {
    /** Connecting, setting the task and waiting for the service. */
    PALABRA_STATE_CONNECTING = 1,
    /** The service is listening. */
    PALABRA_STATE_READY = 2,
    /** The end was requested: pending input is sent and the tail is delivered. */
    PALABRA_STATE_ENDING = 3,
    /** Closed. Events that are still queued can be polled. */
    PALABRA_STATE_CLOSED = 4
} palabra_state;
PALABRA_ASSERT_INT32(palabra_state);

/** Deliver the service's JSON with every event that came from a message (`json`). */
#define PALABRA_SESSION_JSON 1u
/** Use the protocol of API keys whatever the credentials are: for a stream address of that kind. */
#define PALABRA_SESSION_DIALECT_V2 2u
/** Drop the oldest audio instead of refusing the newest when more than `input.buffer_ms` waits, or on a slow line more
 *  than it delivers in that time. What the operating system and the line hold counts, but only what the library holds
 *  can be dropped. Each run of losses is told by a WARNING with DROPPED when it is over, and a long one every 10 s.
 *  For live microphones. Not for audio that is sent whenever there is space, such as a file: its beginning would be
 *  lost. Translation and speech-to-text only. */
#define PALABRA_SESSION_DROP_OLDEST 4u

/** A stream to connect to instead of the one that the client's credentials lead to. */
typedef struct palabra_stream_address {
    /** Address of the stream; NULL: the client's. */
    const char *url;
    /** Token for `url`. Wiped from memory with the session. */
    const char *token;
    uint32_t reserved[4];
} palabra_stream_address;

/** Limits on what may wait in a session, and on what it accepts. */
typedef struct palabra_limits {
    /** Bytes of events that may wait to be polled; 0: 16777216 (16 MiB). A single event that is larger, and larger
     *  than 64 KiB, is dropped. */
    int64_t event_bytes;
    /** Events that may wait to be polled; 0: 1000. */
    int32_t event_count;
    /** Commands or texts that may wait to be sent, 1 to 1024; 0: 32, text-to-speech 256. */
    int32_t command_count;
    /** Bytes of the largest message that the server may send, 65536 to 1073741824; 0: 8388608 (8 MiB). A larger one,
     *  or compressed speech that inflates to more, closes the session with PALABRA_ERR_LIMIT before memory for it is
     *  taken. */
    int32_t message_bytes;
    uint32_t reserved[3];
} palabra_limits;

/** Timeouts of a session. */
typedef struct palabra_timeouts {
    /** Timeout of one attempt to connect to the stream, in ms; 0: the client's `connect_timeout_ms`. Creating a REST
     *  session takes up to three attempts before, each within the client's timeouts. */
    int32_t connect_ms;
    /** Time the service may take to become ready once connected, in ms; 0: 30000. Translation only. */
    int32_t ready_ms;
    /** Time to wait for the next text or speech after palabra_session_end() before the session closes with
     *  PALABRA_ERR_TIMEOUT, in ms; 0: 30000, speech-to-text 10000. It begins when what waits was sent. From then on an
     *  end takes at most 10 times as long, whatever the service still sends. If nothing that waits can be sent for 10
     *  times as long, and for 60000 ms at least, CLOSED has the same status. */
    int32_t end_ms;
    /** Time without anything from the server, or without an answer to a ping, after which the connection is considered
     *  dead, in ms, 1000 to 3600000; 0: 60000; -1: never. A ping is sent every 10 s, or every third of this time if
     *  that is shorter; it needs no answer once everything was sent after palabra_session_end(). Time in which the
     *  process was stopped does not count. */
    int32_t liveness_ms;
    uint32_t reserved[4];
} palabra_timeouts;

/** Statistics of one session, from its opening to now. A value that is not known yet is -1. */
typedef struct palabra_session_stats {
    uint32_t struct_size;
    /** What the gap policy is doing now. */
    palabra_gap_policy gap_in_effect;
    /** Audio that was taken and not delivered, in ms: what waits in the library, in the operating system and on the
     *  line until the server's system acknowledges it, where the operating system tells (Linux, Android, macOS, iOS).
     *  Just after a change of the input format by the new rate. -1 with encoded audio. */
    int64_t input_queue_ms;
    /** Frames that palabra_session_send_audio() and palabra_session_skip() took, in the caller's format. Frames of
     *  palabra_session_skip() that need no silence are not counted: silence was sent in their place already, or the
     *  gap policy has paused the task. */
    int64_t input_frames_taken;
    /** Frames of those that were delivered, as far as the operating system tells; elsewhere those passed to it. */
    int64_t input_frames_sent;
    /** Frames of those that were dropped; see PALABRA_SESSION_DROP_OLDEST. */
    int64_t input_frames_dropped;
    /** Frames of silence that PALABRA_GAP_SILENCE sent, and those that padded a short message, in the format of the
     *  wire. */
    int64_t silence_frames_sent;
    /** Times that PALABRA_GAP_PAUSE paused the task. */
    int64_t gap_pauses;
    /** Messages with audio, or with text, that were sent. */
    int64_t chunks_sent;
    /** Bytes written to the stream, WebSocket framing included. */
    int64_t bytes_sent;
    /** Bytes read from the stream. */
    int64_t bytes_received;
    /** Frames of speech received, of all languages. */
    int64_t audio_frames_received;
    /** Frames of speech dropped because the limits on events were exceeded. */
    int64_t audio_frames_dropped;
    /** Frames of speech in events that wait to be polled. */
    int64_t audio_frames_queued;
    /** Events dropped because the limits were exceeded. */
    int64_t events_dropped;
    /** Events that wait to be polled. */
    int64_t events_queued;
    /** Bytes of those events. */
    int64_t event_bytes_queued;
    /** Commands that wait to be sent. */
    int64_t commands_queued;
    /** Time from opening to READY, in ms. */
    int64_t ready_ms;
    /** Time from the first chunk or text sent to the first speech received, in ms. */
    int64_t first_audio_ms;
    /** Last round trip to the server, in us. */
    int64_t round_trip_us;
    /** Speech that waits at the service, in ms: the longest queue of its last report. */
    int64_t service_queue_ms;
    /** How late what is played comes back, in ms; -1: it does not, or that is not known. See PALABRA_ECHO_MEASURE. */
    int64_t echo_delay_ms;
    /** How loud that is, in dB of what is played, usually negative; 0 if `echo_delay_ms` is -1. */
    int64_t echo_level_db;
    /** Sound that was left out because the thread for signal processing was 2 s late, in ms: with PALABRA_ECHO_CANCEL
     *  it was not sent, otherwise not listened to. */
    int64_t overrun_ms;
} palabra_session_stats;

/** Waits until a session is ready or closed. Events stay queued: READY or CLOSED is still delivered.
 *  @return PALABRA_OK: the session is READY or already ENDING; otherwise the status of the CLOSED event.
 *  @retval PALABRA_ERR_TIMEOUT It is still CONNECTING.
 *  @retval PALABRA_ERR_CLOSED It closed without an error. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_wait_ready(palabra_session *session, int32_t timeout_ms);

/** Returns the state of a session. It changes a moment before the corresponding event can be polled.
 *  @return a palabra_state. */
PALABRA_API int32_t PALABRA_CALL palabra_session_get_state(palabra_session *session);

/** Explains why a session closed.
 *  @param error receives the explanation; its `code` is PALABRA_OK while the session is open, and when it closed
 *    without an error. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_get_error(palabra_session *session, palabra_error *error);

/** Reads the statistics of a session. Example: many_sessions.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_get_stats(
    palabra_session *session, palabra_session_stats *stats);

/** Ends a session: no more input is taken, pending input and commands are sent, the tail is delivered (the texts and
 *  speech of all that was sent), then CLOSED. Keep polling until CLOSED arrives.
 *
 *  Speech-to-text: a final text of everything that was sent is requested, silence is sent in the meantime for services
 *  that wait for a pause (none with encoded audio), and the stream is closed when the final and its translations have
 *  arrived. If `end_ms` passes first while a text was still partial, CLOSED has PALABRA_ERR_TIMEOUT.
 *
 *  Translation: while commands wait for their intervals, silence keeps the service from ending the session.
 *
 *  Text-to-speech: what was requested is spoken to its end. A generation without PALABRA_TEXT_EOS is waited for until
 *  nothing was said for 2 s.
 *
 *  @return PALABRA_OK. Audio sent by another thread at the same moment may or may not be included.
 *  @retval PALABRA_ERR_ENDED It was ended already.
 *  @retval PALABRA_ERR_CLOSED It is closed. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_end(palabra_session *session);

/** Closes a session in any state and invalidates its handle. Events that were not polled are dropped; those already
 *  polled stay valid. To receive the tail, call palabra_session_end() first and poll until CLOSED.
 *
 *  The handle is invalid as soon as the call begins: a thread that waits in another call on it returns with
 *  PALABRA_ERR_CLOSED, later calls return PALABRA_ERR_BAD_HANDLE.
 *
 *  @param session the session; NULL: nothing is done.
 *  @param timeout_ms how long to wait for the closing handshake and the deletion of a REST session, in ms; 0: they
 *    happen in the background.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `timeout_ms` is negative: the session is not closed. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_close(palabra_session *session, int32_t timeout_ms);

/* --- Events ------------------------------------------------------------------------------------------------------ */

/** What happened. Later versions add kinds: ignore and release those that are not known. */
typedef enum palabra_event_kind PALABRA_INT32_ENUM {
    /** No event. */
    PALABRA_EVENT_NONE = 0,
    /** The service is listening. `id`: that of the REST session that was created, as for palabra_rest_session_get();
     *  "": there is none. */
    PALABRA_EVENT_READY = 1,
    /** A text: `text`, `language`, `phrase`, `start_ms`, `end_ms`. FINAL: it is complete; otherwise it replaces the
     *  one before. TRANSLATION: it is in a target language. Speech-to-text: also `user_tag` when it answers
     *  palabra_session_finalize(). */
    PALABRA_EVENT_TRANSCRIPT = 2,
    /** Speech: `pcm`, `pcm_frames`, `sample_rate`, `channels`, `language`, `phrase`; with PALABRA_TTS_FORMAT_MP3
     *  `data` instead of `pcm`. LAST_CHUNK: the phrase is complete (`pcm_frames` may be 0). It can arrive faster than
     *  it plays. Text-to-speech: `id` and `phrase` are those of the generation, `user_tag` that of its first text. */
    PALABRA_EVENT_AUDIO = 3,
    /** Answer to palabra_session_speak(): `user_tag`, `text` ("queued"), `phrase`. */
    PALABRA_EVENT_SPEAK_STATUS = 4,
    /** The service acknowledged a command: `service_code` names it ("set_task"), `text` says what happened
     *  ("started"). PAUSED. Not every server acknowledges. Text-to-speech: the library's own answer to
     *  palabra_session_cancel(). */
    PALABRA_EVENT_TASK_STATUS = 5,
    /** The current task: `text` is the service's JSON. PAUSED. `user_tag` when it answers palabra_session_get_task().
     */
    PALABRA_EVENT_TASK_INFO = 6,
    /** Nothing more will be said. CLOSED follows. */
    PALABRA_EVENT_STREAM_END = 7,
    /** A warning of the service: `service_code`, `text`. DROPPED: input was dropped, `dropped` frames; see
     *  PALABRA_SESSION_DROP_OLDEST. */
    PALABRA_EVENT_WARNING = 8,
    /** Something failed and the session continues: `code`, `service_code`, `text`; `user_tag` when it refuses a
     *  command. PALABRA_ERR_IO, PALABRA_ERR_LIMIT: the file of a recording. */
    PALABRA_EVENT_ERROR = 9,
    /** Events were dropped because limits were exceeded: `dropped`, `text`. Partial transcripts are dropped first,
     *  then RAW and LOG, then AUDIO, then others; of each the oldest. */
    PALABRA_EVENT_OVERFLOW = 10,
    /** A log line: `log_level`, `text`. See palabra_log_open(). */
    PALABRA_EVENT_LOG = 11,
    /** A message that the library does not model: `json`. */
    PALABRA_EVENT_RAW = 12,
    /** The session is over; no event follows. `code` is PALABRA_OK, or says why together with `text`, `service_code`,
     *  `http_status`, `close_code`, `retry_after_ms`. FATAL is set with every error; RETRIABLE: a new session can
     *  succeed. `id` as for READY. */
    PALABRA_EVENT_CLOSED = 13,
    /** A phrase starts to be heard: `played_frames`, `language`, `id`, `phrase`, `part`. The PLAYOUT events are
     *  delivered where speech is read by palabra_session_read_audio(), some ms after it happened. What is heard after
     *  CLOSED has none: see palabra_session_get_playout_stats(). */
    PALABRA_EVENT_PLAYOUT_STARTED = 14,
    /** It was heard to its end: as above, and `heard_ms`, `phrase_ms`. */
    PALABRA_EVENT_PLAYOUT_FINISHED = 15,
    /** It was cut by palabra_session_silence(), _interrupt(), _pause() or _cancel() after `heard_ms` of the
     *  `phrase_ms` received, 0 if it had not started. DROPPED: it was dropped because `output.buffer_ms` was exceeded,
     *  or because its end was due while nothing was read for `output.reader_lag_ms`; if more of it is heard after
     *  that, it starts again. That of speech which was ready for the reader by then comes when it reads again. */
    PALABRA_EVENT_PLAYOUT_CUT = 16,
    /** A session needs credentials: call palabra_client_set_credentials(). See PALABRA_CLIENT_ASK_CREDENTIALS. */
    PALABRA_EVENT_CREDENTIALS_NEEDED = 17,
    /** Call: the service listens to the party of `leg`, and translates what it says. `id` as for READY, which a call
     *  does not deliver. */
    PALABRA_EVENT_LINK_UP = 18,
    /** Call: the service does not listen to the party of `leg` any more, or could not be reached; the call goes on.
     *  The fields are those of CLOSED, which a call delivers once, as its last event. `code` PALABRA_OK: the leg was
     *  closed, or the call was ended. */
    PALABRA_EVENT_LINK_DOWN = 19,
    /** Call: the party of `leg` has begun to speak, at `start_ms` of the audio that its line has sent, about 200 ms
     *  ago. See PALABRA_LEG_DETECT_SPEECH. */
    PALABRA_EVENT_SPEECH_STARTED = 20,
    /** Call: it has stopped, 400 ms ago: it spoke from `start_ms` to `end_ms`. */
    PALABRA_EVENT_SPEECH_ENDED = 21,
    /** What is played comes back through the microphone, in a call that of the party of `leg`: `delay_ms`, `level_db`,
     *  `text`. When it is first known, and when it has changed by more than 10 ms or 3 dB. `delay_ms` -1: it does not
     *  come back any more. See PALABRA_ECHO_MEASURE. */
    PALABRA_EVENT_ECHO = 22
} palabra_event_kind;
PALABRA_ASSERT_INT32(palabra_event_kind);

/** One thing that happened. The same struct for every kind; fields that a kind does not use are 0, -1 where 0 could be
 *  a value, or "".
 *
 *  Pointers are valid until palabra_event_release(), whatever happens to the session. Texts are never NULL in a
 *  delivered event. */
typedef struct palabra_event {
    uint32_t struct_size;
    palabra_event_kind kind;
    /** Position in the order of delivery of this session or call, from 1 without gaps. */
    uint64_t seq;
    /** When it happened, in ns of the system's monotonic clock (CLOCK_MONOTONIC; Windows: QueryPerformanceCounter). */
    int64_t time_ns;
    /** `session_tag` or `call_tag` of the config. */
    uint64_t session_tag;
    /** Tag of the command that this answers. */
    uint64_t user_tag;
    /** CLOSED, LINK_DOWN, ERROR: the status. */
    palabra_status code;
    /** PALABRA_FLAG_* bits. */
    uint32_t flags;
    /** Call: number of the leg whose party speaks, from 0; -1: none. PLAYOUT_* and AUDIO are what the other party
     *  hears of it. */
    int32_t leg;
    /** LOG: severity, a palabra_log_level. */
    int32_t log_level;
    /** CLOSED, ERROR: HTTP status of the refusal; 0: none. */
    int32_t http_status;
    /** CLOSED, ERROR: WebSocket close code; 0: none. */
    int32_t close_code;
    /** CLOSED, ERROR: time after which the service allows another attempt, in ms; -1: the service did not say. */
    int32_t retry_after_ms;
    /** CLOSED, ERROR: error number of the operating system; 0: none. */
    int32_t os_error;
    /** Number of the phrase in this session, or of this leg of a call, the same for its texts and its audio in all
     *  languages; 0: none. */
    uint64_t phrase;
    /** Part of a long phrase that a translation or its audio belongs to, from 0. */
    int32_t part;
    /** AUDIO: frames per second. */
    int32_t sample_rate;
    /** AUDIO: interleaved channels. */
    int32_t channels;
    int32_t data_len;
    /** AUDIO: frames at `pcm`. */
    int64_t pcm_frames;
    /** TRANSCRIPT, SPEECH_*: start in the audio that was sent, in ms; -1: the service did not say. */
    int64_t start_ms;
    /** TRANSCRIPT, SPEECH_ENDED: end in the audio that was sent, in ms; -1: the service did not say. */
    int64_t end_ms;
    /** PLAYOUT_STARTED: frames of the language that had been read when the phrase started, silence included;
     *  PLAYOUT_FINISHED, PLAYOUT_CUT: when its last frame had been read. In the current output format; -1: unknown. */
    int64_t played_frames;
    /** PLAYOUT_FINISHED, PLAYOUT_CUT: how much of the phrase was heard, in ms; -1: unknown. */
    int64_t heard_ms;
    /** PLAYOUT_*: how much of the phrase had been received, in ms; -1: unknown. */
    int64_t phrase_ms;
    /** OVERFLOW: events dropped; WARNING: frames of input dropped, in the caller's format. */
    int64_t dropped;
    int32_t text_len;
    int32_t language_len;
    int32_t id_len;
    int32_t service_code_len;
    int32_t json_len;
    int32_t session_name_len;
    /** What was said, or what happened. */
    const char *text;
    /** Language code of text or audio. */
    const char *language;
    /** The service's id of the phrase or of the REST session, or the id of the generation. */
    const char *id;
    /** The service's code of an error, a warning or a command. */
    const char *service_code;
    /** With PALABRA_SESSION_JSON: the service's message, without audio. RAW: always. */
    const char *json;
    /** `session_name` or `call_name` of the config. */
    const char *session_name;
    /** AUDIO: interleaved 16-bit samples; NULL: none. */
    const int16_t *pcm;
    /** AUDIO of PALABRA_TTS_FORMAT_MP3: the next bytes of the generation's stream, cut anywhere; NULL: none. */
    const void *data;
    const void *reserved_pointer;
    void *payload;
    /** ECHO: how late what is played comes back, in ms; -1: it does not. */
    int64_t delay_ms;
    /** ECHO: how loud it is, in dB of what is played, usually negative. */
    int32_t level_db;
    uint32_t reserved;
} palabra_event;

/** Takes the next event of a session, waiting for one if there is none.
 *
 *  Release every event before its struct is used again. Any number of events may be held in structs of their own.
 *
 *  @param event receives the event; its kind is PALABRA_EVENT_NONE on 0, and it is not touched on an error.
 *  @return 1: an event was taken; 0: there was none within the time, or palabra_session_wakeup() ended the wait.
 *    Release the event with palabra_event_release().
 *  @retval PALABRA_ERR_CLOSED No event follows: CLOSED was taken, or the session was closed meanwhile.
 *  @retval PALABRA_ERR_BUSY Another thread is polling this session.
 *  @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
 *  @retval PALABRA_ERR_LIMIT Too many events were not released.
 *  Threads: one at a time per session. Example: hello.c. */
PALABRA_API int32_t PALABRA_CALL palabra_session_poll_event(
    palabra_session *session, palabra_event *event, int32_t timeout_ms);

/** Releases an event: frees what its pointers point to and zeroes the struct except for its size.
 *  @param event the event; NULL, PALABRA_EVENT_NONE or a released one: nothing is done.
 *  May be called from callbacks. */
PALABRA_API palabra_status PALABRA_CALL palabra_event_release(palabra_event *event);

/** Returns the name of a kind of event, such as "TRANSCRIPT".
 *  @param kind any number.
 *  @return a static text; "UNKNOWN" for a number that this version does not know. */
PALABRA_API const char *PALABRA_CALL palabra_event_kind_name(int32_t kind);

/* --- Waiting for the events of many sessions --------------------------------------------------------------------- */

/** What a name stands for. Later versions add kinds: ignore those that are not known. */
typedef enum palabra_ready_kind PALABRA_INT32_ENUM {
    /** No name. */
    PALABRA_READY_NONE = 0,
    /** A session: take its events with palabra_session_poll_event(). */
    PALABRA_READY_SESSION = 1,
    /** The queue itself: take LOG, CREDENTIALS_NEEDED and their OVERFLOW with palabra_queue_poll_event(). */
    PALABRA_READY_QUEUE = 2,
    /** A call: take its events with palabra_call_poll_event(). */
    PALABRA_READY_CALL = 3
} palabra_ready_kind;
PALABRA_ASSERT_INT32(palabra_ready_kind);

/** The queue returns names, not events: palabra_queue_poll_ready() returns which session or call has something to
 *  poll, and it is polled by itself, within its own limits. For programs that have a reader for each session, and for
 *  language bindings. */
#define PALABRA_QUEUE_NAMES 1u

/** The name of something that has events to poll. Nothing has to be released. */
typedef struct palabra_ready {
    uint32_t struct_size;
    /** What the name stands for. */
    palabra_ready_kind kind;
    /** `session_tag` or `call_tag` of the config; 0 for the queue itself. */
    uint64_t tag;
    /** The palabra_session, the palabra_call or the palabra_queue; NULL for PALABRA_READY_NONE. */
    void *handle;
    const void *reserved_pointer;
} palabra_ready;

/** Called when events become available, or with PALABRA_QUEUE_NAMES names. NULL disables the callback.
 *
 *  The callback only signals; it carries no data. It is called on the library's thread, possibly several times for one
 *  event and once for several, and never twice at the same time. If it is set while events are queued, it is called
 *  immediately on the thread that sets it. The library holds no lock meanwhile. Only
 *  palabra_queue_set_wakeup_callback(), palabra_session_set_wakeup_callback(), palabra_call_set_wakeup_callback() and
 *  palabra_queue_free() wait for a running callback: a lock that the callback takes may be held around all other
 *  calls.
 *
 *  It must be short, because no session makes progress meanwhile. It must not throw or longjmp, which is undefined
 *  behaviour, and must not call the library: such calls return PALABRA_ERR_REENTRANT, except palabra_event_release(),
 *  palabra_queue_wakeup(), palabra_session_wakeup(), palabra_call_wakeup(), palabra_cancel(), the functions that send
 *  and read audio in real time, and those that only name things. Let it make another thread poll.
 *
 *  @param user_data what was passed with the callback. */
typedef void (PALABRA_CALL *palabra_wakeup_callback)(void *user_data);

/** Creates a queue for the events of many sessions: set it in their configs and poll it. What is said of sessions
 *  holds for calls, too.
 *
 *  Sessions take turns, so that none starves the others; within a session events are in the order of `seq`. Events
 *  name their session by `session_tag` and `session_name`. The limits of a session's config apply to its part of the
 *  queue.
 *
 *  With PALABRA_QUEUE_NAMES the queue returns names instead (see palabra_queue_poll_ready()), and its sessions are
 *  polled as sessions with a queue of their own are. Only CREDENTIALS_NEEDED is delivered to the queue itself.
 *
 *  @param flags 0, or PALABRA_QUEUE_NAMES.
 *  @retval PALABRA_ERR_LIMIT Too many queues.
 *  Example: many_sessions.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_queue_new(uint32_t flags, palabra_queue **queue, palabra_error *error);

/** Takes the next event of any session of a queue, waiting for one if there is none. With PALABRA_QUEUE_NAMES only
 *  LOG, CREDENTIALS_NEEDED and their OVERFLOW, which belong to the queue itself.
 *  @param event receives the event; its kind is PALABRA_EVENT_NONE on 0, and it is not touched on an error.
 *  @return 1: an event was taken; 0: there was none within the time, or palabra_queue_wakeup() ended the wait. Release
 *    the event with palabra_event_release().
 *  @retval PALABRA_ERR_CLOSED The queue was freed meanwhile.
 *  @retval PALABRA_ERR_LIMIT Too many events were not released.
 *  Threads: any, also several at once, which then keep the order within a session themselves. Example:
 *    many_sessions.c. */
PALABRA_API int32_t PALABRA_CALL palabra_queue_poll_event(
    palabra_queue *queue, palabra_event *event, int32_t timeout_ms);

/** Takes the next name from a queue of names, waiting for one if there is none: that of a session that has something
 *  to poll, CLOSED included.
 *
 *  A session is named when its first event arrives, and again only after a poll of it has taken the last event or
 *  found none. So poll it until palabra_session_poll_event() returns 0 or an error; with PALABRA_ERR_BUSY another
 *  thread is polling it, and the session is named again if that thread leaves something. Each name is returned to one
 *  of the threads that wait, and the one that has waited longest first. A session can be named before the function
 *  that opens it has returned: its `tag` identifies it. Sometimes a named session has nothing, because another thread
 *  polled it.
 *
 *  A session is not named any more when palabra_session_close() has returned. A thread that has its name already gets
 *  PALABRA_ERR_BAD_HANDLE.
 *
 *  @param queue a queue with PALABRA_QUEUE_NAMES.
 *  @param ready receives the name; its kind is PALABRA_READY_NONE on 0, and it is not touched on an error.
 *  @return 1: a name was taken; 0: there was none within the time, or palabra_queue_wakeup() ended the wait.
 *  @retval PALABRA_ERR_UNSUPPORTED It is a queue of events.
 *  @retval PALABRA_ERR_CLOSED The queue was freed meanwhile.
 *  Threads: any, also several at once. Example: many_readers.c. */
PALABRA_API int32_t PALABRA_CALL palabra_queue_poll_ready(
    palabra_queue *queue, palabra_ready *ready, int32_t timeout_ms);

/** Ends the wait of one poll of the queue, or of the next one before it begins: it returns 0. With PALABRA_QUEUE_NAMES
 *  one of palabra_queue_poll_ready() and one of palabra_queue_poll_event(). May be called from callbacks. */
PALABRA_API palabra_status PALABRA_CALL palabra_queue_wakeup(palabra_queue *queue);

/** Returns a descriptor for poll(), epoll or kqueue that is readable while events can be polled, or with
 *  PALABRA_QUEUE_NAMES names.
 *
 *  It is level-triggered, and the library clears it when the queue becomes empty: wait for it, then poll with timeout
 *  0 until 0 is returned. Never read, write or close it. It is created by the first call and closed with the queue.
 *
 *  @return the descriptor, 0 or more.
 *  @retval PALABRA_ERR_UNSUPPORTED On Windows.
 *  @retval PALABRA_ERR_LIMIT The process has no descriptor left.
 *  Example: epoll_loop.c. */
PALABRA_API int32_t PALABRA_CALL palabra_queue_get_event_fd(palabra_queue *queue);

/** Returns an event object for WaitForMultipleObjects() that is set while events can be polled, or with
 *  PALABRA_QUEUE_NAMES names.
 *
 *  It is a manual-reset event, and the library resets it when the queue becomes empty: wait for it, then poll with
 *  timeout 0 until 0 is returned. Never set, reset or close it. It is created by the first call and closed with the
 *  queue.
 *
 *  @retval PALABRA_ERR_UNSUPPORTED Not on Windows.
 *  @retval PALABRA_ERR_LIMIT The process has no handle left. */
PALABRA_API palabra_status PALABRA_CALL palabra_queue_get_event_handle(palabra_queue *queue, void **handle);

/** Sets, replaces or removes the wake-up callback of a queue. When the function returns, the callback before is not
 *  running and is not called again.
 *  @param callback the callback; NULL: none.
 *  @param user_data passed to the callback. It must remain valid until the callback is replaced or the queue is freed.
 *  Threads: any, but not with a lock held that the callback takes. Blocks: while the callback before is running, and
 *    for its own call when events are queued. */
PALABRA_API palabra_status PALABRA_CALL palabra_queue_set_wakeup_callback(
    palabra_queue *queue, palabra_wakeup_callback callback, void *user_data);

/** Frees a queue and the events in it. Threads that wait on it return with PALABRA_ERR_CLOSED. Its sessions remain
 *  open, but their events cannot be taken any more: close them. Those of a queue of names can still be polled, but are
 *  not named any more. When the function returns, the wake-up callback is not running and is not called again.
 *  Threads: any, but not with a lock held that the callback takes. Blocks: while the callback is running. */
PALABRA_API palabra_status PALABRA_CALL palabra_queue_free(palabra_queue *queue);

/** As palabra_queue_wakeup(), for a session that is polled by itself.
 *  @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
 *  May be called from callbacks. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_wakeup(palabra_session *session);

/** As palabra_queue_get_event_fd(), for a session that is polled by itself. The descriptor is closed with the session.
 *  @return the descriptor, 0 or more.
 *  @retval PALABRA_ERR_UNSUPPORTED On Windows, or its events are delivered to a shared queue of events.
 *  @retval PALABRA_ERR_LIMIT The process has no descriptor left.
 *  Example: epoll_loop.c. */
PALABRA_API int32_t PALABRA_CALL palabra_session_get_event_fd(palabra_session *session);

/** As palabra_queue_get_event_handle(), for a session that is polled by itself. The object is closed with the session.
 *  @retval PALABRA_ERR_UNSUPPORTED Not on Windows, or its events are delivered to a shared queue of events.
 *  @retval PALABRA_ERR_LIMIT The process has no handle left. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_get_event_handle(palabra_session *session, void **handle);

/** As palabra_queue_set_wakeup_callback(), for a session that is polled by itself.
 *  @param callback the callback; NULL: none.
 *  @param user_data passed to the callback. It must remain valid until the callback is replaced. A session that is
 *    closed does not wait for a callback that is running: remove the callback first if `user_data` is to be freed.
 *  @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
 *  Threads: any, but not with a lock held that the callback takes. Blocks: while the callback before is running, and
 *    for its own call when events are queued. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_set_wakeup_callback(
    palabra_session *session, palabra_wakeup_callback callback, void *user_data);

/* --- Log lines --------------------------------------------------------------------------------------------------- */

/** Severity of a log line. */
typedef enum palabra_log_level PALABRA_INT32_ENUM {
    /** Something failed. */
    PALABRA_LOG_ERROR = 1,
    /** Something is wrong, and the library continues. */
    PALABRA_LOG_WARNING = 2,
    /** Steps in the life of a session. */
    PALABRA_LOG_INFO = 3,
    /** Everything else that helps to find a fault. */
    PALABRA_LOG_DEBUG = 4
} palabra_log_level;
PALABRA_ASSERT_INT32(palabra_log_level);

/** Delivers log lines of the whole library to a queue, as LOG events: `log_level`, `text`, and `session_tag` and
 *  `session_name` of the session they are about.
 *
 *  A queue of names returns its own name for them (PALABRA_READY_QUEUE).
 *
 *  At most 1000 lines wait; beyond that the oldest are dropped, and OVERFLOW says how many. Lines contain no secrets.
 *  Several queues may receive the log at the same time. It ends when the queue is freed.
 *
 *  @param level lines up to this level are delivered; 0: no more lines.
 *  @retval PALABRA_ERR_UNSUPPORTED The level is not known. */
PALABRA_API palabra_status PALABRA_CALL palabra_log_open(
    palabra_queue *queue, palabra_log_level level, palabra_error *error);

/* --- Translation: speech in, texts and speech in other languages out --------------------------------------------- */

/** Whether the service may change the tempo of its speech. */
typedef enum palabra_tempo PALABRA_INT32_ENUM {
    /** The service's default, which is PALABRA_TEMPO_AUTO. */
    PALABRA_TEMPO_DEFAULT = 0,
    /** The service speaks faster when its speech queue grows. */
    PALABRA_TEMPO_AUTO = 1,
    /** The service never changes the tempo. */
    PALABRA_TEMPO_FIXED = 2
} palabra_tempo;
PALABRA_ASSERT_INT32(palabra_tempo);

/** Clone the speaker's voice. Takes precedence over `voice_id`. */
#define PALABRA_TRANSLATION_VOICE_CLONING 256u
/** Deliver partial translations too, not only partial transcripts. */
#define PALABRA_TRANSLATION_PARTIALS 512u
/** Let the service compress the speech that it sends. Events are the same. */
#define PALABRA_TRANSLATION_ZLIB_OUTPUT 1024u
/** Steady noise in what is sent is made fainter, by about 12 dB. What is sent takes the way that PALABRA_ECHO_CANCEL
 *  describes, with or without that. Requires the feature "echo". */
#define PALABRA_TRANSLATION_SUPPRESS_NOISE 2048u
/** What is sent is made louder where it is faint. Otherwise as PALABRA_TRANSLATION_SUPPRESS_NOISE. */
#define PALABRA_TRANSLATION_CONTROL_GAIN 4096u

/** `text` is in the source language: translate it into every target instead of speaking it as it is. */
#define PALABRA_SPEAK_TRANSLATE 1u

/** Pause as well. */
#define PALABRA_INTERRUPT_PAUSE 1u

/** Maximum length of the text of palabra_session_speak(), in bytes. The service allows 2048 characters. */
#define PALABRA_MAX_SPEAK_BYTES 8192
/** Maximum length of the JSON of palabra_session_set_task(), in bytes. */
#define PALABRA_MAX_TASK_BYTES 262144

/** What the service does about speech that waits in its own queue. */
typedef struct palabra_service_queue {
    /** Target level of the service's queue, of all targets, in ms; 0: the service's default, 5000. */
    int32_t target_ms;
    /** Level above which the service drops the oldest speech, in ms, more than `target_ms`; 0: the service's default,
     *  20000. */
    int32_t max_ms;
    palabra_tempo tempo;
    /** Slowest tempo, in percent of the natural one; 0: the service's default. */
    int32_t min_tempo_percent;
    /** Fastest tempo, in percent of the natural one; 0: the service's default. */
    int32_t max_tempo_percent;
    int32_t reserved_tempo;
    uint32_t reserved[4];
} palabra_service_queue;

/** Minimum intervals between commands. The service refuses commands that come faster than its own intervals. */
typedef struct palabra_command_pace {
    /** Interval between two commands of palabra_session_set_task() or palabra_session_resume(), and between two of
     *  palabra_session_get_task(), in ms; 0: 2100. The service allows one in 2 s. */
    int32_t task_interval_ms;
    /** Interval between two commands of palabra_session_pause(), in ms; 0: 3100. The service allows one in 3 s. */
    int32_t pause_interval_ms;
    /** Maximum number of palabra_session_speak() in a minute, of which one sixth may go out at once, 1 to 60000; 0:
     *  60. */
    int32_t speak_per_minute;
    int32_t reserved_pace;
    uint32_t reserved[4];
} palabra_command_pace;

/** Settings of a translation session.
 *
 *  Audio on the wire is 16-bit, at one rate for the whole session, with one channel unless `task_json` declares more:
 *  rates below 16 kHz are sent at 16 kHz, those above 48 kHz at 48 kHz, all others as they are. Input that already has
 *  the format of the wire is sent unchanged; everything else is converted on the library's thread with at most 3 ms of
 *  delay. */
typedef struct palabra_translation_config {
    uint32_t struct_size;
    /** PALABRA_SESSION_* and PALABRA_TRANSLATION_* bits. */
    uint32_t flags;
    uint64_t session_tag;
    const char *session_name;
    /** Queue that the events are delivered to, or that names the session (PALABRA_QUEUE_NAMES), shared with other
     *  sessions; NULL: the session has its own. */
    palabra_queue *queue;
    /** Stream to connect to; NULL: the client's. Without it a REST session is created where the credentials need one.
     */
    palabra_stream_address stream;
    /** Language spoken, such as "en", or "auto". */
    const char *source_language;
    /** Languages to translate to, separated by commas: "es" or "es,fr,de". Each has its own texts and audio. */
    const char *target_languages;
    /** Voice of the translation; NULL: the service's default. */
    const char *voice_id;
    /** Glossaries of words to listen for: "all", "none", or ids separated by commas; NULL: the service's default. */
    const char *hotwords_glossaries;
    /** Glossaries that correct what was recognized; as above. */
    const char *verification_glossaries;
    /** Glossaries of translations, for every target; as above. */
    const char *translation_glossaries;
    /** Types of the messages that the service sends, separated by commas; NULL: translated_transcription,
     *  partial_transcription and validated_transcription, with PALABRA_TRANSLATION_PARTIALS also
     *  partial_translated_transcription. Audio, answers, warnings and errors are always sent. */
    const char *message_types;
    /** Settings of the recognition: a JSON object merged into "pipeline.transcription" of the task. */
    const char *transcription_json;
    /** Settings of single targets: a JSON object of language to an object merged into the settings of that target,
     *  such as {"es": {"speech_generation": {"voice_id": "..."}}, "fr": {}}. Without `target_languages` it also names
     *  the targets, in its order. */
    const char *targets_json;
    /** Other settings of the task: a JSON object merged into the task that the fields make. Objects are merged key by
     *  key, everything else is replaced. Without languages it is the whole task. */
    const char *task_json;
    /** Frames per second on the wire, 16000 to 48000; 0: what `task_json` declares, else the rate of the input but at
     *  least 16000, else 24000. */
    int32_t wire_sample_rate;
    /** Silence after which a phrase is considered complete, in ms; 0: the service's default. */
    int32_t silence_threshold_ms;
    /** Silence after which the service considers the last phrase complete once palabra_session_end() was called, in
     *  ms, 1000 to 30000, a multiple of 1000; 0: 4000. With an API key the service decides. */
    int32_t end_silence_ms;
    uint32_t reserved;
    palabra_input_options input;
    palabra_output_options output;
    palabra_service_queue service_queue;
    palabra_command_pace command_pace;
    palabra_limits limits;
    palabra_timeouts timeouts;
    /** What is done about what is played and sent back, with playout only: of the first target language. */
    palabra_echo echo;
    uint32_t reserved_echo;
} palabra_translation_config;

/** Opens a translation session. In the background a REST session is created where the credentials need one and no
 *  stream was given, the stream is connected, and the task is set.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT Languages are missing; a JSON text is not an object; `targets_json` names a
 *    language that `target_languages` does not; `wire_sample_rate` contradicts `task_json`.
 *  @retval PALABRA_ERR_UNSUPPORTED `task_json` declares another input format than pcm_s16le.
 *  Example: hello.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_open_translation(
    palabra_client *client, const palabra_translation_config *config, palabra_session **session, palabra_error *error);

/** Speaks `text` in the target voice, as if it had been recognized. Its transcripts and audio arrive as events.
 *
 *  This function and the next five enqueue a command and return immediately; the library enforces the service's
 *  minimum intervals between commands. Commands wait until the session is READY. They are sent in the order of the
 *  calls, except that an interrupt is sent first. Answers are events with the `user_tag` of the call: here
 *  SPEAK_STATUS, whose `phrase` is that of the texts and audio to come. A refused command is answered by ERROR, with
 *  the `user_tag` where the command can be told from the error. Servers for a client id and secret answer only
 *  palabra_session_get_task() and refusals.
 *
 *  @param text what to say, up to PALABRA_MAX_SPEAK_BYTES.
 *  @param language language of `text`: one of the targets, or with PALABRA_SPEAK_TRANSLATE the source.
 *  @param flags PALABRA_SPEAK_TRANSLATE or 0.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT A text is empty or too long.
 *  Example: speak.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_speak(
    palabra_session *session, const char *text, const char *language, uint32_t flags, uint64_t user_tag);

/** Interrupts the translation: all phrases that have begun to arrive are discarded, and what the speaker is saying now
 *  is lost. For a listener who wants to hear no more of a phrase, call palabra_session_silence().
 *
 *  What palabra_session_read_audio() reads is faded out within 5 ms of the call, and nothing of these phrases is read
 *  afterwards. The service is told to discard them too; AUDIO events that are queued or on their way are still
 *  delivered. The command is sent ahead of pending ones, so texts to speak among those are spoken after it; with
 *  PALABRA_INTERRUPT_PAUSE it keeps its place. Answer: TASK_STATUS "interrupted".
 *
 *  @param languages targets to interrupt, separated by commas; NULL or "": all of them.
 *  @param flags PALABRA_INTERRUPT_PAUSE or 0.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT More than 256 languages, or one is longer than 64 bytes. Whether a language is
 *    a target is not checked. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_interrupt(
    palabra_session *session, const char *languages, uint32_t flags, uint64_t user_tag);

/** Pauses the translation: audio sent before is still translated, audio sent from now on is dropped by the service and
 *  not billed, and silence does not end the session. Speech that is buffered for palabra_session_read_audio() is faded
 *  out, as by palabra_session_interrupt(). Answer: TASK_STATUS "paused". */
PALABRA_API palabra_status PALABRA_CALL palabra_session_pause(palabra_session *session, uint64_t user_tag);

/** Continues after a pause with the task that the service accepted last, which is sent again. Answer: TASK_STATUS
 *  "resumed", or "unchanged" if nothing was paused. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_resume(palabra_session *session, uint64_t user_tag);

/** Replaces the task while the session runs, and resumes a paused one. Answer: TASK_STATUS "updated", "unchanged" or
 *  "resumed"; or ERROR, and the old task continues.
 *  @param task_json the whole task as a JSON object, up to PALABRA_MAX_TASK_BYTES, such as
 *    palabra_translation_build_task() makes.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `task_json` is too long or not a JSON object.
 *  @retval PALABRA_ERR_UNSUPPORTED It declares another input format than the session was opened with, or it is not a
 *    translation session. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_set_task(
    palabra_session *session, const char *task_json, uint64_t user_tag, palabra_error *error);

/** Requests the task as the service sees it. Answer: TASK_INFO. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_get_task(palabra_session *session, uint64_t user_tag);

/** Builds the task that palabra_session_open_translation() would set for a config, as JSON for
 *  palabra_session_set_task(). Fields that do not concern the task are ignored.
 *  @param buffer receives the JSON, NUL-terminated, truncated between characters if it does not fit; may be NULL if
 *    `capacity` is 0.
 *  @param capacity size of `buffer`, in bytes.
 *  @return length of the whole JSON, in bytes without the NUL: it was truncated if that is `capacity` or more.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT As for palabra_session_open_translation().
 *  @retval PALABRA_ERR_UNSUPPORTED As for palabra_session_open_translation(). */
PALABRA_API int32_t PALABRA_CALL palabra_translation_build_task(
    const palabra_translation_config *config, char *buffer, int32_t capacity, palabra_error *error);

/* --- Text-to-speech: texts in, speech out ------------------------------------------------------------------------ */

/** Format of the speech that the service sends. */
typedef enum palabra_tts_format PALABRA_INT32_ENUM {
    /** The default, which is PALABRA_TTS_FORMAT_PCM. */
    PALABRA_TTS_FORMAT_DEFAULT = 0,
    /** 16-bit samples. */
    PALABRA_TTS_FORMAT_PCM = 1,
    /** The same behind the header of a WAV file, which the library removes. Events are the same. */
    PALABRA_TTS_FORMAT_WAV = 2,
    /** MP3, delivered as it arrives: events and palabra_audio have `data` instead of `pcm`. Not with playout. */
    PALABRA_TTS_FORMAT_MP3 = 3
} palabra_tts_format;
PALABRA_ASSERT_INT32(palabra_tts_format);

/** Split texts that are too long for one message, between sentences if possible, else between words. */
#define PALABRA_TTS_SPLIT 65536u

/** Nothing follows in the generation: the service completes its speech. */
#define PALABRA_TEXT_EOS 1u
/** The voice forgets the texts before this one. Servers for a client id and secret ignore it. */
#define PALABRA_TEXT_RESET_CONTEXT 2u

/** Maximum length of a text with PALABRA_TTS_SPLIT, in bytes. */
#define PALABRA_MAX_TEXT_BYTES 131072

/** Voice, speed and accent. */
typedef struct palabra_tts_voice {
    /** Voice; NULL: "default_low", for a later text the one before. */
    const char *voice_id;
    /** Must be NULL. */
    const char *reserved_text;
    /** Speed, in percent of the natural one, up to 1000; 0: the service's default, for a later text the one before. */
    int32_t speed_percent;
    /** How much of a foreign accent is removed, in percent, 1 to 100; 0: 100, for a later text the one before; -1:
     *  none. */
    int32_t deaccent_percent;
    uint32_t reserved[4];
} palabra_tts_voice;

/** Settings of a text-to-speech session. */
typedef struct palabra_tts_config {
    uint32_t struct_size;
    /** PALABRA_SESSION_* and PALABRA_TTS_* bits. */
    uint32_t flags;
    uint64_t session_tag;
    const char *session_name;
    /** Queue that the events are delivered to, or that names the session (PALABRA_QUEUE_NAMES), shared with other
     *  sessions; NULL: the session has its own. */
    palabra_queue *queue;
    palabra_stream_address stream;
    /** Language of the texts, such as "en". Required. */
    const char *language;
    /** Model of the service; NULL: "auto". */
    const char *model;
    palabra_tts_voice voice;
    palabra_tts_format format;
    /** Frames per second of the speech in events, 8000 to 48000; 0: 24000. With playout it must be 0. */
    int32_t sample_rate;
    /** Maximum number of messages with text in a second, of which one sixth may go out at once, 1 to 1000; 0: 20. */
    int32_t texts_per_second;
    uint32_t reserved;
    /** How speech is delivered. `original` must be zero. */
    palabra_output_options output;
    palabra_limits limits;
    palabra_timeouts timeouts;
} palabra_tts_config;

/** Opens a text-to-speech session.
 *
 *  READY is delivered when the stream is open: the service does not answer to its settings, so their refusal is an
 *  ERROR after it.
 *
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `language` is missing.
 *  @retval PALABRA_ERR_UNSUPPORTED The format is not known, or PALABRA_TTS_FORMAT_MP3 is to be played.
 *  Example: tts_stream.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_open_tts(
    palabra_client *client, const palabra_tts_config *config, palabra_session **session, palabra_error *error);

/** Speaks a text, or a piece of one, such as a token of a language model. The speech arrives in AUDIO events, or is
 *  read by palabra_session_read_audio().
 *
 *  Texts with the same `generation_id` are one generation until one with PALABRA_TEXT_EOS; the next text with that id
 *  begins another. The AUDIO of a generation has its `id`, its number (`phrase`, from 1 in the order of their first
 *  texts) and the `user_tag` of its first text; LAST_CHUNK: it is complete. AUDIO of several generations can be
 *  interleaved. With playout each generation is heard completely, in the order in which they began to arrive, so one
 *  that stays without PALABRA_TEXT_EOS delays those after it. An id that was used before in the session is sent, and
 *  delivered in events, with '~' and the number appended, so that nothing late is mistaken for it.
 *
 *  Each text is sent immediately, as a message of its own, while `texts_per_second` allows. Those that have to wait
 *  are joined as far as one message holds them. An ERROR of the service names no generation: it has the `user_tag` and
 *  `id` of the oldest one that is not complete, and can be about any. After it no generation is waited for, but what
 *  still arrives is delivered.
 *
 *  @param text what to say, including the spaces between words: pieces are joined as they are. The last piece must
 *    have PALABRA_TEXT_EOS: hold each back until the next one is known. At most 1024 characters, or 256 with a client
 *    id and secret (see PALABRA_SESSION_DIALECT_V2); with PALABRA_TTS_SPLIT up to PALABRA_MAX_TEXT_BYTES.
 *  @param flags PALABRA_TEXT_* bits.
 *  @param generation_id the generation, up to 128 bytes; NULL: the current one of the library, until PALABRA_TEXT_EOS.
 *  @param voice another voice from this text on, for all generations; NULL: unchanged.
 *  @param user_tag any number; returned in the audio and in errors.
 *  @retval PALABRA_ERR_AGAIN Too many texts are pending (`limits.command_count`), or 1024 generations are incomplete.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `text` is empty or too long, or so is `generation_id`; a number of `voice` is
 *    out of range.
 *  Example: tts_stream.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_send_text(
    palabra_session *session, const char *text, uint32_t flags, const char *generation_id,
    const palabra_tts_voice *voice, uint64_t user_tag, palabra_error *error);

/** Cancels a generation or all of them: its pending texts are dropped, the service is told to stop, speech of it that
 *  still arrives is dropped, and what is buffered for palabra_session_read_audio() is faded out within 5 ms.
 *
 *  Where speech of another generation is buffered right behind it, up to half a second of the cancelled one can still
 *  be heard. Answer: TASK_STATUS, `service_code` "cancel", `text` "cancelled", `id`: no AUDIO of it follows, and no
 *  LAST_CHUNK. The answer is the library's; the service does not answer. A cancel is sent ahead of all pending texts:
 *  a text that is cancelled immediately may have been sent or not, and the answer is the same.
 *
 *  @param generation_id the id as passed to palabra_session_send_text(), of which the latest generation is meant, or
 *    as in events; NULL: all. An unknown one is answered too.
 *  @retval PALABRA_ERR_AGAIN Too many commands are pending: nothing of it is heard any more, but the service
 *    continues.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT The id is empty or too long. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_cancel(
    palabra_session *session, const char *generation_id, uint64_t user_tag);

/** Cancels the generations whose first text had a tag, as palabra_session_cancel() does, while others go on. One
 *  answer for all of them, with the tag and the `id` of the last one; "": there was none.
 *  @param user_tag the `user_tag` of palabra_session_send_text() or palabra_session_synthesize(), not 0. It is
 *    returned in the answer.
 *  @retval PALABRA_ERR_AGAIN Too many commands are pending: nothing of it is heard any more, but the service
 *    continues.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `user_tag` is 0. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_cancel_tagged(palabra_session *session, uint64_t user_tag);

/** Speaks a text and returns its speech when it is complete. Other speech of the session is delivered as usual; of
 *  this text only ERROR events are.
 *  @param session a text-to-speech session; it need not be READY.
 *  @param text as for palabra_session_send_text().
 *  @param flags PALABRA_TEXT_* bits; the text is a generation of its own in any case.
 *  @param voice as for palabra_session_send_text().
 *  @param user_tag any number; palabra_session_cancel_tagged() ends the call by it, and errors return it.
 *  @param timeout_ms how long to wait, in ms; negative: without limit. Then the text is cancelled.
 *  @return PALABRA_OK; or the status of the CLOSED event.
 *  @retval PALABRA_ERR_TIMEOUT The time was up.
 *  @retval PALABRA_ERR_SERVICE The service reported an error that can be about this text.
 *  @retval PALABRA_ERR_CLOSED The session was closed, the text was cancelled, or palabra_cancel() ended the call.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT The text is empty or too long; a number of `voice` is out of range.
 *  @retval PALABRA_ERR_AGAIN Too many texts are pending.
 *  @retval PALABRA_ERR_ENDED No more input is taken: the session was ended.
 *  @retval PALABRA_ERR_LIMIT No memory for the speech. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_synthesize(
    palabra_session *session, const char *text, uint32_t flags, const palabra_tts_voice *voice, uint64_t user_tag,
    palabra_audio *audio, int32_t timeout_ms, palabra_error *error);

/* --- Speech-to-text: audio in, texts out ------------------------------------------------------------------------- */

/** Whether fillers such as "um" are kept. */
typedef enum palabra_stt_fillers PALABRA_INT32_ENUM {
    /** The service's default: fillers are removed, except in Japanese. */
    PALABRA_STT_FILLERS_DEFAULT = 0,
    /** Fillers are removed. */
    PALABRA_STT_FILLERS_REMOVED = 1,
    /** Fillers are kept. */
    PALABRA_STT_FILLERS_KEPT = 2
} palabra_stt_fillers;
PALABRA_ASSERT_INT32(palabra_stt_fillers);

/** What makes a text final. */
typedef enum palabra_stt_finalization PALABRA_INT32_ENUM {
    /** The service's default, which is PALABRA_STT_FINALIZATION_AUTO. */
    PALABRA_STT_FINALIZATION_DEFAULT = 0,
    /** A pause in speech. */
    PALABRA_STT_FINALIZATION_AUTO = 1,
    /** palabra_session_finalize(). */
    PALABRA_STT_FINALIZATION_MANUAL = 2
} palabra_stt_finalization;
PALABRA_ASSERT_INT32(palabra_stt_finalization);

/** What the caller sends. */
typedef enum palabra_stt_format PALABRA_INT32_ENUM {
    /** The default, which is PALABRA_STT_FORMAT_PCM. */
    PALABRA_STT_FORMAT_DEFAULT = 0,
    /** Samples, for palabra_session_send_audio(); `input.format` says which. */
    PALABRA_STT_FORMAT_PCM = 1,
    /** WAV, for palabra_session_send_encoded(), as all below. */
    PALABRA_STT_FORMAT_WAV = 2,
    /** MP3. */
    PALABRA_STT_FORMAT_MP3 = 3,
    /** AAC. */
    PALABRA_STT_FORMAT_AAC = 4,
    /** FLAC. */
    PALABRA_STT_FORMAT_FLAC = 5,
    /** Ogg. */
    PALABRA_STT_FORMAT_OGG = 6,
    /** WebM, such as the recorders of browsers make. */
    PALABRA_STT_FORMAT_WEBM = 7
} palabra_stt_format;
PALABRA_ASSERT_INT32(palabra_stt_format);

/** Settings of a speech-to-text session.
 *
 *  Audio with one channel and up to 48 kHz is sent as it is, in its own encoding. Several channels are mixed, or one
 *  is selected, and sent as 16-bit samples at the same rate. Above 48 kHz audio is sent as 16-bit samples at 48 kHz.
 *  After palabra_session_set_input_format() audio is converted to what the stream was opened with. */
typedef struct palabra_stt_config {
    uint32_t struct_size;
    /** PALABRA_SESSION_* bits. */
    uint32_t flags;
    uint64_t session_tag;
    const char *session_name;
    /** Queue that the events are delivered to, or that names the session (PALABRA_QUEUE_NAMES), shared with other
     *  sessions; NULL: the session has its own. */
    palabra_queue *queue;
    palabra_stream_address stream;
    /** Language spoken, such as "en"; NULL: the service detects it. */
    const char *language;
    /** Languages that each final text is translated to, separated by commas; NULL: none. */
    const char *target_languages;
    palabra_stt_fillers fillers;
    palabra_stt_finalization finalization;
    /** Time after which a text becomes final with PALABRA_STT_FINALIZATION_MANUAL even if it was not requested, in ms,
     *  1000 to 3600000, a multiple of 1000; 0: the service's default. */
    int32_t auto_finalize_ms;
    /** Time the answer to palabra_session_finalize() may take, in ms; 0: 10000. */
    int32_t finalize_timeout_ms;
    /** What the caller sends. With an encoded format `input.format` must be 0, PALABRA_GAP_SILENCE and
     *  PALABRA_SESSION_DROP_OLDEST are not supported, and for `input.buffer_ms` and `input.chunk_ms` one ms stands for
     *  32 bytes. */
    palabra_stt_format format;
    uint32_t reserved;
    /** How audio is taken and sent. PALABRA_GAP_PAUSE is not supported. Without PALABRA_GAP_SILENCE the service ends
     *  the session after some 10 s without audio, and gives no final of what was said before. */
    palabra_input_options input;
    palabra_limits limits;
    palabra_timeouts timeouts;
} palabra_stt_config;

/** Opens a speech-to-text session.
 *
 *  Send audio at the pace of speech: the service does not recognize properly what arrives faster, so run at most half
 *  a second ahead. READY is delivered when the stream is open. Texts are delivered as TRANSCRIPT: partial ones, which
 *  replace each other, then one with FINAL, then its translations with FINAL and TRANSLATION, all with the same
 *  `phrase` and `id`. A refusal of the service is reported by CLOSED: PALABRA_ERR_AUTH for a key or token,
 *  PALABRA_ERR_SESSION for a setting (HTTP status 400), PALABRA_ERR_RATE for too many streams.
 *
 *  @param config settings; NULL: all defaults.
 *  @retval PALABRA_ERR_UNSUPPORTED The gap policy is PALABRA_GAP_PAUSE, or `format` is encoded and something does not
 *    work with it.
 *  Example: stt_file.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_open_stt(
    palabra_client *client, const palabra_stt_config *config, palabra_session **session, palabra_error *error);

/** Queues bytes of encoded audio for the service, which are sent unchanged: a session whose config has an encoded
 *  `format`.
 *
 *  The bytes are one stream, cut anywhere. Send at the pace of speech, as a recorder does. The library sends what
 *  waits when a chunk is full, when `input.chunk_ms` have passed since the message before, or with
 *  palabra_session_flush_input(). When `input.buffer_ms` of bytes wait, fewer are taken, and the caller must resend
 *  the remaining ones: a gap cannot be decoded. Statistics of the input count bytes as frames. After
 *  palabra_session_end() no silence follows.
 *
 *  @param data `size` bytes; may be NULL if `size` is 0.
 *  @param size number of bytes, 0 or more.
 *  @return number of bytes taken, 0 to `size`.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
 *  Real-time safe. Threads: one at a time per session. */
PALABRA_API int32_t PALABRA_CALL palabra_session_send_encoded(
    palabra_session *session, const void *data, int32_t size);

/** Sends bytes of encoded audio evenly over the time that they last, by the clock, as palabra_session_send_paced()
 *  does with frames, and returns when all of them were taken.
 *  @param data as for palabra_session_send_encoded(). It must remain valid until the function returns.
 *  @param size number of bytes, 0 or more.
 *  @param duration_ms how long their audio lasts, in ms, 1 or more.
 *  @param lead_ms as for palabra_session_send_paced().
 *  @return number of bytes sent: fewer than `size` if the time was up, or the session was ended or closed meanwhile.
 *    Before the first byte the reason is returned; it can be the status of the CLOSED event.
 *  @retval PALABRA_ERR_TIMEOUT The time was up.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
 *  Threads: one sender at a time per session; let another thread poll meanwhile. Blocks: for `duration_ms`, up to
 *    `timeout_ms`; palabra_session_end() and palabra_session_close() end it within 20 ms. */
PALABRA_API int32_t PALABRA_CALL palabra_session_send_encoded_paced(
    palabra_session *session, const void *data, int32_t size, int32_t duration_ms, int32_t lead_ms,
    int32_t timeout_ms);

/** Requests a final text now, without waiting for a pause: for the end of a turn that the program knows of.
 *
 *  Audio sent before goes first. The answer is a TRANSCRIPT with FINAL and the `user_tag`; its text is empty if
 *  nothing was said since the last final. Without an answer within `finalize_timeout_ms`, ERROR is delivered with the
 *  `user_tag` and PALABRA_ERR_TIMEOUT. It works with both finalization modes. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_finalize(palabra_session *session, uint64_t user_tag);

/* --- Two parties on one line, each in its own language ----------------------------------------------------------- */

/*
 * Defaults of a call
 * ==================
 *
 * A call is made for two telephones. Where a field is 0, these are other values than in a session:
 *
 *   field                              call                         session
 *   leg: input.sample_rate             8000                         16000
 *   leg: output                        as the leg's input           24000 Hz, 1 channel
 *   input.chunk_ms                     100                          320
 *   input.gap.policy                   PALABRA_GAP_SILENCE          PALABRA_GAP_NONE
 *   input.gap.after_ms                 200                          200 for silence, 5000 for a pause
 *   PALABRA_SESSION_DROP_OLDEST        always                       if it is set
 *   input.buffer_ms                    2000                         2000
 *   output.mode                        PALABRA_OUTPUT_PLAYOUT       PALABRA_OUTPUT_EVENTS
 *   output.target_ms                   1500                         no target
 *   output.buffer_ms                   30000                        30000
 *   output.original.gain_percent       100                          0: not heard
 *   leg: jitter_ms                     60                           none
 *
 * Chunks. A shorter chunk reaches the service earlier and costs more. At 100 ms, speech waits for 50 ms on average.
 *
 * Lag. What was translated waits until what was said before it is heard. Above 1500 ms of it pauses are shortened,
 * above 3000 ms speech too, by up to 10 %, until less waits; nothing is dropped below 30000 ms. A lower
 * `output.buffer_ms` drops whole phrases sooner, also one that is alone and longer than that.
 *
 * Packets. A block without PALABRA_SOUND_* bits is silence and need not be sent (DTX). PALABRA_SOUND_TALKSPURT is
 * the marker of RTP: speech begins in that block. The library generates comfort noise for a
 * leg with PALABRA_LEG_COMFORT_NOISE alone.
 */

/** What may silence the translation that a party hears. */
typedef enum palabra_barge_in PALABRA_INT32_ENUM {
    /** palabra_leg_silence() and palabra_leg_interrupt(), when they are called. */
    PALABRA_BARGE_IN_BY_CALL = 0,
    /** Nothing: both functions return PALABRA_ERR_UNSUPPORTED. The party hears everything that is translated for it.
     */
    PALABRA_BARGE_IN_NONE = 1,
    /** Both functions, and the party: when it begins to speak while translation sounds for it, all phrases that have
     *  begun to arrive are silenced for it alone, as by palabra_leg_silence() with PALABRA_SILENCE_ALL; PLAYOUT_CUT
     *  tells of each. What is translated after that is heard. It takes about 200 ms to notice speech. Requires the
     *  feature "vad".
     *
     *  What a loudspeaker plays and the microphone of the same party picks up is speech too, so the translation would
     *  silence itself. Use this for telephones and headsets, or with PALABRA_ECHO_CANCEL. */
    PALABRA_BARGE_IN_ON_SPEECH = 2
} palabra_barge_in;
PALABRA_ASSERT_INT32(palabra_barge_in);

/** The parties do not hear each other's own voices under the translation, unless palabra_leg_set_original() says so.
 */
#define PALABRA_CALL_NO_ORIGINAL 1u
/** When a session between the parties breaks, another one is opened, at once or when `connects_per_minute` and the
 *  service allow it; after sessions that were never READY less and less often, up to 30 s apart. LINK_DOWN has
 *  RETRIABLE then, and LINK_UP follows. What the parties say meanwhile is not translated later, unless `resend_ms` is
 *  set. */
#define PALABRA_CALL_REOPEN 2u

/** SPEECH_STARTED and SPEECH_ENDED tell when the party speaks, and `spoke_ms`, `spurts` and `overlap_ms` of
 *  palabra_leg_stats how much. Requires the feature "vad". */
#define PALABRA_LEG_DETECT_SPEECH 1u
/** The party hears noise where it would hear silence, as loud as the line of the other party is in its pauses, at most
 *  -46 dB of full scale: neither a translation nor the other's own voice sounds at that moment. palabra_leg_exchange()
 *  returns PALABRA_SOUND_COMFORT then. There is none before the other party's line was heard for 300 ms, and after
 *  CLOSED. */
#define PALABRA_LEG_COMFORT_NOISE 2u
/** Steady noise in what the party says is made fainter, by about 12 dB. What the line sends takes the way that
 *  PALABRA_ECHO_CANCEL describes, with or without that. Requires the feature "echo". */
#define PALABRA_LEG_SUPPRESS_NOISE 2048u
/** What the party says is made louder where it is faint. Otherwise as PALABRA_LEG_SUPPRESS_NOISE. */
#define PALABRA_LEG_CONTROL_GAIN 4096u

/** What each party hears of the translation is recorded too, on channels of its own. */
#define PALABRA_RECORDING_TRANSLATIONS 1u

/** Settings of a call. The translations have theirs: see palabra_call_open(). */
typedef struct palabra_call_config {
    uint32_t struct_size;
    /** PALABRA_CALL_* bits. */
    uint32_t flags;
    /** Any number; returned as `session_tag` in every event of the call. */
    uint64_t call_tag;
    /** Any text of up to 127 bytes, such as the UUID of the call; returned as `session_name` in every event and log
     *  line; NULL: none. */
    const char *call_name;
    /** Queue that the events are delivered to, or that names the call (PALABRA_QUEUE_NAMES), shared with other calls
     *  and sessions; NULL: the call has its own. */
    palabra_queue *queue;
    /** Pace at which sessions are opened, per minute, 1 to 6000, shared by the calls of the client that have one:
     *  after each of their sessions the next one waits for 60 s divided by this. 0: none, until the service refuses a
     *  session because there are too many (PALABRA_ERR_RATE). Then all calls of the client open 20 per minute, the
     *  first one after the time that the service has named, or 3 s, until it has refused none for 60 s and none waits.
     *  In either case the direction that has waited longest is the first. */
    int32_t connects_per_minute;
    /** With PALABRA_CALL_REOPEN: how much of the audio that was sent and was not final the session that takes the
     *  place of a broken one sends again, in ms, 1 to 5000; 0: none. It is audio behind the last phrase that is final
     *  or whose translation has begun to arrive, so that nothing is heard twice; none if the service has not said
     *  where that phrase ends. What the party says meanwhile is sent behind it, all of it as fast as it was said,
     *  without its pauses. What waits longer than `output.target_ms` is dropped and told by a WARNING with DROPPED. */
    int32_t resend_ms;
} palabra_call_config;

/** One party: what it speaks and hears, and what its line sends and takes. */
typedef struct palabra_leg_config {
    uint32_t struct_size;
    /** PALABRA_LEG_* bits. */
    uint32_t flags;
    /** Language that the party speaks, such as "en", or "auto", which requires `target_language`. */
    const char *language;
    /** Language that the party hears, such as "en-us"; NULL: `language`. */
    const char *target_language;
    /** Voice in which the other party hears this one; NULL: that of the translation's config. */
    const char *voice_id;
    /** Glossaries of words to listen for in what the party says: "all", "none", or ids separated by commas; NULL:
     *  those of the translation's config. */
    const char *hotwords_glossaries;
    /** Glossaries that correct what was recognized of the party; as above. */
    const char *verification_glossaries;
    /** Glossaries of the translation of what the party says; as above. */
    const char *translation_glossaries;
    /** What may silence the translation that the party hears. */
    palabra_barge_in barge_in;
    /** How long palabra_leg_exchange_at() waits for a packet that is missing, in ms, 1 to 200; 0: 60. */
    int32_t jitter_ms;
    /** Format of the audio that the party's line sends. Sample rate 0: 8000. */
    palabra_audio_format input;
    /** Format of the audio that the party's line takes. All fields 0: that of `input`. Sample rate 0: that of `input`.
     */
    palabra_audio_format output;
    /** What is done about what the party hears and its line picks up again. */
    palabra_echo echo;
    uint32_t reserved;
} palabra_leg_config;

/** Statistics of one party of a call, from palabra_leg_join() until now. A value that is not known is -1. */
typedef struct palabra_leg_stats {
    uint32_t struct_size;
    /** State of the link that carries what the party says, a palabra_state; 0: there is none now. */
    int32_t link_state;
    /** Links that were opened for what the party says: more than one when they were replaced. */
    int64_t links_opened;
    /** Links of those that ended with an error, or could not be opened. */
    int64_t links_broken;
    /** Audio that the line sent, muted or not, in ms. */
    int64_t input_taken_ms;
    /** Audio that palabra_leg_skip() stated as lost, in ms. */
    int64_t input_lost_ms;
    /** Audio that was sent to the service, silence included, in ms. */
    int64_t input_sent_ms;
    /** Silence of that, in place of input that was missing, in ms. */
    int64_t silence_sent_ms;
    /** Audio of the line that was dropped because it could not be sent in time, in ms. */
    int64_t input_dropped_ms;
    /** Times that the task was paused, as by palabra_leg_hold(). */
    int64_t gap_pauses;
    /** Speech received of the translation, which the other party hears, in ms. */
    int64_t speech_received_ms;
    /** Bytes written to the streams, WebSocket framing included. */
    int64_t bytes_sent;
    /** Bytes read from the streams. */
    int64_t bytes_received;
    /** Time from opening the latest link to LINK_UP, in ms. */
    int64_t ready_ms;
    /** Time from the first chunk on the latest link to the first speech received, in ms. */
    int64_t first_audio_ms;
    /** Last round trip to the server, in us. */
    int64_t round_trip_us;
    /** Speech that waits at the service, in ms. */
    int64_t service_queue_ms;
    /** Translation of the other party that this one has heard, in ms: of the phrases that are over. */
    int64_t heard_ms;
    /** Translation that waits to be heard, in ms. */
    int64_t buffered_ms;
    /** Times that it stopped because the rest of the phrase was not there. */
    int64_t underruns;
    /** Phrases that started to be heard. */
    int64_t phrases_started;
    /** Phrases that were heard to their end. */
    int64_t phrases_finished;
    /** Phrases that were taken back, heard in part or not at all. */
    int64_t phrases_cut;
    /** Phrases that were dropped, completely or from some point on, because `output.buffer_ms` was exceeded. */
    int64_t phrases_dropped;
    /** Speech and silence removed because of `output.target_ms`, in ms. */
    int64_t skipped_ms;
    /** How much of the other party's own voice waited before the last read, in ms: its lag. */
    int64_t original_lag_ms;
    /** The most that it ever was, in ms. */
    int64_t original_lag_most_ms;
    /** Voice that was made up where it was late or lost, in ms. */
    int64_t original_concealed_ms;
    /** Voice that was stated as lost, in ms. */
    int64_t original_lost_ms;
    /** Voice that was left out to end a lag, mostly in pauses, in ms. */
    int64_t original_skipped_ms;
    /** Time that the party spoke, pauses of up to 400 ms included, in ms; -1: that is not detected, see
     *  PALABRA_LEG_DETECT_SPEECH and PALABRA_BARGE_IN_ON_SPEECH. */
    int64_t spoke_ms;
    /** Times that it began to speak; -1: as above. */
    int64_t spurts;
    /** Time that it spoke while the other party spoke too, in ms, if speech of both is detected; -1: as above. */
    int64_t overlap_ms;
    /** How late what the party hears comes back from its line, in ms; -1: it does not, or that is not known. See
     *  PALABRA_ECHO_MEASURE. */
    int64_t echo_delay_ms;
    /** How loud that is, in dB of what the party hears, usually negative; 0 if `echo_delay_ms` is -1. */
    int64_t echo_level_db;
    /** Sound that was left out because the thread for signal processing was 2 s late, in ms: with PALABRA_ECHO_CANCEL
     *  it was not sent, otherwise not listened to. */
    int64_t overrun_ms;
} palabra_leg_stats;

/** What is recorded of a call. */
typedef struct palabra_call_recording_options {
    uint32_t struct_size;
    /** PALABRA_RECORDING_* bits. */
    uint32_t flags;
    /** Frames per second of the file, 8000 to 48000; 0: 24000. */
    int32_t sample_rate;
    uint32_t reserved;
} palabra_call_recording_options;

/** Opens a call for two parties that speak different languages. They join it with palabra_leg_join(): when both have
 *  joined, a translation session is opened for each direction. Nothing is connected before.
 *
 *  The sessions belong to the call. Their events are delivered as events of the call, with `leg`; LINK_UP and
 *  LINK_DOWN take the place of READY and CLOSED. A session that ends does not end the call: the parties still hear
 *  each other's own voices, and with PALABRA_CALL_REOPEN another session takes its place.
 *
 *  @param config settings of the call; NULL: all defaults.
 *  @param translation settings of the translations, the same for both directions; NULL: all defaults. What the legs
 *    and the call have must not be set: languages, `targets_json`, both formats, `stream`, `queue`, `session_tag` and
 *    `session_name`. What 0 means in a call is in the table of palabra/call.h.
 *  @param call receives the handle; NULL on failure.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT A number is out of range; `translation` sets what the legs and the call have.
 *  @retval PALABRA_ERR_LIMIT Too many calls, or no thread can be started.
 *  @retval PALABRA_ERR_DRAINING palabra_client_drain() was called.
 *  Example: call.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_open(
    palabra_client *client, const palabra_call_config *config, const palabra_translation_config *translation,
    palabra_call **call, palabra_error *error);

/** Takes the next event of a call, waiting for one if there is none. As palabra_session_poll_event().
 *  @param call the call.
 *  @param event receives the event; its kind is PALABRA_EVENT_NONE on 0, and it is not touched on an error.
 *  @return 1: an event was taken; 0: there was none within the time, or palabra_call_wakeup() ended the wait. Release
 *    the event with palabra_event_release().
 *  @retval PALABRA_ERR_CLOSED No event follows: CLOSED was taken, or the call was closed meanwhile.
 *  @retval PALABRA_ERR_BUSY Another thread is polling this call.
 *  @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
 *  @retval PALABRA_ERR_LIMIT Too many events were not released.
 *  Threads: one at a time per call. Example: call.c. */
PALABRA_API int32_t PALABRA_CALL palabra_call_poll_event(palabra_call *call, palabra_event *event, int32_t timeout_ms);

/** As palabra_queue_wakeup(), for a call that is polled by itself.
 *  @param call the call.
 *  @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
 *  May be called from callbacks. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_wakeup(palabra_call *call);

/** As palabra_queue_get_event_fd(), for a call that is polled by itself. The descriptor is closed with the call.
 *  @param call the call.
 *  @return the descriptor, 0 or more.
 *  @retval PALABRA_ERR_UNSUPPORTED On Windows, or its events are delivered to a shared queue of events.
 *  @retval PALABRA_ERR_LIMIT The process has no descriptor left. */
PALABRA_API int32_t PALABRA_CALL palabra_call_get_event_fd(palabra_call *call);

/** As palabra_queue_get_event_handle(), for a call that is polled by itself. The object is closed with the call.
 *  @param call the call.
 *  @retval PALABRA_ERR_UNSUPPORTED Not on Windows, or its events are delivered to a shared queue of events.
 *  @retval PALABRA_ERR_LIMIT The process has no handle left. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_get_event_handle(palabra_call *call, void **handle);

/** As palabra_queue_set_wakeup_callback(), for a call that is polled by itself.
 *  @param call the call.
 *  @param callback the callback; NULL: none.
 *  @param user_data passed to the callback. It must remain valid until the callback is replaced. A call that is closed
 *    does not wait for a callback that is running: remove the callback first if `user_data` is to be freed.
 *  @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
 *  Threads: any, but not with a lock held that the callback takes. Blocks: while the callback before is running, and
 *    for its own call when events are queued. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_set_wakeup_callback(
    palabra_call *call, palabra_wakeup_callback callback, void *user_data);

/** Returns the state of a call: PALABRA_STATE_CONNECTING until the first LINK_UP, then PALABRA_STATE_READY, also while
 *  no link is up; PALABRA_STATE_ENDING after palabra_call_end(); PALABRA_STATE_CLOSED when it is over.
 *  @param call the call.
 *  @return a palabra_state. */
PALABRA_API int32_t PALABRA_CALL palabra_call_get_state(palabra_call *call);

/** Explains why a call closed.
 *  @param call the call.
 *  @param error receives the explanation; its `code` is PALABRA_OK while the call is open, and when it closed without
 *    an error. What ended a link is in its LINK_DOWN alone. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_get_error(palabra_call *call, palabra_error *error);

/** Ends a call: nothing more is taken of either party, and both hear the rest of what was said, each as
 *  palabra_session_end() describes, then CLOSED. Keep exchanging until PALABRA_SOUND_ENDED, and polling until CLOSED.
 *
 *  When a party has hung up and nobody takes its place, call palabra_leg_close() and then this: the other party hears
 *  the rest of what was said, and then PALABRA_SOUND_ENDED is returned.
 *
 *  @param call the call.
 *  @retval PALABRA_ERR_ENDED It was ended already.
 *  @retval PALABRA_ERR_CLOSED It is closed. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_end(palabra_call *call);

/** Closes a call in any state, with its legs, and invalidates the handles of all of them. Events that were not polled
 *  are dropped, also those in a shared queue: only a poll of the queue that is under way may still return one. To have
 *  the parties hear the rest, call palabra_call_end() first and go on until CLOSED.
 *
 *  The handle is invalid as soon as the call begins: a thread that waits in another function on it returns with
 *  PALABRA_ERR_CLOSED, later ones return PALABRA_ERR_BAD_HANDLE.
 *
 *  @param call the call; NULL: nothing is done.
 *  @param timeout_ms how long to wait for the closing handshakes and the deletion of REST sessions, in ms; 0: they
 *    happen in the background.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `timeout_ms` is negative: the call is not closed.
 *  Example: call.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_close(palabra_call *call, int32_t timeout_ms);

/** Adds a party to a call. When both have joined, the sessions between them are opened.
 *
 *  A party that has joined and has neither exchanged nor read audio is not on the line yet, as while its telephone
 *  rings: the sessions are connected meanwhile, but nothing of the other party is sent or heard. So join it when the
 *  telephone begins to ring, and exchange audio when it is answered. The first exchange puts it on the line, also one
 *  of 0 frames.
 *
 *  For a transfer close the leg and join another: it can have another language and other formats.
 *
 *  @param call the call.
 *  @param config settings of the party.
 *  @param leg receives the handle; NULL on failure.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `language` is missing; a number is out of range.
 *  @retval PALABRA_ERR_UNSUPPORTED The call has two legs already, or `config` asks for a feature that was not built
 *    into the library: palabra_has_feature().
 *  @retval PALABRA_ERR_AUTH There are no credentials.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call is closed.
 *  @retval PALABRA_ERR_LIMIT Too many legs, or no memory for the buffers.
 *  Example: call.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_join(
    palabra_call *call, const palabra_leg_config *config, palabra_leg **leg, palabra_error *error);

/** Returns the number of a leg, which events call `leg`. A leg that joins in the place of a closed one has its number.
 *  @param leg the leg.
 *  @return 0 or 1. */
PALABRA_API int32_t PALABRA_CALL palabra_leg_get_number(palabra_leg *leg);

/** One tick of a party's line: takes what the party says, and fills exactly `output_frames` frames with what it is to
 *  hear: the translation of the other party, and the other's own voice under it, as palabra_session_read_audio() does.
 *
 *  Call it once per tick or audio callback. The two numbers of frames are independent: `output_frames` is what the
 *  line plays in a tick, and `input_frames` what has arrived since the tick before. Input is always taken: what cannot
 *  be delivered in time is dropped, the oldest first, and told by a WARNING with DROPPED; it is ignored after
 *  palabra_call_end(), so the same loop plays the rest. The other party hears what is said while a session connects,
 *  and after one has ended, too.
 *
 *  @param leg the leg.
 *  @param input `input_frames` frames in the input format, with any alignment; may be NULL if `input_frames` is 0.
 *  @param input_frames number of frames, 0 or more, at most 500 ms of audio; 0: nothing arrived.
 *  @param output receives `output_frames` frames in the output format, with any alignment; it must not overlap
 *    `input`; may be NULL if `output_frames` is 0.
 *  @param output_frames number of frames, 0 or more, at most 500 ms of audio.
 *  @return a set of PALABRA_SOUND_* bits; 0: all frames are silence. PALABRA_SOUND_ENDED: the call is closed and
 *    everything was heard. Check for an error first: its bits mean nothing. After an error nothing was taken, and
 *    `output` is silence too, unless the handle is bad or `output_frames` is out of range.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT A number of frames is out of range, or `output` overlaps `input`.
 *  @retval PALABRA_ERR_BUSY Another thread is sending or reading on this leg, or changing a format.
 *  Real-time safe. Threads: one at a time per leg. Example: call.c. */
PALABRA_API int32_t PALABRA_CALL palabra_leg_exchange(
    palabra_leg *leg, const void *input, int32_t input_frames, void *output, int32_t output_frames);

/** As palabra_leg_exchange(), for a packet with an RTP timestamp, so that packets may come late, out of order, twice
 *  or never. Use one of both functions on a leg.
 *
 *  A packet that comes before its turn waits for those before it, up to `jitter_ms` of the leg's config: then they
 *  were lost, as after palabra_leg_skip(). What comes after that, and what was said before, is dropped. A gap that is
 *  longer, as where silence is not sent (DTX), is a loss at once. A timestamp that is more than 30 s away begins
 *  another stream.
 *
 *  @param leg the leg.
 *  @param input as for palabra_leg_exchange(); the payload of one packet.
 *  @param input_frames number of frames, 0 or more, at most 500 ms of audio; 0: nothing arrived. If more than one
 *    packet has arrived since the last tick, call the function for each of them, with `output_frames` 0 for all but
 *    one.
 *  @param rtp_timestamp the packet's, in frames of the input format, modulo 2^32; ignored if `input_frames` is 0. A
 *    codec whose RTP clock has another rate than its audio, such as G.722, needs it converted.
 *  @param output as for palabra_leg_exchange().
 *  @param output_frames number of frames, 0 or more, at most 500 ms of audio. Time passes by them: call the function
 *    once per tick also if nothing has arrived.
 *  @return as palabra_leg_exchange() returns it.
 *  @retval PALABRA_ERR_BUSY Another thread is sending or reading on this leg, or changing a format.
 *  Real-time safe. Threads: one at a time per leg. */
PALABRA_API int32_t PALABRA_CALL palabra_leg_exchange_at(
    palabra_leg *leg, const void *input, int32_t input_frames, uint32_t rtp_timestamp, void *output,
    int32_t output_frames);

/** The half of palabra_leg_exchange() that takes what the party says, for lines that send and read on two threads.
 *  @param leg the leg.
 *  @param audio `frames` frames in the input format, with any alignment; may be NULL if `frames` is 0.
 *  @return number of frames taken, 0 to `frames`: all of them, at the pace of speech.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this leg, or changing its input format.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call is closed.
 *  Real-time safe. Threads: one sender at a time per leg. */
PALABRA_API int32_t PALABRA_CALL palabra_leg_send_audio(palabra_leg *leg, const void *audio, int32_t frames);

/** The half of palabra_leg_exchange() that fills what the party is to hear.
 *  @param leg the leg.
 *  @param audio receives `frames` frames in the output format, with any alignment; may be NULL if `frames` is 0.
 *  @param frames number of frames, 0 or more, at most 500 ms of audio.
 *  @return as palabra_leg_exchange() returns it.
 *  @retval PALABRA_ERR_BUSY Another thread is reading on this leg, or changing its output format.
 *  Real-time safe. Threads: one reader at a time per leg. */
PALABRA_API int32_t PALABRA_CALL palabra_leg_read_audio(palabra_leg *leg, void *audio, int32_t frames);

/** States that frames of what the party says were lost, as palabra_session_skip() does.
 *  @param leg the leg.
 *  @return number of frames taken, 0 to `frames`.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this leg, or changing its input format.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call is closed.
 *  Real-time safe. Threads: one sender at a time per leg. */
PALABRA_API int32_t PALABRA_CALL palabra_leg_skip(palabra_leg *leg, int32_t frames);

/** Changes the format of the audio that a party's line sends from now on, as palabra_session_set_input_format() does.
 *  @param leg the leg.
 *  @param format the new format. `sample_rate` is required. `channel` must be 0: the selected channel stays; with
 *    fewer channels than that they are mixed.
 *  @return PALABRA_OK, also if nothing changes. After an error the format is what it was.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this leg.
 *  @retval PALABRA_ERR_AGAIN 16 changes are pending already.
 *  @retval PALABRA_ERR_UNSUPPORTED The encoding is not known.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call is closed.
 *  Threads: preferably the one that sends, which alone knows the first frame of the new format; not real-time threads.
 */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_set_input_format(
    palabra_leg *leg, const palabra_audio_format *format);

/** Changes the format of the audio that a party's line takes from now on, as palabra_session_set_output_format() does.
 *  @param leg the leg.
 *  @param format the new format. `sample_rate` is required.
 *  @return PALABRA_OK, also if nothing changes.
 *  @retval PALABRA_ERR_BUSY Another thread is reading on this leg: nothing was changed.
 *  @retval PALABRA_ERR_UNSUPPORTED The encoding is not known.
 *  Threads: preferably the one that reads, which alone knows the first frame of the new format; not real-time threads.
 */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_set_output_format(
    palabra_leg *leg, const palabra_audio_format *format);

/** Changes how a party hears the other's own voice under the translation: its gain, also to 0 and back, and the
 *  ducking. The change is faded within 20 ms.
 *  @param leg the leg that hears it.
 *  @param options as in `output.original` of the translation's config; here `gain_percent` 0 is silence.
 *  @return PALABRA_OK. After an error nothing has changed.
 *  @retval PALABRA_ERR_LIMIT No memory for the original voice.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_set_original(
    palabra_leg *leg, const palabra_original_options *options);

/** Takes a party out of a call, as when it hangs up, and invalidates its handle. The other party hears the rest of
 *  what was said, as after palabra_session_end(), and the call goes on: another party can join.
 *
 *  What the other party says is not translated any more, until somebody joins. LINK_DOWN is delivered for both legs.
 *
 *  @param leg the leg; NULL: nothing is done.
 *  @return PALABRA_OK. A thread that exchanges audio at this moment returns before or after that; later calls return
 *    PALABRA_ERR_BAD_HANDLE.
 *  Example: call.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_close(palabra_leg *leg);

/** Mutes a party, or ends that: what its line sends is silence for the other party and for the service. It goes on
 *  sending.
 *  @param leg the leg.
 *  @param muted 1: muted; 0: not.
 *  @return PALABRA_OK, also if nothing changes.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `muted` is neither. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_set_muted(palabra_leg *leg, int32_t muted);

/** Puts a party on hold: the conversation rests. What the lines send, such as music, is heard by the other party as it
 *  is and does not reach the service, in either direction; the tasks are paused, which is not billed. What was said
 *  before is still translated and heard. TASK_STATUS reports the pauses with `user_tag` 0 where the service
 *  acknowledges.
 *
 *  Both parties can be on hold: the conversation goes on when palabra_leg_resume() was called for each of them.
 *
 *  @param leg the leg.
 *  @return PALABRA_OK, also if it is on hold already.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call is closed. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_hold(palabra_leg *leg);

/** Ends the hold of a party. What is said from now on is translated, and is no part of a phrase that was said before.
 *  The service's task of each direction is resumed when its party sends the next audio, which waits for it.
 *  @param leg the leg.
 *  @return PALABRA_OK, also if it is not on hold.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call is closed. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_resume(palabra_leg *leg);

/** Silences the translation that a party hears, and nothing else: the phrase that is heard is faded out within 5 ms,
 *  and nothing more of it is heard. What the other party says goes on to be translated. For barge-in.
 *
 *  PLAYOUT_CUT tells who was cut, and after how many ms: `leg` is the other party, whose words these were, `phrase`
 *  the phrase of its texts, and `heard_ms` of `phrase_ms` were heard. It follows when the line has read the fade.
 *
 *  @param leg the leg that hears it.
 *  @param flags 0: the phrase that is heard now; PALABRA_SILENCE_ALL: all phrases that have begun to arrive.
 *  @return PALABRA_OK, also if nothing is heard.
 *  @retval PALABRA_ERR_UNSUPPORTED `barge_in` of the leg is PALABRA_BARGE_IN_NONE.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_silence(palabra_leg *leg, uint32_t flags);

/** Interrupts the translation that a party hears, as palabra_session_interrupt() does: all phrases that have begun to
 *  arrive are discarded, also at the service, and what the other party is saying now is lost. Answer: TASK_STATUS
 *  "interrupted", with the `leg` of the other party. PLAYOUT_CUT tells what was cut, as for palabra_leg_silence().
 *  @param leg the leg that hears it.
 *  @retval PALABRA_ERR_UNSUPPORTED `barge_in` of the leg is PALABRA_BARGE_IN_NONE.
 *  @retval PALABRA_ERR_AGAIN Too many commands are pending, or no session for this leg was opened yet.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call, or the session for this leg, is closed. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_interrupt(palabra_leg *leg, uint64_t user_tag);

/** Speaks a text to a party, in its language, as palabra_session_speak() does; the other party does not hear it. Its
 *  events have the `leg` of the other party. Answer: SPEAK_STATUS.
 *  @param leg the leg that hears it.
 *  @param text what to say, up to PALABRA_MAX_SPEAK_BYTES.
 *  @retval PALABRA_ERR_AGAIN Too many commands are pending, or no session for this leg was opened yet.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `text` is empty or too long.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call, or the session for this leg, is closed. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_speak(palabra_leg *leg, const char *text, uint64_t user_tag);

/** Reads the statistics of a party.
 *  @param leg the leg.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_get_stats(palabra_leg *leg, palabra_leg_stats *stats);

/** Writes the statistics of a call as one line of JSON, for a log: "call_name", "call_tag", "state" (as "READY"),
 *  "code" (as "PALABRA_OK"), "duration_ms", and "legs", a list of the parties, those that have left included. Each has
 *  "number", "language", "target_language", "joined_ms" and "left_ms" (-1: it has not left), "link_state" ("": none;
 *  as "state"), the numbers of palabra_leg_stats by their names, and "links", a list with "opened_ms", "ready_ms",
 *  "ended_ms" (-1: not yet) and "code", which says why a link ended. Times are ms since the call was opened;
 *  "ready_ms" is counted from the opening of the link. Each list has at most the latest 16: "legs_left_out" and
 *  "links_left_out" count the others.
 *
 *  Later versions add members. What is heard after CLOSED counts too: call it last, before palabra_call_close().
 *
 *  @param call the call, in any state.
 *  @param buffer receives the line, NUL-terminated, truncated between characters if it does not fit; may be NULL if
 *    `capacity` is 0.
 *  @param capacity size of `buffer`, in bytes. 4096 are enough for two parties with a few links each.
 *  @return length of the whole line, in bytes without the NUL: it was truncated if that is `capacity` or more.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `capacity` is negative, or `buffer` is NULL.
 *  Threads: any, but not real-time threads. */
PALABRA_API int32_t PALABRA_CALL palabra_call_get_stats_json(palabra_call *call, char *buffer, int32_t capacity);

/** Starts to record a call to a WAV file, 16-bit, all parties on one clock: what leg 0 says on the left, what leg 1
 *  says on the right, each when it was sent, as the other party hears it: muted is silent. With
 *  PALABRA_RECORDING_TRANSLATIONS the file has four channels: then the translation that leg 0 hears and the one that
 *  leg 1 hears follow, each when it was read. Who joins in the place of a closed leg is recorded in its place.
 *
 *  What a line sends ahead of its time is left out, so that the parties stay together; each is at its place in time to
 *  about 100 ms. Everything else is as for palabra_session_start_recording(): a thread of its own writes the file, a
 *  failure is one ERROR event, with `leg` -1, and palabra_call_close() ends the recording too.
 *
 *  @param call the call.
 *  @param path the file, which is replaced if it exists.
 *  @param options rate and channels; NULL: all defaults.
 *  @retval PALABRA_ERR_BUSY A recording of this call is running, or 8 earlier ones are still being written.
 *  @retval PALABRA_ERR_IO The file cannot be created. If that takes longer than a second, PALABRA_OK is returned and
 *    an ERROR event reports the failure.
 *  @retval PALABRA_ERR_LIMIT No thread can be started, or 256 recordings of the process are open or still being
 *    written.
 *  @retval PALABRA_ERR_CLOSED Another thread closes the call.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty, or a number is out of range.
 *  Threads: any, but not real-time threads. Blocks: while the file is created, up to 1 s. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_start_recording(
    palabra_call *call, const char *path, const palabra_call_recording_options *options, palabra_error *error);

/** Pauses a recording, as while a card number is spoken: until palabra_call_resume_recording() all channels of the
 *  file are silent, and time goes on. The translation of what was said during the pause can be heard after it.
 *  @param call the call.
 *  @return PALABRA_OK, also if it is paused.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT No recording is running.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_pause_recording(palabra_call *call);

/** Continues a recording after palabra_call_pause_recording().
 *  @param call the call.
 *  @return PALABRA_OK, also if it is not paused.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT No recording is running.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_resume_recording(palabra_call *call);

/** Stops a recording and waits until its file is complete.
 *  @param call the call.
 *  @param timeout_ms how long to wait for the disk, in ms; negative: without limit. The file is completed in any case.
 *  @return PALABRA_OK: the file is complete.
 *  @retval PALABRA_ERR_TIMEOUT The file is still being written.
 *  @retval PALABRA_ERR_IO It could not be written, or a part is missing: the disk was too slow, or more than 2 s of
 *    audio came at once.
 *  @retval PALABRA_ERR_LIMIT More than 4 GB were recorded: the file has the first 4 GB.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT No recording was started.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_stop_recording(
    palabra_call *call, int32_t timeout_ms, palabra_error *error);

/* --- Recordings and whole files ---------------------------------------------------------------------------------- */

/** Keep the speech in memory too, up to 1 GiB in all: `pcm` of palabra_file_output. */
#define PALABRA_FILE_AUDIO 1u
/** Refuse to write through a symbolic link: a file of speech whose name is one is PALABRA_ERR_IO. Only the last part
 *  of the name is checked, by the system when it opens the file. */
#define PALABRA_FILE_NO_FOLLOW 2u

/** Progress of palabra_translate_file(). */
typedef struct palabra_progress {
    /** sizeof(palabra_progress) of the library. */
    uint32_t struct_size;
    /** State of the session. */
    palabra_state state;
    /** How much of the file was sent, in ms. */
    int64_t position_ms;
    /** Length of the file, in ms; -1: unknown. */
    int64_t total_ms;
    /** Transcripts so far. `text` is new when this has grown. */
    int32_t transcripts;
    /** PALABRA_FLAG_FINAL, PALABRA_FLAG_TRANSLATION of the last transcript. */
    uint32_t flags;
    /** Its phrase, as in events; 0: none. */
    uint64_t phrase;
    /** Its part of a long phrase, as in events. */
    int32_t part;
    int32_t reserved;
    /** The last transcript; "" before the first. Valid during the callback. */
    const char *text;
    /** Its language; "" before the first. Valid during the callback. */
    const char *language;
    /** The service's id of its phrase; "" before the first. Valid during the callback. */
    const char *id;
    /** With PALABRA_SESSION_JSON in the config, the service's message of it; else "". Valid during the callback. */
    const char *json;
} palabra_progress;

/** Called with the progress of palabra_translate_file(): with every transcript, some four times a second, and at the
 *  end once all was translated. NULL disables the callback.
 *
 *  It runs on the thread that called palabra_translate_file(). It must not throw or longjmp, which is undefined
 *  behaviour, and must not call the library: such calls return PALABRA_ERR_REENTRANT, except palabra_cancel(), which
 *  stops it too, and what a callback of a queue may call.
 *
 *  @param progress the progress.
 *  @param user_data what was passed with the callback.
 *  @return 0 to continue. Anything else stops the translation, which then returns PALABRA_ERR_CLOSED; at the end there
 *    is nothing left to stop. */
typedef int32_t (PALABRA_CALL *palabra_progress_callback)(const palabra_progress *progress, void *user_data);

/** Settings of a recording. */
typedef struct palabra_recording_options {
    uint32_t struct_size;
    /** Frames per second of the file, 8000 to 48000; 0: 24000. */
    int32_t sample_rate;
    /** The target on the right; NULL: the first one. */
    const char *language;
    /** Must be NULL. */
    const char *reserved_text;
} palabra_recording_options;

/** Settings of palabra_translate_file(). */
typedef struct palabra_file_options {
    uint32_t struct_size;
    /** PALABRA_FILE_* bits. */
    uint32_t flags;
    /** Speed of sending, in percent of real time, 10 to 1000; 0: 100, which the service expects. */
    int32_t pace_percent;
    /** How far ahead of real time sending may run, in ms, up to 60000; 0: not at all. */
    int32_t lead_ms;
    /** Called with the progress; NULL: no callback. */
    palabra_progress_callback progress;
    /** Passed to the callback. */
    void *user_data;
} palabra_file_options;

/** The speech of one target. Used in arrays, so it never grows. */
typedef struct palabra_file_output {
    /** The target, as in the name of its file. */
    char language[32];
    /** Frames of speech. */
    int64_t frames;
    /** Frames per second. */
    int32_t sample_rate;
    /** Interleaved channels. */
    int32_t channels;
    /** With PALABRA_FILE_AUDIO, `frames` frames of interleaved 16-bit samples, valid until
     *  palabra_file_result_release(); NULL: none. */
    const int16_t *pcm;
    void *reserved_pointer;
} palabra_file_output;

/** Result of palabra_translate_file(). */
typedef struct palabra_file_result {
    uint32_t struct_size;
    /** Capacity of `outputs`, in elements. Set by the caller. */
    int32_t output_capacity;
    /** Targets that were spoken. Those beyond `output_capacity` are only counted. */
    int32_t output_count;
    /** Transcripts received, partial ones included. */
    int32_t transcripts;
    /** Frames per second of the file. */
    int32_t input_sample_rate;
    /** Frames per second of the speech; 0: there was none. */
    int32_t output_sample_rate;
    /** WARNING and ERROR events of the session. */
    int32_t warnings;
    int32_t reserved;
    /** Frames of the file that were sent. */
    int64_t input_frames;
    /** Frames of speech, of all languages. */
    int64_t output_frames;
    /** Time from the first chunk sent to the first speech, in ms; -1: there was none. */
    int64_t first_audio_ms;
    /** Events that were dropped because the callback or the disk was too slow; 0: nothing is missing. */
    int64_t events_dropped;
    /** Receives the targets that were spoken; NULL: `output_capacity` is 0. Set by the caller. */
    palabra_file_output *outputs;
    void *payload;
} palabra_file_result;

/** Sends a file at the pace of speech, as palabra_session_send_paced() does. It is read from the disk as it goes.
 *
 *  A WAV, RF64 or BW64 file may contain integers of up to 32 bits, floats, mu-law or A-law, with 8000 to 192000 frames
 *  per second and up to 8 channels. The input format of the session is set to that of the file meanwhile and restored
 *  afterwards. The session is not ended: call palabra_session_end(). With the feature "decoders"
 *  (palabra_has_feature()) FLAC, MP3 and Ogg Vorbis files are accepted too.
 *
 *  A file whose length was never written, as by a recorder that was killed, is read to its end. Other codecs, and
 *  samples whose significant bits are not defined, are refused by name, and nothing is sent. `path` can be a pipe:
 *  `timeout_ms` includes the wait for its writer, and while it has no data, no data is due.
 *
 *  @param lead_ms as for palabra_session_send_paced().
 *  @param timeout_ms how long to take at most, in ms, opening the file included; negative: without limit.
 *  @return number of frames sent, in frames of the file, INT32_MAX if there are more: fewer than the file has if the
 *    time was up, the session was ended or closed meanwhile, or palabra_cancel() ended the call. Before the first
 *    frame the reason is returned; it can be the status of the CLOSED event.
 *  @retval PALABRA_ERR_IO The file cannot be read, or is not an audio file of a known kind.
 *  @retval PALABRA_ERR_UNSUPPORTED The codec is not supported, or the audio is in several pieces; or it is a
 *    text-to-speech session.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty, `lead_ms` is too large, or the rate or channels of the file
 *    are out of range.
 *  @retval PALABRA_ERR_AGAIN 16 changes of the input format are pending already.
 *  @retval PALABRA_ERR_TIMEOUT The time was up.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this session.
 *  Threads: one sender at a time per session; let another thread poll meanwhile. Blocks: while the file lasts, up to
 *    `timeout_ms`, and on the disk. */
PALABRA_API int32_t PALABRA_CALL palabra_session_send_file(
    palabra_session *session, const char *path, int32_t lead_ms, int32_t timeout_ms, palabra_error *error);

/** Starts to record a session to a WAV file, 16-bit stereo: on the left what was sent, on the right what was read from
 *  one language, each at its place in time to about 20 ms.
 *
 *  A thread of its own creates, writes and closes the file, so that a slow disk delays no session. The header of the
 *  file is updated every second, so that it can be read even if the program dies. The recording ends with
 *  palabra_session_stop_recording() or palabra_session_close(); palabra_shutdown() waits for files ended that way.
 *
 *  A file that fails while it is recorded, as on a full disk, is reported by one ERROR event as soon as it fails, and
 *  keeps what it has; palabra_session_stop_recording() returns the failure too. What a slow disk loses beyond 90
 *  seconds becomes silence in the recording and is reported in the same way. Nothing is reported after
 *  palabra_session_close().
 *
 *  @param session the session, opened with PALABRA_OUTPUT_PLAYOUT or PALABRA_OUTPUT_BOTH.
 *  @param path the file, which is replaced if it exists.
 *  @param options rate and language; NULL: all defaults.
 *  @retval PALABRA_ERR_BUSY A recording of this session is running, or 8 earlier ones are still being written.
 *  @retval PALABRA_ERR_IO The file cannot be created. If that takes longer than a second, PALABRA_OK is returned and
 *    an ERROR event reports the failure.
 *  @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS, or its rate cannot be converted.
 *  @retval PALABRA_ERR_LIMIT No thread can be started, or 256 recordings of the process are open or still being
 *    written.
 *  @retval PALABRA_ERR_CLOSED Another thread closes the session.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty, or there is no such target.
 *  Threads: any, but not real-time threads. Blocks: while the file is created, up to 1 s. Example: record.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_start_recording(
    palabra_session *session, const char *path, const palabra_recording_options *options, palabra_error *error);

/** Pauses a recording, as while a card number is spoken: until palabra_session_resume_recording() both sides of the
 *  file are silent, and time goes on.
 *
 *  What was sent and read before is recorded, what is sent and read from now on is not, even where it waits until the
 *  recording continues. Up to one chunk more is silent where audio was dropped or its format changed meanwhile. The
 *  translation of what was sent during the pause can be heard after it.
 *
 *  @return PALABRA_OK, also if it is paused.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT No recording is running.
 *  @retval PALABRA_ERR_UNSUPPORTED It is a session without input.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_pause_recording(palabra_session *session);

/** Continues a recording after palabra_session_pause_recording().
 *  @return PALABRA_OK, also if it is not paused.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT No recording is running.
 *  @retval PALABRA_ERR_UNSUPPORTED It is a session without input.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_resume_recording(palabra_session *session);

/** Stops a recording and waits until its file is complete.
 *  @param timeout_ms how long to wait for the disk, in ms; negative: without limit. The file is completed in any case.
 *  @return PALABRA_OK: the file is complete.
 *  @retval PALABRA_ERR_TIMEOUT The file is still being written.
 *  @retval PALABRA_ERR_IO It could not be written, or a part is missing: the disk was too slow, or more than 2 s of
 *    audio came at once.
 *  @retval PALABRA_ERR_LIMIT More than 4 GB were recorded: the file has the first 4 GB.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT No recording was started.
 *  Threads: any, but not real-time threads. Example: record.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_stop_recording(
    palabra_session *session, int32_t timeout_ms, palabra_error *error);

/** Translates a recording: opens a session, sends the file at its pace, and writes the speech of each target to a WAV
 *  file until the tail has arrived and the session is closed. With PALABRA_FILE_AUDIO the speech is kept in memory,
 *  too.
 *
 *  A file starts with the first speech of its language, replaces what was there, and grows as the speech arrives.
 *  Whatever ends the translation, files that were started remain and are complete with what was received until then. A
 *  target that was not spoken has no file.
 *
 *  @param config settings, as for palabra_session_open_translation(). The input format is that of the file:
 *    `input.format` is ignored, and so are `input.gap`, `output` and PALABRA_SESSION_DROP_OLDEST. `queue` must be
 *    NULL.
 *  @param input_path the file, of a kind that palabra_session_send_file() accepts.
 *  @param output_pattern where the speech goes: "{lang}" in it stands for the language. Without it and with several
 *    targets, "_" and the language are inserted before the suffix ("out.wav": "out_es.wav"); NULL: nowhere.
 *  @param options pace, progress and what to do with the speech; NULL: all defaults.
 *  @param result receives the result, also on failure; may be NULL. With PALABRA_FILE_AUDIO release it with
 *    palabra_file_result_release().
 *  @return PALABRA_OK; or the status of the CLOSED event.
 *  @retval PALABRA_ERR_TIMEOUT The time was up.
 *  @retval PALABRA_ERR_CLOSED The callback stopped it, or palabra_cancel() did.
 *  @retval PALABRA_ERR_LIMIT There is too much speech to keep in memory, or too many results were not released.
 *  @retval PALABRA_ERR_IO A file cannot be read or written, or the folder for the speech does not exist.
 *  @retval PALABRA_ERR_UNSUPPORTED As for palabra_session_open_translation() and palabra_session_send_file().
 *  @retval PALABRA_ERR_INVALID_ARGUMENT As for palabra_session_open_translation() and palabra_session_send_file();
 *    `queue` is not NULL, or `input_path` is empty.
 *  Threads: any; each call has a session of its own. Blocks: while the file and its tail last, up to `timeout_ms`, and
 *    on the disk. Example: translate_whole_file.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_translate_file(
    palabra_client *client, const palabra_translation_config *config, const char *input_path,
    const char *output_pattern, const palabra_file_options *options, palabra_file_result *result, int32_t timeout_ms,
    palabra_error *error);

/** Releases the speech that palabra_translate_file() kept in memory, and zeroes the struct except for its size. The
 *  `pcm` of its outputs is invalid from then on. */
PALABRA_API palabra_status PALABRA_CALL palabra_file_result_release(palabra_file_result *result);

/** Reads a whole 16-bit PCM WAV file, by the rules of palabra_session_send_file(). A pipe is waited for.
 *  @retval PALABRA_ERR_IO The file cannot be read, or is not a WAV file.
 *  @retval PALABRA_ERR_UNSUPPORTED Its samples are not 16-bit integers; the text says what they are.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty.
 *  @retval PALABRA_ERR_LIMIT No memory for the samples.
 *  Blocks: on the disk. Example: translate_file.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_audio_read_wav(
    const char *path, palabra_audio *audio, palabra_error *error);

/** Writes a 16-bit WAV file, replacing the file if it exists.
 *  @param pcm `frames` frames of interleaved samples; may be NULL if `frames` is 0.
 *  @param sample_rate frames per second, such as the `sample_rate` of an AUDIO event.
 *  @param channels interleaved channels, 1 to 8.
 *  @retval PALABRA_ERR_IO The file cannot be written.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty, or a number is out of range.
 *  Blocks: on the disk. Example: translate_file.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_audio_write_wav(
    const char *path, const int16_t *pcm, int64_t frames, int32_t sample_rate, int32_t channels, palabra_error *error);

/* --- What belongs to an account: REST sessions, voices and glossaries -------------------------------------------- */

/*
 * Rules for all account calls
 * ===========================
 *
 * A function with a `timeout_ms` asks the service. `timeout_ms` is the limit of the whole call, in ms; negative: the
 * client's timeouts, for each page of a list, unless the comment says otherwise. `id` is the one in the struct of the
 * session, the voice or the glossary. Errors, besides those of palabra/base.h and of the function:
 *   PALABRA_ERR_AUTH             there are no credentials, they are of the wrong kind, or the service refused them
 *   PALABRA_ERR_SERVICE          the service refused otherwise; `http_status` of the error says how (404: there is no
 *                                such object)
 *   PALABRA_ERR_SESSION          the service refused to create a REST session; `http_status` says how
 *   PALABRA_ERR_RATE             the service refused because of too many requests; see `retry_after_ms`
 *   PALABRA_ERR_DNS, _CONNECT, _TLS  the service was not reached
 *   PALABRA_ERR_CONNECTION_LOST  the reply did not arrive; the service may have processed the request
 *   PALABRA_ERR_PROTOCOL         the reply makes no sense
 *   PALABRA_ERR_TIMEOUT          the time was up
 *   PALABRA_ERR_CLOSED           palabra_cancel() ended the call
 *   PALABRA_ERR_LIMIT            too many results were not released, or no thread can be started
 *   PALABRA_ERR_SHUTDOWN         palabra_shutdown() was called meanwhile
 *
 * Voices and glossaries need an API key.
 */

/** State of a voice. */
typedef enum palabra_voice_status PALABRA_INT32_ENUM {
    /** A status that this version does not know; it is in `json`. */
    PALABRA_VOICE_STATUS_UNKNOWN = 0,
    /** Waits for its sample. */
    PALABRA_VOICE_STATUS_CREATED = 1,
    /** Being made. */
    PALABRA_VOICE_STATUS_PENDING = 2,
    /** Can be used. */
    PALABRA_VOICE_STATUS_READY = 3,
    /** Could not be made; `errors` says why. */
    PALABRA_VOICE_STATUS_FAILED = 4
} palabra_voice_status;
PALABRA_ASSERT_INT32(palabra_voice_status);

/** What a glossary is for. */
typedef enum palabra_glossary_kind PALABRA_INT32_ENUM {
    /** A kind that this version does not know; it is in `json`. */
    PALABRA_GLOSSARY_UNKNOWN = 0,
    /** Terms that recognition listens for: an entry is a term alone. */
    PALABRA_GLOSSARY_HOTWORDS = 1,
    /** What recognition hears and what replaces it, in the same language. */
    PALABRA_GLOSSARY_VERIFICATION = 2,
    /** Terms and their translations. */
    PALABRA_GLOSSARY_TRANSLATION = 3
} palabra_glossary_kind;
PALABRA_ASSERT_INT32(palabra_glossary_kind);

/** The sample has background noise. */
#define PALABRA_VOICE_DENOISE 1u
/** Do not wait until the voice is ready. */
#define PALABRA_VOICE_NO_WAIT 2u

/** The glossary is not used unless a session names it. */
#define PALABRA_GLOSSARY_DISABLED 1u

/** A REST session: what the service returns before a stream is opened. `stream_url` and `token` make a
 *  palabra_stream_address. Texts are "" for what the service does not say, and NULL only before success. A session
 *  that was listed or read has no token at most services. */
typedef struct palabra_rest_session {
    uint32_t struct_size;
    uint32_t reserved;
    /** The service's id. */
    const char *id;
    /** Address of the translation stream. */
    const char *stream_url;
    /** Address of the text-to-speech stream. */
    const char *tts_stream_url;
    /** The publisher token, which is a secret. */
    const char *token;
    /** The subscriber tokens, which are secrets, separated by commas. */
    const char *subscriber_tokens;
    /** Address of the service's WebRTC server. */
    const char *webrtc_url;
    /** Room on that server. */
    const char *webrtc_room_name;
    /** What the session is for, in the service's word, such as "api". */
    const char *intent;
    /** When it was created, as the service writes it (ISO 8601). */
    const char *created_at;
    /** When it was last changed. */
    const char *updated_at;
    /** When it expires unless a stream is open. */
    const char *expires_at;
    /** Everything that the service says about it, tokens included, as a JSON object. */
    const char *json;
    const char *reserved_text;
    /** Internal. Do not read or modify. NULL in a list. */
    void *payload;
} palabra_rest_session;

/** REST sessions. */
typedef struct palabra_rest_sessions {
    uint32_t struct_size;
    /** How many REST sessions. */
    int32_t count;
    /** The sessions, `count` of them: `items[0]->id`; NULL: none. Read only; do not release them one by one. */
    const palabra_rest_session * const *items;
    void *payload;
} palabra_rest_sessions;

/** A new voice for palabra_voice_create(), or what to change for palabra_voice_update(). */
typedef struct palabra_voice_config {
    uint32_t struct_size;
    /** PALABRA_VOICE_* bits. */
    uint32_t flags;
    /** Name: 3 to 64 letters, digits, spaces or any of _ - . */
    const char *name;
    /** Language of the sample, such as "en". */
    const char *language;
    /** Free-form description; NULL: none. */
    const char *description;
    /** Label, in the service's words; NULL: none. An update replaces all three labels if it sets one of them. */
    const char *gender;
    /** Label; NULL: none. */
    const char *age_group;
    /** Label; NULL: none. */
    const char *mood;
    /** The sample as a file: wav, mp3, flac, m4a, webm, mp4, mpeg or mpg, at most 10485760 bytes (10 MiB). One
     *  speaker, no noise: the official client advises 5 to 20 seconds, the service's documentation at least 30; NULL:
     *  it is in memory. */
    const char *sample_path;
    /** The sample in memory: the contents of such a file; NULL: it is a file. */
    const void *sample;
    /** File name of the sample, whose suffix says what it is. Required with `sample`; NULL: that of `sample_path`. */
    const char *sample_name;
    /** More keys for the sample as a JSON object, such as {"speech_normalization": true}, which take precedence; NULL:
     *  none. */
    const char *sample_json;
    /** Length of `sample`, in bytes. */
    int64_t sample_bytes;
} palabra_voice_config;

/** A voice. When it is ready its `id` can be used as `voice_id` of a session. Texts are "" for what the service does
 *  not say, and NULL only before success. */
typedef struct palabra_voice {
    uint32_t struct_size;
    palabra_voice_status status;
    /** The service's id. */
    const char *id;
    /** Name. */
    const char *name;
    /** Language of the sample. */
    const char *language;
    /** Free-form description. */
    const char *description;
    /** How it was made, in the service's word, such as "instantly_cloned". */
    const char *voice_type;
    /** Label. */
    const char *gender;
    /** Label. */
    const char *age_group;
    /** Label. */
    const char *mood;
    /** Why it failed. */
    const char *errors;
    /** What is wrong with the sample although it can be used. */
    const char *warnings;
    /** Everything that the service says about it, as a JSON object. */
    const char *json;
    /** Internal. Do not read or modify. NULL in a list. */
    void *payload;
} palabra_voice;

/** Voices. */
typedef struct palabra_voices {
    uint32_t struct_size;
    /** How many voices. */
    int32_t count;
    /** The voices, `count` of them: `items[0]->name`; NULL: none. Read only; do not release them one by one. */
    const palabra_voice * const *items;
    void *payload;
} palabra_voices;

/** One entry of a glossary. Used in arrays, so it never grows. */
typedef struct palabra_glossary_entry {
    /** The term. */
    const char *term;
    /** Its replacement or translation; NULL for hotwords. */
    const char *replacement;
} palabra_glossary_entry;

/** A new glossary. Set its entries as `entries`, as `csv` or as `csv_path`. */
typedef struct palabra_glossary_config {
    uint32_t struct_size;
    /** PALABRA_GLOSSARY_DISABLED or 0. */
    uint32_t flags;
    palabra_glossary_kind kind;
    /** Number of `entries`. */
    int32_t entry_count;
    /** Name. */
    const char *name;
    /** Language of the terms, such as "en". */
    const char *source_language;
    /** Language of the translations; NULL for other kinds. */
    const char *target_language;
    /** The entries, `entry_count` of them, with any characters; NULL: none. */
    const palabra_glossary_entry *entries;
    /** The entries as CSV text, which is sent unchanged: rows of a term and its replacement, for hotwords of a term
     *  alone; NULL: none. */
    const char *csv;
    /** The entries as such a file of at most 1048576 bytes (1 MiB); NULL: none. */
    const char *csv_path;
} palabra_glossary_config;

/** A glossary. Its `id` goes into a session's config; without that, every enabled glossary of the session's languages
 *  is used. Texts are "" for what the service does not say, and NULL only before success. */
typedef struct palabra_glossary {
    uint32_t struct_size;
    /** PALABRA_GLOSSARY_DISABLED or 0. */
    uint32_t flags;
    palabra_glossary_kind kind;
    uint32_t reserved;
    /** The service's id. */
    const char *id;
    /** Name. */
    const char *name;
    /** Language of the terms. */
    const char *source_language;
    /** Language of the translations. */
    const char *target_language;
    /** Everything that the service says about it, as a JSON object. */
    const char *json;
    /** Internal. Do not read or modify. NULL in a list. */
    void *payload;
} palabra_glossary;

/** Glossaries. */
typedef struct palabra_glossaries {
    uint32_t struct_size;
    /** How many glossaries. */
    int32_t count;
    /** The glossaries, `count` of them: `items[0]->name`; NULL: none. Read only; do not release them one by one. */
    const palabra_glossary * const *items;
    void *payload;
} palabra_glossaries;

/** The entries of a glossary. */
typedef struct palabra_glossary_csv {
    uint32_t struct_size;
    int32_t text_len;
    /** The CSV file as it was uploaded. */
    const char *text;
    void *payload;
} palabra_glossary_csv;

/** Creates a REST session, for programs that pass its address and token on. Sessions opened without a stream do this
 *  by themselves.
 *
 *  Up to three attempts are made if the service does not answer, or answers with a 5xx before the request was
 *  processed and does not ask for a wait of more than 2 s.
 *
 *  @param timeout_ms limit of the whole call, in ms; negative: as long as the attempts take. */
PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_create(
    palabra_client *client, palabra_rest_session *rest_session, int32_t timeout_ms, palabra_error *error);

/** Lists the REST sessions of the account, from all pages.
 *  @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts, for each page. */
PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_list(
    palabra_client *client, palabra_rest_sessions *list, int32_t timeout_ms, palabra_error *error);

/** Reads a REST session.
 *  @param id `id` of palabra_rest_session, or that of a READY event. */
PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_get(
    palabra_client *client, const char *id, palabra_rest_session *rest_session, int32_t timeout_ms,
    palabra_error *error);

/** Sets for how long a REST session exists without a stream, from now on.
 *  @param id `id` of palabra_rest_session, or that of a READY event.
 *  @param ttl_ms the time, in ms, a multiple of 1000.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `ttl_ms` is out of range. */
PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_set_ttl(
    palabra_client *client, const char *id, int32_t ttl_ms, int32_t timeout_ms, palabra_error *error);

/** Deletes a REST session at the service. Otherwise it expires by itself. */
PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_delete(
    palabra_client *client, const char *id, int32_t timeout_ms, palabra_error *error);

/** Releases a REST session: wipes and frees its texts, and zeroes the struct except for its size. The service is not
 *  told. */
PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_release(palabra_rest_session *rest_session);

/** Releases a list of REST sessions with the sessions in it: wipes and frees their texts, and zeroes the struct except
 *  for its size. */
PALABRA_API palabra_status PALABRA_CALL palabra_rest_sessions_release(palabra_rest_sessions *list);

/** Clones a voice: creates it, uploads the sample, and waits until the voice is ready unless PALABRA_VOICE_NO_WAIT is
 *  set.
 *
 *  Everything is checked before anything is sent. Two copies of the sample are held during the call.
 *
 *  @param config the voice; `name`, `language` and a sample are required.
 *  @param voice receives the voice, on failure too if the service has given an `id`: it then exists, to be waited for
 *    or deleted. Release it with palabra_voice_release().
 *  @param timeout_ms limit of the whole call, in ms; negative: 300000.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT Something is missing, too long, too large or of an unknown kind.
 *  @retval PALABRA_ERR_IO `sample_path` cannot be read.
 *  Blocks: up to `timeout_ms`, and on the disk. Example: voices.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_create(
    palabra_client *client, const palabra_voice_config *config, palabra_voice *voice, int32_t timeout_ms,
    palabra_error *error);

/** Waits until a voice is ready.
 *  @param voice receives the last known state of the voice, on failure too; release it with palabra_voice_release().
 *  @param timeout_ms limit of the whole call, in ms; negative: 300000. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_wait_ready(
    palabra_client *client, const char *id, palabra_voice *voice, int32_t timeout_ms, palabra_error *error);

/** Reads one voice. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_get(
    palabra_client *client, const char *id, palabra_voice *voice, int32_t timeout_ms, palabra_error *error);

/** Lists the account's own voices, of all pages.
 *  @param search a part of the name, 2 characters or more; NULL: any.
 *  @param language language of the sample; NULL: any.
 *  Example: voices.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_list(
    palabra_client *client, const char *search, const char *language, palabra_voices *list, int32_t timeout_ms,
    palabra_error *error);

/** Lists the voices that every account has. Example: voices.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_list_builtin(
    palabra_client *client, palabra_voices *list, int32_t timeout_ms, palabra_error *error);

/** Changes the name, the description or the labels of a voice.
 *  @param change `name`, `description`, `gender`, `age_group` and `mood`; NULL leaves a text unchanged, and one label
 *    replaces all three. Everything else must be 0 or NULL.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `change` has something that cannot be changed, or is too long.
 *  Example: voices.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_update(
    palabra_client *client, const char *id, const palabra_voice_config *change, palabra_voice *voice,
    int32_t timeout_ms, palabra_error *error);

/** Deletes a voice. Example: voices.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_delete(
    palabra_client *client, const char *id, int32_t timeout_ms, palabra_error *error);

/** Releases a voice: frees its texts and zeroes the struct except for its size. The service is not told. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_release(palabra_voice *voice);

/** Releases a list of voices with the voices in it, and zeroes the struct except for its size. */
PALABRA_API palabra_status PALABRA_CALL palabra_voices_release(palabra_voices *list);

/** Creates a glossary and uploads its entries, which cannot be changed later.
 *
 *  Everything is checked before anything is sent.
 *
 *  @param config the glossary; `name`, `kind`, `source_language` and entries are required, for translations also
 *    `target_language`.
 *  @param glossary receives the glossary, on failure too if the service has given an `id`: it then exists without
 *    entries, to be deleted. Release it with palabra_glossary_release().
 *  @param timeout_ms limit of the whole call, in ms; negative: as long as its steps take.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT Something is missing, too large or does not fit the kind; `error` names the
 *    entry, counted from 1.
 *  @retval PALABRA_ERR_IO `csv_path` cannot be read.
 *  Blocks: up to `timeout_ms`, and on the disk. Example: glossary.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_create(
    palabra_client *client, const palabra_glossary_config *config, palabra_glossary *glossary, int32_t timeout_ms,
    palabra_error *error);

/** Reads one glossary, without its entries. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_get(
    palabra_client *client, const char *id, palabra_glossary *glossary, int32_t timeout_ms, palabra_error *error);

/** Lists the account's glossaries, of all pages. Example: glossary.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_list(
    palabra_client *client, palabra_glossaries *list, int32_t timeout_ms, palabra_error *error);

/** Reads the entries of a glossary. Example: glossary.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_download(
    palabra_client *client, const char *id, palabra_glossary_csv *csv, int32_t timeout_ms, palabra_error *error);

/** Renames, enables or disables a glossary.
 *  @param name the new name; NULL: unchanged.
 *  @param enabled 1: enabled; 0: disabled; -1: unchanged.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `enabled` is out of range, or `name` is too long.
 *  Example: glossary.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_update(
    palabra_client *client, const char *id, const char *name, int32_t enabled, palabra_glossary *glossary,
    int32_t timeout_ms, palabra_error *error);

/** Deletes a glossary. Example: glossary.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_delete(
    palabra_client *client, const char *id, int32_t timeout_ms, palabra_error *error);

/** Releases a glossary: frees its texts and zeroes the struct except for its size. The service is not told. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_release(palabra_glossary *glossary);

/** Releases a list of glossaries with the glossaries in it, and zeroes the struct except for its size. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossaries_release(palabra_glossaries *list);

/** Releases the entries of a glossary and zeroes the struct except for its size. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_csv_release(palabra_glossary_csv *csv);

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_ERROR_INIT                  PALABRA_STRUCT_INIT(palabra_error)
#define PALABRA_RUNTIME_CONFIG_INIT         PALABRA_STRUCT_INIT(palabra_runtime_config)
#define PALABRA_CLIENT_CONFIG_INIT          PALABRA_STRUCT_INIT(palabra_client_config)
#define PALABRA_AUDIO_INIT                  PALABRA_STRUCT_INIT(palabra_audio)
#define PALABRA_PLAYOUT_STATS_INIT          PALABRA_STRUCT_INIT(palabra_playout_stats)
#define PALABRA_SESSION_STATS_INIT          PALABRA_STRUCT_INIT(palabra_session_stats)
#define PALABRA_EVENT_INIT                  PALABRA_STRUCT_INIT(palabra_event)
#define PALABRA_READY_INIT                  PALABRA_STRUCT_INIT(palabra_ready)
#define PALABRA_TRANSLATION_CONFIG_INIT     PALABRA_STRUCT_INIT(palabra_translation_config)
#define PALABRA_TTS_CONFIG_INIT             PALABRA_STRUCT_INIT(palabra_tts_config)
#define PALABRA_STT_CONFIG_INIT             PALABRA_STRUCT_INIT(palabra_stt_config)
#define PALABRA_CALL_CONFIG_INIT            PALABRA_STRUCT_INIT(palabra_call_config)
#define PALABRA_LEG_CONFIG_INIT             PALABRA_STRUCT_INIT(palabra_leg_config)
#define PALABRA_LEG_STATS_INIT              PALABRA_STRUCT_INIT(palabra_leg_stats)
#define PALABRA_CALL_RECORDING_OPTIONS_INIT PALABRA_STRUCT_INIT(palabra_call_recording_options)
#define PALABRA_RECORDING_OPTIONS_INIT      PALABRA_STRUCT_INIT(palabra_recording_options)
#define PALABRA_FILE_OPTIONS_INIT           PALABRA_STRUCT_INIT(palabra_file_options)
#define PALABRA_FILE_RESULT_INIT            PALABRA_STRUCT_INIT(palabra_file_result)
#define PALABRA_REST_SESSION_INIT           PALABRA_STRUCT_INIT(palabra_rest_session)
#define PALABRA_REST_SESSIONS_INIT          PALABRA_STRUCT_INIT(palabra_rest_sessions)
#define PALABRA_VOICE_CONFIG_INIT           PALABRA_STRUCT_INIT(palabra_voice_config)
#define PALABRA_VOICE_INIT                  PALABRA_STRUCT_INIT(palabra_voice)
#define PALABRA_VOICES_INIT                 PALABRA_STRUCT_INIT(palabra_voices)
#define PALABRA_GLOSSARY_CONFIG_INIT        PALABRA_STRUCT_INIT(palabra_glossary_config)
#define PALABRA_GLOSSARY_INIT               PALABRA_STRUCT_INIT(palabra_glossary)
#define PALABRA_GLOSSARIES_INIT             PALABRA_STRUCT_INIT(palabra_glossaries)
#define PALABRA_GLOSSARY_CSV_INIT           PALABRA_STRUCT_INIT(palabra_glossary_csv)

#endif /* PALABRA_H */
