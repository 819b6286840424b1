// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI.Interop
{
    /// <summary>Whether the native library was found and fits, asked before the first call into it.</summary>
    internal static class NativeLibraryLoad
    {
        private static bool fits;

        internal static string BindingVersion => Native.VersionMajor + "." + Native.VersionMinor + "." + Native.VersionPatch;

        /// <summary>Throws one sentence that says what is wrong.</summary>
        internal static void Require()
        {
            if (fits)
                return;
            if (Problem() is Exception problem)
                throw problem;
            fits = true;
        }

        internal static unsafe string LoadedVersion()
        {
            if (NativeLibrarySearch.Fault() is string fault)
                throw new DllNotFoundException(fault);
            try
            {
                return Utf8.Read(Native.palabra_version_string());
            }
            catch (EntryPointNotFoundException error)
            {
                throw new DllNotFoundException(OtherVersion("something else, or an older version"), error);
            }
            catch (Exception error) when (error is DllNotFoundException || error is BadImageFormatException)
            {
                throw new DllNotFoundException(NativeLibrarySearch.Sentence(error), error);
            }
        }

        internal static Exception? Problem()
        {
            if (NativeLibrarySearch.Fault() is string fault)
                return new DllNotFoundException(fault);
            try
            {
                if (Native.palabra_version_check(Native.VersionMajor, Native.VersionMinor, Native.VersionPatch) >= 0)
                    return null;
                return new DllNotFoundException(OtherVersion("libpalabra " + LoadedVersion()));
            }
            catch (EntryPointNotFoundException error)
            {
                return new DllNotFoundException(OtherVersion("something else, or an older version"), error);
            }
            catch (Exception error) when (error is DllNotFoundException || error is BadImageFormatException)
            {
                return new DllNotFoundException(NativeLibrarySearch.Sentence(error), error);
            }
        }

        private static string OtherVersion(string found)
        {
            return "The native library that was loaded is " + found + ", and this binding needs " + BindingVersion + ": "
                + NativeLibrarySearch.Where() + ".";
        }
    }
}
