/*
 * palabra/log.h - Log lines
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */
#ifndef PALABRA_LOG_H
#define PALABRA_LOG_H

#include <palabra/base.h>

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

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif

#endif /* PALABRA_LOG_H */
