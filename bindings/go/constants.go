package palabra

// This file stands alone: a test evaluates it and compares every number with the C header's.

// APIVersion is the version of the C API that this package was written for: major << 16 | minor.
const APIVersion = 1

// A Flag tells more about an event or an error.
type Flag uint32

// The bits of Event.Flags and Error.Flags.
const (
	FlagFinal       Flag = 1  // the text or phrase is complete and will not change
	FlagTranslation Flag = 2  // the text is in a target language
	FlagLastChunk   Flag = 4  // no more audio follows for this phrase and language
	FlagRetriable   Flag = 8  // trying the same again later can help
	FlagFatal       Flag = 16 // the session cannot go on
	FlagPaused      Flag = 32 // the task is paused
	FlagDropped     Flag = 64 // lost because too much waited
)

// A ClientFlag is a bit of ClientConfig.Flags.
type ClientFlag uint32

// ClientIgnoreEnvironment keeps the client from reading any environment variable.
const ClientIgnoreEnvironment ClientFlag = 1

// A TranslationFlag is a bit of Config.Flags.
type TranslationFlag uint32

// The bits of Config.Flags.
const (
	TranslationVoiceCloning TranslationFlag = 1  // clone the speaker's voice; wins over VoiceID
	TranslationPartials     TranslationFlag = 2  // send growing translations too
	TranslationZlibOutput   TranslationFlag = 4  // have the service compress its speech
	TranslationDialectV2    TranslationFlag = 8  // talk as clients with an API key do
	TranslationJSON         TranslationFlag = 16 // give the service's JSON with every transcript
	TranslationLog          TranslationFlag = 32 // tell in EventLog what the session does
	TranslationDropOldest   TranslationFlag = 64 // while connecting, new audio pushes the oldest out
)

// A Gap says what happens while input stops coming, as on hold.
type Gap uint32

// The values of Config.GapPolicy.
const (
	GapNone    Gap = 0 // nothing
	GapSilence Gap = 1 // silence goes out at the pace of the clock
	GapPause   Gap = 2 // the task is paused until the next frame
)

// An Encoding is a kind of samples.
type Encoding int32

// The kinds of samples; zero in a config means EncodingS16.
const (
	EncodingS16   Encoding = 1 // 16-bit signed
	EncodingF32   Encoding = 2 // 32-bit floats from -1 to 1
	EncodingMulaw Encoding = 3 // mu-law bytes (ITU-T G.711)
	EncodingAlaw  Encoding = 4 // A-law bytes (ITU-T G.711)
)

// An STTFlag is a bit of STTConfig.Flags.
type STTFlag uint32

// The bits of STTConfig.Flags.
const (
	STTJSON STTFlag = 1 // give the service's JSON with every transcript
	STTLog  STTFlag = 2 // tell in EventLog what the session does
)

// Fillers says what happens to "um" and the like.
type Fillers int32

// The values of STTConfig.Fillers; zero means the service's default.
const (
	FillersOut  Fillers = 1 // they are left out
	FillersKept Fillers = 2 // they are kept
)

// A Finalization says when a text becomes final.
type Finalization int32

// The values of STTConfig.FinalizationMode; zero means the service's default.
const (
	FinalizationAuto   Finalization = 1 // by a pause in speech
	FinalizationManual Finalization = 2 // when Session.Finalize asks for it
)

// A TTSFlag is a bit of TTSConfig.Flags and TTSVoice.Flags.
type TTSFlag uint32

// The bits of TTSConfig.Flags; TTSVoice knows TTSKeepAccent alone.
const (
	TTSDialectV2  TTSFlag = 1 // talk as clients with an API key do
	TTSSplit      TTSFlag = 2 // cut texts that are too long for the service
	TTSLog        TTSFlag = 4 // tell in EventLog what the session does
	TTSKeepAccent TTSFlag = 8 // leave the accent of the voice as it is
)

// A TTSFormat says how speech travels; events are the same.
type TTSFormat int32

// The values of TTSConfig.AudioFormat; zero means TTSPCM.
const (
	TTSPCM TTSFormat = 1 // 16-bit samples
	TTSWAV TTSFormat = 2 // the same with the head of a WAV file
	TTSMP3 TTSFormat = 3 // refused with ErrUnsupported by this version
)

// A TextFlag is a bit of TextOptions.Flags.
type TextFlag uint32

// The bits of TextOptions.Flags.
const (
	TextEOS          TextFlag = 1 // nothing follows in the generation: the service completes its speech
	TextResetContext TextFlag = 2 // the voice forgets the texts before this one
)

// MaxTextBytes is the longest text that SendText and Synthesize take with TTSSplit.
const MaxTextBytes = 131072

// A VoiceFlag is a bit of VoiceConfig.Flags.
type VoiceFlag uint32

// The bits of VoiceConfig.Flags.
const (
	VoiceDenoise VoiceFlag = 1 // the sample has background noise
	VoiceNoWait  VoiceFlag = 2 // do not wait until the voice is ready
)

// A VoiceStatus is how far the making of a voice is.
type VoiceStatus int32

// The states of a voice.
const (
	VoiceStatusUnknown VoiceStatus = 0 // a word that the library does not know; it is in Voice.JSON
	VoiceStatusCreated VoiceStatus = 1 // waits for its sample
	VoiceStatusPending VoiceStatus = 2 // is being made
	VoiceStatusReady   VoiceStatus = 3 // can be used
	VoiceStatusFailed  VoiceStatus = 4 // could not be made; Voice.Errors says why
)

// A GlossaryKind says what the terms of a glossary are for.
type GlossaryKind int32

// The kinds of glossaries; zero is one that the library does not know.
const (
	GlossaryHotwords     GlossaryKind = 1 // terms that recognition shall know: an entry is a term alone
	GlossaryVerification GlossaryKind = 2 // what recognition hears, and what shall stand there instead
	GlossaryTranslation  GlossaryKind = 3 // terms and their translation
)

// A GlossaryFlag is a bit of GlossaryConfig.Flags and Glossary.Flags.
type GlossaryFlag uint32

// GlossaryDisabled says that the glossary is not used unless a session names it.
const GlossaryDisabled GlossaryFlag = 1

// A Tempo says whether the service speaks faster when speech piles up.
type Tempo int32

// The values of Config.AutoTempo; zero means the service's default.
const (
	TempoAuto  Tempo = 1 // it does
	TempoFixed Tempo = 2 // it never does
)

// A State is a place in the life of a session. They only go forward.
type State int32

// The states of a session.
const (
	StateConnecting State = 1 // connecting, setting the task and waiting for the service
	StateReady      State = 2 // the service listens
	StateEnding     State = 3 // what was sent goes out, the tail is being delivered
	StateClosed     State = 4 // over; events that still wait can be taken
)

// An Output says how translated speech comes.
type Output int32

// The values of Config.OutputMode.
const (
	OutputEvents  Output = 0 // in audio events, as fast as the service sends it
	OutputPlayout Output = 1 // from ReadAudio and its twins; no audio events come
	OutputBoth    Output = 2 // both
)

// A Sound tells what ReadAudio gave.
type Sound int32

// What ReadAudio gives.
const (
	SoundSilence Sound = 0 // silence: nothing is to be heard now
	SoundSpeech  Sound = 1 // at least one frame is speech
	SoundEnded   Sound = 2 // silence, and nothing else will come
)

// A SpeakFlag is a bit for Session.Speak.
type SpeakFlag uint32

// SpeakTranslate says that the text is in the source language: translate it instead of speaking it as it is.
const SpeakTranslate SpeakFlag = 1

// An InterruptFlag is a bit for Session.Interrupt.
type InterruptFlag uint32

// InterruptPause pauses as well.
const InterruptPause InterruptFlag = 1

// Limits of the commands.
const (
	MaxSpeakBytes = 8192   // longest text that Speak takes
	MaxTaskBytes  = 262144 // longest JSON that SetTask takes
)

// An EventKind says what happened. Ignore kinds that you do not know: later versions add some.
type EventKind int32

// The kinds of events.
const (
	EventNone            EventKind = 0  // no event
	EventReady           EventKind = 1  // the service listens
	EventTranscript      EventKind = 2  // a text: Text, Language, Utterance, FlagFinal, FlagTranslation
	EventAudio           EventKind = 3  // speech: PCM, SampleRate, Channels, Language, Utterance, FlagLastChunk
	EventSpeakStatus     EventKind = 4  // answer to Speak: UserTag, Text, Utterance
	EventTaskStatus      EventKind = 5  // a command was acknowledged: ServiceCode names it, Text says what happened
	EventTaskInfo        EventKind = 6  // the current task: Text is the service's JSON, FlagPaused
	EventStreamEnd       EventKind = 7  // nothing more will be said; EventClosed follows
	EventWarning         EventKind = 8  // advice of the service: ServiceCode, Text
	EventError           EventKind = 9  // something failed but the session lives: Code, ServiceCode, Text
	EventOverflow        EventKind = 10 // events were dropped because too many waited: Dropped, Text
	EventLog             EventKind = 11 // what the session does, if the config asks for it: Text
	EventRaw             EventKind = 12 // a message that the library does not model: Text is its JSON
	EventClosed          EventKind = 13 // the session is over; Code is OK or says why; nothing follows
	EventPlayoutStarted  EventKind = 14 // a phrase begins to be heard: PlayedFrame, Language, ID, Utterance, Part
	EventPlayoutFinished EventKind = 15 // it was heard to its end: as above, HeardFor, PhraseLength
	EventPlayoutCut      EventKind = 16 // it was taken back, or with FlagDropped lost: as above
)

// A Status is the result of a call as a number: OK or one of the Err constants. It is an error itself, so that
// errors.Is(err, palabra.ErrAgain) asks for one.
type Status int32

// What a call or a session ends with.
const (
	OK                 Status = 0
	ErrInvalidArgument Status = -100 // an argument is out of range or contradicts another
	ErrBadHandle       Status = -101 // the handle was never one, or is closed
	ErrInvalidUTF8     Status = -102 // a text is not valid UTF-8
	ErrUnsupported     Status = -103 // this version of the library, or a session of this kind, does not do that
	ErrClosed          Status = -200 // the session is closed
	ErrEnded           Status = -201 // the session was ended and takes no more input
	ErrAgain           Status = -202 // a bounded queue is full; try again later
	ErrBusy            Status = -203 // another goroutine is inside the same call
	ErrTimeout         Status = -204 // the time allowed has passed
	ErrForked          Status = -205 // the library was started before a fork
	ErrShutdown        Status = -206 // Shutdown stopped the library
	ErrReentrant       Status = -207 // called from inside a callback of the library
	ErrDNS             Status = -300 // the host name could not be resolved; retriable
	ErrConnect         Status = -301 // no connection could be made; retriable
	ErrConnectionLost  Status = -302 // the connection broke; retriable
	ErrConnectionDead  Status = -303 // the connection went silent; retriable
	ErrTLS             Status = -400 // the handshake failed or the certificate is not trusted
	ErrAuth            Status = -500 // credentials are missing or were refused
	ErrProtocol        Status = -600 // the server broke the protocol
	ErrSession         Status = -700 // the service refused the session
	ErrNotReady        Status = -701 // the service did not become ready in time; retriable
	ErrTask            Status = -702 // the service rejected the task
	ErrService         Status = -703 // the service reported an error
	ErrLimit           Status = -800 // a limit of this process is reached
	ErrIO              Status = -801 // a file could not be read or written
	ErrInternal        Status = -900 // a defect in the library
)
