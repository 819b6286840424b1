// Code generated from src/ffi by tools/api; DO NOT EDIT.

package palabra

// Status is the result of a call: OK or one of Err*.
type Status int32

// The values of Status.
const (
	// Success.
	OK Status = 0
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
	// Shutdown stopped the library.
	ErrShutdown Status = -206
	// The function was called from a callback of the library.
	ErrReentrant Status = -207
	// The client is being drained: it opens no more sessions and calls.
	ErrDraining Status = -208
	// The host name could not be resolved. Retriable.
	ErrDNS Status = -300
	// No connection to the server could be made, or the server did not answer in time. Retriable.
	ErrConnect Status = -301
	// The connection broke, or the server closed it. Retriable.
	ErrConnectionLost Status = -302
	// Nothing was heard from the server for the time allowed (Timeouts.Liveness, and after the end of speech-to-text
	// Timeouts.End). Retriable.
	ErrConnectionDead Status = -303
	// The TLS handshake failed, or the certificate is not trusted.
	ErrTLS Status = -400
	// Credentials are missing or were refused.
	ErrAuth Status = -500
	// The server sent something that violates the protocol.
	ErrProtocol Status = -600
	// The service refused the session, or closed it for a violation of its policy.
	ErrSession Status = -700
	// The service did not become ready in time (Timeouts.Ready). Retriable.
	ErrNotReady Status = -701
	// The service rejected the task.
	ErrTask Status = -702
	// The service reported an error, or closed the session for a reason of its own.
	ErrService Status = -703
	// The service refused because of too many requests or sessions. Retriable: the error says when (RetryAfter), if the
	// service did.
	ErrRate Status = -704
	// A limit of this process or session is reached: handles, threads, descriptors, memory for a large buffer, or the
	// size of a message (Limits.MessageBytes).
	ErrLimit Status = -800
	// A file could not be read or written.
	ErrIO Status = -801
	// A defect in the library. Please report it.
	ErrInternal Status = -900
)

// Encoding says how samples are encoded.
type Encoding int32

// The values of Encoding.
const (
	// The default, which is EncodingS16.
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

// GapPolicy says what happens when the caller stops sending audio while the session is READY, as during hold.
type GapPolicy int32

// The values of GapPolicy.
const (
	// Nothing. The service may end the session after some 10 s.
	GapNone GapPolicy = 0
	// Silence is sent in real time in place of what is missing, so that the service completes the phrase, keeps listening
	// and receives as much audio as time passes. Shorter losses than After add up until silence makes up for them. What
	// was missed while the process was stopped or the line was too slow is not sent later.
	GapSilence GapPolicy = 1
	// The task is paused, and resumed with the next frame that is sent; the audio waits until the resume is on its way.
	// Translation only. TASK_STATUS reports both with UserTag 0 where the service acknowledges. The policy is suspended
	// between Session.Pause and Session.Resume or Session.SetTask.
	GapPause GapPolicy = 2
)

// OutputMode says how speech is delivered.
type OutputMode int32

// The values of OutputMode.
const (
	// In AUDIO events, 24 kHz mono, as fast as the service sends it.
	OutputEvents OutputMode = 0
	// By Session.ReadAudio, in real time. No AUDIO events are delivered.
	OutputPlayout OutputMode = 1
	// Both.
	OutputBoth OutputMode = 2
)

// Echo says what is done about an echo: what a loudspeaker plays comes back through the microphone, and would be
// translated again.
type Echo int32

// The values of Echo.
const (
	// Nothing.
	EchoOff Echo = 0
	// ECHO tells how late and how loud it comes back, and the statistics have both: EchoDelay, EchoLevelDb. The sound
	// stays as it is. Requires the feature "echo".
	// What was read, the original voice included, is compared with what is sent. An echo of -25 dB or more that is at
	// most 1 s late is found 2 s after the first sound, to 10 ms and 3 dB. While somebody else speaks all the time, faint
	// ones are not found, and others seem louder than they are.
	EchoMeasure Echo = 1
	// As EchoMeasure, and what was read is taken out of what is sent. Requires the feature "echo".
	// What is sent goes through a thread of the library, which sends it on, mono, at 16 kHz, or at 48 kHz if the input
	// format at the beginning has more than 16 kHz. That takes up to 30 ms longer, 6 ms more with noise suppression, also
	// for the original voice. What was stated as lost stays lost. InputFramesTaken and the like of palabra_session_stats
	// count what is sent on.
	// An echo of -6 to -25 dB that is 30 to 200 ms late is reduced by 25 dB or more 2 s after the first sound. Of a
	// speaker who talks at the same time, and began later, a recogniser has up to 3 words of 100 more wrong; where the
	// clocks of microphone and loudspeaker differ, or the echo has just moved, it is more. An echo that is more than 500
	// ms late stays. Where the machine has no time for that thread, sound is left out: see Overrun.
	EchoCancel Echo = 2
)

// State is the state of a session. It only moves forward.
type State int32

// The values of State.
const (
	// Connecting, setting the task and waiting for the service.
	StateConnecting State = 1
	// The service is listening.
	StateReady State = 2
	// The end was requested: pending input is sent and the tail is delivered.
	StateEnding State = 3
	// Closed. Events that are still queued can be polled.
	StateClosed State = 4
)

// EventKind says what happened. Later versions add kinds: ignore and release those that are not known.
type EventKind int32

// The values of EventKind.
const (
	// No event.
	EventNone EventKind = 0
	// The service is listening. ID: that of the REST session that was created, as for RESTSessionGet; "": there is none.
	EventReady EventKind = 1
	// A text: Text, Language, Phrase, Start, End. FINAL: it is complete; otherwise it replaces the one before.
	// TRANSLATION: it is in a target language. Speech-to-text: also UserTag when it answers Session.Finalize.
	EventTranscript EventKind = 2
	// Speech: PCM, len(PCM), SampleRate, Channels, Language, Phrase; with TTSFormatMP3 Data instead of PCM. LAST_CHUNK:
	// the phrase is complete (len(PCM) may be 0). It can arrive faster than it plays. Text-to-speech: ID and Phrase are
	// those of the generation, UserTag that of its first text.
	EventAudio EventKind = 3
	// Answer to Session.Speak: UserTag, Text ("queued"), Phrase.
	EventSpeakStatus EventKind = 4
	// The service acknowledged a command: ServiceCode names it ("set_task"), Text says what happened ("started"). PAUSED.
	// Not every server acknowledges. Text-to-speech: the library's own answer to Session.Cancel.
	EventTaskStatus EventKind = 5
	// The current task: Text is the service's JSON. PAUSED. UserTag when it answers Session.GetTask.
	EventTaskInfo EventKind = 6
	// Nothing more will be said. CLOSED follows.
	EventStreamEnd EventKind = 7
	// A warning of the service: ServiceCode, Text. DROPPED: input was dropped, Dropped frames; see SessionDropOldest.
	EventWarning EventKind = 8
	// Something failed and the session continues: Code, ServiceCode, Text; UserTag when it refuses a command. ErrIO,
	// ErrLimit: the file of a recording.
	EventError EventKind = 9
	// Events were dropped because limits were exceeded: Dropped, Text. Partial transcripts are dropped first, then RAW
	// and LOG, then AUDIO, then others; of each the oldest.
	EventOverflow EventKind = 10
	// A log line: LogLevel, Text. See Queue.OpenLog.
	EventLog EventKind = 11
	// A message that the library does not model: JSON.
	EventRaw EventKind = 12
	// The session is over; no event follows. Code is OK, or says why together with Text, ServiceCode, HTTPStatus,
	// CloseCode, RetryAfter. FATAL is set with every error; RETRIABLE: a new session can succeed. ID as for READY.
	EventClosed EventKind = 13
	// A phrase starts to be heard: PlayedFrames, Language, ID, Phrase, Part. The PLAYOUT events are delivered where
	// speech is read by Session.ReadAudio, some ms after it happened. What is heard after CLOSED has none: see
	// Session.GetPlayoutStats.
	EventPlayoutStarted EventKind = 14
	// It was heard to its end: as above, and HeardFor, PhraseLength.
	EventPlayoutFinished EventKind = 15
	// It was cut by Session.Silence, _interrupt(), _pause() or _cancel() after HeardFor of the PhraseLength received, 0
	// if it had not started. DROPPED: it was dropped because Output.Buffer was exceeded, or because its end was due while
	// nothing was read for Output.ReaderLag; if more of it is heard after that, it starts again. That of speech which was
	// ready for the reader by then comes when it reads again.
	EventPlayoutCut EventKind = 16
	// A session needs credentials: call Client.SetCredentials. See ClientAskCredentials.
	EventCredentialsNeeded EventKind = 17
	// Call: the service listens to the party of Leg, and translates what it says. ID as for READY, which a call does not
	// deliver.
	EventLinkUp EventKind = 18
	// Call: the service does not listen to the party of Leg any more, or could not be reached; the call goes on. The
	// fields are those of CLOSED, which a call delivers once, as its last event. Code OK: the leg was closed, or the call
	// was ended.
	EventLinkDown EventKind = 19
	// Call: the party of Leg has begun to speak, at Start of the audio that its line has sent, about 200 ms ago. See
	// LegDetectSpeech.
	EventSpeechStarted EventKind = 20
	// Call: it has stopped, 400 ms ago: it spoke from Start to End.
	EventSpeechEnded EventKind = 21
	// What is played comes back through the microphone, in a call that of the party of Leg: Delay, LevelDB, Text. When it
	// is first known, and when it has changed by more than 10 ms or 3 dB. Delay -1: it does not come back any more. See
	// EchoMeasure.
	EventEcho EventKind = 22
)

// ReadyKind says what a name stands for. Later versions add kinds: ignore those that are not known.
type ReadyKind int32

// The values of ReadyKind.
const (
	// No name.
	ReadyNone ReadyKind = 0
	// A session: take its events with Session.PollEvent.
	ReadySession ReadyKind = 1
	// The queue itself: take LOG, CREDENTIALS_NEEDED and their OVERFLOW with Queue.PollEvent.
	ReadyQueue ReadyKind = 2
	// A call: take its events with Call.PollEvent.
	ReadyCall ReadyKind = 3
)

// LogLevel is the severity of a log line.
type LogLevel int32

// The values of LogLevel.
const (
	// Something failed.
	LogError LogLevel = 1
	// Something is wrong, and the library continues.
	LogWarning LogLevel = 2
	// Steps in the life of a session.
	LogInfo LogLevel = 3
	// Everything else that helps to find a fault.
	LogDebug LogLevel = 4
)

// Tempo says whether the service may change the tempo of its speech.
type Tempo int32

// The values of Tempo.
const (
	// The service's default, which is TempoAuto.
	TempoDefault Tempo = 0
	// The service speaks faster when its speech queue grows.
	TempoAuto Tempo = 1
	// The service never changes the tempo.
	TempoFixed Tempo = 2
)

// TTSFormat is the format of the speech that the service sends.
type TTSFormat int32

// The values of TTSFormat.
const (
	// The default, which is TTSFormatPCM.
	TTSFormatDefault TTSFormat = 0
	// 16-bit samples.
	TTSFormatPCM TTSFormat = 1
	// The same behind the header of a WAV file, which the library removes. Events are the same.
	TTSFormatWAV TTSFormat = 2
	// MP3, delivered as it arrives: events and palabra_audio have Data instead of PCM. Not with playout.
	TTSFormatMP3 TTSFormat = 3
)

// STTFillers says whether fillers such as "um" are kept.
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

// STTFinalization says what makes a text final.
type STTFinalization int32

// The values of STTFinalization.
const (
	// The service's default, which is STTFinalizationAuto.
	STTFinalizationDefault STTFinalization = 0
	// A pause in speech.
	STTFinalizationAuto STTFinalization = 1
	// Session.Finalize.
	STTFinalizationManual STTFinalization = 2
)

// STTFormat says what the caller sends.
type STTFormat int32

// The values of STTFormat.
const (
	// The default, which is STTFormatPCM.
	STTFormatDefault STTFormat = 0
	// Samples, for Session.SendAudio; Input.Format says which.
	STTFormatPCM STTFormat = 1
	// WAV, for Session.SendEncoded, as all below.
	STTFormatWAV STTFormat = 2
	// MP3.
	STTFormatMP3 STTFormat = 3
	// AAC.
	STTFormatAAC STTFormat = 4
	// FLAC.
	STTFormatFLAC STTFormat = 5
	// Ogg.
	STTFormatOgg STTFormat = 6
	// WebM, such as the recorders of browsers make.
	STTFormatWebm STTFormat = 7
)

// BargeIn says what may silence the translation that a party hears.
type BargeIn int32

// The values of BargeIn.
const (
	// Leg.Silence and Leg.Interrupt, when they are called.
	BargeInByCall BargeIn = 0
	// Nothing: both functions return ErrUnsupported. The party hears everything that is translated for it.
	BargeInNone BargeIn = 1
	// Both functions, and the party: when it begins to speak while translation sounds for it, all phrases that have begun
	// to arrive are silenced for it alone, as by Leg.Silence with SilenceAll; PLAYOUT_CUT tells of each. What is
	// translated after that is heard. It takes about 200 ms to notice speech. Requires the feature "vad".
	// What a loudspeaker plays and the microphone of the same party picks up is speech too, so the translation would
	// silence itself. Use this for telephones and headsets, or with EchoCancel.
	BargeInOnSpeech BargeIn = 2
)

// VoiceStatus is the state of a voice.
type VoiceStatus int32

// The values of VoiceStatus.
const (
	// A status that this version does not know; it is in JSON.
	VoiceStatusUnknown VoiceStatus = 0
	// Waits for its sample.
	VoiceStatusCreated VoiceStatus = 1
	// Being made.
	VoiceStatusPending VoiceStatus = 2
	// Can be used.
	VoiceStatusReady VoiceStatus = 3
	// Could not be made; Errors says why.
	VoiceStatusFailed VoiceStatus = 4
)

// GlossaryKind says what a glossary is for.
type GlossaryKind int32

// The values of GlossaryKind.
const (
	// A kind that this version does not know; it is in JSON.
	GlossaryUnknown GlossaryKind = 0
	// Terms that recognition listens for: an entry is a term alone.
	GlossaryHotwords GlossaryKind = 1
	// What recognition hears and what replaces it, in the same language.
	GlossaryVerification GlossaryKind = 2
	// Terms and their translations.
	GlossaryTranslation GlossaryKind = 3
)

// Flag is a set of bits: flags of events and errors.
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

// RuntimeFlag is a set of bits: flags of Configure.
type RuntimeFlag uint32

// The values of RuntimeFlag.
const (
	// Each shard stays on a processor of its own, the first on the first one that the process may use, and so on. For
	// machines that keep processors free for it. Linux and Android only.
	RuntimePinned RuntimeFlag = 1
)

// ClientFlag is a set of bits: client flags.
type ClientFlag uint32

// The values of ClientFlag.
const (
	// Read no environment variable; set the corresponding fields instead: every variable has one. Required where another
	// thread may call setenv(), which makes reading unsafe. Two readers remain: the resolver of the C library, which
	// reads variables such as RES_OPTIONS, and tokio, which reads TOKIO_UNSTABLE_SHARDED_BLOCKING_QUEUE when the
	// library's thread starts.
	ClientIgnoreEnvironment ClientFlag = 1
	// Ask for credentials when a session needs them: a CREDENTIALS_NEEDED event is answered by Client.SetCredentials. For
	// short-lived tokens. The first ones may be given in the config; a client that is created without any accepts only an
	// API key.
	ClientAskCredentials ClientFlag = 2
	// Use the proxy that macOS or Windows is set to also with ClientIgnoreEnvironment, where no field names one.
	ClientSystemProxy ClientFlag = 4
)

// Sound is a set of bits: what a read returned.
type Sound uint32

// The values of Sound.
const (
	// At least one frame is speech of the service.
	SoundSpeech Sound = 1
	// At least one frame contains the original voice.
	SoundOriginal Sound = 2
	// Speech begins in this block after silence: the RTP marker bit.
	SoundTalkspurt Sound = 4
	// At least one frame is comfort noise, which a leg with LegComfortNoise hears in place of silence.
	SoundComfort Sound = 8
	// The session is closed and everything was read: nothing of the service follows. What is still sent of the original
	// voice is heard.
	SoundEnded Sound = 16
)

// SilenceFlag is a set of bits: flags of silence.
type SilenceFlag uint32

// The values of SilenceFlag.
const (
	// All phrases that have begun to arrive, not only the one that is heard.
	SilenceAll SilenceFlag = 1
)

// SessionFlag is a set of bits: flags of every session; translation flags; text-to-speech flags.
type SessionFlag uint32

// The values of SessionFlag.
const (
	// Deliver the service's JSON with every event that came from a message (JSON).
	SessionJSON SessionFlag = 1
	// Use the protocol of API keys whatever the credentials are: for a stream address of that kind.
	SessionDialectV2 SessionFlag = 2
	// Drop the oldest audio instead of refusing the newest when more than Input.Buffer waits, or on a slow line more than
	// it delivers in that time. What the operating system and the line hold counts, but only what the library holds can
	// be dropped. Each run of losses is told by a WARNING with DROPPED when it is over, and a long one every 10 s. For
	// live microphones. Not for audio that is sent whenever there is space, such as a file: its beginning would be lost.
	// Translation and speech-to-text only.
	SessionDropOldest SessionFlag = 4
	// Clone the speaker's voice. Takes precedence over VoiceID.
	TranslationVoiceCloning SessionFlag = 256
	// Deliver partial translations too, not only partial transcripts.
	TranslationPartials SessionFlag = 512
	// Let the service compress the speech that it sends. Events are the same.
	TranslationZlibOutput SessionFlag = 1024
	// Steady noise in what is sent is made fainter, by about 12 dB. What is sent takes the way that EchoCancel describes,
	// with or without that. Requires the feature "echo".
	TranslationSuppressNoise SessionFlag = 2048
	// What is sent is made louder where it is faint. Otherwise as TranslationSuppressNoise.
	TranslationControlGain SessionFlag = 4096
	// Split texts that are too long for one message, between sentences if possible, else between words.
	TTSSplit SessionFlag = 65536
)

// QueueFlag is a set of bits: queue flags.
type QueueFlag uint32

// The values of QueueFlag.
const (
	// The queue returns names, not events: Queue.PollReady returns which session or call has something to poll, and it is
	// polled by itself, within its own limits. For programs that have a reader for each session, and for language
	// bindings.
	QueueNames QueueFlag = 1
)

// SpeakFlag is a set of bits: flags of speak.
type SpeakFlag uint32

// The values of SpeakFlag.
const (
	// Text is in the source language: translate it into every target instead of speaking it as it is.
	SpeakTranslate SpeakFlag = 1
)

// InterruptFlag is a set of bits: flags of interrupt.
type InterruptFlag uint32

// The values of InterruptFlag.
const (
	// Pause as well.
	InterruptPause InterruptFlag = 1
)

// TextFlag is a set of bits: flags of send_text.
type TextFlag uint32

// The values of TextFlag.
const (
	// Nothing follows in the generation: the service completes its speech.
	TextEOS TextFlag = 1
	// The voice forgets the texts before this one. Servers for a client id and secret ignore it.
	TextResetContext TextFlag = 2
)

// CallFlag is a set of bits: call flags.
type CallFlag uint32

// The values of CallFlag.
const (
	// The parties do not hear each other's own voices under the translation, unless Leg.SetOriginal says so.
	CallNoOriginal CallFlag = 1
	// When a session between the parties breaks, another one is opened, at once or when ConnectsPerMinute and the service
	// allow it; after sessions that were never READY less and less often, up to 30 s apart. LINK_DOWN has RETRIABLE then,
	// and LINK_UP follows. What the parties say meanwhile is not translated later, unless Resend is set.
	CallReopen CallFlag = 2
)

// LegFlag is a set of bits: flags of a leg.
type LegFlag uint32

// The values of LegFlag.
const (
	// SPEECH_STARTED and SPEECH_ENDED tell when the party speaks, and Spoke, Spurts and Overlap of palabra_leg_stats how
	// much. Requires the feature "vad".
	LegDetectSpeech LegFlag = 1
	// The party hears noise where it would hear silence, as loud as the line of the other party is in its pauses, at most
	// -46 dB of full scale: neither a translation nor the other's own voice sounds at that moment. Leg.Exchange returns
	// SoundComfort then. There is none before the other party's line was heard for 300 ms, and after CLOSED.
	LegComfortNoise LegFlag = 2
	// Steady noise in what the party says is made fainter, by about 12 dB. What the line sends takes the way that
	// EchoCancel describes, with or without that. Requires the feature "echo".
	LegSuppressNoise LegFlag = 2048
	// What the party says is made louder where it is faint. Otherwise as LegSuppressNoise.
	LegControlGain LegFlag = 4096
)

// RecordingFlag is a set of bits: flags of the recording of a call.
type RecordingFlag uint32

// The values of RecordingFlag.
const (
	// What each party hears of the translation is recorded too, on channels of its own.
	RecordingTranslations RecordingFlag = 1
)

// FileFlag is a set of bits: flags of translate_file.
type FileFlag uint32

// The values of FileFlag.
const (
	// Keep the speech in memory too, up to 1 GiB in all: PCM of palabra_file_output.
	FileAudio FileFlag = 1
	// Refuse to write through a symbolic link: a file of speech whose name is one is ErrIO. Only the last part of the
	// name is checked, by the system when it opens the file.
	FileNoFollow FileFlag = 2
)

// VoiceFlag is a set of bits: voice flags.
type VoiceFlag uint32

// The values of VoiceFlag.
const (
	// The sample has background noise.
	VoiceDenoise VoiceFlag = 1
	// Do not wait until the voice is ready.
	VoiceNoWait VoiceFlag = 2
)

// GlossaryFlag is a set of bits: glossary flags.
type GlossaryFlag uint32

// The values of GlossaryFlag.
const (
	// The glossary is not used unless a session names it.
	GlossaryDisabled GlossaryFlag = 1
)

// Limits of the library.
const (
	// Maximum length of the text of Session.Speak, in bytes. The service allows 2048 characters.
	MaxSpeakBytes = 8192
	// Maximum length of the JSON of Session.SetTask, in bytes.
	MaxTaskBytes = 262144
	// Maximum length of a text with TTSSplit, in bytes.
	MaxTextBytes = 131072
)
