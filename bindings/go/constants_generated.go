// Code generated from src/ffi by tools/api; DO NOT EDIT.

package palabra

// Status: result of a call: PALABRA_OK or one of PALABRA_ERR_*.
type Status int32

// The values of Status.
const (
	// Success.
	Ok Status = 0
	// An argument is NULL, out of range or contradicts another one.
	ErrInvalidArgument Status = -100
	// The handle is NULL, closed, of another kind, or never was a handle.
	ErrBadHandle Status = -101
	// A text argument is not valid UTF-8.
	ErrInvalidUTF8 Status = -102
	// This version of the library, or a session of this kind, cannot do that.
	ErrUnsupported Status = -103
	// The session is closed.
	ErrClosed Status = -200
	// The session was ended and takes no more input.
	ErrEnded Status = -201
	// A bounded buffer is full. Try again later.
	ErrAgain Status = -202
	// Another thread is inside the same call on the same handle.
	ErrBusy Status = -203
	// The time allowed for the call, or for the end of a session, has passed.
	ErrTimeout Status = -204
	// The process was forked after the library had been started. The library does not work in the child.
	ErrForked Status = -205
	// palabra_shutdown() stopped the library.
	ErrShutdown Status = -206
	// The function was called from a callback of the library.
	ErrReentrant Status = -207
	// The host name could not be resolved. Retriable.
	ErrDNS Status = -300
	// No connection to the server could be made, or the server did not answer in time. Retriable.
	ErrConnect Status = -301
	// The connection broke, or the server closed it. Retriable.
	ErrConnectionLost Status = -302
	// Nothing was heard from the server for `liveness_timeout_ms`. Retriable.
	ErrConnectionDead Status = -303
	// The TLS handshake failed, or the certificate is not trusted.
	ErrTLS Status = -400
	// Credentials are missing or were refused.
	ErrAuth Status = -500
	// The server sent something that violates the protocol.
	ErrProtocol Status = -600
	// The service refused the session.
	ErrSession Status = -700
	// The service did not become ready within `ready_timeout_ms`. Retriable.
	ErrNotReady Status = -701
	// The service rejected the task.
	ErrTask Status = -702
	// The service reported an error.
	ErrService Status = -703
	// The service refused because of too many requests or sessions. Retriable: `retry_after_ms` says when, if
	// the service did.
	ErrRate Status = -704
	// A limit of this process is reached: handles, threads, descriptors, or memory for a large buffer.
	ErrLimit Status = -800
	// A file could not be read or written.
	ErrIO Status = -801
	// A defect in the library. Please report it.
	ErrInternal Status = -900
)

// Encoding: how samples are encoded.
type Encoding int32

// The values of Encoding.
const (
	// The default, which is PALABRA_ENCODING_S16.
	EncodingDefault Encoding = 0
	// 16-bit signed integers in the byte order of the machine.
	EncodingS16 Encoding = 1
	// 32-bit floats in the byte order of the machine, from -1 to 1. Values outside are clipped; NaN is silence.
	EncodingF32 Encoding = 2
	// Mu-law bytes (ITU-T G.711), as used by telephones in North America and Japan.
	EncodingMulaw Encoding = 3
	// A-law bytes (ITU-T G.711), as used by telephones elsewhere.
	EncodingAlaw Encoding = 4
)

// GapPolicy: what happens when the caller stops sending audio while the session is READY, as during hold.
type GapPolicy int32

// The values of GapPolicy.
const (
	// Nothing. The service may end the session after some 10 s.
	GapNone GapPolicy = 0
	// Silence is sent in real time, so that the service completes the phrase and keeps listening. Audio already
	// taken is sent first, its last chunk padded with silence.
	GapSilence GapPolicy = 1
	// The task is paused, and resumed with the next frame that is sent; the audio waits until the resume is on
	// its way. Translation only. TASK_STATUS reports both with `user_tag` 0 where the service acknowledges. The
	// policy is suspended between palabra_session_pause() and palabra_session_resume() or
	// palabra_session_set_task().
	GapPause GapPolicy = 2
)

// OutputMode: how speech is delivered.
type OutputMode int32

// The values of OutputMode.
const (
	// In AUDIO events, 24 kHz mono, as fast as the service sends it.
	OutputEvents OutputMode = 0
	// By palabra_session_read_audio(), in real time. No AUDIO events are delivered.
	OutputPlayout OutputMode = 1
	// Both.
	OutputBoth OutputMode = 2
)

// State: where in its life a session is. It only moves forward.
type State int32

// The values of State.
const (
	// Connecting, setting the task and waiting for the service.
	StateConnecting State = 1
	// The service is listening.
	StateReady State = 2
	// The end was requested: pending input is sent and the tail is delivered.
	StateEnding State = 3
	// Over. Events that are still queued can be polled.
	StateClosed State = 4
)

// EventKind: what happened. Later versions add kinds: ignore and release those that are not known.
type EventKind int32

// The values of EventKind.
const (
	// No event.
	EventNone EventKind = 0
	// The service is listening.
	EventReady EventKind = 1
	// A text: `text`, `language`, `phrase`. FINAL: it is complete; otherwise it replaces the one before.
	// TRANSLATION: it is in a target language. Speech-to-text: also `start_ms`, `end_ms`, and `user_tag` when it
	// answers palabra_session_finalize().
	EventTranscript EventKind = 2
	// Speech: `pcm`, `pcm_frames`, `sample_rate`, `channels`, `language`, `phrase`. LAST_CHUNK: the phrase is
	// complete (`pcm_frames` may be 0). It can arrive faster than it plays. Text-to-speech: `id` and `phrase`
	// are those of the generation, `user_tag` that of its first text.
	EventAudio EventKind = 3
	// Answer to palabra_session_speak(): `user_tag`, `text` ("queued"), `phrase`.
	EventSpeakStatus EventKind = 4
	// The service acknowledged a command: `service_code` names it ("set_task"), `text` says what happened
	// ("started"). PAUSED. Not every server acknowledges. Text-to-speech: the library's own answer to
	// palabra_session_cancel().
	EventTaskStatus EventKind = 5
	// The current task: `text` is the service's JSON. PAUSED. `user_tag` when it answers
	// palabra_session_get_task().
	EventTaskInfo EventKind = 6
	// Nothing more will be said. CLOSED follows.
	EventStreamEnd EventKind = 7
	// A warning of the service: `service_code`, `text`.
	EventWarning EventKind = 8
	// Something failed and the session continues: `code`, `service_code`, `text`; `user_tag` when it refuses a
	// command. PALABRA_ERR_IO, PALABRA_ERR_LIMIT: the file of a recording.
	EventError EventKind = 9
	// Events were dropped because limits were exceeded: `dropped`, `text`. Partial transcripts are dropped
	// first, then RAW and LOG, then AUDIO, then others; of each the oldest.
	EventOverflow EventKind = 10
	// A log line: `log_level`, `text`. See palabra_log_open().
	EventLog EventKind = 11
	// A message that the library does not model: `json`.
	EventRaw EventKind = 12
	// The session is over; no event follows. `code` is PALABRA_OK, or says why together with `text`,
	// `service_code`, `http_status`, `close_code`, `retry_after_ms`. FATAL is set with every error; RETRIABLE: a
	// new session can succeed.
	EventClosed EventKind = 13
	// A phrase starts to be heard: `played_frames`, `language`, `id`, `phrase`, `part`. The PLAYOUT events are
	// delivered where speech is read by palabra_session_read_audio(), some ms after it happened, and not after
	// CLOSED.
	EventPlayoutStarted EventKind = 14
	// It was heard to its end: as above, and `heard_ms`, `phrase_ms`.
	EventPlayoutFinished EventKind = 15
	// It was cut by palabra_session_interrupt() or palabra_session_pause() after `heard_ms` of the `phrase_ms`
	// received; `heard_ms` is 0 if it had not started. DROPPED: it was dropped because `buffer_ms` was exceeded.
	EventPlayoutCut EventKind = 16
	// A session needs credentials: call palabra_client_set_credentials(). See PALABRA_CLIENT_ASK_CREDENTIALS.
	EventCredentialsNeeded EventKind = 17
)

// LogLevel: how important a log line is.
type LogLevel int32

// The values of LogLevel.
const (
	// Something failed.
	LogError LogLevel = 1
	// Something is not as it should be, and the library continues.
	LogWarning LogLevel = 2
	// Steps in the life of a session.
	LogInfo LogLevel = 3
	// Everything else that helps to find a fault.
	LogDebug LogLevel = 4
)

// Tempo: whether the service may change the tempo of its speech.
type Tempo int32

// The values of Tempo.
const (
	// The service's default, which is PALABRA_TEMPO_AUTO.
	TempoDefault Tempo = 0
	// The service speaks faster when its speech queue grows.
	TempoAuto Tempo = 1
	// The service never changes the tempo.
	TempoFixed Tempo = 2
)

// TTSFormat: how speech travels from the service.
type TTSFormat int32

// The values of TTSFormat.
const (
	// The default, which is PALABRA_TTS_FORMAT_PCM.
	TTSFormatDefault TTSFormat = 0
	// 16-bit samples.
	TTSFormatPCM TTSFormat = 1
	// The same behind the header of a WAV file, which the library removes. Events are the same.
	TTSFormatWAV TTSFormat = 2
	// Not supported by this version: PALABRA_ERR_UNSUPPORTED.
	TTSFormatMP3 TTSFormat = 3
)

// STTFillers: whether fillers such as "um" are kept.
type STTFillers int32

// The values of STTFillers.
const (
	// The service's default: fillers are removed, except in Japanese.
	STTFillersDefault STTFillers = 0
	// Fillers are removed.
	STTFillersRemoved STTFillers = 1
	// Fillers are kept.
	STTFillersKept STTFillers = 2
)

// STTFinalization: what makes a text final.
type STTFinalization int32

// The values of STTFinalization.
const (
	// The service's default, which is PALABRA_STT_FINALIZATION_AUTO.
	STTFinalizationDefault STTFinalization = 0
	// A pause in speech.
	STTFinalizationAuto STTFinalization = 1
	// palabra_session_finalize().
	STTFinalizationManual STTFinalization = 2
)

// VoiceStatus: how far a voice is.
type VoiceStatus int32

// The values of VoiceStatus.
const (
	// A status that this version does not know; it is in `json`.
	VoiceStatusUnknown VoiceStatus = 0
	// Waits for its sample.
	VoiceStatusCreated VoiceStatus = 1
	// Being made.
	VoiceStatusPending VoiceStatus = 2
	// Can be used.
	VoiceStatusReady VoiceStatus = 3
	// Could not be made; `errors` says why.
	VoiceStatusFailed VoiceStatus = 4
)

// GlossaryKind: what a glossary is for.
type GlossaryKind int32

// The values of GlossaryKind.
const (
	// A kind that this version does not know; it is in `json`.
	GlossaryUnknown GlossaryKind = 0
	// Terms that recognition listens for: an entry is a term alone.
	GlossaryHotwords GlossaryKind = 1
	// What recognition hears and what replaces it, in the same language.
	GlossaryVerification GlossaryKind = 2
	// Terms and their translations.
	GlossaryTranslation GlossaryKind = 3
)

// Flag is a bit of the event and error flags.
type Flag uint32

// The values of Flag.
const (
	// The text or phrase is complete and will not change.
	FlagFinal Flag = 1
	// The text is in a target language.
	FlagTranslation Flag = 2
	// No more audio follows for this phrase and language.
	FlagLastChunk Flag = 4
	// The same attempt can succeed later.
	FlagRetriable Flag = 8
	// The session cannot continue.
	FlagFatal Flag = 16
	// The task is paused.
	FlagPaused Flag = 32
	// Dropped because a limit was exceeded.
	FlagDropped Flag = 64
)

// ClientFlag is a bit of the client flags.
type ClientFlag uint32

// The values of ClientFlag.
const (
	// Read no environment variable; set the corresponding fields instead. Required where another thread may call
	// setenv(), which makes reading unsafe. Two readers remain: the resolver of the C library, which reads
	// variables such as RES_OPTIONS, and tokio, which reads TOKIO_UNSTABLE_SHARDED_BLOCKING_QUEUE when the
	// library's thread starts.
	ClientIgnoreEnvironment ClientFlag = 1
	// Ask for credentials when a session needs them: a CREDENTIALS_NEEDED event is answered by
	// palabra_client_set_credentials(). For short-lived tokens. The first ones may be given in the config.
	ClientAskCredentials ClientFlag = 2
)

// SoundFlag is a bit of the what a read returned.
type SoundFlag uint32

// The values of SoundFlag.
const (
	// At least one frame is speech of the service.
	SoundSpeech SoundFlag = 1
	// At least one frame contains the original voice.
	SoundOriginal SoundFlag = 2
	// Speech begins in this block after silence: the RTP marker bit.
	SoundTalkspurt SoundFlag = 4
	// Reserved for comfort noise.
	SoundComfort SoundFlag = 8
	// The session is closed and everything was read: only silence follows.
	SoundEnded SoundFlag = 16
)

// SessionFlag is a bit of the flags of every session.
type SessionFlag uint32

// The values of SessionFlag.
const (
	// Deliver the service's JSON with every event that came from a message (`json`).
	SessionJSON SessionFlag = 1
	// Use the protocol of API keys whatever the credentials are: for a stream address of that kind.
	SessionDialectV2 SessionFlag = 2
	// While CONNECTING, drop the oldest audio instead of refusing the newest when the input buffer is full. For
	// live microphones. Not for audio that is sent whenever there is space, such as a file: its beginning would
	// be lost.
	SessionDropOldest SessionFlag = 4
)

// TranslationFlag is a bit of the translation flags.
type TranslationFlag uint32

// The values of TranslationFlag.
const (
	// Clone the speaker's voice. Takes precedence over `voice_id`.
	TranslationVoiceCloning TranslationFlag = 256
	// Deliver partial translations too, not only partial transcripts.
	TranslationPartials TranslationFlag = 512
	// Let the service compress the speech that it sends. Events are the same.
	TranslationZlibOutput TranslationFlag = 1024
)

// SpeakFlag is a bit of the flags of speak.
type SpeakFlag uint32

// The values of SpeakFlag.
const (
	// `text` is in the source language: translate it into every target instead of speaking it as it is.
	SpeakTranslate SpeakFlag = 1
)

// InterruptFlag is a bit of the flags of interrupt.
type InterruptFlag uint32

// The values of InterruptFlag.
const (
	// Pause as well.
	InterruptPause InterruptFlag = 1
)

// TTSFlag is a bit of the text-to-speech flags.
type TTSFlag uint32

// The values of TTSFlag.
const (
	// Split texts that are too long for one message, between sentences if possible, else between words.
	TTSSplit TTSFlag = 65536
)

// TextFlag is a bit of the flags of send_text.
type TextFlag uint32

// The values of TextFlag.
const (
	// Nothing follows in the generation: the service completes its speech.
	TextEOS TextFlag = 1
	// The voice forgets the texts before this one. Servers for a client id and secret ignore it.
	TextResetContext TextFlag = 2
)

// VoiceFlag is a bit of the voice flags.
type VoiceFlag uint32

// The values of VoiceFlag.
const (
	// The sample has background noise.
	VoiceDenoise VoiceFlag = 1
	// Do not wait until the voice is ready.
	VoiceNoWait VoiceFlag = 2
)

// GlossaryFlag is a bit of the glossary flags.
type GlossaryFlag uint32

// The values of GlossaryFlag.
const (
	// The glossary is not used unless a session names it.
	GlossaryDisabled GlossaryFlag = 1
)

// Limits of the library.
const (
	// Maximum length of the text of palabra_session_speak(), in bytes. The service allows 2048 characters.
	MaxSpeakBytes = 8192
	// Maximum length of the JSON of palabra_session_set_task(), in bytes.
	MaxTaskBytes = 262144
	// Maximum length of a text with PALABRA_TTS_SPLIT, in bytes.
	MaxTextBytes = 131072
)
