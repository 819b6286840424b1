package palabra

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unsafe"
)

// The numbers of the ABI, generated from the header.
const layoutFile = "../../tests/abi/layout.c"

// What the binding makes of each struct: the type of C and that of Go. nil: there is no Go struct of that kind.
var bound = map[string][2]reflect.Type{
	"palabra_client_config":      {typeOf[cClientConfig](), typeOf[ClientConfig]()},
	"palabra_error":              {typeOf[cError](), typeOf[Error]()},
	"palabra_event":              {typeOf[cEvent](), typeOf[Event]()},
	"palabra_file_options":       {typeOf[cFileOptions](), typeOf[FileOptions]()},
	"palabra_file_output":        {typeOf[cFileOutput](), typeOf[FileOutput]()},
	"palabra_file_result":        {typeOf[cFileResult](), typeOf[FileResult]()},
	"palabra_glossary":           {typeOf[cGlossary](), typeOf[Glossary]()},
	"palabra_glossary_config":    {typeOf[cGlossaryConfig](), typeOf[GlossaryConfig]()},
	"palabra_glossary_csv":       {typeOf[cGlossaryCSV](), nil}, // a string
	"palabra_glossary_entry":     {typeOf[cGlossaryEntry](), typeOf[GlossaryEntry]()},
	"palabra_glossary_list":      {typeOf[cGlossaryList](), nil}, // a slice
	"palabra_playout_stats":      {typeOf[cPlayoutStats](), typeOf[PlayoutStats]()},
	"palabra_progress":           {typeOf[cProgress](), typeOf[Progress]()},
	"palabra_rest_session":       {typeOf[cRESTSession](), typeOf[RESTSession]()},
	"palabra_stats":              {typeOf[cStats](), typeOf[Stats]()},
	"palabra_stt_config":         {typeOf[cSTTConfig](), typeOf[STTConfig]()},
	"palabra_translation_config": {typeOf[cConfig](), typeOf[Config]()},
	"palabra_tts_config":         {typeOf[cTTSConfig](), typeOf[TTSConfig]()},
	"palabra_tts_voice":          {typeOf[cTTSVoice](), typeOf[TTSVoice]()},
	"palabra_voice":              {typeOf[cVoice](), typeOf[Voice]()},
	"palabra_voice_config":       {typeOf[cVoiceConfig](), typeOf[VoiceConfig]()},
	"palabra_voice_list":         {typeOf[cVoiceList](), nil}, // a slice
	"palabra_wav":                {typeOf[cWAV](), typeOf[WAV]()},
}

// Fields that have another name in Go; "": Go has other means.
var fieldNames = map[string]string{
	"struct_size": "", "payload": "", "user_data": "", "pcm_frames": "", "text_len": "", "language_len": "", "id_len": "",
	"json_len": "", "output_capacity": "", "output_count": "", "sample_bytes": "", "entry_count": "", "palabra_wav.frames": "",
	"palabra_rest_session.flags": "", "reserved": "", // of no meaning yet
	"palabra_error.code": "Status", "finalization_timeout_s": "FinalizationTimeout", "time_ns": "Time", "heard_ms": "HeardFor", "phrase_ms": "PhraseLength",
	"eos_timeout_s": "EOS",
}

// Functions that the binding does without, and why. It calls every other one.
var notCalled = map[string]string{
	`palabra_\w+_init`:                            "Go sets the sizes itself",
	`palabra_session_send_paced`:                  "SendPaced waits in Go, where no OS thread waits with it",
	`palabra_(session|queue)_wakeup`:              "contexts end waits",
	`palabra_(session|queue)_set_wakeup_callback`: "Go's poller tells; no Go code runs on the library's thread",
	`palabra_(session|queue)_event_handle`:        "Go's poller takes no event object of Windows: there, events are looked for by the clock",
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

func layout(t *testing.T, pattern string) [][]string {
	t.Helper()
	text, err := os.ReadFile(layoutFile)
	if os.IsNotExist(err) {
		t.Skip("the module stands alone, without the header's repository")
	}
	must(t, err)
	found := regexp.MustCompile(`(?m)^`+pattern+`;$`).FindAllStringSubmatch(string(text), -1)
	if len(found) == 0 {
		t.Fatalf("%s has no %s", layoutFile, pattern)
	}
	return found
}

func TestSizesAndPlaces(t *testing.T) {
	for _, m := range layout(t, `SIZE\((\w+), (\d+)\)`) {
		pair, known := bound[m[1]]
		if !known {
			t.Errorf("%s is not bound", m[1])
			continue
		}
		if size := strconv.Itoa(int(pair[0].Size())); size != m[2] {
			t.Errorf("%s has %s bytes, in the header %s", m[1], size, m[2])
		}
	}
	seen := map[string]int{}
	for _, m := range layout(t, `FIELD\((\w+), (\w+), (\d+)\)`) {
		pair, known := bound[m[1]]
		if !known {
			continue
		}
		seen[m[1]]++
		field, known := pair[0].FieldByName(m[2])
		if !known || strconv.Itoa(int(field.Offset)) != m[3] {
			t.Errorf("%s.%s is at %d, in the header at %s", m[1], m[2], field.Offset, m[3])
		}
	}
	for name, pair := range bound {
		if seen[name] != pair[0].NumField() {
			t.Errorf("%s has %d fields, in the header %d", name, pair[0].NumField(), seen[name])
		}
	}
}

func TestEveryFieldHasACounterpart(t *testing.T) {
	for _, m := range layout(t, `FIELD\((\w+), (\w+), \d+\)`) {
		pair, known := bound[m[1]]
		if !known || pair[1] == nil {
			continue
		}
		name, listed := fieldNames[m[1]+"."+m[2]]
		if !listed {
			name, listed = fieldNames[m[2]]
		}
		if !listed {
			name = camel(strings.TrimSuffix(strings.TrimSuffix(m[2], "_ms"), "_us"))
		}
		if _, found := pair[1].FieldByName(name); !found && name != "" {
			t.Errorf("%s.%s has no counterpart %s in %s", m[1], m[2], name, pair[1])
		}
	}
}

// "ERR_INVALID_UTF8" and "err_invalid_utf8": "ErrInvalidUTF8".
func camel(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(strings.ToLower(name), "_") {
		switch word {
		case "api", "id", "url", "tts", "stt", "ca", "pem", "json", "ws", "rest", "http", "dns", "tls", "io", "utf8", "ok", "eos", "pcm", "wav",
			"mp3", "csv":
			b.WriteString(strings.ToUpper(word))
		default:
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

func TestEveryConstantHasACounterpart(t *testing.T) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "constants.go", nil, 0)
	must(t, err)
	pkg, err := new(types.Config).Check("palabra", files, []*ast.File{file}, nil)
	must(t, err)
	left := map[string]bool{}
	for _, name := range pkg.Scope().Names() {
		if _, is := pkg.Scope().Lookup(name).(*types.Const); is {
			left[name] = true
		}
	}
	for _, m := range layout(t, `VALUE\((\w+), (-?\d+)\)`) {
		name := camel(strings.TrimPrefix(m[1], "PALABRA_"))
		found, is := pkg.Scope().Lookup(name).(*types.Const)
		switch {
		case is && constant.ToInt(found.Val()).ExactString() != m[2]:
			t.Errorf("%s is %s, in the header %s is %s", name, found.Val(), m[1], m[2])
		case !is:
			t.Errorf("%s has no counterpart %s", m[1], name)
		}
		delete(left, name)
	}
	for name := range left {
		t.Errorf("%s is not in the header", name)
	}
}

// What the Go sources call, comments left out.
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
	text, err := os.ReadFile("../../include/palabra.h")
	if os.IsNotExist(err) {
		t.Skip("the module stands alone, without the header's repository")
	}
	must(t, err)
	functions := regexp.MustCompile(`(?m)^(?:PALABRA_API )?[a-z][\w ]*[ *](palabra_\w+)\(`).FindAllStringSubmatch(string(text), -1)
	if declared := strings.Count(string(text), "\nPALABRA_API"); len(functions) != declared {
		t.Fatalf("%d functions found of %d", len(functions), declared)
	}
	called, used := calls(t), map[string]bool{}
	for _, function := range functions {
		reason := ""
		for pattern, why := range notCalled {
			if regexp.MustCompile("^" + pattern + "$").MatchString(function[1]) {
				reason, used[pattern] = why, true
			}
		}
		if called[function[1]] == (reason != "") {
			t.Errorf("%s is called: %t; to do without it: %q", function[1], called[function[1]], reason)
		}
	}
	for pattern := range notCalled {
		if !used[pattern] {
			t.Errorf("there is no %s to do without", pattern)
		}
	}
}

// Every field of a Go config, set to something, sets what it stands for, and nothing stays unset.
func TestConfigsReachTheLibrary(t *testing.T) {
	var a arguments
	defer a.release()
	queue, err := NewQueue()
	must(t, err)
	defer func() { _ = queue.Close() }()
	translation, stt, tts := Config{Queue: queue}, STTConfig{Queue: queue}, TTSConfig{Queue: queue}
	var client ClientConfig
	var ttsVoice TTSVoice
	var voice VoiceConfig
	var glossary GlossaryConfig
	for _, config := range []any{&translation, &stt, &tts, &client, &ttsVoice, &voice, &glossary} {
		fill(reflect.ValueOf(config).Elem())
	}
	for _, c := range []any{
		translation.arguments(&a), stt.arguments(&a), tts.arguments(&a), client.arguments(&a), ttsVoice.arguments(&a),
		voice.arguments(&a), glossary.arguments(&a),
	} {
		v := reflect.ValueOf(c).Elem()
		numbers, texts := map[uint64]string{}, map[string]string{}
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if v.Field(i).IsZero() {
				t.Errorf("%s stays 0", name)
			}
			var number uint64
			switch v.Field(i).Kind() {
			case reflect.Uint32, reflect.Uint64:
				number = v.Field(i).Uint()
			case reflect.Int32:
				number = uint64(v.Field(i).Int())
			case reflect.Pointer:
				if text, is := textAt(v.Field(i)); is && texts[text] != "" {
					t.Errorf("%s and %s are filled from the same field", name, texts[text])
				} else if is {
					texts[text] = name
				}
				continue
			default:
				continue
			}
			if numbers[number] != "" {
				t.Errorf("%s and %s are filled from the same field", name, numbers[number])
			}
			numbers[number] = name
		}
	}
	must(t, a.err)
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

// Each number another one, each text the name of its field.
func fill(v reflect.Value) {
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString(name)
		case reflect.Slice:
			switch f.Interface().(type) {
			case []string:
				f.Set(reflect.ValueOf([]string{name}))
			case []byte:
				f.SetBytes(make([]byte, 5000))
			default:
				f.Set(reflect.MakeSlice(f.Type(), 6000, 6000))
			}
		case reflect.Int64:
			f.SetInt(int64(i+1000) * 1e6)
		case reflect.Int, reflect.Int32:
			f.SetInt(int64(i + 2000))
		case reflect.Uint32, reflect.Uint64:
			f.SetUint(uint64(i + 3000))
		}
	}
}

func TestVersions(t *testing.T) {
	if LoadedAPIVersion()>>16 != APIVersion>>16 || LoadedAPIVersion() < APIVersion {
		t.Errorf("the library speaks %#x, the binding %#x", LoadedAPIVersion(), APIVersion)
	}
	if !regexp.MustCompile(`^\d+\.\d+\.\d+`).MatchString(Version()) {
		t.Errorf("version %q", Version())
	}
}
