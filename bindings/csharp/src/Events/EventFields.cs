// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;
using System.Text;

namespace PalabraAI
{
    /// <summary>
    /// Reads the fields of an event of the library, for objects and for readers alike. The caller holds the event.
    /// </summary>
    internal static unsafe class EventFields
    {
        internal static TimeSpan Timestamp(in NativeEvent raw)
        {
            return TimeSpan.FromTicks(raw.TimeNs / (1000000 / TimeSpan.TicksPerMillisecond));
        }

        /// <summary>Less than 0: unknown.</summary>
        internal static TimeSpan? Time(long milliseconds)
        {
            return milliseconds < 0 ? (TimeSpan?)null : TimeSpan.FromTicks(milliseconds * TimeSpan.TicksPerMillisecond);
        }

        /// <summary>Less than 0: none.</summary>
        internal static int? Leg(in NativeEvent raw)
        {
            return raw.Leg < 0 ? (int?)null : raw.Leg;
        }

        internal static long? Count(long number)
        {
            return number < 0 ? (long?)null : number;
        }

        internal static PalabraStatus Code(in NativeEvent raw)
        {
            bool hasCode = raw.Kind == (int)EventKind.Closed || raw.Kind == (int)EventKind.LinkDown || raw.Kind == (int)EventKind.Error;
            return hasCode ? (PalabraStatus)raw.Code : PalabraStatus.Ok;
        }

        internal static string Text(in NativeEvent raw) => Utf8.Read(raw.Text, raw.TextLen);

        internal static string Language(in NativeEvent raw) => KnownTexts.Of(raw.Language, raw.LanguageLen);

        internal static string Id(in NativeEvent raw) => Utf8.Read(raw.Id, raw.IdLen);

        internal static string ServiceCode(in NativeEvent raw) => KnownTexts.Of(raw.ServiceCode, raw.ServiceCodeLen);

        internal static string? Json(in NativeEvent raw) => raw.JsonLen == 0 ? null : Utf8.Read(raw.Json, raw.JsonLen);

        internal static int SampleCount(in NativeEvent raw)
        {
            return raw.Pcm == null ? 0 : checked((int)(raw.PcmFrames * raw.Channels));
        }

        internal static ReadOnlySpan<short> Samples(in NativeEvent raw)
        {
            return new ReadOnlySpan<short>(raw.Pcm, SampleCount(raw));
        }

        internal static ReadOnlySpan<byte> Data(in NativeEvent raw)
        {
            return new ReadOnlySpan<byte>(raw.Data, raw.Data == null ? 0 : raw.DataLen);
        }

        internal static ReadOnlySpan<byte> Utf8Of(byte* text, int length)
        {
            return new ReadOnlySpan<byte>(text, text == null ? 0 : length);
        }

        internal static PalabraError Error(in NativeEvent raw)
        {
            return PalabraError.OfEvent(
                (PalabraStatus)raw.Code, (EventFlags)raw.Flags, raw.HttpStatus, raw.CloseCode, raw.OsError, raw.RetryAfterMs,
                ServiceCode(raw), Text(raw));
        }

        internal static bool TryCopy(byte* text, int length, Span<char> destination, out int written)
        {
            written = 0;
            if (text == null || length == 0)
                return true;
            int count = Encoding.UTF8.GetCharCount(text, length);
            if (count > destination.Length)
                return false;
            fixed (char* start = destination)
                written = Encoding.UTF8.GetChars(text, length, start, count);
            return true;
        }

        internal static bool IsId(in NativeEvent raw, string id)
        {
            return KnownTexts.IsSame(id, raw.Id, raw.IdLen);
        }

        internal static bool TryCopyUtf8(byte* text, int length, Span<byte> destination, out int written)
        {
            ReadOnlySpan<byte> there = Utf8Of(text, length);
            written = 0;
            if (!there.TryCopyTo(destination))
                return false;
            written = there.Length;
            return true;
        }
    }

    /// <summary>Short texts that come again and again, such as languages, as one string each.</summary>
    internal static unsafe class KnownTexts
    {
        private const int Places = 64;
        private const int Longest = 32;
        private static readonly string?[] known = new string?[Places];

        internal static string Of(byte* text, int length)
        {
            if (text == null || length == 0)
                return "";
            if (length > Longest)
                return Utf8.Read(text, length);
            uint place = 2166136261;
            for (int n = 0; n < length; n++)
                place = (place ^ text[n]) * 16777619;
            place %= Places;
            string? found = known[place];
            if (found != null && IsSame(found, text, length))
                return found;
            string read = Utf8.Read(text, length);
            // Last one wins; a reference is written whole.
            known[place] = read;
            return read;
        }

        /// <summary>Whether an ASCII text is this one. Others are never found, and read again.</summary>
        internal static bool IsSame(string known, byte* text, int length)
        {
            if (known.Length != length)
                return false;
            for (int n = 0; n < length; n++)
            {
                if (text[n] >= 0x80 || known[n] != text[n])
                    return false;
            }
            return true;
        }
    }
}
