// Package palabra is the Go binding of libpalabra: Palabra AI's real-time speech services. Live translation: you send
// audio as it is spoken; transcripts and translated speech come back. Text-to-speech and speech-to-text are the two halves
// of it alone.
//
// A [Client] holds credentials and endpoints. A [Session] is one live conversation: [Client.Open] for translation,
// [Client.OpenTTS] and [Client.OpenSTT] for the others, with the same events, the same audio in and out, the same end and
// close. What does not belong to a kind of session fails with [ErrUnsupported]. An [Event] is one thing that happened.
//
// Everything slow runs on one background thread of the library, however many sessions there are, and no OS
// thread waits with a goroutine that waits for an event.
//
// Every session ends with exactly one [EventClosed], and nothing follows it. There is no reconnecting behind your back:
// a new session is a new [Session], and [Error.Retriable] says when one can help.
//
// Voices, glossaries and REST sessions are methods of the [Client] that ask the service and wait for its answer.
//
// Every method may be called by any goroutine at any time. Errors are [*Error]: ask for a status with
// errors.Is(err, palabra.ErrAgain).
package palabra
