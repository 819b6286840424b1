// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Runtime.InteropServices;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// What a party says and hears. What is called for every packet neither locks, waits nor allocates, and throws only what is a
    /// mistake of the caller.
    /// </summary>
    internal sealed unsafe class LegAudio
    {
        /// <summary>No timestamp: what is said follows what was said before.</summary>
        private const long None = long.MinValue;
        private readonly LegHandle handle;
        private FrameFormat input;
        private FrameFormat output;
        private Turnstile sending;
        private Turnstile reading;

        internal LegAudio(LegHandle handle, in NativeLegConfig told)
        {
            this.handle = handle;
            input = new FrameFormat(told.Input);
            output = new FrameFormat(told.Output.Encoding == (int)AudioEncoding.Default ? told.Input : told.Output);
        }

        internal SoundFlags Exchange(ReadOnlySpan<short> said, Span<short> heard, long timestamp = None)
        {
            ThrowIfTheSame(said.Overlaps(heard), "output");
            fixed (short* from = &MemoryMarshal.GetReference(said), to = &MemoryMarshal.GetReference(heard))
                return Exchange(AudioElement.Short, from, said.Length, to, heard.Length, MemoryMarshal.AsBytes(heard), timestamp);
        }

        internal SoundFlags Exchange(ReadOnlySpan<float> said, Span<float> heard, long timestamp = None)
        {
            ThrowIfTheSame(said.Overlaps(heard), "output");
            fixed (float* from = &MemoryMarshal.GetReference(said), to = &MemoryMarshal.GetReference(heard))
                return Exchange(AudioElement.Float, from, said.Length, to, heard.Length, MemoryMarshal.AsBytes(heard), timestamp);
        }

        internal SoundFlags Exchange(ReadOnlySpan<byte> said, Span<byte> heard, long timestamp = None)
        {
            ThrowIfTheSame(said.Overlaps(heard), "output");
            fixed (byte* from = &MemoryMarshal.GetReference(said), to = &MemoryMarshal.GetReference(heard))
                return Exchange(AudioElement.Byte, from, said.Length, to, heard.Length, heard, timestamp);
        }

        internal int Send(ReadOnlySpan<short> audio)
        {
            fixed (short* start = &MemoryMarshal.GetReference(audio))
                return Send(AudioElement.Short, start, audio.Length);
        }

        internal int Send(ReadOnlySpan<float> audio)
        {
            fixed (float* start = &MemoryMarshal.GetReference(audio))
                return Send(AudioElement.Float, start, audio.Length);
        }

        internal int Send(ReadOnlySpan<byte> audio)
        {
            fixed (byte* start = &MemoryMarshal.GetReference(audio))
                return Send(AudioElement.Byte, start, audio.Length);
        }

        internal SoundFlags Read(Span<short> audio)
        {
            fixed (short* start = &MemoryMarshal.GetReference(audio))
                return Read(AudioElement.Short, start, audio.Length, MemoryMarshal.AsBytes(audio));
        }

        internal SoundFlags Read(Span<float> audio)
        {
            fixed (float* start = &MemoryMarshal.GetReference(audio))
                return Read(AudioElement.Float, start, audio.Length, MemoryMarshal.AsBytes(audio));
        }

        internal SoundFlags Read(Span<byte> audio)
        {
            fixed (byte* start = &MemoryMarshal.GetReference(audio))
                return Read(AudioElement.Byte, start, audio.Length, audio);
        }

        internal int Skip(int frames)
        {
            Guard.NotNegative(frames, nameof(frames));
            int taken = Native.palabra_leg_skip(handle.Id, frames);
            GC.KeepAlive(this);
            return taken >= 0 ? taken : AudioStatus.NothingOrThrow(taken, nameof(frames));
        }

        internal int SetInputFormat(AudioFormat changed, string name)
        {
            NativeAudioFormat raw = Raw(changed, name);
            if (!sending.EnterAlone())
                return (int)PalabraStatus.Busy;
            try
            {
                int code = Native.palabra_leg_set_input_format(handle.Id, &raw);
                if (code >= 0)
                    input = new FrameFormat(raw);
                return code;
            }
            finally
            {
                sending.LeaveAlone();
            }
        }

        internal int SetOutputFormat(AudioFormat changed, string name)
        {
            NativeAudioFormat raw = Raw(changed, name);
            if (!reading.EnterAlone())
                return (int)PalabraStatus.Busy;
            try
            {
                int code = Native.palabra_leg_set_output_format(handle.Id, &raw);
                if (code >= 0)
                    output = new FrameFormat(raw);
                return code;
            }
            finally
            {
                reading.LeaveAlone();
            }
        }

        private SoundFlags Exchange(
            AudioElement element, void* said, int saidLength, void* heard, int heardLength, Span<byte> bytes, long timestamp)
        {
            // A format is being changed: one packet is lost, and silence is heard.
            if (!sending.Enter())
                return Silence(bytes);
            try
            {
                if (!reading.Enter())
                    return Silence(bytes);
                try
                {
                    int inputFrames = input.Frames(element, saidLength, "input");
                    int outputFrames = output.Frames(element, heardLength, "output");
                    int sound = timestamp == None
                        ? Native.palabra_leg_exchange(handle.Id, said, inputFrames, heard, outputFrames)
                        : Native.palabra_leg_exchange_at(handle.Id, said, inputFrames, unchecked((uint)timestamp), heard, outputFrames);
                    GC.KeepAlive(this);
                    return sound >= 0 ? (SoundFlags)sound : Over(sound, bytes, "output");
                }
                finally
                {
                    reading.Leave();
                }
            }
            finally
            {
                sending.Leave();
            }
        }

        // What is heard is written before all that was said is read.
        private static void ThrowIfTheSame(bool overlaps, string parameter)
        {
            if (overlaps)
                throw new ArgumentException("Input and output overlap", parameter);
        }

        private int Send(AudioElement element, void* start, int length)
        {
            if (!sending.Enter())
                return 0;
            try
            {
                int frames = input.Frames(element, length, "audio");
                int taken = Native.palabra_leg_send_audio(handle.Id, start, frames);
                GC.KeepAlive(this);
                return taken >= 0 ? taken * input.FrameLength(element) : AudioStatus.NothingOrThrow(taken, "audio");
            }
            finally
            {
                sending.Leave();
            }
        }

        private SoundFlags Read(AudioElement element, void* start, int length, Span<byte> bytes)
        {
            if (!reading.Enter())
                return Silence(bytes);
            try
            {
                int frames = output.Frames(element, length, "audio");
                int sound = Native.palabra_leg_read_audio(handle.Id, start, frames);
                GC.KeepAlive(this);
                return sound >= 0 ? (SoundFlags)sound : Over(sound, bytes, "audio");
            }
            finally
            {
                reading.Leave();
            }
        }

        private SoundFlags Silence(Span<byte> bytes)
        {
            output.Silence(bytes);
            return SoundFlags.None;
        }

        private SoundFlags Over(int sound, Span<byte> bytes, string name)
        {
            output.Silence(bytes);
            AudioStatus.NothingOrThrow(sound, name);
            return SoundFlags.Ended;
        }

        private static NativeAudioFormat Raw(AudioFormat changed, string name)
        {
            Guard.NotNull(changed, name);
            var raw = new NativeAudioFormat();
            using (var writer = new OptionsWriter(name))
                changed.Write(&raw, writer);
            return raw;
        }
    }
}
