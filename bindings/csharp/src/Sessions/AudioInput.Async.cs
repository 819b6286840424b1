// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    // What waits, without a thread.
    internal sealed partial class AudioInput
    {
        // How often a full buffer is looked at.
        private const int RoomMs = 10;
        private static readonly Stopwatch clock = Stopwatch.StartNew();
        // When all that was sent as it was due is spoken, by this clock. The next call goes on from there.
        private TimeSpan spoken;

        /// <summary>Sends all of it, waiting for room without a thread.</summary>
        internal async ValueTask SendAsync<T>(ReadOnlyMemory<T> audio, Func<ReadOnlyMemory<T>, int> send, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (!audio.IsEmpty)
            {
                int taken = send(audio);
                audio = audio.Slice(taken);
                if (audio.IsEmpty)
                    return;
                if (taken > 0)
                    continue;
                status.ThrowIfOver();
                await Task.Delay(RoomMs, cancellationToken).ConfigureAwait(false);
            }
        }

        /// <summary>Sends frames as they are due by the clock, from when the session is ready.</summary>
        internal async ValueTask SendPacedAsync<T>(
            ReadOnlyMemory<T> audio, AudioElement element, TimeSpan lead, Func<ReadOnlyMemory<T>, int> send,
            Func<CancellationToken, Task> ready, CancellationToken cancellationToken)
        {
            Guard.InRange(lead >= TimeSpan.Zero, nameof(lead));
            int each = format.FrameLength(element);
            format.Frames(element, audio.Length, nameof(audio));
            int rate = format.SampleRate > 0 ? format.SampleRate : defaultRate;
            if (rate == 0)
                throw new InvalidOperationException("The rate of the audio is in TaskJson: set Input.Format.SampleRate as well");
            int piece = Math.Max(1, rate * PalabraPacer.FrameMilliseconds / 1000) * each;
            // Begun only now: a wait that nobody awaits would fail unobserved.
            await ready(cancellationToken).ConfigureAwait(false);
            TimeSpan begin = clock.Elapsed;
            begin = spoken > begin ? spoken : begin;
            long sent = 0;
            using (PalabraPacer pacer = PalabraPacer.OfFrames(lead - (begin - clock.Elapsed)))
            {
                try
                {
                    while (!audio.IsEmpty)
                    {
                        await pacer.WaitForNextFrameAsync(cancellationToken).ConfigureAwait(false);
                        ReadOnlyMemory<T> now = audio.Slice(0, Math.Min(piece, audio.Length));
                        await SendAsync(now, send, cancellationToken).ConfigureAwait(false);
                        audio = audio.Slice(now.Length);
                        sent += now.Length;
                    }
                }
                finally
                {
                    long moved = pacer.SkippedFrames * PalabraPacer.FrameMilliseconds * TimeSpan.TicksPerMillisecond;
                    spoken = begin + TimeSpan.FromTicks(moved + sent / each * TimeSpan.TicksPerSecond / rate);
                }
            }
        }
    }
}
