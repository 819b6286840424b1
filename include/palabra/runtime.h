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
 *  still be closed. Opening a session afterwards starts the library again.
 *
 *  @param timeout_ms how long the closing handshakes may take, in ms; 0: connections are cut immediately.
 *  @retval PALABRA_ERR_TIMEOUT Sessions were cut off, and the library is stopped nevertheless; or a wake-up callback
 *    did not return in time, and the thread ends when it does.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `timeout_ms` is negative. */
PALABRA_API palabra_status PALABRA_CALL palabra_shutdown(int32_t timeout_ms);

#ifdef __cplusplus
}
#endif

#endif /* PALABRA_RUNTIME_H */
