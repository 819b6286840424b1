package palabra

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unsafe"
)

// The description of the API that the header is printed from.
const apiFile = "../../api/palabra.json"

// The Go type for each struct: the type in C and that in Go. nil: there is no such Go struct.
var bound = map[string][2]reflect.Type{
	"palabra_audio":                  {typeOf[cAudio](), typeOf[Audio]()},
	"palabra_audio_format":           {typeOf[cAudioFormat](), typeOf[AudioFormat]()},
	"palabra_call_config":            {typeOf[cCallConfig](), typeOf[CallConfig]()},
	"palabra_call_recording_options": {typeOf[cCallRecording](), typeOf[CallRecordingOptions]()},
	"palabra_client_config":          {typeOf[cClientConfig](), typeOf[ClientConfig]()},
	"palabra_command_pace":           {typeOf[cCommandPace](), typeOf[CommandPace]()},
	"palabra_credentials":            {typeOf[cCredentials](), typeOf[Credentials]()},
	"palabra_error":                  {typeOf[cError](), typeOf[Error]()},
	"palabra_event":                  {typeOf[cEvent](), typeOf[Event]()},
	"palabra_file_options":           {typeOf[cFileOptions](), typeOf[FileOptions]()},
	"palabra_file_output":            {typeOf[cFileOutput](), typeOf[FileOutput]()},
	"palabra_file_result":            {typeOf[cFileResult](), typeOf[FileResult]()},
	"palabra_gap_options":            {typeOf[cGapOptions](), typeOf[GapOptions]()},
	"palabra_glossaries":             {typeOf[cGlossaries](), nil}, // a slice
	"palabra_glossary":               {typeOf[cGlossary](), typeOf[Glossary]()},
	"palabra_glossary_config":        {typeOf[cGlossaryConfig](), typeOf[GlossaryConfig]()},
	"palabra_glossary_csv":           {typeOf[cGlossaryCSV](), nil}, // a string
	"palabra_glossary_entry":         {typeOf[cGlossaryEntry](), typeOf[GlossaryEntry]()},
	"palabra_input_options":          {typeOf[cInputOptions](), typeOf[InputOptions]()},
	"palabra_leg_config":             {typeOf[cLegConfig](), typeOf[LegConfig]()},
	"palabra_leg_stats":              {typeOf[cLegStats](), typeOf[LegStats]()},
	"palabra_limits":                 {typeOf[cLimits](), typeOf[Limits]()},
	"palabra_original_options":       {typeOf[cOriginalOptions](), typeOf[OriginalOptions]()},
	"palabra_output_options":         {typeOf[cOutputOptions](), typeOf[OutputOptions]()},
	"palabra_playout_stats":          {typeOf[cPlayoutStats](), typeOf[PlayoutStats]()},
	"palabra_progress":               {typeOf[cProgress](), typeOf[Progress]()},
	"palabra_ready":                  {typeOf[cReady](), nil}, // the binding's own
	"palabra_recording_options":      {typeOf[cRecording](), typeOf[RecordingOptions]()},
	"palabra_rest_session":           {typeOf[cRESTSession](), typeOf[RESTSession]()},
	"palabra_rest_sessions":          {typeOf[cRESTSessions](), nil}, // a slice
	"palabra_runtime_config":         {typeOf[cRuntimeConfig](), typeOf[RuntimeConfig]()},
	"palabra_service_queue":          {typeOf[cServiceQueue](), typeOf[ServiceQueue]()},
	"palabra_session_stats":          {typeOf[cSessionStats](), typeOf[SessionStats]()},
	"palabra_stream_address":         {typeOf[cStreamAddress](), typeOf[StreamAddress]()},
	"palabra_stt_config":             {typeOf[cSTTConfig](), typeOf[STTConfig]()},
	"palabra_timeouts":               {typeOf[cTimeouts](), typeOf[Timeouts]()},
	"palabra_translation_config":     {typeOf[cTranslation](), typeOf[TranslationConfig]()},
	"palabra_tts_config":             {typeOf[cTTSConfig](), typeOf[TTSConfig]()},
	"palabra_tts_voice":              {typeOf[cTTSVoice](), typeOf[TTSVoice]()},
	"palabra_voice":                  {typeOf[cVoice](), typeOf[Voice]()},
	"palabra_voice_config":           {typeOf[cVoiceConfig](), typeOf[VoiceConfig]()},
	"palabra_voices":                 {typeOf[cVoices](), nil}, // a slice
}

// Fields with another name in Go; "": Go has other means. Fields that begin with "reserved" have no meaning yet.
var fieldNames = map[string]string{
	"struct_size": "", "payload": "", "user_data": "", "pcm_frames": "", "text_len": "", "language_len": "", "id_len": "",
	"service_code_len": "", "json_len": "", "session_name_len": "", "data_len": "", "output_capacity": "", "output_count": "",
	"sample_bytes": "", "entry_count": "", "palabra_audio.frames": "",
	"webrtc_url": "WebRTCURL", "webrtc_room_name": "WebRTCRoomName",
	"palabra_leg_stats.heard_ms": "Heard",
	"palabra_error.code":         "Status", "time_ns": "Time", "heard_ms": "HeardFor", "phrase_ms": "PhraseLength",
}

// Functions that the binding does not call, and why. It calls every other one.
var notCalled = map[string]string{
	`palabra_struct_init`:                              "Go sets the sizes itself",
	`palabra_session_send(_encoded)?_paced`:            "SendPaced and SendEncodedPaced wait in Go, so that no OS thread waits",
	`palabra_(session|call|queue)_wakeup`:              "contexts end waits",
	`palabra_(session|call|queue)_set_wakeup_callback`: "Go's poller signals; no Go code runs on the library's thread",
	`palabra_(session|call|queue)_get_event_handle`:    "Go's poller takes no event object of Windows: there, events are polled by the clock",
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

// A named element of the API.
type named struct {
	Name   string  `json:"name"`
	Values []value `json:"values"` // of an enumeration
	Fields []named `json:"fields"` // of a struct
}

type value struct {
	Name  string `json:"name"`
	Value int    `json:"value"`
}

type api struct {
	Pages []struct {
		Enums     []named `json:"enums"`
		Structs   []named `json:"structs"`
		Functions []named `json:"functions"`
	} `json:"pages"`
}

func readAPI(t *testing.T) (enums, structs, functions []named) {
	t.Helper()
	text, err := os.ReadFile(apiFile)
	if os.IsNotExist(err) {
		t.Skip("the module is alone, without the repository of the library")
	}
	must(t, err)
	var described api
	must(t, json.Unmarshal(text, &described))
	for _, page := range described.Pages {
		enums = append(enums, page.Enums...)
		structs = append(structs, page.Structs...)
		functions = append(functions, page.Functions...)
	}
	if len(enums) == 0 || len(structs) == 0 || len(functions) == 0 {
		t.Fatalf("%s has %d enumerations, %d structs and %d functions", apiFile, len(enums), len(structs), len(functions))
	}
	return enums, structs, functions
}

// The numbers equal those of the header next to this file, which is the library's.
func TestEveryFieldHasACounterpart(t *testing.T) {
	_, structs, _ := readAPI(t)
	for _, described := range structs {
		pair, known := bound[described.Name]
		if !known {
			t.Errorf("%s is not bound", described.Name)
			continue
		}
		if pair[0].NumField() != len(described.Fields) {
			t.Errorf("%s has %d fields, in the description %d", described.Name, pair[0].NumField(), len(described.Fields))
		}
		for _, field := range described.Fields {
			if _, known := pair[0].FieldByName(field.Name); !known {
				t.Errorf("%s has no %s in the header", described.Name, field.Name)
			}
			name := goField(described.Name, field.Name)
			if pair[1] == nil || name == "" {
				continue
			}
			if _, found := pair[1].FieldByName(name); !found {
				t.Errorf("%s.%s has no counterpart %s in %s", described.Name, field.Name, name, pair[1])
			}
		}
	}
}

func goField(structName, field string) string {
	for _, name := range []string{structName + "." + field, field} {
		if other, listed := fieldNames[name]; listed {
			return other
		}
	}
	if strings.HasPrefix(field, "reserved") {
		return ""
	}
	return camel(strings.TrimSuffix(strings.TrimSuffix(field, "_ms"), "_us"))
}

// "api_url": "APIURL".
func camel(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "_") {
		switch word {
		case "api", "id", "url", "tts", "stt", "ca", "pem", "db", "json", "rest", "http", "https", "os", "pcm", "csv":
			b.WriteString(strings.ToUpper(word))
		default:
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// The loaded library has the same names of statuses and kinds of events as this package.
func TestTheLibraryKnowsTheSameStatusesAndEvents(t *testing.T) {
	enums, _, _ := readAPI(t)
	for _, enum := range enums {
		for _, v := range enum.Values {
			switch enum.Name {
			case "palabra_status":
				if status := Status(v.Value); status.String() != v.Name {
					t.Errorf("%d is %s, in the description %s", v.Value, status, v.Name)
				}
			case "palabra_event_kind":
				if kind := EventKind(v.Value); "PALABRA_EVENT_"+kind.String() != v.Name {
					t.Errorf("%d is %s, in the description %s", v.Value, kind, v.Name)
				}
			}
		}
		if enum.Name == "palabra_status" && len(plainErrors()) != len(enum.Values) {
			t.Errorf("the library has %d statuses, the description %d", len(plainErrors()), len(enum.Values))
		}
	}
}

// The C functions that the Go sources call, without comments.
func calls(t *testing.T) map[string]bool {
	t.Helper()
	names, err := filepath.Glob("*.go")
	must(t, err)
	called := map[string]bool{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		must(t, err)
		text = regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAll(text, nil)
		for _, m := range regexp.MustCompile(`\b(palabra_\w+)\(`).FindAllSubmatch(text, -1) {
			called[string(m[1])] = true
		}
	}
	return called
}

func TestEveryFunctionIsCalled(t *testing.T) {
	_, _, functions := readAPI(t)
	called, used := calls(t), map[string]bool{}
	for _, function := range functions {
		reason := ""
		for pattern, why := range notCalled {
			if regexp.MustCompile("^" + pattern + "$").MatchString(function.Name) {
				reason, used[pattern] = why, true
			}
		}
		if called[function.Name] == (reason != "") {
			t.Errorf("%s is called: %t; reason not to: %q", function.Name, called[function.Name], reason)
		}
	}
	for pattern := range notCalled {
		if !used[pattern] {
			t.Errorf("no function is named %s", pattern)
		}
	}
}

// Every field of a Go config sets one field in C, also in inner structs, and no field of C stays unset.
func TestConfigsReachTheLibrary(t *testing.T) {
	var a arguments
	defer a.release()
	queue, err := NewQueue()
	must(t, err)
	defer func() { _ = queue.Close() }()
	translation, stt, tts := TranslationConfig{Queue: queue}, STTConfig{Queue: queue}, TTSConfig{Queue: queue}
	call, leg := CallConfig{Queue: queue}, LegConfig{}
	var client ClientConfig
	var voice VoiceConfig
	var glossary GlossaryConfig
	for _, config := range []any{&translation, &stt, &tts, &client, &voice, &glossary, &call, &leg} {
		(&filler{}).fill(reflect.ValueOf(config).Elem())
	}
	for _, c := range []any{
		translation.arguments(&a), stt.arguments(&a), tts.arguments(&a), client.arguments(&a), voice.arguments(&a),
		glossary.arguments(&a), call.arguments(&a), leg.arguments(&a),
	} {
		seen := sources{t, map[uint64]string{}, map[string]string{}}
		seen.look("", reflect.ValueOf(c).Elem())
	}
	must(t, a.err)
}

// The location of each value.
type sources struct {
	t       *testing.T
	numbers map[uint64]string
	texts   map[string]string
}

func (s *sources) look(prefix string, v reflect.Value) {
	for i := range v.NumField() {
		field, name := v.Field(i), v.Type().Field(i).Name
		if strings.HasPrefix(name, "reserved") {
			continue
		}
		other, listed := fieldNames[strings.TrimPrefix(v.Type().Name(), "_Ctype_struct_")+"."+name]
		if field.IsZero() && (!listed || other != "") {
			s.t.Errorf("%s%s stays 0", prefix, name)
		}
		name = prefix + name
		switch field.Kind() {
		case reflect.Struct:
			s.look(name+".", field)
		case reflect.Uint32, reflect.Uint64:
			s.once(name, field.Uint())
		case reflect.Int32, reflect.Int64:
			s.once(name, uint64(field.Int()))
		case reflect.Pointer:
			if text, is := textAt(field); is {
				if s.texts[text] != "" {
					s.t.Errorf("%s and %s are filled from the same field", name, s.texts[text])
				}
				s.texts[text] = name
			}
		}
	}
}

func (s *sources) once(name string, number uint64) {
	if s.numbers[number] != "" {
		s.t.Errorf("%s and %s are filled from the same field", name, s.numbers[number])
	}
	s.numbers[number] = name
}

// The text that a field points to, if it points to one.
func textAt(v reflect.Value) (string, bool) {
	if v.Type().Elem().Kind() != reflect.Int8 || v.IsNil() {
		return "", false
	}
	var text []byte
	for p := v.UnsafePointer(); *(*byte)(p) != 0; p = unsafe.Add(p, 1) {
		text = append(text, *(*byte)(p))
	}
	return string(text), true
}

// Fills a struct and its inner structs: each number and each text is unique.
type filler struct{ count int }

func (f *filler) fill(v reflect.Value) {
	for i := range v.NumField() {
		f.count++
		name := fmt.Sprint(v.Type().Field(i).Name, f.count)
		switch field := v.Field(i); field.Kind() {
		case reflect.Struct:
			f.fill(field)
		case reflect.String:
			field.SetString(name)
		case reflect.Slice:
			switch field.Interface().(type) {
			case []string:
				field.Set(reflect.ValueOf([]string{name}))
			case []byte:
				field.SetBytes(make([]byte, 5000))
			default:
				field.Set(reflect.MakeSlice(field.Type(), 6000, 6000))
			}
		case reflect.Int64:
			field.SetInt(int64(f.count+1000) * 1e6) // times are ms in C
		case reflect.Int, reflect.Int32:
			field.SetInt(int64(f.count + 2000))
		case reflect.Uint32, reflect.Uint64:
			field.SetUint(uint64(f.count + 3000))
		}
	}
}

func TestTheFirstToConfigureDecides(t *testing.T) {
	for range 2 {
		must(t, Configure(RuntimeConfig{Shards: 1}))
	}
	if err := Configure(RuntimeConfig{Shards: -2}); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("-2 shards: %v", err)
	}
	if err := Configure(RuntimeConfig{Flags: RuntimePinned}); !errors.Is(err, ErrBusy) {
		t.Errorf("other settings: %v", err)
	}
}

func TestVersions(t *testing.T) {
	must(t, versionCheck())
	if !regexp.MustCompile(`^\d+\.\d+\.\d+`).MatchString(Version()) {
		t.Errorf("version %q", Version())
	}
	if HasFeature("no such feature") || HasFeature("a\x00b") {
		t.Error("the library has a feature that does not exist")
	}
}
