// Compares the binding with the ABI and the loaded library. The raw layer is generated; these checks are not.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class LayoutTests
    {
        private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
        private static readonly string Root = Environment.GetEnvironmentVariable("PALABRA_ROOT");
        private static readonly string Layout = LayoutOfThisMachine();
        // Results whose property is not called as the field without its unit.
        private static readonly Dictionary<string, string> Renamed = new Dictionary<string, string>
        {
            { "session_stats.InputQueueMs", "InputQueued" }, { "session_stats.ReadyMs", "TimeToReady" },
            { "session_stats.FirstAudioMs", "TimeToFirstAudio" }, { "session_stats.ServiceQueueMs", "ServiceQueued" },
            { "leg_stats.ReadyMs", "TimeToReady" }, { "leg_stats.FirstAudioMs", "TimeToFirstAudio" }, { "leg_stats.ServiceQueueMs", "ServiceQueued" },
            { "playout_stats.BufferedMs", "Buffered" }, { "playout_stats.SkippedMs", "Skipped" },
            { "file_result.FirstAudioMs", "TimeToFirstAudio" }, { "file_output.Pcm", "Audio" }, { "error.Code", "Status" },
            { "error.Flags", "IsTransient" }, { "glossary.Flags", "Enabled" },
        };

        [Fact]
        public void EveryFieldIsInItsPlace()
        {
            List<string> found = Differences(Layout).ToList();
            Check.That(found.Count == 0, string.Join("\n", found));
            Check.That(Regex.Matches(Layout, @"^SIZE\(", RegexOptions.Multiline).Count > 30, "the layout was not understood");
        }

        [Fact]
        public void AnotherPlaceIsNoticed()
        {
            IsNoticed(Layout + "FIELD(palabra_event, mood, 208);\n", "palabra_event.mood");
            IsNoticed(Layout.Replace("SIZE(palabra_session_stats, ", "SIZE(palabra_session_stats, 1"), "palabra_session_stats");
            IsNoticed(Layout.Replace("FIELD(palabra_event, seq, 8)", "FIELD(palabra_event, seq, 16)"), "palabra_event.seq");
            IsNoticed(Layout + "SIZE(palabra_news, 8);\n", "palabra_news");
        }

        // Every function of the C API that the C# API does not use must be listed as deliberately omitted.
        [Fact]
        public void EveryFunctionIsUsed()
        {
            string folder = Path.Combine(Root, "bindings/csharp/src");
            IEnumerable<string> files = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).Where(path => !path.EndsWith(".g.cs"));
            string source = string.Concat(files.Select(File.ReadAllText));
            string[] lines = File.ReadAllLines(Path.Combine(Root, "tests/csharp/not-bound.txt"));
            string[] leftOut = lines.Where(line => line.Length > 0 && line[0] != '#').ToArray();
            MethodInfo[] functions = Internal("Native").GetMethods(BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly);
            string[] unused = functions.Select(method => method.Name).Where(name => !source.Contains("Native." + name + "(")).ToArray();
            Check.That(functions.Length > 70, functions.Length + " functions");
            Check.Equal(string.Join(" ", unused.OrderBy(name => name)), string.Join(" ", leftOut.OrderBy(name => name)), "functions that nothing uses");
        }

        [Fact]
        public void EveryFieldOfResultsIsShown()
        {
            Shows(typeof(PalabraError), "error");
            Shows(typeof(SessionStats), "session_stats");
            Shows(typeof(PlayoutStats), "playout_stats");
            Shows(typeof(LegStats), "leg_stats");
            Shows(typeof(FileProgress), "progress");
            Shows(typeof(FileTranslationResult), "file_result", "OutputCapacity", "OutputCount");
            Shows(typeof(TranslatedFile), "file_output");
            Shows(typeof(RestSession), "rest_session");
            Shows(typeof(Voice), "voice");
            Shows(typeof(Glossary), "glossary");
        }

        [Fact]
        public void TheFirstToConfigureDecides()
        {
            PalabraLibrary.Configure(1);
            PalabraLibrary.Configure(1);
            Check.Throws<ArgumentException>(() => PalabraLibrary.Configure(-2), "a negative number");
            var busy = Check.Throws<PalabraException>(() => PalabraLibrary.Configure(1, pinned: true), "other settings");
            Check.Equal(busy.Status, PalabraStatus.Busy, "a status");
        }

        [Fact]
        public unsafe void TheLoadedLibraryAgrees()
        {
            Check.That(PalabraLibrary.IsCompatible && !PalabraLibrary.HasFeature("no such feature"), "version and features");
            Check.Equal(PalabraLibrary.Version, PalabraLibrary.BindingVersion, "version");
            var list = (StatusList)Function("palabra_status_list", typeof(StatusList));
            var flags = (StatusFlags)Function("palabra_status_flags", typeof(StatusFlags));
            var told = new List<PalabraStatus>();
            for (int n = 0, code; list(n, &code) == 0; n++)
                told.Add((PalabraStatus)code);
            Check.Equal(Join(told), Join(Enum.GetValues(typeof(PalabraStatus)).Cast<PalabraStatus>()), "statuses");
            foreach (PalabraStatus status in told)
            {
                Check.Equal(Pascal(status.NativeName().ToLowerInvariant().Replace("palabra_", "").Replace("err_", "")), status.ToString(), "a name");
                Check.Equal(status.IsTransient(), (flags((int)status) & (uint)EventFlags.Retriable) != 0, "whether " + status + " is transient");
                Check.That(status.Description().EndsWith("."), status.Description());
            }
            Check.That(PalabraStatus.Tls.Description().Contains("TLS") && ((PalabraStatus)(-5)).Description().Length > 0, "descriptions");
        }

        private unsafe delegate int StatusList(int index, int* code);

        private delegate uint StatusFlags(int code);

        private static Delegate Function(string name, Type type)
        {
            return Delegate.CreateDelegate(type, Internal("Native").GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static));
        }

        private static void IsNoticed(string layout, string name)
        {
            Check.That(layout != Layout, name + " changed nothing");
            Check.That(Differences(layout).Any(line => line.Contains(name)), name + " was not noticed");
        }

        private static void Shows(Type type, string name, params string[] otherwise)
        {
            FieldInfo[] fields = Internal("Native" + Pascal(name)).GetFields(Members);
            foreach (string field in fields.Select(field => field.Name).Where(field => !otherwise.Contains(field)))
            {
                if (field == "StructSize" || field == "Payload" || field.EndsWith("Len") || field.StartsWith("Reserved"))
                    continue;
                string shown = Renamed.TryGetValue(name + "." + field, out string other) ? other : Regex.Replace(field, "(Ms|Us)$", "");
                Check.That(type.GetProperty(shown) != null, type.Name + " has no " + shown);
            }
        }

        private static string Join(IEnumerable<PalabraStatus> statuses)
        {
            return string.Join(" ", statuses.OrderBy(status => (int)status));
        }

        private static IEnumerable<string> Differences(string layout)
        {
            foreach (Match match in Regex.Matches(layout, @"^SIZE\((\w+), (\d+)\);", RegexOptions.Multiline))
            {
                string name = match.Groups[1].Value;
                Type type = typeof(PalabraClient).Assembly.GetType("PalabraAI.Interop.Native" + Pascal(name.Substring("palabra_".Length)));
                if (type == null)
                {
                    yield return "struct " + name + " has no counterpart";
                    continue;
                }
                if (Marshal.SizeOf(type) != int.Parse(match.Groups[2].Value))
                    yield return name + " has " + match.Groups[2].Value + " bytes, and here " + Marshal.SizeOf(type);
                MatchCollection fields = Regex.Matches(layout, @"^FIELD\(" + name + @", (\w+), (\d+)\);", RegexOptions.Multiline);
                foreach (Match field in fields)
                {
                    FieldInfo found = type.GetField(Pascal(field.Groups[1].Value), Members);
                    if (found == null)
                        yield return name + "." + field.Groups[1].Value + " has no counterpart";
                    else if (Marshal.OffsetOf(type, found.Name).ToInt64() != long.Parse(field.Groups[2].Value))
                        yield return name + "." + field.Groups[1].Value + " is not in its place";
                }
                if (type.GetFields(Members).Length > fields.Count)
                    yield return name + " has more fields here";
            }
        }

        // The file has the numbers for 64-bit pointers first, then those for 32-bit pointers.
        private static string LayoutOfThisMachine()
        {
            string[] halves = Regex.Split(File.ReadAllText(Path.Combine(Root, "tests/abi/layout.c")), @"^#else$", RegexOptions.Multiline);
            Check.Equal(halves.Length, 2, "halves of the layout");
            return halves[IntPtr.Size == 8 ? 0 : 1];
        }

        private static Type Internal(string name)
        {
            return typeof(PalabraClient).Assembly.GetType("PalabraAI.Interop." + name, true);
        }

        private static string Pascal(string name)
        {
            return string.Concat(name.Split('_').Where(part => part.Length > 0)
                .Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1)));
        }
    }
}
