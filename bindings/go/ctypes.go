package palabra

/*
#include "palabra.h"

// They keep no pointer and never call back.
#cgo noescape palabra_session_poll_event
#cgo nocallback palabra_session_poll_event
#cgo noescape palabra_call_poll_event
#cgo nocallback palabra_call_poll_event
#cgo noescape palabra_queue_poll_event
#cgo nocallback palabra_queue_poll_event
#cgo noescape palabra_event_release
#cgo nocallback palabra_event_release
*/
import "C"

import (
	"sync"
	"unsafe"
)

// The structs of the header under names that tests can reach: a test file cannot import "C".
type (
	cAudio           = C.palabra_audio
	cAudioFormat     = C.palabra_audio_format
	cCallConfig      = C.palabra_call_config
	cCallRecording   = C.palabra_call_recording_options
	cClientConfig    = C.palabra_client_config
	cCommandPace     = C.palabra_command_pace
	cCredentials     = C.palabra_credentials
	cError           = C.palabra_error
	cEvent           = C.palabra_event
	cFileOptions     = C.palabra_file_options
	cFileOutput      = C.palabra_file_output
	cFileResult      = C.palabra_file_result
	cGapOptions      = C.palabra_gap_options
	cGlossaries      = C.palabra_glossaries
	cGlossary        = C.palabra_glossary
	cGlossaryConfig  = C.palabra_glossary_config
	cGlossaryCSV     = C.palabra_glossary_csv
	cGlossaryEntry   = C.palabra_glossary_entry
	cInputOptions    = C.palabra_input_options
	cLegConfig       = C.palabra_leg_config
	cLegStats        = C.palabra_leg_stats
	cLimits          = C.palabra_limits
	cOriginalOptions = C.palabra_original_options
	cOutputOptions   = C.palabra_output_options
	cPlayoutStats    = C.palabra_playout_stats
	cProgress        = C.palabra_progress
	cReady           = C.palabra_ready
	cRecording       = C.palabra_recording_options
	cRESTSession     = C.palabra_rest_session
	cRESTSessions    = C.palabra_rest_sessions
	cRuntimeConfig   = C.palabra_runtime_config
	cServiceQueue    = C.palabra_service_queue
	cSessionStats    = C.palabra_session_stats
	cStatus          = C.palabra_status
	cStreamAddress   = C.palabra_stream_address
	cSTTConfig       = C.palabra_stt_config
	cTimeouts        = C.palabra_timeouts
	cTranslation     = C.palabra_translation_config
	cTTSConfig       = C.palabra_tts_config
	cTTSVoice        = C.palabra_tts_voice
	cVoice           = C.palabra_voice
	cVoiceConfig     = C.palabra_voice_config
	cVoices          = C.palabra_voices
)

// Where the library writes a struct with a payload: memory in which Go looks for no pointers, because that field is a
// number in a pointer's type. Every such struct begins with its size.
func pointerless[T any]() *T {
	var size = unsafe.Sizeof(*new(T))
	memory := unsafe.Pointer(unsafe.SliceData(make([]uint64, (size+7)/8)))
	*(*C.uint32_t)(memory) = C.uint32_t(size)
	return (*T)(memory)
}

// Checks once that the loaded library fits the header that this package was built with.
var versionCheck = sync.OnceValue(func() error {
	return check(C.palabra_version_check(C.PALABRA_VERSION_MAJOR, C.PALABRA_VERSION_MINOR, C.PALABRA_VERSION_PATCH))
})
