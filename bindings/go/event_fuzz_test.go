package palabra

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// What an event points to, in the order of its fields.
type eventParts struct {
	text, language, id, serviceCode, json, sessionName string
	pcm                                                []int16
	channels                                           int
	data                                               []byte
}

// An event as the library fills it: numbers of any value, and parts that are as long as it says. The memory that it points
// to is for the caller to write over.
func eventOf(numbers []byte, parts *eventParts) (c *cEvent, memory [][]byte) {
	c = new(cEvent)
	own := unsafe.Slice((*byte)(unsafe.Pointer(c)), unsafe.Sizeof(*c))
	copy(own[:unsafe.Offsetof(c.text)], numbers)
	point := func(pointer unsafe.Pointer, content []byte) int32 {
		if len(content) == 0 {
			return 0
		}
		content = slices.Clone(content)
		memory = append(memory, content)
		*(*unsafe.Pointer)(pointer) = unsafe.Pointer(unsafe.SliceData(content))
		return int32(len(content))
	}
	set(&c.text_len, point(unsafe.Pointer(&c.text), []byte(parts.text)))
	set(&c.language_len, point(unsafe.Pointer(&c.language), []byte(parts.language)))
	set(&c.id_len, point(unsafe.Pointer(&c.id), []byte(parts.id)))
	set(&c.service_code_len, point(unsafe.Pointer(&c.service_code), []byte(parts.serviceCode)))
	set(&c.json_len, point(unsafe.Pointer(&c.json), []byte(parts.json)))
	set(&c.session_name_len, point(unsafe.Pointer(&c.session_name), []byte(parts.sessionName)))
	set(&c.data_len, point(unsafe.Pointer(&c.data), parts.data))
	samples := slices.Clone(parts.pcm)
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(samples))), 2*len(samples))
	if len(bytes) > 0 {
		memory = append(memory, bytes)
		*(*unsafe.Pointer)(unsafe.Pointer(&c.pcm)) = unsafe.Pointer(unsafe.SliceData(samples))
	}
	set(&c.channels, int32(parts.channels))
	c.pcm_frames = 0
	if parts.channels > 0 {
		set(&c.pcm_frames, int64(len(samples)/parts.channels))
	}
	return c, memory
}

func set[F, V ~int32 | ~int64](field *F, value V) { *field = F(value) }

// Whatever the numbers are, parts arrive as they are, and stay when the library's memory is used for something else.
func FuzzReadEvent(f *testing.F) {
	all := make([]byte, 256)
	for n := range all {
		all[n] = 0xff
	}
	f.Add([]byte{}, "", []byte{}, byte(0))
	f.Add(all, "ERR_RATE\x00text\x00en\x00429 Too Many Requests", []byte{1, 2, 3, 4, 5}, byte(1))
	f.Add(all[:60], "héllo wörld\x00日本語\x00\x00😀\x00{\"a\":[1]}\x00call 7", make([]byte, 4096), byte(2))
	f.Add(all[:7], "\xff\xfe\x00\xc3\x00"+strings.Repeat("x", 70000), []byte{0x7f}, byte(8))
	f.Fuzz(func(t *testing.T, numbers []byte, texts string, sound []byte, channels byte) {
		parts := eventParts{channels: int(channels % 9), data: sound}
		cut := strings.SplitN(texts, "\x00", 6)
		for n, part := range []*string{&parts.text, &parts.language, &parts.id, &parts.serviceCode, &parts.json, &parts.sessionName} {
			if n < len(cut) {
				*part = cut[n]
			}
		}
		if parts.channels > 0 {
			for n := 0; n < len(sound)/2/parts.channels*parts.channels; n++ {
				parts.pcm = append(parts.pcm, int16(sound[2*n])|int16(sound[2*n+1])<<8)
			}
		}
		c, memory := eventOf(numbers, &parts)
		event := readEvent(c)
		for _, part := range memory {
			for n := range part {
				part[n] ^= 0x55
			}
		}
		read := eventParts{
			event.Text, event.Language, event.ID, event.ServiceCode, event.JSON, event.SessionName, event.PCM, event.Channels, event.Data,
		}
		if len(parts.data) == 0 {
			parts.data = nil
		}
		if !reflect.DeepEqual(read, parts) {
			t.Errorf("%+v became %+v", parts, read)
		}
		for what, times := range map[string][2]int64{
			"RetryAfter": {int64(c.retry_after_ms), int64(event.RetryAfter)}, "Start": {int64(c.start_ms), int64(event.Start)},
			"End": {int64(c.end_ms), int64(event.End)}, "HeardFor": {int64(c.heard_ms), int64(event.HeardFor)},
			"PhraseLength": {int64(c.phrase_ms), int64(event.PhraseLength)}, "Delay": {int64(c.delay_ms), int64(event.Delay)},
		} {
			// Negative is unknown, and nothing that is known may become so.
			if (times[0] < 0) != (times[1] < 0) || times[0] < 1<<40 && times[0] > 0 && times[1] != times[0]*int64(time.Millisecond) {
				t.Errorf("%s: %d ms became %d ns", what, times[0], times[1])
			}
		}
		if err := event.Err(); (err == nil) != (event.Code == OK) || err != nil && err.Error() == "" {
			t.Errorf("%v: %v", event.Code, err)
		}
	})
}
