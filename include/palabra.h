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

#include <palabra/base.h>
#include <palabra/runtime.h>
#include <palabra/client.h>
#include <palabra/audio.h>
#include <palabra/playout.h>
#include <palabra/session.h>
#include <palabra/event.h>
#include <palabra/queue.h>
#include <palabra/log.h>
#include <palabra/translation.h>
#include <palabra/tts.h>
#include <palabra/stt.h>
#include <palabra/call.h>
#include <palabra/file.h>
#include <palabra/account.h>

#endif /* PALABRA_H */
