// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    public sealed partial class PalabraCallOptions
    {
        private const string Parameter = "options";
        // What a call has where nothing is set: the library is told nothing then, and may choose better one day.
        private const int ChunkMs = 100;
        private const int TargetMs = 1500;
        private readonly TranslationOptions translation = new TranslationOptions
        {
            DropOldestInput = true,
            Input = { ChunkDuration = TimeSpan.FromMilliseconds(ChunkMs), Gap = { Policy = GapPolicy.Silence } },
            Output =
            {
                Mode = OutputMode.Playout, TargetDuration = TimeSpan.FromMilliseconds(TargetMs), Original = { GainPercent = 100 },
            },
        };

        /// <summary>
        /// Settings of the translations in both directions, with the defaults of a call: blocks of 100 ms, silence where a line
        /// sends nothing, speech that is kept within 1.5 s, and the other party's own voice under the translation, which
        /// Output.Original.GainPercent 0 switches off. What the legs and the call have is not set here: languages, both formats,
        /// Stream, Queue, Tag, SessionTag and Name. The oldest audio is always dropped, and speech is always read.
        /// </summary>
        public TranslationOptions Translation => translation;

        /// <summary>
        /// Queue that takes the events of many calls and sessions; null: the call's own events are read from it.
        /// </summary>
        public EventQueue? Queue { get; set; }

        /// <summary>Any object of the program; every event of the call has it.</summary>
        public object? Tag { get; set; }

        /// <summary>Opens a call. Everything is copied once.</summary>
        internal unsafe OpenedSession Open(ClientHandle client, IntPtr queueOfNames, long key)
        {
            using (var writer = new OptionsWriter(Parameter))
            {
                var identity = new SessionIdentity(callTag, name ?? "", Tag);
                Queue?.ThrowIfDisposed();
                var opened = new OpenedSession(new CallHandle(), key, identity, Queue, translation.Timeouts.CheckedClose());
                NativeTranslationConfig template = Template(writer);
                opened.Limits = template.Limits;
                var raw = new NativeCallConfig();
                Write(&raw, writer);
                raw.Queue = queueOfNames;
                raw.CallTag = (ulong)key;
                if (template.Output.Original.GainPercent == 0)
                    raw.Flags |= CallBits.NoOriginal;
                NativeError told = PalabraException.NewError();
                IntPtr call;
                int status = Native.palabra_call_open(client.Id, &raw, &template, &call, &told);
                PalabraException.CheckSettings(status, &told, Parameter, nameof(PalabraClient));
                opened.Handle.Adopt(call);
                return opened;
            }
        }

        private unsafe NativeTranslationConfig Template(OptionsWriter writer)
        {
            writer.Enter(nameof(Translation));
            if (translation.Queue != null)
                throw writer.Wrong(nameof(Queue), "must not be set: the call has its own");
            if (translation.Tag != null)
                throw writer.Wrong(nameof(Tag), "must not be set: the call has its own");
            NativeTranslationConfig raw = translation.Raw(writer);
            writer.Leave();
            Unset(ref raw.Input.Format);
            Unset(ref raw.Output.Format);
            if (raw.Input.ChunkMs == ChunkMs)
                raw.Input.ChunkMs = 0;
            if (raw.Output.TargetMs == TargetMs)
                raw.Output.TargetMs = 0;
            return raw;
        }

        /// <summary>The legs have the formats: one that says nothing is none.</summary>
        private static void Unset(ref NativeAudioFormat format)
        {
            bool isDefault = format.Encoding == (int)AudioEncoding.S16 && format.Channels == 1;
            if (isDefault && format.SampleRate == 0 && format.Channel == 0)
                format = default;
        }
    }
}
