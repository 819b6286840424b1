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
	line := join(t, openTestCall(t, newTestClient(t, "dev"), CallConfig{}), LegConfig{Language: "en"})
	calls := map[string]func(){
		"Exchange": func() { _, _ = line.Exchange(heap[:160], heap[160:320]) },
		"Exchange with the stack": func() {
			var stack [320]int16
			_, _ = line.Exchange(stack[:160], stack[160:])
		},
		"Exchange of the wrong length": func() { _, _ = line.ExchangeBytes(bytes[:3], nil) },
		"ExchangeAt":                   func() { _, _ = line.ExchangeAt(heap[:160], 160, heap[160:320]) },
		"SendAudio of a leg":           func() { _, _ = line.SendAudio(heap) },
		"ReadAudio of a leg":           func() { _, _ = line.ReadAudio(heap) },
		"SendAudio":                    func() { _, _ = s.SendAudio(heap) },
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
	_ = line.call.Close()
	for _, session := range []*Session{s, listener, speaker} {
		_ = session.Close()
	}
	check()
}
