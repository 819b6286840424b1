// Package palabra is the Go binding of libpalabra: live speech translation by Palabra AI's real-time service. You
// send audio as it is spoken; transcripts and translated speech come back.
//
// A [Client] holds credentials and endpoints. A [Session] is one live conversation. An [Event] is one thing that
// happened. Everything slow runs on one background thread of the library, however many sessions there are, and no OS
// thread waits with a goroutine that waits for an event.
//
// Every session ends with exactly one [EventClosed], and nothing follows it. There is no reconnecting behind your back:
// a new session is a new [Session], and [Error.Retriable] says when one can help.
//
// Every method may be called by any goroutine at any time. Errors are [*Error]: ask for a status with
// errors.Is(err, palabra.ErrAgain).
package palabra
