// Package palabra is the Go binding of libpalabra: Palabra AI's real-time speech services. Live translation: the program
// sends audio as it is spoken, and receives transcripts and translated speech. Text-to-speech and speech-to-text sessions
// too.
//
// Two people on one line, each in its own language, are a [Call]: [Client.OpenCall] and [Call.Join].
//
// A [Client] holds credentials and settings of the connection. A [Session] is one live conversation:
// [Client.OpenTranslation], [Client.OpenTTS] or [Client.OpenSTT], with the same events, the same audio in and out, the
// same end and close. A method that does not belong to a kind of session returns [ErrUnsupported]. An [Event] is one thing
// that happened.
//
// All network and parsing work runs on one background thread of the library, however many sessions there are, and no OS
// thread waits with a goroutine that waits for an event.
//
// Every session and call ends with exactly one [EventClosed], and no event follows it. The library never reconnects a
// session by itself: open a new one, or have a call do it with [CallReopen]. [Error.Retriable] and RetryAfter say whether and when that can succeed.
//
// Voices, glossaries and REST sessions are methods of the [Client] that ask the service and wait for its answer.
//
// Any goroutine may call any method at any time. Errors are [*Error]: compare the status with
// errors.Is(err, palabra.ErrAgain).
package palabra
