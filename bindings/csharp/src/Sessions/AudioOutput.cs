// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Runtime.InteropServices;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>Speech that the caller pulls. Reading neither locks, waits nor allocates.</summary>
    internal sealed unsafe class AudioOutput
    {
        private readonly ConversationHandle handle;
        private readonly ConversationStatus status;
        private readonly OutputFormats formats;
        private readonly bool isPulled;
        private Turnstile reading;

        internal AudioOutput(OpenedSession opened, ConversationStatus status)
        {
            handle = opened.Handle;
            formats = new OutputFormats(new FrameFormat(opened.Output));
            isPulled = opened.Mode != OutputMode.Events;
            this.status = status;
        }

        internal SoundFlags Read(Span<short> audio, string? language)
        {
            fixed (short* start = &MemoryMarshal.GetReference(audio))
                return Read(AudioElement.Short, start, audio.Length, MemoryMarshal.AsBytes(audio), language);
        }

        internal SoundFlags Read(Span<float> audio, string? language)
        {
            fixed (float* start = &MemoryMarshal.GetReference(audio))
                return Read(AudioElement.Float, start, audio.Length, MemoryMarshal.AsBytes(audio), language);
        }

        internal SoundFlags Read(Span<byte> audio, string? language)
        {
            fixed (byte* start = &MemoryMarshal.GetReference(audio))
                return Read(AudioElement.Byte, start, audio.Length, audio, language);
        }

        internal SoundFlags ReadRaw(IntPtr audio, int frames, string? language)
        {
            Guard.NotNegative(frames, nameof(frames));
            ThrowIfNotPulled();
            byte* room = stackalloc byte[Utf8.NameCapacity];
            byte* name = Utf8.WriteName(language, room, nameof(language));
            int sound = Native.palabra_session_read_audio(handle.Id, name, (void*)audio, frames);
            GC.KeepAlive(this);
            return sound >= 0 ? (SoundFlags)sound : Over(sound);
        }

        internal void SetFormat(string? language, AudioFormat changed, string parameter)
        {
            Guard.NotNull(changed, parameter);
            var raw = new NativeAudioFormat();
            using (var writer = new OptionsWriter(parameter))
                changed.Write(&raw, writer);
            byte* room = stackalloc byte[Utf8.NameCapacity];
            byte* name = Utf8.WriteName(language, room, nameof(language));
            if (!reading.EnterAlone())
                throw PalabraException.Create(PalabraStatus.Busy);
            try
            {
                status.Check(Native.palabra_session_set_output_format(handle.Id, name, &raw), null, nameof(language));
                formats.Change(language, new FrameFormat(raw));
            }
            finally
            {
                reading.LeaveAlone();
            }
        }

        internal PlayoutStats Stats(string? language)
        {
            byte* room = stackalloc byte[Utf8.NameCapacity];
            byte* name = Utf8.WriteName(language, room, nameof(language));
            var raw = new NativePlayoutStats { StructSize = (uint)sizeof(NativePlayoutStats) };
            status.Check(Native.palabra_session_get_playout_stats(handle.Id, name, &raw), null, nameof(language));
            return new PlayoutStats(&raw);
        }

        private SoundFlags Read(AudioElement element, void* start, int length, Span<byte> bytes, string? language)
        {
            // The format is being changed: one block of silence.
            if (!reading.Enter())
            {
                formats.Of(language).Silence(bytes);
                return SoundFlags.None;
            }
            try
            {
                ThrowIfNotPulled();
                FrameFormat format = formats.Of(language);
                int frames = format.Frames(element, length, "audio");
                byte* room = stackalloc byte[Utf8.NameCapacity];
                byte* name = Utf8.WriteName(language, room, nameof(language));
                int sound = Native.palabra_session_read_audio(handle.Id, name, start, frames);
                GC.KeepAlive(this);
                if (sound >= 0)
                    return (SoundFlags)sound;
                format.Silence(bytes);
                return Over(sound);
            }
            finally
            {
                reading.Leave();
            }
        }

        private static SoundFlags Over(int sound)
        {
            AudioStatus.NothingOrThrow(sound, "audio");
            return SoundFlags.Ended;
        }

        private void ThrowIfNotPulled()
        {
            if (!isPulled)
                throw new InvalidOperationException("The session was opened with OutputMode.Events: its speech comes as AudioEvent");
        }
    }
}
