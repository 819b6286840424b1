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

// The structs of the header under names that tests can reach: a test file cannot import "C".
type (
	cClientConfig = C.palabra_client_config
	cConfig       = C.palabra_translation_config
	cError        = C.palabra_error
	cEvent        = C.palabra_event
	cFileOptions  = C.palabra_file_options
	cFileOutput   = C.palabra_file_output
	cFileResult   = C.palabra_file_result
	cPlayoutStats = C.palabra_playout_stats
	cProgress     = C.palabra_progress
	cStats        = C.palabra_stats
	cStatus       = C.palabra_status
)
