// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Runtime.InteropServices;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// Audio on its way to the service. What is called for every block neither locks, waits nor allocates, and throws only
    /// what is a mistake of the caller.
    /// </summary>
    internal sealed unsafe partial class AudioInput
    {
        private readonly ConversationHandle handle;
        private readonly ConversationStatus status;
        private readonly bool takesEncoded;
        private readonly int defaultRate;
        private FrameFormat format;
        private Turnstile sending;

        internal AudioInput(OpenedSession opened, ConversationStatus status)
        {
            handle = opened.Handle;
            takesEncoded = opened.TakesEncoded;
            format = new FrameFormat(opened.Input);
            this.status = status;
            defaultRate = opened.InputRate;
        }

        /// <summary>Sends elements of an array, as many as there is room for.</summary>
        /// <returns>Elements taken; 0 as well when the session is over.</returns>
        internal int Send(AudioElement element, void* start, int length, string name)
        {
            // The format is being changed.
            if (!sending.Enter())
                return 0;
            try
            {
                ThrowIfEncoded();
                int frames = format.Frames(element, length, name);
                int taken = Native.palabra_session_send_audio(handle.Id, start, frames);
                GC.KeepAlive(this);
                return taken >= 0 ? taken * format.FrameLength(element) : AudioStatus.NothingOrThrow(taken, name);
            }
            finally
            {
                sending.Leave();
            }
        }

        internal int Send(ReadOnlySpan<short> audio, string name)
        {
            fixed (short* start = &MemoryMarshal.GetReference(audio))
                return Send(AudioElement.Short, start, audio.Length, name);
        }

        internal int Send(ReadOnlySpan<float> audio, string name)
        {
            fixed (float* start = &MemoryMarshal.GetReference(audio))
                return Send(AudioElement.Float, start, audio.Length, name);
        }

        internal int Send(ReadOnlySpan<byte> audio, string name)
        {
            fixed (byte* start = &MemoryMarshal.GetReference(audio))
                return Send(AudioElement.Byte, start, audio.Length, name);
        }

        internal int SendRaw(IntPtr audio, int frames)
        {
            Guard.NotNegative(frames, nameof(frames));
            ThrowIfEncoded();
            int taken = Native.palabra_session_send_audio(handle.Id, (void*)audio, frames);
            GC.KeepAlive(this);
            return taken >= 0 ? taken : AudioStatus.NothingOrThrow(taken, nameof(audio));
        }

        internal int SendEncoded(ReadOnlySpan<byte> data, string name)
        {
            if (!takesEncoded)
                throw new InvalidOperationException("This session takes samples: its options have no encoded Format");
            fixed (byte* start = &MemoryMarshal.GetReference(data))
            {
                int taken = Native.palabra_session_send_encoded(handle.Id, start, data.Length);
                GC.KeepAlive(this);
                return taken >= 0 ? taken : AudioStatus.NothingOrThrow(taken, name);
            }
        }

        internal int Skip(int frames)
        {
            Guard.NotNegative(frames, nameof(frames));
            int taken = Native.palabra_session_skip(handle.Id, frames);
            GC.KeepAlive(this);
            return taken >= 0 ? taken : AudioStatus.NothingOrThrow(taken, nameof(frames));
        }

        internal void Flush()
        {
            int flushed = Native.palabra_session_flush_input(handle.Id);
            GC.KeepAlive(this);
            if (flushed < 0)
                AudioStatus.NothingOrThrow(flushed, "session");
        }

        internal int Space
        {
            get
            {
                int space = Native.palabra_session_get_input_space(handle.Id);
                GC.KeepAlive(this);
                return space >= 0 ? space : AudioStatus.NothingOrThrow(space, "session");
            }
        }

        internal void SetFormat(AudioFormat changed, string name)
        {
            Guard.NotNull(changed, name);
            var raw = new NativeAudioFormat();
            using (var writer = new OptionsWriter(name))
                changed.Write(&raw, writer);
            if (!sending.EnterAlone())
                throw PalabraException.Create(PalabraStatus.Busy);
            try
            {
                status.Check(Native.palabra_session_set_input_format(handle.Id, &raw), null, name);
                format = new FrameFormat(raw);
            }
            finally
            {
                sending.LeaveAlone();
            }
        }

        /// <summary>Sends a file as its audio is due; it is read as it goes, whatever the input format.</summary>
        internal int SendFile(byte* path, int leadMs, int timeoutMs, NativeError* told)
        {
            // The input format is another one meanwhile.
            if (!sending.EnterAlone())
                throw PalabraException.Create(PalabraStatus.Busy);
            try
            {
                int sent = Native.palabra_session_send_file(handle.Id, path, leadMs, timeoutMs, told);
                GC.KeepAlive(this);
                return sent;
            }
            finally
            {
                sending.LeaveAlone();
            }
        }

        private void ThrowIfEncoded()
        {
            if (takesEncoded)
                throw new InvalidOperationException("This session takes encoded audio: send it by SendEncoded");
        }
    }

    /// <summary>What a status means on the thread of audio.</summary>
    internal static class AudioStatus
    {
        /// <summary>0 when the session is over, which its events tell. Mistakes of the caller are thrown.</summary>
        internal static int NothingOrThrow(int status, string name)
        {
            switch ((PalabraStatus)status)
            {
                case PalabraStatus.InvalidArgument:
                    throw new ArgumentException("So many frames at once, or this language, are not possible", name);
                case PalabraStatus.Busy:
                    throw new InvalidOperationException("Another thread is inside the same call");
                case PalabraStatus.Unsupported:
                    throw new InvalidOperationException("The session was not opened for this");
                case PalabraStatus.Internal:
                case PalabraStatus.Limit:
                    throw PalabraException.Create((PalabraStatus)status);
                default:
                    return 0;
            }
        }
    }
}
