/*
 * palabra/base.h - Statuses, flags and errors
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */

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
#ifndef PALABRA_BASE_H
#define PALABRA_BASE_H

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

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_ERROR_INIT PALABRA_STRUCT_INIT(palabra_error)

#endif /* PALABRA_BASE_H */
