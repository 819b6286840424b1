// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Diagnostics.CodeAnalysis;
using PalabraAI.Interop;

namespace PalabraAI
{
    public sealed partial class PalabraLegOptions
    {
        private const string Parameter = "options";

        /// <summary>
        /// Format of the audio that the party's line takes; null: that of <see cref="Input"/>, of which it has the sample rate too
        /// if it has none.
        /// </summary>
        public AudioFormat? Output { get; set; }

        internal unsafe NativeLegConfig Raw(OptionsWriter writer)
        {
            var raw = new NativeLegConfig();
            Write(&raw, writer);
            AudioFormat? output = Output;
            if (output == null)
                return raw;
            writer.Enter(nameof(Output));
            output.Write(&raw.Output, writer);
            writer.Leave();
            return raw;
        }

        /// <summary>The party joins a call. Everything is copied once.</summary>
        [SuppressMessage("Reliability", "CA2000", Justification = "The call keeps it.")]
        internal unsafe PalabraLeg Join(PalabraCall call, CallHandle handle, ConversationStatus status)
        {
            using (var writer = new OptionsWriter(Parameter))
            {
                NativeLegConfig raw = Raw(writer);
                NativeError told = PalabraException.NewError();
                IntPtr joined;
                int code = Native.palabra_leg_join(handle.Id, &raw, &joined, &told);
                if (code == (int)PalabraStatus.Unsupported)
                    throw Unsupported(raw, PalabraError.Of(PalabraStatus.Unsupported, &told).Text, Parameter);
                status.Check(code, &told, Parameter);
                var leg = new LegHandle();
                leg.Adopt(joined);
                handle.Keep(leg);
                return new PalabraLeg(call, leg, status, raw);
            }
        }

        private static Exception Unsupported(in NativeLegConfig raw, string text, string parameter)
        {
            bool isKnown = Enum.IsDefined(typeof(AudioEncoding), raw.Input.Encoding) && Enum.IsDefined(typeof(AudioEncoding), raw.Output.Encoding);
            // Then it is what the call is: it has two legs.
            return isKnown ? (Exception)new InvalidOperationException(text) : new ArgumentException(text, parameter);
        }
    }
}
