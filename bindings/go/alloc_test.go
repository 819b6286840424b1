package palabra

import "testing"

// The audio calls allocate nothing, for any location of the buffer and any result.
func TestAudioCallsDoNotAllocate(t *testing.T) {
	config := playoutConfig("es")
	config.TargetLanguages = append(config.TargetLanguages, "fr")
	s := openReady(t, config)
	heap, bytes := make([]int16, 480), make([]byte, 480)
	listener := openSTT(t, STTConfig{Input: InputOptions{Format: AudioFormat{Encoding: EncodingMulaw}}})
	speaker := openTTS(t, "dev", TTSConfig{Output: OutputOptions{Mode: OutputPlayout}})
	calls := map[string]func(){
		"SendAudio": func() { _, _ = s.SendAudio(heap) },
		"SendAudio from the stack": func() {
			var stack [480]int16
			_, _ = s.SendAudio(stack[:])
		},
		"SendAudio of the wrong length": func() { _, _ = s.SendAudioBytes(make([]byte, 3)) },
		"SendAudio for a text":          func() { _, _ = listener.SendAudioBytes(bytes) },
		"SendAudio to a speaker":        func() { _, _ = speaker.SendAudio(heap) },
		"ReadAudio of a speaker":        func() { _, _ = speaker.ReadAudio("en", heap) },
		"ReadAudio":                     func() { _, _ = s.ReadAudio("fr", heap) },
		"ReadAudio of the first":        func() { _, _ = s.ReadAudio("", heap) },
		"ReadAudio in another spelling": func() { _, _ = s.ReadAudio("FR", heap) },
		"ReadAudio to the stack": func() {
			var stack [480]int16
			_, _ = s.ReadAudio("es", stack[:])
		},
	}
	check := func() {
		for name, call := range calls {
			if allocations := testing.AllocsPerRun(1000, call); allocations != 0 {
				t.Errorf("%s allocates %v times", name, allocations)
			}
		}
	}
	check()
	for _, session := range []*Session{s, listener, speaker} {
		_ = session.Close()
	}
	check()
}
