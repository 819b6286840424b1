package palabra

/*
#include <palabra.h>

// They keep no pointer and never call back.
#cgo noescape palabra_session_poll_event
#cgo nocallback palabra_session_poll_event
#cgo noescape palabra_queue_poll_event
#cgo nocallback palabra_queue_poll_event
#cgo noescape palabra_event_release
#cgo nocallback palabra_event_release
*/
import "C"

import "unsafe"

// The structs of the header under names that tests can reach: a test file cannot import "C".
type (
	cClientConfig   = C.palabra_client_config
	cConfig         = C.palabra_translation_config
	cError          = C.palabra_error
	cEvent          = C.palabra_event
	cFileOptions    = C.palabra_file_options
	cFileOutput     = C.palabra_file_output
	cFileResult     = C.palabra_file_result
	cGlossary       = C.palabra_glossary
	cGlossaryConfig = C.palabra_glossary_config
	cGlossaryCSV    = C.palabra_glossary_csv
	cGlossaryEntry  = C.palabra_glossary_entry
	cGlossaryList   = C.palabra_glossary_list
	cPlayoutStats   = C.palabra_playout_stats
	cProgress       = C.palabra_progress
	cRESTSession    = C.palabra_rest_session
	cStats          = C.palabra_stats
	cStatus         = C.palabra_status
	cSTTConfig      = C.palabra_stt_config
	cTTSConfig      = C.palabra_tts_config
	cTTSVoice       = C.palabra_tts_voice
	cVoice          = C.palabra_voice
	cVoiceConfig    = C.palabra_voice_config
	cVoiceList      = C.palabra_voice_list
	cWAV            = C.palabra_wav
)

// Where the library writes a struct with a payload: memory in which Go looks for no pointers, for that field is a
// number in the clothes of one. Every such struct begins with its size.
func pointerless[T any]() *T {
	var size = unsafe.Sizeof(*new(T))
	memory := unsafe.Pointer(unsafe.SliceData(make([]uint64, (size+7)/8)))
	*(*C.uint32_t)(memory) = C.uint32_t(size)
	return (*T)(memory)
}
