// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// One party of a <see cref="PalabraCall"/>: its line exchanges audio, and commands are for what this party hears. Any thread
    /// may call anything, with one that sends and one that reads at a time. It ends with its call, or when it is disposed of.
    /// </summary>
    public sealed partial class PalabraLeg : IDisposable
    {
        private readonly LegHandle handle;
        private readonly ConversationStatus status;
        private readonly LegAudio audio;
        private LegStats? lastStats;

        internal PalabraLeg(PalabraCall call, LegHandle handle, ConversationStatus status, in NativeLegConfig told)
        {
            Call = call;
            this.handle = handle;
            this.status = status;
            audio = new LegAudio(handle, told);
            Number = Native.palabra_leg_get_number(handle.Id);
        }

        /// <summary>The call that the party joined.</summary>
        public PalabraCall Call { get; }

        /// <summary>
        /// The number by which events name the leg, 0 or 1. A party that joins in the place of one that has left has its number.
        /// </summary>
        public int Number { get; }

        /// <summary>
        /// Silence instead of what the party's line sends, for the other party and for the service, or no longer. The line goes on
        /// sending.
        /// </summary>
        /// <param name="isMuted">Whether the party is muted.</param>
        /// <exception cref="PalabraException">The call is over.</exception>
        /// <exception cref="ObjectDisposedException">The leg, or its call, was disposed of.</exception>
        public void SetMuted(bool isMuted)
        {
            Check(Native.palabra_leg_set_muted(handle.Id, isMuted ? 1 : 0));
        }

        /// <summary>
        /// Puts the party on hold: the conversation rests. What the lines send, such as music, is heard by the other party as it is
        /// and does not reach the service, in either direction; the translations are paused, which is not billed. What was said
        /// before is still translated and heard. Both parties can be on hold. Again is nothing.
        /// </summary>
        /// <exception cref="PalabraException">The call is over.</exception>
        /// <exception cref="ObjectDisposedException">The leg, or its call, was disposed of.</exception>
        public void Hold()
        {
            Check(Native.palabra_leg_hold(handle.Id));
        }

        /// <summary>
        /// Ends the hold of the party. What is said from now on is translated, and is no part of a phrase that was said before.
        /// </summary>
        /// <exception cref="PalabraException">The call is over.</exception>
        /// <exception cref="ObjectDisposedException">The leg, or its call, was disposed of.</exception>
        public void Resume()
        {
            Check(Native.palabra_leg_resume(handle.Id));
        }

        /// <summary>
        /// Silences the translation that the party hears, and nothing else: the phrase that is heard is faded out within 5 ms, and
        /// nothing more of it is heard. What the other party says goes on to be translated. For barge-in.
        /// </summary>
        /// <param name="all">Whether all phrases that have begun to arrive are silenced, not only the one that is heard.</param>
        /// <exception cref="PalabraException">The call is over, or the options of the leg have <see cref="BargeIn.None"/>.</exception>
        /// <exception cref="ObjectDisposedException">The leg, or its call, was disposed of.</exception>
        public void Silence(bool all = false)
        {
            Check(Native.palabra_leg_silence(handle.Id, all ? SilenceBits.All : 0));
        }

        /// <summary>
        /// Interrupts the translation that the party hears: all phrases that have begun to arrive are discarded, also at the
        /// service, and what the other party is saying now is lost. Answer: <see cref="EventKind.TaskStatus"/>, with the number of
        /// the other party.
        /// </summary>
        /// <param name="userTag">Any number, which the answer has.</param>
        /// <exception cref="PalabraException">
        /// The call, or its translation for this leg, is over, or is not opened yet (<see cref="PalabraStatus.Again"/>), or too many
        /// commands wait, or the options of the leg have <see cref="BargeIn.None"/>.
        /// </exception>
        /// <exception cref="ObjectDisposedException">The leg, or its call, was disposed of.</exception>
        public void Interrupt(long userTag = 0)
        {
            Check(Native.palabra_leg_interrupt(handle.Id, (ulong)userTag));
        }

        /// <summary>
        /// Has a text said to the party, in its language; the other party does not hear it. Answer:
        /// <see cref="EventKind.SpeakStatus"/>, with the number of the other party, as all events of it.
        /// </summary>
        /// <param name="text">What to say, up to <see cref="PalabraLimits.MaxSpeakBytes"/>.</param>
        /// <param name="userTag">Any number, which the answer has.</param>
        /// <exception cref="ArgumentException">The text is empty, too long, or holds a NUL or half a surrogate pair.</exception>
        /// <exception cref="PalabraException">
        /// The call, or its translation for this leg, is over, or is not opened yet (<see cref="PalabraStatus.Again"/>), or too many
        /// commands wait.
        /// </exception>
        /// <exception cref="ObjectDisposedException">The leg, or its call, was disposed of.</exception>
        public unsafe void Speak(string text, long userTag = 0)
        {
            using (var texts = new NativeTexts())
                Check(Native.palabra_leg_speak(handle.Id, texts.AddRequired(text, nameof(text)), (ulong)userTag), nameof(text));
        }

        /// <summary>
        /// Changes how the party hears the other's own voice under the translation. The change is faded within 20 ms.
        /// </summary>
        /// <param name="options">The gains and the ducking.</param>
        /// <exception cref="ArgumentException">A number is out of range.</exception>
        /// <exception cref="PalabraException">The call is over.</exception>
        /// <exception cref="ObjectDisposedException">The leg, or its call, was disposed of.</exception>
        public unsafe void SetOriginal(OriginalOptions options)
        {
            Guard.NotNull(options, nameof(options));
            var raw = new NativeOriginalOptions();
            using (var writer = new OptionsWriter(nameof(options)))
                options.Write(&raw, writer);
            Check(Native.palabra_leg_set_original(handle.Id, &raw), nameof(options));
        }

        /// <summary>The audio that the party's line sends from now on has another format.</summary>
        /// <param name="format">The format; its sample rate is required. The selected channel stays.</param>
        /// <exception cref="ArgumentException">A number is out of range.</exception>
        /// <exception cref="PalabraException">Another thread is sending, too many changes wait, or the call is over.</exception>
        /// <exception cref="ObjectDisposedException">The leg, or its call, was disposed of.</exception>
        public void SetInputFormat(AudioFormat format)
        {
            Check(audio.SetInputFormat(format, nameof(format)), nameof(format));
        }

        /// <summary>The party's line takes audio in another format from now on.</summary>
        /// <param name="format">The format; its sample rate is required.</param>
        /// <exception cref="ArgumentException">A number is out of range.</exception>
        /// <exception cref="PalabraException">Another thread is reading, or the call is over.</exception>
        /// <exception cref="ObjectDisposedException">The leg, or its call, was disposed of.</exception>
        public void SetOutputFormat(AudioFormat format)
        {
            Check(audio.SetOutputFormat(format, nameof(format)), nameof(format));
        }

        /// <summary>Reads the statistics of the party, from its joining to now, or to the disposal of the leg.</summary>
        /// <returns>The statistics at this moment.</returns>
        /// <exception cref="ObjectDisposedException">The call was disposed of, and the leg was not before.</exception>
        [SuppressMessage("Design", "CA1024", Justification = "It asks the library, and each result is another one.")]
        public LegStats GetStats()
        {
            int code = ReadStats(out LegStats stats);
            LegStats? last = Volatile.Read(ref lastStats);
            if (code < 0 && last != null)
                return last;
            Check(code);
            return stats;
        }

        /// <summary>
        /// The party leaves the call, as when it hangs up. The other one hears the rest of what was said, and the call goes on:
        /// another party can join. It waits for nothing, and again is nothing.
        /// </summary>
        public void Dispose()
        {
            if (ReadStats(out LegStats stats) >= 0)
                Volatile.Write(ref lastStats, stats);
            handle.CloseNow(0);
            handle.Dispose();
        }

        private unsafe int ReadStats(out LegStats stats)
        {
            var raw = new NativeLegStats { StructSize = (uint)sizeof(NativeLegStats) };
            int code = Native.palabra_leg_get_stats(handle.Id, &raw);
            GC.KeepAlive(this);
            stats = new LegStats(&raw);
            return code;
        }

        private unsafe void Check(int code, string? parameter = null)
        {
            Guard.NotDisposed(code < 0 && handle.IsGone, nameof(PalabraLeg));
            status.Check(code, null, parameter);
            GC.KeepAlive(this);
        }
    }
}
