package palabra

// #include <palabra.h>
import "C"

import (
	"math"
	"runtime"
	"strings"
	"time"
	"unsafe"
)

// A text for C: Go memory that ends with a NUL, so that nobody has to free it.
func terminated(text string) ([]byte, error) {
	if strings.IndexByte(text, 0) >= 0 {
		return nil, invalid("a text holds a NUL byte")
	}
	return append(append(make([]byte, 0, len(text)+1), text...), 0), nil
}

func charPointer(text []byte) *C.char { return (*C.char)(unsafe.Pointer(unsafe.SliceData(text))) }

// Turns the fields of a Go struct into those of a C struct, and keeps the first thing that is wrong with them.
// The texts are pinned until release, for they are reached through a pointer inside the C struct.
type arguments struct {
	pins  runtime.Pinner
	texts [][]byte
	err   error
}

func (a *arguments) fail(what string) {
	if a.err == nil {
		a.err = invalid(what)
	}
}

// nil for "": the default.
func (a *arguments) text(name, text string) *C.char {
	if text == "" {
		return nil
	}
	return a.required(name, text)
}

func (a *arguments) list(name string, entries []string) *C.char {
	for _, entry := range entries {
		if entry == "" || strings.ContainsRune(entry, ',') {
			a.fail(name + ": an entry is empty or holds a comma")
		}
	}
	return a.text(name, strings.Join(entries, ","))
}

func (a *arguments) number(name string, number int) C.uint32_t {
	if number < 0 || uint64(number) > math.MaxUint32 {
		a.fail(name + " is out of range")
		return 0
	}
	return C.uint32_t(number)
}

func (a *arguments) ms(name string, d time.Duration) C.uint32_t {
	return a.units(name, d, time.Millisecond)
}

func (a *arguments) seconds(name string, d time.Duration) C.uint32_t {
	return a.units(name, d, time.Second)
}

// Rounded up: a short time must not become 0, which is the default.
func (a *arguments) units(name string, d, unit time.Duration) C.uint32_t {
	whole := int64(d / unit)
	if d%unit > 0 {
		whole++
	}
	if d < 0 || whole > math.MaxUint32 {
		a.fail(name + " is out of range")
		return 0
	}
	return C.uint32_t(whole)
}

// nil for nil; "" is a text like any other.
func (a *arguments) optional(name string, text *string) *C.char {
	if text == nil {
		return nil
	}
	return a.required(name, *text)
}

// "" is a text like any other: the library says what it thinks of it.
func (a *arguments) required(name, text string) *C.char {
	bytes, err := terminated(text)
	if err != nil {
		a.fail(name + " holds a NUL byte")
		return nil
	}
	a.pins.Pin(&bytes[0])
	a.texts = append(a.texts, bytes)
	return charPointer(bytes)
}

// Some of the texts are secrets: none of the copies stays behind.
func (a *arguments) release() {
	a.pins.Unpin()
	for _, text := range a.texts {
		clear(text)
	}
}
