/*
 * palabra/queue.h - Waiting for the events of many sessions
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */
#ifndef PALABRA_QUEUE_H
#define PALABRA_QUEUE_H

#include <palabra/base.h>
#include <palabra/event.h>

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

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_READY_INIT PALABRA_STRUCT_INIT(palabra_ready)

#endif /* PALABRA_QUEUE_H */
