/*
 * palabra/runtime.h - The library's threads
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */
#ifndef PALABRA_RUNTIME_H
#define PALABRA_RUNTIME_H

#include <palabra/base.h>

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

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_RUNTIME_CONFIG_INIT PALABRA_STRUCT_INIT(palabra_runtime_config)

#endif /* PALABRA_RUNTIME_H */
