// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>The library as a whole.</summary>
    public static class Palabra
    {
        /// <summary>Version of the library that this binding was printed for.</summary>
        public static string BindingVersion => Native.VersionMajor + "." + Native.VersionMinor + "." + Native.VersionPatch;

        /// <summary>Version of the loaded library.</summary>
        public static unsafe string Version => Utf8.Read(Native.palabra_version_string());

        /// <summary>Whether the loaded library fits this binding. Without that no client and no queue can be created.</summary>
        public static bool IsCompatible
        {
            get
            {
                try
                {
                    return Native.palabra_version_check(Native.VersionMajor, Native.VersionMinor, Native.VersionPatch) >= 0;
                }
                catch (EntryPointNotFoundException)
                {
                    // It is older than the check.
                    return false;
                }
            }
        }

        /// <summary>
        /// Whether an optional part was built into the loaded library; "decoders": FLAC, MP3 and Ogg Vorbis files.
        /// </summary>
        public static unsafe bool HasFeature(string name)
        {
            using (var texts = new NativeTexts())
                return PalabraException.Check(Native.palabra_has_feature(texts.Add(name, "name"))) > 0;
        }

        /// <summary>
        /// Stops the library's thread; open sessions are given so many ms to say goodbye. A session that is opened afterwards
        /// starts it again.
        /// </summary>
        /// <returns>false: sessions were cut off because the time was up; the library is stopped nevertheless.</returns>
        public static bool Shutdown(int timeoutMs)
        {
            int status = Native.palabra_shutdown(NotNegative(timeoutMs, "timeoutMs"));
            if ((Status)status == Status.Timeout)
                return false;
            PalabraException.Check(status);
            return true;
        }

        internal static unsafe NativeError NewError()
        {
            var error = new NativeError();
            error.StructSize = (uint)sizeof(NativeError);
            return error;
        }

        internal static int NotNegative(int number, string name)
        {
            if (number < 0)
                throw new ArgumentOutOfRangeException(name);
            return number;
        }

        /// <summary>A library of another version would be asked for what it does not have.</summary>
        internal static void CheckVersion()
        {
            if (!IsCompatible)
                throw new NotSupportedException("The loaded library is libpalabra " + Version + ", and this binding needs " + BindingVersion);
        }
    }
}
