package palabra

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
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
	"palabra_playout_stats":      {typeOf[cPlayoutStats](), typeOf[PlayoutStats]()},
	"palabra_progress":           {typeOf[cProgress](), typeOf[Progress]()},
	"palabra_stats":              {typeOf[cStats](), typeOf[Stats]()},
	"palabra_translation_config": {typeOf[cConfig](), typeOf[Config]()},
}

// Fields that have another name in Go; "": Go has other means.
var fieldNames = map[string]string{
	"struct_size": "", "payload": "", "user_data": "", "pcm_frames": "", "text_len": "", "language_len": "", "id_len": "",
	"json_len": "", "output_capacity": "", "output_count": "",
	"palabra_error.code": "Status", "pcm": "PCM", "time_ns": "Time", "heard_ms": "HeardFor", "phrase_ms": "PhraseLength",
	"eos_timeout_s": "EOS",
}

// Groups of constants that the binding has all of.
var boundGroups = regexp.MustCompile(
	`^PALABRA_(OK$|API_VERSION$|(ERR|EVENT|FLAG|STATE|OUTPUT|SOUND|GAP|ENCODING|TEMPO|SPEAK|INTERRUPT|TRANSLATION|CLIENT)_)`)

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
			t.Logf("%s is not bound", m[1])
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
		if !known {
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
		case "api", "id", "url", "tts", "stt", "ca", "pem", "json", "ws", "rest", "http", "dns", "tls", "io", "utf8", "ok", "eos":
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
		case !is && boundGroups.MatchString(m[1]):
			t.Errorf("%s has no counterpart %s", m[1], name)
		case !is:
			t.Logf("%s is not bound", m[1])
		}
		delete(left, name)
	}
	for name := range left {
		t.Errorf("%s is not in the header", name)
	}
}

// Every field of a Go config, set to something, sets what it stands for, and nothing stays unset.
func TestConfigsReachTheLibrary(t *testing.T) {
	var a arguments
	defer a.release()
	var config Config
	var client ClientConfig
	fill(reflect.ValueOf(&config).Elem())
	fill(reflect.ValueOf(&client).Elem())
	config.Queue, _ = NewQueue()
	defer func() { _ = config.Queue.Close() }()
	for _, c := range []any{config.arguments(&a), client.arguments(&a)} {
		v := reflect.ValueOf(c).Elem()
		numbers := map[uint64]string{}
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

// Each number another one.
func fill(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString(v.Type().Field(i).Name)
		case reflect.Slice:
			f.Set(reflect.ValueOf([]string{v.Type().Field(i).Name}))
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
