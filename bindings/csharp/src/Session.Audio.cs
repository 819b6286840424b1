// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Runtime.InteropServices;

namespace PalabraAI
{
    // SendAudio and ReadAudio are for audio callbacks: they neither lock, wait nor allocate, and what the library has to say
    // is their result, not an exception. An exception tells of arguments that can never be right.
    public sealed partial class Session
    {
        private FrameFormat input;
        private Turnstile sending;
        private readonly OutputFormats outputs;
        private Turnstile reading;

        /// <summary>
        /// Takes audio on its way to the service: so many frames (one sample for every channel), from a place in the array
        /// on. Send it at the pace of speech.
        /// </summary>
        /// <returns>Frames taken, the others are yours to send again; or less than 0, a Status.</returns>
        public unsafe int SendAudio(short[] audio, int offset, int frames)
        {
            fixed (short* start = audio)
                return Send(AudioArray.Of(audio, offset), start, frames);
        }

        /// <summary>As above, for AudioEncoding.F32.</summary>
        public unsafe int SendAudio(float[] audio, int offset, int frames)
        {
            fixed (float* start = audio)
                return Send(AudioArray.Of(audio, offset), start, frames);
        }

        /// <summary>As above, for bytes in any encoding.</summary>
        public unsafe int SendAudio(byte[] audio, int offset, int frames)
        {
            fixed (byte* start = audio)
                return Send(AudioArray.Of(audio, offset), start, frames);
        }

        /// <summary>As above, from memory of your own, which nobody can check: it must hold so many frames.</summary>
        public unsafe int SendAudio(IntPtr audio, int frames)
        {
            if (frames < 0)
                throw new ArgumentOutOfRangeException("frames");
            int taken = Native.palabra_session_send_audio(handle.Id, (void*)audio, frames);
            GC.KeepAlive(this);
            return taken;
        }

        /// <summary>
        /// Takes bytes of encoded audio on its way to the service, which are sent unchanged: a session whose SttConfig has an
        /// encoded Format. The bytes are one stream, cut anywhere. Send them at the pace of speech, as a recorder does.
        /// </summary>
        /// <returns>Bytes taken, the others are yours to send again; or less than 0, a Status.</returns>
        public unsafe int SendEncoded(byte[] data, int offset, int count)
        {
            CheckBytes(data, offset, count);
            fixed (byte* start = data)
                return SendEncoded((IntPtr)(start + offset), count);
        }

        /// <summary>As above, from memory of your own, which nobody can check: it must hold so many bytes.</summary>
        public unsafe int SendEncoded(IntPtr data, int count)
        {
            if (count < 0)
                throw new ArgumentOutOfRangeException("count");
            if (!sending.Enter())
                return (int)Status.Busy;
            try
            {
                int taken = Native.palabra_session_send_encoded(handle.Id, (void*)data, count);
                GC.KeepAlive(this);
                return taken;
            }
            finally
            {
                sending.Leave();
            }
        }

        /// <summary>
        /// Sends bytes of encoded audio evenly over the time that they last, by the clock, and returns as SendPaced does.
        /// </summary>
        /// <returns>Bytes sent.</returns>
        public unsafe int SendEncodedPaced(byte[] data, int offset, int count, int durationMs, int leadMs, int timeoutMs)
        {
            int lead = Palabra.NotNegative(leadMs, "leadMs");
            CheckBytes(data, offset, count);
            if (!sending.Enter())
                throw PalabraException.Of(Status.Busy);
            try
            {
                fixed (byte* start = data)
                    return Check(Native.palabra_session_send_encoded_paced(handle.Id, start + offset, count, durationMs, lead, timeoutMs));
            }
            finally
            {
                sending.Leave();
            }
        }

        /// <summary>
        /// States that frames were lost, such as packets that did not arrive or were not sent during silence: silence takes
        /// their place, so that the audio on the wire keeps real time. Call it before the next SendAudio.
        /// </summary>
        /// <returns>Frames taken, fewer when the input buffer is full; or less than 0, a Status.</returns>
        public int Skip(int frames)
        {
            if (frames < 0)
                throw new ArgumentOutOfRangeException("frames");
            int taken = Native.palabra_session_skip(handle.Id, frames);
            GC.KeepAlive(this);
            return taken;
        }

        /// <summary>
        /// Sends what was taken so far, even if it fills no chunk, as at the end of an utterance. Without it such a rest is
        /// sent when no audio followed for ChunkMs.
        /// </summary>
        /// <returns>0; or less than 0, a Status.</returns>
        public int FlushInput()
        {
            int status = Native.palabra_session_flush_input(handle.Id);
            GC.KeepAlive(this);
            return status;
        }

        /// <summary>
        /// How many frames SendAudio, or bytes SendEncoded, would take right now; or less than 0, a Status.
        /// </summary>
        public int GetInputSpace()
        {
            int space = Native.palabra_session_get_input_space(handle.Id);
            GC.KeepAlive(this);
            return space;
        }

        /// <summary>
        /// Sends audio as it is due by the clock and returns when all of it was taken, or after so many ms (negative: without
        /// limit), or when the session is ended or closed. Blocks for as long as the audio lasts.
        /// </summary>
        /// <returns>Frames sent.</returns>
        public unsafe int SendPaced(short[] audio, int offset, int frames, int leadMs, int timeoutMs)
        {
            int lead = Palabra.NotNegative(leadMs, "leadMs");
            AudioArray array = AudioArray.Of(audio, offset);
            if (!sending.Enter())
                throw PalabraException.Of(Status.Busy);
            try
            {
                input.CheckArray(array, frames);
                fixed (short* start = audio)
                    return Check(Native.palabra_session_send_paced(handle.Id, array.Start(start), frames, lead, timeoutMs));
            }
            finally
            {
                sending.Leave();
            }
        }

        /// <summary>
        /// As SendPaced, for a file. It is read as it goes, whatever the input format of the session.
        /// </summary>
        /// <returns>Frames sent, as the file counts them.</returns>
        public unsafe int SendFile(string path, int leadMs, int timeoutMs)
        {
            int lead = Palabra.NotNegative(leadMs, "leadMs");
            // The input format is another one meanwhile.
            if (!sending.EnterAlone())
                throw PalabraException.Of(Status.Busy);
            try
            {
                using (var texts = new NativeTexts())
                {
                    NativeError told = Palabra.NewError();
                    int sent = Native.palabra_session_send_file(handle.Id, texts.Add(path, "path"), lead, timeoutMs, &told);
                    GC.KeepAlive(this);
                    return PalabraException.Check(sent, &told);
                }
            }
            finally
            {
                sending.LeaveAlone();
            }
        }

        /// <summary>
        /// The audio sent from now on has another format, as when the caller changes to another device.
        /// </summary>
        public unsafe void SetInputFormat(AudioFormat format)
        {
            NativeAudioFormat raw = RawFormat(format);
            if (!sending.EnterAlone())
                throw PalabraException.Of(Status.Busy);
            try
            {
                Check(Native.palabra_session_set_input_format(handle.Id, &raw));
                input = new FrameFormat(raw);
            }
            finally
            {
                sending.LeaveAlone();
            }
        }

        /// <summary>
        /// Gives exactly so many frames: what is to be heard next in a language (null: the first target), and silence where
        /// nothing is. For sessions with OutputMode.Playout or Both.
        /// </summary>
        /// <returns>SoundFlags bits; or less than 0, a Status, and the array is as it was.</returns>
        public unsafe int ReadAudio(string language, short[] audio, int offset, int frames)
        {
            fixed (short* start = audio)
                return Read(language, AudioArray.Of(audio, offset), start, frames);
        }

        /// <summary>As above, for AudioEncoding.F32.</summary>
        public unsafe int ReadAudio(string language, float[] audio, int offset, int frames)
        {
            fixed (float* start = audio)
                return Read(language, AudioArray.Of(audio, offset), start, frames);
        }

        /// <summary>As above, for bytes in any encoding.</summary>
        public unsafe int ReadAudio(string language, byte[] audio, int offset, int frames)
        {
            fixed (byte* start = audio)
                return Read(language, AudioArray.Of(audio, offset), start, frames);
        }

        /// <summary>
        /// As above, to memory of your own, which nobody can check: it must have room for so many frames.
        /// </summary>
        public unsafe int ReadAudio(string language, IntPtr audio, int frames)
        {
            if (frames < 0)
                throw new ArgumentOutOfRangeException("frames");
            byte* room = stackalloc byte[Utf8.NameRoom];
            byte* name = Utf8.WriteName(language, room);
            int sound = Native.palabra_session_read_audio(handle.Id, name, (void*)audio, frames);
            GC.KeepAlive(this);
            return sound;
        }

        /// <summary>As above, for the first frames of a span.</summary>
        public unsafe int SendAudio(ReadOnlySpan<short> audio, int frames)
        {
            fixed (short* start = &MemoryMarshal.GetReference(audio))
                return Send(AudioArray.OfShorts(audio.Length), start, frames);
        }

        /// <summary>As above, for AudioEncoding.F32.</summary>
        public unsafe int SendAudio(ReadOnlySpan<float> audio, int frames)
        {
            fixed (float* start = &MemoryMarshal.GetReference(audio))
                return Send(AudioArray.OfFloats(audio.Length), start, frames);
        }

        /// <summary>As SendEncoded, for a span.</summary>
        public unsafe int SendEncoded(ReadOnlySpan<byte> data)
        {
            fixed (byte* start = &MemoryMarshal.GetReference(data))
                return SendEncoded((IntPtr)start, data.Length);
        }

        /// <summary>As above, into a span.</summary>
        public unsafe int ReadAudio(string language, Span<short> audio, int frames)
        {
            fixed (short* start = &MemoryMarshal.GetReference(audio))
                return Read(language, AudioArray.OfShorts(audio.Length), start, frames);
        }

        /// <summary>As above, for AudioEncoding.F32.</summary>
        public unsafe int ReadAudio(string language, Span<float> audio, int frames)
        {
            fixed (float* start = &MemoryMarshal.GetReference(audio))
                return Read(language, AudioArray.OfFloats(audio.Length), start, frames);
        }

        /// <summary>
        /// Changes how the speaker's own voice is mixed under the translation, in all languages: its gain, also to 0 and back,
        /// and the ducking. The change is faded within 20 ms.
        /// </summary>
        public unsafe void SetOriginal(OriginalOptions options)
        {
            if (options == null)
                throw new ArgumentNullException(nameof(options));
            var raw = new NativeOriginalOptions();
            using (var texts = new NativeTexts())
                options.Write(&raw, texts);
            Check(Native.palabra_session_set_original(handle.Id, &raw));
        }

        /// <summary>
        /// Silences what ReadAudio reads, and nothing else, in the languages named, separated by commas, or in all: the phrase
        /// that is heard is faded out within 5 ms, and what still arrives of it is not played. The service is not told: the
        /// translation continues, and the next phrase is heard.
        /// </summary>
        public unsafe void Silence(string languages = null, SilenceFlags flags = SilenceFlags.None)
        {
            using (var texts = new NativeTexts())
                Check(Native.palabra_session_silence(handle.Id, texts.Add(languages, "languages"), (uint)flags));
        }

        /// <summary>A language (null: all of them) is read in another format from now on.</summary>
        public unsafe void SetOutputFormat(string language, AudioFormat format)
        {
            NativeAudioFormat raw = RawFormat(format);
            byte* room = stackalloc byte[Utf8.NameRoom];
            byte* name = Utf8.WriteName(language, room);
            if (!reading.EnterAlone())
                throw PalabraException.Of(Status.Busy);
            try
            {
                var told = new FrameFormat(raw);
                int status = Native.palabra_session_set_output_format(handle.Id, name, &raw);
                if (status >= 0)
                    outputs.Change(language, told);
                else if (string.IsNullOrEmpty(language) && (Status)status == Status.Busy)
                    outputs.ChangeOfSome(told);
                Check(status);
            }
            finally
            {
                reading.LeaveAlone();
            }
        }

        /// <summary>Statistics of the playout of one language; null: the first target.</summary>
        public unsafe PlayoutStats GetPlayoutStats(string language = null)
        {
            byte* room = stackalloc byte[Utf8.NameRoom];
            byte* name = Utf8.WriteName(language, room);
            var raw = new NativePlayoutStats { StructSize = (uint)sizeof(NativePlayoutStats) };
            Check(Native.palabra_session_get_playout_stats(handle.Id, name, &raw));
            return new PlayoutStats(&raw);
        }

        /// <summary>
        /// Begins to record the session to a WAV file: on the left what was sent, on the right what was read from one language.
        /// For sessions with OutputMode.Playout or Both.
        /// </summary>
        public unsafe void StartRecording(string path, RecordingOptions options = null)
        {
            using (var texts = new NativeTexts())
            {
                var settings = new NativeRecordingOptions();
                (options ?? new RecordingOptions()).Write(&settings, texts);
                NativeError told = Palabra.NewError();
                byte* where = texts.Add(path, "path");
                int status = Native.palabra_session_start_recording(handle.Id, where, &settings, &told);
                GC.KeepAlive(this);
                PalabraException.Check(status, &told);
            }
        }

        /// <summary>
        /// Pauses a recording, as while a card number is spoken: until ResumeRecording both sides of the file are silent, and
        /// time goes on.
        /// </summary>
        public void PauseRecording()
        {
            Check(Native.palabra_session_pause_recording(handle.Id));
        }

        /// <summary>Continues a recording after PauseRecording.</summary>
        public void ResumeRecording()
        {
            Check(Native.palabra_session_resume_recording(handle.Id));
        }

        /// <summary>
        /// Stops a recording and waits up to so many ms until its file is complete; negative: without limit.
        /// </summary>
        public unsafe void StopRecording(int timeoutMs)
        {
            NativeError told = Palabra.NewError();
            int status = Native.palabra_session_stop_recording(handle.Id, timeoutMs, &told);
            GC.KeepAlive(this);
            PalabraException.Check(status, &told);
        }

        private static void CheckBytes(byte[] data, int offset, int count)
        {
            if (data == null)
                throw new ArgumentNullException("data");
            if (offset < 0 || count < 0 || offset > data.Length - count)
                throw new ArgumentException("The array does not hold so many bytes", "count");
        }

        private static unsafe NativeAudioFormat RawFormat(AudioFormat format)
        {
            if (format == null)
                throw new ArgumentNullException("format");
            var raw = new NativeAudioFormat();
            format.Write(&raw, null);
            return raw;
        }

        private unsafe int Send(AudioArray array, void* start, int frames)
        {
            if (!sending.Enter())
                return (int)Status.Busy;
            try
            {
                input.CheckArray(array, frames);
                return SendAudio((IntPtr)array.Start(start), frames);
            }
            finally
            {
                sending.Leave();
            }
        }

        private unsafe int Read(string language, AudioArray array, void* start, int frames)
        {
            if (!reading.Enter())
                return (int)Status.Busy;
            try
            {
                outputs.Of(language).CheckArray(array, frames);
                return ReadAudio(language, (IntPtr)array.Start(start), frames);
            }
            finally
            {
                reading.Leave();
            }
        }
    }
}
