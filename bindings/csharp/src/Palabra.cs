// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>The library as a whole.</summary>
    public static class Palabra
    {
        /// <summary>
        /// Version of the API that this binding was written for: major version in the upper 16 bits, minor below.
        /// </summary>
        public const uint ApiVersion = 1;

        /// <summary>Version of the loaded library, for people.</summary>
        public static unsafe string Version => Utf8.Read(Native.palabra_version_string());

        /// <summary>Version of the API that the loaded library speaks.</summary>
        public static uint LoadedApiVersion => Native.palabra_api_version();

        /// <summary>
        /// Stops the library's thread; sessions still open are given so many ms to say goodbye. A session opened later
        /// starts it afresh.
        /// </summary>
        /// <returns>
        /// false when sessions were cut off because the time was over; the library is stopped all the same.
        /// </returns>
        public static bool Shutdown(int timeoutMs)
        {
            int status = Native.palabra_shutdown(Positive(timeoutMs, "timeoutMs"));
            if (status == Status.Timeout)
                return false;
            PalabraException.Check(status);
            return true;
        }

        /// <summary>The task that Client.Open would set for a config, as JSON: what Session.SetTask takes.</summary>
        public static unsafe string TaskJson(TranslationConfig config)
        {
            if (config == null)
                throw new ArgumentNullException("config");
            using (var texts = new NativeTexts())
            {
                NativeTranslationConfig raw = config.Raw(texts);
                NativeError told = NewError();
                int length = PalabraException.Check(Native.palabra_task_build(&raw, null, 0, &told), &told);
                var room = new byte[length + 1];
                fixed (byte* start = room)
                {
                    PalabraException.Check(Native.palabra_task_build(&raw, start, (uint)room.Length, &told), &told);
                    return Utf8.Read(start, length);
                }
            }
        }

        internal static unsafe NativeError NewError()
        {
            var error = new NativeError();
            error.StructSize = (uint)sizeof(NativeError);
            return error;
        }

        internal static uint Positive(int number, string name)
        {
            if (number < 0)
                throw new ArgumentOutOfRangeException(name);
            return (uint)number;
        }

        /// <summary>An older library would be asked for what it does not have.</summary>
        internal static void CheckVersion()
        {
            uint loaded = LoadedApiVersion;
            if (loaded < ApiVersion || loaded >> 16 != ApiVersion >> 16)
                throw new NotSupportedException("The loaded library is libpalabra " + Version + ", which is too old or too new for this binding");
        }
    }
}
