package palabra

// #include "palabra.h"
import "C"

import (
	"math"
	"runtime"
	"strings"
	"time"
	"unsafe"
)

// A text for C: Go memory that ends with a NUL, which nobody has to free.
func terminated(text string) ([]byte, error) {
	if strings.IndexByte(text, 0) >= 0 {
		return nil, invalid("a text contains a NUL byte")
	}
	return append(append(make([]byte, 0, len(text)+1), text...), 0), nil
}

func charPointer(text []byte) *C.char { return (*C.char)(unsafe.Pointer(unsafe.SliceData(text))) }

// A text that the library writes into a buffer, however long it is: write returns its length.
func written(write func(buffer *C.char, capacity C.int32_t) C.int32_t) (string, cStatus) {
	buffer := make([]byte, 4096)
	for {
		length := write(charPointer(buffer), C.int32_t(len(buffer)))
		if length < 0 {
			return "", cStatus(length)
		}
		if int(length) < len(buffer) {
			return string(buffer[:length]), 0
		}
		buffer = make([]byte, int(length)+1)
	}
}

// Turns the fields of a Go struct into those of a C struct, and keeps the first fault found in them.
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
			a.fail(name + ": an entry is empty or contains a comma")
		}
	}
	return a.text(name, strings.Join(entries, ","))
}

// The library knows the ranges.
func (a *arguments) number(name string, number int) C.int32_t {
	if number < math.MinInt32 || number > math.MaxInt32 {
		a.fail(name + " is out of range")
		return 0
	}
	return C.int32_t(number)
}

// Rounded up: a short time must not become 0, which is the default.
func (a *arguments) ms(name string, d time.Duration) C.int32_t {
	whole := d / time.Millisecond
	if d%time.Millisecond > 0 {
		whole++
	}
	if d < 0 || whole > math.MaxInt32 {
		a.fail(name + " is out of range")
		return 0
	}
	return C.int32_t(whole)
}

// As ms, for a time below 0, which is never.
func (a *arguments) msOrNever(name string, d time.Duration) C.int32_t {
	if d < 0 {
		return -1
	}
	return a.ms(name, d)
}

// nil for nil; "" is a text like any other.
func (a *arguments) optional(name string, text *string) *C.char {
	if text == nil {
		return nil
	}
	return a.required(name, *text)
}

// "" is a text like any other: the library refuses it in its own words.
func (a *arguments) required(name, text string) *C.char {
	bytes, err := terminated(text)
	if err != nil {
		a.fail(name + " contains a NUL byte")
		return nil
	}
	a.pins.Pin(&bytes[0])
	a.texts = append(a.texts, bytes)
	return charPointer(bytes)
}

// Some of the texts are secrets: the copies are wiped.
func (a *arguments) release() {
	a.pins.Unpin()
	for _, text := range a.texts {
		clear(text)
	}
}
