// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace PalabraAI.Interop
{
    /// <summary>Says why the native library was not loaded: which file, for which platform, and where it was looked for.</summary>
    internal static class NativeLibrarySearch
    {
        private static readonly char[] LineEnds = { '\r', '\n' };
        private static readonly char[] PathSeparators = { Path.PathSeparator };

#if UNITY_5_3_OR_NEWER
        private const string Advice = "Add the one for this platform to the folder Plugins of the package ai.palabra.unity.";
#else
        private const string Advice = "Use the NuGet package, which brings it, or copy it beside the program.";
#endif

        internal static string FileName =>
            IsOn(OSPlatform.Windows) ? "palabra.dll" : IsOn(OSPlatform.OSX) ? "libpalabra.dylib" : "libpalabra.so";

        /// <summary>Such as "linux-musl-x64".</summary>
        internal static string RuntimeIdentifier
        {
            get
            {
                string system = IsOn(OSPlatform.Windows) ? "win" : IsOn(OSPlatform.OSX) ? "osx" : IsMusl() ? "linux-musl" : "linux";
                return system + "-" + Architecture;
            }
        }

        internal static string Sentence(Exception error)
        {
            foreach (string folder in Folders())
            {
                string path = Path.Combine(folder, FileName);
                if (!File.Exists(path))
                    continue;
                string? made = NativeFile.ArchitectureOf(path);
                if (made != null && made != Architecture)
                    return "The native library " + path + " is there, but for another architecture: it is for " + made
                        + ", and this process is " + RuntimeIdentifier + ".";
                return "The native library " + path + " is there, but could not be loaded into this process (" + RuntimeIdentifier + "): "
                    + OneLine(error.Message);
            }
            return "The native library " + FileName + " for " + RuntimeIdentifier + " was not found: " + Where() + ". " + Advice;
        }

        /// <summary>What is wrong with the library that would be loaded, as far as a file can tell before it is; null: nothing.</summary>
        internal static string? Fault()
        {
            string? path = Folders().Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists);
            return path != null && NativeFile.IsCut(path) ? "The native library " + path + " is there, but its end is missing: copy it again." : null;
        }

        internal static string Where()
        {
            return "it was looked for in " + string.Join(", ", Folders()) + " and in the folders that the system searches";
        }

        private static string Architecture
        {
            get
            {
                switch (RuntimeInformation.ProcessArchitecture)
                {
                    case System.Runtime.InteropServices.Architecture.X86: return "x86";
                    case System.Runtime.InteropServices.Architecture.X64: return "x64";
                    case System.Runtime.InteropServices.Architecture.Arm: return "arm";
                    case System.Runtime.InteropServices.Architecture.Arm64: return "arm64";
                    default: return RuntimeInformation.ProcessArchitecture.ToString();
                }
            }
        }

        private static IEnumerable<string> Folders()
        {
            string beside = AppContext.BaseDirectory;
            var folders = new List<string> { beside, Path.Combine(beside, "runtimes", RuntimeIdentifier, "native") };
            // What the host made of the program's dependencies, on .NET; none elsewhere.
            if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string searched)
                folders.AddRange(searched.Split(PathSeparators, StringSplitOptions.RemoveEmptyEntries));
            string variable = IsOn(OSPlatform.Windows) ? "PATH" : IsOn(OSPlatform.OSX) ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
            if (variable != "PATH" && Environment.GetEnvironmentVariable(variable) is string more)
                folders.AddRange(more.Split(PathSeparators, StringSplitOptions.RemoveEmptyEntries));
            return folders.Select(WithoutEnd).Distinct();
        }

        private static string WithoutEnd(string folder)
        {
            return folder.Length > 1 ? folder.TrimEnd(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar) : folder;
        }

        private static bool IsMusl()
        {
            try
            {
                return Directory.Exists("/lib") && Directory.GetFiles("/lib", "ld-musl-*").Length > 0
                    && Directory.GetFiles("/lib", "ld-linux-*").Length == 0 && !File.Exists("/lib64/ld-linux-x86-64.so.2");
            }
            catch (Exception error) when (error is IOException || error is UnauthorizedAccessException)
            {
                return false;
            }
        }

        private static string OneLine(string text)
        {
            return string.Join(" ", text.Split(LineEnds, StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()));
        }

        private static bool IsOn(OSPlatform platform)
        {
            return RuntimeInformation.IsOSPlatform(platform);
        }
    }
}
