/*
 * palabra/runtime.h - The library's threads
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */
#ifndef PALABRA_RUNTIME_H
#define PALABRA_RUNTIME_H

#include <palabra/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Stops the library: closes every session, then stops and joins the background thread.
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

#endif /* PALABRA_RUNTIME_H */
